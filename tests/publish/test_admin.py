"""The staff's pages of campaigns: who may do what, and that it is done by the services."""

from datetime import date

import pytest

from belvedere.journal.models import Fact
from belvedere.publish import services
from belvedere.publish.models import Campaign, Outgoing, Piece

pytestmark = pytest.mark.usefixtures("outbox")


@pytest.fixture
def staff(person, client, casentino):
    """Signs somebody with a role in."""
    from belvedere.territory import services as people

    def sign_in(role, name="anna"):
        user = person(name)
        people.grant(user, role, casentino)
        client.force_login(user)
        return user

    return sign_in


LISTS = ["campaign", "action", "piece"]


@pytest.mark.parametrize("kind", LISTS)
def test_who_promotes_sees_the_lists(client, staff, poster_piece, kind):
    staff("promotion")
    answer = client.get(f"/cms/snippets/publish/{kind}/")
    assert answer.status_code == 200


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("role", ["analyst", ""])
def test_who_does_not_promote_is_sent_away(client, staff, person, poster_piece, kind, role):
    if role:
        staff(role)
    else:
        client.force_login(person("nobody"))
    assert client.get(f"/cms/snippets/publish/{kind}/").status_code in (302, 403)
    assert client.get(f"/cms/campaigns/piece/{poster_piece.pk}/").status_code in (302, 403, 404)


def test_a_piece_of_another_area_is_not_found(client, person, poster_piece, casentino):
    from belvedere.territory import services as people
    from belvedere.territory.models import Area

    elsewhere = Area.objects.create(slug="mugello", name="Mugello", kind="ambito")
    other = person("other")
    people.grant(other, "promotion", elsewhere)
    client.force_login(other)
    assert client.get(f"/cms/campaigns/piece/{poster_piece.pk}/").status_code == 404


def test_a_new_campaign_is_opened_with_its_texts(client, staff, casentino):
    anna = staff("promotion")
    answer = client.post(
        "/cms/snippets/publish/campaign/add/",
        {
            "area": casentino.pk,
            "goal": "Guests by train",
            "market": "cn",
            "segment": "",
            "theme": "slow",
            "starts_on": "2026-05-01",
            "ends_on": "2026-06-01",
            "state": "draft",
            "budget": "1200.50",
            "title__it": "La valle",
            "summary__it": "Piano.",
            "title__zh-Hans": "山谷",
        },
    )
    assert answer.status_code == 302, answer.context["form"].errors
    made = Campaign.objects.get()
    assert (made.budget_minor, made.market, made.created_by) == (120050, "CN", anna)
    assert Fact.objects.filter(kind="campaign.opened").exists()


def test_an_action_and_what_it_cost_are_written(client, staff, campaign):
    staff("promotion")
    answer = client.post(
        "/cms/snippets/publish/action/add/",
        {
            "campaign": campaign.pk,
            "kind": "poster",
            "channel": "",
            "title": "Fair",
            "planned": "450",
            "spent": "430",
            "done_on": "2026-05-02",
        },
    )
    assert answer.status_code == 302, answer.context["form"].errors
    action = campaign.actions.get()
    assert (action.planned_minor, action.spent_minor) == (45000, 43000)
    assert action.done_on == date(2026, 5, 2)


def test_a_piece_gets_a_code_for_each_place_typed_in(client, staff, poster_action, walk):
    anna = staff("promotion")
    answer = client.post(
        "/cms/snippets/publish/piece/add/",
        {
            "action": poster_action.pk,
            "language": "en",
            "title": "The forest",
            "product": walk.pk,
            "where": "Arezzo station\nMunich fair\n",
        },
    )
    assert answer.status_code == 302, answer.context["form"].errors
    piece = Piece.objects.get()
    assert piece.author == anna
    assert set(piece.placements.values_list("name", flat=True)) == {
        "Arezzo station",
        "Munich fair",
    }


def press(client, piece, verb, **more):
    return client.post(f"/cms/campaigns/piece/{piece.pk}/", {"verb": verb, **more}, follow=True)


def state(piece):
    piece.refresh_from_db()
    return piece.state


def test_the_officer_checks_and_the_editor_approves(client, staff, poster_piece):
    staff("promotion")
    press(client, poster_piece, "check")
    press(client, poster_piece, "approve")
    assert state(poster_piece) == "checked"
    staff("editor", "edi")
    press(client, poster_piece, "approve")
    assert state(poster_piece) == "approved"
    press(client, poster_piece, "mark_published")
    assert state(poster_piece) == "published"


def test_an_author_reads_why_the_own_piece_is_not_approved(client, staff, poster_action):
    from belvedere.territory import services as people

    edi = staff("editor", "edi")
    people.grant(edi, "promotion", poster_action.campaign.area)
    piece = services.create_piece(poster_action.pk, title="x", language="en", by=edi)
    services.check(piece.pk)
    staff("head", "olga")
    client.force_login(edi)
    answer = press(client, piece, "approve")
    assert state(piece) == "checked"
    assert len(list(answer.context["messages"])) == 1


def test_a_checked_piece_is_not_changed_unread(client, staff, poster_piece):
    staff("promotion")
    services.check(poster_piece.pk)
    client.post(
        f"/cms/snippets/publish/piece/edit/{poster_piece.pk}/",
        {"language": "zh-Hans", "title": "Other", "where": ""},
    )
    poster_piece.refresh_from_db()
    assert poster_piece.title != "Other"


def test_the_page_shows_codes_papers_and_the_way_so_far(client, staff, poster_piece):
    staff("promotion")
    html = client.get(f"/cms/campaigns/piece/{poster_piece.pk}/").content.decode()
    for placement in poster_piece.placements.all():
        assert placement.code in html
        assert f"{placement.code}/zh-Hans/A3.pdf" in html


def test_the_poster_and_the_code_are_downloaded(client, staff, poster_piece):
    staff("promotion")
    code = poster_piece.placements.first().code
    base = f"/cms/campaigns/piece/{poster_piece.pk}/{code}"
    assert client.get(f"{base}/zh-Hans/A3.pdf").content.startswith(b"%PDF")
    assert client.get(f"{base}.png").content.startswith(b"\x89PNG")
    assert client.get(f"{base}/fr/A3.pdf").status_code == 404


def test_accepted_is_not_shown_as_published(client, staff, post):
    staff("promotion")
    services.queue(post.pk)
    services.send(post.pk)
    html = client.get(f"/cms/campaigns/piece/{post.pk}/").content.decode()
    here = html.split('aria-current="step">')[1].split("<")[0]
    assert here not in ("published", "pubblicato")
    assert "Demo channel" in html


def test_the_switch_stops_and_starts_everything(client, staff):
    staff("head")
    client.post("/cms/campaigns/outgoing/", {"verb": "pause", "reason": "earthquake"})
    assert Outgoing.objects.get().paused
    assert b"earthquake" in client.get("/cms/campaigns/outgoing/").content
    client.post("/cms/campaigns/outgoing/", {"verb": "resume"})
    assert not Outgoing.objects.get().paused


def test_readers_are_numbers_and_never_addresses(client, staff, reader):
    reader("anna@example.com")
    staff("promotion")
    html = client.get("/cms/campaigns/outgoing/").content.decode()
    assert "anna@example.com" not in html
    assert "<td>1</td>" in html


def test_an_analyst_does_not_touch_the_switch(client, staff):
    staff("analyst")
    answer = client.post("/cms/campaigns/outgoing/", {"verb": "pause"})
    assert answer.status_code in (302, 403)
    assert not Outgoing.objects.exists()


def test_the_list_of_pieces_needs_no_more_queries_for_more_pieces(
    client, staff, poster_piece, poster_action, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    staff("promotion")

    def queries():
        with CaptureQueriesContext(connection) as seen:
            client.get("/cms/snippets/publish/piece/")
        return len(seen)

    queries()
    few = queries()
    for number in range(6):
        services.create_piece(poster_action.pk, title=f"p{number}", variant=f"v{number}")
    assert queries() <= few + 1
