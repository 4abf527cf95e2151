"""Puts the parts of the documentation in their order, and lists the pages of each part.

A page is found by being there: no list of files must be kept by hand. `<!-- pages -->` in a
part's `index.md` becomes the list of its other pages, by their first headings.
"""

import re
from pathlib import Path
from posixpath import dirname

ORDER = ["Home", "Tutorials", "How-to guides", "Reference", "Explanation", "Decisions"]
FOLDERS = {
    "tutorials": "Tutorials",
    "how-to": "How-to guides",
    "reference": "Reference",
    "explanation": "Explanation",
    "adr": "Decisions",
}
MARK = "<!-- pages -->"


def heading(path: str) -> str:
    """Return the first heading of a Markdown file, or its name if it has none."""
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("# "):
                return line[2:].strip()
    return Path(path).stem


def on_nav(nav, config, files):
    """Order the parts and name them as people call them."""
    for item in nav.items:
        if item.is_section:
            first = next((each for each in item.children if each.is_page), None)
            folder = dirname(first.file.src_uri) if first else ""
            item.title = FOLDERS.get(folder, item.title)
    rank = {title: place for place, title in enumerate(ORDER)}
    nav.items.sort(key=lambda item: rank.get(item.title, len(ORDER)) if item.is_section else -1)
    return nav


def on_page_markdown(markdown, page, config, files):
    """Replace the mark by the list of the pages beside this one; make + and − one list."""
    if page.file.src_uri.startswith("adr/0"):
        return re.sub(r"^([+−]) ", r"- **\1** ", markdown, flags=re.MULTILINE)
    if MARK not in markdown:
        return markdown
    folder = dirname(page.file.src_uri)
    beside = [
        each
        for each in files.documentation_pages()
        if dirname(each.src_uri) == folder and each.src_uri != page.file.src_uri
    ]
    listed = sorted(
        (each.src_uri.rsplit("/")[-1], heading(each.abs_src_path)) for each in beside
    )
    lines = [f"- [{title}]({name})" for name, title in listed]
    return markdown.replace(MARK, "\n".join(lines) or "*Nothing here yet.*")
