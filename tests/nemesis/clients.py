"""An agency's systems as the nemeses find them: askers that never give up and write down all that they saw, in a process of its own.

`python -m tests.nemesis.clients` reads one JSON line (`name`, `urls`, `token`, `question`, `askers`, `slow`, `skew`, `under`). A line `look` is
answered with its clock's reading; when its standard input ends it prints what it saw, as one JSON line. Its clock is off by `skew` seconds.
"""

from __future__ import annotations

import http.client
import json
import socket
import sys
import threading
import time
from dataclasses import asdict
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from tests.nemesis.history import Seen

PATIENCE = 5.0
"""Seconds that an asker waits for an answer: then it never knows."""


class Clients:
    """All of them, and what they saw."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.given = given
        self.seen: list[Seen] = []
        self.over = threading.Event()
        self.number = 0

    def now(self) -> float:
        """Return what this process's clock says."""
        return time.monotonic() + self.given["skew"]

    def ask(self, place: int, *, slow: bool) -> None:
        """Ask one server after the other, until told to stop."""
        connection: http.client.HTTPConnection | None = None
        while not self.over.is_set():
            asked = self.now()
            try:
                connection = connection or self._connect(place, slow=slow)
                said, status = self._answer(connection, slow=slow)
                self.seen.append(self._seen(asked, said, status))
                self.over.wait(0.0 if status == 200 else 0.05)
            except (OSError, http.client.HTTPException, ValueError, KeyError):
                self.seen.append(Seen(self.given["name"], "unknown", asked, self.now()))
                connection, place = None, place + 1
                self.over.wait(0.05)

    def _connect(self, place: int, *, slow: bool) -> http.client.HTTPConnection:
        there = urlsplit(self.given["urls"][place % len(self.given["urls"])])
        assert there.hostname is not None
        connection = http.client.HTTPConnection(there.hostname, there.port, timeout=PATIENCE)
        connection.connect()
        if slow:
            connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        return connection

    def _answer(self, connection: http.client.HTTPConnection, *, slow: bool) -> tuple[dict[str, Any], int]:
        self.number += 1
        key = {"Authorization": f"Bearer {self.given['token']}", "Idempotency-Key": f"{self.given['name']}-{self.number}"}
        body = json.dumps(self.given["question"]).encode()
        connection.request("POST", "/v1/questions", body, {**key, "Content-Type": "application/json"})
        answer = connection.getresponse()
        data = b""
        while part := answer.read(512 if slow else 65536):
            data += part
            if slow:
                time.sleep(0.005)
        said: dict[str, Any] = json.loads(data)
        return said, answer.status

    def _seen(self, asked: float, said: dict[str, Any], status: int) -> Seen:
        receipt = said.get("receipt")
        if receipt is None:  # refused before anything was entered, as where the database is away
            return Seen(self.given["name"], "unknown", asked, self.now())
        rows = said["records"] if status == 200 else None
        out = "" if rows is None else sha256(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
        what: Any = "refused" if rows is None else "delivered"
        return Seen(self.given["name"], what, asked, self.now(), self.given["under"], receipt["entry"], receipt["leaf"], out)


def main() -> None:
    """Ask until standard input ends, and tell."""
    clients = Clients(json.loads(sys.stdin.readline()))
    askers = [
        threading.Thread(target=clients.ask, args=(n,), kwargs={"slow": n < clients.given["slow"]}, daemon=True)
        for n in range(clients.given["askers"])
    ]
    for one in askers:
        one.start()
    for _ in sys.stdin:
        print(json.dumps(clients.now()), flush=True)
    clients.over.set()
    for one in askers:
        one.join(2 * PATIENCE)
    print(json.dumps([asdict(one) for one in list(clients.seen)]), flush=True)


if __name__ == "__main__":
    main()
