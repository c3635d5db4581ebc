"""What a ledger says of itself, gathered once a check has gone through its bundle, as far as it could be read."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from pars.core.terms import Instant
from verify.report import Told

if TYPE_CHECKING:
    from pars.core.ledger.state import State
    from verify.checks import Check


def told(check: Check) -> Told | None:
    """Return what the ledger says of itself; None where not even its first entry was there."""
    if check.genesis is None:
        return None
    state, opening = check.state, check.state.opening if check.state is not None else None
    return Told(
        origin=check.genesis.detail["origin"],
        log_key=check.log_keys.at(check.tree.size) if check.log_keys is not None else b"",
        simulated=check.genesis.detail["simulated"] == 1,
        size=check.tree.size,
        root=check.tree.root(),
        opened=check.genesis.at,
        latest=Instant(state.latest) if state is not None else check.genesis.at,
        seats=len(opening.charter.owners) if opening is not None else 0,
        kinds=state.kinds if state is not None else {},
        records=state.records if state is not None else {},
        checkpoints=check.checkpoints,
        witnessed=check.cosigned.told(state) if state is not None else None,
        successors=check.names.all[1:] if check.names is not None else (),
        revoked=tuple(sorted(one.use for one in state.keys.held if one.since is not None))
        if state is not None and state.keys is not None
        else (),
        doubted=_doubted(state) if state is not None else 0,
    )


def _doubted(state: State) -> int:
    """Return how many votes on agreements and on the owners' texts are in doubt."""
    agreements = (ballot for one in state.agreements.values() for ballot in one.ballots)
    texts = (ballot for one in state.texts.values() for ballot in one.ballots)
    return sum(ballot.doubted is not None for ballot in chain(agreements, texts))
