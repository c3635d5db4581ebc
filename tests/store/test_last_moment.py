"""The order of an admission and of a narrowing act around the lock they share: from when W counts, and who waits for whom."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest

from pars.core.access.decision import GUARD
from pars.core.ledger.entries import Entry, Kind, decode
from pars.core.terms import SECOND, Instant
from pars.store import admission, connections, ledger, replays, rows, volume
from pars.store.connections import Retry
from pars.store.disclosure import Chunk, disclose
from pars.store.replays import Once
from tests.homes import ask, book, cast, permit_for, question, serve
from tests.ledgers import outsider

W = GUARD / SECOND
LOCK = ledger.authority_key("agreement:AGR-1")


def suspend(made) -> ledger.Done:
    with ledger.reading():
        agreement = rows.load_agreement(made.agreement)
    return cast("suspend", "city", made, agreement.turns[-1].entry)


def shared_by(owner) -> int:
    """Return how many transactions share the agreement's lock."""
    found = owner.execute(
        "select count(*) from pg_locks where locktype = 'advisory' and mode = 'ShareLock' and granted "
        "and database = (select oid from pg_database where datname = current_database()) "
        "and ((classid::bigint << 32) | objid::bigint) = %s",
        [LOCK],
    ).fetchone()
    return found[0]


@pytest.mark.usefixtures("under_the_lock")
def test_w_counts_from_a_moment_at_which_the_lock_is_held(sealed, owner, monkeypatch):
    book("Doe")
    serve()
    beyond, count = volume.beyond, volume.count
    seen: list[tuple[float, int]] = []

    def under_the_lock(*what):
        time.sleep(0.02)
        seen.append((time.monotonic(), shared_by(owner)))
        return beyond(*what)

    def before_the_commit(*what):
        seen.append((time.monotonic(), shared_by(owner)))
        return count(*what)

    monkeypatch.setattr(volume, "beyond", under_the_lock)
    monkeypatch.setattr(volume, "count", before_the_commit)
    chunk = ask(question())
    assert isinstance(chunk, Chunk)
    (locked, sharing), (sending, still) = seen[-2:]
    assert (sharing, still) == (1, 1)
    assert chunk.t0 < locked < chunk.appended < sending
    assert shared_by(owner) == 0


def test_an_act_holds_its_locks_once_whoever_shared_them_has_let_go(sealed):
    made = serve()
    let_go: list[float] = []
    shares = threading.Event()

    def share() -> None:
        with connections.connection("app") as given:
            ledger.begin_act(given, shared=["agreement:AGR-1"], exclusive=[])
            shares.set()
            time.sleep(0.2)
            let_go.append(time.monotonic())
            given.execute("rollback")

    sharing = threading.Thread(target=share)
    sharing.start()
    shares.wait()
    done = suspend(made)
    sharing.join()
    assert done.held is not None
    assert let_go[0] < done.held < time.monotonic()
    ledger.drain(done)
    assert time.monotonic() >= done.held + W


def test_an_act_s_own_work_is_part_of_the_wait_and_a_repeat_waits_it_out_whole(monkeypatch):
    slept: list[float] = []
    monkeypatch.setattr(ledger.time, "sleep", slept.append)
    done = ledger.Done(entry=1, leaf="", at=Instant(0), held=time.monotonic() - 2 * W)
    ledger.drain(done)
    ledger.drain(replace(done, held=time.monotonic() - 0.4 * W))
    ledger.drain(replace(done, held=None))
    over, half, whole = slept
    assert over == 0
    assert 0 <= half <= 0.6 * W
    assert half < whole <= W


@pytest.mark.usefixtures("under_the_lock")
def test_what_would_end_within_w_of_its_append_is_not_entered(sealed, owner, monkeypatch):
    book("Doe")
    serve()
    beyond = volume.beyond
    monkeypatch.setattr(admission, "SLOWEST_S", 60.0)

    def slowly(*what):
        time.sleep(0.9)
        return beyond(*what)

    asked = question()
    permit = permit_for(asked)
    ending = lambda: replace(permit, until=Instant(ledger.now() + GUARD + SECOND * 4 // 5))  # noqa: E731
    assert isinstance(disclose(ending(), asked, by=outsider()), Chunk)
    monkeypatch.setattr(volume, "beyond", slowly)
    with pytest.raises(Retry, match="ends too soon"):
        disclose(ending(), asked, by=outsider())
    assert owner.execute("select count(*) from ledger.entry where kind = %s", [int(Kind.DISCLOSED)]).fetchone() == (1,)


def test_of_two_answers_at_once_under_one_key_one_names_the_other(sealed, owner, monkeypatch):
    """The first has looked for an earlier answer and found none; the second is entered before it."""
    book("Doe")
    serve()
    once, looked = Once("key-1", b"question"), replays.answered_before
    other: list[object] = []

    def overtaken(*what):
        found = looked(*what)
        if not other:
            other.append(None)
            asking = threading.Thread(target=lambda: other.append(ask(question(), once=once)))
            asking.start()
            asking.join()
        return found

    monkeypatch.setattr(replays, "answered_before", overtaken)
    last, first = ask(question(), once=once), other[-1]
    assert isinstance(first, Chunk)
    assert isinstance(last, Chunk)
    bodies = owner.execute("select body from ledger.entry where kind = %s order by id", [int(Kind.DISCLOSED)]).fetchall()
    entries = [decode(body) for (body,) in bodies]
    assert all(isinstance(entry, Entry) for entry in entries)
    assert [(entry.id, entry.detail.get("repeats")) for entry in entries] == [(first.entry, None), (last.entry, first.entry)]
    assert owner.execute("select used from governance.volume").fetchone() == (2,)
