"""Replacing schematic maps by true ones."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from belvedere.journal.services import record
from belvedere.territory.models import Municipality
from belvedere.territory.services.draw import draw_maps


@transaction.atomic
def set_boundaries(geometries: Mapping[str, dict[str, Any]]) -> int:
    """Keep the boundaries of municipalities and draw the maps anew.

    Args:
        geometries: GeoJSON polygons in degrees WGS 84, by ISTAT code.

    Returns:
        How many municipalities have another boundary than before.

    """
    changed = []
    for each in Municipality.objects.filter(code__in=geometries):
        if each.boundary != geometries[each.code]:
            each.boundary = geometries[each.code]
            changed.append(each)
    Municipality.objects.bulk_update(changed, ["boundary"], batch_size=50)
    if changed:
        draw_maps()
        record("territory.redrawn", "territory:boundaries", quantity=len(changed))
    return len(changed)
