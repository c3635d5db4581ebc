"""Immigration detainers and notice requests: four separate answers, each as the rule in force that day says.

A detainer asks; it commands nothing (Galarza v. Szalczyk, 745 F.3d 634 (3d Cir. 2014)). Hold, notice of release, hand-over and
access to the person are answered apart. An administrative warrant (I-200, I-205) is never a judicial one. Paper that nobody has
decided delays nothing: only an honored hold counts, until it lapses. A judge's warrant in a criminal matter is no detainer; it
is lodged as a hold.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

from pars.core import canonical
from pars.core.cases.case import Case, Change, as_seen, change
from pars.core.cases.facts import DetainerDecided, DetainerReceived
from pars.core.ledger.entries import Kind
from pars.core.terms import HOUR, Instant, Period, Refusal, StatedTime, moment, start_of_day

ZONE = "America/New_York"
LONG_AGO = start_of_day(date(1900, 1, 1), ZONE)
FIRST_ORDER = start_of_day(date(2014, 4, 16), ZONE)
ORDINANCE = start_of_day(date(2026, 5, 7), ZONE)

HELD_HOURS = 48
"""How long an honored hold lasts from its decision: the form's own 48 hours, weekends counted (8 CFR 287.7(d) would not)."""

ANSWERS = ("hold", "notice", "hand_over", "access")
FORMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"I-247A": ("hold", "notice", "hand_over", "access"), "NOTICE_REQUEST": ("notice", "access")}
)
"""The forms, with what each asks for. What a form doesn't ask for is answered NOT_ASKED."""
PAPERS = ("NONE", "ADMINISTRATIVE", "JUDICIAL")
CONVICTIONS = ("F1_VIOLENT", "F2_VIOLENT")
"""A conviction in this matter of a first- or second-degree felony involving violence. Before a trial there is none."""

Test = Literal["ALWAYS", "JUDICIAL_WARRANT", "CONVICTION_AND_JUDICIAL_WARRANT"]
Answer = Literal["HONOR", "DECLINE", "NOT_ASKED"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DetainerRule:
    """One rule for its period. Each of the four answers has a test that the paper must pass to be honored.

    `status` says what the text is: enacted, draft or reported (known only from a report or as a practice). `binds` are the
    owners whose people it binds (the city's: its police and its jails); nobody else decides under it.
    """

    code: str
    period: Period
    citation: str
    status: Literal["enacted", "draft", "reported"]
    binds: tuple[str, ...]
    hold: Test
    notice: Test
    hand_over: Test
    access: Test
    says: str


RULES: tuple[DetainerRule, ...] = (
    DetainerRule(
        code="PRACTICE_BEFORE_2014",
        period=Period(LONG_AGO, FIRST_ORDER),
        citation="Practice before Philadelphia Executive Order 1-14; 8 CFR 287.7",
        status="reported",
        binds=("city",),
        hold="ALWAYS",
        notice="ALWAYS",
        hand_over="ALWAYS",
        access="ALWAYS",
        says="Detainers were generally honored.",
    ),
    DetainerRule(
        code="EXECUTIVE_ORDER_5_16",
        period=Period(FIRST_ORDER, ORDINANCE),
        citation="Philadelphia Executive Orders 1-14 (16 Apr 2014), 7-15 (22 Dec 2015) and 5-16 (4 Jan 2016)",
        status="enacted",
        binds=("city",),
        hold="CONVICTION_AND_JUDICIAL_WARRANT",
        notice="CONVICTION_AND_JUDICIAL_WARRANT",
        hand_over="CONVICTION_AND_JUDICIAL_WARRANT",
        access="CONVICTION_AND_JUDICIAL_WARRANT",
        says=(
            "Honored only for a person released after a conviction of a first- or second-degree felony involving violence, and "
            "only with a judicial warrant. Before a trial there is no conviction, so nothing is honored at this stage. (7-15, in "
            "force for thirteen days, widened notice to listed persons; that list is not in this table.)"
        ),
    ),
    DetainerRule(
        code="JUDICIAL_WARRANT_REQUIRED",
        period=Period(ORDINANCE),
        citation="Phila. Code ch. 21-3600 as reported signed on 7 May 2026; enacted text not read [counsel]",
        status="reported",
        binds=("city",),
        hold="JUDICIAL_WARRANT",
        notice="JUDICIAL_WARRANT",
        hand_over="JUDICIAL_WARRANT",
        access="JUDICIAL_WARRANT",
        says="A judicial warrant is required: one signed by a judge or magistrate judge of a federal court.",
    ),
)
"""The rules by date, oldest first, each in force from its start until the next one's."""


def rule_at(at: Instant) -> DetainerRule:
    """Return the rule in force at `at`: each period is half-open, so the next rule begins at the very instant one ends."""
    return next(rule for rule in RULES if rule.period.covers(at))


def rules_text(rules: tuple[DetainerRule, ...] = RULES) -> bytes:
    """Return the canonical text of the rules, whose hash the ledger's first entry and each decision hold."""
    parts = []
    for rule in rules:
        part = {name: value for name, value in asdict(rule).items() if name != "period"}
        part["start"] = rule.period.start
        if rule.period.end is not None:
            part["end"] = rule.period.end
        parts.append(part)
    return canonical.write(parts)


def rules_sha256() -> str:
    """Return the hash of the rules' canonical text."""
    return hashlib.sha256(rules_text()).hexdigest()


def answers_by(rule: DetainerRule, paper: DetainerReceived) -> Mapping[str, Answer]:
    """Return the four answers that the rule gives to this paper."""
    judicial = paper.paper == "JUDICIAL"
    passed: Mapping[Test, bool] = {
        "ALWAYS": True,
        "JUDICIAL_WARRANT": judicial,
        "CONVICTION_AND_JUDICIAL_WARRANT": judicial and paper.conviction in CONVICTIONS,
    }
    tests: Mapping[str, Test] = {
        "hold": rule.hold,
        "notice": rule.notice,
        "hand_over": rule.hand_over,
        "access": rule.access,
    }
    asked = FORMS[paper.form]
    return {name: ("HONOR" if passed[test] else "DECLINE") if name in asked else "NOT_ASKED" for name, test in tests.items()}


def decision_of(case: Case, detainer: int) -> DetainerDecided | None:
    """Return the last decision on one detainer; None while it is undecided."""
    found = [decided for decided in case.current(DetainerDecided) if decided.detainer == detainer]
    return found[-1] if found else None


def undecided_detainers(case: Case) -> tuple[DetainerReceived, ...]:
    """Return the detainers that nobody has decided. They are shown, and hold nobody."""
    return tuple(paper for paper in case.current(DetainerReceived) if decision_of(case, paper.n) is None)


def receive_detainer(
    case: Case | None,
    seen: int,
    *,
    form: str,
    paper: str,
    issuing_office: str,
    received: StatedTime,
    received_by: str,
    at: Instant,
    signer: str | None = None,
    court: str | None = None,
    confirmed_by: str | None = None,
    conviction: str | None = None,
) -> Change | Refusal:
    """Record a detainer or notice request with the paper that came with it. That alone changes nobody's release.

    "Judicial" needs the judge, the court, and a second person who confirmed it with the court.
    """
    found = as_seen(case, seen)
    if isinstance(found, Refusal):
        return found
    for name, value, known in (("form", form, tuple(FORMS)), ("paper", paper, PAPERS)):
        if value not in known:
            return Refusal(
                code="UNKNOWN_PAPER", says="There is no such paper.", remedy=f"One of {', '.join(known)}.", names=(name,)
            )
    if conviction is not None and conviction not in CONVICTIONS:
        return Refusal(
            code="UNKNOWN_CONVICTION",
            says="Only a conviction in this matter of a first- or second-degree felony involving violence is recorded.",
            remedy=f"One of {', '.join(CONVICTIONS)}, or none.",
            names=("conviction",),
        )
    if not issuing_office.strip():
        return Refusal(code="OFFICE_NEEDED", says="Say which office issued the paper.", names=("issuing_office",))
    if received.earliest > at:
        return Refusal(code="TIME_IN_FUTURE", says="The time of receipt lies in the future.", names=("received",))
    refusal = _refuse_judicial(paper, signer, court, confirmed_by, received_by)
    if refusal is not None:
        return refusal
    fact = DetainerReceived(
        form=form,
        paper=paper,
        issuing_office=issuing_office.strip(),
        signer=signer,
        court=court,
        confirmed_by=confirmed_by,
        conviction=conviction,
        received=received,
        received_by=received_by,
    )
    return change(Kind.DETAINER_RECEIVED, found, (fact,), {"form": form, "paper": paper})


def _refuse_judicial(paper: str, signer: str | None, court: str | None, confirmed_by: str | None, by: str) -> Refusal | None:
    if paper != "JUDICIAL":
        return None
    missing = tuple(name for name, value in (("signer", signer), ("court", court)) if not (value or "").strip())
    if missing:
        return Refusal(
            code="JUDGE_NEEDED",
            says="A judicial warrant has a judge who signed it and a court. An immigration officer's signature is administrative.",
            remedy="Name the judge and the court as they stand on the paper, or record it as administrative.",
            names=missing,
        )
    if not (confirmed_by or "").strip() or confirmed_by == by:
        return Refusal(
            code="SECOND_PERSON_NEEDED",
            says="That a warrant is judicial must be confirmed with the court by a second person, not by who received it.",
            remedy="Ask a colleague to call the court; until then record it as administrative.",
            names=("confirmed_by",),
        )
    return None


def decide_detainer(
    case: Case | None,
    seen: int,
    *,
    detainer: int,
    hold: str,
    notice: str,
    hand_over: str,
    access: str,
    reason: str,
    owner: str,
    at: Instant,
) -> Change | Refusal:
    """Answer a detainer: four answers, which must be those of the rule in force. `owner` is the seat whose role the decider holds."""
    found = as_seen(case, seen)
    if isinstance(found, Refusal):
        return found
    paper = next((p for p in found.current(DetainerReceived) if p.n == detainer), None)
    if paper is None:
        return Refusal(code="NO_SUCH_DETAINER", says="There is no such paper in this case.", names=("detainer",))
    rule = rule_at(at)
    if owner not in rule.binds:
        return Refusal(
            code="RULE_BINDS_OTHERS",
            says=f"The rule in force ({rule.citation}) binds the people of: {', '.join(rule.binds)}. Only they answer under it.",
            remedy="Leave the paper to them.",
            names=("owner",),
        )
    if not reason.strip():
        return Refusal(code="REASON_NEEDED", says="A decision on a detainer needs a reason.", names=("reason",))
    given = {"hold": hold, "notice": notice, "hand_over": hand_over, "access": access}
    due = answers_by(rule, paper)
    wrong = tuple(name for name in ANSWERS if given[name] != due[name])
    if wrong:
        return Refusal(
            code="NOT_THE_RULES_ANSWER",
            says=f"{rule.says} For this paper the rule answers: {', '.join(f'{name} {due[name]}' for name in wrong)}.",
            remedy=f"Answer as the rule in force says ({rule.citation}), or have its owners change it.",
            names=wrong,
        )
    lapses = StatedTime(moment(Instant(at + HELD_HOURS * HOUR)).isoformat(), ZONE) if hold == "HONOR" else None
    fact = DetainerDecided(
        detainer=detainer,
        hold=hold,
        notice=notice,
        hand_over=hand_over,
        access=access,
        rule=rule.code,
        reason=reason.strip(),
        lapses=lapses,
    )
    detail = {"rule": rule.code, "rules": rules_sha256(), **{name: given[name] for name in ANSWERS}}
    return change(Kind.DETAINER_DECIDED, found, (fact,), detail, rule.period.end)


def honored_holds(case: Case, at: Instant) -> tuple[tuple[DetainerReceived, DetainerDecided, Instant], ...]:
    """Return the detainers whose hold was honored, hasn't lapsed, and counts by the rule in force at `at`, each with its lapse."""
    found = []
    for paper in case.current(DetainerReceived):
        decided = decision_of(case, paper.n)
        if decided is None or decided.lapses is None or decided.rule != rule_at(at).code:
            continue
        if at < decided.lapses.earliest:
            found.append((paper, decided, decided.lapses.earliest))
    return tuple(found)
