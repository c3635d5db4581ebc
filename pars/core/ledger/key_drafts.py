"""The drafts of acts on keys, one function for each kind of entry, as in drafts.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.ledger.drafts import drafted
from pars.core.ledger.entries import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.ledger.entries import Draft
    from pars.core.owners.keyring import AddKey, RevokeKey


def key_added(act: AddKey) -> Draft:
    """A key signs from here on: with its own signature, that of the log's key before it, and those of the seats."""
    return drafted(
        Kind.KEY_ADDED,
        use=act.use,
        key=act.key,
        answers=act.answers,
        seats=_seals(act.seats),
        new=act.new.hex(),
        old=None if act.old is None else act.old.hex(),
    )


def key_revoked(act: RevokeKey) -> Draft:
    """A key signs no more; what it signed from the entry `since` on is in doubt."""
    return drafted(Kind.KEY_REVOKED, use=act.use, key=act.key, since=act.since, answers=act.answers, seats=_seals(act.seats))


def _seals(seats: Mapping[str, bytes]) -> list[str]:
    return sorted(f"{seat}:{signature.hex()}" for seat, signature in seats.items())
