"""Telling who got a wrong version: read from the ledger's own entries, one entry for each telling, an alarm where nobody is told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pars.actions import disclosing, founding, intake, telling, watching
from pars.core.access.predicate import Is
from pars.core.cases.facts import Arrested, IdentityClaimed
from pars.core.cases.time_edits import arrest_time_edits
from pars.core.ledger.entries import Kind
from pars.core.terms import DAY, Refusal
from pars.store import ledger, watched
from pars.store.connections import connection
from pars.store.ledger import Done, Refused
from tests import desks
from tests.desks import REGISTRAR, stated
from tests.homes import ask, question, serve
from tests.ledgers import AGENCY, staff

if TYPE_CHECKING:
    from collections.abc import Callable

    from pars.core.ledger.entries import Entry
    from pars.store.disclosure import Chunk

CLERK = staff("clerk")


def later(days: float) -> None:
    """Let days pass on the simulated clock."""
    with connection("app") as given:
        found = given.execute("select ledger.shift()").fetchone()
    assert found is not None
    founding.shift_clock(found[0] + int(days * DAY))


def asked(surname: str = "Whitlock", *columns: str) -> Chunk:
    """Let the agency ask for somebody and return what it got."""
    answer = ask(question(columns=columns or ("record", "surname", "birth_date"), where=(Is("surname", surname),)))
    assert answer is not None
    assert not isinstance(answer, Refusal), answer
    return answer


def renamed(case_id: str, surname: str = "Farrowby") -> int:
    """Correct the surname; return the entry that did."""
    who = desks.load(case_id).current(IdentityClaimed)[0]
    return put_right(case_id, replace(who, surname=surname, corrects=who.n))


def put_right(case_id: str, fact: IdentityClaimed | Arrested) -> int:
    done = intake.correct_facts(
        case_id=case_id, seen=desks.load(case_id).version, facts=[fact], why="heard again", by=REGISTRAR
    )
    assert isinstance(done, Done), done
    return done.entry


def listed() -> list[telling.Correction]:
    found = telling.corrections(by=REGISTRAR)
    assert isinstance(found, telling.Corrections), found
    return list(found.corrections)


def tell(correction: int, recipient: str = f"agency:{AGENCY}", **parts: bool | str) -> Done | Refused:
    return telling.tell_recipient(correction=correction, recipient=recipient, by=REGISTRAR, **{"how": "LETTER", **parts})


def test_edge_44_who_got_the_wrong_version_is_on_the_list_with_the_entry_that_gave_it(sealed: object) -> None:
    case_id = desks.booked()
    serve()
    answer = asked()
    assert isinstance(disclosing.open_case(case_id=case_id, by=CLERK), disclosing.CaseShown)
    assert listed() == []
    entry = renamed(case_id)
    (one,) = listed()
    assert one.mistake.entry == entry
    agency, desk = one.recipients
    assert (agency.code, agency.entries, agency.owed) == (f"agency:{AGENCY}", (answer.entry,), True)
    assert one.handles == {"AGR-1": answer.rows[0]["record"]}
    assert (desk.code, desk.owed) == ("desk:clerk", False)
    assert one.due - one.put_right > 14 * DAY
    # What the agency gets from now on is right, and adds nobody to the list.
    assert asked("Farrowby").rows
    assert [recipient.entries for recipient in listed()[0].recipients] == [agency.entries, desk.entries]


def test_edge_44_an_agency_that_got_nothing_wrong_is_not_told(sealed: object) -> None:
    case_id = desks.booked()
    serve()
    asked()
    (first,) = desks.load(case_id).current(Arrested)
    put_right(case_id, replace(first, place="Pier 9", corrects=first.n))
    assert listed() == []


def test_edge_44_each_telling_is_an_entry_and_the_case_stays_as_it_was(
    sealed: object, entries: Callable[..., list[Entry]]
) -> None:
    case_id = desks.booked()
    serve()
    asked()
    correction = renamed(case_id)
    version = desks.load(case_id).version
    assert isinstance(tell(correction), Done)
    again = tell(correction)
    assert isinstance(again, Refused)
    assert again.refusal.code == "ALREADY_TOLD"
    assert isinstance(tell(correction, acknowledged=True, how="CALL"), Done)
    found = entries(Kind.RECIPIENT_TOLD)
    assert [(entry.detail["recipient"], entry.detail["acknowledged"]) for entry in found] == [
        (f"agency:{AGENCY}", 0), (f"agency:{AGENCY}", 1),
    ]  # fmt: skip
    assert desks.load(case_id).version == version
    (one,) = listed()
    assert not one.owed
    assert one.recipients[0].acknowledged


@pytest.mark.parametrize(
    ("recipient", "code"), [("agency:nobody", "NO_SUCH_RECIPIENT"), ("desk:clerk", "TOLD_BY_PARS"), ("", "NO_SUCH_RECIPIENT")]
)
def test_who_got_nothing_cant_be_told(recipient: str, code: str, sealed: object) -> None:
    case_id = desks.booked()
    assert isinstance(disclosing.open_case(case_id=case_id, by=CLERK), disclosing.CaseShown)
    no = tell(renamed(case_id), recipient)
    assert isinstance(no, Refused)
    assert no.refusal.code == code


def test_an_entry_that_corrected_nothing_has_no_recipients(sealed: object) -> None:
    desks.booked()
    with connection("app") as given:
        found = given.execute("select max(id) from ledger.entry").fetchone()
    assert found is not None
    for entry in (found[0], 10**9):
        no = tell(entry)
        assert isinstance(no, Refused)
        assert no.refusal.code == "NO_SUCH_RECIPIENT"


def test_nobody_else_tells_or_reads_the_list(sealed: object) -> None:
    case_id = desks.booked()
    serve()
    asked()
    no = telling.tell_recipient(correction=renamed(case_id), recipient=f"agency:{AGENCY}", how="LETTER", by=CLERK)
    assert isinstance(no, Refused)
    assert no.refusal.code == "NOT_YOUR_ACT"
    assert isinstance(telling.corrections(by=CLERK), Refusal)


def test_edge_44_an_alarm_is_noted_once_when_nobody_was_told_in_time(sealed: object) -> None:
    case_id = desks.walked("submit", "decide", "sign", "interview", "hear", "order", "free")
    serve()
    asked()
    renamed(case_id)
    watch = watching.Watch()
    watch.look(by=REGISTRAR)
    later(14)
    watch.look(by=REGISTRAR)
    assert "CORRECTION_TOLD" not in noted(case_id)
    later(2)
    watch.look(by=REGISTRAR)
    assert noted(case_id).count("CORRECTION_TOLD") == 1
    watch.look(by=REGISTRAR)
    watching.Watch().look(by=REGISTRAR)
    assert noted(case_id).count("CORRECTION_TOLD") == 1


def test_told_in_time_raises_no_alarm(sealed: object) -> None:
    case_id = desks.booked()
    serve()
    asked()
    correction = renamed(case_id)
    assert isinstance(tell(correction), Done)
    watch = watching.Watch()
    watch.look(by=REGISTRAR)
    later(16)
    watch.look(by=REGISTRAR)
    assert "CORRECTION_TOLD" not in noted(case_id)


def noted(case_id: str) -> list[str]:
    with ledger.reading():
        return [one.code for one in watched.noted([case_id]).get(case_id, ())]


def test_edge_44_who_reads_a_case_is_told_that_it_was_corrected_since(sealed: object) -> None:
    case_id = desks.booked()
    first = disclosing.open_case(case_id=case_id, by=CLERK)
    assert isinstance(first, disclosing.CaseShown)
    assert first.since == ()
    correction = renamed(case_id)
    for by, seen in ((CLERK, [correction]), (CLERK, []), (REGISTRAR, [])):
        shown = disclosing.open_case(case_id=case_id, by=by)
        assert isinstance(shown, disclosing.CaseShown)
        assert [one.entry for one in shown.since] == seen
    # Who only works the case learns of nobody who looked; who tells them learns of the agencies.
    assert isinstance(shown, disclosing.CaseShown)
    own = disclosing.open_case(case_id=case_id, by=CLERK)
    assert isinstance(own, disclosing.CaseShown)
    assert own.wrong == ()


def test_edge_50_the_edit_of_an_arrests_time_reaches_who_opens_the_case(sealed: object) -> None:
    case_id = desks.booked()
    (first,) = desks.load(case_id).current(Arrested)
    put_right(case_id, replace(first, time=stated(-5), corrects=first.n))
    shown = disclosing.open_case(case_id=case_id, by=CLERK)
    assert isinstance(shown, disclosing.CaseShown)
    (edit,) = arrest_time_edits(shown.case)
    assert edit.was == first.time
    board = disclosing.board(by=CLERK)
    assert isinstance(board, disclosing.Chunk)
    assert [row["arrest_time_edits"] for row in board.rows] == [1]
