"""`pars ask`, `find`, `seen`, `case show`: an agency's question; a search, who was shown a person, and a case for staff; each with its entry."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pars.actions import disclosing, founding, identifying
from pars.core.access.decision import Caller
from pars.core.access.export_forms import FORMS
from pars.core.cases.shown_to import ACT, WHY
from pars.edge.commands import homes
from pars.edge.commands.exporting import export
from pars.edge.commands.files import json_of
from pars.edge.commands.people import acting, in_a_line, unable
from pars.edge.commands.writing import is_new
from pars.edge.deliver import end_of
from pars.edge.wire import Stop, stopwatch

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from pars.core.ledger.entries import By


LONGEST_NAME = 255
"""Characters of what may be a file's name; anything longer is a question."""


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this page's commands."""
    ask = commands.add_parser("ask", help="ask as somebody of an outside agency; what comes is an entry, as is a refusal")
    ask.add_argument(
        "question", help="the question as JSON, as POST /v1/questions takes it, or a file that holds it; - reads standard input"
    )
    ask.add_argument("--by", required=True, help="the account that asks")
    ask.add_argument("--client", help="the agency's system, where one asks")
    ask.add_argument("--json", action="store_true", help="print one JSON object")
    ask.add_argument(
        "--export", metavar="FILE", type=Path, help="write all pages to a new file, and check it: 3 where it was stopped"
    )
    ask.add_argument("--form", choices=sorted(FORMS), default="ndjson", help="the form of that file")
    ask.set_defaults(run=_ask)
    find = commands.add_parser("find", help="find a person or a case as a member of staff: by name, birth date or a number")
    find.add_argument("sought", help="what to look for, in any order and print; - reads standard input, which no history keeps")
    find.add_argument("--by", required=True, help="the account that looks")
    find.add_argument("--zone", default="America/New_York", help="the zone of dates (IANA)")
    find.set_defaults(run=_find)
    seen = commands.add_parser("seen", help="every entry that showed a person's cases, to whom, for what: for who may audit it")
    seen.add_argument("number", help="a case's id, tracking or docket number; - reads standard input, which no history keeps")
    seen.add_argument("--why", required=True, choices=[*WHY], help="what the list is read for")
    seen.add_argument("--evidence", default="", help="the number under which the person's own request was received")
    seen.add_argument("--by", required=True, help="the account that reads it")
    seen.set_defaults(run=_seen)
    case = commands.add_parser("case", help="cases")
    acts = case.add_subparsers(dest="act", required=True, metavar="ACT")
    show = acts.add_parser("show", help="open a case as a member of staff, as far as their role goes")
    show.add_argument("case_id", help="as `pars import --json` and the address of the case's page show it")
    show.add_argument("--by", required=True, help="the account that reads it")
    show.set_defaults(run=_show)


def _question(given: str) -> str:
    """Return the question as it stands on standard input, in a file, or in what was typed."""
    if given == "-":
        return sys.stdin.read()
    if given.lstrip().startswith("{") or len(given) > LONGEST_NAME or not Path(given).is_file():
        return given
    return Path(given).read_text(encoding="utf-8")


def _ask(given: argparse.Namespace, home: Path) -> int:
    try:
        asked = json_of(_question(given.question))
    except ValueError as wrong:
        print(f"The question isn't JSON: {wrong}", file=sys.stderr)
        return 2
    if given.export is not None and not is_new(given.export):
        return 2
    with homes.begun(home), founding.sealing_unless_running():
        caller = caller_of(given.by, given.client)
        if caller is None:
            print(f"No agreement names {given.by} now, so there is nothing to ask under.", file=sys.stderr)
            return 2
        if given.export is not None:
            try:
                came = export(caller=caller, asked=asked, form=given.form, path=given.export)
            except OSError as wrong:
                print(f"The file can't be written: {wrong.strerror}", file=sys.stderr)
                return 2
            return _declined(came, as_json=given.json) if isinstance(came, disclosing.Declined) else came
        clock = stopwatch()
        told = disclosing.ask(caller=caller, asked=asked)
        if isinstance(told, disclosing.Declined):
            return _declined(told, as_json=given.json)
        said = {"records": list(told.rows), "entry": told.entry, "leaf": told.leaf, "next": told.next_cursor}
        words = json.dumps(said, ensure_ascii=False) if given.json else _lines(told)
        if Stop(told.appended, end_of(told), clock).passed():
            disclosing.dropped(caller, chunk=told.entry or 0, reason="LATE")
            print("The answer could not leave in time, so it was dropped. Ask again.", file=sys.stderr)
            return 2
        print(words, flush=True)
    return 0


def caller_of(username: str, client: str | None) -> Caller | None:
    """Return whom an account asks as; None where no agreement, or more than one agency, is theirs."""
    person = identifying.person_of(username)
    held = [] if person is None else [each for each in identifying.capacities(person) if each.kind == "agency"]
    if person is None or len(held) != 1:
        return None
    return Caller(held[0].authority.removeprefix("agency:"), person, client)


def _declined(no: disclosing.Declined, *, as_json: bool) -> int:
    if as_json:
        refused = {"reason": no.refusal.code, "says": no.refusal.says, "names": list(no.refusal.names)}
        print(json.dumps({"refused": refused, "entry": no.entry, "leaf": no.leaf}, ensure_ascii=False))
    else:
        print(in_a_line(no.refusal, no.entry), file=sys.stderr)
    return 2


def _lines(told: disclosing.Told) -> str:
    rows = [", ".join(f"{name}: {value}" for name, value in row.items()) for row in told.rows]
    return "\n".join([*rows, f"{len(rows)} record(s), entry {told.entry}."])


def _find(given: argparse.Namespace, home: Path) -> int:
    sought = _typed(given.sought)

    def find(by: By) -> object:
        from pars.edge.api.finding import found_json  # it reads Django's settings

        found = disclosing.find(by=by, sought=sought, zone=given.zone)
        return found if isinstance(found, disclosing.Refused) else found_json(found)

    return _as_staff(given, home, "case:read", find)


def _seen(given: argparse.Namespace, home: Path) -> int:
    number = _typed(given.number)

    def seen(by: By) -> object:
        from pars.edge.api.seen import seen_json  # it reads Django's settings

        answer = disclosing.shown_to(number=number, why=given.why, evidence=given.evidence, by=by)
        return answer if isinstance(answer, disclosing.Refused) else seen_json(answer)

    return _as_staff(given, home, ACT, seen)


def _show(given: argparse.Namespace, home: Path) -> int:
    def show(by: By) -> object:
        from pars.edge.api.opened import case_json  # it reads Django's settings

        shown = disclosing.open_case(case_id=given.case_id, by=by)
        return shown if isinstance(shown, disclosing.Refused) else case_json(shown)

    return _as_staff(given, home, "case:read", show)


def _typed(words: str) -> str:
    """Return what was typed, or stands on standard input."""
    return sys.stdin.read().strip() if words == "-" else words


def _as_staff(given: argparse.Namespace, home: Path, act: str, reads: Callable[[By], object]) -> int:
    """Print as JSON what an account reads under a grant for the act, or why it is refused."""
    with homes.begun(home):
        by = acting(given.by, act)
        if by is None:
            print(unable(given.by, act), file=sys.stderr)
            return 2
        said = reads(by)
        if isinstance(said, disclosing.Refused):
            print(in_a_line(said.refusal, said.entry), file=sys.stderr)
            return 2
        print(json.dumps(said, ensure_ascii=False, indent=2))
    return 0
