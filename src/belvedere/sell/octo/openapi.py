"""The description of this interface for programs (OpenAPI 3.0): what it takes and gives.

It is our own and short. The full one is octotravel/octo-types'; what is more in an answer than
here is said there.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from belvedere.sell.octo.catalogue import CAPABILITIES

Json = dict[str, Any]
TEXT: Json = {"type": "string"}
DAY: Json = {"type": "string", "format": "date"}
UUID: Json = {"type": "string", "format": "uuid"}
COUNT: Json = {"type": "integer"}
FLAG: Json = {"type": "boolean"}
CODES = (
    *("INVALID_PRODUCT_ID", "INVALID_OPTION_ID", "INVALID_UNIT_ID", "INVALID_AVAILABILITY_ID"),
    *("INVALID_BOOKING_UUID", "BAD_REQUEST", "UNPROCESSABLE_ENTITY", "UNAUTHORIZED"),
    "FORBIDDEN",
)


def description(public_url: str) -> Json:
    """Return the whole description of the interface at an installation's address."""
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "Belvedere: OCTO supplier",
            "version": "2026-01-06",
            "description": "OCTO core with the capabilities octo/pricing and octo/content.",
        },
        "servers": [{"url": f"{public_url}/octo"}],
        "security": [{"token": []}],
        "paths": _PATHS,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": _SCHEMAS,
        },
    }


def _object(required: Sequence[str] = (), **properties: Json) -> Json:
    return {
        "type": "object",
        "properties": properties,
        **({"required": list(required)} if required else {}),
    }


def _list(of: Json) -> Json:
    return {"type": "array", "items": of}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _null(of: Json) -> Json:
    return {**of, "nullable": True}


def _enum(*values: str) -> Json:
    return {"type": "string", "enum": list(values)}


def _answers(schema: Json) -> Json:
    header = {"Octo-Capabilities": {"required": True, "schema": TEXT}}

    def answer(words: str, of: Json) -> Json:
        content = {"application/json": {"schema": of}}
        return {"description": words, "headers": header, "content": content}

    return {
        "200": answer("What was asked for.", schema),
        "400": answer("What is wrong with it.", _ref("Error")),
        "429": answer("Too many requests.", _ref("Error")),
    }


def _verb(
    name: str, gives: Json, takes: Json | None = None, query: Mapping[str, Json] | None = None
) -> Json:
    said: Json = {
        "operationId": name,
        "parameters": [
            {"name": "Octo-Capabilities", "in": "header", "schema": _CAPABILITIES},
            *({"name": key, "in": "query", "schema": of} for key, of in (query or {}).items()),
        ],
        "responses": _answers(gives),
    }
    if takes:
        said["requestBody"] = {"content": {"application/json": {"schema": takes}}}
    return said


def _at(name: str, verbs: Mapping[str, Json]) -> Json:
    key = {"name": name, "in": "path", "required": True, "schema": TEXT}
    return {"parameters": [key], **verbs}


_CAPABILITIES: Json = {"type": "string", "example": ", ".join(CAPABILITIES)}
_CONTACT = _object(
    fullName=_null(TEXT),
    firstName=_null(TEXT),
    lastName=_null(TEXT),
    emailAddress=_null(TEXT),
    phoneNumber=_null(TEXT),
    postalCode=_null(TEXT),
    country=_null(TEXT),
    notes=_null(TEXT),
    locales=_list(TEXT),
)
_ITEM = _object(["unitId"], unitId=TEXT, uuid=UUID, resellerReference=TEXT, contact=_CONTACT)
_STATUS = _enum("ON_HOLD", "CONFIRMED", "EXPIRED", "CANCELLED", "REDEEMED")
_FREE = _enum("AVAILABLE", "LIMITED", "SOLD_OUT", "CLOSED")
_WHAT: dict[str, Json] = {
    "productId": TEXT,
    "optionId": TEXT,
    "units": _list(_object(["id", "quantity"], id=TEXT, quantity=COUNT)),
    "currency": TEXT,
}
_DAYS: dict[str, Json] = {"localDate": DAY, "localDateStart": DAY, "localDateEnd": DAY}
_NOTED: dict[str, Json] = {
    "resellerReference": TEXT,
    "notes": _null(TEXT),
    "contact": _CONTACT,
}
_BOOKED: dict[str, Json] = {
    "productId": TEXT,
    "optionId": TEXT,
    "availabilityId": TEXT,
    "expirationMinutes": {"type": "integer", "minimum": 1},
    "unitItems": _list(_ITEM),
}
_SCHEMAS: Json = {
    "Error": _object(["error", "errorMessage"], error=_enum(*CODES), errorMessage=TEXT),
    "Capability": _object(["id", "revision"], id=TEXT, revision=COUNT),
    "Supplier": _object(["id", "name", "endpoint", "contact"], id=TEXT, name=TEXT),
    "Product": _object(
        ["id", "options", "availabilityType"],
        id=TEXT,
        availabilityType=_enum("START_TIME", "OPENING_HOURS"),
        options=_list({"type": "object"}),
    ),
    "Availability": _object(
        ["id", "available", "status", "vacancies"],
        id=TEXT,
        available=FLAG,
        status=_FREE,
        vacancies=COUNT,
    ),
    "Day": _object(
        ["localDate", "available", "status", "vacancies"],
        localDate=DAY,
        available=FLAG,
        status=_FREE,
        vacancies=COUNT,
    ),
    "Booking": _object(
        ["uuid", "status", "productId", "unitItems"],
        uuid=UUID,
        status=_STATUS,
        productId=TEXT,
        unitItems=_list({"type": "object"}),
    ),
}
_PATHS: Json = {
    "/capabilities/": {"get": _verb("capabilities", _list(_ref("Capability")))},
    "/supplier/": {"get": _verb("supplier", _ref("Supplier"))},
    "/products/": {"get": _verb("products", _list(_ref("Product")))},
    "/products/{id}/": _at("id", {"get": _verb("product", _ref("Product"))}),
    "/availability/": {
        "post": _verb(
            "availability",
            _list(_ref("Availability")),
            _object(["productId", "optionId"], **_WHAT, **_DAYS, availabilityIds=_list(TEXT)),
        )
    },
    "/availability/calendar/": {
        "post": _verb(
            "calendar",
            _list(_ref("Day")),
            _object(["productId", "optionId"], **_WHAT, **_DAYS),
        )
    },
    "/bookings/": {
        "post": _verb(
            "reserve",
            _ref("Booking"),
            _object(
                ["productId", "optionId", "availabilityId", "unitItems"],
                uuid=UUID,
                currency=TEXT,
                **_BOOKED,
                **_NOTED,
            ),
        ),
        "get": _verb(
            "bookings",
            _list(_ref("Booking")),
            query={"resellerReference": TEXT, "supplierReference": TEXT, **_DAYS},
        ),
    },
    "/bookings/{uuid}/": _at(
        "uuid",
        {
            "get": _verb("booking", _ref("Booking")),
            "patch": _verb(
                "change", _ref("Booking"), _object((), **_BOOKED, **_NOTED, emailReceipt=FLAG)
            ),
            "delete": _verb("delete", _ref("Booking")),
        },
    ),
    "/bookings/{uuid}/confirm/": _at(
        "uuid",
        {
            "post": _verb(
                "confirm",
                _ref("Booking"),
                _object(
                    ["contact"],
                    unitItems=_BOOKED["unitItems"],
                    **_NOTED,
                    emailReceipt=FLAG,
                ),
            )
        },
    ),
    "/bookings/{uuid}/extend/": _at(
        "uuid",
        {
            "post": _verb(
                "extend",
                _ref("Booking"),
                _object(expirationMinutes=_BOOKED["expirationMinutes"]),
            )
        },
    ),
    "/bookings/{uuid}/cancel/": _at(
        "uuid",
        {"post": _verb("cancel", _ref("Booking"), _object(reason=_null(TEXT), force=FLAG))},
    ),
}
