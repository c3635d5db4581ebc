"""The board: one wide row per case with what stands now. Nothing in it depends on the time, so that it can be stored and indexed.

The first columns are those of the catalogue (what staff and, by agreement, outsiders may ask for); `BOARD` holds the rest, for the
custody board and the desks' queues.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import TypeAlias

from pars.core.access.catalogue import CATALOGUE, Type
from pars.core.cases.age import age, sent_to_juvenile
from pars.core.cases.bail import order_keeps
from pars.core.cases.case import (
    Case,
    arrests,
    custody_began,
    custody_ended,
    custody_stated,
    declined,
    discharged,
    display_name,
    filed_charges,
    hearing,
    identity,
    interview,
    police_release,
    proposed_charges,
    release_order,
    released,
    returned,
    submitted,
    undecided,
    unheard_charges,
)
from pars.core.cases.charges import Charge, described
from pars.core.cases.charging import cosign_owed, shaken_grades, standing_complaint
from pars.core.cases.detainers import undecided_detainers
from pars.core.cases.doubts import open_doubts
from pars.core.cases.facts import Arraigned, Booked, HoldLifted, HoldLodged
from pars.core.cases.filing import complaint_due
from pars.core.cases.finding import find_keys
from pars.core.cases.flags import interpreter_language
from pars.core.cases.limited_access import access_limited
from pars.core.cases.offenses import GRADES
from pars.core.cases.time_edits import arrest_time_edits
from pars.core.cases.worksheet import in_doubt
from pars.core.terms import StatedTime, moment

Shown: TypeAlias = str | int | bool | date | tuple[str, ...] | None

BOARD: Mapping[str, Type] = MappingProxyType(
    {
        "display_name": "text",
        "custody_began": "instant",
        "custody_began_text": "text",
        "custody_began_precision": "text",
        "facility": "text",
        "submitted": "bool",
        "charges_undecided": "int",
        "charges_returned": "int",
        "complaint_signed": "bool",
        "cosign_owed": "bool",
        "interviewed": "bool",
        "worksheet_in_doubt": "bool",
        "arraigned": "bool",
        "arraigned_at": "instant",
        "discharged": "bool",
        "ordered": "bool",
        "order_keeps": "bool",
        "unheard": "int",
        "released": "bool",
        "age_blocks": "bool",
        "sent_to_juvenile": "bool",
        "interpreter": "text",
        "holds": "int",
        "detainers_undecided": "int",
        "doubts": "list",
        "arrest_time_edits": "int",
        "custody_ended": "bool",
        "closed": "bool",
        "decided_by": "text",
        "signed_by": "text",
        "interview_due": "bool",
        "complaint_due": "instant",
    }
)
"""The columns of the row beside the catalogue's, with their types."""

INDEX: Mapping[str, Type] = MappingProxyType({"find_keys": "list"})
"""The columns by which a row is looked up and which no answer ever shows."""

NOW_COLUMNS: Mapping[str, Type] = MappingProxyType(
    {**{column.name: column.type for column in CATALOGUE if column.name != "record"}, **BOARD, **INDEX}
)
"""Every column of the row. `record` is not one: a handle belongs to an agreement, not to a case."""


def now_row(case: Case) -> dict[str, Shown]:
    """Return the values of the case's wide row, one for each of `NOW_COLUMNS`; None where nothing is known."""
    return {**_catalogue_values(case), **_board_values(case), "find_keys": find_keys(case)}


def _catalogue_values(case: Case) -> dict[str, Shown]:
    who, first = identity(case), arrests(case)[0] if arrests(case) else None
    began, order, held = custody_began(case), release_order(case), hearing(case)
    said = custody_stated(case)
    return {
        "surname": who.surname if who else None,
        "given": who.given if who else None,
        "full_name": full_name(case),
        "birth_date": civil_date(who.birth_date) if who else None,
        "sex": who.sex if who else None,
        "address": who.address if who else None,
        "birthplace": who.birthplace if who else None,
        "language": who.language if who else None,
        "adult": age(case).adult,
        "arrest_date": civil_date(began),
        "arrest_at": began.earliest if began and began.precision in {"instant", "local"} else None,
        "arrest_agency": first.agency if first else None,
        "district": first.district if first else None,
        "incident_number": first.incident_number if first else None,
        "otn": first.otn if first else None,
        "proposed_charges": tuple(map(charge_in_words, proposed_charges(case))),
        "filed_charges": tuple(map(charge_in_words, filed_charges(case))),
        "lead_grade": lead_grade(case),
        "charge_status": charge_status(case),
        "probable_cause": held.probable_cause if held else None,
        "release_types": order.types if order else (),
        "amount_cents": order.amount_cents if order else None,
        "next_hearing": order.next_hearing.earliest if order else None,
        "next_court": order.next_court if order else None,
        "custody_stated": said.status if said else None,
        "access_limited": access_limited(case),
    }


def _board_values(case: Case) -> dict[str, Shown]:
    began, booked, asked, said = custody_began(case), case.latest(Booked), interview(case), custody_stated(case)
    heard = case.current(Arraigned)
    facility = (said.facility if said else None) or (booked.facility if booked else None)
    known, waiting = age(case), open_doubts(case)
    lifted = {lift.hold for lift in case.current(HoldLifted)}
    order = release_order(case)
    return {
        "display_name": display_name(case),
        "custody_began": began.earliest if began else None,
        "custody_began_text": str(began) if began else None,
        "custody_began_precision": began.precision if began else None,
        "facility": facility,
        "submitted": submitted(case),
        "charges_undecided": len(undecided(case)) + len(shaken_grades(case)),
        "charges_returned": len(returned(case)),
        "complaint_signed": standing_complaint(case) is not None,
        "cosign_owed": cosign_owed(case) is not None,
        "interviewed": asked is not None,
        "worksheet_in_doubt": in_doubt(case),
        "arraigned": hearing(case) is not None,
        "arraigned_at": heard[0].time.earliest if heard else None,
        "discharged": discharged(case),
        "ordered": order is not None,
        "order_keeps": order is not None and order_keeps(case, order),
        "unheard": len(unheard_charges(case)) if hearing(case) is not None else 0,
        "released": released(case),
        "age_blocks": known.blocks,
        "sent_to_juvenile": sent_to_juvenile(case) is not None,
        "interpreter": interpreter_language(case),
        "holds": sum(hold.n not in lifted for hold in case.current(HoldLodged)),
        "detainers_undecided": len(undecided_detainers(case)),
        "doubts": tuple(doubt.code for doubt in waiting),
        "arrest_time_edits": len(arrest_time_edits(case)),
        "custody_ended": custody_ended(case),
        "closed": closed(case),
        # By the profile that the case goes by, which never changes for it.
        "decided_by": case.profile.decided_by,
        "signed_by": case.profile.signed_by,
        "interview_due": case.profile.interview != "not_required" and police_release(case) is None,
        "complaint_due": complaint_due(case),
    }


def closed(case: Case) -> bool:
    """Return whether the case belongs to history: the person was released, or custody ended before anything was sent on.

    Not where the police let the person go: a complaint is still owed.
    """
    return released(case) or _never_sent_on(case)


def _never_sent_on(case: Case) -> bool:
    return custody_ended(case) and not submitted(case) and police_release(case) is None


def full_name(case: Case) -> str | None:
    """Return the full name: as given, else its parts in the order in which they are spoken. Nothing is split to make it."""
    who = identity(case)
    if who is None:
        return None
    return who.full or " ".join(part for part in (who.given, who.middle, who.surname, who.suffix) if part) or None


def civil_date(time: StatedTime | None) -> date | None:
    """Return the civil date in the time's own zone; None for a month or a year, which are no date."""
    if time is None or time.precision in {"month", "year"}:
        return None
    if time.precision == "instant":
        return moment(time.earliest, time.zone).date()
    return date.fromisoformat(time.text[:10])


def in_words(statute: str, description: str, grade: str | None) -> str:
    """Return a charge as one line: statute, description and grade, as far as they are known."""
    words = " ".join(part for part in (statute.strip(), description.strip()) if part)
    return f"{words} ({grade})" if grade else words


def charge_in_words(charge: Charge) -> str:
    """Return a charge as one line, an inchoate one with its object."""
    return in_words(charge.statute, described(charge), charge.grade)


def lead_grade(case: Case) -> str | None:
    """Return the gravest grade of the filed charges, else of the proposed ones."""
    grades = [charge.grade for charge in filed_charges(case) or proposed_charges(case) if charge.grade]
    rank = {grade: place for place, grade in enumerate(GRADES)}
    return min(grades, key=lambda grade: (rank.get(grade, len(rank)), grade), default=None)


def charge_status(case: Case) -> str:
    """Return how far charging is: PENDING, RETURNED or FILED; or, where no charge stands any more, one of `UNCHARGED`."""
    if discharged(case):
        return "DISCHARGED"
    if declined(case):
        return "DECLINED"
    if returned(case):
        return "RETURNED"
    if filed_charges(case):
        return "PENDING" if undecided(case) else "FILED"
    return "NOT_CHARGED" if _never_sent_on(case) else "PENDING"
