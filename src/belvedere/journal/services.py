"""Writing the journal, and issuing source codes."""

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, connection, transaction

from belvedere.journal import rows
from belvedere.journal.models import Fact, Source
from belvedere.journal.rules import ALPHABET
from belvedere.shared import clock
from belvedere.shared.money import Amount

_RECORD = """
INSERT INTO journal_fact (happened_at, subject, kind, source, market, area, product, quantity,
  amount_minor, currency, visit, consent, detail)
SELECT %(now)s, told.*, '', false, '{}' FROM (QUESTION) AS told
"""


def record(
    kind: str,
    subject: str,
    *,
    source: str = "",
    visit: str = "",
    consent: bool = False,
    market: str = "",
    area: str = "",
    product: str = "",
    quantity: int = 0,
    amount: Amount | None = None,
    **detail: Any,
) -> None:
    """Append a fact, inside the caller's transaction.

    Because the fact and the change it tells of are committed together, the journal can be
    trusted as audit trail, as outbox and as the measure of results. Nothing personal may be
    given: no name, address, telephone number or free text of a person.

    Args:
        kind: Verb in the past: `sale.paid`.
        subject: Stable key of what it happened to: `order:42`.
        source: Source code of the piece that led here; empty if none did.
        visit: Random number of the day's visit; kept only with consent.
        consent: Whether the visitor agreed to be counted.
        market: ISO 3166 country of the buyer.
        area: Slug of the area.
        product: Slug of the product.
        quantity: How many places, pieces or nights.
        amount: Money that moved.
        detail: Anything else that is not personal; JSON.

    """
    record_all(
        [
            fact(
                kind,
                subject,
                source=source,
                visit=visit,
                consent=consent,
                market=market,
                area=area,
                product=product,
                quantity=quantity,
                amount=amount,
                **detail,
            )
        ]
    )


def record_all(facts: Iterable[Fact]) -> None:
    """Append facts that `fact` has made, all in one statement, in the caller's transaction."""
    rows.insert(facts)


def record_from(question: str, params: Mapping[str, Any]) -> None:
    """Append a fact for each row of a query, without reading it: for very many at once.

    Args:
        question: An SQL query that gives subject, kind, source, market, area, product,
            quantity, minor units and currency, in this order.
        params: Its parameters.

    """
    with connection.cursor() as cursor:
        cursor.execute(_RECORD.replace("QUESTION", question), {**params, "now": clock.now()})


def fact(
    kind: str,
    subject: str,
    *,
    source: str = "",
    visit: str = "",
    consent: bool = False,
    market: str = "",
    area: str = "",
    product: str = "",
    quantity: int = 0,
    amount: Amount | None = None,
    **detail: Any,
) -> Fact:
    """Make a fact without appending it; arguments as of `record`."""
    return Fact(
        happened_at=clock.now(),
        kind=kind,
        subject=subject,
        source=source,
        visit=visit if consent else "",
        consent=consent,
        market=market,
        area=area,
        product=product,
        quantity=quantity,
        amount_minor=amount.minor if amount else 0,
        currency=amount.currency if amount else "",
        detail=detail,
    )


def issue(subject: str, placement: str = "") -> Source:
    """Give a piece in a place its source code. Asking again gives the same one.

    Args:
        subject: Stable key of the piece: `piece:42`.
        placement: Where this copy of it hangs or runs.

    """
    found = Source.objects.filter(subject=subject, placement=placement).first()
    while found is None:
        code = "b-" + "".join(secrets.choice(ALPHABET) for _ in range(5))
        try:
            with transaction.atomic():
                found = Source.objects.create(
                    code=code, subject=subject, placement=placement, issued_at=clock.now()
                )
        except IntegrityError:  # The code is taken, or another process issued it first.
            found = Source.objects.filter(subject=subject, placement=placement).first()
    return found
