"""The questions that the demo's agencies ask through the month: most well put, a few refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.actions import disclosing
from pars.core.access.decision import Caller
from pars.edge.city import agreements, cast
from pars.edge.city.people import SURNAMES

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from pars.edge.city.founded import City


def question(city: City, draw: random.Random) -> Callable[[], None]:
    seat, terms = draw.choices(list(zip(cast.AGENCIES, agreements.ALL, strict=True)), (6, 3, 2))[0]
    person = draw.choice(SURNAMES)
    number = draw.randrange(1000, 9999)
    mistaken = draw.random()

    def ask() -> None:
        evidence = {
            "case_number": f"CN-{number}",
            "docket": f"MC-51-CR-{number:07}-2026",
            "warrant_number": f"W-{number}",
        }
        kind = terms.evidence
        asked: dict[str, object] = {
            "purpose": terms.purpose,
            "columns": [name for name in terms.columns if name != "lead_grade"],
            "where": [{"column": "surname", "is": person}],
            "evidence": {"kind": kind, "value": evidence[kind]},
        }
        if mistaken < 0.03:
            asked["columns"] = ["surname", "birthplace"]
        elif mistaken < 0.045:
            del asked["evidence"]
        caller = Caller(agency=seat.agency or "", person=city.by(seat.username).person, client=f"{seat.agency}-desk")
        disclosing.ask(caller=caller, asked=asked)
        city.asked += 1

    return ask
