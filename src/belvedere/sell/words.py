"""Sentences of the sale: why not there, by when, why no discount, what to do to sell more."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override

from belvedere.sell.queries.taxes import Asked
from belvedere.sell.rules import world
from belvedere.sell.rules.discounts import NoDiscount, NotOff
from belvedere.sell.rules.parcels import Refusal, Why
from belvedere.sell.rules.sellers import Next
from belvedere.shared.languages import code
from belvedere.shared.money import Amount

_NOT_OFF: dict[NotOff, Promise] = {
    NotOff.UNKNOWN: gettext_lazy(
        "This is none of our codes. Check it, or leave the field empty to go on without it."
    ),
    NotOff.NOT_YET: gettext_lazy(
        "This code is not valid yet. Leave the field empty to go on without it."
    ),
    NotOff.OVER: gettext_lazy(
        "This code is no longer valid. Leave the field empty to go on without it."
    ),
    NotOff.USED_UP: gettext_lazy(
        "This code has been used up by others. Leave the field empty to go on without it."
    ),
    NotOff.OTHER: gettext_lazy(
        "This code is not for what you chose. Leave the field empty to go on without it."
    ),
    NotOff.TOO_LITTLE: gettext_lazy(
        "This code is for purchases of %(amount)s or more. Leave the field empty to go on"
        " without it."
    ),
}
_WHY: dict[Why, Promise] = {
    Why.UNKNOWN: gettext_lazy("Choose a country of the list."),
    Why.NO_POST: gettext_lazy("%(country)s: nobody delivers parcels there."),
    Why.RESTRICTED: gettext_lazy(
        "%(country)s: the European Union restricts what may be sent there, so we send nothing."
    ),
    Why.SPECIAL: gettext_lazy(
        "%(country)s: its taxes and customs are not those of the Union nor those of abroad."
        " We don't reckon them, so we don't send there yet."
    ),
    Why.APART: gettext_lazy(
        "This postcode has taxes of its own, unlike the rest of %(country)s. We don't reckon"
        " them, so we don't send there yet."
    ),
    Why.BULKY: gettext_lazy(
        "This is too bulky for a parcel. Collect it in person, or ask the maker for a quote."
    ),
    Why.NO_CARRIER: gettext_lazy("%(country)s: none of our carriers goes there yet."),
    Why.TOO_HEAVY: gettext_lazy(
        "%(country)s: too heavy for the carriers that go there. Fewer pieces may fit."
    ),
    Why.TOO_LARGE: gettext_lazy("%(country)s: too large for the carriers that go there."),
    Why.REDUCED_VAT: gettext_lazy(
        "%(country)s: this has a reduced VAT, which differs from country to country. We don't"
        " reckon it, so we send it in Italy and outside the Union only."
    ),
    Why.NO_CUSTOMS: gettext_lazy(
        "%(country)s: the maker has not written yet what customs ask for outside the Union."
    ),
}


def why(refusal: Refusal, language: str) -> str:
    """Return why something is not sent somewhere, for the buyer."""
    with override(code(language)):
        said = str(_WHY[refusal.why])
        return said % {"country": world.name(refusal.country, language)}


def not_off(refusal: NoDiscount, language: str) -> str:
    """Return why a discount is not given, and what the buyer can do."""
    minimum = Amount(refusal.minimum, refusal.currency).text(language)
    with override(code(language)):
        return str(_NOT_OFF[refusal.why]) % {"amount": minimum}


def promise(days: int | None, making_days: int, hours: tuple[int, int] | None) -> str:
    """Return by when something arrives, or that nobody promises it."""
    if hours is None or days is None:
        said = _("The carrier names no time for this country, so we promise none.")
        if making_days:
            return f"{made(making_days)} {said}"
        return said
    arrives = ngettext("With you within %(n)s day.", "With you within %(n)s days.", days) % {
        "n": days
    }
    carrier = _("%(from)s–%(to)s hours once the carrier has it") % {
        "from": hours[0], "to": hours[1],
    }  # fmt: skip
    return f"{arrives} ({carrier})"


def made(days: int) -> str:
    """Return how long something takes to make."""
    if not days:
        return _("Ready to be sent.")
    return ngettext("Made for you in %(n)s day.", "Made for you in %(n)s days.", days) % {
        "n": days
    }


def tax_said(asked: Asked, language: str) -> str:
    """Say what a municipality asks per person and night, in the active language.

    Args:
        asked: What it asks.
        language: BCP 47, for the amount.

    """
    said = _("Tourist tax of %(town)s: %(amount)s per person and night.") % {
        "town": asked.municipality,
        "amount": asked.amount.text(language),
    }
    if asked.most_nights:
        said += " " + ngettext(
            "At most %(n)s night is counted.",
            "At most %(n)s nights are counted.",
            asked.most_nights,
        ) % {"n": asked.most_nights}
    if asked.free_under:
        said += " " + _("Who is under %(age)s pays nothing.") % {"age": asked.free_under}
    return said


NEXT: dict[Next, tuple[Promise, Promise]] = {
    Next.FINISH: (
        gettext_lazy("Finish opening your shop"),
        gettext_lazy("Five short steps; then the office looks, and you can sell."),
    ),
    Next.GOODS: (
        gettext_lazy("Put your first good on sale"),
        gettext_lazy("A photograph, a few words, a price, weight and size."),
    ),
    Next.STOCK: (
        gettext_lazy("“%(title)s” is sold out: add pieces"),
        gettext_lazy("People look at it and cannot buy it."),
    ),
    Next.SEND: (
        gettext_lazy("A parcel is late: send it today"),
        gettext_lazy("Who waits too long asks for the money back."),
    ),
    Next.PHOTO: (
        gettext_lazy("Photograph “%(title)s”"),
        gettext_lazy("Without a photograph few people buy what they cannot touch."),
    ),
    Next.CHINESE: (
        gettext_lazy("“%(title)s” has no Chinese words"),
        gettext_lazy("Readers in China see it in another language. Ask the office."),
    ),
    Next.ENGLISH: (
        gettext_lazy("“%(title)s” has no English words"),
        gettext_lazy("English is what most other readers fall back on. Ask the office."),
    ),
    Next.STORY: (
        gettext_lazy("Tell your story in a few sentences"),
        gettext_lazy("Who you are, since when, how you work: it stands on your shop page."),
    ),
    Next.PORTRAIT: (
        gettext_lazy("Show yourself or your workshop in a picture"),
        gettext_lazy("It stands at the top of your shop page."),
    ),
    Next.CUSTOMS: (
        gettext_lazy("“%(title)s” cannot leave the Union yet"),
        gettext_lazy("Customs ask for an HS code and the name in English."),
    ),
    Next.TOP_MARKET: (
        gettext_lazy("Nothing of yours can be sent to %(country)s"),
        gettext_lazy("Most of the foreign buyers here are from there. See why."),
    ),
    Next.SLOW: (
        gettext_lazy("Hand your parcels over faster"),
        gettext_lazy("More than three days until the carrier has it: buyers see it."),
    ),
    Next.OSS: (
        gettext_lazy("You sell more than 10,000 euros a year to the Union"),
        gettext_lazy("VAT is now due in the buyers' countries: register for OSS and tell us."),
    ),
}
