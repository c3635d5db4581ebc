"""Walks one invented person through, from the arrest to the door, by the same actions that people use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zlib import crc32

from pars.actions import arraigning, charging, disclosing, intake, interviewing, publishing, recognizing, releasing
from pars.actions.beats import Done, Refused
from pars.core.cases.case import arrests, identity, proposed_charges, release_order
from pars.core.cases.charging import complaint_sha256, cosign_owed
from pars.core.cases.choices import ChargeChoice
from pars.core.cases.detainer_rules import rule_at
from pars.core.cases.detainers import answers_by, matter_stage, undecided_detainers
from pars.core.cases.doubts import AGE_DOUBTS, open_doubts
from pars.core.cases.facts import IdentityVerified
from pars.core.cases.holds import open_holds
from pars.core.cases.received import AliasGiven, ArrestGiven, BookingGiven, ChargeGiven, PersonStated
from pars.core.cases.release import release_order_sha256
from pars.core.terms import HOUR, MINUTE, Instant, StatedTime, moment
from pars.edge.city.court import serve, terms_of
from pars.edge.city.founded import City, NotPlayed, played
from pars.edge.city.month import ZONE, PlannedCase, Turn
from pars.edge.city.worksheets import signed_worksheet

if TYPE_CHECKING:
    from pars.core.cases.case import Case
    from pars.core.cases.facts import Fact

POLICE = "Riverhaven Police"


Act = Callable[[], "Instant | None"]
"""Something done in a life; it returns when to try again, where it couldn't be done yet."""


@dataclass(slots=True)
class Life:
    """One case as it is played; `seen` is the version that the next act is decided on."""

    city: City
    plan: PlannedCase
    case_id: str = ""
    seen: int = 0
    told: bool = False

    def steps(self) -> list[tuple[Instant, Act]]:
        """Return what happens, each with its instant, in order; what comes later waits for what comes before."""
        plan, turns = self.plan, self.plan.turns
        booked = plan.arrested + 40 * MINUTE
        times: list[tuple[int, Act]] = [(booked, self.book), (booked + 1, self.prints), (plan.submitted, self.submit)]
        decided: int = plan.decided
        if plan.returned:
            answered = plan.decided + (9 * HOUR if "UNANSWERED" in turns else HOUR)
            times += [(plan.decided, self.give_back), (answered, self.submit)]
            decided = answered + HOUR
        times.append((decided, self.decide))
        free = decided
        if not plan.declined:
            arraigned = max(plan.arraigned, decided + 30 * MINUTE, plan.interviewed + 30 * MINUTE)
            times += [(plan.interviewed, self.interview), (arraigned, self.arraign)]
            free = arraigned
            if plan.posted is not None:
                free = max(plan.posted, arraigned + HOUR)
                times.append((free, self.post))
        times += [(at, act) for turn, at, act in self._turns(booked, free) if turn in turns]
        if plan.released is not None:
            late = 4 * HOUR if "DOOR_LATE" in turns else 0
            times.append((max(plan.released, free + HOUR) + late, self.let_go))
        return [(Instant(int(at)), act) for at, act in sorted(times, key=lambda step: step[0])]

    def _turns(self, booked: int, free: int) -> list[tuple[Turn, int, Act]]:
        """Return what else may happen, each with its instant."""
        return [
            ("MISTYPED", booked + 1, self.mend_birth_date),
            ("CHILD", booked + 1, self.say_child),
            ("AGAIN", booked + 2, self.link),
            ("WRONG_TIME", booked + 3, self.mend_time),
            ("BENCH_WARRANT", booked + HOUR, self.lodge_bench_warrant),
            ("PROBATION", booked + 2 * HOUR, self.lodge_probation),
            ("PROBATION", free + 5 * HOUR, self.lift_probation),
            ("DETAINER", booked + 4 * HOUR, self.receive_detainer),
            ("DETAINER", booked + 6 * HOUR, self.answer_detainer),
        ]

    def book(self) -> None:
        """The police write the arrest."""
        who, at, turns = self.plan.person, moment(self.plan.arrested, ZONE), self.plan.turns
        if "WRONG_TIME" in turns:
            at -= timedelta(minutes=20)
        incident = self.plan.incident or self.plan.number
        arrest = ArrestGiven(
            agency=POLICE,
            time=StatedTime(at.replace(microsecond=0).isoformat(), ZONE),
            record_id=f"RPD-{self.plan.number:06}",
            otn=f"R{self.plan.number:06}{self.plan.number % 10}",
            incident_number=f"{at.year % 100:02}-{self.plan.district[:-2]:0>2}-{incident:06}",
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
        born = who.birth_date.replace(year=at.year - 15) if "MISTYPED" in turns else who.birth_date
        done = played(
            intake.book_arrest(
                by=self.city.by("booking"),
                person=PersonStated(
                    surname=who.surname,
                    given=who.given,
                    middle=who.middle,
                    birth_date=StatedTime(born.isoformat(), ZONE),
                    sex=who.sex,
                    address=who.address,
                    birthplace=who.birthplace,
                    language=who.language,
                ),
                aliases=(AliasGiven(surname=who.surname, given=f"{who.given[0]}."),) if "ALIAS" in turns else (),
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
        choices = tuple(replace(self._choice(), proposed=charge.n) for charge in proposed)
        self._after(charging.decide_charges(case_id=self.case_id, seen=self.seen, choices=choices, by=self.city.by("charging")))
        if not self.plan.declined:
            text = complaint_sha256(self._opened("charging"))
            self._after(
                charging.sign_complaint(case_id=self.case_id, seen=self.seen, text_sha256=text, by=self.city.by("charging"))
            )
            if cosign_owed(self._opened("charging")) is not None:
                supervisor = self.city.by("charging-supervisor")
                self._after(charging.cosign_complaint(case_id=self.case_id, seen=self.seen, text_sha256=text, by=supervisor))

    def _choice(self) -> ChargeChoice:
        if "CHILD" in self.plan.turns:
            return ChargeChoice(decision="REFER", reason="FAMILY_COURT", note="A child in law: to Family Court.")
        return ChargeChoice(decision="DECLINE", reason="EVIDENCE") if self.plan.declined else ChargeChoice(decision="APPROVE")

    def interview(self) -> None:
        """Pretrial services take the interview."""
        answers: dict[str, Any] = {"outcome": "DECLINED"}
        if not self.plan.interview_declined:
            even = self.plan.number % 2 == 0
            said = {"local_residence": "YES", "employed": "YES" if even else "NO", "family_contact": "YES"}
            answers = {"outcome": "TAKEN", "answers": said}
        if self.plan.person.language != "English":
            answers["interpreter"] = self.plan.person.language
        self._after(
            interviewing.record_interview(case_id=self.case_id, seen=self.seen, by=self.city.by("interview"), **answers)
        )
        if not self.plan.interview_declined:
            self._after(signed_worksheet(self._opened("interview"), seen=self.seen, by=self.city.by("interview")))

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
        terms = terms_of(order, at)
        text = release_order_sha256(self._opened("bench"), terms)
        self._after(
            arraigning.order_release(
                case_id=self.case_id, seen=self.seen, terms=terms, text_sha256=text, by=self.city.by("bench")
            )
        )

        if order.type == "NONMONETARY":
            self._after(serve(self._opened("clerk"), seen=self.seen, city=self.city, at=at, interpreter=interpreter))

    def post(self) -> None:
        """Bail is put down."""
        order = release_order(self._opened("clerk"))
        assert order is not None
        due = -(-(order.amount_cents or 0) * (order.deposit_percent or 0) // 100)
        self._after(
            releasing.post_bail(case_id=self.case_id, seen=self.seen, order=order.n, amount_cents=due, by=self.city.by("clerk"))
        )

    def let_go(self) -> Instant | None:
        """The custodian opens the door; where something still holds the person, says so and looks again later."""
        by = self.city.by("custodian")
        done = releasing.acknowledge_release(case_id=self.case_id, seen=self.seen, released=True, by=by)
        if isinstance(done, Refused) and done.refusal.code == "STILL_HELD":
            if not self.told:
                self.told = True
                reason = f"Still held: {', '.join(done.refusal.names).replace('_', ' ').lower()}."
                self._after(
                    releasing.acknowledge_release(case_id=self.case_id, seen=self.seen, released=False, reason=reason, by=by)
                )
            return Instant(done.at + HOUR)
        self._after(done)
        return None

    # ------------------------------------------------------------ what else happens

    def prints(self) -> None:
        """The state repository answers to the prints that were taken at the booking."""
        who = self.plan.person
        number = crc32(f"{who.surname} {who.given} {who.birth_date}".encode()) % 100_000_000
        reply = IdentityVerified(
            source="State repository of prints",
            stated=self._now(),
            outcome="MATCH",
            reference=f"TCN-{self.plan.number:06}",
            verifier="",
            sid=f"{number:08}",
            surname=who.surname,
            given=who.given,
        )
        by = self.city.by("booking")
        self._after(recognizing.verify_identity(case_id=self.case_id, seen=self.seen, reply=reply, by=by))

    def mend_birth_date(self) -> None:
        """The police see that the year of birth was mistyped."""
        who = identity(self._opened("booking"))
        assert who is not None
        right = StatedTime(self.plan.person.birth_date.isoformat(), ZONE)
        self._correct([replace(who, corrects=who.n, birth_date=right)], "The year of birth was mistyped.")
        self._settle("HOLDS_TO_LOOK_UP", "Looked up again by the right birth date: none.")

    def mend_time(self) -> None:
        """The police correct the time of the arrest, for all to see."""
        arrest = arrests(self._opened("booking"))[0]
        right = StatedTime(moment(self.plan.arrested, ZONE).replace(microsecond=0).isoformat(), ZONE)
        self._correct([replace(arrest, corrects=arrest.n, time=right)], "The radio log has it 20 minutes later.")

    def say_child(self) -> None:
        """The police settle that the person is a child."""
        doubt = next(
            doubt for doubt in open_doubts(self._opened("booking")) if doubt.code in AGE_DOUBTS and doubt.n is not None
        )
        self._after(
            intake.resolve_doubt(
                case_id=self.case_id,
                seen=self.seen,
                by=self.city.by("booking"),
                doubt=doubt.n,
                reason="A parent brought the birth certificate.",
                adult=False,
            )
        )

    def link(self) -> None:
        """Prints say that the person was here before; their warrants are looked up again."""
        other = self.city.cases[self.plan.again or 0]
        self._after(
            recognizing.link_person(
                case_id=self.case_id,
                seen=self.seen,
                by=self.city.by("booking"),
                other_case=other,
                basis="FINGERPRINT",
                reason="One SID by prints",
            )
        )
        self._settle("HOLDS_TO_LOOK_UP", "Looked up again: none beside what stands here.")

    def lodge_bench_warrant(self) -> None:
        """A bench warrant turns up; it lapses by itself."""
        self._lodge("BENCH_WARRANT", "Riverhaven Municipal Court", "BW")

    def lodge_probation(self) -> None:
        """The supervising court lodges its detainer."""
        self._lodge("PROBATION_DETAINER", "Riverhaven Court of Common Pleas", "PV")

    def lift_probation(self) -> None:
        """The supervising court lifts it."""
        for hold in open_holds(self._opened("custodian"), publishing.now()):
            if hold.fact.kind == "PROBATION_DETAINER":
                self._after(
                    releasing.lift_hold(
                        case_id=self.case_id,
                        seen=self.seen,
                        by=self.city.by("custodian"),
                        hold=hold.fact.n,
                        reason="Lifted by the supervising court.",
                    )
                )

    def receive_detainer(self) -> None:
        """A detainer comes in; some have an immigration officer's warrant, none a judge's."""
        self._after(
            releasing.receive_detainer(
                case_id=self.case_id,
                seen=self.seen,
                by=self.city.by("custodian"),
                form="NOTICE_REQUEST" if self.plan.number % 3 == 0 else "I-247A",
                paper="ADMINISTRATIVE" if self.plan.number % 2 else "NONE",
                issuing_office="Invented Field Office",
                received=self._now(),
            )
        )

    def answer_detainer(self) -> None:
        """The custodian answers it as the rule in force says."""
        case, at = self._opened("custodian"), publishing.now()
        for paper in undecided_detainers(case):
            answers: Mapping[str, Any] = answers_by(rule_at(at, case.rules), paper, matter_stage(case))
            self._after(
                releasing.decide_detainer(
                    case_id=self.case_id,
                    seen=self.seen,
                    by=self.city.by("custodian"),
                    detainer=paper.n,
                    reason="As the rule in force says.",
                    **answers,
                )
            )

    # ------------------------------------------------------------ small parts

    def _lodge(self, kind: str, authority: str, letters: str) -> None:
        self._after(
            releasing.lodge_hold(
                case_id=self.case_id,
                seen=self.seen,
                by=self.city.by("custodian"),
                kind=kind,
                authority=authority,
                lodged=self._now(),
                reference=f"{letters}-{self.plan.number:06}",
            )
        )

    def _correct(self, facts: list[Fact], why: str) -> None:
        self._after(
            intake.correct_facts(case_id=self.case_id, seen=self.seen, facts=facts, why=why, by=self.city.by("booking"))
        )

    def _settle(self, code: str, reason: str) -> None:
        """The police settle the open doubt of a code."""
        doubt = next(doubt for doubt in open_doubts(self._opened("booking")) if doubt.code == code and doubt.n is not None)
        self._after(
            intake.resolve_doubt(case_id=self.case_id, seen=self.seen, by=self.city.by("booking"), doubt=doubt.n, reason=reason)
        )

    def _now(self) -> StatedTime:
        return StatedTime(moment(publishing.now(), ZONE).replace(microsecond=0).isoformat(), ZONE)

    def _opened(self, username: str) -> Case:
        opened = disclosing.open_case(case_id=self.case_id, by=self.city.by(username))
        if not isinstance(opened, disclosing.CaseShown):
            raise NotPlayed(opened.refusal)
        return opened.case

    def _after(self, outcome: Done | Refused) -> None:
        self.seen = played(outcome).version or self.seen
