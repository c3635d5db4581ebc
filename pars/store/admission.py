"""Admits one fetched chunk: the transaction under the authority's lock in which its entry is written, or nothing is.

Used by disclosure.py alone. The monotonic clock is read twice. Before anything is sent to the database (`t0`): so an instant of the
database's clock is known by this one, never too late. And again when the entry is written and its commit is about to be sent (`appended`), while
the lock is held: from there W counts, so that whatever stops this process after it makes the chunk too old, and it is dropped, while what came
before makes none so.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from hashlib import sha256
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any, TypeAlias

from psycopg import DatabaseError
from psycopg.errors import LockNotAvailable, UniqueViolation

from pars.core import canonical
from pars.core.access.decision import GUARD
from pars.core.ledger.merkle import root_of_data
from pars.core.terms import SECOND, Instant, Refusal
from pars.store import fetching, keys, ledger, volume
from pars.store.clock import Seen, Watch, steady
from pars.store.connections import Named, Open, Retry, connection, opened
from pars.store.vault import KeyLost

if TYPE_CHECKING:
    from psycopg import Connection, Cursor

    from pars.core.access.decision import Permit
    from pars.core.access.question import Question
    from pars.core.cases.case import Case
    from pars.core.ledger.entries import By, Draft
    from pars.store.fetching import Fetched, Row

MOST_BYTES = 32 * 1024
"""A chunk's body fits into one send, with what stands around it."""
SLOWEST_S = GUARD / SECOND
"""An admission that took longer until its commit is undone and made again: it holds a lock that a revocation may be waiting for."""
PATIENCE_MS = GUARD // 1000
TOO_LARGE = Refusal(code="RECORD_TOO_LARGE", says="A record is larger than an answer may be.", remedy="Ask for fewer columns.")

HANDLE_BYTES = 12
SHOWN = "case_now"
"""How `entry_row` calls a case that an entry showed."""
OPENED = "opened"
"""How it calls a case that was opened, beside: a list that shows one person isn't that."""
PAPER = "paper_"
"""How the purpose of an entry begins that says that a paper was given; the paper's own name follows."""

EPOCH = Instant(0)
watch = Watch()
_turns = BoundedSemaphore(4)
_gate = BoundedSemaphore(1)


Written: TypeAlias = "Callable[[Sequence[Mapping[str, Any]]], bytes]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """One answer, to be sent at once and whole: `body` within W seconds of `appended` and before `until`, or never.

    `t0` and `appended` are readings of this process's monotonic clock, from before `at` was read and from just before the commit was sent. `rows` are what `body` says (JSON values); `entry` is None only for a staff list that showed nothing new. `known` (case id → mark) is
    for the next beat of a stream. `until` is when its authority ends at the latest. `gone` are the cases that the reader named as known and
    that its list has no longer.
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
    keys: Mapping[str, bytes]
    handles: dict[str, str] = field(default_factory=dict)
    t0: float = 0.0
    appended: float = 0.0
    at: Instant = EPOCH
    lag: int = 0
    newest: int | None = None
    """The newest act on the agreement, and the systems bound to it, as both are under the lock."""
    clients: frozenset[str] = frozenset()
    jumped: bool = False
    key: bytes = b""
    commitments: Sequence[bytes] = ()
    body: bytes = b""
    rows: tuple[dict[str, Any], ...] = ()
    entry: int | None = None
    leaf: str = ""
    gone: tuple[str, ...] = ()
    written: Written | None = None
    """How an export's rows are written; None: as one JSON array."""

    def chunk(self, known: Mapping[str, int]) -> Chunk:
        """Return what may be sent now."""
        self.write_body()
        cursor = fetching.write_cursor(self.permit, self.question, self.found[-1].place, self.entry) if self.more else None
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
        )

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
    fetched: Fetched, *, most_bytes: int | None = MOST_BYTES, written: Written | None = None
) -> tuple[tuple[Row, ...], bool] | Refusal:
    """Return as many rows as one send can take, and whether some are left for the next page."""
    if most_bytes is None:
        return fetched.rows, fetched.more
    write = written or as_bytes
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


def keys_and_handles(permit: Permit, found: Sequence[Row]) -> tuple[dict[str, bytes], dict[str, str]]:
    """Return the keys of the cases that were found, and the handles that the agreement has of them already.

    Neither ever changes, so that both are read before the lock.
    """
    if not found:
        return {}, {}
    versions = fetching.versions(found)
    with connection("app") as given, given.pipeline():
        known = _known_handles(given, permit, list(versions))
        return keys.case_keys(given, versions), dict(known.fetchall())


def _known_handles(given: Connection[Any], permit: Permit, cases: Sequence[str]) -> Cursor[Any]:
    return given.execute(
        "select case_id::text, record from governance.handle where agreement_id = %s and case_id = any(%s::uuid[])",
        [permit.authority.removeprefix("agreement:"), cases],
    )


# ---------------------------------------------------------------- the transaction


@contextmanager
def in_turn() -> Iterator[None]:
    """Let few outside questions be worked on at once in this process; the others wait before anything of theirs begins to age.

    More at once would answer no more: an interpreter's threads take turns, and an answer on its way out would wait for all of them.
    """
    with _turns:
        yield


@contextmanager
def _turn(*, outside: bool) -> Iterator[None]:
    """Let one outside admission run at a time, so that it is quick; the wait is before its time counts. Staff never wait here."""
    with _gate if outside else nullcontext():
        try:
            yield
        except LockNotAvailable:
            raise Retry("the authority was held by somebody else, and the answer could not be sent in time") from None
        except UniqueViolation:
            raise Retry("the same question is answered under its Idempotency-Key just now") from None
        except DatabaseError as error:
            if error.sqlstate != volume.ONE_TOO_MANY:
                raise
            raise Retry("somebody else asked the last question that the person's day had left") from None


@contextmanager
def admitted(answer: Answer, *, outside: bool) -> Iterator[Open]:
    """Open the admission: locks, time, entry number. `enter` ends it with the commit; without that, everything is undone.

    Raises Retry where the authority was narrowed since the chunk was fetched, where its end is too near, or where so much time
    went by that an outsider's chunk could not be sent any more.
    """
    authorities = fetching.authorities(answer.permit)
    with _turn(outside=outside), connection("app") as given:
        answer.t0, before = time.monotonic(), steady()
        with given.pipeline():
            given.execute("begin isolation level read committed")
            begun = given.execute(
                'select entry, at, "real", lag, stamps, newest, clients from ledger.begin_disclosure(%s::bigint[], %s::text[], %s)',
                [[ledger.authority_key(name) for name in authorities], list(authorities), PATIENCE_MS if outside else None],
            )
        found = begun.fetchone()
        assert found is not None, "the function returns one row"
        entry, at, real, answer.lag, stamps, answer.newest, clients = found
        answer.clients = frozenset(clients or ())
        answer.jumped = watch.jumped(Seen(before, real, steady()))
        answer.at = Instant(at)
        if answer.stamps is not None and tuple(stamps) != answer.stamps:
            raise Retry("the authority was narrowed since the chunk was fetched")
        _lasts(answer)
        here = Open(given, answer.at, answer.by, entry)
        with opened(here):
            yield here


def _lasts(answer: Answer, waited: float = 0.0) -> None:
    """Raise Retry where what permits the answer would end before it could leave; `waited` seconds at most went by since `at`."""
    until, guard = answer.permit.until, GUARD if answer.permit.login == "guest" else 0
    if until is not None and answer.at + waited * SECOND + guard >= until:
        raise Retry("what permits this ends too soon")


def _append_now(answer: Answer) -> None:
    """Read the clock that W counts from. Raises Retry where the admission took too long, or what permits the answer ends too soon.

    INVARIANT L2: the lock is held now, and whoever narrows waits out W from when they hold it: so this answer leaves before they are done.
    """
    answer.appended = time.monotonic()
    waited = answer.appended - answer.t0
    if answer.permit.login == "guest" and waited > SLOWEST_S:
        raise Retry("the answer could not be entered in time")
    _lasts(answer, waited)


def give_handles(here: Open, answer: Answer) -> None:
    """Give each case that has none the agreement's own random handle, kept from its first disclosure on."""
    if "record" not in answer.permit.columns:
        return
    agreement = answer.permit.authority.removeprefix("agreement:")
    # In one order, so that two at once wait for each other and not in a ring.
    cases = sorted({row.case_id for row in answer.found} - answer.handles.keys())
    if not cases:
        return
    here.connection.execute(
        "insert into governance.handle (agreement_id, case_id, record) select %s, * from unnest(%s::uuid[], %s::text[]) "
        "on conflict (agreement_id, case_id) do nothing",
        [agreement, cases, [secrets.token_hex(HANDLE_BYTES) for _ in cases]],
    )
    answer.handles.update(_known_handles(here.connection, answer.permit, cases).fetchall())


def newly_shown(here: Open, answer: Answer, browser: str) -> tuple[Row, ...]:
    """Return the rows that this browser session hasn't been shown in this version, and remember that it now is.

    INVARIANT: what a person was shown in one capacity, or with fewer columns, counts for no other: there it is entered anew.
    """
    versions = fetching.versions(answer.found)
    what = "\0".join((browser, answer.permit.authority, *sorted(answer.permit.columns)))
    found = here.connection.execute(
        "insert into ledger.shown_to as s (browser, case_id, version, entry) "
        "select %s, c, v, %s from unnest(%s::uuid[], %s::bigint[]) as n (c, v) order by c "
        "on conflict (browser, case_id) do update set version = excluded.version, entry = excluded.entry "
        "where s.version <> excluded.version returning case_id",
        [sha256(what.encode()).digest(), here.entry, list(versions), list(versions.values())],
    ).fetchall()
    new = {str(row[0]) for row in found}
    return tuple(row for row in answer.found if row.case_id in new)


def as_asked(here: Open, answer: Answer, *, shown: Sequence[Row]) -> dict[str, Any]:
    """Return what the entries `disclosed` and `shown` both say: the question as keyed commitments, and what was given."""
    assert here.entry is not None
    permit, question = answer.permit, answer.question
    answer.key = keys.new_question_key()
    answer.write_body()
    answer.commitments = _commitments(here.entry, answer, shown)
    evidence = question.evidence
    return {
        "purpose": permit.purpose,
        "columns": permit.columns,
        "filters": permit.filters,
        "rows": len(shown),
        "root": root_of_data(answer.commitments).hex(),
        "question": keys.commit_words(answer.key, "question", entry=here.entry, words=question.text()),
        "out": sha256(answer.body).hexdigest(),
        "evidence": evidence
        and keys.commit_words(answer.key, "evidence", entry=here.entry, words=f"{evidence.kind}:{evidence.value}".encode()),
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


def enter(
    here: Open,
    answer: Answer,
    draft: Draft,
    *,
    shown: Sequence[Row],
    opens: bool = False,
    beside: Sequence[Named] = (),
    last: Callable[[], None] = lambda: None,
) -> None:
    """Write the entry with all that lies beside it, and commit: that is what makes the chunk an answer. The last of an admission.

    `last` sends what others wait for: together with the commit, so that they wait for no more than that. Raises Retry like `_append_now`.
    """
    assert here.entry is not None
    given = here.connection
    epoch, wrapped = keys.wrap_question_key(here, answer.key, here.entry)
    record: dict[str, canonical.Json] = {
        "agency": answer.permit.agency or "",
        "person": answer.by.person,
        "question": canonical.read(answer.question.text()),
        "shown": [[row.case_id, row.version] for row in shown],
    }
    with given.pipeline():
        tables = (SHOWN, OPENED) if opens else (SHOWN,)
        about = [(table, row.case_id, row.version) for row in shown for table in tables] + list(beside)
        answer.leaf = ledger.write_entry(here, draft, at=answer.at, about=about)
        if answer.commitments:
            given.execute("insert into ledger.commitment (entry, list) values (%s, %s)", [here.entry, answer.commitments])
        given.execute("insert into keys.question_key (entry, epoch, wrapped) values (%s, %s, %s)", [here.entry, epoch, wrapped])
        given.execute(
            "insert into ledger.dissemination (entry, ciphertext) values (%s, %s)",
            [here.entry, keys.seal_dissemination(answer.key, here.entry, record)],
        )
    _append_now(answer)
    with given.pipeline():
        last()
        given.execute("commit")
    answer.entry = here.entry
    here.appended = True
