"""Hand-over: a note and who hands over, taken by somebody else once, and nothing of it changes the case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pars.core.cases.case import Change
from pars.core.cases.handover import LONGEST_NOTE, WORK, Handover, desk_of, hand_over, take_over
from pars.core.ledger.entries import Kind
from pars.core.terms import Instant
from tests.cases import ID, NOW, booked, refused
from tests.core.test_parts import role

if TYPE_CHECKING:
    from pars.core.cases.case import Case

CASE = booked()


def handed(**parts: Any) -> Handover:
    given = {"case_id": ID, "desk": "booking", "note": "", "entry": 7, "at": Instant(NOW), "person": "ada"}
    return Handover(**{**given, **parts})


def take(
    last: Handover | None, *, case: Case | None = CASE, desk: str | None = "booking", entry: int = 7, person: str = "bo"
) -> Any:
    return take_over(case, desk, last, entry=entry, person=person)


@pytest.mark.parametrize(
    ("name", "desk"),
    [("booking_officer", "booking"), ("charging_attorney", "charging"), ("pretrial_interviewer", "pretrial"),
     ("custodian", "custody"), ("magistrate", None), ("auditor", None)],
)  # fmt: skip
def test_each_desk_is_known_by_its_work(name: str, desk: str | None) -> None:
    assert desk_of(role(name).acts) == desk
    assert ("shift:hand" in role(name).acts) == (desk is not None)
    assert desk is None or desk in WORK


def test_a_hand_over_and_its_taking_change_nothing_in_the_case() -> None:
    for outcome, kind in (
        (hand_over(CASE, "booking", "Prints are on their way."), Kind.HANDED_OVER),
        (take(handed()), Kind.HANDOVER_TAKEN),
    ):
        assert isinstance(outcome, Change)
        assert (outcome.kind, outcome.case, outcome.facts) == (kind, CASE, ())
        assert "Prints" not in str(outcome.detail), "an entry holds no words"


def test_what_cant_be_handed_over() -> None:
    refused(hand_over(None, "booking", ""), "NO_SUCH_CASE")
    refused(hand_over(CASE, None, ""), "NO_DESK")
    refused(hand_over(CASE, "booking", "x" * (LONGEST_NOTE + 1)), "NOTE_TOO_LONG", "note")
    refused(hand_over(CASE, "booking", "Prints\0"), "NOTE_UNREADABLE", "note")
    assert isinstance(hand_over(CASE, "booking", "x" * LONGEST_NOTE), Change)


def test_what_cant_be_taken() -> None:
    refused(take(handed(), case=None), "NO_SUCH_HANDOVER")
    refused(take(None), "NO_SUCH_HANDOVER")
    refused(take(handed(entry=9)), "NO_SUCH_HANDOVER")
    refused(take(handed(), desk="custody"), "NO_SUCH_HANDOVER")
    refused(take(handed(taken_by="cy", taken_at=Instant(NOW))), "ALREADY_TAKEN")
    refused(take(handed(), person="ada"), "OWN_HANDOVER")
