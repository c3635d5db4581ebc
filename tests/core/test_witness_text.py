"""The owners' text on who watches the ledger: read strictly, said in words, adopted like every other."""

from __future__ import annotations

from typing import Any

import pytest

from pars.core import canonical
from pars.core.access.explain import LANGUAGES
from pars.core.ledger import drafts
from pars.core.ledger.checkpoint import COSIGNER, verifier_key
from pars.core.ledger.policy import read_policy
from pars.core.owners.owners_text import ProposeText, Texts, explain_text, read_owners_text, subject_of, title_of
from pars.core.owners.witness_text import CLASSES, WitnessText, explain_witnesses, read_witness_text
from pars.core.terms import SECOND, Refusal
from tests.agreements import CHARTER, KEYS, PUBLIC
from tests.core.test_owners_text import Table, code
from tests.ledgers import LOG_PUBLIC, Ledger, hashed, staff
from tests.owners import WATCHER_NAMES, WITNESS_DOCUMENT, profile_text, watcher_line, witness_text, witnesses

THREE: list[dict[str, Any]] = WITNESS_DOCUMENT["witnesses"]


@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        ({"/needs": 1}, "OUT_OF_RANGE", "/needs"),
        ({"/needs": 4}, "OUT_OF_RANGE", "/needs"),
        ({"/witnesses": []}, "OUT_OF_RANGE", "/needs"),
        ({"/witnesses": [], "/needs": 0, "/witnessed_first": ["court"]}, "UNKNOWN_CLASS", "/witnessed_first/0"),
        ({"/witnessed_first": ["weather"]}, "UNKNOWN_CLASS", "/witnessed_first/0"),
        ({"/seconds/alarm": 0}, "OUT_OF_RANGE", "/seconds/alarm"),
        ({"/seconds/stop": 59}, "OUT_OF_RANGE", "/seconds/stop"),
        ({"/seconds/often": 1}, "UNKNOWN_FIELD", "/seconds/often"),
        ({"/witnesses/0/key": "a key"}, "WRONG_KEY", "/witnesses/0/key"),
        ({"/witnesses/0/key": verifier_key("w", PUBLIC["city"])}, "WRONG_KEY", "/witnesses/0/key"),
        (
            {"/witnesses/0/key": verifier_key("w", bytes(32), COSIGNER)},
            "WRONG_KEY",
            "/witnesses/0/key",
        ),  # it signs for everybody
        ({"/witnesses/1/key": THREE[0]["key"]}, "TWICE", "/witnesses/1/key"),
        ({"/witnesses/1/key": watcher_line("city", "another")}, "TWICE", "/witnesses/1/key"),
        ({"/witnesses/1/key": watcher_line("courts", WATCHER_NAMES["city"])}, "TWICE", "/witnesses/1/key"),
        ({"/witnesses/2/url": "gopher://hole"}, "WRONG_FORM", "/witnesses/2/url"),
        ({"/witnesses/2/seat": "The City"}, "WRONG_FORM", "/witnesses/2/seat"),
        ({"/about": "profile"}, "UNKNOWN_FIELD", "/needs"),
        ({"/vote": {}}, "MISSING_FIELD", "/vote/closes"),
    ],
)
def test_a_text_is_refused_with_its_place(changes: dict[str, Any], code: str, place: str) -> None:
    found = read_owners_text(witness_text(changes))
    assert isinstance(found, Refusal)
    assert (found.code, found.names) == (code, (place,))


def test_its_policy_is_what_receipts_are_checked_with() -> None:
    found = read_witness_text(witness_text())
    assert isinstance(found, WitnessText)
    policy = read_policy(found.policy().text())
    assert [(one.key_name, one.key, one.url) for one in policy.witnesses] == [
        (one.name, one.key, one.url) for one in found.witnesses
    ]
    assert not policy.logs
    for signed in range(4):
        assert policy.reached(found.names[:signed]) == (signed >= found.needs)


def test_a_text_that_says_it_is_about_something_else_is_none() -> None:
    found = read_witness_text(profile_text())
    assert isinstance(found, Refusal)


def test_it_is_read_as_it_was_written() -> None:
    found = read_owners_text(witness_text({"/start": 9, "/vote": {"closes": 11}, "/witnessed_first": ["court", "identity"]}))
    assert isinstance(found, WitnessText)
    assert (found.needs, found.alarm_us, found.stop_us) == (2, 60 * SECOND, 900 * SECOND)
    assert found.names == tuple(WATCHER_NAMES.values())
    assert (found.start, found.closes, found.first) == (9, 11, {"court", "identity"})
    assert (subject_of(found), title_of(found, "en"), title_of(found, "es")) == (
        "witnesses", "Witnesses: 2 of 3", "Testigos: 2 de 3",
    )  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_it_says_is_said_in_words(language: Any) -> None:
    stranger = {key: value for key, value in THREE[2].items() if key != "seat"}
    found = witnesses({"/witnesses": [*THREE[:2], stranger], "/witnessed_first": list(CLASSES), "/seconds/alarm": 75})
    said = explain_text(found, language, CHARTER)
    assert all(one in " ".join(said) for one in ("The city", *WATCHER_NAMES.values(), "75 se", "15 minut", "2 "))
    assert not any("prosecutor for" in one for one in said)
    assert len(said) == 3 + 4 + 1, "who, how many, two limits, the classes; and when its vote closes"
    nobody = witnesses({"/witnesses": [], "/needs": 0})
    assert len(explain_witnesses(nobody, language, {})) == 1


def test_owners_adopt_it_as_they_adopt_every_text() -> None:
    table = Table("witnesses")
    at = table.adopt(witnesses())
    force = table.texts.in_force(at)
    assert force is not None
    assert force.text == witnesses()
    assert code(table.add(ProposeText(witnesses()))) == "SAME_TEXT"


def test_a_witness_is_an_owners_and_has_a_key_of_its_own() -> None:
    assert code(Table("witnesses").add(ProposeText(witnesses({"/witnesses/0/seat": "province"})))) == "OTHER_OWNERS"
    key = verifier_key("w", KEYS["city"].public_key().public_bytes_raw(), COSIGNER)
    assert code(Table("witnesses").add(ProposeText(witnesses({"/witnesses/0/key": key})))) == "KEY_USED"
    assert isinstance(Table("witnesses").add(ProposeText(witnesses())), Texts)


def test_the_log_is_no_witness_of_itself() -> None:
    def proposing(text: bytes) -> Ledger:
        ledger = Ledger()
        ledger.add(drafts.owners_text_proposed(about="witnesses", text=ledger.keep(text)), staff("registrar"))
        return ledger

    assert set(proposing(witness_text()).state().texts) == {"witnesses"}
    own = canonical.write(
        {**WITNESS_DOCUMENT, "witnesses": [{**THREE[0], "key": verifier_key("w", LOG_PUBLIC, COSIGNER)}], "needs": 1}
    )
    assert proposing(own).violation() == "KEY_USED"
    assert hashed(own) != hashed(witness_text())
