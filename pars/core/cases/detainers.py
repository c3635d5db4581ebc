"""Immigration detainers and notice requests: four separate answers, each as the rule in force that day says.

A detainer asks; it commands nothing (Galarza v. Szalczyk, 745 F.3d 634 (3d Cir. 2014)). Hold, notice of release, hand-over and
access to the person are answered apart. An administrative warrant (I-200, I-205) is never a judicial one. Paper that nobody has
decided delays nothing: only an honored hold counts, until it lapses. A judge's warrant in a criminal matter is no detainer; it
is lodged as a hold. The rules themselves are data, in `detainer_rules`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from pars.core.cases.case import Case, Change, as_seen, change, declined, discharged, hearing
from pars.core.cases.detainer_rules import (
    ANSWERS,
    CONVICTIONS,
    CONVICTIONS_HERE,
    READINGS,
    ZONE,
    DetainerRule,
    Test,
    held_until,
    rule_at,
    rule_ends,
    rules_sha256,
)
from pars.core.cases.facts import DetainerDecided, DetainerReceived
from pars.core.ledger.entries import Kind
from pars.core.terms import Instant, Refusal, StatedTime, moment

FORMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"I-247A": ("hold", "notice", "hand_over", "access"), "NOTICE_REQUEST": ("notice", "access")}
)
"""The forms, with what each asks for. What a form doesn't ask for is answered NOT_ASKED."""
PAPERS = ("NONE", "ADMINISTRATIVE", "JUDICIAL")

Answer = Literal["HONOR", "DECLINE", "NOT_ASKED"]
MatterStage = Literal["BEFORE_HEARING", "HEARD", "ENDED"]
"""Where the matter stands: before its preliminary arraignment, after it, or ended by a declination or a discharge."""


def matter_stage(case: Case) -> MatterStage:
    """Return where the matter stands. Only one that was heard and hasn't ended can come to a conviction."""
    if declined(case) or discharged(case):
        return "ENDED"
    return "BEFORE_HEARING" if hearing(case) is None else "HEARD"


def answers_by(rule: DetainerRule, paper: DetainerReceived, stage: MatterStage) -> Mapping[str, Answer]:
    """Return the four answers that the rule gives to this paper in a matter at this stage."""
    judicial = paper.paper == "JUDICIAL"
    # INVARIANT: nobody is convicted in a matter before it was heard or after it ended, whatever the paper or a clerk says.
    here = stage == "HEARD" and paper.conviction in CONVICTIONS_HERE
    passed: Mapping[Test, bool] = {
        "ALWAYS": True,
        "JUDICIAL_WARRANT": judicial,
        "CONVICTION_AND_JUDICIAL_WARRANT": judicial and here,
        "LISTED_CONVICTION": here or paper.conviction == "PRIOR_LISTED",
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
            says="Only a conviction that a rule asks for is recorded.",
            remedy=f"One of {', '.join(CONVICTIONS)}, or none.",
            names=("conviction",),
        )
    if conviction in CONVICTIONS_HERE and matter_stage(found) != "HEARD":
        return Refusal(
            code="NO_CONVICTION_YET",
            says="In a matter that wasn't heard, or that ended by a declination or a discharge, nobody has been convicted.",
            remedy="Leave the conviction out; a charge is none.",
            names=("conviction",),
        )
    if not issuing_office.strip():
        return Refusal(code="OFFICE_NEEDED", says="Say which office issued the paper.", names=("issuing_office",))
    if received.earliest > at:
        return Refusal(code="TIME_IN_FUTURE", says="The time of receipt lies in the future.", names=("received",))
    refusal = _refuse_unconfirmed(paper, signer, court, conviction, confirmed_by, received_by)
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


def _refuse_unconfirmed(
    paper: str, signer: str | None, court: str | None, conviction: str | None, confirmed_by: str | None, by: str
) -> Refusal | None:
    """Refuse a judge's warrant without its judge and court, and that or a conviction without a second person's word."""
    missing = tuple(name for name, value in (("signer", signer), ("court", court)) if not (value or "").strip())
    if paper == "JUDICIAL" and missing:
        return Refusal(
            code="JUDGE_NEEDED",
            says="A judicial warrant has a judge who signed it and a court. An immigration officer's signature is administrative.",
            remedy="Name the judge and the court as they stand on the paper, or record it as administrative.",
            names=missing,
        )
    second = (confirmed_by or "").strip().casefold()
    if (paper == "JUDICIAL" or conviction is not None) and second in {"", by.casefold()}:
        return Refusal(
            code="SECOND_PERSON_NEEDED",
            says="A judicial warrant, or a conviction, is confirmed with the court by a second person, not by who received the paper.",
            remedy="Ask a colleague to call the court; until then record it as administrative, and without a conviction.",
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
    decider: str,
    at: Instant,
) -> Change | Refusal:
    """Answer a detainer: four answers, which must be those of the rule in force. `owner` is the seat whose role `decider` holds."""
    found = as_seen(case, seen)
    if isinstance(found, Refusal):
        return found
    paper = next((p for p in found.current(DetainerReceived) if p.n == detainer), None)
    if paper is None:
        return Refusal(code="NO_SUCH_DETAINER", says="There is no such paper in this case.", names=("detainer",))
    rule = rule_at(at, found.rules)
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
    due = answers_by(rule, paper, matter_stage(found))
    wrong = tuple(name for name in ANSWERS if given[name] != due[name])
    if wrong:
        return Refusal(
            code="NOT_THE_RULES_ANSWER",
            says=f"{rule.says} For this paper the rule answers: {', '.join(f'{name} {due[name]}' for name in wrong)}.",
            remedy=f"Answer as the rule in force says ({rule.citation}), or have its owners change it.",
            names=wrong,
        )
    if paper.paper == "JUDICIAL" and "HONOR" in given.values() and decider == paper.received_by:
        # A name that somebody types proves no second person; another account does.
        return Refusal(
            code="SECOND_PERSON_NEEDED",
            says="You received this judicial warrant; what rests on it is honored by a second person.",
            remedy="Ask a colleague to answer it. Until then it delays nothing.",
            names=("decider",),
        )
    lapses = StatedTime(moment(held_until(at, READINGS[rule.reading])).isoformat(), ZONE) if hold == "HONOR" else None
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
    detail = {"rule": rule.code, "rules": rule.text or rules_sha256(), **{name: given[name] for name in ANSWERS}}
    return change(Kind.DETAINER_DECIDED, found, (fact,), detail, rule_ends(rule, found.rules, after=at))


def honored_holds(case: Case, at: Instant) -> tuple[tuple[DetainerReceived, DetainerDecided, Instant], ...]:
    """Return the detainers whose hold was honored, hasn't lapsed, and counts by the rule in force at `at`, each with its lapse."""
    found = []
    for paper in case.current(DetainerReceived):
        decided = decision_of(case, paper.n)
        if decided is None or decided.lapses is None or at >= decided.lapses.earliest:
            continue
        # A later rule, or the matter's end, may have taken the ground away: it counts only as the rule in force says now.
        if answers_by(rule_at(at, case.rules), paper, matter_stage(case))["hold"] == "HONOR":
            found.append((paper, decided, decided.lapses.earliest))
    return tuple(found)


def notice_allowed(case: Case, detainer: int, at: Instant) -> bool:
    """Return whether notice of release may be given: it was honored, and the rule in force at `at` honors it still."""
    paper = next((p for p in case.current(DetainerReceived) if p.n == detainer), None)
    decided = decision_of(case, detainer)
    if paper is None or decided is None or decided.notice != "HONOR":
        return False
    return answers_by(rule_at(at, case.rules), paper, matter_stage(case))["notice"] == "HONOR"
