"""An outside agency's question of 25 rows, decided, recorded and answered, beside the same query with none of that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.timing import Row, compared
from pars.actions import disclosing
from pars.core.access.decision import Caller
from pars.edge.city.agreements import SUPERVISION
from pars.store.connections import connection

if TYPE_CHECKING:
    from collections.abc import Callable

    from pars.edge.city.founded import City

COLUMNS = ("surname", "given", "birth_date", "arrest_date", "filed_charges", "lead_grade", "next_hearing")
FLOOR = f"""
    select {", ".join(COLUMNS)} from disclosable."case"
     where adult and charge_status = 'FILED' order by record limit 26
"""
SAYS = (
    "One agreement, one purpose, 25 rows. Ours decides, fetches, commits the entry with its side row, and only then returns. "
    "The floor is the same view, columns and condition on the same driver and pool: nothing is decided and nothing recorded."
)


def rows(city: City, *, rounds: int, each: int, say: Callable[[str], None]) -> list[Row]:
    """Measure questions alone and with 16 in flight."""
    caller = Caller(
        agency=str(SUPERVISION.agency["id"]),
        person=city.by("supervision").person,
        client=f"{SUPERVISION.agency['id']}-desk",
    )
    asked = {
        "purpose": "supervision",
        "columns": ["record", *COLUMNS],
        "evidence": {"kind": "case_number", "value": "CN-2026-1"},
    }

    def ours() -> None:
        told = disclosing.ask(caller=caller, asked=asked)
        assert isinstance(told, disclosing.Told), told
        assert len(told.rows) == SUPERVISION.per_reply, f"{len(told.rows)} rows came instead of {SUPERVISION.per_reply}"

    def floor() -> None:
        with connection("guest") as given:
            given.execute(FLOOR).fetchall()

    return [
        compared(f"question, {n} in flight", ours, floor, rounds=rounds, each=each, in_flight=n, says=SAYS, say=say)
        for n in (1, 16)
    ]
