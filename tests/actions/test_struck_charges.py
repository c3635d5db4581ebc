"""What a court ordered out of a case that stays: single charges, and what an account said of another; nowhere any more, and the rest as it was."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pars.actions import disclosing, expunging, intake
from pars.core.cases import papers
from pars.core.cases.board import now_row
from pars.core.cases.charging import complaint_text, standing_complaint
from pars.core.cases.facts import ChargeFiled, ChargeProposed, Fact, NarrativeWritten
from pars.core.ledger.entries import Kind
from pars.core.terms import Refusal
from pars.store import connections, ledger, shares, tombstones
from pars.store.fsck import fsck
from pars.store.ledger import Done
from tests import databases, desks
from tests.actions.test_documents import document
from tests.actions.test_expunging import (
    OFFICER,
    SEATS,
    agencys,
    asked,
    away,
    code,
    everybody_has,
    everything,
    led_back,
    led_to,
    listed,
    ordered,
    over,
    town,
)
from tests.desks import REGISTRAR
from tests.homes import ask, give, question, sealing_on, serve
from tests.ledgers import REGISTRAR as ROLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pars.core.cases.case import Case
    from pars.core.ledger.entries import Entry
    from pars.store.engine import Engine
    from tests.databases import Database

__all__ = ["town"]

GONE, STAYS = "Defiant trespass", "Theft by unlawful taking"


def number_of(case_id: str, description: str = GONE) -> int:
    (found,) = [charge.n for charge in desks.load(case_id).current(ChargeProposed) if charge.description == description]
    return found


def shown_charges(surname: str = "Whitlock") -> tuple[int, str]:
    answer = ask(question(columns=("record", "surname", "filed_charges")))
    assert answer is not None
    assert not isinstance(answer, Refusal), answer
    assert answer.entry is not None
    (row,) = [row for row in answer.rows if row["surname"] == surname]
    return answer.entry, " ".join(row["filed_charges"])


def ready(case_id: str) -> int:
    order = ordered(case_id, charges=[number_of(case_id)])
    everybody_has(order)
    assert all(isinstance(done, Done) for done in expunging.ask_purges(order=order, by=OFFICER))
    return order


def struck(case_id: str) -> int:
    order = ready(case_id)
    done = expunging.put_away(order=order, by=OFFICER)
    assert isinstance(done, Done), done
    return order


def complaint_paper(case: Case) -> str:
    """Return everything that the complaint's PDF is drawn of."""
    kind = papers.kind_named("complaint", "en")
    assert not isinstance(kind, Refusal)
    with ledger.reading():
        recorded = ledger.recorded({fact.entry for fact in case.facts if fact.entry is not None})
    return repr(papers.write(case, kind, recorded=recorded, language="en", version=None))


def words_of(shown: Any) -> str:
    assert isinstance(shown, disclosing.CaseShown), shown
    return repr(shown.case)


def test_a_charge_is_nowhere_any_more_and_the_case_stays_with_every_other(
    town: Path, owner: Any, entries: Callable[..., list[Entry]]
) -> None:
    case_id = over()
    before = desks.load(case_id)
    assert GONE in everything(owner)
    assert GONE.encode() in complaint_text(before)
    assert GONE in shown_charges()[1]
    order = struck(case_id)
    assert GONE not in everything(owner), "rows, wide rows, and whatever lies beside them"
    after = desks.load(case_id)
    assert (after.version, len(after.facts)) == (before.version, len(before.facts)), "the others keep their numbers"
    assert {type(now) for was, now in zip(before.facts, after.facts, strict=True) if was != now} == {Fact}
    assert [charge.description for kind in (ChargeProposed, ChargeFiled) for charge in after.current(kind)] == [STAYS, STAYS]
    assert GONE.encode() not in complaint_text(after)
    assert STAYS.encode() in complaint_text(after)
    assert standing_complaint(after) is not None, "what was signed of the others stays signed"
    assert GONE not in repr(now_row(after))
    _, told = shown_charges()
    assert (STAYS in told, GONE in told) == (True, False)
    assert GONE in complaint_paper(before)
    assert (STAYS in complaint_paper(after), GONE in complaint_paper(after)) == (True, False)
    opened = words_of(disclosing.open_case(case_id=case_id, by=REGISTRAR))
    assert (STAYS in opened, GONE in opened) == (True, False)
    (done,) = entries(Kind.RECORD_PUT_AWAY)
    assert done.detail == {"order": order, "purges": 1, "charges": 1}
    assert code(expunging.put_away(order=order, by=OFFICER)) == "NO_SUCH_ORDER"


def test_only_who_was_shown_the_charge_is_told_to_destroy_it(town: Path) -> None:
    case_id = over()
    asked()
    order = ordered(case_id, charges=[number_of(case_id)])
    assert [one.untold for one in listed()] == [0], "a name and a handle say nothing of a charge"
    entry, _ = shown_charges()
    assert [one.untold for one in listed()] == [1]
    everybody_has(order)
    assert code(expunging.put_away(order=order, by=OFFICER)) == "PURGE_NOT_ASKED"
    assert all(isinstance(done, Done) for done in expunging.ask_purges(order=order, by=OFFICER))
    (notice,) = expunging.notices(by=agencys())
    assert (notice.answers, notice.charges) == ((entry,), 1)


def test_an_order_names_charges_that_are_there_and_leaves_one(town: Path) -> None:
    case_id = over()
    both = [number_of(case_id, GONE), number_of(case_id, STAYS)]
    record = lambda charges, means="expunged": code(  # noqa: E731
        expunging.record(case_id=case_id, means=means, charges=charges, paper=b"p", by=REGISTRAR)
    )
    assert record([99]) == "NO_SUCH_CHARGE"
    assert record(both) == "EVERY_CHARGE"
    assert record(both[:1], "sealed") == "WHOLE_RECORD"
    assert record(both[:1], "limited") == "WHOLE_RECORD"


def test_a_charge_that_went_is_not_said_again_and_another_is(town: Path) -> None:
    case_id = over()
    struck(case_id)
    case = desks.load(case_id)
    (stays,) = case.current(ChargeProposed)
    again = ChargeProposed(arrest=stays.arrest, statute="18 §3503", description="Trespass, they say", grade="M3")
    said = lambda fact: intake.correct_facts(  # noqa: E731
        case_id=case_id, seen=desks.load(case_id).version, facts=(fact,), why="Sent again", by=REGISTRAR
    )
    assert code(said(again)) == "PUT_AWAY"
    assert code(said(replace(stays, statute="18 § 3503", corrects=stays.n))) == "PUT_AWAY"
    assert isinstance(said(replace(stays, description="Theft, as taken", corrects=stays.n)), Done)


def test_no_feed_says_a_charge_again_that_went(town: Path) -> None:
    arrest = desks.arrest()
    told = replace(arrest["arrests"][0], otn="X1234567", record_id="R-1")
    done = intake.book_arrest(by=REGISTRAR, **{**arrest, "arrests": (told,)})
    assert isinstance(done, Done)
    assert done.case_id is not None
    struck(desks.walked(*desks.PATH, case_id=done.case_id))
    sent = lambda *charges, **parts: intake.receive(  # noqa: E731
        received=document(arrests=(replace(told, charges=charges),), **parts), by=REGISTRAR
    )
    assert code(sent(desks.THEFT, desks.TRESPASS)) == "PUT_AWAY"
    assert GONE not in repr(desks.load(done.case_id))
    taken = sent(desks.THEFT, digest="b" * 64, document_id="D-2")
    assert isinstance(taken, intake.DocumentTaken), taken
    assert taken.done.case_id == done.case_id


def together(surname: str, narrative: str | None = None) -> str:
    """Return the case of somebody who was arrested in one incident, with an account."""
    arrest = desks.arrest(surname, given="Marian" if surname == "Whitlock" else "Edwin")
    told = replace(arrest["arrests"][0], incident_number="26-22-7", narrative=narrative)
    done = intake.book_arrest(by=REGISTRAR, **{**arrest, "arrests": (told,)})
    assert isinstance(done, Done), done
    assert done.case_id is not None
    return desks.walked(*desks.PATH, case_id=done.case_id)


def test_edge_22_a_co_defendants_account_is_written_anew_and_what_it_said_goes_with_the_order(town: Path, owner: Any) -> None:
    gone, stays = together("Whitlock"), together("Farrowby", "Whitlock handed Farrowby the bag.")
    order = ordered(gone)
    everybody_has(order)
    assert [one.named for one in listed()] == [1]
    assert code(expunging.put_away(order=order, by=OFFICER)) == "NAMED_ELSEWHERE"
    assert GONE in repr(desks.load(gone)), "nothing went by halves"
    (was,) = desks.load(stays).current(NarrativeWritten)
    write = lambda text, why: intake.correct_facts(  # noqa: E731
        case_id=stays,
        seen=desks.load(stays).version,
        facts=(NarrativeWritten(arrest=was.arrest, text=text, corrects=desks.load(stays).current(NarrativeWritten)[0].n),),
        why=why,
        by=REGISTRAR,
    )
    assert isinstance(write("Another person handed Farrowby the bag.", "As the court ordered"), Done)
    assert [one.named for one in listed()] == [0]
    assert isinstance(expunging.put_away(order=order, by=OFFICER), Done)
    assert "Whitlock" not in everything(owner)
    after = desks.load(stays)
    assert [said.text for said in after.current(NarrativeWritten)] == ["Another person handed Farrowby the bag."]
    assert type(after.fact(was.n)) is Fact
    assert code(write("Whitlock handed Farrowby the bag!", "Sent again")) == "PUT_AWAY"


def test_edge_22_a_sealed_record_leaves_the_others_account_as_it_is(town: Path) -> None:
    gone, stays = together("Whitlock"), together("Farrowby", "Whitlock handed Farrowby the bag.")
    away(gone, "sealed")
    assert "Whitlock handed" in desks.load(stays).current(NarrativeWritten)[0].text


def test_after_single_charges_the_whole_record_can_be_sealed_brought_back_and_expunged(town: Path, owner: Any) -> None:
    case_id = over()
    struck(case_id)
    case = desks.load(case_id)
    order = away(case_id, "sealed")
    assert STAYS not in everything(owner)
    lifting = ordered(None, "lifted", lifts=order)
    everybody_has(lifting)
    held = {seat: shares.read(shares.share_file(order, seat)) for seat in SEATS}
    assert isinstance(expunging.bring_back(order=lifting, brought=held, by=OFFICER), Done)
    assert desks.load(case_id) == case
    away(case_id)
    assert STAYS not in everything(owner)


def test_a_restored_copy_gives_no_charge_back(
    opened: Path, database: Database, engine: Engine, cloner: Any, pars_home: Path
) -> None:
    with sealing_on():
        give("officer", ROLE)
        serve()
        tombstones.forget()
        case_id, other = over(), over("Farrowby")
        shown_charges()
    connections.close_pools()
    with databases.clone_of(database.name, engine, cloner) as copy:
        order = struck(case_id)
        assert [stone.order for stone in tombstones.in_files().values()] == [order]
        with led_to(replace(copy, template=database.template), pars_home, opened), sealing_on():
            assert GONE in repr(desks.load(case_id)), "the copy is from before"
            refused = ask(question())
            assert isinstance(refused, Refusal)
            assert refused.code == "COPY_NOT_CLEANED"
            assert code(disclosing.open_case(case_id=case_id, by=REGISTRAR)) == "NO_SUCH_CASE", "withheld whole meanwhile"
            assert isinstance(disclosing.open_case(case_id=other, by=REGISTRAR), disclosing.CaseShown)
            assert expunging.keep_clean() == 1
            assert expunging.keep_clean() == 0
            assert STAYS in words_of(disclosing.open_case(case_id=case_id, by=REGISTRAR))
            assert GONE not in repr(desks.load(case_id))
            assert GONE in repr(desks.load(other)), "another's charge of the same name is another charge"
            assert STAYS in shown_charges()[1]
            assert fsck() == ()
        led_back(database, pars_home, opened)
