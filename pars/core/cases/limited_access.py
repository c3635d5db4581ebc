"""Limited access (law L14): the record stays where it was, and on a court's order it goes to fewer. Whom it still reaches is the floor's to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.cases.case import Case, Change, change
from pars.core.cases.facts import AccessLimited
from pars.core.ledger.entries import Kind
from pars.core.terms import Refusal

if TYPE_CHECKING:
    from pars.core.access.court_orders import CourtOrder


def access_limited(case: Case) -> bool:
    """Return whether a court's order limits the access to a case."""
    return limiting_order(case) is not None


def limiting_order(case: Case) -> AccessLimited | None:
    """Return the order by which the access is limited, as it was carried out; None where it isn't."""
    said = case.latest(AccessLimited)
    return said if said is not None and said.limited else None


def limit_access(case: Case, order: CourtOrder) -> Change | Refusal:
    """Limit the access to a case, or end that, as a court's order says."""
    limited = order.means == "limited"
    if access_limited(case) == limited:
        return Refusal(
            code="LIMITED_ALREADY",
            says=f"The access to this record is {'limited already' if limited else 'not limited'}.",
            remedy="See the list of orders.",
        )
    fact = AccessLimited(court_order=order.entry, limited=limited)
    return change(Kind.ACCESS_LIMITED, case, (fact,), {"order": order.entry, "limited": int(limited)})
