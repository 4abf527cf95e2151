"""Setting places aside while a buyer decides and pays."""

import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import DateTimeField, ExpressionWrapper, Value
from django.db.models.functions import Greatest, Now

from belvedere.journal.rules import Touch
from belvedere.sell import rules
from belvedere.sell.models import Allotment, Hold, HoldLine, Order, Quote
from belvedere.sell.rules import NotHeld, OtherBody, SoldOut
from belvedere.sell.services import _moves
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import DEFAULT

MINUTES = 15
LONGEST = timedelta(hours=2)


@dataclass(frozen=True)
class Buyer:
    """Who buys: a name, and a telephone number or an e-mail address."""

    name: str
    phone: str = ""
    email: str = ""


def hold(
    lines: Iterable[tuple[int, int]],
    *,
    client_key: UUID | None = None,
    buyer: Buyer | None = None,
    source: str = "",
    touch: Touch | None = None,
    language: str = DEFAULT,
    minutes: int = MINUTES,
) -> Hold:
    """Set places aside, all of them or none, and open the order that they are for.

    The check and the change are one UPDATE and the last statement of the transaction, so any
    number of channels may call this at the same moment and the last place is given once
    (ADR-0003). The same key and body give the same hold.

    Args:
        lines: Key of an allotment and how many places of it; the same one twice is summed.
        client_key: The buyer's idempotency key; a new one when empty.
        buyer: Who buys; when empty the order is a draft until `place`.
        source: Source code of the piece that brought the buyer, or `unknown`.
        touch: The same with the moment at which the link was followed; wins over `source`.
        language: BCP 47.
        minutes: How long the places wait before `release_expired` frees them.

    Returns:
        The hold; its order is `hold.order`.

    Raises:
        SoldOut: Fewer places are free. Nothing was changed.
        OtherBody: The key was used for something else.
        BadInput: A line is not for sale: unknown, over, or of two operators.

    """
    wanted = rules.summed(lines)
    key = client_key or uuid4()
    body = rules.fingerprint({"lines": wanted, "buyer": buyer and asdict(buyer)})
    before = Hold.objects.filter(client_key=key).select_related("order").first()
    if before:
        return _same(before, body)
    allotments = _sellable(wanted)
    touch = touch or (Touch(source) if source else None)
    try:
        with transaction.atomic():
            made = _make(key, body, minutes)
            order = _order(made, allotments, wanted, touch, language)
            if buyer:
                _fill(order, buyer)
            order.save()
            HoldLine.objects.bulk_create(_lines(made, allotments, wanted))
            _moves.tell("sale.held", order, quantity=sum(each for _, each in wanted))
            _moves.take(wanted)
    except IntegrityError:
        twin = Hold.objects.filter(client_key=key).select_related("order").first()
        if twin is None:
            raise
        return _same(twin, body)
    return made


def place(order_id: int, buyer: Buyer) -> Order:
    """Write down who buys. The order waits for payment from now on.

    Raises:
        NotHeld: The places are no longer held.
        BadInput: No name, or neither telephone nor e-mail.

    """
    with transaction.atomic():
        held = Hold.objects.select_for_update().get(order=order_id)
        if held.state != Hold.State.HELD:
            raise NotHeld("The places are no longer held.")
        order = Order.objects.select_for_update().get(pk=order_id)
        _fill(order, buyer)
        order.save()
    return order


def extend(hold_id: int, *, minutes: int = MINUTES) -> Hold:
    """Let the places wait longer, up to two hours after they were set aside.

    Raises:
        NotHeld: The hold is over.

    """
    longer = Hold.objects.filter(
        pk=hold_id, state=Hold.State.HELD, expires_at__gt=Now(), created_at__gt=Now() - LONGEST
    ).update(expires_at=Greatest("expires_at", after(timedelta(minutes=minutes))))
    if not longer:
        raise NotHeld("The places are no longer held.")
    return Hold.objects.get(pk=hold_id)


def after(delay: timedelta) -> ExpressionWrapper:
    """Return the moment so long from now, by the database's clock."""
    return ExpressionWrapper(Now() + Value(delay), output_field=DateTimeField())


def _same(before: Hold, body: str) -> Hold:
    if before.body != body:
        raise OtherBody("This key was used before for something else.", field="client_key")
    return before


def _sellable(wanted: list[tuple[int, int]]) -> dict[int, Allotment]:
    """Check before the transaction all that needs no lock, so that refusals are cheap."""
    found = Allotment.objects.select_related("product__operator").in_bulk(
        [pool for pool, _ in wanted]
    )
    if len(found) < len(wanted):
        raise BadInput("There is no such start.", field="start")
    if len({each.product.operator_id for each in found.values()}) > 1:
        raise BadInput("One order is for one operator.", field="start")
    for pool, quantity in wanted:
        each = found[pool]
        if each.product.state != each.product.State.ON_SALE:
            raise BadInput("This is not on sale.", field="product")
        if not rules.ahead(each.day, each.start, clock.now()):
            raise BadInput("This has started already.", field="start")
        if each.free < quantity:
            raise SoldOut("Fewer places are free than were asked for.", field="quantity")
    return found


def _make(key: UUID, body: str, minutes: int) -> Hold:
    made = Hold(client_key=key, body=body, created_at=Now())
    made.expires_at = after(timedelta(minutes=minutes))  # type: ignore[assignment]
    made.save()
    made.refresh_from_db(fields=["created_at", "expires_at"])
    return made


def _order(
    made: Hold,
    allotments: dict[int, Allotment],
    wanted: list[tuple[int, int]],
    touch: Touch | None,
    language: str,
) -> Order:
    first = min(allotments.values(), key=lambda each: rules.begins(each.day, each.start))
    product = first.product
    hours = max(each.product.free_cancellation_hours for each in allotments.values())
    total = sum(allotments[pool].product.price_minor * each for pool, each in wanted)
    currency = product.currency
    return Order(
        token=secrets.token_urlsafe(18),
        hold=made,
        operator_id=product.operator_id,
        total_minor=total,
        currency=currency,
        quote=Quote.objects.filter(base=currency, quoted="CNY").first(),
        free_hours=hours,
        free_until=rules.free_until(first.day, first.start, hours),
        language=language,
        source=touch.code if touch else "",
        followed_at=touch.followed_at if touch else None,
        created_at=clock.now(),
        # What nobody paid for is forgotten soon; a confirmation sets the date of the visit.
        forget_after=clock.today() + timedelta(days=7),
    )


def _lines(
    made: Hold, allotments: dict[int, Allotment], wanted: list[tuple[int, int]]
) -> list[HoldLine]:
    return [
        HoldLine(
            hold=made,
            allotment_id=pool,
            quantity=quantity,
            unit_price_minor=allotments[pool].product.price_minor,
            currency=allotments[pool].product.currency,
        )
        for pool, quantity in wanted
    ]


def _fill(order: Order, buyer: Buyer) -> None:
    name = " ".join(buyer.name.split())
    if not name:
        raise BadInput("A name is needed.", field="name")
    if not (buyer.phone or buyer.email):
        raise BadInput("A telephone number or an e-mail address is needed.", field="phone")
    order.name = name
    order.phone = rules.phone(buyer.phone, order.language) if buyer.phone else ""
    order.email = buyer.email.strip()
    order.market = rules.market(order.phone)
    order.purpose = rules.PURPOSE
    order.consent_at = clock.now()
    order.state = Order.State.PLACED


__all__ = ["LONGEST", "MINUTES", "Buyer", "after", "extend", "hold", "place"]
