"""Where guests come from: the offices' labels and our codes."""

from collections.abc import Mapping

from belvedere.measure.rules.flow_files.cells import Wrong
from belvedere.territory.rules import key

Origins = Mapping[str, tuple[str, bool]]
"""Codes of origin by the letters of the label, and whether the label was renamed."""


def origin(label: str, origins: Origins, name: str) -> tuple[str, bool]:
    """Return the code of an origin, and whether its label is one that was changed.

    >>> origin("EMILIA-ROMAGNA", {"emiliaromagna": ("IT-45", False)}, "provenienza")
    ('IT-45', False)
    """
    try:
        return origins[key(label)]
    except KeyError:
        raise Wrong(
            name, f"“{label}” is no origin that we know: add it to measure/tables/origins.csv."
        ) from None
