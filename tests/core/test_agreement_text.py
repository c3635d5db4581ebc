"""The texts are read strictly: what isn't known is refused with its place, and what is read says what stands there."""

from __future__ import annotations

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.core import canonical
from pars.core.access.catalogue import COLUMNS
from pars.core.access.limits import Limits
from pars.core.access.purposes import listed
from pars.core.agreements.version import Version, narrows, read_version
from pars.core.document import Node, read_value
from pars.core.letters import printable
from pars.core.owners.charter import Charter, read_charter, with_keys
from pars.core.terms import Refusal, end_of_day
from tests.agreements import ABSENT, CHARTER_DOCUMENT, DOCUMENT, END, PUBLIC, START, changed, charter, version

CIVIL_END = end_of_day(date(2027, 8, 31), "America/New_York")
CIVIL = {"civil": "2027-08-31", "zone": "America/New_York", "rule": "end of day", "instant": CIVIL_END}


def refusal(changes: dict[str, Any]) -> Refusal:
    read = read_version(canonical.write(changed(DOCUMENT, changes)))
    assert isinstance(read, Refusal), read
    return read


def test_a_version_says_what_its_text_says() -> None:
    text = canonical.write(DOCUMENT)
    read = read_version(text)
    assert isinstance(read, Version)
    assert (read.agreement, read.number, read.agency.id, read.agency.kind) == ("AGR-1", 1, "sheriff", "criminal_justice")
    assert read.owners == ("city", "courts", "prosecutor")
    assert [purpose.code for purpose in read.purposes] == ["warrant_service", "court_administration"]
    assert read.purpose("court_administration") == read.purposes[1]
    assert read.purpose("other") is None
    assert read.scope.columns == set(DOCUMENT["scope"]["columns"])
    assert dict(read.scope.masks) == {"birth_date": "year"}
    assert (read.limits, read.must) == (Limits(questions_per_day=20, rows_per_reply=50), ("training_completed",))
    assert (read.term.start, read.term.end, read.term.civil) == (START, END, None)
    assert read.hash != version({"/title/en": "Another"}).hash
    assert hash(read) == hash(read_version(text))


def test_a_civil_end_is_the_instant_at_which_that_day_ends_there() -> None:
    read = version({"/term/end": CIVIL})
    assert read.term.civil == date(2027, 8, 31)
    assert read.term.end == CIVIL_END
    # August 31 ends there at 04:00 UTC on September 1.
    assert CIVIL_END == 1_819_771_200_000_000


@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        ({"/colour": "red"}, "UNKNOWN_FIELD", "/colour"),
        ({"/v": 2}, "OUT_OF_RANGE", "/v"),
        ({"/v": "1"}, "NOT_A_NUMBER", "/v"),
        ({"/agreement": ABSENT}, "MISSING_FIELD", "/agreement"),
        ({"/agreement": "a b"}, "WRONG_FORM", "/agreement"),
        ({"/agreement": 7}, "NOT_A_TEXT", "/agreement"),
        ({"/number": 0}, "OUT_OF_RANGE", "/number"),
        ({"/title": "x"}, "NOT_AN_OBJECT", "/title"),
        ({"/title": {"es": "x"}}, "MISSING_FIELD", "/title/en"),
        ({"/title": {"en": "x", "fr": "y"}}, "UNKNOWN_FIELD", "/title/fr"),
        ({"/title/en": ""}, "WRONG_FORM", "/title/en"),
        ({"/title/en": "turned \u202e around"}, "WRONG_FORM", "/title/en"),
        ({"/parties/agency/class": "Police!"}, "WRONG_FORM", "/parties/agency/class"),
        ({"/parties/agency/place": {"name": "x", "zone": "Mars/Olympus"}}, "UNKNOWN_ZONE", "/parties/agency/place/zone"),
        ({"/parties/agency/place": {"zone": "America/Chicago"}}, "MISSING_FIELD", "/parties/agency/place/name"),
        ({"/parties/owners": []}, "WRONG_LENGTH", "/parties/owners"),
        ({"/parties/owners": ["city", "city"]}, "TWICE", "/parties/owners"),
        ({"/authority": "x" * 501}, "WRONG_FORM", "/authority"),
        ({"/purposes": "all"}, "NOT_A_LIST", "/purposes"),
        ({"/purposes": []}, "WRONG_LENGTH", "/purposes"),
        ({"/purposes/1/code": "warrant_service"}, "TWICE", "/purposes/1/code"),
        ({"/purposes/0/code": "Serve Warrant"}, "WRONG_FORM", "/purposes/0/code"),
        ({"/purposes/0/evidence": "say-so"}, "UNKNOWN_EVIDENCE", "/purposes/0/evidence"),
        ({"/purposes/0/evidence": 3}, "UNKNOWN_EVIDENCE", "/purposes/0/evidence"),
        ({"/purposes/0/code": "look_around"}, "UNLISTED_PURPOSE", "/purposes/0/code"),
        ({"/purposes/0/says/en": "To look around."}, "OTHER_DEFINITION", "/purposes/0/says"),
        ({"/purposes/0/says/es": ABSENT}, "OTHER_DEFINITION", "/purposes/0/says"),
        ({"/purposes/0/evidence": "case_number"}, "OTHER_EVIDENCE", "/purposes/0/evidence"),
        ({"/purposes/0/closure": "any"}, "UNKNOWN_FIELD", "/purposes/0/closure"),
        ({"/scope/columns/0": "narrative"}, "UNKNOWN_COLUMN", "/scope/columns/0"),
        ({"/scope/columns": []}, "NO_COLUMNS", "/scope"),
        ({"/scope/columns": [], "/scope/masks": {}, "/scope/filters": []}, "NO_COLUMNS", "/scope"),
        ({"/scope/filters/0": "filed_charges"}, "NOT_FILTERABLE", "/scope/filters/0"),
        ({"/scope/masks": {"birth_date": "decade"}}, "UNKNOWN_MASK", "/scope/masks/birth_date"),
        ({"/scope/masks": {"sex": "year"}}, "UNKNOWN_COLUMN", "/scope/masks"),
        ({"/scope/rows": {"like": "x"}}, "UNKNOWN_CONDITION", "/scope/rows"),
        ({"/scope/rows": ABSENT}, "UNKNOWN_PART", "/scope"),
        ({"/limits/rows_per_reply": 501}, "OUT_OF_RANGE", "/limits/rows_per_reply"),
        ({"/limits/people_per_day": 0}, "OUT_OF_RANGE", "/limits/people_per_day"),
        ({"/limits/people_per_week": 5}, "UNKNOWN_FIELD", "/limits/people_per_week"),
        ({"/limits/questions_per_day": 0}, "OUT_OF_RANGE", "/limits/questions_per_day"),
        ({"/limits/exports": 1}, "UNKNOWN_FIELD", "/limits/exports"),
        ({"/users/must": ["oath"]}, "UNKNOWN_REQUIREMENT", "/users/must/0"),
        ({"/users/must": ["terms_signed", "terms_signed"]}, "TWICE", "/users/must/1"),
        ({"/place/zone": "Mars/Olympus"}, "UNKNOWN_ZONE", "/place/zone"),
        ({"/place/zone": "America"}, "UNKNOWN_ZONE", "/place/zone"),
        ({"/place/zone": "../etc/passwd"}, "WRONG_FORM", "/place/zone"),
        ({"/term/start": END}, "EMPTY_TERM", "/term"),
        ({"/term/end": {"instant": END, "civil": "2027-08-31"}}, "MISSING_FIELD", None),
        ({"/term/end": {**CIVIL, "rule": "noon"}}, "UNKNOWN_WORD", "/term/end/rule"),
        ({"/term/end": {**CIVIL, "zone": "UTC"}}, "WRONG_ZONE", "/term/end/zone"),
        ({"/term/end": {**CIVIL, "instant": CIVIL_END - 1}}, "WRONG_INSTANT", "/term/end/instant"),
        ({"/term/end": {**CIVIL, "civil": "2027-02-29"}}, "WRONG_FORM", "/term/end/civil"),
        ({"/term/end": {**CIVIL, "civil": "August 31"}}, "WRONG_FORM", "/term/end/civil"),
        ({"/term/end": {"civil": "2027-06-31", "zone": CIVIL["zone"]}}, "WRONG_FORM", "/term/end/civil"),
        ({"/term/end": {"civil": "2027-06-30", "zone": "Mars/Olympus"}}, "WRONG_ZONE", "/term/end/zone"),
        ({"/term/end": {"civil": "2027-06-30", "zone": CIVIL["zone"]}}, "MISSING_FIELD", "/term/end/instant"),
        ({"/term/end": {**CIVIL, "fold": 1}}, "UNKNOWN_FIELD", "/term/end/fold"),
        ({"/duties": {}}, "NOT_A_LIST", "/duties"),
        ({"/onward": "allowed"}, "UNKNOWN_WORD", "/onward"),
    ],
)
def test_what_is_not_known_is_refused_with_its_place(changes: dict[str, Any], code: str, place: str | None) -> None:
    found = refusal(changes)
    assert found.code == code
    if place is not None:
        assert found.names == (place,)
    assert found.says


def pointers(part: Any, place: str = "") -> list[str]:
    inner = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    return [place, *(found for key, value in inner for found in pointers(value, f"{place}/{key}"))][place == "" :]


@given(st.sampled_from(pointers(DOCUMENT)), st.sampled_from(["?", -1, {}, ["?"], ABSENT, {"all": []}]))
def test_no_part_is_skipped(place: str, value: Any) -> None:
    """Whatever part is spoiled, the text is refused or, where the part may be any words, is another text."""
    made = changed(DOCUMENT, {place: value})
    read = read_version(canonical.write(made))
    free = "/says/" in place or place in {"/title/en", "/title/es", "/authority", "/parties/agency/name", "/place/name"}
    optional = value is ABSENT and (place.endswith("/es") or place.split("/")[1] in {"purposes", "scope", "users", "parties"})
    emptied = place == "/scope/masks" and value == {}
    if isinstance(read, Version):
        assert (free and value == "?") or optional or emptied
        assert read.hash != version().hash


def objects(part: Any, place: str = "") -> list[str]:
    inner = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    return [place] * isinstance(part, dict) + [found for key, value in inner for found in objects(value, f"{place}/{key}")]


@pytest.mark.parametrize(
    "place", [place for place in objects(DOCUMENT) if not place.startswith(("/scope/masks", "/scope/rows"))]
)
def test_an_unknown_field_is_refused_wherever_it_stands(place: str) -> None:
    found = refusal({f"{place}/surprise": "x"})
    assert found.names[0].startswith(place)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"{} ",
        b'{"v":1,"v":1}',
        b'{"b":1,"a":1}',
        b'{"v":1.0}',
        b'{"v":null}',
        b'{"v":true}',
        b"\xff",
        b"[" * 5000,
        b"[]",
    ],
)
def test_bytes_in_another_form_are_refused(text: bytes) -> None:
    read = read_version(text)
    assert isinstance(read, Refusal)
    assert read.code == ("NOT_AN_OBJECT" if text == b"[]" else "NOT_CANONICAL")


def test_a_later_change_of_zone_rules_does_not_move_a_signed_end() -> None:
    text = canonical.write(changed(DOCUMENT, {"/term/end": {**CIVIL, "instant": CIVIL_END + 3_600_000_000}}))
    assert isinstance(read_version(text), Refusal)
    read = read_version(text, resolve=False)
    assert isinstance(read, Version)
    assert read.term.end == CIVIL_END + 3_600_000_000


def test_somebody_elses_key_is_not_repeated() -> None:
    ours = read_value({"smith": 1}, lambda node: node.fields({"a"}))
    theirs = read_value({"smith": 1}, lambda node: node.fields({"a"}), ours=False)
    assert isinstance(ours, Refusal)
    assert isinstance(theirs, Refusal)
    assert ours.names == ("/smith",)
    assert "smith" not in repr(theirs)
    assert "smith" not in repr(read_value({"a": 1, "SMITH": 2}, lambda node: node.fields({"a"}))).lower()


@pytest.mark.parametrize("text", ["Muñoz", "日本", "a b"])
def test_printable(text: str) -> None:
    assert printable(text)


@pytest.mark.parametrize("text", ["a\nb", "a\u200db", "e\u0301", "\ud800", "\ue000"])
def test_not_printable(text: str) -> None:
    assert not printable(text)


def test_a_number_may_not_be_true() -> None:
    assert isinstance(read_value(True, Node.whole), Refusal)


# ---------------------------------------------------------------- narrower by form


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"/scope/columns": ["record", "surname"]},
        {"/scope/filters": ["surname"]},
        {"/purposes/1": ABSENT},
        {"/scope/rows": {"all": [{"column": "adult", "is": "yes"}, {"column": "district", "is": "22"}]}},
        {"/scope/rows": "never"},
        {"/scope/masks": {"birth_date": "year", "arrest_date": "year"}},
        {"/limits/rows_per_reply": 10, "/limits/questions_per_day": 1},
        {"/limits/people_per_day": 5},
        {"/users/must": ["training_completed", "terms_signed"]},
        {"/term/start": START + 1},
        {"/term/end": {"instant": END - 1}},
        {"/title/en": "Renamed"},
        {"/scope/columns": ["surname"], "/scope/filters": ["surname"], "/scope/masks": {}},
    ],
)
def test_a_restriction_is_seen_by_form(changes: dict[str, Any]) -> None:
    assert narrows(version(changes, number=2), version())


@pytest.mark.parametrize(
    "changes",
    [
        {"/scope/columns": [*DOCUMENT["scope"]["columns"], "sex"]},
        {"/scope/filters": [*DOCUMENT["scope"]["filters"], "sex"]},
        {"/scope/masks": {}},
        {"/purposes/0/evidence": "docket"},
        {"/purposes/0": listed("civil_enforcement").demanding("warrant_number")},
        {"/scope/rows": "always"},
        {"/never_charged": "shown"},
        {"/scope/rows": {"any": [{"column": "adult", "is": "yes"}, "never"]}},
        {"/limits/rows_per_reply": 51},
        {"/limits/questions_per_day": 21},
        {"/users/must": []},
        {"/term/start": START - 1},
        {"/term/end": {"instant": END + 1}},
        {"/parties/agency/class": "noncriminal_justice"},
        {"/authority": "Another"},
        {"/place/name": "Elsewhere"},
        {"/agreement": "AGR-2"},
    ],
)
def test_what_is_not_seen_by_form_widens(changes: dict[str, Any]) -> None:
    assert not narrows(version(changes, number=2), version())


# ---------------------------------------------------------------- the charter


def charter_refusal(changes: dict[str, Any]) -> Refusal:
    read = read_charter(canonical.write(changed(CHARTER_DOCUMENT, changes)), COLUMNS)
    assert isinstance(read, Refusal), read
    return read


def test_the_charter_says_who_decides() -> None:
    read = charter(consent={"amount_cents": "courts", "filed_charges": "prosecutor"})
    assert read.owners["city"].key == PUBLIC["city"].hex()
    assert read.needs == {"adopt": 2, "suspend": 2, "revoke": 2, "reinstate": 2}
    assert read.consents({"amount_cents", "surname"}) == {"courts"}
    assert read.consents(set()) == set()


@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        ({"/owners/city/key": PUBLIC["courts"].hex()}, "TWICE", "/owners/courts/key"),
        ({"/owners/city/key": "00"}, "WRONG_FORM", "/owners/city/key"),
        ({"/owners": {}}, "WRONG_LENGTH", "/owners"),
        ({f"/owners/{'x' * 65}": {"name": "x", "key": "0" * 64}}, "WRONG_FORM", f"/owners/{'x' * 65}"),
        ({"/needs/adopt": 1}, "OUT_OF_RANGE", "/needs/adopt"),
        ({"/needs/adopt": 4}, "OUT_OF_RANGE", "/needs/adopt"),
        ({"/needs/reinstate": 3}, "OUT_OF_RANGE", "/needs/reinstate"),
        ({"/needs/suspend": 0}, "OUT_OF_RANGE", "/needs/suspend"),
        ({"/needs/reject": 2}, "UNKNOWN_FIELD", "/needs/reject"),
        ({"/suspend_at_once": ["mayor"]}, "UNKNOWN_WORD", "/suspend_at_once/0"),
        ({"/confirm_us": 0}, "OUT_OF_RANGE", "/confirm_us"),
        ({"/consent": {"narrative": "city"}}, "UNKNOWN_COLUMN", "/consent/narrative"),
        ({"/consent": {"sex": "mayor"}}, "UNKNOWN_WORD", "/consent/sex"),
    ],
)
def test_a_charter_is_refused_with_its_place(changes: dict[str, Any], code: str, place: str) -> None:
    found = charter_refusal(changes)
    assert (found.code, found.names) == (code, (place,))


def test_the_citys_charter_needs_only_its_keys() -> None:
    template = json.loads((Path(__file__).parents[2] / "pars/config/city/charter.json").read_text())
    untouched = copy.deepcopy(template)
    text = with_keys(template, {seat: key.hex() for seat, key in PUBLIC.items()})
    assert template == untouched
    read = read_charter(text, COLUMNS)
    assert isinstance(read, Charter)
    assert read.needs["adopt"] == 2
    assert set(read.owners) == {"city", "courts", "prosecutor"}
    with pytest.raises(KeyError):
        with_keys(template, {"city": "00"})
    with pytest.raises(ValueError, match="no such seat"):
        with_keys(template, {"mayor": "00"})
