"""What a check of a bundle came to, as plain words and as JSON."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pars.core.ledger.checkpoint import verifier_key
from pars.core.ledger.entries import Kind
from pars.core.ledger.watch_words import lasting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pars.core.terms import Instant
    from verify.cosigned import Witnessed

VERIFIED, VIOLATED, UNUSABLE = 0, 1, 2
CUT_OFF = "CUT_OFF"
MOST_ALIKE = 1000
"""Of each code so many findings are told; the rest are counted."""
WORDS = {VERIFIED: "verified", VIOLATED: "violated", UNUSABLE: "unusable"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong. `index` is the entry at fault, None where none is; `place` says where in words.

    `offset` is the byte of the file at which the part at fault begins; None where no file was read.
    """

    what: str
    says: str
    place: str
    offset: int | None
    index: int | None = None
    entry: int | None = None


class Findings(list[Finding]):
    """What was found wrong, in that order. Of each code `MOST_ALIKE` are kept: a file that is wrong everywhere fills no memory."""

    def __init__(self) -> None:
        super().__init__()
        self._alike: Counter[str] = Counter()

    def note(self, found: Finding) -> None:
        """Keep one of which there may be any number, or count it."""
        self._alike[found.what] += 1
        if self._alike[found.what] <= MOST_ALIKE:
            self.append(found)

    @property
    def more(self) -> int:
        """How many were counted, and not kept."""
        return sum(max(0, count - MOST_ALIKE) for count in self._alike.values())


def entry_changed(index: int, offset: int) -> Finding:
    """Return that the entry at an index isn't the one that was sealed there."""
    return Finding(
        what="ENTRY_CHANGED",
        says="the entry at this place is not the one that was sealed here",
        place=f"the entry at index {index}",
        offset=offset,
        index=index,
    )


def cut_off(where: str, offset: int) -> Finding:
    """Return that the file's end is missing, behind a place."""
    return Finding(
        what=CUT_OFF, says=f"the file is cut off {where}: get it anew, and check the whole of it", place=where, offset=offset
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the ledger says of itself, as far as it could be read."""

    origin: str
    log_key: bytes
    simulated: bool
    size: int
    root: bytes
    opened: Instant
    latest: Instant
    seats: int
    kinds: Mapping[Kind, int]
    records: Mapping[Kind, int]
    checkpoints: int
    witnessed: Witnessed | None = None
    successors: tuple[str, ...] = ()
    """Under which names the log went on, after its newest part was lost."""
    revoked: tuple[str, ...] = ()
    """What the keys were for that the owners revoked."""
    doubted: int = 0
    """How many votes that leaves in doubt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The outcome. The first of `findings` is what to look at: entries come first, each group in the order of the file."""

    status: int
    findings: tuple[Finding, ...] = ()
    told: Told | None = None
    trusted: bool = field(default=False)
    more: int = 0
    """How many things were found wrong besides that are counted alone, since as many of their kind are told."""

    @property
    def first(self) -> Finding | None:
        """The first thing that is wrong."""
        return self.findings[0] if self.findings else None

    def json(self) -> dict[str, Any]:
        """Return the report as values that JSON has."""
        first = self.first
        return {
            "verdict": WORDS[self.status],
            "trusted_keys": self.trusted,
            "first_bad_index": first.index if first else None,
            "place": first.place if first else None,
            "findings": [
                {
                    "what": one.what,
                    "says": one.says,
                    "place": one.place,
                    "byte": one.offset,
                    "index": one.index,
                    "entry": one.entry,
                }
                for one in self.findings
            ],
            "findings_more": self.more,
            "ledger": _told_json(self.told) if self.told else None,
            "not_proven": list(not_proven(trusted=self.trusted, told=self.told)) if self.status == VERIFIED else [],
        }

    def words(self) -> str:
        """Return the report as a page for people."""
        lines = [*self._headline(), ""]
        if self.first is not None:
            lines += self._problems(self.first)
        else:
            assert self.told is not None, "what has no finding has been read"
            lines += ["What this proves", *_points(proven(self.told)), ""]
            lines += ["What this does not prove", *_points(not_proven(trusted=self.trusted, told=self.told))]
        return "\n".join(lines) + "\n"

    def _problems(self, first: Finding) -> list[str]:
        lines, more = _problem(first, told=self.told is not None and self.status == VIOLATED), len(self.findings) - 1
        if more:
            lists = f"the first {len(self.findings):,} of all" if self.more else _them(more)
            more += self.more
            lines.append(f"{more:,} more {_plural(more, 'thing')} found wrong besides; --json lists {lists}.")
        if self.status == VIOLATED:
            lines += ["", "Nothing in this file can be relied on from there on. Keep it, and ask the owners for theirs."]
        elif first.what == CUT_OFF and not more:
            lines += ["", "As far as it goes nothing else was found wrong. That is no verdict: what is missing might show it."]
        return lines

    def _headline(self) -> list[str]:
        lines = []
        if self.told is not None and self.told.simulated:
            lines.append("SIMULATED CLOCK: a demonstration or a drill. Its times are made up, and so are its people.")
        if self.status == VERIFIED and self.told is not None:
            told = self.told
            lines.append(
                f"VERIFIED: ledger {told.origin}, {_many(told.size, 'entry', 'entries')}, "
                f"{said(told.opened)} to {said(told.latest)}."
            )
        elif self.status == VIOLATED:
            lines.append("VIOLATED: this is not the ledger as it was sealed, or the ledger broke its own rules.")
        else:
            lines.append("UNUSABLE: this can't be checked.")
        return lines


def said(at: Instant) -> str:
    """Return an instant as people read it, in UTC to the second."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)).strftime("%Y-%m-%d %H:%M:%S UTC")


def proven(told: Told) -> tuple[str, ...]:
    """Return what a verified bundle shows, in sentences."""
    votes, answers, seen, refusals = (
        told.kinds.get(kind, 0) for kind in (Kind.AGREEMENT_VOTED, Kind.DISCLOSED, Kind.SHOWN, Kind.REFUSED)
    )
    given, looked_at = (told.records.get(kind, 0) for kind in (Kind.DISCLOSED, Kind.SHOWN))
    return (
        (
            f"The {_many(told.size, 'entry is', 'entries are')} exactly what the ledger's key signed, in this order: nothing was "
            "changed, left out, moved or put in since."
        ),
        (
            f"Votes of the owners: {votes:,}, each signed with the key of one of the {told.seats} seats. No agreement came into "
            "force without as many of them as the charter asks for."
        ),
        (
            f"Answers to outside agencies: {answers:,}, with {_many(given, 'record', 'records')}. Each was recorded under an "
            "agreement in force at that time, for a purpose and columns that it grants, with evidence, for a person whom it "
            "names, within the day's limit, and before its end."
        ),
        (
            f"Times that staff were shown records: {seen:,}, with {_many(looked_at, 'record', 'records')}. These and all other acts "
            "of people were done under a grant in force that allows them."
        ),
        f"Refusals: {refusals:,}. They stand in the ledger beside the answers.",
        *_witnessed(told),
        *_happened(told),
        "Whoever holds a receipt can find its entry here by its number and leaf hash.",
    )


def _happened(told: Told) -> Iterator[str]:
    for name in told.successors:
        yield f"The owners opened a successor of the log, {name}: what was signed before under the older name, and isn't here, is lost."
    if told.revoked:
        doubt = f"{_many(told.doubted, 'vote is', 'votes are')} in doubt since" if told.doubted else "No vote is in doubt since"
        yield f"The owners revoked {_many(len(told.revoked), 'key', 'keys')} ({', '.join(told.revoked)}). {doubt}."


def not_proven(*, trusted: bool, told: Told | None) -> tuple[str, ...]:
    """Return what no verified bundle shows, in sentences."""
    found = [
        "That nobody took copies by another way: a screen photographed, a backup, an administrator of the database.",
        "That everything went through PARS. The ledger shows what was recorded, not that nobody went around it.",
        (
            "What an agency did with what it got, or that the records shown were true and met the agreement's conditions: the ledger "
            "holds no record, only commitments."
        ),
        *(
            _unwitnessed(told)
            if told is None or told.witnessed is None
            else (
                "That this is the newest ledger: ask a witness how long the ledger is that it signed last.",
                "That the times are right to the second: the witnesses' clocks confirm them to within some seconds, where they signed.",
            )
        ),
    ]
    if not trusted and told is not None:
        found.insert(
            0,
            "Whose ledger this is. The bundle vouches only for itself: compare the key below with the one that the owners gave you, "
            f"or give a file of keys with --trust.\n  {verifier_key(told.origin, told.log_key)}",
        )
    return tuple(found)


def _witnessed(told: Told) -> tuple[str, ...]:
    found = told.witnessed
    if found is None:
        return ()
    return (
        (
            f"The first {_many(found.size, 'entry was', 'entries were')} signed by at least {found.needs} of {found.all} witnesses whom the owners "
            f"named, each of whom saw that the ledger only grew; no entry waited for that longer than {lasting(found.gap)}, as far as "
            "this bundle has their signatures."
        ),
    )


def _unwitnessed(told: Told | None) -> tuple[str, ...]:
    named = "" if told is None else " of this ledger's owners"
    return (
        (
            "That this is the newest or the only ledger. Whoever holds the log's key could sign another one, or leave off the end: "
            f"only witnesses who keep checkpoints make that visible, and none{named} signed this one."
        ),
        "That the times are right. They are the database's clock; nobody outside has confirmed them.",
    )


def _problem(first: Finding, *, told: bool) -> list[str]:
    if first.index is not None:
        number = "" if first.entry is None else f" (entry number {first.entry})"
        lines = [f"First bad index: {first.index}{number}, at byte {first.offset}."]
    else:
        at = "" if first.offset is None or first.place == "the file of keys" else f", at byte {first.offset}"
        lines = [f"Place: {first.place}{at}.{' No entry is at fault.' if told else ''}"]
    return [*lines, f"{first.says[0].upper()}{first.says[1:]}. [{first.what}]"]


def _points(sentences: tuple[str, ...]) -> list[str]:
    return [f"- {sentence}" for sentence in sentences]


def _many(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _plural(count: int, one: str) -> str:
    return f"{one} was" if count == 1 else f"{one}s were"


def _them(count: int) -> str:
    return "it" if count == 1 else "them"


def _told_json(told: Told) -> dict[str, Any]:
    return {
        "origin": told.origin,
        "log_key": verifier_key(told.origin, told.log_key),
        "simulated": told.simulated,
        "size": told.size,
        "root": told.root.hex(),
        "opened": told.opened,
        "latest": told.latest,
        "checkpoints": told.checkpoints,
        "successors": list(told.successors),
        "revoked_keys": list(told.revoked),
        "votes_in_doubt": told.doubted,
        "witnessed": None
        if told.witnessed is None
        else {
            "needs": told.witnessed.needs,
            "witnesses": told.witnessed.all,
            "size": told.witnessed.size,
            "gap": told.witnessed.gap,
        },
        "kinds": {kind.dotted: count for kind, count in sorted(told.kinds.items())},
        "records": {kind.dotted: count for kind, count in sorted(told.records.items())},
    }
