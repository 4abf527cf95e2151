"""Setting places aside while a buyer decides and pays."""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from itertools import groupby
from uuid import UUID, uuid4

from django.db import IntegrityError, connection, transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, OuterRef, Subquery, Value
from django.db.models.functions import Greatest, Least, Now

from belvedere.journal import services as journal
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
from belvedere.sell.queries import lately
from belvedere.sell.queries.tariff import tariff
from belvedere.sell.rules import NotHeld, OtherBody, SoldOut
from belvedere.sell.rules import vat as taxation
from belvedere.sell.rules.shares import part as percentage
from belvedere.sell.rules.tariff import Option, check, default_of, places, price_of
from belvedere.sell.services import _modes, _moves, _rows, sending
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
class Line:
    """One line as it will be written: what is taken, at which prices."""

    allotment: Allotment
    option: Option
    units: Mapping[int, int]
    prices: Mapping[int, Amount]
    percent: Decimal
    good: Good | None = None

    @property
    def places(self) -> int:
        """Return how many places its units take."""
        return places(self.option, self.units)

    @property
    def currency(self) -> str:
        """Return the currency of its prices."""
        return next(iter(self.prices.values())).currency

    @property
    def minor(self) -> int:
        """Return what it costs, in minor units."""
        return sum(self.prices[key].minor * quantity for key, quantity in self.units.items())

    @property
    def vat(self) -> int:
        """Return the VAT within its price, in minor units."""
        return taxation.within(self.minor, self.percent)


@dataclass(frozen=True)
class Cart:
    """What one buyer wants, checked and priced: all that is needed to write it down."""

    key: UUID
    body: str
    lines: Sequence[Line]
    quote: int | None = None
    buyer: Buyer | None = None
    touch: Touch | None = None
    language: str = DEFAULT
    market: str = ""
    minutes: int = MINUTES
    sent: Mapping[int, Sending] = field(default_factory=dict)

    @property
    def minor(self) -> int:
        """Return what all of it costs, sending included, in minor units."""
        sending_it = sum(each.minor for each in self.sent.values())
        return sum(each.minor for each in self.lines) + sending_it

    @property
    def currency(self) -> str:
        """Return the currency of the order."""
        return self.lines[0].currency


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
    also: Callable[[Order], None] | None = None,
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
        also: Writes what belongs to the new order, in the same transaction, before the
            places are taken.
        destination: Where goods go; each maker's part then has its delivery and its price.

    Returns:
        The hold; its order is `hold.order`.

    Raises:
        SoldOut: Fewer places are free. Nothing was changed.
        Queued: Others wait in line for one of the starts: `ask` for a turn.
        OtherBody: The key was used for something else.
        NotAllowed: The units break a restriction of the option.
        NotShipped: The goods do not go to the destination; says why.
        BadInput: A line is not for sale: unknown, over, or of another currency.

    """
    asked = summed(lines)
    body = fingerprint(asked, buyer, destination)
    if client_key:
        before = Hold.objects.filter(client_key=client_key).select_related("order").first()
        if before:
            return _same(before, body)
    touch = touch or (Touch(source) if source else None)
    market = market or (rules.market(_phone(buyer, language)) if buyer else "")
    market = market or (destination.country if destination else "")
    found = known([each.allotment for each in asked])
    wanted = priced(found, asked, market, currency, destination)
    refuse_sold_out(wanted)
    cart = Cart(
        key=client_key or uuid4(),
        body=body,
        lines=wanted,
        quote=found.quote(wanted[0].currency),
        buyer=buyer,
        touch=touch,
        language=language,
        market=market,
        minutes=minutes,
        sent=_sendings(wanted, destination),
    )
    if cart.sent and destination:
        sending.complete(destination)
    _modes.refuse_to_overtake(found.allotments.values())
    try:
        with transaction.atomic():
            (made,) = write([cart])
            if also:
                also(made.order)
            _modes.seat([made], found.allotments.values())
            _moves.take([(each.allotment.pk, each.places) for each in cart.lines])
    except SoldOut:
        lately.forget()  # The next ones are told before they have written anything.
        raise
    except IntegrityError:
        twin = Hold.objects.filter(client_key=cart.key).select_related("order").first()
        if twin is None:
            raise
        return _same(twin, body)
    return made


@dataclass(frozen=True)
class Reckoned:
    """What some lines would cost, and the sending of their goods.

    Attributes:
        lines: Price of each line by its allotment, with the VAT of where goods go.
        sending: Price of sending each maker's goods, by the maker's key.

    """

    lines: Mapping[int, Amount]
    sending: Mapping[int, Amount]

    @property
    def total(self) -> Amount:
        """Return what is to be paid."""
        first, *others = [*self.lines.values(), *self.sending.values()]
        return sum(others, first)


def reckon(
    lines: Iterable[tuple[int, int] | Wanted],
    *,
    market: str = "",
    destination: Destination | None = None,
) -> Reckoned:
    """Say what `hold` would ask for, and hold nothing; arguments and errors are its own.

    Raises:
        NotShipped: The goods do not go to the destination; says why.
        NotAllowed, BadInput: A line is not for sale.

    """
    asked = summed(lines)
    found = starts([each.allotment for each in asked])
    market = market or (destination.country if destination else "")
    wanted = priced(found, asked, market, "", destination)
    sent = _sendings(wanted, destination)
    currency = wanted[0].currency
    return Reckoned(
        lines={each.allotment.pk: Amount(each.minor, currency) for each in wanted},
        sending={key: Amount(each.minor, currency) for key, each in sent.items()},
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
        _fill(order, buyer)
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


def _same(before: Hold, body: str) -> Hold:
    if before.body != body:
        raise OtherBody("This key was used before for something else.", field="client_key")
    return before


def fingerprint(
    asked: Sequence[Wanted], buyer: Buyer | None, destination: Destination | None = None
) -> str:
    """Return what an idempotency key stands for."""
    return rules.fingerprint(
        {
            "lines": [(each.allotment, sorted(each.units.items())) for each in asked],
            "buyer": buyer and asdict(buyer),
            **({"destination": asdict(destination)} if destination else {}),
        }
    )


def summed(lines: Iterable[tuple[int, int] | Wanted]) -> list[Wanted]:
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


@dataclass(frozen=True)
class Starts:
    """What must be known of some starts before anything is asked of them."""

    allotments: Mapping[int, Allotment]
    options: Sequence[Option]
    quotes: Mapping[str, int | None]

    def quote(self, currency: str) -> int | None:
        """Return the key of what a currency is worth in yuan today."""
        if currency in self.quotes:
            return self.quotes[currency]
        found = Quote.objects.filter(base=currency, quoted="CNY").values_list("pk", flat=True)
        return found.first()


def starts(allotment_ids: Iterable[int]) -> Starts:
    """Read starts with their product, operator, seller, area, today's quote and tariff.

    Raises:
        BadInput: One of them does not exist.

    """
    keys = list(allotment_ids)
    quote = Quote.objects.filter(base=OuterRef("product__currency"), quoted="CNY")
    found = (
        Allotment.objects.select_related(
            "product__operator__seller", "product__operator__area", "product__good"
        )
        .annotate(quote=Subquery(quote.values("pk")[:1]))
        .in_bulk(keys)
    )
    if len(found) < len(keys):
        raise BadInput("There is no such start.", field="start")
    return Starts(
        allotments=found,
        options=tariff({each.product_id for each in found.values()}),
        quotes={each.product.currency: each.quote for each in found.values()},
    )


def known(allotment_ids: Iterable[int]) -> Starts:
    """Return what `starts` read within the last second: enough to check and to price."""
    keys = tuple(allotment_ids)
    return lately.read(("starts", keys), lambda: starts(keys))


def priced(
    found: Starts,
    asked: Sequence[Wanted],
    market: str,
    currency: str,
    to: Destination | None = None,
) -> list[Line]:
    """Check before the transaction all that needs no lock, so that refusals are cheap."""
    lines = [
        _taxed(
            _line(found.allotments[each.allotment], each, found.options, market, currency), to
        )
        for each in asked
    ]
    if len({price.currency for line in lines for price in line.prices.values()}) > 1:
        raise BadInput("One order is in one currency.", field="currency")
    return lines


def refuse_sold_out(lines: Iterable[Line]) -> None:
    """Refuse, before anything is written, what has no chance.

    Raises:
        SoldOut: Fewer places were free a moment ago.

    """
    if any(each.allotment.free < each.places for each in lines):
        raise SoldOut("Fewer places are free than were asked for.", field="quantity")


def _line(
    allotment: Allotment, asked: Wanted, options: Sequence[Option], market: str, currency: str
) -> Line:
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
    return Line(allotment, option, units, prices, percent, getattr(product, "good", None))


def _taxed(line: Line, to: Destination | None) -> Line:
    """Return a line of goods at the price and VAT of where they go; any other as it is."""
    if line.good is None:
        return line
    seller = getattr(line.allotment.product.operator, "seller", None)
    prices, percent = {}, line.percent
    for key, price in line.prices.items():
        minor, percent = sending.taxes(seller, to, line.percent, price.minor)
        prices[key] = Amount(minor, price.currency)
    return replace(line, prices=prices, percent=percent)


def _sendings(lines: Sequence[Line], to: Destination | None) -> dict[int, Sending]:
    """Reckon how each maker's goods are sent; by the maker's key."""
    goods: dict[int, list[Line]] = {}
    for each in lines:
        if each.good:
            goods.setdefault(each.allotment.product.operator_id, []).append(each)
    if not goods or to is None:
        return {}
    return {key: _sending(mine, to) for key, mine in goods.items()}


def _sending(lines: Sequence[Line], to: Destination) -> Sending:
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


def write(carts: Sequence[Cart]) -> list[Hold]:
    """Write carts down: one statement for each table, however many they are.

    The caller takes the places afterwards, in the same transaction.
    """
    holds = _holds(carts)
    orders = _rows.insert(_order(made, each) for made, each in zip(holds, carts, strict=True))
    write_parts(orders, [each.lines for each in carts], [each.sent for each in carts])
    journal.record_all(
        fact
        for order, cart in zip(orders, carts, strict=True)
        for fact in _moves.facts("sale.held", order, about=told(cart.lines))
    )
    return holds


def write_parts(
    orders: Sequence[Order],
    lines: Sequence[Sequence[Line]],
    sent: Sequence[Mapping[int, Sending]] = (),
) -> None:
    """Write the parts of some orders, their lines and items, and what is to be sent."""
    sent = sent or [{} for _ in orders]
    parts = _parts(orders, lines, sent)
    _rows.insert(part for part, _ in parts)
    for order, sending_it in zip(orders, sent, strict=True):
        going = [
            (part, sending_it[part.operator_id])
            for part, _ in parts
            if part.order is order and part.operator_id in sending_it
        ]
        if going:
            sending.write(going, order.currency, order.forget_after)
    written = [
        (line, HoldLine(
            hold_id=part.order.hold_id,
            seller_order=part,
            allotment=line.allotment,
            quantity=line.places,
            total_minor=line.minor,
            currency=part.order.currency,
        ))
        for part, mine in parts
        for line in mine
    ]  # fmt: skip
    _rows.insert(row for _, row in written)
    _rows.insert(
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


def _holds(carts: Sequence[Cart]) -> list[Hold]:
    keys = [each.key for each in carts]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sell_hold (client_key, body, state, created_at, expires_at)"
            " SELECT k, b, 'held', statement_timestamp(),"
            " statement_timestamp() + make_interval(mins => m)"
            " FROM unnest(%s::uuid[], %s::text[], %s::int[]) AS asked(k, b, m)"
            " RETURNING client_key, id, created_at, expires_at",
            [keys, [each.body for each in carts], [each.minutes for each in carts]],
        )
        made = {key: told for key, *told in cursor.fetchall()}
    return [
        Hold(
            pk=made[each.key][0],
            client_key=each.key,
            body=each.body,
            state=Hold.State.HELD,
            created_at=made[each.key][1],
            expires_at=made[each.key][2],
        )
        for each in carts
    ]


def _order(made: Hold, cart: Cart) -> Order:
    touch = cart.touch
    order = Order(
        token=secrets.token_urlsafe(18),
        hold=made,
        total_minor=cart.minor,
        currency=cart.currency,
        quote_id=cart.quote,
        language=cart.language,
        market=cart.market,
        source=touch.code if touch else "",
        followed_at=touch.followed_at if touch else None,
        created_at=clock.now(),
        # What nobody paid for is forgotten soon; a confirmation sets the date of the visit.
        forget_after=clock.today() + timedelta(days=7),
    )
    if cart.buyer:
        _fill(order, cart.buyer)
    return order


def _parts(
    orders: Sequence[Order],
    carts: Sequence[Sequence[Line]],
    sent: Sequence[Mapping[int, Sending]],
) -> list[tuple[SellerOrder, list[Line]]]:
    """Return the parts of the operators, each with its lines; whose service is first, first."""
    of = lambda each: each.allotment.product.operator_id  # noqa: E731
    found = []
    for order, cart, going in zip(orders, carts, sent, strict=True):
        by_operator = [list(mine) for _, mine in groupby(sorted(cart, key=of), key=of)]
        ordered = sorted(by_operator, key=_first)
        found += [
            (_part(order, mine, at, going.get(of(mine[0]))), mine)
            for at, mine in enumerate(ordered, start=1)
        ]
    return found


def _first(lines: Sequence[Line]) -> tuple[bool, float, int]:
    days = [each.allotment for each in lines if each.allotment.day]
    begins = [rules.begins(each.on, each.start).timestamp() for each in days]
    return not begins, min(begins, default=0.0), lines[0].allotment.product.operator_id


def _part(
    order: Order, lines: Sequence[Line], position: int, sent: Sending | None
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


def told(lines: Sequence[Line]) -> list[_moves.Told]:
    """Return what facts say of lines, product by product."""
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


def proper(buyer: Buyer, language: str) -> Buyer:
    """Return a buyer as they are written down: name in one line, number as E.164.

    Raises:
        BadInput: No name, neither telephone nor e-mail, or no telephone number.

    """
    name = " ".join(buyer.name.split())
    if not name:
        raise BadInput("A name is needed.", field="name")
    if not (buyer.phone or buyer.email):
        raise BadInput("A telephone number or an e-mail address is needed.", field="phone")
    return Buyer(name, _phone(buyer, language), buyer.email.strip())


def _fill(order: Order, buyer: Buyer) -> None:
    known = proper(buyer, order.language)
    order.name, order.phone, order.email = known.name, known.phone, known.email
    order.market = rules.market(order.phone) or order.market
    order.purpose = rules.PURPOSE
    order.consent_at = clock.now()
    order.state = Order.State.PLACED
