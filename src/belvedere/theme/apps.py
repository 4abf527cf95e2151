"""Django's name for this stage, and what stands for a sentence that nobody has translated."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation.trans_real import DjangoTranslation


class ThemeConfig(AppConfig):
    """The stage `theme`."""

    name = "belvedere.theme"
    label = "theme"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let a missing sentence be English."""
        DjangoTranslation._add_fallback = english  # type: ignore[attr-defined]


def english(translation: DjangoTranslation, localedirs: Any = None) -> None:
    """Give a catalogue no other to fall back on: the code's own sentences are English.

    Django falls back on the site's first language, which is Italian here, and has no setting
    for it. A reader of Thai is better served by English.
    """
