"""L12. One clock: the database's, taken where the entry is written; nobody supplies the time, and only a simulated one is shifted."""

from __future__ import annotations

import ast
import inspect
import re
import time
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pars.actions
from pars.actions import agreeing, disclosing, founding, intake
from pars.actions.beats import Done
from pars.actions.disclosing import Declined, Told
from pars.core.cases.facts import FACTS
from pars.core.ledger import drafts
from pars.core.ledger.entries import Entry, Kind, decode, encode
from pars.core.terms import DAY, HOUR, SECOND, Instant
from pars.store import admission, connections, ledger
from pars.store.connections import Retry
from pars.store.fsck import fsck
from pars.store.sealing import seal_now
from tests import desks
from tests.actions.test_asking import ASKED, CALLER
from tests.desks import REGISTRAR
from tests.homes import open_for_tests, serve
from tests.ledgers import HELD
from tests.store.conftest import home, opened, owner, sealed

__all__ = ["home", "opened", "owner", "sealed"]

ROOT = Path(pars.actions.__file__).parent.parent
ON_ONE_LEDGER = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def latest(owner: Any) -> Entry:
    found = decode(owner.execute("select body from ledger.entry order by id desc limit 1").fetchone()[0])
    assert isinstance(found, Entry)
    return found


def clock(owner: Any, name: str = "pars_now") -> int:
    return int(owner.execute(f"select ledger.{name}()").fetchone()[0])


# ---------------------------------------------------------------- nobody supplies it


def test_no_act_takes_the_time() -> None:
    """Whoever acts or asks passes dates of what happened (stated), ends and periods, never the time of the act."""
    for module in iter_modules(pars.actions.__path__):
        for name, function in inspect.getmembers(import_module(f"pars.actions.{module.name}"), inspect.isfunction):
            parameters = inspect.signature(function).parameters
            if function.__module__ == f"pars.actions.{module.name}" and {"by", "caller"} & set(parameters):
                assert not {"at", "now", "ts", "when", "recorded", "clock"} & set(parameters), f"{module.name}.{name}"


def test_who_passes_one_all_the_same_is_an_error_of_the_program(opened, owner):
    case_id = desks.booked()
    before = latest(owner).id
    for act, _ in desks.STEPS.values():
        with pytest.raises(TypeError):
            act(case_id=case_id, seen=1, by=REGISTRAR, at=Instant(0))
    given = desks.arrest()
    with pytest.raises(TypeError):
        intake.book_arrest(by=REGISTRAR, at=Instant(0), **given)
    assert latest(owner).id == before


def test_the_program_reads_no_clock_of_its_own() -> None:
    """In core, store and actions nothing asks this machine for the time of day; a stopwatch is all they have."""
    told = {"time", "time_ns", "now", "utcnow", "today", "localtime", "gmtime", "strftime"}
    for room in ("core", "store", "actions"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                    assert not (node.value.id in {"time", "datetime", "date", "timezone"} and node.attr in told), path
    for path in (ROOT / "store" / "sql").glob("*.sql"):
        sql = re.sub(r"--.*", "", path.read_text()).lower()
        assert not re.search(
            r"(?<![a-z_.])(now\(\)|current_timestamp|current_date|localtime|statement_timestamp|timeofday)", sql
        ), path
        assert sql.count("clock_timestamp") == (1 if path.name == "ledger.sql" else 0), path


# ---------------------------------------------------------------- what an entry's time is


def test_an_entrys_time_is_the_databases_while_the_act_runs(sealed, owner, monkeypatch):
    """Whatever this machine believes the time to be, and whatever the act is."""
    serve({"/limits/questions_per_day": 1000})
    monkeypatch.setattr(time, "time", lambda: 0.0)
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    case = desks.booked("Doe")

    @ON_ONE_LEDGER
    @given(st.sampled_from(["ask", "refuse", "book", "hold", "open", "board"]))
    def acting(name: str) -> None:
        before = clock(owner)
        outcome: Any = {
            "ask": lambda: disclosing.ask(caller=CALLER, asked=ASKED),
            "refuse": lambda: disclosing.ask(caller=CALLER, asked={}),
            "book": lambda: intake.book_arrest(by=REGISTRAR, **desks.arrest()),
            "hold": lambda: desks.step(case, "hold"),
            "open": lambda: disclosing.open_case(case_id=case, by=REGISTRAR),
            "board": lambda: disclosing.board(by=REGISTRAR),
        }[name]()
        after = clock(owner)
        row = owner.execute("select at from ledger.entry where id = %s", [outcome.entry]).fetchone()
        assert before <= row[0] == outcome.at <= after

    acting()


def test_the_time_of_an_act_that_waited_for_its_lock_is_of_when_it_held_it(opened, owner):
    """Else it could be entered with a time from before the act that it waited for."""
    with connections.connection("app") as first, connections.connection("app") as second, ThreadPoolExecutor(1) as beside:
        ledger.begin_act(first, shared=[], exclusive=["agreement:AGR-1"])
        waiting = beside.submit(ledger.begin_act, second, shared=["agreement:AGR-1"], exclusive=[])
        time.sleep(0.2)
        assert not waiting.done()
        let_go = clock(owner)
        first.execute("rollback")
        _, at, _ = waiting.result(10)
        second.execute("rollback")
    assert let_go <= at <= clock(owner)


def test_a_fact_has_two_times_what_was_stated_and_its_entrys(opened, owner):
    case_id = desks.booked("Doe")
    case = desks.load(case_id)
    with ledger.reading():
        recorded = ledger.recorded({fact.entry for fact in case.facts if fact.entry is not None})
    assert {at for at, _ in recorded.values()} == {latest(owner).at}
    stated = case.current(FACTS_BY_NAME["Arrested"])[0].time
    assert stated.earliest < latest(owner).at - 9 * HOUR
    # The recorded time is read from the entry: no table of facts has a column that could hold another.
    columns = owner.execute(
        "select table_name, column_name, data_type, column_default from information_schema.columns "
        "where table_schema = 'cases' and table_name not in ('case_now', 'case_file')"
    ).fetchall()
    assert {kind for *_, kind, _ in columns if kind.startswith("time") or kind == "date"} == set()
    assert {default for *_, default in columns} == {None}


FACTS_BY_NAME: dict[str, Any] = {kind.__name__: kind for kind in FACTS}


@ON_ONE_LEDGER
@given(
    st.one_of(
        st.integers(-DAY, -2 * SECOND - 1),
        st.integers(SECOND // 2, 100 * DAY),  # half a second ahead: more than this insert could be late
        st.integers(-SECOND, 0),
    )
)
def test_the_table_takes_no_other_time(opened, away):
    """An entry from the future, or over two seconds old, is refused by its own table, whoever writes it."""
    with connections.connection("app") as given_connection:
        number, at, _ = ledger.begin_act(given_connection, shared=[], exclusive=[])
        entry = drafts.attempts_summed(start=Instant(0), end=Instant(1), failed=1).entry(
            id=number, at=Instant(at + away), salt=bytes(16), by=founding.SYSTEM
        )
        row = [number, int(entry.kind), entry.at, "system", "system", encode(entry)]
        query = "insert into ledger.entry (id, kind, at, authority, person, body) values (%s, %s, %s, %s, %s, %s)"
        if -SECOND <= away <= 0:
            given_connection.execute(query, row)
        else:
            with pytest.raises(psycopg.errors.DatabaseError, match="its time is"):
                given_connection.execute(query, row)
        given_connection.execute("rollback")


def test_who_stood_still_between_the_time_and_the_entry_is_to_try_again(opened, monkeypatch):
    record = ledger.recording.record
    monkeypatch.setattr(ledger.recording, "record", lambda *given: (time.sleep(2.1), record(*given))[1])

    def stand_still() -> None:
        with ledger.acting(founding.SYSTEM):
            ledger.append(drafts.attempts_summed(start=Instant(0), end=Instant(1), failed=1), by=founding.SYSTEM)

    with pytest.raises(Retry):
        stand_still()


def stepped_back(owner: Any) -> None:
    """Set the database's clock back by a second: less than a jump."""
    owner.execute(
        "create or replace function ledger.real_now() returns bigint language sql volatile as "
        "$$ select (extract(epoch from clock_timestamp()) * 1000000)::bigint - 1000000 $$"
    )


def test_no_answer_comes_before_an_act_that_it_follows(sealed, owner):
    """Where the clock was set back a little, no ledger with both would verify: so it is refused until the clock has come there again."""
    serve()
    time.sleep(1.2)
    acted = agreeing.name_user(agreement="AGR-1", person="sergeant", holds=HELD, by=REGISTRAR)
    assert isinstance(acted, Done)
    stepped_back(owner)
    refused = disclosing.ask(caller=CALLER, asked=ASKED)
    assert isinstance(refused, Declined)
    assert refused.refusal.code == "CLOCK_JUMPED"
    time.sleep(1.2)
    answer = disclosing.ask(caller=CALLER, asked=ASKED)
    assert isinstance(answer, Told)
    assert answer.at > acted.at
    assert fsck() == ()


def test_an_export_counts_its_chunks_though_the_clock_went_back_since_it_began(sealed, owner):
    serve()
    time.sleep(1.2)
    export = disclosing.open_export(caller=CALLER, asked=ASKED, form="ndjson")
    assert isinstance(export, disclosing.Export)
    stepped_back(owner)
    export, chunk = disclosing.next_chunk(export, after=None)
    assert isinstance(chunk, Told)
    assert chunk.at < export.done.at
    disclosing.close_export(export, reason="COMPLETE", chunks=1, records=len(chunk.rows), last=chunk.entry, out="0" * 64)
    assert fsck() == ()


def test_no_act_comes_before_an_answer_that_it_follows(sealed, owner):
    serve()
    time.sleep(1.2)
    answer = disclosing.ask(caller=CALLER, asked=ASKED)
    assert isinstance(answer, Told)
    stepped_back(owner)
    naming = {"agreement": "AGR-1", "person": "sergeant", "holds": HELD, "by": REGISTRAR}
    with pytest.raises(connections.Retry, match="went back"):
        agreeing.name_user(**naming)
    time.sleep(1.2)
    assert isinstance(agreeing.name_user(**naming), Done)
    assert fsck() == ()


# ---------------------------------------------------------------- the simulated clock


def test_a_clock_that_is_not_simulated_is_never_shifted(home, owner):
    open_for_tests(simulated=False)
    before = latest(owner).id
    for shift in (-HOUR, 1, HOUR):
        with pytest.raises(psycopg.errors.RestrictViolation, match="simulated"):
            founding.shift_clock(shift)
    assert clock(owner) - clock(owner, "real_now") <= 0
    assert latest(owner).id == before
    assert owner.execute("select count(*) from ledger.clock").fetchone() == (0,)


def test_a_simulated_clock_goes_forward_only_and_each_shift_is_an_entry(home, owner):
    open_for_tests(simulated=True, shift=-30 * DAY)
    shifts = [-30 * DAY]

    @ON_ONE_LEDGER
    @given(st.one_of(st.integers(-31 * DAY, 10 * DAY), st.none()))
    def shifting(chosen: int | None) -> None:
        shift = shifts[-1] if chosen is None else chosen
        real, shown = clock(owner, "real_now"), clock(owner)
        assert abs(shown - real - shifts[-1]) < 5 * SECOND
        if shift <= shifts[-1]:
            with pytest.raises(psycopg.errors.RestrictViolation, match="forward"):
                founding.shift_clock(shift)
        else:
            done = founding.shift_clock(shift)
            entry = latest(owner)
            assert (entry.id, entry.kind) == (done.entry, Kind.CLOCK_SHIFTED)
            assert entry.detail == {"was": shifts[-1], "shift": shift}
            assert entry.at >= real + shift
            shifts.append(shift)

    shifting()
    assert fsck() == ()


@pytest.mark.parametrize("shift", [-HOUR, -1, 0])
def test_a_simulated_clock_that_began_at_the_real_time_never_goes_behind_it(opened, shift):
    with pytest.raises(psycopg.errors.RestrictViolation, match="forward"):
        founding.shift_clock(shift)
    assert isinstance(founding.shift_clock(1), Done)


def test_a_shift_is_no_jump(home, owner):
    """The watch compares unshifted time, so that a seed can play a month; agreements keep to the ledger's own time."""
    open_for_tests(simulated=True, shift=-10 * DAY)
    admission.watch.forget()
    desks.booked("Doe")
    serve(lasts=2 * DAY)
    seal_now()
    told = disclosing.ask(caller=CALLER, asked=ASKED)
    assert isinstance(told, Told), told
    founding.shift_clock(-9 * DAY)
    seal_now()
    assert isinstance(disclosing.ask(caller=CALLER, asked=ASKED), Told)
    founding.shift_clock(-8 * DAY)
    seal_now()
    ended = disclosing.ask(caller=CALLER, asked=ASKED)
    assert isinstance(ended, Declined)
    assert ended.refusal.code == "AGREEMENT_ENDED"


@pytest.mark.parametrize("seconds", [-3600, -2.5, 2.5, 3600])
def test_a_clock_that_jumped_stops_outsiders_and_nobody_else(sealed, monkeypatch, seconds):
    desks.booked("Doe")
    serve()
    assert isinstance(disclosing.ask(caller=CALLER, asked=ASKED), Told)
    steady = admission.steady
    monkeypatch.setattr(admission, "steady", lambda: steady() - seconds)
    refused = disclosing.ask(caller=CALLER, asked=ASKED)
    assert isinstance(refused, Declined)
    assert refused.refusal.code == "CLOCK_JUMPED"
    desks.walked(*desks.PATH)
    assert isinstance(disclosing.board(by=REGISTRAR), disclosing.Chunk)
    assert isinstance(agreeing.remove_user(agreement="AGR-1", person=CALLER.person, by=REGISTRAR), Done)


@pytest.mark.parametrize("seconds", [-1.0, 1.0])
def test_less_than_two_seconds_is_no_jump(sealed, monkeypatch, seconds):
    desks.booked("Doe")
    serve()
    assert isinstance(disclosing.ask(caller=CALLER, asked=ASKED), Told)
    steady = admission.steady
    monkeypatch.setattr(admission, "steady", lambda: steady() - seconds)
    assert isinstance(disclosing.ask(caller=CALLER, asked=ASKED), Told)
