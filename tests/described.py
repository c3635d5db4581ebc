"""Random calls drawn from the description of `/v1`: every operation, every parameter and every field of every body, with what
worlds hold in them. What the description names and nobody here knows a value for is an error, so that nothing new goes untried.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from random import Random

METHODS = ("get", "post", "put", "patch", "delete")
ODD = (
    None, True, 0, -1, 2**53, 10**40, 1.5, "", " ", "x" * 600, "a\x00b", "\ud800", "é", "e\u0301", "\u202e", "2026-02-30", "9999-12-31",
    "0001-01-01T00:00:00Z", "0001-01-01", "2026-11-20T04:00", [], {}, [[]], "*", "' or 1=1",
)  # fmt: skip
WORDS = (
    "x",
    "OTHER",
    "a_word",
    "22",
    "2026-11-02",
    "2027-01-20T09:00",
    "2026-11-02T09:00:00-05:00",
    "0" * 64,
    "0" * 128,
    "America/New_York",
)


@dataclass(frozen=True)
class Operation:
    """One operation: where it is, and what it takes."""

    method: str
    path: str
    parameters: tuple[tuple[str, str, Any], ...]
    body: Any

    @property
    def named(self) -> str:
        """How it is told in words."""
        return f"{self.method} {self.path}"

    @property
    def fields(self) -> frozenset[str]:
        """Every parameter and every field of the body, each by its place."""
        given = {f"{self.named} {where} {name}" for where, name, _ in self.parameters}
        return frozenset(given) | {f"{self.named} body {place}" for place in _places(self.body)}


@dataclass(frozen=True)
class Drawn:
    """A call that was drawn, with the fields that it fills."""

    operation: Operation
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    fields: frozenset[str]


@cache
def description() -> Any:
    """Return the description as it is kept."""
    return json.loads((Path(__file__).parents[1] / "docs" / "openapi.json").read_text())


@cache
def operations() -> tuple[Operation, ...]:
    """Return every operation that is described."""
    found = []
    for path, methods in description()["paths"].items():
        for method in METHODS:
            if method in methods:
                said = methods[method]
                taken = tuple((one["in"], one["name"], one["schema"]) for one in said.get("parameters", ()))
                body = said.get("requestBody", {"content": {}})["content"].get("application/json", {}).get("schema")
                found.append(Operation(method.upper(), path, taken, body))
    return tuple(found)


def drawn(chance: Random, operation: Operation, known: Mapping[str, Sequence[Any]]) -> Drawn:
    """Return a random call of an operation. `known` are values by name: what stands in a path must be among them."""
    path, query, headers, fields = operation.path, {}, [], set()
    for where, name, schema in operation.parameters:
        if where == "path":
            path = path.replace(f"{{{name}}}", quote(str(chance.choice(known[name]))))
        elif chance.random() < 0.7:
            made = _value(chance, schema, name, known, [], f"{operation.named} {where} {name}")
            if where == "query":
                query[name] = _spelled(made)
            else:
                headers.append((name, _header(_spelled(made))))
        else:
            continue
        fields.add(f"{operation.named} {where} {name}")
    body = None
    if operation.body is not None:
        filled: list[str] = []
        made = _value(chance, operation.body, "", known, filled, "")
        body = json.dumps(made).encode()
        fields |= {f"{operation.named} body {place}" for place in filled if place}
    return Drawn(
        operation, path + (f"?{urlencode(query, errors='replace')}" if query else ""), tuple(headers), body, frozenset(fields)
    )


def _spelled(made: Any) -> str:
    return made if isinstance(made, str) else json.dumps(made)


def _header(text: str) -> str:
    """Return what can stand in a header at all."""
    return re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]", "_", text)


# ---------------------------------------------------------------- values


def _value(chance: Random, schema: Any, name: str, known: Mapping[str, Sequence[Any]], filled: list[str], place: str) -> Any:
    """Return a value that the schema takes, mostly; `filled` gains the places of the fields that were filled."""
    schema = _found(schema)
    if place and chance.random() < 0.08:
        return chance.choice(ODD)
    if "anyOf" in schema:
        return _value(chance, chance.choice(schema["anyOf"]), name, known, filled, place)
    if "enum" in schema:
        return chance.choice(schema["enum"])
    match schema.get("type"):
        case "object":
            return _object(chance, schema, known, filled, place)
        case "array":
            count = chance.choice((1, 1, 1, 2))
            return [_value(chance, schema["items"], name, known, filled, f"{place}[]") for _ in range(count)]
        case "string":
            return _text(chance, schema, name, known)
        case "integer" | "number":
            return chance.choice((*known.get(name, ()), schema.get("minimum", 0), 1, 3, 12, schema.get("maximum", 10**6)))
        case "boolean":
            return chance.random() < 0.5
        case "null":
            return None
        case None if not schema.keys() & {"properties", "items", "allOf", "oneOf"}:  # anything at all
            return chance.choice((*ODD, *known["text"]))
    raise AssertionError(f"{place}: nobody here knows how to fill {schema}")


def _object(chance: Random, schema: Any, known: Mapping[str, Sequence[Any]], filled: list[str], place: str) -> dict[str, Any]:
    made, needed = {}, schema.get("required", ())
    for name, part in schema.get("properties", {}).items():
        if chance.random() < (0.97 if name in needed else 0.5):
            where = f"{place}/{name}"
            filled.append(where)
            made[name] = _value(chance, part, name, known, filled, where)
    more = schema.get("additionalProperties")
    if more and "properties" not in schema:
        called = str(chance.choice(known["text"]))
        made[called] = chance.choice(known["text"]) if more is True else _value(chance, more, "", known, filled, f"{place}/*")
    return made


def _text(chance: Random, schema: Any, name: str, known: Mapping[str, Sequence[Any]]) -> str:
    said = [text for text in known.get(name, ()) if isinstance(text, str)]
    if said and chance.random() < 0.8:
        return chance.choice(said)
    others = [text for text in (*known["text"], *WORDS) if isinstance(text, str)]
    if "pattern" in schema:
        fitting = [text for text in others if re.search(schema["pattern"], text)]
        return chance.choice(fitting or others)
    return chance.choice(others)[: schema.get("maxLength")]


def _found(schema: Any) -> Any:
    while "$ref" in schema:
        here: Any = description()
        for part in schema["$ref"].removeprefix("#/").split("/"):
            here = here[part]
        schema = here
    return schema


def _places(schema: Any, place: str = "") -> Iterator[str]:
    """Yield the place of each field of a body."""
    if schema is None:
        return
    schema = _found(schema)
    for part in schema.get("anyOf", ()):
        yield from _places(part, place)
    if "items" in schema:
        yield from _places(schema["items"], f"{place}[]")
    if isinstance(schema.get("additionalProperties"), dict):
        yield from _places(schema["additionalProperties"], f"{place}/*")
    for name, part in schema.get("properties", {}).items():
        yield f"{place}/{name}"
        yield from _places(part, f"{place}/{name}")
