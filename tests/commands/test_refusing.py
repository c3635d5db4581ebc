"""What a command can't do it says in words, with status 2: never a traceback, never a password."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from psycopg.errors import DiskFull

from pars.edge.commands import main, setting_up
from tests.commands.homes import opening

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = "not-for-anybodys-eyes"


@pytest.mark.parametrize(
    ("failure", "says"),
    [
        (
            PermissionError(13, "Permission denied", "/home/other/logins/app"),
            "/home/other/logins/app can't be used: Permission denied",
        ),
        (OSError(28, "No space left on device"), "No space left on device"),
        (DiskFull("could not extend file"), "takes nothing more"),
    ],
)
def test_what_the_machine_refuses_is_said_in_words(failure, says, monkeypatch, tmp_path, capsys):
    def refuses(*_: object, **__: object) -> None:
        raise failure

    monkeypatch.setattr(setting_up.databases, "diagnose", refuses)
    monkeypatch.setenv("PARS_HOME", str(tmp_path))
    assert main(["doctor"]) == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("rest", ["127.0.0.1:1/pars", "no-such-host.invalid/pars", "host:port/pars"])
@pytest.mark.parametrize("words", [opening(), ["migrate"], ["import", "x.xml"], ["fsck"]])
def test_a_named_database_that_cannot_be_reached_is_said_without_its_password(rest, words, monkeypatch, tmp_path: Path, capsys):
    monkeypatch.setenv("PARS_DATABASE_URL", f"postgresql://owner:{PASSWORD}@{rest}")
    monkeypatch.setenv("PARS_HOME", str(tmp_path / "home"))
    assert main(words) == 2
    told = capsys.readouterr().err
    assert told.startswith("pars: ")
    assert PASSWORD not in told


def test_an_address_that_is_none_is_said_without_its_words(monkeypatch, tmp_path: Path, capsys):
    monkeypatch.setenv("PARS_DATABASE_URL", f"no address {PASSWORD}")
    monkeypatch.setenv("PARS_HOME", str(tmp_path / "home"))
    assert main(opening()) == 2
    told = capsys.readouterr().err
    assert "isn't an address" in told
    assert PASSWORD not in told
