"""A link that carries a source code is remembered and leads to its page."""

import pytest

from belvedere.journal.models import Fact
from belvedere.journal.rules import touch
from belvedere.shared import clock

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) MicroMessenger/8.0"


def follow(client, code, agent=PHONE, **headers):
    return client.get(f"/r/{code}", headers={"user-agent": agent, **headers})


def followed():
    return Fact.objects.filter(kind="source.followed")


@pytest.fixture
def code(poster_piece):
    return poster_piece.placements.get(name="Arezzo station").code


def test_the_poster_leads_to_its_product_in_its_own_language(client, code, walk):
    answer = follow(client, code, **{"accept-language": "it"})
    assert answer.status_code == 302
    path, _, query = answer["Location"].partition("?s=")
    assert path == f"/zh-hans/experiences/{walk.slug}/"
    assert touch(query, clock.now()).code == code
    assert "no-store" in answer["Cache-Control"]


def test_a_piece_for_a_good_leads_to_where_it_is_bought(client, poster_action, walk):
    from belvedere.offer.models import Product
    from belvedere.publish import services

    Product.objects.filter(pk=walk.pk).update(kind=Product.Kind.GOOD)
    piece = services.create_piece(
        poster_action.pk, title="Cloth", language="it", product_id=walk.pk, placements=["Stia"]
    )
    answer = follow(client, piece.placements.get().code)
    assert answer["Location"].startswith(f"/goods/{walk.slug}/?s=")
    campaign = client.get(f"/campaigns/{poster_action.campaign.slug}/").content.decode()
    assert f"/goods/{walk.slug}/" in campaign
    assert "Nuove date" not in campaign


@pytest.mark.parametrize(
    ("asked", "path"), [("zh-TW", "/zh-hant/"), ("de-AT", "/zh-hans/"), ("zh-CN", "/zh-hans/")]
)
def test_whoever_is_given_the_posters_language_reads_it_in_their_own_frame(
    client, code, asked, path
):
    answer = follow(client, code, **{"accept-language": asked})
    assert answer["Location"].startswith(f"{path}experiences/")


def test_the_fact_says_which_copy_was_followed_and_what_it_is_for(client, code, walk):
    follow(client, code)
    fact = followed().get()
    assert (fact.source, fact.area, fact.market, fact.product) == (
        code, "casentino", "CN", walk.slug,
    )  # fmt: skip
    assert fact.visit == ""


def test_a_code_typed_in_capitals_is_the_same_code(client, code):
    follow(client, code.upper())
    assert followed().get().source == code


def test_where_the_piece_has_no_language_the_browser_decides(client, poster_action, walk):
    from belvedere.publish import services

    piece = services.create_piece(
        poster_action.pk, title="Walk", language="", product_id=walk.pk, placements=["door"]
    )
    answer = follow(
        client, piece.placements.get().code, **{"accept-language": "en-GB,it;q=0.5"}
    )
    assert answer["Location"].startswith("/en/experiences/")


@pytest.mark.parametrize(
    "agent",
    [
        "facebookexternalhit/1.1",
        "WhatsApp/2.23",
        "Mozilla/5.0 (compatible; Googlebot/2.1)",
        "curl/8.0",
        "",
    ],
)
def test_a_robot_is_led_on_and_not_counted(client, code, agent):
    assert follow(client, code, agent=agent).status_code == 302
    assert not followed().exists()


def test_a_prefetch_and_a_head_request_are_not_counted(client, code):
    follow(client, code, **{"sec-purpose": "prefetch"})
    client.head(f"/r/{code}", headers={"user-agent": PHONE})
    assert not followed().exists()


@pytest.mark.parametrize("raw", ["b-zzzzz", "<script>alert(1)", "b-7f3k2" * 40, "日本"])
def test_an_unknown_code_leads_to_the_campaigns_and_is_never_kept(client, db, raw):
    answer = follow(client, raw.replace("/", ""), **{"accept-language": "zh-CN"})
    assert answer.status_code == 302
    assert answer["Location"] == "/zh-hans/campaigns/"
    fact = followed().get()
    assert (fact.source, fact.subject, fact.detail) == ("unknown", "source:unknown", {})


def test_a_scanner_cannot_fill_the_journal_with_unknown_codes(client, db):
    for number in range(12):
        assert follow(client, f"b-aaaa{number}").status_code == 302
    assert followed().count() == 5


def test_a_sign_of_a_product_leads_to_it(client, walk):
    from belvedere.journal import services as journal

    code = journal.issue(f"product:{walk.slug}", "sign").code
    assert follow(client, code)["Location"].startswith(f"/experiences/{walk.slug}/?s={code}")


def test_a_visit_is_kept_only_with_consent(client, code):
    client.cookies["visit"] = "0123456789abcdef0123456789abcdef"
    follow(client, code)
    client.cookies["visit"] = "no"
    follow(client, code)
    assert list(followed().values_list("visit", "consent")) == [
        ("0123456789abcdef0123456789abcdef", True),
        ("", False),
    ]
