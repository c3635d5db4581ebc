"""`pars init`, `migrate`, `doctor`, `fsck`, `openapi`: the operator's first and last commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.actions import founding
from pars.edge.commands import homes

if TYPE_CHECKING:
    import argparse
    from pathlib import Path


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this page's commands."""
    init = commands.add_parser("init", help="open the ledger: genesis, owners' keys")
    init.add_argument("--origin", default=homes.ORIGIN, help="the ledger's name, as its checkpoints state it")
    init.set_defaults(run=_init)
    migrate = commands.add_parser("migrate", help="bring tables and logins up to date (needs the owner's login)")
    migrate.set_defaults(run=_migrate)
    doctor = commands.add_parser("doctor", help="say what is set up here, and what would break a promise")
    doctor.set_defaults(run=_doctor)
    fsck = commands.add_parser("fsck", help="fold the ledger again and compare everything with it")
    fsck.set_defaults(run=_fsck)
    openapi = commands.add_parser("openapi", help="print the description of /v1 (OpenAPI 3.1)")
    openapi.set_defaults(run=_openapi)


def _init(given: argparse.Namespace, home: Path) -> int:
    with homes.up_to_date(home):
        if founding.is_open():
            print(f"The ledger in {home} is open already; it is never opened anew.")
            return 2
        homes.open_ledger(origin=given.origin, simulated=False)
        print(
            f"Opened the ledger {given.origin} in {home}. The seats' keys lie in {home}/keys/seats: hand them to their owners."
        )
    return 0


def _migrate(_: argparse.Namespace, home: Path) -> int:
    with homes.up_to_date(home):
        print("Tables and logins are up to date.")
    return 0


def _doctor(_: argparse.Namespace, home: Path) -> int:
    for says in founding.diagnose(home):
        print(says)
    return 0


def _fsck(_: argparse.Namespace, home: Path) -> int:
    with homes.up_to_date(home):
        findings = founding.check_everything()
    for finding in findings:
        print(finding)
    print("Everything agrees with the ledger." if not findings else f"{len(findings)} finding(s).")
    return 1 if findings else 0


def _openapi(_: argparse.Namespace, home: Path) -> int:
    with homes.up_to_date(home):
        from pars.edge.api import openapi

        print(openapi.text(), end="")
    return 0
