"""What the channel counted stands beside our own figures, and never among them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from belvedere.journal import services as journal
from belvedere.publish import services as publish
from belvedere.publish.models import Publication, Reading
from belvedere.shared.money import Amount
from tests.desk.conftest import account
from tests.desk.test_pages import come_in

NOON = datetime(2026, 5, 20, 10, tzinfo=UTC)  # noon in Italy


@pytest.fixture
def campaign(casentino):
    """A campaign for travellers from China."""
    return publish.open_campaign(
        casentino.pk, goal="Treno", starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31),
        texts={"it": {"title": "Casentino in treno"}},
    )  # fmt: skip


@pytest.fixture
def action(campaign):
    """Posts of the demo channel."""
    return publish.plan_action(campaign.pk, kind="post", title="Tre post", channel="demo")


@pytest.fixture
def out(action, walk):
    """A maker of posts that are out."""

    def out(title, language="it", variant="", problem=""):
        piece = publish.create_piece(
            action.pk, title=title, language=language, variant=variant, product_id=walk.pk
        )
        return Publication.objects.create(
            piece=piece, channel="demo", key=f"k-{piece.pk}", remote_id=f"r-{piece.pk}",
            queued_at=NOON, reading_problem=problem,
        )  # fmt: skip

    return out


def count(post, metric, *values):
    for number, value in enumerate(values):
        Reading.objects.create(
            publication=post, metric=metric, at=NOON + number * timedelta(days=1), value=value
        )


def test_each_piece_shows_the_last_reading_and_its_moment(enter, analyst, action, out):
    post = out("Nella foresta")
    count(post, "views", 900, 12345, 12300)
    count(post, "x_saved", 2.5)
    page = enter(analyst).get(reverse("desk:action", args=[action.pk]))
    (piece,) = page.context["counted"].pieces
    assert [(each.words, each.value) for each in piece.lines] == [
        ("Visualizzazioni", 12300), ("x_saved", 2.5),
    ]  # fmt: skip
    html = page.content.decode()
    assert "12.300" in html
    assert "22/05/2026 12:00" in html
    assert "12.345" not in html
    assert "solo sul nostro simulatore" in html, "how far the channel has been proved"


def test_the_channels_numbers_are_in_none_of_ours(enter, analyst, action, out):
    post = out("Nella foresta")
    code = post.piece.placements.get().code
    publish.followed(code)
    journal.record(
        "sale.paid", "order:1", source=code, quantity=2, amount=Amount(5000), product="walk"
    )
    client = enter(analyst)
    url, everything = reverse("desk:action", args=[action.pk]), reverse("desk:results")
    before = client.get(url).context, client.get(everything).context["results"].actions
    for metric in ("views", "clicks", "followed"):
        count(post, metric, 1000)
    after = client.get(url).context, client.get(everything).context["results"].actions
    assert before[0]["funnel"] == after[0]["funnel"]
    assert [each.funnel for each in before[1]] == [each.funnel for each in after[1]]


def test_the_days_that_are_chosen_do_not_cut_a_total(enter, analyst, action, out):
    count(out("Nella foresta"), "views", 900)
    page = enter(analyst).get(
        reverse("desk:action", args=[action.pk]), {"first": "2026-06-01", "last": "2026-06-02"}
    )
    assert page.context["counted"].pieces[0].lines[0].value == 900


def test_before_the_first_reading_the_page_says_when_there_will_be_one(
    enter, analyst, action, out
):
    out("Nella foresta")
    page = enter(analyst).get(reverse("desk:action", args=[action.pk])).content.decode()
    assert "Ancora nessuna lettura" in page


def test_why_a_piece_could_not_be_read_is_shown_beside_what_was(enter, analyst, action, out):
    out("Nella foresta", problem="Il <b>token</b> è scaduto.")
    count(out("Al castello", variant="B", problem="quota"), "views", 9)
    page = enter(analyst).get(reverse("desk:action", args=[action.pk]))
    assert [each.problem for each in page.context["counted"].pieces] == [
        "Il <b>token</b> è scaduto.", "quota",
    ]  # fmt: skip
    assert "Il &lt;b&gt;token&lt;/b&gt; è scaduto." in page.content.decode()


def test_letters_are_not_watched_and_the_page_says_so(enter, analyst, campaign):
    letters = publish.plan_action(
        campaign.pk, kind="newsletter", title="Lettera", channel="newsletter"
    )
    page = enter(analyst).get(reverse("desk:action", args=[letters.pk])).content.decode()
    assert "nessuna e-mail viene sorvegliata" in page


@pytest.mark.parametrize("channel", ["", "gone"])
def test_a_poster_has_no_channel_and_one_that_was_removed_breaks_nothing(
    enter, analyst, action, channel
):
    type(action).objects.update(channel=channel)
    page = enter(analyst).get(reverse("desk:action", args=[action.pk]))
    assert page.status_code == 200
    assert ("Che cosa ha contato il canale" in page.content.decode()) is bool(channel)


def test_the_page_needs_the_same_queries_for_one_post_and_for_many(
    enter, analyst, action, out, django_assert_max_num_queries
):
    client, url = enter(analyst), reverse("desk:action", args=[action.pk])
    count(out("Nella foresta"), "views", 1, 2, 3)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as once:
        client.get(url)
    for number in range(6):
        post = out(f"Post {number}", variant=str(number))
        for metric in ("views", "clicks", "likes"):
            count(post, metric, 1, 2, 3)
    with django_assert_max_num_queries(len(once)):
        assert len(client.get(url).context["counted"].pieces) == 7


@pytest.mark.browser
@pytest.mark.parametrize("prefix", ["", "/zh-hans"])
def test_the_page_holds_on_a_phone_and_for_axe(
    open_page, axe, live, transactional_db, guide, action, out, prefix
):
    for title, language, problem in (
        ("Nella foresta di Camaldoli a passo lento", "it", ""),
        ("卡马尔多利森林慢行", "zh-Hans", "请重新连接账户"),
    ):
        post = out(title, language, problem=problem)
        for metric in ("views", "clicks", "followers"):
            count(post, metric, 1234567)
    out("The forest", "en", problem="The account must be connected again.")
    for width in (390, 1280):
        page = open_page(width=width)
        if width == 390:
            come_in(page, live, account("head", "head", guide.area))
            cookies = page.context.cookies()
        else:
            page.context.add_cookies(cookies)
        path = prefix + reverse("desk:action", args=[action.pk])
        assert page.goto(live.url + path).status == 200
        beyond = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert beyond <= 0, f"wider than {width} px"
        axe(page)
