"""Lets those who wait to write an entry under one authority share a transaction, and so its journeys and its commit.

Nobody waits for company: whoever comes while nobody writes under that authority writes at once, and those who come meanwhile go together
next, led by the first of them; or beside it, where they are enough and may. Where one of them makes the transaction fail, all of it is undone and each has one of its own, so that
nobody is refused for somebody else's sake.
"""

from __future__ import annotations

from collections import deque
from contextlib import nullcontext
from dataclasses import dataclass, field
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

T = TypeVar("T")

AT_ONCE = 2
"""How many such transactions of outsiders one process has open: more answer no more, since an interpreter does one thing at a time."""
BESIDE = 2
"""How many crews under one authority write at once, where enough wait to make up the second."""


class Apart(Exception):
    """What was begun together was undone: each is to be done by itself. Raised with what made it so as its cause."""


@dataclass(slots=True, eq=False)
class _Waiting:
    work: Any
    turn: Lock = field(default_factory=Lock)
    leads: bool = False
    failed: BaseException | None = None


_lock = Lock()
_queues: dict[Hashable, deque[_Waiting]] = {}
"""Those who wait under each authority under which somebody writes just now."""
_busy: dict[Hashable, int] = {}
"""How many transactions are under way there."""
_gate = BoundedSemaphore(AT_ONCE)


def together(
    key: Hashable, work: T, run: Callable[[Sequence[T]], None], *, most: int, gated: bool, enough: int | None = None
) -> None:
    """Return once `work` was done, by `run`, with at most as many who waited under `key`; `run` puts each one's outcome into their work.

    Where `enough` wait, they don't wait for the end of what is under way. Raises what `run` raised. All under one key must bring the same `run`.
    """
    mine = _Waiting(work)
    mine.turn.acquire()
    with _lock:
        queue = _queues.setdefault(key, deque())
        mine.leads = _may_begin(key, len(queue) + 1, enough)
        if not mine.leads:
            queue.append(mine)
    if not mine.leads:
        mine.turn.acquire()  # until it was done, or leads
    if mine.leads:
        _lead(key, mine, run, most=most, gated=gated, enough=enough)
    if mine.failed is not None:
        raise mine.failed


def _may_begin(key: Hashable, waiting: int, enough: int | None) -> bool:
    """Return whether one of so many who wait may begin, and count it as under way: where nobody writes, or they are enough for a second crew."""
    busy = _busy.get(key, 0)
    begins = waiting > 0 and (busy == 0 or (enough is not None and busy < BESIDE and waiting >= enough))
    if begins:
        _busy[key] = busy + 1
    return begins


def _lead(
    key: Hashable, mine: _Waiting, run: Callable[[Sequence[Any]], None], *, most: int, gated: bool, enough: int | None
) -> None:
    crew = [mine]
    try:
        # The wait is before anything of theirs begins to age, and whoever comes during it is of the crew.
        with _gate if gated else nullcontext():
            with _lock:
                queue = _queues[key]
                crew += [queue.popleft() for _ in range(min(len(queue), most - 1))]
            _run(crew, run)
    finally:
        with _lock:
            queue = _queues[key]
            _busy[key] -= 1
            following = queue.popleft() if _may_begin(key, len(queue), enough) else None
            if not _busy[key]:
                del _queues[key], _busy[key]
        if following is not None:
            following.leads = True
            following.turn.release()  # before those who are done, so that the database has its next work
        for one in crew[1:]:
            one.turn.release()


def _run(crew: Sequence[_Waiting], run: Callable[[Sequence[Any]], None]) -> None:
    try:
        run([one.work for one in crew])
    except Apart:
        for one in crew:
            try:
                run([one.work])
            except Exception as failed:  # noqa: BLE001  raised again below, in the thread whose work it is
                one.failed = failed
    except BaseException as failed:  # noqa: BLE001  the same
        for one in crew:
            one.failed = failed
