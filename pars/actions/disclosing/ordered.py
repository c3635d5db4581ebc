"""Which record a court's order is about, to whoever records or carries out orders, before they act: read through the door, and entered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pars.actions.disclosing.staff import answer_staff
from pars.core.access.court_orders import NO_ORDER
from pars.core.access.predicate import Is, both
from pars.core.cases.board import charge_in_words
from pars.core.cases.striking import charges_of
from pars.core.terms import Refusal
from pars.store import disclosure, governance, ledger, order_rows, rows
from pars.store.chunks import Chunk
from pars.store.ledger import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.access.decision import Permit, Question
    from pars.core.ledger.entries import By
    from pars.core.terms import Instant

RECORD, CARRY_OUT = "order:record", "order:carry_out"
NAMES = (
    "record",
    "surname",
    "given",
    "full_name",
    "birth_date",
    "otn",
    "arrest_date",
    "arrest_agency",
    "proposed_charges",
    "filed_charges",
)
"""The columns by which two people make sure that they speak of one record."""
IS_AWAY = Refusal(
    code="RECORD_AWAY",
    says="The record of this order is in no table any more.",
    remedy="The order's entries stay; nothing leads from them to the record.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """Which record an order is about: its columns as the reader's role shows them, the single charges in words, and the entry that says that it was read."""

    case_id: str
    row: Mapping[str, Any]
    charges: tuple[tuple[int, str], ...]
    entry: int
    at: Instant


def ordered(*, order: int, by: By) -> Ordered | Refused:
    """Tell who records or carries out orders which record one is about. Of an order that lifts another it is that one's record."""
    with ledger.reading():
        case_id, numbers = _record_of(order)
        unknown = IS_AWAY if order_rows.load_orders([order]) else NO_ORDER
        grant = governance.own_grant(by)
        act = RECORD if grant is not None and RECORD in grant.role.acts else CARRY_OUT

    def through(permit: Permit, question: Question) -> Chunk | Refusal:
        if case_id is None:
            return unknown
        only = replace(permit, where=both(permit.where, Is("record", case_id)))
        return disclosure.show(only, question, by=by, act=act)

    shown = answer_staff(by, act, where=[], rows_wanted=1, only=NAMES, through=through)
    if isinstance(shown, Refused):
        return shown
    if case_id is None or shown.entry is None or not shown.rows:
        return ledger.refuse(unknown, by=by, act=act)
    with ledger.reading():
        case = rows.load_case(case_id)
    known = {} if case is None else charges_of(case)
    named = tuple((n, charge_in_words(known[n])) for n in numbers if n in known)
    return Ordered(case_id=case_id, row=shown.rows[0], charges=named, entry=shown.entry, at=shown.at)


def _record_of(order: int) -> tuple[str | None, tuple[int, ...]]:
    found = order_rows.load_orders([order]).get(order)
    named = order if found is None or found.lifts is None else found.lifts
    return order_rows.case_of(named), order_rows.charges_of(named)
