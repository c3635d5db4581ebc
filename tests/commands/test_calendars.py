"""`pars calendar` as it is typed: the good lines are loaded, the others named with their place, and a day can be asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.commands.test_offenses import staffed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.commands.homes import Typed

pytestmark = pytest.mark.database

LIST = """kind,from,to,court,days,time,capacity,prefix,cause,seen
closure,2026-12-25,,,,,,,Christmas Day,x
hearing,2026-01-01,,B08,mon tue wed thu fri,09:00,20,,,x
docket,2026-01-01,,,,,,MC-51-CR,,x
session,2026-01-01,,,,4,,,,x
"""


def test_a_calendar_is_loaded_line_by_line_and_asked(typed: Typed, tmp_path: Path) -> None:
    given = tmp_path / "calendar.csv"
    given.write_text(LIST)
    staffed(typed)
    assert typed.run("calendar", "load", tmp_path / "none.csv", "--by", "clerk").returncode == 2
    refused = typed.run("calendar", "load", given, "--by", "officer")
    assert (refused.returncode, b"no grant" in refused.stderr) == (2, True)
    loaded = typed.run("calendar", "load", given, "--by", "clerk")
    assert loaded.returncode == 3
    assert "line 5, column time" in loaded.stderr.decode()
    assert "3 lines loaded" in loaded.stdout.decode()
    assert "1 lines left out. Not read: the columns seen." in loaded.stdout.decode()
    again = typed.run("calendar", "load", given, "--by", "clerk")
    assert (again.returncode, "counts already" in again.stderr.decode()) == (2, True)

    closed = typed.run("calendar", "show", "2026-12-25").stdout.decode().splitlines()
    assert closed[0] == "hearings: none, it is a day when the court is closed (Christmas Day)"
    opened = typed.run("calendar", "show", "2026-12-24").stdout.decode().splitlines()
    assert opened == [
        "hearings: the court is open",
        "courtroom: B08 at 09:00, 20 cases",
        "sessions: 00:00 04:00 08:00 12:00 16:00 20:00",
        "docket numbers: drawn here, MC-51-CR",
    ]
    assert typed.run("calendar", "show", "yesterday").returncode == 2
    assert typed.run("fsck").returncode == 0
