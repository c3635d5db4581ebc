"""What the court's session does to cases: call, pass, positions, docket numbers, results sent on, orders served; and its record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pars.actions.beats import NO_GRANT, on_case, refused_act
from pars.core.access.decision import may
from pars.core.cases import calling, dockets, serving_orders
from pars.core.cases.court_calendar import Session, session_at, session_from
from pars.core.cases.docket import heard_in, place
from pars.core.cases.session_record import AMENDMENTS, Counts, count, record_text, refuse_close
from pars.core.ledger import drafts
from pars.core.terms import Instant, Refusal, StatedTime, moment
from pars.store import governance, ledger, loaded, rows, sittings

if TYPE_CHECKING:
    from pars.core.cases.case import Case, Change
    from pars.core.ledger.entries import By, Draft
    from pars.store.ledger import Acting, Done, Refused
    from pars.store.replays import Once

ZONE = "America/New_York"
"""The court's zone, where nobody says another."""


def call_case(*, case_id: str, seen: int, by: By, once: Once | None = None, zone: str = ZONE, **there: Any) -> Done | Refused:
    """Call a case in the session that runs (`calling.call_case` names who may be said to be there)."""

    def rule(case: Case | None, acting: Acting) -> Change | Refusal:
        return calling.call_case(case, seen, at=acting.at, calendar=loaded.load_calendar(), zone=zone, **there)

    return on_case("case:call", case_id=case_id, by=by, once=once, rule=rule)


def pass_case(
    *,
    case_id: str,
    seen: int,
    reason: str,
    by: By,
    note: str | None = None,
    once: Once | None = None,
    zone: str = ZONE,
) -> Done | Refused:
    """Pass a case in the session that runs, with the reason."""

    def rule(case: Case | None, acting: Acting) -> Change | Refusal:
        calendar = loaded.load_calendar()
        return calling.pass_case(case, seen, at=acting.at, calendar=calendar, zone=zone, reason=reason, note=note)

    return on_case("case:call", case_id=case_id, by=by, once=once, rule=rule)


def state_position(*, case_id: str, seen: int, side: str, says: str, by: By, once: Once | None = None) -> Done | Refused:
    """Record what a side asks the court for."""
    return on_case(
        "case:call",
        case_id=case_id,
        by=by,
        once=once,
        rule=lambda case, _: calling.state_position(case, seen, side=side, says=says),
    )


def give_docket(
    *, case_id: str, seen: int, by: By, number: str | None = None, once: Once | None = None, zone: str = ZONE, **docket: Any
) -> Done | Refused:
    """Record a docket number that the court gave, or draw the next where the court lets it."""

    def rule(case: Case | None, acting: Acting) -> Change | Refusal:
        today = moment(acting.at, zone).date()
        prefix = loaded.load_calendar().numbering(today)
        drawn = sittings.last_docket(prefix, today.year) if prefix is not None else 0
        anothers = bool(case is not None and number and sittings.docket_elsewhere(number, case))
        return dockets.give_docket(
            case, seen, number=number, at=acting.at, zone=zone, prefix=prefix, drawn=drawn, anothers=anothers, **docket
        )

    # INVARIANT: one number at a time, so that none is drawn twice and none is typed while it is drawn.
    return on_case("docket:enter", case_id=case_id, by=by, once=once, rule=rule, exclusive=("dockets",))


def send_result(*, case_id: str, seen: int, to: str, receipt: str, by: By, once: Once | None = None) -> Done | Refused:
    """Record that a receiver acknowledged the result of a hearing."""
    return on_case(
        "docket:enter",
        case_id=case_id,
        by=by,
        once=once,
        rule=lambda case, _: dockets.send_result(case, seen, to=to, receipt=receipt),
    )


def serve_order(*, case_id: str, seen: int, by: By, once: Once | None = None, **service: Any) -> Done | Refused:
    """Record that the standing order was given: to whom, when, in which language."""
    return on_case(
        "order:serve",
        case_id=case_id,
        by=by,
        once=once,
        rule=lambda case, acting: serving_orders.serve_order(case, seen, server=by.person, at=acting.at, **service),
    )


# ---------------------------------------------------------------- the session's record


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A session as it stands: its counts now, and the record that was signed, with its entry, where it was closed."""

    session: Session
    counts: Counts
    standing: tuple[int, bytes] | None

    @property
    def differs(self) -> bool:
        """Return whether what the cases say now is another than what was signed."""
        if self.standing is None:
            return False
        return all(record_text(self.session, self.counts, amended=code) != self.standing[1] for code in (None, *AMENDMENTS))


def session_now(*, zone: str = ZONE) -> Session:
    """Return the session that runs."""
    with ledger.reading() as at:
        return session_at(loaded.load_calendar(), at, zone)


def session_record(starts: StatedTime) -> Record | None:
    """Return the session that begins at that time as it stands: counts, nobody's name. None where none does."""
    with ledger.reading() as at:
        session = session_from(loaded.load_calendar(), starts)
        return None if session is None else _record(session, at)


def session_for(starts: StatedTime, *, by: By) -> Record | Refusal | None:
    """Return a session as it stands to who calls cases in it. Counts that nobody has signed yet are for the court alone."""
    with ledger.reading() as at:
        grant = governance.own_grant(by)
        refusal = NO_GRANT if grant is None else may(grant, "case:call", at)
    return refusal if refusal is not None else session_record(starts)


@ledger.retried
def close_session(
    *, starts: StatedTime, amends: int | None, by: By, amended: str | None = None, once: Once | None = None
) -> Done | Refused:
    """Sign the record of a session, or amend the one that stands. The caller has had the password given again."""
    with ledger.acting(by, exclusive=[f"session:{starts.earliest}"], once=once) as acting:
        outcome: Refusal | Draft | None = refused_act(acting, "session:close")
        session = session_from(loaded.load_calendar(), starts)
        if outcome is None and session is None:
            outcome = Refusal(code="NO_SUCH_SESSION", says="No session begins at that time.", names=("starts",))
        if outcome is None and session is not None:
            outcome = _closed(session, acting.at, amends, amended)
        assert outcome is not None, "one of the three was found"
        return ledger.append(outcome, by=by, act="session:close")


def _closed(session: Session, at: Instant, amends: int | None, amended: str | None) -> Refusal | Draft:
    found = _record(session, at)
    standing = found.standing[0] if found.standing is not None else None
    refusal = refuse_close(session, found.counts, at=at, standing=standing, amends=amends, amended=amended)
    if refusal is not None:
        return refusal
    text = record_text(session, found.counts, amended=amended if standing is not None else None)
    return drafts.session_closed(session=session.begins, record=governance.save_text(text), amends=standing)


def _record(session: Session, at: Instant) -> Record:
    cases = rows.load_cases(sittings.cases_of_session(session.starts, session.begins, session.ends)).values()
    heard = [found for case in cases if (found := heard_in(case, session)) is not None]
    waiting = (place(case, at) for case in rows.load_cases(sittings.cases_to_hear()).values())
    unheard = sum(found is not None and found.state == "READY" for found in waiting)
    return Record(session=session, counts=count(heard, unheard=unheard), standing=sittings.session_record(session.begins))
