"""Every sentence of the interface is said, and said well-formed, in every language.

The `.po` files are read with polib; what the code and the templates say is extracted with Babel
from Django's own `templatize`, so that the gettext programs are not needed.
"""

import ast
import re
from collections import Counter
from pathlib import Path
from string import Formatter

import polib
import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_python
from django.utils.translation.template import templatize

STAGES = Path(__file__).resolve().parents[1] / "src" / "belvedere"
LANGUAGES = ("it", "zh_Hans")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
    "_": None,
}
PERCENT = re.compile(r"%(?:\((\w+)\))?[-+ #0]*\d*(?:\.\d+)?[sdrfixeg]")
# What templatize writes: gettext(u"…"), ngettext(u"…", u"…",count) and the like.
CALL = re.compile(
    r"""\b(?P<name>n?p?n?gettext|_)\(\s*
        (?P<args>(?:u?"(?:[^"\\]|\\.)*"|u?'(?:[^'\\]|\\.)*')
        (?:\s*,\s*(?:u?"(?:[^"\\]|\\.)*"|u?'(?:[^'\\]|\\.)*'))*)""",
    re.VERBOSE,
)
STRING = re.compile(r"""u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")


def stages():
    """The stages that speak: those with sentences, or with a locale folder."""
    found = []
    for folder in sorted(each for each in STAGES.iterdir() if each.is_dir()):
        if (folder / "locale").is_dir() or said(folder):
            found.append(folder)
    return found


def in_python(path):
    """Yield (context, sentence, plural) that a module marks for translation."""
    with path.open("rb") as file:
        for _line, function, messages, _comments in extract_python(
            file, KEYWORDS, [], {"encoding": "utf-8"}
        ):
            yield from read(function, messages)


def in_template(path):
    """Yield (context, sentence, plural) that a template marks for translation.

    `templatize` keeps the lines and writes calls of gettext between text crossed out; Babel
    cannot read its lines in all versions, so the calls are found one by one.
    """
    text = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for call in CALL.finditer(text):
        args = [unquoted(each) for each in STRING.findall(call["args"])]
        yield from read(call["name"], args[0] if len(args) == 1 else tuple(args))


@pytest.mark.parametrize("path", sorted(STAGES.glob("*/locale/*/LC_MESSAGES/*.po")), ids=str)
def test_a_catalogue_says_its_encoding_and_its_plurals(path):
    told = polib.pofile(str(path)).metadata
    assert told["Content-Type"] == "text/plain; charset=UTF-8"
    assert told["Plural-Forms"].startswith("nplurals=")


def unquoted(literal):
    """Return what a literal of templatize stands for."""
    return re.sub(
        r"\\(.)", lambda match: {"n": "\n", "t": "\t"}.get(match[1], match[1]), literal[1:-1]
    )


def read(function, messages):
    """Yield the sentence of one call, in gettext's three parts."""
    args = [messages] if isinstance(messages, str) else [each for each in messages or ()]
    if not args or not isinstance(args[0], str):
        return
    context = args.pop(0) if function.startswith(("pgettext", "npgettext")) else None
    plural = args[1] if function.startswith(("ngettext", "npgettext")) and args[1:] else None
    if args and args[0]:
        yield context, args[0], plural


def said(folder):
    """All sentences of a stage, each with the files that say it."""
    found = {}
    for path in sorted(folder.rglob("*.py")):
        if "migrations" not in path.parts:
            for each in in_python(path):
                found.setdefault(each[:2], set()).add(path.relative_to(folder))
    for suffix in ("*.html", "*.txt", "*.svg", "*.xml"):
        for path in sorted(folder.rglob(suffix)):
            if "templates" in path.parts:
                for each in in_template(path):
                    found.setdefault(each[:2], set()).add(path.relative_to(folder))
    return found


def path_of(folder, language):
    """Where a stage keeps its `.po` file of a language."""
    return folder / "locale" / language / "LC_MESSAGES" / "django.po"


def catalogue(folder, language):
    """The `.po` file of a stage in a language."""
    path = path_of(folder, language)
    assert path.is_file(), f"{path.relative_to(STAGES)} is missing."
    return polib.pofile(str(path))


def placeholders(text, flags):
    """Count the placeholders of a sentence, by the way it is formatted."""
    found = Counter()
    if "python-brace-format" in flags:
        found.update(
            f"{{{name}}}" for _, name, _, _ in Formatter().parse(text) if name is not None
        )
    else:
        found.update(match[0] for match in PERCENT.finditer(text.replace("%%", "")))
        found.update(re.findall(r"\{[a-z_]\w*\}", text))
    return found


def misformed(entry):
    """Return the translations of an entry whose placeholders are not those of the source."""
    asked = placeholders(entry.msgid, entry.flags)
    if not entry.msgid_plural:
        same = placeholders(entry.msgstr, entry.flags) == asked
        return [] if same else [entry.msgstr]
    # A form of a plural may leave out what the other says ("one day"), and name nothing new.
    asked |= placeholders(entry.msgid_plural, entry.flags)
    forms = entry.msgstr_plural.values()
    return [form for form in forms if placeholders(form, entry.flags) - asked]


FOLDERS = stages()
EACH = [
    pytest.param(folder, language, id=f"{folder.name}-{language}")
    for folder in FOLDERS
    for language in LANGUAGES
]
# A catalogue that is missing is told once, by the first test.
WRITTEN = [each for each in EACH if path_of(*each.values).is_file()]


@pytest.mark.parametrize(("folder", "language"), EACH)
def test_every_sentence_of_the_stage_is_in_its_catalogue(folder, language):
    known = {
        (entry.msgctxt, entry.msgid)
        for entry in catalogue(folder, language)
        if not entry.obsolete
    }
    missing = {
        sentence: sorted(map(str, files))
        for (context, sentence), files in said(folder).items()
        if (context, sentence) not in known
    }
    assert missing == {}


@pytest.mark.parametrize(("folder", "language"), WRITTEN)
def test_every_sentence_is_translated_and_none_is_a_guess(folder, language):
    po = catalogue(folder, language)
    assert [entry.msgid for entry in po.untranslated_entries()] == []
    assert [entry.msgid for entry in po.fuzzy_entries()] == []


@pytest.mark.parametrize(("folder", "language"), WRITTEN)
def test_no_translation_loses_or_invents_a_placeholder(folder, language):
    entries = catalogue(folder, language).translated_entries()
    assert [wrong for entry in entries for wrong in misformed(entry)] == []


@pytest.mark.parametrize(("folder", "language"), WRITTEN)
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
