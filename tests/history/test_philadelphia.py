"""The history of 2008–2018: every line bears a mark, what is found or inferred has sources, and what is played comes out as it says."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pars.actions import founding, publishing
from pars.core.terms import Instant, end_of_day, instant, moment
from pars.edge.commands import homes
from pars.edge.history import arrests, playing, replaying, telling
from pars.edge.history.record import MARKS, ORIGIN, ZONE, Clause, Step, local, philadelphia
from tests.docs.pages import ROOT, blocks
from tests.store.conftest import home
from tests.web.screens import use_django
from verify.__main__ import check_file

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["home"]

RECORD = philadelphia()
PAGE = ROOT / "docs" / "history-philadelphia.md"
MARKED: tuple[Step | Clause, ...] = (*RECORD.steps, *RECORD.clauses)

# ---------------------------------------------------------------- the fixture itself


def test_every_line_bears_a_mark_and_what_rests_on_sources_names_them() -> None:
    for line in MARKED:
        assert line.mark in MARKS, line
        assert bool(line.sources) == (line.mark != "not found"), line
        assert set(line.sources) <= RECORD.sources.keys(), line
    used = {tag for line in MARKED for tag in line.sources}
    assert used == RECORD.sources.keys(), "a source that nothing rests on"


def test_lines_stand_in_the_order_in_which_they_are_played_and_agree_with_their_dates() -> None:
    times = [step.at for step in RECORD.steps]
    assert times == sorted(times)
    for step in RECORD.steps:
        played = moment(step.at, ZONE).isoformat()
        assert played.startswith(step.date), step


def test_no_question_is_said_to_be_in_the_record() -> None:
    assert {step.mark for step in RECORD.steps if step.do == "ask"} == {"not found"}


def test_the_end_is_the_end_of_that_civil_day_in_that_zone() -> None:
    reading = RECORD.reading
    at = end_of_day(date.fromisoformat(reading["civil"]), reading["zone"])
    assert (reading["rule"], instant(datetime.fromisoformat(reading["instant"]))) == ("end of day", at)
    (end,) = [step for step in RECORD.steps if step.do == "end"]
    assert end.at == at
    (last,) = [step.more["last"] for step in RECORD.steps if step.do == "propose" and step.more["version"] == 10]
    assert last == reading["civil"]


KNOWN = {
    "Alcohol", "America", "AP", "Armas", "Attorney", "August", "Bureau", "Buró", "C.S", "City", "Ciudad", "Concejo", "Council", "Court",
    "Customs", "Distrito", "District", "E.D", "EE", "Enforcement", "Estados", "Explosives", "Federal", "Filadelfia", "Firearms", "Fiscalía",
    "Fuego", "Immigration", "Investigation", "July", "June", "KYW", "Mayor", "Municipal", "Nada", "New_York", "No", "November", "October", "Office",
    "Oficina", "PARS", "Pa", "Pa.C.S", "Philadelphia", "Resolución", "Resolution", "September", "Solicitor", "States", "Su", "T", "Tobacco",
    "UU", "United", "Unidos", "Z",
}  # fmt: skip
"""The words with a capital letter inside a sentence: places, offices, courts, months. None is a person's name."""


def test_offices_are_named_and_never_a_person() -> None:
    """Every capital letter that doesn't begin a sentence is of a word that is known to be no person's name."""
    said = [text for line in MARKED for text in line.says.values()]
    said += [*RECORD.sources.values(), *(step.more.get("text", "") for step in RECORD.steps)]
    found: set[str] = set()
    for text in said:
        for sentence in re.split(r"(?<=[a-zé0-9)][.:;]) +|\(|: ", text):
            found |= set(re.findall(r"\b[A-ZÁÉÍÓÚÑ][\w.]*", sentence.partition(" ")[2]))
    assert {word.rstrip(".") for word in found} <= KNOWN


# ---------------------------------------------------------------- played


@pytest.fixture
def empty(home: Path) -> Path:
    use_django()
    return home


def summary(lines: Iterable[dict[str, Any]]) -> dict[str, list[str]]:
    """Return by year what was decided and answered, in order: `v3 adopted`, `ice by_name answered`."""
    years: dict[str, list[str]] = defaultdict(list)
    for line, step in zip(lines, RECORD.steps, strict=True):
        came, more = line["result"].get("came", ""), step.more
        match step.do:
            case "vote":
                years[line["local"][:4]].append(f"{step.office} {more['choice']}s v{more['version']}: {came}")
            case "ask":
                years[line["local"][:4]].append(f"{step.office} {more['question']}: {came}")
            case "end":
                years[line["local"][:4]].append(f"the end: {line['result']['state']}")
    return dict(years)


def renewed(version: int) -> list[str]:
    votes = [f"city adopts v{version}: open", f"courts adopts v{version}: adopted"]
    shielded = ["ice with_incident: NOT_GRANTED"] if version > 3 else []
    return [*votes, "ice by_name: answered", "ice by_name: answered", *shielded]


GOLDEN = {
    "2008": [
        "ice by_name: NO_AGREEMENT", "city adopts v1: open", "courts adopts v1: adopted", "ice by_name: answered",
        "ice with_incident: answered", "ice with_victim: UNKNOWN_COLUMN", "ice by_birthplace: NOT_FILTERABLE",
    ],
    "2009": renewed(2),
    "2010": [
        "ice by_name: answered", "ice with_incident: answered", "ice with_victim: UNKNOWN_COLUMN", "city adopts v3: open",
        "courts adopts v3: adopted", "ice by_name: answered", "ice with_incident: NOT_GRANTED", "ice with_victim: UNKNOWN_COLUMN",
        "fbi with_incident: answered",
    ],
    **{str(year): renewed(version) for version, year in enumerate(range(2011, 2018), start=4)},
    "2018": [
        "prosecutor rejects v11: open", "city rejects v11: rejected", "ice by_name: answered", "ice with_incident: NOT_GRANTED",
        "fbi by_name: answered", "atf by_name: answered", "the end: ENDED", "ice by_name: AGREEMENT_ENDED", "fbi by_name: answered", "atf by_name: answered",
        "fbi with_incident: answered",
    ],
}  # fmt: skip


@pytest.mark.database
def test_the_replay_comes_out_as_the_record_says_and_its_bundle_verifies(empty: Path, tmp_path: Path) -> None:
    lines: list[dict[str, Any]] = []
    made = replaying.replay(empty, bundle=tmp_path / "b", tell=lambda one: lines.append(telling.as_json(one)))
    assert [(line["date"], line["kind"], line["mark"]) for line in lines] == [(s.date, s.do, s.mark) for s in RECORD.steps]
    assert [line["at"] for line in lines] == sorted(line["at"] for line in lines)
    assert summary(lines) == GOLDEN
    assert all(line["invented"] for line in lines if line["kind"] == "ask")
    assert all(line["says"]["en"] and line["says"]["es"] for line in lines)
    assert made.verified
    assert made.words.startswith("SIMULATED CLOCK")
    assert founding.check_everything() == []
    entries = [line["result"]["entry"] for line in lines if line["result"].get("entry")]
    assert entries == sorted(entries)
    assert len(entries) == len(set(entries)), "a decision without an entry of its own"
    found = {one.agreement.id: one.stands.state for one in publishing.agreements()}
    assert found == {"ice": "ENDED", "fbi": "IN_FORCE", "atf": "IN_FORCE"}
    _one_byte(tmp_path / "b", empty / "keys.txt")
    with pytest.raises(replaying.NotHere):
        replaying.replay(empty, bundle=tmp_path / "c", tell=lambda one: None)


def _one_byte(bundle: Path, keys: Path) -> None:
    """See that the bundle is no longer verified once a byte of it is another."""
    data = bytearray(bundle.read_bytes())
    data[len(data) // 2] ^= 1
    bundle.write_bytes(data)
    assert check_file(bundle, keys).status == 1


@pytest.mark.database
def test_a_replay_that_comes_out_otherwise_than_the_record_stops(empty: Path) -> None:
    wrong = replace(RECORD.steps[2], expects="answered")
    record = replace(RECORD, steps=(*RECORD.steps[:2], wrong))
    shift = Instant(local(playing.FIRST) - publishing.now())
    homes.open_ledger(origin=ORIGIN, simulated=True, shift=shift)
    with founding.sealing_by_hand() as seal:
        replay = playing.Replay(arrests.staff_of_offices(), shift, seal)
        with pytest.raises(playing.NotAsExpected, match="line 3"):
            list(replay.steps(record))


# ---------------------------------------------------------------- typed


def run(folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[bytes]:
    """Type a command in a folder, where no home is named."""
    given = {name: value for name, value in os.environ.items() if not name.startswith(("PARS_", "DJANGO_"))}
    argv = [sys.executable, "-m", "pars", *words]
    return subprocess.run(
        argv, check=False, capture_output=True, env={**given, "PYTHONUTF8": "1", **more}, cwd=folder, timeout=300
    )


@pytest.mark.database
def test_without_a_home_it_leaves_nothing_behind_but_the_bundle(tmp_path: Path) -> None:
    (tmp_path / "temporary").mkdir()
    done = run(tmp_path, "history", "philadelphia", "--json", "--bundle", "b.pars", TMPDIR=str(tmp_path / "temporary"))
    assert done.returncode == 0, done.stderr
    *lines, last = [json.loads(line) for line in done.stdout.splitlines()]
    assert summary(lines) == GOLDEN
    marks = {mark: sum(step.mark == mark for step in RECORD.steps) for mark in MARKS}
    assert (last["verified"], last["steps"], last["marks"]) == (True, len(RECORD.steps), marks)
    assert check_file(tmp_path / "b.pars").status == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.pars", "temporary"]
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.parametrize("option", ["--bundle", "--page"])
def test_no_file_is_written_over_and_that_is_said_before_anything_is_played(option: str, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("mine")
    done = run(tmp_path, "history", "philadelphia", option, "kept")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"kept is there already. Name another file." in done.stderr
    assert (kept.read_text(), list(tmp_path.iterdir())) == ("mine", [kept])


def test_a_database_that_is_named_needs_a_home_that_is_named(tmp_path: Path) -> None:
    done = run(tmp_path, "history", "philadelphia", PARS_DATABASE_URL="postgresql://nobody@localhost:1/none")
    assert done.returncode != 0
    assert b"--home" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.database
def test_what_the_page_has_its_reader_type_works(tmp_path: Path) -> None:
    lines = [line for block in blocks(PAGE) if block.info == "sh history" for line in block.lines]
    assert lines
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    given = {name: value for name, value in os.environ.items() if not name.startswith(("PARS_", "DJANGO_"))}
    for line in lines:
        done = subprocess.run(
            shlex.split(line), check=False, capture_output=True, env={**given, "PATH": path}, cwd=tmp_path, timeout=300
        )
        assert done.returncode == 0, (line, done.stderr)


def test_the_page_tells_the_marks_and_sources_of_the_fixture() -> None:
    said = PAGE.read_text(encoding="utf-8")
    tags = {tag for step in RECORD.steps for tag in step.sources}
    assert tags == set(re.findall(r"\bS[0-9]{2}\b", said))
    assert all(f"\n| {mark} |" in said for mark in MARKS)
