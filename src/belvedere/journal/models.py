"""The journal: one append-only table of everything that happened, read by `measure`."""

from django.db import models

CODE_LENGTH = 16


class Source(models.Model):
    """A source code: the short name of one piece in one place (`b-7f3k`).

    The poster at the station and the same poster at the fair have two codes. The code
    travels in links, QR codes and forms, and stands on every fact that it led to. What
    `subject` means is known to `publish` alone.
    """

    code = models.CharField(max_length=CODE_LENGTH, unique=True)
    subject = models.CharField(max_length=80, help_text="stable key: piece:42")
    placement = models.CharField(
        max_length=120, blank=True, help_text="where the piece hangs: Arezzo station"
    )
    issued_at = models.DateTimeField()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "placement"], name="journal_one_code_a_placement"
            )
        ]

    def __str__(self) -> str:
        return self.code


class Fact(models.Model):
    """Something that happened, at a moment, to a subject, thanks to a source.

    Facts are never changed or deleted: a trigger in the database refuses it. They carry no
    personal data; `visit` is a random number that is new every day, and empty without
    consent.
    """

    happened_at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=40, help_text="verb in the past: sale.held, sale.paid")
    subject = models.CharField(max_length=80, help_text="stable key: order:42")
    source = models.CharField(
        max_length=CODE_LENGTH, blank=True, help_text="source code; 'unknown' if not ours"
    )
    visit = models.CharField(max_length=32, blank=True)
    consent = models.BooleanField(default=False)
    market = models.CharField(max_length=2, blank=True, help_text="ISO 3166 country")
    area = models.CharField(max_length=40, blank=True, help_text="slug of the area")
    product = models.CharField(max_length=80, blank=True, help_text="slug of the product")
    quantity = models.IntegerField(default=0)
    amount_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, blank=True, help_text="ISO 4217")
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["happened_at", "pk"]
        indexes = [
            models.Index(fields=["source", "kind"]),
            models.Index(fields=["product", "kind"]),
            models.Index(fields=["subject"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class Key(models.Model):
    """An idempotency key and what was answered the first time, committed with the change."""

    scope = models.CharField(max_length=40, help_text="who may use the key: payments.demo")
    key = models.CharField(max_length=120)
    at = models.DateTimeField()
    answer = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "key"], name="journal_a_key_is_used_once")
        ]

    def __str__(self) -> str:
        return f"{self.scope}:{self.key}"


class Tally(models.Model):
    """How often one address attempted one thing in one window of time; deleted afterwards.

    `who` is a hash with a salt of the day: nobody can say whose address it was. The table is
    not logged: after a crash of the database, counting begins again.
    """

    scope = models.CharField(max_length=40, help_text="what is attempted: sell.checkout")
    who = models.CharField(max_length=32)
    ends_at = models.DateTimeField(db_index=True)
    attempts = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "who", "ends_at"], name="journal_one_tally_a_window"
            )
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.attempts}"
