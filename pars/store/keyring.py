"""The keys that the ledger has named, from the rows that repeat the acts on them, or from the entries themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pars.core.ledger.entries import Kind, Violation, decode
from pars.core.ledger.fold_keys import added_in, revoked_in
from pars.core.owners.keyring import LOCK, Keyring, apply_key, first_keys
from pars.core.terms import Refusal
from pars.store import vault
from pars.store.connections import current, remembered
from pars.store.repeated import ACTS, ROWS, Unreadable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from typing import Protocol

    from pars.core.owners.charter import Charter
    from pars.core.owners.keyring import KeyAct

    class Opened(Protocol):
        """What the genesis said of keys."""

        origin: str
        log_key: bytes
        charter: Charter


KINDS = (Kind.KEY_ADDED, Kind.KEY_REVOKED)


def load_keys(opening: Opened) -> Keyring:
    """Return every key that the ledger has named, by the rows. Raises Unreadable where they can't be."""
    query = 'select max(version) from ledger.entry_row where tbl = %s and "row" = %s'
    row = current().connection.execute(query, [ACTS, LOCK]).fetchone()
    newest = row[0] if row is not None else None
    return remembered(("keys", opening.charter.hash), lambda: _added(opening, _by_rows()), of=newest)


def keys_by_the_entries(opening: Opened) -> Keyring:
    """Return the same from the entries' own bytes: what doubt about a row falls back to."""
    return _added(opening, _by_entries())


def act_on_key(kind: Kind, detail: Mapping[str, Any]) -> KeyAct:
    """Return the act on a key that an entry's detail holds."""
    return added_in(detail) if kind is Kind.KEY_ADDED else revoked_in(detail)


def applied_to_keys(opening: Opened, ring: Keyring, act: KeyAct, entry: int, others: Collection[str] = ()) -> Keyring | Refusal:
    """Return the keys as the act would leave them, by the same rules that the verifier applies; `others` are keys of witnesses."""
    return apply_key(ring, act, charter=opening.charter, origin=opening.origin, entry=entry, verify=vault.verify, others=others)


def _by_rows() -> Iterator[tuple[int, Kind, Mapping[str, Any]]]:
    parts = [f"select t.entry, {int(kind)}, to_jsonb(t) from governance.{ROWS[kind][0]} t" for kind in KINDS]  # noqa: S608
    for entry, number, row in current().connection.execute(" union all ".join(parts) + " order by entry").fetchall():
        kind = Kind(number)
        yield entry, kind, {field: row[column] for column, field in ROWS[kind][1].items()}


def _by_entries() -> Iterator[tuple[int, Kind, Mapping[str, Any]]]:
    found = current().connection.execute(
        "select body from ledger.entry where kind = any(%s) order by id", [list(map(int, KINDS))]
    )
    for (body,) in found.fetchall():
        entry = decode(body)
        if isinstance(entry, Violation):
            raise Unreadable(entry.says)
        yield entry.id, entry.kind, entry.detail


def _added(opening: Opened, told: Iterable[tuple[int, Kind, Mapping[str, Any]]]) -> Keyring:
    ring = first_keys(opening.log_key, opening.charter)
    for entry, kind, detail in told:
        after = applied_to_keys(opening, ring, act_on_key(kind, detail), entry)
        if isinstance(after, Refusal):
            raise Unreadable(f"the keys, entry {entry}: {after.says}")
        ring = after
    return ring
