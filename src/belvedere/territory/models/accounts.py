"""Accounts of this installation at vendors: what a connector needs to speak for us."""

from django.conf import settings
from django.db import models


class VendorAccount(models.Model):
    """The credentials of one connector, sealed: nobody reads them here but the connector.

    `sealed` is a JSON object of text values, encrypted with a key derived from the
    installation's (`rules.sealing`). With another key it cannot be opened, and is as good as
    none: a person connects the account again.
    """

    family = models.CharField(max_length=20, help_text="payments, channels")
    key = models.CharField(max_length=40, help_text="of the connector: wechatpay")
    sealed = models.TextField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["family", "key"]
        constraints = [
            models.UniqueConstraint(
                fields=["family", "key"], name="territory_one_account_a_connector"
            )
        ]

    def __str__(self) -> str:
        return f"{self.family}: {self.key}"
