"""Invented agreements for tests: three owners with real keys, one text that can be changed, and a history that grows."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from pars.core import canonical
from pars.core.access.catalogue import COLUMNS
from pars.core.access.purposes import listed
from pars.core.agreements.acts import Who
from pars.core.agreements.agreement import Act, Agreement, NameUser, Propose, Vote, apply, standing, vote_message
from pars.core.agreements.version import Version, read_version
from pars.core.owners.charter import Charter, read_charter
from pars.core.terms import DAY, HOUR, Instant, Refusal

ORIGIN = "pars.test/log"
SEATS = ("city", "courts", "prosecutor")
NOW = Instant(1_800_000_000_000_000)  # 2027-01-15T08:00:00Z
START, END = Instant(NOW + DAY), Instant(NOW + 30 * DAY)


@cache
def key_of(name: str) -> Ed25519PrivateKey:
    """Return the key called so: a seat's first one by the seat's name."""
    return Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest())


def public(name: str) -> bytes:
    """Return the public half of the key called so."""
    return key_of(name).public_key().public_bytes_raw()


KEYS = {seat: key_of(seat) for seat in SEATS}
PUBLIC = {seat: public(seat) for seat in SEATS}

CHARTER_DOCUMENT: dict[str, Any] = {
    "v": 1,
    "owners": {seat: {"name": f"The {seat}", "key": PUBLIC[seat].hex()} for seat in SEATS},
    "needs": {"adopt": 2, "suspend": 2, "revoke": 2, "reinstate": 2},
    "notice_us": 0,
    "suspend_at_once": ["city", "courts"],
    "confirm_us": 2 * DAY,
    "consent": {},
}

DOCUMENT: dict[str, Any] = {
    "v": 1,
    "agreement": "AGR-1",
    "number": 1,
    "title": {"en": "Warrants of the county", "es": "Órdenes del condado"},
    "parties": {"agency": {"id": "sheriff", "name": "The Sheriff", "class": "criminal_justice"}, "owners": list(SEATS)},
    "authority": "18 Pa.C.S. § 9121(a)",
    "purposes": [listed("warrant_service").demanding("warrant_number"), listed("court_administration").demanding("docket")],
    "scope": {
        "columns": [
            "record",
            "surname",
            "given",
            "birth_date",
            "arrest_date",
            "next_hearing",
            "incident_number",
            "filed_charges",
        ],
        "filters": ["surname", "given", "birth_date", "arrest_date", "district", "incident_number"],
        "masks": {"birth_date": "year"},
        "rows": {"column": "adult", "is": "yes"},
    },
    "limits": {"questions_per_day": 20, "rows_per_reply": 50},
    "users": {"must": ["training_completed"]},
    "place": {"name": "Philadelphia", "zone": "America/New_York"},
    "term": {"start": START, "end": {"instant": END}},
    "duties": [],
    "onward": "forbidden",
}
ABSENT = object()


def changed(document: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Return a copy with the parts at the given pointers set, or taken out where the value is ABSENT."""
    made = copy.deepcopy(document)
    for pointer, value in changes.items():
        *way, last = pointer.strip("/").split("/")
        part: Any = made
        for step in way:
            part = part[int(step) if isinstance(part, list) else step]
        key: Any = int(last) if isinstance(part, list) else last
        if value is ABSENT:
            del part[key]
        else:
            part[key] = value
    return made


def charter(**changes: Any) -> Charter:
    """Return the charter, with some parts of its text changed."""
    read = read_charter(canonical.write({**CHARTER_DOCUMENT, **changes}), COLUMNS)
    assert isinstance(read, Charter), read
    return read


CHARTER = charter()


@cache
def _read(text: bytes) -> Version | Refusal:
    return read_version(text)


def version(changes: dict[str, Any] | None = None, *, number: int = 1, start: int = START, end: int = END) -> Version:
    """Return the version whose text is the document with these changes."""
    term = {"/number": number, "/term/start": start, "/term/end": {"instant": end}}
    read = _read(canonical.write(changed(DOCUMENT, term | (changes or {}))))
    assert isinstance(read, Version), read
    return read


@cache
def sign(seat: str, message: bytes) -> bytes:
    """Return the seat's signature, or that of another key by its name."""
    return key_of(seat).sign(message)


@cache
def verify(key: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether the signature is the key's over the message."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def vote(
    choice: str,
    seat: str,
    hash_: str,
    answers: int,
    *,
    agreement: str = "AGR-1",
    origin: str = ORIGIN,
    by: str = "",
    reason: str | None = None,
) -> Vote:
    """Return a signed vote; `by` signs in the seat's stead."""
    why = None if reason is None else sha256(reason.encode()).hexdigest()
    message = vote_message(
        origin=origin, agreement=agreement, version=hash_, choice=choice, seat=seat, answers=answers, why=why
    )
    return Vote(choice=choice, seat=seat, version=hash_, answers=answers, signature=sign(by or seat, message), why=why)


OFFICER = Who("officer", "grant:officer", "city")


@dataclass
class History:
    """An agreement as acts are added to it, each an hour after the one before unless `at` says when."""

    charter: Charter = CHARTER
    agreement: Agreement | None = None
    at: Instant = NOW
    entry: int = 100
    told: list[Act] = field(default_factory=list)

    def add(self, act: Act, at: int | None = None, by: Who = OFFICER) -> Agreement | Refusal:
        """Add the act; a refused one leaves no trace but the time."""
        self.at = Instant(self.at + HOUR if at is None else at)
        self.entry += 1
        made = apply(
            self.agreement, act, by=by, charter=self.charter, at=self.at, entry=self.entry, origin=ORIGIN, verify=verify
        )
        if isinstance(made, Agreement):
            self.agreement = made
            self.told.append(act)
        return made

    def must(self, act: Act, at: int | None = None, by: Who = OFFICER) -> Agreement:
        """Add an act that may not be refused."""
        made = self.add(act, at, by)
        assert isinstance(made, Agreement), made
        return made

    def refused(self, act: Act, at: int | None = None, by: Who = OFFICER) -> str:
        """Add an act that must be refused and change nothing; return the code."""
        before = self.agreement
        made = self.add(act, at, by)
        assert isinstance(made, Refusal), made
        assert self.agreement is before
        return made.code

    def propose(self, made: Version, at: int | None = None) -> int:
        """Propose a version and return the proposal's entry."""
        self.must(Propose(made), at)
        return self.entry

    def adopt(self, made: Version, seats: tuple[str, ...] = ("city", "courts"), at: int | None = None) -> None:
        """Propose and adopt a version."""
        proposal = self.propose(made, at)
        for seat in seats:
            self.must(vote("adopt", seat, made.hash, proposal, agreement=made.agreement), at)

    def voted(self, choice: str, seat: str, at: int | None = None) -> Vote:
        """Return the seat's vote on how the agreement will stand when it is added."""
        assert self.agreement is not None
        stands = standing(self.agreement, Instant(self.at + HOUR if at is None else at))
        return vote(choice, seat, stands.version.hash, stands.answers, agreement=self.agreement.id)

    def state(self, at: int) -> str:
        """Return the state at an instant."""
        assert self.agreement is not None
        return standing(self.agreement, Instant(at)).state

    def current(self) -> Agreement:
        """Return the agreement, which must be there."""
        assert self.agreement is not None
        return self.agreement


def in_force(made: Version | None = None, *, person: str = "deputy", end: int | None = None) -> Agreement:
    """Return an agreement adopted before its start, with one person named."""
    history = History()
    history.adopt(made or version())
    history.must(NameUser(person, None if end is None else Instant(end), ("training_completed",)))
    return history.current()
