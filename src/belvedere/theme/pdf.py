"""PDFs from templates. Nothing is ever fetched from a network while one is made."""

import mimetypes
import shutil
import subprocess
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import SuspiciousFileOperation
from django.template.loader import render_to_string
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse


class OwnFiles(URLFetcher):
    """Opens `data:` addresses and our own static and media files, and nothing else."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=("data",))

    @cached_property
    def host(self) -> str:
        """Return the name that our own addresses carry."""
        return urlsplit(settings.PUBLIC_URL).netloc

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """Return the file behind an address of ours, or refuse the address."""
        if url.startswith("data:"):
            return super().fetch(url, headers)
        path = self._file(url)
        if path is None:
            raise ValueError(f"Only our own files go into a PDF, not {url}")
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    def _file(self, url: str) -> Path | None:
        parts = urlsplit(url)
        path = unquote(parts.path)
        if parts.scheme not in ("http", "https") or parts.netloc != self.host:
            return None
        if path.startswith(settings.STATIC_URL):
            return _static(path.removeprefix(settings.STATIC_URL))
        if path.startswith(settings.MEDIA_URL):
            return _inside(Path(settings.MEDIA_ROOT), path.removeprefix(settings.MEDIA_URL))
        return None


def _static(name: str) -> Path | None:
    try:
        found = finders.find(name)
    except SuspiciousFileOperation:
        return None
    if found:
        return Path(found)
    root = getattr(staticfiles_storage, "location", None)
    return _inside(Path(root), name) if root else None


def _inside(root: Path, name: str) -> Path | None:
    path = (root / name).resolve()
    return path if path.is_relative_to(root.resolve()) and path.is_file() else None


def render(template: str, context: dict[str, Any] | None = None) -> bytes:
    """Render a template that extends `theme/print.html` into a PDF.

    The context may give `language` (BCP 47), `paper` ("A4", "A5 landscape", "A3" ...) and
    `margin` (CSS lengths); pictures stand under our own static and media addresses.

    Args:
        template: Name of the template.
        context: What it needs.

    Returns:
        The PDF's bytes.

    """
    html = render_to_string(template, {"public_url": settings.PUBLIC_URL, **(context or {})})
    document = HTML(string=html, base_url=f"{settings.PUBLIC_URL}/", url_fetcher=OwnFiles())
    return bytes(document.write_pdf(font_config=FontConfiguration()))


@cache
def can_set(language: str) -> bool:
    """Say whether this machine has type for a language (BCP 47), as fontconfig knows it."""
    names = {"zh-Hans": "zh-cn", "zh-Hant": "zh-tw"}
    return bool(_fontconfig("fc-list", f":lang={names.get(language, language)}", "file"))


@cache
def font_file(letters: frozenset[str]) -> str:
    """Return the file of the font with most of some letters; nothing where none is known."""
    wanted = " ".join(f"{ord(each):x}" for each in sorted(letters))
    found = _fontconfig("fc-match", "-f", "%{file}", f"sans:charset={wanted}")
    return found if Path(found).suffix.lower() in (".ttf", ".ttc", ".otf", ".otc") else ""


def _fontconfig(program: str, *words: str) -> str:
    found = shutil.which(program)
    if not found:
        return ""
    return subprocess.run(  # noqa: S603 - no words of a visitor's but the codes of letters
        [found, *words], capture_output=True, text=True, timeout=20, check=False
    ).stdout
