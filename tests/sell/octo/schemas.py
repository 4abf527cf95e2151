"""OCTO's own schemas, if its OpenAPI file is at hand; without it, only what we can say alone.

The file is octotravel/octo-types' `src/openapi.yaml`. It lies beside the repository in
`shared/data/octo`, or where `OCTO` says.
"""

import os
from functools import cache
from pathlib import Path

import yaml
from jsonschema import Draft4Validator, FormatChecker

ROOT = Path(__file__).resolve().parents[3]
FOLDER = Path(os.environ.get("OCTO", ROOT.parent / "shared" / "data" / "octo"))
FILE = next(iter(sorted(FOLDER.glob("openapi_octo_types_*.yaml"))), None)
ABSENT = "../shared is absent: OCTO's schemas were NOT checked"
# Followed is the official validator, which wants the list empty for opening hours.
KNOWN = "availabilityLocalStartTimes"
# What every answer of a kind has, by which the tests stand when the file is absent.
LEAST = {
    "Supplier": {"id", "name", "endpoint", "contact"},
    "Product": {"id", "internalName", "locale", "availabilityType", "options", "timeZone"},
    "Availability": {"id", "localDateTimeStart", "localDateTimeEnd", "utcCutoffAt", "status"},
    "AvailabilityCalendar": {"localDate", "available", "status", "vacancies", "capacity"},
    "Booking": {"id", "uuid", "status", "cancellation", "availability", "unitItems", "voucher"},
    "Capability": {"id", "revision", "required", "dependencies", "docs"},
}


def wrong(name, found):
    """Return what is wrong with an answer, or with each of a list of them."""
    each = found if isinstance(found, list) else [found]
    if FILE is None:
        return [sorted(LEAST[name] - set(one)) for one in each if LEAST[name] - set(one)]
    return [
        f"{'/'.join(map(str, error.path))}: {error.message[:120]}"
        for one in each
        for error in _validator(name).iter_errors(one)
        if not (error.validator == "minItems" and KNOWN in error.path)
    ]


@cache
def _validator(name):
    return Draft4Validator(
        {**_components(), "$ref": f"#/components/schemas/{name}"},
        format_checker=FormatChecker(),
    )


@cache
def _components():
    text = FILE.read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return _nullable({"components": yaml.load(text, Loader=loader)["components"]})


def _nullable(node):
    """Say `nullable` in JSON Schema: it stands beside `$ref` and `allOf`, so it goes around."""
    if isinstance(node, list):
        return [_nullable(each) for each in node]
    if not isinstance(node, dict):
        return node
    said = {key: _nullable(each) for key, each in node.items() if not key.startswith("x-")}
    if said.pop("nullable", False) is True:
        return {"anyOf": [said, {"type": "null"}]}
    return said
