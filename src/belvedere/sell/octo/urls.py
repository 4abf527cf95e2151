"""Addresses of the supplier interface, each with and without a slash: nothing is redirected."""

from django.urls import re_path

from belvedere.sell.octo import views

app_name = "octo"
_UUID, _NAME = r"(?P<uuid>[^/]+)", r"(?P<name>[^/]+)"
urlpatterns = [
    re_path(r"^openapi\.json$", views.openapi, name="openapi"),
    re_path(r"^capabilities/?$", views.capabilities, name="capabilities"),
    re_path(r"^supplier/?$", views.supplier, name="supplier"),
    re_path(r"^products/?$", views.products, name="products"),
    re_path(rf"^products/{_NAME}/?$", views.product, name="product"),
    re_path(r"^availability/calendar/?$", views.calendar, name="calendar"),
    re_path(r"^availability/?$", views.availability, name="availability"),
    re_path(r"^bookings/?$", views.bookings, name="bookings"),
    re_path(rf"^bookings/{_UUID}/?$", views.booking, name="booking"),
    re_path(rf"^bookings/{_UUID}/confirm/?$", views.confirm, name="confirm"),
    re_path(rf"^bookings/{_UUID}/extend/?$", views.extend, name="extend"),
    re_path(rf"^bookings/{_UUID}/cancel/?$", views.cancel, name="cancel"),
    re_path(r"^", views.missing),
]
