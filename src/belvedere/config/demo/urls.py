"""The demo's own page, under a language's prefix and in a demo only."""

from django.urls import path

from belvedere.config.demo import views

app_name = "demo"
urlpatterns = [
    path("", views.try_it, name="try"),
    path("poster.pdf", views.poster, name="poster"),
    path("reset", views.reset, name="reset"),
]
