"""A log as a witness meets it: it grows, signs checkpoints, proves that it only grew, and serves its tiles."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pars.core.ledger.checkpoint import Checkpoint, verifier_key, write_note
from pars.core.ledger.merkle import consistency_proof, leaf_hash, root
from pars.core.ledger.submission import Submission
from pars.core.ledger.tiles import WIDTH, read_tile, write_entries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pars.core.ledger.tiles import Tile

ORIGIN = "pars.test/log"


@dataclass
class Log:
    """A log in memory, under its own key."""

    entries: list[bytes] = field(default_factory=list)
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    origin: str = ORIGIN

    @property
    def public(self) -> bytes:
        return self.key.public_key().public_bytes_raw()

    @property
    def verifier_key(self) -> str:
        return verifier_key(self.origin, self.public)

    def grow(self, count: int) -> Log:
        start = len(self.entries)
        self.entries += [f"entry {n} of {self.origin}".encode() for n in range(start, start + count)]
        return self

    def point(self, size: int) -> Checkpoint:
        return Checkpoint(origin=self.origin, size=size, root=root(map(leaf_hash, self.entries[:size])))

    def note(self, size: int) -> bytes:
        body = self.point(size).body()
        return write_note(body, self.origin, self.public, self.key.sign(body))

    def submission(self, old: int, size: int | None = None) -> Submission:
        new = len(self.entries) if size is None else size
        proof = consistency_proof(old, new, self.subtree) if 0 < old <= new else []
        return Submission(old=old, proof=tuple(proof), note=self.note(new))

    def subtree(self, level: int, index: int) -> bytes:
        return root(map(leaf_hash, self.entries[index << level : (index + 1) << level]))

    def tile(self, tile: Tile) -> bytes:
        if tile.level is None:
            return write_entries(self.entries[tile.n * WIDTH : tile.n * WIDTH + tile.width])
        return b"".join(self.subtree(8 * tile.level, tile.n * WIDTH + at) for at in range(tile.width))


@contextmanager
def served(log: Log, *, token: str = "", only_full: bool = False) -> Iterator[tuple[str, list[str]]]:
    """Serve a log's tiles; give the address and the list of the paths that were asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked.append(self.path)
            tile = read_tile(self.path.removeprefix("/log/"))
            status, data = 200, b""
            if token and self.headers["authorization"] != f"Bearer {token}":
                status = 401
            elif tile is None or not tile.within(len(log.entries)) or (only_full and tile.width < WIDTH):
                status = 404
            else:
                data = log.tile(tile)
            self.send_response(status)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/log", asked
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
