"""The page on which every component stands."""

import pytest

HOMES = {"it": "", "en": "/en", "zh-Hans": "/zh-hans"}


@pytest.fixture
def with_gallery(settings):
    settings.ROOT_URLCONF = "tests.theme.urls"


@pytest.fixture(params=HOMES)
def home(request):
    """The prefix of each language."""
    return HOMES[request.param]
