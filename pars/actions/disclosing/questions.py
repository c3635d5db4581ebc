"""Outside agencies' questions: decided, answered with one chunk at the door, or refused; either way with an entry."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from pars.actions.disclosing.deciding import OVERTAKEN, TRIES
from pars.core.access.decision import Caller, Permit, Question, decide, read_question
from pars.core.access.floor import floor
from pars.core.access.serving import Terms, terms_of
from pars.core.agreements.agreement import standing
from pars.core.ledger import drafts
from pars.core.ledger.entries import By
from pars.core.terms import Instant, Refusal, end_of_day, moment
from pars.store import approvals, disclosure, evidence, governance, ledger, replays, volume
from pars.store.connections import Retry
from pars.store.disclosure import Chunk
from pars.store.ledger import Refused

if TYPE_CHECKING:
    from pars.core.access.approvals import How
    from pars.core.access.limits import Used
    from pars.core.agreements.agreement import Agreement
    from pars.store.replays import Once


@dataclass(frozen=True, slots=True, kw_only=True)
class Told(Chunk):
    """A chunk with the terms that it was given under, which its reader is told."""

    terms: Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined(Refused):
    """A refused question. `again` is when time alone would let it be asked: the next day, where the day's volume is used up."""

    again: Instant | None = None


def ask(*, caller: Caller, asked: object, once: Once | None = None) -> Told | Declined:
    """Answer an outside agency's question with one chunk, or refuse it; either way with an entry.

    A repeated Idempotency-Key is decided anew; its entry names the first.
    """
    question = read_question(asked)
    if isinstance(question, Refusal):
        return refuse(caller, question, once=once)
    for _ in range(TRIES):
        with disclosure.in_turn():
            permitted = permitted_now(caller, question)
        if isinstance(permitted, Refusal):
            return refuse(caller, permitted, question.purpose, once)
        permit, terms = permitted
        try:
            outcome = disclosure.disclose(permit, question, by=by_of(caller, permit), once=once)
        except Retry:
            continue
        except replays.Misused:
            return refuse(caller, replays.MISUSED, question.purpose)
        assert outcome is not None, "only a beat can be empty"
        return refuse(caller, outcome, question.purpose, once) if isinstance(outcome, Refusal) else told(outcome, terms)
    return refuse(caller, OVERTAKEN, question.purpose, once)


def dropped(caller: Caller, *, chunk: int, reason: str) -> None:
    """Write down that a chunk whose entry is in the ledger did not leave whole."""
    by = By(caller.person, f"agency:{caller.agency}", caller.client)
    with ledger.acting(by):
        ledger.append(drafts.chunk_dropped(chunk=chunk, reason=reason), by=by)


def told(chunk: Chunk, terms: Terms) -> Told:
    return Told(**{part.name: getattr(chunk, part.name) for part in fields(chunk)}, terms=terms)


def by_of(caller: Caller, permit: Permit) -> By:
    return By(caller.person, permit.authority, caller.client)


def permitted_now(caller: Caller, question: Question, how: How = "once") -> tuple[Permit, Terms] | Refusal:
    """Decide, in one snapshot, and return the terms with the permit."""
    with ledger.reading() as at:
        approval = approvals.of_question(question) if question.approval is not None else None
        if isinstance(approval, Refusal):
            return approval
        known = {agreement.id: agreement for agreement in governance.load_agreements(caller.agency)}
        used = {agreement.id: _used(agreement, caller.person, at) for agreement in known.values()}
        permit = decide(
            caller,
            question,
            known.values(),
            used=used,
            floor=floor,
            at=at,
            how=how,
            approval=approval,
            known=evidence.known,
        )
        if isinstance(permit, Refusal):
            return permit
        agreement = known[permit.authority.removeprefix("agreement:")]
        if caller.client is not None and caller.client not in governance.clients_of(agreement.id):
            return disclosure.CLIENT_NOT_BOUND
        return permit, terms_of(agreement, caller.person, at)


def _used(agreement: Agreement, person: str, at: Instant) -> Used:
    return volume.used(agreement.id, person, standing(agreement, at).version, at)


def refuse(caller: Caller, refusal: Refusal, purpose: str | None = None, once: Once | None = None) -> Declined:
    """Record a refusal under the agreement that has the purpose, else under the agency's own name."""
    with ledger.reading() as at:
        stands = {known.id: standing(known, at) for known in governance.load_agreements(caller.agency)}
    found = [name for name, known in stands.items() if purpose is not None and known.version.purpose(purpose) is not None]
    by = By(caller.person or "nobody", f"agreement:{found[0]}" if found else f"agency:{caller.agency}", caller.client)
    about: dict[str, Any] = {"by": by, "agency": caller.agency, "purpose": purpose if found else None}
    try:
        refused = ledger.refuse(refusal, once=once, **about)
    except replays.Misused:
        refused = ledger.refuse(replays.MISUSED, **about)
    again = None
    if refusal.code == "LIMIT_REACHED" and found:
        zone = stands[found[0]].version.place.zone
        again = end_of_day(moment(at, zone).date(), zone)
    return Declined(refusal=refused.refusal, entry=refused.entry, leaf=refused.leaf, at=refused.at, again=again)
