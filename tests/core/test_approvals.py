"""A second person's approval: when it is needed, who gives it, how long it holds, and what rests on it in the ledger."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.core import canonical
from pars.core.access.approvals import Approval, ApprovalRule, AskedApproval, How, narrower
from pars.core.access.decision import Caller, Permit, decide
from pars.core.access.floor import floor
from pars.core.access.predicate import Is
from pars.core.access.question import Evidence, Question, read_question
from pars.core.agreements.differences import differences
from pars.core.agreements.plain import explain
from pars.core.agreements.version import narrows, read_version
from pars.core.ledger import drafts
from pars.core.terms import HOUR, MINUTE, Instant, Refusal
from tests.agreements import DOCUMENT, START, changed, in_force, version
from tests.ledgers import AGENCY, AGREEMENT, HELD, PERSON, Ledger, make_version, outsider, staff

REGISTER = staff("registrar")
RULE: dict[str, Any] = {"/approval": {"over_rows": 5, "minutes": 60}}
EXPORTS: dict[str, Any] = {"/approval": {"over_rows": 5, "minutes": 60, "exports": "all"}}
SWEEP = Question(purpose="warrant_service", evidence=Evidence("warrant_number", "W-1234"), columns=("surname",))
NAMED = replace(SWEEP, where=(Is("surname", "Doe"), Is("given", "Ann")))
AT = Instant(START + HOUR)


def ask(question: Question = SWEEP, rule: dict[str, Any] = RULE, *, at: int = AT, **options: Any) -> Permit | Refusal:
    under = in_force(version(rule))
    return decide(Caller("sheriff", "deputy"), question, [under], used={}, floor=floor, at=Instant(at), **options)


def code(outcome: Permit | Refusal) -> str:
    return outcome.code if isinstance(outcome, Refusal) else "PERMITTED"


def approved(rule: dict[str, Any] = RULE, **changes: Any) -> Approval:
    parts: dict[str, Any] = {
        "entry": 200,
        "at": Instant(AT - MINUTE),
        "agreement": "AGR-1",
        "person": "deputy",
        "version": version(rule).hash,
        "purpose": "warrant_service",
        "columns": frozenset({"surname", "given"}),
        "filters": frozenset(),
        "question": "0" * 64,
        "export": False,
    }
    asked = AskedApproval(**(parts | changes))
    return Approval(asked=asked, by="sergeant", entry=201, at=AT)


# ---------------------------------------------------------------- when


@pytest.mark.parametrize(
    ("question", "how", "rule", "needed"),
    [
        (SWEEP, "once", {}, False),
        (SWEEP, "once", RULE, True),
        (replace(SWEEP, rows=6), "once", RULE, True),
        (replace(SWEEP, rows=5), "once", RULE, False),
        (replace(SWEEP, rows=5, after="h-1"), "once", RULE, True),
        (replace(SWEEP, rows=5), "stream", RULE, True),
        (replace(SWEEP, rows=5), "export", RULE, True),
        (NAMED, "once", RULE, False),
        (replace(NAMED, after="h-1"), "once", RULE, False),
        (NAMED, "stream", RULE, False),
        (NAMED, "export", RULE, False),
        (NAMED, "export", EXPORTS, True),
        (NAMED, "once", EXPORTS, False),
    ],
)
def test_a_sweep_and_where_it_is_said_an_export_needs_a_second_person(
    question: Question, how: How, rule: dict[str, Any], needed: bool
) -> None:
    found = ask(question, rule, how=how)
    assert code(found) == ("APPROVAL_NEEDED" if needed else "PERMITTED")
    if isinstance(found, Refusal):
        assert "ask for an approval" in found.remedy


def test_asking_for_an_approval_needs_all_that_the_question_needs_but_that() -> None:
    assert code(ask(how="asks")) == "PERMITTED"
    assert code(ask(replace(SWEEP, evidence=None), how="asks")) == "NO_EVIDENCE"
    assert code(ask(replace(SWEEP, columns=("sex",)), how="asks")) == "NOT_GRANTED"
    assert code(ask(rule={}, how="asks")) == "NO_APPROVAL"


# ---------------------------------------------------------------- what was approved


def test_what_was_approved_is_permitted_as_long_as_the_version_says() -> None:
    permit = ask(approval=approved())
    assert isinstance(permit, Permit)
    assert (permit.approved, permit.until) == (200, AT + 60 * MINUTE)
    assert code(ask(approval=approved(), at=AT + 59 * MINUTE)) == "PERMITTED"
    assert code(ask(approval=approved(), at=AT + 60 * MINUTE)) == "APPROVAL_OVER"
    assert code(ask(approval=approved(), at=AT - 1)) == "APPROVAL_OVER"


@pytest.mark.parametrize(
    "changes",
    [
        {"person": "sergeant"},
        {"agreement": "AGR-2"},
        {"version": "1" * 64},
        {"purpose": "court_administration"},
        {"columns": frozenset({"given"})},
        {"filters": frozenset({"district"})},
    ],
)
def test_an_approval_is_of_one_question_of_one_person(changes: dict[str, Any]) -> None:
    assert code(ask(approval=approved(**changes))) == "OTHER_QUESTION"


def test_an_export_is_approved_as_one() -> None:
    assert code(ask(how="export", approval=approved())) == "OTHER_QUESTION"
    assert code(ask(how="export", approval=approved(export=True))) == "PERMITTED"
    assert code(ask(approval=approved(export=True))) == "PERMITTED"


def test_an_approval_under_a_version_that_asks_for_none_is_over() -> None:
    assert code(ask(rule={}, approval=approved({}))) == "APPROVAL_OVER"


def test_a_question_is_approved_whichever_page_of_it_is_asked() -> None:
    page = replace(SWEEP, after="h-1", approval=200)
    assert page.approved == SWEEP
    assert page.text() != page.approved.text()
    read = read_question({"purpose": "p", "columns": ["surname"], "approval": 7})
    assert isinstance(read, Question)
    assert read.approval == 7
    wrong = read_question({"purpose": "p", "columns": ["surname"], "approval": "7"})
    assert isinstance(wrong, Refusal)
    assert wrong.names == ("/approval",)


# ---------------------------------------------------------------- the text

RULES = st.builds(ApprovalRule, over_rows=st.integers(0, 3), minutes=st.integers(1, 3), exports=st.booleans())


@given(
    st.none() | RULES,
    st.none() | RULES,
    st.sampled_from(["once", "more", "stream", "export"]),
    st.booleans(),
    st.integers(0, 4),
)
def test_a_narrower_rule_asks_for_a_second_person_wherever_the_other_does(
    new: ApprovalRule | None, old: ApprovalRule | None, how: How, named: bool, rows: int
) -> None:
    if narrower(new, old) and old is not None and old.needed(how=how, named=named, rows=rows):
        assert new is not None
        assert new.needed(how=how, named=named, rows=rows)
    assert narrower(new, new)


@pytest.mark.parametrize(
    ("changes", "narrowing"),
    [
        ({"over_rows": 4}, True),
        ({"minutes": 30}, True),
        ({"exports": "all"}, True),
        ({"over_rows": 6}, False),
        ({"minutes": 61}, False),
    ],
)
def test_a_change_of_the_rule_is_told_and_met(changes: dict[str, Any], narrowing: bool) -> None:
    new, old = version({"/approval": {**RULE["/approval"], **changes}}, number=2), version(RULE)
    assert narrows(new, old) == narrowing
    for language in ("en", "es"):
        assert [one.kind for one in differences(new, old, language)] == ["removed" if narrowing else "added"]  # type: ignore[arg-type]


def test_a_rule_that_comes_narrows_and_one_that_goes_widens() -> None:
    assert narrows(version(RULE, number=2), version())
    assert not narrows(version(number=2), version(RULE))


def test_the_rule_is_said_and_so_is_its_absence() -> None:
    none, some, every = (explain(version(rule), "en") for rule in ({}, RULE, EXPORTS))
    assert (
        "A question need not name anybody: it can be about all whom the conditions leave, and no second person approves it."
        in none
    )
    assert any("more than 5 records" in sentence and "within 60 minutes" in sentence for sentence in some)
    assert "Every export needs a second person's approval." in every
    assert "Every export needs a second person's approval." not in some
    assert len(set(explain(version(EXPORTS), "es")) - set(explain(version(), "es"))) == 2


@pytest.mark.parametrize(
    ("rule", "found", "place"),
    [
        ({"over_rows": 501, "minutes": 1}, "OUT_OF_RANGE", "/approval/over_rows"),
        ({"over_rows": 5, "minutes": 0}, "OUT_OF_RANGE", "/approval/minutes"),
        ({"over_rows": 5}, "MISSING_FIELD", "/approval/minutes"),
        ({"over_rows": 5, "minutes": 1, "exports": "some"}, "UNKNOWN_WORD", "/approval/exports"),
    ],
)
def test_a_rule_is_refused_with_its_place(rule: object, found: str, place: str) -> None:
    read = read_version(canonical.write(changed(DOCUMENT, {"/approval": rule})))
    assert isinstance(read, Refusal)
    assert (read.code, read.names) == (found, (place,))


# ---------------------------------------------------------------- in the ledger


def served(rule: dict[str, Any] = RULE) -> tuple[Ledger, Any]:
    ledger = Ledger()
    made = ledger.serve(make_version(rule))
    ledger.add(drafts.user_named(agreement=AGREEMENT, person="sergeant", holds=HELD), REGISTER)
    return ledger, made


def request(ledger: Ledger, made: Any, **changes: Any) -> int:
    parts = {
        "version": made.hash,
        "purpose": "warrant_service",
        "columns": ["record", "surname"],
        "filters": [],
        "question": "0" * 64,
    }
    return ledger.add(drafts.approval_asked(agency=AGENCY, **(parts | changes)), outsider()).id


def approve(ledger: Ledger, asked: int, by: Any = None, **options: Any) -> None:
    ledger.add(drafts.approval_given(agreement=AGREEMENT, asked=asked), by or outsider("sergeant"), **options)


def test_an_approved_sweep_verifies_and_one_that_was_not_does_not() -> None:
    ledger, made = served()
    ledger.disclose(made, rows=6, filters=[])
    assert ledger.violation() == "APPROVAL_NEEDED"
    ledger.entries.pop()
    asked = request(ledger, made)
    ledger.disclose(made, rows=6, filters=[], approval=asked)
    assert ledger.violation() == "NOT_APPROVED"
    ledger.entries.pop()
    approve(ledger, asked)
    first = ledger.disclose(made, rows=6, filters=[], approval=asked)
    ledger.disclose(made, rows=1, filters=[], approval=asked, follows=first.id)
    ledger.disclose(made, rows=5, filters=[])
    assert ledger.state().approvals[asked].by == "sergeant"
    ledger.disclose(made, rows=1, filters=[], follows=first.id)
    assert ledger.violation() == "APPROVAL_NEEDED"


def test_an_answer_that_rests_on_another_approval_is_a_violation() -> None:
    for changes, by, found in (
        ({"filters": ["district"]}, outsider(), "OTHER_QUESTION"),
        ({"columns": ["record", "given"]}, outsider(), "OTHER_QUESTION"),
        ({"purpose": "court_administration"}, outsider(), "OTHER_QUESTION"),
        ({}, outsider("sergeant"), "OTHER_QUESTION"),
        ({"at": "late"}, outsider(), "APPROVAL_OVER"),
    ):
        ledger, made = served()
        asked = request(ledger, made)
        approve(ledger, asked)
        parts = {"rows": 6, "filters": [], **changes}
        if parts.pop("at", None):
            ledger.at = Instant(ledger.at + 60 * MINUTE)
        ledger.disclose(made, approval=asked, by=by, **parts)
        assert ledger.violation() == found, changes


def test_a_stream_and_an_export_of_nobody_by_name_need_it_too() -> None:
    ledger, made = served(EXPORTS)
    ledger.disclose(made, rows=1, filters=[], stream=len(ledger.entries))
    assert ledger.violation() == "APPROVAL_NEEDED"
    for filters, export, found in (([], None, "OTHER_QUESTION"), ([], True, None), (["given", "surname"], True, None)):
        ledger, made = served(EXPORTS)
        asked = request(ledger, made, filters=filters, export=bool(export))
        approve(ledger, asked)
        parts = {"version": made.hash, "purpose": "warrant_service", "columns": ["record", "surname"], "filters": filters}
        ledger.add(drafts.export_opened(agency=AGENCY, form="ndjson", **parts, approval=asked), outsider())
        if found:
            assert ledger.violation() == found
            continue
        opened = ledger.entries[-1].id
        ledger.disclose(made, rows=1, filters=filters, export=opened, approval=asked)
        assert ledger.state()
        ledger.disclose(made, rows=1, filters=filters, export=opened, follows=ledger.entries[-1].id)
        assert ledger.violation() == "APPROVAL_NEEDED"


def test_a_request_is_covered_as_its_question_would_be() -> None:
    for changes, found in (
        ({"columns": ["record", "sex"]}, "NOT_GRANTED"),
        ({"purpose": "curiosity"}, "UNKNOWN_PURPOSE"),
        ({"version": "1" * 64}, "UNKNOWN_VERSION"),
    ):
        ledger, made = served()
        request(ledger, made, **changes)
        assert ledger.violation() == found
    ledger, made = served({})
    request(ledger, made)
    assert ledger.violation() == "NO_APPROVAL"


def test_who_approves_is_somebody_else_who_may_in_time_once() -> None:
    def after(by: Any, *, late: bool = False, twice: bool = False, asked: int | None = None) -> Ledger:
        ledger, made = served()
        ledger.add(drafts.client_bound(client="other", agency=AGENCY, agreement=AGREEMENT), REGISTER)
        known = request(ledger, made)
        if late:
            ledger.at = Instant(ledger.at + 60 * MINUTE)
        if twice:
            approve(ledger, known)
        approve(ledger, known if asked is None else asked, by)
        return ledger

    assert after(outsider("sergeant")).state()
    assert after(outsider("sergeant", client=None)).state()
    assert after(REGISTER).state(), "an owner's person whose role allows it"
    assert after(outsider(PERSON)).violation() == "SAME_PERSON"
    assert after(outsider("stranger")).violation() == "NOT_NAMED"
    assert after(outsider("sergeant", client="unbound")).violation() == "CLIENT_NOT_BOUND"
    assert after(staff("clerk")).violation() == "NOT_YOUR_ACT"
    assert after(outsider("sergeant"), late=True).violation() == "REQUEST_OVER"
    assert after(outsider("sergeant"), twice=True).violation() == "NO_REQUEST"
    assert after(outsider("sergeant"), asked=3).violation() == "NO_REQUEST"


def test_nothing_is_approved_while_the_agreement_is_not_in_force_or_under_another_version() -> None:
    ledger, made = served()
    asked = request(ledger, made)
    ledger.vote("suspend", "city", made, 8)
    approve(ledger, asked)
    assert ledger.violation() == "AGREEMENT_SUSPENDED"
    ledger, made = served()
    asked = request(ledger, made)
    ledger.adopt(make_version({"/approval": {"over_rows": 4, "minutes": 60}}, number=2))
    approve(ledger, asked)
    assert ledger.violation() == "REQUEST_OVER"
