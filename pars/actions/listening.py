"""Listening for silence: which feed or desk has been still for longer than is usual, told to staff and noted once in the ledger."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.actions.beats import refused_act
from pars.core.ledger import drafts
from pars.core.terms import Instant, Refusal
from pars.store import ledger, silences

if TYPE_CHECKING:
    from pars.core.cases.silence import Silence
    from pars.core.ledger.entries import By, Draft
    from pars.store.ledger import Done, Refused

ACT = "limit:note"

BEAT = 30.0
"""Seconds between two looks: a silence is counted in hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A silence, with the entry that noted it; None until the worker wrote it."""

    silence: Silence
    entry: int | None


def told() -> tuple[Told, ...]:
    """Return every silence as it stands now, the longest first."""
    with ledger.reading() as at:
        known = silences.noted()
        found = [Told(silence=one, entry=known.get((one.source, one.since))) for one in silences.silences(at)]
    return tuple(sorted(found, key=lambda one: one.silence.since))


def silent_feeds() -> tuple[Silence, ...]:
    """Return the feeds that are silent now: little is asked for it, so that every board can."""
    with ledger.reading() as at:
        return silences.feeds(at)


@dataclass(slots=True)
class Listener:
    """One worker's ear. `heard_at` is when it last listened, by its own clock."""

    heard_at: float | None = None

    def look(self, *, by: By) -> list[Done | Refused]:
        """Note every silence that nobody noted, if it is time to listen again."""
        now = time.monotonic()
        if self.heard_at is not None and now - self.heard_at < BEAT:
            return []
        self.heard_at = now
        return [_note(one.silence, by=by) for one in told() if one.entry is None]


@ledger.retried
def _note(silence: Silence, *, by: By) -> Done | Refused:
    """Note one silence. One at a time, so that of two workers the second finds the first one's note."""
    with ledger.acting(by, exclusive=[f"silence:{silence.source}"]) as acting:
        outcome: Draft | Refusal = refused_act(acting, ACT) or _decided(silence, acting.at)
        return ledger.append(outcome, by=by, act=ACT)


def _decided(silence: Silence, at: Instant) -> Draft | Refusal:
    if not any((one.source, one.since) == (silence.source, silence.since) for one in silences.silences(at)):
        return Refusal(code="NOT_SILENT", says="Something came before anybody could note the silence.")
    if (silence.source, silence.since) in silences.noted():
        return Refusal(code="ALREADY_NOTED", says="Another worker noted this silence.")
    return drafts.silence_noted(source=silence.source, since=silence.since, hours=silence.hours)
