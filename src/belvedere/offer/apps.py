"""Django's name for this stage."""

from django.apps import AppConfig


class OfferConfig(AppConfig):
    """The stage `offer`."""

    name = "belvedere.offer"
    label = "offer"
    default_auto_field = "django.db.models.BigAutoField"
