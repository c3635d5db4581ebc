"""`pars-verify BUNDLE [--trust KEYS] [--json]`: check a ledger without its server, its database or a network.

Ends with status 0 when the bundle is verified, 1 when it is violated, 2 when it can't be checked.
"""

from __future__ import annotations

import argparse
import json
import mmap
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from verify.checks import verify
from verify.report import UNUSABLE, Finding, Report
from verify.trust import read_trust

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verify.trust import Trust


def main(argv: Sequence[str] | None = None) -> int:
    """Check the bundle that the command line names, print what came of it and return the status."""
    parser = argparse.ArgumentParser(prog="pars-verify", description="Check a PARS ledger bundle, offline.")
    parser.add_argument("bundle", metavar="BUNDLE", type=Path, help="the file that `pars ledger export` wrote")
    parser.add_argument("--trust", metavar="KEYS", type=Path, help="a file of keys that came to you by another way")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    options = parser.parse_args(argv)
    report = check_file(options.bundle, options.trust)
    sys.stdout.write(json.dumps(report.json(), indent=2) + "\n" if options.json else report.words())
    return report.status


def check_file(path: Path, keys: Path | None = None) -> Report:
    """Return the report on the bundle at `path`, held against the keys in the file `keys`."""
    try:
        trust = read_trust(keys.read_text(encoding="utf-8")) if keys is not None else None
    except (OSError, ValueError) as problem:
        return _unusable(f"the file of keys can't be used: {problem}", str(keys))
    try:
        return _check(path, trust)
    except OSError as problem:
        return _unusable(f"the file can't be read: {problem.strerror}", str(path))


def _check(path: Path, trust: Trust | None) -> Report:
    if path.stat().st_size == 0:
        return verify(b"", trust)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return verify(data, trust)


def _unusable(says: str, place: str) -> Report:
    return Report(status=UNUSABLE, findings=(Finding(what="UNREADABLE", says=says, place=place, offset=0),))


if __name__ == "__main__":
    sys.exit(main())
