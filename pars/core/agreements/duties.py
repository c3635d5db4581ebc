"""Duties: what a version's text makes the agency do, by when, and whether the agreement waits for it.

A duty is owed by the version that governs, and only for what falls due after that version came into force. The instants that
days of a month or of the calendar resolve to stand in the text: the parties sign them, as they sign the end of the term.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

from pars.core.agreements.civil import day_of, ends_of_month_days, read_end
from pars.core.document import WORD
from pars.core.terms import DAY, Instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pars.core.agreements.acts import Agreement, Met
    from pars.core.agreements.version import Place, Term, Version
    from pars.core.document import Node

KINDS = ("attest", "notify", "purge", "report")
"""What a duty can be: say that the terms are kept, tell somebody, destroy what was taken, report on the use."""
MOST_DUTIES, MOST_TIMES, MOST_DAYS = 20, 132, 3660
After = Literal["start", "end"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When a duty falls due. Either `at` signed instants, each the end of its day in `civil` where days were stated, on the
    `day_of_month` where it comes every month; or once, `days` of 24 hours `after` the version's start or its end.
    """

    at: tuple[Instant, ...] = ()
    civil: tuple[date, ...] = ()
    day_of_month: int | None = None
    days: int = 0
    after: After | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One duty of a text. While one that `suspends` is overdue, nothing is answered; any other is only noted."""

    code: str
    kind: str
    says: Mapping[str, str] = field(hash=False)
    due: Due
    suspends: bool


@dataclass(frozen=True, slots=True)
class Owed:
    """One time that a duty falls due: it can be met from `opens` on, and is overdue from `due` on."""

    duty: Duty
    opens: Instant
    due: Instant


# ---------------------------------------------------------------- read


def read_duties(node: Node, place: Place, term: Term, *, resolve: bool) -> tuple[Duty, ...]:
    """Return the duties of a text. With `resolve`, days must resolve to the stated instants by today's rules of the zone."""
    found: dict[str, Duty] = {}
    for part in node.items(most=MOST_DUTIES):
        parts = part.fields({"code", "kind", "says", "due", "overdue"})
        code = parts["code"].text(WORD)
        if code in found:
            raise parts["code"].wrong("TWICE", "this duty stands here twice.")
        due = _due(parts["due"], place, term, resolve=resolve)
        suspends = parts["overdue"].one_of({"suspends", "noted"}) == "suspends"
        if suspends and (due.after == "end" or max(due.at, default=term.start + due.days * DAY) >= term.end):
            raise parts["overdue"].wrong(
                "CANNOT_SUSPEND", "what falls due when the term is over has nothing left to suspend.", "Let it be noted."
            )
        kind = parts["kind"].one_of(KINDS, "UNKNOWN_DUTY")
        found[code] = Duty(code=code, kind=kind, says=parts["says"].said(), due=due, suspends=suspends)
    return tuple(found.values())


def _due(node: Node, place: Place, term: Term, *, resolve: bool) -> Due:
    if "days" in (parts := node.entries()):
        parts = node.fields({"days", "after"})
        after: After = "start" if parts["after"].one_of({"start", "end"}) == "start" else "end"
        return Due(days=parts["days"].whole(1, MOST_DAYS), after=after)
    if "day_of_month" in parts:
        return _monthly(node, place, term, resolve=resolve)
    at, civil = read_end(node, place, resolve=resolve)
    if at <= term.start:
        raise node.wrong("DUE_TOO_EARLY", "it would be due before the term begins.")
    return Due(at=(at,), civil=() if civil is None else (civil,))


def _monthly(node: Node, place: Place, term: Term, *, resolve: bool) -> Due:
    parts = node.fields({"day_of_month", "zone", "rule", "instants"})
    parts["rule"].one_of({"end of day"})
    if parts["zone"].text() != place.zone:
        raise parts["zone"].wrong("WRONG_ZONE", "a day is told by the clock of the agreement's place.")
    day = parts["day_of_month"].whole(1, 28)
    at = tuple(Instant(part.whole(term.start + 1, term.end)) for part in parts["instants"].items(1, MOST_TIMES))
    if resolve and at != ends_of_month_days(day, term.start, term.end, place.zone):
        raise parts["instants"].wrong(
            "WRONG_INSTANT", "these aren't the instants at which that day of each month of the term ends in that zone."
        )
    if list(at) != sorted(set(at)):
        raise parts["instants"].wrong("WRONG_FORM", "the instants must rise.")
    return Due(at=at, civil=tuple(day_of(one, place.zone) for one in at), day_of_month=day)


# ---------------------------------------------------------------- owed and met


def owed(version: Version, starts: Instant, over: Instant) -> tuple[Owed, ...]:
    """Return each time that a duty of the version falls due, in this order; it came into force at `starts`, and is `over` then."""
    found: list[Owed] = []
    for duty in version.duties:
        if duty.due.after is not None:
            opens = starts if duty.due.after == "start" else over
            found.append(Owed(duty, opens, Instant(opens + duty.due.days * DAY)))
            continue
        opens = starts
        for at in duty.due.at:
            if at > starts:
                found.append(Owed(duty, opens, at))
                opens = at
    return tuple(sorted(found, key=lambda one: (one.due, one.duty.code)))


def met(agreement: Agreement, version: Version, one: Owed, at: Instant) -> Met | None:
    """Return by which act a duty was met up to `at`; None where it wasn't."""
    named = (version.hash, one.duty.code, one.due)
    return next((met for met in agreement.met if met.at <= at and (met.act.version, met.act.duty, met.act.due) == named), None)


def gaps(
    agreement: Agreement, version: Version, times: Iterable[Owed], at: Instant
) -> tuple[tuple[Instant, Instant | None], ...]:
    """Return the stretches up to `at` in which a duty that suspends, an emergency's review or a purge was overdue, in order, joined where they
    touch; an open one ends with None.
    """
    late: list[tuple[Instant, Instant | None]] = []
    for one in times:
        act = met(agreement, version, one, at)
        if one.duty.suspends and one.due <= at and (act is None or act.at > one.due):
            late.append((one.due, None if act is None else act.at))
    late += [stretch for one in agreement.emergencies if (stretch := one.late(at)) is not None]
    late += [stretch for one in agreement.purges if (stretch := one.late(at)) is not None]
    found: list[tuple[Instant, Instant | None]] = []
    for due, until in sorted(late, key=lambda stretch: stretch[0]):
        if found and (found[-1][1] is None or due <= found[-1][1]):
            before = found[-1][1]
            found[-1] = (found[-1][0], None if before is None or until is None else max(before, until))
        else:
            found.append((due, until))
    return tuple(found)
