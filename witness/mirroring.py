"""Keeps a copy of a log's entries: fetches them, hashes them again, and keeps only what leads to a root that was cosigned here.

Nothing that the log's server says is believed: a piece of the log is kept once its own tree is shown, by a proof built from the
log's tiles, to be the beginning of the tree whose root this witness cosigned. So the copy can be taken up after any kill.
"""

from __future__ import annotations

import http.client
import sqlite3
import ssl
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from pars.core.ledger.merkle import Frontier, consistency_proof, leaf_hash, verify_consistency
from pars.core.ledger.tiles import WIDTH, Tile, bundles, read_entries, reader

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from threading import Event

    from pars.core.ledger.checkpoint import Checkpoint
    from witness.memory import Memory

PIECE = 16 * WIDTH
"""Entries that are fetched, proven and kept at a time."""
LARGEST = 1024 * 1024
"""Bytes of an answer: a bundle has at most 256 entries of 2,050."""
TIME_OUT = 20.0
AGAIN = 30.0
"""Seconds until a log that could not be reached is tried again, or until the next look where nobody woke the mirror."""


class NotHad(Exception):
    """The log's entries can't be had just now, or aren't those that were cosigned; in words for the witness's owner."""


class _NoRedirect(HTTPRedirectHandler):
    """A witness asks the address that it was given; its token goes nowhere else."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Source:
    """A log's tiles and bundles at its address, asked for with the token in a file, where there is one."""

    def __init__(self, address: str, token: Path) -> None:
        self._address = address.rstrip("/")
        self._token = token
        self._opener = build_opener(_NoRedirect, HTTPSHandler(context=ssl.create_default_context()))

    def fetch(self, tile: Tile) -> bytes:
        """Return a tile or a bundle; where the log has no partial one any more, the beginning of the full one. Raises NotHad."""
        try:
            return self._get(tile)
        except HTTPError as failure:
            if failure.code != 404 or tile.width == WIDTH:
                raise NotHad(f"{self._address}/{tile.path()} answers {failure.code}{_remedy(failure.code)}") from None
        return self.fetch(Tile(level=tile.level, n=tile.n))

    def _get(self, tile: Tile) -> bytes:
        headers = {"authorization": f"Bearer {self._token.read_text().strip()}"} if self._token.is_file() else {}
        try:
            with self._opener.open(Request(f"{self._address}/{tile.path()}", headers=headers), timeout=TIME_OUT) as answer:  # noqa: S310  the witness's owner wrote the address
                data: bytes = answer.read(LARGEST + 1)
        except HTTPError:
            raise
        except (URLError, OSError, http.client.HTTPException) as failure:
            raise NotHad(f"{self._address} can't be reached: {getattr(failure, 'reason', None) or failure}") from None
        if len(data) > LARGEST:
            raise NotHad(f"{self._address}/{tile.path()} is longer than any tile")
        return data


def _remedy(status: int) -> str:
    return ": put the token that the log's operator gave this witness into its file `token`" if status in {401, 403} else ""


def look(memory: Memory, origin: str, source: Source) -> bool:
    """Fetch the next piece of a log and keep it; return whether there is more to fetch. Raises NotHad."""
    last, held = memory.cosigned(origin), memory.mirrored(origin)
    if last is None or held.size >= last.point.size:
        return False
    end = min((held.size + PIECE) // WIDTH * WIDTH, last.point.size)
    entries: list[bytes] = []
    grown = Frontier(held.size, held.nodes)
    try:
        for tile in bundles(held.size, end):
            found = read_entries(source.fetch(tile))[: tile.width]
            entries += found[max(0, held.size - tile.n * WIDTH) :]
        for body in entries:
            grown.append(leaf_hash(body))
        true = grown.size == end and _begins(grown, last.point, source)
    except ValueError as problem:
        raise NotHad(f"the log hands out what can't be read: {problem}") from None
    if not true:
        raise NotHad(
            f"the entries {held.size} to {end - 1} that the log hands out are not those that it signed: none were kept"
        )
    memory.mirror(origin, entries, grown)
    return end < last.point.size


def _begins(grown: Frontier, point: Checkpoint, source: Source) -> bool:
    """Return whether this tree is the beginning of the one under the checkpoint."""
    proof = consistency_proof(grown.size, point.size, reader(point.size, source.fetch))
    return verify_consistency(grown.size, point.size, grown.root(), point.root, proof)


def follow(memory: Memory, sources: Callable[[], dict[str, Source]], news: Event, stop: Event) -> None:
    """Mirror every log that has an address, until `stop` is set: at once when there is `news`, and again and again after a failure."""
    while not stop.is_set():
        news.clear()
        for origin, source in sources().items():
            try:
                while look(memory, origin, source) and not stop.is_set():
                    pass
                memory.note_stopped(origin, 0, None)
            except (NotHad, ValueError, sqlite3.Error) as problem:
                with suppress(sqlite3.Error):  # a full disk: the next look says it again
                    memory.note_stopped(origin, int(time.time()), str(problem))
        news.wait(AGAIN)
