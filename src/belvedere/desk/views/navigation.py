"""The navigation of the desk: the loop in its words, for the roles that somebody holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, zip_longest

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from belvedere.desk.rules import EDITORS, FLOW_READERS, REVIEWERS, STAFF
from belvedere.publish.queries import EDITS

FOOT = 5
# What each role opens most, in that order; the roles in the order in which their turn comes.
MOST_USED = {
    "operator": ("today", "scan", "experiences", "selling"),
    "head": ("home", "heads", "plans", "results"),
    "promotion": ("home", "plans", "campaigns", "results"),
    "editor": ("home", "proposals", "translations", "campaigns"),
    "analyst": ("home", "results", "markets", "flows"),
}


@dataclass(frozen=True)
class Place:
    """One place to go to: its address by name, who may go there, and what it is called."""

    name: str
    roles: tuple[str, ...]
    icon: str
    label: Promise

    @property
    def url(self) -> str:
        """Return the address in the language of the page."""
        return reverse(self.name)

    @property
    def key(self) -> str:
        """Return the short name that `MOST_USED` knows."""
        return self.name.rpartition(":")[2] if self.name != CAMPAIGNS else "campaigns"


CAMPAIGNS = "wagtailsnippets_publish_campaign:list"
HOME = Place("desk:home", STAFF, "home", pgettext_lazy("desk", "Home"))
LOOP: tuple[tuple[Promise, tuple[Place, ...]], ...] = (
    (
        pgettext_lazy("loop", "Plan"),
        (
            Place("desk:plans", STAFF, "walk", pgettext_lazy("desk", "Plans")),
            Place("desk:labs", STAFF, "star", pgettext_lazy("desk", "Labs")),
            Place("desk:agreements", STAFF, "heart", _("Agreements")),
        ),
    ),
    (
        pgettext_lazy("loop", "Publish"),
        (
            Place(CAMPAIGNS, EDITS, "share", _("Campaigns")),
            Place("desk:translations", EDITORS, "globe", _("Translations")),
        ),
    ),
    (
        pgettext_lazy("loop", "Sell"),
        (
            Place("desk:proposals", EDITORS, "edit", _("Proposals")),
            Place("desk:packages", EDITORS, "heart", pgettext_lazy("desk", "Packages")),
            Place("desk:invitations", EDITORS, "people", _("Invitations")),
            Place("desk:discounts", REVIEWERS, "ticket", _("Discounts")),
            Place("desk:sellers", REVIEWERS, "euro-note", _("Sellers")),
            Place("desk:today", ("operator",), "calendar", pgettext_lazy("desk", "Today")),
            Place("desk:scan", ("operator",), "scan", pgettext_lazy("desk", "Scan")),
            Place("desk:experiences", ("operator",), "ticket", _("Experiences")),
            Place("desk:selling", ("operator",), "euro-note", pgettext_lazy("desk", "Goods")),
            Place("desk:statement", ("operator",), "euro", pgettext_lazy("desk", "Money")),
            Place("desk:payouts", ("head",), "euro-note", _("Payouts")),
            Place("desk:refunds", ("head",), "euro", _("Refunds")),
        ),
    ),
    (
        pgettext_lazy("loop", "Measure"),
        (
            Place("desk:results", STAFF, "chart", pgettext_lazy("desk", "Results")),
            Place("desk:markets", STAFF, "map", pgettext_lazy("desk", "Markets")),
            Place("desk:heads", STAFF, "euro", pgettext_lazy("desk", "The year")),
            Place("desk:flows", FLOW_READERS, "bed", pgettext_lazy("tourism", "Flows")),
        ),
    ),
)


@dataclass(frozen=True)
class Link:
    """A place as one page shows it.

    Attributes:
        place: Where it leads.
        current: What `aria-current` says: "page" here, "true" on a page below, else empty.

    """

    place: Place
    current: str


@dataclass(frozen=True)
class Group:
    """The places of one step of the loop; home, and a group by itself, have no label."""

    label: Promise | str
    links: tuple[Link, ...]

    @property
    def current(self) -> bool:
        """Say whether the page is one of them."""
        return any(each.current for each in self.links)


@dataclass(frozen=True)
class Navigation:
    """Everything that somebody may open.

    Attributes:
        groups: All of it, in the order of the loop.
        foot: What stands under the thumb on a phone: all of it if it is little, else what
            the roles use most, beside "More".

    """

    groups: tuple[Group, ...]
    foot: tuple[Link, ...]

    @property
    def more(self) -> bool:
        """Say whether there is more than stands at the foot."""
        return len(self.foot) < sum(len(each.links) for each in self.groups)

    @property
    def elsewhere(self) -> bool:
        """Say whether the page is one that "More" leads to."""
        return any(each.current for each in self.groups) and not any(
            each.current for each in self.foot
        )


def navigation(path: str, held: set[str]) -> Navigation:
    """Return where somebody with these roles may go from the page at a path."""
    known = {
        each.key: Link(each, _current(path, each))
        for each in (HOME, *chain.from_iterable(places for _label, places in LOOP))
        if held & set(each.roles)
    }
    steps: tuple[tuple[Promise | str, tuple[Place, ...]], ...] = (("", (HOME,)), *LOOP)
    groups = (
        Group(label, tuple(known[each.key] for each in places if each.key in known))
        for label, places in steps
    )
    filled = [each for each in groups if each.links]
    if len(filled) == 1:
        filled = [Group("", filled[0].links)]  # One group needs no heading.
    foot = known if len(known) <= FOOT else _most_used(held)[: FOOT - 1]
    return Navigation(tuple(filled), tuple(known[key] for key in foot))


def _most_used(held: Iterable[str]) -> list[str]:
    """Let the roles choose in turn, so that each finds its first ones."""
    turns = zip_longest(*(keys for role, keys in MOST_USED.items() if role in held))
    return [key for key in dict.fromkeys(chain.from_iterable(turns)) if key]


def _current(path: str, place: Place) -> str:
    url = place.url
    if path == url:
        return "page"
    return "true" if place is not HOME and path.startswith(url) else ""
