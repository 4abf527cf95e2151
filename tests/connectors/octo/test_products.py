"""Another supplier's products come in as proposals: each whole, or left out with its reason."""

import json

import pytest
from django.db import transaction

from belvedere.connectors.octo.products import products
from belvedere.offer import queries as catalogue
from belvedere.offer import services as offer
from belvedere.offer.models import Product
from belvedere.sell.octo.catalogue import Asked, product_body, supplier_body, wares
from belvedere.sell.services import offer_places
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.territory.models import Operator

pytestmark = pytest.mark.django_db


@pytest.fixture
def supplier(casentino):
    return Operator.objects.create(area=casentino, name="Rafting", slug="rafting-toscana")


@pytest.fixture
def given():
    return {
        "supplier": {"id": "rafting-toscana"},
        "products": [
            {
                "id": "SIEVE-1",
                "internalName": "Sieve",
                "locale": "en-GB",
                "title": "Down the Sieve",
                "shortDescription": "Two hours on white water.",
                "description": "You start at the bridge.",
                "categoryLabels": ["outdoors"],
                "durationMinutesFrom": 120,
                "defaultCurrency": "EUR",
                "locations": [
                    {"title": "The bridge", "types": ["START"],
                     "place": {"latitude": 43.9, "longitude": 11.5}},
                ],
                "options": [
                    {"units": [
                        {"type": "CHILD", "pricingFrom": [{"retail": 2000, "currency": "EUR"}]},
                        {"type": "ADULT", "pricingFrom": [{"retail": 4500, "currency": "EUR"}]},
                    ]},
                ],
            }
        ],
    }  # fmt: skip


@pytest.fixture
def bring(tmp_path):
    left_out = []

    def bring(given):
        path = tmp_path / "octo.json"
        path.write_text(given if isinstance(given, str) else json.dumps(given))
        left_out.clear()
        with transaction.atomic():
            return products(path, dry_run=False, report=left_out.append)

    bring.left_out = left_out
    return bring


def test_a_product_is_proposed_with_its_words_price_and_place(supplier, given, bring):
    done = bring(given)
    assert (done.rows, done.accepted, done.created) == (1, 1, 1)
    made = Product.objects.get()
    assert (made.slug, made.state) == ("rafting-toscana-sieve-1", "proposed")
    assert (made.price_minor, made.duration_minutes, made.language) == (4500, 120, "en")
    assert (made.meeting_point, made.latitude) == ("The bridge", 43.9)
    assert str(catalogue.words(made, "en")["summary"]) == "Two hours on white water."


def test_again_nothing_changes_and_what_changed_does(supplier, given, bring):
    bring(given)
    assert bring(given).unchanged == 1
    given["products"][0]["options"][0]["units"][1]["pricingFrom"][0]["retail"] = 5000
    assert bring(given).changed == 1
    assert Product.objects.get().price_minor == 5000


def test_what_is_on_sale_is_for_a_person_to_decide(supplier, given, bring):
    bring(given)
    offer.approve(Product.objects.get().pk)
    assert bring(given).unchanged == 1
    given["products"][0]["title"] = "Another name"
    assert bring(given).candidates == 1
    assert str(catalogue.words(Product.objects.get(), "en")["title"]) == "Down the Sieve"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": ""}, "id"),
        ({"title": "", "internalName": None}, "title"),
        ({"options": []}, "options"),
        (
            {"options": [{"units": [{"pricingFrom": [{"retail": 0, "currency": "EUR"}]}]}]},
            "price",
        ),
    ],
    ids=str,
)
def test_what_lacks_something_is_left_out_with_its_reason(
    supplier, given, bring, change, field
):
    given["products"] += [{**given["products"][0], "id": "other", **change}, "no product"]
    done = bring(given)
    assert (done.accepted, done.quarantined) == (1, 2)
    assert [(each.row, each.field) for each in bring.left_out] == [(2, field), (3, "id")]
    assert Product.objects.count() == 1


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"supplier": {"id": "x"}, "products": []}'])
def test_what_is_no_such_file_is_refused(supplier, bring, text):
    with pytest.raises(BadInput):
        bring(text)


def test_what_we_say_ourselves_can_be_read(walk, guide, supplier, bring):
    offer_places(walk.pk, [clock.today()], capacity=4)
    offer.write_text(walk, "title", "it", "La foresta")
    asked = Asked(("octo/pricing", "octo/content"), "it")
    mine = [product_body(each, asked) for each in wares(guide.pk, asked)]
    done = bring({"supplier": {**supplier_body(supplier, asked)}, "products": mine})
    assert (done.created, bring.left_out) == (1, [])
    assert bring({"supplier": {"id": supplier.slug}, "products": mine}).unchanged == 1
