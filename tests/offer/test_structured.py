"""What pages tell machines is true schema.org (release 30)."""

import importlib.util
import json
import os
import re
from datetime import time, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from belvedere.offer import services
from belvedere.offer.models import Product, ProductPicture
from belvedere.shared import clock
from belvedere.territory.models import Place

pytestmark = pytest.mark.django_db
SHARED = Path(__file__).parents[3] / "shared"

# Restated from schema.org release 30: properties that each type has, its parents' included.
THING = {"@type", "@id", "name", "url", "description", "image", "sameAs", "alternateName"}
PLACE = THING | {"address", "geo", "containedInPlace"}
HAS = {
    "WebPage": THING | {"@context", "inLanguage", "mainEntity"},
    "ItemList": THING | {"numberOfItems", "itemListElement"},
    "ListItem": THING | {"position"},
    "Product": THING | {"sku", "offers"},
    "TouristTrip": THING | {"touristType", "provider", "offers", "itinerary"},
    "Offer": THING | {"price", "priceCurrency", "availability"},
    "Organization": THING,
    "Person": THING,
    "Place": PLACE,
    "TouristAttraction": PLACE,
    "Museum": PLACE,
    "Library": PLACE,
    "ArchiveOrganization": PLACE,
    "CollegeOrUniversity": PLACE,
    "LandmarksOrHistoricalBuildings": PLACE,
    "PlaceOfWorship": PLACE,
    "Church": PLACE,
    "Mountain": PLACE,
    "TouristDestination": PLACE | {"includesAttraction"},
    "PostalAddress": THING | {"addressLocality", "addressRegion", "addressCountry"},
    "GeoCoordinates": THING | {"latitude", "longitude"},
    "ImageObject": THING
    | {"contentUrl", "caption", "creditText", "creator", "copyrightHolder"},
}


def wrong(thing, path="$"):
    """Return what is no property of its type, empty, or of an unknown type."""
    if isinstance(thing, list):
        return [each for n, one in enumerate(thing) for each in wrong(one, f"{path}[{n}]")]
    if not isinstance(thing, dict):
        return [f"{path} is empty"] if thing in ("", None) else []
    types = thing["@type"] if isinstance(thing["@type"], list) else [thing["@type"]]
    allowed = set().union(*(HAS.get(each, set()) for each in types))
    found = [f"{path}: no type {each}" for each in types if each not in HAS]
    found += [f"{path}.{key} is not of {types}" for key in thing if key not in allowed]
    return found + [
        each for key, value in thing.items() for each in wrong(value, f"{path}.{key}")
    ]


@pytest.fixture
def pages(client, walk, castle, seller, settings, tmp_path):
    """The data of each kind of page, with everything that may stand in them."""
    settings.MEDIA_ROOT = tmp_path
    services.write_text(walk, "title", "it", "La foresta", status="source")
    services.write_text(walk, "address", "it", "Camaldoli, Poppi", status="source")
    out = BytesIO()
    Image.new("RGB", (400, 300), "green").save(out, "JPEG")
    picture = services.keep_picture(
        SimpleUploadedFile("a.jpg", out.getvalue()),
        title="Il bosco",
        author="Ada",
        licence="CC0",
    )
    ProductPicture.objects.create(product=walk, picture=picture)
    Product.objects.update(
        meeting_point="Camaldoli", latitude=43.8, longitude=11.8, place=castle
    )
    seller.stock[walk.slug, clock.today() + timedelta(days=1), time(9)] = (8, 10)
    for kind in ("museum", "library", "archive", "university", "sanctuary", "church"):
        Place.objects.create(name=kind, slug=kind, kind=kind, municipality=castle.municipality)

    def read(path):
        page = client.get(path).content.decode()
        return json.loads(
            re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)[1]
        )

    kinds = ["museum", "library", "archive", "university", "sanctuary", "church"]
    paths = ["/experiences/", f"/experiences/{walk.slug}/", "/places/", "/areas/casentino/"]
    paths += [f"/zh-hans/places/{slug}/" for slug in (castle.slug, *kinds)]
    return {path: read(path) for path in paths}


def test_every_property_belongs_to_its_type(pages):
    assert {path: wrong(each) for path, each in pages.items() if wrong(each)} == {}


def test_a_picture_carries_its_credit(pages):
    image = pages["/experiences/foresta-di-camaldoli/"]["mainEntity"]["image"][0]
    assert image["creditText"] == "Ada · CC0"
    assert image["contentUrl"].startswith("http")


def test_nobody_is_sent_to_a_page_of_another_host(pages):
    for path, each in pages.items():
        assert each["url"].endswith(path)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="../shared is absent: schema.org NOT checked")
def test_the_full_vocabulary_agrees(pages, monkeypatch):
    monkeypatch.setitem(os.environ, "SDO", str(SHARED / "data/standards/schemaorg"))
    spec = importlib.util.spec_from_file_location("sdo", SHARED / "tools/sdo_check.py")
    checker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(checker)
    found = {path: checker.check(each) for path, each in pages.items()}
    assert {path: each for path, each in found.items() if each} == {}
