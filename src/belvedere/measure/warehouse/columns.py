"""The columns of the warehouse: a list written by hand, so that nothing else can get in.

Each column says how it is read from the journal and what it may look like. A text that has
another shape than a code (a name, an address, a telephone number that strayed into the
journal) arrives as `unknown`; of a fact's `detail` only what is named here is read.
"""

from dataclasses import dataclass

DAY = "(happened_at AT TIME ZONE 'Europe/Rome')::date"
"""The day of a fact, as the calendar on the wall in Italy shows it."""

OURS = "split_part(subject, ':', 1) <> 'user'"
"""Facts about accounts stay in the journal: the observatory does not need them."""


@dataclass(frozen=True)
class Column:
    """One column: its name, DuckDB's type, and the expression of PostgreSQL that gives it."""

    name: str
    type: str
    expression: str


def _code(name: str, shape: str, expression: str = "") -> Column:
    text = expression or name
    return Column(
        name, "VARCHAR", f"CASE WHEN {text} ~ '^({shape})?$' THEN {text} ELSE 'unknown' END"
    )


COLUMNS = (
    Column("id", "BIGINT", "id"),
    Column("happened_at", "TIMESTAMP", "happened_at AT TIME ZONE 'UTC'"),
    _code("kind", r"[a-z_]+\.[a-z_]+"),
    _code("subject", r"[a-z_]+(:[-A-Za-z0-9_.]+)?"),
    _code("source", "[-a-z0-9]+"),
    _code("visit", "[-A-Za-z0-9_]+"),
    Column("consent", "BOOLEAN", "consent"),
    _code("market", "[A-Z]{2}"),
    _code("area", "[-a-z0-9_]+"),
    _code("product", "[-A-Za-z0-9_]+"),
    Column("quantity", "INTEGER", "quantity"),
    Column("amount_minor", "BIGINT", "amount_minor"),
    _code("currency", "[A-Z]{3}"),
    Column(
        "seconds_from_link",
        "DOUBLE",
        "CASE WHEN jsonb_typeof(detail->'seconds_from_link') = 'number'"
        " THEN (detail->>'seconds_from_link')::double precision END",
    ),
    _code("language", "[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", "coalesce(detail->>'language', '')"),
)
