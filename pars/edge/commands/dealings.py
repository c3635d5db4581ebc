"""`pars agreement …`, while one runs: who may ask and with which systems, duties, acknowledgements, outcomes."""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from pars.actions import agreeing, dealing, identifying, publishing
from pars.core.agreements.outcomes import OUTCOMES
from pars.core.agreements.standing import dues
from pars.core.agreements.version import MUST
from pars.core.document import ID
from pars.edge.commands import homes
from pars.edge.commands.people import WHEN, acting, by_when, no, party, read_file, told, unable

if TYPE_CHECKING:
    import argparse

    from pars.actions.publishing import Published
    from pars.core.ledger.entries import By

NAMED = "its short name, as `pars agreement list` shows it"


def add_acts(acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this page's acts to `pars agreement`."""
    _add_users(acts)
    _add_agencys(acts)


def _add_users(acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    for act, says in {"name": "let a person of the agency ask under it", "unname": "let a named person ask no longer"}.items():
        one = acts.add_parser(act, help=says)
        one.add_argument("agreement", help=NAMED)
        one.add_argument("account", help="the person's account, as `pars user list` shows it")
        if act == "name":
            one.add_argument("--until", help="an end of their own: a day, which counts as a whole, or an instant with its zone")
            one.add_argument("--holds", nargs="*", default=[], choices=MUST, help="what has been seen that the person holds")
        one.add_argument("--by", required=True, help="the account of who manages agreements")
        one.set_defaults(run=_name if act == "name" else _unname)
    bind = acts.add_parser("bind", help="let a system of the agency ask under it, for the people who are named")
    bind.add_argument("agreement", help=NAMED)
    bind.add_argument("client", help="the system, called as its tokens call it (`pars user token --client`)")
    bind.add_argument("--by", required=True, help="the account of who manages agreements")
    bind.set_defaults(run=_bind)


def _add_agencys(acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    known = acts.add_parser("acknowledge", help="acknowledge what the version in force says, as a person of the agency")
    known.add_argument("agreement", help=NAMED)
    known.add_argument("--version", help="the hash of the version (default: the one in force, or the next)")
    known.add_argument("--by", required=True, help="the account of a person whom the agreement names")
    known.set_defaults(run=_acknowledge)
    meet = acts.add_parser("meet", help="record that what a duty asks for was done")
    meet.add_argument("agreement", help=NAMED)
    meet.add_argument("duty", help="the duty's code, as `pars agreement show` lists it")
    meet.add_argument("--shown", type=Path, required=True, help="the file that shows it: only its sha256 is kept")
    meet.add_argument("--by", required=True, help="the account: of the agency, or of staff who received it")
    meet.set_defaults(run=_meet)
    outcome = acts.add_parser("outcome", help="report what came of an answer, as a person of the agency")
    outcome.add_argument("agreement", help=NAMED)
    outcome.add_argument("receipt", type=int, help="the number of the answer's entry")
    outcome.add_argument("outcome", choices=tuple(OUTCOMES), help="what came of it; `cleared`: the record cleared us")
    outcome.add_argument("--by", required=True, help="the account of a person whom the agreement names")
    outcome.set_defaults(run=_outcome)


# ---------------------------------------------------------------- who may ask


def _name(given: argparse.Namespace, home: Path) -> int:
    with homes.begun(home):
        by, found, person = _managed(given)
        if by is None or found is None or person is None:
            return 2
        end = None if given.until is None else by_when(given.until, found.stands.version.place)
        if given.until is not None and end is None:
            return no(f"--until {given.until!r:.40}: {WHEN}")
        done = agreeing.name_user(agreement=given.agreement, person=person, holds=tuple(given.holds), end=end, by=by)
        return told(done)


def _unname(given: argparse.Namespace, home: Path) -> int:
    with homes.begun(home):
        by, found, person = _managed(given)
        if by is None or found is None or person is None:
            return 2
        return told(agreeing.remove_user(agreement=given.agreement, person=person, by=by))


def _bind(given: argparse.Namespace, home: Path) -> int:
    if not ID.fullmatch(given.client):
        return no(f"{given.client!r:.40} can't be a system's name: letters, digits, dots, lines and underscores, 64 at most.")
    with homes.begun(home):
        by = acting(given.by, "client:bind")
        if by is None:
            return no(unable(given.by, "client:bind"))
        return told(agreeing.bind_client(agreement=given.agreement, client=given.client, by=by))


def _managed(given: argparse.Namespace) -> tuple[By | None, Published | None, str | None]:
    """Return who acts, the agreement and the person named; say it where one of them isn't there."""
    by, found, person = (
        acting(given.by, "user:name"),
        publishing.agreement(given.agreement),
        identifying.person_of(given.account),
    )
    if by is None:
        no(unable(given.by, "user:name"))
    elif found is None:
        no("There is no such agreement.")
    elif person is None:
        no(f"There is no account {given.account}.")
    return by, found, person


# ---------------------------------------------------------------- what the agency does


def _acknowledge(given: argparse.Namespace, home: Path) -> int:
    with homes.begun(home):
        found = publishing.agreement(given.agreement)
        by = party(given.by, "terms:acknowledge", None if found is None else found.agreement.agency)
        if by is None or found is None:
            print("There is no such agreement." if by else f"No agreement names {given.by}.", file=sys.stderr)
            return 2
        version = given.version or found.stands.version.hash
        return told(dealing.acknowledge(agreement=given.agreement, version=version, by=by))


def _meet(given: argparse.Namespace, home: Path) -> int:
    """Meet the earliest time of the duty that is open and unmet."""
    proof = read_file(given.shown)
    if proof is None:
        return 2
    shown = sha256(proof).hexdigest()
    with homes.begun(home):
        found = publishing.agreement(given.agreement)
        by = party(given.by, "agreement:reply", None if found is None else found.agreement.agency)
        if by is None or found is None:
            print("There is no such agreement." if by else unable(given.by, "agreement:reply"), file=sys.stderr)
            return 2
        owed = [
            one
            for _, one, done in dues(found.agreement, found.at)
            if one.duty.code == given.duty and one.opens <= found.at and done is None
        ]
        if not owed:
            print(
                f"No duty {given.duty} is to be met now. `pars agreement show {given.agreement}` lists them.", file=sys.stderr
            )
            return 2
        return told(
            dealing.meet_duty(
                agreement=given.agreement,
                version=found.stands.version.hash,
                duty=given.duty,
                due=owed[0].due,
                shown=shown,
                by=by,
            )
        )


def _outcome(given: argparse.Namespace, home: Path) -> int:
    with homes.begun(home):
        found = publishing.agreement(given.agreement)
        by = party(given.by, "outcome:report", None if found is None else found.agreement.agency)
        if by is None or found is None:
            return no("There is no such agreement." if by else f"No agreement names {given.by}.")
        done = dealing.report_outcome(agreement=given.agreement, receipt=given.receipt, outcome=given.outcome, by=by)
        return told(done)
