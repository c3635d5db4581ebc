"""Reads a request's body strictly: one JSON value in UTF-8, no name twice, nothing that JSON hasn't; and finds places in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from ninja.parser import Parser

if TYPE_CHECKING:
    from django.http import HttpRequest

DEEPEST = 40
"""How deep a body's parts may be nested."""


class Unreadable(ValueError):
    """A body that isn't JSON as it should be. `says` never repeats what stands in it."""

    def __init__(self, says: str) -> None:
        super().__init__(says)
        self.says = says


def read_json(body: bytes) -> Any:
    """Return the JSON value that a body holds. Raises Unreadable for anything else."""
    try:
        value = json.loads(body.decode("utf-8"), object_pairs_hook=_object, parse_constant=_no_constant)
    except Unreadable:
        raise
    except (ValueError, RecursionError):
        raise Unreadable("the body isn't JSON in UTF-8") from None
    if _deeper_than(value, DEEPEST):
        raise Unreadable("the body is nested too deep")
    return value


def places(value: Any, name: str) -> list[str]:
    """Return where a body says a name: pointers to the field of that name, or to the texts in lists and leaves that are it.

    A name that is a pointer itself stays as it is.
    """
    if name.startswith("/"):
        return [name]
    found = list(_places(value, name.rsplit(".", maxsplit=1)[-1], ""))
    return found or [f"/{_escaped(name)}"]


class StrictParser(Parser):
    """django-ninja's parser, strict, which keeps what it read for the answer's pointers."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the request's JSON value."""
        request.asked = read_json(request.body)  # type: ignore[attr-defined]
        return request.asked  # type: ignore[attr-defined]


def pointer(parts: Sequence[int | str]) -> str:
    """Return the JSON pointer (RFC 6901) to the part that these names and numbers lead to."""
    return "".join(f"/{_escaped(str(part))}" for part in parts)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise Unreadable("a name stands twice in one object")
    return made


def _no_constant(_: str) -> NoReturn:
    raise Unreadable("a number isn't one that JSON knows")


def _deeper_than(value: Any, depth: int) -> bool:
    waiting = [(value, 1)]
    while waiting:
        part, level = waiting.pop()
        if level > depth:
            return True
        parts = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
        waiting += [(inner, level + 1) for inner in parts]
    return False


def _places(value: Any, name: str, place: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, part in value.items():
            here = f"{place}/{_escaped(key)}"
            if key == name or (key == "column" and part == name):
                yield here
            else:
                yield from _places(part, name, here)
    elif isinstance(value, list):
        for n, part in enumerate(value):
            if part == name:
                yield f"{place}/{n}"
            else:
                yield from _places(part, name, f"{place}/{n}")


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")
