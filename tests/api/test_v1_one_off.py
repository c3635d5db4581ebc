"""A subpoena opens one person's record, once: given by the seat that the charter names, through the same door, with its paper in each entry."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from pars.actions import agreeing
from pars.core.access.purposes import listed
from pars.core.agreements.version import read_version
from pars.core.ledger.entries import Kind
from pars.core.terms import DAY, Instant, Refusal
from pars.edge.city.agreements import WARRANTS, ends_at, version_text
from pars.store import ledger
from pars.store.fsck import fsck
from tests.api.houses import House, arrest, canonical, done, question
from tests.api.test_v1_questions import refused

PAPER = sha256(b"an invented subpoena").hexdigest()
DOCKET = {"kind": "docket", "value": "MC-51-CR-0000017-2026"}


def grant(name: str = "subpoena-17", **changes: Any) -> bytes:
    """Return the text of a grant to the sheriff on an invented subpoena."""
    at = ledger.now()
    document = json.loads(version_text(WARRANTS, number=1, start=at, end=ends_at(Instant(at + DAY))))
    parts = {
        "agreement": name,
        "paper": {"kind": "subpoena", "sha256": PAPER},
        "purposes": [listed("legal_process").demanding("docket")],
        "limits": {**document["limits"], "people_per_day_in_all": 1},
    }
    return canonical({**document, **parts, **changes})


def test_a_subpoena_opens_one_record_once(own_house: House) -> None:
    for surname in ("Doe", "Roe"):
        assert own_house.post("/v1/arrests", arrest(surname), "booking").status_code == 201
    own_house.agree("sheriff")  # what the agency may ask otherwise stays what it was
    text = grant()
    proposed = done(agreeing.propose(text=text, by=own_house.by["manager"]))
    made = read_version(text)
    assert not isinstance(made, Refusal)
    other = agreeing.sign_with_home_key(
        agreement="subpoena-17", choice="adopt", version=made.hash, answers=proposed.entry, by=own_house.by["city"]
    )
    assert not isinstance(other, Refusal)
    outcome = agreeing.vote(agreement="subpoena-17", ballot=other, by=own_house.by["city"])
    assert isinstance(outcome, agreeing.Refused)
    assert outcome.refusal.code == "NOT_YOURS_TO_GIVE"
    own_house.vote("adopt", "courts", made, proposed.entry)
    manager, person = own_house.by["manager"], own_house.by["sheriff"].person
    done(agreeing.name_user(agreement="subpoena-17", person=person, holds=("terms_signed",), by=manager))
    done(agreeing.bind_client(agreement="subpoena-17", client="sheriff-desk", by=manager))

    by_name = [{"column": "surname", "is": "Doe"}, {"column": "given", "is": "Ann"}]
    asked = question("sheriff", purpose="legal_process", evidence=DOCKET, where=by_name)
    answer = own_house.ask("sheriff", asked)
    assert answer.status_code == 200, answer.content
    assert [one["surname"] for one in answer.json()["records"]] == ["Doe"]
    entry = own_house.receipt_of(answer)
    assert (entry.by.authority, entry.detail["paper"]) == ("agreement:subpoena-17", PAPER)

    sweep = {**asked, "where": [{"column": "surname", "is": "Roe"}]}
    refused(own_house, own_house.ask("sheriff", sweep), 403, "NAMES_NOBODY")
    second = [{"column": "surname", "is": "Roe"}, {"column": "given", "is": "Ann"}]
    refused(own_house, own_house.ask("sheriff", {**asked, "where": second}), 429, "LIMIT_REACHED")
    assert own_house.ask("sheriff", question("sheriff")).status_code == 200
    assert "paper" not in own_house.last_entries(Kind.DISCLOSED, 1)[0].detail

    again = json.loads(grant())
    outcome = agreeing.propose(text=canonical({**again, "number": 2}), by=manager)
    assert isinstance(outcome, agreeing.Refused)
    assert outcome.refusal.code == "NOT_RENEWABLE"
    assert fsck() == ()
