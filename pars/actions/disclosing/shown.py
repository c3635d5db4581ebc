"""Who has been shown a person: for the owners' reviewers, the auditor, and the person's own request. Read by an act of its own, and entered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.actions.beats import NO_GRANT
from pars.actions.disclosing.deciding import OVERTAKEN, TRIES
from pars.core.access.decision import Permit, Question, may
from pars.core.access.predicate import Never
from pars.core.access.question import Evidence
from pars.core.cases.shown_to import ACT, refuse_reason
from pars.core.terms import Refusal
from pars.store import disclosure, governance, ledger, rows, shown
from pars.store.connections import Retry

if TYPE_CHECKING:
    from pars.core.access.role import Grant
    from pars.core.ledger.entries import By
    from pars.core.terms import Instant
    from pars.store.disclosure import ShownList
    from pars.store.ledger import Refused

NO_SUCH_NUMBER = Refusal(
    code="NO_SUCH_CASE",
    says="No case has that number.",
    remedy="Write a case's own id, a tracking number (OTN) or a docket number as it is printed.",
    names=("number",),
)


def shown_to(*, number: str, why: str, evidence: str = "", by: By) -> ShownList | Refused:
    """Answer who has been shown the person of the case with that number, in all cases that were ever said to be theirs.

    `why` is what it is read for, `evidence` the number of a person's own request. A refusal is entered.
    """
    for _ in range(TRIES):
        with ledger.reading() as at:
            grant = governance.own_grant(by)
            refusal = NO_GRANT if grant is None else may(grant, ACT, at) or refuse_reason(why, evidence)
            found = shown.cases_numbered(number) if refusal is None else ()
            cases = sorted({*found, *(other for one in found for other in rows.linked_cases(one))})
        if refusal is None and not cases:
            refusal = NO_SUCH_NUMBER
        if refusal is not None or grant is None:
            return ledger.refuse(refusal or NO_GRANT, by=by, act=ACT)
        asked = Question(purpose=why, columns=("record",), evidence=Evidence("case_number", evidence) if evidence else None)
        try:
            outcome = disclosure.list_shown(_permit(grant, why, at), asked, cases, by=by, act=ACT)
        except Retry:
            continue
        return ledger.refuse(outcome, by=by, act=ACT) if isinstance(outcome, Refusal) else outcome
    return ledger.refuse(OVERTAKEN, by=by, act=ACT)


def _permit(grant: Grant, why: str, at: Instant) -> Permit:
    """Return the permit of an act that shows no column of any record."""
    return Permit(
        login="duty",
        authority=f"grant:{grant.id}",
        agency=None,
        person=grant.person,
        purpose=why,
        version_hash=grant.role.hash,
        columns=(),
        filters=frozenset(),
        masks={},
        where=Never(),
        sort=(),
        after=None,
        limit=1,
        at=at,
        until=grant.period.end,
    )
