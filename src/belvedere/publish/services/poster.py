"""Printing a poster: the piece, its picture, and the QR code of one placement."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from belvedere.offer import queries as catalogue
from belvedere.publish import rules
from belvedere.publish.models.campaigns import Piece, Placement
from belvedere.publish.services.compose import link
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import DEFAULT, WRITTEN_TAGS, code
from belvedere.territory import queries as territory
from belvedere.theme import pdf

SIZES = {"A3": (297, 420), "70x100": (700, 1000)}
"""Width and height in millimetres."""
MOST = {"it": 20, "en": 20, "zh-Hans": 10}
"""How many characters of a headline stand on one line."""


def poster(
    piece: Piece | int,
    language: str | None = None,
    *,
    placement: Placement | None = None,
    size: str = "A3",
    marks: bool = False,
) -> bytes:
    """Return the poster of a piece as PDF, for one placement and in one language.

    Args:
        piece: The piece, or its key.
        language: BCP 47; the piece's own when empty.
        placement: Whose code is printed; the first one when empty.
        size: `A3` or `70x100` (centimetres).
        marks: Whether to add 3 mm of bleed and crop marks, as a printer wants them.

    Raises:
        BadInput: Unknown size or language, or the piece has no code yet.

    """
    if isinstance(piece, int):
        piece = Piece.objects.select_related("action__campaign__area", "product").get(pk=piece)
    language = language or piece.language or DEFAULT
    if size not in SIZES:
        raise BadInput(f"A poster is printed as {' or '.join(SIZES)}.", field="size")
    if language not in WRITTEN_TAGS:
        raise BadInput(f"A poster speaks {', '.join(WRITTEN_TAGS)}.", field="language")
    placement = placement or piece.placements.first()
    if placement is None:
        raise BadInput("Say first where the poster will hang: that gives it its code.")
    with override(code(language)):
        return pdf.render(
            "publish/poster.html", _shown(piece, language, placement, size, marks)
        )


def _shown(
    piece: Piece, language: str, placement: Placement, size: str, marks: bool
) -> dict[str, Any]:
    width, height = SIZES[size]
    card = _card(piece, language)
    own = card is None or language == (piece.language or language)
    title = piece.title if own or card is None else card.title.value
    text = piece.text if own or card is None else (card.summary and card.summary.value) or ""
    lines = rules.lines(title, most=MOST[language])
    area = piece.action.campaign.area
    where = territory.names([area], language, gloss=False)[area.pk]
    region = _("Tuscany")
    return {
        "language": language,
        "title": title,
        "lines": lines,
        "headline": f"{rules.headline(lines):.2f}",
        "text": text,
        "card": card,
        "duration": _duration(piece.product.duration_minutes) if piece.product else "",
        "cancellation": card.product.free_cancellation_hours if card and card.dated else 0,
        "theme": piece.product.theme if piece.product else piece.action.campaign.theme,
        "seed": piece.product.slug if piece.product else piece.action.campaign.slug,
        "where": " · ".join([where, region] if area.kind != "region" else [region]),
        "sign": _sign(placement),
        "link": link(placement.code),
        "readable": link(placement.code).partition("://")[2],
        **_picture(piece, card),
        "width": width,
        "height": height,
        # As text: Django would write a decimal comma into the style sheet in Italian.
        "rem": f"{width / 100:.3f}",
        "tall": f"{100 * height / width:.3f}",
        "sheet": f"{100 * height / width - 67:.3f}",
        "marks": marks,
    }


def _card(piece: Piece, language: str) -> catalogue.Card | None:
    found = catalogue.cards([piece.product], language=language) if piece.product else []
    return found[0] if found else None


def _picture(piece: Piece, card: catalogue.Card | None) -> dict[str, str]:
    """Return the picture's address and the line that must stand beside it."""
    picture = piece.picture or (card and card.picture)
    if not picture:
        return {"picture_url": "", "credit": ""}
    line = [picture.credit or picture.author, picture.licence]
    return {
        "picture_url": picture.get_rendition("fill-2080x1480|format-jpeg").url,
        "credit": " · ".join(filter(None, line)),
    }


def _duration(minutes: int | None) -> str:
    if not minutes:
        return ""
    hours, rest = divmod(minutes, 60)
    if rest == 0:
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    return _("%(n)s minutes") % {"n": minutes} if hours < 2 else f"{hours}:{rest:02} h"


def _sign(placement: Placement) -> str:
    return " · ".join(filter(None, [settings.WAGTAIL_SITE_NAME, placement.code]))
