"""The two kinds of page that editors write: the home page, and the mini-sites."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from belvedere.journal.rules import touch
from belvedere.publish import queries
from belvedere.publish.blocks import BODY
from belvedere.shared import clock
from belvedere.shared.languages import TAGS, code, tag, written


def given_source(request: HttpRequest) -> str:
    """Return the source token that a visitor brought, if it has the shape of one."""
    given = request.GET.get("s", "")
    return given if given and touch(given, clock.now()) else ""


def alternates(page: Page) -> list[tuple[str, str]]:
    """Return the languages that a page can be read in, with their paths.

    The frame speaks more languages than editors write: there it stands around the words that
    its readers are given.
    """
    live = page.get_translations(inclusive=True).live().select_related("locale")
    by_tag = {tag(each.locale.language_code): each for each in live}
    found = []
    for each in TAGS:
        if shown := by_tag.get(written(each)):
            with override(code(each)):
                found.append((each, shown.url or ""))
    return found


class HomePage(Page):
    """The front door: the region, its themes, what can be booked next, what is on."""

    lead = models.TextField(_("opening words"), blank=True)
    body = StreamField(BODY, blank=True, verbose_name=_("more, under the rest"))

    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["publish.MiniSite"]
    template = "publish/home_page.html"

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add what the page shows of the other stages."""
        language, source = tag(get_language() or ""), given_source(request)
        return {
            **super().get_context(request, *args, **kwargs),
            "alternates": alternates(self),
            "words_in": tag(self.locale.language_code),
            "cards": queries.front(language=language, source=source),
            "running": queries.cards(queries.running()[:4], language=language),
            "themes": queries.themes(),
        }


class MiniSite(Page):
    """A page for one market, one quarter or one idea, made of blocks, in several languages."""

    lead = models.TextField(_("opening words"), blank=True)
    theme = models.CharField(_("illustration"), max_length=10, default="slow")
    picture = models.ForeignKey(
        "offer.Picture",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("picture"),
    )
    area = models.ForeignKey(
        "territory.Area",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("area"),
    )
    campaign = models.ForeignKey(
        "publish.Campaign",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("campaign"),
    )
    body = StreamField(BODY, blank=True, verbose_name=_("content"))

    content_panels = [
        *Page.content_panels,
        FieldPanel("lead"),
        FieldPanel("theme"),
        FieldPanel("picture"),
        FieldPanel("area"),
        FieldPanel("campaign"),
        FieldPanel("body"),
    ]
    parent_page_types = ["publish.HomePage"]
    subpage_types: list[str] = []
    template = "publish/mini_site.html"

    class Meta:
        verbose_name = _("mini-site")
        verbose_name_plural = _("mini-sites")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the page's other languages, and its own."""
        return {
            **super().get_context(request, *args, **kwargs),
            "alternates": alternates(self),
            "words_in": tag(self.locale.language_code),
        }
