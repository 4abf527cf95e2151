"""The site's own pages: languages, home pages, translations, mini-sites."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from wagtail.models import Locale, Page, Site
from wagtail_localize.models import (
    StringTranslation,
    Translation,
    TranslationContext,
    TranslationSource,
)

from belvedere.offer import queries as catalogue
from belvedere.publish import sample
from belvedere.publish.models import Campaign, HomePage, MiniSite
from belvedere.publish.welcome import WELCOME
from belvedere.shared.languages import DEFAULT, WRITTEN, code
from belvedere.territory import queries as territory


@transaction.atomic
def seed_site() -> HomePage:
    """Make the site's languages, its home page in each of them, and Wagtail's Site.

    May be called at every start: what exists stays as its editors left it; only the site's
    address follows the settings.
    """
    for each in WRITTEN:
        Locale.objects.get_or_create(language_code=each.code)
    root = Page.get_first_root_node() or Page.add_root(title="Root", slug="root")
    _take_away_the_empty()
    home: HomePage | None = HomePage.objects.filter(locale__language_code=code(DEFAULT)).first()
    if home is None:
        home = HomePage(slug="belvedere", locale=_locale(DEFAULT), **WELCOME[DEFAULT])
        root.add_child(instance=home)
        home.save_revision().publish()
    _site_at(home)
    _take_away_the_samples(root)
    for language, words in WELCOME.items():
        if language != DEFAULT and not home.has_translation(_locale(language)):
            strings = {WELCOME[DEFAULT][field]: words[field] for field in words}
            translate(home, language, {**strings, home.slug: f"belvedere-{code(language)}"})
    return home


def _site_at(home: HomePage) -> None:
    """Let the site's address be the one in the settings."""
    address = urlsplit(settings.PUBLIC_URL)
    port = address.port or (443 if address.scheme == "https" else 80)
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={
            "hostname": address.hostname or "localhost",
            "port": port,
            "site_name": settings.WAGTAIL_SITE_NAME,
            "root_page": home,
        },
    )
    Site.clear_site_root_paths_cache()


def _take_away_the_empty() -> None:
    """Delete pages whose content is gone, as after a demo that began again."""
    for kind in (MiniSite, HomePage):
        pages = Page.objects.exact_type(kind)
        for page in pages.exclude(pk__in=kind.objects.values("pk")):
            whole = kind(page_ptr_id=page.pk)
            whole.__dict__.update({**page.__dict__, "page_ptr_id": page.pk})
            whole.save_base(raw=True)  # Wagtail deletes only what is whole.
            whole.delete()


def _take_away_the_samples(root: Page) -> None:
    """Delete the page with which Wagtail greets a new installation."""
    for page in root.get_children().exact_type(Page):
        if page.numchild == 0 and page.title.startswith("Welcome to your new Wagtail"):
            page.delete()


@transaction.atomic
def create_mini_site(
    *,
    title: str,
    lead: str = "",
    body: Sequence[Mapping[str, Any]] = (),
    slug: str = "",
    theme: str = "slow",
    area_id: int | None = None,
    campaign_id: int | None = None,
    picture_id: int | None = None,
    words: Mapping[str, Mapping[str, str]] | None = None,
) -> MiniSite:
    """Publish a mini-site in the first language, and its translations.

    Args:
        title: Its title.
        lead: The opening words.
        body: Blocks as `{"type": …, "value": …}`, of `blocks.BODY`.
        slug: Its address; made from the title when empty.
        theme: Theme whose illustration it wears.
        area_id: Key of the area that it is about.
        campaign_id: Key of the campaign that it belongs to.
        picture_id: Key of its picture.
        words: By language tag, what each string of it reads in that language.

    """
    home = seed_site()
    page: MiniSite = MiniSite(
        title=title,
        lead=lead,
        theme=theme,
        area_id=area_id,
        campaign_id=campaign_id,
        picture_id=picture_id,
        locale=home.locale,
        **({"slug": slug} if slug else {}),
    )
    kinds = MiniSite.body.field.stream_block.child_blocks
    # As values, not as raw data: only so does every item of a list get the id by which its
    # translation finds it.
    page.body = [(each["type"], kinds[each["type"]].to_python(each["value"])) for each in body]
    home.add_child(instance=page)
    page.save_revision().publish()
    page = MiniSite.objects.get(pk=page.pk)
    for language, strings in (words or {}).items():
        translate(page, language, strings)
    return page


@transaction.atomic
def seed_mini_site(campaign: Campaign) -> MiniSite:
    """Publish the sample mini-site of a campaign, in three languages, unless it is there."""
    found: MiniSite | None = MiniSite.objects.filter(slug=sample.SLUG).first()
    if found:
        return found
    products = catalogue.on_sale(campaign.area).values_list("slug", flat=True)[:3]
    worth = territory.places(campaign.area).filter(kind__in=sample.PLACES)
    places = worth.values_list("slug", flat=True)[:6]
    return create_mini_site(
        title=sample.TITLE,
        lead=sample.LEAD,
        slug=sample.SLUG,
        body=sample.body(list(products), list(places)),
        theme=campaign.theme,
        area_id=campaign.area_id,
        campaign_id=campaign.pk,
        words=sample.WORDS,
    )


@transaction.atomic
def translate(page: Page, language: str, words: Mapping[str, str]) -> Page:
    """Publish a page in another language, so that editors find it in the translation editor.

    Args:
        page: The page, published.
        language: BCP 47 of the translation.
        words: What each string of the page reads in it; what is missing stays as it is.

    Returns:
        The translated page.

    """
    locale = _locale(language)
    source, _ = TranslationSource.update_or_create_from_instance(page)
    translation, _ = Translation.objects.get_or_create(
        source=source, target_locale=locale, defaults={"enabled": True}
    )
    for segment in source.stringsegment_set.select_related("string", "context"):
        if segment.string.data in words:
            _keep(segment.string, segment.context, locale, words[segment.string.data])
    translation.save_target(publish=False)
    translated = page.get_translation(locale)
    translated.get_latest_revision().publish()
    return page.get_translation(locale)


def _keep(string: Any, context: TranslationContext, locale: Locale, value: str) -> None:
    StringTranslation.objects.update_or_create(
        translation_of=string,
        locale=locale,
        context=context,
        defaults={
            "data": value,
            "translation_type": StringTranslation.TRANSLATION_TYPE_MANUAL,
        },
    )


def _locale(language: str) -> Locale:
    return Locale.objects.get(language_code=code(language))
