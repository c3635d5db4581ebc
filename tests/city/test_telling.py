"""What a demo that is ready tells its visitor can be typed and found as it says."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

from pars.actions import founding
from pars.core.terms import Instant
from pars.edge.city import cast, telling

PROGRAMS = {"pars", "pars-verify"}


def test_the_commands_that_it_names_are_there_and_name_its_home(tmp_path: Path) -> None:
    home = tmp_path / "a home"
    words = telling.ready_words(url="http://127.0.0.1:1", password="none", kept=home / "demo.json", end=Instant(0))
    (line,) = [line for line in words.splitlines() if "ledger export" in line]
    typed = shlex.split(line.split(": ", 1)[1])
    programs = [Path(word) for word in typed if Path(word).name in PROGRAMS]
    assert {program.name for program in programs} == PROGRAMS
    assert {program.parent for program in programs} == {Path(sys.executable).parent}
    assert typed[typed.index("--home") + 1] == str(home)


def test_a_voters_seat_is_called_the_same_in_the_terminal_and_on_the_screen() -> None:
    labels = {role["name"]: role["label"]["en"] for role in map(json.loads, founding.shipped().roles)}
    voters = [seat for seat in cast.STAFF if seat.role.startswith("voter_")]
    assert len(voters) == 3
    assert [seat.says.lower() for seat in voters] == [labels[seat.role].lower() for seat in voters]
