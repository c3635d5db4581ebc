"""Who comes at once under one authority shares a transaction, and nobody is refused, or answered, for somebody else's sake."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import psycopg
import pytest
from psycopg.errors import CheckViolation, InvalidTransactionState

from pars.core.ledger import drafts
from pars.core.ledger.entries import Entry, Kind, decode
from pars.core.ledger.merkle import leaf_hash
from pars.core.terms import Refusal
from pars.store import admission, connections, ledger, refusals, replays, together, volume
from pars.store.connections import Retry
from pars.store.disclosure import Chunk, disclose
from pars.store.entering import Held, alone, enter
from pars.store.fsck import fsck
from pars.store.replays import Once
from tests.homes import REGISTER, ask, book, do, permit_for, question, serve
from tests.ledgers import HELD, outsider

# ---------------------------------------------------------------- alone, without a database


class Counted:
    """What `run` was given, crew by crew; the first crew waits until it is let go."""

    def __init__(self) -> None:
        self.crews: list[list[str]] = []
        self.begun, self.go = threading.Event(), threading.Event()

    def run(self, crew: list[str]) -> None:
        self.crews.append(list(crew))
        if len(self.crews) == 1:
            self.begun.set()
            assert self.go.wait(10)
        if "never with others" in crew and len(crew) > 1:
            raise together.Apart
        if "broken" in crew:
            raise ZeroDivisionError

    def all_at_once(self, first: str, *others: str, most: int = 8) -> list[Exception | None]:
        """Have the first begin, and the others come while it is under way, in their order."""

        def one(work: str) -> Exception | None:
            try:
                together.together("key", work, self.run, most=most, gated=False)
            except Exception as failed:  # noqa: BLE001  returned
                return failed
            return None

        with ThreadPoolExecutor(len(others) + 1) as pool:
            asked = [pool.submit(one, first)]
            assert self.begun.wait(10)
            for n, other in enumerate(others):
                asked.append(pool.submit(one, other))
                while len(together._queues["key"]) <= n:
                    time.sleep(0.001)
            self.go.set()
            return [done.result(10) for done in asked]


def test_who_comes_while_another_writes_goes_with_the_others_next():
    counted = Counted()
    assert counted.all_at_once("a", "b", "c", "d") == [None] * 4
    assert counted.crews == [["a"], ["b", "c", "d"]]
    assert together._queues == {}


def test_no_more_share_than_may():
    counted = Counted()
    assert counted.all_at_once("a", "b", "c", "d", "e", "f", most=2) == [None] * 6
    assert counted.crews == [["a"], ["b", "c"], ["d", "e"], ["f"]]


def test_where_one_can_not_go_with_others_each_goes_alone():
    counted = Counted()
    assert counted.all_at_once("a", "b", "never with others", "c") == [None] * 4
    assert counted.crews == [["a"], ["b", "never with others", "c"], ["b"], ["never with others"], ["c"]]


def test_where_enough_wait_they_go_beside_what_is_under_way():
    counted = Counted()

    def one(work: str) -> None:
        together.together("key", work, counted.run, most=8, gated=False, enough=3)

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(one, "a")]
        assert counted.begun.wait(10)
        for n, work in enumerate("bc", start=1):
            asked.append(pool.submit(one, work))
            while len(together._queues["key"]) < n:
                time.sleep(0.001)
        pool.submit(one, "d").result(10)  # while the first is still under way
        for waits in asked[1:]:
            waits.result(10)
        assert counted.crews == [["a"], ["d", "b", "c"]]
        assert not asked[0].done()
        counted.go.set()
        asked[0].result(10)
    assert together._queues == together._busy == {}


def test_no_more_than_two_crews_are_under_way_however_many_wait():
    begun, go = threading.Semaphore(0), threading.Event()
    crews: list[list[int]] = []

    def run(crew: list[int]) -> None:
        crews.append(list(crew))
        begun.release()
        assert go.wait(10)

    def one(n: int) -> None:
        together.together("key", n, run, most=8, gated=False, enough=2)

    with ThreadPoolExecutor(9) as pool:
        done = [pool.submit(one, 0)]
        assert begun.acquire(timeout=10)
        done += [pool.submit(one, n) for n in range(1, 9)]
        assert begun.acquire(timeout=10)
        while len(together._queues["key"]) < 6:
            time.sleep(0.001)
        assert (len(crews), together._busy) == (2, {"key": 2})
        go.set()
        for waits in done:
            waits.result(10)
    assert sorted(n for crew in crews for n in crew) == list(range(9))
    assert together._queues == together._busy == {}


def test_what_fails_for_all_is_raised_to_each_and_whoever_comes_later_goes_on():
    counted = Counted()
    outcomes = counted.all_at_once("a", "broken", "b", "c", most=2)
    assert [type(outcome) for outcome in outcomes] == [type(None), ZeroDivisionError, ZeroDivisionError, type(None)]
    assert counted.crews == [["a"], ["broken", "b"], ["c"]]
    assert together._queues == {}


# ---------------------------------------------------------------- at the door


@contextmanager
def held_back(monkeypatch, statement="begin_entries"):
    """Keep every first statement of an answer waiting until the block is over, so that those who come then go together."""
    begin, go = getattr(admission, statement), threading.Event()

    def late(*what, **how):
        assert go.wait(20)
        return begin(*what, **how)

    with monkeypatch.context() as patch:
        patch.setattr(admission, statement, late)
        try:
            yield
        finally:
            go.set()


def at_once(monkeypatch, asks, *, waiting: int | None = None, statement="begin_entries"):
    """Do all of them so that all but the first find another's transaction under way; return their outcomes."""
    with ThreadPoolExecutor(len(asks)) as pool:
        with held_back(monkeypatch, statement):
            done = [pool.submit(one) for one in asks]
            until = time.monotonic() + 20
            while sum(map(len, list(together._queues.values()))) < (len(asks) - 1 if waiting is None else waiting):
                assert time.monotonic() < until
                time.sleep(0.005)
        return [one.result(30) for one in done]


def shares(owner) -> list[int]:
    """Return how many disclosures each transaction entered, in their order."""
    found = owner.execute("select count(*) from ledger.entry where kind = %s group by xid order by xid", [int(Kind.DISCLOSED)])
    return [row[0] for row in found.fetchall()]


def test_answers_that_come_at_once_share_a_transaction_and_each_is_its_own(sealed, owner, monkeypatch):
    for n in range(3):
        book(f"Person {n}")
    serve({"/limits/questions_per_day": 1000})
    monkeypatch.setattr(admission, "SLOWEST_S", 60.0)
    monkeypatch.setattr(admission, "PATIENCE_MS", 60_000)
    chunks = at_once(monkeypatch, [lambda n=n: ask(question(rows=1 + n % 3)) for n in range(6)])
    assert all(isinstance(chunk, Chunk) for chunk in chunks), chunks
    assert shares(owner) == [1, 5]
    assert len({chunk.entry for chunk in chunks}) == 6
    for n, chunk in enumerate(chunks):
        body, listed, shown = owner.execute(
            "select e.body, cardinality(c.list), (select count(*) from ledger.entry_row r where r.entry = e.id) "
            "from ledger.entry e join ledger.commitment c on c.entry = e.id where e.id = %s",
            [chunk.entry],
        ).fetchone()
        entry = decode(body)
        assert isinstance(entry, Entry)
        assert (entry.detail["rows"], listed, shown, len(chunk.rows)) == (1 + n % 3,) * 4
        assert chunk.at == entry.at
    records = {row["record"] for chunk in chunks for row in chunk.rows}
    assert len(records) == owner.execute("select count(*) from governance.handle").fetchone()[0]
    assert owner.execute("select used from governance.volume").fetchone() == (6,)
    assert fsck() == ()


def test_one_who_may_not_any_more_is_refused_and_the_others_are_answered(sealed, owner, monkeypatch):
    book("Doe")
    made = serve({"/limits/questions_per_day": 1000})
    monkeypatch.setattr(admission, "SLOWEST_S", 60.0)
    monkeypatch.setattr(admission, "PATIENCE_MS", 60_000)
    do(drafts.user_named(agreement=made.agreement, person="other", holds=HELD))
    asked = question()
    permits = [permit_for(asked), permit_for(asked), permit_for(asked, person="other"), permit_for(asked)]

    def one(permit):
        try:
            return disclose(permit, asked, by=outsider(permit.person))
        except Retry as again:
            return again

    # Its system is another one, which nobody bound.
    stranger = lambda: disclose(permits[2], asked, by=ledger.By("other", permits[2].authority, "stranger"))  # noqa: E731
    first, second, refused, last = at_once(
        monkeypatch, [lambda: one(permits[0]), lambda: one(permits[1]), stranger, lambda: one(permits[3])]
    )
    assert isinstance(refused, Refusal)
    assert refused.code == "CLIENT_NOT_BOUND"
    assert all(isinstance(chunk, Chunk) for chunk in (first, second, last))
    assert sorted(shares(owner)) in ([1, 2], [3])


def test_of_those_who_share_only_as_many_are_answered_as_the_day_has_left(sealed, owner, monkeypatch):
    book("Doe")
    serve({"/limits/questions_per_day": 2})
    monkeypatch.setattr(admission, "SLOWEST_S", 60.0)
    monkeypatch.setattr(admission, "PATIENCE_MS", 60_000)
    outcomes = at_once(monkeypatch, [lambda: ask(question()) for _ in range(5)])
    assert sum(isinstance(outcome, Chunk) for outcome in outcomes) == 2
    assert {outcome.code for outcome in outcomes if isinstance(outcome, Refusal)} == {"LIMIT_REACHED"}
    assert owner.execute("select used from governance.volume").fetchone() == (2,)
    assert sum(shares(owner)) == 2


def test_one_key_among_those_who_share_is_the_first_answer_s_alone(sealed, owner, monkeypatch):
    book("Doe")
    serve({"/limits/questions_per_day": 1000})
    monkeypatch.setattr(admission, "SLOWEST_S", 60.0)
    monkeypatch.setattr(admission, "PATIENCE_MS", 60_000)
    once = Once("key-1", b"question")
    chunks = at_once(monkeypatch, [lambda: ask(question(), once=once) for _ in range(4)])
    assert all(isinstance(chunk, Chunk) for chunk in chunks)
    bodies = owner.execute("select body from ledger.entry where kind = %s order by id", [int(Kind.DISCLOSED)]).fetchall()
    repeats = [decode(body).detail.get("repeats") for (body,) in bodies]
    assert repeats[0] is None
    assert len(set(repeats[1:])) == 1
    assert repeats[1] == owner.execute("select entry from web.idempotency").fetchone()[0]


def test_where_all_together_are_limited_nobody_shares(sealed, owner, monkeypatch):
    book("Doe")
    serve({"/limits/questions_per_day": 1000, "/limits/questions_per_day_in_all": 3})
    monkeypatch.setattr(admission, "SLOWEST_S", 60.0)
    monkeypatch.setattr(admission, "PATIENCE_MS", 60_000)
    outcomes = at_once(monkeypatch, [lambda: ask(question()) for _ in range(5)], waiting=0)
    assert shares(owner) == [1, 1, 1]
    assert sum(isinstance(outcome, Chunk) for outcome in outcomes) == 3
    assert {outcome.code for outcome in outcomes if isinstance(outcome, Refusal)} == {"LIMIT_REACHED"}


def test_an_answer_that_shares_is_none_where_the_connection_is_lost_before_its_commit(sealed, owner, monkeypatch):
    """All of a transaction is lost together: nobody of it is answered, and nobody is entered."""
    book("Doe")
    serve({"/limits/questions_per_day": 1000})
    monkeypatch.setattr(admission, "SLOWEST_S", 60.0)
    monkeypatch.setattr(admission, "PATIENCE_MS", 60_000)
    count, lost = volume.count, []

    def cut_off(here, permit):
        lost.append(here.entry)
        owner.execute("select pg_terminate_backend(%s, 5000)", [here.connection.info.backend_pid])
        return count(here, permit)

    def one():
        try:
            return ask(question())
        except psycopg.OperationalError as failed:
            return failed

    monkeypatch.setattr(volume, "count", cut_off)
    outcomes = at_once(monkeypatch, [one for _ in range(4)])
    assert [outcome for outcome in outcomes if isinstance(outcome, Chunk)] == []
    assert lost
    assert shares(owner) == []


def refuse_at_once(monkeypatch, asked, written=lambda given, crew: None):
    """Refuse them so that all but the first find another's transaction under way; return what came of each."""
    go, enter = threading.Event(), refusals.enter

    def late(given, crew, **how):
        assert go.wait(20)
        written(given, crew)
        return enter(given, crew, **how)

    def one(refusal):
        try:
            return ledger.refuse(refusal, by=REGISTER)
        except Exception as failed:  # noqa: BLE001  returned
            return failed

    with monkeypatch.context() as patch, ThreadPoolExecutor(len(asked)) as pool:
        patch.setattr(refusals, "enter", late)
        patch.setattr(refusals, "ENOUGH", len(asked))  # none goes beside the first
        done = [pool.submit(one, refusal) for refusal in asked]
        while sum(map(len, list(together._queues.values()))) < len(asked) - 1:
            time.sleep(0.005)
        go.set()
        return [one.result(20) for one in done]


def entered(owner, code):
    """Return the numbers and bytes of the refusals of this code."""
    found = owner.execute("select id, body from ledger.entry where kind = %s order by id", [int(Kind.REFUSED)]).fetchall()
    return [(entry, body) for entry, body in found if decode(body).detail["code"] == code]


def test_of_a_refusal_the_database_puts_in_only_the_number_and_the_time(opened, owner):
    refused = ledger.refuse(Refusal(code="NO", says="No.", names=("/where/0",)), by=REGISTER, act="case:read")
    ((entry, body),) = entered(owner, "NO")
    kept = decode(body)
    assert isinstance(kept, Entry)
    assert (entry, kept.id, kept.at) == (refused.entry, refused.entry, refused.at)
    assert (kept.by, kept.detail) == (REGISTER, {"code": "NO", "names": ["/where/0"], "act": "case:read"})
    assert leaf_hash(body).hex() == refused.leaf
    assert fsck() == ()


def test_what_the_database_would_keep_otherwise_has_no_receipt(opened, owner):
    (as_it_is,) = owner.execute("select pg_get_functiondef('ledger.enter'::regproc)").fetchone()
    owner.execute(as_it_is.replace(r"'\x00'", r"'\x01'"))
    with pytest.raises(RuntimeError, match="other bytes"):
        ledger.refuse(Refusal(code="NO", says="No."), by=REGISTER)


def test_one_refusal_that_fails_is_undone_alone_and_the_others_are_entered(opened, owner, monkeypatch):
    made = refusals.alone

    def broken(draft, by):
        entry = made(draft, by)
        return replace(entry, body=replace(entry.body, behind=b"}")) if draft.detail["code"] == "BROKEN" else entry

    monkeypatch.setattr(refusals, "alone", broken)
    outcomes = refuse_at_once(monkeypatch, [Refusal(code=code, says="No.") for code in ("NO_0", "NO_1", "BROKEN", "NO_2")])
    assert [type(outcome) for outcome in outcomes] == [ledger.Refused, ledger.Refused, CheckViolation, ledger.Refused]
    assert [len(entered(owner, code)) for code in ("NO_0", "NO_1", "NO_2")] == [1, 1, 1]
    assert fsck() == ()


def test_nothing_is_entered_twice_where_the_connection_is_lost(opened, owner, monkeypatch):
    """Whether it committed can't be known: each of them is told so, and nobody's is tried again."""

    def cut_off(given, crew):
        if len(crew) > 1:
            owner.execute("select pg_terminate_backend(%s, 5000)", [given.info.backend_pid])

    outcomes = refuse_at_once(monkeypatch, [Refusal(code="NO", says="No.") for _ in range(4)], written=cut_off)
    lost = [outcome for outcome in outcomes if isinstance(outcome, psycopg.OperationalError)]
    assert len(lost) == 3
    assert len(entered(owner, "NO")) == 1


def test_a_lock_that_is_held_is_waited_for_once_by_all_of_them(opened, owner, monkeypatch):
    def impatient(given, crew):
        given.execute("set lock_timeout = '300ms'")

    with connections.connection("app") as given:
        ledger.begin_act(given, shared=[], exclusive=[REGISTER.authority])
        began = time.monotonic()
        outcomes = refuse_at_once(monkeypatch, [Refusal(code="NO", says="No.") for _ in range(4)], written=impatient)
        assert time.monotonic() - began < 1.2
    connections.close_pools()
    assert [type(outcome) for outcome in outcomes] == [Held] * 4
    assert entered(owner, "NO") == []


def test_no_act_begins_in_a_snapshot_from_before_its_locks(opened, owner):
    for isolation in ("repeatable read", "serializable"):
        with connections.connection("app") as given:
            given.execute(f"set default_transaction_isolation = '{isolation}'")
            with pytest.raises(InvalidTransactionState, match="read committed"):
                enter(given, [alone(drafts.refused(code="NO"), REGISTER)], shared=[REGISTER.authority])
            given.execute("reset default_transaction_isolation")
    assert entered(owner, "NO") == []


def test_refusals_that_come_at_once_share_a_transaction(opened, owner, monkeypatch):
    refused = refuse_at_once(monkeypatch, [Refusal(code=f"NO_{n}", says="No.") for n in range(5)])
    assert [one.refusal.code for one in refused] == [f"NO_{n}" for n in range(5)]
    found = owner.execute(
        "select id, body, xid::text from ledger.entry where kind = %s order by id", [int(Kind.REFUSED)]
    ).fetchall()
    assert {entry: decode(body).detail["code"] for entry, body, _ in found} == {one.entry: one.refusal.code for one in refused}
    assert len({xid for _, _, xid in found}) == 2
    assert fsck() == ()


def test_a_refusal_under_another_request_s_key_is_no_entry_and_the_others_are(opened, owner):
    once, other = Once("key-1", b"question"), Once("key-1", b"another question")
    first = ledger.refuse(Refusal(code="NO", says="No."), by=REGISTER, once=once)
    with pytest.raises(replays.Misused):
        ledger.refuse(Refusal(code="NO", says="No."), by=REGISTER, once=other)
    second = ledger.refuse(Refusal(code="NO", says="No."), by=REGISTER, once=once)
    bodies = owner.execute("select body from ledger.entry where kind = %s order by id", [int(Kind.REFUSED)]).fetchall()
    assert [decode(body).detail.get("repeats") for (body,) in bodies] == [None, first.entry]
    assert second.entry > first.entry
