"""Interleaved timing: ours and the floor take turns within one run, so that whatever else the machine does falls on both."""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

TRIES = 3
"""How often each act is done before anything is timed, so that pools and caches are warm on both sides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """Seconds that one act took, for each act of one side, and how many a second came through."""

    seconds: tuple[float, ...]
    rate: float

    @property
    def median_ms(self) -> float:
        """The middle one, in milliseconds."""
        return statistics.median(self.seconds) * 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table. `ratios` are ours against the floor, by rate, one for each round; `beside` names another engine there."""

    name: str
    ours: Mapping[str, float]
    floor: Mapping[str, float]
    ratios: tuple[float, ...]
    says: str
    beside: str = "floor"
    peers: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Others that took their turns in the same run."""
    against: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """Ours against each of them, by rate, one for each round."""
    more: Mapping[str, float] = field(default_factory=dict)

    def json(self) -> str:
        """Return the row as a line for a program."""
        parts = {
            "row": self.name,
            "ours": self.ours,
            self.beside: self.floor,
            "ratio": _spread(self.ratios),
            "spread": (max(self.ratios) - min(self.ratios)) / statistics.median(self.ratios),
            "peers": {name: {**side, "ratio": _spread(self.against[name])} for name, side in self.peers.items()},
            **self.more,
            "says": self.says,
            "machine": machine(),
        }
        return json.dumps(_rounded(parts))

    def words(self) -> str:
        """Return the row for people."""
        beside = "the floor" if self.beside == "floor" else self.beside
        ratio = f"{statistics.median(self.ratios):.2f} of {beside} ({min(self.ratios):.2f} to {max(self.ratios):.2f})"
        ours, floor = (", ".join(f"{name} {value:,.2f}" for name, value in side.items()) for side in (self.ours, self.floor))
        lines = [f"  {'ours':9}{ours}", f"  {self.beside:9}{floor}", f"  {'ratio':9}{ratio}"]
        lines += [f"  {'beside':9}{name}: {statistics.median(against):.2f} of it" for name, against in self.against.items()]
        lines += [f"  {name.replace('_', ' ')}: {value:,.2f}" for name, value in self.more.items()]
        return "\n".join([self.name, *lines, f"  {self.says}", ""])


def machine() -> dict[str, str | int]:
    """Return what the figures were measured on."""
    return {
        "processors": os.cpu_count() or 0,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }


def compared(
    name: str,
    ours: Callable[[], object],
    floor: Callable[[], object],
    *,
    rounds: int,
    each: int,
    in_flight: int = 1,
    says: str,
    say: Callable[[str], None],
) -> Row:
    """Time both sides in turns: in each round `each` acts of one, then of the other, beginning with another one each round."""
    for act in (ours, floor):
        for _ in range(TRIES):
            act()
    sides: dict[str, list[Timed]] = {"ours": [], "floor": []}
    acts = {"ours": ours, "floor": floor}
    for number in range(rounds):
        say(f"{name}: round {number + 1} of {rounds}")
        for side in ("ours", "floor") if number % 2 else ("floor", "ours"):
            sides[side].append(_timed(acts[side], each, in_flight))
    ratios = tuple(a.rate / b.rate for a, b in zip(sides["ours"], sides["floor"], strict=True))
    return Row(name=name, ours=summary(sides["ours"]), floor=summary(sides["floor"]), ratios=ratios, says=says)


def in_turns(
    sides: Mapping[str, Callable[[], Timed]], *, rounds: int, say: Callable[[str], None], name: str
) -> dict[str, list[Timed]]:
    """Have each side take its turn in every round, beginning with another one each round."""
    order = list(sides)
    found: dict[str, list[Timed]] = {side: [] for side in order}
    for number in range(rounds):
        say(f"{name}: round {number + 1} of {rounds}")
        for side in order[number % len(order) :] + order[: number % len(order)]:
            found[side].append(sides[side]())
    return found


def row_of(
    name: str, found: Mapping[str, list[Timed]], *, floor: str, says: str, more: Mapping[str, float] | None = None
) -> Row:
    """Return the row of sides that took turns: ours is the first, `floor` the one that it is held to, the others are peers."""
    ours, *others = found
    against = {side: tuple(a.rate / b.rate for a, b in zip(found[ours], found[side], strict=True)) for side in others}
    summed = {side: summary(timed) for side, timed in found.items()}
    return Row(
        name=name,
        ours=summed[ours],
        floor=summed[floor],
        ratios=against.pop(floor),
        says=says,
        peers={side: summed[side] for side in against},
        against=against,
        more=more or {},
    )


def told(rows: Sequence[Row], *, as_json: bool) -> str:
    """Return the table."""
    return "\n".join(row.json() if as_json else row.words() for row in rows)


def progress(text: str) -> None:
    """Say on stderr how far the run is."""
    print(text, file=sys.stderr, flush=True)


def _timed(act: Callable[[], object], each: int, in_flight: int) -> Timed:
    seconds: list[float] = []
    failures: list[Exception] = []

    def run() -> None:
        try:
            for _ in range(max(1, each // in_flight)):
                began = time.perf_counter()
                act()
                seconds.append(time.perf_counter() - began)
        except Exception as failure:  # noqa: BLE001  raised again below, in the thread that waits
            failures.append(failure)

    threads = [threading.Thread(target=run) for _ in range(in_flight)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return Timed(seconds=tuple(seconds), rate=len(seconds) / (time.perf_counter() - began))


def summary(timed: Sequence[Timed]) -> dict[str, float]:
    """Return the middle, the slowest in a hundred and how many a second, of all rounds of a side."""
    seconds = sorted(second for one in timed for second in one.seconds)
    return {
        "median_ms": statistics.median(seconds) * 1000,
        "p99_ms": seconds[min(len(seconds) - 1, int(len(seconds) * 0.99))] * 1000,
        "a_second": statistics.median(one.rate for one in timed),
    }


def _spread(ratios: Sequence[float]) -> dict[str, float]:
    return {"median": statistics.median(ratios), "least": min(ratios), "most": max(ratios)}


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, dict):
        return {name: _rounded(part) for name, part in value.items()}
    return value
