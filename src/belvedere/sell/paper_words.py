"""Sentences about papers: what a field is called, why an invoice is held and who can help."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from belvedere.sell.rules.dac7 import Activity, Left
from belvedere.sell.rules.papers import Problem, What, Who

FIELDS: dict[str, Promise] = {
    "name": pgettext_lazy("field", "name of the business"),
    "first_name": pgettext_lazy("field", "first name"),
    "last_name": pgettext_lazy("field", "surname"),
    "birth_date": pgettext_lazy("field", "day of birth"),
    "vat_number": pgettext_lazy("field", "VAT number"),
    "tax_code": pgettext_lazy("field", "codice fiscale or number for taxes"),
    "street": pgettext_lazy("field", "street and number"),
    "postcode": pgettext_lazy("field", "postcode"),
    "city": pgettext_lazy("field", "town"),
    "province": pgettext_lazy("field", "province"),
    "country": pgettext_lazy("field", "country"),
    "listing": pgettext_lazy("field", "address of the property that is let"),
    "currency": pgettext_lazy(
        "field", "figures in euros (there are sales in other currencies)"
    ),
}
_WHOSE: dict[Who, Promise] = {
    Who.AGENCY: gettext_lazy("The agency's data lack: %(field)s. The head writes it under"
                             " “The agency's data”."),
    Who.SELLER: gettext_lazy("The seller's data lack: %(field)s. The seller writes it on the"
                             " desk, under “Money”, “Data for taxes”."),
    Who.ACCOUNTANT: gettext_lazy("Missing: %(field)s. Ask your accountant."),
}  # fmt: skip
_WHY: dict[What, Promise] = {
    What.LETTERS: gettext_lazy(
        "%(field)s has letters that electronic invoices cannot hold: write it in Latin letters."
    ),
    What.LONG: gettext_lazy("%(field)s is too long for an electronic invoice: shorten it."),
    What.PUBLIC: gettext_lazy(
        "The seller is a public body: it takes another format (FPA12), which is not written"
        " here. Ask your accountant to issue it."
    ),
    What.CURRENCY: gettext_lazy(
        "The commission is not in euros, and VAT on an invoice must be: ask your accountant to"
        " issue it at the day's rate."
    ),
    What.VAT_ABROAD: gettext_lazy(
        "The seller is established in another country of the Union, where no Italian VAT is"
        " due (art. 7-ter D.P.R. 633/1972), but the ledger has kept some. Ask your accountant,"
        " and give the VAT back first."
    ),
    What.NOT_UNION: gettext_lazy(
        "The seller is established outside the Union: ask your accountant which rule holds."
    ),
}
_LEFT: dict[Left, Promise] = {
    Left.PUBLIC: gettext_lazy("public bodies are not reported"),
    Left.SMALL: gettext_lazy(
        "goods alone, fewer than 30 sales and at most 2,000 euros: not reported"
    ),
    Left.ABROAD: gettext_lazy("lives outside the Union: not reported"),
    Left.NOTHING: gettext_lazy("nothing of the year is left to report"),
}
ACTIVITIES: dict[Activity, Promise] = {
    Activity.PROPERTY: pgettext_lazy("activity", "Letting of property"),
    Activity.SERVICES: pgettext_lazy("activity", "Personal services"),
    Activity.GOODS: pgettext_lazy("activity", "Sale of goods"),
}
KINDS: dict[str, Promise] = {
    "TD01": pgettext_lazy("paper", "Invoice"),
    "TD24": pgettext_lazy("paper", "Deferred invoice"),
    "TD04": pgettext_lazy("paper", "Credit note"),
}


def held(problems: Iterable[Problem]) -> list[str]:
    """Return why an invoice is held and who can put it right, what one lacks in one go."""
    lacking: dict[Who, list[str]] = {}
    others = []
    for each in problems:
        field = str(FIELDS.get(each.field, each.field))
        if each.what == What.LACKS:
            lacking.setdefault(each.who, []).append(field)
        else:
            others.append(str(_WHY[each.what]) % {"field": field})
    said = [str(_WHOSE[who]) % {"field": ", ".join(names)} for who, names in lacking.items()]
    return [*said, *others]


def left(reason: Left) -> str:
    """Return why a seller is not in the report."""
    return str(_LEFT[reason])


def listing(name: str) -> str:
    """Return the name of a letting of one property."""
    return _("Letting of property: %(name)s") % {"name": name}
