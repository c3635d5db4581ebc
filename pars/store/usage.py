"""What the record of use is counted from: entries under an authority, and who was shown, as far as charges were ever filed.

Everything is as it stood at the period's end, so that the same period gives the same report whenever it is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.core.access.use import Seen, Totals, UseReport, people, record_of_use, seen
from pars.core.ledger.entries import Entry, Kind, Violation, decode
from pars.core.terms import Instant
from pars.store import governance, ledger, tree
from pars.store.chunks import SHOWN
from pars.store.connections import connection, current
from pars.store.repeated import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pars.core.agreements.agreement import Agreement


def settle(agreement_id: str) -> None:
    """Wait until what is being entered under the agreement has its time and is committed, or is undone. In no transaction.

    Whatever is entered after this has a later time: a period that ends now has all its entries.
    """
    with connection("app") as given:
        ledger.begin_act(given, shared=[], exclusive=[f"agreement:{agreement_id}"])
        given.execute("rollback")


def load_use(agreement_id: str, start: Instant, end: Instant) -> UseReport | None:
    """Return the record of use of [start, end), beside the same length of time before; None where there is no such agreement."""
    agreement = governance.load_agreement(agreement_id)
    if agreement is None:
        return None
    earlier = Instant(start - (end - start))
    before = _use(agreement, earlier, start).totals if agreement.began < start else None
    return _use(agreement, start, end, before)


def _use(agreement: Agreement, start: Instant, end: Instant, before: Totals | None = None) -> UseReport:
    return record_of_use(
        agreement,
        start,
        end,
        under=_entries(f"agreement:{agreement.id}", start, end),
        elsewhere=_entries(f"agency:{agreement.agency}", start, end),
        shown=_shown(f"agreement:{agreement.id}", start, end),
        before=before,
    )


def _entries(authority: str, start: Instant, end: Instant) -> Iterator[Entry]:
    for body in tree.entries_under(authority, start=start, end=end):
        entry = decode(body)
        if isinstance(entry, Violation):
            raise Unreadable(entry.says)
        yield entry


def _shown(authority: str, start: Instant, end: Instant) -> Seen:
    given = current().connection
    cases = given.execute(
        'select distinct r."row" from ledger.entry e join ledger.entry_row r on r.entry = e.id and r.tbl = %s '
        "where e.authority = %s and e.kind = %s and e.at >= %s and e.at < %s",
        [SHOWN, authority, int(Kind.DISCLOSED), start, end],
    ).fetchall()
    links = given.execute(
        "select case_id::text, other_case from (select distinct on (p.case_id, p.other_case) p.case_id, p.other_case, "
        "p.linked and (p.basis = 'FINGERPRINT' or p.confirmed_by is not null) as counts "
        "from cases.person_linked p join ledger.entry e on e.id = p.entry where e.at < %s "
        "order by p.case_id, p.other_case, p.n desc) last where counts",
        [end],
    ).fetchall()
    groups = people((row[0] for row in cases), links)
    known = list(frozenset().union(*groups))
    charged, declined = (
        {
            row[0]
            for row in given.execute(
                f"select distinct f.case_id::text from {facts} f join ledger.entry e on e.id = f.entry "  # noqa: S608
                "where f.case_id = any(%s::uuid[]) and e.at < %s",
                [known, end],
            )
        }
        for facts in ("cases.charge_filed", "(select * from cases.charge_decided where decision in ('DECLINE', 'REFER'))")
    )
    return seen(groups, charged=charged, declined=declined)


# ---------------------------------------------------------------- what was put before the owners


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """A text that an act put beside the ledger. `about` is the entry that it answers, for a reply."""

    entry: int
    at: Instant
    text: bytes
    about: int | None = None


def load_reports(agreement_id: str) -> tuple[Put, ...]:
    """Return the use reports of an agreement, newest first."""
    return _put("governance.use_report", "t.report", "null::bigint", agreement_id)


def load_replies(agreement_id: str) -> tuple[Put, ...]:
    """Return the agency's replies, newest first."""
    return _put("governance.reply", "t.reply", "t.report", agreement_id)


def _put(table: str, text: str, about: str, agreement_id: str) -> tuple[Put, ...]:
    found = current().connection.execute(
        f"select t.entry, e.at, x.body, {about} from {table} t join ledger.entry e on e.id = t.entry "  # noqa: S608
        f"join governance.text x on x.sha256 = {text} where t.agreement_id = %s order by t.entry desc",
        [agreement_id],
    )
    return tuple(Put(entry=entry, at=Instant(at), text=body, about=about) for entry, at, body, about in found)


# ---------------------------------------------------------------- the ledger's newest entries


def newest(count: int, after: int | None = None) -> tuple[Entry, ...]:
    """Return entries in the order in which they are sealed: the newest, or with `after` the next ones behind that entry.

    What a transaction still open could come before is left for the next look, so that following misses nothing.
    """
    settled = "select body from ledger.entry where xid < pg_snapshot_xmin(pg_current_snapshot())"
    given = current().connection
    if after is None:
        found = given.execute(f"{settled} order by xid desc, id desc limit %s", [count]).fetchall()[::-1]
    else:
        behind = "(xid, id) > (select xid, id from ledger.entry where id = %s)"
        found = given.execute(f"{settled} and {behind} order by xid, id limit %s", [after, count]).fetchall()
    return tuple(entry for (body,) in found if isinstance(entry := decode(body), Entry))
