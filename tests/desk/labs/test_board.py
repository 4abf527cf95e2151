"""The board: from sheets to ideas, and what ideas become."""

from django.urls import reverse

from belvedere.offer import services as catalogue
from belvedere.plan import queries as plan
from belvedere.plan import services
from belvedere.plan.models import Contribution, Idea
from belvedere.territory.models import Area
from tests.desk.labs.conftest import at


def test_from_sheets_to_an_idea_to_a_product_and_an_action(
    enter, promotion, winter, sheets, walk
):
    catalogue.write_text(walk, "title", "it", "Nella foresta", status="source")
    client, board = enter(promotion), at("desk:lab-ideas", winter)
    gather, (one, two, three) = at("desk:lab-gather", winter), [each.pk for each in sheets]
    client.post(gather, {"merge": 1, "contribution": [one, two], "into": one,
                         "reason": "La stessa sera"})  # fmt: skip
    client.post(gather, {"make": 1, "contribution": [one, three], "title": "Veglia"})
    idea = Idea.objects.get()
    here = at("desk:lab-idea", winter, idea.pk)
    for values in (
        {"verb": "votes", "votes": "12"},
        {"verb": "choose", "reason": "La vogliono in tanti"},
        {"verb": "product", "product": walk.slug},
        {"verb": "planned", "planned": "2027-castagne"},
    ):
        assert client.post(here, values).url == f"{board}#idea-{idea.pk}"
    (told,) = plan.results(winter, "it").ideas
    assert (told.idea.votes, told.idea.state) == (12, "chosen")
    assert [each.key for each in told.became] == [
        f"product:{walk.slug}",
        "planned:2027-castagne",
    ]
    assert (told.became[0].title, told.became[0].url) == (
        "Nella foresta", reverse("offer:product", args=[walk.slug]),
    )  # fmt: skip


def test_what_is_wrong_on_the_board_keeps_what_was_typed(enter, editor, winter, sheets):
    gather = at("desk:lab-gather", winter)
    answer = enter(editor).post(
        gather, {"make": 1, "contribution": [sheets[0].pk], "title": "x" * 121, "words": "Ecco"}
    )
    assert answer.status_code == 422
    assert list(answer.context["make"].errors) == ["title"]
    assert answer.context["make"]["words"].value() == "Ecco"
    assert answer.context["ticked"] == {str(sheets[0].pk)}
    nothing = enter(editor).post(gather, {"make": 1, "title": "Veglia"})
    assert nothing.context["make"].non_field_errors()
    assert not Idea.objects.exists()


def test_what_is_wrong_with_one_idea_is_said_on_its_card(enter, editor, winter, chestnuts):
    services.make_idea(winter.pk, [Contribution.objects.last().pk], title="Il bus")
    url = at("desk:lab-idea", winter, chestnuts.pk)
    answer = enter(editor).post(url, {"verb": "drop", "reason": ""})
    wrong = [bool(card.decide.errors) for card in answer.context["cards"]]
    assert (answer.status_code, wrong) == (422, [True, False])
    assert enter(editor).post(url, {"verb": "dance"}).status_code == 404
    chestnuts.refresh_from_db()
    assert chestnuts.state == "proposed"


def test_personal_words_are_erased_for_good_and_the_lineage_stays(
    enter, editor, winter, sheets, chestnuts
):
    client = enter(editor)
    client.post(at("desk:lab-gather", winter), {"erase": 1, "contribution": sheets[0].pk})
    assert chestnuts.derived_from.get().text == services.ERASED
    page = client.get(reverse("plan:lab", args=[winter.slug])).content.decode()
    assert "veglia al fuoco" not in page


def test_only_products_of_the_area_are_offered(enter, editor, winter, chestnuts, walk):
    services.choose(chestnuts.pk, reason="sì")
    there = Area.objects.create(kind="ambito", name="Altrove", slug="altrove")
    board, url = at("desk:lab-ideas", winter), at("desk:lab-idea", winter, chestnuts.pk)
    client = enter(editor)
    assert walk.slug in client.get(board).content.decode()
    walk.operator.area = there
    walk.operator.save()
    assert walk.slug not in client.get(board).content.decode()
    assert client.post(url, {"verb": "product", "product": walk.slug}).status_code == 422
    assert not chestnuts.became.exists()
