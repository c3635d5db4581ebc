"""Which key of the log signs a checkpoint: at each size, whatever came before it, and whichever checkpoints were left out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pars.core.ledger import key_drafts
from pars.core.ledger.checkpoint import Checkpoint, NoteSignature, key_id, read_note
from pars.core.ledger.entries import Entry
from pars.core.ledger.log_keys import LogKeys
from pars.core.terms import Instant
from tests.agreements import NOW, ORIGIN, public, sign, verify
from tests.keyed import adding, revoking
from tests.ledgers import LOG_PUBLIC, sign_note, staff

ONE, TWO, THREE = public("log"), public("log-2"), public("log-3")
ROOT = bytes(32)


def entry(number: int, act: object) -> Entry:
    draft = key_drafts.key_added(act) if hasattr(act, "new") else key_drafts.key_revoked(act)  # type: ignore[arg-type]
    return draft.entry(id=number, at=Instant(NOW + number), salt=bytes(16), by=staff("voter-city"))


def keys(*acts: tuple[int, object]) -> LogKeys:
    found = LogKeys(LOG_PUBLIC)
    for index, act in acts:
        found.take(index, entry(index, act))
    return found


SECOND, THIRD = adding("log", "log-2"), adding("log", "log-3", 5, old="log-2")


def test_without_a_change_one_key_signs() -> None:
    assert keys().signing(7, 0) == (ONE,)
    assert keys().known(7) == (ONE,)


@pytest.mark.parametrize(
    ("size", "since", "signed"),
    [
        (5, 0, (ONE,)),  # the entry at index 5 isn't covered yet
        (6, 5, (ONE, TWO)),
        (9, 5, (ONE, TWO)),
        (9, 0, (ONE, TWO)),  # whatever was left out before it
        (9, 6, (TWO,)),
        (100, 9, (TWO,)),
    ],
)
def test_the_first_checkpoint_over_a_change_bears_both(size: int, since: int, signed: tuple[bytes, ...]) -> None:
    assert keys((5, SECOND)).signing(size, since) == signed


def test_two_changes_at_once_bear_all_three() -> None:
    found = keys((5, SECOND), (7, THIRD))
    assert found.signing(8, 0) == (ONE, TWO, THREE)
    assert found.signing(8, 6) == (TWO, THREE)
    assert (found.at(5), found.at(6), found.at(7), found.at(8)) == (ONE, TWO, TWO, THREE)
    assert found.known(8) == (ONE, TWO, THREE)


def test_a_lost_or_revoked_key_signs_nothing() -> None:
    lost = adding("log", "log-2", old="log")
    assert keys((5, replace(lost, old=None))).signing(6, 0) == (TWO,)
    gone = keys((5, SECOND), (6, revoking("log", "log", 3, 5, seats=("city", "courts"))))
    assert gone.signing(6, 0) == (ONE, TWO)
    assert gone.signing(7, 0) == (TWO,)
    assert (gone.known(6), gone.known(7)) == ((ONE, TWO), (TWO,))


def test_other_keys_are_no_concern_of_it() -> None:
    assert keys((5, adding("seat:city", "city-2"))).signing(9, 0) == (ONE,)


def test_the_lines_are_these_signatures_in_this_order_and_no_other() -> None:
    found = keys((5, SECOND))

    def well(note: bytes, *, size: int = 6, since: int = 0) -> bool:
        return found.sign_it(read_note(note), ORIGIN, size=size, since=since, verify=verify)

    both, swapped, one = (sign_note(ORIGIN, 6, ROOT, keys=given) for given in ((ONE, TWO), (TWO, ONE), (TWO,)))
    assert well(both)
    assert not well(swapped)
    assert not well(one)
    assert not well(both, since=6)
    assert not well(sign_note(ORIGIN, 6, ROOT, lambda body: sign("log-2", body), keys=(ONE, TWO)))
    body = Checkpoint(origin=ORIGIN, size=6, root=ROOT).body()
    stranger = NoteSignature("another", key_id("another", ONE), sign("log", body))
    note = read_note(both)
    assert not found.sign_it(replace(note, signatures=(stranger, note.signatures[1])), ORIGIN, size=6, since=0, verify=verify)
