"""Keeps the browser's driver in a thread of its own: it holds an event loop open, which nothing else in this process may be inside of."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

OURS = ("playwright.", "tests.ui.")


class Aside:
    """One thread that everything of the driver's is done in."""

    def __init__(self) -> None:
        self.thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="browser")

    def do(self, work: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """Do something in the thread, and give what comes of it to be used from here."""
        return self.wrap(self.thread.submit(work, *map(bare, args), **options).result(120))

    def wrap(self, thing: Any) -> Any:
        """Return a stand-in for what belongs to the driver; anything else as it is."""
        return Standin(self, thing) if type(thing).__module__.startswith(OURS) else thing

    def end(self) -> None:
        """End the thread."""
        self.thread.shutdown()


class Standin:
    """Stands here for something in the other thread: what is asked of it is done there."""

    def __init__(self, aside: Aside, thing: Any) -> None:
        self.__dict__.update(_aside=aside, _thing=thing)

    def __getattr__(self, name: str) -> Any:
        aside, thing = self._aside, self._thing
        found = aside.thread.submit(getattr, thing, name).result(120)
        if callable(found):
            return lambda *args, **options: aside.do(found, *args, **options)
        return aside.wrap(found)


def bare(thing: Any) -> Any:
    """Return what a stand-in stands for."""
    return thing._thing if isinstance(thing, Standin) else thing
