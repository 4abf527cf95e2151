"""The plan on paper, in Italian, English and Chinese."""

import io
import re
from datetime import date

import pytest
from pypdf import PdfReader

from belvedere.plan import services
from belvedere.shared.money import Amount


def words(pdf):
    """Return what stands on a PDF, its blanks made one."""
    return " ".join(words_of(each) for each in PdfReader(io.BytesIO(pdf)).pages)


def words_of(page):
    """Return what stands on one page."""
    return re.sub(r"\s+", " ", page.extract_text())


@pytest.fixture
def second(approved):
    """A second version, with a smaller fair."""
    draft = services.new_version(approved.plan_id, note="La fiera si fa più piccola")
    fair = draft.actions.get(key="fiera-di-monaco")
    services.set_action(
        draft.pk, fair.key, title=fair.title, channel_kind="fair", market="DE",
        starts_on=fair.starts_on, ends_on=fair.ends_on, budget=Amount(800000),
        owner=fair.owner, expected=fair.expected,
    )  # fmt: skip
    services.spend(draft.plan_id, "serie-in-tv", Amount(150000))
    return draft


def test_it_says_objectives_actions_sums_and_who_approved(approved):
    text = words(services.paper(approved, "it"))
    for said in (
        "Casentino 2026", "Fiera di Monaco", "Germania", "12.000,00 €", "20.000,00 €",
        "24,5", "ISTAT 2024", "Televisione", "Approvato", "Head",
    ):  # fmt: skip
        assert said in text, said
    assert "Bozza" not in text


def test_a_draft_says_so_and_what_changed(second):
    text = words(services.paper(second, "en"))
    for said in ("Draft: not approved", "€12,000.00 → €8,000.00", "Germany", "€1,500.00"):
        assert said in text, said
    assert "Lettera agli amici: " not in text, "only what changed is told"


def test_it_can_be_printed_in_chinese(second):
    text = words(services.paper(second, "zh-Hans"))
    assert "年度运营计划" in text
    assert "德国" in text


def test_a_sum_stands_once_and_after_its_last_line(second):
    for number in range(30):
        services.set_action(
            second.pk, title=f"Azione {number:02}", channel_kind="press",
            starts_on=date(2026, 7, 1), ends_on=date(2026, 7, 2), budget=Amount(100),
        )  # fmt: skip
    pages = [
        words_of(each) for each in PdfReader(io.BytesIO(services.paper(second, "it"))).pages
    ]
    assert len(pages) >= 2
    text = " ".join(pages)
    assert text.index("Azione 29") < text.index("In tutto"), "no sum before the last line"
    assert text.count("In tutto") == 2, "one of the actions, one of the channels"
