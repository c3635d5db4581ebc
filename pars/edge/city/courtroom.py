"""What happens in an invented courtroom: counsel claims, the case is called or passed, heard, ordered, served; the clerk closes the session."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from pars.actions import arraigning, calendaring, defending, flagging, interviewing, releasing, sitting
from pars.core.cases.bail import OrderTerms
from pars.core.cases.court_calendar import session_at
from pars.core.cases.next_hearing import last_open_day
from pars.core.cases.release import release_order_sha256
from pars.core.terms import Instant, StatedTime
from pars.edge.city.founded import City, played
from pars.edge.city.life import stated, stated_now
from pars.edge.city.police import otn
from pars.edge.city.turns import ZONE
from pars.edge.city.worksheets import signed_worksheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pars.core.cases.court_calendar import Session
    from pars.edge.city.life import Act, Life

ADVISALS: dict[str, Any] = dict.fromkeys(
    ("rights_read", "complaint_given", "counsel_advised", "hearing_right_advised", "bail_advised"), True
)

SAID = (
    {"local_residence": "YES", "employed": "YES", "family_contact": "YES"},
    {"residence_length": "OVER_2_YEARS", "lives_with": "FAMILY", "phone": "YES", "convictions": "NONE", "open_case": "NO"},
    {"residence_length": "UNDER_2_YEARS", "lives_with": "OTHERS", "phone": "YES", "prior_failure_to_appear": "NO"},
)
"""What people answer: to some, nobody could confirm a word of it."""


def interview(life: Life) -> None:
    """Have pretrial services take the interview, and sign what the guideline makes of it."""
    answers: dict[str, Any] = {"outcome": "DECLINED"}
    if not life.plan.interview_declined:
        answers = {"outcome": "TAKEN", "answers": SAID[life.plan.number % len(SAID)]}
    answers["interpreter"] = _language(life)
    life.after(interviewing.record_interview(case_id=life.case_id, seen=life.seen, by=life.by("interview"), **answers))
    if not life.plan.interview_declined:
        life.after(signed_worksheet(life.opened("interview"), seen=life.seen, by=life.by("interview")))


def claim(life: Life) -> None:
    """Have a defender enter an appearance, with a word on others of the same incident."""
    life.after(
        defending.claim_representation(
            case_id=life.case_id,
            seen=life.seen,
            by=life.by("defense"),
            basis="ASSIGNED",
            said="Looked for others of the incident: no conflict, or it was waived.",
        )
    )


def pass_over(life: Life) -> None:
    """Pass the case: somebody isn't there, or the line fails when the hearing has begun."""
    reason = "VIDEO_DOWN" if life.plan.number % 2 else "BROKEN_OFF"
    if life.takes("CLAIMED"):
        reason = "COUNSEL_MISSING"
    if _language(life):
        reason = "INTERPRETER_MISSING"
    if reason == "BROKEN_OFF":
        _call(life)
    life.after(sitting.pass_case(case_id=life.case_id, seen=life.seen, by=life.by("clerk"), reason=reason))


def hear(life: Life) -> None:
    """Call the case, hold the hearing and sign the order; conditions are served at once, most of the time."""
    if life.takes("CLAIMED"):
        life.after(defending.attend(case_id=life.case_id, seen=life.seen, by=life.by("defense"), how="VIDEO"))
    _call(life)
    held = stated(Instant(life.heard)) if life.heard else stated_now()
    life.after(
        arraigning.hold_hearing(
            case_id=life.case_id,
            seen=life.seen,
            by=life.by("bench"),
            time=held,
            probable_cause=True,
            interpreter=_language(life),
            **ADVISALS,
        )
    )
    terms = _terms(life, held)
    case = life.opened("bench")
    text, life.order = release_order_sha256(case, terms), case.next_number
    life.after(
        arraigning.order_release(case_id=life.case_id, seen=life.seen, terms=terms, text_sha256=text, by=life.by("bench"))
    )
    if terms.conditions and not life.takes("SERVED_LATE"):
        serve(life)


def hear_in_session(life: Life) -> None:
    """Hear the case, and leave its number and its result to the clerk at the session's end."""
    hear(life)
    life.city.heard.append(life)


def _call(life: Life) -> None:
    there = None if _language(life) is None else True
    life.after(sitting.call_case(case_id=life.case_id, seen=life.seen, by=life.by("clerk"), interpreter=there, video=True))


def _terms(life: Life, held: StatedTime) -> OrderTerms:
    order = life.plan.order
    hearing = last_open_day(held, in_custody=True)
    protects = order.type == "NONMONETARY" and life.plan.number % 2 == 0
    conditions = ("REPORT", "NO_CONTACT") if protects else ("REPORT",)
    return OrderTerms(
        types=(order.type,),
        amount_cents=order.amount_cents,
        deposit_percent=order.deposit_percent,
        conditions=conditions if order.type == "NONMONETARY" else (),
        conditions_note="No contact with whoever complained." if protects else None,
        reasons="The charge and the risk of flight, as stated on the record." if order.type == "REFUSED" else None,
        next_hearing=StatedTime(f"{hearing.isoformat()}T09:00", ZONE),
        next_court="Courtroom 4",
    )


def serve(life: Life) -> None:
    """Serve the order's conditions on the person, in their language, known by their tracking number."""
    language = _language(life)
    life.after(
        sitting.serve_order(
            case_id=life.case_id,
            seen=life.seen,
            by=life.by("clerk"),
            order=life.order,
            on="DEFENDANT",
            time=stated_now(),
            language={None: "en", "Spanish": "es"}.get(language, "other"),
            read=otn(life.plan.number),
            interpreter=None if language is None else f"Interpreter for {language}",
        )
    )


def post(life: Life) -> None:
    """Take what is put down for bail."""
    order = life.plan.order
    due = -(-(order.amount_cents or 0) * (order.deposit_percent or 0) // 100)
    life.after(
        releasing.post_bail(case_id=life.case_id, seen=life.seen, order=life.order, amount_cents=due, by=life.by("clerk"))
    )


def send_on(life: Life) -> None:
    """Have the court send a child's matter to the juvenile court."""
    life.after(
        flagging.send_to_juvenile(
            case_id=life.case_id,
            seen=life.seen,
            by=life.by("clerk"),
            court="Riverhaven Court of Common Pleas",
            reference=f"JT-{life.plan.number:06}",
            decided=stated_now(),
        )
    )


def _language(life: Life) -> str | None:
    spoken = life.plan.person.language
    return None if spoken == "English" else spoken


# ---------------------------------------------------------------- the session's end


def work(city: City, first: Instant, last: Instant) -> Iterator[tuple[Instant, Act]]:
    """Give the clerk's work at the end of every session between two instants that is over by the second."""
    calendar, at = calendaring.court_calendar(), first
    while (session := session_at(calendar, at, ZONE)).ends <= last:
        at = session.ends
        yield at, partial(_close, city, session)


def _close(city: City, session: Session) -> None:
    """Have the clerk number what was heard, send the results on, and sign the session's record.

    One after another, in the order of the arrests: each number of the sequence is whose it is whichever was heard first.
    """
    heard, city.heard = sorted(city.heard, key=lambda life: life.plan.number), []
    for life in heard:
        number(life)
    played(sitting.close_session(starts=session.starts, amends=None, by=city.by("clerk")))


def number(life: Life) -> None:
    """Draw the docket number of a case that was heard, and record that the custodian has the result."""
    life.after(sitting.give_docket(case_id=life.case_id, seen=life.seen, by=life.by("clerk")))
    sent = sitting.send_result(
        case_id=life.case_id, seen=life.seen, by=life.by("clerk"), to="CUSTODY", receipt="Taken by the desk of the jail"
    )
    life.after(sent)
