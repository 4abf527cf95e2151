"""The sale in Wagtail's admin: to be looked at by who minds the installation, not edited.

Buyers' names are not listed here. Changing a state by hand would make counters, orders and
facts disagree; the verbs in `services` are the only way.
"""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from belvedere.sell import admin_views
from belvedere.sell.models import Allotment, Carrier, Order, Payment, Rate, Refund, Reseller


class OnlyLooking(ModelPermissionPolicy):
    """Superusers may look; nobody may add, change or delete."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Say whether somebody may do something."""
        return action == "view" and user.is_active and user.is_superuser

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """Say whether somebody may do one of some things."""
        return any(self.user_has_permission(user, each) for each in actions)


for _model in (Allotment, Order, Payment, Refund, Reseller):
    register_permission_policy(_model, OnlyLooking(_model))


class AllotmentViewSet(SnippetViewSet):
    """How many places there are."""

    model = Allotment
    icon = "date"
    menu_label = _("Places on sale")
    list_display = ["product", "day", "start", "capacity", "taken"]
    list_filter = ["day"]
    inspect_view_enabled = True


class OrderViewSet(SnippetViewSet):
    """Orders, without who bought."""

    model = Order
    icon = "form"
    menu_label = _("Orders")
    list_display = ["__str__", "state", "money", "created_at"]
    list_filter = ["state", "money"]
    inspect_view_enabled = True
    inspect_view_fields = [
        "number",
        "state",
        "money",
        "total_minor",
        "discount",
        "discount_minor",
        "currency",
        "source",
        "market",
        "created_at",
        "confirmed_at",
        "cancelled_at",
    ]


class PaymentViewSet(SnippetViewSet):
    """Payments, those first that wait for a person."""

    model = Payment
    icon = "tick"
    menu_label = _("Payments")
    list_display = ["__str__", "order", "provider", "state", "problem", "created_at"]
    list_filter = ["state", "problem", "provider"]
    inspect_view_enabled = True


class RefundViewSet(SnippetViewSet):
    """Refunds on their way."""

    model = Refund
    icon = "undo"
    menu_label = _("Refunds")
    list_display = ["__str__", "payment", "state", "reason", "amount_minor", "requested_at"]
    list_filter = ["state", "reason"]
    inspect_view_enabled = True


class CarrierViewSet(SnippetViewSet):
    """Who carries parcels; this and its rates may be changed here."""

    model = Carrier
    icon = "site"
    menu_label = _("Carriers")
    list_display = ["name", "is_sample"]


class RateViewSet(SnippetViewSet):
    """What carriers ask: countries of ISO 3166 and steps of weight, as JSON."""

    model = Rate
    icon = "list-ol"
    menu_label = _("Rates of carriers")
    list_display = ["__str__", "min_hours", "max_hours", "tracked"]
    list_filter = ["carrier"]


class WaysItem(MenuItem):
    """An entry that is seen by who minds the installation."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Say whether it is shown."""
        return bool(request.user.is_superuser)


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    """Add the page of the ways to pay."""
    return [path("ways-to-pay/", admin_views.ways, name="sell_ways")]


class ResellerViewSet(SnippetViewSet):
    """Who books by OCTO. Tokens are made by `belvedere octo_token` and shown nowhere."""

    model = Reseller
    icon = "link"
    menu_label = _("Resellers")
    list_display = ["name", "operator", "source", "active", "created_at"]
    list_filter = ["active"]
    inspect_view_enabled = True
    inspect_view_fields = ["name", "operator", "source", "active", "created_at"]


class SalesGroup(SnippetViewSetGroup):
    """Everything of the sale under one heading."""

    items = (
        AllotmentViewSet,
        OrderViewSet,
        PaymentViewSet,
        RefundViewSet,
        ResellerViewSet,
        CarrierViewSet,
        RateViewSet,
    )
    menu_label = _("Sales")
    menu_icon = "tasks"
    menu_order = 400

    def get_submenu_items(self) -> list[MenuItem]:
        """Add the page of the ways to pay, which is no list of rows."""
        item = WaysItem(_("Ways to pay"), reverse("sell_ways"), icon_name="key", order=900)
        return [*super().get_submenu_items(), item]


register_snippet(SalesGroup)
