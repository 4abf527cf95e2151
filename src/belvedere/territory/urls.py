"""Addresses of this stage that are the same in every language."""

from django.urls import path

from belvedere.territory import views

app_name = "territory"
urlpatterns = [
    path("agreement/<int:pk>", views.agreement, name="agreement"),
    path("enter/<str:token>", views.enter, name="enter"),
    path("invitation/<str:token>", views.invitation, name="invitation"),
]
