"""What the bench does: hold the preliminary arraignment, sign the release order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pars.actions.beats import on_case
from pars.core.cases import arraignment, release
from pars.core.cases.next_hearing import Offered, hearing_due, last_open_day, offered
from pars.core.terms import Instant, Refusal
from pars.store import ledger, loaded, sittings

if TYPE_CHECKING:
    from datetime import date

    from pars.core.cases.bail import OrderTerms
    from pars.core.cases.case import Case, Change
    from pars.core.ledger.entries import By
    from pars.core.terms import StatedTime
    from pars.store.ledger import Acting, Done, Refused
    from pars.store.replays import Once


def hold_hearing(
    *, case_id: str, seen: int, by: By, once: Once | None = None, form: str | None = None, **hearing: Any
) -> Done | Refused:
    """Record the hearing: its time, the advisals, the finding (`arraignment.hold_arraignment` names them)."""
    return on_case(
        "hearing:hold",
        case_id=case_id,
        by=by,
        once=once,
        rule=lambda case, acting: arraignment.hold_arraignment(case, seen, at=acting.at, **hearing),
        form=form,
    )


def order_release(
    *, case_id: str, seen: int, terms: OrderTerms, text_sha256: str, by: By, once: Once | None = None
) -> Done | Refused:
    """Sign the release order whose canonical text has this hash. The caller has had the password given again."""

    def rule(case: Case | None, _: Acting) -> Change | Refusal:
        place = _place(terms, case_id)
        return release.order_release(case, seen, terms=terms, text_sha256=text_sha256, signer=by.person, **place)

    # INVARIANT: a courtroom's time is given out by one act at a time, so that its last room is given once.
    names = () if terms.next_hearing is None else (f"room:{terms.next_hearing.earliest}:{(terms.next_court or '').strip()}",)
    return on_case("release:order", case_id=case_id, by=by, once=once, rule=rule, exclusive=names)


def _place(terms: OrderTerms, case_id: str) -> dict[str, Any]:
    """Return the court's calendar and how many of others' hearings are set for the order's time."""
    at = terms.next_hearing.earliest if terms.next_hearing is not None else None
    taken = {} if at is None else sittings.hearings_set(at, Instant(at + 1), but=case_id)
    return {"calendar": loaded.load_calendar(), "taken": taken}


def preview_order(*, case: Case, seen: int, terms: OrderTerms, signer: str) -> Refusal | None:
    """Return why this can't be the order, before it is read back; None where it can. Nothing is recorded."""
    with ledger.reading():
        place = _place(terms, case.id)
    text = release.release_order_sha256(case, terms)
    outcome = release.order_release(case, seen, terms=terms, text_sha256=text, signer=signer, **place)
    return outcome if isinstance(outcome, Refusal) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """What a form begins with: the last open days for somebody in custody and free, and the courtrooms' times with room."""

    in_custody: date
    free: date
    offered: tuple[Offered, ...]


def next_dates(held: StatedTime) -> Dates:
    """Return the days and times that can be given after a hearing, by the court's calendar as it stands."""
    with ledger.reading():
        calendar = loaded.load_calendar()
        taken = sittings.hearings_set(held.earliest, hearing_due(held, in_custody=False))
    return Dates(
        in_custody=last_open_day(held, in_custody=True, calendar=calendar),
        free=last_open_day(held, in_custody=False, calendar=calendar),
        offered=offered(held, in_custody=True, calendar=calendar, taken=taken),
    )
