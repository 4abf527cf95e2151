"""The datasets of the warehouse: lists written by hand, so that nothing else can get in.

Each column says how it is read in PostgreSQL and what it may look like. A text that has
another shape than a code (a name, an address, a telephone number that strayed into the
journal) arrives as `unknown`; of a fact's `detail` only what is named here is read.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column: its name, DuckDB's type, and the expression of PostgreSQL that gives it."""

    name: str
    type: str
    expression: str


@dataclass(frozen=True)
class Dataset:
    """What one kind of file holds, and where its rows come from.

    Attributes:
        name: Its folder, and the name of its files.
        columns: All that may get in; the first one, `id`, orders the rows.
        tables: What stands in PostgreSQL's FROM.
        wanted: Which rows; what stands in WHERE.
        moment: The expression of the moment that decides in which day's file a row stands.
        mark: The column that has another number when a row is another, or has become another.
            Days are compared by it.

    """

    name: str
    columns: tuple[Column, ...]
    tables: str
    wanted: str
    moment: str
    mark: str

    @property
    def day(self) -> str:
        """Return the expression of a row's day, by the calendar on the wall in Italy."""
        return f"({self.moment} AT TIME ZONE 'Europe/Rome')::date"

    @property
    def marked(self) -> str:
        """Return the expression of a row's mark."""
        return next(each.expression for each in self.columns if each.name == self.mark)


def _code(name: str, shape: str, expression: str = "") -> Column:
    text = expression or name
    return Column(
        name, "VARCHAR", f"CASE WHEN {text} ~ '^({shape})?$' THEN {text} ELSE 'unknown' END"
    )


_FACT = (
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

FACTS = Dataset(
    name="facts",
    columns=_FACT,
    tables="journal_fact",
    # Facts about accounts stay in the journal: the observatory does not need them.
    wanted="split_part(subject, ':', 1) <> 'user'",
    moment="happened_at",
    mark="id",  # Facts are only ever added.
)
"""What happened: the journal's facts."""

_READING = (
    Column("id", "BIGINT", "reading.id"),
    Column("counted_at", "TIMESTAMP", "reading.at AT TIME ZONE 'UTC'"),
    Column("subject", "VARCHAR", "'piece:' || piece.id"),
    Column("action", "VARCHAR", "'action:' || piece.action_id"),
    _code("source", "[-a-z0-9]+", "coalesce(placement.code, '')"),
    _code("channel", "[-a-z0-9_]+", "publication.channel"),
    _code("metric", "[a-z][a-z0-9_]*", "reading.metric"),
    Column("value", "DOUBLE", "reading.value"),
    _code("market", "[A-Z]{2}", "campaign.market"),
    _code("area", "[-a-z0-9_]+", "area.slug"),
)
_ROW = ", ".join(each.expression for each in _READING)

READINGS = Dataset(
    name="readings",
    # A reading may be corrected, and a campaign given another market: the mark tells.
    columns=(
        *_READING,
        Column("mark", "BIGINT", f"hashtextextended(concat_ws('|', {_ROW}), 0)"),
    ),
    # The link in a post carries the first of its piece's codes.
    tables="""publish_reading AS reading
      JOIN publish_publication AS publication ON publication.id = reading.publication_id
      JOIN publish_piece AS piece ON piece.id = publication.piece_id
      JOIN publish_action AS action ON action.id = piece.action_id
      JOIN publish_campaign AS campaign ON campaign.id = action.campaign_id
      JOIN territory_area AS area ON area.id = campaign.area_id
      LEFT JOIN (
        SELECT DISTINCT ON (piece_id) piece_id, code FROM publish_placement
        ORDER BY piece_id, id
      ) AS placement ON placement.piece_id = piece.id""",
    wanted="true",
    moment="reading.at",
    mark="mark",
)
"""What the channels counted, up to each moment: running totals, never to be added up."""

DATASETS = (FACTS, READINGS)
