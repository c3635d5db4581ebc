"""The owners' own texts as rows: the profile, the rules on detainers and the witnesses, with all that was voted on them.

As with agreements, what the rows add up to is never stored: acts are added in the order of their entries by the same
`owners_text.apply_text` that the verifier uses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from pars.core.agreements.acts import Who, Withdraw
from pars.core.cases.detainer_rules import DetainerRule, owners_rules
from pars.core.ledger.entries import By, Kind, Violation, decode
from pars.core.owners.owners_text import (
    SUBJECTS,
    OwnersText,
    ProposeText,
    TextAct,
    Texts,
    apply_text,
    lock_of,
    read_owners_text,
)
from pars.core.owners.profile import ORDINARY, Profile
from pars.core.owners.votes import vote_in
from pars.core.owners.witness_text import WitnessText
from pars.core.terms import Instant, Refusal
from pars.store import vault
from pars.store.connections import current, remembered
from pars.store.governance import ACTS, Unreadable, must_be_open, must_text, own_grant, who

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Told: TypeAlias = tuple[int, Instant, Kind, "Mapping[str, Any]", Who]
"""An act on the owners' texts as it is told: its entry, its time, its kind, its detail, and who did it."""
_ACTS = {
    Kind.OWNERS_TEXT_PROPOSED: "owners_text",
    Kind.OWNERS_TEXT_VOTED: "owners_vote",
    Kind.OWNERS_TEXT_WITHDRAWN: "owners_withdrawn",
}
"""The kinds of such acts, each with the table that repeats it."""


@dataclass(frozen=True, slots=True)
class Owned:
    """What the owners decided about their own work: the first profile, what followed it, and every rule on detainers.

    `doubt` says why the rows of their texts can't be read, where cases go by what the ledger's entries tell for now.
    """

    first: Profile
    profiles: Texts
    detainers: Texts
    witnesses: Texts
    successors: Texts
    rules: tuple[DetainerRule, ...]
    doubt: str | None = None

    def profile_at(self, at: Instant) -> Profile:
        """Return the profile in force at an instant."""
        found = self.profiles.in_force(at)
        return found.text if found is not None and isinstance(found.text, Profile) else self.first

    def witnesses_at(self, at: Instant) -> WitnessText | None:
        """Return who watches the ledger at an instant; None where the owners named nobody."""
        found = self.witnesses.in_force(at)
        return found.text if found is not None and isinstance(found.text, WitnessText) and found.text.witnesses else None


def load_owned() -> Owned:
    """Return the owners' texts with all that was voted on them. Before the ledger is opened there are none: the ordinary course."""
    row = (
        current()
        .connection.execute(
            'select body, (select max(version) from ledger.entry_row where tbl = %s and "row" = any(%s)) from ledger.entry where id = 0',
            [ACTS, [lock_of(about) for about in SUBJECTS]],
        )
        .fetchone()
    )
    if row is None:
        return _without_votes(ORDINARY)
    return remembered(("owned", row[0]), lambda: _owned(_told_by_rows), of=row[1])


def governing() -> Owned:
    """Return what cases go by: the owners' texts by their rows, else as the ledger's own entries tell them, which the rows repeat.

    INVARIANT: doubt never traps a person (law L13). A row that was tampered with keeps nobody from being booked, arraigned or
    released, and nothing is recorded that the verifier would not take; `pars doctor`, the board and the alarms say so, and fsck
    names the row. Where the entries can't be read either, cases go by the first profile and the rules that ship. The doubt isn't
    remembered: what is mended counts at once.
    """
    try:
        return load_owned()
    except Unreadable as unreadable:
        return replace(_by_the_entries(), doubt=str(unreadable))


def _by_the_entries() -> Owned:
    try:
        return _owned(_told_by_entries)
    except Unreadable:
        return _without_votes(_first())


def _first() -> Profile:
    try:
        return must_be_open().profile
    except Unreadable:
        return ORDINARY


def _without_votes(first: Profile) -> Owned:
    return Owned(
        first,
        Texts(about="profile"),
        Texts(about="detainers"),
        Texts(about="witnesses"),
        Texts(about="successor"),
        owners_rules(()),
    )


def _owned(told: Callable[[str], Iterator[Told]]) -> Owned:
    profiles, detainers, witnesses, successors = (
        _added(about, told) for about in ("profile", "detainers", "witnesses", "successor")
    )
    return Owned(must_be_open().profile, profiles, detainers, witnesses, successors, owners_rules(detainers.adopted))


def load_texts(about: str) -> Texts:
    """Return all that was done about one subject of the owners' own texts, by the rules that the verifier applies."""
    return _added(about, _told_by_rows)


def _told_by_rows(about: str) -> Iterator[Told]:
    parts = [
        f"select t.entry, e.at, {int(kind)}, to_jsonb(t), e.person, e.authority "  # noqa: S608
        f"from governance.{table} t join ledger.entry e on e.id = t.entry where about = %(about)s"
        for kind, table in _ACTS.items()
    ]
    found = current().connection.execute(" union all ".join(parts) + " order by entry", {"about": about})
    for entry, at, kind, row, person, authority in found.fetchall():
        yield entry, at, Kind(kind), row, _who(By(person, authority))


def _told_by_entries(about: str) -> Iterator[Told]:
    for (body,) in current().connection.execute(
        "select body from ledger.entry where kind = any(%s) order by id",
        [list(map(int, _ACTS))],
    ):
        entry = decode(body)
        if isinstance(entry, Violation):
            raise Unreadable(entry.says)
        if entry.detail["about"] == about:
            yield entry.id, entry.at, entry.kind, entry.detail, _who(entry.by)


def _who(by: By) -> Who:
    return who(by, own_grant(by))


def _added(about: str, told: Callable[[str], Iterator[Told]]) -> Texts:
    texts = Texts(about=about)
    for entry, at, kind, detail, by in told(about):
        after = applied_to_texts(texts, text_act_of(kind, detail), entry, at, by)
        if isinstance(after, Refusal):
            raise Unreadable(f"the owners' texts on {about}, entry {entry}: {after.says}")
        texts = after
    return texts


def text_act_of(kind: Kind, detail: Mapping[str, Any]) -> TextAct:
    """Return the act on an owners' text that an entry's detail, or the row that repeats it, holds."""
    if kind is Kind.OWNERS_TEXT_PROPOSED:
        return ProposeText(_text(detail["text"]))
    if kind is Kind.OWNERS_TEXT_WITHDRAWN:
        return Withdraw(detail["text"])
    return vote_in(detail, text="text")


def applied_to_texts(texts: Texts, act: TextAct, entry: int, at: Instant, by: Who) -> Texts | Refusal:
    """Return a subject's texts as the act would leave them."""
    opening = must_be_open()
    return apply_text(
        texts, act, by=by, charter=opening.charter, at=at, entry=entry, origin=opening.origin, verify=vault.verify
    )


def _text(hashed: str) -> OwnersText:
    found = read_owners_text(must_text(hashed))
    if isinstance(found, Refusal):
        raise Unreadable(f"the text {hashed} is no owners' text: {found.says}")
    return found
