import pytest
from django.urls import reverse

from belvedere.sell.models import Allotment, Order, Payment, Refund, Reseller
from belvedere.territory.models import Membership, User

pytestmark = pytest.mark.django_db
MODELS = [Allotment, Order, Payment, Refund, Reseller]


def listing(model):
    return reverse(f"wagtailsnippets_sell_{model._meta.model_name}:list")


@pytest.mark.parametrize("model", MODELS)
def test_who_minds_the_installation_sees_the_sale_without_names(client, confirmed, model):
    confirmed()
    client.force_login(User.objects.create_superuser("root"))
    page = client.get(listing(model))
    assert page.status_code == 200
    assert "李明" not in page.content.decode()
    one = model.objects.first()
    if one:
        inspect = reverse(
            f"wagtailsnippets_sell_{model._meta.model_name}:inspect", args=[one.pk]
        )
        shown = client.get(inspect)
        assert shown.status_code == 200
        assert "李明" not in shown.content.decode()


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("role", ["promotion", "editor", "analyst", "head"])
def test_staff_of_an_area_do_not(client, casentino, confirmed, model, role):
    user = User.objects.create_user(role, is_staff=True)
    Membership.objects.create(user=user, role=role, area=casentino)
    client.force_login(user)
    assert client.get(listing(model)).status_code in (302, 403)


def test_nobody_adds_an_order_by_hand(client):
    client.force_login(User.objects.create_superuser("root"))
    add = reverse("wagtailsnippets_sell_order:add")
    assert client.get(add).status_code in (302, 403)
