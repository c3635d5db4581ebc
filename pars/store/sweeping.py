"""Sweeps up after courts' orders: what PostgreSQL itself keeps of rows that were deleted, as far as a login may.

Dead rows leave their pages, and the planner's statistics are made of what is left. Bytes in the free room of a page stay until it is used
again, and the write-ahead log and older copies have their own time (docs/how-to/carry-out-a-court-order.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import sql

from pars.store import connections
from pars.store.connections import connection

if TYPE_CHECKING:
    from pathlib import Path

BESIDE = ("cases.case_file", "ledger.entry_row", "ledger.dissemination", "keys.question_key", "web.idempotency")
"""Tables that hold something of a case without a column for its id."""

FORGET = (
    "select pg_clear_attribute_stats(n.nspname, c.relname, a.attname, false) from pg_attribute a join pg_class c on c.oid = a.attrelid "
    "join pg_namespace n on n.oid = c.relnamespace where n.nspname = %s and c.relname = %s and a.attnum > 0 and not a.attisdropped"
)
CLEARS_STATISTICS = 18_00_00
"""The first server version that has a function for it. One before 17 lets only a table's owner vacuum, and warns: its own sweeping comes in its own time."""


def _marked() -> Path:
    return connections.home() / "swept"


def due() -> int | None:
    """Return the newest act that took records away, where its tables weren't swept since; None where there is nothing to sweep."""
    with connection("sealed") as given:
        row = given.execute("select max(entry) from sealed.act").fetchone()
    newest = None if row is None else row[0]
    try:
        last = int(_marked().read_text())
    except (OSError, ValueError):
        last = -1
    return newest if newest is not None and newest > last else None


def sweep(newest: int) -> None:
    """Vacuum and analyze every table that held something of a case. Nobody who reads or writes waits for it."""
    with connection("sealed") as given:
        named = [row[0] for row in given.execute("select name from sealed.tables_of_a_case()").fetchall()]
        for name in (*named, *BESIDE):
            place = [part.strip('"') for part in name.split(".")]
            given.execute(sql.SQL("vacuum (analyze) {}").format(sql.Identifier(*place)))
            can_forget = given.info.server_version >= CLEARS_STATISTICS
            if can_forget and given.execute(sql.SQL("select 1 from {} limit 1").format(sql.Identifier(*place))).rowcount == 0:
                given.execute(FORGET, place)  # of a table that is empty now nothing new is known, so that what was would stay
    fresh = _marked().with_suffix(".new")
    fresh.write_text(str(newest))
    fresh.replace(_marked())
