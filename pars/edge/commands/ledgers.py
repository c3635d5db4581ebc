"""`pars ledger export|checkpoint|tail`, `keys`: what a stranger checks, and what an auditor watches."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from pars.actions import founding, proving, publishing
from pars.edge.commands import homes

if TYPE_CHECKING:
    import argparse


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this page's commands."""
    ledger = commands.add_parser("ledger", help="the ledger: export it, see its checkpoint, follow it")
    acts = ledger.add_subparsers(dest="act", required=True, metavar="ACT")
    export = acts.add_parser("export", help="write the bundle that pars-verify checks")
    export.add_argument("bundle", type=Path)
    export.set_defaults(run=_export)
    checkpoint = acts.add_parser("checkpoint", help="print the newest signed checkpoint")
    checkpoint.set_defaults(run=_checkpoint)
    tail = acts.add_parser("tail", help="print the newest places of the log with their leaf hashes")
    tail.add_argument("-n", type=int, default=20, help="how many")
    tail.add_argument("-f", "--follow", action="store_true", help="go on as entries come")
    tail.set_defaults(run=_tail)
    keys = commands.add_parser("keys", help="print the file of keys for `pars-verify --trust`: hand it over by another way")
    keys.set_defaults(run=_keys)


def _export(given: argparse.Namespace, home: Path) -> int:
    bundle: Path = given.bundle.absolute()
    with homes.up_to_date(home), founding.sealing_unless_running():
        size = founding.export(bundle)
    print(f"{size} entries in {bundle}. Check them: pars-verify {given.bundle}")
    return 0


def _checkpoint(_: argparse.Namespace, home: Path) -> int:
    with homes.up_to_date(home):
        print(proving.checkpoint() or "No checkpoint yet.", end="")
    return 0


def _keys(_: argparse.Namespace, home: Path) -> int:
    with homes.up_to_date(home):
        print(founding.trusted_keys(), end="")
    return 0


def _tail(given: argparse.Namespace, home: Path) -> int:
    with homes.up_to_date(home):
        last, _ = publishing.changed_since(None)
        index = max(0, last - given.n + 1)
        while True:
            while (entry := proving.logged(index)) is not None:
                print(f"{entry.index:8} {entry.leaf}")
                index += 1
            if not given.follow:
                return 0
            time.sleep(0.5)
