"""Witnesses for tests: a small HTTP server with a real key that cosigns what only grew, and can be made to fail in every way.

It speaks C2SP tlog-witness as whoever wrote it read the specification, with nothing of the log's own side.
"""

from __future__ import annotations

import threading
import time
from base64 import b64decode
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from pars.core.ledger import drafts
from pars.core.ledger.checkpoint import read_checkpoint, read_note
from pars.core.ledger.cosignature import cosignature, cosigned
from pars.core.ledger.merkle import verify_consistency
from pars.core.owners.witness_text import Named
from pars.store import governance, ledger
from tests.agreements import vote
from tests.homes import REGISTER
from tests.ledgers import hashed, staff
from tests.owners import WATCHER_NAMES, WATCHERS, watcher_line, witness_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


@dataclass
class Watcher:
    """One witness: what it has seen of each log, and what is wrong with it at the moment."""

    name: str
    key: Ed25519PrivateKey
    seat: str
    seen: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    hangs: float = 0.0
    off_s: int = 0
    says: tuple[int, bytes] | None = None
    asked: int = 0
    server: Any = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def public(self) -> bytes:
        return self.key.public_key().public_bytes_raw()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/pars"

    port: int = 0

    def listed(self) -> Named:
        """Return it as the owners' text names it."""
        return Named(seat=self.seat, name=self.name, key=self.public, url=self.url)

    def start(self) -> None:
        """Listen, at the same port as before."""
        watcher = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                status, said = watcher.answer(self.path, body)
                self.send_response(status)
                self.send_header("content-length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_: Any) -> None:
                pass

        ThreadingHTTPServer.allow_reuse_address = True
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Hang up, and listen no more."""
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    def answer(self, path: str, body: bytes) -> tuple[int, bytes]:
        """Answer a request: status and body."""
        with self.lock:
            self.asked += 1
            if self.server is None:
                return 503, b""
            time.sleep(self.hangs)
            if self.says is not None:
                return self.says
            return self._cosign(body) if path == "/pars/add-checkpoint" else (404, b"")

    def _cosign(self, body: bytes) -> tuple[int, bytes]:
        head, _, rest = body.partition(b"\n\n")
        old, *proof = head.decode().split("\n")
        note = read_note(rest)
        point = read_checkpoint(note.body)
        size, root = self.seen.get(point.origin, (0, b""))
        if int(old.removeprefix("old ")) != size:
            return 409, f"{size}\n".encode()
        if size and not verify_consistency(size, point.size, root, point.root, [b64decode(line) for line in proof]):
            return 422, b"not the log that I know\n"
        self.seen[point.origin] = (point.size, point.root)
        at = int(time.time()) + self.off_s
        return 200, cosignature(self.name, self.public, at, self.key.sign(cosigned(note.body, at))).text().encode()


@contextmanager
def three() -> Iterator[dict[str, Watcher]]:
    """Run a witness for each seat."""
    with ExitStack() as stack:
        made = {seat: Watcher(WATCHER_NAMES[seat], key, seat) for seat, key in WATCHERS.items()}
        for watcher in made.values():
            watcher.start()
            stack.callback(watcher.stop)
        yield made


def listed(watchers: dict[str, Watcher]) -> list[dict[str, str]]:
    """Return them as the owners' text names them."""
    return [{"seat": seat, "key": watcher_line(seat), "url": one.url} for seat, one in watchers.items()]


def name_witnesses(changes: dict[str, Any] | None = None) -> None:
    """Let two owners adopt a text that names the witnesses."""
    adopt_text("witnesses", witness_text(changes))


def adopt_text(about: str, text: bytes) -> None:
    """Let two owners adopt a text of theirs."""
    lock = f"text:{about}"

    def acted(draft: Any, by: Any) -> ledger.Done:
        with ledger.acting(by, exclusive=[lock]):
            governance.save_text(text)
            done = ledger.append(draft, by=by)
        assert isinstance(done, ledger.Done)
        return done

    proposed = acted(drafts.owners_text_proposed(about=about, text=hashed(text)), REGISTER)
    for seat in ("city", "courts"):
        signed = vote("adopt", seat, hashed(text), proposed.entry, agreement=lock).signature
        draft = drafts.owners_text_voted(
            about=about, text=hashed(text), choice="adopt", seat=seat, answers=proposed.entry, signature=signed
        )
        acted(draft, staff(f"voter-{seat}"))
