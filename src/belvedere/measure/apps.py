"""Django's name for this stage."""

from django.apps import AppConfig


class MeasureConfig(AppConfig):
    """The stage `measure`."""

    name = "belvedere.measure"
    label = "measure"
    default_auto_field = "django.db.models.BigAutoField"
