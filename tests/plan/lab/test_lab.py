"""A living lab from its question to what the ideas became."""

import threading
from datetime import date
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from belvedere.journal.models import Fact
from belvedere.plan import queries, services
from belvedere.plan.models import Contribution, Session, Workshop
from belvedere.shared.errors import BadInput
from belvedere.territory import services as people
from belvedere.territory.models import Area, User


def kinds():
    return list(
        Fact.objects.filter(kind__startswith="lab.")
        .order_by("pk")
        .values_list("kind", flat=True)
    )


def test_the_address_of_the_public_page_cannot_be_guessed(casentino, winter):
    again = services.open_workshop(
        casentino, title=winter.title, question="?", starts_on=date(2026, 1, 1),
        ends_on=date(2026, 1, 1),
    )  # fmt: skip
    stem, secret = winter.slug.rsplit("-", 1)
    assert (stem, len(secret)) == ("casentino-dinverno", 8)
    assert again.slug != winter.slug


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"question": ""}, "question"),
        ({"ends_on": date(2025, 12, 31)}, "ends_on"),
        ({"language": "tlh"}, "language"),
    ],
)
def test_a_workshop_that_cannot_be_is_told_where(casentino, values, field):
    good = {"title": "T", "question": "?", "starts_on": date(2026, 1, 1),
            "ends_on": date(2026, 1, 2)}  # fmt: skip
    with pytest.raises(BadInput) as told:
        services.open_workshop(casentino, **{**good, **values})
    assert told.value.field == field
    assert not Workshop.objects.exists()


def test_participants_are_counted_by_kind_and_counted_anew_when_held_again(winter, poppi):
    assert dict(poppi.attendances.values_list("kind", "number")) == {"lodging": 4, "guides": 3}
    again = services.hold_session(
        winter.pk, place="Poppi,  municipio", day=poppi.day, participants={"lodging": 5}
    )
    assert again.pk == poppi.pk
    assert dict(poppi.attendances.values_list("kind", "number")) == {"lodging": 5}
    fact = Fact.objects.filter(kind="lab.held").last()
    assert (fact.quantity, fact.detail) == (5, {"participants": {"lodging": 5}})


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"place": ""}, "place"),
        ({"place": "da Anna, 333 1234567"}, "place"),
        ({"day": date(2027, 1, 1)}, "day"),
        ({"participants": {"lodging": -1}}, "lodging"),
        ({"participants": {"wizards": 1}}, "wizards"),
    ],
)
def test_a_session_that_cannot_be_is_told_where(winter, values, field):
    good = {"place": "Bibbiena", "day": date(2026, 11, 1), "participants": {}}
    with pytest.raises(BadInput) as told:
        services.hold_session(winter.pk, **{**good, **values})
    assert told.value.field == field
    assert not Session.objects.exists()


def test_empty_boxes_are_passed_over_and_lines_put_on_one(poppi, promotion):
    made = services.contribute(
        poppi.pk, ["", "Un bus\r\nla domenica", "  "], table=7, by=promotion
    )
    (only,) = made
    assert (only.text, only.table, only.line, only.scribe) == (
        "Un bus la domenica", 7, 2, promotion,
    )  # fmt: skip


def test_texts_too_long_are_told_by_number_and_by_how_much_and_none_is_written(poppi):
    with pytest.raises(services.WrongTexts) as told:
        services.contribute(
            poppi.pk, ["Bene", "", "x" * 312, "scrivi a anna@example.org"], table=1
        )
    assert list(told.value.problems) == [3, 4]
    assert "12 characters too long" in told.value.problems[3]
    assert "anna@example.org" in told.value.problems[4]
    assert not Contribution.objects.exists()
    assert len(services.contribute(poppi.pk, ["x" * 300], table=1)) == 1


def test_a_send_that_is_repeated_is_one_contribution(poppi):
    key = uuid4()
    first = services.contribute(poppi.pk, ["Un bus", "Un forno"], table=1, key=key)
    again = services.contribute(poppi.pk, ["Un bus", "Un forno"], table=1, key=key)
    assert [each.pk for each in again] == [each.pk for each in first]
    assert kinds().count("lab.contributed") == 1


@pytest.mark.parametrize("other", [{"texts": ["Un treno"]}, {"table": 2}, {"theme": "food"}])
def test_a_key_used_for_something_else_is_refused_and_nothing_changes(poppi, other):
    good = {"texts": ["Un bus"], "table": 1, "theme": "", "key": uuid4()}
    services.contribute(poppi.pk, **good)
    with pytest.raises(services.SentBefore):
        services.contribute(poppi.pk, **{**good, **other})
    assert [each.text for each in Contribution.objects.all()] == ["Un bus"]


@pytest.mark.django_db(transaction=True)
def test_one_send_that_arrives_eight_times_at_once_is_one_contribution(poppi):
    key, got = uuid4(), []

    def send():
        try:
            got.append(services.contribute(poppi.pk, ["Un bus"], table=1, key=key)[0].pk)
        finally:
            connection.close()

    crowd = [threading.Thread(target=send) for _each in range(8)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join(60)
    assert len(got) == 8
    assert set(got) == {Contribution.objects.get().pk}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"texts": ["", " "]}, "text"),
        ({"texts": ["x"] * 31}, "text"),
        ({"table": 0}, "table"),
        ({"table": 100}, "table"),
        ({"theme": "wizards"}, "theme"),
    ],
)
def test_a_send_that_cannot_be_is_told_where(poppi, values, field):
    with pytest.raises(BadInput) as told:
        services.contribute(poppi.pk, **{"texts": ["Un bus"], "table": 1, **values})
    assert told.value.field == field
    assert not Contribution.objects.exists()


def test_a_closed_workshop_takes_no_sheets_but_knows_a_repeated_send(winter, poppi):
    key = uuid4()
    services.contribute(poppi.pk, ["Un bus"], table=1, key=key)
    services.close_workshop(winter.pk)
    assert len(services.contribute(poppi.pk, ["Un bus"], table=1, key=key)) == 1
    with pytest.raises(BadInput):
        services.contribute(poppi.pk, ["Un forno"], table=1)
    with pytest.raises(BadInput):
        services.hold_session(winter.pk, place="B", day=poppi.day, participants={})
    services.reopen_workshop(winter.pk)
    assert len(services.contribute(poppi.pk, ["Un forno"], table=1)) == 1
    assert kinds()[-4:] == ["lab.contributed", "lab.closed", "lab.reopened", "lab.contributed"]


def test_merging_keeps_both_with_the_reason(winter, sheets):
    kept = services.merge([sheets[1].pk], into=sheets[0].pk, reason="La stessa sera")
    sheets[1].refresh_from_db()
    assert (sheets[1].merged_into, sheets[1].merge_reason) == (kept, "La stessa sera")
    found = queries.results(winter, "it")
    assert [(each.contribution.pk, each.merged) for each in found.sheets] == [
        (sheets[0].pk, [sheets[1]]), (sheets[2].pk, []),
    ]  # fmt: skip
    assert found.written_down == 3


def test_a_chain_of_merges_ends_at_one_and_never_in_a_ring(winter, sheets):
    one, two, three = (each.pk for each in sheets)
    services.merge([one], into=two, reason="r")
    services.merge([two], into=three, reason="r")
    with pytest.raises(BadInput, match="merged already"):
        services.merge([three], into=one, reason="r")
    (left,) = queries.results(winter, "it").sheets
    assert [each.pk for each in left.merged] == [two, one]


def test_a_merge_that_cannot_be_changes_nothing(winter, sheets, casentino):
    other = services.open_workshop(
        casentino, title="Altro", question="?", starts_on=date(2026, 1, 1),
        ends_on=date(2026, 1, 1),
    )  # fmt: skip
    there = services.hold_session(
        other.pk, place="Bibbiena", day=date(2026, 1, 1), participants={}
    )
    (strange,) = services.contribute(there.pk, ["Altrove"], table=1)
    one, two = sheets[0].pk, sheets[1].pk
    for ids, reason in (([two], " "), ([one], "r"), ([], "r"), ([strange.pk], "r")):
        with pytest.raises(BadInput):
            services.merge(ids, into=one, reason=reason)
    assert not Contribution.objects.filter(merged_into__isnull=False).exists()
    with pytest.raises(BadInput):
        services.make_idea(winter.pk, [one, strange.pk], title="Mista")


def test_the_database_itself_refuses_a_merge_without_reason_and_into_itself(sheets):
    one = Contribution.objects.filter(pk=sheets[0].pk)
    for values in ({"merged_into": sheets[1]}, {"merged_into": one[0], "merge_reason": "r"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            one.update(**values)


def test_an_idea_knows_the_sheets_that_it_comes_from(winter, sheets, chestnuts):
    services.merge([sheets[1].pk], into=sheets[0].pk, reason="La stessa sera")
    found = queries.results(winter, "it")
    (told,) = found.ideas
    assert [each.contribution for each in told.sheets] == [sheets[0]]
    assert told.sheets[0].merged == [sheets[1]]
    assert [each.contribution for each in found.loose] == [sheets[2]]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "la VEGLIA delle castagne"}, "title"),
        ({"words": "x" * 601}, "words"),
        ({"contribution_ids": []}, "contribution"),
    ],
)
def test_an_idea_that_cannot_be_is_told_where(winter, sheets, chestnuts, values, field):
    good = {"contribution_ids": [sheets[2].pk], "title": "Il bus"}
    with pytest.raises(BadInput) as told:
        services.make_idea(winter.pk, **{**good, **values})
    assert told.value.field == field
    assert list(winter.ideas.all()) == [chestnuts]


def test_votes_are_numbers_counted_on_paper(winter, sheets, chestnuts):
    bus = services.make_idea(winter.pk, [sheets[2].pk], title="Il bus")
    services.count_votes(bus.pk, 9)
    services.count_votes(chestnuts.pk, 0)
    with pytest.raises(BadInput):
        services.count_votes(bus.pk, -1)
    assert [(each.title, each.votes) for each in winter.ideas.all()] == [
        ("Il bus", 9), ("La veglia delle castagne", 0),
    ]  # fmt: skip
    services.count_votes(bus.pk, None)
    assert winter.ideas.last() == bus


def test_an_idea_is_chosen_or_dropped_with_a_reason_and_the_decision_can_change(chestnuts):
    with pytest.raises(BadInput, match="Say why"):
        services.choose(chestnuts.pk, reason=" ")
    services.drop(chestnuts.pk, reason="Manca chi la guida")
    again = services.choose(chestnuts.pk, reason="La guida c'è")
    assert (again.state, again.reason) == ("chosen", "La guida c'è")
    with pytest.raises(BadInput, match="already"):
        services.choose(chestnuts.pk, reason="ancora")
    assert kinds()[-2:] == ["lab.dropped", "lab.chosen"]


def test_only_a_chosen_idea_becomes_something(chestnuts, walk):
    with pytest.raises(BadInput, match="Choose the idea first"):
        services.link_product(chestnuts.pk, walk.slug)
    services.choose(chestnuts.pk, reason="sì")
    services.link_product(chestnuts.pk, walk.slug)
    services.link_product(chestnuts.pk, walk.slug)
    services.link_planned_action(chestnuts.pk, "planned:2027-fiera-monaco")
    assert [each.key for each in chestnuts.became.all()] == [
        "product:foresta-di-camaldoli", "planned:2027-fiera-monaco",
    ]  # fmt: skip
    facts = Fact.objects.filter(kind="lab.became").order_by("pk")
    assert [(each.product, each.detail["became"]) for each in facts] == [
        (walk.slug, "product:foresta-di-camaldoli"), ("", "planned:2027-fiera-monaco"),
    ]  # fmt: skip
    with pytest.raises(BadInput, match="become something"):
        services.drop(chestnuts.pk, reason="no")


def test_only_a_product_of_the_area_and_a_well_formed_key_are_linked(chestnuts, walk):
    services.choose(chestnuts.pk, reason="sì")
    elsewhere = Area.objects.create(kind="ambito", name="Altrove", slug="altrove")
    walk.operator.area = elsewhere
    walk.operator.save()
    for slug in (walk.slug, "nothing"):
        with pytest.raises(BadInput, match="no such product"):
            services.link_product(chestnuts.pk, slug)
    for key in ("", "Fiera di Monaco", "x" * 100):
        with pytest.raises(BadInput, match="Write the key"):
            services.link_planned_action(chestnuts.pk, key)
    assert not chestnuts.became.exists()


@pytest.mark.parametrize("role", ["analyst", "operator", "elsewhere"])
def test_who_does_not_run_workshops_here_is_refused_every_verb(
    casentino, guide, winter, poppi, sheets, chestnuts, role
):
    user = User.objects.create_user(username="x@example.org")
    there = Area.objects.create(kind="ambito", name="Altrove", slug="altrove")
    if role == "elsewhere":
        people.grant(user, "head", there)
    else:
        people.grant(user, role, guide if role == "operator" else casentino)
    before, one = kinds(), sheets[0].pk
    verbs = [
        lambda: services.open_workshop(casentino, title="T", question="?", by=user,
                                       starts_on=poppi.day, ends_on=poppi.day),
        lambda: services.hold_session(winter.pk, place="B", day=poppi.day, participants={},
                                      by=user),
        lambda: services.contribute(poppi.pk, ["x"], table=1, by=user),
        lambda: services.contribute(poppi.pk, ["x"], table=1, by=user, key=sheets[0].key),
        lambda: services.merge([sheets[1].pk], into=one, reason="r", by=user),
        lambda: services.make_idea(winter.pk, [one], title="T", by=user),
        lambda: services.count_votes(chestnuts.pk, 3, by=user),
        lambda: services.choose(chestnuts.pk, reason="r", by=user),
        lambda: services.drop(chestnuts.pk, reason="r", by=user),
        lambda: services.link_product(chestnuts.pk, "x", by=user),
        lambda: services.link_planned_action(chestnuts.pk, "x", by=user),
        lambda: services.close_workshop(winter.pk, by=user),
        lambda: services.reopen_workshop(winter.pk, by=user),
    ]  # fmt: skip
    for verb in verbs:
        with pytest.raises(PermissionDenied):
            verb()
    assert kinds() == before
    seen = list(queries.workshops(user))
    assert seen == ([winter] if role == "analyst" else [])


def test_nothing_that_was_written_by_hand_stands_in_a_fact(
    winter, sheets, chestnuts, promotion
):
    services.merge([sheets[1].pk], into=sheets[0].pk, reason="La stessa sera", by=promotion)
    services.count_votes(chestnuts.pk, 3, by=promotion)
    services.choose(chestnuts.pk, reason="Perché sì", by=promotion)
    told = " ".join(str(vars(each)) for each in Fact.objects.filter(kind__startswith="lab."))
    written = [each.text for each in sheets]
    for words in (*written, "La stessa sera", "Perché sì", "La veglia", promotion.username,
                  winter.title, winter.slug, "Poppi"):  # fmt: skip
        assert words not in told


def test_workshops_are_counted_without_multiplying(winter, sheets, chestnuts, promotion, walk):
    services.hold_session(winter.pk, place="Bibbiena", day=date(2026, 11, 1), participants={})
    services.make_idea(winter.pk, [each.pk for each in sheets], title="Tutto")
    services.choose(chestnuts.pk, reason="sì")
    services.link_product(chestnuts.pk, walk.slug)
    services.link_planned_action(chestnuts.pk, "2027-castagne")
    (found,) = queries.workshops(promotion)
    assert (found.sessions_held, found.written_down) == (2, 3)
    assert (found.ideas_made, found.ideas_chosen, found.ideas_grown) == (2, 1, 1)


def test_staff_of_the_region_see_its_areas_workshops(casentino, winter):
    chief = User.objects.create_user(username="chief@example.org")
    people.grant(chief, "head", casentino.parent)
    assert list(queries.workshops(chief)) == [winter]
    assert services.close_workshop(winter.pk, by=chief).state == "closed"
