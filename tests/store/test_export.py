"""A bundle of a real ledger verifies offline; fsck agrees with it, and finds what was changed behind its back."""

from __future__ import annotations

import pytest

from pars.core.access.predicate import Is
from pars.store import export, sealing
from pars.store.disclosure import Chunk
from pars.store.fsck import fsck
from tests.homes import ask, book, question, serve
from verify.__main__ import check_file


def busy_ledger() -> str:
    """Book two people, serve an agency, answer it once and refuse it once; return the first case's id."""
    case = book("Doe", "Ann")
    book("Roe", "Bob")
    serve()
    assert isinstance(ask(question(where=[Is("surname", "Doe")])), Chunk)
    assert isinstance(ask(question(where=[Is("surname", "Nobody")])), Chunk)
    return case


def test_a_bundle_verifies_and_fsck_finds_nothing(opened, tmp_path):
    busy_ledger()
    size = sealing.seal_now()
    file = tmp_path / "bundle"
    assert export.export(file, patience=1) == size
    report = check_file(file)
    assert report.status == 0, report.words()
    assert fsck() == ()


def test_what_is_not_sealed_is_not_exported(opened, tmp_path):
    sealing.seal_now()
    book()
    with pytest.raises(export.NotSealed):
        export.export(tmp_path / "bundle", patience=0.1)
    assert list(tmp_path.glob("*bundle*")) == []
