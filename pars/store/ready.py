"""Makes an outside answer ready whole before the lock, and enters it in one journey where all is as it was then.

Everything that its entry says is known once its rows are, but for the time. So its number is drawn, its commitments made and its bytes
written while the look still takes its even time (evenly.py). Under the lock `ledger.answer` compares what it was made of, and writes nothing
where anything is otherwise: then it is asked and made again under the lock, as admission.py says. What is asked there of more than one row,
or written before the entry (a new handle, an Idempotency-Key, whom a day's limit counts), is never made ready.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pars.core.access.decision import GUARD, covered_until, volume_day
from pars.core.access.floor import floor
from pars.core.ledger.entries import SALT_BYTES, unnumbered
from pars.core.ledger.fold_answers import BACK_US
from pars.core.ledger.kinds import Kind
from pars.core.ledger.merkle import HASH_BYTES, leaf_hash
from pars.core.terms import SECOND, Instant, Refusal, end_of_day, moment
from pars.store import arrays, fetching, keys
from pars.store.chunks import dissemination
from pars.store.entering import lock_keys
from pars.store.governance import last_known

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from psycopg import Connection

    from pars.core.ledger.entries import Draft
    from pars.store.chunks import Answer

WAITS_US = 20_000
"""How long it may have waited for its locks, since W counts from before: who waited longer is asked anew, and W counts from after."""
LASTS_US = SECOND
"""How long after its decision an answer is held to be ready: what comes later is asked again."""


class OtherBytes(RuntimeError):
    """The database keeps other bytes than it was sent: what was committed is an answer to nobody, and nothing is done again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """An answer's entry but for its time, what lies beside it, and what must be so under the lock that it may be written."""

    answer: Answer
    entry: int
    behind: bytes
    """The entry's bytes behind its time."""
    wrapped: tuple[int, bytes]
    """The epoch under which its question's key is kept, and the wrapped key."""
    record: bytes
    cursor: str | None
    """What asks for the page behind it."""
    newest: int
    """The newest act on its agreement by which it was asked."""
    not_before: Instant
    before: Instant
    """Between these, time alone changes nothing of what it was asked."""
    day: str
    """The civil day on which it counts."""
    most: int | None

    @property
    def must_be(self) -> tuple[Any, ...]:
        """What those who share a journey must have in common."""
        answer, look = self.answer, self.answer.look
        return answer.stamps, self.newest, look and look.act, self.day, self.most, self.wrapped[0]


@dataclass(frozen=True, slots=True)
class Entered:
    """The database's unshifted time of a journey, and the entries' own; None where nothing was written."""

    real: int
    at: Instant | None


def make_ready(answer: Answer, entry: int, drafted: Callable[[], Draft]) -> Ready | None:
    """Return the answer made ready under the number `entry`; None where it isn't one that can be. Nothing may be in doubt."""
    permit, by, look, watching = answer.permit, answer.by, answer.look, answer.watching
    known = last_known(permit.authority.removeprefix("agreement:"))
    if known is None or look is None or watching is None or answer.stamps is None or not answer.body:
        return None
    newest, agreement = known
    not_before = max(permit.at, agreement.last, Instant(watching.latest - BACK_US // 2))
    # INVARIANT L1: by the newest act it is covered from then on until time alone could change that; another act finds it not ready any more.
    until = covered_until(agreement, permit.facts(len(answer.found)), not_before, floor=floor)
    if isinstance(until, Refusal) or permit.until is None:
        return None
    proposal = agreement.proposal(permit.version_hash)
    assert proposal is not None, "what covers it was proposed"
    version = proposal.version
    day = volume_day(version, not_before)
    ends = min(until, permit.until, end_of_day(moment(not_before, version.place.zone).date(), version.place.zone))
    before = Instant(min(ends - 2 * GUARD, permit.at + LASTS_US))
    if not (
        (by.person, by.authority) == (permit.person, permit.authority)
        and (permit.emergency, permit.approval) == (None, None)
        and not version.limits.counts_together
        and look.lasts(permit.at, before)
        and answer.keys.keys() >= {row.case_id for row in answer.found}
    ):
        return None
    answer.first = frozenset() if watching.text is None else watching.text.first
    body, wrapping = unnumbered(drafted(), salt=secrets.token_bytes(SALT_BYTES), by=by), keys.known_wrapping()
    return wrapping and Ready(
        answer=answer,
        entry=entry,
        behind=b"%b%d%b" % (body.between, entry, body.behind),
        wrapped=keys.wrap_question_key(wrapping, answer.key, entry),
        record=dissemination(answer, entry, answer.found),
        cursor=answer.write_cursor(entry),
        newest=newest,
        not_before=not_before,
        before=before,
        day=day,
        most=version.limits.questions_per_day,
    )


def alike(crew: Sequence[Ready]) -> bool:
    """Return whether answers can share a journey."""
    return all(one.must_be == crew[0].must_be for one in crew[1:])


def enter_ready(
    given: Connection[Any], crew: Sequence[Ready], *, bounds: tuple[int, int], most_us: int, patience_ms: int
) -> Entered:
    """Enter answers that are ready and alike and commit, in one journey; where anything was otherwise under the lock, nothing was written.

    `bounds` are those of the database's clock, `most_us` is how long the journey may take before all is undone.
    """
    first = crew[0]
    permit, look = first.answer.permit, first.answer.look
    assert look is not None, "what is ready was looked for"
    authorities = fetching.authorities(permit)
    shown = [(one.entry, row) for one in crew for row in one.answer.found]
    found = given.execute(
        'select at, "real", leaves from ledger.answer(%s::bigint[], %s::text[], %s, %s, %s, %s::bigint[], %s, %s, %s::text[], %s, %s, %s, %s, '
        "%s::smallint, %s::date, %s, %s::bigint[], %s::text[], %s::bytea[], %s::bigint[], %s::text[], %s::bigint[], %s::bytea[], %s, %s, "
        "%s::bytea[], %s::bytea[])",
        [
            lock_keys(authorities),
            arrays.words(authorities),
            patience_ms,
            WAITS_US,
            most_us,
            arrays.numbers(first.answer.stamps or ()),
            first.newest,
            look.act,
            arrays.words(sorted({one.answer.by.client for one in crew if one.answer.by.client is not None})),
            max(one.not_before for one in crew),
            min(one.before for one in crew),
            *bounds,
            int(Kind.DISCLOSED),
            first.day,
            first.most,
            arrays.numbers(one.entry for one in crew),
            arrays.words(one.answer.by.person for one in crew),
            arrays.pieces([one.behind for one in crew]),
            arrays.numbers(number for number, _ in shown),
            arrays.ids([row.case_id for _, row in shown]),
            arrays.numbers(row.version for _, row in shown),
            arrays.pieces([b"".join(one.answer.commitments) for one in crew]),
            HASH_BYTES,
            first.wrapped[0],
            arrays.pieces([one.wrapped[1] for one in crew]),
            arrays.pieces([one.record for one in crew]),
        ],
    ).fetchone()
    assert found is not None, "the function returns one row"
    at, real, leaves = found
    if at is None:
        return Entered(real, None)
    for one, kept in zip(crew, leaves, strict=True):
        answer, leaf = one.answer, leaf_hash(b'{"at":%d%b' % (at, one.behind))
        if leaf != kept:
            raise OtherBytes(f"the database keeps other bytes as entry {one.entry} than those that it was sent")
        answer.at, answer.entry, answer.leaf, answer.cursor = Instant(at), one.entry, leaf.hex(), one.cursor
    return Entered(real, Instant(at))
