"""`python -m bench.watching`: watchers of the live board, each as the page's own script watches: it hears a hint and asks what is new.

It reads on its standard input where the board is and each watcher's session; it says on its standard output "ready", then, once its
input has a second line, what every watcher saw.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import Any

import httpx

ROW = re.compile(r'data-row="([^"]+)" data-version="(\d+)"')
OTHERS = re.compile(r'data-others="([^"]*)"')
GONE = re.compile(r'data-gone="([^"]*)"')
CSRF = "b" * 32
APART = 1.0
"""Seconds between two questions of one watcher at least, as in the page's script; the hints come in turns of more than a second."""


@dataclass(slots=True)
class Watcher:
    """One watcher. `asked` holds for each question when, how long it took (ms) and how many rows came; `seen` what came when."""

    session: str
    known: dict[str, int] = field(default_factory=dict)
    asked: list[tuple[float, float, int]] = field(default_factory=list)
    seen: list[tuple[str, int, float]] = field(default_factory=list)
    failed: int = 0

    async def run(self, url: str, ready: asyncio.Event, over: asyncio.Event) -> None:
        """Open the board and its stream, and watch until it is over."""
        cookies = {"sessionid": self.session, "csrftoken": CSRF}
        async with httpx.AsyncClient(base_url=url, cookies=cookies, timeout=30) as client:
            page = (await client.get("/board")).text
            self.known = {name: int(version) for name, version in ROW.findall(page)}
            others = [one.split(":") for one in (OTHERS.findall(page) or [""])[0].split(",") if one]
            self.known |= {one[0]: int(one[1]) for one in others}
            bell = asyncio.Event()
            async with client.stream("GET", "/live") as stream:
                listening = asyncio.ensure_future(_listen(stream, bell))
                ready.set()
                try:
                    await self._watch(client, bell, over)
                finally:
                    listening.cancel()
            await self._ask(client)

    async def _watch(self, client: httpx.AsyncClient, bell: asyncio.Event, over: asyncio.Event) -> None:
        while not over.is_set():
            await _either(bell, over)
            if bell.is_set():
                last = self.asked[-1][0] if self.asked else 0.0
                await asyncio.sleep(max(0.0, last + APART - time.time()))
                bell.clear()
                await self._ask(client)

    async def _ask(self, client: httpx.AsyncClient) -> None:
        began = time.time()
        reply = await client.post("/board/changes", content=json.dumps(self.known), headers={"X-CSRFToken": CSRF})
        now = time.time()
        if reply.status_code != 200:
            self.failed += 1
            return
        rows = [(name, int(version)) for name, version in ROW.findall(reply.text)]
        gone = [name for name in (GONE.findall(reply.text) or [""])[0].split() if name]
        self.asked.append((began, (now - began) * 1000, len(rows)))
        for name, version in rows:
            self.known[name] = version
            self.seen.append((name, version, now))
        for name in gone:
            self.known.pop(name, None)
            self.seen.append((name, 2**31, now))


async def _listen(stream: httpx.Response, bell: asyncio.Event) -> None:
    async for line in stream.aiter_lines():
        if line.startswith("data:") and '"board"' in line:
            bell.set()


async def _either(*events: asyncio.Event) -> None:
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()


async def _main(given: dict[str, Any]) -> list[dict[str, Any]]:
    over = asyncio.Event()
    watchers = [Watcher(session) for session in given["sessions"]]
    readies = [asyncio.Event() for _ in watchers]
    runs = [asyncio.ensure_future(one.run(given["url"], ready, over)) for one, ready in zip(watchers, readies, strict=True)]
    opened = asyncio.ensure_future(asyncio.wait([asyncio.ensure_future(ready.wait()) for ready in readies]))
    await asyncio.wait([opened, *runs], return_when=asyncio.FIRST_COMPLETED)
    for run in runs:
        if run.done():
            run.result()
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    over.set()
    await asyncio.gather(*runs)
    return [asdict(one) for one in watchers]


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_main(json.loads(sys.stdin.readline())))), flush=True)
