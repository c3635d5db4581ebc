"""On behalf of another agency, and evidence that is looked up: stated, allowed by the text, and said in the entry."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pars.core import canonical
from pars.core.access.decision import Caller, Permit, decide
from pars.core.access.explain import LANGUAGES
from pars.core.access.floor import floor
from pars.core.access.predicate import Is
from pars.core.access.question import Evidence, Question, read_question
from pars.core.agreements.differences import differences
from pars.core.agreements.plain import explain
from pars.core.agreements.version import Version, narrows, read_version
from pars.core.ledger import drafts
from pars.core.terms import HOUR, Instant, Refusal
from tests.agreements import DOCUMENT, START, changed, in_force, version
from tests.ledgers import AGENCY, Ledger, make_version, outsider

OTHERS: dict[str, Any] = {"/on_behalf_of": [{"id": "fbi", "name": "Federal Bureau"}]}
CHECKED: dict[str, Any] = {"/checked": ["warrant_number"]}
ASKED = Question(
    purpose="warrant_service",
    evidence=Evidence("warrant_number", "W-1234"),
    columns=("surname",),
    where=(Is("surname", "Doe"), Is("given", "Ann")),
)


def ask(question: Question, changes: dict[str, Any], **options: Any) -> Permit | Refusal:
    under = in_force(version(changes))
    return decide(Caller("sheriff", "deputy"), question, [under], used={}, floor=floor, at=Instant(START + HOUR), **options)


def code(outcome: Permit | Refusal) -> str:
    return outcome.code if isinstance(outcome, Refusal) else "PERMITTED"


# ---------------------------------------------------------------- on whose behalf


def test_edge_36_who_asks_for_another_says_so_and_the_agreement_names_that_one() -> None:
    for_fbi = replace(ASKED, on_behalf_of="fbi")
    permit = ask(for_fbi, OTHERS)
    assert isinstance(permit, Permit)
    assert permit.behalf == "fbi"
    assert code(ask(ASKED, OTHERS)) == "PERMITTED"
    for question, changes, remedy in ((for_fbi, {}, "no other"), (replace(ASKED, on_behalf_of="atf"), OTHERS, "fbi")):
        refused = ask(question, changes)
        assert isinstance(refused, Refusal)
        assert (refused.code, refused.names) == ("NOT_ON_BEHALF", ("/on_behalf_of",))
        assert remedy in refused.remedy


def test_what_is_stated_is_part_of_the_question() -> None:
    read = read_question({"purpose": "p", "columns": ["surname"], "on_behalf_of": "fbi", "note": "as agreed by telephone"})
    assert isinstance(read, Question)
    assert (read.on_behalf_of, read.note) == ("fbi", "as agreed by telephone")
    assert b'"note":"as agreed by telephone","on_behalf_of":"fbi"' in read.text()
    for wrong, place in (({"on_behalf_of": "the F B I"}, "/on_behalf_of"), ({"note": ""}, "/note")):
        refused = read_question({"purpose": "p", "columns": ["surname"], **wrong})
        assert isinstance(refused, Refusal)
        assert refused.names == (place,)


def test_words_of_one_s_own_are_never_enough() -> None:
    assert code(ask(replace(ASKED, evidence=None, note="the captain knows"), {})) == "NO_EVIDENCE"


# ---------------------------------------------------------------- looked up


@pytest.mark.parametrize(
    ("changes", "known", "found", "checked"),
    [
        ({}, False, "PERMITTED", None),
        ({"/checked": ["docket"]}, False, "PERMITTED", None),
        (CHECKED, False, "EVIDENCE_NOT_FOUND", None),
        (CHECKED, None, "PERMITTED", False),
        (CHECKED, True, "PERMITTED", True),
    ],
)
def test_evidence_is_looked_up_where_the_agreement_says_so_and_something_can(
    changes: dict[str, Any], known: bool | None, found: str, checked: bool | None
) -> None:
    asked: list[tuple[Version, Evidence]] = []

    def look(under: Version, evidence: Evidence) -> bool | None:
        asked.append((under, evidence))
        return known

    outcome = ask(ASKED, changes, known=look)
    assert code(outcome) == found
    assert bool(asked) == (changes == CHECKED)
    if isinstance(outcome, Permit):
        assert outcome.checked is checked


def test_without_anything_that_can_look_it_up_the_permit_says_so() -> None:
    permit = ask(ASKED, CHECKED)
    assert isinstance(permit, Permit)
    assert permit.checked is False


def test_asking_for_an_approval_looks_nothing_up() -> None:
    changes = CHECKED | {"/approval": {"over_rows": 0, "minutes": 60}}
    permit = ask(replace(ASKED, where=()), changes, how="asks", known=lambda *_: False)
    assert isinstance(permit, Permit)
    assert permit.checked is None


# ---------------------------------------------------------------- the text


@pytest.mark.parametrize(
    ("new", "old", "narrowing"),
    [(OTHERS, {}, False), ({}, OTHERS, True), (CHECKED, {}, True), ({}, CHECKED, False)],
)
def test_a_change_is_told_and_met(new: dict[str, Any], old: dict[str, Any], narrowing: bool) -> None:
    made, before = version(new, number=2), version(old)
    assert narrows(made, before) == narrowing
    for language in LANGUAGES:
        assert [one.kind for one in differences(made, before, language)] == ["removed" if narrowing else "added"]


def test_what_is_allowed_is_said_and_so_is_that_nothing_is() -> None:
    assert "Nobody may ask on behalf of another agency." in explain(version(), "en")
    assert "On behalf of another agency, each time stated, only for: Federal Bureau." in explain(version(OTHERS), "en")
    assert any("a warrant number is looked up" in sentence for sentence in explain(version(CHECKED), "en"))
    assert any("se comprueba un número de orden" in sentence for sentence in explain(version(CHECKED), "es"))


@pytest.mark.parametrize(
    ("changes", "found", "place"),
    [
        ({"/on_behalf_of": []}, "WRONG_LENGTH", "/on_behalf_of"),
        ({"/on_behalf_of": [{"id": "fbi"}]}, "MISSING_FIELD", "/on_behalf_of/0/name"),
        ({"/on_behalf_of": [{"id": "fbi", "name": "a"}, {"id": "fbi", "name": "b"}]}, "TWICE", "/on_behalf_of/1/id"),
        ({"/checked": ["shoes"]}, "UNKNOWN_EVIDENCE", "/checked/0"),
        ({"/checked": []}, "WRONG_LENGTH", "/checked"),
    ],
)
def test_a_text_is_refused_with_its_place(changes: dict[str, Any], found: str, place: str) -> None:
    read = read_version(canonical.write(changed(DOCUMENT, changes)))
    assert isinstance(read, Refusal)
    assert (read.code, read.names) == (found, (place,))


# ---------------------------------------------------------------- in the ledger


@pytest.mark.parametrize(
    ("changes", "parts", "found"),
    [
        (OTHERS, {"behalf": "fbi"}, None),
        (OTHERS, {"behalf": "atf"}, "NOT_ON_BEHALF"),
        ({}, {"behalf": "fbi"}, "NOT_ON_BEHALF"),
        (CHECKED, {"checked": 1}, None),
        (CHECKED, {"checked": 0}, None),
        (CHECKED, {}, "NOT_CHECKED"),
        ({}, {"checked": 1}, "NOT_CHECKED"),
        ({"/checked": ["docket"]}, {"checked": 1}, "NOT_CHECKED"),
    ],
)
def test_an_entry_says_what_the_version_allows(changes: dict[str, Any], parts: dict[str, Any], found: str | None) -> None:
    ledger = Ledger()
    ledger.disclose(ledger.serve(make_version(changes)), **parts)
    if found is None:
        assert ledger.state()
    else:
        assert ledger.violation() == found


def test_an_export_s_chunks_say_it_and_its_opening_need_not() -> None:
    ledger = Ledger()
    made = ledger.serve(make_version(CHECKED))
    opened = ledger.add(
        drafts.export_opened(
            agency=AGENCY, version=made.hash, purpose="warrant_service", form="csv", columns=["record", "surname"], filters=[]
        ),
        outsider(),
    )
    ledger.disclose(made, export=opened.id, checked=1, filters=[])
    assert ledger.state()
    ledger.disclose(made, export=opened.id, follows=ledger.entries[-1].id, filters=[])
    assert ledger.violation() == "NOT_CHECKED"
