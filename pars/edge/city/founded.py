"""The invented city as the demo founds it: its accounts, what each acts under, its three agreements, and its simulated clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import make_password

from pars.actions import agreeing, founding, identifying, loading, publishing
from pars.actions.beats import Done, Refused
from pars.core.ledger.entries import By
from pars.core.terms import HOUR, Instant, Refusal, moment
from pars.edge.city import agreements, cast
from pars.edge.city.turns import ZONE
from pars.edge.formats.calendar_list import read_calendar_file
from pars.edge.formats.offense_list import read_offense_file

if TYPE_CHECKING:
    from pars.edge.city.life import Life

STEP = HOUR
"""The clock is moved to whole steps: one entry for all that happens within one."""


NOT_SIMULATED = Refusal(
    code="NOT_SIMULATED",
    says="The demo's accounts are made in a simulated ledger alone, and this one isn't.",
    remedy="Begin a demo in a new PARS_HOME.",
)


class NotPlayed(RuntimeError):
    """An action refused what the plan had it do: the plan and the rules disagree. `code` is the refusal's."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"{refusal.code}: {refusal.says}")
        self.code = refusal.code


@dataclass(slots=True)
class City:
    """The people of the demo with what they act under, and the simulated clock's distance from the real one."""

    staff: dict[str, By]
    shift: int
    cases: dict[int, str] = field(default_factory=dict)
    asked: int = 0
    heard: list[Life] = field(default_factory=list)
    """Who was heard since the last session was closed: the clerk's work at its end."""
    forms: list[str] = field(default_factory=list)
    """The numbers of the paper forms that were printed for an outage."""

    def by(self, username: str) -> By:
        """Return who acts, by the name of their account."""
        return self.staff[username]

    def now_is(self, at: Instant, real: Instant) -> None:
        """Move the clock forward so that it is `at` or up to a step later; never back, never past the real time."""
        wanted = min(0, -(-at // STEP) * STEP - real)
        if wanted > self.shift:
            founding.shift_clock(wanted)
            self.shift = wanted


def found_city(*, password: str) -> City:
    """Make the accounts, all with the demo's one password, and give each member of staff their grant.

    Raises NotPlayed in a ledger that isn't simulated: everybody knows these accounts, so they exist nowhere else.
    """
    house = publishing.house()
    if house is None or not house.simulated:
        raise NotPlayed(NOT_SIMULATED)
    hashed = make_password(password)
    staff: dict[str, By] = {}
    for seat in cast.EVERYBODY:
        person = identifying.make_account_with(
            username=seat.username, name=seat.name, hashed=hashed, person=f"p-{seat.username}"
        )
        if seat.agency is None and seat.role:
            founding.give_grant(person=person, role=seat.role)
            (capacity,) = identifying.capacities(person)
            staff[seat.username] = By(person, capacity.authority)
        else:
            staff[seat.username] = By(person, f"agency:{seat.agency}" if seat.agency else "system")
    offenses = read_offense_file((founding.CITY / "offenses.csv").read_text(encoding="utf-8")).offenses
    played(loading.load_offenses(table=offenses, by=staff["clerk"]))
    calendar = read_calendar_file((founding.CITY / "calendar.csv").read_text(encoding="utf-8")).calendar
    played(loading.load_calendar(calendar=calendar, by=staff["clerk"]))
    return City(staff=staff, shift=0)


def issue_tokens(city: City) -> dict[str, str]:
    """Give everybody who has a role a token for `/v1`; return them by account."""
    return {
        seat.username: identifying.issue_token(
            username=seat.username,
            client=f"{seat.agency}-desk" if seat.agency else "desk",
            authority=city.by(seat.username).authority,
        )
        for seat in cast.EVERYBODY
        if seat.role
    }


def known_city() -> City:
    """Return who acts under what in a city that was founded before."""
    staff = {}
    for seat in cast.EVERYBODY:
        person = f"p-{seat.username}"
        held = [capacity.authority for capacity in identifying.capacities(person) if capacity.kind == "staff"]
        staff[seat.username] = By(person, held[0] if held else f"agency:{seat.agency}" if seat.agency else "system")
    return City(staff=staff, shift=0)


def adopt(city: City, *, agreement: str, text: bytes, seats: tuple[str, ...] = ("city", "courts")) -> Done:
    """Propose a version and have these seats vote for it; return the last vote."""
    proposed = played(agreeing.propose(text=text, by=city.by("law")))
    version = sha256(text).hexdigest()
    done = proposed
    for seat in seats:
        done = vote(city, agreement=agreement, version=version, choice="adopt", seat=seat, answers=proposed.entry)
    return done


def vote(city: City, *, agreement: str, version: str, choice: str, seat: str, answers: int, reason: str | None = None) -> Done:
    """Sign with the seat's key that the demo's home keeps, and vote."""
    by = city.by(f"voter-{seat}")
    ballot = agreeing.sign_with_home_key(
        agreement=agreement, choice=choice, version=version, answers=answers, by=by, reason=reason
    )
    if isinstance(ballot, Refusal):
        raise NotPlayed(ballot)
    return played(agreeing.vote(agreement=agreement, ballot=ballot, by=by, reason=reason))


def open_agreements(city: City, *, start: Instant) -> None:
    """Adopt the three agreements, name their people and bind their systems."""
    today = moment(start, ZONE).date()
    for terms, seat in zip(agreements.ALL, cast.AGENCIES, strict=True):
        end = agreements.ends_on(today + timedelta(days=terms.days))
        adopt(city, agreement=terms.agreement, text=agreements.version_text(terms, number=1, start=start, end=end))
        person = city.by(seat.username).person
        played(agreeing.name_user(agreement=terms.agreement, person=person, holds=("terms_signed",), by=city.by("law")))
        played(agreeing.bind_client(agreement=terms.agreement, client=f"{seat.agency}-desk", by=city.by("law")))


def played(outcome: Done | Refused) -> Done:
    """Return what was done. Raises NotPlayed where an action refused."""
    if isinstance(outcome, Done):
        return outcome
    raise NotPlayed(outcome.refusal)
