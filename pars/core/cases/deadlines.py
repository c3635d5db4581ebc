"""Deadlines: clocks that are computed when somebody looks, never stored. Each says from when, until when, and under what law.

Hours are counted in instants, so that a change of the clocks adds and removes nothing; days are the court's civil days. A clock
starts at the earliest that the stated time can mean. Where a source says that custody ended, or the times contradict each
other, no custody clock runs, and the clock says which.
"""

from __future__ import annotations

from pars.core.cases.bail import order_keeps
from pars.core.cases.case import (
    Case,
    arrests,
    custody_began,
    custody_ended,
    declined,
    discharged,
    hearing,
    release_order,
    released,
    unheard_charges,
)
from pars.core.cases.clock_rules import Clock, State, clock_rule
from pars.core.cases.detainer_rules import rule_at
from pars.core.cases.detainers import honored_holds
from pars.core.cases.doubts import times_contradict
from pars.core.cases.facts import Arraigned
from pars.core.cases.filing import complaint_after_release, trial_dates
from pars.core.cases.holds import open_holds
from pars.core.cases.next_hearing import hearing_due, hearing_window
from pars.core.terms import HOUR, Instant

PROBABLE_CAUSE = clock_rule("PROBABLE_CAUSE", Instant(0))
PROBABLE_CAUSE_HOURS, PROBABLE_CAUSE_LAW = PROBABLE_CAUSE.length, PROBABLE_CAUSE.citation


def clocks(case: Case, at: Instant) -> tuple[Clock, ...]:
    """Return every clock of the case as it stands at `at`: probable cause, a complaint that is owed, the next hearing, the dates for
    trial, and each hold's end.
    """
    owed = (*_probable_cause(case, at), *complaint_after_release(case, at), *_next_hearing(case, at))
    return (*owed, *trial_dates(case, at), *_holds(case, at))


def custody_limit(case: Case) -> Instant | None:
    """Return the instant by which a judge must have found probable cause; None where no such clock can run."""
    limit = _limit_or_why(case)
    return None if isinstance(limit, str) else limit


def _limit_or_why(case: Case) -> Instant | str:
    began = custody_began(case)
    if custody_ended(case):
        return "No custody clock: it is stated that the person is no longer in custody."
    if times_contradict(case):
        return "No custody clock: the recorded times contradict each other."
    if began is None:
        return "No custody clock: no source states when the person was arrested or booked."
    return Instant(began.earliest + PROBABLE_CAUSE_HOURS * HOUR)


def _probable_cause(case: Case, at: Instant) -> tuple[Clock, ...]:
    """Return the 48-hour clock, where an arrest was made without a warrant or nobody says that there was one."""
    if arrests(case) and all(arrest.warrant for arrest in arrests(case)):
        return ()
    code, law = "PROBABLE_CAUSE", PROBABLE_CAUSE_LAW
    due = _limit_or_why(case)
    if isinstance(due, str):
        return (Clock(code=code, citation=law, state="STOPPED", says=due),)
    starts = Instant(due - PROBABLE_CAUSE_HOURS * HOUR)
    heard = case.current(Arraigned)
    if heard and (discharged(case) or not unheard_charges(case)):
        met = heard[0].time.latest <= due
        says = (
            "The hearing was held within 48 hours of the arrest."
            if met
            else "The hearing was held over 48 hours after the arrest."
        )
        done = heard[0].time.earliest
        return (Clock(code=code, citation=law, state="MET" if met else "MISSED", says=says, starts=starts, due=due, done=done),)
    if declined(case) or released(case):
        return (Clock(code=code, citation=law, state="STOPPED", says="No charge keeps the person any more."),)
    if at < due:
        says = "A judge finds probable cause within 48 hours of an arrest without a warrant."
        return (Clock(code=code, citation=law, state="RUNNING", says=says, starts=starts, due=due),)
    says = "Over 48 hours since the arrest without a judge's finding of probable cause."
    if heard:
        says = "Over 48 hours since the arrest, and no judge has heard what was filed since the hearing."
    return (Clock(code=code, citation=law, state="LATE", says=says, starts=starts, due=due),)


def _next_hearing(case: Case, at: Instant) -> tuple[Clock, ...]:
    held = hearing(case)
    if held is None or discharged(case) or released(case):
        return ()
    order = release_order(case)
    in_custody = order is None or order_keeps(case, order)
    due = hearing_due(held.time, in_custody=in_custody)
    days = hearing_window(held.time).in_custody if in_custody else hearing_window(held.time).free
    where = "in custody" if in_custody else "not in custody"
    state: State = "RUNNING" if at < due else "LATE"
    if order is not None:
        state = "MET" if order.next_hearing.latest <= due else "MISSED"
    return (
        Clock(
            code="NEXT_HEARING",
            citation=hearing_window(held.time).citation,
            state=state,
            says=f"The next hearing lies within {days} days of the preliminary arraignment for someone {where}.",
            starts=held.time.earliest,
            due=due,
        ),
    )


def _holds(case: Case, at: Instant) -> tuple[Clock, ...]:
    found = []
    for hold in open_holds(case, at):
        says = f"{hold.kind.label}: {'lapses by itself' if hold.then == 'LAPSES' else 'must be reviewed by a court'}."
        found.append(
            Clock(
                code=f"HOLD_{hold.fact.kind}",
                citation=hold.kind.citation,
                state="RUNNING" if at < hold.ends else "LATE",
                says=says,
                starts=hold.fact.lodged.earliest,
                due=hold.ends,
            )
        )
    for _, _, lapses in honored_holds(case, at):
        says = "An honored detainer lapses by itself."
        # As `custody` cites it: a detainer's hold counts by the rule in force now, whatever rule it was answered by.
        found.append(
            Clock(code="HOLD_DETAINER", citation=rule_at(at, case.rules).citation, state="RUNNING", says=says, due=lapses)
        )
    return tuple(found)
