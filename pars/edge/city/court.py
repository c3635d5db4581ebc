"""What the court's clerk does in the invented city: an order's conditions given to the person they bind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.actions import sitting
from pars.core.cases.case import arrests, identity, release_order
from pars.core.terms import StatedTime
from pars.edge.city.month import ZONE

if TYPE_CHECKING:
    from datetime import datetime

    from pars.actions.beats import Done, Refused
    from pars.core.cases.case import Case
    from pars.edge.city.founded import City


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
