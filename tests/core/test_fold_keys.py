"""The fold on acts on keys: votes are checked with the key valid at their place, and what rests on a revoked one is suspended."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pars.core.agreements.standing import standing
from pars.core.ledger import key_drafts
from pars.core.ledger.checkpoint import COSIGNER, verifier_key
from pars.core.terms import SECOND
from tests.agreements import CHARTER, public
from tests.keyed import adding
from tests.ledgers import PROFILE, SYSTEM, Ledger, hashed, make_version, staff
from tests.owners import WATCHERS, profile_text, witness_text

CITY = "seat:city"


def test_a_vote_is_signed_by_the_key_valid_at_its_place() -> None:
    for signer, code in (("city-2", None), ("city", "FORGED")):
        ledger, made = Ledger(), make_version()
        proposal = ledger.propose(made)
        ledger.add_key(CITY, "city-2")
        ledger.vote("adopt", "city", made, proposal.id, signer=signer)
        assert ledger.violation() == code if code else ledger.state().charter
    before, made = Ledger(), make_version()
    before.vote("adopt", "city", made, before.propose(made).id, signer="city-2")
    assert before.violation() == "FORGED"


def test_a_text_of_the_owners_too() -> None:
    for signer, code in (("city-2", None), ("city", "FORGED")):
        ledger = Ledger()
        ledger.add_key(CITY, "city-2")
        proposal = ledger.propose_text("profile", profile_text())
        ledger.vote_text("adopt", "city", "profile", profile_text(), proposal.id, signer=signer)
        assert ledger.violation() == code if code else ledger.state().texts


def test_the_state_holds_every_key_with_its_interval() -> None:
    ledger = Ledger()
    entry = ledger.add_key("log", "log-2")
    state = ledger.state()
    assert state.keys is not None
    assert state.charter is not None
    assert [(one.key, one.start, one.end) for one in state.keys.of("log")] == [
        (public("log").hex(), 0, entry.id),
        (public("log-2").hex(), entry.id, None),
    ]
    assert state.charter.owners == CHARTER.owners
    assert state.opening is not None
    assert state.opening.log_key == public("log")


@pytest.mark.parametrize("seats", [("city",), ("courts", "prosecutor")])
def test_an_act_that_the_rules_refuse_is_a_violation(seats: tuple[str, ...]) -> None:
    ledger = Ledger()
    ledger.add_key(CITY, "city-2", seats=seats)
    assert ledger.violation() == ("TOO_FEW_SEATS" if len(seats) == 1 else "NOT_HANDED_OVER")


def test_only_an_officer_who_votes_enters_it() -> None:
    for by, code in ((staff("clerk"), "NOT_YOUR_ACT"), (SYSTEM, "NO_AUTHORITY")):
        ledger = Ledger()
        ledger.add_key(CITY, "city-2", by=by)
        assert ledger.violation() == code


def test_acts_on_keys_are_in_the_order_of_their_times() -> None:
    ledger = Ledger()
    first = ledger.add_key(CITY, "city-2")
    ledger.revoke_key(CITY, "city-2", first.id, first.id, at=first.at - SECOND)
    assert ledger.violation() == "OUT_OF_ORDER"


def test_what_rests_on_a_revoked_key_is_suspended_and_answers_are_not_covered() -> None:
    ledger = Ledger()
    made = ledger.serve()
    ledger.disclose(made)
    ledger.revoke_key(CITY, "city", 0)
    stands = standing(ledger.state().agreements[made.agreement], ledger.at)
    assert (stands.state, stands.doubted) == ("SUSPENDED", True)
    ledger.disclose(made)
    assert ledger.violation() == "AGREEMENT_SUSPENDED"
    ledger.entries.pop()
    for seat in ("courts", "prosecutor"):
        ledger.vote("reinstate", seat, made, stands.answers)
    ledger.disclose(made)
    assert ledger.state().keys


def test_it_is_never_earlier_than_an_answer_under_what_it_suspends() -> None:
    ledger = Ledger()
    made = ledger.serve()
    answer = ledger.disclose(made)
    ledger.revoke_key(CITY, "city", 0, at=answer.at - 1)
    assert ledger.violation() == "OUT_OF_ORDER"
    # Under an agreement that it leaves alone it may have been sealed behind a later answer.
    ledger.entries.pop()
    ledger.revoke_key("seat:prosecutor", "prosecutor", 0, seats=("city", "courts"), at=answer.at - 1)
    assert ledger.state().keys


def test_votes_on_the_owners_texts_are_marked_and_what_is_in_force_stays() -> None:
    ledger = Ledger()
    last = ledger.adopt_text("profile", profile_text())
    ledger.revoke_key(CITY, "city", 0)
    texts = ledger.state().texts["profile"]
    assert [one.doubted for one in texts.ballots] == [ledger.entries[-1].id, None]
    assert texts.in_force(ledger.at) is not None
    ledger.entries.pop()
    ledger.revoke_key(CITY, "city", 0, at=last.at - SECOND)
    assert ledger.violation() == "OUT_OF_ORDER"
    ledger.entries.pop()
    ledger.revoke_key("seat:prosecutor", "prosecutor", 0, seats=("city", "courts"), at=last.at - SECOND)
    assert ledger.state().keys
    assert hashed(PROFILE) != hashed(profile_text())


def test_the_logs_key_suspends_nothing() -> None:
    ledger = Ledger()
    made = ledger.serve()
    ledger.add_key("log", "log-2")
    ledger.revoke_key("log", "log", 0, ledger.entries[-1].id)
    assert standing(ledger.state().agreements[made.agreement], ledger.at).state == "IN_FORCE"


def test_a_signature_cannot_be_taken_to_another_act() -> None:
    ledger = Ledger()
    act = adding(CITY, "city-2")
    ledger.add(key_drafts.key_added(replace(act, use="seat:courts")), staff("voter-city"))
    assert ledger.violation() == "NOT_HELD"


def test_a_key_of_a_witness_is_no_seats_and_no_key_of_theirs_a_witnesss() -> None:
    ledger = Ledger()
    ledger.propose_text("witnesses", witness_text())
    key = WATCHERS["city"].public_key().public_bytes_raw()
    act = adding(CITY, "city-2")
    ledger.add(key_drafts.key_added(replace(act, key=key.hex())), staff("voter-city"))
    assert ledger.violation() == "KEY_USED"
    ledger.entries.pop()
    ledger.add_key(CITY, "city-2")
    line = verifier_key("witness.example", public("city-2"), COSIGNER)
    named = witness_text({"/witnesses": [{"key": line, "url": "https://witness.example/pars"}], "/needs": 1})
    ledger.propose_text("witnesses", named)
    assert ledger.violation() == "KEY_USED"
