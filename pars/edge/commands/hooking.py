"""`pars hook`: an agency's own addresses that are told when something that it may ask for has changed."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING

from pars.actions import disclosing
from pars.core.ledger.entries import By
from pars.core.terms import instant, moment
from pars.edge import hints
from pars.edge.commands import homes
from pars.edge.commands.asking import caller_of
from pars.edge.commands.files import json_of
from pars.edge.commands.people import acting, in_a_line, unable

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from pars.actions.disclosing import Turn


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this page's commands."""
    hook = commands.add_parser("hook", help="an agency's addresses that are told when something it may ask for has changed")
    acts = hook.add_subparsers(dest="act", required=True, metavar="ACT")
    register = acts.add_parser("register", help="register one; its secret is printed once")
    register.add_argument("address", help="like https://records.example.gov/pars")
    register.add_argument("question", help="the question as JSON, as POST /v1/questions takes it")
    register.add_argument("--until", help="its own end, like 2027-01-31T17:00:00-05:00 (default: the agreement's)")
    register.add_argument("--by", required=True, help="the account of a person who is named under the agreement")
    register.set_defaults(run=_register)
    listed = acts.add_parser("list", help="the hooks, and how their hints fare")
    listed.add_argument("--by", required=True, help="the account of a person who is named")
    listed.add_argument("--json", action="store_true", help="print one JSON object")
    listed.set_defaults(run=_list)
    remove = acts.add_parser("remove", help="tell an address nothing any more, from now on")
    remove.add_argument("hook", type=int, help="the hook's number, as `pars hook list` shows it")
    remove.add_argument("--by", required=True, help="an account of the agency, or of whoever names its people")
    remove.set_defaults(run=_remove)


def _register(given: argparse.Namespace, home: Path) -> int:
    try:
        asked = json_of(given.question)
        until = None if given.until is None else instant(datetime.fromisoformat(given.until))
    except ValueError as wrong:
        print(f"That can't be read: {wrong}", file=sys.stderr)
        return 2
    with homes.begun(home):
        caller = caller_of(given.by, None)
        if caller is None:
            print(f"No agreement names {given.by} now, so there is nothing to be told of.", file=sys.stderr)
            return 2
        done = disclosing.register_hook(
            caller=caller, asked=asked, address=given.address, until=until, also=hints.demo_networks()
        )
    if isinstance(done, disclosing.Declined):
        print(in_a_line(done.refusal, done.entry), file=sys.stderr)
        return 2
    print(f"Hook {done.done.entry}. Its secret, which is shown this once: {done.secret}")
    return 0


def _list(given: argparse.Namespace, home: Path) -> int:
    with homes.begun(home):
        caller = caller_of(given.by, None)
        if caller is None:
            print(f"No agreement names {given.by} now.", file=sys.stderr)
            return 2
        _, found = disclosing.hooks_of(caller)
    if given.json:
        told = [
            {
                "hook": hook.entry,
                "agreement": hook.agreement,
                "address": hook.address,
                "outcome": turn.outcome,
                "rests": turn.rests,
            }
            for hook, turn in found
        ]
        print(json.dumps({"hooks": told}, ensure_ascii=False))
        return 0
    for hook, turn in found:
        print(f"{hook.entry}  {hook.address}, under {hook.agreement} until {moment(hook.end).isoformat()}: {_came(turn)}")
    if not found:
        print("No hook is open.")
    return 0


def _came(turn: Turn) -> str:
    if turn.tried is None or turn.outcome is None:
        return "nothing was told yet"
    rests = ", and it rests now: register it anew" if turn.rests else ""
    return f"{turn.outcome.lower().replace('_', ' ')} at {moment(turn.tried).isoformat()}{rests}"


def _remove(given: argparse.Namespace, home: Path) -> int:
    with homes.begun(home):
        caller = caller_of(given.by, None)
        by = acting(given.by, "user:name") if caller is None else By(caller.person, f"agency:{caller.agency}")
        if by is None:
            print(unable(given.by, "user:name"), file=sys.stderr)
            return 2
        done = disclosing.remove_hook(hook=given.hook, by=by)
    if isinstance(done, disclosing.Refused):
        print(in_a_line(done.refusal, done.entry), file=sys.stderr)
        return 2
    print(f"Removed: entry {done.entry}.")
    return 0
