"""One answer from its fetched rows to its bytes, and what its entry says of it.

A chunk's rows are fetched and their keys read before the lock. Its entry's number and the commitments made with it come before the lock, too,
where all can be made ready (ready.py), else under it (admission.py). What is sent is a `Chunk`, and only of an answer whose entry is committed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeAlias

from pars.core import canonical
from pars.core.access.catalogue import COLUMNS
from pars.core.ledger.side_row import side_hash
from pars.core.terms import Instant, Refusal
from pars.store import fetching, keys, witnessed
from pars.store.connections import connection
from pars.store.vault import KeyLost

if TYPE_CHECKING:
    from psycopg import Connection, Cursor

    from pars.core.access.decision import Permit
    from pars.core.access.question import Question
    from pars.core.cases.case import Case
    from pars.core.ledger.entries import By
    from pars.store.fetching import Fetched, Row
    from pars.store.witnessed import Look, Watching

MOST_BYTES = 32 * 1024
"""A chunk's body fits into one send, with what stands around it."""
TOO_LARGE = Refusal(code="RECORD_TOO_LARGE", says="A record is larger than an answer may be.", remedy="Ask for fewer columns.")

SHOWN = "case_now"
"""How `entry_row` calls a case that an entry showed."""
OPENED = "opened"
"""How it calls a case that was opened, beside: a list that shows one person isn't that."""
PAPER = "paper_"
"""How the purpose of an entry begins that says that a paper was given; the paper's own name follows."""

EPOCH = Instant(0)
Form: TypeAlias = "Callable[[Sequence[Mapping[str, Any]]], bytes]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """One answer, to be sent at once and whole: `body` within W seconds of `appended` and before `until`, or never.

    `t0` and `appended` are readings of this process's monotonic clock, from before `at` was read and from while the lock was held, or before. `rows` are what `body` says (JSON values); `entry` is None only for a staff list that showed nothing new. `known` (case id → mark) is
    for the next beat of a stream. `until` is when its authority ends at the latest. `gone` are the cases that the reader named as known and
    that its list has no longer. Where it is `witnessed_first`, it leaves only once enough witnesses have signed its entry.
    """

    rows: tuple[Mapping[str, Any], ...]
    body: bytes
    entry: int | None
    leaf: str
    at: Instant
    t0: float
    appended: float
    until: Instant | None
    next_cursor: str | None
    known: Mapping[str, int]
    gone: tuple[str, ...] = ()
    witnessed_first: bool = False
    stamps: tuple[int, ...] | None = None
    """As the answer's: what an answer that waited, or a hint, is held against before it leaves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedCase:
    """A case as staff opened it, with the entry that says so."""

    case: Case
    entry: int
    leaf: str
    at: Instant


@dataclass(slots=True)
class Answer:
    """A chunk on its way through: what was fetched, and what its admission adds."""

    permit: Permit
    question: Question
    by: By
    found: tuple[Row, ...]
    more: bool
    stamps: tuple[int, ...] | None
    """Of the snapshot in which it was fetched; None where nothing was."""
    keys: Mapping[str, bytes] = field(default_factory=dict)
    known_handles: Mapping[str, str] = field(default_factory=dict)
    """What the agreement calls the cases that it was shown before."""
    handles: Mapping[str, str] = field(default_factory=dict)
    """The same for every case, once this admission has given new ones."""
    t0: float = 0.0
    appended: float = 0.0
    at: Instant = EPOCH
    lag: int = 0
    unsigned: int = 0
    """How long what was sealed waits to be signed, under the lock."""
    newest: int | None = None
    """The newest act on the agreement, and the systems bound to it, as both are under the lock."""
    clients: frozenset[str] = frozenset()
    current: tuple[int, ...] = ()
    """The authorities' stamps, as they are under the lock."""
    look: Look | None = None
    watching: Watching | None = None
    looked: float = 0.0
    """How the log stands with its witnesses, as it was asked before the lock, by what it was asked, and a reading of the monotonic clock from then."""
    voted: int | None = None
    """The newest act on what it is asked by, as it is under the lock."""
    found_together: dict[str, Any] = field(default_factory=dict)
    """What is true for all who share the transaction, so that one of them asks for it."""
    jumped: bool = False
    number: int | None = None
    """What its entry is numbered if it can be made ready before the lock."""
    first: frozenset[str] = frozenset()
    """The classes of data that the owners want witnessed first, as their text is under the lock."""
    asked: bytes = b""
    """The question's canonical text."""
    key: bytes = b""
    commitments: Sequence[bytes] = ()
    body: bytes = b""
    rows: tuple[dict[str, Any], ...] = ()
    entry: int | None = None
    cursor: str | None = None
    leaf: str = ""
    gone: tuple[str, ...] = ()
    written: Form | None = None
    """How an export's rows are written; None: as one JSON array."""

    def chunk(self, known: Mapping[str, int]) -> Chunk:
        """Return what may be sent now."""
        self.write_body()
        cursor = self.cursor or self.write_cursor(self.entry)
        return Chunk(
            rows=self.rows,
            body=self.body,
            entry=self.entry,
            leaf=self.leaf,
            at=self.at,
            t0=self.t0,
            appended=self.appended,
            until=self.permit.until,
            next_cursor=cursor,
            known={**known, **{row.case_id: row.mark for row in self.found}},
            gone=self.gone,
            witnessed_first=bool(self.first) and self._is_of(self.first),
            stamps=self.stamps,
        )

    def write_cursor(self, entry: int | None) -> str | None:
        """Write what asks for the page behind this one, which has that entry; None where this one is the last."""
        return fetching.write_cursor(self.permit, self.question, self.found[-1].place, entry) if self.more else None

    def _is_of(self, classes: frozenset[str]) -> bool:
        return any(COLUMNS[name].data_class in classes for name in {*self.permit.columns, *self.permit.filters})

    def write_body(self) -> None:
        """Write the rows as they will be sent, each under its agreement's own handle."""
        if not self.body:
            self.rows = tuple(self._sent(row) for row in self.found)
            self.body = (self.written or as_bytes)(self.rows)

    def _sent(self, row: Row) -> dict[str, Any]:
        if "record" not in row.shown or self.permit.login == "duty":
            return row.shown
        return {**row.shown, "record": self.handles[row.case_id]}


def as_bytes(shown: Sequence[Mapping[str, Any]]) -> bytes:
    """Return rows as one JSON array: one form, in the order of the catalogue."""
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()


def cut_to_size(
    fetched: Fetched, *, most_bytes: int | None = MOST_BYTES, written: Form | None = None
) -> tuple[tuple[Row, ...], bool] | Refusal:
    """Return as many rows as one send can take, and whether some are left for the next page."""
    if most_bytes is None:
        return fetched.rows, fetched.more
    write = written or as_bytes
    if len(write([row.shown for row in fetched.rows])) <= most_bytes:
        return fetched.rows, fetched.more
    size = len("[]")
    for n, row in enumerate(fetched.rows):
        size += len(write([row.shown]))
        if size > most_bytes:
            return (fetched.rows[:n], True) if n else TOO_LARGE
    return fetched.rows, fetched.more


def keys_of(found: Sequence[Row]) -> dict[str, bytes]:
    """Return the keys of the cases that were found."""
    if not found:
        return {}
    with connection("app") as given:
        return keys.case_keys(given, fetching.versions(found))


def prepare(answer: Answer) -> None:
    """Read for an outsider's answer, in one journey and before any lock, what its entry takes.

    The keys of the cases that were found and what the agreement calls them already: neither ever changes. And how the log stands with its
    witnesses. Where no case needs a new name, its bytes are written, too. With it comes a number for an entry that is written
    before the lock.
    """
    versions = fetching.versions(answer.found)
    with connection("app") as given:
        answer.looked = time.monotonic()
        with given.pipeline():
            answer.look = witnessed.look(given, answer.permit.at)
            known = known_handles(given, answer.permit, list(versions))
            wrapped = keys.wrapped_case_keys(given, versions)
            drawn = given.execute("select nextval('ledger.entry_id')")
        _, answer.watching = answer.look.read()
        answer.known_handles = answer.handles = dict(known.fetchall())
        answer.keys = keys.unwrapped(wrapped)
        (answer.number,) = drawn.fetchone() or (None,)
    if "record" not in answer.permit.columns or versions.keys() <= answer.handles.keys():
        answer.write_body()


def known_handles(given: Connection[Any], permit: Permit, cases: Sequence[str]) -> Cursor[Any]:
    return given.execute(
        "select case_id::text, record from governance.handle where agreement_id = %s and case_id = any(%s::uuid[])",
        [permit.authority.removeprefix("agreement:"), cases],
    )


# ---------------------------------------------------------------- what its entry says


def as_asked(answer: Answer, *, entry: int | None, shown: Sequence[Row]) -> dict[str, Any]:
    """Return what the entries `disclosed` and `shown` both say: the question as keyed commitments, and what was given."""
    assert entry is not None
    permit, question = answer.permit, answer.question
    answer.key = keys.new_question_key()
    answer.asked = question.text()
    answer.write_body()
    answer.commitments = _commitments(entry, answer, shown)
    evidence = question.evidence
    return {
        "purpose": permit.purpose,
        "columns": permit.columns,
        "filters": permit.filters,
        "rows": len(shown),
        "side": side_hash(answer.commitments),
        "question": keys.commit_words(answer.key, "question", entry=entry, words=answer.asked),
        "out": sha256(answer.body).hexdigest(),
        "evidence": evidence
        and keys.commit_words(answer.key, "evidence", entry=entry, words=f"{evidence.kind}:{evidence.value}".encode()),
    }


def _commitments(entry: int, answer: Answer, shown: Sequence[Row]) -> list[bytes]:
    return [
        # Staff go on where a case's key is lost: until its next change the question's key stands in. An outsider is refused.
        keys.commit_case(_key(answer, row.case_id), entry=entry, case_id=row.case_id, version=row.version)
        for row in shown
    ]


def _key(answer: Answer, case_id: str) -> bytes:
    found = answer.keys.get(case_id)
    if found is None and answer.permit.login == "guest":
        raise KeyLost("the key of a record that would be disclosed is lost")
    return found or answer.key


def dissemination(answer: Answer, entry: int | None, shown: Sequence[Row]) -> bytes:
    """Return what is kept beside the entry of who was shown what, encrypted."""
    assert entry is not None
    record: dict[str, canonical.Json] = {
        "agency": answer.permit.agency or "",
        "person": answer.by.person,
        "question": canonical.read_unchecked(answer.asked),
        "shown": [[row.case_id, row.version] for row in shown],
    }
    return keys.seal_dissemination(answer.key, entry, record)
