"""The closed list of purposes: what a proposal may name, what stays of a text that was signed, and how a version says it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pars.core import canonical
from pars.core.access import purposes
from pars.core.access.explain import LANGUAGES
from pars.core.access.purposes import CIVIL, EVIDENCE, PURPOSES, Listed, listed
from pars.core.agreements.plain import explain
from pars.core.agreements.version import Version, read_version
from pars.core.terms import Refusal
from tests.agreements import DOCUMENT, changed, version
from tests.ledgers import Ledger, make_version


def test_each_purpose_of_the_list_is_defined_in_both_languages_with_its_evidence_and_its_law() -> None:
    assert len({line.code for line in PURPOSES}) == len(PURPOSES)
    for line in PURPOSES:
        assert set(line.says) == set(LANGUAGES)
        assert line.evidence
        assert set(line.evidence) <= EVIDENCE.keys()
        assert "§" in line.source


@pytest.mark.parametrize("code", [line.code for line in PURPOSES])
def test_each_purpose_of_the_list_can_be_proposed_with_each_of_its_kinds_of_evidence(code: str) -> None:
    for kind in EVIDENCE:
        read = read_version(canonical.write(changed(DOCUMENT, {"/purposes": [listed(code).demanding(kind)]})))
        assert isinstance(read, Version) == (kind in listed(code).evidence), read


def test_a_refusal_of_other_words_tells_the_words_of_the_list() -> None:
    read = read_version(canonical.write(changed(DOCUMENT, {"/purposes/0/says/en": "To look around."})))
    assert isinstance(read, Refusal)
    assert listed("warrant_service").says["en"] in read.remedy


def test_civil_enforcement_is_allowed_or_forbidden_by_every_version_in_words() -> None:
    allowed = version({"/purposes/0": listed(CIVIL).demanding("docket")})
    for language, word in (("en", "civil law"), ("es", "leyes civiles")):
        without, with_it = explain(version(), language), explain(allowed, language)  # type: ignore[arg-type]
        assert any(word in sentence and sentence not in with_it for sentence in without)
        assert any(word in sentence and sentence not in without for sentence in with_it)


# ---------------------------------------------------------------- a later list


def later_list(monkeypatch: pytest.MonkeyPatch, **parts: Any) -> None:
    """Let the list of a later day define the service of a warrant otherwise."""
    changed_line = replace(listed("warrant_service"), **parts)
    kept = tuple(line for line in PURPOSES if line.code != "warrant_service")
    monkeypatch.setattr(purposes, "PURPOSES", (*kept, changed_line))


def test_a_later_list_changes_no_signed_text_and_is_asked_of_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    text = canonical.write(DOCUMENT)
    signed = read_version(text)
    later_list(monkeypatch, says={"en": "something wider", "es": "algo más amplio"})
    assert read_version(text, resolve=False) == signed
    refused = read_version(text)
    assert isinstance(refused, Refusal)
    assert refused.code == "OTHER_DEFINITION"


@pytest.mark.parametrize(
    "line",
    [
        Listed(code="look_around", says={"en": "looking around", "es": "mirar"}, evidence=("docket",), source="§ 0"),
        replace(listed("warrant_service"), says={"en": "something wider", "es": "algo más amplio"}),
        replace(listed("warrant_service"), evidence=("case_number",)),
    ],
    ids=["no such purpose", "other words", "other evidence"],
)
def test_a_ledger_in_which_another_purpose_was_proposed_is_violated(line: Listed, monkeypatch: pytest.MonkeyPatch) -> None:
    fine = Ledger()
    fine.propose(make_version())
    assert fine.state().agreements
    forged = Ledger()
    with monkeypatch.context() as theirs:  # whoever forges runs a program of their own, with a list of their own
        theirs.setattr(purposes, "PURPOSES", (line,))
        forged.propose(make_version({"/purposes": [line.demanding(line.evidence[0])]}))
    assert forged.violation() == "UNLISTED_PURPOSE"


def test_a_definition_that_left_the_list_still_verifies(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger()
    ledger.propose(make_version())
    before = PURPOSES
    later_list(monkeypatch, says={"en": "something wider", "es": "algo más amplio"})
    assert ledger.violation() == "UNLISTED_PURPOSE"
    monkeypatch.setattr(purposes, "EARLIER", (next(line for line in before if line.code == "warrant_service"),))
    assert ledger.state().agreements


def test_the_list_is_shown_to_whoever_writes_an_agreement_as_a_text_needs_it() -> None:
    for line in purposes.purposes_json():
        kind = line["evidence"][0]  # type: ignore[index]
        text = {"code": line["code"], "says": line["says"], "evidence": kind}
        assert text == listed(str(line["code"])).demanding(kind)
