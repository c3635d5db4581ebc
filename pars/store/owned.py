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
from pars.core.owners.witness_text import WitnessText, refuse_used
from pars.core.terms import Instant, Refusal
from pars.store import vault
from pars.store.connections import current, remembered
from pars.store.governance import doubt_in, load_opening, must_be_open, must_text, own_grant, who
from pars.store.keyring import keys_by_the_entries, load_keys
from pars.store.repeated import ACTS, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pars.core.owners.keyring import Keyring

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
    return remembered(("owned", row[0]), lambda: _owned(_told_by_rows, load_keys(must_be_open())), of=row[1])


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
        return _owned(_told_by_entries, keys_by_the_entries(must_be_open()))
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


def _owned(told: Callable[[str], Iterator[Told]], ring: Keyring) -> Owned:
    profiles, detainers, witnesses, successors = (
        _added(about, told, ring) for about in ("profile", "detainers", "witnesses", "successor")
    )
    return Owned(must_be_open().profile, profiles, detainers, witnesses, successors, owners_rules(detainers.adopted))


def load_texts(about: str) -> Texts:
    """Return all that was done about one subject of the owners' own texts, by the rules that the verifier applies."""
    opening = load_opening()
    return Texts(about=about) if opening is None else _added(about, _told_by_rows, load_keys(opening))


def _told_by_rows(about: str) -> Iterator[Told]:
    parts = [
        f"select t.entry, e.at, {int(kind)}, to_jsonb(t), e.person, e.authority "  # noqa: S608
        f"from governance.{table} t join ledger.entry e on e.id = t.entry where about = %(about)s"
        for kind, table in _ACTS.items()
    ]
    # A key's revocation is about no subject, and leaves votes on several in doubt.
    parts.append(
        f"select t.entry, e.at, {int(Kind.KEY_REVOKED)}, to_jsonb(t), e.person, e.authority "  # noqa: S608
        "from governance.key_revoked t join ledger.entry e on e.id = t.entry"
    )
    found = current().connection.execute(" union all ".join(parts) + " order by entry", {"about": about})
    for entry, at, kind, row, person, authority in found.fetchall():
        yield entry, at, Kind(kind), row, _who(By(person, authority))


def _told_by_entries(about: str) -> Iterator[Told]:
    for (body,) in current().connection.execute(
        "select body from ledger.entry where kind = any(%s) order by id",
        [[*map(int, _ACTS), int(Kind.KEY_REVOKED)]],
    ):
        entry = decode(body)
        if isinstance(entry, Violation):
            raise Unreadable(entry.says)
        if entry.kind is Kind.KEY_REVOKED or entry.detail["about"] == about:
            yield entry.id, entry.at, entry.kind, entry.detail, _who(entry.by)


def _who(by: By) -> Who:
    return who(by, own_grant(by))


def _added(about: str, told: Callable[[str], Iterator[Told]], ring: Keyring) -> Texts:
    texts = Texts(about=about)
    for entry, at, kind, detail, by in told(about):
        act = doubt_in(detail, ring) if kind is Kind.KEY_REVOKED else text_act_of(kind, detail)
        if act is None:
            continue
        after = applied_to_texts(texts, act, entry, at, by, ring=ring)
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


def applied_to_texts(
    texts: Texts, act: TextAct, entry: int, at: Instant, by: Who, *, ring: Keyring | None = None
) -> Texts | Refusal:
    """Return a subject's texts as the act would leave them."""
    opening = must_be_open()
    ring = ring or load_keys(opening)
    if isinstance(act, ProposeText) and isinstance(act.text, WitnessText) and (used := refuse_used(act.text, ring)) is not None:
        return used
    charter = ring.charter(opening.charter, entry)
    return apply_text(texts, act, by=by, charter=charter, at=at, entry=entry, origin=opening.origin, verify=vault.verify)


def _text(hashed: str) -> OwnersText:
    found = read_owners_text(must_text(hashed))
    if isinstance(found, Refusal):
        raise Unreadable(f"the text {hashed} is no owners' text: {found.says}")
    return found
