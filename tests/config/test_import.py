"""`belvedere import` on an installation on which nothing has run yet."""

import json

CSV = """category;article;wikidata_id;article_wikipedia;website;latitude;longitude;visitors;\
public_private;type;cod_istat;comune
museo;museo di prova;Q1;;Nessun sito web;43,7333;11,7667;.;;;51031;Poppi
museo;museo lontano;Q2;;Nessun sito web;11,7667;43,7333;.;;;51031;Poppi
"""


def test_a_first_import_makes_the_tables_and_the_territory_it_needs(installation):
    installation.home.mkdir()
    file = installation.home / "places.csv"
    file.write_text(CSV, encoding="cp1252")
    done = installation.belvedere("import", "culture-places", str(file), "--json")
    assert done.returncode == 0, done.stderr
    *left_out, summary = [json.loads(line) for line in done.stdout.splitlines()]
    assert summary.keys() == {
        "rows", "accepted", "quarantined", "created", "changed", "unchanged", "candidates",
        "seconds",
    }  # fmt: skip
    assert (summary["rows"], summary["accepted"], summary["quarantined"]) == (2, 1, 1)
    assert [(each["row"], each["field"]) for each in left_out] == [(3, "latitude")]
    again = installation.belvedere("import", "culture-places", str(file), "--json")
    summary = json.loads(again.stdout.splitlines()[-1])
    assert (summary["created"], summary["changed"]) == (0, 0)
