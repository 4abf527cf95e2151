"""Writing down what is wanted: hold, order, parts, lines and items, for many carts at once."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby

from django.db.models import Model

from belvedere.journal import rows
from belvedere.journal import services as journal
from belvedere.sell import rules
from belvedere.sell.models import (
    Hold,
    HoldLine,
    Item,
    Order,
    SellerOrder,
)
from belvedere.sell.rules.shares import part as percentage
from belvedere.sell.services import _moves, sending
from belvedere.sell.services._cart import Buyer, Cart, Line
from belvedere.sell.services.sending import Sending
from belvedere.shared import clock

VAT_ON_COMMISSION = 22  # per cent; the ordinary Italian rate, D.P.R. 633/1972 art. 16


def write(carts: Sequence[Cart]) -> list[Hold]:
    """Write carts down: one statement for each table, however many they are.

    The caller takes the places afterwards, in the same transaction.
    """
    wanted = [each.lines for each in carts]
    new = rows.reserve({Hold: len(carts), Order: len(carts), **_counted(wanted)})
    holds = [_hold(new, each) for each in carts]
    orders = [_order(new, made, each) for made, each in zip(holds, carts, strict=True)]
    _write_parts(new, orders, wanted, [each.sent for each in carts], first=(holds, orders))
    journal.record_all(
        fact
        for order, cart in zip(orders, carts, strict=True)
        for fact in _moves.facts("sale.held", order, about=told(cart.lines))
    )
    return holds


def write_parts(order: Order, lines: Sequence[Line]) -> None:
    """Write the parts of an order, their lines and items."""
    _write_parts(rows.reserve(_counted([lines])), [order], [lines], [{}])


def _write_parts(
    new: rows.Reserved,
    orders: Sequence[Order],
    lines: Sequence[Sequence[Line]],
    sent: Sequence[Mapping[int, Sending]],
    first: Sequence[Sequence[Model]] = (),
) -> None:
    """Write the parts of some orders, their lines and items, and what is to be sent."""
    parts = _parts(new, orders, lines, sent)
    written = [
        (line, HoldLine(
            pk=new.key(HoldLine),
            hold_id=part.order.hold_id,
            seller_order=part,
            allotment=line.allotment,
            quantity=line.places,
            total_minor=line.minor,
            discount_minor=line.off,
            currency=part.order.currency,
        ))
        for part, mine in parts
        for line in mine
    ]  # fmt: skip
    items = [
        Item(
            pk=new.key(Item),
            line=row,
            unit_id=key,
            quantity=quantity,
            places=line.option.unit(key).places,
            price_minor=line.prices[key].minor,
        )
        for line, row in written
        for key, quantity in line.units.items()
    ]
    rows.insert(*first, [part for part, _ in parts], [row for _, row in written], items)
    for order, sending_it in zip(orders, sent, strict=True):
        going = [
            (part, sending_it[part.operator_id])
            for part, _ in parts
            if part.order is order and part.operator_id in sending_it and not part.package_id
        ]
        if going:
            sending.write(going, order.currency, order.forget_after)


def _counted(carts: Sequence[Sequence[Line]]) -> dict[type[Model], int]:
    """Return how many rows of each kind the lines of some orders need."""
    return {
        SellerOrder: sum(len({_of(each) for each in lines}) for lines in carts),
        HoldLine: sum(map(len, carts)),
        Item: sum(len(each.units) for lines in carts for each in lines),
    }


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


def fill(order: Order, buyer: Buyer) -> None:
    """Write down who buys, and for what purpose; the order waits for payment from now on.

    The buyer is as `proper` returns them.
    """
    order.name, order.phone, order.email = buyer.name, buyer.phone, buyer.email
    order.market = rules.market(order.phone) or order.market
    order.purpose = rules.PURPOSE
    order.consent_at = clock.now()
    order.state = Order.State.PLACED


def _hold(new: rows.Reserved, cart: Cart) -> Hold:
    return Hold(
        pk=new.key(Hold),
        client_key=cart.key,
        body=cart.body,
        state=Hold.State.HELD,
        created_at=new.at,
        expires_at=new.at + timedelta(minutes=cart.minutes),
    )


def _order(new: rows.Reserved, made: Hold, cart: Cart) -> Order:
    touch = cart.touch
    order = Order(
        pk=new.key(Order),
        token=secrets.token_urlsafe(18),
        hold=made,
        total_minor=cart.minor,
        discount_id=cart.discount,
        discount_minor=cart.discounted,
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
        fill(order, cart.buyer)
    return order


def _parts(
    new: rows.Reserved,
    orders: Sequence[Order],
    carts: Sequence[Sequence[Line]],
    sent: Sequence[Mapping[int, Sending]],
) -> list[tuple[SellerOrder, list[Line]]]:
    """Return the parts of the operators, each with its lines; whose service is first, first."""
    found = []
    for order, cart, going in zip(orders, carts, sent, strict=True):
        by_part = [list(mine) for _, mine in groupby(sorted(cart, key=_of), key=_of)]
        ordered = sorted(by_part, key=_first)
        found += [
            (
                _part(
                    new,
                    order,
                    mine,
                    at,
                    None if mine[0].bought else going.get(_of(mine[0])[0]),
                ),
                mine,
            )
            for at, mine in enumerate(ordered, start=1)
        ]
    return found


def _of(line: Line) -> tuple[int, int, date]:
    """Return what makes a part of an order: its operator, and the package it is bought in."""
    bought = line.bought
    of = (bought.package, bought.day) if bought else (0, date.min)
    return line.allotment.product.operator_id, *of


def _first(lines: Sequence[Line]) -> tuple[bool, float, int]:
    days = [each.allotment for each in lines if each.allotment.day]
    begins = [rules.begins(each.on, each.start).timestamp() for each in days]
    return not begins, min(begins, default=0.0), lines[0].allotment.product.operator_id


def _part(
    new: rows.Reserved,
    order: Order,
    lines: Sequence[Line],
    position: int,
    sent: Sending | None,
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
    free_until = rules.free_until(first.on, first.start, hours) if first else None
    bought = lines[0].bought
    if bought:
        hours, free_until = bought.hours, bought.until
    return SellerOrder(
        pk=new.key(SellerOrder),
        order=order,
        operator=operator,
        position=position,
        package_id=bought.package if bought else None,
        package_day=bought.day if bought else None,
        state=order.state,
        total_minor=total + shipping,
        discount_minor=sum(each.from_agency for each in lines),
        shipping_minor=shipping,
        vat_minor=vat + (sent.vat if sent else 0),
        commission_percent=seller.commission_percent if seller else 0,
        commission_minor=commission,
        commission_vat_minor=(commission * VAT_ON_COMMISSION * 2 + 100) // 200,
        keeps_commission=bool(seller and seller.refund_commission == "keep"),
        free_hours=hours if first else 0,
        free_until=free_until,
    )
