"""The interface's sentences: what the code says, what a language lacks, and filling it in.

`python -m belvedere.config.words lacking de > de.json` writes what travellers read and German
does not say yet; whoever or whatever translates fills in `said`; then
`python -m belvedere.config.words fill de de.json` puts it into the catalogues. Nothing of
gettext's programs is needed: Django's `templatize` and Babel read, polib writes.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, NamedTuple

import polib
from babel.messages.extract import DEFAULT_KEYWORDS, extract_python
from babel.messages.plurals import get_plural
from django.utils.translation.template import templatize

from belvedere.shared.languages import LANGUAGES, locale

PACKAGE = Path(__file__).resolve().parent.parent
MACHINE = "X-Made-By"
"""The header of a catalogue that a machine wrote and no person has read."""

# What travellers read: these stages' templates, but for the staff's, and these modules.
STAFF = re.compile(r"/admin/|/_desk_|/desk\.html$|/mail/reminder\.txt$|/invoice\.html$")
TRAVELLERS: dict[str, tuple[str, ...]] = {
    "theme": (),
    "offer": (
        "forms.py", "models.py", "structured.py", "templatetags/offer.py", "views",
        "words.py",
    ),
    "sell": (
        "forms.py", "models/goods.py", "models/lines.py", "models/orders.py",
        "models/tariff.py", "papers.py", "services/mails.py", "services/sending.py", "slips.py",
        "views", "words.py",
    ),
    "publish": (
        "blocks.py", "forms.py", "pages.py", "queries.py", "services/newsletter.py",
        "services/poster.py", "views.py",
    ),
    "territory": ("rules", "templatetags"),
}  # fmt: skip
# Of long lists of words for the office, those that a traveller meets.
ALSO: dict[str, tuple[str, ...]] = {
    "territory": ("Country", "Region", "Province", "Tourist area", "City", "Quarter"),
}

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
# What templatize writes: gettext(u"…"), ngettext(u"…", u"…",count) and the like.
CALL = re.compile(
    r"""\b(?P<name>n?p?n?gettext|_)\(\s*
        (?P<args>(?:u?"(?:[^"\\]|\\.)*"|u?'(?:[^'\\]|\\.)*')
        (?:\s*,\s*(?:u?"(?:[^"\\]|\\.)*"|u?'(?:[^'\\]|\\.)*'))*)""",
    re.VERBOSE,
)
STRING = re.compile(r"""u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
PERCENT = re.compile(r"%(?:\((\w+)\))?[-+ #0]*\d*(?:\.\d+)?[sdrfixeg]")
MARKUP = re.compile(r"</?\w[^>]*>|&#?\w+;")


class Sentence(NamedTuple):
    """One sentence in gettext's three parts."""

    context: str | None
    text: str
    plural: str | None = None


def in_python(path: Path) -> Iterator[Sentence]:
    """Yield what a module marks for translation."""
    with path.open("rb") as file:
        for _line, function, messages, _comments in extract_python(
            file, KEYWORDS, [], {"encoding": "utf-8"}
        ):
            yield from _call(str(function), messages)


def in_template(path: Path) -> Iterator[Sentence]:
    """Yield what a template marks for translation.

    `templatize` keeps the lines and writes calls of gettext between text crossed out; Babel
    cannot read its lines in all versions, so the calls are found one by one.
    """
    text = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for call in CALL.finditer(text):
        args = [_unquoted(each) for each in STRING.findall(call["args"])]
        yield from _call(call["name"], args[0] if len(args) == 1 else tuple(args))


def _unquoted(literal: str) -> str:
    """Return what a literal of templatize stands for."""
    return re.sub(
        r"\\(.)", lambda match: {"n": "\n", "t": "\t"}.get(match[1], match[1]), literal[1:-1]
    )


def _call(function: str, messages: Any) -> Iterator[Sentence]:
    args = [messages] if isinstance(messages, str) else list(messages or ())
    if not args or not isinstance(args[0], str):
        return
    context = args.pop(0) if function.startswith(("pgettext", "npgettext")) else None
    plural = args[1] if function.startswith(("ngettext", "npgettext")) and args[1:] else None
    if args and args[0]:
        yield Sentence(context, args[0], plural)


def said(folder: Path) -> dict[Sentence, set[Path]]:
    """Return all sentences of a stage, each with the files that say it."""
    found: dict[Sentence, set[Path]] = {}
    for suffix in ("py", "html", "txt", "svg", "xml"):
        for path in sorted(folder.rglob(f"*.{suffix}")):
            if "migrations" not in path.parts and (suffix == "py" or "templates" in path.parts):
                for each in _in_file(path, path.stat().st_mtime_ns):
                    found.setdefault(each, set()).add(path.relative_to(folder))
    return found


@cache
def _in_file(path: Path, changed: int) -> tuple[Sentence, ...]:
    """Return what a file says; read once, until it is changed."""
    return tuple(in_python(path) if path.suffix == ".py" else in_template(path))


def for_travellers(folder: Path) -> dict[Sentence, set[Path]]:
    """Return the sentences of a stage that travellers read."""
    modules = TRAVELLERS.get(folder.name)
    if modules is None:
        return {}
    return {
        each: files
        for each, files in said(folder).items()
        if each.text in ALSO.get(folder.name, ()) or any(_theirs(f, modules) for f in files)
    }


def _theirs(file: Path, modules: tuple[str, ...]) -> bool:
    if file.suffix == ".py":
        return any(str(file) == each or str(file).startswith(f"{each}/") for each in modules)
    return not STAFF.search(f"/{file}")


def path_of(folder: Path, tag: str) -> Path:
    """Return where a stage keeps its catalogue of a language."""
    return folder / "locale" / locale(tag) / "LC_MESSAGES" / "django.po"


def known(po: Iterable[polib.POEntry]) -> dict[tuple[str | None, str], polib.POEntry]:
    """Return the entries of a catalogue by context and sentence."""
    return {(each.msgctxt, each.msgid): each for each in po if not each.obsolete}


def placeholders(text: str, flags: Iterable[str] = ()) -> Counter[str]:
    """Count the placeholders of a sentence, by the way it is formatted."""
    found: Counter[str] = Counter()
    if "python-brace-format" in flags:
        found.update(
            f"{{{name}}}" for _, name, _, _ in Formatter().parse(text) if name is not None
        )
    else:
        found.update(match[0] for match in PERCENT.finditer(text.replace("%%", "")))
        found.update(re.findall(r"\{[a-z_]\w*\}", text))
    return found


def misformed(entry: polib.POEntry) -> list[str]:
    """Return the translations of an entry whose placeholders or markup aren't the source's."""
    if not entry.msgid_plural:
        return (
            [] if _marks(entry.msgstr, entry) == _marks(entry.msgid, entry) else [entry.msgstr]
        )
    # A form of a plural may leave out what the other says ("one day"), and name nothing new;
    # the last one stands for many numbers in every language, and says them.
    asked = _marks(entry.msgid, entry) | _marks(entry.msgid_plural, entry)
    forms = [form for _, form in sorted(entry.msgstr_plural.items())]
    lost = _marks(entry.msgid_plural, entry) - _marks(forms[-1], entry)
    return [form for form in forms if _marks(form, entry) - asked] + forms[-1:] * bool(lost)


def _marks(text: str, entry: polib.POEntry) -> Counter[str]:
    return placeholders(text, entry.flags) + Counter(MARKUP.findall(text))


_PLURALS = {
    "ar": (
        6,
        "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5)",
    ),
    "id": (1, "0"),
    "tr": (2, "(n > 1)"),
}


def plural_forms(tag: str) -> tuple[int, str]:
    """Return how many forms a language's plural has, and gettext's header that says which.

    As Babel knows them, but for three where Babel is alone and gettext's catalogues agree.

    >>> plural_forms("de"), plural_forms("ja")[0], plural_forms("ar")[0]
    ((2, 'nplurals=2; plural=(n != 1);'), 1, 6)
    """
    number, rule = _PLURALS.get(tag) or get_plural(locale(tag))[:2]
    return number, f"nplurals={number}; plural={rule};"


def lacking(tag: str, package: Path = PACKAGE) -> list[dict[str, Any]]:
    """Return the travellers' sentences that a language does not say, ready to be filled in."""
    found = []
    for stage in sorted(TRAVELLERS):
        folder = package / stage
        have = known(polib.pofile(str(path))) if (path := path_of(folder, tag)).exists() else {}
        italian = known(polib.pofile(str(path_of(folder, "it"))))
        for each, files in for_travellers(folder).items():
            if (each.context, each.text) not in have:
                other = italian.get((each.context, each.text))
                found.append(
                    {
                        "stage": stage,
                        "context": each.context,
                        "text": each.text,
                        "plural": each.plural,
                        "it": other and (other.msgstr or other.msgstr_plural.get(1)),
                        "where": sorted(map(str, files)),
                        "said": [""] * plural_forms(tag)[0] if each.plural else "",
                    }
                )
    return found


def fill(tag: str, given: Iterable[dict[str, Any]], package: Path = PACKAGE) -> list[str]:
    """Put sentences into a language's catalogues; returns what was refused, and why.

    Args:
        tag: BCP 47.
        given: As `lacking` returns them, with `said` filled in: a text, or one for each form
            of the plural. Empty ones are passed over.
        package: Where the stages are.

    """
    refused = []
    by_stage: dict[str, list[polib.POEntry]] = {}
    for each in given:
        if each["said"] and all(each["said"]):
            entry = _entry(each)
            if problem := _problem(entry, plural_forms(tag)[0]):
                refused.append(f"{each['stage']}: {problem}: {each['text']} | {each['said']}")
            else:
                by_stage.setdefault(each["stage"], []).append(entry)
    for stage, entries in by_stage.items():
        _write(package / stage, tag, entries)
    return refused


def _entry(given: dict[str, Any]) -> polib.POEntry:
    entry = polib.POEntry(msgctxt=given.get("context") or None, msgid=given["text"])
    if given.get("plural"):
        entry.msgid_plural = given["plural"]
        entry.msgstr_plural = dict(enumerate(given["said"]))
    else:
        entry.msgstr = given["said"]
    if "%(" in entry.msgid + entry.msgid_plural:
        entry.flags.append("python-format")
    return entry


def _problem(entry: polib.POEntry, forms: int) -> str:
    texts = list(entry.msgstr_plural.values()) or [entry.msgstr]
    if entry.msgid_plural and len(texts) != forms:
        return f"{forms} forms of the plural are needed"
    if misformed(entry):
        return "placeholders or markup differ"
    ends = [(each.startswith("\n"), each.endswith("\n")) for each in (entry.msgid, *texts)]
    return "line breaks at the ends differ" if len(set(ends)) > 1 else ""


def _write(folder: Path, tag: str, entries: list[polib.POEntry]) -> None:
    """Write a catalogue anew: what it had and what is new, in order, without what is gone."""
    path = path_of(folder, tag)
    old = polib.pofile(str(path)) if path.exists() else polib.POFile()
    have = {**known(old), **known(entries)}
    wanted = {(each.context, each.text) for each in for_travellers(folder)}
    new = polib.POFile(wrapwidth=0)
    new.metadata = old.metadata or _header(tag)
    order = sorted(wanted & have.keys(), key=lambda key: (key[1], key[0] or ""))
    new.extend(have[key] for key in order)
    path.parent.mkdir(parents=True, exist_ok=True)
    new.save(str(path))


def _header(tag: str) -> dict[str, str]:
    read = {each.tag: each.read for each in LANGUAGES}[tag]
    return {
        "Language": locale(tag),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plural_forms(tag)[1],
        **({} if read else {MACHINE: "machine"}),
    }


def main(argv: list[str] | None = None) -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="belvedere.config.words", description=__doc__)
    parser.add_argument("verb", choices=["lacking", "fill"])
    parser.add_argument("tag", choices=[each.tag for each in LANGUAGES])
    parser.add_argument("file", nargs="?", type=Path, help="for fill: what lacking wrote")
    given = parser.parse_args(argv)
    if given.verb == "lacking":
        sys.stdout.write(json.dumps(lacking(given.tag), ensure_ascii=False, indent=1) + "\n")
        return 0
    source = given.file.read_text(encoding="utf-8") if given.file else sys.stdin.read()
    refused = fill(given.tag, json.loads(source))
    sys.stderr.writelines(f"{each}\n" for each in refused)
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
