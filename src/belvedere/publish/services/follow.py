"""Somebody followed a link, a QR code, a mail: remember it, and say where it leads."""

from django.db import transaction

from belvedere.journal import queries as journal_queries
from belvedere.journal import services as journal
from belvedere.journal.rules import UNKNOWN, is_code, token
from belvedere.publish import queries
from belvedere.publish.models import Piece
from belvedere.shared import clock
from belvedere.shared.languages import DEFAULT, preferred, written


@transaction.atomic
def followed(
    code: str, *, accept_language: str = "", count: bool = True, visit: str = ""
) -> str | None:
    """Record that a source was followed.

    Args:
        code: What stood in the link.
        accept_language: The browser's header; it decides where the piece does not, and among
            the languages whose readers are given the piece's.
        count: Whether it is a person; robots are led on and not counted.
        visit: The day's random number of who agreed to be counted.

    Returns:
        The path to go to, with the touch in `?s=`; None if the code was never issued.

    """
    source = journal_queries.source(code) if is_code(code) else None
    if source is None:
        return None
    piece = queries.piece_of(code)
    language = preferred(accept_language) or DEFAULT
    if piece and piece.language and piece.language != written(language):
        language = piece.language
    if count:
        campaign = piece.action.campaign if piece else None
        journal.record(
            "source.followed",
            source.subject,
            source=code,
            visit=visit,
            consent=bool(visit),
            area=campaign.area.slug if campaign else "",
            market=campaign.market if campaign else "",
            product=_product(piece, source.subject),
            language=language,
        )
    path = queries.landing_of(source, language)
    return f"{path}{'&' if '?' in path else '?'}s={token(code, clock.now())}"


def _product(piece: Piece | None, subject: str) -> str:
    """Return the slug of what is led to; an operator's own sign names it in its subject."""
    if piece:
        return piece.product.slug if piece.product else ""
    return subject.removeprefix("product:") if subject.startswith("product:") else ""


@transaction.atomic
def lost(*, accept_language: str = "", count: bool = True) -> str:
    """Record that somebody came by a code that we never issued; the code itself is not kept.

    Returns:
        The path of the campaign list in their language.

    """
    if count:
        journal.record("source.followed", "source:unknown", source=UNKNOWN)
    return queries.list_path(preferred(accept_language) or DEFAULT)
