"""`pars agreement …`: what is agreed, in sentences; propose a text, sign a vote with a seat's own key, suspend, revoke."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pars.actions import agreeing, publishing
from pars.core.access.catalogue import CATALOGUE
from pars.core.access.explain import LABELS, LANGUAGES
from pars.core.access.purposes import PURPOSES, purposes_json
from pars.core.agreements.plain import explain
from pars.core.agreements.standing import dues
from pars.core.terms import Refusal, moment
from pars.core.wording import bare, when
from pars.edge.commands import dealings, homes, inquiring, renewing
from pars.edge.commands.advising import advise, tried
from pars.edge.commands.drafting import document_in, version_text
from pars.edge.commands.keyrings import read_paper
from pars.edge.commands.people import acting, in_a_line, no, told, unable
from pars.edge.formats import odrl, odrl_profile

if TYPE_CHECKING:
    import argparse

    from pars.core.access.catalogue import Column

USES = {"en": ("shown only, never asked by", "reduced:"), "es": ("solo se muestra, no se pregunta por él", "reducido:")}
"""How a column may be used, where not in every way."""


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this page's commands."""
    agreement = commands.add_parser("agreement", help="what outside agencies may ask, and the votes on it")
    acts = agreement.add_subparsers(dest="act", required=True, metavar="ACT")
    listed = acts.add_parser("list", help="every agreement and how it stands")
    listed.add_argument("--json", action="store_true", help="print one JSON object")
    listed.set_defaults(run=_list)
    purposes = acts.add_parser("purposes", help="the closed list of purposes, their definitions and what each can demand")
    purposes.add_argument("--language", choices=("en", "es"), default="en", help="English or Spanish (default: en)")
    purposes.add_argument("--json", action="store_true", help="print one JSON object")
    purposes.set_defaults(run=_purposes)
    columns = acts.add_parser("columns", help="the closed list of columns: how each is called, what it is, how it may be used")
    columns.add_argument("--language", choices=LANGUAGES, default="en", help="English or Spanish (default: en)")
    columns.add_argument("--json", action="store_true", help="print one JSON object")
    columns.set_defaults(run=_columns)
    for name, says in {
        "show": "one agreement: its sentences, its standing and its votes",
        "explain": "one agreement in plain sentences",
    }.items():
        one = acts.add_parser(name, help=says)
        one.add_argument("agreement", help="its short name, as `pars agreement list` shows it")
        one.add_argument("--language", choices=("en", "es"), default="en", help="English or Spanish (default: en)")
        one.set_defaults(run=_show)
    export = acts.add_parser(
        "export", help="print a version: its canonical text as it was voted, or a policy for other systems"
    )
    export.add_argument("agreement", help="its short name, as `pars agreement list` shows it")
    export.add_argument("--odrl", action="store_true", help="print an ODRL 2.2 policy in JSON-LD, under PARS's profile")
    export.add_argument("--version", help="the hash of the version (default: the one that governs)")
    export.set_defaults(run=_export)
    schema = acts.add_parser(
        "schema",
        help="print the JSON Schema of PARS's ODRL profile: of the policy that `export --odrl` prints, not of a version's own text",
    )
    schema.add_argument("--context", action="store_true", help="print the profile's JSON-LD context instead")
    schema.set_defaults(run=_schema)
    propose = acts.add_parser("propose", help="put a version before the owners")
    propose.add_argument(
        "text",
        type=Path,
        help="the version as JSON, brought into its canonical form; a term without a start begins now, and a civil end gets its instant; "
        "or an ODRL policy as `pars agreement export --odrl` prints it",
    )
    propose.add_argument("--by", help="the account that proposes it")
    propose.add_argument(
        "--dry-run", action="store_true", help="say what it says, changes and could allow, and propose nothing"
    )
    propose.add_argument("--json", action="store_true", help="with --dry-run: print one JSON object")
    propose.set_defaults(run=_propose)
    for choice, says in {
        "vote": "sign a seat's vote on a version",
        "suspend": "sign a seat's choice to stop it at once",
        "revoke": "sign a seat's vote to end it for good",
    }.items():
        one = acts.add_parser(choice, help=says)
        one.add_argument("agreement", help="its short name, as `pars agreement list` shows it")
        if choice == "vote":
            one.add_argument(
                "choice",
                choices=("adopt", "reject", "reinstate", "withdraw"),
                help="what the seat says; `withdraw` takes its newest vote back",
            )
        one.add_argument("--version", help="the hash of the version (default: the newest proposed, or the one in force)")
        one.add_argument("--key", type=Path, help="the file of the seat's key (default: the one that this home still keeps)")
        one.add_argument(
            "--paper",
            type=Path,
            help="write the vote to a file, for its seat to sign elsewhere (`pars keys sign`), and cast nothing",
        )
        one.add_argument("--signed", type=Path, help="cast the vote of such a file that was signed")
        one.add_argument("--reason", help="why, in a line that everybody may read; it is signed with the vote")
        one.add_argument("--by", required=True, help="the account that votes for its seat")
        one.set_defaults(run=_vote)
    _add_withdraw(acts)
    for page in (renewing, dealings, inquiring):
        page.add_acts(acts)


def _add_withdraw(acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    withdraw = acts.add_parser("withdraw", help="take a proposal back while it is open")
    withdraw.add_argument("agreement", help="its short name, as `pars agreement list` shows it")
    withdraw.add_argument("--version", help="the hash of the version (default: the newest proposed)")
    withdraw.add_argument("--by", required=True, help="the account: of the owner whose people proposed it")
    withdraw.set_defaults(run=_withdraw)


def _list(given: argparse.Namespace, home: Path) -> int:
    with homes.begun(home):
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


def _purposes(given: argparse.Namespace, home: Path) -> int:
    del home  # the list is the program's
    if given.json:
        print(json.dumps({"purposes": purposes_json()}, ensure_ascii=False, indent=2))
    else:
        for line in PURPOSES:
            print(f"{line.code:24}{line.says[given.language]} ({' or '.join(line.evidence)}; {line.source})")
    return 0


def _columns(given: argparse.Namespace, home: Path) -> int:
    del home  # the list is the program's
    if given.json:
        print(json.dumps({"columns": [_column_json(column) for column in CATALOGUE]}, ensure_ascii=False, indent=2))
        return 0
    only, reduced = USES[given.language]
    for column in CATALOGUE:
        uses = [
            column.type,
            *([] if column.filterable else [only]),
            *([f"{reduced} {'/'.join(column.masks)}"] if column.masks else []),
        ]
        print(f"{column.name:18}{LABELS[given.language][column.name]} ({', '.join(uses)}; {column.law})")
    return 0


def _column_json(column: Column) -> dict[str, Any]:
    says = {language: LABELS[language][column.name] for language in LANGUAGES}
    uses = {"type": column.type, "filterable": column.filterable, "masks": column.masks}
    return {
        "code": column.name,
        "says": says,
        **uses,
        "owner": column.owner,
        "data_class": column.data_class,
        "law": column.law,
    }


def _show(given: argparse.Namespace, home: Path) -> int:
    with homes.begun(home):
        found = publishing.agreement(given.agreement)
    if found is None:
        print("There is no such agreement.", file=sys.stderr)
        return 2
    print(f"{found.stands.version.title[given.language]} ({found.stands.state}). {found.stands.says}\n")
    for sentence in explain(found.stands.version, given.language):
        print(f"- {sentence}")
    for proposal in found.agreement.open(found.at):
        advise(proposal.version, found.before(proposal.version), found.at, given.language)
    if given.act == "show":
        house = publishing.house()
        opened = () if house is None else publishing.pending(found, house)
        if house is not None and opened:
            names = {seat: owner.name for seat, owner in house.charter.owners.items()}
            print("\nOpen")
            for thing in opened:
                print(f"- {thing.said(names, given.language)}")
        if owed := dues(found.agreement, found.at):
            print("\nDuties")
        for version, one, done in owed:
            state = f"met, entry {done.entry}" if done is not None else "overdue" if one.due <= found.at else "not yet met"
            print(f"- {one.duty.code}, due {bare(when(one.due, version.place, given.language))}: {state}")
        print("\nVotes")
        for ballot in found.agreement.ballots:
            vote = ballot.vote
            print(
                f"- entry {ballot.entry}, {moment(ballot.at).isoformat()}: {vote.seat}, {vote.choice}, version {vote.version[:12]}"
                + (f". {found.written[vote.why]}" if vote.why is not None and vote.why in found.written else "")
            )
    return 0


def _export(given: argparse.Namespace, home: Path) -> int:
    with homes.begun(home):
        found = publishing.agreement(given.agreement)
        wanted = given.version or (found.stands.version.hash if found is not None else "")
        if found is None or found.agreement.proposal(wanted) is None:
            print("There is no such version." if found else "There is no such agreement.", file=sys.stderr)
            return 2
        text = publishing.text_of(wanted) or b""
    if given.odrl:
        print(json.dumps(odrl.policy(text), ensure_ascii=False, indent=2))
    else:
        print(text.decode())
    return 0


def _schema(given: argparse.Namespace, _: Path) -> int:
    told = {"@context": odrl_profile.CONTEXT} if given.context else odrl_profile.schema()
    print(json.dumps(told, ensure_ascii=False, indent=2))
    return 0


def _propose(given: argparse.Namespace, home: Path) -> int:
    read = document_in(given.text)
    if not read:
        return 2
    with homes.begun(home):
        text = version_text(read[0])
        if isinstance(text, str):
            print(f"{given.text}: {text}", file=sys.stderr)
            return 2
        if given.dry_run:
            return tried(text, as_json=given.json)
        by = acting(given.by, "agreement:propose") if given.by is not None else None
        if by is None:
            says = unable(given.by, "agreement:propose") if given.by else "Say who proposes it: --by ACCOUNT."
            print(says, file=sys.stderr)
            return 2
        return told(agreeing.propose(text=text, by=by))


def _vote(given: argparse.Namespace, home: Path) -> int:
    choice = given.choice if given.act == "vote" else given.act
    if given.key is not None and not given.key.is_file():
        return no(f"{given.key} is no file of a key: name the one that lay in keys/seats.")
    signed = None if given.signed is None else read_paper(given.signed)
    with homes.begun(home):
        by = acting(given.by, "agreement:vote")
        found = publishing.agreement(given.agreement)
        if by is None or found is None:
            return no("There is no such agreement." if by else unable(given.by, "agreement:vote"))
        if signed is None:
            signed = agreeing.paper_for(
                found.agreement, found.stands, choice=choice, version=given.version, by=by, reason=given.reason
            )
        if isinstance(signed, Refusal):
            return no(in_a_line(signed, None))
        if (signed.subject, signed.choice) != (given.agreement, choice):
            return no(f"The paper is another vote. {signed.says()}")
        if given.paper is not None:
            given.paper.write_bytes(signed.text())
            print(f"{signed.says()}\nTo be signed: {given.paper}")
            return 0
        ballot = agreeing.sign(signed, given.key) if signed.signature is None else signed.vote(signed.signature)
        if isinstance(ballot, Refusal):
            return no(in_a_line(ballot, None))
        return told(agreeing.vote(agreement=given.agreement, ballot=ballot, reason=signed.reason, by=by))


def _withdraw(given: argparse.Namespace, home: Path) -> int:
    with homes.begun(home):
        by = acting(given.by, "agreement:propose")
        found = publishing.agreement(given.agreement)
        if by is None or found is None:
            print("There is no such agreement." if by else unable(given.by, "agreement:propose"), file=sys.stderr)
            return 2
        version = given.version or found.agreement.proposals[-1].version.hash
        return told(agreeing.withdraw(agreement=given.agreement, version=version, by=by))
