"""What the mode of an allotment adds to a hold: a line to stand in, places with numbers."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction

from belvedere.sell.models import Allotment, Hold, Turn
from belvedere.sell.rules import Queued, SoldOut

_BATCH, _SLOTS = Allotment.Mode.BATCH, Allotment.Mode.SLOTS
# From a random place on, so that buyers don't meet at the first seat; then from the beginning.
_QUICK = """
WITH dice AS (
  SELECT min(id) + (random() * (max(id) - min(id)))::bigint AS first
  FROM sell_slot WHERE allotment_id = %(allotment)s
), ahead AS (
  SELECT id FROM sell_slot WHERE allotment_id = %(allotment)s AND line_id IS NULL
    AND id >= (SELECT first FROM dice) ORDER BY id LIMIT %(places)s FOR UPDATE SKIP LOCKED
), behind AS (
  SELECT id FROM sell_slot WHERE allotment_id = %(allotment)s AND line_id IS NULL
    AND id < (SELECT first FROM dice) ORDER BY id LIMIT %(places)s FOR UPDATE SKIP LOCKED
), found AS (
  SELECT id FROM ahead UNION ALL SELECT id FROM behind
)
UPDATE sell_slot SET line_id = %(line)s
WHERE id IN (SELECT id FROM found LIMIT %(places)s)
"""
# Waits for whoever has one in hand: locked is not sold. In order, so that nobody blocks.
_SURE = """
WITH free AS (
  SELECT id FROM sell_slot WHERE allotment_id = %(allotment)s AND line_id IS NULL
  ORDER BY id FOR UPDATE
)
UPDATE sell_slot SET line_id = %(line)s
WHERE id IN (SELECT id FROM free ORDER BY id LIMIT %(places)s)
"""


def refuse_to_overtake(allotments: Iterable[Allotment]) -> None:
    """See to it that nobody takes places past those who wait in line for them.

    Raises:
        Queued: Somebody waits.

    """
    by_turns = [each.pk for each in allotments if each.mode == _BATCH]
    if not by_turns:
        return
    line = Turn.objects.filter(allotment__in=by_turns, state=Turn.State.WAITING)
    if line.exists():
        raise Queued("Others wait in line for this start.", field="start")


def seat(
    holds: Sequence[Hold], allotments: Iterable[Allotment], *, patient: bool = True
) -> None:
    """Give the lines of holds their numbered places, where places have numbers.

    Args:
        holds: What was written.
        allotments: The starts that it is of.
        patient: Wait for whoever has the last places in hand. Who holds an allotment's row
            already must not: they may be waiting for it.

    Raises:
        SoldOut: Fewer are free, and nobody is about to give one back.

    """
    numbered = [each.pk for each in allotments if each.mode == _SLOTS]
    if not numbered:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, allotment_id, quantity FROM sell_holdline"
            " WHERE hold_id = ANY(%s) AND allotment_id = ANY(%s) ORDER BY allotment_id, id",
            [[each.pk for each in holds], numbered],
        )
        for line, allotment, places in cursor.fetchall():
            asked = {"line": line, "allotment": allotment, "places": places}
            _seat(cursor, asked, patient)


def _seat(cursor: Any, asked: dict[str, int], patient: bool) -> None:
    quick = transaction.savepoint()
    cursor.execute(_QUICK, asked)
    if cursor.rowcount == asked["places"]:
        transaction.savepoint_commit(quick)
        return
    # What we have in hand is let go first: two who wait for each other would wait for ever.
    transaction.savepoint_rollback(quick)
    if patient:
        cursor.execute(_SURE, asked)
    if not patient or cursor.rowcount < asked["places"]:
        raise SoldOut("Fewer places are free than were asked for.", field="quantity")
