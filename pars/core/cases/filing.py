"""The complaint's filing, and the dates that count from it: five days after a release by the police, and the time for trial.

The time for trial in Common Pleas counts from the filing of the complaint (Rule 600), in Municipal Court from the preliminary
arraignment (Rule 1013). Neither stands in for the other: where what one counts from isn't recorded, it says so and has no date.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pars.core.cases.bail import order_keeps
from pars.core.cases.case import (
    Case,
    Change,
    as_seen,
    change,
    custody_ended,
    declined,
    discharged,
    filed_charges,
    police_release,
    release_order,
    released,
)
from pars.core.cases.clock_rules import EXCLUDED, Clock, ClockRule, clock_rule, rule_from
from pars.core.cases.facts import Arraigned, ComplaintFiled, ComplaintSigned
from pars.core.ledger.entries import Kind
from pars.core.terms import Instant, Refusal, StatedTime

Track = Literal["COMMON_PLEAS", "MUNICIPAL"]

TRACK_LAW = "Pa.R.Crim.P. 1001(A)"
"""A Municipal Court case is one in which no offense carries more than five years: in grades, no felony and no murder."""


def file_complaint(
    case: Case | None, seen: int, *, time: StatedTime, at: Instant, court: str | None = None, why: str | None = None
) -> Change | Refusal:
    """Record when the complaint was filed with the court. A filing that is recorded is changed with a reason, and both stay."""
    found = as_seen(case, seen)
    if isinstance(found, Refusal):
        return found
    before, reason = filing(found), (why or "").strip()
    if found.latest(ComplaintSigned) is None:
        return Refusal(
            code="NO_COMPLAINT",
            says="No complaint was signed, so none can have been filed.",
            remedy=f"{'The prosecutor signs' if found.profile.signed_by == 'prosecutor' else 'The police sign'} it first.",
        )
    if time.earliest > at:
        return Refusal(code="TIME_IN_FUTURE", says="The time lies in the future.", remedy="Check the date.", names=("time",))
    if before is not None and not reason:
        return Refusal(
            code="REASON_NEEDED",
            says="A filing is recorded already, and dates count from it: another time needs a reason.",
            remedy="Say what shows that the first was wrong.",
            names=("why",),
        )
    fact = ComplaintFiled(
        time=time,
        court=(court or "").strip() or None,
        corrects=None if before is None else before.n,
        why=reason or None,
    )
    return change(Kind.COMPLAINT_FILED, found, (fact,), {"moved": int(before is not None)})


def filing(case: Case) -> ComplaintFiled | None:
    """Return the filing of the complaint as it stands."""
    return case.latest(ComplaintFiled)


def complaint_due(case: Case) -> Instant | None:
    """Return by when a complaint must be filed since the police let the person go; None where none is owed for that."""
    let_go = police_release(case)
    if let_go is None or filing(case) is not None or _why_none_is_owed(case) is not None:
        return None
    return rule_from("COMPLAINT_AFTER_RELEASE", let_go.time).due(let_go.time)


def _why_none_is_owed(case: Case) -> str | None:
    if declined(case):
        return "every charge was declined or referred"
    return "the court discharged the person" if discharged(case) else None


def complaint_after_release(case: Case, at: Instant) -> tuple[Clock, ...]:
    """Return the five days for a complaint: they run after a release by the police, and after nothing else."""
    let_go, filed = police_release(case), filing(case)
    if let_go is None:
        return ()
    rule = rule_from("COMPLAINT_AFTER_RELEASE", let_go.time)
    due = rule.due(let_go.time)
    why = _why_none_is_owed(case)
    if filed is None and why is not None:
        return (Clock(code=rule.code, citation=rule.citation, state="STOPPED", says=f"No complaint is owed: {why}."),)
    starts = let_go.time.earliest
    if filed is None:
        says = "The complaint is filed within 5 days of the release by the police."
        state: Literal["RUNNING", "LATE"] = "RUNNING" if at < due else "LATE"
        return (Clock(code=rule.code, citation=rule.citation, state=state, says=says, starts=starts, due=due),)
    met = filed.time.latest <= due
    says = f"The complaint was filed {'within' if met else 'over'} 5 days {'of' if met else 'after'} the release by the police."
    first = _first(case)
    if first.n != filed.n and (first.time.latest <= due) != met:
        says += f" By the filing as it was first recorded ({first.time.text}) it would be otherwise."
    return (
        Clock(
            code=rule.code,
            citation=rule.citation,
            state="MET" if met else "MISSED",
            says=says,
            starts=starts,
            due=due,
            done=filed.time.earliest,
        ),
    )


# ---------------------------------------------------------------- the time for trial


def track(case: Case) -> Track | None:
    """Return the court in which the filed charges are tried, by their grades; None where a grade doesn't say."""
    grades = {charge.grade or "" for charge in filed_charges(case)}
    if any(grade[:1] in {"F", "H"} for grade in grades):
        return "COMMON_PLEAS"
    return "MUNICIPAL" if grades and all(grade[:1] in {"M", "S"} for grade in grades) else None


def trial_dates(case: Case, at: Instant) -> tuple[Clock, ...]:
    """Return the mechanical dates for trial: days counted, with nothing left out. Information, never an alarm."""
    if not filed_charges(case) or declined(case) or discharged(case):
        return ()
    found, known = track(case), tuple(_by_arraignment(case, at))
    if found == "MUNICIPAL":
        return known
    return (*_by_complaint(case, at), *(() if found == "COMMON_PLEAS" else known))


def _by_complaint(case: Case, at: Instant) -> Iterator[Clock]:
    """Give the dates that count from the complaint's filing, and from that alone (Rule 600)."""
    filed = filing(case)
    order = release_order(case)
    kept = not (released(case) or custody_ended(case)) and (order is None or order_keeps(case, order))
    for code in ("TRIAL_COMMON_PLEAS", *(("CUSTODY_BEFORE_TRIAL",) if kept else ())):
        if filed is not None:
            yield _mechanical(rule_from(code, filed.time), filed.time, at, first=_first(case).time)
        elif code == "TRIAL_COMMON_PLEAS" and case.latest(ComplaintSigned) is not None:
            says = (
                "No date: it isn't recorded when the complaint was filed. The preliminary arraignment doesn't start this clock."
            )
            yield Clock(code=code, citation=clock_rule(code, at).citation, state="STOPPED", says=says)


def _by_arraignment(case: Case, at: Instant) -> Iterator[Clock]:
    """Give the date that counts from the first preliminary arraignment, and from that alone (Rule 1013)."""
    for held in case.current(Arraigned)[:1]:
        yield _mechanical(rule_from("TRIAL_MUNICIPAL", held.time), held.time, at, first=held.time)


def _mechanical(rule: ClockRule, start: StatedTime, at: Instant, *, first: StatedTime) -> Clock:
    due = rule.due(start)
    says = f"{rule.length} days from {rule.starts}, {EXCLUDED}: only a court says what is left out of the count."
    # INVARIANT: a date that moves because what it starts from was changed says so, and what it was.
    moved = rule_from(rule.code, first).due(first)
    if moved != due:
        says += f" It moved: by what was first recorded ({first.text}) it was another date."
    return Clock(
        code=rule.code,
        citation=rule.citation,
        state="RUNNING" if at < due else "PASSED",
        says=says,
        starts=start.earliest,
        due=due,
        moved_from=moved if moved != due else None,
    )


def _first(case: Case) -> ComplaintFiled:
    """Return the filing as it was first recorded."""
    return next(fact for fact in case.facts if isinstance(fact, ComplaintFiled))
