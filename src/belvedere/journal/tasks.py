"""What the journal does by itself."""

from procrastinate.contrib.django import app

from belvedere.journal import limits


@app.periodic(cron="*/15 * * * *")
@app.task(name="journal.sweep", queue="journal")
def sweep(timestamp: int) -> int:
    """Forget who tried what."""
    return limits.sweep()
