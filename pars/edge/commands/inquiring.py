"""`pars agreement inquire`, `answer`, `inquiries`: what the owners ask an agency, its answer or its silence."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pars.actions import dealing, publishing
from pars.core.terms import moment
from pars.core.wording import bare, when
from pars.edge.commands import homes
from pars.edge.commands.people import WHEN, acting, by_when, no, party, told, unable

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from pars.actions.publishing import Published
    from pars.core.agreements.acts import Inquiry

NAMED = "its short name, as `pars agreement list` shows it"


def add_acts(acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this page's acts to `pars agreement`."""
    listed = acts.add_parser("inquiries", help="what the owners asked the agency, with its answers and silences")
    listed.add_argument("agreement", help=NAMED)
    listed.add_argument("--json", action="store_true", help="print one JSON object")
    listed.set_defaults(run=_inquiries)
    inquire = acts.add_parser("inquire", help="ask the agency something as an owner; question and answer are public")
    inquire.add_argument("agreement", help=NAMED)
    inquire.add_argument("words", help="the question, in quotes")
    inquire.add_argument("--due", required=True, help="by when: a day, which counts as a whole, or an instant with its zone")
    inquire.add_argument("--by", required=True, help="the account that votes for an owner's seat")
    inquire.set_defaults(run=_inquire)
    answer = acts.add_parser("answer", help="answer an inquiry for the agency, once")
    answer.add_argument("agreement", help=NAMED)
    answer.add_argument("inquiry", type=int, help="the number of the inquiry's entry")
    answer.add_argument("words", help="the answer, in quotes")
    answer.add_argument("--by", required=True, help="the account: of the agency, or of staff who received it")
    answer.set_defaults(run=_answer)


def _inquiries(given: argparse.Namespace, home: Path) -> int:
    with homes.begun(home):
        found = publishing.agreement(given.agreement)
    if found is None:
        return no("There is no such agreement.")
    if given.json:
        rows = [_inquiry(one, found) for one in found.agreement.inquiries]
        print(json.dumps({"inquiries": rows}, ensure_ascii=False, indent=2))
        return 0
    for one in found.agreement.inquiries:
        asked = f"entry {one.entry}, by {one.by.owner}, due {bare(when(one.due, found.stands.version.place))}"
        print(f"{found.written.get(one.words, '')} ({asked})\n  {_answered(one, found)}")
    if not found.agreement.inquiries:
        print("The owners have asked nothing.")
    return 0


def _answered(one: Inquiry, found: Published) -> str:
    if one.answer is not None:
        return f"{found.written.get(one.answer.words, '')} (entry {one.answer.entry})"
    return "No answer came by then." if one.due <= found.at else "Not answered yet."


def _inquiry(one: Inquiry, found: Published) -> dict[str, object]:
    answer = one.answer
    return {
        "entry": one.entry,
        "owner": one.by.owner,
        "words": found.written.get(one.words),
        "due": moment(one.due).isoformat(),
        "silent": answer is None and one.due <= found.at,
        "answer": None if answer is None else {"entry": answer.entry, "words": found.written.get(answer.words)},
    }


def _inquire(given: argparse.Namespace, home: Path) -> int:
    with homes.begun(home):
        by, found = acting(given.by, "agreement:vote"), publishing.agreement(given.agreement)
        if by is None or found is None:
            return no(unable(given.by, "agreement:vote") if by is None else "There is no such agreement.")
        due = by_when(given.due, found.stands.version.place)
        if due is None:
            return no(f"--due {given.due!r:.40}: {WHEN}")
        return told(dealing.inquire(agreement=given.agreement, text=given.words, due=due, by=by))


def _answer(given: argparse.Namespace, home: Path) -> int:
    with homes.begun(home):
        found = publishing.agreement(given.agreement)
        by = party(given.by, "agreement:reply", None if found is None else found.agreement.agency)
        if by is None or found is None:
            return no("There is no such agreement." if by else unable(given.by, "agreement:reply"))
        return told(dealing.answer(agreement=given.agreement, inquiry=given.inquiry, text=given.words, by=by))
