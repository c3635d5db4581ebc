"""Texts that entries name, changed at random: both programs read them alike, or say alike that they are none."""

from __future__ import annotations

import copy
import json
import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pars.core import canonical
from pars.core.access.purposes import listed
from pars.core.ledger import drafts
from pars.core.terms import DAY
from tests.agreements import CHARTER_DOCUMENT, DOCUMENT, NOW
from tests.dealt import terms
from tests.ledgers import AGENCY, AGREEMENT, PROFILE_DOCUMENT, REGISTRAR, TEXTS, Ledger, hashed, make_version, staff
from tests.owners import RULE_DOCUMENT, WITNESS_DOCUMENT, successor_text
from tests.verify.second import second

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.verify.second import Second

TERM = {"term": {"start": NOW, "end": {"instant": NOW + 30 * DAY}}}
PLAIN, FULL = {**DOCUMENT, **TERM}, json.loads(TEXTS[terms(1).hash])
BESIDE = {
    "vote": {"closes": {"instant": NOW + 5 * DAY}},
    "fee": {"cents": 500, "per": "month", "says": {"en": "Each month."}},
    "nonrenewal": {"notice_by": {"instant": NOW + 9 * DAY}},
    "on_behalf_of": [{"id": "parole", "name": "The Parole Board"}],
    "checked": ["docket"],
}
LEAVES = [
    {"column": "birth_date", "mask": "year", "within": {"from": 1990, "to": 2001}},
    {"column": "arrest_at", "within": {"from": "2026-01-01T00:00:00Z", "to": "2026-01-01T00:00:00.500000Z"}},
    {"not": {"column": "arrest_date", "is": "2027-02-28"}},
    {"any": [{"column": "district", "one_of": ["22", "24"]}, "never"]},
]
GIVEN = {
    "paper": {"kind": "subpoena", "sha256": "5" * 64},
    "purposes": [listed("legal_process").demanding("docket")],
    "limits": {**DOCUMENT["limits"], "people_per_day_in_all": 3},
}
DOCUMENTS: list[tuple[str, dict[str, Any]]] = [
    *(("version", one) for one in (PLAIN, FULL, {**PLAIN, **BESIDE}, {**PLAIN, **GIVEN})),
    ("version", {**PLAIN, "scope": {**DOCUMENT["scope"], "rows": {"all": LEAVES}}}),
    ("profile", PROFILE_DOCUMENT),
    ("detainers", {**RULE_DOCUMENT, "start": NOW + DAY, "end": NOW + 3 * DAY, "vote": {"closes": NOW + 2 * DAY}}),
    ("witnesses", {**WITNESS_DOCUMENT, "start": NOW + DAY}),
    ("successor", json.loads(successor_text())),
    ("charter", {**CHARTER_DOCUMENT, "one_off": {"subpoena": ["courts"]}, "consent": {"surname": "city"}}),
    ("role", json.loads(REGISTRAR)),
]
NAMES = ("start", "end", "vote", "seat", "mask", "es", "civil", "zone", "rule", "extra", "one_off", "place", "exports")
ODD: tuple[Any, ...] = (
    *(0, 1, -1, 2, 500, 501, 2**53 - 1, NOW, NOW + DAY, NOW + 100 * DAY, [], {}, ["x"], {"en": "x"}, {"es": "y"}, {"en": "x", "es": "y"}),
    *("", "x", " ", "x ", "é", "a" * 61, "a" * 64, "a" * 65, "a" * 121, "a" * 200, "a" * 201, "a" * 500, "a" * 501, "A", "Z9", "a-b", "a.b"),
    *("\xa0", "\u200b", "a\nb", "a\tb", "\u202e", "\U0001f600", "\x7f", "\x85", "\ufeff", "\u2028", "\xad", "\ue000", "always", "never"),
    *("subpoena", "Etc/UTC", "UTC", "EST", "america/new_york", "America/Nowhere", "2027-02-29", "0000-01-01", "2026-01-01T24:00:00Z"),
)  # fmt: skip


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the way to each part of a document."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield (*way, key)
        yield from places(part, (*way, key))


def at(document: Any, way: tuple[Any, ...]) -> Any:
    for key in way:
        document = document[key]
    return document


def changed(document: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Return the document with one or two parts dropped, put in, doubled, moved or changed."""
    made = copy.deepcopy(document)
    for _ in range(chance.choice((1, 1, 2))):
        ways = list(places(made))
        way = chance.choice(ways)
        inside, key, value = at(made, way[:-1]), way[-1], at(made, way)
        how = chance.choice(("drop", "name", "again", "other", "odd", "near", "near"))
        if how == "drop":
            del inside[key]
        elif how == "name" and isinstance(inside, dict):
            inside[chance.choice(NAMES)] = chance.choice(ODD)
        elif how == "again" and isinstance(inside, list):
            inside.append(copy.deepcopy(chance.choice(inside)))
        elif how == "near" and type(value) is int:
            inside[key] = value + chance.choice((-1, 1, DAY, -DAY, 1000))
        elif how == "near" and isinstance(value, str):
            inside[key] = chance.choice(
                (f"{value} ", f"{value}x", f"{value}\n", value[:-1], value.upper(), value.title(), value.lower())
            )
        elif how == "other":
            inside[key] = copy.deepcopy(at(made, chance.choice(ways)))
        else:
            inside[key] = chance.choice(ODD)
    return made


def naming(about: str, document: dict[str, Any]) -> Ledger:
    """Return a ledger that names the text where such a text belongs. Raises ValueError where the text has no canonical form."""
    ledger, text = Ledger(), canonical.write(document)
    first, named = ledger.entries[0], ledger.keep(text)
    if about == "version":
        ledger.add(drafts.agreement_proposed(agreement=AGREEMENT, agency=AGENCY, version=named), staff("registrar"))
    elif about == "charter":
        ledger.texts.pop(first.detail["charter"])
        ledger.keep(text)
        ledger.entries[0] = replace(first, detail={**first.detail, "charter": named})
        ledger.propose(make_version())
    elif about == "role":
        before = hashed(REGISTRAR)
        ledger.texts.pop(before)
        ledger.keep(text)
        roles = sorted({*first.detail["roles"]} - {before} | {named})
        swapped = [
            replace(one, detail={**one.detail, "role": named}) if one.detail.get("role") == before else one
            for one in ledger.entries
        ]
        ledger.entries = [replace(first, detail={**first.detail, "roles": roles}), *swapped[1:]]
        ledger.propose(make_version())
    else:
        ledger.propose_text(about, text)
    return ledger


@pytest.fixture(scope="module")
def other() -> Iterator[Second]:
    """Give the second verifier."""
    with second() as started:
        yield started


def tried(other: Second, seed: int, many: int) -> set[str]:
    chance, verdicts, done = random.Random(seed), set(), 0
    while done < many:
        about, document = chance.choice(DOCUMENTS)
        made = changed(document, chance)
        try:
            data = naming(about, made).bundle()
        except ValueError:  # nobody could write such a text
            continue
        verdicts.add(other.agrees(data, (about, made)))
        done += 1
    return verdicts


@pytest.mark.parametrize("number", range(len(DOCUMENTS)))
def test_a_text_as_it_is_reads(number: int, other: Second) -> None:
    about, document = DOCUMENTS[number]
    code = "NOBODY_GIVES" if "paper" in document else None
    assert other.agrees(naming(about, document).bundle()) == ("violated" if code else "verified")
    assert [one["what"] for one in other.report(naming(about, document).bundle())["findings"]] == ([code] if code else [])


def test_texts_that_are_changed_at_random_are_read_alike(other: Second) -> None:
    assert tried(other, 20261201, 120) == {"verified", "violated"}


@pytest.mark.soak
def test_thousands_of_texts_are_read_alike(other: Second) -> None:
    assert tried(other, 20261202, 20_000) == {"verified", "violated"}
