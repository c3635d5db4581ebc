"""`pars bench [appends] [question] [verify] [--json]`, or `python -m bench …`: what PARS costs beside bare PostgreSQL doing the same work.

`python -m bench board` measures the live board instead, which has no floor to stand beside: one JSON line with the figures.
`python -m bench decisions` measures decisions alone, beside other engines for authorization, without a database.
`python -m bench verify --entries 1000000` measures the check of an invented county's ledger, as long as one likes, without a database.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from bench import city, verify
from bench.timing import Row, progress, told

if TYPE_CHECKING:
    from collections.abc import Sequence

PARTS = ("question", "appends", "verify")
BOARD, DECISIONS = "board", "decisions"


def main() -> int:
    """Measure what the command line names, and print the table."""
    parser = argparse.ArgumentParser(prog="bench", description="What PARS costs beside bare PostgreSQL doing the same work.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"any of {', '.join(PARTS)} (default: all)")
    parser.add_argument("--json", action="store_true", help="one JSON line for each row")
    parser.add_argument("--cases", type=int, default=300, help="how many invented cases there are")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--each", type=int, default=120, help="how often each side asks in one round of questions")
    parser.add_argument("--lasts", type=float, default=10.0, help="seconds of full load in which the seal's lag is looked at")
    checked = parser.add_argument_group("verify", "checking a ledger: needs no database")
    checked.add_argument("--entries", type=int, nargs="+", default=[100_000], help="how many each ledger has: 10000000, say")
    live = parser.add_argument_group("board", "the live board: how much of everything")
    live.add_argument("--people", type=int, default=500)
    live.add_argument("--watchers", type=int, default=50, help="the browsers are among them")
    live.add_argument("--browsers", type=int, default=3)
    live.add_argument("--changes", type=float, default=20.0, help="a second")
    live.add_argument("--seconds", type=float, default=60.0)
    others = parser.add_argument_group("decisions", "beside other engines")
    others.add_argument("--agreements", type=int, nargs="+", default=[1, 1_000, 10_000], help="how many there are")
    given = parser.parse_args()
    alone = {BOARD: _board, DECISIONS: _decisions}
    if unknown := set(given.parts) - {*PARTS, *alone}:
        parser.error(f"there is no {', '.join(sorted(unknown))}: name any of {', '.join((*PARTS, *alone))}")
    if named := [part for part in given.parts if part in alone]:
        if len(given.parts) > 1:
            parser.error("the board and decisions are measured alone")
        return alone[named[0]](given)
    wanted = given.parts or PARTS
    found = _beside_the_city(given, wanted) if set(wanted) - {"verify"} else []
    if "verify" in wanted:
        found += verify.rows(rounds=given.rounds, entries=given.entries, say=progress)
    print(told(found, as_json=given.json))
    return 0


def _beside_the_city(given: argparse.Namespace, wanted: Sequence[str]) -> list[Row]:
    """Measure what needs a city with its database."""
    found: list[Row] = []
    with city.running(cases=given.cases, say=progress) as made, city.measured(made) as home:
        # After the home's settings are known: the store opens its pools for one home.
        from bench import appends, question
        from bench.crew import Times

        times = Times(rounds=given.rounds, each=given.each, say=progress)
        if "question" in wanted:
            found += question.rows(home, times)
        if "appends" in wanted:
            found += appends.rows(home, times, lasts=given.lasts)
    return found


def _decisions(given: argparse.Namespace) -> int:
    """Measure decisions, which need no database."""
    from bench import decisions

    print(told(decisions.rows(rounds=given.rounds, counts=given.agreements, say=progress), as_json=given.json))
    return 0


def _board(given: argparse.Namespace) -> int:
    """Measure the live board, and print one line."""
    with city.running(cases=0, in_process=given.people, say=progress) as made:
        from bench import board

        wanted = board.Wanted(
            people=given.people,
            watchers=given.watchers,
            browsers=given.browsers,
            changes=given.changes,
            seconds=given.seconds,
        )
        city.top_up(made, board.room_for_arrivals(given.people))
        print(json.dumps(board.measure(made, wanted, say=progress)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
