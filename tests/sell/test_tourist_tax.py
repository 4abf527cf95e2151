"""The tourist tax: who owes how much, for how many nights, outside of the money."""

from datetime import date, timedelta

import pytest

from belvedere.sell import queries, services
from belvedere.sell.models import TouristTax
from belvedere.sell.ports import PaymentStage
from belvedere.sell.rules.taxes import Guests, Rate, due
from belvedere.sell.services import TaxTerms, WantedPackage
from belvedere.shared.errors import BadInput
from belvedere.shared.money import Amount
from belvedere.testing.jobs import run_jobs
from tests.sell.packages import unit_of

JULY = date(2026, 7, 1)
TWO, CHILD = Guests(2, 12, 120), Guests(1, 0, 11)


def nights(number, *guests, first=JULY):
    return [(first + timedelta(days=each), guests) for each in range(number)]


@pytest.mark.parametrize(
    ("what", "rates", "house", "stay", "owed"),
    [
        ("one rate for all", [Rate(150)], "", nights(2, TWO), 600),
        ("nothing decided", [], "farm", nights(2, TWO), 0),
        ("its class", [Rate(150), Rate(400, accommodation="hotel-4")], "hotel-4",
         nights(1, TWO), 800),
        ("another class", [Rate(400, accommodation="hotel-4")], "farm", nights(1, TWO), 0),
        ("no class was said", [Rate(150), Rate(400, accommodation="hotel-4")], "",
         nights(1, TWO), 300),
        ("at most three nights", [Rate(100, most_nights=3)], "", nights(5, TWO), 600),
        ("two stays with a gap", [Rate(100, most_nights=1)], "",
         [*nights(2, TWO), *nights(2, TWO, first=date(2026, 7, 9))], 400),
        ("children", [Rate(100, free_under=12)], "", nights(2, TWO, CHILD), 400),
        ("a unit that may be older pays", [Rate(100, free_under=11)], "",
         nights(2, TWO, CHILD), 600),
        ("before it was decided", [Rate(100, first_day=date(2026, 7, 2))], "",
         nights(2, TWO), 200),
        ("after it ended", [Rate(100, last_day=JULY)], "", nights(3, TWO), 200),
        ("the newer of two", [Rate(100), Rate(200, first_day=date(2026, 7, 2))], "",
         nights(2, TWO), 600),
        ("two lines of one night", [Rate(100, most_nights=1)], "",
         [*nights(1, TWO), *nights(1, CHILD)], 300),
        ("nobody", [Rate(100)], "", [], 0),
    ],
)  # fmt: skip
def test_what_a_stay_owes(what, rates, house, stay, owed):
    assert due(rates, house, stay) == owed


@pytest.fixture
def taxed(house, poppi):
    """The house stands in Poppi, where two euros are asked, for one night, from twelve on."""
    house.operator.municipality = poppi
    house.operator.save()
    services.set_tax(
        poppi.pk,
        TaxTerms(
            rate=Amount(200), first_day=date(2020, 1, 1), source="Test figure",
            most_nights=1, free_under=12,
        ),
    )  # fmt: skip


@pytest.mark.django_db
class TestOfAnOrder:
    def test_a_package_says_what_is_paid_on_the_spot_and_does_not_charge_it(
        self, composed, taxed, tomorrow, li
    ):
        units = {unit_of(composed, "ADULT"): 2, unit_of(composed, "CHILD"): 1}
        order = services.hold([WantedPackage(composed.pk, tomorrow, units)], buyer=li).order
        (owed,) = queries.tax_of(order)
        assert (owed.municipality, owed.amount) == ("Poppi", Amount(400))
        assert order.total_minor == 2 * 19900 + 9900
        assert queries.invariants() == []

    def test_it_stands_on_the_pages_before_anybody_pays(
        self, composed, taxed, tomorrow, li, client
    ):
        page = client.get(f"/en/book/{composed.slug}/").content.decode()
        assert "Tourist tax of Poppi: €2.00 per person and night." in page
        assert "You pay it on the spot" in page
        assert "Test figure" in page
        units = {unit_of(composed, "ADULT"): 2}
        order = services.hold([WantedPackage(composed.pk, tomorrow, units)], buyer=li).order
        page = client.get(f"/en/orders/{order.token}/").content.decode()
        assert "To pay on the spot" in page
        assert "€4.00" in page

    def test_the_mail_names_the_package_and_what_is_paid_on_the_spot(
        self, composed, taxed, tomorrow, till, mailoutbox
    ):
        units = {unit_of(composed, "ADULT"): 2}
        ada = services.Buyer("Ada", email="ada@example.org")
        wanted = WantedPackage(composed.pk, tomorrow, units)
        order = services.hold([wanted], buyer=ada, language="en").order
        payment = services.pay(order.pk, back="https://example.org/back")
        till.says(payment.remote_id, PaymentStage.PAID)
        services.finalise(payment.pk)
        run_jobs()
        (mail,) = [each for each in mailoutbox if each.to == ["ada@example.org"]]
        assert mail.subject == "Your voucher: Due giorni"
        assert "€4.00, tourist tax of Poppi, not in the total" in mail.body
        assert len(mail.attachments) == 4

    def test_a_night_alone_owes_it_too_and_a_walk_does_not(
        self, house, taxed, tomorrow, start, li
    ):
        bed = house.allotments.get(day=tomorrow)
        order = services.hold([(bed.pk, 3)], buyer=li).order
        assert [each.amount for each in queries.tax_of(order)] == [Amount(600)]
        walked = services.hold([(start.pk, 3)], buyer=li).order
        assert queries.tax_of(walked) == []


@pytest.mark.django_db
class TestTheTable:
    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"source": "  "}, "source"),
            ({"rate": Amount(20000)}, "rate"),
            ({"last_day": date(2019, 1, 1)}, "last_day"),
            ({"most_nights": 0}, "most_nights"),
        ],
    )
    def test_what_cannot_be_is_refused_with_its_field(self, poppi, change, field):
        terms = {
            "rate": Amount(200), "first_day": date(2020, 1, 1), "source": "Test", **change
        }  # fmt: skip
        with pytest.raises(BadInput) as refusal:
            services.set_tax(poppi.pk, TaxTerms(**terms))
        assert refusal.value.field == field
        assert not TouristTax.objects.exists()

    def test_the_same_day_is_changed_and_another_is_added(self, poppi):
        for minor, day in ((200, 1), (250, 1), (300, 2)):
            terms = TaxTerms(rate=Amount(minor), first_day=date(2020, 1, day), source="Test")
            row = services.set_tax(poppi.pk, terms)
        assert sorted(TouristTax.objects.values_list("minor", flat=True)) == [250, 300]
        services.drop_tax(row.pk)
        assert TouristTax.objects.get().minor == 250
