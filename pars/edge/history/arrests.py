"""A few invented arrests, so that there is something to ask about: each is played from the booking to the door."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import make_password

from pars.actions import founding, identifying, loading
from pars.core.ledger.entries import By
from pars.core.terms import HOUR, MINUTE, Instant
from pars.edge.city import cast, courtroom, lives, month
from pars.edge.city.founded import City, played
from pars.edge.city.life import Life
from pars.edge.city.planned import Order
from pars.edge.formats.calendar_list import read_calendar_file
from pars.edge.formats.offense_list import read_offense_file
from pars.edge.history.record import local
from pars.edge.history.texts import AGENCIES, OFFICES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pars.edge.city.life import Act
    from pars.edge.city.planned import PlannedCase

ARRESTED = ("2008-08-20T14:00", "2010-07-02T09:00", "2018-07-03T18:00")
SEED = 2018
BEGINS = "2008-01-01"
"""From when on the replay's court has sessions: those that ship begin later."""


@dataclass(frozen=True, slots=True)
class Arrest:
    """What is done to one invented person's case at an instant."""

    at: Instant
    order: int
    act: Act


def staff_of_offices() -> City:
    """Make an account for each desk and each agency, named by its office, with a password that nobody has; give the staff their grants."""
    nobodys = make_password(None)
    staff: dict[str, By] = {}
    for seat in cast.STAFF:
        person = identifying.make_account_with(
            username=seat.username, name=seat.says, hashed=nobodys, person=f"p-{seat.username}"
        )
        founding.give_grant(person=person, role=seat.role)
        (capacity,) = identifying.capacities(person)
        staff[seat.username] = By(person, capacity.authority)
    for agency in AGENCIES:
        name = f"Somebody of: {OFFICES[agency]['en']}"
        person = identifying.make_account_with(username=agency, name=name, hashed=nobodys, person=f"p-{agency}")
        staff[agency] = By(person, f"agency:{agency}")
    offenses = read_offense_file((founding.CITY / "offenses.csv").read_text(encoding="utf-8")).offenses
    played(loading.load_offenses(table=offenses, by=staff["clerk"]))
    sessions = (founding.CITY / "calendar.csv").read_text(encoding="utf-8").replace("2020-01-01", BEGINS)
    played(loading.load_calendar(calendar=read_calendar_file(sessions).calendar, by=staff["clerk"]))
    return City(staff=staff, shift=0)


def invented() -> list[PlannedCase]:
    """Return the planned cases: charged, arraigned and let go on their own word within two days."""
    draw = random.Random(SEED)
    return [_simple(month.one_case(draw, number, local(at))) for number, at in enumerate(ARRESTED, start=1)]


def _simple(case: PlannedCase) -> PlannedCase:
    at = case.arrested
    return replace(
        case,
        person=replace(case.person, language="English"),
        booked=Instant(at + 40 * MINUTE),
        submitted=Instant(at + 2 * HOUR),
        decided=Instant(at + 4 * HOUR),
        interviewed=Instant(at + 5 * HOUR),
        arraigned=Instant(at + 9 * HOUR),
        released=Instant(at + 12 * HOUR),
        order=Order(type="ROR"),
        posted=None,
        declined=False,
        returned=False,
        interview_declined=True,
    )


def arrests(city: City) -> Iterator[Arrest]:
    """Give what is done to each of them, with its instant."""
    for plan in invented():
        life = Life(city, plan)
        for at, act in lives.steps(life):
            yield Arrest(at, plan.number, act)
        yield Arrest(Instant(plan.arraigned + HOUR), plan.number, lambda life=life: courtroom.number(life))  # type: ignore[misc]
