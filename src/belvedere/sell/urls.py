"""Addresses of this stage that are the same in every language."""

from django.urls import URLPattern

app_name = "sell"
urlpatterns: list[URLPattern] = []
