"""`pars user …`: accounts, grants and tokens. A grant is an act of somebody who may give it, named with `--by`."""

from __future__ import annotations

import getpass
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pars.actions import founding, identifying
from pars.actions.beats import Refused
from pars.core.ledger.entries import By
from pars.core.terms import YEARS, end_of_day, instant, moment
from pars.edge.commands import homes
from pars.edge.commands.writing import is_new, new_private_file

if TYPE_CHECKING:
    import argparse

    from pars.core.access.role import Grant
    from pars.core.agreements.version import Place
    from pars.core.terms import Instant, Refusal


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this page's commands."""
    user = commands.add_parser("user", help="accounts, grants and tokens")
    acts = user.add_subparsers(dest="act", required=True, metavar="ACT")
    add = acts.add_parser("add", help="make an account; the password is asked for, or read from standard input")
    add.add_argument("username", help="what the person types to sign in")
    add.add_argument("--name", required=True, help="the name that colleagues see")
    add.set_defaults(run=_add)
    grant = acts.add_parser("grant", help="give a person a role")
    grant.add_argument("username", help="the account that gets it")
    grant.add_argument("role", help="one that `pars user roles` lists")
    grant.add_argument("--by", help="the account that gives it; left out only for a ledger's first access officer")
    grant.set_defaults(run=_grant)
    remove = acts.add_parser("remove", help="end a grant")
    remove.add_argument("grant", help="grant:…, as `pars user grant` printed it; `pars user list` shows them")
    remove.add_argument("--by", required=True, help="the account that ends it")
    remove.set_defaults(run=_remove)
    token = acts.add_parser("token", help="print a new bearer token for /v1; only its hash is kept")
    token.add_argument("username", help="the account in whose name the system asks")
    token.add_argument("--client", required=True, help="the system that will use it")
    token.add_argument("--authority", help="grant:… or agency:…, where the person has more than one")
    token.add_argument(
        "--to", type=Path, metavar="FILE", help="write it to a new file that nobody else may read, and print nothing of it"
    )
    token.set_defaults(run=_token)
    roles = acts.add_parser("roles", help="list the roles that the owners' texts define")
    roles.set_defaults(run=_roles)
    listed = acts.add_parser("list", help="list the accounts, and the grants and agencies that each can act under now")
    listed.set_defaults(run=_list)


def acting(username: str, act: str) -> By | None:
    """Return who acts: the account's person, under a grant that allows the act; None where there is none."""
    person = identifying.person_of(username)
    if person is None:
        return None
    return identifying.able(person, act)


def party(username: str, act: str, agency: str | None) -> By | None:
    """Return who acts: under a grant that allows the act, or else for the agency, if an agreement of it names them."""
    person = identifying.person_of(username)
    if person is None:
        return None
    able = identifying.able(person, act)
    named = [one for one in identifying.capacities(person) if one.agency is not None and one.agency == agency]
    return able if able is not None or not named else By(person, named[0].authority)


def unable(username: str, act: str) -> str:
    """Return why an account can't do something: there is none, or no grant of its person allows it."""
    if identifying.person_of(username) is None:
        return f"There is no account {username}."
    return f"{username} holds no grant that allows {act}. `pars user list` shows who holds what."


TYPED_REMEDIES = {"UNKNOWN_COLUMN": "`pars agreement columns` lists the columns."}
"""What helps whoever types, where a refusal itself says nothing of it."""


def in_a_line(refusal: Refusal, entry: int | None) -> str:
    """Return a refusal as one line: what is wrong, what to do, and the entry that records it, if one does."""
    remedy = refusal.remedy or TYPED_REMEDIES.get(refusal.code, "")
    return " ".join(filter(None, (refusal.says, remedy, None if entry is None else f"(entry {entry})")))


def _add(given: argparse.Namespace, home: Path) -> int:
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    with homes.begun(home):
        problems = identifying.password_problems(password)
        if problems:
            print("\n".join(problems), file=sys.stderr)
            return 2
        if identifying.person_of(given.username) is not None:
            print(f"There is an account {given.username} already.", file=sys.stderr)
            return 2
        person = identifying.make_account(username=given.username, name=given.name, password=password)
    print(f"{given.username} is {person} in the ledger.")
    return 0


def _grant(given: argparse.Namespace, home: Path) -> int:
    with homes.begun(home):
        person = identifying.person_of(given.username)
        if person is None:
            print(f"There is no account {given.username}.", file=sys.stderr)
            return 2
        if (same := _held(person, given.role)) is not None:
            since = moment(same.period.start).isoformat(timespec="minutes").replace("+00:00", "Z")
            print(f"{given.username} holds this already: grant:{same.id}, since {since}. No other was given.")
            return 0
        if given.by is None:
            anybody = identifying.anybody_able("grant:give")
            if given.role != "access_officer" or anybody:
                first = "" if anybody else " Nobody may yet: `pars user grant ACCOUNT access_officer` makes the first who may."
                print(f"Say who gives it: --by ACCOUNT.{first}", file=sys.stderr)
                return 2
            done = founding.give_grant(person=person, role=given.role)
        else:
            by = acting(given.by, "grant:give")
            if by is None:
                print(unable(given.by, "grant:give"), file=sys.stderr)
                return 2
            done = founding.give_grant(person=person, role=given.role, by=by)
        if isinstance(done, Refused):
            return told(done)
        newest = [capacity.authority for capacity in identifying.capacities(person) if capacity.grant is not None][-1]
    print(f"Done: {given.username} holds {newest} (entry {done.entry}).")
    return 0


def _held(person: str, role: str) -> Grant | None:
    """Return the grant of that role that a person holds now, without an end; None where they hold none."""
    grants = [capacity.grant for capacity in identifying.capacities(person) if capacity.grant is not None]
    return next((grant for grant in grants if grant.role.name == role and grant.period.end is None), None)


def _remove(given: argparse.Namespace, home: Path) -> int:
    with homes.begun(home):
        by = acting(given.by, "grant:give")
        if by is None:
            print(unable(given.by, "grant:give"), file=sys.stderr)
            return 2
        done = founding.remove_grant(grant=given.grant.removeprefix("grant:"), by=by)
    return told(done)


def _token(given: argparse.Namespace, home: Path) -> int:
    if given.to is not None and not is_new(given.to):
        return 2
    with homes.begun(home):
        person = identifying.person_of(given.username)
        if person is None:
            print(f"There is no account {given.username}.", file=sys.stderr)
            return 2
        held = [capacity.authority for capacity in identifying.capacities(person)]
        wanted = given.authority or (held[0] if len(held) == 1 else None)
        if wanted not in held:
            says = (
                f"Name one with --authority: {', '.join(held)}."
                if held
                else f"{given.username} holds no grant: give one first."
            )
            print(says, file=sys.stderr)
            return 2
        if given.to is None:
            print(identifying.issue_token(username=given.username, client=given.client, authority=wanted))
            return 0
        try:
            with new_private_file(given.to) as kept:  # before there is a token: one that nobody has is of no use
                kept.write(identifying.issue_token(username=given.username, client=given.client, authority=wanted) + "\n")
        except OSError as wrong:
            return no(f"{given.to} can't be written: {wrong.strerror}.")
    print(f"The token of {given.username} for {given.client} is in {given.to}. Whoever reads that file can use it.")
    return 0


def _roles(_: argparse.Namespace, home: Path) -> int:
    with homes.begun(home):
        for role in founding.roles():
            print(f"{role.name:22} {role.label['en']} ({role.owner})")
    return 0


def _list(_: argparse.Namespace, home: Path) -> int:
    with homes.begun(home):
        for username, person, name in identifying.accounts():
            print(f"{username:20} {person:16} {name}")
            for capacity in identifying.capacities(person):
                print(f"  {capacity.authority:22} {capacity.label['en']}")
    return 0


# ---------------------------------------------------------------- what every act says

WHEN = "a day like 2027-08-31, or an instant like 2027-08-31T17:00:00-04:00."


def by_when(typed: str, place: Place) -> Instant | None:
    """Return the end of the day, by the agreement's clock, or the instant that somebody typed; None where it is neither."""
    try:
        day = date.fromisoformat(typed)
        return end_of_day(day, place.zone) if day.year in YEARS else None
    except ValueError:
        pass
    try:
        at = datetime.fromisoformat(typed)
        return instant(at) if at.year in YEARS else None
    except ValueError:
        return None


def read_file(file: Path) -> bytes | None:
    """Return what is in a file; say why it can't be read where it can't."""
    try:
        return file.read_bytes()
    except OSError as wrong:
        print(f"{file}: {wrong.strerror}", file=sys.stderr)
        return None


def no(says: str) -> int:
    """Say why something can't be done; return the exit status."""
    print(says, file=sys.stderr)
    return 2


def told(done: object) -> int:
    """Say what became of an act; return the exit status."""
    if isinstance(done, Refused):
        return no(in_a_line(done.refusal, done.entry))
    print(f"Done: entry {getattr(done, 'entry', '')}.")
    return 0
