"""The part of the fold that reads acts on keys: which one signs from here on, and which votes a revocation leaves in doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pars.core.agreements.doubts import doubted
from pars.core.ledger.state import Impossible, Step, keep_alone
from pars.core.owners.keyring import AddKey, KeyAct, Keyring, RevokeKey, apply_key, doubt_of
from pars.core.owners.owners_text import lock_of, texts_in_doubt, witness_keys
from pars.core.terms import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping


def added(step: Step) -> None:
    """A key signs from here on, and the one before it no more."""
    _apply(step, added_in(step.entry.detail))


def revoked(step: Step) -> None:
    """A key signs no more; agreements that rest on votes in doubt are suspended, as the gate did under their locks."""
    act, state, entry = revoked_in(step.entry.detail), step.state, step.entry
    doubt = doubt_of(_apply(step, act), act)
    if doubt is None:
        return
    for name, agreement in state.agreements.items():
        after = doubted(agreement, doubt, step.charter, entry.at, entry.id)
        if after is not agreement:
            keep_alone(state, entry, f"agreement:{name}")
            state.agreements[name] = after
    for about, texts in state.texts.items():
        marked = texts_in_doubt(texts, doubt, entry.at, entry.id)
        if marked is not texts:
            keep_alone(state, entry, lock_of(about))
            state.texts[about] = marked


def added_in(detail: Mapping[str, Any]) -> AddKey:
    """Return the act that an entry's detail, or the row that repeats it, holds."""
    old = detail.get("old")
    return AddKey(
        use=detail["use"],
        key=detail["key"],
        answers=detail["answers"],
        new=bytes.fromhex(detail["new"]),
        seats=_seats(detail),
        old=None if old is None else bytes.fromhex(old),
    )


def revoked_in(detail: Mapping[str, Any]) -> RevokeKey:
    """Return the act that an entry's detail, or the row that repeats it, holds."""
    return RevokeKey(
        use=detail["use"], key=detail["key"], since=detail["since"], answers=detail["answers"], seats=_seats(detail)
    )


def _seats(detail: Mapping[str, Any]) -> dict[str, bytes]:
    signed = (one.partition(":") for one in detail["seats"])
    return {seat: bytes.fromhex(signature) for seat, _, signature in signed}


def _apply(step: Step, act: KeyAct) -> Keyring:
    """Add the act as the gate did, through the same function."""
    state, opening = step.state, step.opening
    assert state.keys is not None, "the first entry names the first keys"
    outcome = apply_key(
        state.keys,
        act,
        charter=opening.charter,
        origin=opening.origin,
        entry=step.entry.id,
        verify=step.verify,
        others=witness_keys(state.texts.get("witnesses")),
    )
    if isinstance(outcome, Refusal):
        raise Impossible(outcome.code, f"{step.entry.kind.dotted} could not be done: {outcome.says}")
    state.keys, state.charter = outcome, outcome.charter(opening.charter)
    return outcome
