"""Plays the planned month through the same actions that people use, on the simulated clock: nothing is written in any other way.

The clock goes forward in steps, one entry each, and reaches the real time before anything listens. What would happen after now
has not happened.
"""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.contrib.auth.hashers import make_password

from pars.actions import agreeing, arraigning, charging, disclosing, founding, identifying, intake, interviewing, releasing
from pars.actions.beats import Done, Refused
from pars.core.cases.bail import OrderTerms
from pars.core.cases.case import proposed_charges, release_order
from pars.core.cases.charging import ChargeChoice, complaint_sha256
from pars.core.cases.received import ArrestGiven, BookingGiven, ChargeGiven, PersonStated
from pars.core.cases.release import release_order_sha256
from pars.core.ledger.entries import By
from pars.core.terms import HOUR, MINUTE, Instant, Refusal, StatedTime, moment
from pars.edge.city import agreements, cast
from pars.edge.city.asking import question
from pars.edge.city.month import ZONE, PlannedCase, plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pars.core.cases.case import Case

STEP = HOUR
"""The clock is moved to whole steps: one entry for all that happens within one."""

AT_ONCE = 4
"""How many acts are under way at once: each waits for the database most of its time."""

POLICE = "Riverhaven Police"


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
    """Make the accounts, all with the demo's one password, and give each member of staff their grant."""
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
    return City(staff=staff, shift=0)


def known_city() -> City:
    """Return who acts under what in a city that was founded before."""
    staff = {}
    for seat in cast.EVERYBODY:
        person = f"p-{seat.username}"
        held = [capacity.authority for capacity in identifying.capacities(person) if capacity.kind == "staff"]
        staff[seat.username] = By(person, held[0] if held else f"agency:{seat.agency}" if seat.agency else "system")
    return City(staff=staff, shift=0)


# ---------------------------------------------------------------- agreements


def adopt(city: City, *, agreement: str, text: bytes, seats: tuple[str, ...] = ("city", "courts")) -> Done:
    """Propose a version and have these seats vote for it; return the last vote."""
    proposed = _played(agreeing.propose(text=text, by=city.by("law")))
    version = sha256(text).hexdigest()
    done = proposed
    for seat in seats:
        done = vote(city, agreement=agreement, version=version, choice="adopt", seat=seat, answers=proposed.entry)
    return done


def vote(city: City, *, agreement: str, version: str, choice: str, seat: str, answers: int) -> Done:
    """Sign with the seat's key that the demo's home keeps, and vote."""
    by = city.by(f"voter-{seat}")
    ballot = agreeing.sign_with_home_key(agreement=agreement, choice=choice, version=version, answers=answers, by=by)
    if isinstance(ballot, Refusal):
        raise NotPlayed(ballot)
    return _played(agreeing.vote(agreement=agreement, ballot=ballot, by=by))


def open_agreements(city: City, *, start: Instant) -> None:
    """Adopt the three agreements, name their people and bind their systems."""
    today = moment(start, ZONE).date()
    for terms, seat in zip(agreements.ALL, cast.AGENCIES, strict=True):
        end = agreements.ends_on(today + timedelta(days=terms.days))
        adopt(city, agreement=terms.agreement, text=agreements.version_text(terms, number=1, start=start, end=end))
        person = city.by(seat.username).person
        _played(agreeing.name_user(agreement=terms.agreement, person=person, holds=("terms_signed",), by=city.by("law")))
        _played(agreeing.bind_client(agreement=terms.agreement, client=f"{seat.agency}-desk", by=city.by("law")))


# ---------------------------------------------------------------- the month


@dataclass(frozen=True, slots=True, order=True)
class _Step:
    """Something that happens at an instant. What has the same `life` happens in order; a question has none."""

    at: Instant
    order: int
    life: int | None = field(compare=False)
    act: Callable[[], None] = field(compare=False)


def play_month(
    city: City,
    *,
    seed: int,
    real: Instant,
    past: int,
    in_process: int,
    questions: int,
    seal: Callable[[], object],
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> None:
    """Walk every planned case to where it stands now, and let the agencies ask their questions meanwhile.

    What falls into one step of the clock happens at once where it is about different people, as it does in a city. `seal` is
    called before questions are asked: the door answers nobody while the ledger lags.
    """
    planned = plan(seed=seed, now=real, past=past, in_process=in_process)
    steps = [step for case in planned for step in _steps(city, case)]
    draw = random.Random(seed + 1)
    first = min(case.arrested for case in planned)
    for number in range(questions):
        at = Instant(int(first + (real - first) * draw.triangular(0.05, 0.999, 0.7)))
        steps.append(_Step(at, 10_000_000 + number, None, question(city, draw)))
    due = sorted(step for step in steps if step.at <= real)
    done = 0
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="seed") as threads:
        for _, together in groupby(due, key=lambda step: -(-step.at // STEP)):
            hour = list(together)
            city.now_is(hour[0].at, real)
            _play_hour(hour, threads, seal)
            done += len(hour)
            progress(done, len(due))
    if city.shift < 0:
        founding.shift_clock(0)
        city.shift = 0


def _play_hour(hour: list[_Step], threads: ThreadPoolExecutor, seal: Callable[[], object]) -> None:
    """Play what falls into one step of the clock: lives beside each other, then the questions."""
    lives: dict[int, list[_Step]] = {}
    for step in hour:
        if step.life is not None:
            lives.setdefault(step.life, []).append(step)
    for _ in threads.map(lambda steps: [step.act() for step in steps], lives.values()):
        pass  # what a thread raises is raised here
    questions = [step for step in hour if step.life is None]
    if questions:
        seal()
    for step in questions:
        step.act()


def _steps(city: City, case: PlannedCase) -> Iterator[_Step]:
    """Give what happens in a case, each with its instant; what comes later waits for what comes before."""
    life = Life(city, case)
    times = [(case.arrested + 40 * MINUTE, life.book), (case.submitted, life.submit)]
    decided = case.decided
    if case.returned:
        times += [(case.decided, life.give_back), (case.decided + HOUR, life.submit)]
        decided = Instant(case.decided + 2 * HOUR)
    times.append((decided, life.decide))
    if case.declined:
        if case.released is not None:
            times.append((max(case.released, decided + HOUR), life.let_go))
    else:
        arraigned = max(case.arraigned, decided + 30 * MINUTE, case.interviewed + 30 * MINUTE)
        times += [(case.interviewed, life.interview), (arraigned, life.arraign)]
        if case.posted is not None:
            times.append((max(case.posted, arraigned + HOUR), life.post))
        if case.released is not None:
            times.append((max(case.released, arraigned + 2 * HOUR, (case.posted or 0) + HOUR), life.let_go))
    for order, (at, act) in enumerate(sorted(times, key=lambda step: step[0])):
        yield _Step(Instant(int(at)), case.number * 100 + order, case.number, act)


@dataclass(slots=True)
class Life:
    """One case as it is played; `seen` is the version that the next act is decided on."""

    city: City
    plan: PlannedCase
    case_id: str = ""
    seen: int = 0

    def book(self) -> None:
        """The police write the arrest."""
        who, at = self.plan.person, moment(self.plan.arrested, ZONE)
        arrest = ArrestGiven(
            agency=POLICE,
            time=StatedTime(at.replace(microsecond=0).isoformat(), ZONE),
            record_id=f"RPD-{self.plan.number:06}",
            otn=f"R{self.plan.number:06}{self.plan.number % 10}",
            incident_number=f"{at.year % 100:02}-{self.plan.district[:-2]:0>2}-{self.plan.number:06}",
            district=self.plan.district,
            place=f"near {who.address.split(' ', 1)[1]}",
            warrant=False,
            narrative="Invented account for the demo: what the officer saw, in the order it happened.",
            charges=tuple(
                ChargeGiven(
                    statute=statute,
                    description=title,
                    grade=grade,
                    offense_date=StatedTime(at.date().isoformat(), ZONE),
                )
                for statute, title, grade in self.plan.charges
            ),
        )
        done = _played(
            intake.book_arrest(
                by=self.city.by("booking"),
                person=PersonStated(
                    surname=who.surname,
                    given=who.given,
                    middle=who.middle,
                    birth_date=StatedTime(who.birth_date.isoformat(), ZONE),
                    sex=who.sex,
                    address=who.address,
                    birthplace=who.birthplace,
                    language=who.language,
                ),
                arrests=(arrest,),
                booking=BookingGiven(agency=POLICE, facility=f"{self.plan.district} District"),
            )
        )
        assert done.case_id is not None
        self.case_id = self.city.cases[self.plan.number] = done.case_id
        self.seen = done.version or 0

    def submit(self) -> None:
        """They send it to the charging unit."""
        self._after(intake.submit_for_charging(case_id=self.case_id, seen=self.seen, by=self.city.by("booking")))

    def give_back(self) -> None:
        """The prosecutor returns it for information."""
        choices = tuple(
            ChargeChoice(decision="RETURN", proposed=charge.n, reason="FACTS", note="Say who saw it.")
            for charge in proposed_charges(self._opened("charging"))
        )
        self._after(charging.decide_charges(case_id=self.case_id, seen=self.seen, choices=choices, by=self.city.by("charging")))

    def decide(self) -> None:
        """The prosecutor decides each charge and signs the complaint."""
        proposed = proposed_charges(self._opened("charging"))
        choices = tuple(
            ChargeChoice(decision="DECLINE", proposed=charge.n, reason="EVIDENCE")
            if self.plan.declined
            else ChargeChoice(decision="APPROVE", proposed=charge.n)
            for charge in proposed
        )
        self._after(charging.decide_charges(case_id=self.case_id, seen=self.seen, choices=choices, by=self.city.by("charging")))
        if not self.plan.declined:
            text = complaint_sha256(self._opened("charging"))
            self._after(
                charging.sign_complaint(case_id=self.case_id, seen=self.seen, text_sha256=text, by=self.city.by("charging"))
            )

    def interview(self) -> None:
        """Pretrial services take the interview."""
        answers: dict[str, Any] = {"outcome": "DECLINED"}
        if not self.plan.interview_declined:
            even = self.plan.number % 2 == 0
            answers = {"outcome": "TAKEN", "local_residence": True, "employed": even, "family_contact": True}
        if self.plan.person.language != "English":
            answers["interpreter"] = self.plan.person.language
        self._after(
            interviewing.record_interview(case_id=self.case_id, seen=self.seen, by=self.city.by("interview"), **answers)
        )

    def arraign(self) -> None:
        """The court arraigns and sets release."""
        at = moment(self.plan.arraigned, ZONE).replace(microsecond=0)
        interpreter = self.plan.person.language if self.plan.person.language != "English" else None
        self._after(
            arraigning.hold_hearing(
                case_id=self.case_id,
                seen=self.seen,
                by=self.city.by("bench"),
                time=StatedTime(at.isoformat(), ZONE),
                probable_cause=True,
                rights_read=True,
                complaint_given=True,
                counsel_advised=True,
                hearing_right_advised=True,
                bail_advised=True,
                interpreter=interpreter,
            )
        )
        order = self.plan.order
        hearing = (at + timedelta(days=10)).replace(hour=9, minute=0, second=0)
        terms = OrderTerms(
            types=(order.type,),
            amount_cents=order.amount_cents,
            deposit_percent=order.deposit_percent,
            conditions=("REPORT",) if order.type == "NONMONETARY" else (),
            reasons="The charge and the risk of flight, as stated on the record." if order.type == "REFUSED" else None,
            next_hearing=StatedTime(hearing.isoformat(), ZONE),
            next_court="Courtroom 4",
        )
        text = release_order_sha256(self._opened("bench"), terms)
        self._after(
            arraigning.order_release(
                case_id=self.case_id, seen=self.seen, terms=terms, text_sha256=text, by=self.city.by("bench")
            )
        )

    def post(self) -> None:
        """Bail is put down."""
        order = release_order(self._opened("clerk"))
        assert order is not None
        due = -(-(order.amount_cents or 0) * (order.deposit_percent or 0) // 100)
        self._after(
            releasing.post_bail(case_id=self.case_id, seen=self.seen, order=order.n, amount_cents=due, by=self.city.by("clerk"))
        )

    def let_go(self) -> None:
        """The custodian opens the door."""
        self._after(
            releasing.acknowledge_release(case_id=self.case_id, seen=self.seen, released=True, by=self.city.by("custodian"))
        )

    def _opened(self, username: str) -> Case:
        opened = disclosing.open_case(case_id=self.case_id, by=self.city.by(username))
        if not isinstance(opened, disclosing.CaseShown):
            raise NotPlayed(opened.refusal)
        return opened.case

    def _after(self, outcome: Done | Refused) -> None:
        self.seen = _played(outcome).version or self.seen


def _played(outcome: Done | Refused) -> Done:
    if isinstance(outcome, Done):
        return outcome
    raise NotPlayed(outcome.refusal)
