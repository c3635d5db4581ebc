"""Acts and entries: one transaction, one entry, appended last; refusals too; overtaken acts run again; a key is used once."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import psycopg
import pytest

from pars.core.cases.booking import submit_for_charging
from pars.core.cases.received import ChargeGiven
from pars.core.ledger import drafts
from pars.core.ledger.entries import By, Entry, Kind, decode
from pars.core.terms import Refusal
from pars.store import connections, ledger, replays, rows
from pars.store.connections import NoTransaction, Retry
from pars.store.ledger import Done, Refused
from pars.store.replays import Once
from tests.homes import REGISTER, book, do, make_version, propose, serve

NO = Refusal(code="NO", says="No.", names=("/surname", "a person's name"))


def entries(owner) -> list[Entry]:
    found = [decode(row[0]) for row in owner.execute("select body from ledger.entry order by id").fetchall()]
    assert all(isinstance(entry, Entry) for entry in found)
    return found


def charged() -> str:
    return book(charges=(ChargeGiven(statute="18 § 3921", description="Theft"),))


@ledger.retried
def submit(case_id: str, seen: int, *, by: By = REGISTER, once: Once | None = None):
    """An action, as actions are."""
    with ledger.acting(by, once=once):
        outcome = submit_for_charging(rows.load_case(case_id, lock=True), seen)
        if not isinstance(outcome, Refusal):
            rows.save_case(outcome.case, outcome.facts)
        return ledger.append(outcome, by=by, act="case:submit", case=case_id)


def test_an_act_leaves_its_change_and_one_entry(opened, owner):
    case_id = charged()
    done = submit(case_id, 1)
    assert isinstance(done, Done)
    assert (done.case_id, done.version) == (case_id, 2)
    last = entries(owner)[-1]
    assert (last.id, last.kind, last.at, last.by) == (done.entry, Kind.CASE_SUBMITTED, done.at, REGISTER)
    with ledger.reading():
        case = rows.load_case(case_id)
        assert case is not None
        assert (case.version, case.facts[-1].entry) == (2, done.entry)
    assert owner.execute("select version, submitted from cases.case_now").fetchall() == [(2, True)]


def test_a_refusal_is_an_entry_too_and_says_nothing_of_the_person(opened, owner):
    case_id = charged()
    refused = submit(case_id, 7)
    assert isinstance(refused, Refused)
    last = entries(owner)[-1]
    assert (last.id, last.kind, last.detail["code"]) == (refused.entry, Kind.REFUSED, "STALE")
    assert case_id not in str(last)
    assert len(last.detail["case"]) == 64
    alone = ledger.refuse(NO, by=REGISTER, act="case:read", case=case_id.upper())
    assert len(entries(owner)[-1].detail["case"]) == 64
    assert entries(owner)[-1].detail["names"] == ["/surname"]
    assert alone.refusal is NO


def fail_at_the_end() -> None:
    with ledger.acting(REGISTER):
        rows.save_text(b"{}")
        ledger.append(NO, by=REGISTER)
        _ = 1 / 0


def test_a_refusal_about_no_case_names_none(opened, owner):
    for case in ("no id", rows.new_case_id()):
        ledger.refuse(NO, by=REGISTER, case=case)
        assert "case" not in entries(owner)[-1].detail


def test_the_time_is_told_in_and_out_of_a_transaction(opened):
    done = ledger.refuse(NO, by=REGISTER)
    with ledger.reading() as at:
        assert at <= ledger.now()
        assert ledger.recorded([done.entry, 4711]) == {done.entry: (done.at, "registrar")}
    assert at <= ledger.now()


def test_nothing_commits_without_append_or_after_an_error(opened, owner):
    before = len(entries(owner))
    with pytest.raises(RuntimeError, match="ends with append"), ledger.acting(REGISTER):
        rows.save_text(b"{}")
    with pytest.raises(ZeroDivisionError):
        fail_at_the_end()
    assert len(entries(owner)) == before
    assert owner.execute("select 1 from governance.text where body = '{}'").fetchone() is None


def test_append_is_the_last_write_and_comes_once(opened):
    with ledger.acting(REGISTER):
        ledger.append(NO, by=REGISTER)
        with pytest.raises(NoTransaction, match="last write"):
            rows.save_text(b"{}")
        with pytest.raises(NoTransaction, match="last write"):
            ledger.append(NO, by=REGISTER)


def test_rows_are_read_and_written_in_a_transaction_only(opened):
    with pytest.raises(NoTransaction):
        rows.load_case("x")
    with ledger.reading(), pytest.raises(NoTransaction, match="only reads"):
        ledger.append(NO, by=REGISTER)
    with ledger.reading(), pytest.raises(RuntimeError, match="don't nest"), ledger.acting(REGISTER):
        pass


def test_an_entry_is_by_whoever_acts(opened):
    with pytest.raises(ValueError, match="whoever"), ledger.acting(REGISTER):
        ledger.append(NO, by=By("clerk", "grant:clerk"))


def test_a_change_is_saved_before_it_is_appended(opened):
    case_id = charged()
    with pytest.raises(RuntimeError, match="saved before"), ledger.acting(REGISTER):
        ledger.append(submit_for_charging(rows.load_case(case_id), 1), by=REGISTER)


def test_a_case_that_was_changed_meanwhile_is_not_saved(opened):
    case_id = charged()
    with ledger.reading():
        stale = submit_for_charging(rows.load_case(case_id), 1)
    submit(case_id, 1)
    with pytest.raises(rows.Overtaken), ledger.acting(REGISTER):
        rows.save_case(stale.case, stale.facts)


def test_of_two_at_once_the_second_sees_the_first(opened):
    case_id = charged()
    told: list[object] = []
    threads = [threading.Thread(target=lambda: told.append(submit(case_id, 1))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(one).__name__ for one in told) == ["Done", "Refused", "Refused", "Refused"]
    assert {one.refusal.code for one in told if isinstance(one, Refused)} == {"STALE"}


def test_what_time_has_overtaken_runs_once_more(opened, owner):
    tries: list[int] = []

    @ledger.retried
    def act(late: int):
        with ledger.acting(REGISTER) as acting:
            tries.append(acting.at)
            until = acting.at + (1_000 if len(tries) <= late else 60_000_000)
            time.sleep(0.005)
            return ledger.append(replace(drafts.refused(code="NO"), until=until), by=REGISTER)

    assert isinstance(act(1), Done)
    assert len(tries) == 2
    assert len([entry for entry in entries(owner) if entry.kind is Kind.REFUSED]) == 1
    tries.clear()
    with pytest.raises(Retry):
        act(2)
    assert len(tries) == 2


# ---------------------------------------------------------------- what needs which lock


def test_an_act_on_an_agreement_needs_its_lock(opened):
    made = make_version(start=ledger.now(), end=ledger.now() + 60_000_000)
    draft = drafts.agreement_proposed(agreement=made.agreement, agency=made.agency.id, version=made.hash)
    with pytest.raises(RuntimeError, match="needs the lock of agreement:AGR-1"), ledger.acting(REGISTER):
        ledger.append(draft, by=REGISTER)


def test_what_would_not_stand_is_never_written(opened, owner):
    """The verifier would call it impossible; so the gate asks the same function under the lock, at the entry's own time."""
    made = serve()
    before = len(entries(owner))
    for draft in (
        drafts.user_named(agreement="AGR-1", person="deputy", holds=("training_completed",)),
        drafts.user_removed(agreement="AGR-1", person="nobody"),
        drafts.agreement_proposed(agreement="AGR-1", agency="sheriff", version=made.hash),
        drafts.agreement_voted(
            agreement="AGR-1", version=made.hash, choice="revoke", seat="city", answers=0, signature=bytes(64)
        ),
    ):
        with pytest.raises(Retry):
            do(draft)
    assert len(entries(owner)) == before


def test_an_exclusive_lock_waits_for_what_is_shared(opened):
    made = make_version(start=ledger.now(), end=ledger.now() + 60_000_000)
    order: list[str] = []

    def narrow() -> None:
        propose(made)
        order.append("exclusive")

    with connections.connection("app") as given:
        ledger.begin_act(given, shared=["agreement:AGR-1"], exclusive=[])
        thread = threading.Thread(target=narrow)
        thread.start()
        time.sleep(0.2)
        order.append("shared")
        given.execute("commit")
    thread.join()
    assert order == ["shared", "exclusive"]


def test_the_time_is_read_after_the_locks(opened):
    """Whoever waited for a lock doesn't carry a time from before the wait."""
    told: list[ledger.Done] = []
    made = make_version(start=ledger.now(), end=ledger.now() + 60_000_000)
    with connections.connection("app") as given:
        ledger.begin_act(given, shared=["agreement:AGR-1"], exclusive=[])
        thread = threading.Thread(target=lambda: told.append(propose(made)))
        thread.start()
        time.sleep(0.2)
        released = given.execute("select ledger.pars_now()").fetchone()[0]
        given.execute("commit")
    thread.join()
    assert told[0].at >= released


# ---------------------------------------------------------------- Idempotency-Key


def test_a_write_that_is_sent_twice_is_done_once(opened, owner):
    case_id = charged()
    once = Once("key-1", b"submit")
    first = submit(case_id, 1, once=once)
    again = submit(case_id, 1, once=once)
    assert first == again
    assert [entry.kind for entry in entries(owner)].count(Kind.CASE_SUBMITTED) == 1
    refused = submit(case_id, 1, once=Once("key-2", b"submit"))
    assert isinstance(refused, Refused)
    assert submit(case_id, 1, once=Once("key-2", b"submit")) == refused


def test_a_key_for_another_request_is_refused(opened):
    case_id = charged()
    submit(case_id, 1, once=Once("key-1", b"submit"))
    misused = submit(case_id, 1, once=Once("key-1", b"something else"))
    assert isinstance(misused, Refused)
    assert misused.refusal is replays.MISUSED


def test_a_key_belongs_to_its_client_and_person(opened, owner):
    case_id = charged()
    done = submit(case_id, 1, once=Once("key-1", b"submit"))
    other = submit(case_id, 1, by=By("registrar", "grant:registrar", "client"), once=Once("key-1", b"submit"))
    assert isinstance(done, Done)
    assert isinstance(other, Refused)
    assert owner.execute("select count(*) from web.idempotency where body in ('submit'::bytea)").fetchone() == (0,)


def test_of_two_with_one_key_at_once_one_acts(opened, owner):
    case_id = charged()
    told: list[object] = []
    threads = [
        threading.Thread(target=lambda: told.append(submit(case_id, 1, once=Once("key-1", b"submit")))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({str(one) for one in told}) == 1
    assert [entry.kind for entry in entries(owner)].count(Kind.CASE_SUBMITTED) == 1


def test_an_act_that_fails_leaves_its_key_free(opened):
    once = Once("key-1", b"x")
    with pytest.raises(ZeroDivisionError), ledger.acting(REGISTER, once=once):
        _ = 1 / 0
    with ledger.acting(REGISTER, once=once):
        assert isinstance(ledger.append(NO, by=REGISTER), Refused)


# ---------------------------------------------------------------- durability


def test_a_commit_is_durable_even_where_the_default_is_not(opened, owner):
    owner.execute(f'alter database "{owner.info.dbname}" set synchronous_commit = off')
    connections.close_pools()
    with ledger.acting(REGISTER):
        shown = connections.current().connection.execute("show synchronous_commit").fetchone()
        ledger.append(NO, by=REGISTER)
    assert shown == ("on",)


def test_a_lost_connection_is_an_error_and_no_entry(opened, owner):
    before = len(entries(owner))

    def cut_off() -> None:
        with ledger.acting(REGISTER):
            pid = connections.current().connection.info.backend_pid
            ledger.append(NO, by=REGISTER)
            owner.execute("select pg_terminate_backend(%s)", [pid])

    with pytest.raises(psycopg.OperationalError):
        cut_off()
    assert len(entries(owner)) == before
    ledger.refuse(NO, by=REGISTER)
    assert len(entries(owner)) == before + 1
