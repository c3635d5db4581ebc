"""ODRL in and out: nothing is lost, nothing unknown is skipped, and independent libraries read what is written."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator
from pyld import jsonld

from pars.core import canonical
from pars.core.agreements.version import read_version
from pars.core.terms import Refusal
from pars.edge.formats import odrl, odrl_profile
from pars.edge.formats.odrl_reading import is_policy, version_text
from pars.edge.history import texts
from pars.edge.history.record import philadelphia
from tests.agreements import ABSENT, DOCUMENT, changed
from tests.docs.pages import ROOT
from tests.versions import read, version_texts

SPEC = ROOT / "docs" / "spec" / "odrl"
ODRL = odrl_profile.ODRL
PLAIN = canonical.write(DOCUMENT)
(HISTORY,) = [
    texts.proposed_text(step.more) for step in philadelphia().steps if step.do == "propose" and step.more["version"] == 10
]


def through_json(policy: dict[str, Any]) -> dict[str, Any]:
    """Return the policy as another system gets it."""
    made: dict[str, Any] = json.loads(json.dumps(policy))
    return made


# ---------------------------------------------------------------- nothing is lost


@given(version_texts())
def test_a_round_trip_gives_the_text_byte_for_byte_and_the_schema_holds(text: bytes) -> None:
    policy = through_json(odrl.policy(text))
    assert version_text(policy) == text
    assert list(Draft202012Validator(odrl_profile.schema()).iter_errors(policy)) == []
    assert policy["uid"] == f"urn:sha256:{read(text).hash}"


@settings(max_examples=25)
@given(version_texts())
def test_what_a_json_ld_processor_expands_and_compacts_is_still_the_same_text(text: bytes) -> None:
    policy = through_json(odrl.policy(text))
    expanded = jsonld.expand(policy)
    again = jsonld.compact(expanded, {"@context": policy["@context"]}, {"compactArrays": True})
    assert version_text({**again, "@context": policy["@context"]}) == text


def test_parts_that_the_profile_has_no_word_for_go_along() -> None:
    """What a later text says more, in whichever part, isn't lost by this page's not knowing it."""
    more = {"/later": {"a": [1, {"b": "c"}]}, "/term/vote_by": 7, "/parties/agency/unit": "u", "/purposes/0/checked": "yes"}
    text = canonical.write(changed(DOCUMENT, {**more, "/limits/persons_per_day": 9}))
    policy = odrl.policy(text)
    assert policy["terms"]["later"] == {"a": [1, {"b": "c"}]}
    told = version_text(policy)
    assert isinstance(told, Refusal), "the reader of texts judges them"
    assert told.names[0].split("/")[1] in {"terms", "permission"}


# ---------------------------------------------------------------- independent readers


def test_a_json_ld_processor_finds_an_odrl_agreement() -> None:
    (policy,) = jsonld.expand(through_json(odrl.policy(HISTORY)))
    assert policy["@type"] == [f"{ODRL}Agreement"]
    (permission,) = policy[f"{ODRL}permission"]
    purpose, start, until = permission[f"{ODRL}constraint"]
    assert purpose[f"{ODRL}leftOperand"] == [{"@id": f"{ODRL}purpose"}]
    for one, operator, at in ((start, "gteq", "2017-09-01T04:00:00Z"), (until, "lt", "2018-09-01T04:00:00Z")):
        assert one[f"{ODRL}leftOperand"] == [{"@id": f"{ODRL}dateTime"}]
        assert one[f"{ODRL}operator"] == [{"@id": f"{ODRL}{operator}"}]
        assert one[f"{ODRL}rightOperand"] == [{"@type": "http://www.w3.org/2001/XMLSchema#dateTime", "@value": at}]
    assert [one[f"{ODRL}action"] for one in policy[f"{ODRL}prohibition"]] == [[{"@id": f"{ODRL}distribute"}]]
    (agency,) = policy[f"{ODRL}assignee"]
    assert agency[f"{ODRL}uid"] == [{"@id": "urn:pars:agency:ice"}]
    triples = jsonld.to_rdf(through_json(odrl.policy(HISTORY)), {"format": "application/n-quads"})
    assert f"<{ODRL}assigner>" in triples
    assert odrl_profile.PROFILE in triples


# ---------------------------------------------------------------- nothing unknown is skipped

DUTY = {
    "uid": "urn:pars:duty:purge_all",
    "action": [{"@id": "pars:purge"}],
    "says": {"en": "destroy what was taken"},
    "due": {"days": 30, "after": "end"},
    "overdue": "noted",
}
CHANGES: dict[str, tuple[dict[str, Any], str]] = {
    "another context": ({"/@context/says": "http://x.example/"}, "/@context"),
    "an offer": ({"/@type": "Offer"}, "/@type"),
    "another profile": ({"/profile": "https://x.example/"}, "/profile"),
    "a rule of another kind": ({"/duty": []}, "/duty"),
    "a duty of another kind": ({"/obligation": [{**DUTY, "action": [{"@id": "pars:sing"}]}]}, "/obligation/0/action/0/@id"),
    "when a duty is due": ({"/obligation": [{**DUTY, "due": {"days": 0, "after": "end"}}]}, "/obligation/0/due/days"),
    "what else a duty says": ({"/obligation": [{**DUTY, "remedy": "pay"}]}, "/obligation/0/remedy"),
    "an action": ({"/permission/0/action/0/value": "sell"}, "/permission/0/action/0/value"),
    "an operator": ({"/target/refinement/0/operator": "neq"}, "/target/refinement/0/operator"),
    "a column": ({"/target/refinement/0/leftOperand": "column:height"}, "/target/refinement/0/leftOperand"),
    "a value": ({"/target/refinement/0/rightOperand": "perhaps"}, "/target/refinement/0/rightOperand"),
    "a returned column": (
        {"/permission/0/action/0/refinement/0/rightOperand/1": "height"},
        "/permission/0/action/0/refinement/0/rightOperand/1",
    ),
    "a mask": ({"/permission/0/constraint/3/rightOperand": "month"}, "/permission/0/constraint/3"),
    "a purpose's evidence": (
        {"/permission/0/constraint/0/rightOperand/0/evidence": "a word"},
        "/permission/0/constraint/0/rightOperand/0/evidence",
    ),
    "an instant": (
        {"/permission/0/constraint/2/rightOperand/@value": "soon"},
        "/permission/0/constraint/2/rightOperand/@value",
    ),
    "an empty term": (
        {"/permission/0/constraint/2/rightOperand/@value": "2001-01-01T00:00:00Z"},
        "/permission/0/constraint",
    ),
    "a party": ({"/assignee/uid": "mailto:x@y.example"}, "/assignee/uid"),
    "an agency's name": ({"/assignee/name": 7}, "/assignee/name"),
    "a second prohibition": ({"/prohibition": [{"action": odrl_profile.PASS_ON}, {"action": []}]}, "/prohibition"),
    "what may be passed on": ({"/prohibition": []}, "/prohibition"),
    "a term that is said already": ({"/terms/number": 2}, "/terms/number"),
    "a term that isn't one": ({"/terms/favors": 1}, "/terms/favors"),
    "a limit": ({"/terms/limits/rows_per_reply": 0}, "/terms/limits/rows_per_reply"),
    "a missing term": ({"/terms/limits": ABSENT}, "/terms/limits"),
    "a fraction": ({"/number": 1.5}, ""),
    "another hash": ({"/uid": "urn:sha256:" + "0" * 64}, "/uid"),
    "a changed title": ({"/title/en": "Another"}, "/uid"),
}


@pytest.mark.parametrize(("changes", "place"), CHANGES.values(), ids=CHANGES.keys())
def test_what_is_not_of_the_profile_is_refused_with_its_place(changes: dict[str, Any], place: str) -> None:
    told = version_text(changed(through_json(odrl.policy(PLAIN)), changes))
    assert isinstance(told, Refusal), changes
    assert told.names == ((place,) if place else ()), told


@pytest.mark.parametrize("document", [None, 7, [], {}, {"@context": {}}, "policy", {"@graph": []}], ids=str)
def test_what_is_no_policy_is_refused(document: object) -> None:
    assert isinstance(version_text(document), Refusal)


def test_a_condition_that_is_nested_without_end_is_refused() -> None:
    policy = through_json(odrl.policy(PLAIN))
    inner: dict[str, Any] = {"condition": "always"}
    for _ in range(5_000):
        inner = {"not": inner}
    policy["target"]["refinement"] = [inner]
    told = version_text(policy)
    assert isinstance(told, Refusal)
    assert told.code == "TOO_LARGE"


def test_a_new_version_is_written_without_a_uid() -> None:
    policy = through_json(odrl.policy(PLAIN))
    del policy["uid"]
    policy["title"]["en"] = "Another"
    text = version_text(policy)
    assert isinstance(text, bytes)
    assert read(text).title["en"] == "Another"


def test_the_schema_refuses_what_the_reader_refuses_by_form() -> None:
    validator = Draft202012Validator(odrl_profile.schema())
    for says in (
        "a rule of another kind",
        "a duty of another kind",
        "an action",
        "an operator",
        "a column",
        "a returned column",
        "a mask",
        "a party",
        "what may be passed on",
    ):
        assert list(validator.iter_errors(changed(through_json(odrl.policy(PLAIN)), CHANGES[says][0]))), says


def test_a_duty_is_an_obligation() -> None:
    policy = {**through_json(odrl.policy(PLAIN)), "obligation": [DUTY]}
    del policy["uid"]
    text = version_text(policy)
    assert isinstance(text, bytes), text
    (duty,) = read(text).duties
    assert (duty.code, duty.kind) == ("purge_all", "purge")
    assert odrl.policy(text)["obligation"] == [DUTY]
    (obligation,) = jsonld.expand(policy)[0][f"{ODRL}obligation"]
    assert obligation[f"{ODRL}action"] == [{"@id": f"{odrl_profile.VOCABULARY}purge"}]


def test_only_json_ld_is_taken_for_a_policy() -> None:
    assert is_policy(odrl.policy(PLAIN))
    assert not is_policy(DOCUMENT)
    assert not is_policy(None)


# ---------------------------------------------------------------- what is published


def published(name: str) -> Any:
    return json.loads((SPEC / name).read_text(encoding="utf-8"))


def test_the_published_schema_and_context_are_the_programs() -> None:
    Draft202012Validator.check_schema(odrl_profile.schema())
    assert published("agreement.schema.json") == through_json(odrl_profile.schema())
    assert published("context.jsonld") == {"@context": through_json(dict(odrl_profile.CONTEXT))}


def test_the_published_example_is_the_last_agreement_of_the_history() -> None:
    example = published("example.jsonld")
    assert example == through_json(odrl.policy(HISTORY))
    assert version_text(example) == HISTORY
    assert not isinstance(read_version(HISTORY), Refusal)
    assert copy.deepcopy(example) == example
