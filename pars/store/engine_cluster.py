"""The embedded cluster of one PARS_HOME: made once, started, found again, brought back after a crash, stopped.

Whether it runs is asked of the kernel and of the server, never of a pid file: the server and all its children inherit an open
file whose lock lasts as long as any of them lives, and a server counts as there when it answers a login. A killed server that
nobody has reaped holds no lock, and neither does a stranger who was given its process number.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from pars.store.engine_places import (
    SOCKET,
    Places,
    base_of,
    find_places,
    own_folder,
    password,
    password_file,
    remove_places,
    sockets_of,
)
from pars.store.engine_unprivileged import EngineRefused, Way, choose_way

OWNER = "pars_owner"
"""Who owns the tables. It makes databases and logins but is no superuser: what it may not do here, it may not do on a city's server."""
SUPERUSER = "pars_engine"
"""Who made the cluster. It is used to make the owner, and for nothing else."""
DATABASE = "pars"

BEAT = 0.02
"""Seconds between two looks at a server that is starting or stopping."""
LONGEST_LOG = 10 * 2**20
SERVER = Path(__file__).parent / "sql" / "server.sql"

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    # Nobody's name gets into the log: no statement, no parameter, no refused row, no error that quotes its input.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
}

_launched: list[subprocess.Popen[bytes]] = []
"""Servers that this process started, kept so that a dead one is reaped and no zombie stays."""


@dataclass(kw_only=True)
class Cluster:
    """The cluster of one PARS_HOME, made or not, running or not."""

    own: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, home: Path, *, settings: Mapping[str, str] | None = None) -> Cluster:
        """Return the cluster of a PARS_HOME."""
        return cls(own=own_folder(home), settings=settings or {})

    # ------------------------------------------------------------ start

    def start(self, *, patience: float) -> bool:
        """Bring the server up and return whether this call launched it. Of two calls at once, one launches and both return."""
        _reap()
        with self._one_at_a_time():
            deadline = time.monotonic() + patience
            while True:
                if self._answers():
                    return False
                life = self._take_life()
                if life is not None:
                    break
                self._end_what_is_lost()
                if time.monotonic() > deadline:
                    raise EngineRefused(
                        f"A database server of this PARS_HOME runs but hasn't answered for {patience:.0f} s.",
                        f"Look into {self.own / 'server.log'}; ending that server makes the next start begin with a recovery.",
                    )
                time.sleep(BEAT)
            try:
                way = choose_way()
                places = find_places(self.own, way)
                self._prepare(places, way)
                self._launch(places, way, life)
            finally:
                os.close(life)
            self._await_answer(deadline)
            return True

    def _prepare(self, places: Places, way: Way) -> None:
        """Make the data folder if there is none, and refuse one that these programs can't read or these passwords can't open."""
        version = way.run(places.programs / "postgres", "--version").stdout
        ours = re.search(r"\b(\d+)\.\d+", version)
        if ours is None:
            raise EngineRefused(
                f"The PostgreSQL in {places.programs} doesn't start: {version.strip()}", "Run `make setup` again."
            )
        if not places.data.exists():
            _initialize(places, way)
            return
        theirs = (places.data / "PG_VERSION").read_text().strip()
        if theirs != ours[1]:
            raise EngineRefused(
                f"The database in {places.data} was made by PostgreSQL {theirs}; the one installed here is {ours[1]},"
                " and neither reads the other's files. Nothing was changed.",
                f"Start it with the release of PARS that brought PostgreSQL {theirs}, take a backup with `pars backup`, and restore that"
                " with this release into a new PARS_HOME.",
            )
        if not password_file(self.own, SUPERUSER).exists():
            raise EngineRefused(
                f"The password of the database in {places.data} is missing: {password_file(self.own, SUPERUSER)}.",
                "Put that file back from the backup of PARS_HOME.",
            )

    def _launch(self, places: Places, way: Way, life: int) -> None:
        """Start the server. It takes the lock `life` along, and so do its children."""
        # We hold the lock, so no process of this cluster is alive and these are a dead one's.
        for stale in (places.data / "postmaster.pid", places.sockets / SOCKET, places.sockets / f"{SOCKET}.lock"):
            stale.unlink(missing_ok=True)
        folder = str(places.sockets).replace('"', '""')
        settings = {**SETTINGS, **self.settings, "unix_socket_directories": f'"{folder}"'}
        argv: list[str | Path] = [places.programs / "postgres", "-D", places.data]
        for name, value in settings.items():
            argv += ["-c", f"{name}={value}"]
        if places.log.exists() and places.log.stat().st_size > LONGEST_LOG:
            places.log.rename(places.log.with_suffix(".log.1"))
        with os.fdopen(os.open(places.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as log:
            _launched.append(way.launch(argv, log=log, keep=life))

    def _await_answer(self, deadline: float) -> None:
        while not self._answers():
            life = self._take_life()
            if life is not None:
                os.close(life)
                raise EngineRefused(
                    f"The database server ended as it started. {self._last_words()}",
                    f"Is there room in {base_of(self.own)}? See {self.own / 'server.log'}.",
                )
            if time.monotonic() > deadline:
                raise EngineRefused(
                    f"The database server is still not ready. {self._last_words()}",
                    f"It may be recovering from a crash: wait, and start again. See {self.own / 'server.log'}.",
                )
            time.sleep(BEAT)

    def _last_words(self) -> str:
        try:
            lines = (self.own / "server.log").read_text(errors="replace").splitlines()
        except OSError:
            return ""
        return "It said last: " + " / ".join(lines[-3:])

    # ------------------------------------------------------------ connect

    def parameters(self, login: str, database: str) -> dict[str, str]:
        """Return the connection parameters of one of the cluster's own logins."""
        sockets = sockets_of(self.own)
        return {
            "host": str(sockets) if sockets else "",
            "port": "5432",
            "user": login,
            "password": password(self.own, login),
            "dbname": database,
        }

    def _answers(self) -> bool:
        """Return whether the owner can log in. A cluster whose owner was never made, or lost its password, is mended here."""
        if sockets_of(self.own) is None or not password_file(self.own, SUPERUSER).exists():
            return False
        if password_file(self.own, OWNER).exists():
            try:
                self._connect(OWNER, DATABASE).close()
            except psycopg.errors.ConnectionTimeout:
                return False
            except psycopg.OperationalError:
                pass  # not there yet, or there without its owner
            else:
                return True
        try:
            with self._connect(SUPERUSER, "postgres") as connection:
                self._make_owner(connection)
        except psycopg.OperationalError:
            return False
        return True

    def _connect(self, login: str, database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(**self.parameters(login, database), connect_timeout=2, autocommit=True)  # type: ignore[arg-type]

    def _make_owner(self, connection: psycopg.Connection[tuple[object, ...]]) -> None:
        role, database = sql.Identifier(OWNER), sql.Identifier(DATABASE)
        if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (OWNER,)).fetchone() is None:
            connection.execute(sql.SQL("CREATE ROLE {}").format(role))
        # pg_signal_backend: a clone of a database can be dropped while somebody is still connected to it.
        connection.execute(sql.SQL("GRANT pg_signal_backend TO {}").format(role))
        connection.execute(
            sql.SQL("ALTER ROLE {} LOGIN CREATEDB CREATEROLE PASSWORD {}").format(role, sql.Literal(password(self.own, OWNER)))
        )
        # Whatever database is made from here on has it from its template. In these two nobody but who made the cluster has business.
        self._close_to_everybody("template1")
        connection.execute("REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC")
        if connection.execute("SELECT FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, role))

    def _close_to_everybody(self, database: str) -> None:
        """Take from every login what PostgreSQL gives to all and PARS to none: only who owns the server can."""
        with self._connect(SUPERUSER, database) as connection:
            connection.execute("SELECT set_config('pars.owner', %s, false)", [OWNER])
            connection.execute(SERVER.read_text())

    # ------------------------------------------------------------ stop

    def stop(self, *, patience: float) -> None:
        """End the server and return when every process of it is gone. Open transactions are rolled back, committed ones are kept."""
        with self._one_at_a_time():
            for number, share in ((signal.SIGINT, 0.7), (signal.SIGQUIT, 0.2), (signal.SIGKILL, 0.1)):
                deadline = time.monotonic() + patience * share
                self._signal(number)
                while time.monotonic() < deadline:
                    _reap()
                    if not self.alive():
                        return
                    time.sleep(BEAT)
        raise EngineRefused(
            f"The database server couldn't be ended within {patience:.0f} s.", f"See {self.own / 'server.log'}."
        )

    def remove(self) -> None:
        """End the server and delete all that is this cluster's, for ever: what lies elsewhere too, unless that is another's."""
        self.stop(patience=30)
        remove_places(self.own)

    def alive(self) -> bool:
        """Return whether any process of the cluster lives."""
        life = self._take_life()
        if life is None:
            return True
        os.close(life)
        return False

    def answers(self) -> bool:
        """Return whether the server lets its owner in now."""
        return self.alive() and self._answers()

    def _signal(self, number: signal.Signals) -> None:
        """Signal the first process of the cluster, or what it left behind when it is gone itself."""
        processes = self._processes()
        first = self._first_process()
        for process in [first] if first in processes else processes:
            with suppress(ProcessLookupError):
                os.kill(process, number)

    def _end_what_is_lost(self) -> None:
        """End children whose first process was killed, and a server whose socket somebody removed: nobody can reach either."""
        first = self._first_process()
        sockets = sockets_of(self.own)
        processes = self._processes()
        if first not in processes:
            self._signal(signal.SIGQUIT)
        elif sockets is None or not (sockets / SOCKET).exists():
            self._signal(signal.SIGINT)

    def _first_process(self) -> int | None:
        try:
            return int((base_of(self.own) / "data" / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None

    def _processes(self) -> list[int]:
        """Return the processes that hold the life lock's file open: those of this cluster, and no other."""
        lock = (self.own / "life.lock").stat()
        others = (int(folder.name) for folder in Path("/proc").glob("[0-9]*") if folder.name != str(os.getpid()))
        return [process for process in others if _holds(process, lock)]

    # ------------------------------------------------------------ locks

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        """Hold the lock of those who start or stop this cluster."""
        with (self.own / "start.lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _take_life(self) -> int | None:
        """Return the life lock, taken, or None while any process of the cluster lives. The caller closes it."""
        life = os.open(self.own / "life.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(life, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(life)
            return None
        return life


def _initialize(places: Places, way: Way) -> None:
    """Make the data folder beside its place and put it there whole, so that an interrupted start leaves no half cluster."""
    new = places.base / "data.new"
    shutil.rmtree(new, ignore_errors=True)
    secret = places.base / "initdb.password"
    secret.unlink(missing_ok=True)
    with os.fdopen(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(password(places.own, SUPERUSER))
    os.chown(secret, way.uid, way.gid)
    try:
        done = way.run(
            places.programs / "initdb",
            *("--pgdata", new, "--username", SUPERUSER, "--pwfile", secret, "--auth", "scram-sha-256"),
            *("--encoding", "UTF8", "--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
            *("--data-checksums", "--no-instructions"),
        )
    finally:
        secret.unlink()
    if done.returncode != 0:
        shutil.rmtree(new, ignore_errors=True)
        raise EngineRefused(f"No database could be made: {done.stdout.strip()}", f"Is there room in {places.base}?")
    new.rename(places.data)


def _holds(process: int, lock: os.stat_result) -> bool:
    """Return whether a process has a file open. One that ends meanwhile, or that isn't ours to look into, doesn't."""
    try:
        descriptors = list(Path(f"/proc/{process}/fd").iterdir())
    except OSError:
        return False
    for descriptor in descriptors:
        with suppress(OSError):
            if os.path.samestat(lock, descriptor.stat()):
                return True
    return False


def _reap() -> None:
    """Collect the servers of ours that have ended."""
    _launched[:] = [child for child in _launched if child.poll() is None]
