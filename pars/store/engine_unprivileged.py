"""How the server's programs run, so that none of them ever has root's powers.

PostgreSQL refuses to run as root, rightly. An ordinary user runs it as itself. Root first tries a user namespace, in which root
is somebody else and has no capability: that also works where the checkout lies in a home that others can't enter. Where the
kernel or the container refuses namespaces, root becomes an unprivileged user before the program starts. A container that runs
under a bare user number takes the namespace, too: initdb asks for the user's name.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

ACCOUNTS = ("postgres", "nobody")
"""Whom root becomes: the first that this machine knows."""


class EngineRefused(Exception):
    """Raised when there is no database to be had, with what is wrong and what the reader can do about it."""

    def __init__(self, says: str, remedy: str) -> None:
        """Keep both sentences apart, so that a screen and a terminal may each show them their way."""
        super().__init__(f"{says} {remedy}")
        self.says = says
        self.remedy = remedy


def _environment() -> dict[str, str]:
    """Return what the server may know of ours: a path and no PG… variable, since one of those could redirect it."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way to run a program without root's powers, and the owner that its files must have, as seen from outside."""

    name: Literal["self", "namespace", "setuid"]
    uid: int
    gid: int
    prefix: tuple[str, ...] = ()

    @property
    def _user(self) -> int | None:
        return self.uid if self.name == "setuid" else None

    @property
    def _group(self) -> int | None:
        return self.gid if self.name == "setuid" else None

    @property
    def _groups(self) -> list[int] | None:
        return [] if self.name == "setuid" else None

    def run(self, *argv: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a program to its end and return what it said, standard error included."""
        return subprocess.run(
            [*self.prefix, *map(str, argv)],
            cwd="/",
            env=_environment(),
            user=self._user,
            group=self._group,
            extra_groups=self._groups,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def can(self, *argv: str | Path) -> bool:
        """Return whether a program can be run this way and succeeds."""
        try:
            return self.run(*argv).returncode == 0
        except OSError:
            return False

    def launch(self, argv: Sequence[str | Path], *, log: IO[bytes], keep: int) -> subprocess.Popen[bytes]:
        """Start a program that outlives this call, in a session of its own, so that a Ctrl-C meant for us doesn't reach it.

        It inherits the descriptor `keep`.
        """
        return subprocess.Popen(
            [*self.prefix, *map(str, argv)],
            cwd="/",
            env=_environment(),
            user=self._user,
            group=self._group,
            extra_groups=self._groups,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(keep,),
            start_new_session=True,
        )

    def give(self, path: Path) -> None:
        """Make a folder and all in it belong to whom the server runs as. Links are given, never followed."""
        if (found := path.lstat()).st_uid == self.uid and found.st_gid == self.gid:
            return
        for folder, folders, files in os.walk(path):
            for name in (*folders, *files):
                os.chown(Path(folder, name), self.uid, self.gid, follow_symlinks=False)
        os.chown(path, self.uid, self.gid, follow_symlinks=False)


def choose_way() -> Way:
    """Return the way to run the server here, trying each before trusting it."""
    uid = os.geteuid()
    if uid != 0 and _is_known(uid):
        return Way(name="self", uid=uid, gid=os.getegid())
    account = _account()
    if unshare := shutil.which("unshare"):
        inside = (unshare, "--user", f"--map-user={account.pw_uid}", f"--map-group={account.pw_gid}", "--")
        namespace = Way(name="namespace", uid=uid, gid=os.getegid(), prefix=inside)
        if namespace.can("true"):
            return namespace
    if uid != 0:
        raise EngineRefused(
            f"This process runs as user number {uid}, which has no name on this machine, and PostgreSQL asks for one.",
            "Give the number a line in /etc/passwd, or name a PostgreSQL in PARS_DATABASE_URL.",
        )
    setuid = Way(name="setuid", uid=account.pw_uid, gid=account.pw_gid)
    if setuid.can("true"):
        return setuid
    raise EngineRefused(
        f"This process is root, and may neither make a user namespace nor become {account.pw_name}.",
        "Run PARS as an ordinary user, or name a PostgreSQL in PARS_DATABASE_URL.",
    )


def _is_known(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _account() -> pwd.struct_passwd:
    for name in ACCOUNTS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise EngineRefused(
        "This process is root, and the machine has neither a user postgres nor a user nobody to run the database as.",
        "Add one of them, run PARS as an ordinary user, or name a PostgreSQL in PARS_DATABASE_URL.",
    )
