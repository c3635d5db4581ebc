"""`pars agreement propose --dry-run`: what a version says and could allow is said, and nothing is written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pars.core.access.purposes import listed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.commands.homes import Typed

DOCUMENT = {
    "v": 1,
    "agreement": "tried",
    "number": 1,
    "title": {"en": "Tried", "es": "Probado"},
    "parties": {"agency": {"id": "sheriff", "name": "The Sheriff", "class": "criminal_justice"}, "owners": ["city", "courts", "prosecutor"]},
    "authority": "18 Pa.C.S. § 9121(a)",
    "purposes": [listed("warrant_service").demanding("warrant_number")],
    "scope": {"columns": ["record"], "filters": ["record"], "masks": {}, "rows": {"column": "adult", "is": "no"}},
    "limits": {"questions_per_day": 5, "rows_per_reply": 5},
    "users": {"must": []},
    "place": {"name": "Philadelphia", "zone": "America/New_York"},
    "term": {"end": {"civil": "2090-08-31", "zone": "America/New_York", "rule": "end of day"}},
    "duties": [],
    "onward": "forbidden",
}  # fmt: skip


def test_a_version_is_tried_and_nothing_is_written(typed: Typed, tmp_path: Path) -> None:
    file = tmp_path / "version.json"
    file.write_text(json.dumps(DOCUMENT))
    said = typed.run("agreement", "propose", file, "--dry-run")
    assert said.returncode == 0, said.stderr
    assert b"It could be proposed; nothing was written." in said.stdout
    assert b"Nobody could ever be shown under it" in said.stdout
    told = json.loads(typed.run("agreement", "propose", file, "--dry-run", "--json").stdout)
    assert told["advice"][0].startswith("Nobody could ever be shown under it")
    assert told["changes"] == []
    assert "No agreement was ever proposed here." in typed.run("agreement", "list").stdout.decode()


def test_what_could_not_be_proposed_is_said_with_its_place(typed: Typed, tmp_path: Path) -> None:
    file = tmp_path / "version.json"
    file.write_text(json.dumps({**DOCUMENT, "number": 2}))
    refused = typed.run("agreement", "propose", file, "--dry-run")
    assert (refused.returncode, refused.stderr.decode().strip()) == (2, "The next version of this agreement is number 1.")
    nobody = typed.run("agreement", "propose", file)
    assert (nobody.returncode, nobody.stderr.decode().strip()) == (2, "Say who proposes it: --by ACCOUNT.")
