"""What the case page shows, made of a case as the role sees it: the identity bar, the strip, charges, deadlines, what holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pars.actions import identifying, publishing
from pars.core.access.floor import READS_LIMITED
from pars.core.cases.age import age, sent_to_juvenile
from pars.core.cases.bail import CONDITIONS, STANDARD_CONDITIONS, TYPES, deposit_due, posted_cents
from pars.core.cases.case import (
    arrests,
    custody_began,
    custody_ended,
    decision_on,
    display_name,
    filed_charges,
    hearing,
    identity,
    interview,
    proposed_charges,
    release_order,
    released,
)
from pars.core.cases.charging import standing_complaint
from pars.core.cases.choices import REASONS
from pars.core.cases.clock_rules import CLOCK_RULES
from pars.core.cases.deadlines import clocks, custody_limit
from pars.core.cases.detainer_rules import rule_named
from pars.core.cases.detainers import decision_of, notice_allowed
from pars.core.cases.doubts import open_doubts
from pars.core.cases.facts import (
    Booked,
    ChargeDecided,
    ChargeFiled,
    DetainerReceived,
    Fact,
    NarrativeWritten,
    ReleaseAcknowledged,
    Submitted,
)
from pars.core.cases.flags import interpreter_language
from pars.core.cases.holds import open_holds
from pars.core.cases.identity import birth_date_claimed, differs, verified
from pars.core.cases.limited_access import limiting_order
from pars.core.cases.progress import stage_words
from pars.core.cases.time_edits import arrest_time_edits
from pars.core.terms import HOUR, Instant
from pars.edge.web import words
from pars.edge.web.cases.correcting import agency_names, mistake_parts, recipient_parts
from pars.edge.web.cases.interview_view import interview_parts, interview_told, worksheet_parts
from pars.edge.web.cases.strip import Mark, deadline_strip
from pars.edge.web.cases.telling import ANSWER, decided_words, timeline
from pars.edge.web.cases.telling_person import found_by_prints

if TYPE_CHECKING:
    from pars.actions.disclosing import CaseShown
    from pars.core.cases.case import Case
    from pars.core.cases.clock_rules import Clock
    from pars.core.terms import StatedTime
    from pars.edge.web.cases.strip import Kind

CLOCKS = {rule.code: rule.label for rule in CLOCK_RULES} | {"NEXT_HEARING": "Next hearing"}
CLOCK_STATES = {
    "RUNNING": "due",
    "LATE": "late since",
    "MET": "met; due was",
    "MISSED": "missed; due was",
    "STOPPED": "does not run",
    "PASSED": "was",
}
HEARING_STATES = {
    "RUNNING": "to be set for a day up to the",
    "LATE": "none is set; the window closed at the",
    "MET": "set within its window, up to the",
    "MISSED": "set past its window, up to the",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeLine:
    """One charge in both layers: as the police propose it and as the prosecutor files it."""

    proposed: Any
    decision: str
    reason: str
    filed: Any


STILL_READ = (
    ("Police, prosecution, courts, pretrial services, custodian and defense", "each in their own role, as of every case"),
    ("The person whose record it is", "a right of their own (18 Pa.C.S. § 9151) [counsel]"),
)
"""Who reads a limited record whatever is agreed, and why."""
AGENCY_READS = "a criminal justice agency, under agreement {} (18 Pa.C.S. §§ 9121(b.1), 9122.2) [counsel]"


def limited_parts(case: Case) -> dict[str, Any] | None:
    """Return by which order the access is limited, who still reads the record and why, and who doesn't; None where it isn't."""
    by_order = limiting_order(case)
    if by_order is None:
        return None
    serves = [one for one in publishing.agreements() if one.stands.state == "IN_FORCE"]
    agencies = [(one.agreement.id, one.stands.version.agency) for one in serves]
    reads = [(agency.name, AGENCY_READS.format(name)) for name, agency in agencies if READS_LIMITED[agency.kind]]
    return {
        "order": by_order.court_order,
        "entry": by_order.entry,
        "reads": [*STILL_READ, *reads],
        "shut": sorted({agency.name for _, agency in agencies if not READS_LIMITED[agency.kind]}),
    }


def case_parts(shown: CaseShown) -> dict[str, Any]:
    """Return everything that the case page's template draws, except the panels."""
    case, at = shown.case, shown.at
    names = identifying.people()
    return {
        **identity_parts(shown),
        "case": case,
        "stage": stage_words(shown.stage, case.profile),
        "strip": strip(shown),
        "missing": shown.missing,
        "limited": limited_parts(case),
        "charges": charge_lines(case),
        "complaint": standing_complaint(case),
        "complaint_by": _signer(standing_complaint(case), names),
        "arrests": [{"fact": arrest, "otn": words.number(arrest.otn)} for arrest in arrests(case)],
        "bookings": case.current(Booked),
        **reason_parts(case),
        "age": age(case),
        "doubts": open_doubts(case),
        "accounts": case.current(NarrativeWritten),
        "interview": interview_parts(case),
        "interview_told": interview_told(shown),
        "worksheet": worksheet_parts(shown, names),
        "hearing": hearing(case),
        "order": order_parts(case, names),
        "holds": open_holds(case, at),
        "detainers": detainer_parts(case, shown.at),
        "free": shown.free,
        "went": next((said for said in reversed(case.current(ReleaseAcknowledged))), None),
        "clocks": [clock_line(clock, at) for clock in clocks(case, at)],
        "papers": shown.papers,
        "timeline": timeline(shown, names),
        "colleagues": [{"name": names.get(person, person), "at": at} for person, at in shown.colleagues],
        "taken": shown.taken,
        "taken_by": names.get(shown.taken.person, shown.taken.person) if shown.taken is not None else None,
    }


def reason_parts(case: Case) -> dict[str, Any]:
    """Return the claimed identity, the reason that was given for its birth date, and the one of a correction of something else."""
    who, born = identity(case), birth_date_claimed(case)
    return {
        "who": who,
        "born_why": born.why if born is not None else None,
        "corrected_why": who.why if who is not None and who is not born else None,
    }


def identity_parts(shown: CaseShown) -> dict[str, Any]:
    """Return the identity bar: who, how old, which numbers, how long held, what is due."""
    case, at = shown.case, shown.at
    who, began, limit = identity(case), custody_began(case), custody_limit(case)
    born = who.birth_date if who else None
    waits = hearing(case) is None and not released(case) and shown.stage not in {"DECLINED", "DISCHARGED", "HISTORY"}
    return {
        "name": display_name(case),
        "years": words.years(born, at) if born else None,
        "born": words.stated(born) if born else None,
        "otns": [words.number(arrest.otn) for arrest in arrests(case) if arrest.otn],
        "held": words.span(at - began.earliest) if began and not released(case) and began.earliest <= at else None,
        "since": words.stated(began) if began else None,
        "facility": next((booked.facility for booked in reversed(case.current(Booked)) if booked.facility), None),
        "limit": limit if waits else None,
        "limit_in": words.holds_for(limit, at) if limit is not None else "",
        "late": limit is not None and at >= limit,
        "gone": released(case),
        "ended": custody_ended(case),
        "time_edits": time_edits(shown),
        "put_right": [mistake_parts(one) for one in shown.since],
        "prints": found_by_prints(reply) if (reply := verified(case)) is not None else "",
        "prints_differ": bool(differs(case)),
        "interpreter_for": interpreter_language(case),
        "sent_away": sent_to_juvenile(case) is not None,
    }


def time_edits(shown: CaseShown) -> list[dict[str, Any]]:
    """Return every edit of an arrest's time, with both times, who made it, when and why."""
    edits = arrest_time_edits(shown.case)
    names = identifying.people() if edits else {}
    found = []
    for edit in edits:
        at, person = shown.recorded.get(edit.entry or 0, (None, ""))
        who = names.get(person, person)
        found.append({"was": edit.was, "now": edit.now, "why": edit.why, "entry": edit.entry, "at": at, "who": who})
    return found


def wrong_parts(shown: CaseShown) -> list[dict[str, Any]]:
    """Return each mistake that was put right, with who got it, as far as the reader may know."""
    agencies = agency_names() if shown.wrong else {}
    return [
        {
            **mistake_parts(one.mistake),
            "at": shown.recorded[one.mistake.entry][0],
            **recipient_parts(one, agencies, at=shown.at),
        }
        for one in shown.wrong
        if one.recipients
    ]


def strip(shown: CaseShown) -> dict[str, Any] | None:
    """Return how the case went from arrest to now, as a picture and in words; None where no time is known."""
    case, at = shown.case, shown.at
    began, limit = custody_began(case), custody_limit(case)
    if began is None or began.earliest > at:
        return None
    held, order = hearing(case), release_order(case)
    freed = next((said for said in case.current(ReleaseAcknowledged) if said.released), None)
    booked = case.latest(Booked)
    steps: list[tuple[str, Fact | None, StatedTime | None]] = [
        ("booked", booked, booked.time if booked else None),
        ("sent", case.latest(Submitted), None),
        ("charged", case.latest(ChargeDecided), None),
        ("complaint", standing_complaint(case), None),
        ("interview", interview(case), None),
        ("hearing", held, held.time if held else None),
        ("order", order, None),
        ("released", freed, freed.time if freed else None),
    ]
    happened: dict[tuple[Instant, str], list[str]] = {(began.earliest, words.short(began)): ["arrest"]}
    for says, fact, stated in steps:
        time = _when(shown, fact, stated)
        if time is not None and began.earliest <= time[0] <= at:
            same = next((other for other in happened if other[1] == time[1] and abs(other[0] - time[0]) < HOUR), time)
            happened.setdefault(same, []).append(says)
    points: list[tuple[Instant, str, str, Kind]] = [
        (time, ", ".join(what), told, "done") for (time, told), what in happened.items()
    ]
    clock = next((clock for clock in clocks(case, at) if clock.code == "PROBABLE_CAUSE"), None)
    if limit is not None:
        kept = clock is None or clock.state in {"MET", "STOPPED"}
        points.append((limit, "48-hour limit", words.hour(limit), "met" if kept else "limit"))
    points.append((at, "now", words.hour(at), "now"))
    marks = _dated(sorted(points, key=lambda point: point[0]))
    late = None
    if limit is not None and clock is not None and clock.state in {"LATE", "MISSED"}:
        late = (limit, Instant(max(limit, clock.done if clock.done is not None else at)))
    return {"picture": deadline_strip(marks=marks, late=late), "told": [mark.label for mark in marks]}


def _when(shown: CaseShown, fact: Fact | None, stated: StatedTime | None) -> tuple[Instant, str] | None:
    """Return when a fact happened as far as it says so, else when it was recorded; with its time of day in words."""
    if stated is not None:
        return stated.earliest, words.short(stated)
    if fact is None or fact.entry is None or fact.entry not in shown.recorded:
        return None
    at = shown.recorded[fact.entry][0]
    return at, words.hour(at)


def _dated(points: list[tuple[Instant, str, str, Kind]]) -> list[Mark]:
    """Return the points as marks, each with its day where that is another than the one before."""
    marks, before = [], None
    for at, says, told, kind in points:
        day = words.day_month(at)
        date = "" if day == before or ":" not in told else f"{day} "
        marks.append(Mark(at, f"{says} {date}{told}", kind))
        before = day
    return marks


def charge_lines(case: Case) -> list[ChargeLine]:
    """Return every charge of either layer, the police's first, then those that the prosecutor added."""
    lines = []
    for charge in proposed_charges(case):
        decided = decision_on(case, charge.n)
        lines.append(_line(case, charge, decided))
    added = [decided for decided in case.current(ChargeDecided) if decided.proposed is None and decided.filed is not None]
    lines += [_line(case, None, decided) for decided in added]
    told = {line.filed.n for line in lines if line.filed is not None}
    reported = [charge for charge in filed_charges(case) if charge.n not in told]
    return lines + [ChargeLine(proposed=None, decision="Filed", reason="", filed=charge) for charge in reported]


def _line(case: Case, proposed: Any, decided: ChargeDecided | None) -> ChargeLine:
    filed = case.standing(decided.filed) if decided is not None and decided.filed is not None else None
    reason = ""
    if decided is not None:
        listed = REASONS.get(decided.decision, {}).get(decided.reason or "", "")
        reason = ". ".join(part for part in (listed, decided.note or "") if part)
    return ChargeLine(
        proposed=proposed,
        decision=decided_words(case, decided) if decided is not None else "To be decided",
        reason=reason,
        filed=filed if isinstance(filed, ChargeFiled) else None,
    )


def order_parts(case: Case, names: Any) -> dict[str, Any] | None:
    """Return the standing release order in words; None where there is none."""
    order = release_order(case)
    if order is None:
        return None
    due = deposit_due(order)
    return {
        "n": order.n,
        "types": [TYPES[code] for code in order.types],
        "amount": words.money(order.amount_cents) if order.amount_cents is not None else "",
        "percent": order.deposit_percent,
        "due": words.money(due) if due else "",
        "posted": words.money(posted_cents(case, order)) if due else "",
        "surety": order.surety,
        "conditions": [{**STANDARD_CONDITIONS, **CONDITIONS}[code] for code in order.conditions],
        "note": order.conditions_note,
        "reasons": order.reasons,
        "next": order.next_hearing,
        "court": order.next_court,
        "by": names.get(order.signer, order.signer),
    }


def detainer_parts(case: Case, at: Instant) -> list[dict[str, Any]]:
    """Return each immigration paper with its four answers and their rule, if it was answered; and whether notice may be given."""
    found = []
    for paper in case.current(DetainerReceived):
        decided = decision_of(case, paper.n)
        answers = {}
        if decided is not None:
            answers = {
                name.replace("_", "-"): ANSWER[getattr(decided, name)] for name in ("hold", "notice", "hand_over", "access")
            }
        rule = rule_named(decided.rule, case.rules) if decided is not None else None
        found.append(
            {
                "fact": paper,
                "decided": decided,
                "answers": answers,
                "rule": rule.citation if rule is not None else "",
                "notice": notice_allowed(case, paper.n, at),
            }
        )
    return found


def clock_line(clock: Clock, at: Instant) -> dict[str, Any]:
    """Return a deadline as a line of the list."""
    name = CLOCKS.get(clock.code) or clock.says.partition(":")[0]
    return {
        "name": name,
        "says": clock.says,
        "state": (HEARING_STATES if clock.code == "NEXT_HEARING" else CLOCK_STATES)[clock.state],
        "late": clock.state in {"LATE", "MISSED"},
        "due": clock.due,
        "in": words.holds_for(clock.due, at) if clock.due is not None and clock.state in {"RUNNING", "LATE"} else "",
        "citation": clock.citation,
        "moved_from": clock.moved_from,
    }


def _signer(signed: Any, names: Any) -> str:
    return names.get(signed.signer, signed.signer) if signed is not None else ""
