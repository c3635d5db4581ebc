"""`pars witness`: an owner's own witness. It uses no home and no database of PARS, and is not this room's: see `witness/`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from witness import command

if TYPE_CHECKING:
    import argparse
    from pathlib import Path


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this page's commands."""
    witness = commands.add_parser("witness", help="an owner's witness: make one, let it cosign and mirror, see how it stands")
    command.add_acts(witness)
    witness.set_defaults(run=_run)


def _run(given: argparse.Namespace, _: Path) -> int:
    return command.run(given)
