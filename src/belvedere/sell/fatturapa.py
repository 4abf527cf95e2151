"""An invoice as the Sistema di Interscambio takes it: FatturaPA 1.2, format FPR12.

Elements and their order: "Schema del file XML FatturaPA versione 1.2.3" and "Specifiche
tecniche" 1.9 of the Agenzia delle Entrate. Only what an invoice for commission needs is here;
docs/reference/invoices.md lists it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

from belvedere.sell.rules import papers as rules
from belvedere.sell.rules import world
from belvedere.sell.xml import Node, grow, written
from belvedere.shared.errors import BadInput

SPACE = "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2"
FORMAT = "FPR12"
MOST_BYTES = 1_000_000
Party = Mapping[str, Any]


@dataclass(frozen=True)
class Paper:
    """Everything that stands on an invoice. Amounts are minor units, as positive numbers.

    Attributes:
        number: As printed.
        day: Of the document.
        kind: TD01, TD24 or TD04.
        first: First day of what is charged.
        last: Last day.
        lines: Words and minor units; what was taken back is negative.
        net: Sum of the lines.
        vat: VAT.
        nature: "N2.1" or empty.
        about: Numbers and days of the invoices that a credit note is about.
        note: Printed under the heading.
        progressive: Of the file.
        cash: VAT is due when the seller pays (regime RF17).

    """

    number: str
    day: date
    kind: str
    first: date
    last: date
    lines: Sequence[tuple[str, int]]
    net: int
    vat: int
    nature: str
    about: Sequence[tuple[str, date]]
    note: str
    progressive: str
    cash: bool = False


def file_name(agency: Party, progressive: str) -> str:
    """Return the name that a file must have: country, tax code of who sends it, progressive.

    >>> file_name({"tax_code": "", "vat_number": "IT99999999990"}, "00012")
    'IT99999999990_00012.xml'
    """
    return f"{world.HOME}{_sender(agency)}_{progressive}.xml"


def write(paper: Paper, agency: Party, seller: Party) -> str:
    """Return the XML of an invoice."""
    root = ET.Element(f"{{{SPACE}}}FatturaElettronica", {"versione": FORMAT})
    grow(
        root,
        [
            ("FatturaElettronicaHeader", _header(paper, agency, seller)),
            ("FatturaElettronicaBody", _body(paper)),
        ],
    )
    ET.register_namespace("p", SPACE)
    return written(root)


def _sender(agency: Party) -> str:
    return str(agency["tax_code"] or agency["vat_number"][2:])


def _header(paper: Paper, agency: Party, seller: Party) -> list[Node | None]:
    home = rules.is_home(seller)
    code = (seller["recipient_code"] or rules.NO_CODE) if home else rules.FOREIGN_CODE
    by_pec = home and not seller["recipient_code"]
    return [
        (
            "DatiTrasmissione",
            [
                ("IdTrasmittente", [("IdPaese", world.HOME), ("IdCodice", _sender(agency))]),
                ("ProgressivoInvio", paper.progressive),
                ("FormatoTrasmissione", FORMAT),
                ("CodiceDestinatario", code),
                ("PECDestinatario", seller["pec"] if by_pec else ""),
            ],
        ),
        (
            "CedentePrestatore",
            [
                ("DatiAnagrafici", [*_identity(agency), ("RegimeFiscale", agency["regime"])]),
                ("Sede", _seat(agency)),
                _register(agency),
                ("Contatti", [("Email", agency["email"])] if agency["email"] else None),
            ],
        ),
        (
            "CessionarioCommittente",
            [("DatiAnagrafici", _identity(seller)), ("Sede", _seat(seller))],
        ),
    ]


def _identity(party: Party) -> list[Node | None]:
    number = party["vat_number"]
    home = party["country"] == world.HOME
    return [
        ("IdFiscaleIVA", [("IdPaese", number[:2]), ("IdCodice", number[2:])])
        if number
        else None,
        ("CodiceFiscale", party["tax_code"] if home else ""),
        ("Anagrafica", [("Denominazione", party["name"])]),
    ]


def _seat(party: Party) -> list[Node | None]:
    home = party["country"] == world.HOME
    return [
        ("Indirizzo", party["street"]),
        # The schema knows five digits only; five zeros stand for a postcode abroad.
        ("CAP", party["postcode"] if home else "00000"),
        ("Comune", party["city"]),
        ("Provincia", party["province"] if home else ""),
        ("Nazione", party["country"]),
    ]


def _register(agency: Party) -> Node | None:
    if not (agency["rea_office"] and agency["rea_number"]):
        return None
    ending = "LS" if agency["in_liquidation"] else "LN"
    return (
        "IscrizioneREA",
        [
            ("Ufficio", agency["rea_office"]),
            ("NumeroREA", agency["rea_number"]),
            ("StatoLiquidazione", ending),
        ],
    )


def _body(paper: Paper) -> list[Node | None]:
    total = paper.net + paper.vat
    rate = f"{0 if paper.nature else rules.VAT_PERCENT}.00"
    stamped = paper.nature and paper.net > rules.STAMP_FROM_MINOR
    stamp: Node | None = (
        ("DatiBollo", [("BolloVirtuale", "SI"), ("ImportoBollo", "2.00")]) if stamped else None
    )
    lines: list[Node | None] = [
        (
            "DettaglioLinee",
            [
                ("NumeroLinea", str(at)),
                ("Descrizione", words),
                ("DataInizioPeriodo", paper.first.isoformat()),
                ("DataFinePeriodo", paper.last.isoformat()),
                ("PrezzoUnitario", _money(minor)),
                ("PrezzoTotale", _money(minor)),
                ("AliquotaIVA", rate),
                ("Natura", paper.nature),
            ],
        )
        for at, (words, minor) in enumerate(paper.lines, 1)
    ]
    due = "D" if paper.cash else "I"
    law = "Non soggetta, art. 7-ter DPR 633/1972 - inversione contabile" if paper.nature else ""
    summary: Node = (
        "DatiRiepilogo",
        [
            ("AliquotaIVA", rate),
            ("Natura", paper.nature),
            ("ImponibileImporto", _money(paper.net)),
            ("Imposta", _money(paper.vat)),
            ("EsigibilitaIVA", "" if paper.nature else due),
            ("RiferimentoNormativo", law),
        ],
    )
    head: list[Node | None] = [
        (
            "DatiGeneraliDocumento",
            [
                ("TipoDocumento", paper.kind),
                ("Divisa", "EUR"),
                ("Data", paper.day.isoformat()),
                ("Numero", paper.number),
                stamp,
                ("ImportoTotaleDocumento", _money(total)),
                ("Causale", paper.note),
            ],
        ),
        *(
            ("DatiFattureCollegate", [("IdDocumento", number), ("Data", day.isoformat())])
            for number, day in paper.about
        ),
    ]
    # MP22: kept back from sums already collected. TP02: paid in full.
    paid: list[Node | None] = [
        ("CondizioniPagamento", "TP02"),
        (
            "DettaglioPagamento",
            [("ModalitaPagamento", "MP22"), ("ImportoPagamento", _money(total))],
        ),
    ]
    return [
        ("DatiGenerali", head),
        ("DatiBeniServizi", [*lines, summary]),
        ("DatiPagamento", paid),
    ]


def _money(minor: int) -> str:
    return f"{Decimal(minor).scaleb(-2):.2f}"


@dataclass(frozen=True)
class Receipt:
    """What the Sistema di Interscambio says about a file.

    Attributes:
        file: Name of the file that it is about.
        state: "delivered", "in_area" or "refused".
        sdi_id: The number that it was given there.
        reason: Codes and words of a refusal.

    """

    file: str
    state: str
    sdi_id: str
    reason: str


_KINDS = {
    "RicevutaConsegna": "delivered",
    "RicevutaImpossibilitaRecapito": "in_area",
    "NotificaMancataConsegna": "in_area",
    "RicevutaScarto": "refused",
    "NotificaScarto": "refused",
}
_P7M = re.compile(r"\.p7m$", re.IGNORECASE)


def read_receipt(content: bytes) -> Receipt:
    """Read a receipt (RC, MC or NS) of the Sistema di Interscambio.

    Raises:
        BadInput: It is no such receipt.

    """
    if len(content) > MOST_BYTES or b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise BadInput("no receipt", field="receipt")
    try:
        root = ET.fromstring(content)  # noqa: S314  No entities: refused above.
    except ET.ParseError as error:
        raise BadInput("no receipt", field="receipt") from error
    said = {_local(each.tag): (each.text or "").strip() for each in root.iter()}
    state = _KINDS.get(_local(root.tag))
    if not state or not said.get("NomeFile"):
        raise BadInput("no receipt", field="receipt")
    errors = [each for each in root.iter() if _local(each.tag) == "Errore"]
    reason = "\n".join(
        " ".join((part.text or "").strip() for part in each if part.text) for each in errors
    )
    file = _P7M.sub("", said["NomeFile"])
    return Receipt(file, state, said.get("IdentificativoSdI", "")[:36], reason[:2000])


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
