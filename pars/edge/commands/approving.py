"""`pars approval`, `pars emergency`: a second person's approval before a question, and the owners' review after an emergency."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pars.actions import breaking_glass, disclosing
from pars.core.access.emergency import FINDINGS
from pars.core.ledger.entries import By
from pars.core.terms import moment
from pars.edge.commands import homes
from pars.edge.commands.asking import caller_of
from pars.edge.commands.files import json_of
from pars.edge.commands.people import acting, told, unable

if TYPE_CHECKING:
    import argparse
    from pathlib import Path


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this page's commands."""
    approval = commands.add_parser("approval", help="a second person's approval of a question that needs one")
    acts = approval.add_subparsers(dest="act", required=True, metavar="ACT")
    ask = acts.add_parser("ask", help="ask for an approval; the entry's number is what the approved question names")
    ask.add_argument("question", help="the question as JSON, as POST /v1/questions takes it")
    ask.add_argument("--export", action="store_true", help="of everything that it asks for, as a file")
    ask.add_argument("--by", required=True, help="the account that asks")
    ask.set_defaults(run=_ask)
    give = acts.add_parser("give", help="approve somebody else's question")
    give.add_argument("agreement", help="the agreement's short name")
    give.add_argument("asked", type=int, help="the number of the request's entry")
    give.add_argument("--by", required=True, help="the account that approves: a colleague's, or an owner's")
    give.set_defaults(run=_give)
    emergency = commands.add_parser("emergency", help="answers to emergency questions, and the owners' review")
    acts = emergency.add_subparsers(dest="act", required=True, metavar="ACT")
    listed = acts.add_parser("list", help="what waits for a review, the first due first")
    listed.add_argument("--by", required=True, help="an owner's account that reviews")
    listed.set_defaults(run=_list)
    review = acts.add_parser("review", help="record what was found")
    review.add_argument("agreement", help="the agreement's short name")
    review.add_argument("answer", type=int, help="the number of the answer's entry")
    review.add_argument("finding", choices=FINDINGS, help="what was found")
    review.add_argument("--by", required=True, help="an owner's account that reviews")
    review.set_defaults(run=_review)


def _ask(given: argparse.Namespace, home: Path) -> int:
    try:
        asked = json_of(given.question)
    except ValueError as wrong:
        print(f"The question isn't JSON: {wrong}", file=sys.stderr)
        return 2
    with homes.begun(home):
        caller = caller_of(given.by, None)
        if caller is None:
            print(f"No agreement names {given.by} now, so there is nothing to ask under.", file=sys.stderr)
            return 2
        return told(disclosing.ask_approval(caller=caller, asked=asked, export=given.export))


def _give(given: argparse.Namespace, home: Path) -> int:
    with homes.begun(home):
        caller = caller_of(given.by, None)
        by = acting(given.by, "question:approve") if caller is None else By(caller.person, f"agency:{caller.agency}")
        if by is None:
            print(unable(given.by, "question:approve"), file=sys.stderr)
            return 2
        return told(disclosing.approve(agreement=given.agreement, asked=given.asked, by=by))


def _list(given: argparse.Namespace, home: Path) -> int:
    with homes.begun(home):
        by = acting(given.by, "emergency:review")
        if by is None:
            print(unable(given.by, "emergency:review"), file=sys.stderr)
            return 2
        owed = breaking_glass.owed(by=by)
    for one in owed:
        print(f"{moment(one.due).isoformat()}  {one.agreement}: answer of entry {one.entry}, to {one.person}")
    if not owed:
        print("No emergency waits for a review.")
    return 0


def _review(given: argparse.Namespace, home: Path) -> int:
    with homes.begun(home):
        by = acting(given.by, "emergency:review")
        if by is None:
            print(unable(given.by, "emergency:review"), file=sys.stderr)
            return 2
        return told(breaking_glass.review(agreement=given.agreement, answer=given.answer, finding=given.finding, by=by))
