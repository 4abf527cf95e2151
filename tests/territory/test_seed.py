"""The small tables: what they hold, and that loading them again changes nothing."""

from datetime import date

import pytest
from django.core.management import call_command

from belvedere.journal.models import Fact
from belvedere.territory import queries, services
from belvedere.territory.models import Area, AreaAlias, Drawing, Municipality, Name, Place

pytestmark = pytest.mark.django_db


def test_there_are_28_ambiti_273_municipalities_and_some_60_places(tuscany):
    assert queries.ambiti().count() == 28
    assert queries.municipalities().count() == 273
    assert 55 <= queries.places(queries.area("casentino")).count() <= 70


def test_each_municipality_has_one_ambito_today(tuscany):
    homes = list(queries.memberships().values_list("municipality", flat=True))
    assert len(homes) == len(set(homes)) == 273


def test_each_municipality_has_a_seat_a_province_and_says_where_the_seat_is_from(tuscany):
    seats = Municipality.objects.exclude(seat_source="").filter(
        latitude__range=(42.2, 44.5), longitude__range=(9.6, 12.4)
    )
    assert seats.count() == Municipality.objects.count()
    assert {each.code[:3] == each.province.code for each in seats} == {True}


def test_the_casentino_has_its_eleven_municipalities(tuscany):
    found = queries.municipalities(queries.area("casentino"))
    assert {each.name for each in found} == {
        "Bibbiena",
        "Castel Focognano",
        "Castel San Niccolò",
        "Chitignano",
        "Chiusi della Verna",
        "Montemignaio",
        "Ortignano Raggiolo",
        "Poppi",
        "Pratovecchio Stia",
        "Subbiano",
        "Talla",
    }


def test_the_region_has_the_code_of_eurostat_and_the_other_one_of_istat(tuscany):
    assert tuscany.other_codes == {"NUTS": "ITI1", "ISTAT-SDMX": "ITE1"}
    assert queries.area("provincia-arezzo").other_codes["NUTS"] == "ITI18"


def test_marliana_changed_its_ambito_with_the_year_2020(tuscany):
    marliana = queries.municipality("47007")
    assert queries.ambito_of(marliana, date(2019, 12, 31)).slug == "valdinievole"
    assert queries.ambito_of(marliana, date(2020, 1, 1)).slug == "pistoia-e-montagna-pistoiese"
    assert queries.ambito_of(marliana).slug == "pistoia-e-montagna-pistoiese"


def test_a_merged_municipality_is_known_until_the_day_it_ended(tuscany):
    rio = queries.municipality("049015")
    elba = queries.area("elba-e-isole-di-toscana")
    assert rio.merged_into.name == "Rio"
    assert rio in queries.municipalities(elba, date(2017, 12, 31))
    assert rio not in queries.municipalities(elba, date(2018, 1, 1))
    assert rio.merged_into not in queries.municipalities(elba, date(2017, 12, 31))


def test_montalcino_has_two_codes_one_after_the_other(tuscany):
    codes = Municipality.objects.filter(name="Montalcino").values_list("code", "valid_to")
    assert set(codes) == {("052014", date(2017, 1, 1)), ("052037", None)}


def test_every_published_spelling_leads_to_its_ambito(tuscany):
    assert AreaAlias.objects.count() == 48
    for each in AreaAlias.objects.select_related("area"):
        assert queries.area_called(each.spelling) == each.area
    assert queries.area_called("Val d\x1aOrcia").slug == "val-d-orcia"
    assert queries.area_called("VALDICHIANA  ARETINA").slug == "val-di-chiana-aretina"
    assert queries.area_called("Atlantide") is None


def test_a_second_run_changes_nothing(tuscany):
    facts = Fact.objects.count()
    drawn = list(Drawing.objects.values_list("pk", "drawn_at"))
    assert set(services.seed().values()) == {0}
    assert Fact.objects.count() == facts
    assert list(Drawing.objects.values_list("pk", "drawn_at")) == drawn


def test_what_a_person_changed_stays(tuscany):
    Place.objects.filter(slug="castello-di-romena").update(name="Il castello di Romena")
    Place.objects.filter(slug="castello-di-gressa").delete()
    assert services.seed()["places"] == 1
    assert Place.objects.get(slug="castello-di-romena").name == "Il castello di Romena"


def test_the_seed_takes_few_queries(db, django_assert_max_num_queries):
    with django_assert_max_num_queries(140):
        services.seed()


def test_the_command_says_what_is_new(db, capsys):
    call_command("seed_territory")
    call_command("seed_territory")
    first, second = capsys.readouterr().out.splitlines()
    assert "40 areas" in first
    assert second == "Everything is there already."


def test_slugs_fit_on_a_fact(tuscany):
    limit = Fact._meta.get_field("area").max_length
    assert max(len(slug) for slug in Area.objects.values_list("slug", flat=True)) <= limit


class TestNames:
    def test_a_sourced_name_is_printed_alone(self, tuscany):
        florence = queries.municipality("048017")
        assert queries.names([florence], "zh-Hans")[florence.pk] == "佛罗伦萨"
        assert queries.names([florence], "en")[florence.pk] == "Florence"
        assert queries.names([florence], "it")[florence.pk] == "Firenze"

    def test_an_unsourced_name_stays_in_latin_letters_with_a_gloss(self, tuscany):
        poppi = queries.municipality("051031")
        assert queries.names([poppi], "zh-Hans")[poppi.pk] == "Poppi（阿雷佐省市镇）"
        assert queries.names([poppi], "zh-Hans", gloss=False)[poppi.pk] == "Poppi"
        assert poppi.names.get().status == Name.Status.PROPOSED

    def test_every_name_that_is_not_proposed_has_a_source(self, tuscany):
        assert not Name.objects.exclude(status="proposed").filter(source="").exists()
        proposed = Name.objects.filter(status="proposed", language="zh-Hans")
        for each in proposed:
            assert each.value.isascii() or each.value == str(
                each.area or each.municipality or each.place
            )

    def test_many_names_are_one_query(self, tuscany, django_assert_num_queries):
        everything = list(queries.municipalities())
        with django_assert_num_queries(1):
            assert len(queries.names(everything, "zh-Hans")) == 273
        assert queries.names([], "en") == {}
