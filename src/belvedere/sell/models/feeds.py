"""The secret address at which an operator's calendar is read by their telephone."""

from django.db import models


class CalendarFeed(models.Model):
    """One operator's feed. Whoever has its address sees starts and numbers, never names."""

    operator = models.OneToOneField(
        "territory.Operator", on_delete=models.CASCADE, related_name="calendar_feed"
    )
    token = models.CharField(max_length=43, unique=True, help_text="unguessable, in the link")
    made_at = models.DateTimeField()

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    def __str__(self) -> str:
        return f"calendar of {self.operator_id}"
