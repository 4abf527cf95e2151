"""The examples in `rules.py` and `shared` are true."""

import doctest
import importlib
from pathlib import Path

import pytest

import belvedere

ROOT = Path(belvedere.__file__).parent
PURE = sorted(
    "belvedere." + ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in [
        *ROOT.glob("*/rules.py"),
        *ROOT.glob("*/rules/*.py"),
        *ROOT.glob("shared/*.py"),
    ]
    if path.stem != "__init__"
)


@pytest.mark.parametrize("name", PURE)
def test_examples(name):
    result = doctest.testmod(importlib.import_module(name))
    assert not result.failed
