"""How a case begins and is put right: booking, sending, correcting, doubts, and documents from other systems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pars.actions.beats import on_case, refuse_struck, refused_act
from pars.core.cases import booking, doubts, matching, receiving
from pars.core.cases.case import Case, Change
from pars.core.cases.paper_forms import enter_later, refuse_duplicate
from pars.core.cases.put_away import numbers_looked_up, refuse_return
from pars.core.terms import Refusal
from pars.store import governance, ledger, rows, tombstones
from pars.store.ledger import Done, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pars.core.cases.facts import Fact
    from pars.core.cases.received import Received
    from pars.core.ledger.entries import By
    from pars.store.ledger import Acting
    from pars.store.replays import Once


def book_arrest(*, by: By, once: Once | None = None, form: str | None = None, **arrest: Any) -> Done | Refused:
    """Open a case from an arrest (`booking.book_arrest` names its parts).

    From a paper form, only where no other way brought the same arrest meanwhile: by its numbers, as a document is matched.
    """
    case_id = rows.new_case_id()
    arrests, booked = arrest["arrests"], arrest.get("booking")
    wanted = matching.numbers_of(arrests, booked)

    def rule(_: Case | None, acting: Acting) -> Change | Refusal:
        here = _refuse_return(wanted) or (refuse_duplicate(arrests, booked, rows.candidates(wanted)) if form else None)
        return here or booking.book_arrest(case_id, at=acting.at, **arrest)

    locks = rows.matching_locks(wanted) if form else ()
    return on_case("case:book", case_id=case_id, by=by, once=once, rule=rule, exclusive=locks, form=form)


def enter_form(*, case_id: str, seen: int, form: str, by: By, once: Once | None = None) -> Done | Refused:
    """Put a paper form's number to a case that is here already, since the arrest on it came by another way."""
    return on_case(
        "case:correct",
        case_id=case_id,
        by=by,
        once=once,
        rule=lambda case, _: enter_later(case, seen),
        form=form.strip() or "-",
    )


def submit_for_charging(*, case_id: str, seen: int, by: By, once: Once | None = None) -> Done | Refused:
    """Send the case to the charging unit."""
    return on_case(
        "case:submit", case_id=case_id, by=by, once=once, rule=lambda case, _: booking.submit_for_charging(case, seen)
    )


def correct_facts(
    *, case_id: str, seen: int, facts: Iterable[Fact], why: str, by: By, once: Once | None = None
) -> Done | Refused:
    """Add facts or correct earlier ones, with the reason."""
    return on_case(
        "case:correct",
        case_id=case_id,
        by=by,
        once=once,
        rule=lambda case, acting: booking.correct_facts(case, seen, facts, why=why, at=acting.at),
    )


def resolve_doubt(*, case_id: str, seen: int, by: By, once: Once | None = None, **resolution: Any) -> Done | Refused:
    """Settle a doubt, with the reason."""
    return on_case(
        "case:correct",
        case_id=case_id,
        by=by,
        once=once,
        rule=lambda case, _: doubts.resolve_doubt(case, seen, resolver=by.person, **resolution),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentTaken:
    """What became of a document: the act's receipt, whether the case changed, its open doubts, and what its feed may not write."""

    done: Done
    changed: bool
    doubts: tuple[tuple[str, tuple[str, ...]], ...]
    unmapped: tuple[str, ...]


@ledger.retried
def receive(*, received: Received, by: By) -> DocumentTaken | Refused:
    """Take in one exchange document: into the case that its numbers lead to, or as a new one. One document, one act, one entry."""
    wanted = matching.lookup(received)
    with ledger.acting(by, exclusive=rows.matching_locks(wanted)) as acting:
        outcome: Change | Refusal | None = refused_act(acting, "document:receive")
        if outcome is None:
            found = _refuse_return(wanted) or matching.match(received, rows.candidates(wanted, lock=True))
            outcome = found if isinstance(found, Refusal) else _received(found, received, acting)
        if isinstance(outcome, Change) and outcome.changed:
            rows.save_case(outcome.case, outcome.facts)
        done = ledger.append(outcome, by=by, act="document:receive")
    if isinstance(outcome, Refusal):
        assert isinstance(done, Refused)
        return done
    assert isinstance(done, Done)
    return DocumentTaken(done=done, changed=outcome.changed, doubts=_doubts(outcome.case), unmapped=outcome.unmapped)


def _received(found: Case | None, received: Received, acting: Acting) -> Change | Refusal:
    return refuse_struck(receiving.receive(found, received, case_id=rows.new_case_id(), at=acting.at))


def grant_of_feed(feed: str) -> str:
    """Return the authority under which a feed writes (`grant:…`); raises LookupError where nobody gave it one."""
    with ledger.reading() as at:
        for grant in governance.grants_of(feed):
            if grant.period.covers(at) and "document:receive" in grant.role.acts:
                return f"grant:{grant.id}"
    raise LookupError(f"the feed {feed} has no grant")


def _refuse_return(wanted: matching.Lookup) -> Refusal | None:
    """INVARIANT L14: what a court ordered away outranks every replay, of a feed or of old paper."""
    return refuse_return(wanted) if tombstones.buried(numbers_looked_up(wanted)) else None


def _doubts(case: Case) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((doubt.code, doubt.paths) for doubt in doubts.open_doubts(case))
