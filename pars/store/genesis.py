"""Opens a ledger: the first entry, which says once and for all who the owners are and under which rules everything else runs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pars.core.access.catalogue import COLUMNS, catalogue_text
from pars.core.access.floor import floor_text
from pars.core.access.role import read_role
from pars.core.cases.detainer_rules import rules_text
from pars.core.ledger import drafts
from pars.core.ledger.entries import By
from pars.core.owners.charter import read_charter
from pars.core.owners.profile import read_profile
from pars.core.terms import Refusal
from pars.store import governance, ledger, vault
from pars.store.connections import acting_now

if TYPE_CHECKING:
    from pars.store.ledger import Done

SYSTEM = By("system", "system")
"""Who acts where no person does: the opening, the sealer, the notes of what time has done."""


class AlreadyOpen(Exception):
    """There is a ledger here. It isn't opened twice, and never anew."""


def open_ledger(
    *, origin: str, charter: bytes, roles: Iterable[bytes], profile: bytes, simulated: bool = False, shift: int = 0
) -> Done | Refusal:
    """Write the genesis: origin, log key, charter, roles, the first profile, and the catalogue, floor and detainer rules that this program carries.

    The log key is made under PARS_HOME/keys if it isn't there. `shift` (µs, negative: the past) is where a simulated ledger's
    clock starts. A charter, a profile or a role that can't be read is refused with its place.
    """
    texts = {
        "charter": charter,
        "floor": floor_text(),
        "catalogue": catalogue_text(),
        "detainers": rules_text(),
        "profile": profile,
    }
    held = tuple(roles)
    for found in (read_charter(charter, COLUMNS.keys()), read_profile(profile), *map(read_role, held)):
        if isinstance(found, Refusal):
            return found
    log_key = vault.signing_key_or_new(vault.folder() / "log")
    vault.new_epoch(vault.newest_epoch() or 1)
    with ledger.acting(SYSTEM, exclusive=["system"]):
        if governance.load_opening() is not None:
            raise AlreadyOpen
        hashes = {name: governance.save_text(text) for name, text in texts.items()}
        acting_now().entry = 0
        done = ledger.append(
            drafts.genesis_opened(
                origin=origin,
                log_key=log_key.public_key().public_bytes_raw(),
                simulated=simulated,
                shift=shift,
                roles=[governance.save_text(text) for text in held],
                **hashes,
            ),
            by=SYSTEM,
        )
    assert not isinstance(done, ledger.Refused)
    return done


def shift_clock(shift: int) -> Done:
    """Move a simulated ledger's clock forward, to `shift` µs from the real one. The database refuses it anywhere else."""
    with ledger.acting(SYSTEM, exclusive=["system"]):
        row = acting_now().connection.execute("select ledger.shift()").fetchone()
        assert row is not None
        done = ledger.append(drafts.clock_shifted(was=row[0], shift=shift), by=SYSTEM)
    assert not isinstance(done, ledger.Refused)
    return done
