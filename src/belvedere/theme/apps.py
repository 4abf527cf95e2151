"""Django's name for this stage."""

from django.apps import AppConfig


class ThemeConfig(AppConfig):
    """The stage `theme`."""

    name = "belvedere.theme"
    label = "theme"
    default_auto_field = "django.db.models.BigAutoField"
