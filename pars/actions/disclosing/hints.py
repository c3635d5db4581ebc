"""The worker's side of webhooks: whose turn it is, whether there is news, the hint's entry, and the last look before it leaves.

A hint is decided like a stream's beat, with the same rule of what is news, and entered before anybody is called. Between its entry and its
leaving lies the time in which a connection is made; so everything is asked once more, under the lock, when it is there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pars.actions.disclosing.deciding import TRIES
from pars.actions.disclosing.questions import by_of, dropped, permitted_now
from pars.actions.disclosing.streams import OVERLAP
from pars.core.access.decision import Caller, Question, read_question
from pars.core.access.hooks import APART, hint_text, read_address, signature
from pars.core.terms import Instant, Refusal
from pars.store import disclosure, hooks, ledger
from pars.store.connections import Retry
from pars.store.disclosure import Moment
from pars.store.hooks import take_turns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.access.decision import Permit
    from pars.core.access.hooks import Address
    from pars.core.access.serving import Terms
    from pars.core.ledger.entries import By
    from pars.store.disclosure import Chunk
    from pars.store.hooks import Hook, Turn

__all__ = ["Hint", "Moment", "came", "last_moment", "look", "take_turns"]

DELIVERED = "DELIVERED"
GONE = "GONE"
"""The receiver said that it is no receiver any more."""
WITHHELD = frozenset({"REFUSED", "LATE"})
"""What became of a hint that was ours to withhold: that its receiver wasn't told is no failure of theirs."""
NOT_SENT = WITHHELD | {"UNREACHED", "NOT_PUBLIC"}
"""What became of a hint of which no byte left: its entry is followed by one that says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """A hint whose entry is written, for the edge to send: to where, under which name, and its body."""

    hook: int
    entry: int
    message: str
    address: Address
    body: bytes
    secret: bytes
    caller: Caller
    permit: Permit
    question: Question
    stamps: tuple[int, ...] | None
    told_to: Instant
    told: Mapping[str, int]
    failed: int
    first: int

    def signed(self, second: int) -> str:
        """Return the signature for a hint that leaves in that second of the world's clock."""
        return signature(self.secret, message=self.message, at=second, body=self.body)


def look(hook: int) -> Hint | None:
    """Return the hint that is due for a hook, entered; None where there is nothing to tell now."""
    with ledger.reading() as at:
        found = hooks.load(hook)
    if found is None or at >= found[0].end or found[0].question is None:
        hooks.drop_ended(hook)
        return None
    known, turn = found
    caller, question = Caller(known.agency, known.person, known.client), read_question(known.question)
    assert isinstance(question, Question), "it was read when it was registered"
    for _ in range(TRIES):
        permitted = permitted_now(caller, question, how="stream")
        if isinstance(permitted, Refusal) or permitted[1].agreement != known.agreement:
            break
        permit = _within(permitted[0], known.end)
        try:
            chunk = _news(permit, question, permitted[1], known, turn, by=by_of(caller, permit))
        except Retry:
            continue
        if isinstance(chunk, Refusal):
            break
        if chunk is None:
            hooks.wait(hook)
            return None
        return _hint(chunk, known, turn, caller, permit, question, permitted[1].at)
    hooks.wait(hook, APART)
    return None


def _within(permit: Permit, end: Instant) -> Permit:
    return replace(permit, until=end if permit.until is None else min(permit.until, end))


def _news(permit: Permit, question: Question, terms: Terms, hook: Hook, turn: Turn, *, by: By) -> Chunk | Refusal | None:
    """Enter a hint where something in scope shows otherwise than its receiver was told, but never for what changed while nothing was in force.

    As a stream begins again some seconds before its last event, so does this; what the last hint was of, isn't news for that.
    """
    since = max(Instant(turn.told_to - OVERLAP), terms.since)
    known = {**disclosure.present(permit, before=since), **turn.told}
    return disclosure.disclose(permit, question, by=by, beat=True, known=known, hook=hook.entry, repeats=turn.first)


def _hint(chunk: Chunk, hook: Hook, turn: Turn, caller: Caller, permit: Permit, question: Question, told_to: Instant) -> Hint:
    assert chunk.entry is not None, "a hint is entered"
    address = read_address(hook.address, plain=True)
    assert not isinstance(address, Refusal), "it was read when it was registered"
    first = chunk.entry if turn.first is None else turn.first
    return Hint(
        hook=hook.entry,
        entry=chunk.entry,
        message=f"hint-{hook.entry}-{first}",
        address=address,
        body=hint_text(hook=hook.entry, entry=chunk.entry, agreement=hook.agreement),
        secret=hook.secret,
        caller=caller,
        permit=permit,
        question=question,
        stamps=chunk.stamps,
        told_to=told_to,
        told=chunk.known,
        failed=turn.failed,
        first=first,
    )


def last_moment(hint: Hint) -> Moment | None:
    """Return the stopwatch of a hint that may leave now; None where it may not, or nobody can tell in time."""
    try:
        found = disclosure.at_the_last_moment(
            hint.permit, hint.question, by=by_of(hint.caller, hint.permit), stamps=hint.stamps, hook=hint.hook
        )
    except Retry:
        return None
    return None if isinstance(found, Refusal) else found


def came(hint: Hint, outcome: str) -> None:
    """Keep what became of a hint: how far its receiver was told, or when it is decided anew. One that didn't leave is entered as such."""
    if outcome in NOT_SENT:
        dropped(hint.caller, chunk=hint.entry, reason=outcome)
    if outcome == DELIVERED:
        hooks.delivered(hint.hook, told_to=hint.told_to, told=hint.told, outcome=outcome)
    elif outcome in WITHHELD:
        hooks.wait(hint.hook, APART)
    else:
        hooks.failed(hint.hook, times=hint.failed + 1, first=hint.first, outcome=outcome, rests=outcome == GONE)
