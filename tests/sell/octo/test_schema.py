"""Nothing that can be sent breaks the supplier interface or the checkout."""

import json
from urllib.parse import urlencode, urlsplit

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from belvedere.sell.octo.ids import option_id, slot_id
from belvedere.sell.octo.openapi import description

pytestmark = pytest.mark.django_db
TRIES = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
CHECKOUT = {
    "openapi": "3.0.3",
    "info": {"title": "The checkout", "version": "1"},
    "paths": {
        "/book/foresta-di-camaldoli/": {
            "get": {
                "parameters": [
                    {"name": name, "in": "query", "schema": {"type": "string"}}
                    for name in ("day", "start", "s")
                ],
                "responses": {"200": {"description": "The form."}},
            },
            "post": {
                "requestBody": {
                    "content": {
                        "application/x-www-form-urlencoded": {
                            "schema": {
                                "type": "object",
                                "properties": {
                                    name: {"type": "string"}
                                    for name in (
                                        *("when", "quantity", "name", "phone"),
                                        *("email", "consent", "key", "s"),
                                    )
                                },
                            }
                        }
                    }
                },
                "responses": {"200": {"description": "The order."}},
            },
        }
    },
}


def within(node, known):
    """Let each name that stands in `known` be a good one half of the time."""
    if isinstance(node, list):
        return [within(each, known) for each in node]
    if not isinstance(node, dict):
        return node
    found = {key: within(each, known) for key, each in node.items()}
    for key, values in known.items():
        if isinstance(found.get(key), dict) and found[key].get("type") == "string":
            found[key] = {"anyOf": [{"type": "string", "enum": values}, found[key]]}
    return found


def every_operation(found, send, base="http://testserver"):
    """Send what schemathesis makes of each operation of a description."""
    api = schemathesis.openapi.from_dict(json.loads(json.dumps(found)))
    operations = [each.ok() for each in api.get_all_operations()]
    for operation in operations:

        @TRIES
        @given(case=operation.as_strategy())
        def tried(case):
            send(case.as_transport_kwargs(base_url=base))

        tried()
    return len(operations)


def posted(client, made, **headers):
    """Send a made-up request through the whole house."""
    url = urlsplit(made["url"])
    query = urlencode(made.get("params") or {}, doseq=True)
    data, kind = made.get("data") or b"", "application/json"
    if made.get("json") is not None:
        data = json.dumps(made["json"])
    elif isinstance(data, dict | list):
        data, kind = urlencode(data, doseq=True), "application/x-www-form-urlencoded"
    sent = {
        key: value
        for key, value in (made.get("headers") or {}).items()
        if key.lower() not in ("authorization", "content-type", "content-length")
    }
    return client.generic(
        made["method"],
        url.path,
        data,
        content_type=kind,
        QUERY_STRING=query or url.query,
        headers={**sent, **headers},
    )


def test_whatever_is_sent_the_supplier_answers_in_its_own_words(
    octo, two, slot, tariffed, client, monkeypatch
):
    from belvedere.sell.octo import views

    monkeypatch.setattr(views, "A_MINUTE", 100_000)
    held = octo.booked({**two, "unitItems": [{"unitId": "adult"}]})
    known = {
        "productId": [tariffed.slug],
        "optionId": [option_id(tariffed.options.get().pk)],
        "availabilityId": [slot_id(slot.day, slot.start)],
        "unitId": ["adult", "child"],
        "localDate": [slot.day.isoformat()],
    }
    found = description("http://testserver")
    found["paths"] = within(found["paths"], known)
    seen = set()

    def send(made):
        for uuid in (None, held["uuid"]):
            if uuid and "/bookings/" not in made["url"]:
                continue
            url = made["url"]
            if uuid:
                parts = url.split("/")
                parts[parts.index("bookings") + 1] = uuid
                url = "/".join(parts)
            answer = posted(client, {**made, "url": url}, Authorization=f"Bearer {octo.token}")
            seen.add(answer.status_code)
            assert answer.status_code in (200, 400, 404, 405), (made, answer.content)
            assert json.loads(answer.content) is not None

    assert every_operation(found, send, "http://testserver/octo") == 14
    assert {200, 400} <= seen


def test_whatever_is_sent_the_checkout_does_not_break(client, slot, tariffed):
    known = {"when": [f"{slot.day}T09:30"], "quantity": ["1", "2"], "consent": ["on"]}
    seen = set()

    def send(made):
        answer = posted(client, made)
        seen.add(answer.status_code)
        assert answer.status_code < 500, (made, answer.content[:300])

    assert every_operation(within(CHECKOUT, known), send) == 2
    assert seen
