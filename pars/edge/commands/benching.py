"""`pars bench`: what PARS costs beside bare PostgreSQL. The measurements are a checkout's, beside the program; this only starts them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

CANNOT = 2
NUMBERS = ("cases", "rounds", "each")


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this page's command."""
    bench = commands.add_parser(
        "bench", help="measure appends, questions and verification beside bare PostgreSQL, in a home of its own"
    )
    bench.add_argument("parts", nargs="*", metavar="PART", help="appends, question, verify (default: all)")
    bench.add_argument("--json", action="store_true", help="one JSON line for each row")
    bench.add_argument("--cases", type=int, help="how many invented cases there are")
    bench.add_argument("--rounds", type=int, help="how often each side takes its turn")
    bench.add_argument("--each", type=int, help="how often each side acts in one turn")
    bench.set_defaults(run=_bench)


def _bench(given: argparse.Namespace, _home: Path) -> int:
    checkout = Path(__file__).parents[3]
    if not (checkout / "bench" / "__main__.py").is_file():
        print("pars: the measurements belong to a checkout of PARS. In one, type make bench.", file=sys.stderr)
        return CANNOT
    numbers = [
        word for name in NUMBERS if getattr(given, name) is not None for word in (f"--{name}", str(getattr(given, name)))
    ]
    words = [sys.executable, "-m", "bench", *given.parts, *(["--json"] if given.json else []), *numbers]
    return subprocess.run(words, cwd=checkout, check=False).returncode
