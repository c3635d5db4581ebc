"""The docket that the court reads: who of the reader's board is heard next; and what a session came to, case by case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pars.actions.disclosing.staff import answer_staff, board
from pars.core.cases.court_calendar import Session, session_at, session_from
from pars.core.cases.docket import Heard, Place, docket_order, heard_in, place
from pars.core.cases.dockets import dockets, results_owed
from pars.core.cases.facts import CounselPresent
from pars.core.cases.orders_served import service_owed
from pars.core.cases.representation import present
from pars.core.terms import Instant
from pars.store import disclosure, ledger, loaded, rows, sittings
from pars.store.ledger import Refused

if TYPE_CHECKING:
    from pars.core.ledger.entries import By
    from pars.core.terms import StatedTime


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A case on the docket: its row, its version, its place, and counsel's word that they are there."""

    row: Mapping[str, Any]
    version: int
    facts: int
    place: Place
    counsel: CounselPresent | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Docket:
    """The docket at `at`, in its order, with the session that runs. `passing`: how many pass a limit before the next begins."""

    at: Instant
    session: Session
    cases: tuple[Coming, ...]
    passing: int
    more: bool


def docket(*, by: By, zone: str, browser: str | None = None) -> Docket | Refused:
    """Answer who of the reader's board waits for a hearing or an order, and what is missing."""
    answer = board(by=by, browser=browser, act="case:call")
    if isinstance(answer, Refused):
        return answer
    shown = {row["record"]: row for row in answer.rows if not row["ordered"] or row["unheard"]}
    found = []
    with ledger.reading() as at:
        session = session_at(loaded.load_calendar(), at, zone)
        for case_id, case in rows.load_cases(shown).items():
            where = place(case, at)
            if where is not None:
                row = {**shown[case_id]}
                found.append(Coming(row=row, version=case.version, facts=len(case.facts), place=where, counsel=present(case)))
    found.sort(key=lambda one: (docket_order(one.place), one.row["record"]))
    passing = sum(one.place.passes_before(at, session.ends) for one in found)
    return Docket(at=at, session=session, cases=tuple(found), passing=passing, more=answer.next_cursor is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What a case came to in a session, its docket numbers, who hasn't acknowledged its result, and whether its order is unserved."""

    row: Mapping[str, Any]
    version: int
    facts: int
    heard: Heard
    numbers: tuple[str, ...]
    owed: tuple[str, ...]
    unserved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """A session's cases as they stand at `at`, as far as the reader's role covers them."""

    at: Instant
    session: Session
    cases: tuple[Came, ...]


def results(*, by: By, starts: StatedTime, browser: str | None = None) -> Results | Refused | None:
    """Answer what a session came to, case by case; None where no session begins at that time."""
    with ledger.reading() as at:
        session = session_from(loaded.load_calendar(), starts)
        wanted = () if session is None else sittings.cases_of_session(starts, session.begins, session.ends)
    if session is None:
        return None
    if not wanted:
        return Results(at=at, session=session, cases=())
    act = "docket:enter"
    answer = answer_staff(
        by,
        act,
        where=[{"column": "record", "one_of": list(wanted)}],
        rows_wanted=500,
        through=lambda permit, question: disclosure.show(permit, question, by=by, act=act, browser=browser, board=True),
    )
    if isinstance(answer, Refused):
        return answer
    shown = {row["record"]: row for row in answer.rows}
    found = []
    with ledger.reading() as at:
        for case_id, case in rows.load_cases(shown).items():
            heard = heard_in(case, session)
            if heard is not None:
                found.append(
                    Came(
                        row=shown[case_id],
                        version=case.version,
                        facts=len(case.facts),
                        heard=heard,
                        numbers=tuple(one.number for one in dockets(case)),
                        owed=results_owed(case),
                        unserved=service_owed(case) is not None,
                    )
                )
    found.sort(key=lambda one: (one.row.get("display_name") or "", one.row["record"]))
    return Results(at=at, session=session, cases=tuple(found))
