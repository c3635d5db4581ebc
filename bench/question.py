"""An outside agency's question of 25 rows, decided, recorded and answered, beside the same question without the ledger."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from bench.crew import crew
from bench.timing import Row, row_of

if TYPE_CHECKING:
    from bench.acts import Given
    from bench.crew import Times
    from bench.timing import Timed

SAYS = (
    "One agreement, one purpose, 25 rows. Ours decides, fetches, commits the entry with its side row, and only then returns. The floor does the "
    "same without the ledger: it decides, fetches under the guest's login, waits out the class of time and writes the rows; no key, no entry, no "
    "count of the day. The bare query is the same view, columns and condition on the same driver and pool. The bare record is that query, and then as many "
    "rows, as long and with the same indexes, as ours leaves, inserted into bare tables in one transaction: no decision, no order, no proof, no guard."
)
LOADS = ((1, 1), (16, 1), (16, 2))
"""How many are in flight in all, and in how many processes, which share them equally."""


def rows(given: Given, times: Times) -> list[Row]:
    """Measure questions alone and with 16 in flight, in one process and in two."""
    found = []
    for in_flight, processes in LOADS:
        name = f"question, {in_flight} in flight in all, {processes} process{'es' if processes > 1 else ''}"
        with crew(given, processes) as made:
            taken = made.turns(
                ("question", "unrecorded", "query", "bare record"), times, in_each=in_flight // processes, name=name
            )
        bare = {f"bare_{name}": value for name, value in added(taken["bare record"], taken["query"]).items()}
        more = added(taken["question"], taken["unrecorded"]) | bare
        found.append(row_of(name, taken, floor="unrecorded", says=SAYS, more=more))
    return found


def added(ours: list[Timed], floor: list[Timed]) -> dict[str, float]:
    """Return by how much the middle one is longer: over all rounds, and the least and the most of one round."""
    by_round = [a.median_ms - b.median_ms for a, b in zip(ours, floor, strict=True)]
    over_all = [statistics.median([second for one in side for second in one.seconds]) * 1000 for side in (ours, floor)]
    return {"added_median_ms": over_all[0] - over_all[1], "added_least_ms": min(by_round), "added_most_ms": max(by_round)}
