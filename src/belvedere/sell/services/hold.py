"""Setting places aside while a buyer decides and pays."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from itertools import groupby
from uuid import UUID, uuid4

from django.db import IntegrityError, connection, transaction
from django.db.models import DateTimeField, ExpressionWrapper, Value
from django.db.models.functions import Greatest, Now

from belvedere.journal.rules import Touch
from belvedere.sell import rules
from belvedere.sell.models import (
    Allotment,
    Good,
    Hold,
    HoldLine,
    Item,
    Order,
    Quote,
    SellerOrder,
)
from belvedere.sell.queries.tariff import tariff
from belvedere.sell.rules import NotHeld, OtherBody, SoldOut
from belvedere.sell.rules import vat as taxation
from belvedere.sell.rules.shares import part as percentage
from belvedere.sell.rules.tariff import Option, check, default_of, places, price_of
from belvedere.sell.services import _moves, sending
from belvedere.sell.services.sending import Destination, Sending, Sold
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import DEFAULT
from belvedere.shared.money import Amount

MINUTES = 15
LONGEST = timedelta(hours=2)
VAT_ON_COMMISSION = 22  # per cent; the ordinary Italian rate, D.P.R. 633/1972 art. 16


@dataclass(frozen=True)
class Buyer:
    """Who buys: a name, and a telephone number or an e-mail address."""

    name: str
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class Wanted:
    """Units of one start: two adults and a child. `units` is how many of each, by its key."""

    allotment: int
    units: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Line:
    """One line as it will be written: what is taken, at which prices."""

    allotment: Allotment
    option: Option
    units: Mapping[int, int]
    prices: Mapping[int, Amount]
    percent: Decimal
    good: Good | None = None

    @property
    def places(self) -> int:
        return places(self.option, self.units)

    @property
    def minor(self) -> int:
        return sum(self.prices[key].minor * quantity for key, quantity in self.units.items())

    @property
    def vat(self) -> int:
        return taxation.within(self.minor, self.percent)


def hold(
    lines: Iterable[tuple[int, int] | Wanted],
    *,
    client_key: UUID | None = None,
    buyer: Buyer | None = None,
    source: str = "",
    touch: Touch | None = None,
    language: str = DEFAULT,
    market: str = "",
    currency: str = "",
    minutes: int = MINUTES,
    destination: Destination | None = None,
) -> Hold:
    """Set places aside, all of them or none, and open the order that they are for.

    The check and the change are one UPDATE and the last statement of the transaction, so any
    number of channels may call this at the same moment and the last place is given once
    (ADR-0003). The same key and body give the same hold. The lines may be of several
    operators: each gets its part of the order, and one payment is for all.

    Args:
        lines: Key of an allotment and how many of the product's first unit, or `Wanted`; the
            same allotment twice is summed.
        client_key: The buyer's idempotency key; a new one when empty.
        buyer: Who buys; when empty the order is a draft until `place`.
        source: Source code of the piece that brought the buyer, or `unknown`.
        touch: The same with the moment at which the link was followed; wins over `source`.
        language: BCP 47.
        market: ISO 3166 of the buyer, for the price; empty: by the telephone number.
        currency: ISO 4217 of the prices; empty: that of the products.
        minutes: How long the places wait before `release_expired` frees them.
        destination: Where goods go; each maker's part then has its delivery and its price.

    Returns:
        The hold; its order is `hold.order`.

    Raises:
        SoldOut: Fewer places are free. Nothing was changed.
        OtherBody: The key was used for something else.
        NotAllowed: The units break a restriction of the option.
        NotShipped: The goods do not go to the destination; says why.
        BadInput: A line is not for sale: unknown, over, or of another currency.

    """
    asked = _asked(lines)
    key = client_key or uuid4()
    body = rules.fingerprint(
        {
            "lines": [(each.allotment, sorted(each.units.items())) for each in asked],
            "buyer": buyer and asdict(buyer),
            **({"destination": asdict(destination)} if destination else {}),
        }
    )
    before = Hold.objects.filter(client_key=key).select_related("order").first()
    if before:
        return _same(before, body)
    market = market or (rules.market(_phone(buyer, language)) if buyer else "")
    market = market or (destination.country if destination else "")
    wanted = _sellable(asked, market, currency, destination)
    sent = _sendings(wanted, destination)
    touch = touch or (Touch(source) if source else None)
    taken = [(each.allotment.pk, each.places) for each in wanted]
    try:
        with transaction.atomic():
            made = _make(key, body, minutes)
            order = _order(made, wanted, sent, touch, language, market)
            if buyer:
                _fill(order, buyer)
            order.save(force_insert=True)
            _write(order, wanted, sent)
            _moves.tell("sale.held", order, about=_told(wanted))
            _moves.take(taken)
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
        order.parts.filter(state=Order.State.DRAFT).update(state=order.state)
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


def _asked(lines: Iterable[tuple[int, int] | Wanted]) -> list[Wanted]:
    """Sum what is asked for per allotment, in the order in which allotments are locked.

    Until the tariff is read, the product's first unit goes by the key 0.
    """
    sums: dict[int, dict[int, int]] = {}
    for each in lines:
        wanted = each if isinstance(each, Wanted) else Wanted(each[0], {0: each[1]})
        units = sums.setdefault(wanted.allotment, {})
        for unit, quantity in wanted.units.items():
            if quantity < 1:
                raise BadInput("At least one place is needed.", field="quantity")
            units[unit] = units.get(unit, 0) + quantity
    if not sums or not all(sums.values()):
        raise BadInput("At least one place is needed.", field="quantity")
    return [Wanted(pool, units) for pool, units in sorted(sums.items())]


def _sellable(
    asked: Sequence[Wanted], market: str, currency: str, to: Destination | None
) -> list[_Line]:
    """Check before the transaction all that needs no lock, so that refusals are cheap."""
    found = Allotment.objects.select_related(
        "product__operator__seller", "product__operator__area", "product__good"
    ).in_bulk([each.allotment for each in asked])
    if len(found) < len(asked):
        raise BadInput("There is no such start.", field="start")
    options = tariff({each.product_id for each in found.values()})
    lines = [
        _taxed(_line(found[each.allotment], each, options, market, currency), to)
        for each in asked
    ]
    if len({price.currency for line in lines for price in line.prices.values()}) > 1:
        raise BadInput("One order is in one currency.", field="currency")
    return lines


def _line(
    allotment: Allotment, asked: Wanted, options: Sequence[Option], market: str, currency: str
) -> _Line:
    product = allotment.product
    if product.state != product.State.ON_SALE:
        raise BadInput("This is not on sale.", field="product")
    option = _option(options, product.pk, asked.units)
    first = option.units[0].id
    units: dict[int, int] = {}
    for key, quantity in asked.units.items():
        units[key or first] = units.get(key or first, 0) + quantity
    check(option, units)
    sold_until = clock.now() + timedelta(minutes=option.cutoff_minutes)
    if not rules.ahead(allotment.day, allotment.start, sold_until):
        raise BadInput("This has started already.", field="start")
    prices = {key: price_of(option.unit(key), allotment.day, market, currency) for key in units}
    percent = Decimal(str(option.vat_percent))
    line = _Line(allotment, option, units, prices, percent, getattr(product, "good", None))
    if allotment.free < line.places:
        raise SoldOut("Fewer places are free than were asked for.", field="quantity")
    return line


def _taxed(line: _Line, to: Destination | None) -> _Line:
    """Return a line of goods at the price and VAT of where they go; any other as it is."""
    if line.good is None:
        return line
    seller = getattr(line.allotment.product.operator, "seller", None)
    prices, percent = {}, line.percent
    for key, price in line.prices.items():
        minor, percent = sending.taxes(seller, to, line.percent, price.minor)
        prices[key] = Amount(minor, price.currency)
    return replace(line, prices=prices, percent=percent)


def _sendings(lines: Sequence[_Line], to: Destination | None) -> dict[int, Sending]:
    """Reckon how each maker's goods are sent; by the maker's key."""
    goods: dict[int, list[_Line]] = {}
    for each in lines:
        if each.good:
            goods.setdefault(each.allotment.product.operator_id, []).append(each)
    if not goods or to is None:
        return {}
    return {key: _sending(mine, to) for key, mine in goods.items()}


def _sending(lines: Sequence[_Line], to: Destination) -> Sending:
    sold = [
        Sold(each.good, each.places, each.minor, each.percent,
             Decimal(str(each.option.vat_percent)))
        for each in lines
        if each.good
    ]  # fmt: skip
    currency = next(iter(lines[0].prices.values())).currency
    return sending.sending(sold, to, lines[0].allotment.product.operator.seller, currency)


def _option(options: Sequence[Option], product: int, units: Mapping[int, int]) -> Option:
    """Return the option whose units are asked for; the first one when it goes without keys."""
    keys = set(units) - {0}
    for each in options:
        if keys and each.product == product and keys <= {unit.id for unit in each.units}:
            return each
    if keys:
        raise BadInput("There is no such unit.", field="unit")
    return default_of(options, product)


def _make(key: UUID, body: str, minutes: int) -> Hold:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sell_hold (client_key, body, state, created_at, expires_at)"
            " VALUES (%s, %s, 'held', statement_timestamp(),"
            " statement_timestamp() + make_interval(mins => %s))"
            " RETURNING id, created_at, expires_at",
            [key, body, minutes],
        )
        pk, created, expires = cursor.fetchone()
    return Hold(
        pk=pk,
        client_key=key,
        body=body,
        state=Hold.State.HELD,
        created_at=created,
        expires_at=expires,
    )


def _order(
    made: Hold,
    lines: Sequence[_Line],
    sent: Mapping[int, Sending],
    touch: Touch | None,
    language: str,
    market: str,
) -> Order:
    currency = next(iter(lines[0].prices.values())).currency
    return Order(
        token=secrets.token_urlsafe(18),
        hold=made,
        total_minor=sum(each.minor for each in lines)
        + sum(each.minor for each in sent.values()),
        currency=currency,
        quote=Quote.objects.filter(base=currency, quoted="CNY").first(),
        language=language,
        market=market,
        source=touch.code if touch else "",
        followed_at=touch.followed_at if touch else None,
        created_at=clock.now(),
        # What nobody paid for is forgotten soon; a confirmation sets the date of the visit.
        forget_after=clock.today() + timedelta(days=7),
    )


def _write(order: Order, lines: Sequence[_Line], sent: Mapping[int, Sending]) -> None:
    """Write the parts of the operators, their lines and items, and what is to be sent."""
    of = lambda each: each.allotment.product.operator_id  # noqa: E731
    by_operator = {key: list(mine) for key, mine in groupby(sorted(lines, key=of), key=of)}
    # The operator whose service comes first comes first.
    ordered = sorted(by_operator.values(), key=_first)
    parts = SellerOrder.objects.bulk_create(
        _part(order, mine, at, sent.get(of(mine[0])))
        for at, mine in enumerate(ordered, start=1)
    )
    if sent:
        going = [(part, sent[part.operator_id]) for part in parts if part.operator_id in sent]
        sending.write(going, order.currency, order.forget_after)
    written = [
        (line, HoldLine(
            hold_id=order.hold_id,
            seller_order=part,
            allotment=line.allotment,
            quantity=line.places,
            total_minor=line.minor,
            currency=order.currency,
        ))
        for part, mine in zip(parts, ordered, strict=True)
        for line in mine
    ]  # fmt: skip
    HoldLine.objects.bulk_create(row for _, row in written)
    Item.objects.bulk_create(
        Item(
            line=row,
            unit_id=key,
            quantity=quantity,
            places=line.option.unit(key).places,
            price_minor=line.prices[key].minor,
        )
        for line, row in written
        for key, quantity in line.units.items()
    )


def _first(lines: Sequence[_Line]) -> tuple[bool, float, int]:
    days = [each.allotment for each in lines if each.allotment.day]
    begins = [rules.begins(each.on, each.start).timestamp() for each in days]
    return not begins, min(begins, default=0.0), lines[0].allotment.product.operator_id


def _part(
    order: Order, lines: Sequence[_Line], position: int, sent: Sending | None
) -> SellerOrder:
    operator = lines[0].allotment.product.operator
    total = sum(each.minor for each in lines)
    vat = sum(each.vat for each in lines)
    seller = getattr(operator, "seller", None)
    # Of what is sold, not of what it costs to send it.
    commission = percentage(total - vat, seller.commission_percent) if seller else 0
    shipping = sent.minor if sent else 0
    hours = max(each.allotment.product.free_cancellation_hours for each in lines)
    days = [each.allotment for each in lines if each.allotment.day]
    first = min(days, key=lambda each: rules.begins(each.on, each.start), default=None)
    return SellerOrder(
        order=order,
        operator=operator,
        position=position,
        state=order.state,
        total_minor=total + shipping,
        shipping_minor=shipping,
        vat_minor=vat + (sent.vat if sent else 0),
        commission_percent=seller.commission_percent if seller else 0,
        commission_minor=commission,
        commission_vat_minor=(commission * VAT_ON_COMMISSION * 2 + 100) // 200,
        keeps_commission=bool(seller and seller.refund_commission == "keep"),
        free_hours=hours if first else 0,
        free_until=rules.free_until(first.on, first.start, hours) if first else None,
    )


def _told(lines: Sequence[_Line]) -> list[_moves.Told]:
    found: dict[str, _moves.Told] = {}
    for each in lines:
        product = each.allotment.product
        before = found.get(product.slug)
        found[product.slug] = _moves.Told(
            part=0,
            product=product.slug,
            area=product.operator.area.slug,
            quantity=(before.quantity if before else 0) + each.places,
            minor=(before.minor if before else 0) + each.minor,
        )
    return list(found.values())


def _phone(buyer: Buyer, language: str) -> str:
    return rules.phone(buyer.phone, language) if buyer.phone else ""


def _fill(order: Order, buyer: Buyer) -> None:
    name = " ".join(buyer.name.split())
    if not name:
        raise BadInput("A name is needed.", field="name")
    if not (buyer.phone or buyer.email):
        raise BadInput("A telephone number or an e-mail address is needed.", field="phone")
    order.name = name
    order.phone = rules.phone(buyer.phone, order.language) if buyer.phone else ""
    order.email = buyer.email.strip()
    order.market = rules.market(order.phone) or order.market
    order.purpose = rules.PURPOSE
    order.consent_at = clock.now()
    order.state = Order.State.PLACED


__all__ = [
    "LONGEST",
    "MINUTES",
    "Buyer",
    "Destination",
    "Wanted",
    "after",
    "extend",
    "hold",
    "place",
]
