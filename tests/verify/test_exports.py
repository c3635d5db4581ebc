"""`pars-verify` on a file that an export wrote."""

from __future__ import annotations

import json

import pytest

from pars.core.ledger.checkpoint import verifier_key
from tests.agreements import ORIGIN
from tests.core.test_exported import ROWS, written
from tests.ledgers import LOG_PUBLIC
from verify.__main__ import main
from verify.exports import LONGEST, is_export


@pytest.fixture
def keys(tmp_path):
    path = tmp_path / "keys"
    path.write_text(f"log {verifier_key(ORIGIN, LOG_PUBLIC)}\n")
    return path


def checked(tmp_path, keys, data, *more):
    path = tmp_path / "export"
    path.write_bytes(data)
    return main([str(path), *(["--trust", str(keys)] if keys else []), *more])


@pytest.mark.parametrize("name", ["ndjson", "csv"])
def test_whole_stopped_cut_and_changed_end_with_their_own_status(name, tmp_path, keys, capsys):
    whole = written(name)
    assert checked(tmp_path, keys, whole) == 0
    assert capsys.readouterr().out.startswith("WHOLE: 2 chunks with 5 records.")
    assert checked(tmp_path, keys, written(name, why="AGREEMENT_REVOKED")) == 3
    assert "STOPPED" in (said := capsys.readouterr().out)
    assert "c12" in said
    assert checked(tmp_path, keys, written(name, end=False)) == 3
    assert "CUT: 2 chunks" in capsys.readouterr().out
    assert checked(tmp_path, keys, whole.replace(b"Doe", b"Roe", 1)) == 1
    assert "is at fault" in capsys.readouterr().out
    assert checked(tmp_path, keys, whole, "--json") == 0
    assert json.loads(capsys.readouterr().out)["verdict"] == "whole"


def test_without_a_key_nothing_is_said_of_it(tmp_path, capsys):
    assert checked(tmp_path, None, written()) == 2
    assert "--trust" in capsys.readouterr().out
    assert checked(tmp_path, None, written(), "--json") == 2
    assert json.loads(capsys.readouterr().out) == {"verdict": "unusable"}


def test_a_long_file_is_read_in_parts_and_a_line_without_end_is_wrong(tmp_path, keys, capsys):
    many = written(chunks=tuple((0, len(ROWS)) for _ in range(2000)))
    assert checked(tmp_path, keys, many) == 0
    assert "2,000 chunks" in capsys.readouterr().out
    assert checked(tmp_path, keys, written(end=False) + b"x" * (LONGEST + 200_000) + b"\n") == 1
    assert not is_export(b"surname,given\nDoe,Ann\n")
    assert not is_export(b"")
