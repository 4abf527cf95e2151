"""QR codes that phones read at the first try: four modules of quiet zone, black on white."""

import io

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString

QUIET_ZONE = 4


def svg(text: str, *, title: str = "", level: str = "m", css_class: str = "qr") -> SafeString:
    """Return an inline SVG that scales to the room it is given.

    Args:
        text: What the code says, most often an address.
        title: What a screen reader says; empty makes the code decorative.
        level: Error correction: l, m, q or h. Paper in the rain wants q.
        css_class: Class of the svg element.

    """
    code = segno.make(text, error=level, micro=False, boost_error=True)
    out = io.BytesIO()
    code.save(
        out,
        kind="svg",
        border=QUIET_ZONE,
        xmldecl=False,
        svgns=True,
        omitsize=True,
        svgclass=None,
        lineclass=None,
        dark="#000",
        light="#fff",
    )
    drawn = out.getvalue().decode().strip()
    label = format_html('role="img" aria-label="{}"', title) if title else 'aria-hidden="true"'
    opening = format_html('<svg class="{}" {} ', css_class, SafeString(label))
    return SafeString(opening + drawn.removeprefix("<svg ").strip())


def png(text: str, scale: int = 8, *, level: str = "m") -> bytes:
    """Return a PNG, `scale` pixels a module, quiet zone included."""
    out = io.BytesIO()
    segno.make(text, error=level, micro=False).save(
        out, kind="png", scale=scale, border=QUIET_ZONE
    )
    return out.getvalue()
