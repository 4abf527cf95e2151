"""The twelve blocks that a mini-site is made of."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from belvedere.offer import queries as catalogue
from belvedere.shared.languages import DEFAULT
from belvedere.territory import queries as territory

RICH = ["h3", "bold", "italic", "link", "ul", "ol"]


def products_on_sale() -> list[tuple[str, str]]:
    """Return the products that an editor may choose: slug and title."""
    found = list(catalogue.on_sale(goods=None))
    said = catalogue.texts(found, DEFAULT, ("title",))
    return [(each.slug, str(said.get((each.pk, "title"), each.slug))) for each in found]


def places_shown() -> list[tuple[str, str]]:
    """Return the places that an editor may choose: slug and name."""
    return list(territory.places().values_list("slug", "name")[:3000])


def areas() -> list[tuple[str, str]]:
    """Return the areas whose map an editor may show: slug and name."""
    return list(territory.ambiti().values_list("slug", "name"))


def _heading() -> blocks.CharBlock:
    return blocks.CharBlock(required=False, max_length=120, label=_("Heading"))


class Words(blocks.StructBlock):
    """A heading and some text under it."""

    heading = _heading()
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


class OnePicture(blocks.StructBlock):
    """One picture; its credit line comes with it."""

    picture = ImageChooserBlock(label=_("Picture"))
    caption = blocks.CharBlock(required=False, max_length=200, label=_("Caption"))

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "publish/blocks/picture.html"


class Gallery(blocks.StructBlock):
    """Several pictures side by side, each with its credit line."""

    heading = _heading()
    pictures = blocks.ListBlock(ImageChooserBlock(label=_("Picture")), label=_("Pictures"))

    class Meta:
        icon = "image"
        label = _("Gallery")
        template = "publish/blocks/gallery.html"


class Products(blocks.StructBlock):
    """Products of the catalogue, with the places that are free."""

    heading = _heading()
    products = blocks.ListBlock(
        blocks.ChoiceBlock(choices=products_on_sale, label=_("Product")), label=_("Products")
    )

    class Meta:
        icon = "tag"
        label = _("Products")
        template = "publish/blocks/products.html"

    def get_context(
        self, value: Any, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Add the cards of the chosen products that are on sale, in the editor's order."""
        context = super().get_context(value, parent_context=parent_context)
        order = {slug: at for at, slug in enumerate(value["products"])}
        found = catalogue.on_sale(goods=None).filter(slug__in=order)
        context["cards"] = catalogue.cards(
            sorted(found, key=lambda each: order[each.slug]),
            language=context.get("language") or DEFAULT,
            source=context.get("source") or "",
        )
        return context


class Places(blocks.StructBlock):
    """Places worth a visit, as links to their pages."""

    heading = _heading()
    places = blocks.ListBlock(
        blocks.ChoiceBlock(choices=places_shown, label=_("Place")), label=_("Places")
    )

    class Meta:
        icon = "site"
        label = _("Places")
        template = "publish/blocks/places.html"

    def get_context(
        self, value: Any, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Add the chosen places, in the editor's order, with their page in the language."""
        context = super().get_context(value, parent_context=parent_context)
        found = list(territory.places().filter(slug__in=list(value["places"])))
        by_slug = {each.slug: each for each in found}
        language = context.get("language") or DEFAULT
        names = territory.names(found, language)
        context["links"] = [
            (
                names[by_slug[slug].pk],
                by_slug[slug],
                catalogue.address("offer:place", slug, language=language),
            )
            for slug in value["places"]
            if slug in by_slug
        ]
        return context


class Map(blocks.StructBlock):
    """The map of an area, drawn by us."""

    heading = _heading()
    area = blocks.ChoiceBlock(choices=areas, label=_("Area"))

    class Meta:
        icon = "globe"
        label = _("Map")
        template = "publish/blocks/map.html"

    def get_context(
        self, value: Any, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Add the area."""
        context = super().get_context(value, parent_context=parent_context)
        context["area"] = territory.area(value["area"])
        return context


class Track(blocks.StructBlock):
    """One title of a playlist: a plain link, never something that loads by itself."""

    title = blocks.CharBlock(max_length=160, label=_("Title"))
    by = blocks.CharBlock(required=False, max_length=120, label=_("By"))
    link = blocks.URLBlock(label=_("Link"))


class Playlist(blocks.StructBlock):
    """Something to listen to or watch on the way."""

    heading = _heading()
    titles = blocks.ListBlock(Track(), label=_("Titles"))

    class Meta:
        icon = "media"
        label = _("Playlist")
        template = "publish/blocks/playlist.html"


class CallToAction(blocks.StructBlock):
    """One sentence and one button."""

    words = blocks.CharBlock(max_length=200, label=_("Words"))
    button = blocks.CharBlock(max_length=60, label=_("Button"))
    page = blocks.PageChooserBlock(required=False, label=_("Leads to the page"))
    link = blocks.URLBlock(
        required=False, label=_("or to the address"), help_text=_("None: the catalogue.")
    )

    class Meta:
        icon = "arrow-right"
        label = _("Call to action")
        template = "publish/blocks/call_to_action.html"


class Way(blocks.StructBlock):
    """One way to come: by train, by bus, on foot."""

    by = blocks.CharBlock(max_length=60, label=_("By"))
    how = blocks.TextBlock(label=_("How"))


class GettingThere(blocks.StructBlock):
    """How to come, and when."""

    heading = _heading()
    ways = blocks.ListBlock(Way(), label=_("Ways"))

    class Meta:
        icon = "date"
        label = _("How to get there")
        template = "publish/blocks/getting_there.html"


class Question(blocks.StructBlock):
    """One question and its answer."""

    question = blocks.CharBlock(max_length=200, label=_("Question"))
    answer = blocks.TextBlock(label=_("Answer"))


class Questions(blocks.StructBlock):
    """What people ask."""

    heading = _heading()
    questions = blocks.ListBlock(Question(), label=_("Questions"))

    class Meta:
        icon = "help"
        label = _("Questions and answers")
        template = "publish/blocks/questions.html"


class Contact(blocks.StructBlock):
    """Who answers, and the QR code of an address, of WeChat for instance."""

    heading = _heading()
    text = blocks.TextBlock(label=_("Text"))
    email = blocks.EmailBlock(required=False, label=_("E-mail"))
    phone = blocks.CharBlock(required=False, max_length=30, label=_("Telephone"))
    code = blocks.URLBlock(required=False, label=_("Address for a QR code"))

    class Meta:
        icon = "mail"
        label = _("Contact")
        template = "publish/blocks/contact.html"


BODY: list[tuple[str, Any]] = [
    ("words", Words()),
    ("quote", Quote()),
    ("picture", OnePicture()),
    ("gallery", Gallery()),
    ("products", Products()),
    ("places", Places()),
    ("map", Map()),
    ("playlist", Playlist()),
    ("call_to_action", CallToAction()),
    ("getting_there", GettingThere()),
    ("questions", Questions()),
    ("contact", Contact()),
]
