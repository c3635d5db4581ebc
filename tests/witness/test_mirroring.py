"""A witness's copy of a log: fetched, hashed again, and kept only where it leads to a root that was cosigned."""

from __future__ import annotations

import pytest

from pars.core.ledger.checkpoint import Note, read_note
from pars.core.ledger.merkle import root
from tests.witness.growing import ORIGIN, Log, served
from witness.memory import Memory
from witness.mirroring import PIECE, NotHad, Source, look


@pytest.fixture
def memory(tmp_path):
    made = Memory(tmp_path / "memory", new=True)
    made.know(ORIGIN, bytes(32), None)
    return made


def cosign(memory, log, size):
    note = read_note(log.note(size))
    assert memory.exchange(ORIGIN, lambda _: (1, Note(note.body, note.signatures))) is None


def fetched(memory, source):
    pieces = 1
    while look(memory, ORIGIN, source):
        pieces += 1
    return pieces


def test_the_copy_is_the_whole_log_in_pieces_and_goes_on_where_it_ended(memory, tmp_path):
    log = Log().grow(PIECE + 700)
    with served(log) as (address, asked):
        source = Source(address, tmp_path / "token")
        assert not look(memory, ORIGIN, source)
        cosign(memory, log, 300)
        assert fetched(memory, source) == 1
        assert memory.mirrored(ORIGIN).size == 300
        cosign(memory, log, PIECE + 699)
        assert fetched(memory, source) == 2
        assert list(memory.entries(ORIGIN)) == log.entries[:-1]
        assert memory.mirrored(ORIGIN).root() == log.point(PIECE + 699).root
        asked.clear()
        assert not look(memory, ORIGIN, source)
        assert asked == []
        cosign(memory, log, PIECE + 700)
        assert not look(memory, ORIGIN, Source(address + "/", tmp_path / "token"))
    assert list(memory.entries(ORIGIN)) == log.entries


def test_where_a_partial_tile_is_gone_the_full_one_is_taken(memory, tmp_path):
    log = Log().grow(512)
    cosign(memory, log, 300)
    with served(log, only_full=True) as (address, asked):
        look(memory, ORIGIN, Source(address, tmp_path / "token"))
        assert asked == [f"/log/tile/entries/{place}" for place in ("000", "001.p/44", "001")]
    assert list(memory.entries(ORIGIN)) == log.entries[:300]


@pytest.mark.parametrize("place", [0, 255, 256, PIECE - 1, PIECE, PIECE + 99])
def test_an_entry_that_is_not_the_signed_one_is_not_kept_nor_anything_beside_it(memory, tmp_path, place):
    log = Log().grow(PIECE + 100)
    cosign(memory, log, PIECE + 100)
    changed = Log([*log.entries])
    changed.entries[place] = b"another"
    true = log.tile
    log.tile = lambda tile: changed.tile(tile) if tile.level is None else true(tile)
    with served(log) as (address, _), pytest.raises(NotHad, match="not those that it signed: none were kept"):
        fetched(memory, Source(address, tmp_path / "token"))
    kept = list(memory.entries(ORIGIN))
    assert len(kept) == memory.mirrored(ORIGIN).size == (0 if place < PIECE else PIECE)
    assert b"another" not in kept


def test_tiles_that_fit_the_changed_entries_help_nothing(memory, tmp_path):
    log = Log().grow(PIECE + 100)
    cosign(memory, log, PIECE + 100)
    log.entries[PIECE + 7] = b"another"
    with served(log) as (address, _), pytest.raises(NotHad, match="not those that it signed"):
        fetched(memory, Source(address, tmp_path / "token"))
    assert memory.mirrored(ORIGIN).size == 0


def test_the_copy_needs_the_token_that_the_log_gave(memory, tmp_path):
    log = Log().grow(10)
    cosign(memory, log, 10)
    token = tmp_path / "token"
    with served(log, token="given") as (address, _):
        for text in (None, "another\n"):
            if text:
                token.write_text(text)
            with pytest.raises(NotHad, match="answers 401: put the token"):
                look(memory, ORIGIN, Source(address, token))
        token.write_text("given\n")
        assert not look(memory, ORIGIN, Source(address, token))
    assert memory.mirrored(ORIGIN).size == 10


def test_what_can_not_be_had_is_told_and_nothing_is_kept(memory, tmp_path):
    log = Log().grow(10)
    cosign(memory, log, 10)
    with served(Log().grow(9)) as (address, _), pytest.raises(NotHad, match="tile/entries/000 answers 404"):
        look(memory, ORIGIN, Source(address, tmp_path / "token"))
    with pytest.raises(NotHad, match="can't be reached"):
        look(memory, ORIGIN, Source(address, tmp_path / "token"))
    log.tile = lambda tile: b"\x00\x09short" if tile.level is None else b""
    with served(log) as (address, _), pytest.raises(NotHad, match="can't be read: the bundle ends within an entry"):
        look(memory, ORIGIN, Source(address, tmp_path / "token"))
    log.tile = lambda _: b"x" * (1024 * 1024 + 1)
    with served(log) as (address, _), pytest.raises(NotHad, match="longer than any tile"):
        look(memory, ORIGIN, Source(address, tmp_path / "token"))
    assert memory.mirrored(ORIGIN).size == 0


def test_of_two_that_mirror_one_keeps_each_entry(memory, tmp_path):
    log = Log().grow(20)
    cosign(memory, log, 20)
    with served(log) as (address, _):
        behind = memory.mirrored(ORIGIN)
        look(memory, ORIGIN, Source(address, tmp_path / "token"))
    with pytest.raises(ValueError, match="another process mirrors"):
        memory.mirror(ORIGIN, log.entries, memory.mirrored(ORIGIN))
    assert behind.size == 0
    assert root([]) == behind.root()
    assert list(memory.entries(ORIGIN)) == log.entries
