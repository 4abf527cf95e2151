"""Addresses of this stage that stand under a language's prefix."""

from django.urls import path

from belvedere.publish import views

app_name = "publish-pages"
urlpatterns = [
    path("campaigns/", views.campaigns, name="campaigns"),
    path("campaigns/<slug:slug>/", views.campaign, name="campaign"),
    path("newsletter/", views.subscribe, name="subscribe"),
    path("newsletter/confirm/<str:token>/", views.confirm, name="confirm"),
]
