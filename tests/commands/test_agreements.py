"""`pars agreement propose --dry-run`: what a version says and could allow is said, and nothing is written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pars.core.access.catalogue import CATALOGUE
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


def refused(typed: Typed, file: Path, text: str | bytes) -> str:
    """Return what is said of a file with this text that can't be proposed."""
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    done = typed.run("agreement", "propose", file, "--dry-run")
    assert (done.returncode, done.stdout) == (2, b"")
    return done.stderr.decode().strip()


def ending(civil: str, zone: str = "America/New_York") -> str:
    return json.dumps({**DOCUMENT, "term": {"end": {"civil": civil, "zone": zone, "rule": "end of day"}}})


def test_a_day_that_is_not_there_is_said_to_be_that(typed: Typed, tmp_path: Path) -> None:
    file = tmp_path / "version.json"
    for civil in ("2087-06-31", "2087-02-29"):
        assert refused(typed, file, ending(civil)) == "/term/end/civil: there is no such day."
    assert refused(typed, file, ending("June 30")).startswith("/term/end/civil: ")
    assert "/term/end/zone: " in refused(typed, file, ending("2087-06-30", "America/Newyork"))
    file.write_text(ending("2088-02-29"))
    assert typed.run("agreement", "propose", file, "--dry-run").returncode == 0


def test_the_columns_are_listed_and_whoever_names_another_is_told_where(typed: Typed, tmp_path: Path) -> None:
    scope = {**DOCUMENT["scope"], "filters": ["record", "last_name"]}
    said = refused(typed, tmp_path / "version.json", json.dumps({**DOCUMENT, "scope": scope}))
    assert said == "/scope/filters/1: is no column of the catalogue. `pars agreement columns` lists the columns."
    for language, words in (("en", "the surname (text; "), ("es", "el apellido (text; ")):
        listed = typed.run("agreement", "columns", "--language", language).stdout.decode().splitlines()
        assert [line.split()[0] for line in listed] == [column.name for column in CATALOGUE]
        assert any(line.startswith("surname ") and words in line for line in listed)
    told = json.loads(typed.run("agreement", "columns", "--json").stdout)["columns"]
    assert {one["code"]: (one["filterable"], one["masks"]) for one in told if one["code"] in {"address", "birth_date"}} == {
        "address": (False, []),
        "birth_date": (True, ["year"]),
    }


def test_a_file_that_is_no_version_is_said_in_words_with_its_place(typed: Typed, tmp_path: Path) -> None:
    file = tmp_path / "version.json"
    assert refused(typed, file, "# Read me").startswith(f"{file} isn't JSON: line 1, column 1: expecting value. docs/how-to/")
    assert "isn't JSON: line 2, column 1: expecting property name" in refused(typed, file, '{"v": 1,\n}')
    assert refused(typed, file, b"{\n\xff").startswith(f"{file}, line 2: it isn't UTF-8 text.")
    owners = '{"v": 1, "about": "profile"}'
    assert "this is an owners' text and no agreement's. It is proposed with `pars text propose`." in refused(
        typed, file, owners
    )
    missing = typed.run("agreement", "propose", tmp_path / "nofile.json", "--dry-run")
    assert (missing.returncode, missing.stderr.decode()) == (
        2,
        f"{tmp_path / 'nofile.json'} can't be read: No such file or directory.\n",
    )
