"""What `pars migrate` does, the only command that holds the owner's login: tables, the five other logins, their exact rights.

Logins are named after the database, since roles belong to the cluster. Each gets a random password, which the server is only
ever told as a SCRAM verifier; the address with the password lies under PARS_HOME/logins.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import psycopg
from django.db.utils import ProgrammingError
from psycopg import Connection, sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.errors import InsufficientPrivilege

from pars.store import schema
from pars.store.connections import LOGINS, Login, Row, django_database, login_file
from pars.store.engine_unprivileged import EngineRefused

PATIENCE = {"guest": "10s", "duty": "10s", "app": "30s", "seal": "60s", "sealed": "60s"}
"""The longest that one statement of a login may take."""
IDLE = {"guest": "10s", "duty": "10s", "seal": "30s"}
"""How long a transaction of a login may wait for its next statement: open, it can hold up the sealer. An act's limit is `begin_act`'s; who
folds a long ledger under `app` holds up nobody."""
SHARE = {"guest": 0.3, "duty": 0.3, "seal": 0.05, "sealed": 0.05}
"""How much of the server's connections a login may hold. The rest is the `app` login's: no other one keeps anybody from booking."""
_LOCK = 0x50415253
"""Of two whole numbers, unlike the authorities' locks, so that it is none of theirs."""


def migrate(owner: str, home: Path) -> None:
    """Bring the database of the owner's address up to date, and write the logins into `home`. May be run again.

    Raises EngineRefused where that login may not.
    """
    try:
        _migrate(owner, home)
    except (InsufficientPrivilege, ProgrammingError) as error:
        refused = error if isinstance(error, InsufficientPrivilege) else error.__cause__
        if not isinstance(refused, InsufficientPrivilege):
            raise
        raise EngineRefused(
            f"The login in PARS_DATABASE_URL may not do what setting up needs: {refused.diag.message_primary}.",
            "Let it own the database and give it CREATEROLE: ALTER DATABASE … OWNER TO …; ALTER ROLE … CREATEROLE.",
        ) from error


def _migrate(owner: str, home: Path) -> None:
    with psycopg.connect(owner, autocommit=True) as alone:
        # Two commands that begin at once would both change the same rights, and the server refuses that to one of them.
        alone.execute("select pg_advisory_lock(%s, 0)", [_LOCK])
        alone.execute("create schema if not exists web")
        _run_migrations(owner, home)
        _make_logins(owner, home)
    _serve_as_app(home)


def _make_logins(owner: str, home: Path) -> None:
    """Give each login its password and rights, and write its address into the home."""
    with psycopg.connect(owner) as connection:
        database = connection.info.dbname
        passwords = {login: _password(home, login) for login in LOGINS}
        for login, password in passwords.items():
            make_login(connection, login, login_name(database, login), password)
        grant(connection, roles_of=database)
    for login, password in passwords.items():
        write_login(home, login, owner, user=login_name(database, login), password=password)


def _serve_as_app(home: Path) -> None:
    """Let Django's own queries in this process run under the login `app`, which a fresh home didn't have when settings were read."""
    from django.db import connections

    connections["default"].close()
    connections["default"].settings_dict.update(django_database(login_file("app", home).read_text()))


def login_name(database: str, login: Login) -> str:
    """Return the role's name in the cluster: `pars_guest` for the database `pars`."""
    return f"{database[:57]}_{login}"


def grant(connection: Connection[Row], *, roles_of: str) -> None:
    """Give the five logins of the database `roles_of` exactly their rights in the connected one, and PUBLIC none."""
    names: dict[str, sql.Composable] = {login: sql.Identifier(login_name(roles_of, login)) for login in LOGINS}
    names["database"] = sql.Identifier(connection.info.dbname)
    names["rights"] = sql.Literal(schema.rights())
    connection.execute(sql.SQL(schema.GRANTS.read_text()).format(**names))


def write_login(home: Path, login: Login, like: str, *, user: str, password: str) -> None:
    """Write the address of a login, like the owner's but for user and password, where only the home's owner can read it."""
    path = login_file(login, home)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f".{login}.{secrets.token_hex(4)}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(make_conninfo(like, user=user, password=password) + "\n")
    part.replace(path)


def _password(home: Path, login: Login) -> str:
    """Return the password that the home already holds for a login, or a new one: running processes stay connected."""
    path = login_file(login, home)
    known = conninfo_to_dict(path.read_text()).get("password") if path.exists() else None
    return str(known) if known else secrets.token_urlsafe(24)


def make_login(connection: Connection[Row], login: Login, name: str, password: str) -> None:
    """Make a login, or put back what it is: its password, what it may hold, how long it may take."""
    role = sql.Identifier(name)
    found = connection.execute(
        "select rolsuper or rolbypassrls or rolreplication from pg_roles where rolname = %s", [name]
    ).fetchone()
    if found is None:
        connection.execute(sql.SQL("create role {}").format(role))
    elif found[0]:
        raise RuntimeError(f"the role {name} may do more than any login of PARS: drop it, or take that away")
    # A login may change its own password and settings, and no right takes that away: each migration puts them back.
    connection.execute(sql.SQL("alter role {} reset all").format(role))
    connection.execute(sql.SQL("alter role {} in database {} reset all").format(role, sql.Identifier(connection.info.dbname)))
    verifier = connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
    connection.execute(
        sql.SQL("alter role {} login nocreatedb nocreaterole noinherit connection limit {} password {}").format(
            role, sql.Literal(_most_connections(connection, login)), verifier
        )
    )
    settings = {"statement_timeout": PATIENCE[login], "lock_timeout": "20s", "search_path": "pg_catalog"}
    if login in IDLE:
        settings["idle_in_transaction_session_timeout"] = IDLE[login]
    for setting, value in settings.items():
        connection.execute(sql.SQL("alter role {} set {} = {}").format(role, sql.Identifier(setting), value))


def _most_connections(connection: Connection[Row], login: Login) -> int:
    """Return how many connections a login may hold at once; -1 for as many as the server has."""
    found = connection.execute("select current_setting('max_connections')::integer").fetchone()
    assert found is not None, "a setting is one row"
    return max(1, int(found[0] * SHARE[login])) if login in SHARE else -1


def _run_migrations(owner: str, home: Path) -> None:
    """Run Django's migrations as the owner, over a connection that no other part of the program ever has."""
    import django
    from django.core.management import call_command
    from django.db import connections

    os.environ.setdefault("PARS_HOME", str(home))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pars.config.settings")
    django.setup()
    connections.settings["owner"] = {**connections.settings["default"], **django_database(owner), "CONN_MAX_AGE": 0}
    try:
        call_command("migrate", database="owner", verbosity=0, interactive=False)
    finally:
        connections["owner"].close()
        del connections["owner"]
        del connections.settings["owner"]
