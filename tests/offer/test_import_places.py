"""Reading the file of cultural places: dirt, doubles, local work, and the second run."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belvedere.offer import services
from belvedere.offer.imports import culture_places
from belvedere.offer.models import Candidate, Quarantined, Record
from belvedere.offer.rules import culture
from belvedere.shared.errors import BadInput
from belvedere.territory.models import Municipality, Place

HEADING = [*culture.COLUMNS, "region"]
ROW = {
    "category": "biblioteca",
    "article": "biblioteca comunale Rilli Vettori",
    "wikidata_id": "Q86537330",
    "article_wikipedia": "Voce non esistente",
    "website": "Nessun sito web",
    "latitude": "43.7231",
    "longitude": "11.7678",
    "visitors": "650 (2022)",
    "public_private": "Pubblico (2022)",
    "type": "",
    "cod_istat": "051031",
    "comune": "Poppi",
    "region": "Toscana",
}
SHARED = Path(__file__).parents[3] / "shared/data/offer"


@pytest.fixture
def file(tmp_path):
    """Write a file of the given rows, each of which differs from `ROW` as said."""

    def write(*rows, separator=",", encoding="utf-8", columns=HEADING, name="places.csv"):
        lines = [separator.join(columns)]
        for row in rows:
            if isinstance(row, str):
                lines.append(row)
                continue
            full = ROW | row
            lines.append(separator.join(f'"{full[each]}"' for each in columns))
        path = tmp_path / name
        path.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
        return path

    return write


@pytest.fixture
def run(poppi):
    """Import a file and return what happened and what was left out."""

    def go(path):
        left_out = []
        return culture_places(path, dry_run=False, report=left_out.append), left_out

    return go


@pytest.mark.django_db
class TestRows:
    def test_a_row_becomes_a_place(self, run, file):
        done, _ = run(file({}))
        place = Place.objects.get(wikidata_id="Q86537330")
        assert (done.created, place.name) == (1, "Biblioteca comunale Rilli Vettori")
        assert place.kind == "library"
        assert place.website == ""
        assert place.detail == {
            "visitors": 650,
            "visitors_year": 2022,
            "ownership": "pubblico",
        }
        assert place.municipality.code == "051031"

    def test_a_second_run_changes_nothing(self, run, file):
        path = file({}, {"wikidata_id": "Q2", "article": "museo"}, {"wikidata_id": "x"})
        first, _ = run(path)
        before = list(Place.objects.values()), list(Record.objects.values())
        second, _ = run(path)
        assert (first.created, first.quarantined) == (2, 1)
        assert (second.created, second.changed, second.unchanged) == (0, 0, 2)
        assert before == (list(Place.objects.values()), list(Record.objects.values()))
        assert Quarantined.objects.count() == 1

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"category": "zoo"}, "category"),
            ({"wikidata_id": "3662410"}, "wikidata_id"),
            ({"article": "Nessuna etichetta in italiano"}, "article"),
            ({"article": " "}, "article"),
            ({"latitude": "11.7671", "longitude": "43.7224"}, "latitude"),
            ({"latitude": "45.7"}, "latitude"),
            ({"longitude": "nan"}, "longitude"),
            ({"cod_istat": "051999"}, "cod_istat"),
            ({"comune": "Bibbiena"}, "comune"),
            ({"visitors": "tanti"}, "visitors"),
            ({"website": "chiedere in comune"}, "website"),
        ],
    )
    def test_a_wrong_row_is_kept_with_field_and_reason(self, run, file, change, field):
        done, left_out = run(file({}, change))
        kept = Quarantined.objects.get()
        assert (done.accepted, done.quarantined) == (1, 1)
        assert (kept.file, kept.row, kept.field) == ("places.csv", 3, field)
        assert kept.reason
        assert [(each.row, each.field) for each in left_out] == [(3, field)]
        for column, value in change.items():
            assert kept.content[column] == value.strip()

    def test_the_leading_zero_that_a_spreadsheet_ate_is_put_back(self, run, file):
        done, _ = run(file({"cod_istat": "51031"}))
        assert done.accepted == 1

    def test_the_same_row_twice_is_told_with_both_lines(self, run, file):
        _, left_out = run(file({}, {}))
        assert left_out[0].row == 3
        assert "Line 2" in left_out[0].reason

    def test_a_mended_file_empties_its_quarantine(self, run, file):
        run(file({"visitors": "tanti"}))
        run(file({"visitors": "12 (2022)"}))
        assert not Quarantined.objects.exists()


@pytest.mark.django_db
class TestFiles:
    def test_windows_letters_are_read_and_told(self, run, file, capsys):
        run(file({"article": "caffè letterario"}, encoding="cp1252"))
        assert Place.objects.get().name == "Caffè letterario"
        assert "cp1252" in capsys.readouterr().err

    @pytest.mark.parametrize("separator", [";", "\t"])
    def test_other_separators_are_read_and_told(self, run, file, capsys, separator):
        done, _ = run(file({}, separator=separator))
        assert done.accepted == 1
        assert "separator" in capsys.readouterr().err

    def test_a_byte_order_mark_is_no_part_of_the_heading(self, run, file):
        done, _ = run(file({}, encoding="utf-8-sig"))
        assert done.accepted == 1

    def test_a_missing_column_refuses_the_file_and_is_named(self, run, file):
        columns = [each for each in HEADING if each != "visitors"]
        with pytest.raises(BadInput, match="visitors") as error:
            run(file({}, columns=columns))
        assert error.value.field == "visitors"
        assert not Place.objects.exists()

    def test_a_row_with_too_few_fields_is_told_with_its_line(self, run, file):
        done, left_out = run(file({}, "museo,Senza il resto", {"wikidata_id": "Q5"}))
        assert (done.rows, done.accepted, left_out[0].row) == (3, 2, 3)
        assert "2 fields" in left_out[0].reason

    def test_a_row_with_too_many_fields_is_told_with_its_line(self, run, file):
        _, left_out = run(file("a," * 20))
        assert left_out[0].row == 2

    def test_an_open_quotation_mark_costs_one_row(self, run, file):
        done, left_out = run(file('museo,"Aperto,Q7', {}, {"wikidata_id": "Q5"}))
        assert (done.rows, done.accepted) == (3, 2)
        assert "not closed" in left_out[0].reason

    def test_a_damaged_letter_costs_one_row(self, run, file):
        path = file({"article": "perché"}, {"wikidata_id": "Q5", "article": "più su"})
        path.write_bytes(path.read_bytes() + b'"museo","\xe8 rotto"\r\n')
        done, _ = run(path)
        assert (done.accepted, done.quarantined) == (2, 1)

    def test_an_empty_file_is_refused(self, run, tmp_path):
        path = tmp_path / "empty.csv"
        path.write_bytes(b"")
        with pytest.raises(BadInput):
            run(path)


@pytest.mark.django_db
class TestDoubles:
    def test_a_place_that_we_know_is_recognised_and_keeps_its_name(self, run, file, castle):
        row = {"wikidata_id": "Q3662410", "article": "castello", "website": "www.poppi.it"}
        done, _ = run(file(row))
        castle.refresh_from_db()
        assert (done.created, done.changed, Place.objects.count()) == (0, 1, 1)
        assert castle.name == "Castello dei Conti Guidi"
        assert castle.website == "http://www.poppi.it"

    def test_two_rows_of_one_number_make_one_place_and_a_question(self, run, file):
        path = file({"category": "museo"}, {"category": "castello"})
        done, _ = run(path)
        assert (done.accepted, done.candidates) == (2, 1)
        assert Place.objects.count() == 1
        again, _ = run(path)
        assert (again.unchanged, again.candidates) == (2, 1)

    def test_the_same_name_close_by_is_asked_about(self, run, file):
        done, _ = run(file({}, {"wikidata_id": "Q5", "latitude": "43.7240"}))
        question = Candidate.objects.get()
        assert (done.candidates, Place.objects.count()) == (1, 2)
        assert question.reason == "name"
        assert 0 < question.metres <= 250

    def test_the_same_name_far_away_is_another_place(self, run, file):
        done, _ = run(file({}, {"wikidata_id": "Q5", "latitude": "43.8"}))
        assert done.candidates == 0

    def test_joining_hides_the_other_and_the_next_run_leaves_it_so(self, run, file):
        path = file({}, {"wikidata_id": "Q5", "latitude": "43.7240"})
        run(path)
        kept = services.join(Candidate.objects.get().pk)
        again, _ = run(path)
        assert list(Place.objects.filter(shown=True)) == [kept]
        assert (again.unchanged, again.candidates) == (2, 0)

    def test_a_joined_records_news_do_not_reach_the_place(self, run, file):
        run(file({"category": "museo"}, {"category": "castello"}))
        services.join(Candidate.objects.get().pk)
        run(file({"category": "museo"}, {"category": "castello", "article": "la rocca"}))
        assert Place.objects.get().name == "Biblioteca comunale Rilli Vettori"

    def test_keeping_apart_makes_the_second_place(self, run, file):
        path = file({"category": "museo"}, {"category": "castello"})
        run(path)
        services.keep_apart(Candidate.objects.get().pk)
        again, _ = run(path)
        assert Place.objects.count() == 2
        assert (again.created, again.unchanged, again.candidates) == (0, 2, 0)

    def test_a_question_is_answered_once(self, run, file):
        run(file({"category": "museo"}, {"category": "castello"}))
        question = Candidate.objects.get().pk
        services.keep_apart(question)
        with pytest.raises(BadInput):
            services.join(question)


@pytest.mark.django_db
class TestLocalWork:
    def test_what_a_person_changed_survives_the_next_file(self, run, file):
        run(file({}))
        Place.objects.update(name="Biblioteca Rilli")
        done, _ = run(file({"article": "un altro nome", "website": "www.rilli.it"}))
        place = Place.objects.get()
        assert done.changed == 1
        assert place.name == "Biblioteca Rilli"
        assert place.website == "http://www.rilli.it"

    def test_a_place_that_a_person_deleted_does_not_come_back(self, run, file):
        path = file({})
        run(path)
        Place.objects.all().delete()
        done, _ = run(path)
        assert (done.unchanged, Place.objects.count()) == (1, 0)

    def test_a_mended_row_is_accepted_and_stays_mended(self, run, file):
        path = file({"article": "Nessuna etichetta in italiano"})
        run(path)
        kept = Quarantined.objects.get()
        services.mend(kept.pk, kept.content | {"article": "Archivio storico"})
        again, _ = run(path)
        assert Place.objects.get().name == "Archivio storico"
        assert (again.accepted, again.quarantined, again.unchanged) == (1, 0, 1)

    def test_a_row_mended_badly_says_which_field_is_still_wrong(self, run, file):
        run(file({"visitors": "tanti"}))
        kept = Quarantined.objects.get()
        with pytest.raises(BadInput) as error:
            services.mend(kept.pk, kept.content | {"visitors": "troppi"})
        assert error.value.field == "visitors"
        assert not Place.objects.exists()


@given(st.text(max_size=40))
def test_visitors_are_numbers_or_told_to_be_wrong(text):
    try:
        count, year = culture.visitors(text)
    except culture.Wrong as wrong:
        assert wrong.field == "visitors"  # noqa: PT017
    else:
        assert count is None or count >= 0
        assert year is None or 1900 <= year < 2100


@given(
    st.none() | st.integers(min_value=0, max_value=10**9),
    st.none() | st.integers(min_value=1900, max_value=2099),
)
def test_visitors_and_year_come_back_as_they_were_written(count, year):
    text = ("" if count is None else str(count)) + ("" if year is None else f" ({year})")
    assert culture.visitors(text) == (count, year)


@pytest.mark.shared
@pytest.mark.django_db
@pytest.mark.skipif(not SHARED.exists(), reason="../shared is absent: real file NOT tried")
def test_the_real_file_adds_up_quickly_and_a_second_run_changes_nothing(poppi):
    path = SHARED / "toscana_luoghi_cultura_wikidata_istat.csv"
    for code, name in _municipalities(path).items():
        Municipality.objects.get_or_create(
            code=code, defaults={"name": name, "slug": code, "province": poppi.province}
        )
    begun = time.monotonic()
    first = culture_places(path, dry_run=False, report=lambda _: None)
    seconds = time.monotonic() - begun
    second = culture_places(path, dry_run=False, report=lambda _: None)
    assert first.rows == first.accepted + first.quarantined == 2940
    assert first.quarantined == 3
    assert first.candidates >= 24
    assert (second.created, second.changed, second.unchanged) == (0, 0, first.accepted)
    assert seconds < 10


def _municipalities(path):
    from belvedere.shared import tables

    rows = tables.read(path, culture.COLUMNS).rows
    return {row.values["cod_istat"]: row.values["comune"] for row in rows}
