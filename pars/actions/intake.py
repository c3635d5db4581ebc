"""How a case begins and is put right: booking, sending, correcting, doubts, and documents from other systems."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from pars.actions.beats import on_case
from pars.core import booking, doubts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pars.core.entries import By
    from pars.core.facts import Fact
    from pars.store.ledger import Done, Refused
    from pars.store.replays import Once


def book_arrest(*, by: By, once: Once | None = None, **arrest: Any) -> Done | Refused:
    """Open a case from an arrest (`booking.book_arrest` names its parts)."""
    case_id = str(uuid.uuid4())
    return on_case(
        "case:book",
        case_id=case_id,
        by=by,
        once=once,
        rule=lambda _, acting: booking.book_arrest(case_id, at=acting.at, **arrest),
    )


def submit_for_charging(*, case_id: str, seen: int, by: By, once: Once | None = None) -> Done | Refused:
    """Send the case to the charging unit."""
    return on_case(
        "case:submit", case_id=case_id, by=by, once=once, rule=lambda case, _: booking.submit_for_charging(case, seen)
    )


def correct_facts(
    *, case_id: str, seen: int, facts: Iterable[Fact], why: str, by: By, once: Once | None = None
) -> Done | Refused:
    """Add facts or correct earlier ones, with the reason."""
    return on_case(
        "case:correct",
        case_id=case_id,
        by=by,
        once=once,
        rule=lambda case, acting: booking.correct_facts(case, seen, facts, why=why, at=acting.at),
    )


def resolve_doubt(*, case_id: str, seen: int, by: By, once: Once | None = None, **resolution: Any) -> Done | Refused:
    """Settle a doubt, with the reason."""
    return on_case(
        "case:correct",
        case_id=case_id,
        by=by,
        once=once,
        rule=lambda case, _: doubts.resolve_doubt(case, seen, resolver=by.person, **resolution),
    )


def link_person(*, case_id: str, seen: int, by: By, once: Once | None = None, **link: Any) -> Done | Refused:
    """Say that two cases are of one person, or undo that."""
    return on_case(
        "case:correct",
        case_id=case_id,
        by=by,
        once=once,
        rule=lambda case, _: booking.link_person(case, seen, linker=by.person, **link),
    )
