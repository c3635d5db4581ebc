"""Writes the rows that repeat a governance entry, for `ledger.append` and nobody else.

An act on an agreement is applied once more under its lock, at the entry's own time: what the verifier would call impossible
is never written. Where an act narrows, the authority's stamp moves, so that no chunk fetched before it is sent after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from psycopg import sql

from pars.core.agreements.agreement import Standing, standing
from pars.core.agreements.doubts import doubted
from pars.core.ledger.entries import Draft, Entry, Kind
from pars.core.ledger.fold import OF_A_KEY, OF_A_TEXT, OF_THE_FLOOR, narrowed_by
from pars.core.owners.keyring import RevokeKey, doubt_of
from pars.core.owners.owners_text import SUBJECTS, lock_of, texts_in_doubt, witness_keys
from pars.core.terms import Instant, Refusal
from pars.store.connections import Named, Open, Retry
from pars.store.governance import act_of, applied, load_agreement, load_agreements, must_be_open, own_grant, who
from pars.store.keyring import act_on_key, applied_to_keys, load_keys
from pars.store.owned import applied_to_texts, load_texts, text_act_of
from pars.store.repeated import ACTS, ROWS

AT_ONCE = 512
"""How many entries under one authority may have been written at once, or while an answer was made ready, so that the newest number isn't the latest time."""


def record(here: Open, draft: Draft, at: Instant) -> list[Named]:
    """Write the rows that repeat a governance entry and return what the entry has to name.

    An act on an agreement is applied once more, at the entry's own time: what wouldn't stand is never written. Raises Retry
    where it would not stand any more, RuntimeError where the act doesn't hold the lock of what it may narrow.
    """
    assert here.entry is not None
    authority = narrowed_by(_as_entry(here, draft, at))
    if authority is not None and authority not in here.exclusive:
        raise RuntimeError(f"{draft.kind.dotted} needs the lock of {authority}, exclusively")
    named: list[Named] = [] if authority is None else [(ACTS, authority, here.entry)]
    if authority is not None:
        _in_order(here, authority, at)
    narrows = _applied(here, draft, at) if authority is not None else False
    if draft.kind in OF_A_KEY:
        named += _keys_changed(here, draft, at)
    if draft.kind is Kind.AGREEMENT_PROPOSED and not _known(here, draft.detail["agreement"]):
        named.append(_insert(here, "agreement", {"agreement_id": draft.detail["agreement"], "agency": draft.detail["agency"]}))
    named += repeat(here, draft)
    if draft.kind is Kind.SEALER_STARTED:
        here.connection.execute("insert into ledger.epoch (n, entry) values (%s, %s)", [draft.detail["epoch"], here.entry])
    if narrows and authority is not None:
        named.append(_stamp(here, authority))
    return named


def repeat(here: Open, draft: Draft) -> list[Named]:
    """Write the row that repeats an entry, where its kind has a table, and return what the entry has to name."""
    if draft.kind not in ROWS:
        return []
    table, columns = ROWS[draft.kind]
    return [_insert(here, table, {column: draft.detail.get(field) for column, field in columns.items()})]


def shift_clock(here: Open, draft: Draft) -> None:
    """Write the clock's shift that a genesis or a `clock.shifted` entry states, before the entry's time is read."""
    if draft.kind is Kind.CLOCK_SHIFTED or (draft.kind is Kind.GENESIS_OPENED and draft.detail["shift"]):
        here.connection.execute("insert into ledger.clock (entry, shift) values (%s, %s)", [here.entry, draft.detail["shift"]])


def _as_entry(here: Open, draft: Draft, at: Instant) -> Entry:
    assert here.entry is not None
    assert here.by is not None
    return draft.entry(id=here.entry, at=at, salt=b"", by=here.by)


def _insert(here: Open, table: str, values: Mapping[str, Any]) -> Named:
    assert here.entry is not None
    ready = {name: _column_value(name, value) for name, value in values.items()} | {"entry": here.entry}
    here.connection.execute(
        sql.SQL("insert into governance.{} ({}) values ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, ready)),
            sql.SQL(", ").join(sql.Placeholder() * len(ready)),
        ),
        list(ready.values()),
    )
    named = ("grant_id", "agreement_id", "about", "offenses", "calendar", "record", "site", "source", "use")
    about = next((name for name in named if name in values), "entry")
    return table, str(ready[about]), here.entry


def _column_value(column: str, value: Any) -> Any:
    if column == "signature":
        return bytes.fromhex(value)
    return value or [] if column in {"holds", "seats"} else value


def _known(here: Open, agreement: str) -> bool:
    return here.connection.execute("select 1 from governance.agreement where agreement_id = %s", [agreement]).rowcount == 1


def _in_order(here: Open, authority: str, at: Instant) -> None:
    """Raise Retry where the clock went back behind what was done under the authority, or on it: no ledger with both would verify."""
    found = here.connection.execute(
        "select greatest((select max(at) from (select at from ledger.entry where authority = %(a)s order by id desc limit %(n)s) u), "
        "(select e.at from ledger.entry_row r join ledger.entry e on e.id = r.entry "
        'where r.tbl = %(t)s and r."row" = %(a)s order by r.version desc limit 1))',
        {"a": authority, "t": ACTS, "n": AT_ONCE},
    ).fetchone()
    if found is not None and found[0] is not None and at < found[0]:
        raise Retry(f"the clock went back behind what was done under {authority}")


def _stamp(here: Open, authority: str) -> Named:
    found = here.connection.execute(
        "insert into governance.stamp as s (authority, n, entry) values (%s, 1, %s) "
        "on conflict (authority) do update set n = s.n + 1, entry = excluded.entry returning n",
        [authority, here.entry],
    ).fetchone()
    assert found is not None, "the row was written"
    return "stamp", authority, found[0]


def _applied(here: Open, draft: Draft, at: Instant) -> bool:
    """Return whether the act narrows; raise Retry where the agreement doesn't take it at the entry's time."""
    if draft.kind in {Kind.GRANT_GIVEN, Kind.CLIENT_BOUND, Kind.PURGE_ANSWERED, Kind.KEY_ADDED, Kind.KEY_REVOKED}:
        return False
    if draft.kind in {Kind.GRANT_REMOVED, Kind.CLIENT_UNBOUND, Kind.HOOK_REMOVED, Kind.PURGE_ASKED, *OF_THE_FLOOR}:
        return True
    assert here.entry is not None
    if draft.kind in OF_A_TEXT:
        assert here.by is not None
        by, held = who(here.by, own_grant(here.by)), load_texts(draft.detail["about"])
        texts = applied_to_texts(held, text_act_of(draft.kind, draft.detail), here.entry, at, by)
        if isinstance(texts, Refusal):
            raise Retry(f"{draft.kind.dotted}: {texts.says}")
        return False
    before = load_agreement(draft.detail["agreement"])
    assert here.by is not None
    after = applied(before, act_of(draft.kind, draft.detail), here.entry, at, who(here.by, own_grant(here.by)))
    if isinstance(after, Refusal):
        raise Retry(f"{draft.kind.dotted}: {after.says}")
    if draft.kind is Kind.USER_REMOVED:
        return True
    if before is None:
        return False
    was, now = standing(before, at), standing(after, at)
    return was.state == "IN_FORCE" and _less(was, now)


def _less(was: Standing, now: Standing) -> bool:
    """Return whether less is in force than was, or for less long."""
    if (was.state, was.version.hash) != (now.state, now.version.hash):
        return True
    return now.until is not None and (was.until is None or now.until < was.until)


def _keys_changed(here: Open, draft: Draft, at: Instant) -> list[Named]:
    """Apply an act on a key once more; return each authority on which a revocation leaves a vote in doubt, its stamp moved where it may suspend.

    Raises Retry where the act doesn't stand any more, or something came meanwhile whose lock it doesn't hold.
    """
    assert here.entry is not None
    opening, act = must_be_open(), act_on_key(draft.kind, draft.detail)
    ring = applied_to_keys(opening, load_keys(opening), act, here.entry, witness_keys(load_texts("witnesses")))
    if isinstance(ring, Refusal):
        raise Retry(f"{draft.kind.dotted}: {ring.says}")
    doubt = doubt_of(ring, act) if isinstance(act, RevokeKey) else None
    if doubt is None:
        return []
    charter, entry = ring.charter(opening.charter), here.entry
    agreements = [one for one in load_agreements() if doubted(one, doubt, charter, at, entry) is not one]
    texts = [texts for texts in map(load_texts, SUBJECTS) if texts_in_doubt(texts, doubt, at, entry) is not texts]
    narrowed = [f"agreement:{one.id}" for one in agreements]
    touched = [*narrowed, *(lock_of(one.about) for one in texts)]
    for authority in touched:
        if authority not in here.exclusive:
            raise Retry(f"{authority} came while the key was being revoked")
        _in_order(here, authority, at)
    return [*((ACTS, authority, entry) for authority in touched), *(_stamp(here, authority) for authority in narrowed)]
