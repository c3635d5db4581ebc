"""What was last heard of each feed and each desk, and which silences were noted. It tells times and counts, nobody's record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from psycopg.rows import dict_row

from pars.core.cases.silence import SIGNS, Heard, Silence, signs_of, silence
from pars.core.cases.waiting import waiting
from pars.core.ledger.entries import Kind
from pars.core.terms import Instant
from pars.store import governance
from pars.store.connections import current
from pars.store.owned import governing

if TYPE_CHECKING:
    from collections.abc import Mapping

LATELY = 4
"""How many of the last messages are told."""


def feeds(at: Instant) -> tuple[Silence, ...]:
    """Return the feeds that are silent. One that never sent anything isn't connected, and isn't silent."""
    return _silent(_feeds(at), at)


def silences(at: Instant) -> tuple[Silence, ...]:
    """Return every silence, of feeds and of desks."""
    return (*feeds(at), *_silent(_desks(), at))


def noted() -> Mapping[tuple[str, Instant], int]:
    """Return the entry that noted each silence, by what was silent and since when."""
    found = current().connection.execute("select source, since, entry from governance.silence_noted")
    return {(source, Instant(since)): entry for source, since, entry in found.fetchall()}


def _silent(heard: Iterable[Heard], at: Instant) -> tuple[Silence, ...]:
    return tuple(found for one in heard if (found := silence(one, at)) is not None)


def _feeds(at: Instant) -> Iterator[Heard]:
    """Give what was last heard of each feed that may send now."""
    sending = {
        f"grant:{grant.id}": grant
        for grant in governance.load_grants()
        if "document:receive" in grant.role.acts and grant.period.covers(at)
    }
    rows = current().connection.execute(
        "select a, (select array_agg(at) from (select e.at from ledger.entry e where e.authority = a and e.kind = %s "
        "order by e.id desc limit %s) newest) from unnest(%s::text[]) a",
        [int(Kind.DOCUMENT_RECEIVED), LATELY, list(sending)],
    )
    for authority, lately in rows.fetchall():
        if lately:
            feed, times = sending[authority], tuple(map(Instant, lately))
            yield Heard(source=feed.person, of=feed.role.name, since=times[0], lately=times)


def _desks() -> Iterator[Heard]:
    """Give what was last done at each desk where somebody waits, and since when the one waits who waits longest."""
    with current().connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(
            "select n.*, (select max(e.at) from ledger.entry_row r join ledger.entry e on e.id = r.entry "
            "where (r.tbl, r.version) = ('case_file', n.version) and r.\"row\" = n.case_id::text) as changed "
            "from cases.case_now n where not n.closed"
        )
        rows = cursor.fetchall()
    profile = governing().profile_at(current().at)
    for desk in SIGNS:
        there = [row["changed"] for row in rows if row["changed"] is not None and desk in waiting(row).desks]
        if there:
            last = _last_of(signs_of(desk, profile))
            since = min(there) if last is None else max(last, min(there))
            yield Heard(source=desk, of=desk, since=Instant(since), lately=() if last is None else (last,), waiting=len(there))


def _last_of(kinds: Iterable[Kind]) -> Instant | None:
    row = (
        current()
        .connection.execute(
            "select max(at) from (select (select at from ledger.entry where kind = k order by id desc limit 1) as at "
            "from unnest(%s::int[]) k) newest",
            [[int(kind) for kind in kinds]],
        )
        .fetchone()
    )
    return Instant(row[0]) if row is not None and row[0] is not None else None
