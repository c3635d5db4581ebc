"""The decision for outside agencies: every reason, by name, and what a permit says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.core.access.decision import GUARD, TRIED, Caller, Evidence, Facts, Permit, Question, covers, decide, volume_day
from pars.core.access.floor import floor
from pars.core.access.limits import Used
from pars.core.access.predicate import All, Is, OneOf, Within
from pars.core.access.purposes import listed
from pars.core.access.scope import NOTHING, Scope, meet
from pars.core.agreements.agreement import Agreement, NameUser, RemoveUser, standing
from pars.core.agreements.version import CHARGED_ONLY
from pars.core.terms import DAY, HOUR, Instant, Refusal, end_of_day
from tests.agreements import END, START, History, charter, in_force, version, vote

CALLER = Caller("sheriff", "deputy", "terminal-7")
BY_NAME = (Is("surname", "Doe"), Is("given", "Ann"))
ASKED = Question(
    purpose="warrant_service", evidence=Evidence("warrant_number", "W-1234"), columns=("surname", "record"), where=BY_NAME
)
AT = Instant(START + HOUR)
NEXT_DAY = end_of_day(date(2027, 1, 16), "America/New_York")


def ask(
    question: Question = ASKED,
    agreements: Agreement | list[Agreement] | None = None,
    *,
    caller: Caller = CALLER,
    at: int = AT,
    used: int = 0,
    law: Any = floor,
) -> Permit | Refusal:
    known = agreements if isinstance(agreements, list) else [agreements or in_force()]
    return decide(caller, question, known, used={"AGR-1": Used(questions=used)}, floor=law, at=Instant(at))


def permit(*args: Any, **options: Any) -> Permit:
    made = ask(*args, **options)
    assert isinstance(made, Permit), made
    return made


def refused(*args: Any, **options: Any) -> Refusal:
    made = ask(*args, **options)
    assert isinstance(made, Refusal), made
    return made


def but(**changes: Any) -> Question:
    return replace(ASKED, **changes)


def test_a_permit_says_what_may_be_fetched() -> None:
    made = permit(but(where=(Is("birth_date", 1990), *BY_NAME), sort=("surname",), after="h-1", rows=5))
    assert (made.login, made.authority, made.agency, made.person) == ("guest", "agreement:AGR-1", "sheriff", "deputy")
    assert (made.purpose, made.version_hash) == ("warrant_service", version().hash)
    assert made.columns == ("record", "surname")
    assert made.filters == {"surname", "given", "birth_date"}
    assert dict(made.masks) == {"birth_date": "year"}
    # The agreement's condition, the law's (the same one), that every version has unless it says otherwise, and the question's.
    assert made.where == All((Is("adult", value=True), CHARGED_ONLY, Is("birth_date", 1990, "year"), *BY_NAME))
    assert (made.sort, made.after, made.limit, made.until) == (("surname",), "h-1", 5, NEXT_DAY)
    assert permit().limit == 50
    assert permit(but(rows=500)).limit == 50
    assert dict(permit().masks) == {}


def test_no_person_no_answer() -> None:
    assert refused(caller=Caller("sheriff", "")).code == "NO_PERSON"


def test_the_agreement_must_be_with_the_agency_and_for_the_purpose() -> None:
    assert refused(caller=Caller("other", "deputy")).code == "NO_AGREEMENT"
    assert refused(agreements=[]).code == "NO_AGREEMENT"
    found = refused(but(purpose="look_around"))
    assert (found.code, found.names) == ("UNKNOWN_PURPOSE", ("/purpose",))
    assert "court_administration, warrant_service" in found.remedy
    assert "look_around" not in repr(found)
    assert "No purpose" in refused(but(purpose="look_around"), at=END).remedy


def test_an_agreement_that_is_not_in_force_says_so_and_since_when() -> None:
    assert refused(at=START - 1).code == "AGREEMENT_WAITING"
    ended = refused(at=END)
    assert ended.code == "AGREEMENT_ENDED"
    assert "It ended on February 14, 2027 at 03:00:00, Philadelphia time" in ended.says

    history = History()
    history.propose(version())
    assert refused(agreements=history.current(), at=history.at).code == "AGREEMENT_PROPOSED"

    history = History()
    history.adopt(version())
    history.must(NameUser("deputy", None, ("training_completed",)))
    history.must(history.voted("suspend", "city", AT), at=AT)
    suspended = refused(agreements=history.current())
    assert suspended.code == "AGREEMENT_SUSPENDED"
    assert "It was suspended on" in suspended.says
    assert isinstance(ask(agreements=history.current(), at=AT - GUARD), Permit)
    for seat in ("city", "courts"):
        history.must(history.voted("revoke", seat))
    assert refused(agreements=history.current(), at=history.at).code == "AGREEMENT_REVOKED"


def test_the_agreement_that_serves_the_purpose_is_found_among_several() -> None:
    other = in_force(
        version(
            {
                "/agreement": "AGR-2",
                "/purposes/0": listed("custody").demanding("docket"),
                "/purposes/1": listed("prosecution").demanding("docket"),
            }
        )
    )
    assert permit(agreements=[other, in_force()]).authority == "agreement:AGR-1"
    same = in_force(version({"/agreement": "AGR-2"}))
    assert refused(agreements=[same, in_force()]).code == "TWO_AT_ONCE"
    earlier = in_force(version({"/agreement": "AGR-2"}, end=START + HOUR))
    assert permit(agreements=[earlier, in_force()]).authority == "agreement:AGR-1"
    # Of two that are over, the later end is told.
    assert "AGR-1" in refused(agreements=[in_force(), earlier], at=END).says


def test_only_named_persons_with_what_is_demanded() -> None:
    assert refused(caller=Caller("sheriff", "stranger")).code == "NOT_NAMED"
    assert refused(agreements=in_force(end=AT)).code == "NOT_NAMED"
    assert refused(agreements=in_force(end=AT + GUARD)).code == "ENDING"
    assert permit(agreements=in_force(end=AT + GUARD + 1)).until == AT + GUARD + 1
    stricter = History()
    stricter.adopt(version())
    stricter.must(NameUser("deputy", None, ("training_completed",)))
    stricter.adopt(version({"/users/must": ["terms_signed"]}, number=2))
    found = refused(agreements=stricter.current())
    assert (found.code, found.names) == ("MUST_HOLD", ("terms_signed",))


@pytest.mark.parametrize(
    ("evidence", "code"),
    [
        (None, "NO_EVIDENCE"),
        (Evidence("docket", "MC-51-CR-0001234-2026"), "WRONG_EVIDENCE"),
        (Evidence("warrant_number", "none"), "WRONG_EVIDENCE"),
        (Evidence("warrant_number", "1"), "WRONG_EVIDENCE"),
        (Evidence("warrant_number", "W-1234\n"), "WRONG_EVIDENCE"),
    ],
)
def test_the_evidence_that_the_purpose_demands(evidence: Evidence | None, code: str) -> None:
    assert refused(but(evidence=evidence)).code == code


@pytest.mark.parametrize(
    ("value", "good"), [("MC-51-CR-0001234-2026", True), ("CP-51-CR-1234567-2026", True), ("MC-51-CR-1-2026", False)]
)
def test_a_docket_has_a_form(value: str, good: bool) -> None:
    made = ask(but(purpose="court_administration", evidence=Evidence("docket", value)))
    assert isinstance(made, Permit) == good


@pytest.mark.parametrize(
    "changes",
    [
        {"columns": ("surname", "sex")},
        {"where": (*BY_NAME, Is("sex", "F"))},
        {"sort": ("sex",)},
    ],
)
def test_an_ungranted_column_is_refused_by_name_in_each_clause(changes: dict[str, Any]) -> None:
    found = refused(but(**changes))
    assert (found.code, found.names) == ("NOT_GRANTED", ("sex",))
    assert "sex" in found.says


def test_every_ungranted_column_is_named() -> None:
    found = refused(but(columns=("sex", "otn"), where=(Is("language", "x"),), sort=("next_court", "sex")))
    assert found.names == ("sex", "otn", "next_court", "language")


def test_a_page_mark_needs_no_column_since_it_says_nothing() -> None:
    columns = in_force(version({"/scope/columns": ["surname", "birth_date"]}))
    assert permit(but(columns=("surname",), after="h-1"), columns).after == "h-1"
    assert permit(but(columns=("surname",)), columns).after is None


def test_to_be_shown_is_not_to_be_asked_by() -> None:
    # next_hearing is shown, not asked by; district is asked by, not shown.
    assert refused(but(where=(Within("next_hearing", 0, None),))).names == ("next_hearing",)
    assert refused(but(sort=("next_hearing",))).names == ("next_hearing",)
    assert refused(but(columns=("district",))).names == ("district",)
    assert refused(but(sort=("district",))).names == ("district",)
    assert permit(but(where=(OneOf("district", ("22", "24")),))).filters == {"district"}
    assert refused(but(where=(Within("district", "20", "30"),))).code == "EQUALITY_ONLY"


def test_a_masked_column_is_asked_by_its_mask() -> None:
    assert refused(but(where=(Is("birth_date", date(1990, 1, 1)),))).code == "MASKED"
    assert permit(but(where=(Within("birth_date", 1980, 1990),))).filters == {"birth_date"}


def test_the_law_goes_before_the_agreement() -> None:
    # Investigative data goes out only on a question that names a person (37 Pa. Code § 601.7).
    assert permit(but(columns=("incident_number",))).columns == ("incident_number",)
    found = refused(but(columns=("incident_number",), where=(Is("district", "22"),)))
    assert (found.code, found.names) == ("NOT_LAWFUL", ("incident_number",))
    unknown = in_force(version({"/parties/agency/class": "marketing"}))
    assert refused(agreements=unknown).code == "NOT_LAWFUL"


def test_the_laws_conditions_hold_whatever_the_owners_wrote() -> None:
    open_to_all = in_force(version({"/scope/rows": "always"}))
    assert permit(agreements=open_to_all).where == All((CHARGED_ONLY, Is("adult", value=True), *BY_NAME))
    others = in_force(version({"/scope/rows": "always", "/parties/agency/class": "noncriminal_justice"}))
    made = permit(but(columns=("record",)), others)
    # Arrests of three years ago and more are left out for others than criminal justice agencies.
    recent = Within("arrest_date", date(2024, 1, 17), None)
    # Nor does what a court limited reach them.
    assert made.where == All((CHARGED_ONLY, Is("adult", value=True), Is("access_limited", value=False), recent, *BY_NAME))


def test_a_floor_that_changes_while_the_answer_leaves_holds_on_both_sides() -> None:
    everything = Scope(version().scope.columns, version().scope.filters, {}, Is("adult", value=True))

    def law(_: str, at: int, *, named: bool) -> Scope:
        return everything if named and at < NEXT_DAY else NOTHING

    assert isinstance(ask(at=NEXT_DAY - GUARD - 1, law=law), Permit)
    assert refused(at=NEXT_DAY - GUARD, law=law).code == "NOT_LAWFUL"
    assert permit(at=NEXT_DAY - GUARD - 1).until == NEXT_DAY
    assert permit(at=NEXT_DAY - GUARD).until == NEXT_DAY + DAY


def test_the_daily_limit() -> None:
    assert isinstance(ask(used=19), Permit)
    assert refused(used=20).code == "LIMIT_REACHED"
    assert volume_day(version(), Instant(NEXT_DAY - 1)) == "2027-01-16"
    assert volume_day(version(), NEXT_DAY) == "2027-01-17"


def test_none_is_admitted_so_close_to_the_end_that_it_could_leave_after() -> None:
    last = END - GUARD
    assert permit(at=last - 1).until == END
    found = refused(at=last)
    assert found.code == "ENDING"
    assert "February 14, 2027" in found.says


def test_a_supersession_ends_a_permit_too() -> None:
    history = History()
    history.adopt(version())
    history.must(NameUser("deputy", None, ("training_completed",)))
    history.adopt(version({"/limits/rows_per_reply": 3}, number=2, start=AT))
    assert permit(agreements=history.current(), at=AT - GUARD - 1).until == AT
    assert refused(agreements=history.current(), at=AT - GUARD).code == "ENDING"
    assert permit(agreements=history.current(), at=AT).limit == 3


PAPERS = charter(one_off={"subpoena": ["city"]})
GRANT: dict[str, Any] = {
    "/paper": {"kind": "subpoena", "sha256": "5" * 64},
    "/purposes": [listed("legal_process").demanding("docket")],
    "/limits/people_per_day_in_all": 3,
}


def faulty(faults: set[str]) -> Permit | Refusal:
    """Return what is decided on a question that has these faults and no other, each named by what is tried."""
    history, on_paper = History(PAPERS), "about" in faults  # on a paper, every question must name a person
    rule: dict[str, Any] = {"/approval": {"over_rows": 10, "minutes": 60}} if "approved" in faults else {}
    history.adopt(version(GRANT) if on_paper else version(rule), ("city",) if on_paper else ("city", "courts"))
    history.must(NameUser("another" if "named" in faults else "deputy", None, ("training_completed",)))
    if "holds" in faults and not on_paper:
        must = ["terms_signed", *(["terms_acknowledged"] if "acknowledged" in faults else [])]
        history.adopt(version(rule | {"/users/must": must}, number=2))
    elif "acknowledged" in faults and not on_paper:
        history.adopt(version(rule | {"/users/must": ["training_completed", "terms_acknowledged"]}, number=2))
    question = but(
        purpose="look_around" if "purpose" in faults else "legal_process" if on_paper else "warrant_service",
        evidence=None if "evidence" in faults else Evidence("docket", "MC-51-CR-0000001-2027") if on_paper else ASKED.evidence,
        columns=("surname", *(["sex"] if "granted" in faults else []), *(["incident_number"] if "lawful" in faults else [])),
        where=(Is("district", "22"),) if faults & {"lawful", "about", "approved"} else BY_NAME,
    )
    if "behalf" in faults:
        question = replace(question, on_behalf_of="fbi")
    if "emergency" in faults:
        question = replace(question, emergency="ESCAPE")
    caller = Caller("other" if "agreement" in faults else "sheriff", "" if "person" in faults else "deputy")
    at = START - 1 if "in force" in faults else END - GUARD if "ending" in faults else AT
    return ask(question, history.current(), caller=caller, at=at, used=20 if "limit" in faults else 0)


@given(st.sets(st.sampled_from(list(TRIED))))
def test_of_several_faults_the_first_that_is_tried_is_told(faults: set[str]) -> None:
    made = faulty(faults)
    first = next((codes for name, codes in TRIED.items() if name in faults), None)
    if first is None:
        assert isinstance(made, Permit)
    else:
        assert isinstance(made, Refusal)
        assert made.code in first


@pytest.mark.parametrize(("one", "two"), list(pairwise(TRIED)))
def test_each_condition_is_tried_before_the_next(one: str, two: str) -> None:
    for faults, name in (({one, two}, one), ({two}, two)):
        made = faulty(faults)
        assert isinstance(made, Refusal)
        assert made.code in TRIED[name]


# ---------------------------------------------------------------- what the door and the verifier ask again


def facts(**changes: Any) -> Facts:
    made = permit(but(columns=("record", "incident_number"))).facts(rows=50, used=Used(questions=19))
    return replace(made, **changes)


def test_what_is_permitted_is_covered() -> None:
    assert covers(in_force(), facts(), AT, floor=floor) is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"version": "0" * 64}, "OTHER_VERSION"),
        ({"agency": "other"}, "OTHER_AGENCY"),
        ({"purpose": "other"}, "UNKNOWN_PURPOSE"),
        ({"evidence": False}, "NO_EVIDENCE"),
        ({"person": "stranger"}, "NOT_NAMED"),
        ({"columns": frozenset({"sex"})}, "NOT_GRANTED"),
        ({"filters": frozenset({"surname", "given", "sex"})}, "NOT_GRANTED"),
        ({"filters": frozenset({"surname"})}, "NOT_GRANTED"),  # an incident number without a person's name
        ({"rows": 51}, "TOO_MANY_ROWS"),
        ({"used": Used(questions=20)}, "LIMIT_REACHED"),
    ],
)
def test_what_is_not_permitted_is_not_covered(changes: dict[str, Any], code: str) -> None:
    found = covers(in_force(), facts(**changes), AT, floor=floor)
    assert found is not None
    assert found.code == code


def test_nothing_is_covered_before_the_agreement_was_proposed() -> None:
    found = covers(in_force(), facts(), Instant(0), floor=floor)
    assert found is not None
    assert found.code == "NO_AGREEMENT"
    assert refused(at=0).code == "NO_AGREEMENT"


def test_nothing_is_covered_from_the_end_on() -> None:
    found = covers(in_force(), facts(), END, floor=floor)
    assert found is not None
    assert found.code == "AGREEMENT_ENDED"


def test_removed_between_the_decision_and_the_append() -> None:
    history = History()
    history.adopt(version())
    history.must(NameUser("deputy", None, ("training_completed",)))
    history.must(RemoveUser("deputy"), at=AT)
    found = covers(history.current(), facts(), AT, floor=floor)
    assert found is not None
    assert found.code == "NOT_NAMED"


def test_the_consent_of_the_floor_is_met_not_joined() -> None:
    made = permit()
    assert meet(version().scope, floor("criminal_justice", AT, named=True)).columns >= set(made.columns)


def test_a_history_with_another_charter_ends_as_it_says() -> None:
    history = History(charter(notice_us=DAY))
    entry = history.propose(version())
    for seat in ("city", "courts"):
        history.must(vote("adopt", seat, version().hash, entry), at=AT)
    history.must(NameUser("deputy", None, ("training_completed",)))
    assert standing(history.current(), Instant(AT + DAY - 1)).state == "WAITING"
    assert refused(agreements=history.current(), at=AT + DAY - 1).code == "AGREEMENT_WAITING"
    assert isinstance(ask(agreements=history.current(), at=AT + DAY), Permit)
