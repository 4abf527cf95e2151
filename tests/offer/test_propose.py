"""The life of a product: proposed, approved, returned, withdrawn."""

import pytest
from django.core.exceptions import PermissionDenied

from belvedere.journal.models import Fact
from belvedere.offer import queries, services
from belvedere.offer.models import Product
from belvedere.shared.errors import BadInput
from belvedere.shared.money import Amount
from belvedere.territory.models import Area, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def propose(guide):
    """Propose a tasting, each detail of which may be given."""

    def go(**given):
        details = {
            "theme": "food",
            "kind": "experience",
            "language": "it",
            "title": "Castagne e pane",
            "description": "Si impasta e si assaggia.",
            "price": Amount(3200),
        }
        return services.propose(guide.pk, **(details | given))

    return go


@pytest.fixture
def editor(casentino):
    """An editor of the whole of Tuscany."""
    user = User.objects.create_user("eva")
    user.memberships.create(role="editor", area=casentino.parent)
    return user


def kinds():
    return list(Fact.objects.values_list("kind", flat=True))


def test_a_proposal_waits_and_is_not_on_sale(propose):
    product = propose()
    assert product.state == "proposed"
    assert not queries.on_sale().exists()
    assert "offer.proposed" in kinds()


def test_its_address_is_made_from_the_title_and_never_taken(propose):
    assert [propose().slug, propose().slug] == ["castagne-e-pane", "castagne-e-pane-2"]


def test_a_title_in_chinese_gets_an_address_too(propose):
    assert propose(language="zh-Hans", title="栗子与面包").slug


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " "}, "title"),
        ({"description": ""}, "description"),
        ({"price": Amount(0)}, "price"),
        ({"theme": "sea"}, "theme"),
        ({"kind": "boat"}, "kind"),
        ({"language": "xx"}, "language"),
    ],
)
def test_what_is_wrong_is_told_by_field_and_nothing_is_kept(propose, wrong, field):
    with pytest.raises(BadInput) as error:
        propose(**wrong)
    assert error.value.field == field
    assert not Product.objects.exists()


def test_an_editor_of_the_region_approves(propose, editor):
    product = services.approve(propose().pk, by=editor)
    assert product.state == "on_sale"
    assert product.approved_at
    assert "offer.approved" in kinds()


def test_what_is_on_sale_is_not_approved_twice(propose):
    pk = propose().pk
    services.approve(pk)
    with pytest.raises(services.NotNow):
        services.approve(pk)
    assert kinds().count("offer.approved") == 1


def test_its_operator_cannot_approve_it(propose, guide):
    user = User.objects.create_user("ada")
    user.memberships.create(role="operator", operator=guide)
    with pytest.raises(PermissionDenied):
        services.approve(propose().pk, by=user)


def test_an_editor_of_another_area_cannot_approve_it(propose):
    user = User.objects.create_user("ugo")
    user.memberships.create(
        role="editor", area=Area.objects.create(kind="ambito", slug="mugello", name="Mugello")
    )
    with pytest.raises(PermissionDenied):
        services.approve(propose().pk, by=user)


def test_a_returned_product_carries_the_note_and_is_proposed_again(propose, editor):
    pk = propose().pk
    returned = services.give_back(pk, note="Manca l'orario.", by=editor)
    assert returned.note_to_operator == "Manca l'orario."
    assert services.propose_again(pk).state == "proposed"


def test_the_note_is_not_in_the_journal(propose, editor):
    services.give_back(propose().pk, note="Chiami Mario Rossi.", by=editor)
    assert "Rossi" not in str(list(Fact.objects.values()))


def test_its_operator_withdraws_it(propose, guide):
    user = User.objects.create_user("ada")
    user.memberships.create(role="operator", operator=guide)
    pk = propose().pk
    services.approve(pk)
    assert services.withdraw(pk, by=user).state == "withdrawn"


def test_its_operator_cannot_change_it_while_it_is_on_sale(propose, guide):
    user = User.objects.create_user("ada")
    user.memberships.create(role="operator", operator=guide)
    pk = propose().pk
    services.revise(pk, by=user, price=Amount(3000))
    services.approve(pk)
    with pytest.raises(PermissionDenied):
        services.revise(pk, by=user, price=Amount(9900))


def test_each_operator_sees_the_own_products_alone(propose, guide, casentino):
    product = propose()
    other = casentino.operators.create(name="Altri", slug="altri")
    ada, bea = User.objects.create_user("ada"), User.objects.create_user("bea")
    ada.memberships.create(role="operator", operator=guide)
    bea.memberships.create(role="operator", operator=other)
    assert list(queries.visible_to(ada)) == [product]
    assert not queries.visible_to(bea).exists()
