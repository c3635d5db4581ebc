"""Who reads which facts: what an act of the role needs, and nothing else."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest

from pars.core import canonical
from pars.core.access.role import Role, read_role
from pars.core.cases import facts
from pars.core.cases.case import Case
from pars.core.cases.parts import READERS, visible

CASE = Case("case").add(
    facts.IdentityClaimed(surname="Quill", given="Avery"),
    facts.NarrativeWritten(arrest=1, text="What the officer saw."),
    facts.Interviewed(outcome="TAKEN", employed=False),
    facts.DetainerReceived(form="I-247A", paper="NONE", issuing_office="Office"),
)


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


@pytest.mark.parametrize("name", ["charging_attorney", "custodian", "booking_officer", "court_clerk"])
def test_what_is_hidden_leaves_its_number_and_nothing_of_its_words(name: str) -> None:
    shown = visible(CASE, role(name))
    assert [fact.n for fact in shown.facts] == [1, 2, 3, 4]
    for fact, whole in zip(shown.facts, CASE.facts, strict=True):
        assert fact == whole or (type(fact) is facts.Fact and fact.entry == whole.entry and fact.corrects == whole.corrects)
