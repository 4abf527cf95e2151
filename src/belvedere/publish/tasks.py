"""What the worker does for promotion: thin wrappers of the services."""

from procrastinate.contrib.django import app

from belvedere.publish import services


@app.task(queue="publish", name="publish.send")
def send(piece_id: int) -> None:
    """Send a piece that waits in line."""
    services.send(piece_id)


@app.task(queue="publish", name="publish.ask_to_confirm")
def ask_to_confirm(subscriber_id: int) -> None:
    """Mail somebody the link that confirms their address."""
    services.ask_to_confirm(subscriber_id)


@app.periodic(cron="*/5 * * * *", periodic_id="publish.settle")
@app.task(queue="publish", name="publish.settle")
def settle(timestamp: int) -> None:
    """Settle what a worker left behind, and ask the channels what became of our posts."""
    services.give_up_lost()
    services.release_lost()
    services.ask_all()


@app.periodic(cron="41 * * * *", periodic_id="publish.read")
@app.task(
    queue="publish", name="publish.read", lock="publish.read", queueing_lock="publish.read"
)
def read(timestamp: int) -> None:
    """Ask the channels what they have counted of our posts."""
    services.read_all()


@app.periodic(cron="17 3 * * *", periodic_id="publish.forget")
@app.task(queue="publish", name="publish.forget")
def forget(timestamp: int) -> None:
    """Delete the addresses that are no longer needed."""
    services.forget()
