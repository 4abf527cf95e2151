"""Django's name for this stage."""

from django.apps import AppConfig


class PlanConfig(AppConfig):
    """The stage `plan`."""

    name = "belvedere.plan"
    label = "plan"
    default_auto_field = "django.db.models.BigAutoField"
