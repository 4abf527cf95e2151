"""Names and codes of places. Pure: no database, no clock."""

import re
import unicodedata

_CHINESE = re.compile(r"^zh\b")


def key(label: str) -> str:
    r"""Return the letters and digits of a name alone, so that spellings can be compared.

    Publishers lose apostrophes, double spaces and slip control characters in.

    >>> key("Val d\x1aOrcia") == key("Val d'Orcia") == key("VAL  DORCIA")
    True
    >>> key("Castel San Niccolò")
    'castelsanniccolo'
    """
    plain = unicodedata.normalize("NFKD", label).casefold()
    return "".join(each for each in plain if each.isalnum() and not unicodedata.combining(each))


def printed(value: str, gloss: str, language: str) -> str:
    """Return a name with its gloss, in the brackets of the language.

    >>> printed("Poppi", "阿雷佐省的市镇", "zh-Hans")
    'Poppi（阿雷佐省的市镇）'
    >>> printed("Prato", "", "zh-Hans"), printed("Rio", "on Elba", "en")
    ('Prato', 'Rio (on Elba)')
    """
    if not gloss:
        return value
    return f"{value}（{gloss}）" if _CHINESE.match(language) else f"{value} ({gloss})"
