"""Addresses of this stage, each under a language's prefix."""

from django.urls import path

from belvedere.offer import views

app_name = "offer"
urlpatterns = [
    path("experiences/", views.catalogue, name="catalogue"),
    path("experiences/<slug:slug>/", views.product, name="product"),
    path("experiences/<slug:slug>/calendar/", views.calendar, name="calendar"),
    path("goods/", views.goods, name="goods"),
    path("goods/<slug:slug>/", views.product, name="good"),
    path("places/", views.places, name="places"),
    path("places/<slug:slug>/", views.place, name="place"),
    path("areas/<slug:slug>/", views.area, name="area"),
]
