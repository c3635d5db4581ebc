"""`pars`: the command line. Each command is translation into actions; what it prints is words for people, or JSON with `--json`.

Exit status: 0 done, 1 found wrong, 2 can't (the message says what to do), 3 a part of what was given was rejected.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pars.actions.founding import EngineRefused, NotSetUp
from pars.actions.refusing import AWAY, HELD, Held
from pars.edge.commands import terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

DONE, WRONG, CANNOT, PARTLY = 0, 1, 2, 3


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    with terminal.guarded():
        return _main(argv)


def _main(argv: Sequence[str] | None) -> int:
    from pars.edge.commands import (
        agreements,
        approving,
        asking,
        benching,
        calendars,
        cities,
        documents,
        histories,
        hooking,
        keyrings,
        ledgers,
        offenses,
        orders,
        papers,
        people,
        servers,
        setting_up,
        texts,
        witnessing,
    )

    parser = argparse.ArgumentParser(prog="pars", description="The live record of every arrest, and proof of who has read it.")
    parser.add_argument("--home", type=Path, default=None, help="where state lives (default: PARS_HOME, else ./var)")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in (
        setting_up,
        people,
        servers,
        cities,
        histories,
        documents,
        asking,
        approving,
        hooking,
        offenses,
        calendars,
        papers,
        agreements,
        texts,
        orders,
        keyrings,
        ledgers,
        witnessing,
        benching,
    ):
        module.add_commands(commands)
    _explain(commands)
    given = parser.parse_args(argv)
    if any(_no_text(value) for value in vars(given).values()):
        print("pars: What was typed isn't UTF-8 text. Set the terminal to UTF-8 and type it again.", file=sys.stderr)
        return CANNOT
    named = given.home or os.environ.get("PARS_HOME")
    given.named = bool(named)
    home = Path(named or "var").absolute()
    os.environ["PARS_HOME"] = str(home)
    try:
        status: int = given.run(given, home)
    except (EngineRefused, NotSetUp) as refused:
        print(f"pars: {refused}", file=sys.stderr)
        return CANNOT
    except BrokenPipeError:
        sys.stderr.close()
        return CANNOT
    except OSError as failure:
        print(
            f"pars: {failure.filename or home} can't be used: {failure.strerror}. Is it yours, and is there room?",
            file=sys.stderr,
        )
        return CANNOT
    except Held:
        print(f"pars: {HELD.says} {HELD.remedy}", file=sys.stderr)
        return CANNOT
    except AWAY:
        print(
            "pars: The database went away, or takes nothing more (is its disk full?). What was said to be done is kept. See `pars doctor`.",
            file=sys.stderr,
        )
        return CANNOT
    except KeyboardInterrupt:
        return 130
    return status


def _no_text(value: object) -> bool:
    """Return whether a word, or one of several, holds bytes that are no UTF-8. A file's name may: it is a path."""
    if isinstance(value, list):
        return any(_no_text(one) for one in value)
    return isinstance(value, str) and any("\ud800" <= char <= "\udfff" for char in value)


def _explain(commands: Any) -> None:
    """Begin each command's own help with the sentence that the list of commands has for it."""
    for listed in commands._choices_actions:  # noqa: SLF001  argparse has no public way to what its list says
        command = commands.choices[listed.dest]
        command.description = f"{listed.help[:1].upper()}{listed.help[1:]}."
        lists = command._subparsers  # noqa: SLF001  nor to the lists below
        for below in lists._group_actions if lists else ():  # noqa: SLF001  the same
            _explain(below)
