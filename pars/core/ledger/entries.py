"""What the ledger holds: one entry for each act, as canonical bytes that a stranger can check.

An entry says who acted, under which authority, when, and what; it holds no name, no number of a person and no literal of
a question, only keyed commitments to them (docs/spec/ledger.md lists every kind with its fields). `FORMS` in forms.py is that list:
what has no form there can't be encoded, and bytes that don't follow it don't decode. drafts.py builds each kind by name.

Kinds are never renumbered and a form is never changed once an entry has it: a new meaning is a new kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pars.core import canonical
from pars.core.ledger.forms import BY, ENVELOPE, FORMS, Form, form_problem, is_field
from pars.core.ledger.kinds import CASE_KINDS, OF_NO_CASE, Kind
from pars.core.terms import Instant

__all__ = [
    "CASE_KINDS",
    "FORMS",
    "OF_NO_CASE",
    "By",
    "Draft",
    "Entry",
    "Form",
    "Kind",
    "Unnumbered",
    "Violation",
    "decode",
    "encode",
    "form_problem",
    "is_field",
    "unnumbered",
]

VERSION = 1
MAX_BYTES = 2048
SALT_BYTES = 16
_KINDS = frozenset(int(kind) for kind in Kind)


@dataclass(frozen=True, slots=True)
class By:
    """Who acts: a person by pseudonym, under exactly one authority, through a client where a system asks for them."""

    person: str
    authority: str
    client: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One act. Its place in the log (the index) is not in it: the sealer gives it."""

    id: int
    kind: Kind
    at: Instant
    salt: bytes
    by: By
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry before it has an id, a time and a salt: what an action hands over. Raises ValueError for what has no form.

    `until` is the first instant at which the decision behind it would no longer hold (None: time can't change it).
    """

    kind: Kind
    detail: Mapping[str, Any] = field(default_factory=dict)
    until: Instant | None = None

    def __post_init__(self) -> None:
        problem = form_problem(self.kind, self.detail)
        if problem is not None:
            raise ValueError(f"{self.kind.dotted}: {problem}")

    def entry(self, *, id: int, at: Instant, salt: bytes, by: By) -> Entry:  # noqa: A002  the ledger's own word
        """Return the entry that this draft becomes."""
        return Entry(id=id, kind=self.kind, at=at, salt=salt, by=by, detail=self.detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """Something in a ledger that can't be: the verifier's finding.

    `what` is a code; `says` a plain sentence; `index` the first bad entry's place in the log and `entry` its id, None where
    no entry is at fault or it can't be read.
    """

    what: str
    says: str
    index: int | None = None
    entry: int | None = None


# ---------------------------------------------------------------- bytes


@dataclass(frozen=True, slots=True)
class Unnumbered:
    """An entry's canonical bytes but for its time and its number, which only whoever holds the locks knows: what stands between, and behind."""

    between: bytes
    behind: bytes

    def whole(self, *, id: int, at: Instant) -> bytes:  # noqa: A002  the ledger's own word
        """Return the bytes of the entry that has this number and this time."""
        return b'{"at":%d%b%d%b' % (at, self.between, id, self.behind)


def encode(entry: Entry) -> bytes:
    """Return the entry's canonical bytes, which are hashed and kept. Raises ValueError for what may not be an entry."""
    data = _around(entry).whole(id=entry.id, at=entry.at)
    if len(data) > MAX_BYTES:
        raise ValueError(f"{entry.kind.dotted}: {len(data)} bytes, and an entry holds at most {MAX_BYTES}")
    return data


def unnumbered(draft: Draft, *, salt: bytes, by: By) -> Unnumbered:
    """Return the bytes of what the draft becomes once it has a time and a number. Raises ValueError for what may not be an entry."""
    return _around(draft.entry(id=0, at=Instant(0), salt=salt, by=by))


def _around(entry: Entry) -> Unnumbered:
    by, salt = _by_json(entry.by), entry.salt.hex()
    envelope = {"v": VERSION, "k": int(entry.kind), "id": entry.id, "at": entry.at, "salt": salt, "by": by, "d": entry.detail}
    problem = _envelope_problem(envelope) or form_problem(entry.kind, entry.detail)
    if problem is not None:
        raise ValueError(f"{entry.kind.dotted}: {problem}")
    # The one canonical form has the fields in the order of their names.
    return Unnumbered(
        b',"by":%b,"d":%b,"id":' % (canonical.write_checked(by), canonical.write_checked(entry.detail)),
        b',"k":%d,"salt":"%b","v":%d}' % (entry.kind, salt.encode(), VERSION),
    )


def decode(data: bytes) -> Entry | Violation:
    """Return the entry whose canonical bytes are `data`, or what is wrong with them."""
    if len(data) > MAX_BYTES:
        return Violation(what="ENTRY_TOO_LONG", says=f"the entry has {len(data)} bytes; at most {MAX_BYTES} are allowed")
    try:
        envelope: Any = canonical.read_unchecked(data)
    except ValueError:
        return Violation(what="ENTRY_NOT_JSON", says="the entry is not readable as JSON text")
    problem = _envelope_problem(envelope)
    if problem is not None:
        return Violation(what="ENTRY_ENVELOPE", says=f"the entry's outer fields are wrong: {problem}")
    kind = Kind(envelope["k"])
    problem = form_problem(kind, envelope["d"])
    if problem is not None:
        return Violation(what="ENTRY_FORM", says=f"{kind.dotted}: {problem}", entry=envelope["id"])
    if canonical.write_checked(envelope) != data:
        return Violation(what="ENTRY_NOT_CANONICAL", says="the entry is not in its one canonical form", entry=envelope["id"])
    by = envelope["by"]
    return Entry(
        id=envelope["id"],
        kind=kind,
        at=envelope["at"],
        salt=bytes.fromhex(envelope["salt"]),
        by=By(by["p"], by["g"], by.get("c")),
        detail=envelope["d"],
    )


def _by_json(by: By) -> dict[str, str]:
    parts = {"p": by.person, "g": by.authority}
    return parts if by.client is None else {**parts, "c": by.client}


def _envelope_problem(envelope: Any) -> str | None:
    if not isinstance(envelope, dict):
        return "not an object"
    problem = ENVELOPE.problem(envelope) or BY.problem(envelope["by"])
    if problem is not None:
        return problem
    if envelope["v"] != VERSION:
        return "v: not a version that this program knows"
    return None if envelope["k"] in _KINDS else "k: not a kind that this program knows"
