"""Addresses of tiles, bundles of entries, and what a log hands to a witness."""

from __future__ import annotations

from base64 import b64encode

import pytest

from pars.core.ledger.merkle import consistency_proof, inclusion_proof, root, verify_consistency, verify_inclusion
from pars.core.ledger.submission import Submission, read_submission
from pars.core.ledger.tiles import WIDTH, Tile, bundles, read_entries, read_tile, reader, write_entries


@pytest.mark.parametrize(
    ("path", "tile"),
    [
        ("tile/0/x001/x234/067", Tile(level=0, n=1234067)),  # C2SP tlog-tiles's own example
        ("tile/0/000", Tile(level=0, n=0)),
        ("tile/63/x001/000", Tile(level=63, n=1000)),
        ("tile/2/000.p/17", Tile(level=2, n=0, width=17)),
        ("tile/entries/999", Tile(level=None, n=999)),
        ("tile/entries/x001/234.p/255", Tile(level=None, n=1234, width=255)),
    ],
)
def test_an_address_names_one_tile(path, tile):
    assert tile.path() == path
    assert read_tile(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/00/000",
        "tile/64/000",
        "tile/100/000",
        "tile/-1/000",
        "tile/0/x000/001",
        "tile/0/001/000",
        "tile/0/000/",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/999",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/000.p/1/2",
        "tile/entries/x000/000",
        "tile/entry/000",
        "tile/0/٠٠٠",
        "/tile/0/000",
    ],
)
def test_anything_else_names_none(path):
    assert read_tile(path) is None


def test_a_tree_has_the_tiles_that_the_specification_counts():
    """C2SP tlog-tiles: what a tree of 70,000 is represented by, and one of 256."""
    size = 70_000
    assert [Tile(level=0, n=272).within(size), Tile(level=0, n=273).within(size)] == [True, False]
    assert [Tile(level=0, n=273, width=width).within(size) for width in (112, 113)] == [True, False]
    assert [Tile(level=1, n=0).within(size), Tile(level=1, n=1).within(size)] == [True, False]
    assert [Tile(level=1, n=1, width=width).within(size) for width in (17, 18)] == [True, False]
    assert [Tile(level=2, n=0, width=width).within(size) for width in (1, 2)] == [True, False]
    assert Tile(level=1, n=0, width=1).within(256)
    assert not Tile(level=1, n=0, width=1).within(255)
    assert [Tile(level=None, n=273, width=width).within(size) for width in (112, 113)] == [True, False]


def test_the_bundles_between_two_sizes():
    assert bundles(0, 0) == bundles(256, 256) == ()
    assert bundles(0, 256) == (Tile(level=None, n=0),)
    assert bundles(300, 513) == (Tile(level=None, n=1), Tile(level=None, n=2, width=1))
    assert bundles(300, 310) == (Tile(level=None, n=1, width=54),)


def test_a_bundle_holds_its_entries_and_nothing_cut():
    entries = tuple(bytes([n]) * n for n in (3, 0, 255)) * 80
    data = write_entries(entries)
    assert data[:5] == b"\x00\x03\x03\x03\x03"
    assert read_entries(data) == entries
    assert read_entries(b"") == ()
    for cut in (1, 2, 4, len(data) - 1):
        with pytest.raises(ValueError, match="within an entry"):
            read_entries(data[:cut])
    assert WIDTH * (2048 + 2) < 2**20


@pytest.mark.parametrize("size", [1, 255, 256, 257, 700, 65_536, 70_000])
def test_proofs_are_built_from_tiles(size):
    leaves = [n.to_bytes(32) for n in range(size)]
    asked = []

    def fetch(tile):
        asked.append(tile)
        assert tile.within(size)
        span = WIDTH**tile.level
        start = tile.n * WIDTH * span
        return b"".join(root(leaves[start + at * span : start + (at + 1) * span]) for at in range(tile.width))

    read = reader(size, fetch)
    top = root(leaves)
    assert verify_inclusion(leaves[size // 2], size // 2, size, inclusion_proof(size // 2, size, read), top)
    first = size // 3 + 1
    assert verify_consistency(first, size, root(leaves[:first]), top, consistency_proof(first, size, read))
    assert len(asked) == len(set(asked))


def test_a_tile_of_another_length_is_none():
    read = reader(3, lambda _: bytes(64))
    with pytest.raises(ValueError, match="tile 0 of level 0 has 64 bytes, not 96"):
        read(0, 1)


HASHES = (bytes(range(32)), bytes(32))
LINES = "".join(f"{b64encode(one).decode()}\n" for one in HASHES)
NOTE = b"ledger.example\n12\n\n\n"


def test_a_submission_reads_and_writes():
    asked = Submission(old=4711, proof=HASHES, note=NOTE)
    assert asked.text() == f"old 4711\n{LINES}\n".encode() + NOTE
    assert read_submission(asked.text()) == asked
    first = Submission(old=0, proof=(), note=NOTE)
    assert first.text() == b"old 0\n\n" + NOTE
    assert read_submission(first.text()) == first


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "begins with 'old SIZE'"),
        (b"old 0\n", "begins with 'old SIZE'"),
        (b"new 0\n\nnote", "begins with 'old SIZE'"),
        (b"old 00\n\nnote", "not a whole number"),
        (b"old -1\n\nnote", "not a whole number"),
        (b"old \n\nnote", "not a whole number"),
        (b"old 1\nAAAA\n\nnote", "32 bytes"),
        (b"old 1\r\n\nnote", "not a whole number"),
        (f"old 1\n{LINES * 32}\nnote".encode(), "at most 63"),
        (b"old 0\n\n\xff", "UTF-8"),
    ],
)
def test_anything_else_is_no_submission(data, says):
    with pytest.raises(ValueError, match=says):
        read_submission(data)
