"""Setting places aside while a buyer decides and pays."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Value
from django.db.models.functions import Greatest, Least, Now

from belvedere.journal.rules import Touch
from belvedere.sell import rules
from belvedere.sell.models import (
    Hold,
    Order,
)
from belvedere.sell.queries import lately
from belvedere.sell.rules import NotHeld, OtherBody, SoldOut
from belvedere.sell.services import _discounts, _modes, _moves, _packages, sending
from belvedere.sell.services._cart import (
    MINUTES,
    Buyer,
    Cart,
    Wanted,
    fingerprint,
    known,
    priced,
    proper,
    refuse_sold_out,
    sendings,
    starts,
    summed,
)
from belvedere.sell.services._packages import WantedPackage
from belvedere.sell.services._write import fill, write
from belvedere.sell.services.sending import Destination
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import DEFAULT
from belvedere.shared.money import Amount

LONGEST = timedelta(hours=2)


def hold(
    lines: Iterable[tuple[int, int] | Wanted | WantedPackage],
    *,
    client_key: UUID | None = None,
    buyer: Buyer | None = None,
    source: str = "",
    touch: Touch | None = None,
    language: str = DEFAULT,
    market: str = "",
    currency: str = "",
    minutes: int = MINUTES,
    also: Callable[[Order], None] | None = None,
    destination: Destination | None = None,
    code: str = "",
) -> Hold:
    """Set places aside, all of them or none, and open the order that they are for.

    The check and the change are one UPDATE and the last statement of the transaction, so any
    number of channels may call this at the same moment and the last place is given once
    (ADR-0003). The same key and body give the same hold. The lines may be of several
    operators: each gets its part of the order, and one payment is for all.

    Args:
        lines: Key of an allotment and how many of the product's first unit, or `Wanted`; the
            same allotment twice is summed. A `WantedPackage` takes places of all its parts.
        client_key: The buyer's idempotency key; a new one when empty.
        buyer: Who buys; when empty the order is a draft until `place`.
        source: Source code of the piece that brought the buyer, or `unknown`.
        touch: The same with the moment at which the link was followed; wins over `source`.
        language: BCP 47.
        market: ISO 3166 of the buyer, for the price; empty: by the telephone number.
        currency: ISO 4217 of the prices; empty: that of the products.
        minutes: How long the places wait before `release_expired` frees them.
        also: Writes what belongs to the new order, in the same transaction, before the
            places are taken.
        destination: Where goods go; each maker's part then has its delivery and its price.
        code: Of a discount, as typed; taken with the places, all or nothing.

    Returns:
        The hold; its order is `hold.order`.

    Raises:
        SoldOut: Fewer places are free. Nothing was changed.
        Queued: Others wait in line for one of the starts: `ask` for a turn.
        OtherBody: The key was used for something else.
        NotAllowed: The units break a restriction of the option.
        NotShipped: The goods do not go to the destination; says why.
        NoDiscount: The code is not one of ours, or not for this, or used up; says why.
        BadInput: A line is not for sale: unknown, over, or of another currency.

    """
    packages, singles = _packages.apart(lines)
    asked = summed(singles) if singles or not packages else []
    body = fingerprint(asked, buyer, destination, code, packages)
    touch = touch or (Touch(source) if source else None)
    try:
        buyer = proper(buyer, language) if buyer else None
        market = market or _market(buyer, destination)
        found = known([each.allotment for each in asked])
        wanted = priced(found, asked, market, currency, destination)
        if packages:
            wanted += _packages.lines(packages, market, currency, beside=wanted)
        refuse_sold_out(wanted)
        discount = _discounts.find(code) if code else None
        wanted = _discounts.reduced(discount, wanted) if discount else wanted
        cart = Cart(
            key=client_key or uuid4(),
            body=body,
            lines=wanted,
            quote=found.quote(wanted[0].currency),
            buyer=buyer,
            touch=_discounts.led_by(touch, discount),
            language=language,
            market=market,
            minutes=minutes,
            sent=sendings(wanted, destination),
            discount=discount.pk if discount else None,
        )
        if cart.sent and destination:
            sending.complete(destination)
        return _set_aside(cart, also)
    except (BadInput, IntegrityError):
        # Asked before: the answer is the same, whatever has become of the stock since.
        before = _asked_before(client_key)
        if before is None:
            raise
        return _same(before, body)


def _set_aside(cart: Cart, also: Callable[[Order], None] | None) -> Hold:
    allotments = [each.allotment for each in cart.lines]
    _modes.refuse_to_overtake(allotments)
    try:
        with transaction.atomic():
            (made,) = write([cart])
            if also:
                also(made.order)
            _modes.seat([made], allotments)
            _moves.take(rules.summed((each.allotment.pk, each.places) for each in cart.lines))
            if cart.discount:
                _discounts.take(cart.discount, cart.discounted)
    except SoldOut:
        lately.forget()  # The next ones are told before they have written anything.
        raise
    return made


def _market(buyer: Buyer | None, to: Destination | None) -> str:
    by_phone = rules.market(buyer.phone) if buyer else ""
    return by_phone or (to.country if to else "")


@dataclass(frozen=True)
class Reckoned:
    """What some lines would cost, and the sending of their goods.

    Attributes:
        lines: Price of each line by its allotment, with the VAT of where goods go.
        packages: Price of each package by its key and day.
        sending: Price of sending each maker's goods, by the maker's key.

    """

    lines: Mapping[int, Amount]
    sending: Mapping[int, Amount]
    packages: Mapping[tuple[int, date], Amount] = field(default_factory=dict)

    @property
    def total(self) -> Amount:
        """Return what is to be paid."""
        first, *others = [
            *self.lines.values(),
            *self.packages.values(),
            *self.sending.values(),
        ]
        return sum(others, first)


def reckon(
    lines: Iterable[tuple[int, int] | Wanted | WantedPackage],
    *,
    market: str = "",
    destination: Destination | None = None,
) -> Reckoned:
    """Say what `hold` would ask for, and hold nothing; arguments and errors are its own.

    Raises:
        NotShipped: The goods do not go to the destination; says why.
        NotAllowed, BadInput: A line is not for sale.

    """
    packages, singles = _packages.apart(lines)
    asked = summed(singles) if singles or not packages else []
    found = starts([each.allotment for each in asked])
    market = market or (destination.country if destination else "")
    wanted = priced(found, asked, market, "", destination)
    bought = _packages.lines(packages, market, "", beside=wanted)
    sent = sendings(wanted, destination)
    currency = (wanted + bought)[0].currency
    return Reckoned(
        lines={each.allotment.pk: Amount(each.minor, currency) for each in wanted},
        sending={key: Amount(each.minor, currency) for key, each in sent.items()},
        packages=_packages.prices(bought),
    )


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
        fill(order, proper(buyer, order.language))
        order.save()
        order.parts.filter(state=Order.State.DRAFT).update(state=order.state)
    return order


def extend(hold_id: int, *, minutes: int = MINUTES) -> Hold:
    """Let the places wait longer, up to two hours after they were set aside.

    Raises:
        NotHeld: The hold is over.

    """
    latest = ExpressionWrapper(F("created_at") + LONGEST, output_field=DateTimeField())
    wished = Least(after(min(timedelta(minutes=minutes), LONGEST)), latest)
    longer = Hold.objects.filter(
        pk=hold_id, state=Hold.State.HELD, expires_at__gt=Now(), created_at__gt=Now() - LONGEST
    ).update(expires_at=Greatest("expires_at", wished))
    if not longer:
        raise NotHeld("The places are no longer held.")
    return Hold.objects.get(pk=hold_id)


def after(delay: timedelta) -> ExpressionWrapper:
    """Return the moment so long from now, by the database's clock."""
    return ExpressionWrapper(Now() + Value(delay), output_field=DateTimeField())


def _asked_before(client_key: UUID | None) -> Hold | None:
    if client_key is None:
        return None
    return Hold.objects.filter(client_key=client_key).select_related("order").first()


def _same(before: Hold, body: str) -> Hold:
    if before.body != body:
        raise OtherBody("This key was used before for something else.", field="client_key")
    return before
