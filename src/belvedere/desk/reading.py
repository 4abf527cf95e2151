"""Reading a QR code out of a photograph, where the browser has no camera to offer."""

from typing import IO

import zxingcpp
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

NOTHING = _("There is no QR code to be read in this photograph. Go closer, or type the code.")
LONGEST = 2000
FORMATS = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])


def qr(file: IO[bytes]) -> str:
    """Return what the QR code in a photograph says; empty if there is none to be read."""
    try:
        with Image.open(file) as opened:
            opened.draft("L", (LONGEST, LONGEST))
            picture = ImageOps.exif_transpose(opened).convert("L")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return ""
    picture.thumbnail((LONGEST, LONGEST))
    found = zxingcpp.read_barcodes(picture, formats=FORMATS)
    return found[0].text if found else ""
