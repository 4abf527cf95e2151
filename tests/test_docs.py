"""The documentation agrees with the house: pages, links, settings and kinds of facts."""

import importlib.util
import re
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest

from belvedere.config.env import Env

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
SOURCE = ROOT / "src" / "belvedere"
STAGES = sorted(each.parent.name for each in SOURCE.glob("*/apps.py"))
PAGES = [
    *sorted(DOCS.rglob("*.md")),
    *sorted(ROOT.glob("*.md")),
    *sorted(SOURCE.glob("*/*.md")),
]
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
# A fact's kind as services write it: `record("offer.proposed", …)`, `tell("sale.paid", …)`.
KIND = re.compile(r"\b(?:record|tell)\(\s*\"([a-z_]+\.[a-z_]+)\"")
# Split, so that this file doesn't find itself.
LEFT_OVERS = ("TO" + "DO", "FIX" + "ME", "XX" + "X", "lorem " + "ipsum")


def named(path):
    """Name a file in a test's id as people do."""
    return str(path.relative_to(ROOT))


def links(document):
    """The targets of a document's links, without those in examples of code."""
    return LINK.findall(FENCE.sub("", document.read_text(encoding="utf-8")))


@pytest.mark.parametrize("stage", [*STAGES, "config", "connectors"])
def test_each_stage_says_what_lives_there(stage):
    text = (SOURCE / stage / "README.md").read_text(encoding="utf-8")
    assert len(text.split()) >= 25, f"{stage}/README.md says too little to start from."


@pytest.mark.parametrize("document", PAGES, ids=named)
def test_links_lead_to_files_that_exist(document):
    broken = []
    for target in links(document):
        path = unquote(target.partition("#")[0])
        if path and "://" not in path and not path.startswith(("mailto:", "/")):
            broken += [] if (document.parent / path).exists() else [target]
    assert broken == []


@pytest.mark.parametrize("document", sorted(DOCS.rglob("*.md")), ids=named)
def test_a_document_starts_with_its_one_title(document):
    text = FENCE.sub("", document.read_text(encoding="utf-8"))
    assert text.startswith("# ")
    assert len(re.findall(r"^# ", text, re.MULTILINE)) == 1


def test_the_settings_page_is_what_the_code_says():
    spec = importlib.util.spec_from_file_location("settings_page", DOCS / "_hooks/settings.py")
    writer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(writer)
    page = (DOCS / "reference" / "settings.md").read_text(encoding="utf-8")
    unnamed = [name for name in Env.model_fields if f"`{writer.variable(name)}`" not in page]
    assert unnamed == []
    assert page == writer.page(), "Run .venv/bin/python docs/_hooks/settings.py"


def test_every_setting_is_described():
    assert [name for name, field in Env.model_fields.items() if not field.description] == []


def test_every_kind_of_fact_stands_in_the_reference():
    recorded = {
        kind
        for path in SOURCE.rglob("*.py")
        for kind in KIND.findall(path.read_text(encoding="utf-8"))
    }
    page = (DOCS / "reference" / "facts.md").read_text(encoding="utf-8")
    assert {kind for kind in recorded if f"`{kind}`" not in page} == set()


def test_every_field_of_a_fact_stands_in_the_reference():
    from belvedere.journal.models import Fact

    page = (DOCS / "reference" / "facts.md").read_text(encoding="utf-8")
    fields = {field.name for field in Fact._meta.fields} - {"id"}
    assert {field for field in fields if f"`{field}`" not in page} == set()


@pytest.mark.parametrize("decision", sorted(DOCS.glob("adr/0*.md")), ids=named)
def test_a_decision_has_its_parts_and_stays_short(decision):
    text = decision.read_text(encoding="utf-8")
    assert text.startswith(f"# {decision.name[:4]}. ")
    assert "\nDate: 20" in text
    parts = re.findall(r"^## (\w+)$", text, re.MULTILINE)
    assert parts == ["Context", "Decision", "Considered", "Consequences"]
    assert 10 <= len(text.splitlines()) <= 40


def test_decisions_are_numbered_once():
    numbers = [path.name[:4] for path in DOCS.glob("adr/0*.md")]
    assert len(numbers) == len(set(numbers))


def test_nothing_is_left_to_be_written():
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("The tree is not a git checkout.")
    found = []
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.suffix in {".py", ".html", ".md", ".toml", ".yml", ".css", ".js", ".txt"}:
            text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
            found += [
                f"{name}: {each}" for each in LEFT_OVERS if re.search(rf"\b{each}\b", text)
            ]
    assert found == []


def test_the_documentation_builds_strictly_and_asks_nothing_of_other_hosts(tmp_path):
    pytest.importorskip("material", reason="The extra 'docs' is not installed.")
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    build(load_config(str(ROOT / "mkdocs.yml"), strict=True, site_dir=str(tmp_path)))

    loaded = re.compile(
        r"<(?:script|img|iframe)[^>]+src=\"?(https?:)?//|<link[^>]+href=\"?https?://"
    )
    assert [
        page.name for page in tmp_path.rglob("*.html") if loaded.search(page.read_text())
    ] == []
