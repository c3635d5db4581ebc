"""`pars paper print|out|void`: numbered paper forms for when PARS can't be reached, and which of them are still out."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pars.actions import numbering
from pars.actions.beats import Refused
from pars.core.cases.paper_forms import FORMS, MOST, VOIDED_BECAUSE
from pars.core.terms import moment
from pars.edge.commands import homes
from pars.edge.commands.people import acting, in_a_line, unable

if TYPE_CHECKING:
    import argparse

    from pars.actions.numbering import Out


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this page's commands."""
    paper = commands.add_parser(
        "paper", help="numbered paper forms for an outage: print them, see which are out, make one void"
    )
    acts = paper.add_subparsers(dest="act", required=True, metavar="ACT")
    printed = acts.add_parser("print", help="give numbers to blank forms of a site and write them as one PDF, a page each")
    printed.add_argument("--site", required=True, help="the site's short name, 2 to 8 capital letters and digits, like PDU")
    printed.add_argument("--forms", required=True, type=int, metavar="N", help=f"how many, {MOST} at most")
    printed.add_argument(
        "--kind", choices=[kind.lower() for kind in FORMS], default="arrest", help="which form (default: arrest)"
    )
    printed.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="the PDF to write; one that is there stays as it is"
    )
    printed.add_argument("--by", required=True, help="the account that prints them")
    printed.set_defaults(run=_print)
    out = acts.add_parser("out", help="list the forms that were printed and neither entered nor made void")
    out.add_argument("--site", help="of this site alone")
    out.add_argument("--json", action="store_true", help="one JSON line for each")
    out.set_defaults(run=_out)
    void = acts.add_parser("void", help="say that a printed form will never be entered")
    void.add_argument("number", help="as it stands on the form, like PDU-000021-M")
    reasons = "; ".join(f"{code.lower()}: {says.lower()}" for code, says in VOIDED_BECAUSE.items())
    void.add_argument("--reason", required=True, choices=[code.lower() for code in VOIDED_BECAUSE], help=reasons)
    void.add_argument("--by", required=True, help="the account that says so")
    void.set_defaults(run=_void)


def _print(given: argparse.Namespace, home: Path) -> int:
    from pars.edge.papers import blanks

    try:
        kept = given.out.open("xb")  # before any number is given out: one without its paper would have to be made void
    except FileExistsError:
        print(f"{given.out} is there already. Name another file.", file=sys.stderr)
        return 2
    written = False
    try:
        with kept, homes.begun(home):
            by = acting(given.by, numbering.ACT)
            if by is None:
                print(unable(given.by, numbering.ACT), file=sys.stderr)
                return 2
            found = numbering.print_forms(site=given.site, form=given.kind.upper(), count=given.forms, by=by)
            if isinstance(found, Refused):
                print(in_a_line(found.refusal, found.entry), file=sys.stderr)
                return 2
            assert isinstance(found, numbering.Printed)
            kept.write(blanks.pdf(given.kind.upper(), found.numbers, found.done.at))
            written = True
    finally:
        if not written:
            given.out.unlink(missing_ok=True)
    print(f"{given.out}: {len(found.numbers)} forms, {found.numbers[0]} to {found.numbers[-1]} (entry {found.done.entry}).")
    return 0


def _out(given: argparse.Namespace, home: Path) -> int:
    with homes.begun(home):
        found = numbering.still_out(given.site)
    for one in found.forms:
        print(json.dumps(_as_json(one)) if given.json else f"{one.number}\t{FORMS[one.form][0]}\tprinted {_time(one)}")
    if not found.forms and not given.json:
        print("No form is out: each that was printed was entered or made void.")
    return 0


def _void(given: argparse.Namespace, home: Path) -> int:
    with homes.begun(home):
        by = acting(given.by, numbering.ACT)
        if by is None:
            print(unable(given.by, numbering.ACT), file=sys.stderr)
            return 2
        done = numbering.void_form(number=given.number, reason=given.reason.upper(), by=by)
    if isinstance(done, Refused):
        print(in_a_line(done.refusal, done.entry), file=sys.stderr)
        return 2
    print(f"Made void (entry {done.entry}).")
    return 0


def _as_json(one: Out) -> dict[str, str]:
    return {"number": str(one.number), "form": one.form, "site": one.number.site, "printed": _time(one)}


def _time(one: Out) -> str:
    return moment(one.printed).isoformat(timespec="minutes").replace("+00:00", "Z")
