"""Addresses of this stage that stand under a language's prefix."""

from django.urls import path

from belvedere.sell import views

app_name = "sell-pages"
urlpatterns = [
    path("book/<slug:slug>/", views.checkout, name="checkout"),
    path("basket/", views.basket, name="basket"),
    path("basket/<slug:name>/drop/", views.drop, name="drop"),
    path("book/<slug:slug>/waiting-list/", views.enlist, name="enlist"),
    path("queue/<str:token>/", views.queue, name="queue"),
    path("queue/<str:token>/leave/", views.step_out, name="step-out"),
    path("waiting-list/<str:token>/", views.waiting, name="waiting"),
    path("waiting-list/<str:token>/leave/", views.leave, name="leave"),
    path("buy/<slug:slug>/", views.buy, name="buy"),
    path("shop/<slug:slug>/", views.shop, name="shop"),
    path("bookings/", views.wallet, name="wallet"),
    path("bookings/worker.js", views.wallet_worker, name="wallet-worker"),
    path("bookings/forget/", views.forget, name="forget"),
    path("bookings/<str:token>/", views.vouchers, name="vouchers"),
    path("bookings/<str:token>/keep/", views.keep, name="keep"),
    path("orders/<str:token>/", views.order, name="order"),
    path("orders/<str:token>/pay/", views.pay, name="pay"),
    path(
        "orders/<str:token>/pay/<slug:provider>/<slug:currency>/",
        views.recognised,
        name="recognised",
    ),
    path("orders/<str:token>/return/", views.returned, name="return"),
    path("orders/<str:token>/cancel/", views.cancel, name="cancel"),
    path("orders/<str:token>/receipt.pdf", views.receipt, name="receipt"),
    path("orders/<str:token>/withdraw/<int:part>/", views.withdraw, name="withdraw"),
    path("orders/<str:token>/received/<int:part>/", views.received, name="received"),
]
