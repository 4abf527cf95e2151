"""Making a photograph fit to be published: upright, of a sane size, and telling no secrets.

A telephone writes into the file where and when it was taken, by which device and sometimes by
whom. None of that is kept: the picture is drawn anew.
"""

from io import BytesIO
from typing import IO

import pillow_heif
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from belvedere.shared.errors import BadInput

pillow_heif.register_heif_opener()

MOST_BYTES = 20 * 2**20
MOST_PIXELS = 80_000_000
LONGEST_SIDE = 2560
SHORTEST_SIDE = 200
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "GIF")


def clean(file: IO[bytes]) -> tuple[BytesIO, str]:
    """Draw a photograph anew, upright, without what the camera wrote into it.

    Args:
        file: The upload, at any position.

    Returns:
        The new file and its extension, `jpg` or, where it is partly transparent, `png`.

    Raises:
        BadInput: It is too large, too small, broken, or no picture; says which.

    """
    image = _upright(_open(file))
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    out = BytesIO()
    if image.mode == "RGBA":
        image.save(out, "PNG", optimize=True)
        out.seek(0)
        return out, "png"
    image.save(out, "JPEG", quality=86, optimize=True, progressive=True)
    out.seek(0)
    return out, "jpg"


def _open(file: IO[bytes]) -> Image.Image:
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    if not size:
        raise BadInput(_("The file is empty: choose the photograph again."), field="picture")
    if size > MOST_BYTES:
        raise BadInput(
            _("This photograph has %(has)s MB; at most %(limit)s MB fit.")
            % {"has": round(size / 2**20), "limit": MOST_BYTES // 2**20},
            field="picture",
        )
    try:
        image = Image.open(file, formats=FORMATS)
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise BadInput(
            _("This is not a photograph that we can read. JPEG, PNG, WebP and HEIC work."),
            field="picture",
        ) from error
    if image.width * image.height > MOST_PIXELS:
        raise BadInput(_("This photograph has too many pixels."), field="picture")
    if min(image.size) < SHORTEST_SIDE:
        raise BadInput(
            _("This photograph is too small: at least %s pixels on each side are needed.")
            % SHORTEST_SIDE,
            field="picture",
        )
    return image


def _upright(image: Image.Image) -> Image.Image:
    try:
        image = ImageOps.exif_transpose(image)
    except (OSError, ValueError, SyntaxError) as error:
        raise BadInput(
            _("The photograph is damaged: choose another copy of it."), field="picture"
        ) from error
    transparent = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    profile = image.info.get("icc_profile")
    image = image.convert("RGBA" if transparent else "RGB")
    if profile:
        image = _in_srgb(image, profile)
    clean_copy = Image.new(image.mode, image.size)
    clean_copy.paste(image)
    return clean_copy


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Move the colours of a telephone's wide gamut into the one that every screen shows."""
    try:
        moved = ImageCms.profileToProfile(
            image, ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
        )
    except (ImageCms.PyCMSError, OSError):
        return image
    return moved or image
