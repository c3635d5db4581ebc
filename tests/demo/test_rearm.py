"""The guide's button, pressed again and again and by two at once; the ledger exported while it is busy."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from pars.actions import founding, publishing
from pars.core.terms import SECOND
from pars.edge.city import agreements, cast, founded, rearm
from pars.edge.commands import homes
from pars.store import connections, export
from tests.homes import make_home, sealing_on
from tests.web.screens import use_django
from verify.__main__ import check_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.databases import Database


@pytest.fixture
def city(database: Database, pars_home: Path, tmp_path: Path) -> Iterator[founded.City]:
    """Give the demo's people and agreements, without its month; the ledger is being sealed."""
    connections.use_home(make_home(database, pars_home, tmp_path / "home"))
    use_django()
    homes.open_ledger(origin="pars.test/city", simulated=True, owners=cast.OWNERS)
    try:
        with sealing_on():
            made = founded.found_city(password="invented-password-1")
            founded.open_agreements(made, start=publishing.now())
            yield made
    finally:
        connections.use_home(None)


def stands(agreement: str) -> str:
    """Return how an agreement stands."""
    found = publishing.agreement(agreement)
    assert found is not None
    return found.stands.state


def passed(end: int) -> None:
    """Wait until an instant has passed."""
    threading.Event().wait(max(0.0, (end - publishing.now()) / SECOND) + 0.05)


@pytest.mark.usefixtures("city")
def test_it_ends_as_often_as_wanted_and_the_others_go_on() -> None:
    for _ in range(3):
        end = rearm.last_seconds(1.0)
        assert stands("warrant-desk") == "IN_FORCE"
        passed(end)
        assert stands("warrant-desk") == "ENDED"
        assert stands("supervision") == stands("victim-notice") == "IN_FORCE"


@pytest.mark.usefixtures("city")
def test_a_second_visitor_does_not_move_the_first_ones_end() -> None:
    with ThreadPoolExecutor(4) as threads:
        ends = set(threads.map(lambda _: rearm.last_seconds(60.0), range(4)))
    assert len(ends) == 1
    found = publishing.agreement("warrant-desk")
    assert found is not None
    assert {found.stands.version.term.end} == ends


def test_a_version_is_voted_beside_others_and_after_a_suspension_or_revocation(city: founded.City) -> None:
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda seconds: rearm.vote_end(city, agreements.SUPERVISION, seconds), (60.0, 70.0, 80.0)))
    assert stands("supervision") == "IN_FORCE"
    for choice, seats, state in (("suspend", ("city",), "SUSPENDED"), ("revoke", ("city", "courts"), "REVOKED")):
        found = publishing.agreement("supervision")
        assert found is not None
        for seat in seats:
            founded.vote(
                city,
                agreement="supervision",
                version=found.stands.version.hash,
                choice=choice,
                seat=seat,
                answers=found.stands.answers,
            )
        assert stands("supervision") == state
        rearm.all_in_force(city)
        assert stands("supervision") == "IN_FORCE"


@pytest.mark.usefixtures("city")
def test_a_busy_ledger_is_exported_and_verifies_every_time(tmp_path: Path) -> None:
    stop = threading.Event()

    def busy(number: int) -> int:
        written = 0
        while not stop.is_set():
            founding.give_grant(person=f"p-nobody-{number}", role="nothing_of_the_kind")
            written += 1
        return written

    with ThreadPoolExecutor(3) as threads:
        working = [threads.submit(busy, number) for number in range(3)]
        try:
            sizes = []
            for number in range(5):
                sizes.append(export.export(tmp_path / f"bundle-{number}"))
                report = check_file(tmp_path / f"bundle-{number}")
                assert report.status == 0, report.words()
        finally:
            stop.set()
        assert all(work.result() > 0 for work in working)
    assert sizes == sorted(set(sizes)), "nothing was written meanwhile"
