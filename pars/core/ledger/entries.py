"""What the ledger holds: one entry for each act, as canonical bytes that a stranger can check.

An entry says who acted, under which authority, when, and what; it holds no name, no number of a person and no literal of
a question, only keyed commitments to them (docs/spec/ledger.md lists every kind with its fields). `FORMS` is that list:
what has no form there can't be encoded, and bytes that don't follow it don't decode. drafts.py builds each kind by name.

Kinds are never renumbered and a form is never changed once an entry has it: a new meaning is a new kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

from pars.core import canonical
from pars.core.ledger.kinds import CASE_KINDS, OF_NO_CASE, Kind

if TYPE_CHECKING:
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
    "Violation",
    "decode",
    "encode",
    "form_problem",
    "is_field",
]

VERSION = 1
MAX_BYTES = 2048
SALT_BYTES = 16


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


def encode(entry: Entry) -> bytes:
    """Return the entry's canonical bytes, which are hashed and kept. Raises ValueError for what may not be an entry."""
    envelope: dict[str, Any] = {
        "v": VERSION,
        "k": int(entry.kind),
        "id": entry.id,
        "at": entry.at,
        "salt": entry.salt.hex(),
        "by": _by_json(entry.by),
        "d": entry.detail,
    }
    problem = _envelope_problem(envelope) or form_problem(entry.kind, entry.detail)
    if problem is not None:
        raise ValueError(f"{entry.kind.dotted}: {problem}")
    data = canonical.write_checked(envelope)
    if len(data) > MAX_BYTES:
        raise ValueError(f"{entry.kind.dotted}: {len(data)} bytes, and an entry holds at most {MAX_BYTES}")
    return data


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
    problem = _ENVELOPE.problem(envelope) or _BY.problem(envelope["by"])
    if problem is not None:
        return problem
    if envelope["v"] != VERSION:
        return "v: not a version that this program knows"
    return None if envelope["k"] in _KINDS else "k: not a kind that this program knows"


# ---------------------------------------------------------------- forms

Check: TypeAlias = Callable[[Any], bool]

_HASH = re.compile(r"[0-9a-f]{64}").fullmatch
_SALT = re.compile(r"[0-9a-f]{32}").fullmatch
_SIGNATURE = re.compile(r"[0-9a-f]{128}").fullmatch
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/+-]{0,127}").fullmatch
_REFUSAL = re.compile(r"[A-Z][A-Z0-9_]{0,63}").fullmatch
_FIELD = re.compile(r"/?[A-Za-z0-9][A-Za-z0-9._:/+-]{0,63}").fullmatch
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}").fullmatch
_AUTHORITY = re.compile(r"(?:grant|agreement|agency):[A-Za-z0-9][A-Za-z0-9._-]{0,63}|floor|system").fullmatch
_CHOICES = frozenset({"adopt", "reject", "suspend", "revoke", "reinstate", "withdraw"})


def _whole(value: Any) -> bool:
    return type(value) is int and -canonical.LARGEST <= value <= canonical.LARGEST


def _count(value: Any) -> bool:
    return type(value) is int and 0 <= value <= canonical.LARGEST


def _flag(value: Any) -> bool:
    return type(value) is int and value in {0, 1}


def _text(matches: Callable[[str], object]) -> Check:
    return lambda value: type(value) is str and matches(value) is not None


def _choice(value: Any) -> bool:
    return type(value) is str and value in _CHOICES


def _object(value: Any) -> bool:
    return type(value) is dict


def _sorted(part: Check) -> Check:
    """A list in rising order without repeats, so that one set has one form."""

    def check(value: Any) -> bool:
        return type(value) is list and all(map(part, value)) and all(one < other for one, other in pairwise(value))

    return check


_hash, _salt, _signature, _code = _text(_HASH), _text(_SALT), _text(_SIGNATURE), _text(_CODE)
_refusal, _name, _authority = _text(_REFUSAL), _text(_NAME), _text(_AUTHORITY)
_hashes, _names, _fields = _sorted(_hash), _sorted(_name), _sorted(_text(_FIELD))


def is_field(text: str) -> bool:
    """Return whether a refusal may name this: a column, a purpose, an act or a place in a document, never loose words."""
    return _FIELD(text) is not None


def _stated(value: Any) -> bool:
    """What a rule of the case may add to its entry: a number, a code, a hash, or a list of such. Never words."""
    if type(value) is list:
        return all(_whole(part) or _code(part) for part in value)
    return _whole(value) or _code(value)


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a detail object: those it must have, those it may have, and whether it may have others (`more`)."""

    needs: Mapping[str, Check]
    may: Mapping[str, Check] = field(default_factory=dict)
    more: Check | None = None

    def problem(self, detail: Any) -> str | None:
        """Return what is wrong with `detail`, or None."""
        if type(detail) is not dict:
            return "not an object"
        needs = 0
        for name, value in detail.items():
            check = self.needs.get(name)
            if check is not None:
                needs += 1
            else:
                check = self.may.get(name) or self.more
                if check is None or not _name(name):
                    return f"{name!r:.40}: no such field"
            if not check(value):
                return f"{name}: not a value that this field may have"
        if needs != len(self.needs):
            return f"{', '.join(sorted(self.needs.keys() - detail.keys()))}: missing"
        return None


_KINDS = frozenset(int(kind) for kind in Kind)
_ENVELOPE = Form({"v": _count, "k": _count, "id": _count, "at": _whole, "salt": _salt, "by": _object, "d": _object})
_BY = Form({"p": _code, "g": _authority}, {"c": _code})
_CASE = Form({"case": _hash, "version": _count}, more=_stated)
_VOTE = {"choice": _choice, "seat": _code, "answers": _count, "signature": _signature}
_ASKED = {"columns": _names, "filters": _names, "rows": _count, "root": _hash, "question": _hash, "out": _hash}

FORMS: Mapping[Kind, Form] = {
    Kind.GENESIS_OPENED: Form(
        {
            "origin": _code,
            "log_key": _hash,
            "simulated": _flag,
            "shift": _whole,
            "charter": _hash,
            "floor": _hash,
            "catalogue": _hash,
            "roles": _hashes,
            "detainers": _hash,
            "profile": _hash,
        }
    ),
    Kind.CLOCK_SHIFTED: Form({"was": _whole, "shift": _whole}),
    Kind.SEALER_STARTED: Form({"epoch": _count}),
    Kind.GRANT_GIVEN: Form({"grant": _code, "person": _code, "role": _hash, "start": _whole}, {"end": _whole}),
    Kind.GRANT_REMOVED: Form({"grant": _code}),
    Kind.CLIENT_BOUND: Form({"client": _code, "agency": _code, "agreement": _code}),
    Kind.CLIENT_UNBOUND: Form({"client": _code, "agreement": _code}),
    Kind.USER_NAMED: Form({"agreement": _code, "person": _code}, {"end": _whole, "holds": _names}),
    Kind.USER_REMOVED: Form({"agreement": _code, "person": _code}),
    Kind.DUTY_MET: Form({"agreement": _code, "version": _hash, "duty": _code, "due": _whole, "shown": _hash}),
    Kind.TERMS_ACKNOWLEDGED: Form({"agreement": _code, "person": _code, "version": _hash}),
    Kind.INQUIRY_MADE: Form({"agreement": _code, "inquiry": _hash, "due": _whole}),
    Kind.INQUIRY_ANSWERED: Form({"agreement": _code, "inquiry": _count, "answer": _hash}),
    Kind.AGREEMENT_PROPOSED: Form({"agreement": _code, "agency": _code, "version": _hash}),
    Kind.AGREEMENT_VOTED: Form({"agreement": _code, "version": _hash, **_VOTE}, {"why": _hash}),
    Kind.AGREEMENT_REPLIED: Form({"agreement": _code, "report": _count, "reply": _hash}),
    Kind.AGREEMENT_END_NOTED: Form({"agreement": _code, "version": _hash, "ended": _whole}),
    Kind.USE_REPORT_MADE: Form({"agreement": _code, "start": _whole, "end": _whole, "report": _hash}),
    Kind.NOTICE_SERVED: Form(
        {"agreement": _code, "version": _hash, "notice": _hash}, {"channel": _code, "about": _name, "proof": _hash}
    ),
    Kind.OUTCOME_REPORTED: Form({"agreement": _code, "answer": _count, "outcome": _name}),
    Kind.PROPOSAL_WITHDRAWN: Form({"agreement": _code, "version": _hash}),
    Kind.APPROVAL_ASKED: Form(
        {"agency": _code, "version": _hash, "purpose": _code, "columns": _names, "filters": _names, "question": _hash},
        {"export": _flag},
    ),
    Kind.APPROVAL_GIVEN: Form({"agreement": _code, "asked": _count}),
    Kind.EMERGENCY_REVIEWED: Form({"agreement": _code, "answer": _count, "finding": _refusal}),
    Kind.OFFENSES_LOADED: Form({"offenses": _hash, "lines": _count}),
    Kind.OWNERS_TEXT_PROPOSED: Form({"about": _code, "text": _hash}),
    Kind.OWNERS_TEXT_VOTED: Form({"about": _code, "text": _hash, **_VOTE}),
    Kind.OWNERS_TEXT_WITHDRAWN: Form({"about": _code, "text": _hash}),
    Kind.CALENDAR_LOADED: Form({"calendar": _hash, "lines": _count}),
    Kind.SESSION_CLOSED: Form({"session": _whole, "record": _hash}, {"amends": _count}),
    Kind.FORMS_PRINTED: Form({"site": _code, "form": _code, "first": _count, "count": _count}),
    Kind.FORM_VOIDED: Form({"site": _code, "number": _count, "reason": _refusal}),
    Kind.SILENCE_NOTED: Form({"source": _code, "since": _whole, "hours": _count}),
    **dict.fromkeys(sorted(CASE_KINDS), _CASE),
    Kind.DISCLOSED: Form(
        {"agency": _code, "version": _hash, "purpose": _code, **_ASKED},
        {
            "evidence": _hash,
            "paper": _hash,
            "stream": _count,
            "follows": _count,
            "repeats": _count,
            "export": _count,
            "approval": _count,
            "emergency": _refusal,
            "behalf": _code,
            "checked": _flag,
            "hook": _count,
        },
    ),
    Kind.SHOWN: Form({"act": _code, **_ASKED}, {"purpose": _code, "evidence": _hash, "follows": _count}),
    Kind.REFUSED: Form(
        {"code": _refusal},
        {
            "act": _code,
            "agency": _code,
            "purpose": _code,
            "names": _fields,
            "question": _hash,
            "case": _hash,
            "repeats": _count,
        },
    ),
    Kind.STREAM_CLOSED: Form({"agency": _code, "reason": _refusal, "chunks": _count, "empty": _count}, {"stream": _count}),
    Kind.CHUNK_DROPPED: Form({"chunk": _count, "reason": _refusal}),
    Kind.ATTEMPTS_SUMMED: Form({"start": _whole, "end": _whole, "failed": _count}),
    Kind.EXPORT_OPENED: Form(
        {"agency": _code, "version": _hash, "purpose": _code, "form": _code, "columns": _names, "filters": _names},
        {"follows": _count, "repeats": _count, "approval": _count},
    ),
    Kind.EXPORT_CLOSED: Form(
        {
            "agency": _code,
            "export": _count,
            "reason": _refusal,
            "chunks": _count,
            "dropped": _count,
            "rows": _count,
            "out": _hash,
        },
        {"last": _count},
    ),
    Kind.HOOK_REGISTERED: Form(
        {
            "agency": _code,
            "agreement": _code,
            "version": _hash,
            "purpose": _code,
            "columns": _names,
            "filters": _names,
            "question": _hash,
            "address": _hash,
            "end": _whole,
        }
    ),
    Kind.HOOK_REMOVED: Form({"agreement": _code, "hook": _count}),
}


def form_problem(kind: Kind, detail: Any) -> str | None:
    """Return what keeps `detail` from being the detail of an entry of this kind, or None."""
    form = FORMS.get(kind)
    return "this kind is reserved and has no form yet" if form is None else form.problem(detail)
