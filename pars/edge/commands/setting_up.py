"""`pars init`, `migrate`, `doctor`, `fsck`, `openapi`: the operator's first and last commands."""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING

from pars.actions import databases, founding
from pars.edge.commands import homes

if TYPE_CHECKING:
    from pathlib import Path


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this page's commands."""
    init = commands.add_parser(
        "init", help="open the ledger: its first entry, which never changes, and new keys for the owners' seats"
    )
    init.add_argument(
        "--origin", default=homes.ORIGIN, help="the ledger's name, as its checkpoints state it, such as pars.elm.example/log"
    )
    init.add_argument(
        "--owner",
        action="append",
        default=[],
        type=_owner,
        metavar="SEAT=NAME",
        help="what the owner in a seat is called (city, courts or prosecutor); once for each, or all keep the names that ship with PARS",
    )
    init.add_argument(
        "--profile",
        choices=founding.SHIPPED,
        default="city",
        help="whose texts to begin with: a city's of three owners with a charging unit, or a county's of two (city, courts) without one",
    )
    init.set_defaults(run=_init)
    migrate = commands.add_parser("migrate", help="bring tables and logins up to date (needs the owner's login)")
    migrate.set_defaults(run=_migrate)
    doctor = commands.add_parser("doctor", help="say what is set up here, and what would break a promise")
    doctor.set_defaults(run=_doctor)
    fsck = commands.add_parser("fsck", help="fold the ledger again and compare everything with it")
    fsck.set_defaults(run=_fsck)
    openapi = commands.add_parser("openapi", help="print the description of /v1 (OpenAPI 3.1)")
    openapi.set_defaults(run=_openapi)


def _owner(text: str) -> tuple[str, str]:
    seat, _, name = text.partition("=")
    if not seat.strip() or not name.strip():
        raise argparse.ArgumentTypeError("say it as SEAT=NAME")
    return seat.strip(), name.strip()


def _init(given: argparse.Namespace, home: Path) -> int:
    owners = {seat: dict(owner) for seat, owner in founding.shipped(given.profile).charter["owners"].items()}
    named = dict(given.owner)
    if named and named.keys() != owners.keys():
        print(f"Name each owner once: --owner {'=… --owner '.join(sorted(owners))}=…", file=sys.stderr)
        return 2
    owners |= {seat: {"name": name} for seat, name in named.items()}
    with homes.up_to_date(home, migrates=True):
        if founding.is_open():
            homes.finish_opening()
            print(f"The ledger in {home} is open already; it is never opened anew.", file=sys.stderr)
            return 2
        if not homes.open_ledger(origin=given.origin, simulated=False, owners=owners, texts=given.profile):
            print(f"Another command opened the ledger in {home} meanwhile.", file=sys.stderr)
            return 2
        print(f"Opened the ledger {given.origin} in {home}. Its owners, for good:")
        for seat, owner in owners.items():
            print(f"  {seat:12} {owner['name']}")
        print(f"The seats' keys lie in {home}/keys/seats: hand each to its owner.")
    return 0


def _migrate(_: argparse.Namespace, home: Path) -> int:
    with homes.up_to_date(home, migrates=True):
        print("Tables and logins are up to date.")
    return 0


def _doctor(_: argparse.Namespace, home: Path) -> int:
    for says in databases.diagnose(home, wall=time.time()):
        print(says)
    return 0


def _fsck(_: argparse.Namespace, home: Path) -> int:
    with homes.begun(home):
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
