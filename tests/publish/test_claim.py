"""Two workers on one newsletter never take the same mail."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from belvedere.publish import registry, services
from belvedere.publish.ports import Receipt, Stage


@pytest.mark.django_db(transaction=True)
def test_four_workers_send_thirty_mails_once_each(campaign, reader, outbox, monkeypatch):
    sent = []

    class Server:
        spec = registry.installed()["newsletter"].spec

        def __init__(self, **settings):
            pass

        def check(self, message):
            return []

        def publish(self, message, *, key):
            sent.append(message.options["to"])
            return Receipt(key, Stage.ACCEPTED)

    monkeypatch.setattr(registry, "installed", lambda: {"newsletter": Server})
    action = services.plan_action(
        campaign.pk, kind="newsletter", title="x", channel="newsletter"
    )
    piece = services.create_piece(action.pk, title="Il bosco", text="x")
    services.check(piece.pk)
    services.approve(piece.pk)
    for number in range(30):
        reader(f"r{number}@example.com")
    services.send_newsletter(piece.pk)

    def work(_):
        try:
            for _round in range(4):
                services.deliver(piece.pk, limit=5)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(work, range(4)))
    while piece.deliveries.filter(state="queued").exists():
        services.deliver(piece.pk, limit=5)
    assert sorted(sent) == sorted({*sent})
    assert len(sent) == 30
    piece.refresh_from_db()
    assert piece.state == "accepted"
