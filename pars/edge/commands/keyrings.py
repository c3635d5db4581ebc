"""`pars keys`: the file of keys to trust, and the ceremony by which a key comes or goes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pars.actions import founding, keying
from pars.core.owners.ballot_paper import BallotPaper, read_ballot_paper
from pars.core.owners.ceremony import NEW, Ceremony, read_ceremony
from pars.core.terms import Refusal
from pars.edge.commands import homes
from pars.edge.commands.people import acting, in_a_line, no, told, unable

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

T = TypeVar("T")


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this page's commands."""
    keys = commands.add_parser(
        "keys", help="the ledger's keys: print those to trust, see them all, make, change and revoke one"
    )
    acts = keys.add_subparsers(dest="act", required=True, metavar="ACT")
    trust = acts.add_parser("trust", help="print the file of keys for `pars-verify --trust`: hand it over by another way")
    trust.set_defaults(run=_trusted)
    policy = acts.add_parser(
        "policy",
        help="print which witnesses' signatures are enough, for `pars-verify --witnesses`: hand it over by another way",
    )
    policy.set_defaults(run=_policy)
    acts.add_parser("show", help="every key, from when to when it signs").set_defaults(run=_show)
    make = acts.add_parser("make", help="make a key in a new file of your own, and print its public half; needs no home")
    make.add_argument("file", type=Path, help="the new file: keep it where only you can read it")
    make.set_defaults(run=_make)
    add = acts.add_parser("begin", help="begin the file by which a new key is put in force")
    add.add_argument("use", help="log, or seat: and the seat's name, such as seat:city")
    add.add_argument("file", type=Path, help="the file to write, which goes round to be signed")
    add.add_argument("--public", help="the new key's public half, for a seat; the log's new key is made in this home")
    add.add_argument("--lost", action="store_true", help="the log's key before it is lost and can't sign")
    add.set_defaults(run=_begin)
    revoke = acts.add_parser("revoke", help="begin the file by which a key is revoked")
    revoke.add_argument("use", help="log, or seat: and the seat's name")
    revoke.add_argument("file", type=Path, help="the file to write, which goes round to be signed")
    revoke.add_argument(
        "--since", type=int, required=True, help="the number of the first entry that the key may have signed wrongly"
    )
    revoke.add_argument("--key", help="the public half of the key, where it isn't the one in force")
    revoke.set_defaults(run=_revoke)
    sign = acts.add_parser("sign", help="read such a file, or a vote's, and sign it with a key; needs no database")
    sign.add_argument("file", type=Path, help="the file, which gets your signature")
    sign.add_argument(
        "--for", dest="name", help="of a key's file: your seat; new, for the new key itself; old, for the log's before it"
    )
    sign.add_argument("--key", type=Path, required=True, help="the file of the key that signs")
    sign.set_defaults(run=_sign)
    enter = acts.add_parser("enter", help="enter such a file into the ledger, once enough have signed it")
    enter.add_argument("file", type=Path, help="the file")
    enter.add_argument("--by", required=True, help="the account that enters it: of somebody who votes for an owner")
    enter.set_defaults(run=_enter)


def _trusted(_: argparse.Namespace, home: Path) -> int:
    with homes.begun(home):
        print(founding.trusted_keys(), end="")
    return 0


def _policy(_: argparse.Namespace, home: Path) -> int:
    with homes.begun(home):
        text = founding.witness_policy()
    if text is None:
        return no("No witnesses are in force: the owners name them with `pars text draft witnesses`.")
    print(text, end="")
    return 0


def _show(_: argparse.Namespace, home: Path) -> int:
    with homes.begun(home):
        found = keying.keys()
    for one in found.held:
        until = "and still signs" if one.end is None else f"to entry {one.end}"
        doubt = f"; in doubt from entry {one.since} on" if one.since is not None else ""
        print(f"{one.use:<18} {one.key}  from entry {one.start} {until}{doubt}")
    if len(found.log_names) > 1:
        began, name = found.log_names[-1]
        print(f"The log signs as {name} since entry {began}. Its key, for witnesses: {found.log_line}")
    for seat in found.lacking():
        print(f"The seat {seat} has no key: it can't vote until the others give it one.")
    for about, ballot in found.doubted:
        print(f"In doubt: the vote of the seat {ballot.vote.seat} in entry {ballot.entry}, {ballot.vote.choice}, on {about}.")
    return 0


def _make(given: argparse.Namespace, _: Path) -> int:
    try:
        public = keying.make(given.file)
    except OSError as wrong:
        return no(f"{given.file} can't be made: {wrong.strerror or wrong}. Name a new file.")
    print(f"Hand on the line below. The file {given.file} is the key itself: whoever has it signs as you.", file=sys.stderr)
    print(public)
    return 0


def _begin(given: argparse.Namespace, home: Path) -> int:
    if given.use != "log" and (given.public is None or not _is_key(given.public)):
        return no("Give the new key's public half with --public: the 64 digits that `pars keys make` printed.")
    with homes.begun(home):
        found = (
            keying.begin_for_log(lost=given.lost)
            if given.use == "log"
            else keying.begin(use=given.use, key=bytes.fromhex(given.public))
        )
        line = keying.keys().line(found.key) if given.use == "log" and not isinstance(found, Refusal) else None
    status = _written(found, given.file)
    if line is not None:
        print(f"Each owner tells its witness before it is entered: pars witness log FOLDER '{line}'")
    return status


def _revoke(given: argparse.Namespace, home: Path) -> int:
    if given.key is not None and not _is_key(given.key):
        return no("A key's public half has 64 digits, 0 to 9 and a to f: `pars keys show` prints them.")
    with homes.begun(home):
        found = keying.begin_revoking(use=given.use, key=given.key, since=given.since)
    return _written(found, given.file)


def _sign(given: argparse.Namespace, _: Path) -> int:
    found: Ceremony | BallotPaper | Refusal = _read(given.file)
    if isinstance(found, Refusal) and isinstance(paper := read_paper(given.file), BallotPaper):
        found = paper
    if isinstance(found, Ceremony) and given.name is None:
        return no("Say for whom the key signs: --for your seat, new or old.")
    if not isinstance(found, Refusal):
        print(found.says())
        found = keying.sign(found, name=given.name, key=given.key)
    if isinstance(found, Refusal):
        return no(in_a_line(found, None))
    given.file.write_bytes(found.text())
    if isinstance(found, BallotPaper):
        print(f"Signed for the seat {found.seat}.")
    else:
        print(
            f"Signed for {given.name} with the key {keying.public_half(given.key)}. Signatures in it: {', '.join(sorted(found.signed))}."
        )
        if given.name != NEW:
            print(
                "Whether that key is in force is seen when the file is entered: `pars keys show` and the page /signing-keys list those that are."
            )
    return 0


def _enter(given: argparse.Namespace, home: Path) -> int:
    found = _read(given.file)
    if isinstance(found, Refusal):
        return no(in_a_line(found, None))
    with homes.begun(home):
        by = acting(given.by, keying.ACT)
        return no(unable(given.by, keying.ACT)) if by is None else told(keying.enter(ceremony=found, by=by))


def _read(path: Path) -> Ceremony | Refusal:
    return _read_with(read_ceremony, path)


def read_paper(path: Path) -> BallotPaper | Refusal:
    """Return the vote in a file, or why there is none."""
    return _read_with(read_ballot_paper, path)


def _read_with(reader: Callable[[bytes], T | Refusal], path: Path) -> T | Refusal:
    try:
        return reader(path.read_bytes())
    except OSError as wrong:
        return Refusal(code="NO_FILE", says=f"{path} can't be read: {wrong.strerror}.")


def _written(found: Ceremony | Refusal, path: Path) -> int:
    if isinstance(found, Refusal):
        return no(in_a_line(found, None))
    path.write_bytes(found.text())
    print(f"{found.says()}\nTo be signed: {path}")
    return 0


def _is_key(text: str) -> bool:
    return len(text) == 64 and set(text) <= set("0123456789abcdef")
