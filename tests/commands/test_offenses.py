"""`pars offenses` as it is typed: the good lines are loaded, the others named with their place, and the table can be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.commands.homes import Typed

pytestmark = pytest.mark.database

LIST = "statute,title,grade,from,to,seen\n18 § 3921 §§ A,Theft,M1,,2023-12-31,x\n18 § 3921 §§ A,Unlawful taking,F3,2024-01-01,,x\n18 § 1 §§ A/B,Two,S,,,x\n"


def staffed(typed: Typed) -> None:
    for username, role, by in (("officer", "access_officer", ()), ("clerk", "court_clerk", ("--by", "officer"))):
        assert typed.run("user", "add", username, "--name", username, put=b"a-password-of-nobody\n").returncode == 0
        assert typed.run("user", "grant", username, role, *by).returncode == 0


def test_a_list_is_loaded_line_by_line_and_asked(typed: Typed, tmp_path: Path) -> None:
    given, broken = tmp_path / "list.csv", tmp_path / "broken.csv"
    given.write_text(LIST)
    broken.write_bytes(b"statute,title\n18 \xa7 1,One\n")
    assert typed.run("offenses", "show").returncode == 2
    staffed(typed)
    refused = typed.run("offenses", "load", given, "--by", "officer")
    assert (refused.returncode, b"no grant" in refused.stderr) == (2, True)
    assert b"line 2" in typed.run("offenses", "load", broken, "--by", "clerk").stderr
    assert typed.run("offenses", "load", tmp_path / "none.csv", "--by", "clerk").returncode == 2

    loaded = typed.run("offenses", "load", given, "--by", "clerk")
    assert loaded.returncode == 3
    assert "line 4, column statute" in loaded.stderr.decode()
    assert "2 offenses loaded" in loaded.stdout.decode()
    assert "1 lines left out. Not read: the columns seen." in loaded.stdout.decode()
    again = typed.run("offenses", "load", given, "--by", "clerk")
    assert (again.returncode, "counts already" in again.stderr.decode()) == (2, True)

    assert len(typed.run("offenses", "show").stdout.decode().splitlines()) == 2
    asked = typed.run("offenses", "show", "18 Pa.C.S. § 3921(a)", "--on", "2023-06-01")
    assert (asked.returncode, asked.stdout.decode()) == (0, "18 § 3921 §§ A\tTheft\tM1\tto 2023-12-31\n")
    vague = typed.run("offenses", "show", "18 3921 A")
    assert (vague.returncode, len(vague.stdout.splitlines())) == (1, 2)
    assert "which version counts" in vague.stderr.decode()
    assert typed.run("offenses", "show", "18 § 9", "--on", "yesterday").returncode == 2
    assert typed.run("fsck").returncode == 0
