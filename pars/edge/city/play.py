"""Plays the planned month through the same actions that people use, on the simulated clock: nothing is written in any other way.

The clock goes forward in steps, one entry each, and reaches the real time before anything listens. What would happen after now
has not happened.
"""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from pars.actions import arraigning, charging, disclosing, founding, intake, interviewing, releasing
from pars.actions.beats import Done, Refused
from pars.core.cases.bail import OrderTerms
from pars.core.cases.case import proposed_charges, release_order
from pars.core.cases.charging import complaint_sha256
from pars.core.cases.choices import ChargeChoice
from pars.core.cases.received import ArrestGiven, BookingGiven, ChargeGiven, PersonStated
from pars.core.cases.release import release_order_sha256
from pars.core.terms import HOUR, MINUTE, Instant, StatedTime, moment
from pars.edge.city.asking import question
from pars.edge.city.founded import STEP, City, NotPlayed, played
from pars.edge.city.month import ZONE, PlannedCase, plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pars.core.cases.case import Case

AT_ONCE = 4
"""How many acts are under way at once: each waits for the database most of its time."""

POLICE = "Riverhaven Police"


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
        done = played(
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
        self.seen = played(outcome).version or self.seen
