"""Django's name for this stage."""

from django.apps import AppConfig


class PublishConfig(AppConfig):
    """The stage `publish`."""

    name = "belvedere.publish"
    label = "publish"
    default_auto_field = "django.db.models.BigAutoField"
