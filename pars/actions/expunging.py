"""Court orders on records: recorded, served, carried out by a second person; recipients told to destroy their copies; keys destroyed.

`record`, `serve` and `preserve` are the court clerk's; `ask_purges`, `limit`, `put_away` and `bring_back` another person's. What is read here names
nobody and no case, so that reading it is no disclosure.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from pars.actions.beats import on_agreement, refused_act
from pars.core.access import court_orders as rules
from pars.core.access.court_orders import CourtOrder
from pars.core.access.purges import LONGEST, OUTCOMES
from pars.core.cases.case import Change
from pars.core.cases.limited_access import limit_access
from pars.core.cases.put_away import refuse_open
from pars.core.ledger import order_drafts
from pars.core.ledger.entries import By, Draft
from pars.core.terms import Instant, Refusal
from pars.store import epochs, governance, keys, ledger, order_rows, putting_away, rows, shares, tombstones
from pars.store.connections import acting_now, connection, current
from pars.store.vault import KeyLost

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pars.actions.beats import Done, Once, Refused
    from pars.core.agreements.acts import Agreement
    from pars.core.cases.case import Case
    from pars.store.ledger import Acting
    from pars.store.order_rows import Asked
    from pars.store.putting_away import Notice, Recipient

RECORD, PRESERVE, CARRY_OUT, REVIEW = "order:record", "record:preserve", "order:carry_out", "ledger:read"
READ_BY = (RECORD, CARRY_OUT, REVIEW)
SYSTEM = By("system", "system")
LOCK = "orders"
NO_ORDER = Refusal(
    code="NO_SUCH_ORDER",
    says="No such order waits to be carried out.",
    remedy="See the list of orders.",
    names=("order",),
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
    lifts: int | None = None,
    final: Instant | None = None,
    once: Once | None = None,
) -> Done | Refused:
    """Record a court's order on a case that is over, or one that lifts an earlier order. Of the paper only a keyed commitment is kept."""
    with ledger.acting(by, once=once, exclusive=[LOCK]) as acting:
        case = rows.load_case(case_id, lock=True) if case_id is not None else None
        outcome: Draft | Refusal | None = refused_act(acting, RECORD) or rules.refuse_order(
            means, lifts, order_rows.load_orders()
        )
        if outcome is None and lifts is None:
            outcome = refuse_open(case)
        if outcome is None:
            outcome = _received(acting, means, case, lifts, paper, final or acting.at)
        beside = [putting_away.name_case(case.id)] if case is not None and isinstance(outcome, Draft) else []
        return ledger.append(outcome, by=by, act=RECORD, case=case_id, beside=beside)


def _received(acting: Acting, means: str, case: Case | None, lifts: int | None, paper: bytes, final: Instant) -> Draft:
    key = keys.new_question_key()
    commitment = None
    if case is not None:
        key = keys.case_key_for_change(acting_now(), case.id)
        commitment = keys.commit_case(key, entry=acting.entry, case_id=case.id, version=case.version).hex()
    said = keys.commit_words(key, "court order", entry=acting.entry, words=paper)
    return order_drafts.court_order_received(means=means, final=final, paper=said, case=commitment, lifts=lifts)


@ledger.retried
def serve(*, order: int, on: str, by: By, copy: bytes | None = None, once: Once | None = None) -> Done | Refused:
    """Record that an owner has the order, or a keeper with the copy of what law lets it keep."""
    with ledger.acting(by, once=once, exclusive=[LOCK]) as acting:
        outcome: Draft | Refusal | None = refused_act(acting, RECORD)
        if outcome is None:
            outcome = _served(_waiting(order), order, on, copy, acting)
        return ledger.append(outcome, by=by, act=RECORD)


def _served(found: CourtOrder | None, order: int, on: str, copy: bytes | None, acting: Acting) -> Draft | Refusal:
    if found is None:
        return NO_ORDER
    if on not in rules.owed_to(found, _seats()) or on in found.served:
        return Refusal(code="NOT_OWED", says="It isn't owed to them, or they have it already.", names=("on",))
    if (copy is not None) != (on in rules.KEEPERS):
        says = "Who keeps a list by law gets a copy of what that law names, and nobody else gets one."
        return Refusal(code="COPY", says=says, remedy="Say which file was handed over to the keeper.", names=("copy",))
    said = None if copy is None else keys.commit_words(_key_of(order), "kept copy", entry=acting.entry, words=copy)
    return order_drafts.court_order_served(order=order, on=on, copy=said)


@ledger.retried
def preserve(*, order: int, reason: str, by: By, stands: bool = True, once: Once | None = None) -> Done | Refused:
    """State that a record must be preserved although an order would destroy it, or no longer."""
    with ledger.acting(by, once=once, exclusive=[LOCK]) as acting:
        outcome: Draft | Refusal | None = refused_act(acting, PRESERVE)
        if outcome is None:
            outcome = _preserved(_waiting(order), order, reason, stands=stands)
        return ledger.append(outcome, by=by, act=PRESERVE)


def _preserved(found: CourtOrder | None, order: int, reason: str, *, stands: bool) -> Draft | Refusal:
    if found is None:
        return NO_ORDER
    if reason not in rules.REASONS or (reason in found.preserved) == stands:
        says = "It is stated so already, or there is no such reason."
        return Refusal(code="PRESERVED", says=says, remedy=f"One of {', '.join(rules.REASONS)}.", names=("reason",))
    return order_drafts.preservation_stated(order=order, reason=reason, stands=stands)


# ---------------------------------------------------------------- recipients


def ask_purges(*, order: int, by: By) -> tuple[Done | Refused, ...]:
    """Tell every agency that the ledger says was shown the record to destroy its copies: one act and one entry for each, once."""
    return tuple(_ask(order, one, by=by) for one in unasked(order=order))


@ledger.retried
def _ask(order: int, recipient: Recipient, *, by: By) -> Done | Refused:
    with ledger.acting(by, exclusive=[f"agreement:{recipient.agreement}", LOCK]) as acting:
        outcome: Draft | Refusal | None = refused_act(acting, CARRY_OUT)
        found = _waiting(order)
        if outcome is None and (found is None or not found.away):
            outcome = NO_ORDER
        if outcome is None:
            words = f"{recipient.record}\0{','.join(map(str, recipient.answers))}".encode()
            notice = keys.commit_words(_key_of(order), "purge", entry=acting.entry, words=words)
            due = Instant(acting.at + LONGEST)
            outcome = order_drafts.purge_asked(agreement=recipient.agreement, order=order, due=due, notice=notice)
        given = current()
        done = ledger.append(outcome, by=by, act=CARRY_OUT)
        if isinstance(outcome, Draft):
            putting_away.note_recipient(given, recipient)
        return done


def answer_purge(*, agreement: str, purge: int, outcome: str, shown: bytes, by: By, once: Once | None = None) -> Done | Refused:
    """Record what an agency says became of its copies: its own person's word, or staff's who received it. `shown` shows it."""

    def rule(known: Agreement, _: Acting) -> Draft | Refusal:
        if outcome not in OUTCOMES:
            return Refusal(
                code="UNKNOWN_OUTCOME", says="An agency answers otherwise.", remedy=", ".join(OUTCOMES), names=("outcome",)
            )
        if purge not in {one.entry for one in known.purges if one.answered is None}:
            return Refusal(
                code="NO_PURGE", says="This agency owes no answer to that.", remedy="See what it owes.", names=("purge",)
            )
        return order_drafts.purge_answered(agreement=agreement, purge=purge, outcome=outcome, shown=sha256(shown).hexdigest())

    done = on_agreement("agreement:reply", agreement=agreement, by=by, rule=rule, once=once, agency=True)
    putting_away.forget_notice(purge)
    return done


# ---------------------------------------------------------------- carried out


def put_away(*, order: int, by: By) -> Done | Refused:
    """Carry out an order that seals or expunges. When this returns no answer with the record is on its way any more."""
    done = _put_away(order=order, by=by)
    if isinstance(done, ledger.Done):
        tombstones.settle(order)
        ledger.drain(done)
    return done


@ledger.retried
def _put_away(*, order: int, by: By) -> Done | Refused:
    with ledger.acting(by, exclusive=["floor", LOCK], login="sealed") as acting:
        found, case = _waiting(order), _case_of(order)
        outcome: Draft | Refusal | None = refused_act(acting, CARRY_OUT) or _refused(found, case, acting, by)
        if outcome is None and found is not None and case is not None:
            seats = _seats() if found.means == "sealed" else ()
            said = putting_away.take_away(order, case, seats=seats)
            outcome = order_drafts.record_put_away(order=order, purges=found.purges, shares=said)
        return ledger.append(outcome or NO_ORDER, by=by, act=CARRY_OUT)


def _refused(found: CourtOrder | None, case: Case | None, acting: Acting, by: By) -> Refusal | None:
    if found is None or case is None or not found.away:
        return NO_ORDER
    refusal = rules.refuse_carrying_out(found, _seats(), acting.at, by.person) or refuse_open(case)
    if refusal is not None:
        return refusal
    told = {one.agreement for one in order_rows.asked([found.entry]).get(found.entry, ())}
    if {one.agreement for one in putting_away.recipients(case.id)} - told:
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
    if found is None or found.done is not None or case is None:
        return NO_ORDER
    return rules.refuse_carrying_out(found, _seats(), acting.at, by.person) or limit_access(case, found)


def bring_back(*, order: int, brought: Mapping[str, bytes], by: By) -> Done | Refused:
    """Bring a sealed record back on the order that lifts its seal, with the shares of two owners."""
    lifted = _lifted_by(order)
    done = _bring_back(order=order, brought=brought, by=by)
    if isinstance(done, ledger.Done) and lifted is not None:
        tombstones.remove(lifted)
        shares.forget(lifted, sorted(brought))
    return done


@ledger.retried
def _bring_back(*, order: int, brought: Mapping[str, bytes], by: By) -> Done | Refused:
    with ledger.acting(by, exclusive=["floor", LOCK], login="sealed") as acting:
        outcome: Draft | Refusal | None = refused_act(acting, CARRY_OUT)
        known = order_rows.load_orders()
        found = known.get(order)
        lifted = known.get(found.lifts) if found is not None and found.lifts is not None else None
        if outcome is None and (found is None or found.done is not None or lifted is None or lifted.means != "sealed"):
            outcome = NO_ORDER
        if outcome is None and found is not None:
            outcome = rules.refuse_carrying_out(found, _seats(), acting.at, by.person)
        if outcome is None and lifted is not None:
            outcome = _brought(order, lifted.entry, brought)
        return ledger.append(outcome or NO_ORDER, by=by, act=CARRY_OUT)


def _brought(order: int, lifted: int, brought: Mapping[str, bytes]) -> Draft | Refusal:
    try:
        putting_away.bring_back(lifted, brought, _seats())
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


# ---------------------------------------------------------------- read


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """An order with everything that it waits for, who was told to destroy their copies, and how many agencies still are to be told."""

    order: CourtOrder
    owed_to: tuple[str, ...]
    waits: tuple[Refusal, ...]
    asked: tuple[Asked, ...]
    untold: int


def orders(*, by: By) -> tuple[Progress, ...] | Refusal:
    """Return every order with its progress, the newest first, to who records or carries out orders or reads the ledger."""
    with ledger.reading() as at:
        grant = governance.own_grant(by)
        if grant is None or not grant.period.covers(at) or grant.role.acts.isdisjoint(READ_BY):
            return Refusal(
                code="NOT_YOUR_ACT", says="Your role doesn't handle court orders on records.", remedy="Ask the clerk."
            )
        seats, told = _seats(), order_rows.asked()
        return tuple(
            Progress(
                order=order,
                owed_to=rules.owed_to(order, seats),
                waits=rules.waits_for(order, seats, at),
                asked=told.get(order.entry, ()),
                untold=len(_untold(order)),
            )
            for order in reversed(order_rows.load_orders().values())
        )


def unasked(*, order: int) -> tuple[Recipient, ...]:
    """Return the agencies that were shown the record of an order and weren't told yet."""
    with ledger.reading():
        found = order_rows.load_orders([order]).get(order)
        return () if found is None else _untold(found)


def notices(*, by: By) -> tuple[Notice, ...]:
    """Return what an agency is told to destroy and hasn't answered for, to its people who are named: its own handles and answers."""
    agency = by.authority.removeprefix("agency:")
    with ledger.reading() as at:
        own = [one.id for one in governance.load_agreements(agency) if one.user(by.person, at) is not None]
        return putting_away.notices(own)


def _untold(order: CourtOrder) -> tuple[Recipient, ...]:
    case_id = order_rows.case_of(order.entry)
    if case_id is None or not order.away or order.done is not None:
        return ()
    told = {one.agreement for one in order_rows.asked([order.entry]).get(order.entry, ())}
    return tuple(one for one in putting_away.recipients(case_id) if one.agreement not in told)


def _waiting(order: int) -> CourtOrder | None:
    found = order_rows.load_orders([order]).get(order)
    return found if found is not None and found.done is None else None


def _case_of(order: int) -> Case | None:
    case_id = order_rows.case_of(order)
    return None if case_id is None else rows.load_case(case_id, lock=True)


def _lifted_by(order: int) -> int | None:
    with ledger.reading():
        found = order_rows.load_orders([order]).get(order)
    return None if found is None else found.lifts


def _key_of(order: int) -> bytes:
    case_id = order_rows.case_of(order)
    return keys.new_question_key() if case_id is None else keys.case_key_for_change(acting_now(), case_id)


def _seats() -> tuple[str, ...]:
    return tuple(sorted(governance.must_be_open().charter.owners))
