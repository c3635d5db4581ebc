"""The page on keys can be typed from its top to its end, in a new home; afterwards everything agrees, and a stranger's program verifies it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.commands.homes import typed_in
from tests.docs.pages import ROOT, blocks
from verify.checks import verify
from verify.report import VERIFIED
from verify.trust import read_trust

if TYPE_CHECKING:
    from tests.commands.homes import Typed

PAGE = ROOT / "docs/how-to/change-a-key.md"
AFTER = ("pars fsck", "pars keys show > shown", "pars keys trust > keys.txt", "pars ledger export bundle.pars")


def type_in(typed: Typed, line: str) -> None:
    """Do what a shell does with a line of the page: what is put in before a bar, kept behind an arrow, or stands in a file."""
    said, _, command = line.rpartition(" | ")
    command, _, into = command.partition(" > ")
    command = re.sub(r"\$\(cat (\S+)\)", lambda found: Path(found[1]).read_text().strip(), command)
    words = shlex.split(command.replace("$PARS_HOME", str(typed.home)))
    assert words[0] == "pars", line
    done = typed.run(*words[1:], put=said.removeprefix("echo ").encode() + b"\n")
    assert done.returncode == 0, (line, done.stdout, done.stderr)
    if into:
        Path(into).write_bytes(done.stdout)


@pytest.mark.database
def test_what_the_page_has_its_reader_type_works_from_its_top_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = [line for block in blocks(PAGE) if "keys" in block.info.split() for line in block.lines]
    assert len(lines) > 25
    with typed_in(tmp_path / "home") as typed:
        for line in (*lines, *AFTER):
            type_in(typed, line)
    shown = (tmp_path / "shown").read_text().splitlines()
    uses = sorted(one.split()[0] for one in shown)
    assert uses == ["log", "log", "seat:city", "seat:city", "seat:courts", "seat:courts", "seat:prosecutor"]
    assert [one for one in shown if "in doubt from entry 1 on" in one]
    trust = read_trust((tmp_path / "keys.txt").read_text())
    report = verify((tmp_path / "bundle.pars").read_bytes(), trust)
    assert report.status == VERIFIED, report.words()
