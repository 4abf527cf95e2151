"""Serving the lines of starts in mode `batch`, for as long as a worker lives."""

import logging
import threading

from django.db import DatabaseError, connection

from belvedere.sell import services

log = logging.getLogger(__name__)
IDLE = 0.2  # seconds between two looks when nobody waits
AWAY = 2.0  # seconds until we try again to be the one who serves, or to reach the database
_SERVE = "SELECT pg_try_advisory_lock(hashtext('belvedere.sell.admission'))"


def serve(stop: threading.Event) -> None:
    """Answer who waits, again and again, until `stop` is set.

    However many workers run, one of them serves: it holds a lock of the database's, which is
    lost with its connection, so that another one takes over when it dies.
    """
    while not stop.is_set():
        try:
            with connection.cursor() as cursor:
                cursor.execute(_SERVE)
                mine = cursor.fetchone()[0]
            while mine and not stop.wait(0 if services.admit_all() else IDLE):
                pass
        except DatabaseError as error:
            log.warning("The lines are not served at the moment: %s", type(error).__name__)
        connection.close()  # And with it the lock.
        stop.wait(AWAY)


def begin() -> threading.Event:
    """Serve the lines in a thread of this process; returns what ends it when it is set."""
    stop = threading.Event()
    threading.Thread(target=serve, args=[stop], name="admission", daemon=True).start()
    return stop
