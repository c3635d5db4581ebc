"""What leads to a record that was ordered away: its numbers, and the questions that asked for its person."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pars.core.cases.booking import book_arrest
from pars.core.cases.facts import AliasStated, DocketGiven, DocumentReceived, ReleaseAcknowledged
from pars.core.cases.matching import Lookup
from pars.core.cases.put_away import asked_for, numbers, numbers_looked_up, refuse_open, refuse_return
from tests.cases import ARREST, BOOKING, NOW, PERSON, booked, by_prints, done, ordered

CASE = booked()


def asks(*where: dict[str, Any], **parts: Any) -> dict[str, Any]:
    return {"purpose": "warrant_service", "columns": ["record"], "where": list(where), "rows": 20, **parts}


def test_a_record_is_found_again_by_its_own_numbers_and_those_that_were_corrected() -> None:
    assert numbers(CASE) == {"record:R-1", "record:B-1", "otn:Q3333330"}
    wanted = Lookup(frozenset({"R-1"}), frozenset({"Q3333330"}), "doc-1")
    assert numbers_looked_up(wanted) == {"record:R-1", "otn:Q3333330", "document:doc-1"}
    assert numbers_looked_up(replace(wanted, document_key="")) == {"record:R-1", "otn:Q3333330"}
    assert refuse_return(wanted).names == ("record_id", "otn")
    assert refuse_return(Lookup(frozenset(), frozenset(), "doc-1")).names == ()


def test_a_document_is_known_again_by_its_key_and_an_arrest_without_numbers_by_none() -> None:
    bare = booked(arrests=(replace(ARREST, otn=None, record_id=None),), booking=None)
    assert numbers(bare) == frozenset()
    told = DocumentReceived(n=0, feed="police", owner="city", family="arrest", document_key="doc-9", sha256="a" * 64)
    assert numbers(bare.add(told)) == {"document:doc-9"}


def test_a_case_that_is_open_or_not_there_is_not_ordered_away() -> None:
    for case, code in ((None, "NO_SUCH_CASE"), (CASE, "CASE_OPEN")):
        refusal = refuse_open(case)
        assert refusal is not None
        assert refusal.code == code
    assert refuse_open(ordered().add(ReleaseAcknowledged(n=0, basis="ORDER", released=True))) is None


@pytest.mark.parametrize(
    ("question", "found"),
    [
        (asks({"column": "surname", "is": "WHITLOCK"}), True),
        (asks({"column": "surname", "is": "Whitlock"}, {"column": "given", "is": "Marian"}), True),
        (asks({"column": "surname", "is": "Whitlock"}, {"column": "given", "is": "Peter"}), False),
        (asks({"column": "surname", "one_of": ["Underhay", "Whitlock"]}), True),
        (asks({"column": "surname", "is": "Whitlockson"}), False),
        (asks({"column": "given", "is": "Marian"}), False),
        (asks({"column": "otn", "is": "q 333333-0"}), True),
        (asks({"column": "record", "is": "a1b2c3"}), True),
        (asks(evidence={"kind": "booking_number", "value": "b-1"}), True),
        (asks(note="Is marian whitlock here?"), True),
        (asks(note="Is anybody here?"), False),
        (asks(), False),
        ({}, False),
    ],
)
def test_a_question_asked_for_somebody_by_name_number_or_handle(question: dict[str, Any], found: bool) -> None:
    assert asked_for(CASE, ["a1b2c3"], question) is found


def test_every_name_and_number_that_was_ever_said_of_them_counts() -> None:
    known = by_prints(CASE)
    (alias,) = (AliasStated(n=0, surname=None, given=None, full="Marie Whitley-Locke"),)
    known = known.add(alias, AliasStated(n=0, surname="Fernhollow", given=None))
    assert asked_for(known, [], asks(note="marie whitley locke"))
    assert not asked_for(known, [], asks(note="marie locke"))
    assert asked_for(known, [], asks({"column": "surname", "is": "Fernhollow"}, {"column": "given", "is": "Zoe"}))
    reply = known.facts[len(CASE.facts)]
    assert asked_for(known, [], asks(note=f"SID {getattr(reply, 'sid')}"))  # noqa: B009  one of several kinds of fact
    given = known.add(DocketGiven(n=0, number="MC-51-CR-0012345-2026"))
    assert asked_for(given, [], asks(evidence={"kind": "docket", "value": "MC-51-CR-0012345-2026"}))
    assert not asked_for(known, [], asks(evidence={"kind": "docket", "value": "MC-51-CR-0012345-2026"}))


def test_an_unnamed_person_is_asked_for_by_number_alone() -> None:
    who = replace(PERSON, surname=None, given=None, full="Unknown Seven")
    case = done(
        book_arrest(
            "33333333-3333-4333-8333-333333333333", at=NOW, person=who, arrests=[ARREST], booking=BOOKING, birth_date_reason=""
        )
    )
    assert asked_for(case, [], asks(note="unknown seven"))
    assert not asked_for(case, [], asks(note="whitlock"))
