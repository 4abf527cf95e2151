"""Django's name for this stage."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """The stage `journal`."""

    name = "belvedere.journal"
    label = "journal"
    default_auto_field = "django.db.models.BigAutoField"
