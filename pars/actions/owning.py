"""What the owners decide about their own work: texts on the steps before an arraignment, on detainers, and on who watches the ledger.

A text is put before them and adopted by signed votes, as an agreement's version is. Acts on a subject take its lock wholly, and
whatever goes by its texts shares it, so that at each entry it is certain which text was in force.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pars.actions.beats import refused_act, refused_seat
from pars.core.agreements.acts import Withdraw
from pars.core.cases.detainer_rules import RULES, code_taken, rule_at, rule_document, rule_named, rules_sha256
from pars.core.ledger import dealing_drafts, drafts
from pars.core.owners.detainer_text import DetainerText
from pars.core.owners.keyring import LOCK as KEYS
from pars.core.owners.owners_text import SUBJECTS, ProposeText, lock_of, read_owners_text, subject_of
from pars.core.owners.successor_text import SuccessorText
from pars.core.owners.witness_text import WitnessText, refuse_used
from pars.core.terms import Refusal
from pars.store import governance, ledger, owned, tree, witnessed
from pars.store.keyring import load_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pars.core.agreements.acts import Vote
    from pars.core.cases.detainer_rules import DetainerRule
    from pars.core.ledger.entries import By, Draft
    from pars.core.owners.charter import Charter
    from pars.core.owners.owners_text import InForce, OwnersText, TextAct, TextProposal, Texts
    from pars.core.owners.profile import Profile
    from pars.core.terms import Instant
    from pars.store.ledger import Acting, Done, Refused
    from pars.store.replays import Once

NO_SUBJECT = Refusal(
    code="UNKNOWN_SUBJECT",
    says="Owners' texts are about nothing of that name.",
    remedy=f"One of: {', '.join(SUBJECTS)}.",
    names=("about",),
)
CODE_TAKEN = Refusal(
    code="CODE_TAKEN",
    says="A rule that ships with PARS decides, or decided, under this code; decisions name a rule by its code.",
    remedy="Give the owners' rule a code of its own.",
    names=("/code",),
)


NOBODY_WATCHES: dict[str, Any] = {
    "v": 1,
    "about": "witnesses",
    "witnesses": [],
    "needs": 0,
    "seconds": {"alarm": 60, "stop": 900},
    "witnessed_first": [],
}
"""What a text on witnesses begins with: its owners put in the line that each witness prints, and how many must sign."""
NO_SUCCESSOR: dict[str, Any] = {"v": 1, "about": "successor", "origin": "", "says": {"en": ""}}
"""What a text on a successor begins with; beside it comes what was signed last of the log, as far as it is known here."""
SIGNED_LONGER = Refusal(
    code="SIGNED_LONGER",
    says="More of this log was signed than the text says was signed last",
    remedy="Name the longest, with its root: `pars text draft successor` asks the witnesses, and `pars witness status --json` shows each one's. A "
    "witness that lies is removed first, by the owners' text on witnesses.",
    names=("/after/size",),
)
"""What a successor's text says of the old log stands for good, so it may not say less than what is known to have been signed."""
NO_RULE = Refusal(code="NO_SUCH_RULE", says="There is no rule of that code.", names=("rule",))


@ledger.retried
def propose(*, text: bytes, by: By, once: Once | None = None) -> Done | Refused:
    """Put a text, given in its canonical form, before the owners."""
    found = refuse_text(text)
    if isinstance(found, Refusal):
        return ledger.refuse(found, by=by, act="text:propose")
    about = subject_of(found)
    with ledger.acting(by, exclusive=[lock_of(about)], shared=[KEYS], once=once) as acting:
        outcome: Draft | Refusal | None = refused_act(acting, "text:propose")
        if outcome is None:
            hashed = governance.save_text(text)
            applied = _applied(about, ProposeText(found), acting, by)
            outcome = applied if isinstance(applied, Refusal) else drafts.owners_text_proposed(about=about, text=hashed)
        return ledger.append(outcome, by=by, act="text:propose")


@ledger.retried
def vote(*, about: str, ballot: Vote, by: By, once: Once | None = None) -> Done | Refused:
    """Record a seat's signed choice on a proposed text. The person's grant must be of the owner whose seat it is."""
    if about not in SUBJECTS:
        return ledger.refuse(NO_SUBJECT, by=by, act="text:vote")
    with ledger.acting(by, exclusive=[lock_of(about)], shared=[KEYS], once=once) as acting:
        outcome: Draft | Refusal | None = refused_act(acting, "text:vote") or refused_seat(acting, ballot.seat)
        if outcome is None and ballot.choice == "adopt":
            texts = owned.load_texts(about)
            outcome = next((_too_short(one.text) for one in texts.proposals if one.text.hash == ballot.version), None)
        if outcome is None:
            applied = _applied(about, ballot, acting, by)
            outcome = (
                applied
                if isinstance(applied, Refusal)
                else drafts.owners_text_voted(
                    about=about,
                    text=ballot.version,
                    choice=ballot.choice,
                    seat=ballot.seat,
                    answers=ballot.answers,
                    signature=ballot.signature,
                )
            )
        return ledger.append(outcome, by=by, act="text:vote")


@ledger.retried
def withdraw(*, about: str, text: str, by: By, once: Once | None = None) -> Done | Refused:
    """Take a proposed text back while it is open; for the owner whose people proposed it. `text` is its hash."""
    if about not in SUBJECTS:
        return ledger.refuse(NO_SUBJECT, by=by, act="text:propose")
    with ledger.acting(by, exclusive=[lock_of(about)], once=once) as acting:
        outcome: Draft | Refusal | None = refused_act(acting, "text:propose")
        if outcome is None:
            applied = _applied(about, Withdraw(text), acting, by)
            outcome = applied if isinstance(applied, Refusal) else dealing_drafts.owners_text_withdrawn(about=about, text=text)
        return ledger.append(outcome, by=by, act="text:propose")


def _applied(about: str, act: TextAct, acting: Acting, by: By) -> Texts | Refusal:
    who = governance.who(by, acting.grant)
    return owned.applied_to_texts(owned.load_texts(about), act, acting.entry, acting.at, who)


def refuse_text(text: bytes) -> OwnersText | Refusal:
    """Return the owners' text that these bytes are, or why it could not be proposed as far as it alone says so."""
    found = read_owners_text(text)
    if isinstance(found, DetainerText) and code_taken(found.code):
        return CODE_TAKEN
    if isinstance(found, WitnessText):
        with ledger.reading():
            return refuse_used(found, load_keys(governance.must_be_open())) or found
    if isinstance(found, SuccessorText):
        with ledger.reading():
            return _too_short(found) or found
    return found


def _too_short(text: OwnersText) -> Refusal | None:
    """Return why a successor's text says too little of what was signed of the old log, as far as is known here."""
    if not isinstance(text, SuccessorText):
        return None
    longer = {who: size for who, size in witnessed.signed_elsewhere().items() if size > text.size}
    if not longer:
        return None
    listed = ", ".join(f"{who} knows {size:,} entries" for who, size in longer.items())
    return replace(SIGNED_LONGER, says=f"{SIGNED_LONGER.says} ({text.size:,} entries): {listed}.")


def known_of_the_old(text: Mapping[str, Any], unheard: Sequence[str]) -> list[str]:
    """Return, in plain sentences, what is known of the log that a successor's draft would end, and what its proposer must still ask."""
    size: int = text["after"]["size"]
    with ledger.reading():
        newest, elsewhere = tree.load_checkpoint(), witnessed.signed_elsewhere()
    here = newest[0] if newest is not None else 0
    says = [
        f"The longest that was signed of this log, as far as it could be asked, holds {size:,} entries; {here:,} are signed here."
    ]
    if size > here:
        says.append(
            f"What is of those {size - here:,} and isn't in this database is lost. Look first whether the newest database can be brought back."
        )
    says += [
        f"{who[0].upper()}{who[1:]} knows {known:,} entries: put that size and its root into the text, as `pars witness status --json` shows them."
        for who, known in elsewhere.items()
        if known > size
    ]
    if not elsewhere and size <= here:
        says.append("Nobody knows more of this log than is here: it needs no successor.")
    return [
        *says,
        *(f"The witness {name} could not be asked, and may have signed more: ask its owner first." for name in unheard),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """How one subject of the owners' texts stands at `at`: what is in force, what waits, what was, and all that was done.

    `now` is what the owners voted and is in force; None while what the ledger was opened with still is. `undecided` are proposals whose
    vote closed without a decision.
    """

    texts: Texts
    at: Instant
    now: InForce | None
    coming: tuple[InForce, ...]
    past: tuple[InForce, ...]
    open: tuple[TextProposal, ...]
    rejected: tuple[TextProposal, ...]
    undecided: tuple[TextProposal, ...]
    withdrawn: tuple[TextProposal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standings:
    """The owners' texts: the charter they vote by, the first profile with its hash, the rules that ship, and each subject."""

    at: Instant
    charter: Charter
    first: Profile
    opened: Instant
    rule: DetainerRule
    rules: tuple[DetainerRule, ...]
    rules_hash: str
    subjects: tuple[Subject, ...]

    def subject(self, about: str) -> Subject:
        """Return how one subject stands."""
        return next(subject for subject in self.subjects if subject.texts.about == about)


def standings() -> Standings:
    """Return how everything stands that the owners decide about their own work. It is public: no record is in it."""
    with ledger.reading() as at:
        opening, found = governance.must_be_open(), owned.load_owned()
    return Standings(
        at=at,
        charter=opening.charter,
        first=opening.profile,
        opened=opening.at,
        rule=rule_at(at, found.rules),
        rules=RULES,
        rules_hash=rules_sha256(),
        subjects=tuple(_subject(texts, at) for texts in (found.profiles, found.detainers, found.witnesses, found.successors)),
    )


def _subject(texts: Texts, at: Instant) -> Subject:
    now = texts.in_force(at)
    coming = tuple(one for one in texts.adopted if one.start > at)
    return Subject(
        texts=texts,
        at=at,
        now=now,
        coming=coming,
        past=tuple(one for one in texts.adopted if one not in (now, *coming)),
        open=texts.open(at),
        rejected=texts.became("rejected", at),
        undecided=texts.became("undecided", at),
        withdrawn=texts.became("withdrawn", at),
    )


def draft(about: str, code: str | None = None, *, notes: Iterable[bytes] = ()) -> dict[str, Any] | Refusal:
    """Return a text to begin a new one with: the profile or the witnesses in force, or a rule on detainers, by its code or the one in force.

    One on a successor names the longest checkpoint that the log signed, as far as is known here or stands in `notes`, which witnesses handed out.
    """
    with ledger.reading() as at:
        found = owned.load_owned()
        if about == "profile":
            return _document(found.profile_at(at).hash)
        if about == "successor":
            last = witnessed.signed_last(notes)
            after = {"size": 0, "root": ""} if last is None else {"size": last.size, "root": last.root.hex()}
            return {**NO_SUCCESSOR, "after": after}
        if about == "witnesses":
            watched = found.witnesses_at(at)
            return _document(watched.hash) if watched is not None else NOBODY_WATCHES
        rule = rule_at(at, found.rules) if code is None else rule_named(code, found.rules)
        if rule is None:
            return replace(NO_RULE, remedy=f"One of: {', '.join(dict.fromkeys(one.code for one in found.rules))}.")
        return _document(rule.text) if rule.text is not None else rule_document(rule)


def text_of(hashed: str) -> bytes | None:
    """Return the canonical text of an owners' text by its hash: one in force, proposed or past; None where it is none."""
    with ledger.reading():
        found, opening = owned.load_owned(), governance.must_be_open()
        known = {
            proposal.text.hash
            for texts in (found.profiles, found.detainers, found.witnesses, found.successors)
            for proposal in texts.proposals
        }
        return governance.load_text(hashed) if hashed in known | {opening.profile.hash} else None


def _document(hashed: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(governance.load_text(hashed) or b"{}")
    return found


@dataclass(frozen=True, slots=True)
class GoneBy:
    """The profile that a case opened now would go by; `doubt` says why the rows of the owners' texts can't be read, where they can't."""

    profile: Profile
    doubt: str | None


def gone_by() -> GoneBy:
    """Return what cases go by now."""
    with ledger.reading() as at:
        found = owned.governing()
        return GoneBy(found.profile_at(at), found.doubt)
