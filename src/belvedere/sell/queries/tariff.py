"""Reading what can be bought of products, as frozen values, in one query."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connection

from belvedere.sell.rules.tariff import Option, Season, Unit
from belvedere.shared.money import Amount

_TARIFF = """
SELECT o.product_id, o.id, o.name, o.cutoff_minutes, o.min_units, o.max_units, o.opens,
  o.closes, o.vat_percent, o.contact_fields, p.currency,
  (SELECT jsonb_agg(jsonb_build_array(
      u.id, u.type, coalesce(u.price_minor, p.price_minor), u.places, u.min_age, u.max_age,
      u.id_required, u.min_quantity, u.max_quantity,
      (SELECT jsonb_agg(a.to_unit_id ORDER BY a.to_unit_id)
        FROM sell_unit_accompanied_by a WHERE a.from_unit_id = u.id),
      (SELECT jsonb_agg(jsonb_build_array(s.minor, s.currency, s.market, s.first_day,
          s.last_day) ORDER BY s.id) FROM sell_price s WHERE s.unit_id = u.id)
    ) ORDER BY u.position, u.id) FROM sell_unit u WHERE u.option_id = o.id)
FROM sell_option o JOIN offer_product p ON p.id = o.product_id
WHERE o.product_id = ANY(%s) ORDER BY o.product_id, o.position, o.id
"""


def tariff(product_ids: Iterable[int]) -> list[Option]:
    """Return the options of some products, those of one product in their order."""
    with connection.cursor() as cursor:
        cursor.execute(_TARIFF, [list(product_ids)])
        return [_option(row) for row in cursor.fetchall()]


def _option(row: Any) -> Option:
    product, pk, name, cutoff, least, most, opens, closes, vat, contact, currency, units = row
    return Option(
        id=pk,
        product=product,
        name=name,
        cutoff_minutes=cutoff,
        min_units=least,
        max_units=most,
        opens=opens,
        closes=closes,
        vat_percent=float(vat),
        contact_fields=tuple(_json(contact)),
        units=tuple(_unit(each, currency) for each in _json(units)),
    )


def _unit(row: Any, currency: str) -> Unit:
    pk, kind, minor, places, youngest, oldest, paper, least, most, with_whom, prices = row
    return Unit(
        id=pk,
        type=kind,
        price=Amount(minor, currency),
        places=places,
        min_age=youngest,
        max_age=oldest,
        id_required=paper,
        min_quantity=least,
        max_quantity=most,
        accompanied_by=tuple(with_whom or ()),
        prices=tuple(_season(each) for each in prices or ()),
    )


def _season(row: Any) -> Season:
    minor, currency, market, first, last = row
    return Season(
        minor=minor,
        currency=currency,
        market=market,
        first=date.fromisoformat(first) if first else None,
        last=date.fromisoformat(last) if last else None,
    )


def _json(value: Any) -> Any:
    """Return what PostgreSQL gave as JSON: Django's cursor leaves it as text."""
    return json.loads(value) if isinstance(value, str) else value or []
