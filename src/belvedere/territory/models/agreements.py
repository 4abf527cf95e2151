"""What an agency and a partner agreed: the agreement, its acts, what each side owes."""

from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from belvedere.shared.money import Amount
from belvedere.territory.rules.agreements import Happened, Moment, Precision


def private() -> FileSystemStorage:
    """Return where documents lie: outside of what the web server gives to everybody."""
    return FileSystemStorage(
        Path(settings.HOME) / "private",
        base_url=None,
        file_permissions_mode=0o600,
        directory_permissions_mode=0o700,
    )


class Agreement(models.Model):  # type: ignore[django-manager-missing]
    """What an area has agreed with a partner.

    Whether it is in force is never stored: it follows from its acts, in their order
    (`rules.agreements.standing`).
    """

    class Kind(models.TextChoices):
        """What sort of agreement it is."""

        COMMERCIAL = "commercial", pgettext_lazy("agreement", "Commercial")
        MEDIA = "media", pgettext_lazy("agreement", "Media")
        TECHNICAL = "technical", pgettext_lazy("agreement", "Technical")
        TWINNING = "twinning", pgettext_lazy("agreement", "Institutional twinning")

    partner = models.ForeignKey(
        "territory.Partner", on_delete=models.PROTECT, related_name="agreements"
    )
    area = models.ForeignKey(
        "territory.Area", on_delete=models.PROTECT, related_name="agreements"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(max_length=160)
    goal = models.TextField(blank=True, max_length=1000, help_text="what it is for")
    shown_within = models.BooleanField(
        default=False, help_text="whether the staff of areas that lie in this one may read it"
    )
    is_demo = models.BooleanField(_("sample"), default=False)

    class Meta:
        ordering = ["title"]
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")

    def __str__(self) -> str:
        return self.title


class Act(models.Model):
    """One step in an agreement's life: signed, renewed, amended, ended. Never changed.

    Of old acts often only the year is known: `day` is then the first day that is possible,
    and `precision` says how much of it is true. The constraints are the last line of
    defence: the first act of an agreement, and no other, is its signature.
    """

    class Kind(models.TextChoices):
        """What was done."""

        SIGNED = "signed", pgettext_lazy("agreement", "Signed")
        RENEWED = "renewed", pgettext_lazy("agreement", "Renewed")
        AMENDED = "amended", pgettext_lazy("agreement", "Amended")
        ENDED = "ended", pgettext_lazy("agreement", "Ended")

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="acts")
    number = models.PositiveSmallIntegerField(help_text="1 is the signature")
    kind = models.CharField(max_length=8, choices=Kind)
    day = models.DateField(help_text="the first day that is possible")
    precision = models.CharField(
        max_length=5, choices=[(each.value, each.value) for each in Precision], default="day"
    )
    place = models.CharField(max_length=120, blank=True)
    term_from = models.DateField(null=True, blank=True)
    term_until = models.DateField(null=True, blank=True, help_text="the last day")
    words = models.TextField(blank=True, max_length=2000)
    document = models.FileField(upload_to="agreements", storage=private, blank=True)

    class Meta:
        ordering = ["agreement", "number"]
        verbose_name = pgettext_lazy("agreement", "act")
        verbose_name_plural = pgettext_lazy("agreement", "acts")
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "number"], name="territory_acts_in_sequence"
            ),
            models.CheckConstraint(
                condition=Q(kind="signed", number=1) | (~Q(kind="signed") & Q(number__gt=1)),
                name="territory_the_first_act_is_the_signature",
            ),
            models.UniqueConstraint(
                fields=["agreement"],
                condition=Q(kind="ended"),
                name="territory_an_agreement_ends_once",
            ),
            models.CheckConstraint(
                condition=Q(term_from__isnull=True)
                | Q(term_until__isnull=True)
                | Q(term_until__gt=F("term_from")),
                name="territory_a_term_ends_after_its_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement}, {self.number}: {self.kind}"

    @property
    def when(self) -> Moment:
        """Return the day, as exactly as it is known."""
        return Moment(self.day, Precision(self.precision))

    @property
    def happened(self) -> Happened:
        """Return the act as the rules read it."""
        return Happened(self.kind, self.when, self.term_from, self.term_until)


class Obligation(models.Model):
    """Something that one side owes the other, by a day."""

    class Side(models.TextChoices):
        """Who owes it."""

        AGENCY = "agency", pgettext_lazy("agreement", "We")
        PARTNER = "partner", pgettext_lazy("agreement", "The partner")

    agreement = models.ForeignKey(
        Agreement, on_delete=models.CASCADE, related_name="obligations"
    )
    who_owes = models.CharField(max_length=7, choices=Side)
    what = models.CharField(max_length=300)
    due_on = models.DateField(db_index=True)
    done_on = models.DateField(null=True, blank=True)
    amount_minor = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, default="EUR")

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("obligation")
        verbose_name_plural = _("obligations")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__isnull=True) | Q(amount_minor__gt=0),
                name="territory_what_is_owed_is_more_than_nothing",
            )
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def amount(self) -> Amount | None:
        """Return the money that is owed, if it is money."""
        return None if self.amount_minor is None else Amount(self.amount_minor, self.currency)


class Reminder(models.Model):
    """Somebody was told of one thing that draws near, so that nobody is told twice."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="reminders")
    user = models.ForeignKey("territory.User", on_delete=models.CASCADE, related_name="+")
    about = models.CharField(max_length=60, help_text="`due:12:2026-12-01:30`")
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["-sent_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "user", "about"], name="territory_reminded_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.agreement}: {self.about}"
