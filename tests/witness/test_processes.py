"""The witness as its owner runs it: typed commands, a real process, and kills at any moment."""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import time
from contextlib import suppress

import httpx
import pytest

from pars.core.ledger.checkpoint import COSIGNER, Note, read_note, read_signatures, read_verifier_key
from pars.core.ledger.cosignature import cosigned_at
from tests.witness.growing import ORIGIN, Log, served
from tests.witness.running import running, typed
from verify import ed25519
from witness.running import CONNECTIONS, HEAD_S, OF_ONE


@pytest.fixture
def log():
    return Log().grow(400)


@pytest.fixture
def folder(tmp_path, log):
    made = tmp_path / "witness"
    status, out, _ = typed("init", made, "--name", "witness.test/w")
    assert status == 0
    assert (made / "key").stat().st_mode & 0o777 == 0o600
    assert read_verifier_key(out.splitlines()[-1], COSIGNER)[0] == "witness.test/w"
    assert typed("log", made, log.verifier_key)[0] == 0
    return made


def status_of(folder, *more):
    code, out, _ = typed("status", folder, "--json", *more)
    return code, json.loads(out)


def check(log, folder, asked, answer):
    """See that the answer is the witness's own cosignature of what was asked."""
    name, key = read_verifier_key(status_of(folder)[1]["key"], COSIGNER)
    note = read_note(asked.note)
    at = cosigned_at(Note(note.body, read_signatures(answer.text)), name, key, ed25519.verify)
    assert at is not None
    assert abs(at - time.time()) < 60


def test_it_cosigns_mirrors_and_says_how_it_stands(folder, log, tmp_path):
    assert status_of(folder) == (0, {**status_of(folder)[1], "logs": [status_of(folder)[1]["logs"][0]]})
    assert "nothing cosigned yet" in typed("status", folder)[1]
    with served(log, token="given") as (tiles, _), running(folder) as (_, url):
        assert typed("log", folder, log.verifier_key, "--from", tiles)[0] == 0
        (folder / "token").write_text("given\n")
        asked = log.submission(0, 300)
        answer = httpx.post(f"{url}/add-checkpoint", content=asked.text())
        assert answer.status_code == 200
        check(log, folder, asked, answer)
        for _ in range(100):
            code, told = status_of(folder, "--rehash")
            if told["logs"][0]["mirrored"] == 300:
                break
            time.sleep(0.05)
        assert code == 0
        assert told["logs"][0]["cosigned"]["size"] == 300
        assert told["logs"][0]["rehashed"] is True
        code, words, _ = typed("status", folder, "--rehash")
        assert code == 0
        assert f"{ORIGIN}\n  cosigned last: 300 entries" in words
        assert f"mirrored: 300 of them, from {tiles}" in words
        assert "every entry is as it was kept" in words


def test_another_history_is_told_by_status(folder, log):
    other = Log(key=log.key).grow(9)
    other.entries[3] = b"another"
    with running(folder) as (_, url):
        assert httpx.post(f"{url}/add-checkpoint", content=log.submission(0, 5).text()).status_code == 200
        assert httpx.post(f"{url}/add-checkpoint", content=other.submission(5, 9).text()).status_code == 422
    code, words, _ = typed("status", folder)
    assert code == 1
    assert "SUSPECT" in words
    code, told = status_of(folder)
    assert (code, told["logs"][0]["suspects"][0]["body"].encode()) == (1, other.submission(5, 9).text())


def test_what_was_answered_outlives_every_kill(folder, log):
    """A client submits checkpoint after checkpoint while the witness is killed at no particular moment, and begins anew each time."""
    answered = size = 0
    for kill_after in (0.0, 0.004, 0.013):
        with running(folder) as (process, url), httpx.Client() as client:
            killing = threading.Timer(kill_after, os.kill, (process.pid, signal.SIGKILL))
            try:
                while size < len(log.entries):
                    answer = client.post(f"{url}/add-checkpoint", content=log.submission(answered, size + 1).text())
                    if answer.status_code == 409:
                        assert answered <= int(answer.text) <= size + 1, "what was answered is forgotten"
                        answered = size = int(answer.text)
                    else:
                        assert answer.status_code == 200
                        answered = size = size + 1
                    if not killing.is_alive() and killing.finished.is_set() is False:
                        killing.start()
            except httpx.TransportError:
                pass
            killing.join()
    assert answered >= 3
    told = status_of(folder)[1]["logs"][0]
    assert answered <= told["cosigned"]["size"] <= size + 1
    assert read_note(told["cosigned"]["checkpoint"].encode()).body == log.point(told["cosigned"]["size"]).body()
    assert told["suspects"] == []


def test_two_processes_of_one_witness_never_cosign_two_ways(folder, log):
    with running(folder) as (_, first), running(folder) as (_, second):
        for size in range(0, 8, 2):
            codes = []
            bodies = [(first, log.submission(size, size + 1)), (second, log.submission(size, size + 2))]

            def add(url, asked, codes=codes):
                codes.append((httpx.post(f"{url}/add-checkpoint", content=asked.text()), asked))

            threads = [threading.Thread(target=add, args=one) for one in bodies]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert sorted(answer.status_code for answer, _ in codes) == [200, 409]
            held = int(next(answer.text for answer, _ in codes if answer.status_code == 409))
            if held == size + 1:
                assert httpx.post(f"{first}/add-checkpoint", content=log.submission(held, size + 2).text()).status_code == 200


def test_what_can_not_be_done_is_told_in_a_sentence(folder, log, tmp_path):
    (tmp_path / "home/keys").mkdir(parents=True)
    for words, says in (
        (("init", folder, "--name", "again"), "has a witness already"),
        (("init", tmp_path / "home", "--name", "w"), "is a PARS home"),
        (("init", tmp_path / "new", "--name", "a b"), "no space and no plus"),
        (("log", folder, "nonsense"), "not an Ed25519 verifier key"),
        (("log", folder, log.verifier_key, "--from", "ftp://x"), "begins with https://"),
        (("log", folder, Log().verifier_key, "--no-longer"), "isn't trusted here"),
        (("status", tmp_path / "nowhere"), "there is no witness"),
        (("serve", tmp_path / "nowhere"), "missing or damaged"),
    ):
        status, out, err = typed(*words)
        assert (status, out) == (2, ""), words
        assert says in err
        assert "Traceback" not in err
    (folder / "key").write_text("damaged")
    assert "missing or damaged; restore it" in typed("serve", folder)[2]
    assert typed("log", folder, log.verifier_key, "--no-longer")[0] == 0


def test_a_log_that_goes_on_under_a_name_or_key_that_nobody_told_is_refused_and_said(folder, log):
    """The owners gave the log another key, then another name: `status` names both until the witness is told; what anybody can send is no alarm."""
    newer, renamed = Log(log.entries, origin=log.origin), Log(log.entries, key=log.key, origin="pars.test/log-2")
    with running(folder) as (_, url):

        def add(asked):
            return httpx.post(f"{url}/add-checkpoint", content=asked.text()).status_code

        assert add(log.submission(0, 5)) == 200
        assert add(Log(origin="anybody.test").grow(3).submission(0)) == 404
        code, words, _ = typed("status", folder)
        assert (code, "REFUSED" in words, "It may be anybody's" in words) == (0, True, True)
        assert add(newer.submission(5, 6)) == 403
        code, words, _ = typed("status", folder)
        assert (code, "the name of a log that is known here" in words, "anybody may have sent this" in words) == (0, True, True)
        assert add(renamed.submission(0, 6)) == 404
        code, words, _ = typed("status", folder)
        assert code == 1
        for other in (newer, renamed):
            assert f"a checkpoint of {other.origin} over 6 entries, signed by {other.verifier_key[:-44]}" in words
        assert words.count("under a new name.") == 1
        assert [one["known"] for one in status_of(folder)[1]["refused"]].count(True) == 1
        for other in (newer, renamed):
            assert typed("log", folder, other.verifier_key)[0] == 0
        assert add(newer.submission(5, 7)) == 200
        assert add(renamed.submission(0, 7)) == 200
        code, words, _ = typed("status", folder)
        assert (code, words.count("REFUSED")) == (0, 1)


def test_a_name_that_a_stranger_made_up_writes_nothing_to_the_terminal(folder, tmp_path):
    seen = tmp_path / "log"
    with running(folder, log=seen) as (_, url):
        stranger = Log(origin="evil\x1b[2J\x1b[31m").grow(3)
        assert httpx.post(f"{url}/add-checkpoint", content=stranger.submission(0).text()).status_code == 404
        assert "evil\\u001b[2J" in typed("status", folder)[1]
    for shown in (typed("status", folder)[1], seen.read_text()):
        assert "evil\\u001b[2J" in shown
        assert "\x1b" not in shown


def test_a_stranger_who_never_ends_a_request_keeps_no_log_out(folder, log, tmp_path):
    """Of one address a few connections are taken, and a head that doesn't end in time is let go: others are answered all the while."""
    seen = tmp_path / "log"
    with running(folder, log=seen) as (_, url):
        host, port = url.removeprefix("http://").split(":")
        held = [socket.create_connection((host, int(port))) for _ in range(CONNECTIONS + 1)]
        for one in held:
            with suppress(OSError):
                one.sendall(b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\n")
        with httpx.Client(transport=httpx.HTTPTransport(local_address="127.0.0.2")) as client:
            assert client.post(f"{url}/add-checkpoint", content=log.submission(0, 5).text()).status_code == 200
        open_ones = [one for one in held if still_open(one, 0)]
        assert len(open_ones) == OF_ONE
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{url}/")
        assert not still_open(open_ones[-1], HEAD_S + 2)
        assert httpx.post(f"{url}/add-checkpoint", content=log.submission(5, 6).text()).status_code == 200
        with socket.create_connection((host, int(port))) as broken_off:
            broken_off.sendall(b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n")
        with socket.create_connection((host, int(port))) as no_http:
            no_http.sendall(b"\0\r\n\r\n")
            no_http.recv(100)
        assert httpx.post(f"{url}/add-checkpoint", content=log.submission(6, 7).text()).status_code == 200
        for one in held:
            one.close()
    assert seen.read_text() == ""


def still_open(one, seconds):
    """Return whether a connection is open that the other side sends nothing on, after so many seconds of waiting for its end."""
    one.settimeout(max(seconds, 0.001))
    try:
        return one.recv(1) != b""
    except TimeoutError:
        return True
    except OSError:
        return False
