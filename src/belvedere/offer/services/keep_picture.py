"""Keeping a photograph that somebody uploads."""

from pathlib import PurePath
from typing import IO, TYPE_CHECKING

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from belvedere.journal.services import record
from belvedere.offer.models import Picture
from belvedere.offer.photographs import clean
from belvedere.shared.errors import BadInput

if TYPE_CHECKING:
    from belvedere.territory.models import User


@transaction.atomic
def keep_picture(
    file: IO[bytes],
    *,
    title: str,
    author: str = "",
    holder: str = "",
    licence: str = "",
    credit: str = "",
    alt_text: str = "",
    by: "User | None" = None,
) -> Picture:
    """Keep a photograph with what must travel with it.

    Position, date and device are taken out of the file, and it is turned upright.

    Args:
        file: The upload: JPEG, PNG, WebP, GIF or HEIC, at most 20 MB.
        title: What it shows, for the list of pictures.
        author: Who took it.
        holder: Who owns the rights.
        licence: For instance `CC BY 4.0`; empty means all rights reserved.
        credit: The line to print; made from author and licence when empty.
        alt_text: What it shows, for who cannot see it.
        by: Who uploads it.

    Raises:
        BadInput: The file is too large, too small, broken, or no picture.

    """
    if not title.strip():
        raise BadInput(_("Say in a few words what the picture shows."), field="picture")
    cleaned, extension = clean(file)
    name = PurePath(str(getattr(file, "name", "") or "photo")).stem[:60]
    picture = Picture(
        title=title.strip()[:255],
        author=author,
        holder=holder or author,
        licence=licence,
        credit=credit or " · ".join(filter(None, (author, licence))),
        alt_text=alt_text,
        uploaded_by_user=by,
        file=ContentFile(cleaned.getvalue(), name=f"{name}.{extension}"),
    )
    picture.cleaned = True
    picture._set_image_file_metadata()
    picture.save()
    record("offer.pictured", f"picture:{picture.pk}")
    return picture
