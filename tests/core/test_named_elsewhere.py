"""Whom the accounts in others' cases name, when a court orders that person's record away (edge case 22)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pars.core.cases.booking import correct_facts
from pars.core.cases.facts import AliasStated, Doubted, DoubtResolved, Fact, NarrativeWritten, PersonLinked
from pars.core.cases.named_elsewhere import earlier_wordings, joins_others, links_to, still_named
from pars.core.cases.received import PersonStated
from pars.core.cases.striking import numbers_of, said_again
from tests.cases import ARREST, ID, NOW, booked, by_prints, done, one_person

if TYPE_CHECKING:
    from pars.core.cases.case import Case

GONE = booked(person=PersonStated(surname="Farrow-Whitlock", given="Marian", birth_date=None), birth_date_reason="not said")
OTHER = "00000000-0000-4000-8000-000000000009"


def other(text: str, surname: str = "Fernhollow") -> Case:
    person = PersonStated(surname=surname, given="Edwin", birth_date=None)
    told = replace(ARREST, narrative=text)
    return booked(OTHER, person=person, birth_date_reason="not said", arrests=[told])


def account(case: Case) -> NarrativeWritten:
    (said,) = case.current(NarrativeWritten)
    return said


def anew(case: Case, text: str) -> Case:
    said = account(case)
    fact = replace(said, text=text, corrects=said.n, document=None)
    return done(correct_facts(case, case.version, [fact], why="written anew", at=NOW))


@pytest.mark.parametrize(
    ("text", "surname", "named"),
    [
        ("FARROW-WHITLOCK handed it over", "Fernhollow", True),
        ("Marian handed it over", "Fernhollow", False),
        ("Farrow handed it over", "Fernhollow", False),
        ("Farrow-Whitlock handed it over", "Farrow-Whitlock", False),
        ("Farrow-Whitlock, Marian, handed it over", "Farrow-Whitlock", True),
    ],
)
def test_an_account_names_by_surname_and_where_both_bear_it_by_given_name_beside_it(
    text: str, surname: str, named: bool
) -> None:
    case = other(text, surname)
    assert still_named(GONE, [case]) == ((case,) if named else ())
    assert earlier_wordings(GONE, [case]) == {}


def test_a_name_without_a_given_one_is_not_found_in_the_case_of_who_bears_it_too() -> None:
    alone = replace(GONE, facts=(*GONE.facts, AliasStated(n=len(GONE.facts) + 1, surname="Fernhollow", given=None)))
    assert still_named(alone, [other("Fernhollow ran", "Fernhollow")]) == ()
    assert len(still_named(alone, [other("Fernhollow ran", "Underhay")])) == 1


def test_what_an_account_said_before_goes_once_it_is_written_anew_and_is_not_said_again() -> None:
    before = other("Farrow-Whitlock handed it over")
    after = anew(before, "Another handed it over")
    assert still_named(GONE, [after]) == ()
    (n,) = earlier_wordings(GONE, [after])[OTHER]
    assert n == account(before).n
    numbers = numbers_of(after, [n])
    assert said_again(OTHER, [NarrativeWritten(arrest=1, text="FARROW WHITLOCK handed it over.")]) <= numbers
    assert not said_again(OTHER, [account(after), Fact()]) & numbers
    twice = anew(anew(before, "Farrow-Whitlock ran"), "Another ran")
    assert len(earlier_wordings(GONE, [twice])[OTHER]) == 2


# ---------------------------------------------------------------- links


def linked(case_id: str, *others: str) -> Case:
    """Return a case that says by prints that it is of the person of others."""
    found = by_prints(booked(case_id))
    for other in others:
        found = one_person(found, by_prints(booked(other)))
    return found


def test_a_link_goes_with_what_it_raised_and_no_other_does() -> None:
    third = "00000000-0000-4000-8000-00000000000a"
    case = linked(OTHER, ID, third)
    links = case.current(PersonLinked)
    doubts = [fact.n for fact in case.current(Doubted) if f"PersonLinked/{links[0].n}/person" in fact.paths]
    assert doubts
    answers = (DoubtResolved(doubt=n, reason="Looked up again", resolver="ada") for n in (doubts[0], 1))
    settled = case.add(*answers)
    assert links_to(ID, [settled, booked(third)]) == {OTHER: {links[0].n, *doubts, settled.next_number - 2}}
    assert links_to(third, [case])[OTHER] >= {links[1].n}
    assert links_to("none", [case]) == {}


def test_a_record_that_alone_joins_two_others_is_told_from_one_that_doesnt() -> None:
    third = "00000000-0000-4000-8000-00000000000a"
    middle = linked(ID, OTHER, third)
    apart, direct = [linked(OTHER), linked(third)], [linked(OTHER, third), linked(third)]
    assert joins_others(middle, apart)
    assert not joins_others(middle, direct)
    assert not joins_others(linked(ID, OTHER), apart), "one other case is joined with nothing"
    assert not joins_others(linked(ID), apart), "none is"
