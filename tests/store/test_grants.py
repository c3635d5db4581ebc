"""What each login may not do: the database itself refuses it, whatever the program asks."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from psycopg import OperationalError, connect
from psycopg.errors import InsufficientPrivilege

from pars.store import connections, schema
from pars.store.connections import LOGINS, connection
from tests.homes import book

NOBODY_MAY = """
create table public.stolen (x int)
create schema stolen
create temp table stolen (x int)
create function public.stolen() returns int language sql as 'select 1'
create extension dblink
select * from web.django_migrations for update
alter table ledger.entry disable trigger all
drop table ledger.entry
drop view disclosable."case"
set session authorization {owner}
set role {owner}
set role pg_read_all_data
set session_replication_role = replica
alter role current_user superuser
alter role current_user connection limit -1
copy ledger.entry to program 'cat'
copy (select 1) to '/tmp/stolen'
select pg_read_file('/etc/passwd')
select lo_import('/etc/passwd')
"""

GUEST_MAY_NOT = """
select * from cases.case_now
select * from cases.case_file
select * from cases.identity_claimed
select * from cases.narrative_written
select * from governance.agreement
select * from governance.stamp
select * from governance.handle
select * from governance.text
select * from ledger.entry
select * from ledger.dissemination
select * from keys.case_key
select * from web.account
select * from web.token
select * from duty."case"
select * from duty.stamp
select ledger.pars_now()
select ledger.begin_act('{}', '{1}')
insert into disclosable."case" (surname) values ('x')
update disclosable."case" set surname = 'x'
delete from disclosable."case"
update disclosable.stamp set n = 0
begin; lock table disclosable."case"; commit
"""

DUTY_MAY_NOT = """
select * from cases.case_now
select * from disclosable."case"
select * from ledger.entry
select * from keys.case_key
select * from web.account
update duty."case" set surname = 'x'
delete from duty."case"
"""

APP_MAY_NOT = """
update ledger.entry set at = at
delete from ledger.entry
truncate ledger.entry
update ledger.entry_row set version = 1
delete from ledger.commitment
delete from ledger.dissemination
update ledger.clock set shift = 0
insert into ledger.leaf values (0, 0, '\\x00')
insert into ledger.tile values (0, 0, '\\x00')
insert into ledger.checkpoint values (1, '\\x00', 'x')
update cases.identity_claimed set surname = 'x'
delete from cases.identity_claimed
truncate cases.identity_claimed
update cases.case_file set id = id
delete from cases.case_file
delete from cases.case_now
update governance.vote set seat = 'x'
delete from governance.vote
update governance.version set version = version
update governance.grant_given set "end" = null
delete from governance.user_named
delete from governance.stamp
update governance.text set body = ''
update governance.handle set record = record
delete from keys.case_key
update keys.case_key set wrapped = wrapped
select setval('ledger.entry_id', 1)
delete from web.django_migrations
select * from disclosable."case"
select * from duty."case"
select * from sealed.record
select * from sealed.tombstone
select * from sealed.purge_notice
delete from sealed.purge_notice
select sealed.take('00000000-0000-4000-8000-000000000001')
select sealed.give_back('{}')
select sealed.begin_act(0)
"""

SEAL_MAY_NOT = """
insert into ledger.entry (id, kind, at, authority, person, body) values (1, 1, 1, 'system', 'system', '')
update ledger.entry set at = at
delete from ledger.entry
update ledger.leaf set hash = hash
delete from ledger.leaf
delete from ledger.checkpoint
truncate ledger.tile
insert into ledger.epoch values (9, 0)
select * from ledger.dissemination
select * from ledger.entry_row
select * from cases.case_now
select * from governance.text
select * from keys.question_key
select * from web.account
select ledger.begin_act('{}', '{}')
"""


SEALED_MAY_NOT = """
update ledger.entry set at = at
delete from ledger.entry
delete from ledger.leaf
delete from ledger.commitment
insert into ledger.checkpoint values (1, '\\x00', 'x')
update cases.identity_claimed set surname = 'x'
truncate cases.identity_claimed
delete from governance.vote
delete from governance.court_order
update governance.handle set record = record
update sealed.record set ciphertext = ''
select * from disclosable."case"
select * from duty."case"
select * from web.account
select * from web.token
delete from web.django_migrations
"""

GUEST_AND_DUTY_AND_SEAL_MAY_NOT = """
select * from sealed.record
select * from sealed.tombstone
select sealed.buried('{}')
select sealed.take('00000000-0000-4000-8000-000000000001')
"""


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line]


@pytest.mark.parametrize(
    ("login", "may_not"),
    [
        ("guest", GUEST_MAY_NOT),
        ("duty", DUTY_MAY_NOT),
        ("app", APP_MAY_NOT),
        ("seal", SEAL_MAY_NOT),
        ("sealed", SEALED_MAY_NOT),
        *[(one, GUEST_AND_DUTY_AND_SEAL_MAY_NOT) for one in ("guest", "duty", "seal")],
    ],
)
def test_the_database_refuses(shared, shared_owner, login, may_not):
    with connection(login) as given:
        for statement in lines(may_not) + lines(NOBODY_MAY.replace("{owner}", shared_owner.info.user)):
            try:
                given.execute(statement)
            except InsufficientPrivilege:
                given.rollback()
            else:
                pytest.fail(f"{login} may: {statement}")


GIVEN_TO_EVERYBODY = """
select pg_advisory_lock(1)
select pg_advisory_lock(1, 2)
select pg_advisory_lock_shared(1)
select pg_try_advisory_xact_lock(1)
select pg_advisory_unlock_all()
select lo_creat(-1)
select lo_create(0)
select lo_from_bytea(0, 'x')
select pg_logical_emit_message(false, 'x', 'y')
select txid_current()
"""
"""What PostgreSQL lets every login do."""


@pytest.mark.parametrize("login", LOGINS)
def test_the_embedded_server_gives_logins_nothing_that_postgresql_gives_everybody(shared, engine, login):
    if not engine.embedded:
        pytest.skip("only who owns a city's server can take this from everybody: `pars doctor` says so")
    own = {
        "app": ("select pg_advisory_xact_lock(1)", "select pg_current_xact_id()"),
        "seal": ("select pg_try_advisory_lock(1)",),
    }
    own["sealed"] = own["app"]
    own = own.get(login, ())
    others = {"select pg_advisory_xact_lock(1)", "select pg_try_advisory_lock(1)", "select pg_current_xact_id()"}.difference(
        own
    )
    with connection(login) as given:
        for statement in own:
            given.execute(statement)
        for statement in (*lines(GIVEN_TO_EVERYBODY), *others):
            with pytest.raises(InsufficientPrivilege):
                given.execute(statement)
    assert not schema.everybody_may_lock()


def hold_all(held, login):
    while True:
        held.enter_context(connect(connections.address(login)))


def test_no_other_login_takes_all_connections_from_those_who_book(opened):
    """Law L13: who has stolen the passwords of the other four logins, and connects as often as the server lets them, traps nobody."""
    connections.close_pools()
    with ExitStack() as held:
        for login in ("guest", "duty", "seal", "sealed"):
            with pytest.raises(OperationalError, match="too many connections for role"):
                hold_all(held, login)
        assert book("Doe", "Ann")


def test_what_the_guest_may(shared):
    book("Doe", "Ann")
    with connection("guest") as given:
        assert given.execute('select surname from disclosable."case"').fetchall() == [("Doe",)]
        assert given.execute("select * from disclosable.stamp").fetchall() == []


def test_no_login_owns_or_inherits_anything(shared, shared_owner):
    names = [connections.address(login).split("user=")[1].split()[0] for login in LOGINS]
    found = shared_owner.execute(
        "select rolname, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, rolinherit, "
        "exists (select 1 from pg_auth_members m where m.member = r.oid), exists (select 1 from pg_class c where c.relowner = r.oid) "
        "from pg_roles r where rolname = any(%s)",
        [names],
    ).fetchall()
    assert len(found) == len(LOGINS)
    assert not any(flag for row in found for flag in row[1:])


def test_public_may_nothing(shared, shared_owner):
    """Somebody who has a login in the cluster and none here reaches nothing."""
    found = shared_owner.execute(
        "select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) a "
        "where a.grantee = 0 and n.nspname in ('cases', 'governance', 'keys', 'ledger', 'web', 'disclosable', 'duty', 'public') "
        "union all select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace "
        "where n.nspname in ('cases', 'governance', 'keys', 'ledger') and has_function_privilege('public', p.oid, 'execute') "
        "union all select datname from pg_database, aclexplode(datacl) a where datname = current_database() and a.grantee = 0"
    ).fetchall()
    assert found == []


def test_secrets_are_for_the_owner_of_the_home_alone(shared):
    for folder in ("logins", "keys"):
        assert (shared / folder).stat().st_mode & 0o077 == 0
        for file in (shared / folder).rglob("*"):
            assert file.stat().st_mode & 0o077 == 0, file
