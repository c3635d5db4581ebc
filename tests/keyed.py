"""Acts on keys for tests, signed by whomever a test names: a name is a key, `city` and `log` those that a ledger begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.owners.keyring import LOG, AddKey, RevokeKey, key_message
from tests.agreements import ORIGIN, public, sign

if TYPE_CHECKING:
    from collections.abc import Mapping


def adding(
    use: str,
    new: str,
    answers: int = 0,
    *,
    seats: Mapping[str, str] | tuple[str, ...] = ("city", "courts"),
    old: str | None = None,
    by: str = "",
    origin: str = ORIGIN,
) -> AddKey:
    """Return the act that puts the key called `new` in a use. `seats` sign, each by the key called so or as the mapping says; `by` in the new one's stead."""
    key = public(new).hex()
    if old is None and use == LOG:
        old = "log"
    said = key_message(origin=origin, use=use, key=key, answers=answers, lost=use == LOG and not old)
    signers = seats if isinstance(seats, dict) else dict(zip(seats, seats, strict=True))
    return AddKey(
        use=use,
        key=key,
        answers=answers,
        new=sign(by or new, said),
        seats={seat: sign(signer, said) for seat, signer in signers.items()},
        old=sign(old, said) if old else None,
    )


def revoking(
    use: str,
    key: str,
    since: int,
    answers: int = 0,
    *,
    seats: Mapping[str, str] | tuple[str, ...] = ("courts", "prosecutor"),
    origin: str = ORIGIN,
) -> RevokeKey:
    """Return the act that revokes the key called `key`, signed by these seats."""
    named = public(key).hex()
    said = key_message(origin=origin, use=use, key=named, answers=answers, since=since)
    signers = seats if isinstance(seats, dict) else dict(zip(seats, seats, strict=True))
    signed = {seat: sign(signer, said) for seat, signer in signers.items()}
    return RevokeKey(use=use, key=named, since=since, answers=answers, seats=signed)
