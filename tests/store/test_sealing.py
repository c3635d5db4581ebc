"""The sealer: every committed entry once, in order, without a gap; whatever is killed, and whoever else tries."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import psycopg
import pytest

from pars.core.access.decision import decide_staff
from pars.core.access.question import Question
from pars.core.ledger import drafts
from pars.core.ledger.checkpoint import read_checkpoint, read_note
from pars.core.ledger.entries import encode
from pars.core.ledger.merkle import leaf_hash, root, verify_consistency, verify_inclusion
from pars.core.terms import Refusal
from pars.store import connections, disclosure, genesis, ledger, rows, sealing, tree, vault
from pars.store.fsck import fsck
from pars.store.sealer import Sealer, Superseded, Tampered
from tests.homes import REGISTER, book, sealing_on

NO = Refusal(code="NO", says="No.")
LIST = Question(purpose="duty", columns=("record", "surname"))


def fill(count: int) -> None:
    """Put many entries into the ledger with few transactions: refusals, one statement each."""
    for _ in range(count):
        ledger.refuse(NO, by=REGISTER)


def sealed_log(owner) -> list[tuple[int, int, bytes, bytes]]:
    return owner.execute(
        "select l.index, l.entry, l.hash, e.body from ledger.leaf l join ledger.entry e on e.id = l.entry order by l.index"
    ).fetchall()


def check_log(owner) -> int:
    """Check that the log is gap-free, in order, complete, and signed; return its length."""
    log = sealed_log(owner)
    assert [index for index, *_ in log] == list(range(len(log)))
    in_order = owner.execute("select id from ledger.entry order by xid, id").fetchall()
    assert [entry for _, entry, *_ in log] == [row[0] for row in in_order]
    assert all(leaf_hash(body) == hashed for _, _, hashed, body in log)
    size, note = owner.execute("select size, note from ledger.checkpoint order by size desc limit 1").fetchone()
    point = read_checkpoint(read_note(note.encode()).body)
    assert (point.size, point.root) == (size, root(hashed for _, _, hashed, _ in log[:size]))
    assert size == len(log)
    return size


def test_the_log_has_tiles_proofs_and_receipts(opened, owner):
    fill(300)
    first = sealing.seal_now()
    fill(260)
    last = sealing.seal_now()
    assert check_log(owner) == last > 2 * 256
    log = sealed_log(owner)
    tiles = owner.execute("select level, n, hashes from ledger.tile order by level, n").fetchall()
    assert tiles == [(0, n, b"".join(hashed for _, _, hashed, _ in log[n * 256 : n * 256 + 256])) for n in range(last // 256)]
    with ledger.reading():
        whole = tree.load_checkpoint()
        assert whole is not None
        top = read_checkpoint(read_note(whole[1].encode()).body).root
        before = tree.load_checkpoint(first)
        assert before is not None
        old = read_checkpoint(read_note(before[1].encode()).body).root
        for index in (0, 1, 255, 256, 257, 511, 512, last - 1):
            receipt = tree.load_receipt(log[index][1])
            assert receipt is not None
            size = first if index < first else last  # the first checkpoint over it proves an entry
            assert (receipt.index, receipt.size, receipt.leaf) == (index, size, log[index][2].hex())
            proof = [bytes.fromhex(part) for part in receipt.proof]
            assert verify_inclusion(log[index][2], index, size, proof, old if index < first else top)
        proof = [bytes.fromhex(part) for part in tree.prove_consistency(first, last)]
        assert verify_consistency(first, last, old, top, proof)
        assert tree.load_receipt(10_000_000) is None
        with pytest.raises(ValueError, match="not grown"):
            tree.prove_inclusion(0, last + 1)
        assert [index for index, _ in tree.load_log(250, 10)] == list(range(250, 260))
    assert fsck() == ()


def test_a_receipt_comes_in_two_parts(opened):
    done = ledger.refuse(NO, by=REGISTER)
    with ledger.reading():
        early = tree.load_receipt(done.entry)
    assert early == tree.Receipt(entry=done.entry, leaf=done.leaf)
    sealing.seal_now()
    with ledger.reading():
        late = tree.load_receipt(done.entry)
    assert late is not None
    assert late.leaf == done.leaf
    assert late.index is not None
    assert late.note is not None


def test_an_open_transaction_holds_back_what_came_after_it(opened, owner):
    """Its entry may still come, and would come before: nothing is sealed past it."""
    sealing.seal_now()
    with connections.connection("app") as slow:
        slow.execute("begin")
        slow.execute("select pg_current_xact_id()")
        number, at, _ = ledger.begin_act(slow, shared=[], exclusive=[])
        fill(3)
        held = sealing.seal_now(patience=0.2)
        assert len(sealed_log(owner)) == held
        unsealed = owner.execute(
            "select count(*) from ledger.entry e left join ledger.leaf l on l.entry = e.id where l.entry is null"
        )
        assert unsealed.fetchone()[0] >= 3
        entry = drafts.attempts_summed(start=at - 1, end=at, failed=1).entry(
            id=number, at=ledger.now(), salt=bytes(16), by=genesis.SYSTEM
        )
        slow.execute(
            "insert into ledger.entry (id, kind, at, authority, person, body) values (%s, %s, %s, 'system', 'system', %s)",
            [number, int(entry.kind), entry.at, encode(entry)],
        )
        slow.execute("commit")
    sealing.seal_now()
    check_log(owner)


def test_lag_is_the_age_of_the_oldest_entry_that_waits(opened, owner):
    sealing.seal_now()
    lag = lambda: owner.execute("select ledger.seal_lag()").fetchone()[0]  # noqa: E731
    assert lag() == 0
    fill(1)
    time.sleep(0.05)
    assert 50_000 <= lag() < 5_000_000
    with sealing_on():
        until = time.monotonic() + 10
        while lag() and time.monotonic() < until:
            time.sleep(0.01)
        assert lag() == 0


def test_one_sealer_at_a_time(opened, owner):
    with sealing_on(), sealing_on():
        fill(20)
        time.sleep(0.3)
        locks = owner.execute(
            "select count(*) filter (where granted) from pg_locks where locktype = 'advisory' and pid in "
            "(select pid from pg_stat_activity where application_name = 'pars seal' and datname = current_database())"
        ).fetchone()
        assert locks == (1,)
    check_log(owner)


def test_a_sealer_of_an_earlier_epoch_stops(opened, owner):
    with (
        psycopg.connect(connections.address("seal"), autocommit=True) as one,
        psycopg.connect(connections.address("seal"), autocommit=True) as two,
    ):
        early = Sealer.begin(one)
        seal_something(early)
        Sealer.begin(two)
        fill(3)
        with pytest.raises(Superseded):
            early.seal()
        with pytest.raises(Superseded):
            early.sign()
    sealing.seal_now()
    check_log(owner)


@pytest.mark.parametrize("where", ["leaves", "tiles", "checkpoint"])
def test_a_sealer_that_dies_midway_leaves_nothing_half_done(opened, owner, monkeypatch, where):
    fill(3)
    with psycopg.connect(connections.address("seal"), autocommit=True) as connection:
        sealer = Sealer.begin(connection)
        if where == "checkpoint":
            seal_something(sealer)
            monkeypatch.setattr(vault, "log_key", lambda _: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                sealer.sign()
        else:
            monkeypatch.setattr("pars.store.sealer.grow", (lambda *_: 1 / 0) if where == "leaves" else die_after_tiles)
            with pytest.raises(ZeroDivisionError):
                seal_something(sealer)
            assert sealed_log(owner) == []
    monkeypatch.undo()
    sealing.seal_now()
    check_log(owner)
    assert fsck() == ()


def seal_something(sealer: Sealer) -> None:
    """Seal a batch as soon as nothing open elsewhere in the cluster holds it back."""
    until = time.monotonic() + 10
    while not sealer.seal() and time.monotonic() < until:
        time.sleep(0.01)


def die_after_tiles(*_):
    class Tiles(list):
        def __iter__(self):
            raise ZeroDivisionError

    return None, {}, Tiles()


WORKER = """
import sys, threading
from pathlib import Path
from pars.store import connections, sealing
connections.use_home(Path(sys.argv[1]))
print("up", flush=True)
sealing.run(threading.Event(), beat=0.001)
"""


def test_a_sealer_killed_again_and_again_seals_everything_once(opened, owner):
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            fill(1)

    writers = [threading.Thread(target=write) for _ in range(3)]
    for writer in writers:
        writer.start()
    grown = []
    try:
        for _ in range(3):
            worker = subprocess.Popen([sys.executable, "-c", WORKER, str(opened)], stdout=subprocess.PIPE, env={**os.environ})
            assert worker.stdout is not None
            worker.stdout.readline()
            until = time.monotonic() + 10
            while len(sealed_log(owner)) == (grown[-1] if grown else 0) and time.monotonic() < until:
                time.sleep(0.1)
            time.sleep(0.3)
            worker.send_signal(signal.SIGKILL)
            worker.wait()
            worker.stdout.close()
            grown.append(len(sealed_log(owner)))
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert grown[-1] > 0
    sealing.seal_now()
    check_log(owner)
    assert fsck() == ()


# ---------------------------------------------------------------- what the database's owner could do


def tamper(owner, table: str, statement: str) -> None:
    owner.execute(f"alter table {table} disable trigger user")
    owner.execute(statement)
    owner.execute(f"alter table {table} enable trigger user")


def test_nothing_is_signed_over_what_was_changed_since(opened, owner):
    fill(3)
    with psycopg.connect(connections.address("seal"), autocommit=True) as connection:
        sealer = Sealer.begin(connection)
        seal_something(sealer)
        tamper(owner, "ledger.entry", "update ledger.entry set body = set_byte(body, 300, 48) where id = 0")
        with pytest.raises(Tampered, match="index 0"):
            sealer.sign()
    assert owner.execute("select count(*) from ledger.checkpoint").fetchone() == (0,)


def test_what_is_no_entry_gets_no_place_and_the_sealer_goes_on_once_it_is_gone(opened, owner, monkeypatch, caplog):
    monkeypatch.setattr(sealing, "MENDED_EVERY", 0.1)
    sealing.seal_now()
    size, bad = len(sealed_log(owner)), ledger.refuse(NO, by=REGISTER).entry
    tamper(owner, "ledger.entry", f"update ledger.entry set body = set_byte(body, 0, 0) where id = {bad}")
    with sealing_on():
        until = time.monotonic() + 20
        while "nothing is sealed or signed" not in caplog.text and time.monotonic() < until:
            time.sleep(0.05)
        assert "isn't an entry" in caplog.text
        assert len(sealed_log(owner)) == size
        tamper(owner, "ledger.entry", f"delete from ledger.entry where id = {bad}")
        while len(sealed_log(owner)) == size and time.monotonic() < until:
            time.sleep(0.05)
    check_log(owner)


def test_what_was_sealed_is_read_back_batch_by_batch(opened, owner, monkeypatch):
    """So that signing has little left to read, and what comes meanwhile is sealed."""
    fill(6)
    with psycopg.connect(connections.address("seal"), autocommit=True) as connection:
        sealer = Sealer.begin(connection)
        seal_something(sealer)
        size = sealer.tree.size
        monkeypatch.setattr("pars.store.sealer.BATCH", 3)
        sealer._read_back()
        assert sealer.checked.size == 3 < size
        sealer.sign()
        assert sealer.checked.size == sealer.signed == size
        assert owner.execute("select size, root from ledger.checkpoint").fetchall() == [(size, sealer.checked.root())]
        sealer.sign()  # nothing came since


def test_who_seals_by_hand_signs_as_often_as_at_work(opened, owner, monkeypatch):
    """Else the questions of a long seed would find the ledger behind."""

    def signed():
        return owner.execute("select max(size) from ledger.checkpoint").fetchone()[0]

    with sealing.by_hand() as seal:
        fill(1)
        assert seal() == signed()
        fill(1)
        assert seal() > signed(), "the last checkpoint is less than a second old"
        monkeypatch.setattr("pars.store.sealer.CHECKPOINT_EVERY", 0.0)
        assert seal() == signed()
        monkeypatch.setattr("pars.store.sealer.CHECKPOINT_EVERY", 60.0)
        fill(1)
        assert (size := seal()) > signed()
    assert signed() == size


@pytest.mark.parametrize("lost", ["index = 1", "index > 1"])
def test_nothing_is_signed_over_what_is_gone(opened, owner, lost):
    fill(3)
    with psycopg.connect(connections.address("seal"), autocommit=True) as connection:
        sealer = Sealer.begin(connection)
        seal_something(sealer)
        tamper(owner, "ledger.leaf", f"delete from ledger.leaf where {lost}")
        with pytest.raises(Tampered, match="isn't"):
            sealer.sign()
    assert owner.execute("select count(*) from ledger.checkpoint").fetchone() == (0,)


def test_a_sealer_at_work_finds_what_was_changed_before_it_signs(opened, owner, monkeypatch):
    fill(3)
    seal = Sealer.seal

    def seal_and_change(sealer):
        grown = seal(sealer)
        if grown:
            tamper(owner, "ledger.entry", "update ledger.entry set body = set_byte(body, 300, 48) where id = 0")
        return grown

    monkeypatch.setattr(Sealer, "seal", seal_and_change)
    with psycopg.connect(connections.address("seal"), autocommit=True) as connection:
        sealer = Sealer.begin(connection)
        with pytest.raises(Tampered, match="index 0"):
            sealer.work(threading.Event(), 0.01)
    assert owner.execute("select count(*) from ledger.checkpoint").fetchone() == (0,)


def test_fsck_finds_what_was_changed_behind_its_back(opened, owner):
    book("Doe")
    fill(1)
    sealing.seal_now()
    assert fsck() == ()
    changes = {
        "CASE_NOW": (
            "cases.case_now",
            "update cases.case_now set surname = 'Other'",
            "update cases.case_now set surname = 'Doe'",
        ),
        "FACTS": ("cases.arrested", "update cases.arrested set n = 9", "update cases.arrested set n = 2"),
        "CASE": ("cases.case_file", "update cases.case_file set version = 2", "update cases.case_file set version = 1"),
        "ROWS": (
            "governance.grant_given",
            "update governance.grant_given set person = 'intruder' where grant_id = 'clerk'",
            "update governance.grant_given set person = 'clerk' where grant_id = 'clerk'",
        ),
        "COLUMNS": (
            "ledger.entry",
            "update ledger.entry set person = 'other' where id = 2",
            "update ledger.entry set person = 'system' where id = 2",
        ),
        "COMMITMENT": (
            "ledger.entry_row",
            "update ledger.entry_row set version = 2 where tbl = 'case_file'",
            "update ledger.entry_row set version = 1 where tbl = 'case_file'",
        ),
    }
    for code, (table, change, back) in changes.items():
        tamper(owner, table, change)
        found = fsck()
        assert code in {finding.what for finding in found}, (code, found)
        tamper(owner, table, back)
    assert fsck() == ()
    tamper(owner, "ledger.entry", "update ledger.entry set body = set_byte(body, 300, 48) where id = 0")
    assert "ENTRY_CHANGED" in {finding.what for finding in fsck()}


def test_fsck_finds_a_tree_that_was_changed(opened, owner):
    book("Doe")
    with ledger.reading() as at:
        permit = decide_staff(rows.load_grant("registrar"), LIST, at)
    disclosure.show(permit, LIST, by=REGISTER)
    sealing.seal_now()
    unchecked = "alter table governance.text drop constraint text_check"
    floor = "(select convert_from(body, 'UTF8')::jsonb #>> '{d,floor}' from ledger.entry where id = 0)"
    changes = {
        "TILE": ("ledger.tile", "insert into ledger.tile values (0, 9, decode(repeat('00', 8192), 'hex'))"),
        "CHECKPOINT": ("ledger.checkpoint", "update ledger.checkpoint set note = 'no note'"),
        "COMMITMENT": ("ledger.commitment", "update ledger.commitment set list = array[decode(repeat('00', 32), 'hex')]"),
        "ENTRY_NOT_JSON": ("ledger.entry", "update ledger.entry set body = set_byte(body, 0, 0) where id = 3"),
        "TEXT_MISSING": ("governance.text", f"{unchecked}; update governance.text set sha256 = 'x' where sha256 = {floor}"),
        "GAP": ("ledger.leaf", "delete from ledger.leaf where index = 3"),
    }  # fmt: skip
    assert fsck() == ()
    for code, (table, change) in changes.items():
        tamper(owner, table, change)
        found = {finding.what for finding in fsck()}
        assert code in found, (code, found)


def test_a_rolled_back_database_is_found(opened, owner):
    fill(2)
    sealing.seal_now()
    for table in ("ledger.leaf", "ledger.entry"):
        owner.execute(f"alter table {table} disable trigger user")
    owner.execute("delete from ledger.leaf where index = (select max(index) from ledger.leaf)")
    assert "CHECKPOINT" in {finding.what for finding in fsck()}


def test_who_holds_up_the_sealer_is_named(opened):
    """Any login may hold a transaction's number open, and no right takes that away; so whoever looks is told which one does."""
    with psycopg.connect(connections.address("guest")) as guest:
        guest.execute("alter role current_user set work_mem = '1MB'")
        book("Doe")
        holder = guest.info.user, guest.info.backend_pid
        assert sealing.held_up_by() == holder
        guest.rollback()
        assert sealing.held_up_by() != holder


@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="a thread's precedence is Linux's, and root may ask for it"
)
def test_the_sealers_thread_comes_before_others_and_hands_that_on_to_none(opened):
    def stands(thread: threading.Thread) -> int:
        return os.getpriority(os.PRIO_PROCESS, thread.native_id or 0)

    stop, usual = threading.Event(), stands(threading.current_thread())
    sealer = threading.Thread(target=sealing.run, args=(stop,))
    connections.close_pools()  # so that whoever needs one first opens it
    sealer.start()
    try:
        until = time.monotonic() + 20
        while stands(sealer) == usual:
            assert time.monotonic() < until
            time.sleep(0.01)
        assert stands(sealer) == sealing.NICE
        assert {stands(one) for one in threading.enumerate() if one is not sealer} == {usual}
    finally:
        stop.set()
        sealer.join(20)
