"""Who has taken a case of the charging queue: the first who takes it has it, until they give it back or it lapses.

A case that is taken is marked, not locked: whoever must may decide it, and nothing waits for whoever took it. It is no fact of the
case, whose version stays: nobody's work goes stale because an attorney took it, and nobody outside the charging unit sees who did.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from pars.core.cases.case import Case, Change
from pars.core.cases.charging_queue import queued
from pars.core.ledger.entries import Kind
from pars.core.terms import HOUR, Instant, Period, Refusal, instant, moment


@dataclass(frozen=True, slots=True, kw_only=True)
class TakingRule:
    """How long a case stays taken: so many hours, and never beyond the end of the shift, by the clocks of `zone`."""

    period: Period
    hours: int
    shifts: tuple[time, ...]
    zone: str
    citation: str


RULES = (
    TakingRule(
        period=Period(Instant(0)),
        hours=4,
        shifts=(time(8), time(16), time(0)),
        zone="America/New_York",
        citation="Owners' standard of the charging unit: shifts of eight hours; set by the prosecutor's office",
    ),
)
"""The standard by date. A later one begins where the one before ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """Somebody took a case at `at` and has it until `until`. `person` is the ledger's pseudonym."""

    person: str
    at: Instant
    until: Instant

    def stands(self, at: Instant) -> bool:
        """Return whether the case is still taken at `at`: the instant at which it lapses is the first at which it isn't."""
        return at < self.until


NOT_IN_QUEUE = Refusal(
    code="NOT_IN_QUEUE",
    says="The case waits for no decision on a charge.",
    remedy="Take another one from the queue.",
)
NOT_TAKEN = Refusal(code="NOT_TAKEN", says="Nobody has taken this case, so nobody can give it back.")


def lapses_at(at: Instant) -> Instant:
    """Return when a case that is taken at `at` lapses, by the rule in force then."""
    rule = next(rule for rule in RULES if rule.period.covers(at))
    today = moment(at, rule.zone).date()
    ends = [
        instant(datetime.combine(today + timedelta(days=day), end, ZoneInfo(rule.zone)))
        for end in rule.shifts
        for day in (0, 1)
    ]
    return min(Instant(at + rule.hours * HOUR), *(end for end in ends if end > at))


def take(case: Case | None, standing: Take | None, *, person: str, at: Instant) -> Change | Refusal:
    """Take a case that waits for a decision. The first has it: whoever comes second is told that somebody does."""
    if case is None:
        return Refusal(code="NO_SUCH_CASE", says="There is no such case.", remedy="Look for it again by name or number.")
    place = queued(case, at)
    if place is None or place.turn != "DECIDE":
        return NOT_IN_QUEUE
    if standing is not None and standing.stands(at):
        if standing.person == person:
            return Refusal(code="YOURS_ALREADY", says="You have taken this case.", remedy="Open it and decide.")
        return Refusal(
            code="TAKEN",
            says="A colleague took this case first and has it.",
            remedy="Take another one, or ask them to give it back. It lapses by itself at the end of the shift.",
        )
    until = lapses_at(at)
    return Change(kind=Kind.CHARGING_TAKEN, case=case, facts=(), detail={"until": until}, until=until)


def give_back(case: Case | None, standing: Take | None, *, person: str, at: Instant, for_others: bool) -> Change | Refusal:
    """Give back a case that one has taken; with `for_others`, also one that a colleague has, who may have gone home."""
    if case is None or standing is None or not standing.stands(at):
        return NOT_TAKEN
    if standing.person != person and not for_others:
        return Refusal(
            code="NOT_YOURS",
            says="A colleague has taken this case.",
            remedy="They give it back, or a supervisor does for them. It lapses by itself at the end of the shift.",
        )
    return Change(kind=Kind.CHARGING_GIVEN_BACK, case=case, facts=(), detail={"own": int(standing.person == person)})
