"""The components, together on one page, in a real browser."""

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_gallery")]
WIDTHS = (320, 390, 1280)


def test_a_field_is_tied_to_its_label_hint_and_error():
    html = Client().get("/gallery/").content.decode()
    assert '<label for="id_name">' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html


def test_pages_of_a_list_keep_what_was_chosen():
    html = Client().get("/gallery/?theme=food").content.decode()
    assert 'href="?theme=food&amp;page=5"' in html


def test_the_templates_run_no_script_of_their_own():
    html = Client().get("/gallery/").content.decode()
    assert " style=" not in html
    assert " on" + "click=" not in html
    assert html.count("<script") == html.count("<script src=")


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("prefix", ["", "/zh-hans"])
def test_the_gallery_is_accessible_and_never_wider_than_the_screen(
    open_page, axe, width, prefix
):
    page = open_page(f"{prefix}/gallery/", width=width)
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
def test_the_skip_link_is_the_first_stop_of_the_keyboard(open_page):
    page = open_page("/gallery/", width=1280)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
