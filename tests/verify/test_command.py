"""`pars-verify` as somebody types it, from the sources and from the one file; and the words that it prints."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from pars.core.ledger.bundle import MAGIC, section
from pars.core.ledger.checkpoint import verifier_key
from pars.core.terms import DAY
from tests.agreements import ORIGIN, PUBLIC
from tests.ledgers import LOG_PUBLIC, Ledger
from verify import pack
from verify.__main__ import main
from verify.checks import verify
from verify.files import opened

ROOT = Path(__file__).parents[2]


def served(**options) -> Ledger:
    ledger = Ledger(**options)
    made = ledger.serve()
    ledger.disclose(made)
    ledger.show(rows=1)
    return ledger


@pytest.fixture
def bundle(tmp_path):
    path = tmp_path / "ledger.pars"
    path.write_bytes(served().bundle())
    return path


@pytest.fixture
def keys(tmp_path):
    path = tmp_path / "keys"
    seats = "".join(f"seat {verifier_key(seat, key)}\n" for seat, key in PUBLIC.items())
    path.write_text(f"log {verifier_key(ORIGIN, LOG_PUBLIC)}\n{seats}")
    return path


def flipped(path: Path, at: int) -> Path:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    return path


def test_a_bundle_verifies_and_says_what_that_proves_and_what_not(bundle, capsys):
    assert main([str(bundle)]) == 0
    told = capsys.readouterr().out
    assert told.startswith("VERIFIED: ledger pars.test/log, 13 entries, 2027-01-15 08:00:01 UTC to 2027-01-15 08:00:13 UTC.\n")
    assert "What this proves" in told
    assert "Answers to outside agencies: 1, with 2 records." in told
    assert "Times that staff were shown records: 1, with 1 record." in told
    assert "What this does not prove" in told
    for words in (
        "vouches only for itself",
        "another way",
        "went around it",
        "only witnesses",
        "database's clock",
        verifier_key(ORIGIN, LOG_PUBLIC),
    ):
        assert words in told


def test_with_trusted_keys_it_says_no_more_that_it_vouches_for_itself(bundle, keys, capsys):
    assert main([str(bundle), "--trust", str(keys)]) == 0
    assert "vouches only for itself" not in capsys.readouterr().out
    keys.write_text(f"log {verifier_key(ORIGIN, bytes(32))}\n")
    assert main([str(bundle), "--trust", str(keys)]) == 1
    assert "the one you trust" in capsys.readouterr().out
    keys.write_text(f"log {verifier_key('other.test/log', LOG_PUBLIC)}\n")
    assert main([str(bundle), "--trust", str(keys)]) == 2
    told = capsys.readouterr().out
    assert told.startswith("UNUSABLE: ")
    assert "not this ledger's keys: the file of keys is for other.test/log, and the bundle is of pars.test/log" in told
    assert "VIOLATED" not in told


def test_a_simulated_ledger_says_so_first(tmp_path, capsys):
    path = tmp_path / "demo.pars"
    path.write_bytes(served(simulated=1, shift=-DAY).bundle())
    assert main([str(path)]) == 0
    assert capsys.readouterr().out.splitlines()[0].startswith("SIMULATED CLOCK")
    flipped(path, -1)
    assert main([str(path)]) == 1
    assert capsys.readouterr().out.splitlines()[0].startswith("SIMULATED CLOCK")


def test_a_changed_byte_is_named(bundle, capsys):
    at = bundle.read_bytes().rindex(b'"salt"') + 10
    assert main([str(flipped(bundle, at))]) == 1
    told = capsys.readouterr().out
    assert told.startswith("VIOLATED: ")
    assert "First bad index: 12, at byte " in told
    assert " more things were found wrong besides" in told or "1 more thing was found" in told


def test_where_no_entry_is_at_fault_the_place_is_named(bundle, capsys):
    assert main([str(flipped(bundle, -1))]) == 1
    told = capsys.readouterr().out
    assert "Place: the trailer, at byte" in told
    assert "No entry is at fault" in told
    assert "more thing" not in told


def test_what_cannot_be_read_is_unusable(bundle, tmp_path, capsys):
    empty = tmp_path / "empty"
    empty.touch()
    bad_keys = tmp_path / "bad-keys"
    bad_keys.write_bytes(b"\xff")
    for arguments in (
        [str(empty)],
        [str(tmp_path / "nowhere")],
        [str(tmp_path)],
        [str(flipped(bundle, 0))],
        [str(bundle), "--trust", str(tmp_path / "nowhere")],
        [str(bundle), "--trust", str(bad_keys)],
    ):
        assert main(arguments) == 2, arguments
        told = capsys.readouterr().out
        assert told.startswith("UNUSABLE: ")
        assert "Place: " in told
        assert "No entry is at fault" not in told


def test_a_file_that_is_not_there_or_not_whole_is_said_to_be_that(bundle, tmp_path, capsys):
    assert main([str(tmp_path / "nowhere")]) == 2
    assert f"Place: {tmp_path / 'nowhere'}.\n" in capsys.readouterr().out
    half = tmp_path / "half"
    half.write_bytes(bundle.read_bytes()[: bundle.read_bytes().rindex(b'"salt"')])
    assert main([str(half)]) == 2
    told = capsys.readouterr().out
    assert told.startswith("UNUSABLE: ")
    assert "The file is cut off after the entry at index 11: get it anew" in told
    assert "That is no verdict" in told
    assert "bad index" not in told


def run(*arguments, **options) -> subprocess.CompletedProcess[bytes]:
    """Run it in a process of its own, as somebody who types it does."""
    command = [sys.executable, "-m", "verify", *map(str, arguments)]
    return subprocess.run(command, check=False, **{"capture_output": True, "cwd": ROOT, "timeout": 60} | options)


def test_a_bundle_through_a_pipe_is_checked_like_a_file(bundle):
    ran = run("/dev/stdin", input=bundle.read_bytes())
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert ran.stdout == run(bundle).stdout
    assert run("/dev/stdin", input=flipped(bundle, -1).read_bytes()).returncode == 1


@pytest.mark.parametrize("device", ["/dev/null", "/dev/zero"])
def test_a_device_is_no_bundle_and_no_keys_and_is_not_read_to_its_end(bundle, device, capsys):
    assert main([device]) == 2
    assert "it is a device" in capsys.readouterr().out
    assert main([str(bundle), "--trust", device]) == 2
    assert "the file of keys can't be used" in capsys.readouterr().out.lower()


def test_keys_that_are_no_text_are_refused_in_plain_words(bundle, tmp_path, capsys):
    (tmp_path / "keys").write_bytes(b"\xff")
    assert main([str(bundle), "--trust", str(tmp_path / "keys")]) == 2
    assert "can't be used: it isn't text in UTF-8." in capsys.readouterr().out


def test_a_file_that_grows_short_while_it_is_read_is_found(bundle):
    with opened(bundle) as data:
        os.truncate(bundle, len(data) - 100)
        assert verify(data).status == 1


def test_a_bundle_without_an_entry_ends_with_2(tmp_path, capsys):
    path = tmp_path / "hollow.pars"
    path.write_bytes(MAGIC + section(b"Z", sha256(MAGIC).digest()))
    assert main([str(path)]) == 2
    assert "There is no entry in it. [NO_ENTRY]" in capsys.readouterr().out


@pytest.mark.parametrize(("at", "status"), [(None, 0), (-1, 1), (0, 2)])
def test_a_reader_who_left_changes_nothing_of_what_was_found(bundle, at, status):
    """`pars-verify B | head -1` must not end as if the ledger were violated."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ran = run(bundle if at is None else flipped(bundle, at), capture_output=False, stdout=writing, stderr=subprocess.PIPE)
    finally:
        os.close(writing)
    assert (ran.returncode, ran.stderr) == (status, b"")


def test_what_cannot_be_written_ends_with_2(bundle):
    with Path("/dev/full").open("wb") as full:
        ran = run(bundle, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert (ran.returncode, ran.stderr) == (2, b"pars-verify: what was found can't be written: No space left on device\n")


def test_nothing_but_what_can_be_seen_reaches_the_terminal(tmp_path):
    name = b"\x1b[31mred\xff\xe2\x80\xae\xc3\xa9"
    for coding in ("utf-8", "ascii"):
        ran = run(os.fsdecode(os.fsencode(tmp_path) + b"/" + name), env={**os.environ, "PYTHONIOENCODING": coding})
        assert (ran.returncode, ran.stderr) == (2, b"")
        shown = ran.stdout.decode()
        assert all(character == "\n" or character.isprintable() for character in shown), shown
        assert "red" in shown


def test_json_says_the_same(bundle, capsys):
    assert main([str(bundle), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["verdict"], told["first_bad_index"], told["place"], told["findings"]) == ("verified", None, None, [])
    assert told["ledger"]["size"] == 13
    assert told["ledger"]["kinds"]["disclosed"] == 1
    assert told["ledger"]["records"] == {"disclosed": 2, "shown": 1}
    assert told["ledger"]["log_key"] == verifier_key(ORIGIN, LOG_PUBLIC)
    assert told["not_proven"]
    at = bundle.read_bytes().rindex(b'"salt"') + 10
    assert main([str(flipped(bundle, at)), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["verdict"] == "violated"
    assert told["first_bad_index"] == told["findings"][0]["index"] == 12
    assert told["place"] == "the entry at index 12"
    assert told["not_proven"] == []
    assert main([str(flipped(bundle, 0)), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["ledger"] is None


def test_a_mistake_in_the_command_ends_with_2():
    with pytest.raises(SystemExit) as stopped:
        main([])
    assert stopped.value.code == 2


def test_the_one_file_runs_with_nothing_installed(bundle, tmp_path):
    out = tmp_path / "pars-verify.pyz"
    assert pack.main([str(out)]) == 0
    first = sha256(out.read_bytes()).hexdigest()
    pack.pack(out)
    assert sha256(out.read_bytes()).hexdigest() == first
    ran = subprocess.run(
        [sys.executable, "-I", "-S", str(out), str(bundle)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        timeout=60,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("VERIFIED: ")
    ran = subprocess.run([str(out), str(flipped(bundle, -1))], capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 1


def test_the_packer_says_how_it_is_used(capsys):
    assert pack.main([]) == 2
    assert "usage" in capsys.readouterr().err


def test_it_runs_as_a_module(bundle):
    ran = subprocess.run(
        [sys.executable, "-m", "verify", str(bundle)], capture_output=True, text=True, check=False, cwd=ROOT, timeout=60
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    ran = subprocess.run(
        [sys.executable, "-m", "verify.pack"], capture_output=True, text=True, check=False, cwd=ROOT, timeout=60
    )
    assert ran.returncode == 2
