"""The territory in Wagtail's admin: where and who, and the names that wait for approval."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.admin.widgets import ListingButton
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import (
    DeleteView,
    EditView,
    HistoryView,
    SnippetViewSet,
    SnippetViewSetGroup,
    UsageView,
)

from belvedere.territory import admin_views, queries
from belvedere.territory.models import Area, Municipality, Name, Operator, Partner, Place
from belvedere.territory.services.approve_names import approve_names
from belvedere.territory.services.draw import draw_maps


class InTheirAreas(ModelPermissionPolicy):
    """The rights of the role, and only for the operators of one's own areas."""

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """Say whether somebody may do it to this operator."""
        return self.user_has_permission(user, action) and queries.can(
            user, *queries.STAFF, area=instance.area
        )


register_permission_policy(Operator, InTheirAreas(Operator))


class OfTheirAreas:
    """Hides operators of other areas; Wagtail asks about an object for buttons only."""

    request: HttpRequest

    def get_object(self, *args: Any, **kwargs: Any) -> Operator:
        """Return the operator, if somebody may see it."""
        found: Operator = super().get_object(*args, **kwargs)  # type: ignore[misc]
        if not queries.visible_to(self.request.user).operators.filter(pk=found.pk).exists():
            raise Http404
        return found


class OperatorEdit(OfTheirAreas, EditView):
    """Changing an operator."""


class OperatorDelete(OfTheirAreas, DeleteView):
    """Deleting an operator."""


class OperatorHistory(OfTheirAreas, HistoryView):
    """What was changed of an operator."""


class OperatorUsage(OfTheirAreas, UsageView):
    """What refers to an operator."""


class AreaViewSet(SnippetViewSet):
    """Areas of every kind, former ones too."""

    model = Area
    icon = "site"
    menu_label = _("Areas")
    list_display = ["name", "kind", "parent", "code", "valid_to"]
    list_filter = ["kind"]
    search_fields = ["name", "slug", "code"]
    ordering = ["kind", "name"]
    copy_view_enabled = False
    panels = [
        FieldPanel("name"),
        FieldPanel("kind", read_only=True),
        FieldPanel("parent", read_only=True),
        MultiFieldPanel(
            [
                FieldPanel("code"),
                FieldPanel("code_system"),
                FieldPanel("valid_from"),
                FieldPanel("valid_to"),
            ],
            heading=_("Codes and validity"),
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return them with the areas they lie in, in one query."""
        return self.model._default_manager.select_related("parent")


class MunicipalityViewSet(SnippetViewSet):
    """Municipalities, those merged away too."""

    model = Municipality
    icon = "home"
    menu_label = _("Municipalities")
    list_display = ["name", "code", "province", "valid_to"]
    list_filter = ["province"]
    search_fields = ["name", "code"]
    copy_view_enabled = False
    panels = [
        FieldPanel("name"),
        FieldPanel("code", read_only=True),
        FieldPanel("province", read_only=True),
        MultiFieldPanel(
            [FieldPanel("latitude"), FieldPanel("longitude"), FieldPanel("seat_source")],
            heading=_("Seat"),
        ),
        FieldPanel("valid_from"),
        FieldPanel("valid_to"),
        FieldPanel("merged_into", read_only=True),
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return them with their provinces, in one query."""
        return self.model._default_manager.select_related("province")


class PlaceViewSet(SnippetViewSet):
    """Places to see or to go to."""

    model = Place
    icon = "view"
    menu_label = _("Places")
    list_display = ["name", "kind", "municipality", "shown"]
    list_filter = ["kind", "shown"]
    search_fields = ["name", "slug", "wikidata_id"]
    copy_view_enabled = False
    panels = [
        FieldPanel("name"),
        FieldPanel("slug"),
        FieldPanel("kind"),
        FieldPanel("municipality"),
        FieldPanel("latitude"),
        FieldPanel("longitude"),
        FieldPanel("website"),
        FieldPanel("wikidata_id"),
        FieldPanel("provider"),
        FieldPanel("licence"),
        FieldPanel("shown"),
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return them with their municipalities, in one query."""
        return self.model._default_manager.select_related("municipality")


class NameViewSet(SnippetViewSet):
    """Names in other languages, with those that wait for approval."""

    model = Name
    icon = "globe"
    menu_label = _("Names to approve")
    menu_name = "names"
    list_display = ["value", "gloss", "language", "status", "source"]
    list_filter = ["status", "language"]
    search_fields = ["value", "gloss"]
    copy_view_enabled = False
    panels = [
        FieldPanel("area", read_only=True),
        FieldPanel("municipality", read_only=True),
        FieldPanel("place", read_only=True),
        FieldPanel("language"),
        FieldPanel("value"),
        FieldPanel("gloss"),
        FieldPanel("source"),
        FieldPanel("status"),
    ]


class OperatorViewSet(SnippetViewSet):
    """Operators of the areas that one is responsible for."""

    model = Operator
    icon = "group"
    menu_label = _("Operators")
    list_display = ["name", "area", "municipality", "is_demo"]
    list_filter = ["area"]
    search_fields = ["name", "slug"]
    copy_view_enabled = False
    edit_view_class = OperatorEdit
    delete_view_class = OperatorDelete
    history_view_class = OperatorHistory
    usage_view_class = OperatorUsage
    panels = [
        FieldPanel("name"),
        FieldPanel("slug"),
        FieldPanel("area"),
        FieldPanel("municipality"),
        FieldPanel("email"),
        FieldPanel("phone"),
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the operators that somebody may see."""
        return queries.visible_to(request.user).operators.select_related("area", "municipality")


class PartnerViewSet(SnippetViewSet):
    """Organisations that the agency works with."""

    model = Partner
    icon = "link"
    menu_label = _("Partners")
    list_display = ["name", "country", "website"]
    search_fields = ["name", "country"]
    panels = [FieldPanel("name"), FieldPanel("country"), FieldPanel("website")]


class TerritoryGroup(SnippetViewSetGroup):
    """The territory's part of the menu."""

    items = (
        AreaViewSet,
        MunicipalityViewSet,
        PlaceViewSet,
        NameViewSet,
        OperatorViewSet,
        PartnerViewSet,
    )
    menu_label = _("Territory")
    menu_icon = "site"
    menu_order = 150


register_snippet(TerritoryGroup)


@hooks.register("register_bulk_action")
class ApproveNames(SnippetBulkAction):
    """Approving many names at once."""

    models = [Name]
    display_name = _("Approve")
    action_type = "approve"
    aria_label = _("Approve the selected names")
    template_name = "territory/admin/confirm_approve.html"
    action_priority = 10

    def check_perm(self, name: Name) -> bool:
        """Say whether somebody may approve."""
        return self.permission_policy.user_has_permission_for_instance(
            self.request.user, "change", name
        )

    @classmethod
    def execute_action(cls, objects: Any, user: Any = None, **kwargs: Any) -> tuple[int, int]:
        """Approve them."""
        return approve_names([each.pk for each in objects]), 0

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        """Say how many names were approved."""
        return ngettext(
            "%(count)d name has been approved.",
            "%(count)d names have been approved.",
            num_parent_objects,
        ) % {"count": num_parent_objects}


@hooks.register("after_edit_snippet")
def redraw(request: HttpRequest, instance: Any) -> HttpResponse | None:
    """Draw the maps anew when a municipality was changed."""
    if isinstance(instance, Municipality):
        draw_maps()
    return None


@hooks.register("register_snippet_listing_buttons")
def invite_button(snippet: Any, user: Any, next_url: str | None = None) -> Any:
    """Put an invitation beside each operator that somebody may invite."""
    if isinstance(snippet, Operator) and admin_views.may_invite(user, snippet):
        yield ListingButton(
            _("Invite"), reverse("territory_invite", args=[snippet.pk]), priority=20
        )


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    """Add the page that invites."""
    return [
        path("territory/invite/<int:pk>/", admin_views.invite_operator, name="territory_invite")
    ]
