"""`pars init`, `migrate`, `doctor`, `fsck`, `openapi`: the operator's first and last commands."""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING

from pars.actions import databases, founding
from pars.edge import witnesses
from pars.edge.commands import homes

if TYPE_CHECKING:
    from pathlib import Path


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this page's commands."""
    init = commands.add_parser(
        "init", help="open the ledger: its first entry, which never changes, and new keys for the owners' seats"
    )
    init.add_argument(
        "--origin", help="the ledger's name, as its checkpoints state it for good, such as pars.elm.example/log (needed)"
    )
    init.add_argument(
        "--owner",
        action="append",
        default=[],
        type=_owner,
        metavar="SEAT=NAME",
        help="what the owner in a seat is called (city, courts or prosecutor), once for each seat of the profile (needed)",
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
    lacking = _lacking(given)
    if lacking is not None and not founding.is_set_up(home):
        print(lacking, file=sys.stderr)
        return 2
    owners = {seat: {"name": name} for seat, name in given.owner}
    with homes.up_to_date(home, migrates=True):
        if founding.is_open():
            homes.finish_opening()
            print(
                f"The ledger in {home} is open already; it is never opened anew. For another one name another home: "
                "pars --home /some/other/folder init …",
                file=sys.stderr,
            )
            return 2
        if lacking is not None:
            print(lacking, file=sys.stderr)
            return 2
        if not homes.open_ledger(origin=given.origin, simulated=False, owners=owners, texts=given.profile):
            print(f"Another command opened the ledger in {home} meanwhile.", file=sys.stderr)
            return 2
        print(f"Opened the ledger {given.origin} in {home}. Its owners, for good:")
        for seat, owner in owners.items():
            print(f"  {seat:12} {owner['name']}")
        print(f"The seats' keys lie in {home}/keys/seats: hand each to its owner.")
    return 0


def _lacking(given: argparse.Namespace) -> str | None:
    """Return what must still be said before a ledger is opened, and how it is typed; None where all is said."""
    seats = sorted(founding.shipped(given.profile).charter["owners"])
    if given.origin and sorted(seat for seat, _ in given.owner) == seats:
        return None
    owners = " ".join(f'--owner {seat}="…"' for seat in seats)
    return (
        "A ledger is opened once: nobody can change its name or its owners afterwards. Say its name, and name each owner once:\n"
        f"  pars init --origin pars.elm.example/log --profile {given.profile} {owners}\n"
        f"{founding.HOW_TO_BEGIN} says what each means. To look around first: pars demo"
    )


def _migrate(_: argparse.Namespace, home: Path) -> int:
    with homes.up_to_date(home, migrates=True):
        print("Tables and logins are up to date.")
    return 0


def _doctor(_: argparse.Namespace, home: Path) -> int:
    found = databases.diagnose(home, wall=time.time())
    for says in found:
        print(says)
    wrong = sum(isinstance(says, databases.Wrong) for says in found)
    if wrong:
        print(f"{wrong} of these need{'s' if wrong == 1 else ''} somebody.")
    return 1 if wrong else 0


def _fsck(_: argparse.Namespace, home: Path) -> int:
    with homes.begun(home):
        findings = founding.check_everything(witnesses.newest_notes()[0])
    for finding in findings:
        print(finding)
    print("Everything agrees with the ledger." if not findings else f"{len(findings)} finding(s).")
    return 1 if findings else 0


def _openapi(_: argparse.Namespace, home: Path) -> int:
    with homes.up_to_date(home):
        from pars.edge.api import openapi

        print(openapi.text(), end="")
    return 0
