"""Becoming a seller of goods, from a phone: step by step, kept when interrupted, reviewed."""

from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from belvedere.journal import services as journal
from belvedere.offer import services as offer
from belvedere.sell.models import Seller
from belvedere.sell.rules import sellers
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
        setattr(seller, field, _read(field, value))
    if values.get("entitled"):
        seller.agreement = sellers.AGREEMENT
        seller.agreed_at = clock.now()
        seller.agreed_by = by
    if seller.state == State.REJECTED or (
        seller.state in (State.APPROVED, State.READY) and _numbers(seller) != before
    ):
        seller.state = State.ONBOARDING
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


def _read(field: str, value: Any) -> Any:
    if field == "vat_number":
        try:
            return sellers.vat_number(str(value))
        except BadInput as error:
            raise BadInput(
                _("This is not a VAT number: eleven digits in Italy. Check the digits."),
                field=field,
            ) from error
    if field == "iban":
        try:
            return sellers.iban(str(value))
        except BadInput as error:
            raise BadInput(
                _("This is not an IBAN: it begins with IT and has 27 characters in Italy."
                  " Check the digits."),
                field=field,
            ) from error  # fmt: skip
    return " ".join(value.split()) if isinstance(value, str) else value


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
]
