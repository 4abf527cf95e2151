"""Standing in line for a start that everybody wants at once: one asks, the line is served.

A request is one INSERT, so that a rush waits in a table and not at the allotment's row. Up to
a hundred requests are answered in one transaction, the first come first: the row is written
once for all of them (ADR-0018).
"""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID, uuid4

from django.db import connection, transaction

from belvedere.journal import rows
from belvedere.journal.rules import Touch
from belvedere.sell import rules
from belvedere.sell.models import Discount, Hold, Turn
from belvedere.sell.queries import lately
from belvedere.sell.queries.discounts import discounts
from belvedere.sell.rules import OtherBody, SoldOut
from belvedere.sell.rules.discounts import NoDiscount
from belvedere.sell.services import _discounts, _moves
from belvedere.sell.services._cart import (
    Buyer,
    Cart,
    Starts,
    Wanted,
    fingerprint,
    known,
    priced,
    proper,
    refuse_sold_out,
    starts,
    summed,
)
from belvedere.sell.services._wishes import cart_of, fitting
from belvedere.sell.services._write import write
from belvedere.shared import clock
from belvedere.shared.languages import DEFAULT

MOST = 100  # in one transaction
TRIES = 5
_MINE = "SELECT pg_try_advisory_xact_lock(hashtext('belvedere.sell.turns'), %s)"
_ANSWER = """
UPDATE sell_turn t SET state = a.state, hold_id = a.hold, answered_at = %s,
  name = '', phone = '', email = ''
FROM unnest(%s::bigint[], %s::text[], %s::bigint[]) AS a(id, state, hold) WHERE t.id = a.id
"""


def ask(
    line: tuple[int, int] | Wanted,
    *,
    buyer: Buyer,
    client_key: UUID | None = None,
    touch: Touch | None = None,
    language: str = DEFAULT,
    market: str = "",
    currency: str = "",
    code: str = "",
) -> Turn:
    """Stand in line for places of one start. The same key and body are the same turn.

    Args:
        line: Key of the allotment and how many of the product's first unit, or `Wanted`.
        buyer: Who buys; kept on the turn until it has come.
        client_key: The buyer's idempotency key; a new one when empty.
        touch: The piece that brought the buyer.
        language: BCP 47.
        market: ISO 3166 of the buyer, for the price; empty: by the telephone number.
        currency: ISO 4217 of the prices; empty: that of the product.
        code: Of a discount, as typed; taken when the turn comes, if it is not used up then.

    Raises:
        NoDiscount: The code is not one of ours, or not for this, or used up; says why.
        SoldOut: There is nothing to stand in line for.
        OtherBody: The key was used for something else.
        BadInput: It is not for sale, or the buyer is not complete.

    """
    asked = summed([line])
    who = proper(buyer, language)
    market = market or rules.market(who.phone)
    (wanted,) = priced(known([asked[0].allotment]), asked, market, currency)
    refuse_sold_out([wanted])
    discount = _discounts.find(code) if code else None
    if discount:
        _discounts.reduced(discount, [wanted])
    turn = Turn(
        token=secrets.token_urlsafe(18),
        client_key=client_key or uuid4(),
        body=fingerprint(asked, buyer, code=code),
        allotment_id=asked[0].allotment,
        units=dict(wanted.units),
        places=wanted.places,
        name=who.name,
        phone=who.phone,
        email=who.email,
        language=language,
        market=market,
        currency=currency,
        source=touch.code if touch else "",
        followed_at=touch.followed_at if touch else None,
        discount=discount,
        asked_at=clock.now(),
    )
    if not rows.insert_once(turn, "client_key"):
        twin = Turn.objects.get(client_key=turn.client_key)
        if twin.body != turn.body:
            raise OtherBody("This key was used before for something else.") from None
        return twin
    return turn


def step_out(turn_id: int) -> bool:
    """Leave the line. False: the turn has come already."""
    waiting = Turn.objects.filter(pk=turn_id, state=Turn.State.WAITING)
    return bool(
        waiting.update(
            state=Turn.State.GONE, answered_at=clock.now(), name="", phone="", email=""
        )
    )


def admit_all() -> int:
    """Serve every line once. Returns how many turns were answered."""
    lines = Turn.objects.filter(state=Turn.State.WAITING).order_by("allotment")
    return sum(admit(each) for each in lines.values_list("allotment", flat=True).distinct())


def admit(allotment_id: int, most: int = MOST) -> int:
    """Answer the first who wait in a line, in one transaction: grant or refuse.

    Who wants more than what is left is refused and the next one is asked, as at a counter.
    One process at a time serves a line; another one returns at once. Killed anywhere, it has
    answered all of them or none.

    Returns:
        How many turns were answered.

    """
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                return _admit(allotment_id, most)
        except (SoldOut, NoDiscount):  # Taken by somebody else: look again what is left.
            continue
    return 0


def _admit(allotment_id: int, most: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_MINE, [allotment_id])
        if not cursor.fetchone()[0]:
            return 0
    line = Turn.objects.filter(allotment=allotment_id, state=Turn.State.WAITING)
    turns = list(line.order_by("pk").select_for_update()[:most])
    if not turns:
        return 0
    found = starts([allotment_id])
    purses = {
        each.pk: each
        for each in discounts().filter(pk__in={turn.discount_id for turn in turns})
    }
    granted = fitting(
        turns, found.allotments[allotment_id].free, lambda turn: _cart(turn, found, purses)
    )
    holds = write([cart for _, cart in granted]) if granted else []
    _answer(turns, {turn.pk: made for (turn, _), made in zip(granted, holds, strict=True)})
    if granted:
        _moves.take([(allotment_id, sum(turn.places for turn, _ in granted))])
        _take_discounts([cart for _, cart in granted if cart.discount])
    if len(granted) < len(turns):
        transaction.on_commit(lately.forget)
    return len(turns)


def _answer(turns: Sequence[Turn], holds: dict[int, Hold]) -> None:
    """Write down what came of the turns. Name and contact are on the order now, or nowhere."""
    states = [
        Turn.State.GRANTED.value if each.pk in holds else Turn.State.REFUSED.value
        for each in turns
    ]
    made = [holds[each.pk].pk if each.pk in holds else None for each in turns]
    with connection.cursor() as cursor:
        cursor.execute(_ANSWER, [clock.now(), [each.pk for each in turns], states, made])


def _take_discounts(carts: Sequence[Cart]) -> None:
    """Take the discounts of carts, one statement each, in locking order."""
    uses = Counter(each.discount for each in carts if each.discount)
    for key in sorted(uses):
        minor = sum(each.discounted for each in carts if each.discount == key)
        _discounts.take(key, minor, uses=uses[key])


def _cart(turn: Turn, found: Starts, purses: Mapping[int, Discount]) -> Cart | None:
    """Return what a turn asks for, at today's price; None when it is no longer for sale.

    A discount that is used up by now costs nobody the turn: the order's page says so before
    anything is paid.
    """
    cart = cart_of(
        turn,
        found,
        market=turn.market,
        currency=turn.currency,
        body=turn.body,
        touch=Touch(turn.source, turn.followed_at) if turn.source else None,
    )
    discount = purses.get(turn.discount_id or 0)
    if cart is None or discount is None:
        return cart
    try:
        lines = _discounts.reduced(discount, cart.lines)
    except NoDiscount:
        return cart
    touch = _discounts.led_by(cart.touch, discount)
    cart = replace(cart, lines=lines, touch=touch, discount=discount.pk)
    discount.used += 1
    discount.spent_minor += cart.discounted
    return cart
