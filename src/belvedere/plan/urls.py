"""Addresses of this stage, each under a language's prefix."""

from django.urls import path

from belvedere.plan import views

app_name = "plan"
urlpatterns = [
    path("labs/<slug:slug>/", views.lab, name="lab"),
]
