"""Admits fetched chunks: the transaction under their authority's lock in which their entries are written, or nothing is.

Used by disclosure.py alone. Outside answers under one agreement that come at once share the transaction; what was made ready whole goes in one
journey (ready.py). The monotonic clock is read twice. Before anything is sent to the database (`t0`): so an instant of the database's clock is
known by this one, never too late. And again when the entry is written and its commit is about to be sent (`appended`), while the lock is held:
from there W counts, so that whatever stops this process after it makes the chunk too old, and it is dropped, while what came before makes none
so. Where both come in one journey, W counts from `t0`.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

from psycopg import DatabaseError
from psycopg.errors import LockNotAvailable, UniqueViolation

from pars.core.access.decision import GUARD
from pars.core.ledger.merkle import HASH_BYTES
from pars.core.terms import SECOND, Instant, Refusal
from pars.store import fetching, keys, replays, volume
from pars.store.chunks import OPENED, SHOWN, dissemination, known_handles
from pars.store.clock import Seen, Watch, steady
from pars.store.connections import Named, Open, Retry, connection, opened
from pars.store.entering import TOO_LATE, Written, begin_entries, write_entries
from pars.store.ready import OtherBytes, Ready, alike, enter_ready
from pars.store.together import Apart, together

if TYPE_CHECKING:
    from psycopg import Connection

    from pars.core.ledger.entries import Draft
    from pars.store.chunks import Answer
    from pars.store.fetching import Row
    from pars.store.replays import Once

SLOWEST_S = GUARD / SECOND
"""An admission that took longer until its commit is undone and made again: it holds a lock that a revocation may be waiting for."""
MOST = 8
"""How many share a transaction at most: they hold their authority's lock together, and a revocation may be waiting for it."""
PATIENCE_MS = GUARD // 1000
HANDLE_BYTES = 12
watch = Watch()
_turns = BoundedSemaphore(2)

# ---------------------------------------------------------------- the transaction


@contextmanager
def in_turn() -> Iterator[None]:
    """Let few outside questions be worked on at once in this process; the others wait before anything of theirs begins to age.

    More at once would answer no more: an interpreter's threads take turns, and an answer on its way out would wait for all of them.
    """
    with _turns:
        yield


@dataclass(slots=True, eq=False)
class Admission:
    """One answer's way through the transaction that makes it one.

    `asks` says under the lock, at the entry's own time, why it can't be given, and writes nothing. `enters` says what its entry is; None
    enters nothing, and all is undone. At the end there is `answer.entry`, or what became of it instead: `refused` or `failed`.
    """

    answer: Answer
    asks: Callable[[Open], Refusal | None]
    enters: Callable[[Open], Entering | None] = lambda _: None
    ready: Ready | None = None
    """The answer with its entry made ready before the lock: what `asks` and `enters` say of it, as long as nothing changed since."""
    refused: Refusal | None = None
    failed: Exception | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entering:
    """What an admitted answer's entry says and stands beside, and whose day it counts for."""

    draft: Draft
    shown: Sequence[Row]
    opens: bool = False
    beside: Sequence[Named] = ()
    counts: bool = False
    once: Once | None = None
    """The Idempotency-Key that becomes this answer's own."""


def admit(admission: Admission) -> Refusal | None:
    """Write the answer's entry under its authority's lock and commit, or return why it isn't given.

    Outside answers under one agreement share the transaction with those who come meanwhile; staff wait for nobody. Raises Retry where the
    authority was narrowed since the chunk was fetched, where its end is too near, or where so much time went by that an outsider's chunk
    could not be sent any more.
    """
    answer = admission.answer
    try:
        if answer.permit.login == "guest":
            # Where all together are limited, what one was given counts for the next: each has a transaction of its own.
            own = (id(admission),) if answer.permit.apart else ()
            together((*fetching.authorities(answer.permit), *own), admission, _admit, most=MOST, gated=True)
        else:
            _admit([admission])
    except LockNotAvailable:
        raise Retry("the authority was held by somebody else, and the answer could not be sent in time") from None
    except UniqueViolation:
        raise Retry("the same question is answered under its Idempotency-Key just now") from None
    except DatabaseError as error:
        if error.sqlstate == TOO_LATE:
            raise Retry("the answer could not be entered in time") from None
        if error.sqlstate != volume.ONE_TOO_MANY:
            raise
        raise Retry("somebody else asked the last question that the person's day had left") from None
    if admission.failed is not None:
        raise admission.failed
    return admission.refused


def _admit(crew: Sequence[Admission]) -> None:
    """Admit answers under one authority in one transaction. Raises Apart where not all of several can be, and nothing is left of it."""
    with connection("app") as given:
        with _apart(given, crew, but=_for_all):
            if _as_made_ready(given, crew):
                return
        there = _begin(given, crew)
        with _apart(given, crew):
            staying = [(one, here) for one, here in there if _stays(one, here)]
            if staying:
                _enter(given, staying)


@contextmanager
def _apart(
    given: Connection[Any], crew: Sequence[Admission], *, but: Callable[[Exception], bool] = lambda _: False
) -> Iterator[None]:
    """Raise Apart where several failed together, but for what isn't done again."""
    try:
        yield
    except Exception as failed:
        # A connection that is gone may have committed: then nobody knows, so nobody is answered and nothing is done again.
        if len(crew) == 1 or given.closed or but(failed):
            raise
        raise Apart from failed


def _for_all(failed: Exception) -> bool:
    """Return whether a journey failed of what all of a crew want, the lock, or was committed. A person's row of the day is one's own."""
    if isinstance(failed, LockNotAvailable):
        return "count_answer" not in (failed.diag.context or "")
    return isinstance(failed, OtherBytes)


def _as_made_ready(given: Connection[Any], crew: Sequence[Admission]) -> bool:
    """Enter a crew whose answers were all made ready, in one journey; return whether nothing had changed, so that it was done."""
    made = [one.ready for one in crew if one.ready is not None]
    t0, before = time.monotonic(), steady()
    bounds = watch.bounds(before)
    late = any(t0 - one.answer.looked >= SLOWEST_S for one in crew)
    if len(made) < len(crew) or bounds is None or late or not alike(made):
        return False
    entered = enter_ready(given, made, bounds=bounds, most_us=int(SLOWEST_S * SECOND), patience_ms=PATIENCE_MS)
    watch.jumped(Seen(before, entered.real, steady()))
    if entered.at is None:
        return False
    for one in crew:
        one.refused = one.failed = None
        # INVARIANT L2: W counts from before the journey, so from before the lock was held.
        one.answer.t0 = one.answer.appended = t0
    return True


def _begin(given: Connection[Any], crew: Sequence[Admission]) -> list[tuple[Admission, Open]]:
    """Take the lock, and give each of the crew what is true under it: the time, their numbers, how far the sealer lags."""
    permit = crew[0].answer.permit
    authorities, patience = fetching.authorities(permit), PATIENCE_MS if permit.login == "guest" else None
    t0, before = time.monotonic(), steady()
    begun = begin_entries(given, shared=authorities, members=len(crew), authorities=authorities, patience=patience)
    jumped = watch.jumped(Seen(before, begun.real, steady()))
    found: dict[str, Any] = {}
    there = []
    for one, entry in zip(crew, begun.entries, strict=True):
        answer = one.answer
        answer.t0, answer.at, answer.lag, answer.jumped = t0, Instant(begun.at), begun.lag, jumped
        if answer.handles is not answer.known_handles:  # what was undone before gave none
            answer.handles, answer.body = answer.known_handles, b""
        answer.cursor = None  # of another number
        answer.found_together = found
        answer.newest, answer.clients, answer.current = begun.newest, frozenset(begun.clients or ()), tuple(begun.stamps or ())
        answer.voted, answer.unsigned = begun.voted, begun.unsigned or 0
        there.append((one, Open(given, answer.at, answer.by, entry)))
    return there


def _stays(one: Admission, here: Open) -> bool:
    """Return whether an answer may be given, as it is asked under the lock; nothing was written for it where it mayn't."""
    answer = one.answer
    one.refused = one.failed = None
    try:
        _unchanged(answer)
        _lasts(answer)
        with opened(here):
            one.refused = one.asks(here)
    except DatabaseError:
        raise
    except Exception as failed:  # noqa: BLE001  raised again in the thread whose answer it is
        one.failed = failed
    return one.refused is None and one.failed is None


def _unchanged(answer: Answer) -> None:
    if answer.stamps is not None and answer.current != answer.stamps:
        raise Retry("the authority was narrowed since the chunk was fetched")


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


def _give_handles(given: Connection[Any], answers: Sequence[Answer]) -> None:
    """Give each case that has none the agreement's own random handle, kept from its first disclosure on."""
    answers = [one for one in answers if "record" in one.permit.columns]
    # In one order, so that two at once wait for each other and not in a ring.
    cases = sorted({row.case_id for one in answers for row in one.found if row.case_id not in one.known_handles})
    if not cases:
        return
    agreement = answers[0].permit.authority.removeprefix("agreement:")
    given.execute(
        "insert into governance.handle (agreement_id, case_id, record) select %s, * from unnest(%s::uuid[], %s::text[]) "
        "on conflict (agreement_id, case_id) do nothing",
        [agreement, cases, [secrets.token_hex(HANDLE_BYTES) for _ in cases]],
    )
    known = dict(known_handles(given, answers[0].permit, cases).fetchall())
    for one in answers:
        one.handles = {**one.known_handles, **known}


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


@dataclass(frozen=True, slots=True)
class _Entry:
    """An answer with its entry, and with the record beside it of who was shown what, encrypted."""

    answer: Answer
    here: Open
    what: Entering
    record: bytes


def _enter(given: Connection[Any], staying: Sequence[tuple[Admission, Open]]) -> None:
    """Write the entries with all that lies beside them, and commit: that is what makes the chunks answers. Raises Retry like `_append_now`.

    What others wait for, the person's row of the day and an Idempotency-Key, goes with the commit, so that they wait for no more than that;
    in one order, so that two transactions never wait in a ring.
    """
    if staying[0][0].answer.permit.login == "guest":
        _give_handles(given, [one.answer for one, _ in staying])
    entries = []
    for one, here in staying:
        with opened(here):
            what = one.enters(here)
            if what is not None:
                entries.append(_Entry(one.answer, here, what, dissemination(one.answer, here.entry, what.shown)))
    if not entries:
        return
    with given.pipeline():
        _write(given, entries)
        for entry in entries:
            _append_now(entry.answer)
        for entry in sorted(entries, key=lambda one: one.what.once.key if one.what.once is not None else ""):
            if entry.what.once is not None:
                replays.keep_first(entry.here, entry.what.once)
        for entry in sorted(entries, key=lambda one: one.answer.permit.person):
            if entry.what.counts:
                volume.count(entry.here, entry.answer.permit)
        given.execute("commit")
    for entry in entries:
        entry.answer.entry = entry.here.entry
        entry.here.appended = True


def _write(given: Connection[Any], entries: Sequence[_Entry]) -> None:
    written = [Written(one.here, one.what.draft, one.answer.at, _about(one.what)) for one in entries]
    for one, leaf in zip(entries, write_entries(written), strict=True):
        one.answer.leaf = leaf
    committed = [(one.here.entry, b"".join(one.answer.commitments)) for one in entries if one.answer.commitments]
    if committed:  # each one's as one piece: a list of lists would be written item by item
        given.execute(
            "insert into ledger.commitment (entry, list) select entry, "
            "array(select substr(joined, at, %s) from generate_series(1, octet_length(joined), %s) at) "
            "from unnest(%b::bigint[], %b::bytea[]) u (entry, joined)",
            [HASH_BYTES, HASH_BYTES, *(list(column) for column in zip(*committed, strict=True))],
        )
    wrapping = keys.newest_wrapping(entries[0].here)
    numbers = [one.here.entry for one in entries if one.here.entry is not None]
    wrapped = [keys.wrap_question_key(wrapping, one.answer.key, n) for one, n in zip(entries, numbers, strict=True)]
    given.execute(
        "insert into keys.question_key (entry, epoch, wrapped) select * from unnest(%b::bigint[], %b::integer[], %b::bytea[])",
        [numbers, [epoch for epoch, _ in wrapped], [key for _, key in wrapped]],
    )
    given.execute(
        "insert into ledger.dissemination (entry, ciphertext) select * from unnest(%b::bigint[], %b::bytea[])",
        [numbers, [one.record for one in entries]],
    )


def _about(what: Entering) -> list[Named]:
    tables = (SHOWN, OPENED) if what.opens else (SHOWN,)
    return [(table, row.case_id, row.version) for row in what.shown for table in tables] + list(what.beside)
