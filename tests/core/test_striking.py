"""Single charges that a court orders out of a case (law L14): what goes, what stays, and what would bring it back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pars.core.cases.booking import correct_facts
from pars.core.cases.case import proposed_charges
from pars.core.cases.facts import ChargeDecided, ChargeFiled, ChargeProposed, Fact
from pars.core.cases.striking import (
    charges_of,
    numbers_of,
    place_of,
    refuse_said_again,
    said_again,
    said_since,
    struck_from,
    to_strike,
)
from pars.core.terms import Refusal
from tests.cases import NOW, booked, decided, done, sent, signed

if TYPE_CHECKING:
    from pars.core.cases.case import Case


def struck(case: Case, *charges: int) -> frozenset[int]:
    found = to_strike(case, charges)
    assert not isinstance(found, Refusal), found
    return found


def without(case: Case, gone: frozenset[int]) -> Case:
    """Return the case as it is once these facts are struck from it."""
    return replace(case, facts=tuple(Fact(n=fact.n, entry=fact.entry) if fact.n in gone else fact for fact in case.facts))


def code(case: Case, *charges: int) -> str:
    found = to_strike(case, charges)
    assert isinstance(found, Refusal), found
    return found.code


def test_a_charge_goes_in_both_layers_with_its_decision_and_every_earlier_wording() -> None:
    one = proposed_charges(sent())[0]
    corrected = done(correct_facts(sent(), 2, [replace(one, description="Otherwise", corrects=one.n)], why="typing", at=NOW))
    case = signed(decided(corrected))
    now = case.standing(one.n).n
    (filed,) = [fact.filed for fact in case.current(ChargeDecided) if fact.proposed == now]
    gone = struck(case, now)
    assert {type(case.fact(n)) for n in gone} == {ChargeProposed, ChargeDecided, ChargeFiled}
    assert {one.n, now, filed} < gone
    assert filed is not None
    assert struck(case, filed) == gone, "by whichever layer it is named"
    left = without(case, gone)
    assert [charge.n for charge in proposed_charges(left)] == [charge.n for charge in proposed_charges(case) if charge.n != now]
    assert charges_of(left).keys() == charges_of(case).keys() - gone
    assert code(left, now) == "NO_SUCH_CHARGE"


def test_a_charge_that_is_not_there_or_every_charge_is_no_order_on_single_ones() -> None:
    case = booked()
    assert code(case) == "NO_SUCH_CHARGE"
    assert code(case, 99) == "NO_SUCH_CHARGE"
    assert code(case, *charges_of(case)) == "EVERY_CHARGE"
    assert refuse_said_again().code == "PUT_AWAY"


def test_whoever_was_shown_an_earlier_version_was_not_shown_the_charge() -> None:
    case = replace(booked(), facts=tuple(replace(fact, entry=3) for fact in booked().facts))
    one = charges_of(case)[min(charges_of(case))]
    late = replace(case, version=2, facts=(*case.facts, replace(one, n=len(case.facts) + 1, entry=8, statute="18 § 1")))
    assert said_since(late, [one.n]) == 1
    assert said_since(late, [len(late.facts)]) == 2
    assert said_since(late, [one.n, len(late.facts)]) == 1


def test_what_would_bring_a_charge_back_is_known_however_it_is_spelled_unless_another_says_it_too() -> None:
    case = booked()
    one, other = list(charges_of(case).values())
    told = numbers_of(case, [one.n])
    assert {struck_from(case.id), place_of(case.id, one.n)} < told
    spelled = replace(one, statute=one.statute.replace(" ", "").lower(), description="In other words")
    assert said_again(case.id, [spelled]) <= told
    assert not said_again(case.id, [other]) & told
    assert not said_again("another-case", [one]) & told
    assert said_again(case.id, [Fact()]) == frozenset()
    twice = replace(case, facts=(*case.facts, replace(one, n=len(case.facts) + 1)))
    assert not said_again(case.id, [one]) & numbers_of(twice, [one.n])
