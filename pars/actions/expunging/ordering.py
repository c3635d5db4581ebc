"""Court orders on records: recorded, served, carried out by a second person; keys destroyed, restored copies cleaned.

`record`, `serve` and `preserve` are the court clerk's; `limit`, `put_away` and `bring_back` another person's, who told the recipients before (purging.py).
What is listed of them (listing.py) names nobody and no case; which record an order is about is read through the door.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.actions.beats import refused_act
from pars.actions.expunging.purging import (
    CARRY_OUT,
    LOCK,
    PRESERVE,
    RECORD,
    key_of,
    linked_with,
    recipients,
    seats,
    struck_by,
    together,
    waiting,
)
from pars.core.access import court_orders as rules
from pars.core.access.court_orders import NO_ORDER, CourtOrder
from pars.core.cases.case import Change
from pars.core.cases.limited_access import limit_access
from pars.core.cases.named_elsewhere import earlier_wordings, joins_others, links_to, still_named
from pars.core.cases.put_away import refuse_open
from pars.core.cases.striking import to_strike
from pars.core.ledger import order_drafts
from pars.core.ledger.entries import By, Draft
from pars.core.terms import Instant, Refusal
from pars.store import epochs, keys, ledger, order_rows, putting_away, rows, shares, sweeping, tombstones
from pars.store.connections import acting_now, connection, current
from pars.store.repeated import ACTS
from pars.store.vault import KeyLost

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from pars.actions.beats import Done, Once, Refused
    from pars.core.cases.case import Case
    from pars.store.ledger import Acting

SYSTEM = By("system", "system")
NAMED_ELSEWHERE = Refusal(
    code="NAMED_ELSEWHERE",
    says="An account in another case of the same incident names the person still.",
    remedy="Whoever wrote it writes it anew without them, as a correction; what it said before goes with the order.",
)
JOINS_OTHERS = Refusal(
    code="JOINS_OTHERS",
    says="Other cases of the person are known to be of one person through this record alone.",
    remedy="Link them with each other first, by prints or on two people's word: a release looks at all of them.",
)
OTHER_RECORD = Refusal(
    code="OTHER_RECORD",
    says="The order was recorded on another record than the one that you name.",
    remedy="See which it is about; where it is the wrong one, the clerk withdraws the order and records it anew.",
    names=("case",),
)
OVERTAKEN = Refusal(
    code="OVERTAKEN",
    says="Somebody told an agency of this order, or an agency answered, at the same moment.",
    remedy="Try it again.",
)
NO_SHARES = Refusal(
    code="NO_SHARES",
    says="These aren't two owners' shares of this record's key.",
    remedy="Two owners bring the share that they were given for this order.",
    names=("shares",),
)


# ---------------------------------------------------------------- recorded, served, preserved


@ledger.retried
def record(
    *,
    means: str,
    paper: bytes,
    by: By,
    case_id: str | None = None,
    charges: Collection[int] = (),
    lifts: int | None = None,
    final: Instant | None = None,
    once: Once | None = None,
) -> Done | Refused:
    """Record a court's order on a case that is over, or on some of its charges, or one that lifts an earlier order.

    Of the paper only a keyed commitment is kept.
    """
    named = sorted(set(charges))
    with ledger.acting(by, once=once, exclusive=[LOCK]) as acting:
        case = rows.load_case(case_id, lock=True) if case_id is not None else None
        outcome: Draft | Refusal | None = refused_act(acting, RECORD) or rules.refuse_order(
            means, lifts, order_rows.load_orders(), len(named)
        )
        if outcome is None and lifts is None:
            outcome = refuse_open(case) or _refused_charges(case, named)
        if outcome is None:
            outcome = _received(acting, means, case, lifts, paper, final or acting.at, len(named))
        beside = [putting_away.name_case(case.id)] if case is not None and isinstance(outcome, Draft) else []
        given = current()
        done = ledger.append(outcome, by=by, act=RECORD, case=case_id, beside=beside)
        if case is not None and isinstance(outcome, Draft):
            putting_away.name_charges(given, case.id, named)
        return done


def _refused_charges(case: Case | None, named: Collection[int]) -> Refusal | None:
    found = to_strike(case, named) if case is not None and named else None
    return found if isinstance(found, Refusal) else None


def _received(
    acting: Acting, means: str, case: Case | None, lifts: int | None, paper: bytes, final: Instant, charges: int
) -> Draft:
    key = keys.new_question_key()
    commitment = None
    if case is not None:
        key = keys.case_key_for_change(acting_now(), case.id)
        commitment = keys.commit_case(key, entry=acting.entry, case_id=case.id, version=case.version).hex()
    said = keys.commit_words(key, "court order", entry=acting.entry, words=paper)
    return order_drafts.court_order_received(
        means=means, final=final, paper=said, case=commitment, lifts=lifts, charges=charges
    )


@ledger.retried
def serve(*, order: int, on: str, by: By, copy: bytes | None = None, once: Once | None = None) -> Done | Refused:
    """Record that an owner has the order, or a keeper with the copy of what law lets it keep."""
    with ledger.acting(by, once=once, exclusive=[LOCK]) as acting:
        outcome: Draft | Refusal | None = refused_act(acting, RECORD)
        if outcome is None:
            outcome = _served(waiting(order), order, on, copy, acting)
        return ledger.append(outcome, by=by, act=RECORD)


def _served(found: CourtOrder | None, order: int, on: str, copy: bytes | None, acting: Acting) -> Draft | Refusal:
    if found is None:
        return NO_ORDER
    if on not in rules.owed_to(found, seats()) or on in found.served:
        return Refusal(code="NOT_OWED", says="It isn't owed to them, or they have it already.", names=("on",))
    if (copy is not None) != (on in rules.KEEPERS):
        says = "Who keeps a list by law gets a copy of what that law names, and nobody else gets one."
        return Refusal(code="COPY", says=says, remedy="Say which file was handed over to the keeper.", names=("copy",))
    said = None if copy is None else keys.commit_words(key_of(order), "kept copy", entry=acting.entry, words=copy)
    return order_drafts.court_order_served(order=order, on=on, copy=said)


@ledger.retried
def preserve(*, order: int, reason: str, by: By, stands: bool = True, once: Once | None = None) -> Done | Refused:
    """State that a record must be preserved although an order would destroy it, or no longer."""
    with ledger.acting(by, once=once, exclusive=[LOCK]) as acting:
        outcome: Draft | Refusal | None = refused_act(acting, PRESERVE)
        if outcome is None:
            outcome = _preserved(waiting(order), order, reason, stands=stands)
        return ledger.append(outcome, by=by, act=PRESERVE)


def _preserved(found: CourtOrder | None, order: int, reason: str, *, stands: bool) -> Draft | Refusal:
    if found is None:
        return NO_ORDER
    if reason not in rules.REASONS or (reason in found.preserved) == stands:
        says = "It is stated so already, or there is no such reason."
        return Refusal(code="PRESERVED", says=says, remedy=f"One of {', '.join(rules.REASONS)}.", names=("reason",))
    return order_drafts.preservation_stated(order=order, reason=reason, stands=stands)


def withdraw(*, order: int, reason: str, by: By, once: Once | None = None) -> Done | Refused:
    """Withdraw an order that was recorded wrongly, until it is carried out. Whoever was told to destroy their copies owes nothing for it any more."""
    with ledger.reading():
        told = [one for one in order_rows.asked([order]).get(order, ()) if one.purge.answered is None]
    done = _withdraw(order=order, reason=reason, by=by, once=once, told=frozenset(one.agreement for one in told))
    if isinstance(done, ledger.Done):
        for one in told:
            putting_away.forget_notice(one.purge.entry)
    return done


@ledger.retried
def _withdraw(*, order: int, reason: str, by: By, once: Once | None, told: frozenset[str]) -> Done | Refused:
    authorities = sorted(f"agreement:{one}" for one in told)
    with ledger.acting(by, once=once, exclusive=[*authorities, LOCK]) as acting:
        outcome: Draft | Refusal | None = refused_act(acting, RECORD) or rules.refuse_withdrawing(waiting(order), reason)
        if (
            outcome is None
            and {one.agreement for one in order_rows.asked([order]).get(order, ()) if one.purge.answered is None} != told
        ):
            outcome = OVERTAKEN
        if outcome is None:
            outcome = order_drafts.court_order_withdrawn(order=order, reason=reason)
        beside = [(ACTS, one, acting.entry) for one in authorities] if isinstance(outcome, Draft) else []
        return ledger.append(outcome, by=by, act=RECORD, beside=beside)


# ---------------------------------------------------------------- carried out


def put_away(*, order: int, by: By, case_id: str | None = None) -> Done | Refused:
    """Carry out an order that seals or expunges. When this returns no answer with the record is on its way any more.

    `case_id` is the case that whoever carries it out names: an order that was recorded on another one is refused.
    """
    done = _put_away(order=order, by=by, case_id=case_id)
    if isinstance(done, ledger.Done):
        with connection("app") as given:
            tombstones.settle(given)
        ledger.drain(done)
    return done


@ledger.retried
def _put_away(*, order: int, by: By, case_id: str | None) -> Done | Refused:
    with ledger.acting(by, exclusive=["floor", LOCK], login="sealed") as acting:
        found, case = waiting(order), _case_of(order)
        outcome: Draft | Refusal | None = refused_act(acting, CARRY_OUT) or _refused(found, case, acting, by)
        if outcome is None and found is not None and case is not None:
            outcome = OTHER_RECORD if case_id is not None and case_id != case.id else _carried_out(found, case)
        return ledger.append(outcome or NO_ORDER, by=by, act=CARRY_OUT)


def _carried_out(found: CourtOrder, case: Case) -> Draft | Refusal:
    said: tuple[str, ...] = ()
    if found.charges:
        struck = struck_by(found, case)
        if isinstance(struck, Refusal):
            return struck
        putting_away.strike(found.entry, case, struck)
    else:
        gone = _gone_elsewhere(found, case)
        if isinstance(gone, Refusal):
            return gone
        owners = seats() if found.means == "sealed" else ()
        said = putting_away.take_away(found.entry, case, seats=owners, elsewhere=gone)
    return order_drafts.record_put_away(order=found.entry, purges=found.purges, shares=said, charges=found.charges)


def _gone_elsewhere(found: CourtOrder, case: Case) -> list[tuple[Case, frozenset[int]]] | Refusal:
    """Return what goes from other cases with the record: links with it and, of an expunged one, what accounts said of its person before."""
    linked = {other.id: other for other in linked_with(case, lock=True)}
    if joins_others(case, linked.values()):
        return JOINS_OTHERS
    gone = [(linked[name], struck) for name, struck in links_to(case.id, linked.values()).items()]
    if found.means != "expunged":
        return gone
    others = {other.id: other for other in together(case, lock=True)}
    if still_named(case, others.values()):
        return NAMED_ELSEWHERE
    return [*gone, *((others[name], struck) for name, struck in earlier_wordings(case, others.values()).items())]


def _refused(found: CourtOrder | None, case: Case | None, acting: Acting, by: By) -> Refusal | None:
    if found is None or case is None or not found.away:
        return NO_ORDER
    refusal = rules.refuse_carrying_out(found, seats(), acting.at, by.person) or refuse_open(case)
    if refusal is not None:
        return refusal
    told = {one.agreement for one in order_rows.asked([found.entry]).get(found.entry, ())}
    if {one.agreement for one in recipients(found, case)} - told:
        says = "Not every agency that was shown the record has been told to destroy its copies."
        return Refusal(code="PURGE_NOT_ASKED", says=says, remedy="Tell them, then carry the order out.")
    return None


@ledger.retried
def limit(*, order: int, by: By) -> Done | Refused:
    """Carry out an order that limits the access to a record, or that lifts such a limit. The record stays; fewer are shown it."""
    with ledger.acting(by, exclusive=["floor", LOCK]) as acting:
        outcome: Change | Refusal | None = refused_act(acting, CARRY_OUT)
        if outcome is None:
            outcome = _limited(order_rows.load_orders(), order, acting, by)
        if isinstance(outcome, Change):
            rows.save_case(outcome.case, outcome.facts)
        return ledger.append(outcome, by=by, act=CARRY_OUT)


def _limited(known: Mapping[int, CourtOrder], order: int, acting: Acting, by: By) -> Change | Refusal:
    found = known.get(order)
    about = found if found is None or found.lifts is None else known.get(found.lifts)
    case = None if about is None or about.means != "limited" else _case_of(about.entry)
    if found is None or not found.open or case is None:
        return NO_ORDER
    return rules.refuse_carrying_out(found, seats(), acting.at, by.person) or limit_access(case, found)


def bring_back(*, order: int, brought: Mapping[str, bytes], by: By) -> Done | Refused:
    """Bring a sealed record back on the order that lifts its seal, with the shares of two owners."""
    lifted = _lifted_by(order)
    done = _bring_back(order=order, brought=brought, by=by)
    if isinstance(done, ledger.Done) and lifted is not None:
        with connection("app") as given:
            tombstones.remove(given)
        shares.forget(lifted, sorted(brought))
    return done


@ledger.retried
def _bring_back(*, order: int, brought: Mapping[str, bytes], by: By) -> Done | Refused:
    with ledger.acting(by, exclusive=["floor", LOCK], login="sealed") as acting:
        outcome: Draft | Refusal | None = refused_act(acting, CARRY_OUT)
        known = order_rows.load_orders()
        found = known.get(order)
        lifted = known.get(found.lifts) if found is not None and found.lifts is not None else None
        if outcome is None and (found is None or not found.open or lifted is None or lifted.means != "sealed"):
            outcome = NO_ORDER
        if outcome is None and found is not None:
            outcome = rules.refuse_carrying_out(found, seats(), acting.at, by.person)
        if outcome is None and lifted is not None:
            outcome = _brought(order, lifted.entry, brought)
        return ledger.append(outcome or NO_ORDER, by=by, act=CARRY_OUT)


def _brought(order: int, lifted: int, brought: Mapping[str, bytes]) -> Draft | Refusal:
    try:
        putting_away.bring_back(lifted, brought, seats())
    except KeyLost:
        return NO_SHARES
    return order_drafts.record_brought_back(order=order)


def read_share(path: Path) -> bytes | None:
    """Return an owner's share of a key from the file that they were given; None where there is none in it."""
    try:
        return shares.read(path)
    except KeyLost:
        return None


def share_of(text: bytes) -> bytes:
    """Return the share that a file's text is, as `bring_back` takes it; nothing where it is none, which makes no key."""
    try:
        return shares.read_text(text)
    except KeyLost:
        return b""


# ---------------------------------------------------------------- epochs and restored copies


def keep_clean() -> int:
    """Take out of a restored database what orders had put away that it knows nothing of; return how many records were there."""
    with connection("app") as given:
        tombstones.settle_what_committed(given)
        missing = tombstones.missing(given)
    if not missing:
        return 0
    with ledger.acting(SYSTEM, exclusive=["floor", LOCK], login="sealed"):
        cleaned = putting_away.clean_copy(missing)
        ledger.append(order_drafts.copy_cleaned(orders=len(missing), records=cleaned), by=SYSTEM)
    tombstones.forget()
    return cleaned


def sweep_up() -> bool:
    """Have PostgreSQL drop its dead rows of what orders took away and make its statistics anew; return whether there was anything."""
    newest = sweeping.due()
    if newest is not None:
        sweeping.sweep(newest)
    return newest is not None


def renew_keys() -> int | None:
    """Begin a new epoch of keys each week and destroy the one before, once whatever it still opens is wrapped anew; return which ended."""
    due = epochs.due()
    if due.end is not None:
        epochs.rewrap(due.end)
        with ledger.acting(SYSTEM, exclusive=[LOCK]):
            ledger.append(order_drafts.epoch_ended(epoch=due.end), by=SYSTEM)
        epochs.destroy(due.end)
    if due.begin:
        epochs.begin()
    return due.end


def _case_of(order: int) -> Case | None:
    case_id = order_rows.case_of(order)
    return None if case_id is None else rows.load_case(case_id, lock=True)


def _lifted_by(order: int) -> int | None:
    with ledger.reading():
        found = order_rows.load_orders([order]).get(order)
    return None if found is None else found.lifts
