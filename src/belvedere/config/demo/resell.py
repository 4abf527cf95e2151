"""A reseller of the demo, who books by OCTO, and one start that it has sold out."""

from datetime import time, timedelta

from django.db.models import F

from belvedere.offer import queries as catalogue
from belvedere.sell import account
from belvedere.sell import services as sell
from belvedere.sell.models import Allotment, Reseller
from belvedere.sell.rules import token_hash
from belvedere.sell.services.make_reseller import trace
from belvedere.shared import clock
from belvedere.territory import queries as territory

OPERATOR, NAME = "demo-bici-del-casentino", "Lontano Viaggi (demo)"
FULL = "pedalata-al-tramonto"
EARLY, PLACES, IN_DAYS, AHEAD = time(8), 2, 12, 30


def reseller(token: str) -> str:
    """Return the token of the demo's reseller: the given one, if it still opens the door.

    Every start of the demo calls it; whoever began again finds the same token good.
    """
    found = Reseller.objects.filter(token_hash=token_hash(token)).first() if token else None
    if found is None:
        operator = territory.operator(OPERATOR)
        assert operator is not None  # noqa: S101  The seed has made it.
        found, token = sell.make_reseller(operator.pk, NAME)
    else:
        trace(found)
    _sell_out(found)
    return token


def _sell_out(found: Reseller) -> None:
    """Book all places of a start in the coming weeks, unless one is sold out already."""
    product = catalogue.product(FULL)
    assert product is not None  # noqa: S101  The seed has made it.
    today = clock.today()
    soon = Allotment.objects.filter(
        product=product, day__gt=today, day__lt=today + timedelta(days=AHEAD), capacity__gt=0
    )
    if soon.filter(taken=F("capacity")).exists():
        return
    day = today + timedelta(days=IN_DAYS)
    sell.offer_places(product.pk, [day], start=EARLY, capacity=PLACES)
    slot = Allotment.objects.get(product=product, day=day, start=EARLY)
    held = sell.hold([(slot.pk, PLACES)], source=found.source)
    sell.charge(held.order.pk, account.key_of(found.pk, pretended=True))
