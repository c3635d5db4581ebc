"""Secrets: files of their owner's alone; keys of cases that open only what they are of; a clock that is watched; migrations."""

from __future__ import annotations

import stat
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from pars.store import connections, keys, ledger, migrate, schema, vault
from pars.store.clock import Seen, Watch, steady
from pars.store.connections import LOGINS, NotSetUp
from pars.store.vault import KeyLost
from tests import databases
from tests.homes import REGISTER, book

CASE = "00000000-0000-4000-8000-000000000001"

# ---------------------------------------------------------------- files


@pytest.fixture
def folder(tmp_path):
    connections.use_home(tmp_path)
    yield tmp_path / "keys"
    connections.use_home(None)


def test_a_secret_is_made_once_and_is_its_owners_alone(folder):
    first = vault.secret("cursor")
    assert vault.secret("cursor") == first
    assert vault.secret("order") != first
    file = folder / "cursor"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not vault.write_secret(file, bytes(32))
    assert vault.secret("cursor") == first
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("damage", ["", "zz", "00" * 31, None])
def test_a_damaged_or_missing_key_is_lost(folder, damage):
    vault.secret("log")
    if damage is None:
        (folder / "log").unlink()
    else:
        (folder / "log").write_text(damage)
    with pytest.raises(KeyLost):
        vault.log_key()


def test_a_signing_key_is_made_once(folder):
    first = vault.new_signing_key(folder / "seats" / "city")
    assert vault.signing_key(folder / "seats" / "city").private_bytes_raw() == first.private_bytes_raw()
    assert vault.signing_key_or_new(folder / "seats" / "city").private_bytes_raw() == first.private_bytes_raw()
    with pytest.raises(FileExistsError):
        vault.new_signing_key(folder / "seats" / "city")
    signature = first.sign(b"m")
    public = first.public_key().public_bytes_raw()
    assert vault.verify(public, b"m", signature)
    assert not vault.verify(public, b"n", signature)
    assert not vault.verify(b"short", b"m", signature)


def test_what_is_sealed_opens_with_its_key_for_what_it_is_about():
    key, other = bytes(32), bytes([1]) * 32
    sealed = vault.seal(key, b"secret", b"about")
    assert vault.unseal(key, sealed, b"about") == b"secret"
    assert vault.seal(key, b"secret", b"about") != sealed
    for wrong in ((other, sealed, b"about"), (key, sealed, b"else"), (key, sealed[:-1], b"about"), (key, b"", b"about")):
        with pytest.raises(KeyLost):
            vault.unseal(*wrong)


# ---------------------------------------------------------------- keys of cases


def test_each_case_has_its_own_key_wrapped_for_it_alone(opened, owner):
    one, two = book("Doe"), book("Roe")
    with connections.connection("app") as given:
        found = keys.case_keys(given, [one, two])
    assert len({*found.values()}) == 2
    # A wrapped key put beside another case opens nothing.
    owner.execute("alter table keys.case_key disable trigger user")
    owner.execute(
        "update keys.case_key set wrapped = (select wrapped from keys.case_key where case_id = %s) where case_id = %s",
        [one, two],
    )
    with connections.connection("app") as given:
        assert keys.case_keys(given, [one, two]) == {one: found[one]}


def test_booking_goes_on_where_the_epochs_key_is_lost(opened, owner):
    """Law L13: with the key gone, old cases can't be linked any more; new ones and their changes are, in a new epoch."""
    one = book("Doe")
    vault.epoch_file(1).write_text("damaged")
    two = book("Roe")
    assert owner.execute("select epoch from keys.case_key order by epoch").fetchall() == [(1,), (2,)]
    with pytest.raises(RuntimeError, match="ends with append"):
        change_with_a_new_key(one, two)


def change_with_a_new_key(one: str, two: str) -> None:
    with ledger.acting(REGISTER):
        here = connections.current()
        assert keys.case_keys(here.connection, [one]) == {}
        made = keys.case_key_for_change(here, one)
        assert keys.case_key_for_change(here, one) == made
        assert set(keys.case_keys(here.connection, [one, two])) == {one, two}


def test_a_commitment_is_of_its_entry_case_and_version():
    key = bytes(32)
    made = {
        keys.commit_case(key, entry=1, case_id=CASE, version=1),
        keys.commit_case(key, entry=2, case_id=CASE, version=1),
        keys.commit_case(key, entry=1, case_id=CASE, version=2),
        keys.commit_case(key, entry=1, case_id=CASE.replace("1", "2"), version=1),
        keys.commit_case(bytes([1]) * 32, entry=1, case_id=CASE, version=1),
    }
    assert len(made) == 5
    words = {
        keys.commit_words(key, name, entry=entry, words=said) for name in "ab" for entry in (1, 2) for said in (b"x", b"y")
    }
    assert len(words) == 8


# ---------------------------------------------------------------- the clock


def seen(before: float, real: int, took: float = 0.001) -> Seen:
    return Seen(before, real, before + took)


def test_a_clock_that_goes_on_has_not_jumped():
    watch = Watch()
    assert [watch.jumped(seen(at, int(at * 1e6))) for at in (0.0, 1.0, 30.0, 61.0, 3600.0)] == [False] * 5


@pytest.mark.parametrize("off", [2.5, -2.5, 3600.0, -3600.0])
def test_a_jump_is_seen_until_the_clock_is_back(off):
    watch = Watch()
    assert not watch.jumped(seen(0.0, 0))
    assert watch.jumped(seen(1.0, int((1.0 + off) * 1e6)))
    assert watch.jumped(seen(100.0, int((100.0 + off) * 1e6)))
    assert not watch.jumped(seen(101.0, 101_000_000))
    watch.forget()
    assert not watch.jumped(seen(0.0, int(off * 1e6)))


def test_a_process_that_was_stopped_is_no_jump_of_the_clock():
    watch = Watch()
    assert not watch.jumped(seen(0.0, 0))
    # Five seconds went by between asking for the time and hearing it: the answer may be from any of them.
    assert not watch.jumped(seen(10.0, 10_000_000, took=5.0))
    assert not watch.jumped(seen(20.0, 24_900_000, took=5.0))


def test_slow_drift_is_no_jump():
    watch = Watch()
    assert not any(watch.jumped(seen(at, int(at * 1.0005 * 1e6))) for at in range(0, 20_000, 50))


def test_the_steady_clock_goes_on():
    assert steady() <= steady()


# ---------------------------------------------------------------- migrations and logins


def test_migrating_again_changes_nothing_and_keeps_the_logins(engine, tmp_path):
    url = ""

    def fill(made: str) -> None:
        nonlocal url
        url = made
        migrate.migrate(made, tmp_path)

    name = databases.template_database(engine, fill=fill, kind="again")
    try:
        before = {login: connections.login_file(login, tmp_path).read_text() for login in LOGINS}
        migrate.migrate(url, tmp_path)
        assert {login: connections.login_file(login, tmp_path).read_text() for login in LOGINS} == before
        for login in LOGINS:
            with psycopg.connect(before[login].strip()) as given:
                assert given.execute("select current_user::text").fetchone() == (f"{name}_{login}",)
        # A server of somebody else's may let this machine in without a password.
        for wrong in ("", "other") if engine.embedded else ():
            with pytest.raises(psycopg.OperationalError):
                psycopg.connect(before["guest"].strip(), password=wrong)
    finally:
        with psycopg.connect(engine.url(), autocommit=True) as owner:
            databases.drop(owner, name)
            for login in LOGINS:
                owner.execute(f'drop role "{name}_{login}"')


def test_what_a_login_did_to_itself_is_put_back_by_a_migration(home, engine, database, template):
    """A login may change its own password and settings; no right of PostgreSQL takes that away."""
    if not engine.embedded:
        pytest.skip("a server of somebody else's may let this machine in without a password")
    guest = connections.address("guest")
    name, settings = (
        str(conninfo_to_dict(guest)["user"]),
        "select setconfig from pg_db_role_setting where setrole = %s::regrole",
    )
    with psycopg.connect(database.url, autocommit=True) as owner:
        before = owner.execute(settings, [name]).fetchall()
        with psycopg.connect(guest, autocommit=True) as own:
            own.execute(f"alter role \"{name}\" password 'another'")
            own.execute(f'alter role "{name}" set statement_timeout = 0')
            own.execute(f'alter role "{name}" in database "{database.name}" set default_transaction_read_only = on')
        try:
            assert schema.locked_out() == ("guest",)
        finally:
            migrate.make_login(owner, "guest", name, str(conninfo_to_dict(guest)["password"]))
        assert schema.locked_out() == ()
        assert owner.execute(settings, [name]).fetchall() == before


def test_a_home_without_logins_says_so(folder):
    with pytest.raises(NotSetUp, match="pars migrate"), connections.connection("app"):
        pass


def test_the_owners_address_is_never_kept(opened, database):
    """What `pars serve` can read holds no word of the owner's login."""
    password = str(conninfo_to_dict(database.url).get("password"))
    for file in Path(opened).rglob("*"):
        if file.is_file():
            assert password not in file.read_text()
