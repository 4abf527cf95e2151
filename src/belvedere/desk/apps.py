"""Django's name for this stage."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The stage `desk`."""

    name = "belvedere.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"
