"""Campaigns, their actions and their pieces."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from belvedere.publish import queries, services
from belvedere.publish.models import Campaign
from belvedere.shared.errors import BadInput
from belvedere.shared.money import Amount


def test_each_placement_of_a_piece_has_its_own_code(poster_piece):
    codes = [each.code for each in poster_piece.placements.all()]
    assert len(set(codes)) == 2
    assert queries.piece_of(codes[1]) == poster_piece


def test_the_same_placement_again_is_the_same_code(poster_piece):
    first = poster_piece.placements.get(name="Munich fair")
    assert services.place(poster_piece.pk, "Munich fair") == first


def test_a_campaign_without_a_title_is_refused(casentino):
    with pytest.raises(BadInput, match="title"):
        services.open_campaign(
            casentino.pk,
            goal="x",
            starts_on=date(2026, 1, 1),
            ends_on=date(2026, 2, 1),
            texts={"en": {"title": "Only English"}},
        )


def test_a_campaign_that_ends_before_it_starts_is_refused(casentino):
    with pytest.raises(BadInput):
        services.open_campaign(
            casentino.pk,
            goal="x",
            starts_on=date(2026, 2, 1),
            ends_on=date(2026, 1, 1),
            texts={"it": {"title": "Al contrario"}},
        )
    assert not Campaign.objects.exists()


def test_two_campaigns_of_one_name_have_two_addresses(casentino):
    slugs = [
        services.open_campaign(
            casentino.pk,
            goal="x",
            starts_on=date(2026, 1, 1),
            ends_on=date(2026, 2, 1),
            texts={"it": {"title": "Autunno"}},
        ).slug
        for _ in range(2)
    ]
    assert slugs == ["autunno", "autunno-2"]


def test_what_was_spent_is_kept_in_the_plans_currency_only(poster_action):
    services.spend(poster_action.pk, Amount(45000), done_on=date(2026, 5, 1))
    poster_action.refresh_from_db()
    assert (poster_action.spent, poster_action.done_on) == (Amount(45000), date(2026, 5, 1))
    with pytest.raises(BadInput, match="EUR"):
        services.spend(poster_action.pk, Amount(100, "CNY"))


def test_a_second_piece_in_one_language_needs_a_variant(poster_piece, poster_action):
    with pytest.raises(BadInput):
        services.create_piece(poster_action.pk, title="又一张", language="zh-Hans")
    services.create_piece(poster_action.pk, title="又一张", language="zh-Hans", variant="B")


def test_a_piece_leads_to_one_page_only(poster_action, walk, casentino):
    with pytest.raises(BadInput):
        services.create_piece(
            poster_action.pk, title="x", product_id=walk.pk, area_id=casentino.pk
        )


@pytest.mark.parametrize(("role", "may"), [("promotion", 1), ("editor", 1), ("analyst", 0)])
def test_who_promotes_the_area_writes_its_pieces(poster_action, person, role, may):
    by = person("anna", role)
    if may:
        assert services.create_piece(poster_action.pk, title="x", by=by).author == by
    else:
        with pytest.raises(PermissionDenied):
            services.create_piece(poster_action.pk, title="x", by=by)


def test_people_see_the_campaigns_of_their_own_area(campaign, person, django_user_model):
    assert list(queries.visible_to(person("anna", "promotion"))) == [campaign]
    stranger = django_user_model.objects.create_user("berto")
    assert not queries.visible_to(stranger).exists()
    assert not queries.actions(stranger).exists()


def test_the_actions_of_somebody_come_with_their_codes_in_few_queries(
    poster_piece, person, django_assert_num_queries
):
    anna = person("anna", "head")
    with django_assert_num_queries(4):  # memberships, actions, pieces, placements
        found = [
            placement.code
            for action in queries.actions(anna)
            for piece in action.pieces.all()
            for placement in piece.placements.all()
        ]
    assert len(found) == 2
