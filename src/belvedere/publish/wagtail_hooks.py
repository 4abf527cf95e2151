"""Campaigns in Wagtail's admin: the work, its codes and papers, the channels."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.admin.widgets import ListingButton
from wagtail.permission_policies.base import BasePermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from belvedere.offer import queries as catalogue
from belvedere.publish import admin_views, queries
from belvedere.publish.forms import ActionForm, CampaignForm, PieceForm
from belvedere.publish.models import Action, Campaign, Piece
from belvedere.publish.services.people import EDITS
from belvedere.territory import queries as territory


def campaign_of(thing: Any) -> int:
    """Return the key of the campaign that an action or a piece belongs to, or its own."""
    if isinstance(thing, Piece):
        thing = thing.action
    return int(thing.campaign_id if isinstance(thing, Action) else thing.pk)


def promotes(user: Any) -> bool:
    """Say whether somebody promotes anything, asked once a request: lists ask for each row."""
    if not hasattr(user, "_promotes"):
        user._promotes = bool(user.is_superuser or territory.can(user, *EDITS))
    return bool(user._promotes)


def promoted_by(user: Any) -> set[int]:
    """Return the keys of the campaigns that somebody may change, asked once a request."""
    if not hasattr(user, "_promoted"):
        user._promoted = set(queries.promoted_by(user).values_list("pk", flat=True))
    found: set[int] = user._promoted
    return found


class ByRole(BasePermissionPolicy):
    """Who promotes an area adds and changes its campaigns; nobody deletes what had codes."""

    actions = frozenset({"add", "change", "view"})

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Say whether somebody may do it somewhere."""
        return action in self.actions and promotes(user)

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        """Say whether somebody may do one of these somewhere."""
        return any(self.user_has_permission(user, each) for each in actions)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """Say whether somebody may do it to this one."""
        return action in self.actions and campaign_of(instance) in promoted_by(user)

    def users_with_any_permission(self, actions: Iterable[str]) -> Any:
        """Return who promotes anything."""
        return get_user_model().objects.filter(memberships__role__in=EDITS).distinct()


for each in (Campaign, Action, Piece):
    register_permission_policy(each, ByRole(each))


class ByForm(SnippetViewSet):
    """What the three lists share: the form has its fields in order, without panels."""

    copy_view_enabled = False
    inspect_view_enabled = False
    form: Any = None

    def get_form_class(self, for_update: bool = False) -> Any:
        """Return the form that saves by our services."""
        return self.form

    def get_edit_handler(self) -> None:
        """Return no panels."""
        return

    def register_model_check(self) -> None:
        """Check no panels: there are none."""


class CampaignViewSet(ByForm):
    """Campaigns with their texts in every language."""

    model = Campaign
    form = CampaignForm
    icon = "pick"
    list_display = ["__str__", "area", "market", "state", "starts_on", "ends_on"]
    list_filter = ["state", "market"]
    search_fields = ["slug", "goal"]

    def get_queryset(self, request: Any) -> Any:
        """Return the campaigns that somebody may see."""
        return catalogue.titled(queries.visible_to(request.user))


class ActionViewSet(ByForm):
    """Actions with their cost."""

    model = Action
    form = ActionForm
    icon = "list-ul"
    list_display = ["title", "campaign", "kind", "planned_on", "done_on"]
    list_filter = ["kind", "campaign"]
    search_fields = ["title"]

    def get_queryset(self, request: Any) -> Any:
        """Return the actions that somebody may see."""
        return queries.actions(request.user)


class PieceViewSet(ByForm):
    """Pieces with their codes; their life is on a page of its own."""

    model = Piece
    form = PieceForm
    icon = "doc-full"
    list_display = ["title", "action", "language", "state"]
    list_filter = ["state", "language"]
    search_fields = ["title", "text"]

    def get_queryset(self, request: Any) -> Any:
        """Return the pieces that somebody may see."""
        return Piece.objects.filter(
            action__campaign__in=queries.visible_to(request.user)
        ).select_related("action")


register_snippet(CampaignViewSet)
register_snippet(ActionViewSet)
register_snippet(PieceViewSet)


@hooks.register("register_snippet_listing_buttons")
def life_button(
    snippet: Any, user: Any, next_url: str | None = None
) -> Iterable[ListingButton]:
    """Lead from the list to the page of a piece's life, codes and papers."""
    if isinstance(snippet, Piece):
        yield ListingButton(
            _("Codes, paper, sending"),
            reverse("publish_admin:piece", args=[snippet.pk]),
            icon_name="arrow-right",
            priority=20,
        )


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLResolver]:
    """Add our pages to the admin."""
    pages = [
        path("piece/<int:pk>/", admin_views.piece, name="piece"),
        path(
            "piece/<int:pk>/<str:code>/<str:language>/<str:size>.pdf",
            admin_views.poster,
            name="poster",
        ),
        path("piece/<int:pk>/<str:code>.png", admin_views.code_image, name="code"),
        path("outgoing/", admin_views.outgoing, name="outgoing"),
    ]
    return [path("campaigns/", include((pages, "publish_admin")))]


class PromotersItem(MenuItem):
    """An entry that is seen by who promotes."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Say whether it is shown."""
        return promotes(request.user)


@hooks.register("register_admin_menu_item")
def menu() -> MenuItem:
    """Add the menu of campaigns."""
    entries = (
        (_("Campaigns"), "wagtailsnippets_publish_campaign:list", "pick"),
        (_("Actions"), "wagtailsnippets_publish_action:list", "list-ul"),
        (_("Pieces"), "wagtailsnippets_publish_piece:list", "doc-full"),
        (_("Channels and newsletter"), "publish_admin:outgoing", "mail"),
    )
    items = [
        PromotersItem(label, reverse(name), icon_name=icon, order=number)
        for number, (label, name, icon) in enumerate(entries)
    ]
    return SubmenuMenuItem(_("Campaigns"), Menu(items=items), icon_name="pick", order=160)
