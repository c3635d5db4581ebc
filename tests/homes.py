"""A PARS_HOME of its own for each test: the template's logins led to the clone, fresh keys, and an opened ledger if asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
from psycopg.conninfo import conninfo_to_dict

from pars.store import connections, migrate

if TYPE_CHECKING:
    from pathlib import Path

    from tests.databases import Database


def make_home(database: Database, template_home: Path, home: Path) -> Path:
    """Give `home` the logins of the database that `database` is a clone of, and let nobody else in."""
    with psycopg.connect(database.url) as owner:
        migrate.grant(owner, roles_of=database.template)
    for login in connections.LOGINS:
        known = conninfo_to_dict(connections.login_file(login, template_home).read_text())
        migrate.write_login(home, login, database.url, user=str(known["user"]), password=str(known["password"]))
    return home
