"""Which key signs for which use, from which entry to which: the log's own, and one for each owner's seat.

The ledger's first entry names the first keys. After that a key comes and goes by acts that the owners' quorum signed, each with
the keys valid at that place in the log; a key that was used once is never used for anything else, nor again. Gate, verifier and
every reload add acts through `apply_key` alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias, assert_never

from pars.core import canonical
from pars.core.agreements.acts import Doubt
from pars.core.owners.signing_key import is_held_by_one
from pars.core.terms import Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pars.core.owners.charter import Charter
    from pars.core.owners.votes import Verify

LOG = "log"
"""The use of the key that signs checkpoints and the closing lines of exports."""
LOCK = "keys"
"""The authority that acts on keys take wholly, and that every vote shares: so at each vote it is certain which key was valid."""
MOST_SIGNED = 8
"""How many seats' signatures an act on a key holds at most, whatever the charter asks for: a majority of the largest charter."""


def seat_use(seat: str) -> str:
    """Return the use of the key that signs a seat's votes."""
    return f"seat:{seat}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddKey:
    """A key begins. `answers` is the entry of the act that set the key of this use as it is; `new` its own signature, `old` that of
    the log's key before it (None: that one is lost); `seats` are the owners', the seat's own old key's among them where the key is a seat's.
    """

    use: str
    key: str
    answers: int
    new: bytes
    seats: Mapping[str, bytes]
    old: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeKey:
    """A key is good no more, and what it signed from the entry `since` on is in doubt."""

    use: str
    key: str
    since: int
    answers: int
    seats: Mapping[str, bytes]


KeyAct: TypeAlias = AddKey | RevokeKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A key in its use: it signs for what was entered from the entry `start` to before `end` (None: it still does).

    `since` is the entry from which on it is in doubt, `revoked` the entry that said so.
    """

    use: str
    key: str
    start: int
    end: int | None = None
    since: int | None = None
    revoked: int | None = None

    def valid(self, entry: int) -> bool:
        """Return whether the key was this use's at that entry."""
        return self.start <= entry and (self.end is None or entry < self.end)


@dataclass(frozen=True, slots=True)
class Keyring:
    """Every key that the ledger has named, in the order in which they came."""

    held: tuple[Held, ...]

    def of(self, use: str) -> tuple[Held, ...]:
        """Return the keys of one use, the newest last."""
        return tuple(one for one in self.held if one.use == use)

    def now(self, use: str) -> Held | None:
        """Return the key that signs for a use after all that was done; None where it was revoked and no other came."""
        return next((one for one in self.of(use) if one.end is None), None)

    @property
    def log_key(self) -> bytes:
        """The key that signs the log's checkpoints and closing lines now: there always is one."""
        return bytes.fromhex(next(one.key for one in self.of(LOG) if one.end is None))

    @property
    def log_keys(self) -> tuple[bytes, ...]:
        """Every key of the log that isn't revoked, the newest last."""
        return tuple(bytes.fromhex(one.key) for one in self.of(LOG) if one.revoked is None)

    def answers(self, use: str) -> int:
        """Return the entry of the act that set how the key of a use stands."""
        return max(max(one.start, one.revoked or 0) for one in self.of(use))

    def charter(self, charter: Charter, entry: int | None = None) -> Charter:
        """Return the charter with each seat's key as it was at an entry (None: as it is now); without one where the seat had none."""
        keys = {one.use: one.key for one in self.held if (one.end is None if entry is None else one.valid(entry))}
        owners = {seat: replace(owner, key=keys.get(seat_use(seat), "")) for seat, owner in charter.owners.items()}
        return replace(charter, owners=owners)


def first_keys(log_key: bytes, charter: Charter) -> Keyring:
    """Return the keys that the ledger's first entry and its charter name."""
    seats = (Held(use=seat_use(seat), key=owner.key, start=0) for seat, owner in charter.owners.items())
    return Keyring((Held(use=LOG, key=log_key.hex(), start=0), *seats))


def quorum(charter: Charter) -> int:
    """Return how many seats sign an act on a key: as many as adopt an agreement."""
    return min(charter.needs["adopt"], MOST_SIGNED)


def key_message(*, origin: str, use: str, key: str, answers: int, since: int | None = None, lost: bool = False) -> bytes:
    """Return the bytes that each key signs for an act on one. With `since` it revokes the key, else it adds it.

    `lost` says that the log's key before it doesn't sign: nobody has it any more.
    """
    said: dict[str, canonical.Json] = {
        "t": "pars key",
        "v": 1,
        "act": "add" if since is None else "revoke",
        "origin": origin,
        "use": use,
        "key": key,
        "answers": answers,
    }
    if since is not None:
        said["since"] = since
    if lost:
        said["lost"] = 1
    return canonical.write(said)


def apply_key(
    ring: Keyring, act: KeyAct, *, charter: Charter, origin: str, entry: int, verify: Verify, others: Collection[str] = ()
) -> Keyring | Refusal:
    """Return the keys with the act added, or why it can't be. `charter` gives the quorum, `others` are keys of other uses, as of witnesses."""
    if not ring.of(act.use):
        return _no("UNKNOWN_USE", "No key of this ledger has that use: the log's, or a seat's of the charter.", "use")
    if act.answers != ring.answers(act.use):
        return _no("WRONG_ANSWER", "It answers another act than the one that set how this key stands.", "answers")
    match act:
        case AddKey():
            return _add(ring, act, charter, origin, entry, verify, others)
        case RevokeKey():
            return _revoke(ring, act, charter, origin, entry, verify)
        case _:
            assert_never(act)


def doubt_of(ring: Keyring, act: RevokeKey) -> Doubt | None:
    """Return which votes the revocation leaves in doubt; None where the key signs no votes. `ring` has it already."""
    if act.use == LOG:
        return None
    held = next(one for one in ring.held if one.key == act.key)
    assert held.end is not None, "a revoked key signs nothing more"
    return Doubt(seat=act.use.removeprefix("seat:"), since=max(act.since, held.start), until=held.end)


def _add(
    ring: Keyring, act: AddKey, charter: Charter, origin: str, entry: int, verify: Verify, others: Collection[str]
) -> Keyring | Refusal:
    if act.key in others or any(one.key == act.key for one in ring.held):
        return _no("KEY_USED", "This key is used already, or was: every use has a key of its own.", "key")
    lost = act.use == LOG and act.old is None
    message = key_message(origin=origin, use=act.use, key=act.key, answers=act.answers, lost=lost)
    key = bytes.fromhex(act.key)
    if not is_held_by_one(key) or not verify(key, message, act.new):
        return _no("NOT_HELD", "The new key didn't sign: nobody has shown that they hold it.", "new")
    current = ring.now(act.use)
    refusal = _refuse_old(act, current, message, verify) or _refuse_seats(ring, act.seats, message, verify)
    if refusal is not None:
        return refusal
    if len(act.seats) < quorum(charter):
        return _too_few(charter)
    ended = tuple(replace(one, end=entry) if one is current else one for one in ring.held)
    return Keyring((*ended, Held(use=act.use, key=act.key, start=entry)))


def _refuse_old(act: AddKey, current: Held | None, message: bytes, verify: Verify) -> Refusal | None:
    """Return why the key in force didn't hand over to the new one: a seat's signs among the seats, and is revoked first where it is lost."""
    if act.use == LOG:
        assert current is not None, "the log always has a key"
        given = act.old is None or verify(bytes.fromhex(current.key), message, act.old)
    else:
        given = act.old is None and (current is None or act.use.removeprefix("seat:") in act.seats)
    if given:
        return None
    return Refusal(
        code="NOT_HANDED_OVER",
        says="The key in force signs with the new one.",
        remedy="Where a seat's key is lost, the owners revoke it first; where the log's is, they say so in what they sign.",
        names=("old",),
    )


def _refuse_seats(ring: Keyring, seats: Mapping[str, bytes], message: bytes, verify: Verify) -> Refusal | None:
    """Return why a seat's signature isn't by its key in force."""
    for seat, signature in seats.items():
        held = ring.now(seat_use(seat))
        if held is None or not verify(bytes.fromhex(held.key), message, signature):
            return _no("FORGED", f"What is there for the seat {seat} isn't its key's signature over this act.", "seats")
    return None


def _revoke(ring: Keyring, act: RevokeKey, charter: Charter, origin: str, entry: int, verify: Verify) -> Keyring | Refusal:
    held = next((one for one in ring.of(act.use) if one.key == act.key), None)
    if held is None:
        return _no("NO_SUCH_KEY", "This use never had that key.", "key")
    if act.use == LOG and held.end is None:
        return Refusal(
            code="KEY_IN_FORCE",
            says="The log needs a key, and this one signs for it now.",
            remedy="Put another in its place first.",
            names=("key",),
        )
    if act.since > entry:
        return _no("NOT_YET", "Doubt begins with an entry that is there, not with one to come.", "since")
    if held.since is not None and act.since >= held.since:
        return _no("REVOKED", "This key is revoked already, from that entry on or from an earlier one.", "key")
    message = key_message(origin=origin, use=act.use, key=act.key, answers=act.answers, since=act.since)
    refusal = _refuse_seats(ring, act.seats, message, verify)
    if refusal is not None:
        return refusal
    # A seat gives up its own key alone. What lets nobody see more needs no second hand.
    if act.use.removeprefix("seat:") not in act.seats and len(act.seats) < quorum(charter):
        return _too_few(charter)
    gone = replace(held, end=entry if held.end is None else held.end, since=act.since, revoked=entry)
    return Keyring(tuple(gone if one is held else one for one in ring.held))


def _too_few(charter: Charter) -> Refusal:
    return Refusal(
        code="TOO_FEW_SEATS",
        says=f"An act on a key needs the signatures of {quorum(charter)} seats.",
        remedy="Let the others sign the same file with `pars keys sign`.",
        names=("seats",),
    )


def _no(code: str, says: str, name: str) -> Refusal:
    return Refusal(code=code, says=says, names=(name,))
