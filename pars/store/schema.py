"""Whether a home's database is what this program expects: its migrations, the rights of its logins, and what the server gives everybody.

Asked under the logins of the home: who serves has no other.
"""

from __future__ import annotations

import os
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg import OperationalError, connect
from psycopg.conninfo import conninfo_to_dict
from psycopg.errors import InsufficientPrivilege, UndefinedTable

from pars.store import connections

if TYPE_CHECKING:
    from psycopg import Connection

    from pars.store.connections import Row

GRANTS = Path(__file__).parent / "sql" / "grants.sql"
SERVER = GRANTS.with_name("server.sql")
REMEDY = "Run `pars migrate`, with the owner's login in PARS_DATABASE_URL where that names the database."


def rights() -> str:
    """Return what marks the text of rights that this program carries."""
    return f"rights {sha256(GRANTS.read_bytes()).hexdigest()[:16]}"


def behind() -> str | None:
    """Return, in a few words, how the database and this program differ; None where they are of one version."""
    with connections.connection("app") as given:
        try:
            done = {(app, name) for app, name in given.execute("select app, name from web.django_migrations").fetchall()}
        except (UndefinedTable, InsufficientPrivilege):
            return "its tables were never made"
        found = given.execute("select obj_description(oid, 'pg_namespace') from pg_namespace where nspname = 'web'").fetchone()
        anew = found == (rights(),) and counts_anew(given)
    known = _migrations()
    if missing := known - done:
        return f"its tables are older than this program ({len(missing)} migrations are missing)"
    if {one for one in done - known if one[0] == "store"}:
        return "its tables were made by a newer program than this one"
    if found != (rights(),):
        return "its logins have the rights of another version"
    return COUNTS_ANEW if anew else None


COUNTS_ANEW = (
    "this server counts transactions anew, so that entries would stand before those that are sealed. It was filled from a dump: stop it, "
    "move its counter beyond the ledger's (pg_resetwal --next-transaction-id), and start it again"
)


def counts_anew(given: Connection[Row]) -> bool:
    """Return whether the ledger holds entries of transactions that this server hasn't come to yet: it isn't the one that numbered them."""
    found = given.execute(
        "select (select xid from ledger.entry order by xid desc limit 1) >= pg_snapshot_xmax(pg_current_snapshot())"
    ).fetchone()
    return found is not None and bool(found[0])


@cache
def _migrations() -> frozenset[tuple[str, str]]:
    """Return the migrations that this program carries."""
    import django
    from django.db.migrations.loader import MigrationLoader

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pars.config.settings")
    django.setup()

    return frozenset(MigrationLoader(None).disk_migrations)


def leads_to(url: str) -> bool:
    """Return whether the home's logins lead to the database of that address, or there are none yet."""
    path = connections.login_file("app")
    if not path.exists():
        return True
    ours, theirs = (conninfo_to_dict(address) for address in (path.read_text(), url))
    return all(ours.get(part) == theirs.get(part) for part in ("host", "hostaddr", "port", "dbname"))


def is_fresh(url: str) -> bool:
    """Return whether PARS was never set up in the database of an owner's address."""
    with connect(url) as owner:
        return owner.execute("select to_regnamespace('ledger')").fetchone() == (None,)


def locked_out() -> tuple[str, ...]:
    """Return the logins of this home that the database doesn't let in, as when somebody changed a password."""
    return tuple(login for login in connections.LOGINS if not _lets_in(connections.address(login)))


def _lets_in(address: str) -> bool:
    try:
        connect(address, connect_timeout=5).close()
    except OperationalError:
        return False
    return True


def everybody_may_lock() -> bool:
    """Return whether the server lets every login take locks and transactions' numbers and make large objects, as PostgreSQL does unless told otherwise."""
    with connections.connection("app") as given:
        found = given.execute(
            "select has_function_privilege('public', 'pg_catalog.pg_advisory_lock(bigint)', 'execute') "
            "or has_function_privilege('public', 'pg_catalog.lo_create(oid)', 'execute') "
            "or has_function_privilege('public', 'pg_catalog.pg_current_xact_id()', 'execute')"
        ).fetchone()
    return found is not None and bool(found[0])
