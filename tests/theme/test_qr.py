"""QR codes are read by an independent reader."""

import io
import re
from xml.etree import ElementTree

import pytest
import zxingcpp
from PIL import Image

from belvedere.theme import qr

LINK = "https://belvedere.example/r/b-7f3k"


def read(png):
    return [each.text for each in zxingcpp.read_barcodes(Image.open(io.BytesIO(png)))]


@pytest.mark.parametrize("level", ["l", "m", "q", "h"])
def test_a_phone_reads_what_was_written(level):
    assert read(qr.png(LINK, 6, level=level)) == [LINK]


def test_a_phone_reads_chinese_words():
    assert read(qr.png("卡马尔多利", 6)) == ["卡马尔多利"]


def test_the_drawn_code_has_the_modules_of_the_picture_and_four_modules_of_quiet_zone():
    box = re.search(r'viewBox="0 0 (\d+) \1"', qr.svg(LINK)).group(1)
    assert Image.open(io.BytesIO(qr.png(LINK, 1))).size == (int(box), int(box))
    assert (int(box) - 2 * qr.QUIET_ZONE - 17) % 4 == 0


def test_a_code_with_a_title_speaks_and_one_without_is_decoration():
    spoken = ElementTree.fromstring(qr.svg(LINK, title='Prenota "Camaldoli" & altro'))
    assert (spoken.get("role"), spoken.get("aria-label")) == (
        "img",
        'Prenota "Camaldoli" & altro',
    )
    assert ElementTree.fromstring(qr.svg(LINK)).get("aria-hidden") == "true"
