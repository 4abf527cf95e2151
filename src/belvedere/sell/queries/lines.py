"""Reading who stands in line, how long it may last, and who waits for a place."""

from django.db import connection

from belvedere.sell.models import Turn, Waiting

_PACE = """
SELECT count(*) / greatest(extract(epoch FROM now() - min(answered_at)), 1)
FROM sell_turn WHERE allotment_id = %s AND answered_at > now() - interval '2 minutes'
  AND state IN ('granted', 'refused')
"""


def turn(token: str) -> Turn | None:
    """Return the turn of an unguessable link, or None."""
    found = Turn.objects.select_related("allotment__product", "hold__order")
    return found.filter(token=token).first()


def position(of: Turn) -> int:
    """Return at which place of the line a turn is: 1 is the next one."""
    line = Turn.objects.filter(allotment=of.allotment_id, state=Turn.State.WAITING)
    return line.filter(pk__lte=of.pk).count()


def seconds_left(of: Turn, place: int) -> int | None:
    """Estimate how long a turn still waits, by how fast the line went in the last minutes.

    Args:
        of: The turn.
        place: Its position.

    Returns:
        Seconds; None when nobody has been served lately, so that nobody can know.

    """
    with connection.cursor() as cursor:
        cursor.execute(_PACE, [of.allotment_id])
        pace = float(cursor.fetchone()[0] or 0)
    return round(place / pace) if pace else None


def waiting(token: str) -> Waiting | None:
    """Return somebody's place on a waiting list by an unguessable link, or None."""
    found = Waiting.objects.select_related("allotment__product", "hold__order")
    return found.filter(token=token).first()


def ahead_of(of: Waiting) -> int:
    """Return how many are before somebody on a waiting list."""
    listed = Waiting.objects.filter(
        allotment=of.allotment_id, hold=None, left_at=None, forgotten_at=None
    )
    return listed.filter(pk__lt=of.pk).count()
