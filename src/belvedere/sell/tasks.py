"""What the sale does by itself: thin wrappers of services."""

import logging

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from belvedere.sell import services
from belvedere.sell.rules.papers import month_before
from belvedere.sell.services import mails
from belvedere.shared import clock

log = logging.getLogger(__name__)
_AGAIN = RetryStrategy(max_attempts=8, exponential_wait=4)


@app.periodic(cron="* * * * *")
@app.task(name="sell.release_expired", queue="sell")
def release_expired(timestamp: int) -> int:
    """Free the places of holds whose time is over."""
    return services.release_expired()


@app.periodic(cron="* * * * *")
@app.task(name="sell.settle_open_payments", queue="sell")
def settle_open_payments(timestamp: int) -> int:
    """Ask the providers about everything whose end we do not know."""
    return services.settle_open_payments()


@app.periodic(cron="* * * * *")
@app.task(name="sell.serve_lists", queue="sell")
def serve_lists(timestamp: int) -> int:
    """Offer what is free to who is on a waiting list."""
    return services.serve_lists()


@app.task(name="sell.tell_offer", queue="sell", retry=_AGAIN)
def tell_offer(waiting_id: int) -> None:
    """Mail somebody on a waiting list that there is a place."""
    mails.tell_offer(waiting_id)


@app.periodic(cron="17 3 * * *")
@app.task(name="sell.forget_expired", queue="sell")
def forget_expired(timestamp: int) -> int:
    """Forget who bought, when the purpose has ended."""
    return services.forget_expired()


@app.periodic(cron="37 3 * * *")
@app.task(name="sell.close_days", queue="sell")
def close_days(timestamp: int) -> int:
    """Earn for the sellers what nobody came for."""
    return services.close_days()


@app.periodic(cron="23 4 * * *")
@app.task(name="sell.draft_invoices", queue="sell")
def draft_invoices(timestamp: int) -> int:
    """Draft the invoices of the month that is over; every day, so that none is missed."""
    return len(services.draft_invoices(month_before(clock.today())))


@app.task(name="sell.issue_invoices", queue="sell", retry=_AGAIN)
def issue_invoices(invoice_ids: list[int]) -> int:
    """Issue the drafts that a person has asked for."""
    return services.issue_asked(invoice_ids)


@app.task(name="sell.tell_missing", queue="sell", retry=_AGAIN)
def tell_missing(operator_id: int, year: int) -> None:
    """Mail a seller what the yearly report lacks."""
    mails.tell_missing(operator_id, year)


@app.periodic(cron="* * * * *")
@app.task(name="sell.check", queue="sell")
def check(timestamp: int) -> int:
    """Ask whether counters, orders, payments, facts and ledger agree; the desk shows it."""
    found = services.check()
    for each in found:
        log.error("%s", each)
    return len(found)


@app.task(name="sell.finalise", queue="sell", retry=_AGAIN)
def finalise(payment_id: int) -> None:
    """Read a payment that a notice was about."""
    services.finalise(payment_id)


@app.task(name="sell.send_refund", queue="sell", retry=_AGAIN)
def send_refund(refund_id: int) -> None:
    """Give money back."""
    services.send_refund(refund_id)


@app.task(name="sell.tell_traveller", queue="sell", retry=_AGAIN)
def tell_traveller(order_id: int) -> None:
    """Mail the voucher."""
    mails.tell_traveller(order_id)


@app.task(name="sell.tell_operators", queue="sell", retry=_AGAIN)
def tell_operators(order_id: int) -> None:
    """Mail each operator what was booked of theirs."""
    mails.tell_operators(order_id)


@app.task(name="sell.tell_refund", queue="sell", retry=_AGAIN)
def tell_refund(refund_id: int) -> None:
    """Mail that money goes back, and why."""
    mails.tell_refund(refund_id)


@app.task(name="sell.tell_sent", queue="sell", retry=_AGAIN)
def tell_sent(delivery_id: int) -> None:
    """Mail that goods are on their way."""
    mails.tell_sent(delivery_id)


@app.task(name="sell.tell_withdrawal", queue="sell", retry=_AGAIN)
def tell_withdrawal(withdrawal_id: int) -> None:
    """Mail a wish to send goods back, or its answer."""
    mails.tell_withdrawal(withdrawal_id)


@app.task(name="sell.tell_cancelled", queue="sell", retry=_AGAIN)
def tell_cancelled(order_id: int, part_ids: list[int] | None = None) -> None:
    """Mail a cancellation to the traveller and to the operators concerned."""
    mails.tell_cancelled(order_id, part_ids)
