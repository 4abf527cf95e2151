"""Files of flows as offices send them, a row of each layout to change."""

import csv

import pytest

from belvedere.measure import imports
from belvedere.measure.models import FlowObservation
from belvedere.measure.rules import flow_files as files
from belvedere.territory.services import seed as seed_territory

ISTAT = dict.fromkeys(files.istat_municipal.COLUMNS, "") | {
    "cod_istat": "051031", "comune": "Poppi", "provincia": "AREZZO", "anno": "2024",
    "arr_tot_res": "10.0", "arr_tot_nres": "5.0", "arr_tot": "15.0",
    "pre_tot_res": "30.0", "pre_tot_nres": "10.0", "pre_tot": "40.0",
}  # fmt: skip
MASKED = {name: "" for name in files.istat_municipal.COLUMNS if name[:3] in ("arr", "pre")}
TOSCANA = {
    "anno": "2024", "sigla_provincia": "AR", "comune": "Poppi", "cod_istat": "051031",
    "ambito": "Casentino", "arrivi_italiani": "10", "arrivi_stranieri": "5",
    "presenze_italiane": "30", "presenze_straniere": "10",
}  # fmt: skip
ORIGIN = {
    "anno": "2024", "cod_prov": "051", "provincia": "AREZZO", "tipologia": "TOTALE",
    "provenienza": "Cina", "misura": "arrivi", "valore": "21805",
}  # fmt: skip
LOMBARDIA = {
    "anno": "2024", "provincia": "Milano", "mese": "Ottobre", "provenienza_turisti": "Cina",
    "arrivi_totale": "30", "presenze_totale": "60", "arrivi_alberghiero": "20",
    "presenze_alberghiero": "40", "arrivi_extra_alberghiero": "10",
    "presenze_extra_alberghiero": "20",
}  # fmt: skip
MONTH = {
    "cod_istat": "051031", "comune": "Poppi", "anno": "2024", "mese": "8",
    "presenze": "27105",
}  # fmt: skip
PATTERNS = {
    "months": (imports.istat_months, MONTH),
    "istat": (imports.istat_municipal, ISTAT),
    "toscana": (imports.toscana, TOSCANA),
    "origin": (imports.origin_province, ORIGIN),
    "lombardia": (imports.lombardia, LOMBARDIA),
}


@pytest.fixture
def tuscany(db):
    """The territory as it comes with Belvedere."""
    seed_territory()


@pytest.fixture
def bring(tuscany, tmp_path):
    """Import a file of rows, each of which differs from the usual one as said."""

    def bring(which, *rows, separator=",", encoding="utf-8"):
        importer, usual = PATTERNS[which]
        path = tmp_path / f"{which}.csv"
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, list(usual), delimiter=separator)
            writer.writeheader()
            writer.writerows([usual | row for row in rows])
        left_out = []
        done = importer(path, dry_run=False, report=left_out.append)
        assert done.accepted + done.quarantined == done.rows == len(rows)
        return done, left_out

    return bring


def nights(**which):
    """Return the nights of the one observation meant."""
    return FlowObservation.objects.get(
        **{"origin": "WORLD", "accommodation": "ALL", **which}
    ).nights
