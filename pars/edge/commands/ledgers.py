"""`pars ledger export|checkpoint|receipt|tail`: what a stranger checks, and what an auditor watches."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pars.actions import founding, overseeing, proving, publishing, reviewing
from pars.edge.commands import homes
from pars.edge.commands.writing import is_new

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

PAGE = 500
LARGEST = 2**53 - 1


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this page's commands."""
    ledger = commands.add_parser("ledger", help="the ledger: export it, see its checkpoint, follow it")
    acts = ledger.add_subparsers(dest="act", required=True, metavar="ACT")
    export = acts.add_parser("export", help="write the bundle that pars-verify checks")
    export.add_argument("bundle", type=Path, help="the file to write, a new one")
    export.set_defaults(run=_export)
    checkpoint = acts.add_parser("checkpoint", help="print the newest signed checkpoint")
    checkpoint.set_defaults(run=_checkpoint)
    receipt = acts.add_parser("receipt", help="print an entry's receipt: what proves that the ledger has it, for pars-verify")
    receipt.add_argument("entry", type=int, help="the entry's number, as its answer or its page says")
    receipt.set_defaults(run=_receipt)
    tail = acts.add_parser("tail", help="print the newest entries, one sentence each")
    tail.add_argument("-n", type=int, default=20, help="how many")
    tail.add_argument("-f", "--follow", action="store_true", help="go on as entries come")
    tail.add_argument("--leaves", action="store_true", help="print each place in the log with its leaf hash instead")
    tail.set_defaults(run=_tail)


def _export(given: argparse.Namespace, home: Path) -> int:
    bundle: Path = given.bundle.absolute()
    if not is_new(given.bundle):
        return 2
    with homes.begun(home), founding.sealing_unless_running():
        try:
            size, refused = founding.export(bundle), overseeing.refused_now()
        except (OSError, founding.NotSealed) as wrong:
            print(f"{given.bundle} can't be written: {getattr(wrong, 'strerror', None) or wrong}.", file=sys.stderr)
            return 2
    if refused is not None and refused.code == "LEDGER_ROLLED_BACK":
        print(f"{refused.says[:-1]}, and nothing newer is signed: the bundle ends at the last checkpoint.", file=sys.stderr)
    print(f"{size} entries in {bundle}. Check them: pars-verify {given.bundle}")
    return 0


def _checkpoint(_: argparse.Namespace, home: Path) -> int:
    with homes.begun(home):
        print(proving.newest_checkpoint() or "No checkpoint yet.", end="")
    return 0


def _receipt(given: argparse.Namespace, home: Path) -> int:
    with homes.begun(home):
        found = proving.receipt_at_home(given.entry) if 0 <= given.entry <= LARGEST else None
    text = None if found is None else proving.text_of(found)
    if text is None:
        why = "There is no such entry." if found is None else "It isn't under a signed checkpoint yet: is `pars work` running?"
        print(f"pars: Entry {given.entry} has no receipt. {why}", file=sys.stderr)
        return 2
    print(text.decode(), end="")
    return 0


def _tail(given: argparse.Namespace, home: Path) -> int:
    with homes.begun(home):
        lines = _leaves(given.n) if given.leaves else _sentences(given.n)
        for line in lines:
            if line is not None:
                print(line, flush=given.follow)
            elif not given.follow:
                return 0
            else:
                time.sleep(0.5)
    return 0


def _sentences(count: int) -> Iterator[str | None]:
    """Give the newest entries in words, then what comes after them; None where nothing more is there yet."""
    last: int | None = None
    while True:
        for entry in reviewing.newest(max(1, count) if last is None else PAGE, after=last):
            last = entry.id
            yield reviewing.entry_line(entry)
        yield None


def _leaves(count: int) -> Iterator[str | None]:
    """Give the newest places of the log with their hashes, then what comes after them; None where nothing more is there yet."""
    index = max(0, publishing.changed_since(None)[0] - count + 1)
    while True:
        while (leaf := proving.leaf(index)) is not None:
            yield f"{index:8} {leaf}"
            index += 1
        yield None
