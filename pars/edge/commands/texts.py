"""`pars text …`: what the owners decide about their own work, in sentences; propose a text, sign a vote with a seat's own key."""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pars.actions import agreeing, keying, owning
from pars.actions.beats import Refused
from pars.core.access.explain import LANGUAGES
from pars.core.owners.owners_text import CHOICES, SUBJECTS, explain_text, subject_of, title_of
from pars.core.owners.polling import counted, seats_for
from pars.core.terms import Refusal
from pars.edge import witnesses
from pars.edge.commands import homes
from pars.edge.commands.drafting import document_in, owners_text
from pars.edge.commands.people import acting, in_a_line, unable
from pars.edge.owned_texts import iso, subject_json

if TYPE_CHECKING:
    import argparse

    from pars.actions.owning import Standings, Subject
    from pars.core.owners.owners_text import OwnersText, TextProposal


NONE_YET = {
    "witnesses": "In force: none. The owners have named no witnesses, so the ledger vouches for itself alone.",
    "successor": "In force: none. The log goes by its first name.",
}
"""What is said of a subject on which nothing is in force."""


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this page's commands."""
    text = commands.add_parser(
        "text", help="what the owners decide about their own work: steps and hours, detainers, witnesses; and the votes"
    )
    acts = text.add_subparsers(dest="act", required=True, metavar="ACT")
    show = acts.add_parser("show", help="the texts in force, waiting and past, in sentences")
    show.add_argument("about", nargs="?", choices=SUBJECTS, help="one subject (default: all)")
    show.add_argument("--language", choices=LANGUAGES, default="en", help="English or Spanish (default: en)")
    show.add_argument("--json", action="store_true", help="print one JSON object")
    show.set_defaults(run=_show)
    draft = acts.add_parser(
        "draft", help="print a text to begin with: the profile or the witnesses in force, or a rule on detainers that ships"
    )
    draft.add_argument("about", choices=SUBJECTS, help="what it is about")
    draft.add_argument("--rule", help="the code of the rule (default: the one in force)")
    draft.set_defaults(run=_draft)
    propose = acts.add_parser("propose", help="put a text before the owners")
    propose.add_argument(
        "text", type=Path, help="the text as JSON, brought into its canonical form; a civil start or end gets its instant"
    )
    propose.add_argument("--by", help="the account that proposes it")
    vote = acts.add_parser("vote", help="sign a seat's vote on a proposed text")
    vote.add_argument("about", choices=SUBJECTS, help="what the text is about")
    vote.add_argument("choice", choices=CHOICES, help="what the seat says; `withdraw` takes its vote back")
    vote.add_argument("--text", help="the hash of the text (default: the newest that waits)")
    vote.add_argument("--key", type=Path, help="the file of the seat's key (default: the one that this home still keeps)")
    vote.add_argument("--by", required=True, help="the account that votes for its seat")
    withdraw = acts.add_parser("withdraw", help="take a proposed text back while it is open")
    withdraw.add_argument("about", choices=SUBJECTS, help="what the text is about")
    withdraw.add_argument("--text", help="the hash of the text (default: the newest that waits)")
    withdraw.add_argument("--by", required=True, help="the account: of the owner whose people proposed it")
    for one, run in ((propose, _propose), (vote, _vote), (withdraw, _withdraw)):
        one.add_argument("--dry-run", action="store_true", help="say what it would do, and record nothing")
        one.add_argument("--json", action="store_true", help="print one JSON object")
        one.set_defaults(run=run)


# ---------------------------------------------------------------- what there is


def _show(given: argparse.Namespace, home: Path) -> int:
    with homes.begun(home):
        found = owning.standings()
    subjects = [subject for subject in found.subjects if given.about in {None, subject.texts.about}]
    if given.json:
        told = {"as_of": iso(found.at), "subjects": [subject_json(subject, found) for subject in subjects]}
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return 0
    for subject in subjects:
        print(f"{subject.texts.about}\n")
        for says, text, when in _listed(subject, found):
            print(f"{says}: {title_of(text, given.language)} ({when}; sha256 {text.hash[:12]})")
            for sentence in explain_text(text, given.language, found.charter):
                print(f"- {sentence}")
            print()
        if (none := NONE_YET.get(subject.texts.about)) is not None and subject.now is None:
            print(f"{none}\n")
        if subject.texts.about == "detainers" and subject.now is None:
            print(f"In force: {found.rule.code}, a rule that ships with PARS. {found.rule.says} ({found.rule.citation})\n")
    return 0


def _listed(subject: Subject, found: Standings) -> list[tuple[str, OwnersText, str]]:
    """Return each text with how it stands: in force first, then what waits, what is to come, and what was."""
    listed: list[tuple[str, OwnersText, str]] = []
    if subject.now is not None:
        listed.append(("In force", subject.now.text, f"since {iso(subject.now.start)}"))
    elif subject.texts.about == "profile":
        listed.append(("In force", found.first, f"since the ledger was opened, {iso(found.opened)}"))
    for one in subject.open:
        count = len(seats_for(counted(subject.texts.ballots, one.entry), "adopt"))
        listed.append(("Waiting", one.text, f"proposed {iso(one.at)}, {count} of {found.charter.needs['adopt']} seats for it"))
    listed += [("To come", one.text, f"from {iso(one.start)}") for one in subject.coming]
    listed += [("Past", one.text, f"from {iso(one.start)}") for one in subject.past]
    listed += [("Undecided", one.text, f"proposed {iso(one.at)}") for one in subject.undecided]
    return listed


def _draft(given: argparse.Namespace, home: Path) -> int:
    says: list[str] = []
    with homes.begun(home):
        notes, unheard = witnesses.newest_notes() if given.about == "successor" else ([], [])
        found = owning.draft(given.about, given.rule, notes=notes)
        if isinstance(found, Refusal):
            return _no(found)
        if given.about == "successor":
            says = owning.known_of_the_old(found, unheard)
    for sentence in says:
        print(sentence, file=sys.stderr)
    print(json.dumps(found, ensure_ascii=False, indent=2))
    return 0


# ---------------------------------------------------------------- acts


def _propose(given: argparse.Namespace, home: Path) -> int:
    read = document_in(given.text)
    if not read:
        return 2
    text = owners_text(read[0])
    if isinstance(text, str):
        print(f"{given.text}: {text}", file=sys.stderr)
        return 2
    with homes.begun(home):
        found = owning.refuse_text(text)
        if isinstance(found, Refusal):
            return _no(found)
        if given.dry_run:
            sentences = explain_text(found, "en", owning.standings().charter)
            return _told(
                given, f"Would be put before the owners: {title_of(found, 'en')}.", text=found.hash, sentences=sentences
            )
        if given.by is None:
            print("Say who proposes it: --by ACCOUNT.", file=sys.stderr)
            return 2
        by = acting(given.by, "text:propose")
        if by is None:
            print(unable(given.by, "text:propose"), file=sys.stderr)
            return 2
        done = owning.propose(text=text, by=by)
    if isinstance(done, Refused):
        return _no(done.refusal, done.entry)
    return _told(given, f"Done: entry {done.entry}.", entry=done.entry, about=subject_of(found), text=sha256(text).hexdigest())


def _vote(given: argparse.Namespace, home: Path) -> int:
    if given.key is not None and not given.key.is_file():
        print(f"{given.key} is no file of a key: name the one that lay in keys/seats.", file=sys.stderr)
        return 2
    with homes.begun(home):
        by = acting(given.by, "text:vote")
        if by is None:
            print(unable(given.by, "text:vote"), file=sys.stderr)
            return 2
        subject = owning.standings().subject(given.about)
        meant = _waiting(subject, given.text)
        if meant is None:
            return 2
        ballot = agreeing.ballot_on_text(subject.texts, meant, choice=given.choice, by=by, key=given.key)
        if isinstance(ballot, Refusal):
            return _no(ballot)
        if given.dry_run:
            says = f"Would cast the vote of the seat {ballot.seat}: {given.choice} {title_of(meant.text, 'en')}."
            return _told(given, says, seat=ballot.seat, text=meant.text.hash)
        done = owning.vote(about=given.about, ballot=ballot, by=by)
        if isinstance(done, Refused):
            return _no(done.refusal, done.entry)
        line = keying.keys().log_line if given.about == "successor" else None
    says = f"Done: entry {done.entry}."
    if line is not None and line.startswith(f"{title_of(meant.text, 'en')}+"):
        says += f"\nThe log goes on under its new name. Each owner tells its witness: pars witness log FOLDER '{line}'"
    return _told(given, says, entry=done.entry, about=given.about, text=meant.text.hash)


def _withdraw(given: argparse.Namespace, home: Path) -> int:
    with homes.begun(home):
        by = acting(given.by, "text:propose")
        if by is None:
            print(unable(given.by, "text:propose"), file=sys.stderr)
            return 2
        meant = _waiting(owning.standings().subject(given.about), given.text)
        if meant is None:
            return 2
        if given.dry_run:
            return _told(given, f"Would take back: {title_of(meant.text, 'en')}.", text=meant.text.hash)
        done = owning.withdraw(about=given.about, text=meant.text.hash, by=by)
    if isinstance(done, Refused):
        return _no(done.refusal, done.entry)
    return _told(given, f"Done: entry {done.entry}.", entry=done.entry, about=given.about, text=meant.text.hash)


def _waiting(subject: Subject, hashed: str | None) -> TextProposal | None:
    """Return the text that waits for votes, the newest or the one of that hash; say it where none does."""
    waits = [one for one in subject.open if hashed in {None, one.text.hash}]
    if not waits:
        print("No such text waits for a vote: see `pars text show`.", file=sys.stderr)
        return None
    return waits[-1]


def _told(given: argparse.Namespace, says: str, **parts: Any) -> int:
    if given.json:
        print(json.dumps(parts, ensure_ascii=False, indent=2))
        return 0
    print(says)
    for sentence in parts.get("sentences", ()):
        print(f"- {sentence}")
    return 0


def _no(refusal: Refusal, entry: int | None = None) -> int:
    print(in_a_line(refusal, entry) if entry is not None else f"{refusal.says} {refusal.remedy}".strip(), file=sys.stderr)
    return 2
