"""The fold: how a ledger begins, who may write what, in which order, and what only the system does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.core.ledger import drafts, fold
from pars.core.ledger.entries import FORMS, By, Kind
from pars.core.ledger.state import Ids
from pars.core.terms import DAY, HOUR, SECOND, Instant
from tests.agreements import NOW
from tests.ledgers import CLERK, HELD, REGISTRAR, Ledger, hashed, outsider, staff

BOOKED = drafts.case_changed(Kind.ARREST_BOOKED, case=hashed(b"case"), version=1, detail={})


def served() -> tuple[Ledger, Any]:
    ledger = Ledger()
    return ledger, ledger.serve()


# ---------------------------------------------------------------- the first entry


def test_a_ledger_opens_and_adds_up():
    ledger, made = served()
    ledger.disclose(made)
    ledger.show()
    ledger.add(BOOKED, staff("clerk"))
    state = ledger.state()
    assert state.size == len(ledger.entries)
    assert state.latest == ledger.entries[-1].at
    assert set(state.grants) == {"registrar", "clerk", "voter-city", "voter-courts", "voter-prosecutor"}
    assert set(state.agreements) == {"AGR-1"}
    assert state.kinds[Kind.DISCLOSED] == 1
    assert state.records == {Kind.DISCLOSED: 2, Kind.SHOWN: 2}


def test_a_ledger_begins_with_its_genesis_and_is_opened_once():
    ledger = Ledger()
    first = ledger.entries[0]
    ledger.entries = [replace(ledger.entries[1], id=0)]
    assert ledger.violation() == "NO_GENESIS"
    ledger.entries = [first, replace(first, id=1)]
    assert ledger.violation() == "SECOND_GENESIS"
    ledger.entries = [replace(first, by=staff("clerk"))]
    assert ledger.violation() == "NO_AUTHORITY"


@pytest.mark.parametrize("part", ["charter", "floor", "catalogue", "detainers", "profile"])
def test_every_text_of_the_genesis_must_be_there(part):
    ledger = Ledger()
    detail = ledger.entries[0].detail
    del ledger.texts[detail[part]]
    ledger.entries = ledger.entries[:1]
    assert ledger.violation() == "TEXT_MISSING"


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("charter", "TEXT_UNREADABLE"),
        ("profile", "TEXT_UNREADABLE"),
        ("floor", "UNKNOWN_RULES"),
        ("catalogue", "UNKNOWN_RULES"),
    ],
)
def test_a_genesis_names_texts_that_can_be_read(part, code):
    ledger = Ledger()
    first = ledger.entries[0]
    ledger.entries = [replace(first, detail={**first.detail, part: ledger.keep(b"{}")})]
    assert ledger.violation() == code


def test_a_role_must_be_there_and_readable():
    ledger = Ledger()
    first = ledger.entries[0]
    ledger.entries = [replace(first, detail={**first.detail, "roles": [hashed(b"none")]})]
    assert ledger.violation() == "TEXT_MISSING"
    ledger.entries = [replace(first, detail={**first.detail, "roles": [ledger.keep(b"{}")]})]
    assert ledger.violation() == "TEXT_UNREADABLE"


# ---------------------------------------------------------------- ids and order


def test_an_id_comes_once():
    ledger, made = served()
    ledger.disclose(made, number=3)
    assert ledger.violation() == "ID_TWICE"


def test_nothing_is_before_the_genesis():
    ledger = Ledger()
    ledger.add(BOOKED, staff("clerk"), at=NOW)
    assert ledger.violation() == "BEFORE_GENESIS"


def test_what_shares_an_authority_may_be_sealed_out_of_order():
    ledger, made = served()
    at = Instant(ledger.at + HOUR)
    ledger.disclose(made, at=at)
    ledger.disclose(made, at=Instant(at - SECOND))
    ledger.disclose(made, at=Instant(at + SECOND))
    ledger.show()
    assert ledger.state()


def test_an_answer_is_not_before_an_act_on_its_authority_that_was_sealed_before():
    ledger, made = served()
    at = Instant(ledger.at + HOUR)
    ledger.add(drafts.user_named(agreement="AGR-1", person="sergeant", holds=HELD), staff("registrar"), at=at)
    ledger.disclose(made, at=Instant(at - 1))
    assert ledger.violation() == "OUT_OF_ORDER"
    ledger.entries.pop()
    ledger.disclose(made, at=at)
    assert ledger.state()


def test_an_act_on_an_authority_is_not_before_an_answer_that_was_sealed_before():
    ledger, made = served()
    at = Instant(ledger.at + HOUR)
    ledger.disclose(made, at=Instant(at + 1))
    ledger.disclose(made, at=at)
    ledger.add(drafts.user_removed(agreement="AGR-1", person="deputy"), staff("registrar"), at=at)
    assert ledger.violation() == "OUT_OF_ORDER"
    ledger.entries.pop()
    ledger.add(drafts.user_removed(agreement="AGR-1", person="deputy"), staff("registrar"), at=Instant(at + 1))
    assert ledger.state()


def test_acts_on_one_authority_are_in_order_and_on_two_need_not_be():
    ledger, _ = served()
    late = Instant(ledger.at + HOUR)
    ledger.add(drafts.user_named(agreement="AGR-1", person="sergeant", holds=HELD), staff("registrar"), at=late)
    ledger.give("clerk-2", CLERK, staff("registrar"), at=Instant(late - SECOND))
    assert ledger.state()
    ledger.add(drafts.user_removed(agreement="AGR-1", person="sergeant"), staff("registrar"), at=Instant(late - 1))
    assert ledger.violation() == "OUT_OF_ORDER"


def test_a_grant_is_not_used_before_the_act_that_gave_it():
    ledger = Ledger()
    given = ledger.give("clerk-2", CLERK, staff("registrar"))
    ledger.add(BOOKED, staff("clerk-2"), at=Instant(given.at - 1))
    assert ledger.violation() == "OUT_OF_ORDER"


def test_what_rests_on_no_authority_has_no_order():
    ledger, made = served()
    asked = ledger.disclose(made, at=Instant(ledger.at + HOUR))
    for draft in (
        drafts.refused(code="AGREEMENT_ENDED"),
        drafts.chunk_dropped(chunk=asked.id, reason="TOO_LATE"),
        drafts.stream_closed(agency="sheriff", stream=None, reason="AGREEMENT_ENDED", chunks=0, empty=1),
    ):
        ledger.add(draft, outsider(agreement="never-there"), at=Instant(asked.at - HOUR))
    assert ledger.state()


# ---------------------------------------------------------------- authority


def test_each_kind_asks_for_its_act_or_rests_on_something_else():
    without = (
        {Kind.GENESIS_OPENED, Kind.DISCLOSED, Kind.SHOWN, Kind.EXPORT_OPENED, Kind.APPROVAL_ASKED, Kind.HOOK_REGISTERED}
        | fold.ALONE
        | fold.AFTERTHOUGHTS
    )
    assert set(fold.ACT_OF) == set(FORMS) - without - fold.AGENCY_ALONE


@pytest.mark.parametrize(
    ("by", "code"),
    [
        (staff("registrar"), None),
        (staff("clerk"), None),
        (staff("voter-city"), "NOT_YOUR_ACT"),
        (staff("nobody"), "NO_AUTHORITY"),
        (By("clerk", "grant:registrar"), "OTHER_PERSON"),
        (By("clerk", "floor"), "NO_AUTHORITY"),
        (By("clerk", "system"), "NO_AUTHORITY"),
        (outsider(), "NO_AUTHORITY"),
    ],
)
def test_a_change_needs_a_grant_that_allows_it(by, code):
    ledger = Ledger()
    ledger.add(BOOKED, by)
    assert ledger.violation() == code if code else ledger.state()


def test_a_grant_allows_nothing_outside_its_period():
    ledger = Ledger()
    ledger.add(
        drafts.grant_given(grant="g", person="late", role=hashed(CLERK), start=Instant(NOW + HOUR), end=Instant(NOW + 2 * HOUR))
    )
    by = By("late", "grant:g")
    ledger.add(BOOKED, by, at=NOW + HOUR)
    assert ledger.state()
    ledger.add(BOOKED, by, at=NOW + 2 * HOUR)
    assert ledger.violation() == "GRANT_ENDED"
    ledger.entries.pop()
    ledger.add(BOOKED, by, at=NOW + HOUR - 1)
    assert ledger.violation() == "GRANT_NOT_YET"


def test_a_removed_grant_allows_nothing_more():
    ledger = Ledger()
    removed = ledger.add(drafts.grant_removed(grant="clerk"), staff("registrar"))
    ledger.add(BOOKED, staff("clerk"), at=removed.at)
    assert ledger.violation() == "GRANT_ENDED"
    ledger.entries.pop()
    ledger.add(drafts.grant_removed(grant="clerk"), staff("registrar"))
    assert ledger.violation() == "NO_GRANT"
    ledger.entries.pop()
    ledger.add(drafts.grant_removed(grant="nobody"), staff("registrar"))
    assert ledger.violation() == "NO_GRANT"


def test_a_grant_is_of_a_known_role_and_of_a_new_name():
    for name, role, end, code in (
        ("new", hashed(b"role"), None, "UNKNOWN_ROLE"),
        ("clerk", hashed(CLERK), None, "GRANT_TWICE"),
        ("new", hashed(CLERK), NOW, "PERIOD"),
    ):
        ledger = Ledger()
        ledger.add(drafts.grant_given(grant=name, person="p", role=role, start=NOW, end=end))
        assert ledger.violation() == code


def test_the_system_gives_grants_only_while_the_ledger_is_set_up():
    ledger = Ledger()
    ledger.add(drafts.refused(code="NO_PERSON"))  # somebody failed to sign in: that is no act
    ledger.give("second", REGISTRAR)
    assert ledger.state()
    ledger.add(BOOKED, staff("clerk"))
    ledger.give("third", CLERK)
    assert ledger.violation() == "SETTING_UP_OVER"
    ledger.entries.pop()
    ledger.give("third", CLERK, staff("second"))
    assert ledger.state()


def test_the_first_who_may_give_grants_may_come_from_the_system_at_any_time():
    ledger = Ledger()
    del ledger.entries[1:]  # nobody may give a grant
    ledger.give("clerk", CLERK)
    ledger.add(BOOKED, staff("clerk"))
    ledger.give("second", CLERK)
    assert ledger.violation() == "SETTING_UP_OVER"  # a role that gives nothing comes too late
    ledger.entries.pop()
    first = ledger.give("first", REGISTRAR)
    assert ledger.state()
    ledger.give("third", REGISTRAR)
    assert ledger.violation() == "SETTING_UP_OVER"
    ledger.entries.pop()
    ledger.add(drafts.grant_removed(grant=first.detail["grant"]), staff("first"))
    ledger.give("third", REGISTRAR)
    assert ledger.violation() == "SETTING_UP_OVER"  # one that has ended was the first, too


# ---------------------------------------------------------------- the system's own


def test_only_a_simulated_clock_is_shifted_and_only_forward():
    ledger = Ledger(simulated=1, shift=-30 * DAY)
    ledger.add(drafts.clock_shifted(was=-30 * DAY, shift=-DAY))
    ledger.add(drafts.clock_shifted(was=-DAY, shift=0))
    assert ledger.state().shift == 0
    for was, shift in ((0, 0), (0, -1), (-1, 5)):
        ledger.add(drafts.clock_shifted(was=was, shift=shift))
        assert ledger.violation() == "CLOCK_SHIFTED"
        ledger.entries.pop()
    real = Ledger()
    real.add(drafts.clock_shifted(was=0, shift=1))
    assert real.violation() == "CLOCK_SHIFTED"
    shifted = Ledger(shift=-1)
    shifted.entries = shifted.entries[:1]
    assert shifted.violation() == "CLOCK_SHIFTED"


def test_each_sealer_has_a_higher_epoch():
    ledger = Ledger()
    for epoch in (0, 1, 5):
        ledger.add(drafts.sealer_started(epoch=epoch))
    assert ledger.state().epoch == 5
    ledger.add(drafts.sealer_started(epoch=5))
    assert ledger.violation() == "EPOCH"


def test_attempts_are_counted_over_a_time_that_is_over():
    for start, end, fine in ((0, 10, True), (0, 11, False), (5, 5, False)):
        ledger = Ledger()
        at = NOW + 60 * SECOND
        ledger.add(drafts.attempts_summed(start=Instant(at - 10 + start), end=Instant(at - 10 + end), failed=3), at=at)
        assert ledger.state() if fine else ledger.violation() == "PERIOD"


@pytest.mark.parametrize(
    "draft",
    [
        drafts.sealer_started(epoch=1),
        drafts.clock_shifted(was=0, shift=1),
        drafts.attempts_summed(start=NOW, end=Instant(NOW + 1), failed=1),
    ],
)
def test_a_person_does_nothing_that_is_the_systems_alone(draft):
    ledger = Ledger()
    ledger.add(draft, staff("registrar"))
    assert ledger.violation() == "NO_AUTHORITY"


# ---------------------------------------------------------------- the set of ids


@given(st.lists(st.integers(0, 3 * Ids.PAGE) | st.integers(0, 20)))
def test_a_set_of_ids_is_a_set(numbers):
    ids, wanted = Ids(), set()
    for number in numbers:
        assert ids.add(number) == (number not in wanted)
        wanted.add(number)
        assert number in ids
    for number in (*range(25), Ids.PAGE, 9 * Ids.PAGE):
        assert (number in ids) == (number in wanted)
