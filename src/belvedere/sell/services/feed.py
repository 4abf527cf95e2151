"""Giving an operator the address of their calendar, and another one when it got about."""

import secrets

from belvedere.sell.models import CalendarFeed
from belvedere.shared import clock


def calendar_feed(operator_id: int, *, renew: bool = False) -> CalendarFeed:
    """Return the operator's calendar feed, made at first use.

    Args:
        operator_id: Key of the operator.
        renew: Make another address; the old one is dead from then on.

    """
    feed, _ = CalendarFeed.objects.get_or_create(
        operator_id=operator_id,
        defaults={"token": secrets.token_urlsafe(24), "made_at": clock.now()},
    )
    if renew:
        feed.token, feed.made_at = secrets.token_urlsafe(24), clock.now()
        feed.save()
    return feed
