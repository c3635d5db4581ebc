"""Work from paper after an outage: numbers that never collide, each entered once, with the times that the form states."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pars.actions import intake, numbering
from pars.actions.beats import Done, Refused
from pars.actions.numbering import Printed
from pars.core.cases.case import custody_began
from pars.core.cases.facts import Arrested, PaperEntered
from pars.core.ledger.entries import Kind
from pars.core.terms import HOUR
from tests import desks
from tests.actions.test_documents import document
from tests.actions.test_watching import later
from tests.desks import REGISTRAR, at_once
from tests.ledgers import staff

if TYPE_CHECKING:
    from collections.abc import Callable

    from pars.core.ledger.entries import Entry

CLERK = staff("clerk")  # may book and read


def printed(site: str = "PDU", form: str = "ARREST", count: int = 2) -> list[str]:
    found = numbering.print_forms(site=site, form=form, count=count, by=REGISTRAR)
    assert isinstance(found, Printed), found
    return [str(number) for number in found.numbers]


def out() -> list[str]:
    return [str(one.number) for one in numbering.still_out().forms]


def book(form: str, surname: str = "Whitlock", **arrest: Any) -> Done | Refused:
    told = desks.arrest(surname)
    given = replace(told["arrests"][0], **arrest)
    return intake.book_arrest(by=REGISTRAR, form=form, **{**told, "arrests": (given,)})


def code(outcome: object) -> str:
    assert isinstance(outcome, Refused), outcome
    return outcome.refusal.code


def test_edge_48_numbers_never_collide_between_sites_or_prints() -> None:
    runs = at_once(lambda n: printed("NORTH" if n % 2 else "PDU", count=3), 6)
    numbers = [number for run in runs for number in run]
    assert len(set(numbers)) == 18
    assert sorted(numbers) == sorted(out())
    assert len([number for number in numbers if number.startswith("PDU-")]) == 9


def test_edge_48_a_form_is_entered_once_with_its_own_times(entries: Callable[..., list[Entry]]) -> None:
    one, other = printed()
    later(8)
    stated = desks.stated(-12)
    done = book(one.lower(), time=stated)
    assert isinstance(done, Done)
    case = desks.load(done.case_id or "")
    assert case.current(PaperEntered)[0].form == one
    began = custody_began(case)
    assert began == stated
    entry = entries(Kind.ARREST_BOOKED)[-1]
    assert entry.detail["form"] == one
    assert entry.at - began.earliest >= 12 * HOUR - 1_000_000
    assert out() == [other]
    again = book(one, "Doe")
    assert code(again) == "FORM_ENTERED"
    assert isinstance(again, Refused)
    assert case.id in again.refusal.says


def test_edge_48_of_two_who_enter_one_form_at_once_one_is_refused() -> None:
    (one,) = printed(count=1)
    told = at_once(lambda n: book(one, f"Person{n}"), 3)
    assert sum(isinstance(outcome, Done) for outcome in told) == 1
    assert {code(outcome) for outcome in told if isinstance(outcome, Refused)} == {"FORM_ENTERED"}


@pytest.mark.parametrize("numbers", [{"record_id": "R-1"}, {"otn": "x 123456-7"}])
def test_edge_48_an_arrest_that_a_feed_brought_meanwhile_is_found_and_the_number_put_to_it(numbers: dict[str, str]) -> None:
    one, other = printed()
    taken = intake.receive(received=document(), by=REGISTRAR)
    assert not isinstance(taken, Refused)
    case_id = taken.done.case_id or ""
    refused = book(one, **numbers)
    assert code(refused) == "ARREST_IS_HERE"
    assert isinstance(refused, Refused)
    assert case_id in refused.refusal.says
    assert sorted(out()) == sorted([one, other])
    put = intake.enter_form(case_id=case_id, seen=1, form=one, by=REGISTRAR)
    assert isinstance(put, Done)
    assert desks.load(case_id).current(PaperEntered)[0].form == one
    assert out() == [other]
    assert code(intake.enter_form(case_id=case_id, seen=2, form=" ", by=REGISTRAR)) == "FORM_MISREAD"
    assert code(intake.enter_form(case_id=case_id, seen=2, form=one, by=REGISTRAR)) == "FORM_ENTERED"


def test_edge_48_a_feed_that_comes_after_the_form_finds_its_case() -> None:
    (one,) = printed(count=1)
    booked = book(one, record_id="R-1", otn="X1234567")
    assert isinstance(booked, Done)
    taken = intake.receive(received=document(), by=REGISTRAR)
    assert not isinstance(taken, Refused)
    assert taken.done.case_id == booked.case_id
    assert len(desks.load(booked.case_id or "").current(Arrested)) == 1


def test_a_hearing_and_a_release_are_entered_from_their_own_forms() -> None:
    hearing, release = printed(form="HEARING", count=1)[0], printed(form="RELEASE", count=1)[0]
    case_id = desks.walked("submit", "decide", "sign", "interview")
    assert code(desks.step(case_id, "hear", form=release)) == "OTHER_FORM"
    assert isinstance(desks.step(case_id, "hear", form=hearing), Done)
    assert isinstance(desks.step(case_id, "order"), Done)
    freed = desks.step(case_id, "free", form=release, time=desks.stated(-0.05))
    assert isinstance(freed, Done)
    assert [fact.form for fact in desks.load(case_id).current(PaperEntered)] == [hearing, release]
    assert out() == []


def test_a_form_is_made_void_with_a_reason_and_is_entered_by_nobody() -> None:
    one, other = printed()
    assert code(numbering.void_form(number=one, reason="", by=REGISTRAR)) == "REASON_NEEDED"
    assert code(numbering.void_form(number="PDU-000009-1", reason="LOST", by=REGISTRAR)) == "FORM_MISREAD"
    assert code(numbering.void_form(number=one, reason="LOST", by=CLERK)) == "NOT_YOUR_ACT"
    assert isinstance(numbering.void_form(number=one, reason="LOST", by=REGISTRAR), Done)
    assert code(numbering.void_form(number=one, reason="LOST", by=REGISTRAR)) == "FORM_VOID"
    assert code(book(one)) == "FORM_VOID"
    assert out() == [other]


def test_what_cannot_be_printed_gives_no_number() -> None:
    assert code(numbering.print_forms(site="pdu", form="ARREST", count=1, by=REGISTRAR)) == "WRONG_SITE"
    assert code(numbering.print_forms(site="PDU", form="ARREST", count=1, by=CLERK)) == "NOT_YOUR_ACT"
    assert out() == []


def test_an_arrest_typed_without_a_form_is_booked_by_whoever_may() -> None:
    done = intake.book_arrest(by=CLERK, **desks.arrest("Nobody"))
    assert isinstance(done, Done)
    assert desks.load(done.case_id or "").current(PaperEntered) == ()
