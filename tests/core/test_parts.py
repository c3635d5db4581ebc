"""Who reads which facts: what an act of the role needs, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given

from pars.core import canonical
from pars.core.access.role import Role, read_role
from pars.core.cases import facts
from pars.core.cases.case import Case, filed_charges
from pars.core.cases.parts import DEFENSE_READS, READERS, TOLD, acts_read, visible
from tests.cases import decided
from tests.walks import cases

CASE = Case("case").add(
    facts.IdentityClaimed(surname="Quill", given="Avery"),
    facts.NarrativeWritten(arrest=1, text="What the officer saw."),
    facts.Interviewed(outcome="TAKEN"),
    facts.DetainerReceived(form="I-247A", paper="NONE", issuing_office="Office"),
)


ROLES = [path.stem for path in (Path(__file__).parents[2] / "pars/config/city/roles").glob("*.json")]


def role(name: str) -> Role:
    """Return a role as it ships."""
    text = (files("pars") / "config" / "city" / "roles" / f"{name}.json").read_text()
    found = read_role(canonical.write(json.loads(text)))
    assert isinstance(found, Role)
    return found


def kinds(name: str) -> list[str]:
    """Return the kinds of fact that the role's holder reads of the case."""
    return [type(fact).__name__ for fact in visible(CASE, role(name)).facts]


def test_every_kind_of_fact_has_its_readers() -> None:
    assert set(READERS) == set(facts.FACTS)


def test_an_interview_reaches_the_bench_and_never_the_charging_unit() -> None:
    assert kinds("charging_attorney") == ["IdentityClaimed", "NarrativeWritten", "Fact", "Fact"]
    assert kinds("magistrate") == ["IdentityClaimed", "NarrativeWritten", "Interviewed", "DetainerReceived"]
    assert kinds("pretrial_interviewer") == ["IdentityClaimed", "Fact", "Interviewed", "Fact"]


def test_the_custodian_reads_paper_and_not_the_account() -> None:
    assert kinds("custodian") == ["IdentityClaimed", "Fact", "Fact", "DetainerReceived"]


def test_the_defense_reads_what_is_filed_and_the_account_only_where_the_owners_chose_so() -> None:
    assert kinds("defender") == ["IdentityClaimed", "Fact", "Interviewed", "DetainerReceived"]
    assert kinds("defender_with_report") == ["IdentityClaimed", "NarrativeWritten", "Interviewed", "DetainerReceived"]


def test_a_new_kind_of_fact_is_not_shown_across_the_table_by_itself() -> None:
    across = {kind for kind, acts in READERS.items() if acts & role("defender").acts}
    named = {
        *DEFENSE_READS,
        *TOLD,
        facts.DetainerReceived,
        facts.DetainerDecided,
        facts.ConflictChecked,
        facts.CounselPresent,
        facts.CompetencyRaised,
        facts.PositionStated,
    }
    assert across == named
    assert READERS[facts.PersonLinked] == {"case:read"}


def test_the_prosecutor_s_words_on_a_decision_stay_the_prosecutor_s() -> None:
    case = decided(decision="AMEND", reason="GRADE", note="our witness wavers", grade="M2")
    theirs, ours = visible(case, role("defender")), visible(case, role("charging_attorney"))
    assert filed_charges(theirs) == filed_charges(ours) == filed_charges(case)
    assert "wavers" in repr(ours)
    assert "wavers" not in repr(theirs)
    assert all(said.reason is said.note is None for said in theirs.current(facts.ChargeDecided))


def test_acts_are_counted_as_news_by_what_their_reader_may_read_of_them() -> None:
    kept, filed = decided(decision="DECLINE", reason="EVIDENCE"), decided(decision="APPROVE")
    defense, office = role("defender"), role("charging_attorney")
    for case, ours, theirs in ((kept, 1, 0), (filed, 1, 1)):
        before = next(fact.n for fact in case.facts if isinstance(fact, facts.ChargeDecided)) - 1
        assert acts_read(visible(case, office), before) == ours
        assert acts_read(visible(case, defense), before) == theirs
        assert acts_read(visible(case, defense), len(case.facts)) == 0
    two = Case("case").add(
        facts.IdentityClaimed(surname="Quill", given="Avery"), facts.NarrativeWritten(arrest=1, text="Seen.")
    )
    apart = replace(two, facts=(replace(two.facts[0], entry=1), replace(two.facts[1], entry=2)))
    assert (acts_read(visible(apart, office), 0), acts_read(visible(apart, defense), 0)) == (2, 1)


def test_presence_and_conflicts_never_show_across() -> None:
    case = Case("case").add(
        facts.RepresentationClaimed(counsel="ada", office="defender", basis="ASSIGNED"),
        facts.ConflictChecked(found=True, said="the brother waived"),
        facts.CounselPresent(counsel="ada", how="VIDEO"),
    )
    shown = {name: [type(fact).__name__ for fact in visible(case, role(name)).facts] for name in ROLES}
    for name in ("charging_attorney", "booking_officer", "custodian", "pretrial_interviewer"):
        assert shown[name] == ["RepresentationClaimed", "Fact", "Fact"], name
    for name in ("magistrate", "court_clerk"):
        assert shown[name] == ["RepresentationClaimed", "Fact", "CounselPresent"], name
    assert shown["defender"] == ["RepresentationClaimed", "ConflictChecked", "CounselPresent"]


@given(cases())
def test_of_no_case_the_defense_sees_a_word_of_the_account_or_of_what_was_proposed(case: Case) -> None:
    hidden = {kind for kind, acts in READERS.items() if not acts & role("defender").acts}
    shown = visible(case, role("defender"))
    assert [fact.n for fact in shown.facts] == [fact.n for fact in case.facts]
    assert not hidden & {type(fact) for fact in shown.facts}
    said_of_the_person = (facts.CompetencyRaised, facts.InterpreterStated, facts.CasePassed)
    assert not any(getattr(fact, "note", None) for fact in shown.facts if not isinstance(fact, said_of_the_person))


@pytest.mark.parametrize("name", ["charging_attorney", "custodian", "booking_officer", "court_clerk", "defender"])
def test_what_is_hidden_leaves_its_number_and_nothing_of_its_words(name: str) -> None:
    shown = visible(CASE, role(name))
    assert [fact.n for fact in shown.facts] == [1, 2, 3, 4]
    for fact, whole in zip(shown.facts, CASE.facts, strict=True):
        assert fact == whole or (type(fact) is facts.Fact and fact.entry == whole.entry and fact.corrects == whole.corrects)
