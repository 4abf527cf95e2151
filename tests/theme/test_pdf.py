"""PDFs have the paper that was asked for, their own Chinese type, and touch no network."""

import re
import zlib

import pytest
from django.conf import settings
from django.template import engines
from weasyprint.text.fonts import FontConfiguration

from belvedere.theme import pdf

CJK = ("WenQuanYi", "Noto-Sans-CJK", "NotoSansCJK", "Noto-Sans-SC", "NotoSansSC")
MM = 72 / 25.4


def boxes(data):
    found = re.findall(rb"/MediaBox\s*\[([^\]]+)\]", _plain(data))
    return [tuple(round(float(n) / MM) for n in each.split()[2:]) for each in found]


def _plain(data):
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL)
    opened = []
    for each in streams:
        try:
            opened.append(zlib.decompress(each))
        except zlib.error:
            continue
    return data + b"\n".join(opened)


@pytest.mark.parametrize(
    ("paper", "size"),
    [("A3", (297, 420)), ("A4", (210, 297)), ("A5", (148, 210)), ("A4 landscape", (297, 210))],
)
def test_a_page_has_the_size_of_its_paper(paper, size):
    assert boxes(pdf.render("theme/print.html", {"paper": paper, "language": "it"})) == [size]


def test_chinese_type_is_embedded(tmp_path):
    page = '{% extends "theme/print.html" %}{% block main %}卡马尔多利的森林{% endblock %}'
    data = _rendered(page, tmp_path, {"language": "zh-Hans"})
    if not _has_cjk():
        pytest.skip("NO CHINESE FONT: install fonts-wqy-microhei or fonts-noto-cjk.")
    plain = _plain(data)
    assert any(name.encode() in plain for name in CJK)
    assert b"/FontFile" in plain


def test_icons_scenes_and_codes_are_drawn_in_a_pdf(tmp_path, caplog):
    page = (
        '{% extends "theme/print.html" %}{% load belvedere %}{% block main %}'
        '{% icon "clock" %}{% art "food" "a" %}{% qr "https://example.org" %}{% endblock %}'
    )
    empty = len(pdf.render("theme/print.html", {"language": "it"}))
    assert len(_rendered(page, tmp_path, {"language": "it"})) > empty + 2000


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/a.png",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "{own}/media/../../../etc/passwd",
        "{own}/static/%2e%2e/%2e%2e/settings.py",
        "{own}/desk/",
    ],
)
def test_nothing_but_our_own_files_is_opened(address):
    with pytest.raises(ValueError, match="Only our own files"):
        pdf.OwnFiles().fetch(address.format(own=settings.PUBLIC_URL))


def test_our_static_files_our_media_and_data_are_opened(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "a b.txt").write_text("picture")
    fetch = pdf.OwnFiles().fetch
    assert fetch(f"{settings.PUBLIC_URL}/media/a%20b.txt").read() == b"picture"
    assert b"@font-face" in fetch(f"{settings.PUBLIC_URL}/static/theme/print.css").read()
    assert fetch("data:text/plain,hello").read() == b"hello"


def _rendered(source, folder, context):
    """Render a template that only this test knows."""
    (folder / "page.html").write_text(source, encoding="utf-8")
    engine = engines["django"].engine
    loaders = engine.loaders
    del engine.template_loaders
    engine.loaders = [("django.template.loaders.filesystem.Loader", [folder]), *loaders]
    try:
        return pdf.render("page.html", context)
    finally:
        engine.loaders = loaders
        del engine.template_loaders


def _has_cjk():
    page = pdf.HTML(string="<p style='font-family: WenQuanYi Micro Hei, Noto Sans CJK SC'>森")
    data = page.write_pdf(font_config=FontConfiguration())
    return any(name.encode() in _plain(data) for name in CJK)
