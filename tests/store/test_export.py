"""A bundle of a real ledger verifies offline; fsck agrees with it, and finds what was changed behind its back."""

from __future__ import annotations

import os

import pytest

from pars.core.access.predicate import Is
from pars.store import export, sealing, witnessed
from pars.store.disclosure import Chunk
from pars.store.fsck import fsck
from tests.agreements import ORIGIN
from tests.homes import ask, book, question, serve
from tests.owners import WATCHERS
from tests.watchers import name_witnesses
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


def test_where_nothing_is_signed_on_purpose_the_bundle_ends_at_the_last_checkpoint(opened, tmp_path):
    """The database is an older copy than what was signed: that is when an auditor wants what there is."""
    busy_ledger()
    name_witnesses()
    size = sealing.seal_now()
    witnessed.note_heard(origin=ORIGIN, key=WATCHERS["city"].public_key().public_bytes_raw(), said="ahead", size=size + 5)
    book("Poe")
    sealing.seal_now()
    file = tmp_path / "bundle"
    assert export.export(file, patience=10) == size
    report = check_file(file)
    assert report.status == 0, report.words()


@pytest.mark.parametrize("what", ["folder", "link", "link to nowhere", "pipe"])
def test_only_a_plain_file_is_written_over(opened, tmp_path, what):
    """Root may replace /dev/null: a mistyped name must not. A pipe stands for it, lest a test that fails does."""
    sealing.seal_now()
    kept, place = tmp_path / "kept", tmp_path / "bundle"
    kept.write_text("kept")
    if what == "folder":
        place.mkdir()
    elif what == "pipe":
        os.mkfifo(place)
    else:
        place.symlink_to(kept if what == "link" else tmp_path / "nowhere")
    mode, before = place.lstat().st_mode, sorted(tmp_path.iterdir())
    with pytest.raises(OSError, match="no plain file"):
        export.export(place, patience=1)
    assert place.lstat().st_mode == mode
    assert (kept.read_text(), sorted(tmp_path.iterdir())) == ("kept", before)


def test_a_bundle_is_written_over_whole_whatever_its_name_and_nothing_else_stays(opened, tmp_path):
    (folder := tmp_path / "folder").mkdir()
    file = folder / ("b" * 250)
    file.write_text("an older bundle")
    size = sealing.seal_now()
    assert export.export(file, patience=1) == size
    assert check_file(file).status == 0
    assert list(folder.iterdir()) == [file]
    with pytest.raises(FileNotFoundError):
        export.export(tmp_path / "nowhere" / "bundle", patience=1)


def test_a_ledger_that_was_never_opened_is_not_exported(home, tmp_path):
    with pytest.raises(export.NotSealed, match="isn't opened yet"):
        export.export(tmp_path / "bundle", patience=1)
    assert list(tmp_path.iterdir()) == [home]
