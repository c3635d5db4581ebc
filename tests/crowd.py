"""A crowd of an agency's systems: so many streams and so many askers, on as many servers as there are, in one process of its own.

`python -m tests.crowd` reads one JSON object (`urls`, `token`, `streams`, `askers`, `question`, `events`, `evidence`, `mark`), prints `open` once every
stream has told of somebody, and, when its standard input ends, what came of it as one JSON line. It reads as little as it can: it shall not be what is measured.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlsplit

Reader, Writer = asyncio.StreamReader, asyncio.StreamWriter


@dataclass
class Told:
    """What came of it. Times are readings of CLOCK_MONOTONIC."""

    answered: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    cut: int = 0
    first_refused: dict[str, float] = field(default_factory=dict)
    last_mark: float = 0.0
    events: int = 0
    ends: list[dict[str, Any]] = field(default_factory=list)
    over: int = 0


class Crowd:
    """Everybody in it."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.given, self.told = given, Told()
        self.stop = asyncio.Event()
        self.heard: set[int] = set()
        self.number = 0
        self.mark = given["mark"].encode()

    def head(self, line: str, more: str) -> bytes:
        """Return a request's head."""
        return f"{line} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {self.given['token']}\r\n{more}\r\n".encode()

    async def connect(self, number: int) -> tuple[Reader, Writer]:
        """Connect to one of the servers, in turns."""
        there = urlsplit(self.given["urls"][number % len(self.given["urls"])])
        return await asyncio.open_connection(there.hostname, there.port, limit=1 << 20)

    def seen(self, data: bytes) -> None:
        """Note when the last record came."""
        if self.mark in data:
            self.told.last_mark = time.monotonic()

    # ------------------------------------------------------------ streams

    async def listen(self, number: int) -> None:
        """Listen until the stream is over; one that a loaded server didn't open is asked for again."""
        opened = False
        while not opened and not self.stop.is_set():
            reader, writer = await self.connect(number)
            writer.write(
                self.head(f"GET {self.given['events']}", f"Connection: close\r\nPARS-Evidence: {self.given['evidence']}\r\n")
            )
            name = b""
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, ValueError):
                while line := await reader.readline():
                    if line.startswith(b"event: "):
                        name, opened = line[7:].strip(), True
                    elif line.startswith(b"data: "):
                        self._event(number, name, line)
            writer.close()
            await asyncio.sleep(0.2)
        self.told.over += opened

    def _event(self, number: int, name: bytes, line: bytes) -> None:
        if name == b"end":
            self.told.ends.append({"at": time.monotonic(), "why": json.loads(line[6:])["why"]})
        elif name != b"open":
            self.told.events += 1
            self.seen(line)
            if number not in self.heard:
                self.heard.add(number)
                if len(self.heard) == self.given["streams"]:
                    print("open", flush=True)

    # ------------------------------------------------------------ askers

    async def ask(self, number: int) -> None:
        """Ask without a pause on one connection; a lost one is made anew."""
        writer: Writer | None = None
        body = json.dumps(self.given["question"]).encode()
        while not self.stop.is_set():
            try:
                if writer is None:
                    reader, writer = await self.connect(number)
                self.number += 1
                more = f"Content-Type: application/json\r\nIdempotency-Key: c{self.number}\r\nContent-Length: {len(body)}\r\n"
                began = time.monotonic()
                writer.write(self.head("POST /v1/questions", more) + body)
                keep = await self._answer(reader, began)
                if not keep:
                    writer.close()
                    writer = None
            except (OSError, asyncio.IncompleteReadError, ValueError):
                self.told.cut += 1
                writer = None
                await asyncio.sleep(0.01)
        if writer is not None:
            writer.close()

    async def _answer(self, reader: Reader, began: float) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        fields = dict(line.lower().split(": ", 1) for line in head.decode().split("\r\n")[1:] if ": " in line)
        data = await reader.readexactly(int(fields["content-length"]))
        status = int(head[9:12])
        self.seen(data)
        if status == 200:
            self.told.answered += 1
        else:
            why = json.loads(data)["reason"]
            self.told.refused[why] = self.told.refused.get(why, 0) + 1
            self.told.first_refused.setdefault(why, began)
            await asyncio.sleep(0.25 if status in {403, 429} else 0.02)
        return fields.get("connection") != "close"


async def main() -> None:
    """Be there until standard input ends."""
    crowd = Crowd(json.loads(sys.stdin.readline()))
    everybody = [asyncio.ensure_future(crowd.listen(number)) for number in range(crowd.given["streams"])]
    everybody += [asyncio.ensure_future(crowd.ask(number)) for number in range(crowd.given["askers"])]
    if not crowd.given["streams"]:
        print("open", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    crowd.stop.set()
    _, late = await asyncio.wait(everybody, timeout=8)
    for one in late:
        one.cancel()
    print(json.dumps(asdict(crowd.told)), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
