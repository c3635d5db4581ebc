"""The court's papers for the custodian: what keeps a person in this case, and that nothing does any longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.cases.age import age, refuse_child
from pars.core.cases.bail import deposit_due, order_keeps, posted_cents
from pars.core.cases.case import release_order, released, unheard_charges
from pars.core.cases.custody import release_basis
from pars.core.cases.facts import BailPosted, ReleaseOrdered
from pars.core.cases.paper import cents
from pars.core.cases.papers.court import BY_ORDER, MONEY, NEXT, SIGNED
from pars.core.cases.papers.form import Body, PaperKind, Part, Rows, Signature
from pars.core.cases.papers.parties import (
    NAMED,
    caption,
    joined,
    money,
    name_of,
    next_hearing,
    order_of,
    refuse_without_order,
    types,
)
from pars.core.terms import Refusal

if TYPE_CHECKING:
    from pars.core.cases.case import Case
    from pars.core.cases.papers.form import Telling


def _refuse_commitment(case: Case) -> Refusal | None:
    refusal = refuse_child(case) or refuse_without_order(case)
    if refusal is not None:
        return refusal
    if released(case) or release_basis(case) != "ORDER" or not order_keeps(case, order_of(case)):
        return Refusal(
            code="NOTHING_KEEPS",
            says="Nothing in this case keeps the person any longer, so there is no commitment.",
            remedy="The paper for the custodian is the discharge.",
        )
    return None


def _commitment(case: Case, telling: Telling) -> Body:
    del telling
    order = order_of(case)
    if "REFUSED" in order.types:
        why = "Bail was refused; the reasons stand in the order."
        ends = "Only an order of the court ends this commitment."
        rows: Rows = ()
    else:
        rest = deposit_due(order) - posted_cents(case, order)
        why = "What the order asks for hasn't been put down."
        ends = f"When {cents(rest)} has been put down, this commitment ends at once, at any hour."
        rows = (("Put down so far", cents(posted_cents(case, order))), ("Still to be put down", cents(rest)))
    return Body(
        caption=caption(case),
        parts=(
            Part(
                heading="To the custodian",
                says=(f"Keep {name_of(case)} in this case until what is said here has happened. {why}",),
            ),
            Part(heading="Order", items=types(order), rows=(*money(order), *rows)),
            Part(
                heading="When it ends",
                says=(
                    ends,
                    (
                        "After the hearing the person must have an immediate and reasonable opportunity to post bail, to get counsel and to "
                        "tell others of the arrest (Pa.R.Crim.P. 540(H))."
                    ),
                ),
            ),
            Part(heading="Bring the person to the next hearing", rows=next_hearing(order)),
        ),
        signatures=(
            Signature(label=f"{BY_ORDER}, by the order signed", signer=order.signer),
            Signature(label="Received by the custodian"),
        ),
        sha256=order.text_sha256,
    )


COMMITMENT = PaperKind(
    slug="commitment",
    titles={"en": "Commitment"},
    rule="Pa.R.Crim.P. 520, 540(H)",
    filed=True,
    fields=joined(NAMED, {ReleaseOrdered: MONEY | SIGNED | NEXT | {"surety"}, BailPosted: frozenset({"amount_cents"})}),
    refuse=_refuse_commitment,
    write=_commitment,
)


def _refuse_discharge(case: Case) -> Refusal | None:
    basis, order = release_basis(case), release_order(case)
    if basis in {None, "JUVENILE"} or (basis == "ORDER" and age(case).child):
        return Refusal(
            code="NOTHING_DISCHARGES",
            says="Neither an order, a declination nor a finding lets the person go in this case.",
            remedy="Look at what is missing on the case, and who owes it.",
        )
    if basis == "ORDER" and order is not None and (order_keeps(case, order) or unheard_charges(case)):
        return Refusal(
            code="STILL_KEPT",
            says="The order still keeps the person, or a charge came after it that nobody heard.",
            remedy="The paper for the custodian is the commitment, until bail is put down or the charge is heard.",
        )
    return None


def _discharge(case: Case, telling: Telling) -> Body:
    """Write that nothing in this case keeps the person. It says of no other case that they may go."""
    del telling
    basis, order = release_basis(case), release_order(case)
    says = {
        "DECLINED": "Every charge was declined or referred, so no charge is filed in this case.",
        "DISCHARGED": "The court found no probable cause and discharged the person.",
        "ORDER": "What the release order asks for is done.",
    }[basis or "ORDER"]
    parts = [
        Part(
            heading="To the custodian",
            says=(
                f"Nothing in this case keeps {name_of(case)} any longer. {says}",
                (
                    "Release the person at once, unless a hold of another authority, or another case, counts against release. Who holds "
                    "whom and until when is on the release list; this paper ends no other hold."
                ),
            ),
        )
    ]
    if basis == "ORDER" and order is not None:
        posted = posted_cents(case, order)
        put = (("Put down", cents(posted)),) if posted else ()
        parts.append(Part(heading="Order", items=types(order), rows=(*money(order), *put)))
    return Body(
        caption=caption(case),
        parts=tuple(parts),
        signatures=(Signature(label="Issuing authority or clerk"), Signature(label="Received by the custodian, date and time")),
        sha256=order.text_sha256 if basis == "ORDER" and order is not None else None,
    )


DISCHARGE = PaperKind(
    slug="discharge",
    titles={"en": "Discharge"},
    rule="Pa.R.Crim.P. 524, 540(E)",
    filed=True,
    fields=joined(NAMED, {ReleaseOrdered: MONEY | {"surety", "text_sha256"}, BailPosted: frozenset({"amount_cents"})}),
    refuse=_refuse_discharge,
    write=_discharge,
)
