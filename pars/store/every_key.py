"""Every key that the ledger has named, as people look at them: whose, from when to when, and what a revoked one left in doubt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.core.ledger.checkpoint import verifier_key
from pars.core.owners.keyring import LOG, quorum, seat_use
from pars.core.owners.owners_text import SUBJECTS
from pars.store import governance, ledger, owned, vault, witnessed
from pars.store.keyring import load_keys

if TYPE_CHECKING:
    from pars.core.agreements.acts import Ballot
    from pars.core.owners.keyring import Held
    from pars.core.terms import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Every key that the ledger has named, with when each came and went, the names that the log signs under, and the votes that are in doubt.

    `log_names` has each name with the entry that gave it; the last one is signed under now.
    """

    origin: str
    log_names: tuple[tuple[int, str], ...]
    names: dict[str, str]
    quorum: int
    held: tuple[Held, ...]
    when: dict[int, Instant]
    doubted: tuple[tuple[str, Ballot], ...]

    @property
    def log_line(self) -> str:
        """The log's key and its name as they are now, as a witness and a file of keys take them."""
        return self.line(next(one.key for one in self.held if one.use == LOG and one.end is None))

    def line(self, key: str) -> str:
        """Return a key of the log (hex) under its name as it is now, in the same form."""
        return verifier_key(self.log_names[-1][1], bytes.fromhex(key))

    def lacking(self) -> tuple[str, ...]:
        """Return the seats that have no key in force."""
        there = {one.use for one in self.held if one.end is None}
        return tuple(seat for seat in self.names if seat_use(seat) not in there)

    def kept_here(self) -> tuple[str, ...]:
        """Return the seats whose key in force lies in this home, so that whoever runs it could vote for them."""
        now = {one.key: one.use for one in self.held if one.end is None}
        return tuple(seat for seat in self.names if any(now.get(key.hex()) == seat_use(seat) for key in vault.seat_keys(seat)))


def load_every_key() -> Keys:
    """Return every key of the ledger. Inside `reading`."""
    opening = governance.must_be_open()
    ring = load_keys(opening)
    names = tuple(witnessed.names_given())
    named = {entry for one in ring.held for entry in (one.start, one.end, one.revoked) if entry is not None}
    named |= {entry for entry, _ in names}
    subjects = [(f"agreement {one.id}", one.ballots) for one in governance.load_agreements()]
    subjects += [(f"the owners' text on {about}", owned.load_texts(about).ballots) for about in SUBJECTS]
    return Keys(
        origin=opening.origin,
        log_names=names,
        names={seat: owner.name for seat, owner in opening.charter.owners.items()},
        quorum=quorum(opening.charter),
        held=ring.held,
        when={entry: at for entry, (at, _) in ledger.recorded(named).items()},
        doubted=tuple((about, one) for about, ballots in subjects for one in ballots if one.doubted is not None),
    )
