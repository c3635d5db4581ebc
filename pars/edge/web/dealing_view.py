"""What passes between an agency and the owners, on the agreement's page: duties and when they were met."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pars.core.access.duty_words import duty_said
from pars.core.access.standing import dues
from pars.core.wording import bare, when
from pars.edge.web.agreement_forms import DutyMet

if TYPE_CHECKING:
    from pars.actions.publishing import Published
    from pars.edge.web.seat import Seat


def dealing_parts(one: Published) -> dict[str, Any]:
    """Return what everybody may read of it."""
    owed = [
        {
            "one": each,
            "says": duty_said(each.duty, version.place),
            "met": done,
            "overdue": done is None and each.due <= one.at,
            "late": done is not None and done.at > each.due,
        }
        for version, each, done in dues(one.agreement, one.at)
    ]
    return {"owed": owed}


def dealing_forms(one: Published, seat: Seat, bound: dict[str, Any]) -> dict[str, Any]:
    """Return the forms that the reader's capacity has here."""
    found: dict[str, Any] = {}
    if speaks_for_agency(one, seat) and (now := open_duties(one)):
        found["meeting"] = bound.get("meeting") or DutyMet(choices=now, initial={"owed": now[0][0]})
    return found


def open_duties(one: Published) -> list[tuple[str, str]]:
    """Return what can be met now, as the choices of a form: the duty's code and its instant, and the two in words."""
    return [
        (f"{each.duty.code}@{each.due}", f"{each.duty.code.replace('_', ' ')}, due {bare(when(each.due, version.place))}")
        for version, each, done in dues(one.agreement, one.at)
        if done is None and each.opens <= one.at
    ]


def speaks_for_agency(one: Published, seat: Seat) -> bool:
    """Return whether the reader acts for the agency, or records for it what came on paper."""
    return "agreement:reply" in seat.acts or (seat.agency is not None and seat.agency == one.agreement.agency)
