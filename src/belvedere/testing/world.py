"""What every database has before anybody uses it, and what a test must not leave behind."""

from typing import Any

import pytest

from belvedere.shared.languages import DEFAULT, WRITTEN

_DATABASE = {"db", "transactional_db", "live_server", "live", "open_page", "page"}
_COMMITTED = _DATABASE - {"db"}


@pytest.fixture(autouse=True)
def default_language() -> None:
    """Begin each test in the installation's own language, whatever a page before was in."""
    from django.utils import translation

    translation.deactivate()


@pytest.fixture(autouse=True)
def wagtail_tree(request: pytest.FixtureRequest) -> Any:
    """Give each database test Wagtail's root page, site and locales.

    A test that commits is followed by a flush, which takes away what migrations planted;
    and the queue of jobs, whose tables Django doesn't manage, would outlive the flush.
    """
    marker = request.node.get_closest_marker("django_db")
    names = set(request.fixturenames)
    if not marker and not names & _DATABASE:
        yield
        return
    request.getfixturevalue("db")
    plant()
    yield
    if names & _COMMITTED or (marker and (marker.args or marker.kwargs.get("transaction"))):
        empty_queue()


def plant() -> None:
    """Put back what Wagtail's migrations made, where it is missing."""
    from django.contrib.contenttypes.models import ContentType
    from django.core.cache import cache
    from wagtail.models import Collection, Locale, Page, Site

    from belvedere.sell.queries import lately

    cache.clear()  # Wagtail keeps the sites' root paths there.
    lately.SECONDS = 0.0  # A test changes in an instant what people change in minutes.
    for language in WRITTEN:
        Locale.objects.get_or_create(language_code=language.code)
    if not Collection.objects.exists():
        Collection.add_root(name="Root")
    if Page.objects.filter(depth=1).exists():
        return
    kind = ContentType.objects.get_for_model(Page)
    locale = Locale.objects.get(language_code=DEFAULT)
    root = Page.add_root(title="Root", slug="root", content_type=kind, locale=locale)
    home = root.add_child(
        instance=Page(title="Welcome", slug="home", content_type=kind, locale=locale)
    )
    Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)


def empty_queue() -> None:
    """Forget all jobs."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE procrastinate_jobs, procrastinate_periodic_defers, procrastinate_workers"
            " CASCADE"
        )
