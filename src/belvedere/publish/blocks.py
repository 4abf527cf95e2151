"""The twelve blocks that a mini-site is made of."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

RICH = ["h3", "bold", "italic", "link", "ul", "ol"]


class Words(blocks.StructBlock):
    """A heading and some text under it."""

    heading = blocks.CharBlock(required=False, max_length=120, label=_("Heading"))
    text = blocks.RichTextBlock(features=RICH, label=_("Text"))

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        template = "publish/blocks/words.html"


class Quote(blocks.StructBlock):
    """Somebody's words."""

    words = blocks.TextBlock(label=_("Words"))
    who = blocks.CharBlock(required=False, max_length=120, label=_("Who said it"))

    class Meta:
        icon = "openquote"
        label = _("Quote")
        template = "publish/blocks/quote.html"


class PictureBlock(blocks.StructBlock):
    """One picture; its credit line comes with it."""

    picture = ImageChooserBlock(label=_("Picture"))
    caption = blocks.CharBlock(required=False, max_length=200, label=_("Caption"))

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "publish/blocks/picture.html"


class Products(blocks.StructBlock):
    """Products of the catalogue, with the places that are free."""

    heading = blocks.CharBlock(required=False, max_length=120, label=_("Heading"))
    products = blocks.ListBlock(blocks.CharBlock(label=_("Product")), label=_("Products"))

    class Meta:
        icon = "tag"
        label = _("Products")
        template = "publish/blocks/products.html"


BODY: list[tuple[str, Any]] = [
    ("words", Words()),
    ("quote", Quote()),
    ("picture", PictureBlock()),
    ("products", Products()),
]
