"""Addresses of this stage."""

from django.urls import URLPattern

app_name = "offer"
urlpatterns: list[URLPattern] = []
