"""The court of the invented city: the terms of an order, and its conditions given to the person they bind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pars.actions import sitting
from pars.core.cases.bail import OrderTerms
from pars.core.cases.case import arrests, identity, release_order
from pars.core.cases.next_hearing import last_open_day
from pars.core.terms import StatedTime
from pars.edge.city.month import ZONE

if TYPE_CHECKING:
    from datetime import datetime

    from pars.actions.beats import Done, Refused
    from pars.core.cases.case import Case
    from pars.edge.city.founded import City


def terms_of(order: Any, at: datetime) -> OrderTerms:
    """Return the terms of a planned order at a hearing: the next one lies on the last open day for somebody in custody."""
    hearing = last_open_day(StatedTime(at.isoformat(), ZONE), in_custody=True)
    return OrderTerms(
        types=(order.type,),
        amount_cents=order.amount_cents,
        deposit_percent=order.deposit_percent,
        conditions=("REPORT",) if order.type == "NONMONETARY" else (),
        reasons="The charge and the risk of flight, as stated on the record." if order.type == "REFUSED" else None,
        next_hearing=StatedTime(f"{hearing.isoformat()}T09:00", ZONE),
        next_court="Courtroom 4",
    )


def serve(case: Case, *, seen: int, city: City, at: datetime, interpreter: str | None) -> Done | Refused:
    """Give the standing order to the person, known by their tracking number or birth date."""
    made, who = release_order(case), identity(case)
    assert made is not None
    assert who is not None
    number = next((arrest.otn for arrest in arrests(case) if arrest.otn), None)
    born = who.birth_date.text if who.birth_date is not None else None
    return sitting.serve_order(
        case_id=case.id,
        seen=seen,
        by=city.by("clerk"),
        order=made.n,
        on="DEFENDANT",
        read=number or born,
        language="other" if interpreter else "en",
        interpreter=interpreter,
        time=StatedTime(at.isoformat(), ZONE),
    )
