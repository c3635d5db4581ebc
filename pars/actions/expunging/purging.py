"""Purges: whoever was shown what a court orders away is told to destroy their copies, each under its own handle, and says what it did."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from pars.actions.beats import on_agreement, refused_act
from pars.core.access.court_orders import NO_ORDER
from pars.core.access.purges import LONGEST, OUTCOMES
from pars.core.cases.named_elsewhere import joins_others, still_named
from pars.core.cases.striking import COLUMNS, said_since, to_strike
from pars.core.ledger import order_drafts
from pars.core.ledger.entries import By, Draft
from pars.core.terms import Instant, Refusal
from pars.store import governance, keys, ledger, order_rows, putting_away, rows
from pars.store.connections import acting_now, current

if TYPE_CHECKING:
    from pars.actions.beats import Done, Once, Refused
    from pars.core.access.court_orders import CourtOrder
    from pars.core.agreements.acts import Agreement
    from pars.core.cases.case import Case
    from pars.store.ledger import Acting
    from pars.store.putting_away import Notice, Recipient

RECORD, CARRY_OUT, PRESERVE = "order:record", "order:carry_out", "record:preserve"
LOCK = "orders"


def ask_purges(*, order: int, by: By) -> tuple[Done | Refused, ...]:
    """Tell every agency that the ledger says was shown the record to destroy its copies: one act and one entry for each, once."""
    return tuple(_ask(order, one, by=by) for one in unasked(order=order))


@ledger.retried
def _ask(order: int, recipient: Recipient, *, by: By) -> Done | Refused:
    with ledger.acting(by, exclusive=[f"agreement:{recipient.agreement}", LOCK]) as acting:
        outcome: Draft | Refusal | None = refused_act(acting, CARRY_OUT)
        found = waiting(order)
        if outcome is None and (found is None or not found.away):
            outcome = NO_ORDER
        if outcome is None:
            words = f"{recipient.record}\0{','.join(map(str, recipient.answers))}".encode()
            notice = keys.commit_words(key_of(order), "purge", entry=acting.entry, words=words)
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


# ---------------------------------------------------------------- read


def unasked(*, order: int) -> tuple[Recipient, ...]:
    """Return the agencies that were shown the record of an order and weren't told yet."""
    with ledger.reading():
        found = order_rows.load_orders([order]).get(order)
        return () if found is None else untold(found)


def notices(*, by: By) -> tuple[Notice, ...]:
    """Return what an agency is told to destroy and hasn't answered for, to its people who are named: its own handles and answers."""
    agency = by.authority.removeprefix("agency:")
    with ledger.reading() as at:
        own = [one.id for one in governance.load_agreements(agency) if one.user(by.person, at) is not None]
        return putting_away.notices(own)


def untold(order: CourtOrder) -> tuple[Recipient, ...]:
    case_id = order_rows.case_of(order.entry)
    case = rows.load_case(case_id) if case_id is not None and order.away and order.open else None
    if case is None:
        return ()
    told = {one.agreement for one in order_rows.asked([order.entry]).get(order.entry, ())}
    return tuple(one for one in recipients(order, case) if one.agreement not in told)


def struck_by(found: CourtOrder, case: Case) -> frozenset[int] | Refusal:
    return to_strike(case, [case.standing(n).n for n in order_rows.charges_of(found.entry)])


def recipients(found: CourtOrder, case: Case) -> tuple[Recipient, ...]:
    """Return whoever was shown what an order takes away: the record, or its charges."""
    if not found.charges:
        return putting_away.recipients(case.id)
    struck = struck_by(found, case)
    if isinstance(struck, Refusal):
        return ()
    return putting_away.recipients(case.id, since=said_since(case, struck), columns=COLUMNS)


def waiting(order: int) -> CourtOrder | None:
    found = order_rows.load_orders([order]).get(order)
    return found if found is not None and found.open else None


def key_of(order: int) -> bytes:
    case_id = order_rows.case_of(order)
    return keys.new_question_key() if case_id is None else keys.case_key_for_change(acting_now(), case_id)


def together(case: Case, *, lock: bool = False) -> tuple[Case, ...]:
    """Return other people's cases of the same incident; with `lock`, nobody else changes them before this act ends."""
    found = rows.arrested_together({case.id: case})[case.id]
    return tuple(rows.load_cases([other.id for other in found], lock=True).values()) if lock else found


def named_in_others(order: CourtOrder) -> tuple[Case, ...]:
    """Return the other cases in which an account names the person of a record that an order would expunge."""
    wanted = order.means == "expunged" and not order.charges and order.open
    case_id = order_rows.case_of(order.entry) if wanted else None
    case = None if case_id is None else rows.load_case(case_id)
    return () if case is None else still_named(case, together(case))


def linked_with(case: Case, *, lock: bool = False) -> tuple[Case, ...]:
    """Return every case that was ever said to be of the same person or of another, however far the chain goes."""
    return tuple(rows.load_cases(rows.linked_cases(case.id), lock=lock).values())


def joins_other_cases(order: CourtOrder) -> bool:
    """Return whether other cases are of one person through the record of an order alone, which would take it away."""
    wanted = order.away and not order.charges and order.open
    case_id = order_rows.case_of(order.entry) if wanted else None
    case = None if case_id is None else rows.load_case(case_id)
    return case is not None and joins_others(case, linked_with(case))


def seats() -> tuple[str, ...]:
    """Return the owners' seats."""
    return tuple(sorted(governance.must_be_open().charter.owners))
