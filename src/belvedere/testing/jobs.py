"""Running queued jobs inside a test, in the test's own thread and transaction."""

import json
import time
from typing import Any

from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job
from procrastinate.sql import queries
from procrastinate.tasks import Task


def run_jobs(queue: str | None = None) -> list[str]:
    """Run what is queued and due now, and what those jobs queue in turn.

    A job that fails is raised to the test, unless its task wants to be tried again: then it
    waits for its time, as it would in the worker.

    Args:
        queue: Only this queue; None means all.

    Returns:
        Names of the tasks, in the order they ran.

    """
    ran: list[str] = []
    while job := _next(queue):
        ran.append(job.task_name)
        _run(job, app.tasks[job.task_name])
    return ran


def _next(queue: str | None) -> Job | None:
    row = _query("fetch_job", queues=[queue] if queue else None, worker_id=None)
    if not row["id"]:
        return None
    return Job.from_row({**row, "args": json.loads(row["args"])})  # Django leaves JSON as text.


def _run(job: Job, task: Task[Any, Any, Any]) -> None:
    try:
        task(*([_context(job)] if task.pass_context else []), **job.task_kwargs)
    except Exception as error:
        retry = task.get_retry_exception(exception=error, job=job)
        if not retry:
            _query("finish_job", job_id=job.id, status="failed", delete_job=False)
            raise
        decision = retry.retry_decision
        _query(
            "retry_job",
            job_id=job.id,
            retry_at=decision.retry_at,
            new_priority=decision.priority,
            new_queue_name=decision.queue,
            new_lock=decision.lock,
        )
    else:
        _query("finish_job", job_id=job.id, status="succeeded", delete_job=False)


def _context(job: Job) -> JobContext:
    real: App = app.with_connector(app.connector)
    return JobContext(app=real, job=job, start_timestamp=time.time(), abort_reason=lambda: None)


def _query(name: str, **arguments: Any) -> dict[str, Any]:
    connector = app.connector.get_sync_connector()
    return connector.execute_query_one(queries[name], **arguments)
