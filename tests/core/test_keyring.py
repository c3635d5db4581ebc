"""Keys come and go by acts that the quorum signed: what each act needs, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from pars.core.agreements.acts import Doubt
from pars.core.owners.keyring import LOG, KeyAct, Keyring, RevokeKey, apply_key, doubt_of, first_keys, quorum
from pars.core.owners.keyring import key_message as message
from pars.core.terms import Refusal
from tests.agreements import CHARTER, ORIGIN, SEATS, charter, public, verify
from tests.keyed import adding, revoking

CITY = "seat:city"
FIRST = first_keys(public("log"), CHARTER)


def done(act: KeyAct, ring: Keyring = FIRST, *, entry: int = 10, others: tuple[str, ...] = ()) -> Keyring | str:
    """Return the keys with the act, or the code of the refusal."""
    made = apply_key(ring, act, charter=CHARTER, origin=ORIGIN, entry=entry, verify=verify, others=others)
    return made.code if isinstance(made, Refusal) else made


def ring(act: KeyAct, before: Keyring = FIRST, *, entry: int = 10) -> Keyring:
    made = done(act, before, entry=entry)
    assert isinstance(made, Keyring), made
    return made


def test_the_first_entry_and_the_charter_name_the_first_keys() -> None:
    assert {one.use: one.key for one in FIRST.held} == {
        "log": public("log").hex(),
        **{f"seat:{seat}": public(seat).hex() for seat in SEATS},
    }
    assert all(one.start == 0 and one.end is None for one in FIRST.held)
    assert FIRST.charter(CHARTER) == CHARTER


def test_a_seats_key_is_followed_by_another() -> None:
    made = ring(adding(CITY, "city-2"))
    old, new = made.of(CITY)
    assert (old.end, new.start, made.now(CITY), made.answers(CITY)) == (10, 10, new, 10)
    assert [old.valid(n) for n in (0, 9, 10)] == [True, True, False]
    assert [new.valid(n) for n in (9, 10, 999)] == [False, True, True]
    assert made.charter(CHARTER).owners["city"].key == public("city-2").hex()
    assert made.charter(CHARTER, 9).owners["city"].key == public("city").hex()
    assert made.charter(CHARTER, 9).hash == CHARTER.hash


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (adding("seat:nobody", "new"), "UNKNOWN_USE"),
        (adding("witness", "new"), "UNKNOWN_USE"),
        (adding(CITY, "new", 1), "WRONG_ANSWER"),
        (adding(CITY, "city"), "KEY_USED"),
        (adding(CITY, "courts"), "KEY_USED"),
        (adding(CITY, "log"), "KEY_USED"),
        (adding(LOG, "city"), "KEY_USED"),
        (adding(CITY, "new", by="city"), "NOT_HELD"),
        (adding(CITY, "new", seats=("courts", "prosecutor")), "NOT_HANDED_OVER"),
        (adding(CITY, "new", old="city"), "NOT_HANDED_OVER"),
        (adding(CITY, "new", seats={"city": "new", "courts": "courts"}), "FORGED"),
        (adding(CITY, "new", seats={"city": "city", "nobody": "courts"}), "FORGED"),
        (adding(CITY, "new", seats=("city",)), "TOO_FEW_SEATS"),
        (adding(LOG, "new", old="new"), "NOT_HANDED_OVER"),
        (adding(LOG, "new", old="", seats=("city",)), "TOO_FEW_SEATS"),
        (adding(LOG, "new", seats=()), "TOO_FEW_SEATS"),
        (adding(LOG, "new", origin="another.test/log"), "NOT_HELD"),
        (revoking(CITY, "courts", 5), "NO_SUCH_KEY"),
        (revoking(CITY, "city", 11), "NOT_YET"),
        (revoking(CITY, "city", 5, 1), "WRONG_ANSWER"),
        (revoking(CITY, "city", 5, seats=("courts",)), "TOO_FEW_SEATS"),
        (revoking(CITY, "city", 5, seats={"city": "courts"}), "FORGED"),
        (revoking(LOG, "log", 5, seats=("city",)), "KEY_IN_FORCE"),
    ],
)
def test_what_an_act_on_a_key_lacks_is_said(act: KeyAct, code: str) -> None:
    assert done(act) == code


def test_a_key_of_another_use_is_refused_there_too() -> None:
    act = adding(CITY, "witness")
    assert done(act, others=(public("witness").hex(),)) == "KEY_USED"
    assert isinstance(done(act), Keyring)


def test_a_key_that_was_used_never_comes_again_and_no_act_is_good_twice() -> None:
    first = adding(CITY, "city-2")
    made = ring(first)
    assert done(adding("seat:courts", "city", seats=("courts", "prosecutor")), made) == "KEY_USED"
    assert done(first, made) == "WRONG_ANSWER"
    third = adding(CITY, "city-3", 10, seats={"city": "city-2", "courts": "courts"})
    assert ring(third, made, entry=11).now(CITY) is not None
    assert done(adding(CITY, "city-3", 10), made) == "FORGED"  # signed by the seat's key of before


def test_the_logs_key_hands_over_to_the_next() -> None:
    made = ring(adding(LOG, "log-2"))
    assert [(one.key, one.start, one.end) for one in made.of(LOG)] == [
        (public("log").hex(), 0, 10),
        (public("log-2").hex(), 10, None),
    ]
    assert done(adding(LOG, "log-3", 10), made) == "NOT_HANDED_OVER"  # the first one signs for it no more
    assert isinstance(done(adding(LOG, "log-3", 10, old="log-2"), made), Keyring)


def test_a_lost_key_is_revoked_by_the_others_and_then_replaced() -> None:
    gone = ring(revoking(CITY, "city", 4), entry=10)
    (held,) = gone.of(CITY)
    assert (held.end, held.since, held.revoked, gone.now(CITY), gone.answers(CITY)) == (10, 4, 10, None, 10)
    assert gone.charter(CHARTER).owners["city"].key == ""
    assert done(adding(CITY, "city-2", 10), gone) == "FORGED"  # the revoked key signs nothing more
    assert done(adding(CITY, "city-2", 10, seats=("courts",)), gone) == "TOO_FEW_SEATS"
    back = ring(adding(CITY, "city-2", 10, seats=("courts", "prosecutor")), gone, entry=11)
    assert back.now(CITY) is not None


def test_the_logs_key_is_never_without_another_and_a_lost_one_does_not_sign() -> None:
    assert done(revoking(LOG, "log", 5)) == "KEY_IN_FORCE"
    followed = ring(adding(LOG, "log-2", old=""))
    assert (followed.log_key, followed.log_keys) == (public("log-2"), (public("log"), public("log-2")))
    # What was signed as a handing over isn't good as the word that the key before is lost.
    handed = adding(LOG, "log-2")
    assert done(replace(handed, old=None)) == "NOT_HELD"
    gone = ring(revoking(LOG, "log", 5, 10), followed, entry=11)
    assert gone.log_keys == (public("log-2"),)


def test_a_seat_gives_up_its_own_key_alone() -> None:
    assert ring(revoking(CITY, "city", 0, seats=("city",))).now(CITY) is None


def test_a_revocation_can_reach_further_back_but_not_be_repeated() -> None:
    gone = ring(revoking(CITY, "city", 6))
    assert done(revoking(CITY, "city", 6, 10), gone, entry=12) == "REVOKED"
    assert done(revoking(CITY, "city", 7, 10), gone, entry=12) == "REVOKED"
    (held,) = ring(revoking(CITY, "city", 3, 10), gone, entry=12).of(CITY)
    assert (held.end, held.since, held.revoked) == (10, 3, 12)


def test_an_earlier_key_can_be_found_out_later() -> None:
    made = ring(adding(CITY, "city-2"))
    act = revoking(CITY, "city", 5, 10, seats={"city": "city-2"})
    later = ring(act, made, entry=20)
    old, new = later.of(CITY)
    assert (old.end, old.since, new.end) == (10, 5, None)
    assert later.charter(CHARTER).owners["city"].key == new.key
    assert doubt_of(later, act) == Doubt(seat="city", since=5, until=10)
    assert later.answers(CITY) == 20


def test_doubt_begins_where_the_key_did() -> None:
    made = ring(adding(CITY, "city-2"))
    act = revoking(CITY, "city-2", 3, 10)
    assert doubt_of(ring(act, made, entry=20), act) == Doubt(seat="city", since=10, until=20)


def test_the_logs_key_leaves_no_vote_in_doubt() -> None:
    made = ring(adding(LOG, "log-2"))
    act = revoking(LOG, "log", 3, 10)
    assert doubt_of(ring(act, made, entry=11), act) is None


def test_the_quorum_is_the_one_that_adopts_as_far_as_an_entry_has_room() -> None:
    assert quorum(CHARTER) == 2
    assert quorum(charter(needs={"adopt": 3, "suspend": 1, "revoke": 1, "reinstate": 2})) == 3
    many = {f"seat{n}": {"name": f"Owner {n}", "key": f"{n:064x}"} for n in range(1, 16)}
    every = charter(owners=many, needs={"adopt": 15, "suspend": 1, "revoke": 1, "reinstate": 8}, suspend_at_once=[])
    assert quorum(every) == 8


def test_what_is_signed_says_which_act_it_is() -> None:
    added = json.loads(message(origin=ORIGIN, use=CITY, key="k", answers=3))
    assert added == {"t": "pars key", "v": 1, "act": "add", "origin": ORIGIN, "use": CITY, "key": "k", "answers": 3}
    gone = json.loads(message(origin=ORIGIN, use=CITY, key="k", answers=3, since=0))
    assert gone == {**added, "act": "revoke", "since": 0}
    assert isinstance(revoking(CITY, "city", 0), RevokeKey)
