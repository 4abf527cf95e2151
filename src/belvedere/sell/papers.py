"""The voucher on paper, as a picture, and in a calendar."""

import io
from datetime import UTC, timedelta
from functools import cache
from typing import Any

from babel.dates import format_date
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from PIL import Image, ImageDraw, ImageFont

from belvedere.offer import queries as offer
from belvedere.sell.models import Voucher
from belvedere.sell.rules import begins, spaced
from belvedere.shared import clock
from belvedere.shared.languages import code as django_code
from belvedere.shared.languages import locale, written
from belvedere.theme import pdf as paper
from belvedere.theme import qr

WIDTH, MARGIN = 1080, 60


def link(voucher: Voucher) -> str:
    """Return the short link that the QR code holds."""
    return settings.PUBLIC_URL + reverse("sell:voucher", args=[voucher.code])


def contents(voucher: Voucher, language: str = "") -> dict[str, Any]:
    """Return what every form of the voucher says, in its buyer's language or another."""
    order, allotment = voucher.order, voucher.line.allotment
    language = language or order.language
    words = offer.words(allotment.product, language)
    title = words.get("title")
    return {
        "voucher": voucher,
        "order": order,
        "product": allotment.product,
        "said": words,
        "title": title.value if title else allotment.product.slug,
        "address_at_home": (
            offer.words(allotment.product, "it").get("address") if language != "it" else None
        ),
        "allotment": allotment,
        "day": format_date(allotment.day, "full", locale=locale(language)),
        "code": spaced(voucher.code),
        "link": link(voucher),
        "language": language,
        "seats": ", ".join(each.name for each in voucher.line.slots.all())
        if allotment.mode == allotment.Mode.SLOTS
        else "",
        "good": voucher.line.seller_order.state in order.SOLD,
    }


def set_in(language: str) -> str:
    """Return the language in which a paper is made: a reader's own, if we have its type."""
    return language if paper.can_set(language) else written(language)


def pdf(voucher: Voucher) -> bytes:
    """Return the voucher as a PDF of one A5 page."""
    language = set_in(voucher.order.language)
    with override(django_code(language)):
        said = contents(voucher, language)
        return paper.render("sell/voucher_print.html", {**said, "paper": "A5"})


def png(voucher: Voucher) -> bytes:
    """Draw the voucher as a picture for a phone: QR code, code, and what it is for."""
    language = set_in(voucher.order.language)
    with override(django_code(language)):
        said = contents(voucher, language)
        lines = _lines(said)
    code = Image.open(io.BytesIO(qr.png(said["link"], 16))).convert("RGB")
    code = code.resize((WIDTH - 4 * MARGIN,) * 2, Image.Resampling.NEAREST)
    written = [(text, size, each) for text, size in lines for each in _wrapped(text, size)]
    height = code.height + 2 * MARGIN + sum(round(size * 1.5) for _t, size, _e in written)
    sheet = Image.new("RGB", (WIDTH, height + MARGIN), "white")
    draw = ImageDraw.Draw(sheet)
    sheet.paste(code, (2 * MARGIN, MARGIN))
    y = code.height + round(1.5 * MARGIN)
    for _text, size, each in written:
        draw.text((WIDTH // 2, y), each, font=_font(size, each), fill="#17324d", anchor="ma")
        y += round(size * 1.5)
    out = io.BytesIO()
    sheet.save(out, "PNG", optimize=True)
    return out.getvalue()


def ics(voucher: Voucher) -> str:
    """Write the visit as an iCalendar file (RFC 5545)."""
    said = contents(voucher)
    allotment = said["allotment"]
    address = said["said"].get("address")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Belvedere//sell//EN",
        "BEGIN:VEVENT",
        f"UID:{voucher.pk}-{voucher.order.number}@belvedere",
        f"DTSTAMP:{clock.now():%Y%m%dT%H%M%SZ}",
        *_when(allotment),
        f"SUMMARY:{escaped(said['title'])}",
        f"LOCATION:{escaped(address.value if address else allotment.product.meeting_point)}",
        f"DESCRIPTION:{escaped(said['link'])}",
        f"URL:{said['link']}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(folded(each) for each in lines)


def _when(allotment: Any) -> list[str]:
    if allotment.start is None:
        return [f"DTSTART;VALUE=DATE:{allotment.day:%Y%m%d}"]
    first = begins(allotment.day, allotment.start).astimezone(UTC)
    minutes = allotment.product.duration_minutes or 60
    last = first + timedelta(minutes=minutes)
    return [f"DTSTART:{first:%Y%m%dT%H%M%SZ}", f"DTEND:{last:%Y%m%dT%H%M%SZ}"]


def escaped(text: str) -> str:
    """Write a text as a value of iCalendar (RFC 5545, 3.3.11)."""
    for mark in ("\\", ";", ","):
        text = text.replace(mark, f"\\{mark}")
    return text.replace("\n", "\\n")


def folded(line: str) -> str:
    """Break a line after at most 75 bytes, never inside a character."""
    pieces, size = [""], 0
    for each in line:
        wide = len(each.encode())
        if size + wide > 74:
            pieces.append("")
            size = 0
        pieces[-1] += each
        size += wide
    return "\r\n ".join(pieces) + "\r\n"


def _lines(said: dict[str, Any]) -> list[tuple[str, int]]:
    start = said["allotment"].start
    when = f"{said['day']} {start:%H:%M}" if start else said["day"]
    guests = _("Guests: %(n)s") % {"n": said["voucher"].quantity}
    lines = [(said["code"], 88), (said["title"], 56), (when, 48)]
    guests += f" · {said['seats']}" if said["seats"] else ""
    lines += [(f"{said['order'].name} · {guests}", 44)]
    if address := said["said"].get("address"):
        lines.append((address.value, 36))
    if home := said["address_at_home"]:
        lines.append((home.value, 36))
    lines.append((f"{said['order'].number} · {said['link']}", 30))
    return lines


def _wrapped(text: str, size: int) -> list[str]:
    font, room, rows = _font(size, text), WIDTH - 2 * MARGIN, [""]
    # Chinese breaks anywhere, Latin at spaces: try words first, then letters.
    for word in text.split(" "):
        joined = f"{rows[-1]} {word}".strip()
        if font.getlength(joined) <= room:
            rows[-1] = joined
            continue
        if rows[-1]:
            rows.append("")
        for letter in word:
            if font.getlength(rows[-1] + letter) > room:
                rows.append("")
            rows[-1] += letter
    return [each for each in rows if each]


def _font(size: int, text: str) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return a font with the letters of a line: names come in every script."""
    path = paper.font_file(frozenset(text) - {" "})
    return _opened(path, size) if path else ImageFont.load_default(size)


@cache
def _opened(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)
