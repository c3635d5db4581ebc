"""Random walks through a case: any act at any time, refused or not, by the real rules."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from hypothesis import strategies as st

from pars.core.cases.bail import TYPES, OrderTerms
from pars.core.cases.booking import correct_facts, submit_for_charging
from pars.core.cases.calling import call_case, pass_case
from pars.core.cases.case import Case, Change, proposed_charges
from pars.core.cases.charging import complaint_text, decide_charges, sign_complaint
from pars.core.cases.choices import DECISIONS, REASONS, ChargeChoice
from pars.core.cases.court_calendar import NO_CALENDAR
from pars.core.cases.custody import acknowledge_release
from pars.core.cases.detainer_rules import ANSWERS, CONVICTIONS, rule_at
from pars.core.cases.detainers import PAPERS, answers_by, decide_detainer, matter_stage, receive_detainer
from pars.core.cases.dockets import give_docket
from pars.core.cases.doubts import resolve_doubt
from pars.core.cases.facts import (
    SAID,
    Arrested,
    ChargeDecided,
    CompetencyRaised,
    ConsularNoted,
    DetainerReceived,
    HoldLodged,
    IdentityClaimed,
    IdentityVerified,
    ImageReferenced,
    InterpreterStated,
    InterviewBegun,
    MedicalHandedOver,
    PropertyRecorded,
    ReferenceNamed,
)
from pars.core.cases.filing import file_complaint
from pars.core.cases.flags import record_flag
from pars.core.cases.guidelines import RECOMMENDATIONS
from pars.core.cases.holds import HOLD_KINDS, lift_hold, lodge_hold
from pars.core.cases.juvenile import charge_directly, send_to_juvenile
from pars.core.cases.linking import confirm_link, link_person, standing_links, undo_link
from pars.core.cases.police_release import release_by_police
from pars.core.cases.pretrial import (
    OUTCOMES,
    RESULTS,
    begin_interview,
    name_reference,
    record_interview,
    save_answers,
    verify_answer,
)
from pars.core.cases.questions import QUESTIONS
from pars.core.cases.received import Received
from pars.core.cases.receiving import receive
from pars.core.cases.release import order_release, post_bail, release_order_sha256
from pars.core.cases.verifying import verify_identity
from pars.core.cases.worksheet_signing import Choice
from pars.core.terms import Refusal
from tests.cases import (
    ARREST,
    HEARD,
    ID,
    MONEY,
    NOW,
    OTHER_ID,
    PERSON,
    RIGHTS,
    ROR,
    ZONE,
    asked,
    at,
    booked,
    decided,
    hear,
    heard,
    ordered,
    signed,
)
from tests.guidelines import sheeted, sign

Act: TypeAlias = Callable[[st.DrawFn, Case], Change | Refusal]
LODGED = at("2026-11-20T05:00:00-05:00")


def _submit(draw: st.DrawFn, case: Case) -> Change | Refusal:
    return submit_for_charging(case, case.version)


def _decide(draw: st.DrawFn, case: Case) -> Change | Refusal:
    choices = []
    for charge in proposed_charges(case):
        decision = draw(st.sampled_from(("APPROVE",) * 8 + DECISIONS))
        reason = next(iter(REASONS.get(decision, {})), None)
        proposed = None if decision == "ADD" else charge.n
        arrest = case.current(Arrested)[0].n
        grade, basis = draw(st.sampled_from([(None, None), ("F3", "PRIORS"), ("F3", "VALUE")]))
        choices.append(
            ChargeChoice(
                proposed=proposed,
                decision=decision,
                reason=reason,
                note="why",
                statute="18 § 1",
                description="New",
                arrest=arrest,
                grade=grade,
                grade_basis=basis,
            )
        )
    return decide_charges(case, case.version, choices)


def restated(case: Case, *, amend: bool) -> list[ChargeChoice]:
    """Return the choices by which an attorney decides every filed charge again and changes nothing: approves, or amends to the same."""
    choices = []
    for decided_one in case.current(ChargeDecided):
        if decided_one.filed is None:
            continue
        filed = case.standing(decided_one.filed)
        proposed = case.standing(decided_one.proposed).n if decided_one.proposed is not None else None
        choice = ChargeChoice(decision="APPROVE", proposed=proposed, filed=filed.n if proposed is None else None)
        if amend and decided_one.decision == "AMEND":
            said = {name: getattr(filed, name) for name in SAID}
            choice = replace(choice, decision="AMEND", reason="GRADE", **said)
        choices.append(choice)
    return choices


def _sign(draw: st.DrawFn, case: Case) -> Change | Refusal:
    text = hashlib.sha256(complaint_text(case)).hexdigest()
    return sign_complaint(case, case.version, text_sha256=text, signer="ada")


def _ask(draw: st.DrawFn, case: Case) -> Change | Refusal:
    outcome = draw(st.sampled_from(sorted(OUTCOMES)))
    answers = draw(SAID_TO_US) if outcome == "TAKEN" else {}
    return record_interview(case, case.version, outcome=outcome, reason="why", note="softly", answers=answers)


SAID_TO_US = st.dictionaries(st.sampled_from(sorted(QUESTIONS)), st.none()) | st.sampled_from(
    [{"employed": "YES", "convictions": "NONE"}, {"employed": "NO", "lives_with": "ALONE", "kept_conditions": "NEVER"}]
)


def _save(draw: st.DrawFn, case: Case) -> Change | Refusal:
    if case.latest(InterviewBegun) is None:
        return begin_interview(case, case.version, channel="VIDEO", room="B-08", told=draw(st.booleans()))
    return save_answers(case, case.version, answers=draw(SAID_TO_US), note="louder")


def _check(draw: st.DrawFn, case: Case) -> Change | Refusal:
    if not case.current(ReferenceNamed):
        return name_reference(case, case.version, name="Ada Quill", relation="mother", phone="555-0100")
    question, result = draw(st.sampled_from(["employed", "convictions"])), draw(st.sampled_from(sorted(RESULTS)))
    return verify_answer(case, case.version, question=question, channel="CALL", result=result, says="was told so")


def _sheet(draw: st.DrawFn, case: Case) -> Change | Refusal:
    recommendation = draw(st.sampled_from(sorted(RECOMMENDATIONS)))
    return sign(
        case, Choice(recommendation=recommendation, reason="as it is", conditions=("REPORT",), conditions_note="weekly")
    )


def _hear(draw: st.DrawFn, case: Case) -> Change | Refusal:
    said = {**RIGHTS, "rights_read": draw(st.sampled_from([True] * 7 + [False]))}
    return hear(case, time=HEARD, probable_cause=draw(st.sampled_from([True] * 5 + [False])), reason="why", **said)


def _order(draw: st.DrawFn, case: Case) -> Change | Refusal:
    kind = draw(st.sampled_from(sorted(TYPES)))
    terms: OrderTerms = replace(MONEY if kind == "MONETARY" else ROR, types=(kind,), reasons="why", surety="A friend")
    if kind in {"UNSECURED", "NOMINAL"}:
        terms = replace(terms, amount_cents=100)
    if kind == "NONMONETARY":
        terms = replace(terms, conditions=("REPORT",))
    return order_release(case, case.version, terms=terms, text_sha256=release_order_sha256(case, terms), signer="judge")


def _post(draw: st.DrawFn, case: Case) -> Change | Refusal:
    amount = draw(st.sampled_from([100, 25_000, 50_000, 5_000_000]))
    return post_bail(case, case.version, order=draw(st.integers(1, len(case.facts))), amount_cents=amount)


def _lodge(draw: st.DrawFn, case: Case) -> Change | Refusal:
    kind = draw(st.sampled_from(sorted(HOLD_KINDS)))
    return lodge_hold(case, case.version, kind=kind, authority="Court", lodged=LODGED, at=NOW)


def _lift(draw: st.DrawFn, case: Case) -> Change | Refusal:
    numbers = [hold.n for hold in case.current(HoldLodged)] or [1]
    return lift_hold(case, case.version, hold=draw(st.sampled_from(numbers)), reason="served", at=NOW)


def _paper(draw: st.DrawFn, case: Case) -> Change | Refusal:
    return receive_detainer(
        case,
        case.version,
        form=draw(st.sampled_from(["I-247A", "NOTICE_REQUEST"])),
        paper=draw(st.sampled_from(PAPERS)),
        issuing_office="Office",
        received=LODGED,
        received_by="ada",
        at=NOW,
        signer="Judge",
        court="Court",
        confirmed_by="ben",
        conviction=draw(st.sampled_from([None, *CONVICTIONS])),
    )


def _answer(draw: st.DrawFn, case: Case) -> Change | Refusal:
    papers = case.current(DetainerReceived)
    if not papers or draw(st.booleans()):
        given = {name: draw(st.sampled_from(["HONOR", "DECLINE", "NOT_ASKED"])) for name in ANSWERS}
    else:
        given = dict(answers_by(rule_at(NOW), papers[-1], matter_stage(case)))
    number = papers[-1].n if papers else 1
    return decide_detainer(case, case.version, detainer=number, reason="rule", owner="city", decider="ben", at=NOW, **given)


def _free(draw: st.DrawFn, case: Case) -> Change | Refusal:
    return acknowledge_release(case, case.version, released=draw(st.booleans()), reason="why", at=NOW, cases=(case,))


def _correct(draw: st.DrawFn, case: Case) -> Change | Refusal:
    who = case.current(IdentityClaimed)[-1]
    born = at(draw(st.sampled_from(["1990-06-01", "2008", "2010-01-01"])))
    who = replace(who, corrects=who.n, birth_date=born, given=draw(st.sampled_from([who.given, "Miriam"])))
    return correct_facts(case, case.version, [who], why="seen", at=NOW)


def _reply(draw: st.DrawFn, case: Case) -> Change | Refusal:
    found = IdentityVerified(
        source="Repository",
        stated=at("2026-11-20T05:00:00-05:00"),
        outcome="MATCH",
        reference="TCN",
        verifier="",
        sid=draw(st.sampled_from(["12345678", "87654321"])),
        surname=draw(st.sampled_from(["Whitlock", "Ashgrove"])),
        birth_date=draw(st.sampled_from([at("1990-06-01"), at("2010"), None])),
    )
    return verify_identity(case, case.version, found, verifier="ada", at=NOW)


def _link(draw: st.DrawFn, case: Case) -> Change | Refusal:
    other = booked(draw(st.sampled_from([OTHER_ID, ID])))
    basis = draw(st.sampled_from(["FINGERPRINT", "SECOND_PERSON"]))
    return link_person(case, case.version, other=other, basis=basis, reason="seen", linker="ada")


def _part(draw: st.DrawFn, case: Case) -> Change | Refusal:
    number = draw(st.sampled_from([link.n for link in standing_links(case)] or [1]))
    if draw(st.booleans()):
        other = booked(draw(st.sampled_from([OTHER_ID, ID])))
        confirmer = draw(st.sampled_from(["ada", "ben"]))
        return confirm_link(case, case.version, link=number, other=other, reason="seen", confirmer=confirmer)
    return undo_link(case, case.version, link=number, reason="seen", linker="ada")


def _settle(draw: st.DrawFn, case: Case) -> Change | Refusal:
    number = draw(st.integers(1, len(case.facts)))
    return resolve_doubt(case, case.version, doubt=number, reason="seen", resolver="ada", adult=draw(st.booleans()))


def _document(draw: st.DrawFn, case: Case) -> Change | Refusal:
    document = Received(
        feed="feed",
        owner=draw(st.sampled_from(["police", "prosecutor", "custodian"])),
        family="ARREST",
        digest=draw(st.sampled_from(["a" * 64, "b" * 64, "c" * 64])),
        document_id=draw(st.sampled_from(["1", "2"])),
        document_time=at(draw(st.sampled_from(["2026-11-19", "2026-11-20"]))),
        person=replace(PERSON, given=draw(st.sampled_from(["Marian", "Marion"]))),
        arrests=(replace(ARREST, district=draw(st.sampled_from(["6", "9", None]))),),
    )
    return receive(case, document, case_id=case.id, at=NOW)


def _let_go(draw: st.DrawFn, case: Case) -> Change | Refusal:
    return release_by_police(case, case.version, time=LODGED, reason="why", at=NOW, cases=(case,))


def _file(draw: st.DrawFn, case: Case) -> Change | Refusal:
    time = draw(st.sampled_from([LODGED, HEARD, at("2026-11-19")]))
    return file_complaint(case, case.version, time=time, at=NOW, why="stamp")


def _flag(draw: st.DrawFn, case: Case) -> Change | Refusal:
    fact = draw(
        st.sampled_from(
            [
                PropertyRecorded(state="TAKEN", reference="P-1"),
                PropertyRecorded(state="RETURNED", reference="P-1"),
                MedicalHandedOver(handed_to="nurse", urgent=True),
                InterpreterStated(state="NEEDED", language="Spanish"),
                CompetencyRaised(state="RAISED", note="seems lost"),
                CompetencyRaised(state="SETTLED", note="understands"),
                ConsularNoted(state="REQUESTED", nationality="Freedonia"),
                ImageReferenced(kind="PRINTS", system="AFIS", reference="9"),
            ]
        )
    )
    return record_flag(case, case.version, fact, consular=True)


def _call(draw: st.DrawFn, case: Case) -> Change | Refusal:
    there = {"at": NOW, "calendar": NO_CALENDAR, "zone": ZONE}
    if draw(st.booleans()):
        return call_case(case, case.version, **there, reason="why")
    return pass_case(case, case.version, **there, reason=draw(st.sampled_from(["UNWELL", "BROKEN_OFF"])))


def _number(draw: st.DrawFn, case: Case) -> Change | Refusal:
    drawn = draw(st.integers(0, 3))
    return give_docket(case, case.version, at=NOW, zone=ZONE, prefix="MC-51-CR", drawn=drawn)


def _send_on(draw: st.DrawFn, case: Case) -> Change | Refusal:
    if draw(st.booleans()):
        return charge_directly(case, case.version, basis="MURDER", reason="as charged")
    return send_to_juvenile(case, case.version, court="Family Court", reference="J-1", decided=at("2026-11-20"), at=NOW)


NEUTRAL: tuple[Act, ...] = (_flag, _call, _number, _ask, _save, _check, _sheet)
"""What is recorded of a person and of a session, and neither holds nor frees anybody."""

ACTS: tuple[Act, ...] = (
    _let_go, _file, _flag, _call, _number, _send_on,
    _submit, _decide, _sign, _ask, _save, _check, _sheet, _hear, _order, _post, _lodge, _lift, _paper, _answer, _free, _correct, _reply, _link, _part, _settle, _document,
)  # fmt: skip
PATH: tuple[Act, ...] = (_submit, _decide, _sign, _ask, _hear, _order, _post)


PRIORS = decided(decision="AMEND", reason="GRADE", grade="F3", grade_basis="PRIORS")
ORDERED = (
    ordered(),
    ordered(terms=MONEY),
    decided(decision="DECLINE", reason="EVIDENCE"),
    ordered(heard(asked(signed(PRIORS)))),
    sheeted(),
    ordered(heard(sheeted()), MONEY),
)


@st.composite
def walks(draw: st.DrawFn, case_id: str = ID) -> list[tuple[Case, Change | Refusal]]:
    """Return a walk: each case with what the next act made of it. Some begin with an order, some follow the main path first."""
    start = draw(st.sampled_from(["booked", "path", "order"]))
    case = draw(st.sampled_from(ORDERED)) if start == "order" else booked()
    case = Case(case_id, case.version, case.facts)
    ahead = PATH[: draw(st.integers(0, len(PATH)))] if start == "path" else ()
    acts = [*ahead, *draw(st.lists(st.sampled_from(ACTS), max_size=8))]
    steps: list[tuple[Case, Change | Refusal]] = []
    for act in acts:
        outcome = act(draw, case)
        steps.append((case, outcome))
        if isinstance(outcome, Change):
            case = outcome.case
    return steps


@st.composite
def cases(draw: st.DrawFn, case_id: str = ID) -> Case:
    """Return a case somewhere on a walk."""
    steps = draw(walks(case_id))
    if not steps:
        return booked(case_id)
    before, outcome = steps[-1]
    return outcome.case if isinstance(outcome, Change) else before
