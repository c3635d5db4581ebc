"""The notice to whoever was harmed: what was decided about release, and which conditions protect them (18 P.S. § 11.201).

PARS keeps neither their name nor their address: both are written in by hand on the paper that is sent, and nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.cases.bail import order_keeps
from pars.core.cases.case import declined, discharged, release_order, released
from pars.core.cases.facts import BailPosted, ReleaseAcknowledged, ReleaseOrdered
from pars.core.cases.papers.form import BLANK, Body, PaperKind, Part, Signature
from pars.core.cases.papers.parties import (
    NAMED,
    caption,
    conditions,
    joined,
    lines_of,
    next_hearing,
    refuse_without_order,
    types,
)

if TYPE_CHECKING:
    from pars.core.cases.case import Case
    from pars.core.cases.papers.form import Telling
    from pars.core.terms import Refusal

PROTECTS = ("NO_INTIMIDATION", "STAY_AWAY", "NO_CONTACT", "FIREARMS", "MONITORING")
"""Conditions that somebody who was harmed relies on."""

ENDED = {
    "DECLINED": "Every charge in this case was declined or referred.",
    "DISCHARGED": "The court found no probable cause and discharged the person.",
}


def _refuse(case: Case) -> Refusal | None:
    return None if declined(case) or discharged(case) else refuse_without_order(case)


def _write(case: Case, telling: Telling) -> Body:
    del telling
    addressed = Part(heading="To", rows=(("Name", BLANK), ("Address or other way to be told", BLANK)))
    signed = (Signature(label="Victim services"),)
    order = release_order(case)
    if order is None or discharged(case):
        says = ENDED["DISCHARGED" if discharged(case) else "DECLINED"]
        return Body(caption=caption(case), parts=(addressed, Part(heading="What was decided", says=(says,))), signatures=signed)
    if released(case):
        stands = "The person has been released."
    elif order_keeps(case, order):
        stands = "The person was not released by this order when this paper was made; that can change at any hour."
    else:
        stands = "The order lets the person go; the person may already be free."
    parts = [addressed, Part(heading="What was decided", items=types(order), after=(stands,))]
    named = zip(order.conditions, conditions(order), strict=True)
    protecting = tuple(said for code, said in named if code in PROTECTS)
    if protecting:
        told = lines_of(order.conditions_note)
        call = "If a condition isn't kept, call the police (911) and then victim services."
        parts.append(Part(heading="Conditions that protect you", items=protecting, after=(*told, call)))
    parts.append(Part(heading="Next hearing", rows=next_hearing(order)))
    return Body(caption=caption(case), parts=tuple(parts), signatures=signed)


VICTIM = PaperKind(
    slug="victim-notice",
    titles={"en": "Notice to the person harmed"},
    rule="18 P.S. § 11.201",
    filed=False,
    fields=joined(
        NAMED,
        {
            ReleaseOrdered: frozenset({"types", "conditions", "conditions_note", "next_hearing", "next_court"}),
            BailPosted: frozenset(),
            ReleaseAcknowledged: frozenset({"released"}),
        },
    ),
    refuse=_refuse,
    write=_write,
)
