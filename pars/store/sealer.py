"""One epoch of sealing: the next entries in their order get their place, the tree grows, and a checkpoint is signed over what storage gives back.

Entries are sealed in the order (transaction id, entry id), and only below the oldest transaction still open, so that none can
appear behind what is sealed. Authority locks come before a transaction's first write; hence that order agrees with authority.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from itertools import zip_longest
from threading import Event
from typing import TYPE_CHECKING

from pars.core.ledger import drafts
from pars.core.ledger.checkpoint import Checkpoint, Note, NoteSignature, key_id
from pars.core.ledger.entries import Entry, decode
from pars.core.ledger.fold import OF_A_KEY
from pars.core.ledger.log_keys import LogKeys
from pars.core.ledger.merkle import HASH_BYTES, Frontier, leaf_hash
from pars.store import connections, last_signed, ledger, rows, schema, vault, witnessed
from pars.store.genesis import SYSTEM
from pars.store.growing import frontier, grow, partials
from pars.store.repeated import Unreadable
from pars.store.tree import Tree

if TYPE_CHECKING:
    from psycopg import Connection

    from pars.store.connections import Row

CHECKPOINT_EVERY = 1.0
BATCH = 4000
BUSY = 256
"""How many entries in a batch tell that more have come meanwhile: then the next look isn't waited for."""
NEXT = """
    with next as (
        select %(size)s + row_number() over (order by e.xid, e.id) - 1 as index, e.xid, e.id, sha256('\\x00'::bytea || e.body) as hash,
               e.body, e.kind = any (%(of_a_key)s) as of_a_key
          from ledger.entry e
         where (e.xid, e.id) > (%(xid)s::xid8, %(id)s) and e.xid < pg_snapshot_xmin(pg_current_snapshot())
         order by e.xid, e.id limit %(batch)s),
    put as (insert into ledger.leaf (index, entry, hash) select index, id, hash from next)
    select string_agg(hash, '' order by index), array_agg(body order by index), array_agg(index order by index) filter (where of_a_key),
           (select xid::text from next order by index desc limit 1), (select id from next order by index desc limit 1)
      from next
"""
"""Puts the next entries behind the tree. The database hashes them; what it kept is hashed again before anything is signed."""
log = logging.getLogger("pars.sealing")


class Disordered(Exception):
    """The server counts transactions anew, so that what is entered now has no certain place behind what is sealed. Nothing is sealed."""


class Superseded(Exception):
    """Another sealer has begun a later epoch: this one stops."""


class Tampered(Exception):
    """What is stored isn't what was sealed. Nothing is signed over it; outsiders are refused once the seal lags."""


@dataclass(slots=True)
class Sealer:
    """One epoch of sealing on one connection, which holds the lock: when it is lost, so is the right to seal."""

    connection: Connection[Row]
    epoch: int
    began: int
    """How many entries had their place when it began."""
    tree: Frontier
    partial: dict[int, list[bytes]]
    """For each tile level, the hashes right of its last full tile."""
    last: tuple[str, int]
    """The transaction and id of the last sealed entry."""
    checked: Frontier
    """The tree as read back from storage so far, never shorter than the last checkpoint."""
    signed: int
    """The size of the last checkpoint."""
    log_keys: LogKeys
    """The log's keys, as far as the tree goes."""
    signed_at: float = field(default=float("-inf"))
    told: bool = False
    """Whether it was said that nothing is signed."""
    able: bool = True
    """Whether the key that signs was there, when it was last needed."""

    @classmethod
    def begin(cls, connection: Connection[Row]) -> Sealer:
        """Begin an epoch: say so in the ledger, and take up the tree where storage says it stands."""
        if schema.counts_anew(connection):  # before the entry of this very epoch
            raise Disordered(schema.COUNTS_ANEW)
        epoch = _begin_epoch()
        tree = Tree(connection)
        size = tree.size()
        found = connection.execute(
            "select e.xid::text, e.id from ledger.leaf l join ledger.entry e on e.id = l.entry order by l.index desc limit 1"
        ).fetchone()
        signed = connection.execute("select coalesce(max(size), 0) from ledger.checkpoint").fetchone()
        assert signed is not None, "an aggregate gives one row"
        log_keys = _log_keys(connection)
        _compare_memory(log_keys, tree, size)
        return cls(
            connection=connection,
            epoch=epoch,
            began=size,
            tree=frontier(tree, size),
            partial=partials(tree, size),
            last=found if found is not None else ("0", -1),
            checked=frontier(tree, signed[0]),
            signed=signed[0],
            log_keys=log_keys,
        )

    def work(self, stop: Event, beat: float) -> None:
        """Seal at every beat, or at once where much comes, and sign every second in which the tree grew, until `stop` is set."""
        while not stop.is_set():
            grown = self.seal() if self.able or self._key_waits() else 0
            self._read_back()  # each batch by itself: all of a second's at once would hold up what comes meanwhile
            if self.is_time_to_sign():
                self._sign_if_able()
            if grown < BUSY:
                stop.wait(beat)
        if self.able:
            self.seal_all()
            self._sign_if_able()

    def is_time_to_sign(self) -> bool:
        """Return whether the tree grew and the last checkpoint is a second old."""
        return self.signed < self.tree.size and time.monotonic() - self.signed_at >= CHECKPOINT_EVERY

    def _sign_if_able(self) -> None:
        """Sign; where the key isn't there, say so and seal nothing more until it is, or another is added.

        INVARIANT: what nobody can sign isn't sealed, so that the lag stops outside answers (law L13); custody work goes on.
        """
        try:
            self.sign()
        except vault.KeyLost as lost:
            if self.able:
                log.error("nothing is signed: %s", lost)  # noqa: TRY400  the sentence says all
            self.able = False
        else:
            self.able = True

    def _key_waits(self) -> bool:
        """Return whether an act on a key is yet to be sealed: it may be what makes signing possible again."""
        found = self.connection.execute(
            "select 1 from ledger.entry where kind = any(%s) and (xid, id) > (%s::xid8, %s)", [sorted(OF_A_KEY), *self.last]
        ).fetchone()
        return found is not None

    def waiting(self) -> bool:
        """Return whether something is committed and not sealed."""
        found = self.connection.execute(
            "select exists (select 1 from ledger.entry where (xid, id) > (%s::xid8, %s))", self.last
        ).fetchone()
        return found is not None and bool(found[0])

    def seal_all(self) -> None:
        """Seal until nothing more is there to seal."""
        while self.seal() == BATCH:
            pass

    def seal(self) -> int:
        """Seal the next batch and return how many entries it held."""
        with self.connection.transaction():
            self._check_epoch()
            xid, number = self.last
            asked = {"size": self.tree.size, "xid": xid, "id": number, "batch": BATCH, "of_a_key": sorted(OF_A_KEY)}
            found = self.connection.execute(NEXT, asked, binary=True).fetchone()
            assert found is not None, "an aggregate gives one row"
            joined, bodies, places, *last = found
            if joined is None:
                return 0
            entries = [_read(index, body) for index, body in enumerate(bodies, self.tree.size)]
            hashes = [joined[at : at + HASH_BYTES] for at in range(0, len(joined), HASH_BYTES)]
            grown, partial, tiles = grow(self.tree, self.partial, hashes)
            with self.connection.cursor() as cursor:
                cursor.executemany("insert into ledger.tile (level, n, hashes) values (%s, %s, %s)", tiles)
        for index in places or ():
            self.log_keys.take(index, entries[index - self.tree.size])
        # Only what has committed is remembered; after an error this sealer is gone and the next one reads storage.
        self.tree, self.partial, self.last = grown, partial, (last[0], last[1])
        return len(hashes)

    def sign(self) -> None:
        """Sign a checkpoint over the tree, once what lies in storage was read back, hashed again and found the same."""
        if self.signed == self.tree.size or not self._may_sign():
            return
        keys = [(key, vault.log_key(key)) for key in self.log_keys.signing(self.tree.size, self.signed)]
        while self.checked.size < self.tree.size:
            self._read_back()
        size, root = self.tree.size, self.tree.root()
        with ledger.reading():
            origin = witnessed.log_name(size)
        if self.checked.root() != root:
            raise Tampered(f"the tree of {size} entries in storage has another root")
        body = Checkpoint(origin=origin, size=size, root=root).body()
        lines = [NoteSignature(origin, key_id(origin, key), held.sign(body)) for key, held in keys]
        note = Note(body, tuple(lines)).text().decode()
        with self.connection.transaction():
            self._check_epoch()
            self.connection.execute("insert into ledger.checkpoint (size, root, note) values (%s, %s, %s)", [size, root, note])
        self.signed = size
        try:
            last_signed.write(note)
        except OSError as wrong:  # the witnesses remember; a full disk stops nobody's release
            log.warning("the last checkpoint could not be kept beside the database: %s", wrong.strerror)
        self.signed_at = time.monotonic()

    def _may_sign(self) -> bool:
        """Return whether nobody knows another history than this one: a log that signs two can be trusted in neither."""
        self.signed_at = time.monotonic()
        with ledger.reading():
            try:
                contradicted = witnessed.watching().contradicted
            except Unreadable:  # fsck and the doctor say so; who can't be told of has said nothing
                contradicted = False
        if contradicted and not self.told:
            log.error("nothing is signed: %s", witnessed.LEDGER_ROLLED_BACK.says)
        self.told = contradicted
        return not contradicted

    def _read_back(self) -> None:
        """Read what was sealed last back from storage, a batch at most, and hash it again."""
        if self.checked.size == self.tree.size:
            return
        first, end = self.checked.size, min(self.tree.size, self.checked.size + BATCH)
        stored = self.connection.execute(
            "select l.index, l.hash, e.body from ledger.leaf l join ledger.entry e on e.id = l.entry "
            "where l.index >= %s and l.index < %s order by l.index",
            [first, end],
            binary=True,
        ).fetchall()
        for place, (index, hashed, body) in zip_longest(range(first, end), stored, fillvalue=(None, None, b"")):
            if index != place or leaf_hash(body) != hashed:
                raise Tampered(f"the entry at index {place} isn't the one that was sealed")
            if self.checked.size < self.began:  # others were read before they had their place
                _read(self.checked.size, body)
            self.checked.append(hashed)

    def _check_epoch(self) -> None:
        found = self.connection.execute("select max(n) from ledger.epoch").fetchone()
        if found is None or found[0] != self.epoch:
            raise Superseded(f"epoch {found and found[0]} has begun after {self.epoch}")


def _begin_epoch() -> int:
    """Enter the start of a new epoch and return its number."""
    with ledger.acting(SYSTEM, exclusive=["epoch"]):
        if rows.load_opening() is None:
            raise RuntimeError(connections.NOT_OPENED)
        found = connections.acting_now().connection.execute("select coalesce(max(n), 0) + 1 from ledger.epoch").fetchone()
        assert found is not None, "an aggregate gives one row"
        ledger.append(drafts.sealer_started(epoch=found[0]), by=SYSTEM)
    return int(found[0])


def _log_keys(connection: Connection[Row]) -> LogKeys:
    """Return the log's keys, as the sealed entries tell."""
    found = connection.execute(
        "select 0, body from ledger.entry where id = 0 union all "
        "select l.index, e.body from ledger.entry e join ledger.leaf l on l.entry = e.id where e.kind = any(%s) order by 1",
        [sorted(OF_A_KEY)],
    ).fetchall()
    genesis = _read(0, found[0][1])
    keys = LogKeys(bytes.fromhex(genesis.detail["log_key"]))
    for index, body in found[1:]:
        keys.take(index, _read(index, body))
    return keys


def _read(index: int, body: bytes) -> Entry:
    """Return an entry, read before it gets its place: what nobody can read would hold up everything behind it for good once it had one."""
    entry = decode(body)
    if not isinstance(entry, Entry):
        raise Tampered(f"what is, or would be, at index {index} isn't an entry: {entry.says}")
    return entry


def _compare_memory(keys: LogKeys, tree: Tree, size: int) -> None:
    """Hold the tree in storage against the checkpoint that was signed last, and note what comes of it."""
    with ledger.reading():
        origin = witnessed.log_name()
    last = last_signed.read(origin, keys.first)
    if last is not None:
        said = last_signed.compare(last, size, lambda n: frontier(tree, n).root())
        witnessed.note_heard(origin=origin, key=keys.first, said=said, size=last.size)
