"""`pars-verify BUNDLE [--trust KEYS] [--in-turn] [--json]`: check a ledger, an export's file or a receipt, without server, database or network.

Ends with status 0 when the bundle is verified, 1 when it is violated, 2 when it can't be checked. An export that is as it was sent but
was stopped or cut before its end: 3.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from pars.core.ledger.policy import read_policy
from pars.core.visible import visible_lines
from verify.checks import verify
from verify.exports import ExportReport, check, is_export
from verify.fast import verify_fast
from verify.files import opened, read_keys
from verify.receipts import ReceiptReport, is_receipt
from verify.receipts import check as check_receipt
from verify.report import UNUSABLE, Finding, Report
from verify.trust import read_trust

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pars.core.ledger.bundle import Data
    from verify.trust import Trust


def main(argv: Sequence[str] | None = None) -> int:
    """Check the bundle that the command line names, print what came of it and return the status."""
    parser = argparse.ArgumentParser(prog="pars-verify", description="Check a PARS ledger bundle, offline.")
    parser.add_argument(
        "bundle", metavar="BUNDLE", type=Path, help="the file that `pars ledger export` wrote, an export, or a receipt"
    )
    parser.add_argument("--trust", metavar="KEYS", type=Path, help="a file of keys that came to you by another way")
    parser.add_argument("--witnesses", metavar="POLICY", type=Path, help="for a receipt: the owners' policy (C2SP tlog-policy)")
    parser.add_argument(
        "--in-turn", action="store_true", help="read entry after entry, in this process alone: the same, but slower"
    )
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    options = parser.parse_args(argv)
    try:
        return _checked(options)
    except KeyboardInterrupt:
        return 130


def _checked(options: argparse.Namespace) -> int:
    report = check_any(
        options.bundle, options.trust, options.witnesses, check_bundle=verify if options.in_turn else verify_fast
    )
    told = _tell(json.dumps(report.json(), indent=2) + "\n" if options.json else visible_lines(report.words()))
    return report.status if told else UNUSABLE


def check_file(path: Path, keys: Path | None = None) -> Report:
    """Return the report on the bundle at `path`, held against the keys in the file `keys`."""
    report = check_any(path, keys)
    assert isinstance(report, Report), "an export is no bundle"
    return report


def check_any(
    path: Path,
    keys: Path | None = None,
    witnesses: Path | None = None,
    check_bundle: Callable[[Data, Trust | None], Report] = verify_fast,
) -> Report | ExportReport | ReceiptReport:
    """Return the report on the bundle, the export or the receipt at `path`."""
    try:
        trust = read_trust(read_keys(keys)) if keys is not None else None
        policy = read_policy(read_keys(witnesses)) if witnesses is not None else None
    except (OSError, ValueError) as problem:
        named = " and ".join(str(one) for one in (keys, witnesses) if one is not None)
        return _unusable(f"the file of keys can't be used: {getattr(problem, 'strerror', None) or problem}", named)
    try:
        with opened(path) as data:
            if is_receipt(data):
                return check_receipt(data, trust, policy)
            return check(data, trust) if is_export(data) else check_bundle(data, trust)
    except OSError as problem:
        return _unusable(f"the file can't be read: {problem.strerror}", str(path))


def _tell(words: str) -> bool:
    """Print; return whether that could be done. A reader who has seen enough and left changes nothing of what was found."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        print(words, end="", flush=True)
    except OSError as problem:
        # What wasn't taken is still kept to be written; at the end that would fail again, with a status of Python's own.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(problem, BrokenPipeError):
            print(f"pars-verify: what was found can't be written: {problem.strerror}", file=sys.stderr)
            return False
    return True


def _unusable(says: str, place: str) -> Report:
    return Report(status=UNUSABLE, findings=(Finding(what="UNREADABLE", says=says, place=place, offset=None),))


if __name__ == "__main__":
    sys.exit(main())
