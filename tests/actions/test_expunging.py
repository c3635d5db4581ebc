"""Court orders carried out on real records: everybody who must be told is, and what is ordered away is nowhere and stays so."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import IntegrityError
from psycopg.errors import InsufficientPrivilege, RestrictViolation

from pars.actions import disclosing, expunging, founding, intake
from pars.actions.disclosing.staff import answer_staff
from pars.core.access.predicate import Is
from pars.core.cases.linking import standing_links
from pars.core.ledger.entries import By, Kind
from pars.core.terms import DAY, Refusal
from pars.store import (
    admission,
    connections,
    disclosure,
    epochs,
    governance,
    keys,
    ledger,
    shares,
    sweeping,
    tombstones,
    vault,
)
from pars.store.chunks import Chunk
from pars.store.connections import connection
from pars.store.fsck import fsck
from pars.store.ledger import Done, Refused
from tests import databases, desks
from tests.desks import PATH, REGISTRAR
from tests.homes import ask, give, make_home, question, sealing_on, serve
from tests.ledgers import AGENCY, AGREEMENT, PERSON, staff
from tests.ledgers import REGISTRAR as ROLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pars.core.ledger.entries import Entry
    from pars.store.engine import Engine
    from tests.databases import Database

OFFICER, CLERK = staff("officer"), staff("clerk")


def agencys(person: str = PERSON) -> By:
    return By(person, f"agency:{AGENCY}")


SEATS = ("city", "courts", "prosecutor")


@pytest.fixture
def town(sealed: Path) -> Path:
    """Give a ledger that is sealed, an agreement in force, and a colleague who carries orders out."""
    give("officer", ROLE)
    serve()
    tombstones.forget()
    return sealed


def over(surname: str = "Whitlock", **person: Any) -> str:
    """Return the case of somebody who was booked, arraigned and released."""
    return desks.walked(*PATH, case_id=desks.booked(surname, **person))


def asked(surname: str = "Whitlock") -> list[Any]:
    answer = ask(question(columns=("record", "surname"), where=(Is("surname", surname),)))
    assert answer is not None
    assert not isinstance(answer, Refusal), answer
    return list(answer.rows)


def ordered(case_id: str | None, means: str = "expunged", **parts: Any) -> int:
    done = expunging.record(case_id=case_id, means=means, paper=b"The court's paper", by=REGISTRAR, **parts)
    assert isinstance(done, Done), done
    return done.entry


def everybody_has(order: int) -> None:
    (found,) = [one for one in listed() if one.order.entry == order]
    for on in found.owed_to:
        copy = b"A name on the list" if on not in SEATS else None
        done = expunging.serve(order=order, on=on, copy=copy, by=REGISTRAR)
        assert isinstance(done, Done), done


def listed() -> tuple[expunging.Progress, ...]:
    found = expunging.orders(by=OFFICER)
    assert not isinstance(found, Refusal), found
    return found


def ready(case_id: str, means: str = "expunged") -> int:
    """Return an order that waits for nothing more than to be carried out."""
    order = ordered(case_id, means)
    everybody_has(order)
    assert all(isinstance(done, Done) for done in expunging.ask_purges(order=order, by=OFFICER))
    return order


def away(case_id: str, means: str = "expunged") -> int:
    order = ready(case_id, means)
    done = expunging.put_away(order=order, by=OFFICER)
    assert isinstance(done, Done), done
    return order


def code(outcome: object) -> str:
    assert isinstance(outcome, Refused), outcome
    return outcome.refusal.code


def everything(owner: Any) -> str:
    """Return every row of every table, as one text."""
    names = owner.execute(
        "select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace "
        "where c.relkind = 'r' and n.nspname in ('cases', 'governance', 'keys', 'ledger', 'sealed', 'web')"
    ).fetchall()
    return "\n".join(str(row[0]) for (name,) in names for row in owner.execute(f"select t::text from {name} t").fetchall())


# ---------------------------------------------------------------- expunged


def test_edge_9_what_was_expunged_is_nowhere_and_everybody_else_is_where_they_were(town: Path, owner: Any) -> None:
    gone, stays = over(), over("Farrowby")
    handle = asked()[0]["record"]
    assert len(asked("Farrowby")) == 1
    assert isinstance(disclosing.open_case(case_id=gone, by=REGISTRAR), disclosing.CaseShown)
    assert "Whitlock" in everything(owner)
    away(gone)
    left = everything(owner)
    assert not [word for word in ("Whitlock", gone, gone.replace("-", "")) if word in left]
    assert handle in left, "the agency hasn't answered, so its notice still names the record to it"
    assert "Farrowby" in left
    assert asked() == []
    assert len(asked("Farrowby")) == 1
    with ledger.reading():
        assert desks.rows.load_case(gone) is None
    assert isinstance(disclosing.open_case(case_id=stays, by=REGISTRAR), disclosing.CaseShown)
    assert code(disclosing.open_case(case_id=gone, by=REGISTRAR)) == "NO_SUCH_CASE"


def test_an_order_is_refused_until_it_may_be_carried_out_and_each_refusal_is_entered(
    town: Path, entries: Callable[..., list[Entry]]
) -> None:
    case_id = over()
    assert len(asked()) == 1
    order = ordered(case_id, final=ledger.now() + DAY)
    try_it = lambda by=OFFICER: code(expunging.put_away(order=order, by=by))  # noqa: E731
    assert try_it() == "NOT_FINAL"
    founding.shift_clock(_shift() + 2 * DAY)
    assert try_it() == "NOT_SERVED"
    everybody_has(order)
    assert isinstance(expunging.preserve(order=order, reason="LITIGATION", by=REGISTRAR), Done)
    assert try_it() == "PRESERVED"
    assert code(expunging.preserve(order=order, reason="LITIGATION", by=REGISTRAR)) == "PRESERVED"
    assert isinstance(expunging.preserve(order=order, reason="LITIGATION", stands=False, by=REGISTRAR), Done)
    assert try_it(REGISTRAR) == "SAME_PERSON"
    assert try_it() == "PURGE_NOT_ASKED"
    assert try_it(CLERK) == "NOT_YOUR_ACT"
    assert [isinstance(done, Done) for done in expunging.ask_purges(order=order, by=OFFICER)] == [True]
    assert expunging.ask_purges(order=order, by=OFFICER) == ()
    assert isinstance(expunging.put_away(order=order, by=OFFICER), Done)
    assert try_it() == "NO_SUCH_ORDER"
    assert [one.detail["code"] for one in entries(Kind.REFUSED)].count("NOT_SERVED") == 1
    (done,) = entries(Kind.RECORD_PUT_AWAY)
    assert done.detail == {"order": order, "purges": 1}


def _shift() -> int:
    with connection("app") as given:
        found = given.execute("select ledger.shift()").fetchone()
    assert found is not None
    return int(found[0])


def test_nobody_who_is_held_is_expunged_and_an_order_says_what_an_order_can(town: Path) -> None:
    held = desks.booked()
    record = lambda **parts: code(expunging.record(paper=b"p", by=REGISTRAR, **{"case_id": held, "means": "sealed", **parts}))  # noqa: E731
    assert record() == "CASE_OPEN"
    assert record(case_id="00000000-0000-0000-0000-000000000000") == "NO_SUCH_CASE"
    assert record(means="erased") == "UNKNOWN_ORDER"
    assert record(means="lifted", case_id=None, lifts=4) == "NOTHING_LIFTED"
    assert code(expunging.serve(order=4, on="city", by=REGISTRAR)) == "NO_SUCH_ORDER"
    assert code(expunging.preserve(order=4, reason="APPEAL", by=REGISTRAR)) == "NO_SUCH_ORDER"
    order = ordered(over("Farrowby"))
    assert code(expunging.serve(order=order, on="sheriff", by=REGISTRAR)) == "NOT_OWED"
    assert code(expunging.serve(order=order, on="PROSECUTOR", by=REGISTRAR)) == "COPY"
    assert code(expunging.serve(order=order, on="city", copy=b"c", by=REGISTRAR)) == "COPY"
    assert isinstance(expunging.orders(by=CLERK), Refusal)


def test_no_feed_and_no_old_paper_brings_it_back(town: Path) -> None:
    arrest = {**desks.arrest(), "arrests": (desks.replace(desks.arrest()["arrests"][0], otn="K 123456-7", record_id="A-77"),)}
    done = intake.book_arrest(by=REGISTRAR, **arrest)
    assert isinstance(done, Done)
    assert done.case_id is not None
    away(desks.walked(*PATH, case_id=done.case_id))
    assert code(intake.book_arrest(by=REGISTRAR, **arrest)) == "PUT_AWAY"
    again = intake.book_arrest(by=REGISTRAR, **desks.arrest())
    assert isinstance(again, Done), "a new arrest of the same person is a new case"


def test_what_the_planner_knew_of_the_person_goes_with_a_sweep(town: Path, owner: Any) -> None:
    gone, other, _ = over(), over(), over("Farrowby")
    statistics = lambda: str(  # noqa: E731
        owner.execute("select array_agg(row(most_common_vals::text, histogram_bounds::text)::text) from pg_stats").fetchone()
    )
    for table in ("cases.case_now", "cases.identity_claimed", "ledger.entry_row"):
        owner.execute(f"analyze {table}")
    assert "Whitlock" in statistics()
    assert gone in statistics()
    assert expunging.sweep_up() is False, "no order was carried out yet"
    for case_id in (gone, other):
        away(case_id)
        assert "Whitlock" in statistics()
    assert expunging.sweep_up() is True
    if owner.info.server_version < sweeping.CLEARS_STATISTICS:
        return  # such a server lets its owner alone sweep, and forgets in its own time: the how-to says so
    assert [word for word in ("Whitlock", gone) if word in statistics()] == []
    assert expunging.sweep_up() is False
    away(looked_for("Farrowby")[0], "sealed")
    assert expunging.sweep_up() is True
    assert "Farrowby" not in statistics(), "of a table that is empty now, too"


# ---------------------------------------------------------------- the wrong record


def test_who_carries_an_order_out_sees_its_record_first_and_a_wrong_one_is_withdrawn(
    town: Path, entries: Callable[..., list[Entry]]
) -> None:
    case_id, meant = over(), over("Farrowby")
    assert len(asked()) == 1
    order = ready(case_id)
    seen = disclosing.ordered(order=order, by=OFFICER)
    assert isinstance(seen, disclosing.Ordered), seen
    assert (seen.case_id, seen.row["surname"], seen.charges) == (case_id, "Whitlock", ())
    assert {"record", "surname", "given"} == seen.row.keys(), "of its columns those that the role reads"
    assert entries(Kind.SHOWN)[-1].id == seen.entry
    assert code(disclosing.ordered(order=order, by=CLERK)) == "NOT_YOUR_ACT"
    assert code(disclosing.ordered(order=4, by=OFFICER)) == "NO_SUCH_ORDER"
    assert code(expunging.put_away(order=order, case_id=meant, by=OFFICER)) == "OTHER_RECORD"
    withdraw = lambda reason="WRONG_RECORD", by=REGISTRAR: expunging.withdraw(order=order, reason=reason, by=by)  # noqa: E731
    assert code(withdraw("TIRED")) == "UNKNOWN_REASON"
    assert code(withdraw(by=CLERK)) == "NOT_YOUR_ACT"
    (notice,) = expunging.notices(by=agencys())
    assert isinstance(withdraw(), Done)
    assert code(withdraw()) == "NO_SUCH_ORDER"
    assert expunging.notices(by=agencys()) == ()
    assert code(expunging.put_away(order=order, case_id=case_id, by=OFFICER)) == "NO_SUCH_ORDER"
    assert code(expunging.serve(order=order, on="city", by=REGISTRAR)) == "NO_SUCH_ORDER"
    late = {"agreement": AGREEMENT, "purge": notice.purge, "outcome": "DESTROYED", "shown": b"c"}
    assert code(expunging.answer_purge(**late, by=agencys())) == "NO_PURGE"
    with ledger.reading():
        agreement = governance.load_agreement(AGREEMENT)
    assert agreement is not None
    assert [one.answered is not None for one in agreement.purges] == [True], "nothing is owed for it any more"
    away(case_id)
    assert code(disclosing.ordered(order=order, by=OFFICER)) == "RECORD_AWAY"
    assert fsck() == ()


# ---------------------------------------------------------------- recipients


def test_each_recipient_is_told_under_its_own_handle_and_answers(town: Path, owner: Any) -> None:
    case_id = over()
    handle = asked()[0]["record"]
    order = ready(case_id)
    (found,) = listed()
    (told,) = found.asked
    assert (told.agreement, told.agency, told.outcome, found.untold) == (AGREEMENT, AGENCY, None, 0)
    (notice,) = expunging.notices(by=agencys())
    assert (notice.purge, notice.record, len(notice.answers)) == (told.purge.entry, handle, 1)
    assert isinstance(expunging.put_away(order=order, by=OFFICER), Done)
    answer = lambda **parts: expunging.answer_purge(  # noqa: E731
        **{"agreement": AGREEMENT, "purge": told.purge.entry, "outcome": "DESTROYED", "shown": b"certificate", **parts}
    )
    deputy = agencys()
    assert code(answer(outcome="LOST", by=deputy)) == "UNKNOWN_OUTCOME"
    assert code(answer(purge=order, by=deputy)) == "NO_PURGE"
    assert code(answer(by=agencys("stranger"))) == "NOT_YOUR_AGREEMENT"
    assert isinstance(answer(by=deputy), Done)
    assert code(answer(by=deputy)) == "NO_PURGE"
    assert handle not in everything(owner)
    assert listed()[0].asked[0].outcome == "DESTROYED"


def test_who_doesnt_answer_in_time_is_answered_nothing_until_they_do(town: Path) -> None:
    case_id = over()
    asked()
    away(case_id)
    founding.shift_clock(_shift() + 31 * DAY)
    refused = ask(question(where=(Is("surname", "Whitlock"),)))
    assert isinstance(refused, Refusal)


def test_who_was_shown_beside_the_person_stays_in_the_record_of_who_was_shown(town: Path) -> None:
    gone, stays = over(), over("Farrowby")
    together = ask(question(columns=("record", "surname")))
    assert isinstance(together, Chunk)
    assert {row["surname"] for row in together.rows} == {"Whitlock", "Farrowby"}
    assert together.entry is not None
    with ledger.reading():
        before: Any = keys.open_dissemination(connections.current(), together.entry)
        old = keys.question_key(connections.current(), together.entry)
    assert {one[0] for one in before["shown"]} == {gone, stays}
    away(gone)
    with ledger.reading():
        after: Any = keys.open_dissemination(connections.current(), together.entry)
        assert keys.question_key(connections.current(), together.entry) != old, "the old key is in older copies"
    assert [one[0] for one in after["shown"]] == [stays]
    assert (after["agency"], after["person"]) == (before["agency"], before["person"])
    assert after["question"] == {}


# ---------------------------------------------------------------- sealed, and brought back


def test_edge_10_a_sealed_record_comes_back_whole_with_two_owners_shares(town: Path, owner: Any) -> None:
    case_id = over()
    before, handle = desks.load(case_id), asked()[0]["record"]
    assert isinstance(disclosing.open_case(case_id=case_id, by=REGISTRAR), disclosing.CaseShown)
    order = away(case_id, "sealed")
    left = everything(owner)
    assert not [word for word in ("Whitlock", case_id) if word in left]
    held = {seat: shares.read(shares.share_file(order, seat)) for seat in SEATS}
    assert code(expunging.record(case_id=case_id, means="expunged", paper=b"p", by=REGISTRAR)) == "NO_SUCH_CASE"
    lifting = ordered(None, "lifted", lifts=order)
    everybody_has(lifting)
    back = lambda brought, by=OFFICER: expunging.bring_back(order=lifting, brought=brought, by=by)  # noqa: E731
    assert code(back({"city": held["city"]})) == "NO_SHARES"
    assert code(back({"city": held["city"], "courts": held["prosecutor"]})) == "NO_SHARES"
    assert code(back({"city": held["city"], "sheriff": held["courts"]})) == "NO_SHARES"
    assert code(back({seat: held[seat] for seat in ("city", "courts")}, REGISTRAR)) == "SAME_PERSON"
    assert isinstance(back({seat: held[seat] for seat in ("courts", "prosecutor")}), Done)
    assert desks.load(case_id) == before
    assert asked()[0]["record"] == handle
    assert not shares.share_file(order, "courts").exists()
    assert code(back(held)) == "NO_SUCH_ORDER"


def test_a_sealed_record_is_linked_in_no_other_case_until_it_is_back(town: Path, owner: Any) -> None:
    gone, stays = over(), over("Whitlock", given="Mary")
    desks.linked(stays, gone)
    before = desks.load(stays)
    order = away(gone, "sealed")
    assert gone not in everything(owner)
    assert standing_links(desks.load(stays)) == ()
    held = {seat: shares.read(shares.share_file(order, seat)) for seat in SEATS}
    other = away(stays, "sealed")
    others = {seat: shares.read(shares.share_file(other, seat)) for seat in SEATS}
    brought_back(order, held)
    brought_back(other, others)
    after = desks.load(stays)
    assert (after.version, len(after.facts)) == (before.version, len(before.facts))
    assert fsck() == ()


def test_a_sealed_record_comes_back_to_the_case_that_it_was_linked_with(town: Path) -> None:
    gone, stays = over(), over("Whitlock", given="Mary")
    desks.linked(stays, gone)
    before = desks.load(stays)
    order = away(gone, "sealed")
    assert desks.load(stays) != before
    brought_back(order, {seat: shares.read(shares.share_file(order, seat)) for seat in SEATS})
    assert desks.load(stays) == before
    assert fsck() == ()


def test_a_record_that_comes_back_tells_of_none_that_was_expunged_meanwhile(town: Path, owner: Any) -> None:
    gone, stays = over(), over("Whitlock", given="Mary")
    desks.linked(stays, gone)
    order = away(stays, "sealed")
    held = {seat: shares.read(shares.share_file(order, seat)) for seat in SEATS}
    away(gone)
    brought_back(order, held)
    assert gone not in everything(owner)
    assert standing_links(desks.load(stays)) == ()


def test_nobody_is_taken_for_two_people_because_a_record_between_them_goes(town: Path) -> None:
    between, one, other = over(), over("Whitlock", given="Mary"), over("Whitlock", given="Maria")
    desks.linked(between, one)
    desks.linked(between, other)
    order = ready(between)
    assert [found.joins for found in listed()] == [True]
    assert code(expunging.put_away(order=order, by=OFFICER)) == "JOINS_OTHERS"
    desks.linked(one, other)
    assert [found.joins for found in listed()] == [False]
    assert isinstance(expunging.put_away(order=order, by=OFFICER), Done)
    with ledger.reading():
        assert [case.id for case in desks.rows.other_cases(desks.rows.load_case(one) or desks.load(one))] == [other]


def brought_back(order: int, held: dict[str, bytes]) -> None:
    """Bring a sealed record back on an order that lifts it."""
    lifting = ordered(None, "lifted", lifts=order)
    everybody_has(lifting)
    done = expunging.bring_back(order=lifting, brought=held, by=OFFICER)
    assert isinstance(done, Done), done


OTHERS: dict[str, Any] = {
    "/agreement": "AGR-2",
    "/parties/agency": {"id": "housing", "name": "The Housing Office", "class": "noncriminal_justice"},
    "/scope/columns": ["record", "surname", "given", "arrest_date", "filed_charges"],
    "/scope/filters": ["surname", "given"],
    "/scope/masks": {},
}


def asked_by_others(surname: str) -> list[Any]:
    asks = question(columns=("record", "surname"), where=(Is("surname", surname),))
    answer = ask(asks, agency="housing", client="housing-system")
    assert answer is not None
    assert not isinstance(answer, Refusal), answer
    return list(answer.rows)


def test_edge_10_a_limited_record_goes_to_criminal_justice_and_to_nobody_else_until_it_is_lifted(town: Path) -> None:
    serve(OTHERS, client="housing-system")
    case_id, _ = over(), over("Farrowby")
    order = ordered(case_id, "limited")
    limit = lambda which=order, by=OFFICER: expunging.limit(order=which, by=by)  # noqa: E731
    assert code(limit()) == "NOT_SERVED"
    everybody_has(order)
    assert code(limit(by=REGISTRAR)) == "SAME_PERSON"
    assert code(limit(by=CLERK)) == "NOT_YOUR_ACT"
    assert code(expunging.put_away(order=order, by=OFFICER)) == "NO_SUCH_ORDER"
    assert [len(asks("Whitlock")) for asks in (asked, asked_by_others)] == [1, 1]
    assert isinstance(limit(), Done)
    assert [len(asks("Whitlock")) for asks in (asked, asked_by_others)] == [1, 0]
    assert len(asked_by_others("Farrowby")) == 1
    assert isinstance(disclosing.open_case(case_id=case_id, by=REGISTRAR), disclosing.CaseShown)
    assert code(limit()) == "NO_SUCH_ORDER"
    again = ordered(case_id, "limited")
    everybody_has(again)
    assert code(limit(again)) == "LIMITED_ALREADY"
    lifting = ordered(None, "lifted", lifts=order)
    everybody_has(lifting)
    assert code(expunging.bring_back(order=lifting, brought={}, by=OFFICER)) == "NO_SUCH_ORDER"
    assert isinstance(limit(lifting), Done)
    assert [len(asks("Whitlock")) for asks in (asked, asked_by_others)] == [1, 1]
    assert code(limit(1)) == "NO_SUCH_ORDER"


def test_one_owners_share_says_nothing_of_the_key() -> None:
    key = os.urandom(32)
    made = shares.split(key, SEATS)
    for one, other in (("city", "courts"), ("city", "prosecutor"), ("courts", "prosecutor")):
        assert shares.join({one: made[one], other: made[other]}, SEATS) == key
    alone = [made[seat][place : place + 32] for seat in SEATS for place in (0, 32)]
    assert key not in alone
    assert len(set(alone)) == len(alone)


# ---------------------------------------------------------------- who may delete


def test_only_the_login_that_carries_orders_out_deletes_and_only_in_such_an_act(town: Path) -> None:
    case_id = over()
    with connection("app") as given, pytest.raises(InsufficientPrivilege):
        given.execute("delete from cases.arrested where case_id = %s", [case_id])
    with connection("app") as given, pytest.raises(InsufficientPrivilege):
        given.execute("select ciphertext from sealed.record")
    with connection("sealed") as given, pytest.raises(RestrictViolation):
        given.execute("delete from cases.arrested where case_id = %s", [case_id])
    with connection("sealed") as given, pytest.raises(RestrictViolation):
        given.execute("select sealed.take(%s)", [case_id])
    with connection("sealed") as given:
        given.execute("begin")
        given.execute("select sealed.begin_act(0)")
        given.execute("select sealed.take(%s)", [case_id])
        with pytest.raises(IntegrityError, match="no entry of this transaction"):
            given.execute("commit")
    assert desks.load(case_id).facts


# ---------------------------------------------------------------- epochs and restored copies


def test_after_a_week_the_keys_of_before_open_nothing_and_everything_that_stays_opens_still(
    town: Path, entries: Callable[..., list[Entry]]
) -> None:
    over()
    asked()
    assert expunging.renew_keys() is None
    first = vault.epoch_file(1)
    old = first.read_text()
    os.utime(first, (0, 0))
    assert expunging.renew_keys() is None, "a new epoch begins; what began under the old one may still be under way"
    assert vault.epochs() == (1, 2)
    over("Farrowby")
    os.utime(vault.epoch_file(2), (0, epochs.OVERLAP_S))
    assert expunging.renew_keys() == 1
    assert 1 not in vault.epochs()
    assert old not in {path.read_text() for path in vault.folder().glob("epoch-*")}
    assert [entry.detail for entry in entries(Kind.EPOCH_ENDED)] == [{"epoch": 1}]
    with connection("app") as given:
        assert given.execute("select count(*) from keys.case_key where epoch = 1").fetchone() == (0,)
        assert given.execute("select count(*) from keys.question_key where epoch = 1").fetchone() == (0,)
    assert len(asked()) == 1


def test_a_restored_copy_answers_no_outsider_before_what_was_ordered_away_is_away_again(
    opened: Path, database: Database, engine: Engine, cloner: Any, pars_home: Path
) -> None:
    with sealing_on():
        give("officer", ROLE)
        serve()
        gone, stays = over(), over("Farrowby")
        desks.linked(stays, gone)
        asked()
    connections.close_pools()
    with databases.clone_of(database.name, engine, cloner) as copy:
        order = away(gone)
        assert [stone.order for stone in tombstones.in_files().values()] == [order]
        with led_to(replace(copy, template=database.template), pars_home, opened), sealing_on():
            assert desks.load(gone).facts, "the copy is from before"
            refused = ask(question(where=(Is("surname", "Farrowby"),)))
            assert isinstance(refused, Refusal)
            assert refused.code == "COPY_NOT_CLEANED"
            assert code(disclosing.open_case(case_id=gone, by=REGISTRAR)) == "NO_SUCH_CASE"
            assert looked_for("Whitlock") == []
            assert looked_for("Farrowby") == [stays]
            other = disclosing.open_case(case_id=stays, by=REGISTRAR)
            assert isinstance(other, disclosing.CaseShown)
            assert gone not in repr(other)
            assert isinstance(desks.booked("Ainsley"), str), "custody work goes on meanwhile"
            assert desks.load(stays).facts[0] == other.case.facts[0]
            assert expunging.keep_clean() == 2, "the record, and what another case says of it"
            assert expunging.keep_clean() == 0
            with ledger.reading():
                assert desks.rows.load_case(gone) is None
            with psycopg.connect(copy.url) as own:
                assert not [word for word in ("Whitlock", gone) if word in everything(own)]
            assert asked() == []
            assert len(asked("Farrowby")) == 1
            assert fsck() == ()
        led_back(database, pars_home, opened)


def test_a_copy_from_before_the_arrest_is_cleaned_of_nothing_and_still_verifies(
    town: Path, entries: Callable[..., list[Entry]]
) -> None:
    """A home's file names an order on a record that a copy from before the arrest never had: the copy learns of the order, by an entry."""
    over()
    remembered(900, "OTN-OF-A-LATER-ARREST")
    refused = ask(question())
    assert isinstance(refused, Refusal)
    assert refused.code == "COPY_NOT_CLEANED"
    assert expunging.keep_clean() == 0
    assert [entry.detail for entry in entries(Kind.COPY_CLEANED)] == [{"orders": 1, "records": 0}]
    assert len(asked()) == 1, "an outsider is answered again"
    with ledger.reading():
        assert tombstones.buried(["OTN-OF-A-LATER-ARREST"])
    assert fsck() == ()


def remembered(order: int, number: str) -> tombstones.Tombstone:
    """Leave in the home's files what an order put away of which the database, a copy from before, knows nothing."""
    stone = tombstones.Tombstone(order, tombstones.digests([number]))
    tombstones.write(stone)
    (tombstones.folder() / f".order-{stone.name}").replace(tombstones.folder() / f"order-{stone.name}")
    tombstones.forget()
    return stone


@pytest.mark.parametrize("cleaned", [True, False])
def test_an_order_whose_number_comes_round_again_takes_no_other_ones_tombstone(town: Path, owner: Any, cleaned: bool) -> None:
    """A restored database draws numbers anew: the files, the rows and a lifted seal keep the order of before apart from its namesake."""
    case_id = over()
    number = owner.execute("select last_value + 1 from ledger.entry_id").fetchone()[0] + int(cleaned)
    old = remembered(number, "OTN-OF-ANOTHER")
    if cleaned:
        expunging.keep_clean()
    order = away(case_id, "sealed")
    assert order == number, "it is the namesake"
    assert old.digests in [stone.digests for stone in tombstones.in_files().values()]
    expunging.keep_clean()
    brought_back(order, {seat: shares.read(shares.share_file(order, seat)) for seat in SEATS[:2]})
    assert tombstones.in_files() == {old.name: old}
    with ledger.reading():
        assert tombstones.buried(["OTN-OF-ANOTHER"])
        assert not tombstones.buried([f"case:{case_id}"])


def looked_for(surname: str) -> list[Any]:
    """Return the cases that a list of staff shows under a name."""
    through = lambda permit, asked: disclosure.show(permit, asked, by=REGISTRAR)  # noqa: E731
    where = [{"column": "surname", "is": surname}]
    found = answer_staff(REGISTRAR, "case:read", where=where, rows_wanted=5, through=through)
    assert isinstance(found, Chunk), found
    return [row["record"] for row in found.rows]


def test_files_that_cant_be_read_stand_in_no_ones_way_at_a_desk(town: Path) -> None:
    stays = over()
    tombstones.folder().mkdir()
    (tombstones.folder() / "order-7").write_text("{")
    tombstones.forget()
    assert isinstance(disclosing.open_case(case_id=stays, by=REGISTRAR), disclosing.CaseShown)
    assert looked_for("Whitlock") == [stays]


@contextmanager
def led_to(copy: Database, pars_home: Path, home: Path) -> Iterator[None]:
    """Let a home's logins lead to a copy of its database, as after a restore."""
    led_back(copy, pars_home, home)
    yield
    connections.close_pools()


def led_back(database: Database, pars_home: Path, home: Path) -> None:
    connections.use_home(None)
    make_home(database, pars_home, home)
    connections.use_home(home)
    (home / "ledger" / "checkpoint").unlink(missing_ok=True)  # what was signed of the one isn't of the other
    admission.watch.forget()
    tombstones.forget()


@pytest.mark.parametrize("committed", [True, False])
def test_a_process_that_died_between_commit_and_file_leaves_what_the_next_one_settles(town: Path, committed: bool) -> None:
    if committed:
        away(over())
        (stone,) = tombstones.in_files().values()
        (tombstones.folder() / f"order-{stone.name}").replace(tombstones.folder() / f".order-{stone.name}")
    else:
        stone = tombstones.Tombstone(77, tombstones.digests(["case:x"]))
        tombstones.write(stone)
    assert tombstones.in_files() == {}
    assert expunging.keep_clean() == 0
    assert tombstones.in_files() == ({stone.name: stone} if committed else {})


@pytest.mark.parametrize("committed", [True, False])
def test_a_record_that_was_brought_back_is_not_taken_away_again_by_a_file_that_was_left(town: Path, committed: bool) -> None:
    order = away(over(), "sealed")
    held = {seat: shares.read(shares.share_file(order, seat)) for seat in SEATS}
    (name,) = tombstones.in_files()
    tombstones.lift(name)
    if committed:
        (tombstones.folder() / f".lifted-{name}").replace(tombstones.folder() / f"order-{name}")
        lifting = ordered(None, "lifted", lifts=order)
        everybody_has(lifting)
        assert isinstance(expunging.bring_back(order=lifting, brought=held, by=OFFICER), Done)
        (tombstones.folder() / f".lifted-{name}").write_text("{}")
    assert expunging.keep_clean() == 0
    assert set(tombstones.in_files()) == (set() if committed else {name})
    assert len(asked()) == int(committed)
