"""The page where ways to pay are connected, by one person; secrets go in and never out."""

from dataclasses import dataclass

import pytest
from django.urls import reverse

from belvedere.journal.models import Fact
from belvedere.sell import registry
from belvedere.sell.ports import PaymentSpec, Problem, Proof
from belvedere.territory import queries as territory
from belvedere.territory.models import Membership, User

pytestmark = pytest.mark.django_db
SECRET, PEM = "very-secret", "-----BEGIN-----\nvery-secret-too\n-----END-----"


class Wallet:
    """A way to pay that asks for an account."""

    spec = PaymentSpec(
        key="wallet",
        name="The Wallet",
        proof=Proof.PEER,
        currencies=frozenset({"CNY"}),
        markets=frozenset({"CN"}),
        settings={
            "number": "Your number",
            "key": "Your key",
            "pem": "Its file",
            "own": "Yours",
        },
        optional=frozenset({"own"}),
        shown=frozenset({"number", "own"}),
        several_lines=frozenset({"pem"}),
        currency_setting="own",
    )

    def __init__(self, site):
        self.site = site

    @classmethod
    def examine(cls, given):
        return [] if given.get("pem", PEM) == PEM else [Problem("pem", "This is no PEM.")]


@pytest.fixture(autouse=True)
def wallet(monkeypatch):
    ways = {"wallet": Wallet, "demo": registry.installed()["demo"]}
    monkeypatch.setattr(registry, "installed", lambda: ways)


@pytest.fixture
def root(client):
    root = User.objects.create_superuser("root")
    client.force_login(root)
    return root


@dataclass
class Page:
    """What the page shows."""

    client: object

    def get(self, **how):
        return self.client.get(reverse("sell_ways"), **how)

    def send(self, verb="connect", way="wallet", **values):
        given = {f"{way}-{name}": value for name, value in values.items()}
        return self.client.post(reverse("sell_ways"), {"way": way, "verb": verb, **given})


@pytest.fixture
def page(client, root):
    return Page(client)


def kept():
    return territory.account("payments", "wallet")


@pytest.mark.parametrize("role", ["promotion", "editor", "analyst", "head"])
def test_staff_of_an_area_neither_see_nor_connect(client, casentino, role):
    user = User.objects.create_user(role, is_staff=True)
    Membership.objects.create(user=user, role=role, area=casentino)
    client.force_login(user)
    assert Page(client).get().status_code in (302, 403)
    assert Page(client).send(number="7", key=SECRET, pem=PEM).status_code in (302, 403)
    assert kept() == {}


def test_a_stranger_is_sent_to_sign_in(client):
    assert Page(client).get().status_code == 302
    assert Page(client).send(verb="disconnect").status_code == 302


def test_each_way_says_what_it_is_and_what_is_missing(page):
    shown = page.get().content.decode()
    for words in ("The Wallet", "provato con software indipendente", "CNY", "Cina"):
        assert words in shown
    assert "<li>Your key</li>" in shown
    assert "/pay/notify/wallet/" in shown
    assert "Demo (no money moves)" in shown


def test_connecting_offers_it(page, root):
    assert "wallet" not in registry.offered("CNY", "CN")
    assert page.send(number="7", key=SECRET, pem=PEM).status_code == 302
    assert kept() == {"number": "7", "key": SECRET, "pem": PEM}
    assert "wallet" in registry.offered("CNY", "CN")
    assert Fact.objects.get(kind="account.connected").detail["by"] == root.pk
    shown = page.get().content.decode()
    assert "Collegato." in shown
    assert "Manca ancora" not in shown


def test_no_secret_is_shown_again_and_the_rest_is(page):
    page.send(number="1900009191", key=SECRET, pem=PEM)
    shown = page.get().content.decode()
    assert "1900009191" in shown
    assert SECRET not in shown
    assert "very-secret-too" not in shown


def test_what_is_left_empty_stays(page):
    page.send(number="7", key=SECRET, pem=PEM)
    page.send(number="8", key="", pem="")
    assert kept() == {"number": "8", "key": SECRET, "pem": PEM}


def test_what_is_missing_is_asked_for_and_nothing_is_saved(page):
    answer = page.send(number="1900009191", pem=PEM)
    shown = answer.content.decode()
    assert (answer.status_code, kept()) == (422, {})
    assert "Questo serve." in shown
    assert "Non è stato salvato nulla." in shown
    assert "1900009191" in shown  # What may be shown is not lost.


def test_a_file_that_cannot_be_read_is_refused_without_showing_it(page):
    answer = page.send(number="7", key=SECRET, pem="very-secret but broken")
    shown = answer.content.decode()
    assert (answer.status_code, kept()) == (422, {})
    assert "This is no PEM." in shown
    assert "very-secret" not in shown


def test_a_broken_file_does_not_replace_a_good_one(page):
    page.send(number="7", key=SECRET, pem=PEM)
    page.send(pem="broken")
    assert kept()["pem"] == PEM


def test_disconnecting_forgets_the_account(page):
    page.send(number="7", key=SECRET, pem=PEM)
    assert page.send(verb="disconnect").status_code == 302
    assert kept() == {}
    assert "wallet" not in registry.offered("CNY", "CN")


def test_a_way_that_is_not_installed_is_not_found(page):
    assert page.send(way="abacus").status_code == 404


def test_an_account_may_take_one_currency_more(page):
    assert registry.currencies("wallet") == {"CNY"}
    page.send(number="7", key=SECRET, pem=PEM, own="EUR")
    assert registry.currencies("wallet") == {"CNY", "EUR"}
    assert "wallet" in registry.offered("EUR")


def test_it_stands_in_the_menu_of_who_minds_the_installation(client, root):
    assert reverse("sell_ways") in client.get(reverse("wagtailadmin_home")).content.decode()
