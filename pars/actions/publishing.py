"""What anybody may know: who may ask what until when, how it was voted, what was reported; and entries of the ledger, in part.

Facts of governance are public, the public page shows them without sign-in. What an entry says of a case or a question is for
the one who made it, for those whose role reads the ledger, and for the agency it is about.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pars.core.agreements.agreement import standing
from pars.core.agreements.pending import pending as pending_now
from pars.core.agreements.renewals import calendar
from pars.core.ledger.entries import CASE_KINDS, Entry, Kind, decode
from pars.store import connections, governance, ledger, published, tree, volume

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pars.core.access.limits import Used
    from pars.core.agreements.agreement import Agreement, Standing
    from pars.core.agreements.pending import Pending
    from pars.core.agreements.renewals import Renewal
    from pars.core.agreements.version import Version
    from pars.core.ledger.entries import By
    from pars.core.owners.charter import Charter
    from pars.core.terms import Instant
    from pars.store.tree import Receipt

PUBLIC = frozenset(kind for kind in Kind if kind < 40)
"""Kinds whose entries anybody may read: the opening, keys, grants, agreements, votes, reports, notices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Whose record system this is: the ledger's name, whether its clock is simulated, and the owners' charter."""

    origin: str
    simulated: bool
    charter: Charter


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A text beside the ledger: a use report's facts, the agency's reply to one, or a notice. `entry` and `at` are its act's."""

    entry: int
    at: Instant
    text: bytes
    about: int | None = None
    """For a reply: the entry of the report."""
    start: Instant | None = None
    end: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """An agreement as it stands at `at`, with the papers that were put beside it, oldest first, and what was written about it (reasons, inquiries, answers) by its sha256."""

    at: Instant
    agreement: Agreement
    stands: Standing
    reports: tuple[Paper, ...] = ()
    replies: tuple[Paper, ...] = ()
    notices: tuple[Paper, ...] = ()
    written: Mapping[str, str] = field(default_factory=dict)

    def before(self, version: Version) -> Version | None:
        """Return the version that this one would follow: the one that governs, else the last one before it."""
        if self.stands.version.number < version.number:
            return self.stands.version
        earlier = [proposal.version for proposal in self.agreement.proposals if proposal.version.number < version.number]
        return earlier[-1] if earlier else None


def now() -> Instant:
    """Return the ledger's time."""
    return ledger.now()


def house() -> House | None:
    """Return whose record system this is; None before the ledger was opened."""
    with ledger.reading():
        opening = governance.load_opening()
    if opening is None:
        return None
    return House(origin=opening.origin, simulated=opening.simulated, charter=opening.charter)


_ORIGINS: dict[Path, str] = {}
"""The ledgers' names by their homes: a first entry never changes, so it is read once."""


def origin() -> str:
    """Return the ledger's name; empty before it was opened."""
    home = connections.home()
    if home not in _ORIGINS:
        opened = house()
        if opened is None:
            return ""
        _ORIGINS[home] = opened.origin
    return _ORIGINS[home]


def agreements(agency: str | None = None) -> tuple[Published, ...]:
    """Return every agreement (of one agency) as it stands now, in the order of their first proposals, without papers; with words where it is one agency's."""
    with ledger.reading() as at:
        found = governance.load_agreements(agency)
        return tuple(
            Published(
                at=at,
                agreement=known,
                stands=standing(known, at),
                written={} if agency is None else governance.load_words(known),
            )
            for known in found
        )


def renewals() -> tuple[Instant, tuple[Renewal, ...]]:
    """Return the renewal calendar, and as of when."""
    with ledger.reading() as at:
        return at, calendar(governance.load_agreements(), published.load_nonrenewals(), at)


def agreement(agreement_id: str) -> Published | None:
    """Return one agreement with its papers."""
    with ledger.reading() as at:
        found = governance.load_agreement(agreement_id)
        if found is None:
            return None
        return Published(
            at=at,
            agreement=found,
            stands=standing(found, at),
            reports=_papers("use_report", agreement_id),
            replies=_papers("reply", agreement_id),
            notices=_papers("notice", agreement_id),
            written=governance.load_words(found),
        )


def pending(one: Published, house: House) -> tuple[Pending, ...]:
    """Return what is open on an agreement: who must act next, and by when."""
    return pending_now(one.agreement, house.charter, one.at)


def text_of(version: str) -> bytes | None:
    """Return the canonical text of a version, by its hash."""
    with ledger.reading():
        return governance.load_text(version)


def used_today(agreement_id: str, person: str, version: Version) -> Used:
    """Return what the day that counts now has had under an agreement, as far as its version limits it."""
    with ledger.reading() as at:
        return volume.used(agreement_id, person, version, at)


def _papers(kind: Literal["use_report", "reply", "notice"], agreement_id: str) -> tuple[Paper, ...]:
    return tuple(Paper(**row._asdict()) for row in published.load_papers(kind, agreement_id))


# ---------------------------------------------------------------- the ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One entry with its receipt. `entry` is None where the reader may know only that it is there; `hourly` whether they see its
    place only under the checkpoint of the full hour.
    """

    number: int
    receipt: Receipt
    entry: Entry | None
    hourly: bool = False


def entry(number: int, *, by: By | None = None, agencies: Mapping[str, str] | None = None) -> Shown | None:
    """Return an entry as far as this reader may read it; None where there is none, or to an outsider not yet.

    `agencies` are the agreements (id → agency) of the agency that the reader acts for. That an entry is there, and how long the log is,
    tells outsiders what happens now: before the hour's checkpoint covers it they find only what is public, and their own (law L4).
    """
    with ledger.reading() as at:
        body = published.load_body(number)
        if body is None:
            return None
        found = decode(body)
        grant = governance.own_grant(by) if by is not None else None
        on_duty = grant is not None and grant.period.covers(at)
        reads = grant is not None and on_duty and "ledger:read" in grant.role.acts
        near = on_duty or (isinstance(found, Entry) and _is_theirs(found, by, agencies or {}))
        receipt = tree.load_receipt(number, anybodys=None if near else at)
    assert receipt is not None, "the entry is there"
    if not isinstance(found, Entry):
        return Shown(number=number, receipt=receipt, entry=None) if near else None
    if not (near or found.kind in PUBLIC or receipt.size is not None):
        return None
    shown = found.kind in PUBLIC or reads or _is_theirs(found, by, agencies or {})
    return Shown(number=number, receipt=receipt, entry=found if shown else None, hourly=not near)


def _is_theirs(found: Entry, by: By | None, agencies: Mapping[str, str]) -> bool:
    """Return whether the reader made the entry, or it is about the agency that they act for."""
    if by is not None and found.by.person == by.person:
        return True
    names = {f"agency:{agency}" for agency in agencies.values()}
    return found.by.authority.removeprefix("agreement:") in agencies or found.by.authority in names


TOPICS: Mapping[str, frozenset[Kind]] = {
    "board": CASE_KINDS,
    "agreements": frozenset(kind for kind in Kind if 10 <= kind < 40),
}
"""What a staff page can wait for a change of, and the kinds of entry that change it."""

_MOST = 2_000


def changed_since(index: int | None) -> tuple[int, tuple[tuple[int, str], ...]]:
    """Return the ledger's latest index and, for each sealed entry after the given one, its index and the topic it changed."""
    with ledger.reading():
        latest, found = published.load_sealed_kinds(index, most=_MOST)
    topics = [(at, topic) for at, kind in found for topic, kinds in TOPICS.items() if kind in kinds]
    return (found[-1][0] if found else latest), tuple(topics)
