"""Law L10: facts are corrected, not overwritten. What the police proposed and what the prosecutor files both stay."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from pars.core.cases.board import NOW_COLUMNS, now_row
from pars.core.cases.booking import submit_for_charging
from pars.core.cases.case import Case, Change, filed_charges
from pars.core.cases.deadlines import clocks
from pars.core.cases.facts import FACTS, ChargeFiled, ChargeProposed, Fact
from pars.core.cases.progress import STAGES, missing_for_arraignment, next_steps, stage
from pars.core.cases.received import Received
from pars.core.cases.receiving import receive
from pars.core.cases.wrong_versions import WRONG, Showing, mistakes, recipients
from pars.core.ledger import drafts, entries
from pars.core.ledger.entries import By
from pars.core.terms import Instant, Refusal
from tests.cases import ARREST, NOW, PERSON
from tests.walks import cases, walks

FEWER = settings(max_examples=settings().max_examples // 3)
"""A walk is long: a third of the examples that the profile says keeps the laws within their time."""

Walk = list[tuple[Case, Change | Refusal]]


@FEWER
@given(walks())
def test_no_fact_ever_vanishes_or_changes(walk: Walk) -> None:
    for before, outcome in walk:
        if isinstance(outcome, Change):
            assert outcome.case.facts[: len(before.facts)] == before.facts
            assert outcome.case.facts[len(before.facts) :] == outcome.facts
            assert [fact.n for fact in outcome.case.facts] == list(range(1, len(outcome.case.facts) + 1))


@FEWER
@given(walks())
def test_every_change_is_one_version_on_and_a_refusal_none(walk: Walk) -> None:
    for before, outcome in walk:
        if isinstance(outcome, Change):
            assert outcome.case.version == before.version + outcome.changed
            assert outcome.case.id == before.id
        else:
            assert outcome.says


@FEWER
@given(walks())
def test_both_layers_of_charges_stay(walk: Walk) -> None:
    for before, outcome in walk:
        if isinstance(outcome, Change):
            after = outcome.case
            for kind in (ChargeProposed, ChargeFiled):
                assert {f for f in before.facts if isinstance(f, kind)} <= {f for f in after.facts if isinstance(f, kind)}
            assert len(after.current(ChargeProposed)) >= len(before.current(ChargeProposed))
            for charge in filed_charges(after):
                assert after.fact(charge.arrest) is not None


@FEWER
@given(cases())
def test_a_correction_stands_above_its_fact_and_keeps_its_place(case: Case) -> None:
    for kind in FACTS:
        current = case.current(kind)
        assert all(case.standing(fact.n) == fact for fact in current)
        corrected = [fact for fact in case.facts if isinstance(fact, kind) and case.standing(fact.n) != fact]
        assert len(current) + len(corrected) == sum(isinstance(fact, kind) for fact in case.facts)


@FEWER
@given(cases(), st.integers(1, 3))
def test_nobody_changes_a_version_that_they_did_not_see(case: Case, behind: int) -> None:
    outcome = submit_for_charging(case, case.version - behind)
    assert isinstance(outcome, Refusal)
    assert outcome.code == "STALE"


@FEWER
@given(walks())
def test_every_change_has_a_form_in_the_ledger_and_no_words_in_it(walk: Walk) -> None:
    for _, outcome in walk:
        if isinstance(outcome, Change):
            draft = drafts.case_changed(outcome.kind, case="0" * 64, version=outcome.case.version, detail=outcome.detail)
            entry = draft.entry(id=1, at=NOW, salt=bytes(16), by=By("p1", "grant:g1"))
            told = entries.encode(entry).decode()
            for name in ("Whitlock", "Marian", "Invented", "why"):
                assert name not in told


@FEWER
@given(cases())
def test_every_case_can_be_read(case: Case) -> None:
    assert stage(case, NOW) in STAGES
    assert set(now_row(case)) == set(NOW_COLUMNS)
    assert all(gap.says for gap in missing_for_arraignment(case, NOW))
    assert all(step.says for step in next_steps(case, NOW))
    for clock in clocks(case, NOW):
        assert (clock.due is None) is (clock.state == "STOPPED")
        assert clock.citation


@FEWER
@given(cases())
def test_the_stored_row_does_not_depend_on_when_it_is_made(case: Case) -> None:
    saved = replace(case, facts=tuple(replace(fact, entry=place) for place, fact in enumerate(case.facts)))
    assert now_row(saved) == now_row(case)


@FEWER
@given(walks())
def test_a_document_received_twice_changes_nothing(walk: Walk) -> None:
    document = Received(
        feed="f", owner="police", family="ARREST", digest="e" * 64, document_id="9", person=PERSON, arrests=(ARREST,)
    )
    for before, _ in walk[:3]:
        once = receive(before, document, case_id=before.id, at=NOW)
        assert isinstance(once, Change)
        twice = receive(once.case, document, case_id=before.id, at=Instant(NOW + 1))
        assert isinstance(twice, Change)
        assert not twice.changed
        assert twice.case is once.case


def recorded(walk: Walk) -> Case:
    """Return the case at the end of a walk as the store keeps it: each act's facts under an entry of their own."""
    first = walk[0][0] if walk else Case("none")
    facts: list[Fact] = [replace(fact, entry=10) for fact in first.facts]
    acts = 1 if facts else 0
    for _, outcome in walk:
        if isinstance(outcome, Change) and outcome.changed:
            acts += 1
            facts += [replace(fact, entry=acts * 10) for fact in outcome.facts]
    return Case(first.id, acts, tuple(facts))


@FEWER
@given(walks())
def test_who_was_shown_what_a_correction_put_right_is_named(walk: Walk) -> None:
    case = recorded(walk)
    found = mistakes(case)
    shown = [
        Showing(entry=1000 + n, at=NOW, version=n, columns=frozenset(), desk=f"desk{n}") for n in range(1, case.version + 1)
    ]
    named = {code for one in found for code in (got.code for got in recipients(one, shown))}
    for fact in case.facts:
        if isinstance(fact, WRONG) and fact.corrects is not None:
            before = case.fact(fact.corrects)
            same = (
                replace(before, n=fact.n, entry=fact.entry, corrects=fact.corrects, why=fact.why, document=fact.document)
                == fact
            )
            wrong = range((before.entry or 0) // 10, (fact.entry or 0) // 10)
            assert same or {f"desk:desk{version}" for version in wrong} <= named
    for one in found:
        assert 1 <= one.first < one.right <= case.version
        assert not one.shown_in(one.right)
