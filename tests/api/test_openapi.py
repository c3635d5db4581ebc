"""The description of `/v1` is the one that is kept, whole, and sound."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

KEPT = Path(__file__).parents[2] / "docs" / "openapi.json"


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    from tests.api.djangos import set_up

    set_up()
    from pars.edge.api import openapi

    return openapi.document()


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, part in value.items():
            if key == "$ref":
                yield part
            else:
                yield from references(part)
    elif isinstance(value, list):
        for part in value:
            yield from references(part)


def test_the_kept_description_is_current(described: dict[str, Any]) -> None:
    from pars.edge.api import openapi

    assert KEPT.read_text() == openapi.text(), "run: python -m pars.edge.api.openapi docs/openapi.json"
    assert described["openapi"].startswith("3.1")


def test_everything_that_is_served_is_described(described: dict[str, Any]) -> None:
    from pars.edge.api.app import urlpatterns
    from pars.edge.api.routes import ROUTES
    from pars.edge.web.hints import ROUTES as HINTS

    served = {route.path for route in (*ROUTES, *HINTS)}
    for pattern in urlpatterns[0].url_patterns[:-1]:
        served.add("/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern.pattern)))
    assert served == described["paths"].keys()


def test_every_reference_leads_somewhere_and_names_are_given_once(described: dict[str, Any]) -> None:
    for reference in references(described):
        found: Any = described
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
    names = [op["operationId"] for methods in described["paths"].values() for op in methods.values()]
    assert len(names) == len(set(names))


def test_every_post_needs_a_key_and_every_operation_but_the_public_ones_a_token(described: dict[str, Any]) -> None:
    public = {
        "agreements",
        "agreement",
        "version_text",
        "advice",
        "purposes",
        "renewals",
        "as_odrl",
        "texts",
        "owners_text",
        "checkpoint",
        "entry",
        "inclusion",
        "consistency",
        "tile",
    }
    for methods in described["paths"].values():
        for method, operation in methods.items():
            needed = {one["name"] for one in operation["parameters"] if one["in"] == "header" and one["required"]}
            assert ("Idempotency-Key" in needed) == (method == "post"), operation["operationId"]
            assert ("security" in operation) == (operation["operationId"] not in public), operation["operationId"]
            assert all("description" in answer or "$ref" in answer for answer in operation["responses"].values())


def test_unknown_fields_are_refused_in_every_body(described: dict[str, Any]) -> None:
    for name, schema in described["components"]["schemas"].items():
        if name.endswith("In") or name in {"NewArrest", "Decisions", "Signature", "Question"}:
            assert schema["additionalProperties"] is False, name


def test_what_a_hook_is_told_is_described(described: dict[str, Any]) -> None:
    from pars.core.access.hooks import hint_text

    (told,) = described["webhooks"].values()
    sent = json.loads(hint_text(hook=41, entry=57, agreement="warrant-desk"))
    schema = described["components"]["schemas"]["Hint"]
    assert told["post"]["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Hint"}
    assert sent.keys() == schema["properties"].keys() == set(schema["required"])
    assert sent["pars"] == schema["properties"]["pars"]["const"]
    names = [one["name"] for one in told["post"]["parameters"]]
    assert names == ["webhook-id", "webhook-timestamp", "webhook-signature"]
