"""`pars`: the command line. Each command is translation into actions; what it prints is words for people, or JSON with `--json`.

Exit status: 0 done, 1 found wrong, 2 can't (the message says what to do), 3 a part of what was given was rejected.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pars.edge.commands import terminal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

DONE, WRONG, CANNOT, PARTLY = 0, 1, 2, 3

COMMANDS = {
    "setting_up": ("init", "migrate", "doctor", "fsck", "openapi"),
    "people": ("user",),
    "servers": ("serve", "work", "demo"),
    "cities": ("seed",),
    "histories": ("history",),
    "documents": ("import",),
    "asking": ("ask", "find", "seen", "case"),
    "approving": ("approval", "emergency"),
    "hooking": ("hook",),
    "offenses": ("offenses",),
    "calendars": ("calendar",),
    "papers": ("paper",),
    "agreements": ("agreement",),
    "texts": ("text",),
    "orders": ("order",),
    "keyrings": ("keys",),
    "ledgers": ("ledger",),
    "witnessing": ("witness",),
    "benching": ("bench",),
}
"""Which module adds which commands, in the order in which they are listed. A command is typed often, and waits for its own module alone."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    with terminal.guarded():
        return _main(sys.argv[1:] if argv is None else argv)


def _main(argv: Sequence[str]) -> int:
    given = _parser(_needed(argv)).parse_args(argv)
    if any(_no_text(value) for value in vars(given).values()):
        print("pars: What was typed isn't UTF-8 text. Set the terminal to UTF-8 and type it again.", file=sys.stderr)
        return CANNOT
    named = given.home or os.environ.get("PARS_HOME")
    given.named = bool(named)
    home = Path(named or "var").absolute()
    os.environ["PARS_HOME"] = str(home)
    try:
        status: int = given.run(given, home)
    except BrokenPipeError:
        sys.stderr.close()
        return CANNOT
    except KeyboardInterrupt:
        return 130
    except Exception as failure:
        words = _told(failure, home)
        if words is None:
            raise
        print(f"pars: {words}", file=sys.stderr)
        return CANNOT
    return status


def _needed(argv: Sequence[str]) -> Iterable[str]:
    """Return which modules a line of words needs: its command's own, or all where it isn't plain which that is."""
    words = [*argv]
    if words[:1] == ["--home"]:
        words = words[2:]
    elif words and words[0].startswith("--home="):
        words = words[1:]
    return [name for name, added in COMMANDS.items() if words and words[0] in added] or COMMANDS


def _parser(modules: Iterable[str]) -> argparse.ArgumentParser:
    """Return the parser for what these modules add."""
    parser = argparse.ArgumentParser(prog="pars", description="The live record of every arrest, and proof of who has read it.")
    parser.add_argument("--home", type=Path, default=None, help="where state lives (default: PARS_HOME, else ./var)")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in modules:
        import_module(f"{__name__}.{module}").add_commands(commands)
    _explain(commands)
    return parser


def _told(failure: Exception, home: Path) -> str | None:
    """Return what whoever typed the command is told of what stopped it, or None where it is ours to mend."""
    from pars.actions.founding import EngineRefused, NotSetUp
    from pars.actions.refusing import AWAY, HELD, Held

    match failure:
        case EngineRefused() | NotSetUp():
            return str(failure)
        case OSError():
            return f"{failure.filename or home} can't be used: {failure.strerror}. Is it yours, and is there room?"
        case Held():
            return f"{HELD.says} {HELD.remedy}"
        case _ if isinstance(failure, AWAY):
            return "The database went away, or takes nothing more (is its disk full?). What was said to be done is kept. See `pars doctor`."
    return None


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
