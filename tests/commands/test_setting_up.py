"""A county's first day, typed: what comes too early is told in words and makes nothing; a worker keeps the database for all."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest

from pars.core.terms import Refusal
from pars.edge.commands.people import in_a_line
from pars.store import engine
from tests.commands import forking
from tests.docs.pages import ROOT
from verify.__main__ import check_any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PASSWORD = "a-password-of-nobody"
OWNERS = {"city": "Elm County", "courts": "The Courts of Elm County", "prosecutor": "The Prosecutor of Elm County"}
NAMED = [word for seat, name in OWNERS.items() for word in ("--owner", f"{seat}={name}")]


def environment(home: Path) -> dict[str, str]:
    given = {key: value for key, value in os.environ.items() if not key.startswith(("PARS_", "DJANGO_"))}
    return {**given, "PARS_HOME": str(home), "PARS_INSECURE_HTTP": "1", "PYTHONUTF8": "1"}


def typed(home: Path, *words: str, put: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    done = forking.run(words, environment(home), put.encode())
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


@contextmanager
def running(home: Path, *words: str) -> Iterator[str]:
    """Run a command that stays, give its first line, interrupt it, and see that it ends well."""
    argv = [sys.executable, "-m", "pars", *words]
    process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, env=environment(home))
    try:
        assert process.stdout is not None
        yield process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(60) in {0, 130}
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    "words",
    [
        ("fsck",),
        ("keys", "trust"),
        ("serve", "--port", "0"),
        ("work",),
        ("ledger", "export", "never-written"),
        ("ledger", "checkpoint"),
        ("ledger", "receipt", "0"),
        ("ledger", "tail"),
        ("agreement", "list"),
        ("user", "roles"),
        ("user", "list"),
        ("user", "add", "alice", "--name", "Alice Fernmoor"),
        ("user", "grant", "alice", "access_officer"),
        ("case", "show", "none", "--by", "alice"),
        ("ask", "{}", "--by", "alice"),
    ],
    ids=" ".join,
)
def test_where_nothing_is_set_up_a_command_says_so_and_makes_nothing(words: tuple[str, ...], tmp_path: Path) -> None:
    done = typed(tmp_path / "mistyped", *words, put=f"{PASSWORD}\n")
    assert done.returncode == 2, done.stdout
    assert "`pars init` (docs/how-to/set-up-a-county.md says how)" in done.stderr
    assert "docs/how-to/set-up-a-county.md" in typed(tmp_path / "mistyped", "doctor").stdout
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--origin", "pars.elm.example/log"),
        ("--origin", "pars.elm.example/log", "--owner", "city=Elm County"),
        ("--origin", "pars.elm.example/log", *NAMED, "--owner", "city=Oak County"),
        ("--origin", "pars.elm.example/log", *NAMED, "--profile", "county"),
        tuple(NAMED),
    ],
    ids=str,
)
def test_a_ledger_is_opened_only_where_its_name_and_every_owner_are_said(words: tuple[str, ...], tmp_path: Path) -> None:
    done = typed(tmp_path / "home", "init", *words)
    assert (done.returncode, list(tmp_path.iterdir())) == (2, [])
    assert "--origin pars.elm.example/log --profile" in done.stderr
    assert '--owner city="…" --owner courts="…"' in done.stderr
    assert ("--owner prosecutor=" in done.stderr) == ("county" not in words)
    assert (ROOT / re.findall(r"docs/\S+\.md", done.stderr)[0]).is_file()


def test_an_owner_is_said_with_their_seat(tmp_path: Path) -> None:
    done = typed(tmp_path / "home", "init", "--owner", "Elm County")
    assert (done.returncode, "SEAT=NAME" in done.stderr, list(tmp_path.iterdir())) == (2, True, [])


@pytest.mark.database
def test_a_ledger_that_is_open_is_never_opened_anew(county: Path) -> None:
    for words in ((), ("--origin", "pars.oak.example/log", *NAMED)):
        done = typed(county, "init", *words)
        assert (done.returncode, "open already" in done.stderr, "--home" in done.stderr) == (2, True, True)
    assert "Ledger: pars.elm.example/log" in typed(county, "doctor").stdout


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a home whose ledger was opened for a county with owners of its own; a worker runs there."""
    home = tmp_path_factory.mktemp("county") / "home"
    named = os.environ.pop("PARS_DATABASE_URL", None)  # another's: here is a database of the county's own
    try:
        opened = typed(home, "init", "--origin", "pars.elm.example/log", *NAMED)
        assert opened.returncode == 0, opened.stderr
        assert all(name in opened.stdout for name in OWNERS.values())
        stopped = typed(home, "serve", "--port", "0")
        assert (stopped.returncode, "`pars work`" in stopped.stderr, "Traceback" in stopped.stderr) == (2, True, False)
        with running(home, "work") as says:
            assert "Ctrl-C" in says
            yield home
        assert engine.status(home).state == "stopped"
    finally:
        engine.remove(home)
        if named is not None:
            os.environ["PARS_DATABASE_URL"] = named


@pytest.mark.database
def test_what_a_worker_started_serves_and_outlives_a_short_command(county: Path) -> None:
    with running(county, "serve", "--port", "0") as says:
        url = re.findall(r"http://\S+", says)[0]
        assert typed(county, "user", "list").returncode == 0
        assert engine.status(county).state == "running"
        with urlopen(f"{url}/public", timeout=30) as page:
            assert page.status == 200


def a_token_goes_into_a_new_file_of_ones_own(county: Path, folder: Path) -> None:
    file, token = folder / "token", ("user", "token", "bob", "--client", "records", "--to")
    made = typed(county, *token, str(file))
    assert (made.returncode, made.stderr, "pars_" in made.stdout) == (0, "", False)
    kept = file.read_text()
    assert re.fullmatch(r"pars_\S+\n", kept)
    assert file.stat().st_mode & 0o777 == 0o600
    again = typed(county, *token, str(file))
    assert (again.returncode, again.stderr, file.read_text()) == (2, f"{file} is there already. Name another file.\n", kept)
    for username, place in (("alice", folder / "none"), ("nemo", folder / "none"), ("bob", folder / "no" / "folder")):
        authority = ("--authority", "grant:none") if username == "alice" else ()
        refused = typed(county, "user", "token", username, "--client", "records", "--to", str(place), *authority)
        assert (refused.returncode, refused.stdout, "Traceback" in refused.stderr) == (2, "", False)
        assert not place.exists()


@pytest.mark.database
def test_a_place_where_nobody_can_listen_is_said_and_the_command_ends(county: Path) -> None:
    with socket.socket() as theirs:
        theirs.bind(("127.0.0.1", 0))
        theirs.listen()
        port = str(theirs.getsockname()[1])
        taken = typed(county, "serve", "--port", port)
    says = f"pars: Port {port} can't be had (Address already in use). Give another: --port, or 0 for a free one.\n"
    assert (taken.returncode, taken.stderr) == (2, says)
    assert typed(county, "serve", "--port", "99999").stderr.startswith("pars: There is no port 99999.")
    for host in ("192.0.2.1", "no-such-host.invalid"):
        away = typed(county, "serve", "--host", host, "--port", "0")
        assert (away.returncode, f"pars: {host} is no address of this machine (" in away.stderr) == (2, True)


@pytest.mark.database
def test_people_get_accounts_and_grants_that_can_be_found_and_ended_again(county: Path, tmp_path: Path) -> None:
    for username, name in (("alice", "Alice Fernmoor"), ("bob", "Bob Larkspur")):
        assert typed(county, "user", "add", username, "--name", name, put=f"{PASSWORD}\n").returncode == 0
    early = typed(county, "user", "grant", "bob", "court_clerk")
    assert (early.returncode, "access_officer" in early.stderr) == (2, True)
    assert "Nobody may give grants yet" in typed(county, "doctor").stdout
    assert "holds no grant" in typed(county, "user", "token", "bob", "--client", "records").stderr
    assert "no account" in typed(county, "user", "token", "carol", "--client", "records").stderr
    assert typed(county, "user", "grant", "alice", "access_officer").returncode == 0
    given = typed(county, "user", "grant", "bob", "court_clerk", "--by", "alice")
    (grant,) = re.findall(r"grant:g-[0-9a-f]+", given.stdout)
    assert re.search(rf"^bob .*Bob Larkspur\n  {grant} +Court clerk$", typed(county, "user", "list").stdout, re.MULTILINE)
    before = typed(county, "ledger", "tail", "-n", "500").stdout
    again = typed(county, "user", "grant", "bob", "court_clerk", "--by", "alice")
    assert (again.returncode, again.stderr) == (0, "")
    assert re.fullmatch(rf"bob holds this already: {grant}, since 20\S+Z\. No other was given\.\n", again.stdout)
    assert grant in typed(county, "user", "grant", "bob", "court_clerk").stdout
    assert typed(county, "ledger", "tail", "-n", "500").stdout == before
    assert typed(county, "user", "token", "bob", "--client", "records").stdout.startswith("pars_")
    a_token_goes_into_a_new_file_of_ones_own(county, tmp_path)
    assert typed(county, "user", "remove", grant, "--by", "alice").returncode == 0
    assert grant not in typed(county, "user", "list").stdout
    anew = typed(county, "user", "grant", "bob", "court_clerk", "--by", "alice").stdout
    assert re.search(r"^Done: bob holds grant:g-", anew)
    assert grant not in anew


@pytest.mark.database
def test_who_may_not_is_told_whether_the_account_or_the_grant_is_missing(county: Path) -> None:
    assert typed(county, "user", "add", "dora", "--name", "Dora Fen", put=f"{PASSWORD}\n").returncode == 0
    assert typed(county, "user", "grant", "dora", "auditor", "--by", "nemo").stderr == "There is no account nemo.\n"
    assert (
        "dora holds no grant that allows grant:give" in typed(county, "user", "grant", "dora", "auditor", "--by", "dora").stderr
    )
    voted = typed(county, "agreement", "vote", "none", "adopt", "--by", "dora")
    assert "dora holds no grant that allows agreement:vote" in voted.stderr
    keyless = typed(county, "agreement", "vote", "none", "adopt", "--by", "dora", "--key", str(county / "no-key"))
    assert (keyless.returncode, "no-key is no file of a key" in keyless.stderr) == (2, True)
    assert "No agreement names dora" in typed(county, "ask", "{}", "--by", "dora").stderr
    assert "No agreement names dora" in typed(county, "approval", "ask", "{}", "--by", "dora").stderr
    assert "isn't JSON" in typed(county, "approval", "ask", "{", "--by", "dora").stderr
    assert (
        "dora holds no grant that allows question:approve"
        in typed(county, "approval", "give", "none", "7", "--by", "dora").stderr
    )
    reviewed = typed(county, "emergency", "review", "none", "7", "JUSTIFIED", "--by", "dora")
    assert "dora holds no grant that allows emergency:review" in reviewed.stderr


@pytest.mark.database
def test_a_question_may_lie_in_a_file(county: Path, tmp_path: Path) -> None:
    asked = tmp_path / "question.json"
    for text, broken in (("{", True), ("{}", False)):
        asked.write_text(text)
        said = typed(county, "ask", str(asked), "--by", "alice").stderr
        assert ("isn't JSON" in said) is broken, said
    assert "isn't JSON" in typed(county, "ask", str(tmp_path / "absent.json"), "--by", "alice").stderr


def test_a_refusal_is_one_line_with_or_without_a_remedy() -> None:
    for remedy, said in (("", "No. (entry 7)"), ("Ask.", "No. Ask. (entry 7)")):
        assert in_a_line(Refusal(code="NO", says="No.", remedy=remedy), 7) == said


@pytest.mark.database
def test_doctor_names_the_owners_and_the_keys_that_lie_where_they_should_not(county: Path) -> None:
    said = typed(county, "doctor").stdout
    assert all(name in said for name in OWNERS.values())
    assert "city, courts, prosecutor" in said
    assert "Sealing" not in said


@pytest.mark.database
def test_the_newest_entries_are_sentences_and_their_leaves_are_there_too(county: Path) -> None:
    said = typed(county, "ledger", "tail", "-n", "50").stdout.splitlines()
    assert "opened the ledger pars.elm.example/log" in said[0]
    assert len(typed(county, "ledger", "tail", "-n", "2").stdout.splitlines()) == 2
    leaves = typed(county, "ledger", "tail", "--leaves", "-n", "2").stdout
    assert re.fullmatch(r"( +\d+ [0-9a-f]{64}\n)+", leaves)


@pytest.mark.database
def test_a_receipt_is_printed_and_checked_without_us(county: Path, tmp_path: Path) -> None:
    assert typed(county, "ledger", "export", str(tmp_path / "bundle")).returncode == 0  # everything is sealed then
    printed = typed(county, "ledger", "receipt", "0")
    assert printed.returncode == 0
    (tmp_path / "receipt").write_text(printed.stdout)
    (tmp_path / "keys").write_text(typed(county, "keys", "trust").stdout)
    report = check_any(tmp_path / "receipt", tmp_path / "keys")
    assert report.status == 0
    assert "Entry 0, at index 0" in report.words()
    for entry in ("999999999", "-1"):
        absent = typed(county, "ledger", "receipt", "--", entry)
        assert (absent.returncode, absent.stdout) == (2, "")
        assert "has no receipt. There is no such entry." in absent.stderr


@pytest.mark.database
def test_a_bundle_that_cannot_be_written_is_said(county: Path) -> None:
    done = typed(county, "ledger", "export", str(county / "no-such-folder" / "bundle"))
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert "can't be written: No such file or directory." in done.stderr


@pytest.mark.database
def test_a_bundle_is_written_over_nothing(county: Path, tmp_path: Path) -> None:
    bundle, link = tmp_path / "bundle", tmp_path / "link"
    link.symlink_to(tmp_path / "nowhere")
    assert typed(county, "ledger", "export", str(bundle)).returncode == 0
    kept = bundle.read_bytes()
    for file in (bundle, link):
        done = typed(county, "ledger", "export", str(file))
        assert (done.returncode, done.stderr) == (2, f"{file} is there already. Name another file.\n")
    assert (bundle.read_bytes(), (tmp_path / "nowhere").exists()) == (kept, False)
