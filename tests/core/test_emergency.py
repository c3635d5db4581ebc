"""Break-glass (edge 43): a reason of a closed list waives what the version says and nothing else, and a review is owed after it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.core import canonical
from pars.core.access.decision import GUARD, Caller, Permit, decide
from pars.core.access.emergency import REASONS, WAIVED, Emergency, EmergencyRule, narrower
from pars.core.access.explain import LANGUAGES
from pars.core.access.floor import floor
from pars.core.access.limits import Used
from pars.core.access.predicate import Is
from pars.core.access.question import Evidence, Question, read_question
from pars.core.agreements.differences import differences
from pars.core.agreements.pending import pending
from pars.core.agreements.plain import explain
from pars.core.agreements.standing import served as stretches
from pars.core.agreements.standing import standing
from pars.core.agreements.version import narrows, read_version
from pars.core.ledger import drafts
from pars.core.terms import DAY, HOUR, Instant, Refusal
from tests.agreements import CHARTER, DOCUMENT, END, START, History, changed, in_force, version
from tests.ledgers import AGENCY, AGREEMENT, HELD, PERSON, Ledger, make_version, outsider, staff

RULE: dict[str, Any] = {"reasons": ["LIFE_AT_RISK"], "waives": ["evidence"], "review_hours": 24}
BOTH: dict[str, Any] = {
    "/emergency": {**RULE, "waives": ["approval", "evidence"]},
    "/approval": {"over_rows": 0, "minutes": 60, "exports": "all"},
}
ASKED = Question(
    purpose="warrant_service",
    evidence=Evidence("warrant_number", "W-1234"),
    columns=("surname",),
    where=(Is("surname", "Doe"), Is("given", "Ann")),
)
NOW = replace(ASKED, evidence=None, emergency="LIFE_AT_RISK")
AT = Instant(START + HOUR)


def ask(
    question: Question = NOW, changes: dict[str, Any] | None = None, owed: tuple[Emergency, ...] = (), **options: Any
) -> Permit | Refusal:
    under = replace(in_force(version({"/emergency": RULE} if changes is None else changes)), emergencies=owed)
    parts = {"used": {}, "at": AT, "floor": floor, **options}
    return decide(Caller("sheriff", parts.pop("person", "deputy")), question, [under], **parts)


def code(outcome: Permit | Refusal) -> str:
    return outcome.code if isinstance(outcome, Refusal) else "PERMITTED"


# ---------------------------------------------------------------- asked


def test_an_emergency_waives_what_the_version_says_and_says_so() -> None:
    permit = ask()
    assert isinstance(permit, Permit)
    assert (permit.emergency, permit.evidence) == ("LIFE_AT_RISK", False)
    assert code(ask(replace(NOW, emergency=None))) == "NO_EVIDENCE"
    assert code(ask(replace(NOW, evidence=ASKED.evidence))) == "PERMITTED"


@pytest.mark.parametrize(
    ("question", "options", "found"),
    [
        (NOW, {"changes": {}}, "NO_EVIDENCE"),
        (replace(ASKED, emergency="LIFE_AT_RISK"), {"changes": {}}, "NOT_AN_EMERGENCY"),
        (replace(NOW, emergency="ESCAPE"), {}, "NOT_AN_EMERGENCY"),
        (NOW, {"how": "stream"}, "NOT_AN_EMERGENCY"),
        (NOW, {"how": "export"}, "NOT_AN_EMERGENCY"),
        (NOW, {"how": "asks"}, "NOT_AN_EMERGENCY"),
        (replace(NOW, evidence=Evidence("docket", "MC-51-CR-0000001-2027")), {}, "WRONG_EVIDENCE"),
        (replace(NOW, columns=("sex",)), {}, "NOT_GRANTED"),
        (replace(NOW, columns=("incident_number",), where=()), {}, "NOT_LAWFUL"),
        (NOW, {"used": {"AGR-1": Used(questions=20)}}, "LIMIT_REACHED"),
        (NOW, {"person": "stranger"}, "NOT_NAMED"),
        (
            replace(NOW, where=()),
            {"changes": {"/emergency": RULE, "/approval": {"over_rows": 0, "minutes": 60}}},
            "APPROVAL_NEEDED",
        ),
        (replace(NOW, where=()), {"changes": BOTH}, "PERMITTED"),
        (NOW, {"changes": {**BOTH, "/emergency": {**RULE, "waives": ["approval"]}}}, "NO_EVIDENCE"),
    ],
)
def test_edge_43_an_emergency_widens_nothing_else(question: Question, options: dict[str, Any], found: str) -> None:
    assert code(ask(question, **options)) == found


def test_a_review_that_is_overdue_stops_every_question_and_until_then_bounds_the_permit() -> None:
    permit = ask(ASKED, owed=(answer(AT + HOUR),))
    assert isinstance(permit, Permit)
    assert permit.until == AT + HOUR
    refused = ask(ASKED, owed=(answer(AT),))
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.remedy) == ("REVIEW_OVERDUE", "The owners review it; nothing else lifts this.")
    assert "Overdue: the owners' review of an emergency." in refused.says
    assert code(ask(NOW, owed=(answer(AT),))) == "REVIEW_OVERDUE"
    assert code(ask(ASKED, owed=(answer(AT, AT),))) == "PERMITTED"
    assert code(ask(ASKED, owed=(answer(AT + GUARD),))) == "ENDING"


def test_how_it_stands_says_that_a_review_is_overdue_and_when_it_no_longer_was() -> None:
    due = Instant(START + DAY)
    plain = in_force(version({"/emergency": RULE}))
    owing = replace(plain, emergencies=(answer(due, due + HOUR), answer(due + HOUR // 2, due + 2 * HOUR, entry=901)))
    before, late, after = (standing(owing, Instant(at)) for at in (due - 1, due, due + 2 * HOUR))
    assert (before.state, before.until, before.reviews) == ("IN_FORCE", due, ())
    assert (late.state, late.since, late.until, len(late.reviews)) == ("SUSPENDED", due, END, 1)
    assert late.says.endswith("Overdue: the owners' review of an emergency.")
    assert late.said("es").endswith("Está vencido: la revisión de una emergencia por los propietarios.")
    assert [one.entry for one in standing(owing, Instant(due + HOUR)).reviews] == [901]
    assert (after.state, after.since, after.until, after.reviews) == ("IN_FORCE", due + 2 * HOUR, END, ())
    assert [(period.start, period.end) for _, period in stretches(owing, END)] == [(START, due), (due + 2 * HOUR, END)]
    early = replace(plain, emergencies=(answer(due, due - HOUR),))
    assert standing(early, due).state == "IN_FORCE", "one that was reviewed in time stops nothing"
    assert [(period.start, period.end) for _, period in stretches(early, END)] == [(START, END)], "and parts no stretch"
    later = replace(plain, emergencies=(replace(answer(due), at=Instant(START + HOUR)),))
    assert [standing(later, Instant(START + at)).until for at in (HOUR - 1, HOUR)] == [END, due], (
        "what comes later isn't known yet"
    )
    never = replace(plain, emergencies=(answer(due),))
    assert (standing(never, END).state, standing(never, END).reviews) == ("ENDED", ())


def test_no_vote_lifts_it_and_who_waits_is_told() -> None:
    due = Instant(START + DAY)
    history = History()
    history.adopt(version({"/emergency": RULE}))
    history.agreement = replace(history.current(), emergencies=(answer(due),))
    assert history.refused(history.voted("reinstate", "city", at=due), at=due) == "REVIEW_OVERDUE"
    found = [one for one in pending(history.current(), CHARTER, due) if one.what == "review"]
    [told] = found
    assert (told.seats, told.by, told.overdue) == (tuple(CHARTER.owners), due, True)
    assert told.said({"city": "The City"}).startswith("An emergency was to be reviewed by an owner on January 17, 2027")
    assert "Hasta entonces no se responde nada." in told.said({}, "es")
    assert [one for one in pending(history.current(), CHARTER, Instant(due - 1)) if one.what == "review"] == []


def answer(due: int, reviewed: int | None = None, entry: int = 900) -> Emergency:
    """Return an emergency answer, given at the start, whose review is due then."""
    at = None if reviewed is None else Instant(reviewed)
    return Emergency(entry=entry, agreement="AGR-1", person=PERSON, at=START, due=Instant(due), reviewed=at)


def test_a_reason_is_of_the_list() -> None:
    read = read_question({"purpose": "p", "columns": ["surname"], "emergency": "ESCAPE"})
    assert isinstance(read, Question)
    assert b'"emergency":"ESCAPE"' in read.text()
    wrong = read_question({"purpose": "p", "columns": ["surname"], "emergency": "in a hurry"})
    assert isinstance(wrong, Refusal)
    assert (wrong.code, wrong.names) == ("UNKNOWN_REASON", ("/emergency",))
    assert all(set(says) == set(LANGUAGES) for says in REASONS.values())


# ---------------------------------------------------------------- the text

SOME = st.builds(
    EmergencyRule,
    reasons=st.lists(st.sampled_from(list(REASONS)), min_size=1, unique=True).map(tuple),
    waives=st.lists(st.sampled_from(WAIVED), min_size=1, unique=True).map(tuple),
    review_hours=st.integers(1, 3),
)


@given(st.none() | SOME, st.none() | SOME, st.sampled_from(list(REASONS)), st.sampled_from(WAIVED))
def test_a_narrower_rule_waives_nothing_that_the_other_did_not(new: Any, old: Any, reason: str, what: str) -> None:
    if narrower(new, old) and new is not None and reason in new.reasons and what in new.waives:
        assert reason in old.reasons
        assert what in old.waives
        assert new.review_hours <= old.review_hours
    assert narrower(new, new)
    assert narrower(None, old)


@pytest.mark.parametrize(
    ("changes", "narrowing"),
    [
        ({"review_hours": 12}, True),
        ({"review_hours": 25}, False),
        ({"waives": ["approval", "evidence"]}, False),
        ({"reasons": ["LIFE_AT_RISK", "ESCAPE"]}, False),
    ],
)
def test_a_change_of_the_rule_is_told_and_met(changes: dict[str, Any], narrowing: bool) -> None:
    new, old = version({"/emergency": {**RULE, **changes}}, number=2), version({"/emergency": RULE})
    assert narrows(new, old) == narrowing
    for language in LANGUAGES:
        assert [one.kind for one in differences(new, old, language)] == ["removed" if narrowing else "added"]


def test_the_rule_is_said_and_so_is_its_absence() -> None:
    assert "There is no emergency path: nothing that is demanded here can be waived." in explain(version(), "en")
    said = [sentence for sentence in explain(version({"/emergency": RULE}), "en") if "emergency" in sentence]
    assert len(said) == 1
    assert "in danger now" in said[0]
    assert "within 24 hours" in said[0]
    assert any("emergencia" in sentence and "24 horas" in sentence for sentence in explain(version({"/emergency": RULE}), "es"))


@pytest.mark.parametrize(
    ("rule", "found", "place"),
    [
        ({**RULE, "reasons": []}, "WRONG_LENGTH", "/emergency/reasons"),
        ({**RULE, "reasons": ["HURRY"]}, "UNKNOWN_REASON", "/emergency/reasons/0"),
        ({**RULE, "waives": ["limits"]}, "UNKNOWN_WORD", "/emergency/waives/0"),
        ({**RULE, "review_hours": 0}, "OUT_OF_RANGE", "/emergency/review_hours"),
        ({"reasons": ["ESCAPE"]}, "MISSING_FIELD", "/emergency/"),
    ],
)
def test_a_rule_is_refused_with_its_place(rule: object, found: str, place: str) -> None:
    read = read_version(canonical.write(changed(DOCUMENT, {"/emergency": rule})))
    assert isinstance(read, Refusal)
    assert read.code == found
    assert read.names[0].startswith(place)


# ---------------------------------------------------------------- in the ledger


def served(changes: dict[str, Any] | None = None) -> tuple[Ledger, Any]:
    ledger = Ledger()
    return ledger, ledger.serve(make_version({"/emergency": RULE} if changes is None else changes))


BROKEN: dict[str, Any] = {"evidence": None, "emergency": "LIFE_AT_RISK"}


def reviewed(ledger: Ledger, answer: int, by: Any = None, finding: str = "JUSTIFIED") -> None:
    draft = drafts.emergency_reviewed(agreement=AGREEMENT, answer=answer, finding=finding)
    ledger.add(draft, by or staff("registrar"))


def test_an_emergency_in_the_ledger_owes_a_review_and_nothing_is_covered_once_it_is_overdue() -> None:
    ledger, made = served()
    answer = ledger.disclose(made, **BROKEN)
    (owed,) = ledger.state().agreements[AGREEMENT].emergencies
    assert (owed.entry, owed.agreement, owed.person, owed.due) == (answer.id, AGREEMENT, PERSON, answer.at + 24 * HOUR)
    ledger.disclose(made, at=owed.due - GUARD - 1)
    assert ledger.state()
    ledger.disclose(made, at=owed.due - GUARD)
    assert ledger.violation() == "ENDING"
    ledger.entries.pop()
    ledger.disclose(made, at=owed.due)
    assert ledger.violation() == "REVIEW_OVERDUE"
    ledger.entries.pop()
    asked = drafts.export_opened(
        agency=AGENCY, version=made.hash, purpose="warrant_service", form="csv", columns=["surname"], filters=[]
    )
    ledger.add(asked, outsider())
    assert ledger.violation() == "REVIEW_OVERDUE"
    ledger.entries.pop()
    reviewed(ledger, answer.id, finding="NOT_JUSTIFIED")
    ledger.disclose(made)
    (late,) = ledger.state().agreements[AGREEMENT].emergencies
    assert late.reviewed == ledger.entries[-2].at


def test_an_emergency_that_the_version_does_not_allow_is_a_violation() -> None:
    for changes, parts, found in (
        ({}, BROKEN, "NO_EVIDENCE"),
        (None, {**BROKEN, "emergency": "ESCAPE"}, "NOT_AN_EMERGENCY"),
        (None, {"evidence": None}, "NO_EVIDENCE"),
        (None, {**BROKEN, "columns": ["record", "sex"]}, "NOT_GRANTED"),
        ({}, {"emergency": "LIFE_AT_RISK"}, "NOT_AN_EMERGENCY"),
    ):
        ledger, made = served(changes)
        ledger.disclose(made, **parts)
        assert ledger.violation() == found
    ledger, made = served()
    ledger.disclose(made, **BROKEN, stream=len(ledger.entries))
    assert ledger.violation() == "NOT_AN_EMERGENCY"


def test_a_review_is_the_owners_of_an_emergency_once() -> None:
    def after(by: Any = None, *, answer: int | None = None, twice: bool = False, finding: str = "JUSTIFIED") -> Ledger:
        ledger, made = served()
        ledger.add(drafts.user_named(agreement=AGREEMENT, person="sergeant", holds=HELD), staff("registrar"))
        plain, broken = ledger.disclose(made), ledger.disclose(made, **BROKEN)
        if twice:
            reviewed(ledger, broken.id)
        reviewed(ledger, {None: broken.id, 0: plain.id}.get(answer, answer or 0), by, finding)
        return ledger

    assert after().state()
    assert after(outsider("sergeant")).violation() == "NO_AUTHORITY"
    assert after(staff("clerk")).violation() == "NOT_YOUR_ACT"
    assert after(answer=0).violation() == "NO_EMERGENCY"
    assert after(twice=True).violation() == "NO_EMERGENCY"
    assert after(finding="FINE").violation() == "UNKNOWN_FINDING"


def test_a_review_names_the_agreement_whose_emergency_it_was() -> None:
    ledger, made = served()
    answer = ledger.disclose(made, **BROKEN)
    ledger.add(drafts.emergency_reviewed(agreement="AGR-2", answer=answer.id, finding="JUSTIFIED"), staff("registrar"))
    assert ledger.violation() == "NO_EMERGENCY"
