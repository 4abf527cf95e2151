"""Which text is shown, and how far it can be trusted."""

from collections.abc import Iterable
from dataclasses import dataclass

from belvedere.shared.languages import instead

FIELDS = {
    "title": 120,
    "summary": 300,
    "description": 5000,
    "getting_there": 1500,
    "address": 300,
    "what_to_bring": 1000,
}
"""Fields that are texts, and how many characters each may have."""


@dataclass(frozen=True)
class Said:
    """A text as it can be shown: in which language, and how far it can be trusted.

    Attributes:
        value: The words; plain text.
        language: BCP 47 of the words, which need not be the one that was asked for.
        status: source, human, machine, outdated or proposed.
        asked: The language that was asked for.

    """

    value: str
    language: str
    status: str
    asked: str = ""

    def __str__(self) -> str:
        return self.value

    @property
    def foreign(self) -> bool:
        """Say whether the words are in another language than the one asked for.

        >>> Said("Poppi castle", "en", "human", "zh-Hans").foreign
        True
        """
        return bool(self.asked) and self.language != self.asked

    @property
    def machine(self) -> bool:
        """Say whether a machine wrote the words."""
        return self.status == "machine"

    @property
    def outdated(self) -> bool:
        """Say whether the original has changed since."""
        return self.status == "outdated"


def choose(said: Iterable[Said], language: str) -> Said | None:
    """Choose what to show: the asked language, what its readers have instead, the original.

    >>> texts = [Said("Il bosco", "it", "source"), Said("The wood", "en", "human")]
    >>> choose(texts, "zh-Hans")
    Said(value='The wood', language='en', status='human', asked='zh-Hans')
    >>> choose(texts[:1], "zh-Hans").language
    'it'
    >>> choose([Said("森林", "zh-Hans", "human"), *texts], "zh-Hant").value
    '森林'
    >>> choose([], "it") is None
    True
    """
    order = instead(language)

    def rank(each: Said) -> tuple[int, bool]:
        known = each.language in order
        return (order.index(each.language) if known else len(order), each.status != "source")

    best = min(said, key=rank, default=None)
    return best and Said(best.value, best.language, best.status, language)
