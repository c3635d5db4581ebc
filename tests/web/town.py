"""A small invented town for tests of the screens: staff, three agencies and a night's cases, all made through the real actions.

The clock is a simulated ledger's own: each act happens at the hour at which the story has it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from pars.actions import (
    agreeing,
    arraigning,
    charging,
    dealing,
    disclosing,
    founding,
    identifying,
    intake,
    interviewing,
    publishing,
    releasing,
    reviewing,
)
from pars.actions.disclosing import open_case
from pars.core.access.decision import Caller
from pars.core.agreements.version import Version, read_version
from pars.core.cases.bail import OrderTerms
from pars.core.cases.case import proposed_charges
from pars.core.cases.charging import complaint_sha256
from pars.core.cases.choices import ChargeChoice
from pars.core.cases.next_hearing import last_open_day
from pars.core.cases.received import ArrestGiven, BookingGiven, ChargeGiven, PersonStated
from pars.core.cases.release import release_order_sha256
from pars.core.ledger.entries import By
from pars.core.terms import HOUR, Instant, StatedTime, end_of_day, moment
from pars.edge.city import agreements as texts
from pars.store import ledger
from pars.store.disclosure import OpenedCase
from pars.store.ledger import Done

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pars.core.cases.case import Case

ZONE = "America/New_York"
PASSWORD = "invented-password-1"
HOURS_BEFORE = 26

STAFF: Mapping[str, tuple[str, str]] = {
    "booking": ("booking_officer", "Dana Quillby"),
    "charging": ("charging_attorney", "Ira Fennick"),
    "second-charging": ("charging_attorney", "Nell Ashcombe"),
    "supervisor": ("charging_supervisor", "Orla Stonebridge"),
    "interview": ("pretrial_interviewer", "Sol Larkmead"),
    "bench": ("magistrate", "Hon. Edda Greymount"),
    "clerk": ("court_clerk", "Teo Ottermill"),
    "custodian": ("custodian", "Marlo Saltmarch"),
    "defense": ("defender", "Wilmot Larkspur"),
    "second-defense": ("defender", "Alma Quickbeam"),
    "report-defense": ("defender_with_report", "Petra Holloway"),
    "manager": ("agreement_manager", "Una Harkwright"),
    "city": ("voter_city", "Perrin Vexley"),
    "courts": ("voter_courts", "Reva Elderwyn"),
    "prosecutor": ("voter_prosecutor", "Oren Corvane"),
    "auditor": ("auditor", "Junia Rookhollow"),
}
AGENTS: Mapping[str, tuple[texts.Terms, str]] = {
    "supervision": (texts.SUPERVISION, "Wells Nettlesham"),
    "victims": (texts.NOTIFICATION, "Ines Marrowdale"),
    "sheriff": (texts.WARRANTS, "Bram Underhay"),
}

THEFT = ChargeGiven(statute="18 § 3921 §§ A", description="Theft By Unlaw Taking-Movable Prop", grade="M1")
RETAIL = ChargeGiven(statute="18 § 3929 §§ A1", description="Retail Theft-Take Mdse", grade="M1")
ROBBERY = ChargeGiven(statute="18 § 3701 §§ A1ii", description="Robbery-Threat Immed Ser Injury", grade="F1")
CONSPIRACY = ChargeGiven(statute="18 § 903 §§ A1", description="Conspiracy", grade="F1")
INSTRUMENT = ChargeGiven(statute="18 § 907 §§ A", description="Poss Instrument Of Crime W/Int", grade="M1")
ASSAULT = ChargeGiven(statute="18 § 2701 §§ A1", description="Simple Assault", grade="M2")
AGGRAVATED = ChargeGiven(statute="18 § 2702 §§ A1", description="Aggravated Assault", grade="F1")
DRUGS = ChargeGiven(statute="35 § 780-113 §§ A16", description="Int Poss Contr Subst By Per Not Reg", grade="M")
DUI = ChargeGiven(statute="75 § 3802 §§ A1*", description="DUI: Gen Imp/Inc of Driving Safely - 1st Off", grade="M")
BURGLARY = ChargeGiven(statute="18 § 3502 §§ A4", description="Burglary - No Person Present", grade="F2")


@dataclass
class Town:
    """The town as it was built: who may act (by their short name), the cases by surname, the agreements' last versions."""

    people: dict[str, By] = field(default_factory=dict)
    cases: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)

    def by(self, name: str) -> By:
        """Return who acts."""
        return self.people[name]

    def case(self, surname: str, name: str = "booking") -> Case:
        """Return a case as one of the staff opens it."""
        opened = open_case(case_id=self.cases[surname], by=self.by(name))
        assert isinstance(opened, OpenedCase), opened
        return opened.case


def done(outcome: Any) -> Done:
    """Return what was done; fail in words on a refusal."""
    assert isinstance(outcome, Done), outcome
    return outcome


def stated(at: int) -> StatedTime:
    """Return an instant as the town's clocks show it, to the minute."""
    return StatedTime(moment(Instant(at), ZONE).replace(second=0, microsecond=0).isoformat(), ZONE)


# ---------------------------------------------------------------- people


def staff(town: Town) -> None:
    """Give each of the staff an account and a grant, each agency's person an account."""
    for name, (role, shown) in STAFF.items():
        person = identifying.make_account(username=name, name=shown, password=PASSWORD)
        done(founding.give_grant(person=person, role=role))
        grant = identifying.capacities(person)[0].authority
        town.people[name] = By(person, grant)
    for name, (terms, shown) in AGENTS.items():
        person = identifying.make_account(username=name, name=shown, password=PASSWORD)
        town.people[name] = By(person, f"agency:{terms.agency['id']}")
    identifying.make_account(username="stranger", name="Kit Nobody", password=PASSWORD)
    for owner in ("police", "prosecutor", "custodian"):
        done(founding.give_grant(person=f"feed-{owner}", role=f"feed_{owner}"))
    done(founding.give_grant(person="worker", role="system_worker"))
    done(founding.give_grant(person="custody-list", role="custody_list"))


# ---------------------------------------------------------------- agreements


def adopt(
    town: Town,
    terms: texts.Terms,
    *,
    number: int,
    start: int,
    end: Any,
    without: tuple[str, ...] = (),
    seats: int = 2,
    **more: Any,
) -> None:
    """Propose a version and let as many seats adopt it."""
    text = texts.version_text(terms, number=number, start=Instant(start), end=end, without=frozenset(without), **more)
    adopt_text(town, text, seats=seats)


def adopt_text(town: Town, text: bytes, *, seats: int = 2) -> str:
    """Propose a text and let as many seats adopt it; return its agreement."""
    proposed = done(agreeing.propose(text=text, by=town.by("manager")))
    version = read_version(text)
    assert isinstance(version, Version), version
    town.versions[version.agreement] = version.hash
    for seat in ("city", "courts", "prosecutor")[:seats]:
        ballot = agreeing.sign_with_home_key(
            agreement=version.agreement, choice="adopt", version=version.hash, answers=proposed.entry, by=town.by(seat)
        )
        done(agreeing.vote(agreement=version.agreement, ballot=ballot, by=town.by(seat)))  # type: ignore[arg-type]
    return version.agreement


def agree(town: Town) -> None:
    """Bring the three agreements into force, name each agency's person, and put a renewal of the first before the owners."""
    at = ledger.now()
    today = moment(at, ZONE).date()
    adopt(town, texts.SUPERVISION, number=1, start=at, end=texts.ends_on(today + timedelta(days=140)))
    adopt(town, texts.NOTIFICATION, number=1, start=at, end=texts.ends_on(today + timedelta(days=80)))
    adopt(town, texts.WARRANTS, number=1, start=at, end=texts.ends_on(today + timedelta(days=220)))
    for name, (terms, _) in AGENTS.items():
        done(
            agreeing.name_user(
                agreement=terms.agreement, person=town.by(name).person, holds=("terms_signed",), by=town.by("manager")
            )
        )


def question(
    surname: str, *, columns: tuple[str, ...] = ("surname", "given", "filed_charges"), number: str = "P-2026-0417"
) -> Any:
    """Return a question of the supervising agency."""
    return {
        "purpose": "supervision",
        "evidence": {"kind": "case_number", "value": number},
        "where": [{"column": "surname", "is": surname}],
        "columns": list(columns),
    }


def use(town: Town) -> None:
    """Let the first agency ask, well and badly; put the record of it before the owners, with the agency's reply."""
    by = town.by("supervision")
    caller = Caller(texts.SUPERVISION.agency["id"], by.person)
    for surname in ("Corvane", "Dallowick", "Vexley", "Merriwex", "Bexfield", "Nobody", "Corvane", "Oakhurstel"):
        answer = disclosing.ask(caller=caller, asked=question(surname))
        assert isinstance(answer, disclosing.Chunk), answer
    for asked in (
        question("Corvane", columns=("surname", "birthplace")),
        question("Vexley", columns=("surname", "birthplace")),
        {**question("Vexley"), "evidence": None},
    ):
        disclosing.ask(caller=caller, asked={name: part for name, part in asked.items() if part is not None})
    agreement = texts.SUPERVISION.agreement
    found = publishing.agreement(agreement)
    assert found is not None
    report = reviewing.use_report(agreement, found.agreement.began, found.at)
    put = done(
        agreeing.put_report(
            agreement=agreement,
            start=found.agreement.began,
            end=found.at,
            text=reviewing.report_text(report),
            by=town.by("manager"),
        )
    )
    done(
        dealing.reply(
            agreement=agreement,
            report=put.entry,
            text="The two questions for a birthplace were typed by mistake; the officer has been told.",
            by=town.by("manager"),
        )
    )


def ask_for_renewal(town: Town, today: date) -> None:
    """Propose a narrower second version of the supervision agreement, on which one seat has voted."""
    adopt(
        town,
        texts.SUPERVISION,
        number=2,
        start=end_of_day(today + timedelta(days=140), ZONE),
        end=texts.ends_on(today + timedelta(days=500)),
        without=("lead_grade",),
        seats=1,
    )


# ---------------------------------------------------------------- cases


@dataclass
class Night:
    """One invented custody: who, when, for what, and how far it has come by now (hours after the arrest; None: not yet)."""

    surname: str
    given: str
    born: str | None
    hours: float
    district: str
    charges: tuple[ChargeGiven, ...]
    sent: float | None = 1.5
    decided: float | None = None
    decision: str = "APPROVE"
    signed: bool = True
    asked: float | None = None
    heard: float | None = None
    order: dict[str, Any] | None = None
    after: tuple[str, ...] = ()
    interpreter: str | None = None


NIGHT = (
    Night("Corvane", "Jonah A.", "1999-02-14", 17, "22nd", (ROBBERY, CONSPIRACY, INSTRUMENT), decided=5, asked=6),
    Night("Ravenscombe", "Tamsin", "1985-08-03", 14, "24th", (ASSAULT,), decided=4, decision="RETURN", asked=5),
    Night("Dallowick", "Piper", "1971-11-30", 23.5, "35th", (AGGRAVATED, ASSAULT), decided=5, asked=7),
    Night("Bexfield", "Oren", "1992-01-09", 12, "22nd", (THEFT,), decided=3, asked=4, interpreter="Spanish"),
    Night("Kestrelby", "Ada", "1996-06-21", 11, "15th", (DRUGS,), decided=4, signed=False, asked=4.5),
    Night("Unknown person", "", None, 9, "39th", (THEFT,), sent=None),
    Night("Jessamond", "Cato", "1988-03-17", 8, "6th", (DUI,), decided=None, asked=4),
    Night("Larkmead", "Nell", "1979-12-02", 7, "9th", (RETAIL,), decided=3),
    Night("Greymount", "Leith", "2001-05-28", 6, "24th", (BURGLARY, THEFT)),
    Night("Tallowby", "Sorrel", "1990-10-10", 5.5, "22nd", (ASSAULT,)),
    Night("Farrowby", "Ivo", "1983-04-25", 4, "1st", (RETAIL, DRUGS)),
    Night("Yarrowick", "Hollis", "1976-07-07", 2.5, "18th", (DRUGS,), sent=None),
    Night("Inglemoor", "Dara", "1994-09-19", 0.4, "25th", (THEFT,), sent=None),
    Night(
        "Vexley", "Quincy", "1987-02-02", 20, "12th", (RETAIL,), decided=4, asked=5, heard=16, order={"types": ("ROR",)},
    ),
    Night(
        "Oakhurstel", "Bea", "1969-01-15", 22, "3rd", (ASSAULT, DRUGS), decided=4, asked=5, heard=15,
        order={"types": ("UNSECURED",), "amount_cents": 500_000}, after=("hold", "detainer"),
    ),
    Night(
        "Merriwex", "Alder", "1993-03-03", 19, "25th", (ROBBERY, CONSPIRACY), decided=5, asked=6, heard=14,
        order={"types": ("MONETARY",), "amount_cents": 10_000_000, "deposit_percent": 10},
    ),
    Night("Pellingham", "Wren", "1998-12-24", 13, "19th", (THEFT,), decided=5, decision="DECLINE"),
    Night(
        "Thistlemark", "Edda", "1981-06-06", 24, "22nd", (RETAIL,), decided=3, asked=4, heard=10,
        order={"types": ("ROR",)}, after=("released",),
    ),
)  # fmt: skip


def book(town: Town, night: Night, arrested: int) -> None:
    """Book one arrest."""
    charges = tuple(
        ChargeGiven(
            statute=charge.statute, description=charge.description, grade=charge.grade,
            offense_date=StatedTime(moment(Instant(arrested), ZONE).date().isoformat(), ZONE),
        )
        for charge in night.charges
    )  # fmt: skip
    person = PersonStated(
        surname=night.surname if night.given else None,
        given=night.given or None,
        full=None if night.given else night.surname,
        birth_date=StatedTime(night.born, ZONE) if night.born else None,
        sex="F" if len(night.given) % 2 else "M",
        address=f"{len(town.cases) * 37 + 12} Lantern Avenue",
        language=night.interpreter or "English",
    )
    number = len(town.cases) + 1
    arrest = ArrestGiven(
        agency="City Police",
        time=stated(arrested),
        otn=f"Q3{number:05d}{number % 10}",
        incident_number=f"26-{night.district[:-2]}-{number:06d}",
        district=night.district,
        place="1400 block of Copper Lane",
        warrant=False,
        narrative="At the stated time and place the officer saw the person leave the store with goods that were not paid for.",
        charges=charges,
    )
    booked = done(
        intake.book_arrest(
            person=person,
            arrests=[arrest],
            booking=BookingGiven(time=stated(ledger.now()), facility=f"{night.district} District"),
            birth_date_reason=None if night.born else "The person gives no birth date; prints are sent",
            by=town.by("booking"),
        )
    )
    assert booked.case_id is not None
    town.cases[night.surname] = booked.case_id


def decide(town: Town, night: Night) -> None:
    """Decide every charge the same way, and sign where anything is left to sign."""
    case = town.case(night.surname, "charging")
    reason = {"RETURN": "FACTS", "DECLINE": "EVIDENCE"}.get(night.decision)
    note = "Who saw the blow? Please add the witness's account." if night.decision == "RETURN" else None
    choices = [
        ChargeChoice(decision=night.decision, proposed=charge.n, reason=reason, note=note) for charge in proposed_charges(case)
    ]
    done(charging.decide_charges(case_id=case.id, seen=case.version, choices=choices, by=town.by("charging")))
    if night.decision == "APPROVE" and night.signed:
        case = town.case(night.surname, "charging")
        done(
            charging.sign_complaint(
                case_id=case.id, seen=case.version, text_sha256=complaint_sha256(case), by=town.by("charging")
            )
        )


def interview(town: Town, night: Night) -> None:
    """Take the interview."""
    case = town.case(night.surname, "interview")
    done(
        interviewing.record_interview(
            case_id=case.id, seen=case.version, outcome="TAKEN", interpreter=night.interpreter, by=town.by("interview"),
            answers={"local_residence": "YES", "employed": "YES" if len(night.given) > 4 else "NO", "family_contact": "YES"},
        )
    )  # fmt: skip


def hear(town: Town, night: Night) -> None:
    """Hold the hearing and sign the order."""
    case = town.case(night.surname, "bench")
    told = dict.fromkeys(("rights_read", "complaint_given", "counsel_advised", "hearing_right_advised", "bail_advised"), True)
    at = ledger.now()
    done(
        arraigning.hold_hearing(
            case_id=case.id, seen=case.version, time=stated(at), probable_cause=True, by=town.by("bench"),
            interpreter=f"court interpreter ({night.interpreter})" if night.interpreter else None, **told,
        )
    )  # fmt: skip
    case = town.case(night.surname, "bench")
    next_hearing = last_open_day(stated(at), in_custody=True)
    terms = OrderTerms(
        **{
            "next_hearing": StatedTime(f"{next_hearing.isoformat()}T09:00", ZONE),
            "next_court": "Municipal Court 403",
            **(night.order or {}),
        }
    )
    done(
        arraigning.order_release(
            case_id=case.id, seen=case.version, terms=terms, text_sha256=release_order_sha256(case, terms), by=town.by("bench")
        )
    )


def after(town: Town, night: Night) -> None:
    """Do what came after the order."""
    by = town.by("custodian")
    for what in night.after:
        case = town.case(night.surname, "custodian")
        known: dict[str, Any] = {"case_id": case.id, "seen": case.version, "by": by}
        match what:
            case "hold":
                done(
                    releasing.lodge_hold(
                        kind="PROBATION_DETAINER", authority="Court of Common Pleas, supervising judge",
                        lodged=stated(ledger.now() - 2 * HOUR), reference="CP-51-CR-0001111-2024", **known,
                    )
                )  # fmt: skip
            case "detainer":
                done(
                    releasing.receive_detainer(
                        form="I-247A", paper="ADMINISTRATIVE", issuing_office="Enforcement office, field unit",
                        signer="an immigration officer", received=stated(ledger.now() - HOUR), **known,
                    )
                )  # fmt: skip
            case _:
                done(releasing.acknowledge_release(released=True, **known))


def play(town: Town, now: int, nights: tuple[Night, ...] = NIGHT) -> None:
    """Let the night happen, act by act in the order of time, the simulated clock moved on before each."""
    acts: list[tuple[int, Callable[[], object]]] = []
    for night in nights:
        began = now - int(night.hours * HOUR)

        def add(hours: float | None, act: Callable[[Town, Night], object], *, began: int = began, night: Night = night) -> None:
            if hours is not None and began + hours * HOUR <= now:
                acts.append((began + int(hours * HOUR), lambda: act(town, night)))

        add(min(0.35, night.hours), lambda town, night, began=began: book(town, night, began))  # type: ignore[misc]
        add(night.sent, _send)
        add(night.decided, decide)
        add(night.asked, interview)
        add(night.heard, hear)
        if night.after and night.heard is not None:
            add(night.heard + 1, after)
    real = ledger.now() - (now - HOURS_BEFORE * HOUR)
    for at, act in sorted(acts, key=lambda timed: timed[0]):
        shift = min(0, at - now - real)
        if shift > _shift.get("is", -(2**62)):
            founding.shift_clock(shift)
            _shift["is"] = shift
        act()
    founding.shift_clock(0)


_shift: dict[str, int] = {}


def _send(town: Town, night: Night) -> None:
    case = town.case(night.surname)
    done(intake.submit_for_charging(case_id=case.id, seen=case.version, by=town.by("booking")))


def build(*, nights: tuple[Night, ...] = NIGHT) -> Town:
    """Open the current home's ledger and let the town live through its night; nothing of it is real."""
    town = Town()
    _shift.clear()
    founding.open_with_new_seats(
        origin="pars.test/town",
        texts=founding.shipped(),
        simulated=True,
        shift=-HOURS_BEFORE * HOUR,
    )
    now = ledger.now() + HOURS_BEFORE * HOUR
    staff(town)
    agree(town)
    play(town, now, nights)
    with founding.sealing():
        founding.caught_up()
        use(town)
    ask_for_renewal(town, moment(Instant(now), ZONE).date())
    return town
