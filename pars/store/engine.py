"""Which PostgreSQL PARS runs on: the one that PARS_DATABASE_URL names, or its own, embedded.

One dialect everywhere, so that nothing is tried on one engine and run on another. The embedded server is for one machine: a
demo, a test, a small office. It asks for a password, listens on no network, and lives under PARS_HOME.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Literal, Self
from urllib.parse import quote, urlencode

import psycopg
from psycopg.conninfo import conninfo_to_dict

from pars.store.engine_cluster import DATABASE, OWNER, Cluster
from pars.store.engine_lease import Lease
from pars.store.engine_places import ELSEWHERE
from pars.store.engine_unprivileged import EngineRefused

__all__ = ["OLDEST", "Engine", "EngineRefused", "Status", "is_named", "is_own", "remove", "start", "status", "stop"]

OLDEST = 15
"""The oldest PostgreSQL that runs PARS: plain views with the caller's rights, and no CREATE on schema public for everyone."""


@dataclass(frozen=True, kw_only=True)
class Status:
    """What is known of the database without starting it."""

    kind: Literal["embedded", "named"]
    state: Literal["running", "busy", "stopped", "absent"]
    """Busy: its processes live but don't answer, as in a recovery. Absent: it was never made, or a named one can't be reached."""
    says: str


@dataclass(frozen=True, kw_only=True)
class Engine:
    """A PostgreSQL that answered. As a context manager it stops at the end what it launched at the start, and nothing else.

    Where others work with it then, the last of them stops it instead.
    """

    home: Path
    version: int
    """As the server numbers itself: 180006 is 18.6."""
    launched: bool
    """Whether this start launched the server. One that was found running belongs to whoever launched it."""
    cluster: Cluster | None = field(repr=False)
    lease: Lease | None = field(repr=False)
    parameters: Mapping[str, str] = field(repr=False)

    @property
    def embedded(self) -> bool:
        """Return whether the server is PARS's own."""
        return self.cluster is not None

    def url(self, *, user: str | None = None, password: str | None = None, database: str | None = None) -> str:
        """Return the address of a database on this engine: the owner's login and the main database, unless told otherwise.

        It holds a password. It goes to a driver or into a child's environment, never into a log or an argument list.
        """
        parameters = dict(self.parameters)
        if user is not None:
            parameters.pop("password", None)
            parameters["user"] = user
        if password is not None:
            parameters["password"] = password
        if database is not None:
            parameters["dbname"] = database
        return address(parameters)

    def stop(self, *, patience: float = 30.0) -> None:
        """Stop the embedded server and wait until it is gone. A named one isn't ours to stop."""
        if self.cluster is not None:
            self.cluster.stop(patience=patience)
        if self.lease is not None:
            self.lease.close()

    def __enter__(self) -> Self:
        """Return the engine."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop the server if this start launched it, or was left it, and nobody else works with it."""
        if self.lease is None:
            return
        try:
            if self.lease.is_last(hand_over=self.launched):
                self.stop()
        finally:
            self.lease.close()


def start(home: Path, *, settings: Mapping[str, str] | None = None, patience: float = 60.0) -> Engine:
    """Return the engine of a PARS_HOME, started if it wasn't running.

    `settings` are PostgreSQL's own and hold for an embedded server that this call launches. `patience` is in seconds.
    Raise EngineRefused, which explains itself, when there is no database to be had.
    """
    if named := os.environ.get("PARS_DATABASE_URL"):
        return _named(home, named)
    cluster = Cluster.of(home, settings=settings)
    lease = Lease(cluster.own)
    launched = cluster.start(patience=patience)
    if launched:
        lease.begins()
    parameters = cluster.parameters(OWNER, DATABASE)
    return Engine(
        home=home, version=_version(parameters), launched=launched, cluster=cluster, lease=lease, parameters=parameters
    )


def is_named() -> bool:
    """Return whether PARS_DATABASE_URL names the database, so that it isn't PARS's own."""
    return bool(os.environ.get("PARS_DATABASE_URL"))


def is_own(home: Path) -> bool:
    """Return whether a PARS_HOME has a database of its own, running or not."""
    own = home.resolve() / "postgres"
    return any((own / name).exists() for name in ("data", ELSEWHERE))


def stop(home: Path) -> None:
    """Stop the embedded server of a PARS_HOME, whoever launched it. Where there is none, or it is stopped, nothing happens."""
    if (home / "postgres").is_dir():
        Cluster.of(home).stop(patience=30.0)


def remove(home: Path) -> None:
    """Stop the embedded server of a PARS_HOME and delete its database, passwords and log, wherever they lie. For ever."""
    if (home / "postgres").is_dir():
        Cluster.of(home).remove()


def status(home: Path) -> Status:
    """Return what is known of a PARS_HOME's database, without starting or making anything."""
    if named := os.environ.get("PARS_DATABASE_URL"):
        try:
            engine = _named(home, named)
        except EngineRefused as refused:
            return Status(kind="named", state="absent", says=str(refused))
        return Status(kind="named", state="running", says=f"PostgreSQL {readable(engine.version)}, named by PARS_DATABASE_URL")
    if not (home / "postgres" / "life.lock").exists():
        return Status(kind="embedded", state="absent", says=f"{home} has no database yet")
    cluster = Cluster.of(home)
    if not cluster.alive():
        return Status(kind="embedded", state="stopped", says="it starts when something needs it")
    if not cluster.answers():
        return Status(kind="embedded", state="busy", says=f"it doesn't answer; see {cluster.own / 'server.log'}")
    return Status(
        kind="embedded", state="running", says=f"PostgreSQL {readable(_version(cluster.parameters(OWNER, DATABASE)))}"
    )


def readable(version: int) -> str:
    """Return a server's version number as people write it."""
    return f"{version // 10000}.{version % 10000}"


def address(parameters: Mapping[str, str]) -> str:
    """Return connection parameters as one address. What a host's place can't hold (a socket's folder) follows the question mark."""
    rest = {name: value for name, value in parameters.items() if name not in ("user", "password", "dbname") and value}
    login = quote(parameters.get("user", ""), safe="")
    if secret := parameters.get("password"):
        login += ":" + quote(secret, safe="")
    database = quote(parameters.get("dbname", ""), safe="")
    return f"postgresql://{login}{'@' if login else ''}/{database}?{urlencode(rest, quote_via=quote)}"


def _version(parameters: Mapping[str, str]) -> int:
    with psycopg.connect(**parameters, connect_timeout=10) as connection:  # type: ignore[arg-type]
        return connection.info.server_version


def _named(home: Path, url: str) -> Engine:
    """Return the engine that PARS_DATABASE_URL names, if it is one that runs PARS."""
    try:
        parameters = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    except psycopg.ProgrammingError as error:
        raise EngineRefused(
            "PARS_DATABASE_URL isn't an address of a PostgreSQL database.",
            "Write it as postgresql://owner:password@host:5432/database.",
        ) from error
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            version = connection.info.server_version
            encoding = connection.info.parameter_status("server_encoding")
    except psycopg.OperationalError as error:
        raise EngineRefused(
            f"The database that PARS_DATABASE_URL names can't be reached: {error}",
            "Check that it runs, that its name and password are right, and that it lets this machine in.",
        ) from error
    if version < OLDEST * 10000:
        raise EngineRefused(
            f"The database that PARS_DATABASE_URL names is PostgreSQL {readable(version)}; PARS needs {OLDEST} or later.",
            "Upgrade that server, or unset PARS_DATABASE_URL to use the one that comes with PARS.",
        )
    if encoding != "UTF8":
        raise EngineRefused(
            f"The database that PARS_DATABASE_URL names stores text as {encoding}; names of people need UTF8.",
            "Make one with: CREATE DATABASE pars ENCODING 'UTF8' TEMPLATE template0.",
        )
    return Engine(home=home, version=version, launched=False, cluster=None, lease=None, parameters=parameters)
