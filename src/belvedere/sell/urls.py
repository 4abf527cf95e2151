"""Addresses of this stage that are the same in every language."""

from django.urls import path

from belvedere.sell import views

app_name = "sell"
urlpatterns = [
    path("v/<str:code>", views.voucher, name="voucher"),
    path("v/<str:code>/redeem", views.redeem, name="redeem"),
    path("v/<str:code>/voucher.png", views.voucher_png, name="voucher-png"),
    path("v/<str:code>/voucher.pdf", views.voucher_pdf, name="voucher-pdf"),
    path("v/<str:code>/visit.ics", views.voucher_ics, name="voucher-ics"),
    path("calendar/<str:token>.ics", views.calendar, name="calendar"),
    path("pay/notify/<slug:provider>/", views.notify, name="notify"),
]
