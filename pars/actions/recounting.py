"""What the ledger says was done, told to those who may read it: an agency its own questions, owners and the auditor every entry.

An entry holds no name, no case and no literal of a question, so reading it back is no disclosure and makes no entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.actions.beats import NO_GRANT
from pars.core.access.decision import may
from pars.core.ledger.entries import CASE_KINDS, OF_NO_CASE, Entry, Kind, Violation, decode
from pars.store import governance, ledger, published, tree
from pars.store.repeated import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pars.core.access.decision import Caller
    from pars.core.ledger.entries import By
    from pars.core.terms import Instant, Refusal

ASKED: Mapping[str, frozenset[Kind]] = {
    "answered": frozenset({Kind.DISCLOSED}),
    "refused": frozenset({Kind.REFUSED}),
    "exports": frozenset({Kind.EXPORT_OPENED, Kind.EXPORT_CLOSED}),
    "hooks": frozenset({Kind.HOOK_REGISTERED, Kind.HOOK_REMOVED}),
    "sending": frozenset({Kind.STREAM_CLOSED, Kind.CHUNK_DROPPED}),
}
"""What an agency's history can be narrowed to."""

PARTS: Mapping[str, frozenset[Kind]] = {
    "questions": frozenset(kind for kind in Kind if 60 <= kind < 70) - {Kind.SHOWN, Kind.ATTEMPTS_SUMMED},
    "cases": CASE_KINDS | {Kind.SHOWN},
    "agreements": frozenset(kind for kind in Kind if 10 <= kind < 40),
    "orders": frozenset(kind for kind in Kind if 100 <= kind < 120),
    "ledger": frozenset(kind for kind in Kind if kind < 10) | {Kind.ATTEMPTS_SUMMED} | OF_NO_CASE,
}
"""What the whole ledger can be narrowed to; together every kind."""

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Recounted:
    """A page of entries, newest first. `older` is where the next one begins; `sealed` how many a signed checkpoint covers."""

    at: Instant
    entries: tuple[Entry, ...]
    older: int | None
    sealed: int


def history(caller: Caller, *, part: str | None = None, before: int | None = None, most: int = PAGE) -> Recounted:
    """Return what an agency's people asked and what came of it: under its agreements, and where none had the purpose."""
    kinds = ASKED[part] if part is not None else frozenset().union(*ASKED.values())
    with ledger.reading() as at:
        own = [f"agreement:{agreement.id}" for agreement in governance.load_agreements(caller.agency)]
        return _page(at, kinds, authorities=[*own, f"agency:{caller.agency}"], before=before, most=most)


def whole(
    by: By,
    *,
    part: str | None = None,
    kind: Kind | None = None,
    under: str | None = None,
    since: Instant | None = None,
    until: Instant | None = None,
    before: int | None = None,
    most: int = PAGE,
) -> Recounted | Refusal:
    """Return entries to whoever's grant lets them read the ledger: of a part or one kind, under an authority, written in [since, until)."""
    kinds = PARTS[part] if part is not None else frozenset(Kind)
    with ledger.reading() as at:
        grant = governance.own_grant(by)
        if grant is None:
            return NO_GRANT
        refusal = may(grant, "ledger:read", at)
        if refusal is not None:
            return refusal
        return _page(
            at,
            kinds if kind is None else kinds & {kind},
            authorities=None if under is None else [under],
            before=before,
            most=most,
            since=since,
            until=until,
        )


def _page(
    at: Instant,
    kinds: Iterable[Kind],
    *,
    authorities: list[str] | None,
    before: int | None,
    most: int,
    since: Instant | None = None,
    until: Instant | None = None,
) -> Recounted:
    bodies = published.load_entries(kinds, authorities=authorities, before=before, most=most + 1, since=since, until=until)
    found = [decode(body) for body in bodies]
    entries = []
    for entry in found[:most]:
        if isinstance(entry, Violation):
            raise Unreadable(entry.says)
        entries.append(entry)
    checkpoint = tree.load_checkpoint()
    return Recounted(
        at=at,
        entries=tuple(entries),
        older=entries[-1].id if len(found) > most else None,
        sealed=checkpoint[0] if checkpoint is not None else 0,
    )
