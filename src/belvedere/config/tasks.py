"""What belongs to no stage: the care of the queue itself."""

from typing import Any

from procrastinate import builtin_tasks
from procrastinate.contrib.django import app
from procrastinate.job_context import JobContext

from belvedere.shared import clock

DAYS_KEPT = 30


@app.periodic(cron="* * * * *")
@app.task(name="config.requeue_stalled", queue="config", queueing_lock="config.requeue_stalled")
async def requeue_stalled(timestamp: int) -> int:
    """Queue again what a killed worker was doing: its heart has stopped half a minute ago."""
    stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=30))
    for job in stalled:
        await app.job_manager.retry_job(job, retry_at=clock.now())
    return len(stalled)


@app.periodic(cron="17 4 * * *")
@app.task(
    name="config.forget_jobs",
    queue="config",
    queueing_lock="config.forget_jobs",
    pass_context=True,
)
async def forget_jobs(context: JobContext, timestamp: int) -> Any:
    """Delete jobs that ended a month ago, failed ones too."""
    return await builtin_tasks.remove_old_jobs(
        context, max_hours=DAYS_KEPT * 24, remove_failed=True, remove_cancelled=True
    )
