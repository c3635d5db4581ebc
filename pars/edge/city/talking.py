"""Talks to the demo's own server over HTTP, as any other system would: the story's hands, with the standard library alone."""

from __future__ import annotations

import http.client
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

PATIENCE = 20


def call(
    url: str, method: str, path: str, *, token: str = "", body: object = None, seen: int | None = None
) -> tuple[int, dict[str, Any]]:
    """Send one request and return its status and the JSON object of its answer."""
    headers = {"Accept": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    if method == "POST":
        headers["Idempotency-Key"] = secrets.token_hex(8)
    if seen is not None:
        headers["If-Match"] = f'"{seen}"'
    data = None
    if body is not None:
        data = json.dumps(body).encode()
        headers["Content-Type"] = "application/json"
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE)
    try:
        connection.request(method, path, body=data, headers=headers)
        reply = connection.getresponse()
        raw = reply.read()
    finally:
        connection.close()
    try:
        said = json.loads(raw)
    except ValueError:
        said = {"text": raw.decode(errors="replace")}
    return reply.status, said if isinstance(said, dict) else {"list": said}


def get(url: str, path: str, *, token: str = "") -> tuple[int, dict[str, Any]]:
    """Get a page; status 0 where nobody answers yet."""
    try:
        return call(url, "GET", path, token=token)
    except OSError:
        return 0, {}


@dataclass(slots=True)
class Listening:
    """An agency's stream, read in a thread until it closes. `last` is the arrival of its last record (monotonic seconds)."""

    url: str
    path: str
    token: str
    headers: dict[str, str]
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    closed: threading.Event = field(default_factory=threading.Event)
    opened: threading.Event = field(default_factory=threading.Event)
    status: int = 0
    last: float = 0.0
    connection: http.client.HTTPConnection | None = None

    def start(self) -> Listening:
        """Open the stream."""
        threading.Thread(target=self._read, name="stream", daemon=True).start()
        self.opened.wait(PATIENCE)
        return self

    def stop(self) -> None:
        """Hang up."""
        if self.connection is not None and self.connection.sock is not None:
            self.connection.sock.close()

    @property
    def end(self) -> dict[str, Any] | None:
        """Return what the final message said, None before there is one."""
        return next((said for name, said in self.events if name == "end"), None)

    @property
    def records(self) -> int:
        """Return how many events held records."""
        return sum(name != "end" for name, _ in self.events)

    def _read(self) -> None:
        self.connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=120)
        try:
            self.connection.request("GET", self.path, headers={"Authorization": f"Bearer {self.token}", **self.headers})
            reply = self.connection.getresponse()
            self.status = reply.status
            self.opened.set()
            name, data = "message", ""
            for raw in reply:
                line = raw.decode().rstrip("\r\n")
                if line.startswith("event:"):
                    name = line[6:].strip()
                elif line.startswith("data:"):
                    data += line[5:].strip()
                elif not line and data:
                    self.events.append((name, json.loads(data)))
                    if name != "end":
                        self.last = time.monotonic()
                    name, data = "message", ""
        except (OSError, http.client.HTTPException, ValueError):
            pass
        finally:
            self.opened.set()
            self.closed.set()
            self.connection.close()
