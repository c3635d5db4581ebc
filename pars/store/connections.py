"""The five logins, a pool of connections for each, and the one transaction that is open here and now.

`app` changes what actions change, `guest` reads what agencies may be shown, `duty` what staff may, `seal` builds the tree, `sealed` carries
court orders out.
Each login's address lies under PARS_HOME/logins (0600), written by `pars migrate`; the owner's is never read here.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar, cast
from weakref import WeakKeyDictionary

from psycopg import Connection, OperationalError
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus
from psycopg_pool import ConnectionPool

if TYPE_CHECKING:
    from pars.core.ledger.entries import By
    from pars.core.terms import Instant

Login: TypeAlias = Literal["app", "guest", "duty", "seal", "sealed"]
Row: TypeAlias = tuple[Any, ...]
LOGINS: tuple[Login, ...] = ("app", "guest", "duty", "seal", "sealed")
POOL_SIZE = 12
SECONDS_TO_WAIT = 10.0
IDLE_S = 0.5

_lock = threading.Lock()
_pools: dict[Login, ConnectionPool[Connection[Row]]] = {}
_used: WeakKeyDictionary[Connection[Row], float] = WeakKeyDictionary()
_home: Path | None = None
_memory: dict[Hashable, tuple[object, object]] = {}
T = TypeVar("T")
Named: TypeAlias = tuple[str, str, int]
"""What an entry names in `entry_row`: table, row, version."""


class NotSetUp(RuntimeError):
    """This PARS_HOME has no logins yet: `pars migrate` makes them."""


HOW_TO_BEGIN = "docs/how-to/set-up-a-county.md"
"""What whoever is told to type `pars init` reads first: a ledger is opened once and for good."""
NOT_OPENED = f"the ledger isn't opened yet: `pars init` does that ({HOW_TO_BEGIN} says how)"


class Retry(Exception):
    """The decision no longer holds, or what it was made from has changed: the act runs once more."""


class NoTransaction(RuntimeError):
    """Rows are read and written only inside `ledger.acting` (until its entry is appended) or `ledger.reading`."""


# ---------------------------------------------------------------- the home and its logins


def home() -> Path:
    """Return the PARS_HOME that this process works in."""
    return _home if _home is not None else Path(os.environ.get("PARS_HOME") or "var").absolute()


def use_home(path: Path | None) -> None:
    """Work in this PARS_HOME from here on (None: the environment's). Open pools are closed."""
    global _home  # noqa: PLW0603  one process works in one home; a test moves from one to the next
    _home = path  # first, so that a thread that asks meanwhile opens no pool of the home before
    close_pools()


@contextmanager
def at_work(home: Path) -> Iterator[None]:
    """Work in a home whose database runs already, under the logins alone."""
    use_home(home)
    try:
        yield
    finally:
        close_pools()


def login_file(login: Login, folder: Path | None = None) -> Path:
    """Return where the address of a login lies."""
    return (folder or home()) / "logins" / login


def address(login: Login) -> str:
    """Return the address of a login. It holds a password, so it goes to a driver and nowhere else."""
    path = login_file(login)
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        raise NotSetUp(f"{path} is missing: run `pars migrate` first") from None


def is_set_up(folder: Path) -> bool:
    """Return whether a PARS_HOME has its logins."""
    return login_file("app", folder).exists()


def answers(*, patience: float = SECONDS_TO_WAIT) -> bool:
    """Return whether the database lets the home's first login in, tried again for as many seconds."""
    until = time.monotonic() + patience
    while True:
        try:
            Connection.connect(address("app"), connect_timeout=5).close()
        except OperationalError:
            if time.monotonic() > until:
                return False
            time.sleep(0.2)
        else:
            return True


def django_database(url: str) -> dict[str, Any]:
    """Return Django's settings for the database at an address. Django's own tables lie in the schema `web`."""
    parts = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    own = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{key: parts.pop(name, "") for name, key in own.items()},
        "OPTIONS": {**parts, "options": "-c search_path=web"},
    }


def close_pools() -> None:
    """Close every pool; the next use opens a new one."""
    with _lock:
        pools = list(_pools.values())
        _pools.clear()
        _memory.clear()
    for pool in pools:
        pool.close()


def remembered(key: Hashable, make: Callable[[], T], *, of: object = None) -> T:
    """Return what `make` made of the database's unchanging rows, made once; anew where `of`, what it was made of, differs.

    Never for a decision: those are made every time.
    """
    found = _memory.get(key)
    if found is None or found[0] != of:
        found = _memory[key] = (of, make())
    return cast("T", found[1])


def last_remembered(key: Hashable) -> tuple[object, object] | None:
    """Return what was remembered last under a key, with what it was made of: for what only grows, so that what is known is only added to."""
    return _memory.get(key)


def forget() -> None:
    """Forget what `remembered` remembers: the next use reads the rows again."""
    _memory.clear()


@contextmanager
def connection(login: Login) -> Iterator[Connection[Row]]:
    """Give a connection of the login, in autocommit; a transaction left open inside is rolled back."""
    with _pool(login).connection() as given:
        try:
            yield given
        finally:
            if not given.closed and given.info.transaction_status != TransactionStatus.IDLE:
                given.rollback()


def _checked(given: Connection[Row]) -> None:
    """Try a connection that has lain idle: after a restart of the server it is replaced here, not found out by whoever is served."""
    now = time.monotonic()
    if now - _used.get(given, 0.0) > IDLE_S:
        ConnectionPool.check_connection(given)
    _used[given] = now


def _pool(login: Login) -> ConnectionPool[Connection[Row]]:
    with _lock:
        pool = _pools.get(login)
        if pool is None:
            pool = _pools[login] = ConnectionPool(
                address(login),
                kwargs={"autocommit": True, "application_name": f"pars {login}"},
                check=_checked,
                min_size=1,
                max_size=POOL_SIZE,
                timeout=SECONDS_TO_WAIT,
                open=True,
                name=f"pars {login}",
            )
        return pool


# ---------------------------------------------------------------- the open transaction


@dataclass(slots=True)
class Open:
    """A transaction in which rows are read and, where it acts, written. `entry` is the number its entry will have."""

    connection: Connection[Row]
    at: Instant
    by: By | None = None
    entry: int | None = None
    exclusive: frozenset[str] = frozenset()
    held: float | None = None
    """A reading of `time.monotonic()` from when its locks were held."""
    until: Instant | None = None
    """The first instant at which something that was read for this act is no longer so."""
    opened: dict[str, str] = field(default_factory=dict)
    """The cases that this act opens, with the hash of the profile that each goes by."""
    saved: dict[str, int] = field(default_factory=dict)
    """The cases that `rows.save_case` wrote, with their new versions."""
    once: str | None = None
    """The Idempotency-Key that the act has made its own."""
    appended: bool = False

    def lasts(self, until: Instant | None) -> None:
        """Keep that something which was read for this act is no longer so from that instant on."""
        if until is not None and (self.until is None or until < self.until):
            self.until = until


_open: ContextVar[Open | None] = ContextVar("the open transaction", default=None)


def current() -> Open:
    """Return the transaction that is open here. Raises NoTransaction where there is none, or once its entry is appended."""
    found = _open.get()
    if found is None:
        raise NoTransaction("rows are read and written inside acting() or reading()")
    if found.appended:
        raise NoTransaction("append is the last write of an act")
    return found


def acting_now() -> Open:
    """Return the open transaction of an act. Raises NoTransaction in one that only reads."""
    found = current()
    if found.entry is None:
        raise NoTransaction("this transaction only reads")
    return found


@contextmanager
def opened(transaction: Open) -> Iterator[None]:
    """Make `transaction` the one that rows are read and written in, one at a time: actions don't nest."""
    if _open.get() is not None:
        raise RuntimeError("a transaction is already open here: actions don't nest")
    token = _open.set(transaction)
    try:
        yield
    finally:
        _open.reset(token)


def open_here() -> Open | None:
    """Return the transaction that is open here, or None."""
    return _open.get()
