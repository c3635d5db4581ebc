"""Law L11: a person may go only if nothing in any case holds them; undecided paper never delays; every hold has an end."""

from __future__ import annotations

from typing import get_args

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pars.core.cases.booking import cases_of_person
from pars.core.cases.case import Case, Change, hearing, released
from pars.core.cases.charging import decide_charges, shaken_grades
from pars.core.cases.custody import acknowledge_release, releasable, release_basis, what_holds
from pars.core.cases.detainer_rules import ANSWERS, CONVICTIONS, FIRST_ORDER, rule_at, rule_ends
from pars.core.cases.detainers import MatterStage, answers_by, decide_detainer, receive_detainer
from pars.core.cases.facts import DetainerDecided, DetainerReceived, HoldLodged
from pars.core.cases.holds import HOLD_KINDS, lodge_hold
from pars.core.cases.identity import link_counts
from pars.core.cases.linking import standing_links
from pars.core.cases.police_release import release_by_police
from pars.core.cases.progress import stage
from pars.core.terms import HOUR, Instant
from tests.cases import ID, NOW, OTHER_ID, at, booked
from tests.walks import LODGED, NEUTRAL, Act, cases, restated

FEWER = settings(max_examples=settings().max_examples // 3)
"""A walk is long: a third of the examples that the profile says keeps the laws within their time."""

TIMES = st.integers(0, 24 * 60).map(lambda hours: Instant(NOW + hours * HOUR))
ONE, OTHER = cases(ID), cases(OTHER_ID)


@FEWER
@given(ONE, OTHER, TIMES)
def test_release_is_a_conjunction_over_every_case(one: Case, other: Case, when: Instant) -> None:
    both = releasable((one, other), when)
    assert both.ok is (releasable((one,), when).ok and releasable((other,), when).ok)
    assert set(both.reasons) == set(what_holds((one,), when)) | set(what_holds((other,), when))
    assert releasable((other, one), when).ok is both.ok


@FEWER
@given(ONE, OTHER, st.sampled_from(sorted(HOLD_KINDS)))
def test_a_hold_that_counts_never_frees_anyone(one: Case, other: Case, kind: str) -> None:
    more = lodge_hold(one, one.version, kind=kind, authority="Court", lodged=LODGED, at=NOW)
    assert isinstance(more, Change)
    assert not releasable((more.case, other), NOW).ok
    before, after = what_holds((one, other), NOW), what_holds((more.case, other), NOW)
    assert set(before) <= set(after)


@FEWER
@given(ONE, OTHER, TIMES, st.sampled_from(["NONE", "ADMINISTRATIVE", "JUDICIAL"]))
def test_an_undecided_detainer_changes_nothing(one: Case, other: Case, when: Instant, paper: str) -> None:
    more = receive_detainer(
        one,
        one.version,
        form="I-247A",
        paper=paper,
        issuing_office="Office",
        received=LODGED,
        received_by="ada",
        at=NOW,
        signer="Judge",
        court="Court",
        confirmed_by="ben",
    )
    assert isinstance(more, Change)
    assert what_holds((more.case, other), when) == what_holds((one, other), when)
    assert more.facts[0] in releasable((more.case,), when).undecided
    assert released(more.case) is released(one)


@FEWER
@given(ONE, TIMES)
def test_everything_that_holds_has_an_authority_a_law_and_an_end(case: Case, when: Instant) -> None:
    for holding in what_holds((case,), when):
        assert holding.authority
        assert holding.citation
        assert holding.says
        if holding.then == "LAPSES":
            assert when < holding.ends
        else:
            assert holding.overdue is (when >= holding.ends)


@FEWER
@given(ONE, OTHER, TIMES)
def test_nobody_is_recorded_as_free_while_anything_holds(one: Case, other: Case, when: Instant) -> None:
    assume(not released(one))
    outcome = acknowledge_release(one, one.version, released=True, at=when, cases=(one, other))
    if isinstance(outcome, Change):
        # Whom the juvenile court took over, its authorities hold from here on: that alone is no reason to keep them.
        handed = {(one.id, "CHILD")} if release_basis(one) == "JUVENILE" else set()
        assert {(held.case, held.code) for held in what_holds((one, other), when)} <= handed
        assert not [holding for holding in what_holds((outcome.case,), when) if holding.code not in HOLD_KINDS]


@FEWER
@given(ONE, OTHER, TIMES, st.sampled_from(NEUTRAL), st.data())
def test_what_is_recorded_of_a_person_or_a_session_holds_and_frees_nobody(
    one: Case, other: Case, when: Instant, act: Act, data: st.DataObject
) -> None:
    """A flag, a call, a pass, a docket number, an interview, a worksheet: what holds the person is the same after it."""
    outcome = act(data.draw, one)
    if isinstance(outcome, Change):
        assert {(h.case, h.code) for h in what_holds((outcome.case, other), when)} == {
            (h.case, h.code) for h in what_holds((one, other), when)
        }
        assert released(outcome.case) is released(one)


@FEWER
@given(ONE, TIMES)
def test_whom_nothing_holds_goes_as_soon_as_the_case_lets_them(case: Case, when: Instant) -> None:
    """Nobody is kept by paperwork: where there is a basis and nothing holds, the release is recorded."""
    outcome = acknowledge_release(case, case.version, released=True, at=when, cases=(case,), reason="why")
    if not released(case) and release_basis(case) is not None and not what_holds((case,), when):
        assert isinstance(outcome, Change), outcome
        assert released(outcome.case)


@FEWER
@given(ONE)
def test_a_link_that_waits_or_was_undone_holds_nobody(case: Case) -> None:
    held = booked(OTHER_ID)
    held = held.add(HoldLodged(kind="BENCH_WARRANT", authority="Court", lodged=LODGED))
    joined = {link.other_case for link in standing_links(case) if link_counts(link)}
    assert {one.id for one in cases_of_person(case, (held,))} - {case.id} == joined & {OTHER_ID} - {case.id}


@FEWER
@given(ONE, OTHER)
def test_the_police_let_nobody_go_whom_anything_but_the_arrest_holds(one: Case, other: Case) -> None:
    outcome = release_by_police(one, one.version, time=LODGED, reason="why", at=NOW, cases=(one, other))
    if isinstance(outcome, Change):
        assert {(held.case, held.code) for held in what_holds((one, other), NOW)} <= {(one.id, "ARREST")}
        assert what_holds((outcome.case, other), NOW) == ()


@FEWER
@given(ONE, st.booleans())
def test_to_decide_the_same_again_holds_nobody(case: Case, amend: bool) -> None:
    """Where it was in doubt whose record a grade rests on, and the attorney stays with it, the order goes on as it was."""
    outcome = decide_charges(case, case.version, restated(case, amend=amend))
    if isinstance(outcome, Change):
        before, after = what_holds((case,), NOW), what_holds((outcome.case,), NOW)
        assert {holding.code for holding in after} == {holding.code for holding in before}
        assert stage(outcome.case, NOW) == stage(case, NOW) or hearing(case) is None
        assert not shaken_grades(outcome.case)


FORMS = st.sampled_from(["I-247A", "NOTICE_REQUEST"])
CONVICTED = st.sampled_from([None, *CONVICTIONS])
STAGES = st.sampled_from(get_args(MatterStage))


@given(st.integers(0, 6000), st.sampled_from(["NONE", "ADMINISTRATIVE"]), FORMS, CONVICTED, STAGES)
def test_an_administrative_warrant_is_never_a_judicial_one(
    days: int, paper: str, form: str, conviction: str | None, stage: MatterStage
) -> None:
    when = Instant(FIRST_ORDER + days * 24 * HOUR)
    received = DetainerReceived(form=form, paper=paper, issuing_office="Office", conviction=conviction)
    answers = answers_by(rule_at(when), received, stage)
    # Only the order of December 2015 has something that takes no judge: notice, for a conviction that it lists.
    without_judge = {"notice"} if rule_at(when).code == "EXECUTIVE_ORDER_7_15" else set()
    assert {name for name, answer in answers.items() if answer == "HONOR"} <= without_judge


@given(st.integers(at("1990").earliest, at("2060").earliest))
def test_a_rule_that_is_not_active_never_decides(written: int) -> None:
    when = Instant(written)
    rule = rule_at(when)
    assert rule.active
    assert rule.code not in {"CHAPTER_21_3600", "JUDICIAL_WARRANT_REQUIRED", "COOPERATION_REQUIRED"}
    ends = rule_ends(rule)
    assert ends is None or when < ends
    assert ends is None or rule_at(ends) is not rule


@given(
    st.integers(at("2010").earliest, at("2030").earliest),
    st.fixed_dictionaries({name: st.sampled_from(["HONOR", "DECLINE", "NOT_ASKED"]) for name in ANSWERS}),
    st.sampled_from(["NONE", "ADMINISTRATIVE", "JUDICIAL"]),
    st.sampled_from(["city", "courts", "prosecutor"]),
)
def test_the_four_answers_are_the_rules_or_refused(written: int, given_answers: dict[str, str], paper: str, owner: str) -> None:
    when = Instant(written)
    case = Case(ID).add(DetainerReceived(form="I-247A", paper=paper, issuing_office="Office"))
    outcome = decide_detainer(case, 1, detainer=1, reason="rule", owner=owner, decider="ben", at=when, **given_answers)
    rule = rule_at(when)
    right = given_answers == dict(answers_by(rule, case.current(DetainerReceived)[0], "BEFORE_HEARING")) and owner in rule.binds
    assert isinstance(outcome, Change) is right
    if isinstance(outcome, Change):
        decided = outcome.case.current(DetainerDecided)[0]
        assert decided.rule == rule.code
        assert (decided.lapses is None) is (decided.hold != "HONOR")
