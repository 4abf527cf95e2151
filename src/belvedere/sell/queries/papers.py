"""Invoices for commission: what stands in no paper yet, and what holds a paper back."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from belvedere.sell.models import (
    Account,
    Agency,
    Entry,
    Invoice,
    InvoiceFile,
    Posting,
    Seller,
    TaxForm,
)
from belvedere.sell.rules import papers as rules
from belvedere.sell.rules.papers import Problem
from belvedere.shared import clock
from belvedere.shared.money import Amount

Party = dict[str, Any]
REGIMES = Agency.Regime.choices
TYPES = Agency.Kind.choices
TAX_FORMS = TaxForm.choices


@dataclass(frozen=True)
class Unbilled:
    """What the ledger has of a seller's commission and no paper has yet.

    Attributes:
        operator: Key of the seller.
        currency: ISO 4217.
        simulated: No money moved.
        commission: Minor units; positive is owed by the seller.
        vat: VAT on it.
        lines: Kind, how many, minor units without VAT: what was earned, what was taken back.
        entries: Keys of the ledger's entries.

    """

    operator: int
    currency: str
    simulated: bool
    commission: int
    vat: int
    lines: list[tuple[str, int, int]]
    entries: list[int]


def agency() -> Agency:
    """Return who runs this installation; an empty one before anybody has said."""
    return Agency.objects.filter(pk=1).first() or Agency(pk=1)


def party_of(who: Agency | Seller | None) -> Party:
    """Return the agency or a seller as they stand on a paper; all is empty for nobody."""
    if isinstance(who, Agency):
        named = ("vat_number", "tax_code", "street", "postcode", "city", "province", "regime",
                 "rea_office", "rea_number", "in_liquidation", "iban", "email")  # fmt: skip
        said = {each: getattr(who, each) for each in named}
        return {**said, "name": who.legal_name, "country": "IT", "tax_form": "entity"}
    named = ("vat_number", "tax_code", "street", "postcode", "city", "province", "country",
             "tax_form", "recipient_code", "pec", "first_name", "last_name")  # fmt: skip
    who = who or Seller()
    name = who.legal_name or f"{who.first_name} {who.last_name}".strip()
    return {**{each: getattr(who, each) for each in named}, "name": name}


def seller_of(operator_id: int) -> Seller | None:
    """Return an operator as a seller, or None."""
    return Seller.objects.filter(operator=operator_id).first()


def end_of(month: date) -> datetime:
    """Return the moment at which a month is over, in Italy."""
    return datetime.combine(rules.month_after(month), time(), clock.ROME)


def unbilled(until: datetime, operators: Collection[int] | None = None) -> list[Unbilled]:
    """Return what was earned before a moment and stands in no paper, by seller and currency.

    What comes to nothing, because all was taken back, is left out: it goes with the next.

    Args:
        until: The moment.
        operators: Keys of the sellers; all when None.

    """
    entries = Entry.objects.filter(at__lt=until, billed=None).filter(
        postings__account__in=[Account.COMMISSION, Account.VAT],
        postings__operator__isnull=False,
    )
    if operators is not None:
        entries = entries.filter(postings__operator__in=operators)
    keys = list(entries.order_by("pk").values_list("pk", flat=True).distinct())
    rows = (
        Posting.objects.filter(
            entry__in=keys,
            account__in=[Account.COMMISSION, Account.VAT],
            operator__isnull=False,
        )
        .values_list(
            "operator", "currency", "entry__simulated", "entry", "entry__kind", "account"
        )
        .annotate(sum=Sum("amount_minor"))
        .order_by("operator", "currency", "entry__simulated", "entry")
    )
    found: dict[tuple[int, str, bool], list[tuple[int, str, str, int]]] = {}
    for operator, currency, simulated, entry, kind, account, minor in rows:
        of = found.setdefault((operator, currency, simulated), [])
        of.append((entry, kind, account, -minor))
    made = [_unbilled(*key, of) for key, of in found.items()]
    return [each for each in made if each.commission + each.vat]


def _unbilled(
    operator: int, currency: str, simulated: bool, rows: list[tuple[int, str, str, int]]
) -> Unbilled:
    def total(account: str, *kinds: str) -> int:
        return sum(
            minor
            for _e, kind, of, minor in rows
            if of == account and (not kinds or kind in kinds)
        )

    returned = {kind for _e, kind, _a, _m in rows} - {"delivered"}
    lines = []
    for name, kinds in (("earned", {"delivered"}), ("returned", returned)):
        count = len({entry for entry, kind, _a, _m in rows if kind in kinds})
        if count:
            lines.append((name, count, total(Account.COMMISSION, *kinds)))
    return Unbilled(
        operator=operator,
        currency=currency,
        simulated=simulated,
        commission=total(Account.COMMISSION),
        vat=total(Account.VAT),
        lines=lines,
        entries=sorted({entry for entry, _k, _a, _m in rows}),
    )


def invoices(operators: Iterable[int]) -> QuerySet[Invoice]:
    """Return the papers of some sellers, the last month first."""
    found = Invoice.objects.filter(operator__in=list(operators)).select_related(
        "operator__seller"
    )
    return found.prefetch_related("files").order_by("-month", "operator__name", "pk")


def held(invoice: Invoice, by: Agency) -> list[Problem]:
    """Return why a draft cannot be issued; empty when it can."""
    seller = getattr(invoice.operator, "seller", None)
    return rules.problems(
        party_of(by), party_of(seller), currency=invoice.currency, vat=invoice.vat_minor
    )


def file_of(invoice: Invoice) -> InvoiceFile | None:
    """Return the file of an issued paper that counts: the last one."""
    return max(invoice.files.all(), key=lambda each: each.pk, default=None)


@dataclass(frozen=True)
class Month:
    """The papers of one month at a glance.

    Attributes:
        first: Its first day.
        drafts: How many are to be issued.
        issued: How many are issued.
        asked: How many of the drafts are being issued by a job.
        totals: What the issued ones come to, by currency.

    """

    first: date
    drafts: int
    issued: int
    asked: int
    totals: list[Amount]


def months(operators: Collection[int]) -> list[Month]:
    """Return the months that have papers, the last first."""
    rows = (
        Invoice.objects.filter(operator__in=operators)
        .values("month", "currency")
        .annotate(
            drafts=Count("pk", filter=Q(state="draft")),
            issued=Count("pk", filter=Q(state="issued")),
            asked=Count("pk", filter=Q(state="draft", asked_at__isnull=False)),
            sum_net=Sum("net_minor", filter=Q(state="issued")),
            sum_vat=Sum("vat_minor", filter=Q(state="issued")),
        )
        .order_by("-month", "currency")
    )
    found: dict[date, list[Any]] = {}
    for each in rows:
        found.setdefault(each["month"], []).append(each)
    return [
        Month(
            first=first,
            drafts=sum(each["drafts"] for each in of),
            issued=sum(each["issued"] for each in of),
            asked=sum(each["asked"] for each in of),
            totals=[
                Amount(each["sum_net"] + each["sum_vat"], each["currency"])
                for each in of
                if each["issued"]
            ],
        )
        for first, of in found.items()
    ]
