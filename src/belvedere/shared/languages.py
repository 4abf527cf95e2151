"""The languages Belvedere speaks: BCP 47 tags, and the codes Django and the web use."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """One language of the interface and the content.

    Attributes:
        tag: BCP 47, as stored with every text and written in `lang` and `hreflang`.
        code: Django's language code, which is also the path prefix (`/zh-hans/`).
        name: Its own name for itself.

    """

    tag: str
    code: str
    name: str


LANGUAGES = (
    Language("it", "it", "Italiano"),
    Language("en", "en", "English"),
    Language("zh-Hans", "zh-hans", "简体中文"),
)
TAGS = tuple(language.tag for language in LANGUAGES)
DEFAULT = "it"

_BY_ANY = {key: each for each in LANGUAGES for key in (each.tag, each.code)}


def tag(code: str) -> str:
    """Return the BCP 47 tag of a Django code or tag; unknown ones become the default.

    >>> tag("zh-hans"), tag("zh-Hans"), tag("xx")
    ('zh-Hans', 'zh-Hans', 'it')
    """
    found = _BY_ANY.get(code)
    return found.tag if found else DEFAULT


def code(tag: str) -> str:
    """Return Django's code of a tag.

    >>> code("zh-Hans"), code("xx")
    ('zh-hans', 'it')
    """
    found = _BY_ANY.get(tag)
    return found.code if found else DEFAULT


def locale(tag: str) -> str:
    """Return what Babel calls a language.

    >>> locale("zh-Hans"), locale("it")
    ('zh_Hans', 'it')
    """
    return tag.replace("-", "_")


def prefix(tag: str) -> str:
    """Return the path that a language's pages stand under; the default has none.

    >>> prefix("it"), prefix("zh-Hans")
    ('/', '/zh-hans/')
    """
    each = code(tag)
    return "/" if each == DEFAULT else f"/{each}/"
