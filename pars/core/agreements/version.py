"""One version of an agreement: the canonical text that the owners sign, read strictly.

The sentences that a voter reads, the conditions that run and the hash that is signed all come from this one text. Nothing in
it is skipped: an unknown field, purpose form, evidence, column, mask, condition or duty is refused with its place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pars.core.access import approvals, emergency
from pars.core.access.approvals import ApprovalRule, read_approval
from pars.core.access.behalf import Other, read_checked, read_others
from pars.core.access.catalogue import CATALOGUE, UNCHARGED, Column
from pars.core.access.emergency import EmergencyRule, read_emergency
from pars.core.access.limits import Limits, read_limits
from pars.core.access.predicate import Not, OneOf
from pars.core.access.purposes import Purpose, read_purposes
from pars.core.access.scope import Scope, both, meet, read_scope
from pars.core.agreements.beside import Fee, NoticeBy, read_fee, read_notice_by
from pars.core.agreements.civil import LAST, read_end
from pars.core.agreements.duties import Duty, read_duties
from pars.core.agreements.one_off import Paper, read_paper
from pars.core.document import ID, WORD, Misread, Node, read
from pars.core.terms import Instant, Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

MUST = ("fingerprint_check", "terms_signed", "training_completed")
"""What an agreement can demand that a named user holds."""
ACKNOWLEDGED = "terms_acknowledged"
"""What it can demand that a named user does: acknowledge the version, each anew."""
DEMANDS = (*MUST, ACKNOWLEDGED)

CHARGED_ONLY = Not(OneOf("charge_status", UNCHARGED))
"""The condition that every version has unless its text says otherwise: who was arrested and never charged isn't shown."""

_ZONE = re.compile(r"[A-Z][A-Za-z0-9_+-]{1,30}(?:/[A-Za-z0-9_+-]{1,30}){0,2}")


@dataclass(frozen=True, slots=True)
class Agency:
    """The outside agency; `kind` is its recipient class, by which the floor knows it. `place` is where it tells its own time, if the text
    says so: nothing runs by that clock, the term is told by it too.
    """

    id: str
    name: str
    kind: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """The place by whose clock the agreement's days are counted and its times are told."""

    name: str
    zone: str


@dataclass(frozen=True, slots=True)
class Term:
    """When the agreement may be in force: [start, end). `civil` is the last civil day where the end was stated as one."""

    start: Instant
    end: Instant
    civil: date | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """Until when a proposal can be voted on, exclusively. `civil` is the last civil day where it was stated as one."""

    at: Instant
    civil: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What one canonical text says; `hash` is the sha256 that votes and disclosures name it by.

    `must` is what a named person must hold; `acknowledge` says whether they must acknowledge this version. `scope` is what runs, with every condition; `never_charged` says whether it has the one that `CHARGED_ONLY` is.
    """

    hash: str
    agreement: str
    number: int
    title: Mapping[str, str] = field(hash=False)
    agency: Agency
    owners: tuple[str, ...]
    authority: str
    purposes: tuple[Purpose, ...]
    scope: Scope
    never_charged: bool
    limits: Limits
    must: tuple[str, ...]
    acknowledge: bool
    place: Place
    term: Term
    duties: tuple[Duty, ...]
    paper: Paper | None
    approval: ApprovalRule | None
    emergency: EmergencyRule | None
    others: tuple[Other, ...]
    checked: tuple[str, ...]
    fee: Fee | None
    nonrenewal: NoticeBy | None
    closing: Closing | None

    @property
    def closes(self) -> Instant:
        """The instant from which on a vote to adopt or reject it counts no more."""
        return self.term.end if self.closing is None else self.closing.at

    def purpose(self, code: str) -> Purpose | None:
        """Return the purpose of that code, if this version has it."""
        return next((purpose for purpose in self.purposes if purpose.code == code), None)


def read_version(text: bytes, catalogue: tuple[Column, ...] = CATALOGUE, *, resolve: bool = True) -> Version | Refusal:
    """Return the version whose canonical text this is, or what is wrong and where.

    With `resolve`, a civil end must resolve to the stated instant by the zone rules of today, and purposes must follow the list
    of today. A proposal is read so. One that was voted is read without: the parties signed the instant and the definitions, and a
    later change of zone rules or of the list moves neither.
    """

    def reader(node: Node) -> Version:
        parts = node.fields(
            {"v", "agreement", "number", "title", "parties", "authority", "purposes", "scope", "limits"}
            | {"users", "place", "term", "duties", "onward"},
            {"never_charged", "vote", "fee", "nonrenewal", "paper", "approval", "emergency", "on_behalf_of", "checked"},
        )
        parts["v"].whole(1, 1)
        agency, owners = _parties(parts["parties"])
        parts["onward"].one_of({"forbidden"})
        place = _place(parts["place"])
        term = _term(parts["term"], place, resolve=resolve)
        demands = parts["users"].fields({"must"})["must"].words(DEMANDS, "UNKNOWN_REQUIREMENT")
        never_charged = "never_charged" in parts and parts["never_charged"].one_of({"shown"}) == "shown"
        return Version(
            hash=sha256(text).hexdigest(),
            agreement=parts["agreement"].text(ID),
            number=parts["number"].whole(1, 10_000),
            title=parts["title"].said(),
            agency=agency,
            owners=owners,
            authority=parts["authority"].text(),
            purposes=read_purposes(parts["purposes"], proposed=resolve),
            scope=_scope(parts["scope"], catalogue, never_charged=never_charged),
            never_charged=never_charged,
            limits=read_limits(parts["limits"]),
            must=tuple(one for one in demands if one != ACKNOWLEDGED),
            acknowledge=ACKNOWLEDGED in demands,
            place=place,
            term=term,
            fee=read_fee(parts["fee"]) if "fee" in parts else None,
            nonrenewal=read_notice_by(parts["nonrenewal"], place, term, resolve=resolve) if "nonrenewal" in parts else None,
            closing=_closing(parts["vote"], place, term, resolve=resolve) if "vote" in parts else None,
            duties=read_duties(parts["duties"], place, term, resolve=resolve),
            paper=read_paper(parts["paper"]) if "paper" in parts else None,
            approval=read_approval(parts["approval"]) if "approval" in parts else None,
            emergency=read_emergency(parts["emergency"]) if "emergency" in parts else None,
            others=read_others(parts["on_behalf_of"]) if "on_behalf_of" in parts else (),
            checked=read_checked(parts["checked"]) if "checked" in parts else (),
        )

    return read(text, reader)


def _parties(node: Node) -> tuple[Agency, tuple[str, ...]]:
    parts = node.fields({"agency", "owners"})
    agency = parts["agency"].fields({"id", "name", "class"}, {"place"})
    owners = tuple(part.text(WORD) for part in parts["owners"].items(1, 15))
    if len(set(owners)) != len(owners):
        raise parts["owners"].wrong("TWICE", "an owner stands here twice.")
    place = _place(agency["place"]) if "place" in agency else None
    return Agency(agency["id"].text(ID), agency["name"].text(most=120), agency["class"].text(WORD), place), owners


def _scope(node: Node, catalogue: tuple[Column, ...], *, never_charged: bool) -> Scope:
    scope = read_scope(node.value, catalogue, node.place)
    if isinstance(scope, Refusal):
        raise Misread(scope)
    if not scope.columns:
        raise node.wrong("NO_COLUMNS", "a version that returns no column grants nothing.")
    return scope if never_charged else replace(scope, rows=both(scope.rows, CHARGED_ONLY))


def _place(node: Node) -> Place:
    parts = node.fields({"name", "zone"})
    zone = parts["zone"].text(_ZONE)
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise parts["zone"].wrong("UNKNOWN_ZONE", "there is no such time zone.", "Use an IANA name.") from None
    return Place(parts["name"].text(most=60), zone)


def _term(node: Node, place: Place, *, resolve: bool) -> Term:
    parts = node.fields({"start", "end"})
    start = Instant(parts["start"].whole(0, LAST))
    end, civil = read_end(parts["end"], place, resolve=resolve)
    if not start < end:
        raise node.wrong("EMPTY_TERM", "the end must come after the start.")
    return Term(start, end, civil)


def _closing(node: Node, place: Place, term: Term, *, resolve: bool) -> Closing:
    closes = node.fields({"closes"})["closes"]
    at, civil = read_end(closes, place, resolve=resolve)
    if at > term.end:
        raise closes.wrong("CLOSES_TOO_LATE", "a vote that closes after the term's end could decide nothing.")
    return Closing(at, civil)


# ---------------------------------------------------------------- narrower by form


def narrows(new: Version, old: Version) -> bool:
    """Return whether `new` is plainly `old` met with a restriction. What isn't seen by form counts as widening (law L6)."""
    parties = (new.agreement, new.agency, new.owners, new.authority, new.place, new.paper)
    met = meet(new.scope, old.scope)
    return (
        parties == (old.agreement, old.agency, old.owners, old.authority, old.place, old.paper)
        and all(purpose in old.purposes for purpose in new.purposes)
        and (met.columns, met.filters, met.rows) == (new.scope.columns, new.scope.filters, both(new.scope.rows))
        and all(met.masks.get(name) == new.scope.masks.get(name) for name in met.columns | met.filters)
        and new.limits.within(old.limits)
        and approvals.narrower(new.approval, old.approval)
        and emergency.narrower(new.emergency, old.emergency)
        and set(new.others) <= set(old.others)
        and set(old.checked) <= set(new.checked)
        and set(old.must) <= set(new.must)
        and old.acknowledge <= new.acknowledge
        and new.fee == old.fee
        and all(duty in new.duties for duty in old.duties)
        and old.term.start <= new.term.start
        and new.term.end <= old.term.end
    )
