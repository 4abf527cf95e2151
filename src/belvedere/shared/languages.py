"""The languages Belvedere speaks: BCP 47 tags, and the codes Django and the web use.

The interface speaks all of `LANGUAGES`; whoever works here writes in those of `WRITTEN`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from babel import Locale, UnknownLocaleError


@dataclass(frozen=True)
class Language:
    """One language of the interface.

    Attributes:
        tag: BCP 47, as stored with every text and written in `lang` and `hreflang`.
        code: Django's language code, which is also the path prefix (`/zh-hans/`).
        name: Its own name for itself.
        written: Whether content is written in it, and staff work in it.
        read: Whether a person has read its interface; a machine's words are marked on the page.

    """

    tag: str
    code: str
    name: str
    written: bool = False
    read: bool = False


LANGUAGES = (
    Language("it", "it", "Italiano", written=True, read=True),
    Language("en", "en", "English", written=True, read=True),
    Language("zh-Hans", "zh-hans", "简体中文", written=True, read=True),
    Language("zh-Hant", "zh-hant", "繁體中文"),
    Language("ja", "ja", "日本語"),
    Language("ko", "ko", "한국어"),
    Language("fr", "fr", "Français"),
    Language("de", "de", "Deutsch"),
    Language("es", "es", "Español"),
    Language("pt", "pt", "Português"),
    Language("nl", "nl", "Nederlands"),
    Language("pl", "pl", "Polski"),
    Language("ru", "ru", "Русский"),
    Language("uk", "uk", "Українська"),
    Language("tr", "tr", "Türkçe"),
    Language("ar", "ar", "العربية"),
    Language("he", "he", "עברית"),
    Language("th", "th", "ไทย"),
    Language("vi", "vi", "Tiếng Việt"),
    Language("id", "id", "Bahasa Indonesia"),
)
WRITTEN = tuple(each for each in LANGUAGES if each.written)
TAGS = tuple(each.tag for each in LANGUAGES)
WRITTEN_TAGS = tuple(each.tag for each in WRITTEN)
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


def instead(tag: str) -> tuple[str, ...]:
    """Return in which languages a reader would have a text, best first; then the original.

    >>> instead("it"), instead("de"), instead("zh-Hant")
    (('it', 'en'), ('de', 'en'), ('zh-Hant', 'zh-Hans', 'en'))
    """
    wanted = (tag, "zh-Hans", "en") if tag == "zh-Hant" else (tag, "en")
    return tuple(dict.fromkeys(wanted))


def written(tag: str) -> str:
    """Return the language in which a reader of this one is given what people write.

    >>> written("it"), written("de"), written("zh-Hant")
    ('it', 'en', 'zh-Hans')
    """
    return next(each for each in instead(tag) if each in WRITTEN_TAGS)


def readers(tag: str) -> tuple[str, ...]:
    """Return the languages whose readers are given what is written in this one.

    >>> readers("it"), readers("zh-Hans")
    (('it',), ('zh-Hans', 'zh-Hant'))
    """
    return tuple(each for each in TAGS if written(each) == tag)


def preferred(accept_language: str, languages: Iterable[str] = TAGS) -> str:
    """Return the first of our languages that an Accept-Language header asks for; "" if none.

    >>> preferred("zh-CN,zh;q=0.9,en;q=0.8"), preferred("zh-TW"), preferred("zh")
    ('zh-Hans', 'zh-Hant', 'zh-Hans')
    >>> preferred("fi;q=0.9, en-GB;q=0.95"), preferred("pt-BR"), preferred("xx, *")
    ('en', 'pt', '')
    >>> preferred("fr, en;q=0.5", ["it", "en"]), preferred("zh-TW", ["zh-Hans", "en"])
    ('en', 'zh-Hans')
    """
    ours = list(languages)
    wanted = []
    for part in accept_language.split(","):
        asked, _, quality = part.strip().partition(";q=")
        try:
            wanted.append((-float(quality or 1), asked))
        except ValueError:
            continue
    wanted.sort(key=lambda each: each[0])
    return next(filter(None, (_closest(asked, ours) for _, asked in wanted)), "")


def _closest(asked: str, ours: list[str]) -> str:
    """Return ours in the same language, and if there is one in the same script."""
    try:
        wanted = Locale.parse(asked, sep="-")
    except (ValueError, UnknownLocaleError):
        return ""
    same = [each for each in ours if each.split("-")[0] == wanted.language]
    return next((each for each in same if wanted.script and wanted.script in each), "") or next(
        iter(same), ""
    )


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
