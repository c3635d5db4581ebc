"""What anybody may be told of the ledger and of agreements, as rows: papers put beside it, an entry's bytes, what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from psycopg import sql

from pars.core.agreements.renewals import Notified
from pars.core.ledger.entries import Kind
from pars.core.terms import Instant
from pars.store.connections import current

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import LiteralString

    from psycopg.sql import Composable


class PaperRow(NamedTuple):
    """A text beside the ledger with its act's entry and time; for a reply the report's entry, for a report its period."""

    entry: int
    at: Instant
    text: bytes
    about: int | None
    start: Instant | None
    end: Instant | None


_PAPERS: dict[str, tuple[str, Composable]] = {
    "use_report": ("report", sql.SQL('null::bigint, t.start, t."end"')),
    "reply": ("reply", sql.SQL("t.report, null::bigint, null::bigint")),
    "notice": ("notice", sql.SQL("null::bigint, null::bigint, null::bigint")),
}


def load_papers(kind: Literal["use_report", "reply", "notice"], agreement_id: str) -> tuple[PaperRow, ...]:
    """Return the papers of one kind that were put beside an agreement, oldest first."""
    column, beside = _PAPERS[kind]
    found = current().connection.execute(
        sql.SQL(
            "select t.entry, e.at, x.body, {} from governance.{} t join ledger.entry e on e.id = t.entry "
            "join governance.text x on x.sha256 = t.{} where t.agreement_id = %s order by t.entry"
        ).format(beside, sql.Identifier(kind), sql.Identifier(column)),
        [agreement_id],
    )
    return tuple(PaperRow(*row) for row in found)


def load_body(entry: int) -> bytes | None:
    """Return the canonical bytes of the entry with this number, or None."""
    row = current().connection.execute("select body from ledger.entry where id = %s", [entry]).fetchone()
    return None if row is None else row[0]


def was_answered(entry: int, authority: str) -> bool:
    """Return whether the entry is an answer that an agency was given under that authority."""
    found = current().connection.execute(
        "select 1 from ledger.entry where id = %s and kind = %s and authority = %s", [entry, int(Kind.DISCLOSED), authority]
    )
    return found.rowcount == 1


def load_nonrenewals() -> Mapping[str, Notified]:
    """Return the first notice that each version won't be renewed, by the version's hash."""
    found = current().connection.execute(
        "select distinct on (n.version) n.version, n.entry, e.at, n.proof from governance.notice n "
        "join ledger.entry e on e.id = n.entry where n.about = 'nonrenewal' order by n.version, n.entry"
    )
    return {version: Notified(entry=entry, at=Instant(at), proof=proof) for version, entry, at, proof in found.fetchall()}


def load_sealed_kinds(after: int | None, *, most: int) -> tuple[int, list[tuple[int, Kind]]]:
    """Return the log's latest index (-1: empty) and the kind of each entry sealed after the index `after`, at most so many.

    With `after` None only the latest index is asked for.
    """
    row = current().connection.execute("select coalesce(max(index), -1) from ledger.leaf").fetchone()
    assert row is not None, "an aggregate gives one row"
    latest: int = row[0]
    if after is None or after >= latest:
        return latest, []
    found = current().connection.execute(
        "select l.index, e.kind from ledger.leaf l join ledger.entry e on e.id = l.entry "
        "where l.index > %s and l.index <= %s order by 1 limit %s",
        [after, latest, most],
    )
    return latest, [(index, Kind(kind)) for index, kind in found]


def load_entries(
    kinds: Iterable[Kind],
    *,
    authorities: Iterable[str] | None,
    before: int | None,
    most: int,
    since: Instant | None = None,
    until: Instant | None = None,
) -> list[bytes]:
    """Return the canonical bytes of entries of these kinds, newest first: under these authorities (None: under any), below an id, and
    written in [since, until).
    """
    asked: list[tuple[LiteralString, object]] = [("kind = any(%s)", [int(kind) for kind in kinds])]
    for column, value in (
        ("authority = any(%s)", [*authorities] if authorities is not None else None),
        ("id < %s", before),
        ("at >= %s", since),
        ("at < %s", until),
    ):
        asked += [(column, value)] if value is not None else []
    where = sql.SQL(" and ").join(sql.SQL(column) for column, _ in asked)
    found = current().connection.execute(
        sql.SQL("select body from ledger.entry where {} order by id desc limit %s").format(where),
        [*(value for _, value in asked), most],
    )
    return [body for (body,) in found]
