"""Keeping watch: whatever limit of a case passes unmet is noted once, in the ledger, under the worker's own grant.

A note changes nothing in a case: its version stays, so that nobody's work goes stale by it. The limit itself is the law's or the
owners' and is computed by whoever looks; the note proves that it passed, and when that was seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.actions.beats import refused_act
from pars.core.cases.case import Change
from pars.core.cases.custody import what_holds
from pars.core.cases.limits import Limit, next_due, passed
from pars.core.ledger.entries import Kind
from pars.core.terms import DAY, Instant, Refusal
from pars.store import ledger, rows, tellings, watched

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pars.core.cases.case import Case
    from pars.core.ledger.entries import By
    from pars.store.ledger import Done, Refused

LOOKS_BACK = 7 * DAY
"""How far back a watch that begins looks at cases that were closed meanwhile: longer than any worker stays down."""
TELLS_BACK = 30 * DAY
"""How long a case stays watched after something in it was put right, closed or not: longer than anybody has to tell who got it."""

ACT = "limit:note"


@dataclass(slots=True)
class _Known:
    """What is known of a watched case: its version, when time may say otherwise, and the versions of the person's other cases."""

    version: int
    due: Instant | None
    others: Mapping[str, int]


@dataclass(slots=True)
class Watch:
    """One worker's watch. Only what was changed is read again, so that a look costs next to nothing while nothing happens."""

    known: dict[str, _Known] | None = None

    def look(self, *, by: By) -> list[Done | Refused]:
        """Note every limit that has passed since the last look, or that nobody noted while no worker ran."""
        with ledger.reading() as at:
            there = watched.open_cases() | tellings.put_right_since(Instant(at - TELLS_BACK))
            if self.known is None:
                self.known = {}
                there |= watched.changed_since(Instant(at - LOOKS_BACK))
            # What isn't open any more was closed since the last look: it is looked at once more, and let go.
            linked = {other for known in self.known.values() for other in known.others} - there.keys()
            versions = there | (watched.versions_of(linked) if linked else {})
            wanted = (self.known.keys() - there.keys()) | {name for name in there if self._is_due(name, versions, at)}
            noted = watched.noted(wanted)
            late: list[tuple[str, Limit]] = []
            cases = rows.load_cases(wanted)
            others = rows.others_of(cases) if cases else {}
            for name, found in watched.limits_of_all(cases, at, others).items():
                late += [(name, one) for one in passed(found, at) if not one.among(noted.get(name, ()))]
                self.known[name] = _known(cases[name], found, others[name], at)
                if name not in there:
                    del self.known[name]
        return [_note(name, limit, by=by) for name, limit in late]

    def _is_due(self, case_id: str, versions: Mapping[str, int], at: Instant) -> bool:
        known = (self.known or {}).get(case_id)
        if known is None or known.version != versions[case_id] or (known.due is not None and known.due <= at):
            return True
        return any(versions.get(other) != version for other, version in known.others.items())


def _known(case: Case, found: Sequence[Limit], others: Sequence[Case], at: Instant) -> _Known:
    """Return what is known of a case: of the person's other cases, what holds there may lapse by itself, too."""
    ends = [one.ends for one in what_holds(others, at) if one.ends > at]
    due = next_due(found, at)
    return _Known(
        case.version,
        min(ends if due is None else [*ends, due], default=None),
        {other.id: other.version for other in others},
    )


@ledger.retried
def _note(case_id: str, limit: Limit, *, by: By) -> Done | Refused:
    """Note one limit under the case's lock, so that of two workers the second finds the first one's note."""
    with ledger.acting(by) as acting:
        outcome: Change | Refusal = refused_act(acting, ACT) or _decided(rows.load_case(case_id, lock=True), limit, acting.at)
        if isinstance(outcome, Change):
            watched.note_passed(case_id, limit)
        return ledger.append(outcome, by=by, act=ACT, case=case_id)


def _decided(case: Case | None, limit: Limit, at: Instant) -> Change | Refusal:
    """Return the note, or why there is nothing to note: somebody did, or met it, between the look and the lock."""
    if case is None or limit not in passed(watched.limits_of(case, at, rows.other_cases(case)), at):
        return Refusal(code="NOTHING_PASSED", says="The case changed before anybody could note that this limit passed.")
    if limit.among(watched.noted([case.id]).get(case.id, ())):
        return Refusal(code="ALREADY_NOTED", says="Another worker noted this limit.")
    return Change(
        kind=Kind.LIMIT_PASSED, case=case, facts=(), detail={"limit": limit.code, "about": limit.about, "due": limit.due}
    )
