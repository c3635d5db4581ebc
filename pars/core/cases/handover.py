"""Hand-over at the end of a shift: what is open at a desk goes to who comes in, with a note. Until somebody takes it, it stays listed.

A hand-over changes nothing in a case and no duty: whose turn it is follows from the case, whoever sits there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pars.core.cases.case import Case, Change
from pars.core.cases.waiting import Desk
from pars.core.ledger.entries import Kind
from pars.core.terms import Instant, Refusal

LONGEST_NOTE = 500

WORK: Mapping[str, tuple[str, tuple[Desk, ...]]] = MappingProxyType(
    {
        "booking": ("case:submit", ("police",)),
        "charging": ("charge:decide", ("charging",)),
        "pretrial": ("interview:record", ("interview",)),
        "custody": ("release:acknowledge", ("release", "hold")),
    }
)
"""The desks that hand over: the act by which somebody works there, and whose turns are open there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """A case handed over at a desk by entry `entry`; `taken_by` is None while nobody has taken it."""

    case_id: str
    desk: str
    note: str
    entry: int
    at: Instant
    person: str
    taken_by: str | None = None
    taken_at: Instant | None = None


def desk_of(acts: Iterable[str]) -> str | None:
    """Return the desk at which a role with these acts works; None where it hands nothing over."""
    held = frozenset(acts)
    return next((desk for desk, (act, _) in WORK.items() if act in held), None)


def hand_over(case: Case | None, desk: str | None, note: str) -> Change | Refusal:
    """Hand a case over to who comes in."""
    if case is None:
        return Refusal(code="NO_SUCH_CASE", says="There is no such case.", remedy="Look for it again by name or number.")
    if desk is None:
        return Refusal(code="NO_DESK", says="Your role works at no desk that hands over.")
    if "\0" in note:
        return Refusal(
            code="NOTE_UNREADABLE",
            says="The note holds a character that can't be kept.",
            remedy="Type it anew.",
            names=("note",),
        )
    if len(note) > LONGEST_NOTE:
        return Refusal(
            code="NOTE_TOO_LONG",
            says=f"A note has {LONGEST_NOTE} characters at most.",
            remedy="Write what the next shift must know first; the case holds the rest.",
            names=("note",),
        )
    return Change(kind=Kind.HANDED_OVER, case=case, facts=(), detail={"desk": desk})


def take_over(case: Case | None, desk: str | None, last: Handover | None, *, entry: int, person: str) -> Change | Refusal:
    """Take over what was handed over by an entry, as it still stands."""
    if case is None or last is None or last.entry != entry or last.desk != desk:
        return Refusal(
            code="NO_SUCH_HANDOVER",
            says="There is no such hand-over at your desk, or a later one took its place.",
            remedy="Look at the list again.",
        )
    if last.taken_by is not None:
        return Refusal(code="ALREADY_TAKEN", says="Somebody has taken it over already.", remedy="Look at the list again.")
    if last.person == person:
        return Refusal(
            code="OWN_HANDOVER",
            says="Who handed a case over doesn't take it over.",
            remedy="Whoever comes in takes it over with their own account.",
        )
    return Change(kind=Kind.HANDOVER_TAKEN, case=case, facts=(), detail={"desk": last.desk, "handed": entry})
