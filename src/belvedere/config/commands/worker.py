"""`belvedere worker`: does what the stages have queued, and what is due by the clock."""

import argparse

from django.core.management import call_command

CONCURRENCY = 4
GRACE = 10


def command(argv: list[str]) -> None:
    """Work until somebody says stop; a job that is being done may end."""
    parser = argparse.ArgumentParser(prog="belvedere worker", description="Do the jobs.")
    parser.add_argument("--concurrency", type=int, default=CONCURRENCY, help="jobs at a time")
    parser.add_argument("--queues", default="", help="only these, comma between")
    parser.add_argument("--once", action="store_true", help="end when nothing is left to do")
    options = parser.parse_args(argv)
    words = ["worker", "--concurrency", str(options.concurrency)]
    words += ["--shutdown-graceful-timeout", str(GRACE), "--delete-jobs", "successful"]
    words += ["--queues", options.queues] if options.queues else []
    words += ["--one-shot"] if options.once else []
    call_command("procrastinate", *words)
