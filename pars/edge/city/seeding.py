"""`pars seed`: an invented city of full size in an empty home, made by the same actions that people use, to look at and to measure."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.actions import founding, publishing
from pars.core.terms import DAY
from pars.edge.city import cast, founded, month, play
from pars.edge.city.demo import Demo, NotADemo, unfinished
from pars.edge.commands import homes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pars.edge.city.planned import Turn

ORIGIN = "seed.pars.example/log"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """What was made: cases, questions, how often each turn was taken, how many limits passed, the password of all accounts."""

    cases: int
    questions: int
    turns: Mapping[Turn, int]
    passed: int
    password: str
    city: founded.City


def seed(
    home: Path,
    *,
    days: int,
    number: int,
    per_day: float,
    questions: int,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Seeded:
    """Open a simulated ledger some days ago and let the city live until now. The same number gives the same city.

    The home is a demo's from then on: its accounts share a password, so it is served on loopback alone. Raises NotADemo where a
    ledger is there already.
    """
    if founding.is_open():
        raise NotADemo(f"{home} holds a ledger already. Give the city a home of its own: PARS_HOME=/some/other/folder")
    unfinished(home).touch(mode=0o600)
    real = publishing.now()
    planned = month.plan_days(seed=number, now=real, days=days, per_day=per_day)
    shift = -(days + 1) * DAY
    homes.open_ledger(origin=ORIGIN, simulated=True, shift=shift, owners=cast.OWNERS)
    password = f"riverhaven-{secrets.token_hex(3)}"
    with founding.sealing_by_hand() as seal:
        city = founded.found_city(password=password)
        city.shift = shift
        founded.open_agreements(city, start=publishing.now())
        passed = play.play(city, planned, seed=number, real=real, questions=questions, seal=seal, progress=progress)
        seal()
    Demo(home, password, founded.issue_tokens(city)).save()
    unfinished(home).unlink()
    turns = Counter(turn for case in planned for turn in case.turns)
    return Seeded(cases=len(city.cases), questions=city.asked, turns=turns, passed=passed, password=password, city=city)
