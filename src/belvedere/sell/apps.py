"""Django's name for this stage."""

from django.apps import AppConfig


class SellConfig(AppConfig):
    """The stage `sell`."""

    name = "belvedere.sell"
    label = "sell"
    default_auto_field = "django.db.models.BigAutoField"
