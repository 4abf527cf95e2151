"""Django's name for this stage."""

from django.apps import AppConfig


class TerritoryConfig(AppConfig):
    """The stage `territory`."""

    name = "belvedere.territory"
    label = "territory"
    default_auto_field = "django.db.models.BigAutoField"
