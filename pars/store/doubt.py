"""When nobody outside is answered: the clock, the ledger or the database itself is in doubt (law L13). Custody work is never asked this."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pars.core.ledger.fold_answers import BACK_US
from pars.core.ledger.watch_words import MOST_LAG_US
from pars.core.terms import Refusal
from pars.store import tombstones, witnessed
from pars.store.admission import SLOWEST_S
from pars.store.connections import Retry

if TYPE_CHECKING:
    from pars.store.chunks import Answer
    from pars.store.connections import Open

LEDGER_BEHIND = Refusal(
    code="LEDGER_BEHIND",
    says="The ledger isn't being sealed in time, so no outside question is answered now.",
    remedy="Ask again in a few minutes.",
)
CLOCK_JUMPED = Refusal(
    code="CLOCK_JUMPED",
    says="The clock has jumped, so no outside question is answered until it was checked.",
    remedy="Ask again later.",
)
COPY_NOT_CLEANED = Refusal(
    code="COPY_NOT_CLEANED",
    says="The database is a copy from before a court's order was carried out, so no outside question is answered now.",
    remedy="The operator runs `pars work`, which takes those records away again first.",
)


def in_doubt(here: Open, answer: Answer) -> Refusal | None:
    """Return why no outsider is answered at this moment, asked under the lock. Raises Retry where only this answer stood still."""
    if answer.jumped:
        return CLOCK_JUMPED
    if answer.lag > MOST_LAG_US:
        return LEDGER_BEHIND
    if not tombstones.clean(here.connection):
        return COPY_NOT_CLEANED
    found = _watching(here, answer)
    answer.first = frozenset() if found.text is None else found.text.first
    if answer.at < found.latest - BACK_US // 2:
        # What came between by itself, while this one stood still, sends it back; a clock that was set back is no doubt of this one alone.
        if time.monotonic() - answer.t0 > SLOWEST_S:
            raise Retry("the answer could not be entered in time")
        return CLOCK_JUMPED
    # Why nothing is signed comes first, where that is known.
    return witnessed.doubt(found) or (LEDGER_BEHIND if answer.unsigned > MOST_LAG_US else None)


def beforehand(answer: Answer) -> bool:
    """Return whether nothing is in doubt as far as was looked before the lock: what was neither known nor asked then is in doubt."""
    found = answer.watching
    return found is not None and found.lag <= MOST_LAG_US and witnessed.doubt(found) is None and tombstones.looked_at()


def _watching(here: Open, answer: Answer) -> witnessed.Watching:
    """Return how the log stands with its witnesses: as it was asked before the lock, less than W ago and by what is in force still; else asked now."""
    look, fresh = answer.look, answer.t0 - answer.looked < SLOWEST_S
    if look is not None and answer.watching is not None and fresh and look.still(here, answer.voted):
        return answer.watching
    held = answer.found_together
    if "watching" not in held:
        held["watching"] = witnessed.watching()
    found: witnessed.Watching = held["watching"]
    return found
