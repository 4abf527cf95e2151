"""Addresses of this stage that are the same in every language."""

from django.urls import path

from belvedere.publish import views

app_name = "publish"
urlpatterns = [
    path("r/<str:code>", views.follow, name="follow"),
    path("n/leave/<str:token>", views.leave, name="leave"),
]
