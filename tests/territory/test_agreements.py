"""An agreement lives by its acts, in their order, and by what each side owes."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from belvedere.journal.models import Fact
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.shared.money import Amount
from belvedere.territory import queries, services
from belvedere.territory.models import Act, Agreement, Obligation, Partner
from belvedere.territory.models.agreements import private
from belvedere.territory.rules.agreements import Moment, Precision, moment
from belvedere.territory.services import Deed

pytestmark = pytest.mark.django_db


@pytest.fixture
def papers(settings, tmp_path, monkeypatch):
    """Where documents are kept in a test."""
    settings.HOME = tmp_path
    monkeypatch.setattr(Act.document.field, "storage", private())
    return tmp_path / "private"


@pytest.fixture
def twinning(casentino):
    """A twinning of which only the year is known."""
    return services.sign(
        "Provincia del Jiangsu", casentino, kind="twinning", title="Protocollo",
        deed=Deed(moment("1992")), country="cn",
    )  # fmt: skip


def state(agreement, on):
    fresh = queries.with_acts(Agreement.objects.filter(pk=agreement.pk)).get()
    return queries.standing(fresh, on).state.value


def kinds():
    return list(
        Fact.objects.filter(kind__startswith="agreement.").values_list("kind", flat=True)
    )


def test_only_the_year_is_kept_and_printed(twinning):
    when = twinning.acts.get().when
    assert when == Moment(date(1992, 1, 1), Precision.YEAR)
    assert [when.text(each) for each in ("it", "en", "zh-Hans")] == ["1992", "1992", "1992年"]


def test_its_state_follows_from_its_acts(twinning):
    services.renew(twinning.pk, deed=Deed(moment("04/03/2020"), term_until=date(2022, 3, 3)))
    assert state(twinning, date(1991, 6, 1)) == "coming"
    assert state(twinning, date(2019, 6, 1)) == "in_force"
    assert state(twinning, date(2022, 2, 1)) == "expiring"
    assert state(twinning, date(2022, 3, 3)) == "expiring"
    assert state(twinning, date(2022, 3, 4)) == "ended"
    services.amend(twinning.pk, deed=Deed(moment("01/03/2022"), term_until=date(2030, 3, 3)))
    assert state(twinning, date(2022, 3, 4)) == "in_force"
    services.end(twinning.pk, deed=Deed(moment("2023")))
    assert state(twinning, date(2024, 1, 1)) == "ended"


def test_each_act_is_one_fact_without_anybody_in_it(twinning, person):
    writer = person("scriba")
    services.renew(twinning.pk, deed=Deed(moment("2000"), words="A Firenze"), by=writer)
    services.amend(twinning.pk, deed=Deed(moment("2001")))
    services.end(twinning.pk, deed=Deed(moment("2002")))
    assert kinds() == [
        "agreement.signed", "agreement.renewed", "agreement.amended", "agreement.ended",
    ]  # fmt: skip
    fact = Fact.objects.get(kind="agreement.renewed")
    assert (fact.area, fact.subject) == ("casentino", f"agreement:{twinning.pk}")
    assert fact.detail == {"about": "twinning", "by": writer.pk}


def test_an_act_cannot_be_older_than_the_one_before(twinning):
    with pytest.raises(BadInput) as error:
        services.renew(twinning.pk, deed=Deed(moment("12/1991")))
    assert error.value.field == "when"
    services.renew(twinning.pk, deed=Deed(moment("1992")))
    assert twinning.acts.count() == 2


def test_nothing_follows_the_end(twinning):
    services.end(twinning.pk, deed=Deed(moment("2000")))
    with pytest.raises(BadInput):
        services.renew(twinning.pk, deed=Deed(moment("2001")))
    assert twinning.acts.count() == 2


@pytest.mark.parametrize(
    ("deed", "field"),
    [
        (Deed(Moment(date(2999, 1, 1))), "when"),
        (Deed(moment("2020"), term_until=date(2019, 1, 1)), "term_until"),
        (
            Deed(moment("2020"), term_from=date(2021, 1, 1), term_until=date(2021, 1, 1)),
            "term_until",
        ),
        (
            Deed(moment("2020"), document=SimpleUploadedFile("a.pdf", b"<html>no</html>")),
            "document",
        ),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_kept(casentino, deed, field):
    with pytest.raises(BadInput) as error:
        services.sign("Ctrip", casentino, kind="commercial", title="Accordo", deed=deed)
    assert error.value.field == field
    assert not Agreement.objects.exists()
    assert not Partner.objects.exists()
    assert kinds() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": 1, "kind": "renewed"},
        {"number": 2, "kind": "signed"},
        {"number": 2, "kind": "renewed", "term_from": date(2020, 1, 2),
         "term_until": date(2020, 1, 2)},
    ],
)  # fmt: skip
def test_the_database_itself_refuses_acts_out_of_order(twinning, wrong):
    Act.objects.filter(agreement=twinning).delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Act.objects.create(agreement=twinning, day=date(2020, 1, 1), **wrong)


def test_the_database_refuses_a_second_end(twinning):
    services.end(twinning.pk, deed=Deed(moment("2000")))
    with pytest.raises(IntegrityError), transaction.atomic():
        Act.objects.create(agreement=twinning, number=3, kind="ended", day=date(2001, 1, 1))


def test_a_partner_that_is_known_is_used_again(twinning, casentino):
    services.sign(
        "provincia del  jiangsu", casentino, kind="media", title="Tv", deed=Deed(moment("2020"))
    )
    assert Partner.objects.count() == 1


def test_a_paper_is_kept_where_only_we_can_read_it(casentino, papers):
    agreement = services.sign(
        "Ctrip", casentino, kind="commercial", title="Accordo",
        deed=Deed(moment("2019"), document=SimpleUploadedFile("x.pdf", b"%PDF-1.7 words")),
    )  # fmt: skip
    (kept,) = [each for each in papers.rglob("*") if each.is_file()]
    assert kept.read_bytes() == b"%PDF-1.7 words"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o077 == 0
    assert agreement.acts.get().document.name.startswith("agreements/")


def test_what_is_owed_is_done_once(twinning):
    owed = services.owe(
        twinning.pk, who_owes="agency", what="Uno stand", due_on=date(2026, 5, 1),
        amount=Amount(250_000),
    )  # fmt: skip
    services.settle(owed.pk, done_on=date(2026, 4, 1))
    services.settle(owed.pk, done_on=date(2026, 4, 2))
    owed.refresh_from_db()
    assert owed.done_on == date(2026, 4, 1)
    assert kinds()[1:] == ["agreement.owed", "agreement.settled"]
    assert Fact.objects.get(kind="agreement.settled").amount_minor == 250_000


def test_nothing_is_done_tomorrow(twinning):
    owed = services.owe(
        twinning.pk, who_owes="partner", what="Un video", due_on=date(2026, 5, 1)
    )
    with pytest.raises(BadInput):
        services.settle(owed.pk, done_on=clock.today() + timedelta(days=1))
    assert Obligation.objects.get().done_on is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"who_owes": "nobody"}, "who_owes"), ({"what": " "}, "what"),
     ({"amount": Amount(0)}, "amount")],
)  # fmt: skip
def test_an_obligation_that_says_nothing_is_refused(twinning, wrong, field):
    said = {"who_owes": "agency", "what": "Uno stand", "due_on": date(2026, 5, 1), **wrong}
    with pytest.raises(BadInput) as error:
        services.owe(twinning.pk, **said)
    assert error.value.field == field


def test_staff_reads_its_areas_and_what_the_region_shows(tuscany, guides, makers, person):
    home, mugello = queries.area("casentino"), queries.area("mugello")

    def sign(area, title, **options):
        services.sign(
            "Ctrip", area, kind="media", title=title, deed=Deed(moment("2019")), **options
        )

    sign(home, "ours")
    sign(mugello, "theirs", shown_within=True)
    sign(tuscany, "hidden")
    sign(tuscany, "shown", shown_within=True)

    def read(user):
        return {each.title for each in queries.agreements(user)}

    assert read(person("a", ("analyst", home))) == {"ours", "shown"}
    assert read(person("b", ("head", tuscany))) == {"ours", "theirs", "hidden", "shown"}
    assert read(person("c", ("operator", guides))) == set()
