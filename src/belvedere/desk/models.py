"""What the desk itself remembers: the experience that somebody is still writing."""

from django.conf import settings
from django.db import models


class Draft(models.Model):
    """An experience as far as its operator has written it, kept so that nothing is lost.

    It becomes a product of the catalogue when it is sent to the editors. With `product` it
    is the mending of one that an editor returned.
    """

    operator = models.ForeignKey(
        "territory.Operator", on_delete=models.CASCADE, related_name="drafts"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    product = models.ForeignKey(
        "offer.Product", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    picture = models.ForeignKey(
        "offer.Picture", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    values = models.JSONField(default=dict, help_text="what the forms hold, as it was typed")
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["-changed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["operator", "product"],
                name="desk_one_draft_at_a_time",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return str(self.values.get("title") or self.pk)
