"""Making a demo as new."""

import shutil
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction

from belvedere.config.demo import seed

# What visitors and staff made goes; the territory, the people and what came with the software
# stay.
_STAGES = (
    *("desk_", "plan_", "publish_", "sell_", "offer_", "journal_"),
    *("territory_agreement", "territory_act", "territory_obligation", "territory_reminder"),
)
_KEPT = ("offer_picture", "offer_rendition", "journal_attempt", "sell_quote", "sell_reseller")


def begin_again() -> None:
    """Throw away everything that was published, sold and measured here, and seed again.

    Facts cannot be deleted one by one; only a demo may empty the whole journal.

    Raises:
        ImproperlyConfigured: This is not a demo.

    """
    if not settings.DEMO:
        raise ImproperlyConfigured("Only a demo can begin again.")
    with transaction.atomic(), connection.cursor() as cursor:
        tables = [
            each
            for each in connection.introspection.table_names(cursor)
            if each.startswith(_STAGES) and not each.startswith(_KEPT)
        ]
        names = ", ".join(connection.ops.quote_name(each) for each in tables)
        cursor.execute(f"TRUNCATE {names} CASCADE")
        seed.seed(lambda said: None)
    with suppress(FileNotFoundError):
        (Path(settings.HOME) / "demo-channel.json").unlink()
    shutil.rmtree(Path(settings.HOME) / "private" / "agreements", ignore_errors=True)
