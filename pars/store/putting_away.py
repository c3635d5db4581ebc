"""Takes a case out of every table on a court's order, and brings a sealed one back: the one place that deletes.

Inside the act of the login `sealed`, under the floor's lock alone, so that no answer with the record is on its way. What else led to the
person goes with it: questions that asked for them, and their place in the dissemination records of others, which keep theirs.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg.types.json import Jsonb

from pars.core.cases import striking
from pars.core.cases.facts import Fact
from pars.core.cases.named_elsewhere import links_to
from pars.core.cases.put_away import asked_for, numbers
from pars.core.ledger.entries import Kind
from pars.core.terms import Instant
from pars.store import keys, rows, shares, tombstones, vault
from pars.store.chunks import SHOWN
from pars.store.connections import Open, acting_now, connection, current
from pars.store.order_rows import TABLE
from pars.store.tombstones import Tombstone
from pars.store.vault import KeyLost

if TYPE_CHECKING:
    from pars.core.cases.case import Case

BATCH = 2000


@dataclass(frozen=True, slots=True)
class Recipient:
    """An agency that was shown a case under one agreement: by which answers, and its handle of the case where it has one."""

    agreement: str
    agency: str
    answers: tuple[int, ...]
    record: str | None


@dataclass(frozen=True, slots=True)
class Notice:
    """What names a record to an agency that is to destroy it: its own handle, where it has one, and the entries of its answers."""

    purge: int
    agreement: str
    due: Instant
    record: str | None
    answers: tuple[int, ...]
    charges: int
    """How many charges of the record are to be destroyed; 0: all of it."""


def recipients(case_id: str, *, since: int = 0, columns: Collection[str] = ()) -> tuple[Recipient, ...]:
    """Return every agency that the ledger says was shown a case: whoever may still hold a copy.

    With `columns`, only by answers that returned one of them, and only of the case's version `since` or a later one.
    """
    asked = current().connection.execute(
        "select substr(e.authority, length('agreement:') + 1) as name, "
        "  array_agg(distinct e.id order by e.id) filter (where %(all)s or convert_from(e.body, 'UTF8')::jsonb #> '{d,columns}' ?| %(columns)s), "
        "  (select h.record from governance.handle h where 'agreement:' || h.agreement_id = e.authority and h.case_id = %(id)s) "
        "from ledger.entry_row r join ledger.entry e on e.id = r.entry "
        'where r.tbl = %(shown)s and r."row" = %(case)s and e.kind = %(kind)s and r.version >= %(since)s group by e.authority order by 1',
        {
            "id": case_id,
            "case": case_id,
            "shown": SHOWN,
            "kind": int(Kind.DISCLOSED),
            "since": since,
            "columns": list(columns),
            "all": not columns,
        },
    )
    found = [row for row in asked.fetchall() if row[1]]
    agencies: dict[str, str] = dict(
        current().connection.execute("select agreement_id, agency from governance.agreement").fetchall()
    )
    return tuple(Recipient(name, agencies[name], tuple(answers), record) for name, answers, record in found)


def note_recipient(here: Open, recipient: Recipient) -> None:
    """Keep, beside the entry that tells an agency to destroy its copies, what names them to it, until it answers."""
    here.connection.execute(
        "insert into sealed.purge_notice (purge, agreement_id, record, answers) values (%s, %s, %s, %s)",
        [here.entry, recipient.agreement, recipient.record, list(recipient.answers)],
    )


def notices(agreements: Iterable[str]) -> tuple[Notice, ...]:
    """Return the notices of agreements whose agency hasn't answered."""
    found = current().connection.execute(
        "select n.purge, a.agreement_id, a.due, n.record, n.answers, coalesce(o.charges, 0) from sealed.notices(%s) n "
        "join governance.purge_asked a on a.entry = n.purge join governance.court_order o on o.entry = a.court_order order by n.purge",
        [list(agreements)],
    )
    return tuple(
        Notice(purge, name, Instant(due), record, tuple(answers), charges)
        for purge, name, due, record, answers, charges in found.fetchall()
    )


def forget_notice(purge: int) -> None:
    """Remove what named a record to an agency, if the agency has answered."""
    with connection("app") as given:
        given.execute("select sealed.forget_notice(%s)", [purge])


def name_case(case_id: str) -> tuple[str, str, int]:
    """Return how the entry of a court's order names, beside itself, the case that it is about."""
    here = acting_now()
    assert here.entry is not None
    return TABLE, case_id, here.entry


def name_charges(here: Open, case_id: str, charges: Iterable[int]) -> None:
    """Keep which charges of a case an order is about, beside its entry."""
    for n in charges:
        here.connection.execute(
            "insert into governance.ordered (entry, case_id, n) values (%s, %s, %s)", [here.entry, case_id, n]
        )


# ---------------------------------------------------------------- away


def take_away(
    order: int, case: Case, *, seats: Collection[str] = (), elsewhere: Sequence[tuple[Case, Collection[int]]] = ()
) -> tuple[str, ...]:
    """Take a case out of every table; with `seats`, into one that only two owners' shares open. Return what the ledger says of the shares.

    `elsewhere` are facts of other cases that name its person or are linked with it: they go with it, and come back with it.
    The tombstone's file is written now and counts once the act has committed (`tombstones.settle`).
    """
    here = acting_now()
    assert here.entry is not None
    here.connection.execute("select sealed.begin_act(%s)", [here.entry])
    others = frozenset[str]().union(*(striking.numbers_of(other, struck) for other, struck in elsewhere))
    stone = Tombstone(order, tombstones.digests(numbers(case) | {f"case:{case.id}"} | others))
    own = {case_id: key.hex() for case_id, key in keys.case_keys(here.connection, [case.id]).items()}
    held = _taken(here, case)
    said = {other.id: _struck(here, other.id, struck) for other, struck in elsewhere}
    tombstones.put(here, stone)
    tombstones.write(stone)
    whole = {"rows": held, "keys": own, "elsewhere": said, "tombstone": stone.name}
    return _locked_away(here, order, whole, seats) if seats else ()


def strike(order: int, case: Case, struck: Collection[int]) -> None:
    """Take the facts that say single charges out of a case; as `take_away`, with a tombstone for what would bring them back."""
    here = acting_now()
    assert here.entry is not None
    here.connection.execute("select sealed.begin_act(%s)", [here.entry])
    stone = Tombstone(order, tombstones.digests(striking.numbers_of(case, struck)))
    _struck(here, case.id, struck)
    tombstones.put(here, stone)
    tombstones.write(stone)


def _struck(here: Open, case_id: str, struck: Collection[int]) -> Any:
    row = here.connection.execute("select sealed.strike(%s, %s)", [case_id, sorted(struck)]).fetchone()
    assert row is not None, "the function returns one row"
    rows.rewrite(case_id)
    return row[0]


def _taken(here: Open, case: Case) -> Any:
    _forget_who_asked(here, case)
    row = here.connection.execute("select sealed.take(%s)", [case.id]).fetchone()
    assert row is not None, "the function returns one row"
    return row[0]


def _locked_away(here: Open, order: int, held: Any, seats: Collection[str]) -> tuple[str, ...]:
    key = secrets.token_bytes(vault.KEY_BYTES)
    ciphertext = vault.seal(key, json.dumps(held).encode(), _about(order))
    here.connection.execute("insert into sealed.record (court_order, ciphertext) values (%s, %s)", [order, ciphertext])
    return shares.keep(order, shares.split(key, sorted(seats)))


def bring_back(order: int, brought: Mapping[str, bytes], seats: Collection[str]) -> None:
    """Put a sealed record back. Raises KeyLost where the shares aren't two owners' shares of its key."""
    here = acting_now()
    assert here.entry is not None
    row = here.connection.execute("select ciphertext from sealed.record where court_order = %s", [order]).fetchone()
    if row is None:
        raise KeyLost(f"the sealed record of order {order} is gone")
    key = shares.join(brought, sorted(seats))
    held = json.loads(vault.unseal(key, row[0], _about(order)))
    here.connection.execute("select sealed.begin_act(%s)", [here.entry])
    here.connection.execute("select sealed.give_back(%s)", [Jsonb(held["rows"])])
    for case_id, own in held["keys"].items():
        keys.keep_case_key(here, case_id, bytes.fromhex(own))
    for case_id, said in held["elsewhere"].items():
        if rows.load_case(case_id, lock=True) is not None:
            here.connection.execute("select sealed.unstrike(%s, %s)", [case_id, Jsonb(said)])
            rows.rewrite(case_id)
    here.connection.execute("delete from sealed.record where court_order = %s", [order])
    here.connection.execute("delete from sealed.tombstone where stone = %s", [held["tombstone"]])
    _strike_links(here)
    tombstones.lift(held["tombstone"])


def _about(order: int) -> bytes:
    return b"sealed record\x00" + order.to_bytes(8)


# ---------------------------------------------------------------- who asked for them


def _forget_who_asked(here: Open, case: Case) -> None:
    """Take the case out of the dissemination records, with the words of every question that showed it or asked for its person.

    What was shown to whom of others stays, under a new key: the old one opens nothing any more, in no copy.
    """
    handles = [row[0] for row in here.connection.execute("select record from governance.handle where case_id = %s", [case.id])]
    for entry, record in _records(here):
        shown = [one for one in record["shown"] if one[0] != case.id]
        if len(shown) == len(record["shown"]) and not asked_for(case, handles, record.get("question")):
            continue
        if shown:
            _write_anew(here, entry, {**record, "shown": shown, "question": {}})
            continue
        here.connection.execute("delete from ledger.dissemination where entry = %s", [entry])
        here.connection.execute("delete from keys.question_key where entry = %s", [entry])


def _records(here: Open) -> Iterable[tuple[int, Any]]:
    """Yield every dissemination record that opens."""
    last = -1
    while True:
        found = here.connection.execute(
            "select entry from ledger.dissemination where entry > %s order by entry limit %s", [last, BATCH]
        ).fetchall()
        if not found:
            return
        for (entry,) in found:
            last = entry
            try:
                record = keys.open_dissemination(here, entry)
            except KeyLost:
                continue
            yield entry, record


def _write_anew(here: Open, entry: int, record: dict[str, Any]) -> None:
    key = keys.new_question_key()
    epoch, wrapped = keys.wrap_question_key(keys.newest_wrapping(here), key, entry)
    here.connection.execute(
        "update ledger.dissemination set ciphertext = %s where entry = %s", [keys.seal_dissemination(key, entry, record), entry]
    )
    here.connection.execute("update keys.question_key set epoch = %s, wrapped = %s where entry = %s", [epoch, wrapped, entry])


# ---------------------------------------------------------------- a restored copy


def clean_copy(missing: Iterable[Tombstone]) -> int:
    """Take out of a restored database what orders had put away that it knows nothing of; return how many cases."""
    here, cleaned = acting_now(), 0
    assert here.entry is not None
    here.connection.execute("select sealed.begin_act(%s)", [here.entry])
    stones = tuple(missing)
    digests = frozenset[bytes]().union(*(stone.digests for stone in stones))
    known = [str(row[0]) for row in here.connection.execute("select id from cases.case_file order by id").fetchall()]
    for case_id in known:
        if tombstones.digests([f"case:{case_id}"]) <= digests:
            case = rows.load_case(case_id, lock=True)
            assert case is not None, "it was there, and nobody else acts under the floor's lock"
            _taken(here, case)
            cleaned += 1
        elif tombstones.digests([striking.struck_from(case_id)]) <= digests:
            cleaned += _struck_again(here, case_id, digests)
    for stone in stones:
        tombstones.put(here, stone)
    _strike_links(here)
    return cleaned


def _strike_links(here: Open) -> None:
    """Strike what cases that came back say of being linked with one that was put away since."""
    found: dict[str, set[str]] = {}
    for case_id, other in here.connection.execute(
        "select distinct case_id::text, other_case from cases.person_linked"
    ).fetchall():
        found.setdefault(other, set()).add(case_id)
    for other, there in found.items():
        if tombstones.buried([f"case:{other}"]):
            for case_id, struck in links_to(other, rows.load_cases(there, lock=True).values()).items():
                _struck(here, case_id, struck)


def _struck_again(here: Open, case_id: str, digests: frozenset[bytes]) -> int:
    """Strike from a case of an older copy what orders struck from it since; return whether there was anything."""
    case = rows.load_case(case_id, lock=True)
    assert case is not None, "it was there, and nobody else acts under the floor's lock"
    wanted = [fact.n for fact in case.facts if type(fact) is not Fact]
    struck = [n for n in wanted if tombstones.digests([striking.place_of(case_id, n)]) <= digests]
    if struck:
        _struck(here, case_id, struck)
    return bool(struck)
