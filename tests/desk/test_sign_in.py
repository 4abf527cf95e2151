"""Coming in, and being shown to one's own home."""

import pytest
from django.urls import reverse

from tests.desk.conftest import PASSWORD


def sign_in(client, contact, password=PASSWORD, **more):
    return client.post(
        reverse("desk:sign-in"), {"contact": contact, "password": password, **more}
    )


def test_the_desk_asks_who_is_there(client, db):
    answer = client.get(reverse("desk:home"))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("desk:sign-in"))


@pytest.mark.parametrize("contact", ["Anna@Example.org", "333 123 4567", "+39 3331234567"])
def test_somebody_comes_in_by_mail_or_by_telephone_however_it_is_written(client, anna, contact):
    anna.phone = "+393331234567"
    anna.save()
    answer = sign_in(client, contact)
    assert answer.status_code == 302
    assert client.get(reverse("desk:home")).url == reverse("desk:today")


def test_a_wrong_password_says_what_to_do_and_keeps_what_was_typed(client, anna):
    answer = sign_in(client, "anna@example.org", "wrong")
    assert answer.status_code == 200
    assert 'value="anna@example.org"' in answer.content.decode()
    assert "password" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_who_does_not_exist_reads_the_same_sentence_as_who_mistypes(client, anna):
    unknown = sign_in(client, "ghost@example.org").context["form"].non_field_errors()
    mistyped = sign_in(client, "anna@example.org", "x").context["form"].non_field_errors()
    assert unknown
    assert unknown == mistyped


def test_after_ten_attempts_somebody_is_asked_to_wait(client, anna):
    for _ in range(10):
        sign_in(client, "anna@example.org", "wrong")
    assert sign_in(client, "anna@example.org").status_code == 429


def test_sign_in_leads_on_to_the_page_that_was_wanted_but_never_off_this_site(client, anna):
    assert sign_in(client, "anna@example.org", next="/desk/scan/").url == "/desk/scan/"
    away = sign_in(client, "anna@example.org", next="https://evil.example/")
    assert away.url == reverse("desk:home")


def test_a_closed_account_stays_out(client, anna):
    anna.is_active = False
    anna.save()
    assert sign_in(client, "anna@example.org").status_code == 200


def test_going_out_needs_a_form_not_a_link(enter, anna):
    client = enter(anna)
    assert client.get(reverse("desk:sign-out")).status_code == 405
    client.post(reverse("desk:sign-out"))
    assert "_auth_user_id" not in client.session


def test_staff_find_what_waits_for_them(enter, editor):
    answer = enter(editor).get(reverse("desk:home"))
    assert answer.status_code == 200
    assert "desk/overview.html" in [each.name for each in answer.templates]


def test_somebody_without_a_role_is_told_whom_to_ask(enter, stranger):
    assert enter(stranger).get(reverse("desk:home")).status_code == 403
