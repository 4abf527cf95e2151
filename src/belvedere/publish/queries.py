"""Reading campaigns, their actions and pieces, and what the public sees of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Count, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.models import Locale, Page

from belvedere.offer import queries as catalogue
from belvedere.offer.queries import Said
from belvedere.publish import registry
from belvedere.publish.models.campaigns import Action, Campaign, Piece, Placement
from belvedere.publish.models.newsletter import Subscriber
from belvedere.publish.models.publications import Outgoing, Reading
from belvedere.publish.ports import ChannelSpec, Proof
from belvedere.shared import clock
from belvedere.shared.languages import DEFAULT, WRITTEN_TAGS, code
from belvedere.shared.languages import written as written_for
from belvedere.territory import queries as territory

if TYPE_CHECKING:
    from belvedere.journal.models import Source
    from belvedere.territory.models import Area, User


EDITS = ("promotion", "editor", "head")
"""The roles that write and send what goes out."""


def campaigns(area: "Area | None" = None) -> QuerySet[Campaign]:
    """Return the campaigns of an area and of what lies in it; of all when empty."""
    found = Campaign.objects.select_related("area")
    return found if area is None else found.filter(_within(area))


def running(area: "Area | None" = None) -> QuerySet[Campaign]:
    """Return the campaigns that the public may see today."""
    today = clock.today()
    return campaigns(area).filter(
        state=Campaign.State.RUNNING, starts_on__lte=today, ends_on__gte=today
    )


def visible_to(user: "User") -> QuerySet[Campaign]:
    """Return the campaigns that somebody may see on the desk: those of their areas."""
    return _of(user, user.memberships.filter(area__isnull=False))


def promoted_by(user: "User") -> QuerySet[Campaign]:
    """Return the campaigns that somebody may change."""
    return _of(user, user.memberships.filter(area__isnull=False, role__in=EDITS))


def _of(user: "User", memberships: QuerySet[Any]) -> QuerySet[Campaign]:
    if user.is_superuser:
        return campaigns()
    mine = Q(pk__in=[])
    for membership in memberships.select_related("area"):
        mine |= _within(membership.area)
    return campaigns().filter(mine).distinct()


def actions(user: "User") -> QuerySet[Action]:
    """Return the actions that somebody may see, with their campaigns and pieces and codes."""
    return (
        Action.objects.filter(campaign__in=visible_to(user))
        .select_related("campaign__area")
        .prefetch_related(Prefetch("pieces", _pieces()))
    )


def pieces(action: Action) -> QuerySet[Piece]:
    """Return the pieces of an action; `placements` with their `code` are at hand."""
    return _pieces().filter(action=action)


def codes(things: Iterable[Action]) -> dict[int, list[str]]:
    """Return the source codes of each action, by its key, in one query."""
    found: dict[int, list[str]] = {each.pk: [] for each in things}
    rows = Placement.objects.filter(piece__action__in=list(found)).values_list(
        "piece__action_id", "code"
    )
    for action_id, each in rows:
        found[action_id].append(each)
    return found


def placements(source_codes: Iterable[str]) -> dict[str, Placement]:
    """Return the placements of many source codes, with piece and action, in one query."""
    found = Placement.objects.select_related("piece__action__campaign")
    return {each.code: each for each in found.filter(code__in=list(source_codes))}


def piece_of(source_code: str) -> Piece | None:
    """Return the piece that a source code was issued for, or None."""
    return _pieces().filter(placements__code=source_code).first()


def _pieces() -> QuerySet[Piece]:
    return Piece.objects.select_related(
        "action__campaign__area", "product", "page", "area", "picture", "publication"
    ).prefetch_related("placements")


def counted(found: Iterable[Piece]) -> dict[int, list[Reading]]:
    """Return what the channels have counted of pieces, by their keys, in one query.

    Of each metric the last reading: it is a total (`ports.Reading`), and none is ever added
    to another, nor to what we count ourselves.
    """
    last: dict[int, list[Reading]] = {}
    rows = (
        Reading.objects.filter(publication__piece__in=[each.pk for each in found])
        .select_related("publication")
        .order_by("publication", "metric", "-at")
        .distinct("publication", "metric")
    )
    for each in rows:
        last.setdefault(each.publication.piece_id, []).append(each)
    return last


@dataclass(frozen=True)
class CampaignCard:
    """A campaign as the public reads it."""

    campaign: Campaign
    title: Said
    summary: Said | None
    area: str
    url: str


def cards(found: Iterable[Campaign], *, language: str) -> list[CampaignCard]:
    """Return what lists show of campaigns, their words in one query."""
    found = list(found)
    said = catalogue.texts(found, language, ("title", "summary"))
    names = territory.names([each.area for each in found], language, gloss=False)
    return [
        CampaignCard(
            campaign=each,
            title=said.get((each.pk, "title")) or Said(each.slug, language, "source"),
            summary=said.get((each.pk, "summary")),
            area=names[each.area_id],
            url=catalogue.address("publish-pages:campaign", each.slug, language=language),
        )
        for each in found
    ]


def front(*, language: str, source: str = "", most: int = 6) -> list[catalogue.Card]:
    """Return the products that the home page invites to: free places first, soonest first."""
    found = catalogue.cards(catalogue.on_sale()[:40], language=language, source=source)
    far = clock.today().replace(year=9999)
    return sorted(found, key=lambda each: each.next.day if each.next else far)[:most]


def products_of(campaign: Campaign, *, language: str, source: str = "") -> list[catalogue.Card]:
    """Return what a campaign invites to: the products its pieces lead to, then its area's."""
    led = set(
        Piece.objects.filter(action__campaign=campaign, product__isnull=False).values_list(
            "product_id", flat=True
        )
    )
    found = list(catalogue.on_sale(campaign.area)[:40])
    others = catalogue.on_sale(goods=None).filter(pk__in=led)
    found += list(others.exclude(pk__in=[each.pk for each in found]))
    found.sort(key=lambda each: each.pk not in led)
    return catalogue.cards(found[:12], language=language, source=source)


def mini_sites(campaign: Campaign, language: str) -> list[Page]:
    """Return a campaign's mini-sites for the readers of a language."""
    found = Page.objects.live().filter(minisite__campaign=campaign)
    return list(
        found.filter(locale__language_code=code(written_for(language))).select_related("locale")
    )


def themes() -> list[tuple[str, str]]:
    """Return the themes: key and name in the language of the page."""
    return [
        ("art", _("Art and culture")),
        ("unesco", _("Unesco sites")),
        ("outdoor", _("Outdoors")),
        ("slow", _("Slow travel")),
        ("spa", _("Springs and wellness")),
        ("villages", _("Villages")),
        ("food", _("Food and wine")),
        ("crafts", _("Crafts")),
    ]


def landing(piece: Piece, language: str) -> str:
    """Return the path of the page that a piece leads to, in a language."""
    if piece.product:
        return catalogue.shown_at(piece.product, language=language)
    if piece.page:
        return page_path(piece.page, language)
    if piece.area:
        return catalogue.address("offer:area", piece.area.slug, language=language)
    return catalogue.address("offer:catalogue", language=language)


def landing_of(source: "Source", language: str) -> str:
    """Return the path that a source code leads to, whatever it was issued for.

    Pieces are ours; the sign that an operator prints names its product.
    """
    piece = piece_of(source.code)
    if piece:
        return landing(piece, language)
    kind, _, key = source.subject.partition(":")
    if kind in {"product", "place", "area"} and key:
        slug = _slug(kind, key)
        if slug:
            return catalogue.address(f"offer:{kind}", slug, language=language)
    return list_path(language)


def _slug(kind: str, key: str) -> str:
    if not key.isdigit():
        return key
    product = catalogue.on_sale().filter(pk=key).first() if kind == "product" else None
    return product.slug if product else ""


def list_path(language: str) -> str:
    """Return the path of the campaign list in a language."""
    return catalogue.address("publish-pages:campaigns", language=language)


def page_path(page: Page, language: str) -> str:
    """Return the path of a page in a language, or in its own if it isn't translated."""
    locale = Locale.objects.filter(language_code=code(written_for(language))).first()
    translated = locale and page.get_translation_or_none(locale)
    shown = translated if translated and translated.live else page
    with override(code(language)):  # Wagtail keeps to it if the page is for its readers.
        return shown.url or reverse("publish-pages:campaigns")


def subscribers() -> dict[str, dict[str, int]]:
    """Return how many subscribers there are, by the language of their letters and state."""
    rows = Subscriber.objects.order_by("language").values("language", "state")
    found: dict[str, dict[str, int]] = {}
    for row in rows.annotate(n=Count("pk")):
        counts = found.setdefault(written_for(row["language"]), {})
        counts[row["state"]] = counts.get(row["state"], 0) + row["n"]
    return found


def paused() -> Outgoing | None:
    """Return the switch that stops everything from going out, if it is on."""
    return Outgoing.objects.filter(paused=True).first()


def areas(user: "User") -> QuerySet[Any]:
    """Return the areas that somebody promotes, with what lies in them."""
    found = apps.get_model("territory", "Area").objects.order_by("name")
    if user.is_superuser:
        return found
    held = user.memberships.filter(area__isnull=False).values("area")
    return found.filter(
        Q(pk__in=held) | Q(parent__in=held) | Q(parent__parent__in=held)
    ).distinct()


def written(campaign: Campaign) -> dict[tuple[str, str], str]:
    """Return the texts of a campaign by field and language, without any fallback."""
    found = {}
    for tag in WRITTEN_TAGS:
        for (_pk, field), said in catalogue.texts([campaign], tag).items():
            if said.language == tag:
                found[field, tag] = said.value
    return found


def landing_pages() -> QuerySet[Page]:
    """Return the pages of the first language that a piece may lead to."""
    return Page.objects.live().filter(depth__gt=1, locale__language_code=code(DEFAULT))


def landing_products() -> QuerySet[Any]:
    """Return the products that a piece may lead to: what one goes to, and goods."""
    return catalogue.on_sale(goods=None)


def landing_areas() -> QuerySet[Any]:
    """Return the areas that a piece may lead to."""
    return territory.ambiti()


def channel_choices() -> list[tuple[str, str]]:
    """Return the channels with their proof beside their names."""
    return [(each.key, f"{each.name} – {proof_words(each.proof)}") for each in channels()]


def channels() -> list[ChannelSpec]:
    """Return what each installed channel says of itself, its proof among it."""
    return [each.spec for each in registry.installed().values()]


def proof_words(proof: str) -> str:
    """Return how far a channel has been shown to work, in words."""
    return {
        Proof.VECTOR: _("proved by the vendor's own test cases"),
        Proof.PEER: _("proved against independent software"),
        Proof.VENDOR_SPEC: _("obeys the vendor's written description"),
        Proof.SIMULATOR: _("tried on our own simulator only"),
        Proof.NONE: _("not proved"),
    }[Proof(proof)]


def _within(area: "Area") -> Q:
    return (
        Q(area=area)
        | Q(area__parent=area)
        | Q(area__parent__parent=area)
        | Q(area__parent__parent__parent=area)
    )
