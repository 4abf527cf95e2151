"""What the territory does by itself: thin wrappers of services."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from belvedere.territory import services


@app.periodic(cron="30 6 * * *", periodic_id="territory.remind")
@app.task(
    name="territory.remind",
    queue="territory",
    lock="territory.remind",
    queueing_lock="territory.remind",
    retry=RetryStrategy(max_attempts=6, exponential_wait=4),
)
def remind(timestamp: int) -> int:
    """Mail what draws near in the agreements."""
    return services.remind()
