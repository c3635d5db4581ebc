"""`pars import` as it is typed: odd files, odd names, two at once, killed midway. The good rest is always kept, and the end is told."""

from __future__ import annotations

import gzip
import json
import os
import random
import signal
import subprocess
import time
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from pars.store.engine import start, status
from tests import databases

if TYPE_CHECKING:
    from tests.commands.homes import Typed

pytestmark = pytest.mark.database

DOCUMENTS = Path(__file__).parents[1] / "formats" / "documents"
BOOKING = (DOCUMENTS / "booking_without_arrest.xml").read_text()
ARREST = (DOCUMENTS / "arrest.xml").read_text()


def booking(number: str, surname: str = "Tansy") -> str:
    """Return a booking of its own."""
    return BOOKING.replace("77-1", number).replace("Tansy", surname)


def cases(typed: Typed) -> int:
    with psycopg.connect(typed.engine.url()) as owner:
        row = owner.execute("select count(*) from cases.case_file").fetchone()
    assert row is not None
    return int(row[0])


def report(done: subprocess.CompletedProcess[bytes]) -> dict[str, list[dict[str, Any]]]:
    assert done.returncode in {0, 3}, done.stderr
    told: dict[str, list[dict[str, Any]]] = json.loads(done.stdout)
    return told


def test_odd_files_are_told_one_by_one_and_the_good_ones_are_kept(typed: Typed, tmp_path: Path) -> None:
    odd = {
        "packed.xml": ("NOT_XML", gzip.compress(BOOKING.encode())),
        "bomb.xml": ("DOCTYPE", f'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>{BOOKING}'.encode()),
        "latin.xml": ("ENCODING", BOOKING.replace("Tansy", "Tänsy").encode("latin-1")),
        "deep.xml": ("TOO_DEEP", BOOKING.replace("Tansy", "<a>" * 100 + "</a>" * 100).encode()),
        "wide.xml": ("TOO_MANY_ELEMENTS", BOOKING.replace("Tansy", "<a/>" * 100_000).encode()),
        "number.xml": ("TOO_LONG", ARREST.replace("AR-20260301-3", "\U0001f600" * 301).encode()),
    }
    end = BOOKING.rindex("</")
    odd["charges.xml"] = ("TOO_MANY", (BOOKING[:end] + "<Charge><a>1</a></Charge>" * 201 + BOOKING[end:]).encode())
    for name, (_, data) in odd.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "folder.xml").mkdir()
    os.mkfifo(tmp_path / "pipe.xml")
    with (tmp_path / "huge.xml").open("wb") as huge:
        huge.truncate(1_000_000_000)
    (tmp_path / "good.xml").write_text(booking("odd-1"))
    (tmp_path / "sixteen.xml").write_text(booking("odd-2"), encoding="utf-16")
    wanted = {name: code for name, (code, _) in odd.items()} | dict.fromkeys(("folder.xml", "pipe.xml", "none.xml"), "NO_FILE")
    wanted |= {"huge.xml": "TOO_LARGE", "zero": "NO_FILE"}
    before = cases(typed)
    done = typed.run("import", "--json", *sorted(tmp_path.iterdir()), tmp_path / "none.xml", "/dev/zero")
    assert done.returncode == 3
    told = report(done)
    assert {Path(item["file"]).name: item["code"] for item in told["rejected"]} == wanted
    assert all(item["line"] >= 1 and item["what"] and item["remedy"] for item in told["rejected"])
    assert {Path(item["file"]).name for item in told["accepted"]} == {"good.xml", "sixteen.xml"}
    assert cases(typed) == before + 2


def test_what_the_store_fails_on_stops_no_other(typed: Typed, tmp_path: Path) -> None:
    """A rule of the database's that no rule of ours knows of: here a check that a test adds."""
    for name in ("Aster", "Quince", "Zinnia"):
        (tmp_path / f"{name}.xml").write_text(booking(f"fails-{name}", name))
    with psycopg.connect(typed.engine.url(), autocommit=True) as owner:
        owner.execute("alter table cases.identity_claimed add constraint no_quince check (surname <> 'Quince')")
        try:
            done = typed.run("import", "--json", *sorted(tmp_path.iterdir()))
        finally:
            owner.execute("alter table cases.identity_claimed drop constraint no_quince")
    told = report(done)
    assert done.returncode == 3
    assert {item["person"]["surname"] for item in told["accepted"]} == {"Aster", "Zinnia"}
    assert [(Path(item["file"]).name, item["code"]) for item in told["rejected"]] == [("Quince.xml", "NOT_TAKEN_IN")]
    assert b"Quince" not in done.stderr.replace(b"Quince.xml", b""), "the driver's message is not repeated"
    again = report(typed.run("import", "--json", *sorted(tmp_path.iterdir())))
    assert {item["person"]["surname"]: item["changed"] for item in again["accepted"]} == {
        "Aster": False,
        "Quince": True,
        "Zinnia": False,
    }


def test_the_longest_names_fit_where_they_are_looked_up(typed: Typed, tmp_path: Path) -> None:
    drawn = random.Random(7)
    long = "".join(chr(drawn.randint(0x20000, 0x2A000)) for _ in range(120))
    text = ARREST.replace("AR-20260301-3", long).replace("Quill", long).replace("Avery", long[::-1])
    (tmp_path / "long.xml").write_text(text.replace("LX-2026-000881", long).replace("Larkspur Police Department", long))
    done = typed.run("import", "--json", tmp_path / "long.xml")
    assert done.returncode == 0, (done.stdout, done.stderr)


NAMES = [
    b"plain.xml",
    b"esc\x1b[31m.xml",
    "c1\x9b31m.xml".encode(),
    "turned\u202elmx.xml".encode(),
    b"no-text\xff.xml",
    b"two\nlines.xml",
]


@pytest.mark.parametrize("words", [("import",), ("import", "--json")], ids=["text", "json"])
@pytest.mark.parametrize("locale", ["utf-8", "ascii"])
def test_names_reach_the_terminal_only_in_characters_that_can_be_seen(
    words: tuple[str, ...], locale: str, typed: Typed, tmp_path: Path
) -> None:
    """A file's name and a person's, with escape sequences and characters that turn the text's direction."""
    files = []
    for place, name in enumerate(NAMES):
        files.append(os.path.join(os.fsencode(tmp_path), name))  # noqa: PTH118  a name that is no text
        with open(files[-1], "w", encoding="utf-8") as file:  # noqa: PTH123  the same
            file.write(booking(f"seen-{place}", "T&#x9b;31m&#x202e;ysna") if place % 2 else "<broken")
    argv = [os.fsencode(word) for word in typed.argv(*words)]
    environment = typed.environment(PYTHONUTF8="0", PYTHONIOENCODING=f"{locale}:strict")
    done = subprocess.run([*argv, *files], check=False, capture_output=True, env=environment, timeout=120)
    assert done.returncode == 3, done.stderr
    shown = (done.stdout + done.stderr).decode(locale)
    assert not [char for char in shown if char != "\n" and unicodedata.category(char) in {"Cc", "Cf", "Cs"}]
    assert "\\u009b31m\\u202e" in shown
    if "--json" in words:
        told = json.loads(done.stdout)
        assert {os.fsencode(item["file"]) for kind in told.values() for item in kind} == set(files), "nothing is lost by that"
        assert {item["person"]["surname"] for item in told["accepted"]} == {"T\x9b31m\u202eysna"}
        assert all("HIDDEN_CHARACTERS" in {doubt["code"] for doubt in item["doubts"]} for item in told["accepted"])
    else:
        assert len(done.stdout.decode(locale).splitlines()) == 4, "three cases and the sum"


def test_two_imports_of_the_same_files_at_once_make_each_case_once(typed: Typed, tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / f"{number}.xml").write_text(booking(f"both-{number}"))
    before = cases(typed)
    argv = typed.argv("import", "--json", *sorted(tmp_path.iterdir()))
    both = [subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=typed.environment()) for _ in range(2)]
    told = []
    for each in both:
        out, err = each.communicate(timeout=120)
        assert each.returncode == 0, err
        told.append(json.loads(out)["accepted"])
    assert cases(typed) == before + 20
    changed = [{item["case_id"] for item in one if item["changed"]} for one in told]
    assert not changed[0] & changed[1]
    assert len(changed[0] | changed[1]) == 20


@pytest.mark.parametrize("files", [(30, 1), (1, 30)], ids=["the second is the shorter", "the first is the shorter"])
def test_of_two_commands_the_one_that_started_the_database_leaves_it_to_the_other(
    files: tuple[int, int], typed: Typed, tmp_path: Path
) -> None:
    """The database is not running: one of them starts it, and whoever ends first, the other goes on."""
    names = [[tmp_path / f"{who}-{number}.xml" for number in range(count)] for who, count in enumerate(files)]
    for name in (name for group in names for name in group):
        name.write_text(booking(f"ends-{files[0]}-{name.stem}"))
    typed.engine.stop()
    try:
        both = []
        for group in names:
            both.append(
                subprocess.Popen(
                    typed.argv("import", *group), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=typed.environment()
                )
            )
            time.sleep(0.5)
        for each in both:
            _, err = each.communicate(timeout=120)
            assert each.returncode == 0, err
        assert status(typed.home).state == "stopped", "the last one stopped it"
    finally:
        again = start(typed.home, settings=databases.SETTINGS)
        # Not left to the garbage collector: a hold that outlives this test would make nobody the last one in the next.
        assert again.lease is not None
        again.lease.close()


def test_an_import_that_is_killed_midway_is_finished_by_the_next(typed: Typed, tmp_path: Path) -> None:
    for number in range(120):
        (tmp_path / f"{number}.xml").write_text(booking(f"killed-{number}"))
    before = cases(typed)
    files = sorted(tmp_path.iterdir())
    first = subprocess.Popen(typed.argv("import", *files), stdout=subprocess.DEVNULL, env=typed.environment())
    deadline = time.monotonic() + 60
    while cases(typed) < before + 10:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    first.send_signal(signal.SIGKILL)
    first.wait(30)
    there = cases(typed) - before
    assert 10 <= there < 120, "killed midway"
    told = report(typed.run("import", "--json", *files))
    assert len(told["accepted"]) == 120
    assert 120 - there - 1 <= sum(item["changed"] for item in told["accepted"]) <= 120 - there, "one may have been under way"
    assert cases(typed) == before + 120
    assert typed.run("fsck").returncode == 0


def test_a_long_import_says_how_far_it_is_and_a_short_one_says_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from pars.edge.commands import documents

    assert list(documents._with_progress(range(3), "read", 3)) == [0, 1, 2]
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr(documents, "QUIET", -1.0)
    assert list(documents._with_progress(range(2), "read", 2)) == [0, 1]
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "1 of 2 read …\n2 of 2 read …\n")


def test_a_zone_that_is_none_is_refused_before_anything_is_read(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "good.xml").write_text(booking("zone-1"))
    before = cases(typed)
    done = typed.run("import", "--zone", "Nowhere/At All", tmp_path / "good.xml")
    assert done.returncode == 2
    assert b"America/New_York" in done.stderr
    assert cases(typed) == before
