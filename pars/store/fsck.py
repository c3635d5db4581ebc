"""Checks the database against the ledger, from the entries' bytes up: `pars fsck`.

The tree is built again from the stored bytes; the entries are folded again and what they add up to is compared with the rows
of governance; every case's wide row is made again from its facts; and the keyed commitments are made again from the rows that
entries name. A finding names the place. The ledger and the facts are right until somebody shows otherwise; the rest is cache.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg import sql

from pars.core.ledger.checkpoint import read_checkpoint, read_note
from pars.core.ledger.cosignature import cosigned_at
from pars.core.ledger.entries import Entry, Kind, Violation, decode
from pars.core.ledger.fold import OF_A_KEY, State, fold
from pars.core.ledger.log_keys import LogKeys
from pars.core.ledger.merkle import Frontier, leaf_hash
from pars.core.ledger.side_row import side_hash
from pars.core.ledger.tiles import HEIGHT, WIDTH
from pars.core.owners.owners_text import SUBJECTS
from pars.store import (
    approvals,
    connections,
    governance,
    hooks,
    keys,
    ledger,
    loaded,
    order_rows,
    owned,
    rows,
    sittings,
    vault,
    volume,
    witnessed,
)
from pars.store.chunks import SHOWN
from pars.store.connections import Open, current
from pars.store.keyring import load_keys
from pars.store.ledger import CASE
from pars.store.repeated import ROWS, Unreadable
from pars.store.tree import load_checkpoint

if TYPE_CHECKING:
    from pars.core.cases.case import Case

BATCH = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that doesn't agree: a code, where, and a sentence without personal data."""

    what: str
    where: str
    says: str


def fsck(notes: Iterable[bytes] = ()) -> tuple[Finding, ...]:
    """Return everything that doesn't agree, in one snapshot of the database; nothing is changed.

    `notes` are checkpoints that witnesses handed out before.
    """
    signed = _signed(notes)  # before the snapshot, which has whatever was signed by now
    with ledger.reading():
        here = current()
        return (*_behind(signed), *_tree(here), *_cosignatures(here), *_folded(here), *_cases(here), *_commitments(here))


# ---------------------------------------------------------------- what was signed


def _signed(notes: Iterable[bytes]) -> int:
    """Return how long the log was when it was signed last, as far as is known here or was handed out."""
    with ledger.reading():
        try:
            last = witnessed.signed_last(notes) if _opening() is not None else None
        except Unreadable:
            return 0
    return last.size if last is not None else 0


def _behind(signed: int) -> Iterator[Finding]:
    newest = load_checkpoint()
    here = newest[0] if newest is not None else 0
    if signed > here:
        yield _rolled_back(f"{signed} entries of this log were signed, and {here} are signed here", signed)
    try:
        known = witnessed.known_elsewhere() if _opening() is not None else {}
    except Unreadable:
        return
    for who, size in known.items():
        yield _rolled_back(f"{who} knows {size} entries of this log, or of another history of it, that aren't so here", size)


def _rolled_back(says: str, size: int) -> Finding:
    return Finding("ROLLED_BACK", f"size {size}", f"{says}: is this database an older copy?")


# ---------------------------------------------------------------- the tree


def _tree(here: Open) -> Iterator[Finding]:
    tree, tiles = Frontier(), _tiles(here)
    points: dict[int, str] = dict(here.connection.execute("select size, note from ledger.checkpoint").fetchall())
    opening, since = _opening(), 0
    names = witnessed.log_names() if opening is not None else []
    log_keys = None if opening is None else LogKeys(opening.log_key)
    held: dict[int, list[bytes]] = {}
    with here.connection.cursor("fsck_tree") as found:
        found.execute(
            "select l.index, l.hash, e.body, e.kind from ledger.leaf l left join ledger.entry e on e.id = l.entry order by l.index"
        )
        for place, hashed, body, kind in found:
            if place != tree.size:
                yield Finding("GAP", f"index {tree.size}", "no leaf has this index")
                return
            if log_keys is not None and kind in OF_A_KEY and body is not None and isinstance(entry := decode(body), Entry):
                log_keys.take(place, entry)
            if body is None or leaf_hash(body) != hashed:
                yield Finding("ENTRY_CHANGED", f"index {place}", "the stored entry isn't the one that was sealed")
            for level, index, top in tree.append(hashed):
                if level % HEIGHT == 0:
                    yield from _tile(tiles, held, level // HEIGHT, index, top)
            if tree.size in points and opening is not None and log_keys is not None:
                yield from _checkpoint(
                    points.pop(tree.size), tree, next(name for began, name in names if began <= tree.size), log_keys, since
                )
                since = tree.size
    for size in points:
        yield Finding("CHECKPOINT", f"size {size}", "the tree has not grown to this checkpoint: was the database rolled back?")
    for level, n in tiles:
        yield Finding("TILE", f"tile {level}/{n}", "there is no such tile in the tree")
    yield from _passed_over(here)


def _passed_over(here: Open) -> Iterator[Finding]:
    found = here.connection.execute(
        "with last as (select e.xid, e.id from ledger.leaf l join ledger.entry e on e.id = l.entry order by l.index desc limit 1) "
        "select e.id from ledger.entry e join last on (e.xid, e.id) < (last.xid, last.id) "
        "where not exists (select 1 from ledger.leaf l where l.entry = e.id) order by e.id"
    )
    for (number,) in found:
        yield Finding(
            "PASSED_OVER", f"entry {number}", "what came after it was sealed and it wasn't, so it never gets its place"
        )


def _opening() -> governance.Opening | None:
    try:
        return governance.load_opening()
    except Unreadable:
        return None  # the fold says what is wrong with it


def _tiles(here: Open) -> dict[tuple[int, int], bytes]:
    return {(level, n): hashes for level, n, hashes in here.connection.execute("select level, n, hashes from ledger.tile")}


def _tile(
    tiles: dict[tuple[int, int], bytes], held: dict[int, list[bytes]], level: int, index: int, top: bytes
) -> Iterator[Finding]:
    part = held.setdefault(level, [])
    part.append(top)
    if len(part) == WIDTH:
        if tiles.pop((level, index // WIDTH), None) != b"".join(part):
            yield Finding("TILE", f"tile {level}/{index // WIDTH}", "the tile is missing, or isn't what its leaves make")
        part.clear()


def _checkpoint(text: str, tree: Frontier, origin: str, keys: LogKeys, since: int) -> Iterator[Finding]:
    try:
        note = read_note(text.encode())
        point = read_checkpoint(note.body)
        signed = keys.sign_it(note, origin, size=tree.size, since=since, verify=vault.verify)
    except ValueError:
        point, signed = None, False
    if point is None or not signed or (point.size, point.root) != (tree.size, tree.root()):
        yield Finding("CHECKPOINT", f"size {tree.size}", "the signed checkpoint isn't of this tree")


def _cosignatures(here: Open) -> Iterator[Finding]:
    with here.connection.cursor("fsck_cosigned") as found:
        found.execute(
            "select c.size, c.witness, c.at, c.line, p.note from ledger.cosignature c join ledger.checkpoint p using (size) "
            "order by c.size, c.witness"
        )
        for size, key, at, line, note in found:
            try:
                whole = read_note((note + line).encode())
                signed = cosigned_at(whole, whole.signatures[-1].name, bytes(key), vault.verify)
            except ValueError:
                signed = None
            if signed != at:
                yield Finding(
                    "COSIGNATURE", f"size {size}", "a witness's line under the checkpoint isn't its own, or not of that second"
                )


# ---------------------------------------------------------------- the fold


def _folded(here: Open) -> Iterator[Finding]:
    texts: dict[str, bytes] = dict(here.connection.execute("select sha256, body from governance.text").fetchall())
    state: State | Violation = State()
    with here.connection.cursor("fsck_fold") as found:
        found.execute(
            "select e.id, e.kind, e.at, e.authority, e.person, e.body from ledger.entry e "
            "left join ledger.leaf l on l.entry = e.id order by l.index nulls last, e.xid, e.id"
        )
        for number, kind, at, authority, person, body in found:
            entry = decode(body)
            if isinstance(entry, Violation):
                yield Finding(entry.what, f"entry {number}", entry.says)
                return
            if (entry.id, entry.kind, entry.at, entry.by.authority, entry.by.person) != (number, kind, at, authority, person):
                yield Finding("COLUMNS", f"entry {number}", "its columns differ from its bytes")
            assert isinstance(state, State)
            state = fold(state, entry, texts, vault.verify)
            if isinstance(state, Violation):
                yield Finding(state.what, f"entry {number}", state.says)
                return
    assert isinstance(state, State)
    yield from _governance(here, state)


def _governance(here: Open, state: State) -> Iterator[Finding]:
    yield from _compare("grant", state.grants, {grant.id: grant for grant in rows.load_grants()})
    connections.forget()
    try:
        held = {agreement.id: agreement for agreement in rows.load_agreements()}
    except Unreadable as unreadable:
        yield Finding("UNREADABLE", "agreements", str(unreadable))
        held = {}
    yield from _compare("agreement", state.agreements, held)
    bound = {(client, name): True for name in state.agreements for client in rows.clients_of(name)}
    yield from _compare("client", dict.fromkeys(state.clients, True), bound)
    answers = here.connection.execute("select agreement_id, person, day, used from governance.volume where used > 0").fetchall()
    used = {(name, person, day.isoformat()): count for name, person, day, count in answers}
    yield from _compare("volume", {key: count for key, count in state.used.items() if count}, used)
    yield from _compare("approval", {n: one.entry for n, one in state.approvals.items()}, approvals.kept())
    yield from _compare("hook", {n: one.end for n, one in state.hooks.items()}, hooks.kept())
    yield from _repeated(here)
    yield from _people()
    yield from _keys(state)
    yield from _texts_of_the_owners(state)
    yield from _compare("offenses", {"newest": state.offenses}, {"newest": loaded.newest("offenses")})
    forms = 'select site, max(first + "count" - 1) from governance.forms_printed group by site'
    yield from _compare("forms", state.printed, dict(here.connection.execute(forms).fetchall()))
    void = here.connection.execute("select site, number from governance.form_voided").fetchall()
    yield from _compare("form void", dict.fromkeys(state.voided, True), dict.fromkeys(((site, n) for site, n in void), True))
    yield from _compare("calendar", {"newest": state.calendar}, {"newest": loaded.newest("calendar")})
    yield from _compare("session", state.sessions, sittings.session_entries())
    yield from _compare("court order", state.orders, order_rows.load_orders())
    yield from _compare("epoch ended", {"last": state.epoch_ended}, {"last": order_rows.epochs_ended()})
    clock = here.connection.execute("select ledger.shift(), (select max(n) from ledger.epoch)").fetchone()
    yield from _compare(
        "clock", {"shift": state.shift, "epoch": state.epoch}, dict(zip(("shift", "epoch"), clock or (), strict=True))
    )


def _repeated(here: Open) -> Iterator[Finding]:
    """Compare every row that repeats fields of its entry with that entry."""
    said: dict[str, dict[int, tuple[Any, ...]]] = {}
    for kind, (table, columns) in ROWS.items():
        for number, body in here.connection.execute("select id, body from ledger.entry where kind = %s", [int(kind)]):
            entry = decode(body)
            assert isinstance(entry, Entry), "each was read when it was folded"
            said.setdefault(table, {})[number] = tuple(_plain(entry.detail.get(field)) for field in columns.values())
    for table, columns in dict(ROWS.values()).items():
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        found = here.connection.execute(sql.SQL("select entry, {} from governance.{}").format(names, sql.Identifier(table)))
        yield from _compare(table, said.get(table, {}), {row[0]: tuple(map(_plain, row[1:])) for row in found})


def _plain(value: Any) -> Any:
    """Return a field of an entry, or the column that repeats it, as both can be compared: an empty list is absent."""
    if isinstance(value, bytes):
        return value.hex()
    return tuple(value) if isinstance(value, (list, tuple)) and value else value or None


def _keys(state: State) -> Iterator[Finding]:
    try:
        opening = governance.load_opening()
        held = None if opening is None else load_keys(opening)
    except Unreadable as unreadable:
        yield Finding("UNREADABLE", "keys", str(unreadable))
        return
    yield from _compare("keys", {"all": state.keys}, {"all": held})


def _people() -> Iterator[Finding]:
    """Count the people shown again: the ledger says how many records, and only its index whose they were."""
    try:
        counted, beyond = volume.people_counted()
    except Unreadable:
        return  # said where agreements are compared
    yield from _compare("people shown", counted, volume.people_kept())
    for entry in beyond:
        yield Finding("LIMIT_REACHED", f"entry {entry}", "it showed more people than its agreement allowed on that day")


def _texts_of_the_owners(state: State) -> Iterator[Finding]:
    try:
        held = {about: texts for about in SUBJECTS if (texts := owned.load_texts(about)).proposals}
    except Unreadable as unreadable:
        yield Finding("UNREADABLE", "the owners' texts", str(unreadable))
        held = {}
    yield from _compare("owners' text", state.texts, held)


def _compare(what: str, ledger_says: dict[Any, Any], rows_say: dict[Any, Any]) -> Iterator[Finding]:
    for key in sorted({*ledger_says, *rows_say}, key=str):
        if ledger_says.get(key) != rows_say.get(key):
            yield Finding("ROWS", f"{what} {key}", "the rows say something else than the ledger")


# ---------------------------------------------------------------- cases


def _cases(here: Open) -> Iterator[Finding]:
    ids = [str(row[0]) for row in here.connection.execute("select id from cases.case_file order by id").fetchall()]
    for batch in _batches(ids):
        held = rows.load_cases(batch)
        stored = _stored_now(here, batch)
        for case_id in batch:
            yield from _case(here, held[case_id], stored.get(case_id))
    lost = here.connection.execute("select case_id from cases.case_now where case_id not in (select id from cases.case_file)")
    for row in lost.fetchall():
        yield Finding("CASE", f"case {row[0]}", "there is a row for reading, and no case")


def _case(here: Open, case: Case, stored: dict[str, Any] | None) -> Iterator[Finding]:
    where = f"case {case.id}"
    if [fact.n for fact in case.facts] != list(range(1, len(case.facts) + 1)):
        yield Finding("FACTS", where, "its facts aren't numbered 1, 2, 3 …")
        return
    named = here.connection.execute(
        'select array_agg(entry order by version), array_agg(version order by version) from ledger.entry_row where tbl = %s and "row" = %s',
        [CASE, case.id],
    ).fetchone()
    entries, versions = named if named is not None and named[0] is not None else ([], [])
    if sorted(set(versions)) != list(range(1, case.version + 1)):
        yield Finding("CASE", where, "its version isn't the number of changes that entries name")
    if not {fact.entry for fact in case.facts} <= set(entries):
        yield Finding("FACTS", where, "a fact names an entry that doesn't name the case")
    if stored != rows.now_columns(case):
        yield Finding("CASE_NOW", where, "its row for reading isn't what its facts say")


def _stored_now(here: Open, case_ids: list[str]) -> dict[str, dict[str, Any]]:
    found = here.connection.execute("select * from cases.case_now where case_id = any(%s::uuid[])", [case_ids])
    names = [column.name for column in found.description or ()]
    return {str(row[0]): dict(zip(names, row, strict=True)) for row in found.fetchall()}


# ---------------------------------------------------------------- commitments


def _commitments(here: Open) -> Iterator[Finding]:
    """Make the commitments again, as far as the keys are there: what was destroyed can't be compared, and needn't be."""
    found = here.connection.execute(
        'select e.id, e.kind, e.body, c.list, array_agg(r."row"), array_agg(r.version) from ledger.entry e '
        "join ledger.entry_row r on r.entry = e.id and r.tbl in (%s, %s) left join ledger.commitment c on c.entry = e.id "
        "group by e.id, c.list order by e.id",
        [CASE, SHOWN],
    )
    for number, kind, body, kept, case_ids, versions in found.fetchall():
        entry = decode(body)
        if isinstance(entry, Violation):
            continue
        lost = keys.lost_keys(here.connection, case_ids)
        known = keys.case_keys(here.connection, case_ids)
        made = {
            keys.commit_case(known[case_id], entry=number, case_id=case_id, version=version)
            for case_id, version in zip(case_ids, versions, strict=True)
            if case_id in known and case_id not in lost
        }
        stated = set(kept or []) if kind in {Kind.DISCLOSED, Kind.SHOWN} else {bytes.fromhex(entry.detail["case"])}
        if not made <= stated:
            yield Finding("COMMITMENT", f"entry {number}", "its commitments aren't to the cases that its rows name")
        if kept is not None and side_hash(kept) != entry.detail["side"]:
            yield Finding("COMMITMENT", f"entry {number}", "its side row isn't the one whose hash the entry states")


def _batches(ids: list[str]) -> Iterable[list[str]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
