"""What becomes of an agreement when a key that voted on it is revoked: its votes are in doubt, and what rests on them is suspended.

A vote in doubt isn't taken back: what it narrowed stays narrowed. But it no longer counts for anything that lets somebody see more.
A version that the other votes wouldn't have adopted is suspended until enough seats, with keys that are good, vote on it again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pars.core.agreements import one_off
from pars.core.agreements.acts import Turn
from pars.core.agreements.standing import lives
from pars.core.owners.polling import counted, in_doubt, seats_for
from pars.core.owners.votes import decides

if TYPE_CHECKING:
    from pars.core.agreements.acts import Agreement, Decided, Doubt
    from pars.core.agreements.standing import Life
    from pars.core.agreements.version import Version
    from pars.core.owners.charter import Charter
    from pars.core.terms import Instant


def doubted(agreement: Agreement, doubt: Doubt, charter: Charter, at: Instant, entry: int) -> Agreement:
    """Return the agreement with the votes in doubt marked and what rested on them suspended; the same one where none is."""
    ballots = in_doubt(agreement.ballots, doubt, entry)
    if ballots == agreement.ballots:
        return agreement
    marked = replace(agreement, ballots=ballots, last=max(agreement.last, at))
    current, coming = lives(marked, at)
    living = [life for life in (current, *coming) if life is not None and life.revoked is None and at < life.version.term.end]
    turns = [
        Turn(kind="doubted", version=life.version.hash, number=life.version.number, seats=frozenset(), entry=entry, at=at)
        for life in living
        if life.doubt is None and not _rests_well(marked, life, charter)
    ]
    return replace(marked, turns=(*marked.turns, *turns))


def adopts(version: Version, charter: Charter, seats: frozenset[str]) -> bool:
    """Return whether these seats could adopt the version: so many, too, lift a doubt about it."""
    if version.paper is not None:
        return one_off.decides(version, charter, "adopt", seats) == "adopted"
    consents = charter.consents(version.scope.columns | version.scope.filters)
    return decides(charter, "adopt", seats, consents) == "adopted"


def _rests_well(agreement: Agreement, life: Life, charter: Charter) -> bool:
    """Return whether the votes that count still carry it: its adoption, or what lifted a doubt since; and what reinstated it since."""
    decided = [turn for turn in life.turns if turn.kind == "reinstated" or (turn.kind, turn.version) == _cleared(life)]
    cleared = [n for n, turn in enumerate(decided) if turn.kind == "cleared"]
    last, rest = (decided[cleared[-1]], decided[cleared[-1] + 1 :]) if cleared else (life.adopted, decided)
    return adopts(life.version, charter, _behind(agreement, last)) and all(
        len(_behind(agreement, turn)) >= charter.needs["reinstate"] for turn in rest
    )


def _cleared(life: Life) -> tuple[Decided, str]:
    return "cleared", life.version.hash


def _behind(agreement: Agreement, turn: Turn) -> frozenset[str]:
    """Return the seats whose votes for it still count."""
    last = next(ballot for ballot in agreement.ballots if ballot.entry == turn.entry)
    votes = [one for one in counted(agreement.ballots, last.matter) if one.vote.version == turn.version]
    return seats_for(votes, last.vote.choice) & turn.seats
