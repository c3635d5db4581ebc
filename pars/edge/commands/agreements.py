"""`pars agreement …`: what is agreed, in sentences; propose a text, sign a vote with a seat's own key, suspend, revoke."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pars.actions import agreeing, publishing
from pars.actions.beats import Refused
from pars.core import canonical
from pars.core.access.plain import explain
from pars.core.terms import Refusal, moment
from pars.edge.commands import homes
from pars.edge.commands.people import acting

if TYPE_CHECKING:
    import argparse


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this page's commands."""
    agreement = commands.add_parser("agreement", help="what outside agencies may ask, and the votes on it")
    acts = agreement.add_subparsers(dest="act", required=True, metavar="ACT")
    listed = acts.add_parser("list", help="every agreement and how it stands")
    listed.add_argument("--json", action="store_true")
    listed.set_defaults(run=_list)
    for name, says in {"show": "its votes and its standing", "explain": "its sentences"}.items():
        one = acts.add_parser(name, help=says)
        one.add_argument("agreement")
        one.add_argument("--language", choices=("en", "es"), default="en")
        one.set_defaults(run=_show)
    propose = acts.add_parser("propose", help="put a version before the owners")
    propose.add_argument("text", type=Path, help="the version as JSON; it is brought into its canonical form")
    propose.add_argument("--by", required=True)
    propose.set_defaults(run=_propose)
    for choice in ("vote", "suspend", "revoke"):
        one = acts.add_parser(choice, help="a seat's signed choice")
        one.add_argument("agreement")
        if choice == "vote":
            one.add_argument("choice", choices=("adopt", "reject", "reinstate"))
        one.add_argument("--version", help="the hash of the version (default: the newest proposed, or the one in force)")
        one.add_argument("--key", type=Path, help="the file of the seat's key (default: the one that this home keeps)")
        one.add_argument("--by", required=True)
        one.set_defaults(run=_vote)


def _list(given: argparse.Namespace, home: Path) -> int:
    with homes.opened(home):
        found = publishing.agreements()
    rows = [
        {
            "agreement": each.agreement.id,
            "agency": each.stands.version.agency.name,
            "state": each.stands.state,
            "says": each.stands.says,
            "ends_at": moment(each.stands.version.term.end).isoformat(),
        }
        for each in found
    ]
    if given.json:
        print(json.dumps({"agreements": rows}, ensure_ascii=False, indent=2))
    else:
        for row in rows:
            print(f"{row['agreement']:16} {row['state']:10} {row['agency']}: {row['says']}")
        if not rows:
            print("No agreement was ever proposed here.")
    return 0


def _show(given: argparse.Namespace, home: Path) -> int:
    with homes.opened(home):
        found = publishing.agreement(given.agreement)
    if found is None:
        print("There is no such agreement.", file=sys.stderr)
        return 2
    print(f"{found.stands.version.title[given.language]} ({found.stands.state}). {found.stands.says}\n")
    for sentence in explain(found.stands.version, given.language):
        print(f"- {sentence}")
    if given.act == "show":
        print("\nVotes")
        for ballot in found.agreement.ballots:
            vote = ballot.vote
            print(
                f"- entry {ballot.entry}, {moment(ballot.at).isoformat()}: {vote.seat}, {vote.choice}, version {vote.version[:12]}"
            )
    return 0


def _propose(given: argparse.Namespace, home: Path) -> int:
    try:
        text = canonical.write(json.loads(given.text.read_text()))
    except (OSError, ValueError) as wrong:
        print(f"{given.text}: {wrong}", file=sys.stderr)
        return 2
    with homes.opened(home):
        by = acting(given.by, "agreement:propose")
        if by is None:
            print(f"{given.by} has no grant that allows this.", file=sys.stderr)
            return 2
        return _told(agreeing.propose(text=text, by=by))


def _vote(given: argparse.Namespace, home: Path) -> int:
    choice = given.choice if given.act == "vote" else given.act
    with homes.opened(home):
        by = acting(given.by, "agreement:vote")
        found = publishing.agreement(given.agreement)
        if by is None or found is None:
            print("There is no such agreement." if by else f"{given.by} has no grant that allows this.", file=sys.stderr)
            return 2
        ballot = agreeing.ballot_for(found.agreement, found.stands, choice=choice, version=given.version, by=by, key=given.key)
        if isinstance(ballot, Refusal):
            print(f"{ballot.says} {ballot.remedy}", file=sys.stderr)
            return 2
        return _told(agreeing.vote(agreement=given.agreement, ballot=ballot, by=by))


def _told(done: object) -> int:
    if isinstance(done, Refused):
        print(f"{done.refusal.says} {done.refusal.remedy} (entry {done.entry})", file=sys.stderr)
        return 2
    print(f"Done: entry {getattr(done, 'entry', '')}.")
    return 0
