"""How a house of records begins and is staffed: database and logins, the ledger's opening, grants to people and feeds."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pars.actions.beats import refused_act
from pars.core import drafts
from pars.core.charter import with_keys
from pars.core.terms import Refusal
from pars.store import connections, engine, genesis, governance, ledger, migrate, vault
from pars.store.genesis import SYSTEM

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from pars.core.entries import By
    from pars.core.terms import Instant
    from pars.store.engine import Engine
    from pars.store.ledger import Done, Refused


@contextmanager
def running(home: Path) -> Iterator[Engine]:
    """Start (or find) the home's database, bring its tables and logins up to date, and work in that home."""
    with engine.start(home) as started:
        migrate.migrate(started.url(), home)
        connections.use_home(home)
        try:
            yield started
        finally:
            connections.close_pools()


def is_open() -> bool:
    """Return whether the ledger was opened."""
    with ledger.reading():
        return governance.load_opening() is not None


def open_with_new_seats(
    *,
    origin: str,
    charter: Mapping[str, Any],
    roles: Iterable[bytes],
    simulated: bool,
    shift: int = 0,
) -> Done | Refusal:
    """Open the ledger under a charter whose seats get new keys, which are kept under PARS_HOME/keys/seats.

    Where owners hold their keys themselves, open it with a charter that names those keys instead (`genesis.open_ledger`).
    """
    keys = {seat: vault.signing_key_or_new(seat_key(seat)).public_key().public_bytes_raw().hex() for seat in charter["owners"]}
    return genesis.open_ledger(origin=origin, charter=with_keys(charter, keys), roles=roles, simulated=simulated, shift=shift)


def seat_key(seat: str) -> Path:
    """Return where a seat's key lies in a home that keeps it."""
    return vault.folder() / "seats" / seat


def shift_clock(shift: int) -> Done:
    """Move a simulated ledger's clock forward."""
    return genesis.shift_clock(shift)


@ledger.retried
def give_grant(*, person: str, role: str, by: By = SYSTEM, end: Instant | None = None) -> Done | Refused:
    """Give a person the role of that name. The first grants are the system's; from then on whoever may give them gives them."""
    grant = f"g-{secrets.token_hex(6)}"
    with ledger.acting(by, exclusive=[f"grant:{grant}"]) as acting:
        outcome: Any = None if by == SYSTEM else refused_act(acting, "grant:give")
        if outcome is None:
            found = governance.role_named(role)
            outcome = (
                Refusal(code="UNKNOWN_ROLE", says="There is no such role.", remedy="See `pars user roles`.", names=("role",))
                if found is None
                else drafts.grant_given(grant=grant, person=person, role=found.hash, start=acting.at, end=end)
            )
        return ledger.append(outcome, by=by, act="grant:give")


@ledger.retried
def remove_grant(*, grant: str, by: By) -> Done | Refused:
    """End a grant from this instant on."""
    with ledger.acting(by, exclusive=[f"grant:{grant}"]) as acting:
        outcome: Any = refused_act(acting, "grant:give")
        if outcome is None:
            found = governance.load_grant(grant)
            outcome = (
                Refusal(code="NO_SUCH_GRANT", says="There is no such grant.")
                if found is None
                else drafts.grant_removed(grant=grant)
            )
        done = ledger.append(outcome, by=by, act="grant:give")
    if not isinstance(outcome, Refusal):
        ledger.drain()
    return done
