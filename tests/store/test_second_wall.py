"""The database is the second wall: what somebody could do who holds the password of the guest's or of duty's login, and nothing else.

No SQL reaches the database from outside: this is what a stolen password is worth. `test_grants.py` lists what is refused; here everything
that there is is counted, so that a table, a view or a function that somebody adds is held too.
"""

from __future__ import annotations

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg.errors import DivisionByZero, InsufficientPrivilege, OperationalError

from pars.store import connections
from pars.store.connections import LOGINS, connection
from pars.store.migrate import IDLE, PATIENCE
from tests.homes import book

OURS = ["cases", "governance", "keys", "ledger", "web", "disclosable", "duty", "public"]
READS = {"guest": "disclosable", "duty": "duty"}
OUTSIDE = pytest.mark.parametrize("login", sorted(READS))


def role(login: str) -> str:
    """Return how the server calls a login."""
    return psycopg.conninfo.conninfo_to_dict(connections.address(login))["user"]


@OUTSIDE
def test_of_everything_that_there_is_a_login_may_read_its_own_views_alone(shared, shared_owner, login):
    found = shared_owner.execute(
        "select n.nspname, c.relname, has_table_privilege(%(role)s, c.oid, 'select'), c.relkind <> 'S' and ("
        "has_table_privilege(%(role)s, c.oid, 'insert, update, delete, truncate, references, trigger') "
        "or has_any_column_privilege(%(role)s, c.oid, 'insert, update, references')) "
        "or c.relkind = 'S' and has_sequence_privilege(%(role)s, c.oid, 'usage, select, update'), "
        "c.relkind <> 'S' and has_any_column_privilege(%(role)s, c.oid, 'select') "
        "from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = any(%(ours)s) and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')",
        {"role": role(login), "ours": OURS},
    ).fetchall()
    assert len(found) > 60
    assert {(schema, name) for schema, name, reads, _, some in found if reads or some} == {
        (READS[login], "case"),
        (READS[login], "stamp"),
    }
    assert [(schema, name) for schema, name, _, changes, _ in found if changes] == []


@OUTSIDE
def test_a_login_runs_no_function_of_ours_and_uses_no_schema_but_its_own(shared, shared_owner, login):
    functions = shared_owner.execute(
        "select p.oid::regprocedure::text, has_function_privilege(%s, p.oid, 'execute') from pg_proc p "
        "join pg_namespace n on n.oid = p.pronamespace where n.nspname = any(%s)",
        [role(login), OURS],
    ).fetchall()
    assert functions
    assert [name for name, runs in functions if runs] == []
    schemas = shared_owner.execute(
        "select nspname, has_schema_privilege(%(role)s, oid, 'usage'), has_schema_privilege(%(role)s, oid, 'create') "
        "from pg_namespace where nspname = any(%(ours)s)",
        {"role": role(login), "ours": OURS},
    ).fetchall()
    assert {name for name, uses, _ in schemas if uses} == {READS[login]}
    assert not any(creates for _, _, creates in schemas)


def test_no_function_lends_its_owners_rights_to_who_calls_it(shared, shared_owner):
    """What runs as its owner names where it looks, and nobody but the acts' own login may call it."""
    found = shared_owner.execute(
        "select p.oid::regprocedure::text, p.proconfig, has_function_privilege('public', p.oid, 'execute') from pg_proc p "
        "join pg_namespace n on n.oid = p.pronamespace where n.nspname = any(%s) and p.prosecdef",
        [OURS],
    ).fetchall()
    assert [name for name, config, public in found if public or not any("search_path=" in one for one in config or ())] == []


@OUTSIDE
def test_statistics_tell_a_login_no_value_of_a_hidden_row(shared, shared_owner, login):
    book("Hidden-Child", born="2015-01-01")
    shared_owner.execute("analyze cases.case_now")
    with connection(login) as given:
        for view in ("pg_stats", "pg_stats_ext", "pg_stats_ext_exprs"):
            assert given.execute(f"select * from {view} where schemaname = any(%s)", [OURS]).fetchall() == []
        for table in ("pg_statistic", "pg_statistic_ext_data", "pg_authid", "pg_user_mapping", "pg_largeobject"):
            with pytest.raises(InsufficientPrivilege):
                given.execute(f"select * from {table}")


@OUTSIDE
def test_a_plan_of_what_may_not_be_read_is_refused(shared, login):
    with connection(login) as given:
        for about in (
            "select * from cases.case_now",
            "select * from keys.case_key",
            "delete from ledger.entry",
            "select ledger.seal_lag()",
        ):
            for how in ("explain", "explain analyze", "explain (verbose, settings, buffers, analyze)"):
                with pytest.raises(InsufficientPrivilege):
                    given.execute(f"{how} {about}")


def test_no_error_of_a_condition_tells_of_a_row_that_the_view_hides(shared):
    """A condition that fails on a hidden row would say that the row is there: what the view hides is taken away first, as what costs nothing
    to look at is.
    """
    book("Hidden-Child", born="2015-01-01")
    book("Shown-Adult")
    with connection("guest") as given:
        for name, fails in (("Hidden-Child", False), ("Absent", False), ("Shown-Adult", True)):
            for condition in (
                f"1 / (case when surname = '{name}' then 0 else 1 end) = 1",
                f"surname = '{name}' and 1 / length(replace(surname, '{name}', '')) > 0",
                f"substr(surname, 1, 40) = '{name}' and 1 / position('{name[0]}x' in surname) > 0",
            ):
                try:
                    given.execute(f'select 1 from disclosable."case" where {condition}').fetchall()
                    failed = False
                except DivisionByZero:
                    failed = True
                assert failed is fails, (name, condition)


def test_what_others_ask_is_hidden_from_a_login(shared):
    with connection("app") as app, connection("guest") as guest:
        app.execute("select 'Zzmarker'")
        seen = guest.execute(
            "select query from pg_stat_activity where usename <> current_user and query is not null"
        ).fetchall()
        assert {query for (query,) in seen} <= {"<insufficient privilege>", ""}


def test_nobody_hears_anything_by_listening(shared):
    """No act tells a channel of the database anything: there is no right in PostgreSQL that would keep a login from listening."""
    with connection("guest") as given:
        for channel in ("pars", "cases", "ledger", "hints", "case_now", "entry"):
            given.execute(f"listen {channel}")
        book("Doe", "Ann")
        assert list(given.notifies(timeout=0.3, stop_after=1)) == []
        given.execute("unlisten *")


@pytest.mark.parametrize("login", LOGINS)
def test_a_login_reaches_no_other_database_of_the_server(shared, shared_owner, engine, login):
    if not engine.embedded:
        pytest.skip("whose a city's other databases are, and who may connect to them, is for who owns its server to say")
    names = [row[0] for row in shared_owner.execute("select datname from pg_database where datallowconn").fetchall()]
    assert {"postgres", "template1"} <= set(names)
    for name in ("postgres", "template1"):
        with pytest.raises(OperationalError, match="permission denied for database"):
            psycopg.connect(make_conninfo(connections.address(login), dbname=name)).close()


@pytest.mark.parametrize("login", LOGINS)
def test_a_statement_and_a_wait_for_a_lock_end_by_themselves(shared, login):
    """Whoever holds the password can set both anew for a session of theirs; how many sessions a login may hold they can't."""
    with connection(login) as given:
        assert given.execute("show statement_timeout").fetchone() == ({"60s": "1min"}.get(PATIENCE[login], PATIENCE[login]),)
        assert given.execute("show lock_timeout").fetchone() == ("20s",)
        assert given.execute("show search_path").fetchone() == ("pg_catalog",)
        assert given.execute("show idle_in_transaction_session_timeout").fetchone() == (IDLE.get(login, "0"),)
