"""What a person already trusts when they check a bundle: keys and a checkpoint that came to them by another way.

A text file, one line for each; empty lines and lines that begin with # are skipped:

    log ledger.example+0b3f7a1c+AQ…      a key that signs the ledger's checkpoints: each that the owners have not revoked, under each name that the log has had
    seat police+55aa01c2+AQ…             a key that votes for an owner's seat
    checkpoint 4711 r1Xk…0c=             how long the ledger was at some time, and its root then
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pars.core.ledger.checkpoint import Checkpoint, read_checkpoint, read_verifier_key
from pars.core.owners.keyring import seat_use
from verify.report import Finding

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pars.core.ledger.log_keys import LogKeys
    from pars.core.ledger.state import State

OTHER_LEDGER = "OTHER_LEDGER"
SEATS_LACKING = "SEATS_LACKING"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Keys and a checkpoint from elsewhere. What is None or empty isn't compared."""

    logs: tuple[tuple[str, bytes], ...]
    """The log's keys, each under a name that the log has or had: the owners may have opened a successor of it."""
    seats: Mapping[str, bytes] = field(default_factory=dict)
    checkpoint: Checkpoint | None = None

    def names(self, names: Collection[str]) -> bool:
        """Return whether the keys are for a log of one of these names. One is enough: which were handed over depends on when."""
        return any(name in names for name, _ in self.logs)

    def is_log(self, names: Collection[str], log_keys: LogKeys, size: int) -> bool:
        """Return whether a log that had these names and keys is the one that is trusted.

        One key is enough that it had at any time: which of them was handed over depends on when.
        """
        return not self._keys(names).isdisjoint({log_keys.first, *log_keys.known(size)})

    def shows_seats(self, names: Collection[str], log_keys: LogKeys) -> bool:
        """Return whether it shows whose the seats are, or needn't: whoever has the log's key vouches for the ledger and so for them.

        Where a key of the log was lost, the seats' votes alone put another in its place: anybody can write a ledger that begins with a public key, and
        whose seats, their own, say that it was lost.
        """
        return bool(self.seats) or self.checkpoint is not None or log_keys.handed_down(self._keys(names))

    def _keys(self, names: Collection[str]) -> frozenset[bytes]:
        return frozenset(key for name, key in self.logs if name in names)

    def are_seats(self, state: State) -> bool:
        """Return whether each seat that is trusted is one of the ledger's, with a key that it had at some time."""
        had = {(one.use, one.key) for one in state.keys.held} if state.keys is not None else set()
        return state.keys is None or all((seat_use(seat), key.hex()) in had for seat, key in self.seats.items())

    def lacks(self, state: State) -> tuple[str, ...]:
        """Return the seats with a key that aren't named here; none where no seat is."""
        if not self.seats or state.charter is None:
            return ()
        return tuple(sorted({seat for seat, owner in state.charter.owners.items() if owner.key} - self.seats.keys()))


def read_trust(text: str) -> Trust:
    """Return what the file says. Raises ValueError that names the line for anything else."""
    found = _Lines()
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            try:
                found.take(line.strip())
            except ValueError as problem:
                raise ValueError(f"line {number} of the keys: {problem}") from None
    if not found.logs:
        raise ValueError("the keys name no log: a line 'log ORIGIN+ID+KEY' is needed")
    kept = found.checkpoint and replace(found.checkpoint, origin=found.logs[0][0])
    return Trust(logs=tuple(found.logs), seats=found.seats, checkpoint=kept)


def keys_of_another(trust: Trust, origin: str) -> Finding:
    """Return that these keys are another ledger's than the one of that name: they can show nothing of it, good or bad."""
    named = " and ".join(dict.fromkeys(name for name, _ in trust.logs))
    says = (
        f"these are not this ledger's keys: the file of keys is for {named}, and the bundle is of {origin}. "
        f"Give the keys of {origin}, or the bundle of {named}"
    )
    return Finding(what=OTHER_LEDGER, says=says, place="the file of keys", offset=0)


def not_all_seats(lacks: tuple[str, ...]) -> Finding:
    """Return that the keys are of some of the ledger's seats alone: whose the others are, they can't show."""
    says = (
        f"your file of keys names seats of this ledger, and lacks {' and '.join(lacks)}: whoever has those seats votes, too. "
        "Get the owners' whole file, or name no seat"
    )
    return Finding(what=SEATS_LACKING, says=says, place="the file of keys", offset=0)


def no_seats() -> Finding:
    """Return that the log's key was replaced as lost, on votes of seats that the keys don't name."""
    says = (
        "your file of keys names no seat, and a key of the log was lost: that another one counts in its place rests on the seats' votes alone, "
        "and whose they are it can't show. Get the owners' whole file"
    )
    return Finding(what=SEATS_LACKING, says=says, place="the file of keys", offset=0)


class _Lines:
    """What the lines so far have said, each thing once."""

    def __init__(self) -> None:
        self.logs: list[tuple[str, bytes]] = []
        self.seats: dict[str, bytes] = {}
        self.checkpoint: Checkpoint | None = None

    def take(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        if word == "log":
            if (log := read_verifier_key(rest)) in self.logs:
                raise ValueError("this key is there twice")
            self.logs.append(log)
        elif word == "seat":
            name, key = read_verifier_key(rest)
            if self.seats.setdefault(name, key) != key:
                raise ValueError("this seat has another key above")
        elif word == "checkpoint" and self.checkpoint is None:
            size, _, root = rest.partition(" ")
            self.checkpoint = read_checkpoint(f"-\n{size}\n{root}\n".encode())
            if self.checkpoint.size == 0:
                raise ValueError("a checkpoint over no entry shows nothing")
        else:
            raise ValueError("not a line that is known here, or there twice")
