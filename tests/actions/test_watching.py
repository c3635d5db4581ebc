"""The watch: each limit that passes is noted once, by the worker alone, and nobody's work goes stale by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.actions import founding, watching
from pars.actions.beats import Done, Refused
from pars.core.cases.limits import WORDS
from pars.core.ledger.entries import Kind
from pars.core.owners.profile import ORDINARY
from pars.core.terms import HOUR
from pars.store import ledger, watched
from pars.store.connections import connection
from tests import desks
from tests.desks import REGISTRAR
from tests.ledgers import staff

if TYPE_CHECKING:
    from collections.abc import Callable

    from pars.core.ledger.entries import Entry

STRANGER = staff("clerk")  # may book and read


def later(hours: float) -> None:
    """Let hours pass on the simulated clock."""
    with connection("app") as given:
        found = given.execute("select ledger.shift()").fetchone()
    assert found is not None
    founding.shift_clock(found[0] + int(hours * HOUR))


def noted(case_id: str) -> list[str]:
    with ledger.reading():
        return [one.code for one in watched.noted([case_id]).get(case_id, ())]


def test_a_limit_is_noted_once_and_the_case_stays_as_it_was(entries: Callable[..., list[Entry]]) -> None:
    case_id = desks.booked()
    watch = watching.Watch()
    assert watch.look(by=REGISTRAR) == []
    later(ORDINARY.unsent)
    version = desks.load(case_id).version
    (done,) = watch.look(by=REGISTRAR)
    assert isinstance(done, Done)
    assert watch.look(by=REGISTRAR) == []
    assert watching.Watch().look(by=REGISTRAR) == []  # nor does a worker that starts anew note it again
    (entry,) = entries(Kind.LIMIT_PASSED)
    assert (entry.detail["limit"], entry.detail["version"], entry.by) == ("UNSENT", version, REGISTRAR)
    assert noted(case_id) == ["UNSENT"]
    assert desks.load(case_id).version == version
    assert isinstance(desks.step(case_id, "submit", seen=version), Done)


def test_what_passed_while_no_worker_ran_is_noted_although_the_case_is_closed() -> None:
    case_id = desks.walked("submit", "decide", "sign", "interview")
    later(49)
    for name in ("hear", "order", "free"):
        assert isinstance(desks.step(case_id, name), Done), name
    assert len(watching.Watch().look(by=REGISTRAR)) == 1
    assert noted(case_id) == ["PROBABLE_CAUSE"]


def test_a_case_that_was_closed_meanwhile_is_looked_at_once_more_and_let_go() -> None:
    case_id = desks.walked("submit", "decide", "sign", "interview", "hear", "order")
    watch = watching.Watch()
    watch.look(by=REGISTRAR)
    assert case_id in (watch.known or {})
    assert isinstance(desks.step(case_id, "free"), Done)
    assert watch.look(by=REGISTRAR) == []
    assert case_id not in (watch.known or {})


def held_by_another_case() -> tuple[str, str, watching.Watch]:
    """Return a case whose order frees the person, the declined one in which a hold stands, and a watch that has looked."""
    case_id, other = desks.walked("submit", "decide", "sign", "interview", "hear", "order"), desks.walked("hold")
    desks.step(other, "submit")
    desks.step(other, "decide", **desks.decisions(other, "DECLINE", reason="EVIDENCE"))
    desks.linked(other, case_id)
    watch = watching.Watch()
    watch.look(by=REGISTRAR)
    return case_id, other, watch


def test_a_release_held_up_by_another_case_is_no_alarm_until_that_ends() -> None:
    case_id, other, watch = held_by_another_case()
    later(3)
    assert watch.look(by=REGISTRAR) == []
    assert isinstance(desks.step(other, "lift"), Done)
    assert watch.look(by=REGISTRAR) == []
    later(2)
    assert len(watch.look(by=REGISTRAR)) == 2
    assert noted(case_id) == noted(other) == ["UNACKNOWLEDGED"]


def test_a_hold_that_lapses_in_another_case_by_itself_is_seen_here() -> None:
    case_id, other, watch = held_by_another_case()
    later(70)
    assert watch.look(by=REGISTRAR) == []
    later(1.1)
    watch.look(by=REGISTRAR)
    assert (noted(case_id), noted(other)) == ([], ["HOLD_LAPSED"])
    later(ORDINARY.unacknowledged)
    watch.look(by=REGISTRAR)
    assert noted(case_id) == ["UNACKNOWLEDGED"]


def test_a_complaint_that_is_owed_after_a_police_release_is_noted_once_however_long_it_stays_away() -> None:
    case_id = desks.walked("let_go", "submit", "decide", "sign")
    watch = watching.Watch()
    assert watch.look(by=REGISTRAR) == []
    later(7 * 24)
    assert len(watch.look(by=REGISTRAR)) == 1
    assert watch.look(by=REGISTRAR) == []
    assert isinstance(desks.step(case_id, "file"), Done)
    assert watch.look(by=REGISTRAR) == []
    assert noted(case_id) == ["COMPLAINT_AFTER_RELEASE"]


def test_nobody_but_the_worker_notes(entries: Callable[..., list[Entry]]) -> None:
    desks.booked()
    later(ORDINARY.unsent)
    (refused,) = watching.Watch().look(by=STRANGER)
    assert isinstance(refused, Refused)
    assert entries(Kind.LIMIT_PASSED) == []
    assert len(watching.Watch().look(by=REGISTRAR)) == 1


def test_two_workers_at_once_note_it_once(entries: Callable[..., list[Entry]]) -> None:
    case_ids = [desks.booked() for _ in range(3)]
    later(ORDINARY.unsent)
    desks.at_once(lambda _: watching.Watch().look(by=REGISTRAR), 3)
    assert len(entries(Kind.LIMIT_PASSED)) == len(case_ids)
    assert {entry.detail["limit"] for entry in entries(Kind.LIMIT_PASSED)} <= WORDS.keys()
