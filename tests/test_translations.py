"""Every sentence of the interface is said, and said well-formed, in every language.

The languages that people write say every sentence; the others those that travellers read. What
the code and the templates say is read by `belvedere.config.words`.
"""

import ast
import json
from functools import cache

import polib
import pytest
from django.utils.translation import gettext, override

from belvedere.config.words import (
    ALSO,
    KEYWORDS,
    MACHINE,
    PACKAGE,
    TRAVELLERS,
    fill,
    for_travellers,
    in_python,
    in_template,
    known,
    lacking,
    misformed,
    path_of,
    plural_forms,
    said,
)
from belvedere.shared.languages import LANGUAGES, WRITTEN_TAGS, code

STAGES = PACKAGE
OWED = [each for each in WRITTEN_TAGS if each != "en"]  # The code itself is English.
OTHERS = [each.tag for each in LANGUAGES if not each.written]


def stages():
    """The stages that speak: those with sentences, or with a locale folder."""
    found = []
    for folder in sorted(each for each in STAGES.iterdir() if each.is_dir()):
        if (folder / "locale").is_dir() or said(folder):
            found.append(folder)
    return found


@pytest.mark.parametrize("path", sorted(STAGES.glob("*/locale/*/LC_MESSAGES/*.po")), ids=str)
def test_a_catalogue_says_its_encoding_and_its_plurals(path):
    told = polib.pofile(str(path)).metadata
    assert told["Content-Type"] == "text/plain; charset=UTF-8"
    assert told["Plural-Forms"].startswith("nplurals=")


@cache
def catalogue(folder, tag):
    """The `.po` file of a stage in a language."""
    path = path_of(folder, tag)
    assert path.is_file(), f"{path.relative_to(STAGES)} is missing."
    return polib.pofile(str(path))


FOLDERS = stages()
EACH = [
    pytest.param(folder, language, id=f"{folder.name}-{language}")
    for folder in FOLDERS
    for language in OWED
]
MACHINES = [
    pytest.param(STAGES / stage, tag, id=f"{stage}-{tag}")
    for stage in TRAVELLERS
    for tag in OTHERS
]
# A catalogue that is missing is told once, by the first tests.
THERE = [each for each in [*EACH, *MACHINES] if path_of(*each.values).is_file()]


@pytest.mark.parametrize(("folder", "language"), EACH)
def test_every_sentence_of_the_stage_is_in_its_catalogue(folder, language):
    have = known(catalogue(folder, language))
    missing = {
        each.text: sorted(map(str, files))
        for each, files in said(folder).items()
        if (each.context, each.text) not in have
    }
    assert missing == {}


@pytest.mark.parametrize("tag", OTHERS)
def test_every_sentence_that_travellers_read_is_said_in_every_language(tag):
    missing = lacking(tag)
    assert not missing, (
        f"{len(missing)} sentences lack in {tag}. Fill in `said`, and give this to"
        f" `python -m belvedere.config.words fill {tag}`:\n"
        + json.dumps(missing, ensure_ascii=False, indent=1)
    )


@pytest.mark.parametrize(("folder", "language"), MACHINES)
def test_a_catalogue_says_whether_a_person_has_read_it_and_holds_nothing_else(folder, language):
    po, read = catalogue(folder, language), {each.tag: each.read for each in LANGUAGES}
    assert (po.metadata.get(MACHINE) == "machine") is not read[language]
    assert po.metadata["Plural-Forms"] == plural_forms(language)[1]
    theirs = {(each.context, each.text) for each in for_travellers(folder)}
    assert set(known(po)) - theirs == set()


@pytest.mark.parametrize(("folder", "language"), MACHINES)
def test_every_plural_has_the_forms_of_its_language(folder, language):
    forms = set(range(plural_forms(language)[0]))
    wrong = [
        entry.msgid
        for entry in catalogue(folder, language)
        if entry.msgid_plural and set(entry.msgstr_plural) != forms
    ]
    assert wrong == []


@pytest.mark.parametrize(("folder", "language"), THERE)
def test_every_sentence_is_translated_and_none_is_a_guess(folder, language):
    po = catalogue(folder, language)
    assert [entry.msgid for entry in po.untranslated_entries()] == []
    assert [entry.msgid for entry in po.fuzzy_entries()] == []


@pytest.mark.parametrize(("folder", "language"), THERE)
def test_no_translation_loses_or_invents_a_placeholder(folder, language):
    entries = catalogue(folder, language).translated_entries()
    assert [wrong for entry in entries for wrong in misformed(entry)] == []


@pytest.mark.parametrize(("folder", "language"), THERE)
def test_line_breaks_at_the_ends_are_kept(folder, language):
    # msgfmt refuses such an entry, and then the whole catalogue is silently not compiled.
    wrong = [
        entry.msgid
        for entry in catalogue(folder, language).translated_entries()
        if not entry.msgid_plural
        and (
            entry.msgid.startswith("\n") != entry.msgstr.startswith("\n")
            or entry.msgid.endswith("\n") != entry.msgstr.endswith("\n")
        )
    ]
    assert wrong == []


def test_no_sentence_hides_in_an_f_string():
    # Before Python 3.12 an f-string is one token: nobody extracts what is marked inside it.
    hidden = [
        f"{path.relative_to(STAGES)}:{node.lineno}"
        for path in sorted(STAGES.rglob("*.py"))
        for string in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(string, ast.JoinedStr)
        for node in ast.walk(string)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in KEYWORDS
    ]
    assert hidden == []


def test_extraction_sees_every_way_of_marking_a_sentence(tmp_path):
    page = tmp_path / "page.html"
    page.write_text(
        "{% load i18n %}\n<p>{% translate \"It's 'here'\" %}</p>\n"
        "{% translate 'May' context 'verb' %}\n"
        "{% blocktranslate trimmed count n=n %}\n  One {{ place }}\n"
        "{% plural %}\n  {{ n }} places\n{% endblocktranslate %}\n"
        "{% blocktranslate with a=b %}To {{ a }}{% endblocktranslate %}\n"
        "{% include 'x' with label=_('Book') %}\n",
        encoding="utf-8",
    )
    module = tmp_path / "module.py"
    module.write_text(
        "from django.utils.translation import gettext as _, ngettext, pgettext_lazy\n"
        "a = _('One'\n      ' two')\nb = ngettext('%(n)s day', '%(n)s days', 3)\n"
        "c = pgettext_lazy('verb', 'Book')\n_(unknown)\n",
        encoding="utf-8",
    )
    assert set(in_template(page)) == {
        (None, "It's 'here'", None),
        ("verb", "May", None),
        (None, "One %(place)s", "%(n)s places"),
        (None, "To %(a)s", None),
        (None, "Book", None),
    }
    assert set(in_python(module)) == {
        (None, "One two", None),
        (None, "%(n)s day", "%(n)s days"),
        ("verb", "Book", None),
    }


@pytest.mark.parametrize(
    ("source", "translation", "flags", "well"),
    [
        ("%(n)s places", "%(n)s posti", ["python-format"], True),
        ("%(n)s places", "%(m)s posti", ["python-format"], False),
        ("%(n)s places", "posti", [], False),
        ("Up to 50 %", "Fino al 50 %", [], True),
        ("{day} at {time}", "{time} 于 {day}", ["python-brace-format"], True),
        ("{day} at {time}", "{day} alle", ["python-brace-format"], False),
        ("%s of %s", "%s di", ["python-format"], False),
    ],
)
def test_a_lost_placeholder_is_seen(source, translation, flags, well):
    entry = polib.POEntry(msgid=source, msgstr=translation, flags=flags)
    assert (misformed(entry) == []) is well


@pytest.mark.parametrize("stage", ALSO)
def test_words_named_for_travellers_are_still_said(stage):
    assert {each.text for each in for_travellers(STAGES / stage)} >= set(ALSO[stage])


@pytest.fixture
def house(tmp_path):
    """A small house with one stage, whose page says two things."""
    page = tmp_path / "offer" / "templates" / "offer" / "page.html"
    page.parent.mkdir(parents=True)
    page.write_text(
        "{% load i18n %}{% translate 'Book' %}{% blocktranslate count n=n %}{{ n }} <b>day</b>"
        "{% plural %}{{ n }} <b>days</b>{% endblocktranslate %}",
        encoding="utf-8",
    )
    for stage in TRAVELLERS:
        path = path_of(tmp_path / stage, "it")
        path.parent.mkdir(parents=True)
        polib.POFile().save(str(path))
    return tmp_path


def test_what_lacks_can_be_filled_in_and_lacks_no_more(house):
    book, days = lacking("ru", house)
    assert (book["text"], days["plural"], len(days["said"])) == ("Book", "%(n)s <b>days</b>", 3)
    book["said"] = "Забронировать"
    days["said"] = ["%(n)s <b>день</b>", "%(n)s <b>дня</b>", "%(n)s <b>дней</b>"]
    assert fill("ru", [book, days], house) == []
    assert lacking("ru", house) == []
    (house / "offer" / "templates" / "offer" / "page.html").write_text("", encoding="utf-8")
    fill("ru", [book], house)
    assert known(catalogue(house / "offer", "ru")) == {}


@pytest.mark.parametrize(
    ("forms", "problem"),
    [
        (["%(n)s <b>день</b>", "%(n)s <b>дня</b>"], "3 forms"),
        (["%(n)s <b>день</b>", "%(m)s <b>дня</b>", "%(n)s <b>дней</b>"], "placeholders"),
        (["%(n)s <b>день</b>", "%(n)s <i>дня</i>", "%(n)s <b>дней</b>"], "placeholders"),
        (["%(n)s <b>день</b>", "%(n)s <b>дня</b>", "<b>дни</b>"], "placeholders"),
    ],
)
def test_what_would_break_a_page_is_refused_with_its_reason(house, forms, problem):
    days = {**lacking("ru", house)[1], "said": forms}
    assert problem in fill("ru", [days], house)[0]
    assert len(lacking("ru", house)) == 2


def test_a_sentence_that_nobody_has_translated_is_english():
    for each in OTHERS:
        with override(code(each)):
            assert gettext("Nobody has translated this.") == "Nobody has translated this."
            assert gettext("Sign out") == "Sign out"  # Staff only; Italian and Chinese have it.
