"""Under which name the log is signed: that of its first entry, and from the vote that opened a successor on, the successor's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.owners.successor_text import SuccessorText

if TYPE_CHECKING:
    from pars.core.ledger.entries import Entry
    from pars.core.ledger.state import State


class LogNames:
    """The log's names, each from the index after the entry that opened it; fed with entries in their order, after the fold."""

    def __init__(self, first: str) -> None:
        self._from: list[tuple[int, str]] = [(0, first)]

    def take(self, index: int, entry: Entry, state: State) -> None:
        """Take note of the entry at an index, if it is the vote that opened a successor."""
        texts = state.texts.get("successor")
        turn = texts.turns[-1] if texts is not None and texts.turns else None
        if texts is None or turn is None or turn.entry != entry.id or turn.effect is None:
            return
        opened = texts.proposals[turn.number - 1].text
        assert isinstance(opened, SuccessorText), "on this subject nothing else is proposed"
        self._from.append((index + 1, opened.origin))

    @property
    def all(self) -> tuple[str, ...]:
        """Every name that the log had so far, the first one first."""
        return tuple(name for _, name in self._from)

    def at(self, size: int) -> str:
        """Return the name that a checkpoint over the first `size` entries has."""
        return next(name for start, name in reversed(self._from) if start <= size)
