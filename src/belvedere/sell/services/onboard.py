"""Becoming a seller of goods, from a phone: step by step, kept when interrupted, reviewed."""

from collections.abc import Callable, Mapping
from typing import IO, TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from belvedere.journal import services as journal
from belvedere.offer import services as offer
from belvedere.sell.models import Seller, TaxForm
from belvedere.sell.rules import papers, sellers, world
from belvedere.shared import clock
from belvedere.shared.errors import BadInput

if TYPE_CHECKING:
    from belvedere.territory.models import Operator, User

State = Seller.State
STEPS: Mapping[str, tuple[str, ...]] = {
    "business": ("legal_name", "street", "postcode", "city"),
    "tax": ("vat_number", "vat_scheme"),
    "bank": ("iban",),
    "sending": ("ready_hours",),
    "agreement": ("signatory", "entitled"),
}
"""The steps and what each asks; a step is done when none of it is missing."""
TAX_FIELDS = (
    "tax_form", "legal_name", "first_name", "last_name", "birth_date", "street", "postcode",
    "city", "province", "country", "vat_number", "tax_code", "recipient_code", "pec", "iban",
)  # fmt: skip
"""What invoices and the yearly report ask of who sells anything, goods or not."""
PURPOSE = "invoices for commission, and the yearly report to the taxman (DAC7)"
_MAY_FILL = (State.INVITED, State.ONBOARDING, State.READY, State.REJECTED)


class NotNow(BadInput):
    """The seller is not in a state from which this can be done."""


def done(seller: Seller | None) -> list[str]:
    """Return the steps that are complete."""
    if seller is None:
        return []
    return [
        step
        for step, fields in STEPS.items()
        if all(getattr(seller, each) for each in fields)
        and (step != "agreement" or seller.agreed_at)
    ]


@transaction.atomic
def begin(operator: "Operator") -> Seller:
    """Open the way to selling goods for an operator, or find it open."""
    seller, _made = Seller.objects.select_for_update().get_or_create(operator=operator)
    if seller.state == State.INVITED:
        _move(seller, State.ONBOARDING, fact="seller.began")
    return seller


@transaction.atomic
def tell_taxes(operator: "Operator", values: Mapping[str, Any]) -> Seller:
    """Keep what invoices and the yearly report ask of a seller, who need not sell goods.

    Purpose and expiry are kept beside it. A seller of goods whose numbers change waits for
    the office again, as after `fill`.

    Args:
        operator: Whose.
        values: Fields of `TAX_FIELDS`, some of them.

    Raises:
        BadInput: A number is wrong; `field` says which. Nothing was changed.

    """
    seller, _made = Seller.objects.select_for_update().get_or_create(operator=operator)
    before = _numbers(seller)
    country = str(values.get("country", seller.country))
    for field in TAX_FIELDS:
        if field in values:
            setattr(seller, field, _read(field, values[field], country))
    if seller.tax_form != TaxForm.PERSON:
        seller.first_name = seller.last_name = ""
        seller.birth_date = None
    seller.tax_purpose = PURPOSE
    seller.tax_forget_after = papers.forget_after(clock.today().year)
    _look_again(seller, before)
    seller.save()
    return seller


def _look_again(seller: Seller, before: tuple[str, ...]) -> None:
    """Send a seller back whose numbers have changed: the office approved the old ones."""
    if seller.state in (State.APPROVED, State.READY) and _numbers(seller) != before:
        seller.state = State.ONBOARDING


@transaction.atomic
def fill(
    operator: "Operator", values: Mapping[str, Any], *, by: "User | None" = None
) -> Seller:
    """Keep what was said in one step. Numbers are checked; all that was right is kept.

    A seller who is approved may change where money goes and how fast parcels leave; other
    numbers wait for the office again.

    Args:
        operator: Whose.
        values: Fields of `STEPS`, some of them.
        by: Who says it; for the agreement, who agrees.

    Raises:
        BadInput: A number is wrong; `field` says which. Nothing was changed.
        NotNow: The office has suspended the seller.

    """
    begin(operator)
    seller = Seller.objects.select_for_update().get(operator=operator)
    if seller.state not in (*_MAY_FILL, State.APPROVED):
        raise NotNow(_("The office has suspended your shop: speak to it."))
    before = _numbers(seller)
    for field, value in values.items():
        setattr(seller, field, _read(field, value, needed=True))
    if values.get("entitled"):
        seller.agreement = sellers.AGREEMENT
        seller.agreed_at = clock.now()
        seller.agreed_by = by
    if seller.state == State.REJECTED:
        seller.state = State.ONBOARDING
    _look_again(seller, before)
    seller.save()
    return seller


def _numbers(seller: Seller) -> tuple[str, ...]:
    return seller.vat_number, seller.iban, seller.legal_name


@transaction.atomic
def send_for_review(operator: "Operator") -> Seller:
    """Ask the office to look: everything has been said.

    Raises:
        BadInput: A step is missing; `field` is its name.
        NotNow: It waits already, or was decided.

    """
    seller = Seller.objects.select_for_update().get(operator=operator)
    missing = [each for each in STEPS if each not in done(seller)]
    if missing:
        raise BadInput(_("One step is missing."), field=missing[0])
    if seller.state != State.ONBOARDING:
        raise NotNow(_("This has been sent already."))
    _move(seller, State.READY, fact="seller.sent")
    return seller


@transaction.atomic
def approve_seller(seller_id: int, *, by: "User | None" = None) -> Seller:
    """Let a seller sell goods: after a review, or again after a suspension.

    Raises:
        NotNow: Nothing waits for that.

    """
    return _review(seller_id, (State.READY, State.SUSPENDED), State.APPROVED, "", by)


@transaction.atomic
def reject_seller(seller_id: int, *, reason: str, by: "User | None" = None) -> Seller:
    """Say that a seller cannot sell goods like this, and why; they may mend it and ask again.

    Raises:
        BadInput: No reason was given.
        NotNow: Nothing waits for that.

    """
    return _review(seller_id, (State.READY,), State.REJECTED, _why(reason), by)


@transaction.atomic
def suspend_seller(seller_id: int, *, reason: str, by: "User | None" = None) -> Seller:
    """Stop a seller's goods from being sold. What was bought is still sent.

    Raises:
        BadInput: No reason was given.
        NotNow: The seller is not approved.

    """
    return _review(seller_id, (State.APPROVED,), State.SUSPENDED, _why(reason), by)


def keep_portrait(operator: "Operator", file: IO[bytes], *, by: "User | None" = None) -> Seller:
    """Keep the picture of a seller's shop.

    Raises:
        BadInput: It is no picture, or too large.

    """
    seller = begin(operator)
    seller.portrait = offer.keep_picture(
        file, title=operator.name, alt_text=operator.name, holder=operator.name,
        credit=operator.name, by=by,
    )  # fmt: skip
    seller.save(update_fields=["portrait"])
    return seller


def _review(
    seller_id: int, out_of: tuple[str, ...], to: str, reason: str, by: "User | None"
) -> Seller:
    seller = Seller.objects.select_for_update().get(pk=seller_id)
    if seller.state not in out_of:
        raise NotNow(_("This has been decided already."))
    seller.reason, seller.reviewed_at, seller.reviewed_by = reason, clock.now(), by
    _move(seller, to, fact=f"seller.{to}", by=by)
    return seller


def _move(seller: Seller, to: str, *, fact: str, by: "User | None" = None) -> None:
    seller.state = to
    seller.save()
    operator = seller.operator
    known: dict[str, Any] = {"by": by.pk} if by else {}
    journal.record(fact, f"seller:{operator.pk}", area=operator.area.slug, **known)


def _why(reason: str) -> str:
    reason = " ".join(reason.split())[:300]
    if not reason:
        raise BadInput(_("Say why: the maker reads it."), field="reason")
    return reason


def _read(field: str, value: Any, country: str = world.HOME, *, needed: bool = False) -> Any:
    if not isinstance(value, str):
        return value
    text = " ".join(value.split())
    read = _READERS.get(field)
    if read is None or not (text or needed):
        return text
    try:
        return read(text, country)
    except BadInput as error:
        raise BadInput(str(_WRONG[field]), field=field) from error


_READERS: Mapping[str, Callable[[str, str], str]] = {
    "vat_number": sellers.vat_number,
    "iban": lambda text, country: sellers.iban(text),
    "tax_code": papers.tax_code,
    "recipient_code": lambda text, country: papers.recipient_code(text),
    "province": lambda text, country: papers.province(text),
    "postcode": papers.postcode,
    "country": lambda text, country: text.upper(),
}
_WRONG = {
    "vat_number": gettext_lazy(
        "This is not a VAT number: eleven digits in Italy. Check the digits."
    ),
    "iban": gettext_lazy(
        "This is not an IBAN: it begins with IT and has 27 characters in Italy."
        " Check the digits."
    ),
    "tax_code": gettext_lazy(
        "This is not a codice fiscale: sixteen letters and digits of a person, eleven digits"
        " of a company. Check them."
    ),
    "recipient_code": gettext_lazy("A codice destinatario has seven letters or digits."),
    "province": gettext_lazy("Write the two letters of the province, for instance AR."),
    "postcode": gettext_lazy("A postcode in Italy has five digits."),
}


__all__ = [
    "STEPS",
    "NotNow",
    "approve_seller",
    "begin",
    "done",
    "fill",
    "keep_portrait",
    "reject_seller",
    "send_for_review",
    "suspend_seller",
    "tell_taxes",
]
