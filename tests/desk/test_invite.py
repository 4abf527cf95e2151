"""Inviting an operator."""

from urllib.parse import unquote

from django.urls import reverse

from belvedere.territory.models import Operator


def test_a_known_operator_is_invited_and_the_link_opens(enter, promotion, guide, poppi):
    client = enter(promotion)
    page = client.post(reverse("desk:invitations"), {"operator": guide.pk})
    link = page.context["link"]
    assert link in unquote(page.content.decode())
    assert "<svg" in page.content.decode()
    client.logout()
    assert client.get(link.split("8000", 1)[-1], follow=True).status_code == 200


def test_a_new_business_is_put_on_the_list_and_invited(enter, editor, poppi, casentino):
    page = enter(editor).post(
        reverse("desk:invitations"), {"name": "La Madia", "municipality": poppi.code}
    )
    operator = Operator.objects.get(name="La Madia")
    assert (operator.area, operator.municipality) == (casentino, poppi)
    assert page.context["operator"] == operator


def test_neither_chosen_nor_named_says_what_to_do(enter, editor, poppi):
    page = enter(editor).post(reverse("desk:invitations"), {"municipality": poppi.code})
    assert list(page.context["form"].errors) == ["name"]
    assert not Operator.objects.exists()


def test_an_operator_of_another_area_cannot_be_chosen(enter, editor, poppi, casentino):
    far = Operator.objects.create(area=casentino.parent, name="Lontano", slug="lontano")
    page = enter(editor).post(reverse("desk:invitations"), {"operator": far.pk})
    assert list(page.context["form"].errors) == ["operator"]


def test_an_open_invitation_is_listed_until_it_is_used(enter, editor, guide, poppi):
    client = enter(editor)
    client.post(reverse("desk:invitations"), {"operator": guide.pk})
    waiting = client.get(reverse("desk:invitations")).context["waiting"]
    assert [each.operator for each in waiting] == [guide]
