"""A poster can be hung: its code is read by a phone, its Chinese is Chinese."""

import io

import pypdf
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from belvedere.publish import services
from belvedere.shared.errors import BadInput


def seen(pdf, dpi=50):
    return pypdfium2.PdfDocument(pdf)[0].render(scale=dpi / 72).to_pil()


def words(pdf):
    return pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()


def fonts(pdf):
    """Return the name of each font, and whether it travels in the file."""
    found = {}
    for name, resource in (
        pypdf.PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]["/Font"].items()
    ):
        font = resource.get_object()
        inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        described = inner["/FontDescriptor"].get_object()
        embedded = any(each.startswith("/FontFile") for each in described)
        found[str(font["/BaseFont"]) or name] = embedded
    return found


@pytest.mark.parametrize("language", ["it", "en", "zh-Hans"])
def test_its_code_is_read_off_the_paper(poster_piece, settings, language):
    placement = poster_piece.placements.get(name="Munich fair")
    pdf = services.poster(poster_piece, language, placement=placement)
    (found,) = zxingcpp.read_barcodes(seen(pdf))
    assert found.text == f"{settings.PUBLIC_URL}/r/{placement.code}"


def test_the_link_stands_beside_it_for_who_types(poster_piece):
    code = poster_piece.placements.first().code
    assert f"/r/{code}" in words(services.poster(poster_piece))


def test_the_chinese_headline_is_whole_and_in_a_font_of_its_own(poster_piece):
    pdf = services.poster(poster_piece)
    assert "卡马尔多利森林慢行" in words(pdf)
    found = fonts(pdf)
    assert found
    assert all(found.values()), "a font is not embedded"
    assert all("+" in name for name in found), "a font is embedded whole"
    assert any("Hei" in name or "CJK" in name for name in found)


@pytest.mark.parametrize(("size", "points"), [("A3", (842, 1191)), ("70x100", (1984, 2835))])
def test_it_has_the_size_that_the_printer_expects(poster_piece, size, points):
    image = seen(services.poster(poster_piece, size=size), dpi=72)
    assert image.size == pytest.approx(points, abs=2)


def test_with_marks_the_paper_is_larger_than_the_poster(poster_piece):
    image = seen(services.poster(poster_piece, marks=True), dpi=72)
    assert image.width > 842 + 50


def test_an_unknown_size_or_language_is_refused_in_words(poster_piece):
    with pytest.raises(BadInput, match="A3"):
        services.poster(poster_piece, size="A9")
    with pytest.raises(BadInput, match="zh-Hans"):
        services.poster(poster_piece, "fr")


def test_a_piece_without_a_code_is_not_printed(poster_action):
    piece = services.create_piece(poster_action.pk, title="x", placements=())
    with pytest.raises(BadInput):
        services.poster(piece)


def test_the_pictures_credit_stands_on_the_poster(poster_piece):
    from django.core.files.images import ImageFile

    from belvedere.offer.models import Picture

    out = io.BytesIO()
    Image.new("RGB", (1600, 1200), "#356").save(out, "JPEG")
    picture = Picture.objects.create(
        title="Wood",
        file=ImageFile(out, name="wood.jpg"),
        alt_text="A wood",
        credit="Anna Rossi",
        licence="CC BY 4.0",
    )
    poster_piece.picture = picture
    poster_piece.save()
    assert "Anna Rossi · CC BY 4.0" in words(services.poster(poster_piece))
