"""Court orders on records (law L14): what each waits for, who carries it out, and what the fold takes and doesn't."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.core.access.court_orders import (
    KEEPERS,
    REASONS,
    WITHDRAWN,
    CourtOrder,
    refuse_carrying_out,
    refuse_order,
    refuse_withdrawing,
    says_what,
    waits_for,
)
from pars.core.access.floor import READS_LIMITED, floor
from pars.core.access.predicate import matches
from pars.core.access.purges import Purge
from pars.core.agreements.standing import served as stretches
from pars.core.agreements.standing import standing
from pars.core.cases.board import now_row
from pars.core.cases.case import Change
from pars.core.cases.limited_access import access_limited, limit_access
from pars.core.ledger import order_drafts
from pars.core.ledger.entries import By, Entry, Kind
from pars.core.ledger.telling import entry_words
from pars.core.terms import DAY, HOUR, SECOND, Instant, Refusal, moment
from tests.agreements import NOW, SEATS, in_force
from tests.agreements import START as BEGAN
from tests.cases import booked
from tests.ledgers import AGREEMENT, SYSTEM, Ledger, hashed, outsider, staff
from tests.ordered import (
    CASE,
    CLERK,
    OFFICER,
    SHARES,
    answer,
    ask,
    limit,
    opened,
    ordered,
    put_away,
    received,
    serve,
    withdraw,
)

AT = Instant(1_000 * DAY)
ORDER = CourtOrder(entry=7, at=Instant(AT - DAY), person="clerk", means="expunged", final=AT)
EVERYBODY = frozenset({*SEATS, *KEEPERS})


def codes(order: CourtOrder, at: Instant = AT) -> list[str]:
    return [one.code for one in waits_for(order, SEATS, at)]


# ---------------------------------------------------------------- what an order waits for


def test_an_order_waits_until_it_is_final_served_and_nothing_preserves_the_record() -> None:
    assert codes(ORDER, Instant(AT - 1)) == ["NOT_FINAL", "NOT_SERVED"]
    assert codes(replace(ORDER, served=EVERYBODY)) == []
    assert codes(replace(ORDER, served=EVERYBODY - {"PROSECUTOR"})) == ["NOT_SERVED"]
    assert codes(replace(ORDER, served=EVERYBODY, preserved=frozenset({"LITIGATION"}))) == ["PRESERVED"]
    assert codes(replace(ORDER, served=EVERYBODY, done=AT)) == ["ORDER_DONE"]


def test_what_law_keeps_goes_to_its_keepers_before_a_record_is_destroyed_and_not_before_it_is_sealed() -> None:
    assert codes(replace(ORDER, served=frozenset(SEATS))) == ["NOT_SERVED"]
    assert codes(replace(ORDER, means="sealed", served=frozenset(SEATS))) == []
    assert codes(replace(ORDER, means="sealed", served=frozenset(SEATS), preserved=frozenset(REASONS))) == []


def test_what_cannot_be_undone_takes_two_people() -> None:
    ready = replace(ORDER, served=EVERYBODY)
    alone = refuse_carrying_out(ready, SEATS, AT, "clerk")
    assert alone is not None
    assert alone.code == "SAME_PERSON"
    assert refuse_carrying_out(ready, SEATS, AT, "officer") is None
    early = refuse_carrying_out(ready, SEATS, Instant(AT - 1), "clerk")
    assert early is not None
    assert early.code == "NOT_FINAL"


def test_only_what_was_limited_or_sealed_is_lifted_and_once() -> None:
    done = {means: replace(ORDER, means=means, done=AT) for means in ("limited", "sealed", "expunged")}
    code = lambda means, lifts, known=None: getattr(refuse_order(means, lifts, known or {}), "code", None)  # noqa: E731
    assert code("expunged", None) is None
    assert code("erased", None) == "UNKNOWN_ORDER"
    assert code("lifted", None) == code("sealed", 7) == code("lifted", 7) == "NOTHING_LIFTED"
    assert code("lifted", 7, {7: done["expunged"]}) == "NOTHING_LIFTED"
    assert code("lifted", 7, {7: replace(done["sealed"], done=None)}) == "NOTHING_LIFTED"
    for means in ("limited", "sealed"):
        assert code("lifted", 7, {7: done[means]}) is None
        assert code("lifted", 7, {7: done[means], 9: replace(ORDER, means="lifted", lifts=7)}) == "LIFTED_ALREADY"


def test_an_order_says_of_what_it_is() -> None:
    assert says_what(ORDER) == "the record is expunged"
    assert says_what(replace(ORDER, charges=1)) == "a charge of the record is expunged"
    assert says_what(replace(ORDER, charges=2)) == "2 charges of the record are expunged"


# ---------------------------------------------------------------- the fold


def test_the_whole_course_is_taken_and_told() -> None:
    ledger = ordered()
    state = ledger.state()
    assert all((order.done is None) == (order.withdrawn is not None) for order in state.orders.values())
    assert not any(order.open for order in state.orders.values())
    assert [one.answered is not None for one in state.agreements[AGREEMENT].purges] == [True] * 4
    assert state.epoch_ended == 2
    mine = [entry for entry in ledger.entries if 100 <= entry.kind < 110]
    assert {entry.kind for entry in mine} == {kind for kind in Kind if 100 <= kind < 110}
    for entry in mine:
        assert entry_words(entry).endswith(".")
    said = [entry_words(entry) for entry in mine]
    assert any("the record is expunged" in one for one in said)
    assert any("sealed a record on the order" in one for one in said)
    assert any("expunged 1 charge of a record on the order" in one for one in said)


def test_an_order_that_says_nothing_known_is_told_as_it_is() -> None:
    ledger, _ = opened()
    assert "recorded a court's order: erased." in entry_words(received(ledger, "erased"))
    assert ledger.violation() == "UNKNOWN_ORDER"


def broken(change: Callable[[Ledger, Entry, Entry], Any], means: str = "expunged") -> str:
    """Return what the fold says of a ledger with an order that was served and one purge asked, after `change`."""
    ledger, _ = opened()
    order = received(ledger, means)
    serve(ledger, order)
    change(ledger, order, ask(ledger, order))
    return ledger.violation()


def say(ledger: Ledger, draft: Any, by: By = CLERK) -> Entry:
    return ledger.add(draft, by)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda led, order, _: received(led, "expunged", case=CASE, lifts=order.id), "NOTHING_LIFTED"),
        (lambda led, order, _: say(led, order_drafts.court_order_served(order=order.id, on="city")), "NOT_OWED"),
        (lambda led, order, _: say(led, order_drafts.court_order_served(order=order.id, on="sheriff")), "NOT_OWED"),
        (lambda led, order, _: say(led, order_drafts.court_order_served(order=order.id + 1, on="city")), "NO_ORDER"),
        (lambda led, order, _: put_away(led, order, order=order.id + 1), "NO_ORDER"),
        (lambda led, order, _: put_away(led, order, purges=0), "PURGES"),
        (lambda led, order, _: put_away(led, order, purges=2), "PURGES"),
        (lambda led, order, _: put_away(led, order, shares=SHARES), "SHARES"),
        (lambda led, order, _: put_away(led, order, charges=1), "OTHER_ORDER"),
        (lambda led, order, _: received(led, "sealed", charges=1), "WHOLE_RECORD"),
        (lambda led, order, _: [put_away(led, order), put_away(led, order)], "NO_ORDER"),
        (lambda led, order, _: say(led, order_drafts.record_put_away(order=order.id, purges=1), CLERK), "SAME_PERSON"),
        (lambda led, order, _: limit(led, order), "OTHER_ORDER"),
        (lambda led, order, _: say(led, order_drafts.record_brought_back(order=order.id), OFFICER), "OTHER_ORDER"),
        (lambda led, order, _: ask(led, order), "NO_PURGE"),
        (lambda led, order, _: ask(led, received(led, "limited")), "NO_PURGE"),
        (lambda led, order, _: ask(led, received(led), days=0), "PURGE_DUE"),
        (lambda led, order, _: ask(led, received(led), days=31), "PURGE_DUE"),
        (lambda led, order, _: ask(led, received(led), agreement="AGR-9"), "NO_AGREEMENT"),
        (lambda led, order, purge: [answer(led, purge), answer(led, purge)], "NO_PURGE"),
        (lambda led, order, purge: answer(led, order), "NO_PURGE"),
        (lambda led, order, purge: answer(led, purge, outcome="LOST"), "NO_PURGE"),
        (lambda led, order, purge: answer(led, purge, agreement="AGR-9", by=CLERK), "NO_AGREEMENT"),
        (lambda led, order, purge: answer(led, purge, by=outsider("stranger")), "NOT_NAMED"),
        (lambda led, order, purge: answer(led, purge, by=staff("clerk")), "NOT_YOUR_ACT"),
        (lambda led, *_: say(led, order_drafts.epoch_ended(epoch=0), SYSTEM), "EPOCH"),
        (lambda led, *_: say(led, order_drafts.epoch_ended(epoch=1)), "NO_AUTHORITY"),
        (lambda led, *_: say(led, order_drafts.copy_cleaned(orders=0, records=1), SYSTEM), "NOTHING_CLEANED"),
    ],
)
def test_what_an_order_does_not_say_is_a_violation(change: Callable[[Ledger, Entry, Entry], Any], code: str) -> None:
    assert broken(change) == code


def test_a_sealed_records_key_lies_with_each_owner() -> None:
    for shares in ((), SHARES[:2], (*SHARES, "f" * 64)):
        assert broken(lambda led, order, _, shares=shares: put_away(led, order, shares=shares), "sealed") == "SHARES"


def test_an_order_is_about_one_record_or_about_one_order() -> None:
    ledger, _ = opened()
    ledger.add(order_drafts.court_order_received(means="sealed", final=ledger.at, paper=hashed(b"p")), CLERK)
    assert ledger.violation() == "NO_RECORD"


@pytest.mark.parametrize(("on", "copy"), [("city", hashed(b"copy")), ("PROSECUTOR", None)])
def test_who_keeps_a_copy_by_law_gets_one_and_nobody_else_does(on: str, copy: str | None) -> None:
    ledger, _ = opened()
    order = received(ledger)
    ledger.add(order_drafts.court_order_served(order=order.id, on=on, copy=copy), CLERK)
    assert ledger.violation() == "COPY"


def test_an_order_is_carried_out_when_nothing_keeps_it_from_that() -> None:
    for final, but, code in ((DAY, (), "NOT_FINAL"), (0, ("courts",), "NOT_SERVED"), (0, ("PROSECUTOR",), "NOT_SERVED")):
        ledger, _ = opened()
        order = received(ledger, final=Instant(ledger.at + final))
        serve(ledger, order, but=but)
        ask(ledger, order)
        put_away(ledger, order)
        assert ledger.violation() == code


def test_a_record_that_must_be_preserved_is_not_destroyed() -> None:
    said = [("LITIGATION", True), ("APPEAL", True), ("APPEAL", False)]
    for more, code in (([], "PRESERVED"), ([("LITIGATION", False)], None)):
        ledger, _ = opened()
        order = received(ledger)
        serve(ledger, order)
        ask(ledger, order)
        for reason, stands in [*said, *more]:
            ledger.add(order_drafts.preservation_stated(order=order.id, reason=reason, stands=stands), CLERK)
        put_away(ledger, order)
        assert ledger.violation() == code if code else ledger.state()


@pytest.mark.parametrize("said", [[("LITIGATION", False)], [("LITIGATION", True)] * 2, [("WHIM", True)]])
def test_a_preservation_is_stated_and_ended_for_a_reason_once(said: list[tuple[str, bool]]) -> None:
    ledger, _ = opened()
    order = received(ledger)
    for reason, stands in said:
        ledger.add(order_drafts.preservation_stated(order=order.id, reason=reason, stands=stands), CLERK)
    assert ledger.violation() == "PRESERVED"


def test_what_limits_is_not_lifted_as_a_seal_nor_a_seal_as_a_limit() -> None:
    for means, wrong in (("limited", "back"), ("sealed", "limit"), ("limited", "limit again")):
        ledger, _ = opened()
        order = received(ledger, means)
        serve(ledger, order)
        if means == "limited":
            limit(ledger, order)
        else:
            put_away(ledger, order, purges=0, shares=SHARES)
        lifting = received(ledger, "lifted", lifts=order.id)
        serve(ledger, lifting)
        if wrong == "back":
            ledger.add(order_drafts.record_brought_back(order=lifting.id), OFFICER)
        else:
            limit(ledger, lifting, limited=int(wrong == "limit again"))
        assert ledger.violation() == "OTHER_ORDER"


def test_an_order_that_only_limits_takes_no_record_away() -> None:
    ledger, _ = opened()
    order = received(ledger, "limited")
    serve(ledger, order)
    put_away(ledger, order, purges=0)
    assert ledger.violation() == "OTHER_ORDER"


def test_what_takes_a_record_away_holds_the_floor_alone_and_what_is_asked_of_an_agency_its_agreement() -> None:
    for late, early in ((put_away, put_away), (put_away, limit)):
        ledger, _ = opened()
        orders = [received(ledger, "limited" if act is limit else "expunged") for act in (late, early)]
        for order in orders:
            serve(ledger, order)
        for order, act in zip(orders, (late, early), strict=True):
            act(ledger, order, **({} if act is limit else {"purges": 0}))
        assert ledger.state()
        ledger.entries[-1] = replace(ledger.entries[-1], at=Instant(ledger.entries[-2].at - 1))
        assert ledger.violation() == "OUT_OF_ORDER"
    ledger, made = opened()
    purge = ask(ledger, received(ledger))
    ledger.disclose(made)
    answer(ledger, purge)
    assert ledger.state()
    ledger.entries[-1] = replace(ledger.entries[-1], at=Instant(ledger.entries[-2].at - 1))
    assert ledger.violation() == "OUT_OF_ORDER"


# ---------------------------------------------------------------- purges


def test_an_overdue_purge_suspends_until_it_is_answered() -> None:
    ledger, made = opened()
    order = received(ledger)
    purge = ask(ledger, order, days=10)
    due = purge.detail["due"]
    ledger.disclose(made, at=due - HOUR)
    assert ledger.state()
    late = ledger.disclose(made, at=due)
    assert ledger.violation() == "AGREEMENT_SUSPENDED"
    ledger.entries.remove(late)
    ledger.at = due
    answer(ledger, purge)
    ledger.disclose(made)
    assert ledger.state()


def test_a_purge_that_is_overdue_is_said_in_both_languages() -> None:
    agreement = replace(in_force(), purges=(Purge(entry=9, order=8, at=Instant(BEGAN + 1), due=Instant(BEGAN + DAY)),))
    stands = standing(agreement, Instant(BEGAN + DAY))
    assert (stands.state, len(stands.purges), stands.since) == ("SUSPENDED", 1, BEGAN + DAY)
    assert "a record that a court ordered away" in stands.said("en")
    assert "un registro que un tribunal ordenó retirar" in stands.said("es")
    before = standing(agreement, Instant(BEGAN + HOUR))
    assert (before.state, before.until) == ("IN_FORCE", BEGAN + DAY)


@given(due=st.integers(1, 40), answered=st.none() | st.integers(2, 60), at=st.integers(0, 70))
def test_a_purge_suspends_in_just_the_stretch_in_which_it_is_overdue(due: int, answered: int | None, at: int) -> None:
    """By the hour; asked in the first one."""
    told = None if answered is None else Instant(BEGAN + answered * HOUR)
    purge = Purge(entry=9, order=8, at=Instant(BEGAN + SECOND), due=Instant(BEGAN + due * HOUR + SECOND), answered=told)
    now = Instant(BEGAN + at * HOUR)
    agreement = replace(in_force(), purges=(purge,))
    late = purge.due <= now and (told is None or now < told)
    assert standing(agreement, now).state == ("SUSPENDED" if late else "IN_FORCE")
    whole = stretches(agreement, Instant(BEGAN + 100 * HOUR))
    assert any(period.covers(now) for _, period in whole) is not late


def test_a_record_is_limited_and_no_longer_by_an_order_and_what_is_so_already_is_refused() -> None:
    case = booked()
    limits, lifts = replace(ORDER, means="limited"), replace(ORDER, means="lifted", lifts=1)
    assert not access_limited(case)
    refused = limit_access(case, lifts)
    assert isinstance(refused, Refusal)
    made = limit_access(case, limits)
    assert isinstance(made, Change)
    assert (made.kind, made.detail) == (Kind.ACCESS_LIMITED, {"order": limits.entry, "limited": 1})
    assert access_limited(made.case)
    assert now_row(made.case)["access_limited"] is True
    again = limit_access(made.case, limits)
    assert isinstance(again, Refusal)
    assert (again.code, refused.code) == ("LIMITED_ALREADY", "LIMITED_ALREADY")
    ended = limit_access(made.case, lifts)
    assert isinstance(ended, Change)
    assert not access_limited(ended.case)


def test_limited_records_are_kept_from_who_is_no_criminal_justice_agency_and_not_the_person() -> None:
    assert READS_LIMITED == {"criminal_justice": True, "noncriminal_justice": False, "person_concerned": True}
    for recipient, reads in READS_LIMITED.items():
        rows = floor(recipient, NOW).rows
        record = {"adult": True, "arrest_date": moment(NOW).date()}
        assert matches(rows, {**record, "access_limited": False}) is True
        assert matches(rows, {**record, "access_limited": True}) is reads
        assert (matches(rows, record) is True) is reads, "where nobody knows, it is kept back"


# ---------------------------------------------------------------- withdrawn


def test_an_order_is_withdrawn_for_a_reason_until_it_is_carried_out() -> None:
    assert refuse_withdrawing(ORDER, "WRONG_RECORD") is None
    for order, reason, code in (
        (None, "WRONG_RECORD", "NO_SUCH_ORDER"),
        (replace(ORDER, done=AT), "WRONG_RECORD", "NO_SUCH_ORDER"),
        (replace(ORDER, withdrawn=AT), "WRONG_RECORD", "NO_SUCH_ORDER"),
        (ORDER, "TIRED", "UNKNOWN_REASON"),
    ):
        refusal = refuse_withdrawing(order, reason)
        assert refusal is not None
        assert refusal.code == code
    assert codes(replace(ORDER, withdrawn=AT, served=EVERYBODY)) == ["ORDER_WITHDRAWN"]
    assert all(says[0].islower() for says in WITHDRAWN.values())


def test_a_withdrawn_order_is_owed_nothing_and_lets_another_lift() -> None:
    ledger, _ = opened()
    mistaken = received(ledger)
    purge = ask(ledger, mistaken)
    withdraw(ledger, mistaken)
    state = ledger.state()
    assert state.orders[mistaken.id].withdrawn == ledger.entries[-1].at
    (owed,) = state.agreements[AGREEMENT].purges
    assert (owed.entry, owed.answered) == (purge.id, ledger.entries[-1].at)
    again = received(ledger)
    serve(ledger, again)
    first = ask(ledger, again)
    answer(ledger, first)
    done = ledger.state().agreements[AGREEMENT].purges[1].answered
    withdraw(ledger, again)
    assert ledger.state().agreements[AGREEMENT].purges[1].answered == done, "what was answered stays answered as it was"
    lifted = CourtOrder(entry=3, at=AT, person="clerk", means="limited", final=AT, done=AT)
    lifting = replace(ORDER, entry=4, means="lifted", lifts=3)
    assert refuse_order("lifted", 3, {3: lifted, 4: lifting}) is not None
    assert refuse_order("lifted", 3, {3: lifted, 4: replace(lifting, withdrawn=AT)}) is None
