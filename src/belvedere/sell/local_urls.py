"""Addresses of this stage that stand under a language's prefix."""

from django.urls import URLPattern

app_name = "sell-pages"
urlpatterns: list[URLPattern] = []
