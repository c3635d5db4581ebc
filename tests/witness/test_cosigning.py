"""What a witness cosigns and what it refuses, with the status of C2SP tlog-witness, and that it remembers."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
from dataclasses import replace
from hashlib import sha256
from itertools import count

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pars.core.ledger.checkpoint import Note, read_note, read_signatures, write_note
from pars.core.ledger.cosignature import cosigned_at
from pars.core.ledger.submission import SIZE_TYPE
from tests.witness.growing import ORIGIN, Log
from verify import ed25519
from witness.judging import LONGEST_NAME, Refused
from witness.key import new_key
from witness.memory import MOST_REFUSED, Memory
from witness.serving import AGAIN_S, LARGEST, MOST_NOTED, Cosigner, application

NAME = "witness.example/w1"


class Town:
    """A witness in a folder, one log that it knows, and a clock that stands where it is put."""

    def __init__(self, folder, log):
        self.log = log
        self.folder = folder
        self.now = 1_800_000_000.7
        self.memory = Memory(folder / "memory", new=True)
        self.key = new_key(folder / "key")
        self.public = self.key.public_key().public_bytes_raw()
        self.memory.name_own(NAME, self.public)
        self.memory.know(log.origin, log.public, None)
        self.begin()

    def begin(self):
        """Begin anew, as after a kill: with what is on the disk."""
        self.cosigner = Cosigner(Memory(self.folder / "memory"), self.key, clock=lambda: self.now)
        self.app = application(self.cosigner)

    def call(self, method, path, body=b""):
        async def called():
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://witness.test") as client:
                return await client.request(method, path, content=body)

        return asyncio.run(called())

    def add(self, body):
        return self.call("POST", "/add-checkpoint", body if isinstance(body, bytes) else body.text())

    def cosigned(self, old, size):
        """Submit a checkpoint that must be cosigned; return at which second it was."""
        asked = self.log.submission(old, size)
        answer = self.add(asked)
        assert answer.status_code == 200, answer.text
        note = read_note(asked.note)
        lines = read_signatures(answer.text)
        assert [line.name for line in lines] == [NAME]
        at = cosigned_at(Note(note.body, (*note.signatures, *lines)), NAME, self.public, ed25519.verify)
        assert at is not None
        return at

    def newest(self):
        return self.call("GET", f"/{sha256(self.log.origin.encode()).hexdigest()}/checkpoint")


@pytest.fixture
def town(tmp_path):
    return Town(tmp_path, Log().grow(600))


# ------------------------------------------------------------ a published conversation

# From FiloSottile/torchwood, cmd/litewitness/testdata/litewitness.txt: what is sent and what is answered. Their log that isn't
# known is answered with 403, as an earlier text of the specification had it; now that is 404. Their broken signature (403) is broken in bits
# that base64 doesn't use: here such a line is none at all (400).
SIGSUM = "sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562"
SIGSUM_KEY = bytes.fromhex("ffdc2d4d98e4124d3feaf788c0c2f9abfd796083d1f0495437f302ec79cf100f")
ONE = (
    "1\nKgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "UgIom7fPZTqpxWWhyjWduBvTvGVqsokMbqTArsQilegKoFBJQjUFAmQ0+YeSPM3wfUQMFSzVnnNuWRTYrajXpNUbIQY=",
)
THREE = (
    "3\nRcCI1Nk56ZcSmIEfIn0SleqtV7uvrlXNccFx595Iwl0=",
    "UgIom2VbtIcdFbwFAy1n7s6IkAxIY6J/GQOTuZF2ORV39d75cbAj2aQYwyJre36kezNobZs4SUUdrcawfAB8WVrx6go=",
)
FORGED = (THREE[0], THREE[1].replace("6go=", "6gx="))
FIVE = (
    "5\nQrtXrQZCCvpIgsSmOsah7HdICzMLLyDfxToMql9WTjY=",
    "UgIomw/EOJmWi0i1FQsOj+etB7F8IccFam/jgd6wzRns4QPVmyEZtdvl1U2KEmLOZ/ASRcWJi0tW90dJWAShei7sDww=",
)
A = "KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
B = "KgIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
B_CHANGED = "KgIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABA="
C = "KgQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
TO_FIVE = [
    "KgIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "KgMAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "wgiIFdZfYNv6WU1OllBKsWnLYIS/DBMqt8Uh/S4OukE=",
    "KgQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
]
OLD_PROOF = [A, "+fUDV+k970B4I3uKrqJM4aP1lloPZP8mvr2Z4wRw2LI=", C]


def said(old, proof, checkpoint, origin=SIGSUM):
    text, signature = checkpoint
    lines = "".join(f"{one}\n" for one in proof)
    return f"old {old}\n{lines}\n{origin}\n{text}\n\n— {origin} {signature}\n".encode()


def test_a_published_conversation_goes_as_it_went(tmp_path):
    town = Town(tmp_path, Log())
    town.memory.know(SIGSUM, SIGSUM_KEY, None)
    for old, proof, checkpoint, origin, status in (
        (0, [], ONE, SIGSUM, 200),
        (1, [A, B], FORGED, SIGSUM, 400),
        (1, [A, B], THREE, SIGSUM[:-1] + "3", 404),
        (1, [], THREE, SIGSUM, 422),
        (1, [A, B_CHANGED], THREE, SIGSUM, 422),
        (1, [A, B], THREE, SIGSUM, 200),
        (1, OLD_PROOF, FIVE, SIGSUM, 409),
        (3, TO_FIVE, FIVE, SIGSUM, 200),
        (0, [], FIVE, SIGSUM, 409),
    ):
        answer = town.add(said(old, proof, checkpoint, origin))
        assert answer.status_code == status, (old, checkpoint, answer.text)
        if status == 200:
            assert answer.text.startswith(f"— {NAME} ")
        if status == 409:
            assert (answer.text, answer.headers["content-type"]) == ({1: "3\n", 0: "5\n"}[old], SIZE_TYPE)


# ------------------------------------------------------------ what is cosigned


def test_a_log_that_only_grows_is_cosigned_each_time_at_the_witnesss_own_second(town):
    assert town.cosigned(0, 1) == 1_800_000_000
    town.now += 5
    assert town.cosigned(1, 300) == 1_800_000_005
    assert town.cosigned(300, 300) == 1_800_000_005
    assert town.cosigned(300, 600) == 1_800_000_005


def test_what_was_cosigned_is_remembered_by_who_begins_anew(town):
    town.cosigned(0, 300)
    town.begin()
    answer = town.add(town.log.submission(0, 600))
    assert (answer.status_code, answer.text) == (409, "300\n")
    town.cosigned(300, 600)


def test_the_last_checkpoint_is_shown_with_both_signatures(town):
    assert town.newest().status_code == 404
    at = town.cosigned(0, 300)
    answer = town.newest()
    assert answer.status_code == 200
    note = read_note(answer.content)
    assert note.body == town.log.point(300).body()
    assert len(note.signatures) == 2
    assert ed25519.verify(town.log.public, note.body, note.of(ORIGIN, town.log.public)[0])
    assert cosigned_at(note, NAME, town.public, ed25519.verify) == at
    assert town.call("GET", "/" + "0" * 64 + "/checkpoint").status_code == 404


def test_lines_of_keys_that_the_witness_does_not_know_are_neither_believed_nor_kept(town):
    other = Ed25519PrivateKey.generate()
    asked = town.log.submission(0, 10)
    body = read_note(asked.note).body
    foreign = read_note(write_note(body, "other.example", other.public_key().public_bytes_raw(), other.sign(body)))
    both = Note(body, (*foreign.signatures, *read_note(asked.note).signatures))
    assert town.add(replace(asked, note=both.text())).status_code == 200
    assert [line.name for line in read_note(town.newest().content).signatures] == [ORIGIN, NAME]
    alone = Note(body, foreign.signatures)
    assert town.add(replace(town.log.submission(10, 20), note=alone.text())).status_code == 403


# ------------------------------------------------------------ what is refused


def test_another_history_is_refused_and_what_was_signed_is_kept(town):
    town.cosigned(0, 300)
    other = Log(key=town.log.key).grow(299)
    other.entries[7] = b"another entry"
    other.grow(300)
    longer, same = other.submission(300, 500), replace(other.submission(300, 300), proof=())
    for asked, says in ((longer, "only grew"), (same, "Another root"), (longer, "only grew")):
        answer = town.add(asked)
        assert answer.status_code == 422
        assert says in answer.text
    assert [one.body for one in town.memory.suspects(ORIGIN)] == [longer.text(), same.text()]
    town.cosigned(300, 600)


def test_a_shorter_log_is_refused(town):
    town.cosigned(0, 300)
    answer = town.add(town.log.submission(299, 299))
    assert (answer.status_code, answer.text, answer.headers["content-type"]) == (409, "300\n", SIZE_TYPE)
    answer = town.add(replace(town.log.submission(0, 299), old=300))
    assert (answer.status_code, "larger" in answer.text) == (400, True)


def test_a_proof_where_none_belongs_is_refused(town):
    answer = town.add(replace(town.log.submission(0, 5), proof=(bytes(32),)))
    assert answer.status_code == 422
    town.cosigned(0, 300)
    answer = town.add(replace(town.log.submission(300, 300), proof=(bytes(32),)))
    assert answer.status_code == 422


def test_a_log_of_no_entries_has_the_root_of_nothing(town):
    town.cosigned(0, 0)
    town.cosigned(0, 0)
    body = town.log.point(0).body().replace(b"47DEQpj8HBSa", b"AAAAAAAAAAAA")
    wrong = replace(town.log.submission(0, 0), note=write_note(body, ORIGIN, town.log.public, town.log.key.sign(body)))
    assert town.add(wrong).status_code == 422
    town.cosigned(0, 5)


def test_a_signature_that_is_not_the_logs_is_refused(town):
    asked = town.log.submission(0, 5)
    note = read_note(asked.note)
    (line,) = note.signatures
    broken = replace(line, signature=bytes(64))
    for lines in ((broken,), (line, broken), (replace(line, name="another"),), (replace(line, key_id=bytes(4)),)):
        assert town.add(replace(asked, note=Note(note.body, lines).text())).status_code == 403
    other = Log(origin="pars.test/other").grow(5)
    assert town.add(other.submission(0)).status_code == 404
    town.cosigned(0, 5)


def test_a_key_that_is_trusted_no_longer_gets_no_cosignature(town):
    town.cosigned(0, 5)
    second = Ed25519PrivateKey.generate()
    town.memory.know(ORIGIN, second.public_key().public_bytes_raw(), None)
    town.cosigned(5, 6)
    first, town.log.key = town.log.key, second
    town.cosigned(6, 7)
    assert town.memory.forget(ORIGIN, first.public_key().public_bytes_raw())
    assert not town.memory.forget(ORIGIN, first.public_key().public_bytes_raw())
    town.cosigned(7, 8)
    town.log.key = first
    assert town.add(town.log.submission(8, 9)).status_code == 403


@pytest.mark.parametrize(
    "body", [b"", b"old 0\n\n", b"old 0\n\nx\n", b"\xff", b"old 0\n\npars.test/log\n1\nAAAA\n\n\xe2\x80\x94 a YWJjZGU=\n"]
)
def test_what_can_not_be_read_is_told_so(town, body):
    answer = town.add(body)
    assert answer.status_code == 400
    assert answer.text.startswith("This can't be read: ")


def test_a_submission_has_an_end(town):
    assert town.add(b"x" * (LARGEST + 1)).status_code == 413
    assert town.call("GET", "/add-checkpoint").status_code == 405


def test_a_clock_that_was_set_back_cosigns_nothing(town):
    town.cosigned(0, 5)
    town.now -= 2
    answer = town.add(town.log.submission(5, 6))
    assert (answer.status_code, "clock" in answer.text) == (503, True)
    town.now += 3
    town.cosigned(5, 6)


def test_what_can_not_be_stored_is_not_cosigned(town):
    town.memory.close()
    blocking = Memory(town.folder / "memory")
    blocking._sql.execute("begin immediate")
    town.cosigner._memory._sql.execute("pragma busy_timeout=10")
    answer = town.add(town.log.submission(0, 5))
    assert answer.status_code == 503
    assert "— " not in answer.text
    blocking._sql.execute("rollback")
    town.cosigned(0, 5)


def test_of_many_that_begin_at_the_same_size_one_wins(town):
    town.cosigned(0, 100)
    cosigners = [Cosigner(Memory(town.folder / "memory"), town.key, clock=lambda: town.now) for _ in range(3)]
    bodies = [town.log.submission(100, size).text() for size in range(101, 125)]
    start = threading.Barrier(len(bodies))
    made = []

    def add(n, body):
        start.wait()
        made.append(cosigners[n % len(cosigners)].add(body))

    threads = [threading.Thread(target=add, args=one) for one in enumerate(bodies)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused = [one for one in made if isinstance(one, Refused)]
    assert len(refused) == len(bodies) - 1
    assert {one.status for one in refused} == {409}
    (won,) = {one.size for one in refused}
    assert read_note(town.newest().content).body == town.log.point(won).body()


def test_nobody_comes_between_the_look_at_the_last_checkpoint_and_the_next_one(town):
    notes = {size: read_note(town.log.note(size)) for size in (100, 300)}
    looked, seen = threading.Event(), []

    def slow(last):
        assert last is None
        looked.set()
        time.sleep(0.2)
        return 1, notes[300]

    def quick(last):
        seen.append(last)
        return Refused(status=409, says="") if last is not None else (1, notes[100])

    first = threading.Thread(target=Memory(town.folder / "memory").exchange, args=(ORIGIN, slow))
    first.start()
    looked.wait()
    Memory(town.folder / "memory").exchange(ORIGIN, quick)
    first.join()
    assert [last.point for last in seen] == [town.log.point(300)]
    assert town.memory.cosigned(ORIGIN).point == town.log.point(300)


def killed_at(line):
    """Return what, as a process's trace, kills the process before it runs the witness's line of that number."""
    passed = count()

    def trace(frame, event, _):
        if "/witness/" not in frame.f_code.co_filename or "/tests/" in frame.f_code.co_filename:
            return None
        if event == "line" and next(passed) == line:
            os.kill(os.getpid(), signal.SIGKILL)
        return trace

    return trace


def test_a_kill_before_any_line_forgets_nothing_that_was_answered(town):
    """The last checkpoint is the old one or the new one, whole; and the new one wherever it was answered."""
    town.log.entries = town.log.entries[:90]
    size, ways = 0, set()
    for line in count():
        asked = town.log.submission(size, size + 1).text()
        told, tells = os.pipe()
        child = os.fork()
        if child == 0:
            cosigner = Cosigner(Memory(town.folder / "memory"), town.key, clock=lambda: town.now)
            sys.settrace(killed_at(line))
            made = cosigner.add(asked)
            sys.settrace(None)
            os.write(tells, b"refused" if isinstance(made, Refused) else b"answered")
            os._exit(0)
        os.close(tells)
        with os.fdopen(told, "rb") as said:
            answered = said.read()
        os.waitpid(child, 0)
        last = Memory(town.folder / "memory").cosigned(ORIGIN)
        held = 0 if last is None else last.point.size
        assert held in {size, size + 1}
        assert last is None or last.point == town.log.point(held)
        assert answered == b"" or (answered == b"answered" and held == size + 1)
        ways.add((bool(answered), held - size))
        size = held
        if answered:
            break
    assert line > 40
    assert ways == {(False, 0), (False, 1), (True, 1)}


def test_another_key_than_its_own_is_found_at_the_start(town, tmp_path):
    with pytest.raises(ValueError, match="isn't the key that this witness was made with"):
        Cosigner(Memory(tmp_path / "memory"), Ed25519PrivateKey.generate())


def test_it_logs_once_a_minute_that_a_name_is_unknown_and_keeps_no_more_than_a_few(town, caplog):
    stranger = Log(origin="anybody.test").grow(3)
    for _ in range(3):
        assert town.add(stranger.submission(0)).status_code == 404
    (record,) = caplog.records
    assert record.getMessage() == (
        "a checkpoint of anybody.test over 3 entries was refused: This witness doesn't know a log of that name. "
        f"It is signed by {stranger.verifier_key[:-44]}…"
    )
    town.now += AGAIN_S
    assert town.add(stranger.submission(0)).status_code == 404
    assert len(caplog.records) == 2
    for number in range(MOST_REFUSED + 5):
        assert town.add(Log(origin=f"anybody.test/{number}").grow(1).submission(0)).status_code == 404
        town.now += AGAIN_S // MOST_NOTED
    kept = town.memory.refused()
    assert len(kept) == MOST_REFUSED
    assert kept[-1].origin == f"anybody.test/{MOST_REFUSED + 4}"
    assert not any(one.known for one in kept)


def test_only_what_a_known_key_signed_alone_is_an_alarm(town):
    """A known name, and a genuine checkpoint with a line that somebody added, are anybody's to send; so is what they send after a real one."""
    asked = town.log.submission(0, 5)
    note = read_note(asked.note)
    (line,) = note.signatures
    for lines in ((replace(line, signature=bytes(64)),), (line, replace(line, signature=bytes(64)))):
        assert town.add(replace(asked, note=Note(note.body, lines).text())).status_code == 403
        assert [(one.origin, one.known) for one in town.memory.refused()] == [(ORIGIN, False)]
    renamed = Log(town.log.entries, key=town.log.key, origin="pars.test/log-2")
    stranger = Log(town.log.entries, origin=renamed.origin)
    for log in (stranger, renamed, stranger):
        assert town.add(log.submission(0, 6)).status_code == 404
        town.now += AGAIN_S / 3
    assert town.add(stranger.submission(0, 6)).status_code == 404
    told = {one.origin: one for one in town.memory.refused()}
    assert [told[renamed.origin].known, renamed.verifier_key[:-44] in told[renamed.origin].signed] == [True, True]


def test_strangers_fill_no_log_whatever_names_they_make_up(town, caplog):
    for number in range(MOST_NOTED * 2):
        assert town.add(Log(origin=f"anybody.test/{number}").grow(1).submission(0)).status_code == 404
    assert len(caplog.records) == MOST_NOTED + 1
    assert "not noted one by one" in caplog.records[-1].getMessage()
    assert town.add(Log(key=town.log.key, origin="pars.test/log-2").grow(1).submission(0)).status_code == 404
    assert len(caplog.records) == MOST_NOTED + 2
    town.now += AGAIN_S
    assert town.add(Log(origin="anybody.test").grow(1).submission(0)).status_code == 404
    assert len(caplog.records) == MOST_NOTED + 3
    asked = town.log.submission(0, 5)
    note = read_note(asked.note)
    many = Note(note.body, tuple(replace(line, name=f"n{at}") for at in range(9) for line in note.signatures))
    assert town.add(replace(asked, note=many.text())).status_code == 403
    assert town.memory.refused()[-1].signed.endswith("+… and 5 more")
    town.now += AGAIN_S
    longest = Note(note.body, (replace(note.signatures[0], name="n" * (LONGEST_NAME + 1)),))
    before = len(caplog.records)
    for too_long in (longest.text(), Log(origin="o" * (LONGEST_NAME + 1)).grow(1).note(1)):
        answer = town.add(replace(asked, note=too_long))
        assert (answer.status_code, f"at most {LONGEST_NAME} characters" in answer.text) == (400, True)
    assert len(caplog.records) == before
