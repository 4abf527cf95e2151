"""`belvedere worker`: does what the stages have queued, and what is due by the clock."""

import argparse
import importlib

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
    if options.once:
        call_command("procrastinate", *words)
        return
    # Models are known once Django is set up, not when this module is read.
    stop = importlib.import_module("belvedere.sell.admission").begin()
    try:
        call_command("procrastinate", *words)
    finally:
        stop.set()
