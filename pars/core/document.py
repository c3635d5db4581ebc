"""Reads a JSON document strictly: what isn't known is refused with its place, never skipped.

A place is a JSON pointer (RFC 6901), `/purposes/0/evidence`, and stands in the refusal's names. Charter, version, role and
question are read through this page, so that "unknown" means the same everywhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from pars.core import canonical
from pars.core.letters import printable
from pars.core.terms import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

T = TypeVar("T")

HASH = re.compile(r"[0-9a-f]{64}")
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
WORD = re.compile(r"[a-z][a-z0-9_]{0,63}")


class Misread(Exception):
    """The reader stops here. It never leaves this room: `read` and `read_value` turn it into the refusal that it carries."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Node:
    """A JSON value and its place. `ours` says that the document's own keys may be repeated to its author."""

    value: Any
    place: str = ""
    ours: bool = True

    def wrong(self, code: str, says: str, remedy: str = "") -> Misread:
        """Return the refusal of this place, to be raised."""
        place = self.place or "/"
        return Misread(Refusal(code=code, says=f"{place}: {says}", remedy=remedy, names=(place,)))

    def child(self, key: str | int, value: Any) -> Node:
        """Return the part `value` found under `key`."""
        return Node(value, f"{self.place}/{key}", self.ours)

    def fields(self, needs: Collection[str], may: Collection[str] = ()) -> dict[str, Node]:
        """Return the parts of an object that has all of `needs`, perhaps some of `may`, and nothing else."""
        parts = self.entries()
        for key, part in parts.items():
            if key not in needs and key not in may:
                # Somebody else's key may be a person's name: it isn't repeated.
                raise (part if self.ours and WORD.fullmatch(key) else self).wrong(
                    "UNKNOWN_FIELD", "there is no such field.", f"Known here: {', '.join(sorted({*needs, *may}))}."
                )
        for key in needs:
            if key not in parts:
                raise self.child(key, None).wrong("MISSING_FIELD", "this field is missing.")
        return parts

    def entries(self) -> dict[str, Node]:
        """Return the parts of an object by key."""
        if type(self.value) is not dict:
            raise self.wrong("NOT_AN_OBJECT", "an object is needed here.")
        return {key: self.child(key, value) for key, value in self.value.items()}

    def items(self, least: int = 0, most: int = 200) -> list[Node]:
        """Return the parts of a list."""
        if type(self.value) is not list:
            raise self.wrong("NOT_A_LIST", "a list is needed here.")
        if not least <= len(self.value) <= most:
            raise self.wrong("WRONG_LENGTH", f"between {least} and {most} parts are needed here.")
        return [self.child(n, value) for n, value in enumerate(self.value)]

    def text(self, pattern: re.Pattern[str] | None = None, most: int = 500) -> str:
        """Return a text: of the pattern, or of 1 to `most` printable characters."""
        if type(self.value) is not str:
            raise self.wrong("NOT_A_TEXT", "a text is needed here.")
        if pattern is not None:
            if pattern.fullmatch(self.value) is None:
                raise self.wrong("WRONG_FORM", "this text hasn't the form that is needed here.")
        elif not 0 < len(self.value) <= most or not printable(self.value):
            raise self.wrong("WRONG_FORM", f"a text of 1 to {most} printable characters is needed here.")
        return self.value

    def whole(self, least: int = 0, most: int = canonical.LARGEST) -> int:
        """Return a whole number between `least` and `most`."""
        if type(self.value) is not int:
            raise self.wrong("NOT_A_NUMBER", "a whole number is needed here.")
        if not least <= self.value <= most:
            raise self.wrong("OUT_OF_RANGE", f"a whole number between {least} and {most} is needed here.")
        return self.value

    def one_of(self, words: Collection[str], code: str = "UNKNOWN_WORD") -> str:
        """Return a text that is one of `words`."""
        if type(self.value) is not str or self.value not in words:
            raise self.wrong(code, "this isn't a word that is known here.", f"Known here: {', '.join(sorted(words))}.")
        return self.value

    def words(self, known: Collection[str], code: str = "UNKNOWN_WORD", least: int = 0) -> tuple[str, ...]:
        """Return a list of different texts, all among `known`, in the order given."""
        seen: dict[str, None] = {}
        for part in self.items(least):
            word = part.one_of(known, code)
            if word in seen:
                raise part.wrong("TWICE", "this stands here twice.")
            seen[word] = None
        return tuple(seen)

    def said(self) -> dict[str, str]:
        """Return words for people: `en`, and perhaps `es`."""
        return {language: part.text() for language, part in self.fields({"en"}, {"es"}).items()}


def read(text: bytes, reader: Callable[[Node], T]) -> T | Refusal:
    """Return what `reader` makes of a canonical text, or the refusal with its place."""
    try:
        value = canonical.read(text)
    except (ValueError, RecursionError):
        return Refusal(
            code="NOT_CANONICAL",
            says="The text isn't canonical JSON: one way to write it, whole numbers and texts only.",
            remedy="Let PARS write the canonical text.",
        )
    return read_value(value, reader)


def read_value(value: Any, reader: Callable[[Node], T], *, ours: bool = True) -> T | Refusal:
    """Return what `reader` makes of a JSON value, or the refusal with its place."""
    try:
        return reader(Node(value, "", ours))
    except Misread as stop:
        return stop.refusal
