"""Making a channel's message out of a piece: plain values, absolute addresses."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse

from belvedere.publish.models.campaigns import Piece, Placement
from belvedere.publish.ports import Message
from belvedere.shared.languages import DEFAULT


def link(code: str) -> str:
    """Return the absolute address of a source code."""
    return urljoin(
        settings.PUBLIC_URL + "/", reverse("publish:follow", args=[code]).lstrip("/")
    )


def message(
    piece: Piece, placement: Placement | None = None, options: Mapping[str, Any] | None = None
) -> Message:
    """Return what a channel is given of a piece.

    Args:
        piece: The piece.
        placement: Which of its codes the link carries; the first one when empty.
        options: What this kind of channel needs besides.

    """
    placement = placement or piece.placements.first()
    picture = piece.picture
    return Message(
        title=piece.title,
        text=piece.text,
        language=piece.language or DEFAULT,
        link=link(placement.code) if placement else "",
        images=(picture.file.path,) if picture else (),
        options=options or {},
    )
