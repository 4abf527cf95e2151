"""Who may do what, where: each role is refused elsewhere."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from belvedere.shared.errors import BadInput
from belvedere.territory import queries, services
from belvedere.territory.models import Membership, Role, User

pytestmark = pytest.mark.django_db
STAFF = ("head", "promotion", "editor", "analyst")


@pytest.fixture
def everyone(tuscany, guides, makers, person):
    """One person for each role, at home in the Casentino; the head in all of Tuscany."""
    services.invite(guides)
    services.invite(makers)
    home = queries.area("casentino")
    return {
        **{role: person(role, (role, home)) for role in ("promotion", "editor", "analyst")},
        "head": person("head", ("head", tuscany)),
        "operator": person("operator", ("operator", guides)),
        "other": person("other", ("operator", makers)),
    }


@pytest.mark.parametrize("role", [*STAFF, "operator"])
def test_each_holds_the_own_role_and_no_other(everyone, role):
    assert queries.roles(everyone[role]) == {role}
    assert [each for each in Role.values if queries.can(everyone[role], each)] == [role]


@pytest.mark.parametrize("role", ["promotion", "editor", "analyst"])
def test_staff_is_refused_outside_its_area(everyone, role, tuscany):
    user = everyone[role]
    assert queries.can(user, role, area=queries.area("casentino"))
    assert not queries.can(user, role, area=queries.area("mugello"))
    assert not queries.can(user, role, area=tuscany)


def test_the_region_contains_its_areas(everyone, makers):
    assert queries.can(everyone["head"], "head", area=queries.area("mugello"))
    assert queries.can(everyone["head"], "head", operator=makers)
    assert not queries.can(everyone["head"], "head", area=queries.area("italia"))


def test_an_operator_speaks_for_the_own_business_alone(everyone, guides, makers):
    user = everyone["operator"]
    assert queries.can(user, "operator", operator=guides)
    assert not queries.can(user, "operator", operator=makers)
    assert not queries.can(user, "operator", area=guides.area)
    assert list(queries.operators_of(user)) == [guides]


def test_an_editor_is_responsible_for_the_operators_of_the_area(everyone, guides, makers):
    assert queries.can(everyone["editor"], "editor", operator=guides)
    assert not queries.can(everyone["editor"], "editor", operator=makers)


MATRIX = {
    "head": ({"guide", "telai"}, 2, 6),
    "promotion": ({"guide"}, 1, 4),
    "editor": ({"guide"}, 1, 4),
    "analyst": ({"guide"}, 1, 4),
    "operator": ({"guide"}, 0, 1),
    "other": ({"telai"}, 0, 1),
}


@pytest.mark.parametrize("who", MATRIX)
def test_each_sees_what_the_role_allows(everyone, who):
    operators, invitations, people = MATRIX[who]
    seen = queries.visible_to(everyone[who])
    assert set(seen.operators.values_list("slug", flat=True)) == operators
    assert seen.invitations.count() == invitations
    assert seen.people.count() == people
    assert seen.memberships.count() == people


@pytest.mark.parametrize("closed", [False, True])
def test_nobody_and_who_left_see_nothing(everyone, closed):
    user = AnonymousUser()
    if closed:
        user = everyone["head"]
        user.is_active = False
    seen = queries.visible_to(user)
    assert not any(
        each.exists()
        for each in (seen.operators, seen.invitations, seen.memberships, seen.people)
    )
    assert queries.roles(user) == set()
    assert not queries.can(user, *Role.values)


def test_a_superuser_may_everything(everyone, makers):
    root = User.objects.create_superuser("root")
    assert queries.can(root, "editor", area=makers.area)
    assert queries.visible_to(root).operators.count() == 2


class TestAdmin:
    @pytest.mark.parametrize("role", STAFF)
    def test_staff_enters_the_editors_admin(self, everyone, client, role):
        client.force_login(everyone[role])
        assert client.get(reverse("wagtailadmin_home")).status_code == 200

    def test_an_operator_never_does(self, everyone, client):
        client.force_login(everyone["operator"])
        assert client.get(reverse("wagtailadmin_home")).status_code == 302
        assert not everyone["operator"].groups.exists()

    @pytest.mark.parametrize(
        ("right", "holders"),
        [
            ("territory.change_name", {"editor"}),
            ("territory.delete_area", set()),
            ("territory.change_operator", {"editor"}),
            ("territory.view_operator", set(STAFF)),
            ("territory.view_user", set()),
            ("territory.change_membership", set()),
            ("offer.change_product", {"editor"}),
            ("publish.change_campaign", {"editor", "promotion"}),
            ("publish.view_campaign", set(STAFF)),
            ("auth.change_group", set()),
        ],
    )
    def test_each_role_has_its_rights_and_no_more(self, everyone, right, holders):
        assert {who for who, user in everyone.items() if user.has_perm(right)} == holders

    def test_who_loses_a_role_loses_its_rights(self, everyone):
        editor = everyone["editor"]
        Membership.objects.filter(user=editor).delete()
        services.sync_groups(editor)
        assert not User.objects.get(pk=editor.pk).has_perm("wagtailadmin.access_admin")


class TestGrant:
    def test_twice_is_as_once(self, tuscany, person):
        anna = person("anna")
        assert services.grant(anna, "head", tuscany) == services.grant(anna, "head", tuscany)

    @pytest.mark.parametrize("role", ["emperor", "operator"])
    def test_a_role_is_refused_where_it_is_not_held(self, tuscany, person, role):
        with pytest.raises(BadInput):
            services.grant(person("anna"), role, tuscany)

    def test_staff_is_not_of_a_business(self, guides, person):
        with pytest.raises(BadInput):
            services.grant(person("anna"), "editor", guides)


class TestDemoLink:
    @pytest.fixture(autouse=True)
    def _demo(self, settings):
        settings.DEMO = True

    @pytest.fixture
    def address(self, everyone):
        return reverse("territory:enter", args=[services.demo_link(everyone["editor"])])

    @pytest.mark.parametrize("here", ["127.0.0.1", "::1"])
    def test_it_signs_in_from_this_computer(self, address, client, everyone, here):
        answer = client.get(address, REMOTE_ADDR=here)
        assert answer.status_code == 302
        assert client.session["_auth_user_id"] == str(everyone["editor"].pk)

    @pytest.mark.parametrize(
        "more",
        [
            {"REMOTE_ADDR": "192.168.1.7"},
            {"REMOTE_ADDR": ""},
            {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
            {"HTTP_FORWARDED": "for=127.0.0.1"},
            {"HTTP_X_REAL_IP": "127.0.0.1"},
        ],
    )
    def test_it_is_not_there_from_elsewhere_or_through_a_proxy(self, address, client, more):
        assert client.get(address, **more).status_code == 404
        assert "_auth_user_id" not in client.session

    def test_it_is_not_there_outside_a_demo(self, address, client, settings, everyone):
        settings.DEMO = False
        assert client.get(address).status_code == 404
        with pytest.raises(ImproperlyConfigured):
            services.demo_link(everyone["head"])

    def test_a_token_that_was_tampered_with_is_refused(self, address, client):
        assert client.get(address[:-2]).status_code == 404
        assert client.get(reverse("territory:enter", args=["x"])).status_code == 404

    def test_it_ends_with_the_password(self, address, client, everyone):
        everyone["editor"].set_password("nuova-parola-3")
        everyone["editor"].save()
        assert client.get(address).status_code == 404

    def test_it_leads_onward_on_this_site_only(self, address, client):
        assert client.get(address + "?next=/cms/")["Location"] == "/cms/"
        assert "evil" not in client.get(address + "?next=//evil.example/")["Location"]
