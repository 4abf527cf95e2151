"""Things of the world of promotion."""

from datetime import timedelta

import pytest

from belvedere.shared import clock


@pytest.fixture
def outbox(monkeypatch):
    """The jobs that the services asked the worker for: name and arguments."""
    asked = []

    class Recorder:
        def __init__(self, name):
            self.name = name

        def defer(self, **arguments):
            asked.append((self.name, arguments))

    from procrastinate.contrib.django import app

    monkeypatch.setattr(
        type(app), "configure_task", lambda self, name, **options: Recorder(name), raising=False
    )
    return asked


@pytest.fixture
def campaign(casentino):
    """The valley that listens, for travellers from China."""
    from belvedere.publish import services

    today = clock.today()
    made = services.open_campaign(
        casentino.pk,
        goal="Guests who come by train and stay",
        starts_on=today - timedelta(days=1),
        ends_on=today + timedelta(days=30),
        market="CN",
        slug="valley",
        texts={
            "it": {"title": "La valle che ascolta", "summary": "Foreste e castelli."},
            "zh-Hans": {"title": "倾听的山谷", "summary": "森林与城堡。"},
        },
    )
    return services.start(made.pk)


@pytest.fixture
def poster_action(campaign):
    """A poster at the station."""
    from belvedere.publish import services

    return services.plan_action(campaign.pk, kind="poster", title="Manifesto alla stazione")


@pytest.fixture
def poster_piece(poster_action, walk):
    """The poster in Chinese, in two places, leading to the walk."""
    from belvedere.publish import services

    return services.create_piece(
        poster_action.pk,
        title="卡马尔多利森林慢行",
        language="zh-Hans",
        product_id=walk.pk,
        placements=["Arezzo station", "Munich fair"],
    )


@pytest.fixture
def post(campaign, walk, settings, tmp_path):
    """A post for the demo channel, approved."""
    from belvedere.publish import services

    settings.BELVEDERE_CHANNELS = {"demo": {"path": tmp_path / "demo.json"}}
    action = services.plan_action(campaign.pk, kind="post", title="Post", channel="demo")
    piece = services.create_piece(
        action.pk, title="The forest", text="Walk slowly.", language="en", product_id=walk.pk
    )
    assert services.check(piece.pk) == []
    return services.approve(piece.pk)


@pytest.fixture
def person(casentino, django_user_model):
    """A maker of people with roles in the Casentino."""
    from belvedere.territory.models import Membership

    def make(name, *roles):
        user = django_user_model.objects.create_user(name, password="x")
        for role in roles:
            Membership.objects.create(user=user, role=role, area=casentino)
        return user

    return make


@pytest.fixture
def reader(db):
    """A maker of confirmed subscribers."""
    from belvedere.publish.models import Subscriber

    def make(email, language="it", state="confirmed"):
        now = clock.now()
        return Subscriber.objects.create(
            email=email,
            language=language,
            state=state,
            consent_text="yes",
            consent_at=now,
            asked_at=now,
            confirm_token=f"c-{len(email)}-{Subscriber.objects.count()}",
            leave_token=f"l-{len(email)}-{Subscriber.objects.count()}",
        )

    return make
