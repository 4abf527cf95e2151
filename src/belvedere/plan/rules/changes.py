"""What changed from one version of a plan to another. Pure: no database, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Row = Mapping[str, object]


@dataclass(frozen=True)
class Sheet:
    """A version's content: each objective and each action by its key, field by field.

    Attributes:
        objectives: By `indicator` or `indicator:market`.
        actions: By the key that stays the same from version to version.

    """

    objectives: Mapping[str, Row] = field(default_factory=dict)
    actions: Mapping[str, Row] = field(default_factory=dict)


@dataclass(frozen=True)
class Edit:
    """One field that is no longer the same."""

    name: str
    before: object
    after: object


@dataclass(frozen=True)
class Change:
    """An objective or an action that one version has and another has not, or not so."""

    what: Literal["objective", "action"]
    key: str
    kind: Literal["added", "dropped", "changed"]
    row: Row
    edits: tuple[Edit, ...] = ()


def diff(old: Sheet, new: Sheet) -> tuple[Change, ...]:
    """Return what was added, dropped and changed, objectives first, in the new one's order.

    >>> old = Sheet(actions={"fair": {"title": "Fair", "budget": 500}, "tv": {"title": "TV"}})
    >>> new = Sheet(
    ...     objectives={"nights": {"target": 100}},
    ...     actions={"fair": {"title": "Fair", "budget": 800}, "post": {"title": "Posts"}},
    ... )
    >>> [(each.what, each.key, each.kind) for each in diff(old, new)]
    [('objective', 'nights', 'added'), ('action', 'fair', 'changed'), ('action', 'post', 'added'), ('action', 'tv', 'dropped')]
    >>> diff(old, new)[1].edits
    (Edit(name='budget', before=500, after=800),)
    >>> diff(new, new)
    ()
    """  # noqa: E501
    return (
        *_compare("objective", old.objectives, new.objectives),
        *_compare("action", old.actions, new.actions),
    )


def _compare(
    what: Literal["objective", "action"], old: Mapping[str, Row], new: Mapping[str, Row]
) -> list[Change]:
    found = []
    for key, row in new.items():
        if key not in old:
            found.append(Change(what, key, "added", row))
        elif edits := _edits(old[key], row):
            found.append(Change(what, key, "changed", row, edits))
    found += [Change(what, key, "dropped", row) for key, row in old.items() if key not in new]
    return found


def _edits(old: Row, new: Row) -> tuple[Edit, ...]:
    """Compare field by field; a field that one of them lacks counts as None.

    >>> _edits({"a": 1, "b": 2}, {"b": 2, "c": 3})
    (Edit(name='a', before=1, after=None), Edit(name='c', before=None, after=3))
    """
    names = [*old, *(each for each in new if each not in old)]
    return tuple(
        Edit(each, old.get(each), new.get(each))
        for each in names
        if old.get(each) != new.get(each)
    )
