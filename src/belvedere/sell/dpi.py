"""The yearly report as tax offices exchange it: the OECD's DPI XML schema, version 1.0.

Elements and their order: OECD, "Model Reporting Rules for Digital Platforms: XML Schema" (2022)
and its user guide; docs/reference/dac7.md lists what is written. Amounts are whole euros, as
`MonAmnt_Type` asks; to the cent they are in the table.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from xml.etree import ElementTree as ET

from belvedere.sell.queries.dac7 import CURRENCY, OfSeller
from belvedere.sell.queries.papers import Party
from belvedere.sell.rules import dac7 as rules
from belvedere.sell.rules import world
from belvedere.sell.rules.dac7 import Activity, Quarter, Reported
from belvedere.sell.xml import Node, grow, written

SPACE = "urn:oecd:ties:dpi:v1"
TYPES = "urn:oecd:ties:dpistf:v1"
NEW, TEST = "OECD1", "OECD11"
SEAT = "RPONEX1"  # Resident for tax in the member state.


def file_name(agency: Party, year: int) -> str:
    """Return a name for the file.

    >>> file_name({"tax_code": "99999999990", "vat_number": ""}, 2026)
    'DPI_IT_2026_99999999990.xml'
    """
    return f"DPI_IT_{year}_{_number(agency)}.xml"


def write(
    agency: Party, year: int, sellers: Sequence[OfSeller], at: datetime, *, test: bool = False
) -> str:
    """Return the XML of a year's report.

    Args:
        agency: Who reports.
        year: The calendar year.
        sellers: Who is reported; whoever is left out or lacks something is not written.
        at: When, in Italy's time.
        test: The figures are simulated: every record says that it is a test.

    """
    ET.register_namespace("dpi", SPACE)
    ET.register_namespace("stf", TYPES)
    told = [each for each in sellers if each.told and not each.lacks]
    root = ET.Element(f"{{{SPACE}}}DPI_OECD", {"version": "1.0"})
    reference = f"IT{year}IT{_number(agency)}{at:%Y%m%d%H%M%S}"

    def record(of: str) -> Node:
        indication = TEST if test else NEW
        return (
            "DocSpec",
            [
                (f"{{{TYPES}}}DocTypeIndic", indication),
                (f"{{{TYPES}}}DocRefId", f"{reference}-{of}"),
            ],
        )

    spec: list[Node | None] = [
        ("SendingEntityIN", _number(agency)),
        ("TransmittingCountry", world.HOME),
        ("ReceivingCountry", world.HOME),
        ("MessageType", "DPI"),
        ("Contact", agency["email"]),
        ("MessageRefId", reference),
        ("MessageTypeIndic", "DPI401" if told else "DPI403"),
        ("ReportingPeriod", f"{year}-12-31"),
        ("Timestamp", at.strftime("%Y-%m-%dT%H:%M:%S")),
    ]
    body: list[Node | None] = [
        (
            "PlatformOperator",
            [
                *_organisation(agency),
                ("Nexus", SEAT),
                ("AssumedReporting", "false"),
                record("operator"),
            ],
        ),
        *(_seller(each, record) for each in told),
    ]
    grow(root, [("MessageSpec", spec), ("DPIBody", body)], SPACE)
    return written(root)


def _number(party: Party) -> str:
    return str(party["tax_code"] or party["vat_number"][2:])


def _seller(of: OfSeller, record: Callable[[str], Node]) -> Node:
    person = of.party["tax_form"] == "person"
    identity = _person(of) if person else _organisation(of.party)
    account = of.seller.iban if of.seller else ""
    holder = f"{of.party['first_name']} {of.party['last_name']}" if person else of.party["name"]
    known: Node | None = (
        (
            "FinancialIdentifier",
            [
                ("Identifier", account, {"AccountNumberType": "IBAN"}),
                ("AccountHolderName", holder),
            ],
        )
        if account
        else None
    )
    standard: Node = (
        "Standard",
        [("IndSellerID" if person else "EntSellerID", identity), known],
    )
    return (
        "ReportableSeller",
        [
            ("Identity", [("IndividualSeller" if person else "EntitySeller", [standard])]),
            ("RelevantActivities", _activities(of)),
            record(str(of.operator.pk)),
        ],
    )


def _residence(party: Party) -> list[Node | None]:
    return [
        ("ResCountryCode", party["country"]),
        ("TIN", _number(party), {"issuedBy": party["country"]}),
    ]


def _organisation(party: Party) -> list[Node | None]:
    return [
        *_residence(party),
        ("VAT", party["vat_number"]),
        ("Name", party["name"]),
        _address(party),
    ]


def _person(of: OfSeller) -> list[Node | None]:
    born = of.seller.birth_date if of.seller else None
    party = of.party
    return [
        *_residence(party),
        ("VAT", party["vat_number"]),
        ("Name", [("FirstName", party["first_name"]), ("LastName", party["last_name"])]),
        _address(party),
        ("BirthInfo", [("BirthDate", born.isoformat() if born else "")]),
    ]


def _address(party: Party) -> Node:
    parts: list[Node | None] = [
        ("Street", party["street"]),
        ("PostCode", party["postcode"]),
        ("City", party["city"]),
        ("CountrySubentity", party["province"]),
    ]
    return ("Address", [("CountryCode", party["country"]), ("AddressFix", parts)])


def _activities(of: OfSeller) -> list[Node | None]:
    lets = [each for each in of.told if each.activity == Activity.PROPERTY]
    rest = [each for each in of.told if each.activity != Activity.PROPERTY]
    listings = [
        (
            "PropertyListing",
            [
                (
                    "Address",
                    [
                        ("CountryCode", world.HOME),
                        ("AddressFree", of.listings[each.listing].address),
                    ],
                ),
                *_figures(each),
            ],
        )
        for each in lets
    ]
    return [
        (Activity.PROPERTY.value, listings) if listings else None,
        *((each.activity.value, _figures(each)) for each in rest),
    ]


def _figures(of: Reported) -> list[Node | None]:
    def money(name: str, short: str, read: Callable[[Quarter], int]) -> Node:
        cells = [
            (f"{short}Q{at}", str(rules.whole(read(each))), {"currCode": CURRENCY})
            for at, each in enumerate(of.quarters, 1)
        ]
        return (name, cells)

    numbers = [(f"NumbQ{at}", str(each.activities)) for at, each in enumerate(of.quarters, 1)]
    return [
        money("Consideration", "Cons", lambda each: each.net),
        ("NumberOfActivities", numbers),
        money("Fees", "Fees", lambda each: each.fees),
        money("Taxes", "Tax", lambda each: 0),
    ]
