"""The catalogue in Wagtail's admin: products, missing translations, quarantine, candidates."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets import ListingButton
from wagtail.permission_policies.base import BasePermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from belvedere.offer import admin_views, queries
from belvedere.offer.forms import ProductForm
from belvedere.offer.models import Product
from belvedere.offer.services.approve import EDITORS
from belvedere.shared.languages import tag
from belvedere.territory import queries as territory
from belvedere.theme.templatetags.belvedere import money

if TYPE_CHECKING:
    from belvedere.territory.models import User


class ByRole(BasePermissionPolicy):
    """Editors add and change the products of their areas; nobody deletes what is sold."""

    actions = frozenset({"add", "change", "view"})

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Say whether somebody may do it somewhere."""
        return action in self.actions and territory.can(user, *EDITORS)

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        """Say whether somebody may do one of these somewhere."""
        return any(self.user_has_permission(user, each) for each in actions)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """Say whether somebody may do it to this product."""
        return action in self.actions and territory.can(
            user, *EDITORS, area=instance.operator.area
        )

    def users_with_any_permission(self, actions: Iterable[str]) -> Any:
        """Return the editors, wherever."""
        return get_user_model().objects.filter(memberships__role__in=EDITORS).distinct()


register_permission_policy(Product, ByRole(Product))


class ProductViewSet(SnippetViewSet):
    """Products with their texts in every language and their pictures."""

    model = Product
    icon = "tag"
    menu_label = _("Products")
    menu_name = "products"
    list_display = [
        "__str__",
        "operator",
        "theme",
        "state",
        Column(
            "price",
            label=_("Price"),
            accessor=lambda product: money(queries.price(product), tag(get_language() or "")),
            sort_key="price_minor",
        ),
    ]
    list_filter = ["state", "theme", "kind"]
    search_fields = ["slug", "meeting_point"]
    copy_view_enabled = False
    inspect_view_enabled = False

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the products that the editor may see."""
        return queries.titled(queries.visible_to(cast("User", request.user)))

    def get_form_class(self, for_update: bool = False) -> type[ProductForm]:
        """Return the form with a text field for each field and language."""
        return ProductForm

    def get_edit_handler(self) -> None:
        """Return no panels: the form has its fields in order."""
        return

    def register_model_check(self) -> None:
        """Check no panels: there are none."""


register_snippet(ProductViewSet)


@hooks.register("register_snippet_listing_buttons")
def decide_button(
    snippet: Any, user: AbstractBaseUser, next_url: str | None = None
) -> Iterable[ListingButton]:
    """Lead from the list to the page where an editor decides."""
    if isinstance(snippet, Product):
        proposed = snippet.state == Product.State.PROPOSED
        yield ListingButton(
            _("Approve or return") if proposed else _("On sale or not"),
            reverse("offer_admin:decide", args=[snippet.pk]),
            icon_name="check",
            priority=20,
        )


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLResolver]:
    """Add our pages to the admin."""
    pages = [
        path("decide/<int:pk>/", admin_views.decide, name="decide"),
        path("translations/", admin_views.translations, name="translations"),
        path("quarantine/", admin_views.quarantine, name="quarantine"),
        path("quarantine/<int:pk>/", admin_views.mend, name="mend"),
        path("candidates/", admin_views.candidates, name="candidates"),
    ]
    return [path("catalogue/", include((pages, "offer_admin")))]


class EditorsItem(MenuItem):
    """An entry that editors see."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Say whether it is shown."""
        return territory.can(request.user, *EDITORS)


@hooks.register("register_admin_menu_item")
def menu() -> MenuItem:
    """Add the catalogue's menu."""
    entries = (
        (_("Products"), "wagtailsnippets_offer_product:list", "tag"),
        (_("Missing translations"), "offer_admin:translations", "globe"),
        (_("Quarantine"), "offer_admin:quarantine", "warning"),
        (_("Possible doubles"), "offer_admin:candidates", "copy"),
    )
    items = [
        EditorsItem(label, reverse(name), icon_name=icon, order=number)
        for number, (label, name, icon) in enumerate(entries)
    ]
    return SubmenuMenuItem(_("Catalogue"), Menu(items=items), icon_name="list-ul", order=150)
