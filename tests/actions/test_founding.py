"""How a house of records begins: opened once, by nobody in particular, under texts that can be read."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pars.actions import agreeing, founding, intake
from pars.actions.beats import Done, Refused
from pars.core import canonical
from pars.core.cases.booking import book_arrest
from pars.core.cases.case import Change
from pars.core.cases.received import ArrestGiven, PersonStated
from pars.core.ledger.entries import By, Kind
from pars.core.terms import DAY, Instant, Refusal, StatedTime
from pars.store import governance, ledger, rows, vault
from pars.store.genesis import AlreadyOpen
from tests.agreements import vote as invented_vote
from tests.ledgers import make_version, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ORIGIN = "pars.test/founded"


@pytest.fixture
def opened(home: Path) -> Iterator[Path]:
    """Work in a home whose ledger this test opens itself."""
    yield home
    if not founding.is_open():
        founding.open_with_new_seats(origin=ORIGIN, texts=founding.shipped(), simulated=False)


def begin(*, simulated: bool = False, shift: int = 0) -> Done | Refusal:
    return founding.open_with_new_seats(origin=ORIGIN, texts=founding.shipped(), simulated=simulated, shift=shift)


def test_a_ledger_is_opened_with_the_texts_that_ship(opened, entries):
    assert not founding.is_open()
    assert isinstance(begin(), Done)
    assert founding.is_open()
    (genesis,) = entries()
    assert (genesis.id, genesis.kind, genesis.by, genesis.detail["simulated"]) == (0, Kind.GENESIS_OPENED, founding.SYSTEM, 0)
    with ledger.reading():
        opening = governance.load_opening()
    assert opening is not None
    assert {role.name for role in founding.roles()} >= {"booking_officer", "magistrate", "auditor", "voter_city"}
    assert len(founding.roles()) == len(opening.roles)
    for seat, owner in opening.charter.owners.items():
        assert vault.signing_key(founding.seat_key(seat)).public_key().public_bytes_raw().hex() == owner.key
        assert founding.seat_key(seat).stat().st_mode & 0o777 == 0o600


def test_a_charter_a_profile_or_a_role_that_cannot_be_read_opens_nothing(opened, entries):
    texts = founding.shipped()
    for wrong in (
        replace(texts, charter={**texts.charter, "quorum": 1}),
        replace(texts, profile=canonical.write({**json.loads(texts.profile), "quorum": 1})),
    ):
        refused = founding.open_with_new_seats(origin=ORIGIN, texts=wrong, simulated=False)
        assert isinstance(refused, Refusal)
        assert (refused.code, refused.names) == ("UNKNOWN_FIELD", ("/quorum",))
    emperor = json.dumps({"v": 1, "name": "emperor"}, separators=(",", ":")).encode()
    assert isinstance(
        founding.open_with_new_seats(origin=ORIGIN, texts=replace(texts, roles=(emperor,)), simulated=False), Refusal
    )
    assert entries() == []


def test_of_two_that_open_at_once_one_does(opened, entries):
    told: list[object] = []

    def opening() -> None:
        try:
            told.append(begin())
        except AlreadyOpen as already:
            told.append(already)

    threads = [threading.Thread(target=opening) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(one).__name__ for one in told) == ["AlreadyOpen", "AlreadyOpen", "Done"]
    assert len(entries()) == 1


FIRST = {"feed-police": "feed_police", "worker": "system_worker"}


def booked(at: Instant) -> Change:
    told = ArrestGiven(agency="City Police", time=StatedTime("2026-01-05T10:00:00-05:00", "America/New_York"))
    person = PersonStated(surname="Doe", given="Ann", birth_date=StatedTime("1980-05-01", "America/New_York"))
    change = book_arrest(rows.new_case_id(), at=at, person=person, arrests=[told])
    assert isinstance(change, Change)
    return change


def book_by_feed() -> None:
    """Let the feed act: something is entered under its grant."""
    by = By("feed-police", intake.grant_of_feed("feed-police"))
    with ledger.acting(by) as act:
        change = booked(act.at)
        rows.save_case(change.case, change.facts)
        ledger.append(change, by=by)


def test_an_opening_that_was_interrupted_is_finished_by_the_next(opened, entries):
    begin()
    founding.give_grant(person="feed-police", role="feed_police")
    assert founding.lacking(FIRST) == {"worker": "system_worker"}
    founding.give_first_grants(FIRST)
    assert founding.lacking(FIRST) == {}
    founding.give_first_grants(FIRST)
    assert [entry.detail["person"] for entry in entries(Kind.GRANT_GIVEN)] == ["feed-police", "worker"]


def test_the_first_access_officer_may_come_after_a_feed_has_acted(opened, entries):
    begin()
    founding.give_first_grants(FIRST)
    book_by_feed()
    late = founding.give_grant(person="hollis", role="voter_city")
    assert isinstance(late, Refused)
    assert late.refusal.code == "SETTING_UP_OVER"
    assert isinstance(founding.give_grant(person="ines", role="access_officer"), Done)
    second = founding.give_grant(person="hollis", role="access_officer")
    assert isinstance(second, Refused)
    assert second.refusal.code == "SETTING_UP_OVER"


def test_who_acts_while_the_system_gives_a_grant_is_not_overlooked(opened):
    """Entries are sealed in the order of their transactions: one that began unseen would come first, and break the fold."""
    begin()
    founding.give_first_grants(FIRST)
    by = By("feed-police", intake.grant_of_feed("feed-police"))
    told: list[object] = []
    giving = threading.Thread(target=lambda: told.append(founding.give_grant(person="hollis", role="voter_city")))
    with ledger.acting(by) as act:
        change = booked(act.at)
        rows.save_case(change.case, change.facts)
        ledger.append(change, by=by)
        giving.start()
        giving.join(1)
        assert giving.is_alive()
    giving.join(20)
    assert isinstance(told[0], Refused)


def test_a_home_that_keeps_a_seats_key_signs_for_whoever_holds_the_seat(opened):
    begin()
    given = founding.give_grant(person="hollis", role="voter_city")
    manager = founding.give_grant(person="celia", role="agreement_manager")
    assert isinstance(given, Done)
    assert isinstance(manager, Done)
    with ledger.reading():
        (seat,) = governance.grants_of("hollis")
        (manages,) = governance.grants_of("celia")
    voter = By("hollis", f"grant:{seat.id}")
    manager_by = By("celia", f"grant:{manages.id}")
    at = ledger.now()
    made = make_version(start=at, end=at + DAY)
    proposed = agreeing.propose(text=text_of(made), by=manager_by)
    assert isinstance(proposed, Done)
    ballot = agreeing.sign_with_home_key(agreement="AGR-1", choice="adopt", version=made.hash, answers=proposed.entry, by=voter)
    assert not isinstance(ballot, Refusal)
    assert ballot.seat == "city"
    assert isinstance(agreeing.vote(agreement="AGR-1", ballot=ballot, by=voter), Done)
    no_seat = agreeing.sign_with_home_key(
        agreement="AGR-1", choice="adopt", version=made.hash, answers=proposed.entry, by=By("celia", voter.authority)
    )
    assert no_seat == agreeing.NO_SEAT
    forged = invented_vote("adopt", "city", made.hash, proposed.entry)  # another ledger's seat of that name
    refused = agreeing.vote(agreement="AGR-1", ballot=forged, by=voter)
    assert not isinstance(refused, Done)
    assert refused.refusal.code == "FORGED"
