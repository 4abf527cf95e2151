"""Standing in line for a start that everybody wants at once: one asks, the line is served.

A request is one INSERT, so that a rush waits in a table and not at the allotment's row. Up to
a hundred requests are answered in one transaction, the first come first: the row is written
once for all of them (ADR-0018).
"""

import secrets
from collections.abc import Sequence
from uuid import UUID, uuid4

from django.db import IntegrityError, connection, transaction

from belvedere.journal.rules import Touch
from belvedere.sell import rules
from belvedere.sell.models import Hold, Turn
from belvedere.sell.queries import lately
from belvedere.sell.rules import OtherBody, SoldOut
from belvedere.sell.services import _moves
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

    Raises:
        SoldOut: There is nothing to stand in line for.
        OtherBody: The key was used for something else.
        BadInput: It is not for sale, or the buyer is not complete.

    """
    asked = summed([line])
    who = proper(buyer, language)
    market = market or rules.market(who.phone)
    (wanted,) = priced(known([asked[0].allotment]), asked, market, currency)
    refuse_sold_out([wanted])
    turn = Turn(
        token=secrets.token_urlsafe(18),
        client_key=client_key or uuid4(),
        body=fingerprint(asked, buyer),
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
        asked_at=clock.now(),
    )
    try:
        with transaction.atomic(durable=False):
            turn.save(force_insert=True)
    except IntegrityError:
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
        except SoldOut:  # Somebody else took places meanwhile: look again what is left.
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
    granted = fitting(
        turns, found.allotments[allotment_id].free, lambda turn: _cart(turn, found)
    )
    holds = write([cart for _, cart in granted]) if granted else []
    _answer(turns, {turn.pk: made for (turn, _), made in zip(granted, holds, strict=True)})
    if granted:
        _moves.take([(allotment_id, sum(turn.places for turn, _ in granted))])
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


def _cart(turn: Turn, found: Starts) -> Cart | None:
    """Return what a turn asks for, at today's price; None when it is no longer for sale."""
    return cart_of(
        turn,
        found,
        market=turn.market,
        currency=turn.currency,
        body=turn.body,
        touch=Touch(turn.source, turn.followed_at) if turn.source else None,
    )
