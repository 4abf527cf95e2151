"""The yearly report on sellers, who makes it, and asking them for what it lacks."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from belvedere.journal.services import record
from belvedere.sell import dpi
from belvedere.sell.models import Agency, Seller
from belvedere.sell.queries import dac7 as reading
from belvedere.sell.queries import papers
from belvedere.sell.rules import papers as rules
from belvedere.sell.rules import sellers
from belvedere.sell.services.finalise import later
from belvedere.shared import clock
from belvedere.shared.errors import BadInput

AGENCY_FIELDS = (
    "legal_name", "vat_number", "tax_code", "street", "postcode", "city", "province", "regime",
    "kind", "rea_office", "rea_number", "in_liquidation", "iban", "email",
)  # fmt: skip


@transaction.atomic
def keep_agency(values: Mapping[str, Any], *, by: int | None = None) -> Agency:
    """Keep who the agency is to the taxman. Papers that are issued stay as they are.

    Raises:
        BadInput: A number is wrong; `field` says which. Nothing was changed.

    """
    Agency.objects.get_or_create(pk=1)
    agency = Agency.objects.select_for_update().get(pk=1)
    for field in AGENCY_FIELDS:
        if field in values:
            setattr(agency, field, _read(field, values[field]))
    if not agency.tax_code and agency.vat_number:
        agency.tax_code = agency.vat_number[2:]
    agency.save()
    record("agency.told", "agency:1", by=by)
    return agency


def _read(field: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = " ".join(value.split())
    read = {
        "vat_number": sellers.vat_number,
        "tax_code": rules.tax_code,
        "postcode": rules.postcode,
        "province": rules.province,
        "rea_office": rules.province,
        "iban": sellers.iban,
    }.get(field)
    return read(text) if read and text else text


def report_year(
    year: int, operators: Collection[int], *, simulated: bool = False, by: int | None = None
) -> tuple[str, str]:
    """Write the report of a year as XML. Only who lacks nothing stands in it.

    Args:
        year: The calendar year.
        operators: Keys of the sellers.
        simulated: Of money that never moved: every record says that it is a test.
        by: Who makes it.

    Returns:
        The name of the file, and the XML.

    Raises:
        BadInput: The agency's own data are missing.

    """
    who = papers.party_of(papers.agency())
    if not (who["name"] and who["tax_code"] and who["street"] and who["city"]):
        raise BadInput(_("First say who the agency is: its data stand in the report."))
    found = reading.report(year, operators, simulated=simulated)
    at = clock.now().astimezone(clock.ROME)
    xml = dpi.write(who, year, found, at, test=simulated)
    told = sum(bool(each.told) and not each.lacks for each in found)
    record("dac7.written", f"dac7:{year}", quantity=told, by=by)
    return dpi.file_name(who, year), xml


@transaction.atomic
def remind(operator_id: int, year: int, *, by: int | None = None) -> Seller:
    """Ask a seller by mail for what the report of a year lacks; how often is kept.

    Raises:
        BadInput: The business has no e-mail address.

    """
    seller, _made = Seller.objects.select_for_update().get_or_create(operator_id=operator_id)
    if not seller.operator.email:
        raise BadInput(_("%(name)s has no e-mail address: call them.") % {"name": seller})
    seller.tax_reminders += 1
    seller.tax_reminded_at = clock.now()
    seller.save(update_fields=["tax_reminders", "tax_reminded_at"])
    later("sell.tell_missing", operator_id=operator_id, year=year)
    record("seller.reminded", f"seller:{operator_id}", by=by, year=year)
    return seller
