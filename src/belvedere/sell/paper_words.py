"""Sentences about papers: what a field is called, why an invoice is held and who can help."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from belvedere.sell.rules.dac7 import Activity, Left
from belvedere.sell.rules.papers import Problem, What, Who

FIELDS: dict[str, Promise] = {
    "name": gettext_lazy("name of the business"),
    "first_name": gettext_lazy("first name"),
    "last_name": gettext_lazy("surname"),
    "birth_date": gettext_lazy("day of birth"),
    "vat_number": gettext_lazy("VAT number"),
    "tax_code": gettext_lazy("codice fiscale or number for taxes"),
    "street": gettext_lazy("street and number"),
    "postcode": gettext_lazy("postcode"),
    "city": gettext_lazy("town"),
    "province": gettext_lazy("province"),
    "country": gettext_lazy("country"),
    "listing": gettext_lazy("address of the property that is let"),
    "currency": gettext_lazy("figures in euros (there are sales in other currencies)"),
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


def held(problem: Problem) -> str:
    """Return why an invoice is held, and who can put it right."""
    field = str(FIELDS.get(problem.field, problem.field))
    said = _WHOSE[problem.who] if problem.what == What.LACKS else _WHY[problem.what]
    return str(said) % {"field": field}


def left(reason: Left) -> str:
    """Return why a seller is not in the report."""
    return str(_LEFT[reason])


def listing(name: str) -> str:
    """Return the name of a letting of one property."""
    return _("Letting of property: %(name)s") % {"name": name}
