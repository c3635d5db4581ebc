"""`pars seed`: an invented city of full size, in a home of its own."""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING

from pars.edge.commands import homes

if TYPE_CHECKING:
    from pathlib import Path

MOST_DAYS = 366


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this page's command."""
    seed = commands.add_parser("seed", help="invent a city's arrests of some days in an empty home, through the real actions")
    seed.add_argument("--days", type=_days, default=30, help="how many days (default: 30)")
    seed.add_argument("--seed", type=int, default=7, help="the same number gives the same city (default: 7)")
    seed.add_argument("--per-day", type=_per_day, default=None, help="arrests a day (default: as many as a large city has)")
    seed.add_argument("--questions", type=int, default=200, help="questions that agencies ask meanwhile (default: 200)")
    seed.set_defaults(run=_seed)


def _days(text: str) -> int:
    return int(_between(text, 1, MOST_DAYS))


def _per_day(text: str) -> float:
    return _between(text, 0.1, 1_000)


def _between(text: str, low: float, high: float) -> float:
    try:
        found = float(text)
    except ValueError:
        found = float("nan")
    if not low <= found <= high:
        raise argparse.ArgumentTypeError(f"a number from {low:g} to {high:g}")
    return found


def _seed(given: argparse.Namespace, home: Path) -> int:
    from pars.actions import databases
    from pars.edge.city import demo, play, seeding
    from pars.edge.city.calibration import ARRESTS_PER_DAY

    def say(words: str) -> None:
        print(words, flush=True)

    began = time.monotonic()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        demo.clear_what_was_interrupted(home, say)
        with homes.up_to_date(home, migrates=databases.may_set_up(home)):
            made = seeding.seed(
                home,
                days=given.days,
                number=given.seed,
                per_day=given.per_day or ARRESTS_PER_DAY,
                questions=given.questions,
                progress=play.percent(say),
            )
    except demo.NotADemo as refused:
        print(f"pars: {refused}", file=sys.stderr)
        return 2
    took = time.monotonic() - began
    say(
        f"{made.cases} cases and {made.questions} questions of {given.days} days in {took:.0f} s. {made.passed} limits passed unmet."
    )
    turns = [f"{turn.replace('_', ' ').lower()} {count}" for turn, count in sorted(made.turns.items())]
    say(f"What else happened: {', '.join(turns) or 'nothing'}.")
    say(f"All accounts share the password {made.password}. To look at it: pars --home {home} demo")
    return 0
