"""Photographs from telephones: upright, without secrets, refused in clear words."""

from io import BytesIO

import pillow_heif
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from belvedere.offer import photographs, services
from belvedere.offer.models import Picture
from belvedere.shared.errors import BadInput

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def photo(format="JPEG", size=(400, 300), *, exif=False, mode="RGB"):
    image = Image.new(mode, size, (180, 90, 20) if mode == "RGB" else (180, 90, 20, 90))
    notes = Image.Exif()
    if exif:
        notes[0x0112] = 6  # Turned by a quarter.
        notes[0x0110] = "Telefono di Ada"
        notes.get_ifd(0x8825)[2] = (43.0, 43.0, 21.0)
    out = BytesIO()
    image.save(out, format, **({"exif": notes} if exif else {}))
    return SimpleUploadedFile(f"foto.{format.lower()}", out.getvalue())


def test_position_and_device_are_taken_out_and_it_stands_upright():
    kept = services.keep_picture(photo(exif=True), title="Il bosco", author="Ada")
    with Image.open(kept.file) as image:
        assert image.size == (300, 400)
        assert not image.getexif()
    kept.file.seek(0)
    assert b"Telefono" not in kept.file.read()
    assert (kept.width, kept.height) == (300, 400)


def test_the_admins_own_upload_is_cleaned_too():
    kept = Picture.objects.create(title="Il bosco", file=photo(exif=True))
    with Image.open(kept.file) as image:
        assert not image.getexif()


def test_an_iphones_heic_becomes_a_jpeg():
    heif = pillow_heif.from_pillow(Image.new("RGB", (400, 300), "green"))
    out = BytesIO()
    heif.save(out)
    kept = services.keep_picture(
        SimpleUploadedFile("IMG_1.HEIC", out.getvalue()), title="Il bosco"
    )
    assert kept.file.name.endswith(".jpg")


def test_a_large_photograph_is_made_smaller():
    kept = services.keep_picture(photo(size=(4000, 3000)), title="Il bosco")
    assert kept.width == photographs.LONGEST_SIDE


def test_a_transparent_picture_stays_transparent():
    kept = services.keep_picture(photo("PNG", mode="RGBA"), title="Il marchio")
    assert kept.file.name.endswith(".png")


def test_author_and_licence_make_the_credit():
    kept = services.keep_picture(photo(), title="x", author="Ada", licence="CC BY 4.0")
    assert kept.credit == "Ada · CC BY 4.0"


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7 not a picture", photo().read()[:200], b"<svg></svg>"]
)
def test_what_is_no_photograph_is_refused(content):
    with pytest.raises(BadInput):
        services.keep_picture(SimpleUploadedFile("a.jpg", content), title="x")
    assert not Picture.objects.exists()


def test_a_tiny_picture_is_refused_with_the_size_it_needs():
    with pytest.raises(BadInput, match="200"):
        services.keep_picture(photo(size=(100, 90)), title="x")


def test_a_file_that_is_too_large_is_refused_with_the_limit(monkeypatch):
    monkeypatch.setattr(photographs, "MOST_BYTES", 2**20)
    big = SimpleUploadedFile("a.jpg", b"\xff\xd8\xff" + b"0" * 2**20)
    with pytest.raises(BadInput, match="1 MB"):
        services.keep_picture(big, title="x")
