"""Which module adds which command is written down once more, so that a command reads no other's: both say the same."""

from __future__ import annotations

import argparse
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from pars.edge import commands
from pars.edge.commands import COMMANDS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("module", COMMANDS)
def test_a_module_adds_what_is_written_down(module: str) -> None:
    below = argparse.ArgumentParser().add_subparsers()
    import_module(f"{commands.__name__}.{module}").add_commands(below)
    assert tuple(below.choices) == COMMANDS[module]


def test_every_module_with_commands_is_written_down() -> None:
    folder = Path(commands.__file__).parent
    named = {path.stem for path in folder.glob("*.py") if "\ndef add_commands(" in path.read_text()}
    assert named == COMMANDS.keys()


@pytest.mark.parametrize("before", [[], ["--home", "elsewhere"], ["--home=elsewhere"]])
def test_a_command_reads_no_other_s_module(before: list[str]) -> None:
    words = [*before, "witness", "--help"]
    code = f"import sys\nfrom pars.edge.commands import main\ntry:\n    main({words!r})\nexcept SystemExit as end:\n    assert not end.code\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "pars.edge.commands.witnessing" in loaded
    assert {"pars.edge.commands.orders", "psycopg", "django"} & loaded == set()


@pytest.mark.parametrize("words", [["--help"], ["--home", "witness", "--help"], ["--hom", "x", "--help"]])
def test_what_isnt_plain_reads_them_all(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        commands.main(words)
    assert end.value.code == 0
    told = capsys.readouterr().out.split()
    assert {name for names in COMMANDS.values() for name in names} <= set(told)
