"""How a house of records begins and is staffed: database and logins, the ledger's opening, grants to people and feeds."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from pars.actions.beats import refused_act
from pars.core import canonical
from pars.core.ledger import drafts
from pars.core.ledger.checkpoint import trust_text
from pars.core.ledger.entries import By
from pars.core.ledger.fold import is_first_giver
from pars.core.owners.charter import with_keys
from pars.core.terms import Refusal
from pars.store import connections, engine, fsck, genesis, governance, ledger, vault, witnessed
from pars.store import export as exporting
from pars.store.connections import HOW_TO_BEGIN, NOT_OPENED, NotSetUp, at_work
from pars.store.engine import EngineRefused
from pars.store.export import NotSealed
from pars.store.genesis import SYSTEM
from pars.store.keyring import load_keys
from pars.store.sealing import by_hand as sealing_by_hand
from pars.store.sealing import lag as sealing_lag
from pars.store.sealing import run as sealer_runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from importlib.resources.abc import Traversable
    from pathlib import Path

    from pars.core.access.role import Role
    from pars.core.terms import Instant
    from pars.store.ledger import Done, Refused


__all__ = [
    "CITY", "HOW_TO_BEGIN", "SHIPPED", "SYSTEM", "EngineRefused", "NotSealed", "NotSetUp", "Shipped", "at_work", "check_everything", "export", "give_grant",
    "is_open", "open_with_new_seats", "raze", "remove_grant", "revive", "sealing_by_hand", "seat_key", "shift_clock", "shipped",
    "stop_database",
]  # fmt: skip

TEXTS = files("pars") / "config"
SHIPPED = ("city", "county")
CITY = TEXTS / "city"
"""The city's texts as data: the charter, the roles and the first profile."""


@contextmanager
def keeping_database(home: Path) -> Iterator[Callable[[], None]]:
    """Have the home's own database up as long as the block runs; what is given starts it again where it died.

    One that PARS_DATABASE_URL names, and a home that has none, are left alone.
    """
    if engine.is_named() or engine.status(home).state == "absent":
        yield lambda: None
        return
    with ExitStack() as stack:
        stack.enter_context(engine.start(home))

        def look() -> None:
            found = engine.start(home)
            if found.launched:
                stack.enter_context(found)

        yield look


def revive(home: Path) -> bool:
    """Start the home's own database again where it is gone; return whether it was. Raises EngineRefused where none can be had."""
    return engine.start(home).launched


def stop_database(home: Path) -> None:
    """Stop the home's own database, whoever started it. One that PARS_DATABASE_URL names isn't ours to stop."""
    if not engine.is_named():
        engine.stop(home)


def raze(home: Path) -> None:
    """Delete a home's own database, its logins and its keys, for ever: what a seed left that was interrupted."""
    if engine.is_named():
        raise EngineRefused(
            "The database that PARS_DATABASE_URL names holds a city that was never finished.",
            f"Empty that database, remove {home}, and start again.",
        )
    # The logins go first: without a database beside them they would be taken for those of another server.
    for folder in ("logins", "keys", "ledger"):
        shutil.rmtree(home / folder, ignore_errors=True)
    engine.remove(home)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """The owners' texts that a ledger is opened under: the charter without its seats' keys, the roles and the first profile."""

    charter: Mapping[str, Any]
    roles: tuple[bytes, ...]
    profile: bytes


def shipped(name: str = "city") -> Shipped:
    """Return the texts of that name that ship with PARS: the city's, or those of a county of two owners without a charging unit.

    Beside its own roles a county has those of the city whose owner has a seat in its charter, except of desks that its profile
    doesn't have.
    """
    charter, profile = _json(TEXTS / name / "charter.json"), _json(TEXTS / name / "profile.json")
    roles = _roles(CITY) | _roles(TEXTS / name)
    without = {"interview:record"} if profile["steps"]["interview"] == "not_required" else set()
    there = [role for role in roles.values() if role["owner"] in charter["owners"] and not without & set(role["acts"])]
    return Shipped(charter=charter, roles=tuple(map(canonical.write, there)), profile=canonical.write(profile))


def _roles(folder: Traversable) -> dict[str, Any]:
    texts = sorted((folder / "roles").iterdir(), key=lambda path: path.name)
    return {path.name: _json(path) for path in texts if path.name.endswith(".json")}


def _json(path: Traversable) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def is_open() -> bool:
    """Return whether the ledger was opened."""
    with ledger.reading():
        return governance.load_opening() is not None


def open_with_new_seats(
    *,
    origin: str,
    texts: Shipped,
    simulated: bool,
    shift: int = 0,
) -> Done | Refusal:
    """Open the ledger under a charter whose seats get new keys, which are kept under PARS_HOME/keys/seats.

    Where owners hold their keys themselves, open it with a charter that names those keys instead (`genesis.open_ledger`).
    """
    seats = texts.charter["owners"]
    keys = {seat: vault.signing_key_or_new(seat_key(seat)).public_key().public_bytes_raw().hex() for seat in seats}
    return genesis.open_ledger(
        origin=origin,
        charter=with_keys(texts.charter, keys),
        roles=texts.roles,
        profile=texts.profile,
        simulated=simulated,
        shift=shift,
    )


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Be the one process that opens this home's ledger, or finishes what an interrupted one left."""
    lock = os.open(connections.home() / "setup.lock", os.O_WRONLY | os.O_CREAT, 0o600)  # nobody else may hold it
    with os.fdopen(lock, "w"):
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def lacking(wanted: Mapping[str, str]) -> Mapping[str, str]:
    """Return those of `wanted` (who, and the role) that nobody ever gave a grant, as far as the ledger has the role."""
    there = {role.name for role in roles()}
    with ledger.reading():
        held = {grant.person for grant in governance.load_grants()}
    return {who: role for who, role in wanted.items() if who not in held and role in there}


def give_first_grants(wanted: Mapping[str, str]) -> None:
    """Give feeds and the worker their grants, where they have none: the last part of an opening, and what one lacks that was killed."""
    for who, role in lacking(wanted).items():
        give_grant(person=who, role=role)


def seat_key(seat: str) -> Path:
    """Return where a seat's key lies in a home that keeps it."""
    return vault.folder() / "seats" / seat


def shift_clock(shift: int) -> Done:
    """Move a simulated ledger's clock forward."""
    return genesis.shift_clock(shift)


@ledger.retried
def give_grant(*, person: str, role: str, by: By = SYSTEM, end: Instant | None = None) -> Done | Refused:
    """Give a person the role of that name. The first grants are the system's; from then on whoever may give them gives them (ADR 16)."""
    grant = f"g-{secrets.token_hex(6)}"
    others = _grants_there() if by == SYSTEM else frozenset()
    with ledger.acting(by, exclusive=[f"grant:{grant}", *others]) as acting:
        found = governance.role_named(role)
        outcome: Any = _refuse_system(found, others) if by == SYSTEM else refused_act(acting, "grant:give")
        if outcome is None:
            if found is None:
                outcome = Refusal(
                    code="UNKNOWN_ROLE", says="There is no such role.", remedy="See `pars user roles`.", names=("role",)
                )
            elif end is not None and end <= acting.at:
                outcome = Refusal(code="EMPTY_TERM", says="The grant's end must come after now.", names=("end",))
            else:
                outcome = drafts.grant_given(grant=grant, person=person, role=found.hash, start=acting.at, end=end)
        return ledger.append(outcome, by=by, act="grant:give")


def _grants_there() -> frozenset[str]:
    """Return what the system locks to give a grant: itself, and every grant, so that nobody acts between the look and the entry."""
    with ledger.reading():
        return frozenset({"system", *(f"grant:{grant.id}" for grant in governance.load_grants())})


def _refuse_system(role: Role | None, locked: frozenset[str]) -> Refusal | None:
    """Return why the system gives no grant of this role any more, as the fold says it; None while it still may."""
    given = governance.load_grants()
    if not locked.issuperset(f"grant:{grant.id}" for grant in given):
        raise connections.Retry("a grant was given meanwhile: its holder may be acting")
    if not governance.persons_have_acted() or is_first_giver(role, given):
        return None
    return Refusal(
        code="SETTING_UP_OVER",
        says="Since a person has acted, only a person may give a grant.",
        remedy="Ask whoever gives grants.",
    )


@ledger.retried
def remove_grant(*, grant: str, by: By) -> Done | Refused:
    """End a grant from this instant on."""
    with ledger.acting(by, exclusive=[f"grant:{grant}"]) as acting:
        outcome: Any = refused_act(acting, "grant:give")
        if outcome is None:
            found = governance.load_grant(grant)
            if found is None or (found.period.end is not None and found.period.end <= acting.at):
                outcome = Refusal(code="NO_SUCH_GRANT", says="There is no such grant, or it has ended.")
            else:
                ledger.lasts(found.period.end)
                outcome = drafts.grant_removed(grant=grant)
        done = ledger.append(outcome, by=by, act="grant:give")
    if isinstance(done, ledger.Done):
        ledger.drain(done)
    return done


@contextmanager
def sealing(*, beat: float = 0.02, ask: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Seal in this process as long as the block runs: for a seed, where nothing listens yet. `ask` asks the witnesses first."""
    stop = threading.Event()
    sealer = threading.Thread(target=sealer_runs, args=(stop,), kwargs={"beat": beat, "ask": ask}, name="sealer", daemon=True)
    sealer.start()
    try:
        yield
    finally:
        stop.set()
        sealer.join(10)


def roles() -> tuple[Role, ...]:
    """Return the roles that the genesis names, by name."""
    with ledger.reading():
        opening = governance.load_opening()
        held = () if opening is None else opening.roles
        return tuple(sorted(map(governance.load_role, held), key=lambda role: role.name))


def worker() -> By:
    """Return who notes what time has done: the system's own grant."""
    with ledger.reading():
        (grant,) = governance.grants_of("worker")
    return By("worker", f"grant:{grant.id}")


def lister() -> By | None:
    """Return who keeps the custody lists of the sites; None in a ledger that was opened without them, or where that was ended."""
    with ledger.reading() as at:
        found = [grant for grant in governance.grants_of("custody-list") if grant.period.covers(at)]
    return By("custody-list", f"grant:{found[-1].id}") if found else None


def is_set_up(home: Path) -> bool:
    """Return whether a home has logins: whether anything was ever made there."""
    return connections.is_set_up(home)


def must_be_set_up(home: Path) -> None:
    """Raise NotSetUp where a home has no logins: nothing was ever made there."""
    if not is_set_up(home):
        raise NotSetUp(
            f"nothing is set up in {home}: name another with --home or PARS_HOME, or begin with `pars init` ({HOW_TO_BEGIN} says how)"
        )


def must_be_open() -> None:
    """Raise NotSetUp where the database holds no ledger yet."""
    if not is_open():
        raise NotSetUp(NOT_OPENED)


def must_be_ready(home: Path) -> None:
    """Raise, with words that say what to do, where a server or a worker that starts in a home couldn't work there."""
    must_be_set_up(home)
    with at_work(home):
        if not connections.answers(patience=5.0):
            raise EngineRefused(f"The database of {home} doesn't answer.", "Start `pars work` first: it keeps it running.")
        must_be_open()


def caught_up(*, patience: float = 10.0) -> None:
    """Wait until everything committed is sealed. Raises TimeoutError where that takes too long."""
    end = time.monotonic() + patience
    while sealing_lag() > 0:
        if time.monotonic() > end:
            raise TimeoutError("the ledger isn't being sealed")
        time.sleep(0.005)


def check_everything(notes: Iterable[bytes] = ()) -> list[str]:
    """Fold the ledger again and compare every table with it; return what doesn't agree, in plain sentences.

    `notes` are checkpoints that witnesses handed out before: where they know more, the database is an older copy.
    """
    return [f"{finding.what} at {finding.where}: {finding.says}" for finding in fsck.fsck(notes)]


def trusted_keys() -> str:
    """Return the file of keys that a stranger trusts: the log's that aren't revoked, under each name it had, and each seat's in force."""
    with ledger.reading():
        opening = governance.load_opening()
        if opening is None:
            raise NotSetUp(NOT_OPENED)
        ring = load_keys(opening)
        names = [name for _, name in witnessed.names_given()]
    seats = {seat: bytes.fromhex(owner.key) for seat, owner in ring.charter(opening.charter).owners.items() if owner.key}
    return trust_text(logs=[(name, key) for name in names for key in ring.log_keys], seats=seats)


def witness_policy() -> str | None:
    """Return the policy that says which witnesses' signatures are enough, for `pars-verify --witnesses`; None where none are in force."""
    with ledger.reading():
        text = witnessed.watching().text
    return None if text is None else text.policy().text()


def export(path: Path) -> int:
    """Write the ledger's bundle to a file, once everything is sealed; return how many entries it holds."""
    return exporting.export(path)


@contextmanager
def sealing_unless_running() -> Iterator[None]:
    """Seal as long as the block runs. Where `pars work` holds the sealer's lock, this one only waits beside it."""
    with sealing(beat=0.1):
        yield
