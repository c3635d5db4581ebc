"""What the police do in an invented life: book, also from a paper form, take prints, send, correct, link, tell apart, let go."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from zlib import crc32

from pars.actions import filing, intake, recognizing
from pars.core.cases.case import arrests, identity
from pars.core.cases.doubts import AGE_DOUBTS, open_doubts
from pars.core.cases.facts import IdentityVerified
from pars.core.cases.linking import standing_link
from pars.core.cases.received import AliasGiven, ArrestGiven, BookingGiven, ChargeGiven, PersonStated
from pars.core.terms import StatedTime, moment
from pars.edge.city.founded import played
from pars.edge.city.life import stated, stated_now
from pars.edge.city.turns import ZONE

if TYPE_CHECKING:
    from pars.edge.city.life import Life
    from pars.edge.city.people import Person

POLICE = "Riverhaven Police"


def book(life: Life) -> None:
    """Write the arrest; one of the outage from its paper form."""
    plan = life.plan
    who = plan.person
    born = who.birth_date
    if life.takes("MISTYPED"):
        born = born.replace(day=1, year=moment(plan.arrested, ZONE).year - 15)
    form = life.city.forms[plan.form] if plan.form is not None else None
    done = played(
        intake.book_arrest(
            by=life.by("booking"),
            form=form,
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
            aliases=(AliasGiven(surname=who.surname, given=f"{who.given[0]}."),) if life.takes("ALIAS") else (),
            arrests=(_arrest(life),),
            booking=BookingGiven(agency=POLICE, facility=f"{plan.district} District"),
        )
    )
    assert done.case_id is not None
    life.case_id = life.city.cases[plan.number] = done.case_id
    life.seen = done.version or 0


def _arrest(life: Life) -> ArrestGiven:
    plan, at = life.plan, moment(life.plan.arrested, ZONE)
    if life.takes("WRONG_TIME") or life.takes("LATE_MEND"):
        at -= timedelta(minutes=20)
    return ArrestGiven(
        agency=POLICE,
        time=StatedTime(at.replace(microsecond=0).isoformat(), ZONE),
        record_id=f"RPD-{plan.number:06}",
        otn=otn(plan.number),
        incident_number=f"{at.year % 100:02}-{plan.district[:-2]:0>2}-{plan.incident or plan.number:06}",
        district=plan.district,
        place=f"near {plan.person.address.split(' ', 1)[1]}",
        warrant=False,
        narrative="Invented account for the demo: what the officer saw, in the order it happened.",
        charges=tuple(
            ChargeGiven(statute=statute, description=title, grade=grade, offense_date=StatedTime(at.date().isoformat(), ZONE))
            for statute, title, grade in plan.charges
        ),
    )


def otn(number: int) -> str:
    """Return the offense tracking number of a planned case."""
    return f"R{number:06}{number % 10}"


def prints(life: Life) -> None:
    """Record what the state repository answers to the prints that were taken at the booking."""
    _reply(life, life.plan.person)


def _reply(life: Life, who: Person) -> None:
    number = crc32(f"{who.surname} {who.given} {who.birth_date}".encode()) % 100_000_000
    reply = IdentityVerified(
        source="State repository of prints",
        stated=stated_now(),
        outcome="MATCH",
        reference=f"TCN-{life.plan.number:06}",
        verifier="",
        sid=f"{number:08}",
        surname=who.surname,
        given=who.given,
    )
    life.after(recognizing.verify_identity(case_id=life.case_id, seen=life.seen, reply=reply, by=life.by("booking")))


def submit(life: Life) -> None:
    """Send it to the charging unit."""
    life.after(intake.submit_for_charging(case_id=life.case_id, seen=life.seen, by=life.by("booking")))


def let_go(life: Life) -> None:
    """Let the person go by themselves, pending a complaint (Pa.R.Crim.P. 519(B))."""
    life.after(
        filing.release_by_police(
            case_id=life.case_id,
            seen=life.seen,
            by=life.by("booking"),
            time=stated_now(),
            reason="A second-degree misdemeanor or driving under the influence; no threat, and they will appear.",
        )
    )


# ---------------------------------------------------------------- what is put right


def mend_birth_date(life: Life) -> None:
    """See that the year of birth was mistyped."""
    who = identity(life.opened("booking"))
    assert who is not None
    right = StatedTime(life.plan.person.birth_date.isoformat(), ZONE)
    life.correct([replace(who, corrects=who.n, birth_date=right)], "The year of birth was mistyped.")
    life.settle("HOLDS_TO_LOOK_UP", "Looked up again by the right birth date: none.")


def mend_time(life: Life) -> None:
    """Correct the time of the arrest, for all to see."""
    arrest = arrests(life.opened("booking"))[0]
    right = stated(life.plan.arrested)
    life.correct([replace(arrest, corrects=arrest.n, time=right)], "The radio log has it 20 minutes later.")


def say_child(life: Life) -> None:
    """Settle that the person is a child."""
    doubt = next(doubt for doubt in open_doubts(life.opened("booking")) if doubt.code in AGE_DOUBTS and doubt.n is not None)
    life.after(
        intake.resolve_doubt(
            case_id=life.case_id,
            seen=life.seen,
            by=life.by("booking"),
            doubt=doubt.n,
            reason="A parent brought the birth certificate.",
            adult=False,
        )
    )


# ---------------------------------------------------------------- one person, or two


def link(life: Life) -> None:
    """Say that the person was here before: by prints, or on two people's word; their warrants are looked up again."""
    if life.takes("BY_WORD"):
        _by_word(life, life.plan.again or 0, "The same photograph and the same scar; the prints can't be read.")
        return
    life.after(
        recognizing.link_person(
            case_id=life.case_id,
            seen=life.seen,
            by=life.by("booking"),
            other_case=life.city.cases[life.plan.again or 0],
            basis="FINGERPRINT",
            reason="One SID by prints",
        )
    )
    _looked_up(life)


def link_wrongly(life: Life) -> None:
    """Take the person for somebody else, on two people's word, before the prints have come."""
    _by_word(life, life.plan.alike or 0, "The photograph looks like the same person.")


def undo_link(life: Life) -> None:
    """See by the prints that it is another person, and undo the link."""
    prints(life)
    wrong = standing_link(life.opened("booking"), life.city.cases[life.plan.alike or 0])
    assert wrong is not None
    life.after(
        recognizing.undo_link(
            case_id=life.case_id,
            seen=life.seen,
            by=life.by("booking"),
            link=wrong.n,
            reason="The prints came: another person.",
        )
    )
    _looked_up(life)


def tell_apart(life: Life) -> None:
    """Say that somebody of the same name and birth date is somebody else: prints tell twins apart."""
    life.after(
        recognizing.tell_apart(
            case_id=life.case_id,
            seen=life.seen,
            by=life.by("booking"),
            others=[life.city.cases[life.plan.alike or 0]],
            reason="A twin: prints give other numbers.",
        )
    )


def _by_word(life: Life, number: int, reason: str) -> None:
    """Link on an officer's word, and a custodian's who compared both cases too."""
    other = life.city.cases[number]
    life.after(
        recognizing.link_person(
            case_id=life.case_id,
            seen=life.seen,
            by=life.by("booking"),
            other_case=other,
            basis="SECOND_PERSON",
            reason=reason,
        )
    )
    waits = standing_link(life.opened("custodian"), other)
    assert waits is not None
    life.after(
        recognizing.confirm_link(
            case_id=life.case_id,
            seen=life.seen,
            by=life.by("custodian"),
            link=waits.n,
            reason="Compared both cases and saw the person.",
        )
    )
    _looked_up(life)


def _looked_up(life: Life) -> None:
    life.settle("HOLDS_TO_LOOK_UP", "Looked up again: none beside what stands here.")
