"""Credentials at vendors are sealed, kept when left empty, and never told."""

import pytest

from belvedere.journal.models import Fact
from belvedere.territory import queries, services
from belvedere.territory.models import VendorAccount

pytestmark = pytest.mark.django_db


def test_what_is_stored_cannot_be_read_in_the_database():
    services.connect("payments", "wechatpay", {"apiv3_key": "very-secret"})
    assert "very-secret" not in VendorAccount.objects.get().sealed
    assert queries.account("payments", "wechatpay") == {"apiv3_key": "very-secret"}


def test_a_value_left_empty_keeps_what_it_was():
    services.connect("payments", "wechatpay", {"apiv3_key": "one", "mchid": "1900"})
    services.connect("payments", "wechatpay", {"apiv3_key": " ", "mchid": "1901"})
    assert queries.account("payments", "wechatpay") == {"apiv3_key": "one", "mchid": "1901"}


def test_with_another_signing_key_it_is_as_good_as_none(settings):
    services.connect("payments", "wechatpay", {"apiv3_key": "one"})
    settings.SECRET_KEY = "another"
    assert queries.account("payments", "wechatpay") == {}


def test_forgetting_an_account(settings):
    services.connect("payments", "wechatpay", {"apiv3_key": "one"})
    assert services.disconnect("payments", "wechatpay")
    assert not services.disconnect("payments", "wechatpay")
    assert queries.account("payments", "wechatpay") == {}


def test_the_facts_name_the_account_and_nothing_in_it():
    services.connect("payments", "wechatpay", {"apiv3_key": "very-secret"})
    fact = Fact.objects.get(kind="account.connected")
    assert fact.subject == "account:payments:wechatpay"
    assert "very-secret" not in str(fact.detail)
