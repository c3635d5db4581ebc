"""A replay from its first step to a verified bundle, in a home of its own, on a simulated clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pars.actions import founding, publishing
from pars.edge.commands import homes
from pars.edge.history import arrests, playing, record
from verify.__main__ import check_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pars.edge.history.playing import Played


class NotHere(RuntimeError):
    """The home holds a ledger already: a history begins in an empty one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What a replay made: its steps, how many entries the bundle holds, and whether it verified with the ledger's own keys."""

    steps: tuple[Played, ...]
    entries: int
    bundle: Path
    verified: bool
    words: str

    def as_json(self) -> dict[str, Any]:
        """Return the last line: the bundle, and how many steps bear each mark."""
        marks = {mark: sum(one.step.mark == mark for one in self.steps) for mark in record.MARKS}
        return {"kind": "bundle", "entries": self.entries, "verified": self.verified, "steps": len(self.steps), "marks": marks}


def replay(home: Path, *, bundle: Path, tell: Callable[[Played], None]) -> Replayed:
    """Open a simulated ledger in 2008, play the record to September 1, 2018, export the ledger and verify the bundle.

    The clock stays there: whoever looks at the home sees it as it stood then. Raises NotHere where a ledger is there already.
    """
    if founding.is_open():
        raise NotHere(f"{home} holds a ledger already. Give the history a home of its own: --home /some/other/folder")
    shift = record.local(playing.FIRST) - publishing.now()
    homes.open_ledger(origin=record.ORIGIN, simulated=True, shift=shift)
    steps = []
    with founding.sealing_by_hand() as seal:
        city = arrests.staff_of_offices()
        for one in playing.replay(city, shift=shift, seal=seal):
            tell(one)
            steps.append(one)
    entries = founding.export(bundle)
    keys = home / "keys.txt"
    keys.write_text(founding.trusted_keys(), encoding="utf-8")
    report = check_file(bundle, keys)
    return Replayed(steps=tuple(steps), entries=entries, bundle=bundle, verified=report.status == 0, words=report.words())
