"""What the agency and its sellers exchange for the taxman: invoices, and who the agency is."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from belvedere.sell.models.ledger import Entry
from belvedere.shared.money import Amount


class Agency(models.Model):
    """The body that runs this installation, as the taxman knows it. There is one row.

    Whoever numbers a paper locks it, so that numbers have no gaps.
    """

    class Regime(models.TextChoices):
        """Fiscal regimes that charge VAT on a commission as any business does."""

        RF01 = "RF01", pgettext_lazy("regime", "RF01 – ordinary")
        RF11 = "RF11", pgettext_lazy("regime", "RF11 – travel agency (art. 74-ter)")
        RF17 = "RF17", pgettext_lazy("regime", "RF17 – VAT when paid (art. 32-bis)")
        RF18 = "RF18", pgettext_lazy("regime", "RF18 – other")

    class Kind(models.TextChoices):
        """Type of the monthly document."""

        TD01 = "TD01", pgettext_lazy("paper", "TD01 – invoice")
        TD24 = "TD24", pgettext_lazy("paper", "TD24 – deferred invoice of the month")

    legal_name = models.CharField(max_length=80, blank=True)
    vat_number = models.CharField(max_length=16, blank=True, help_text="with its country")
    tax_code = models.CharField(max_length=16, blank=True)
    street = models.CharField(max_length=60, blank=True)
    postcode = models.CharField(max_length=5, blank=True)
    city = models.CharField(max_length=60, blank=True)
    province = models.CharField(max_length=2, blank=True)
    regime = models.CharField(max_length=4, choices=Regime, default=Regime.RF01)
    kind = models.CharField(max_length=4, choices=Kind, default=Kind.TD01)
    rea_office = models.CharField(max_length=2, blank=True, help_text="province")
    rea_number = models.CharField(max_length=20, blank=True)
    in_liquidation = models.BooleanField(default=False)
    iban = models.CharField(max_length=34, blank=True)
    email = models.EmailField(blank=True, help_text="for questions about papers")

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    class Meta:
        verbose_name_plural = "agencies"
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="sell_one_agency")]

    def __str__(self) -> str:
        return self.legal_name or "agency"


class Invoice(models.Model):
    """The agency's paper for the commission that a seller owes for one month.

    A draft follows the ledger; once issued it has a number and stays as it is: the database
    refuses any change, and any number that leaves a gap (migration 0014). Amounts have the
    ledger's sign turned: positive is owed by the seller; a negative total is a credit note.
    """

    class State(models.TextChoices):
        """Whether it exists for the taxman."""

        DRAFT = "draft", pgettext_lazy("invoice", "To be issued")
        ISSUED = "issued", pgettext_lazy("invoice", "Issued")

    operator = models.ForeignKey(
        "territory.Operator", on_delete=models.PROTECT, related_name="invoices"
    )
    month = models.DateField(help_text="first day of the month")
    currency = models.CharField(max_length=3, help_text="ISO 4217")
    simulated = models.BooleanField(default=False, help_text="of money that never moved")
    net_minor = models.BigIntegerField(help_text="commission without VAT")
    vat_minor = models.BigIntegerField(help_text="VAT on it")
    lines = models.JSONField(default=list, help_text="[[kind, how many, minor units], …]")
    nature = models.CharField(max_length=4, blank=True, help_text="N2.1 where VAT is not due")
    kind = models.CharField(max_length=4, blank=True, help_text="TD01, TD24, TD04")
    state = models.CharField(max_length=6, choices=State, default=State.DRAFT)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    sequence = models.PositiveIntegerField(null=True, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True, help_text="when issuing was asked")

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    class Meta:
        ordering = ["-month", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["operator", "month", "currency", "simulated"],
                name="sell_one_invoice_a_month",
            ),
            models.UniqueConstraint(
                fields=["year", "simulated", "sequence"], name="sell_invoice_number_once"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", sequence=None, year=None, issued_on=None)
                | Q(
                    state="issued",
                    sequence__gte=1,
                    year__isnull=False,
                    issued_on__year=models.F("year"),
                    kind__in=["TD01", "TD24", "TD04"],
                ),
                name="sell_issued_has_number_and_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="issued")
                | Q(kind="TD04", net_minor__lte=0, vat_minor__lte=0)
                | (~Q(kind="TD04") & Q(net_minor__gte=0, vat_minor__gte=0)),
                name="sell_credit_notes_are_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"draft {self.pk}"

    @property
    def number(self) -> str:
        """Return the number as it stands on the paper; empty for a draft."""
        if not self.sequence:
            return ""
        return f"{'DEMO-' if self.simulated else ''}{self.year}/{self.sequence}"

    @property
    def net(self) -> Amount:
        """Return the commission without VAT."""
        return Amount(self.net_minor, self.currency)

    @property
    def vat(self) -> Amount:
        """Return the VAT on it."""
        return Amount(self.vat_minor, self.currency)

    @property
    def total(self) -> Amount:
        """Return what it comes to."""
        return self.net + self.vat


class Billed(models.Model):
    """An entry of the ledger stands in an invoice, and in no other."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="billed")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="billed")

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    def __str__(self) -> str:
        return f"{self.entry_id} in {self.invoice_id}"


class InvoiceFile(models.Model):
    """An invoice as it was written for the Sistema di Interscambio, and what that answered.

    What was refused counts as never issued: it is written again under its number and day,
    with the data that were wrong put right, as a new file. A file is never changed.
    """

    class State(models.TextChoices):
        """How far it has come; the last four by a receipt of the Sistema di Interscambio."""

        MADE = "made", pgettext_lazy("invoice file", "Written")
        SENT = "sent", pgettext_lazy("invoice file", "Handed over")
        DELIVERED = "delivered", pgettext_lazy("invoice file", "Delivered (RC)")
        IN_AREA = "in_area", pgettext_lazy("invoice file", "In the seller's tax area (MC)")
        REFUSED = "refused", pgettext_lazy("invoice file", "Refused (NS)")

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="files")
    progressive = models.CharField(max_length=5, unique=True)
    name = models.CharField(max_length=40, unique=True)
    parties = models.JSONField(help_text="agency and seller as they stand on it")
    xml = models.TextField()
    made_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.MADE)
    answered_at = models.DateTimeField(null=True, blank=True)
    sdi_id = models.CharField(max_length=36, blank=True, help_text="IdentificativoSdI")
    reason = models.TextField(blank=True, help_text="of a refusal, in the office's words")

    wagtail_reference_index_ignore = True  # Nothing of a sale is content.

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["invoice"],
                condition=~Q(state="refused"),
                name="sell_one_good_file_an_invoice",
            )
        ]

    def __str__(self) -> str:
        return self.name


class TaxForm(models.TextChoices):
    """What a seller is to the taxman."""

    PERSON = "person", _("A person, also with a business in one's own name")
    ENTITY = "entity", _("A company or association")
    PUBLIC = "public", _("A public body")
