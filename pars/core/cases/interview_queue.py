"""The interviewer's list: whether a case waits for pretrial services, for what, since which fact, and what to prepare for it.

Whose turn it is, is said by `progress`; here stands only what the interviewer needs to begin. What is nearest its limit comes first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pars.core.cases.age import age
from pars.core.cases.case import Case, hearing, identity, interview
from pars.core.cases.deadlines import custody_limit
from pars.core.cases.facts import Booked, Fact, InterpreterStated, InterviewBegun, InterviewPostponed
from pars.core.cases.flags import competency_open, interpreter_language
from pars.core.cases.progress import next_steps
from pars.core.cases.worksheet import Reopened, worksheet_owed

if TYPE_CHECKING:
    from pars.core.terms import Instant, StatedTime

Turn = Literal["TAKE", "UNDER_WAY", "POSTPONED", "WORKSHEET", "REOPENED"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A case on the list: what it waits for, since which fact, and the 48-hour limit while one counts.

    `room` is where the interview began, `put_off` why it was postponed and `until` when to; `flags` are what to prepare for.
    """

    turn: Turn
    since: Fact
    limit: Instant | None
    room: str | None
    put_off: str | None
    until: StatedTime | None
    flags: tuple[str, ...]


def waits_for_interviewer(case: Case, at: Instant) -> Queued | None:
    """Return how a case stands on the interviewer's list at `at`; None where nothing of theirs is owed."""
    codes = {step.code for step in next_steps(case, at)}
    if age(case).child or not codes & {"INTERVIEW", "WORKSHEET"}:
        return None
    begun, put_off = case.latest(InterviewBegun), case.latest(InterviewPostponed)
    postponed = put_off if put_off is not None and (begun is None or begun.n < put_off.n) else None
    turn, since = _turn(case, codes, begun, postponed)
    return Queued(
        turn=turn,
        since=since,
        limit=custody_limit(case) if hearing(case) is None else None,
        room=begun.room if begun is not None else None,
        put_off=postponed.reason if postponed is not None else None,
        until=postponed.until if postponed is not None else None,
        flags=prepare_for(case),
    )


def _turn(case: Case, codes: set[str], begun: InterviewBegun | None, postponed: InterviewPostponed | None) -> tuple[Turn, Fact]:
    if "INTERVIEW" in codes:
        if postponed is not None:
            return "POSTPONED", postponed
        return ("UNDER_WAY", begun) if begun is not None else ("TAKE", case.latest(Booked) or case.facts[0])
    owed, taken = worksheet_owed(case), interview(case)
    if isinstance(owed, Reopened):
        return "REOPENED", owed.since
    assert taken is not None, "a worksheet is owed only after an interview"
    return "WORKSHEET", taken


def prepare_for(case: Case) -> tuple[str, ...]:
    """Return what the interviewer prepares for, in words: only what their role reads of the flags."""
    language = language_needed(case)
    interpreter = (f"Interpreter: {language}",) if language is not None else ()
    return (*interpreter, "A concern about competency is open") if competency_open(case) else interpreter


def language_needed(case: Case) -> str | None:
    """Return the language in which to speak with the person: as it was stated last, else as claimed at the booking; None for English."""
    stated, said = interpreter_language(case), case.latest(InterpreterStated)
    if stated is None and said is not None:
        return None  # somebody said, with a reason, that none is needed
    who = identity(case)
    language = stated or (who.language if who is not None else None)
    return None if language is None or language.strip().casefold() in {"", "english", "eng", "en"} else language.strip()


def list_order(limit: Instant | None, since: Instant) -> tuple[bool, int, int]:
    """Return the place on the list: the nearest limit first, those without one after all others; of two alike the longest waiting."""
    return limit is None, limit or 0, since
