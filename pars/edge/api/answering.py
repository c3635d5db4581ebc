"""How `/v1` answers: receipts for what was done, RFC 9457 problems for what was not, each with the entry that recorded it."""

from __future__ import annotations

import json
import logging
import math
from http import HTTPStatus
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse

from pars.actions import refusing
from pars.core.ledger.entries import is_field
from pars.core.terms import SECOND, Instant, Refusal, moment
from pars.edge import problems
from pars.edge.api.reading import places, pointer
from pars.edge.api.schemas import names_of_fields
from pars.edge.attempts import BUDGET
from pars.edge.problems import INTERNAL, MEDIA_TYPE, UNAVAILABLE, Fault, Problem, traced

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

    from pars.actions.identifying import Identified
    from pars.actions.refusing import Refused
    from pars.core.ledger.entries import By

log = logging.getLogger("pars.api")

FORM = frozenset(
    {
        "EMPTY", "MALFORMED", "MISSING_FIELD", "NOT_A_LIST", "NOT_A_NUMBER", "NOT_A_TEXT", "NOT_AN_OBJECT", "NOT_CANONICAL", "NO_COLUMNS",
        "NO_SUCH_EVENT", "OUT_OF_RANGE", "REPEATED", "TOO_LARGE", "TWICE", "UNKNOWN_COLUMN", "UNKNOWN_CONDITION", "UNKNOWN_EVIDENCE",
        "UNKNOWN_DUTY", "UNKNOWN_FIELD", "UNKNOWN_FORM", "UNKNOWN_MASK", "UNKNOWN_PART", "UNKNOWN_WORD", "UNKNOWN_ZONE", "WRONG_CURSOR", "WRONG_FORM",
        "WRONG_LENGTH", "WRONG_TYPE",
    }
)  # fmt: skip
"""Refusals of what can't be read as what it should be: 400."""

_OURS = (
    "AUTHORITY_HELD",
    "CLOCK_JUMPED",
    "LEDGER_BEHIND",
    "LEDGER_UNWITNESSED",
    "LEDGER_ROLLED_BACK",
    "NOT_WITNESSED",
    "NOT_IN_TIME",
    "OVERTAKEN",
)
LATER = {**dict.fromkeys(_OURS, 503), "LIMIT_REACHED": 429}
RULES = dict.fromkeys(
    ("EQUALITY_ONLY", "IDEMPOTENCY_KEY_REUSED", "MASKED", "NOT_FILTERABLE", "NOT_FOR_A_HOOK", "RECORD_TOO_LARGE"), 422
) | {
    "TOO_MANY_HOOKS": 409,
    **dict.fromkeys(("WRONG_ADDRESS", "WRONG_END"), 422),
}
QUESTIONS: Mapping[str, int] = dict.fromkeys(FORM, 400) | LATER | RULES
"""The HTTP status of a refused question; any other is 403: a reason about the caller, the purpose or the agreement."""

WRITES: Mapping[str, int] = {
    **dict.fromkeys(FORM, 400),
    **LATER,
    **dict.fromkeys(("NO_SUCH_CASE", "NO_SUCH_AGREEMENT", "NO_SUCH_GRANT", "NO_SUCH_HOOK", "NO_SUCH_PAPER", "NO_SUCH_VERSION"), 404),
    **dict.fromkeys(
        ("GRANT_ENDED", "GRANT_NOT_YET", "NOT_YOUR_ACT", "NOT_YOUR_SEAT", "NO_GRANT", "OUTSIDE_ROLE", "RULE_BINDS_OTHERS"), 403
    ),
    **dict.fromkeys(("NOT_AN_AGENCY", "NOT_COUNSEL", "NOT_YOUR_PAPER", "NO_PERSON", "WRONG_PASSWORD"), 403),
    **dict.fromkeys(
        ("AGREEMENT_OVER", "ALREADY_BOUND", "ALREADY_MET", "ALREADY_NAMED", "DECIDED", "DISCHARGED", "HEARING_HELD", "NOT_ALIVE", "NOT_SUSPENDED"), 409
    ),
    **dict.fromkeys(("ALREADY_POSTED", "ALREADY_SIGNED", "ALREADY_SUSPENDED", "RELEASED", "SECOND_VOTE", "STILL_HELD"), 409),
    **dict.fromkeys(("TEXT_CHANGED", "TOO_LATE", "TWO_AT_ONCE", "WRONG_ANSWER", "WRONG_NUMBER", "WRONG_VERSION"), 409),
    **dict.fromkeys(("NO_COSIGNATURE_OWED", "NOT_IN_QUEUE", "NOT_TAKEN", "NOT_YOURS", "TAKEN", "YOURS_ALREADY"), 409),
    **dict.fromkeys(("DUTY_NOT_OPEN", "DUTY_OVERDUE", "NOT_GOVERNING", "NO_REQUEST", "NO_EMERGENCY", "REQUEST_OVER"), 409),
    **dict.fromkeys(("CLIENT_NOT_BOUND", "NOT_YOUR_AGREEMENT", "SAME_PERSON"), 403),
    **dict.fromkeys(("NOT_OPEN", "VOTE_CLOSED", "WITHDRAWN"), 409),
    **dict.fromkeys(("ALREADY_ACKNOWLEDGED", "ALREADY_ANSWERED", "SAID_ALREADY"), 409),
    "NOT_YOUR_PROPOSAL": 403,
    "STALE": 412,
}  # fmt: skip
"""The HTTP status of a refused act; any other is 422: understood, and against a rule."""

FAILED = Refusal(
    code="FAILED",
    says="Something failed that should not, so the request was refused and nothing was done.",
    remedy="Tell the operator the entry of your receipt.",
)
OVERTAKEN = Refusal(
    code="OVERTAKEN", says="Others kept changing this while it was done, so nothing was done.", remedy="Send it again."
)
TOO_MANY = "You were refused too often within a minute. Wait, and look at what the refusals say."
AGAIN = {"retry-after": "1"}
AGAIN_S = {"LEDGER_UNWITNESSED": 30, "LEDGER_ROLLED_BACK": 300}
"""Seconds after which it is worth asking again, where that isn't one: people have to do something first, and each question is an entry."""


class CallError(Exception):
    """What a call lacks before it can be decided: turned into its problem, and entered where it is known who calls."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.reason)
        self.problem = problem


# ---------------------------------------------------------------- problems


def iso(at: Instant) -> str:
    """Return an instant as RFC 3339 with an offset."""
    return moment(at).isoformat().replace("+00:00", "Z")


def receipt(done: Any) -> dict[str, object]:
    """Return what a receipt says."""
    return {"entry": done.entry, "leaf": done.leaf, "at": iso(done.at)}


def declined(refused: Refused, by: By, *, statuses: Mapping[str, int], otherwise: int, asked: Any = None) -> Problem:
    """Return a refusal that was entered as its problem, with pointers into what was asked."""
    BUDGET.spend(_caller(by))
    refusal = refused.refusal
    status = statuses.get(refusal.code, otherwise)
    headers = {"retry-after": str(AGAIN_S.get(refusal.code, 1))} if status == 503 else {}
    again: Instant | None = getattr(refused, "again", None)
    if again is not None:
        headers = {"retry-after": str(max(1, math.ceil((again - refused.at) / SECOND)))}
    named = () if refusal.code == "NOT_YOUR_ACT" else refusal.names  # an act is no place in a body
    return Problem(
        status=status,
        reason=refusal.code,
        detail=f"{refusal.says} {refusal.remedy}".strip(),
        receipt=receipt(refused),
        errors=tuple(Fault(pointer=place, says=refusal.says) for name in named for place in places(asked, name)),
        headers=headers,
    )


def failure(error: Exception, caller: Identified | None) -> Problem:
    """Return what went wrong as a problem; where it is known who calls, it is entered first, in a transaction of its own."""
    if isinstance(error, CallError):
        entered = caller is not None and error.problem.status != HTTPStatus.TOO_MANY_REQUESTS
        return _entered(error.problem, _as_refusal(error.problem), caller.by) if caller and entered else error.problem
    if isinstance(error, refusing.Held):
        log.warning("an act could not get its lock: %s", traced(error))
        says = f"{refusing.HELD.says} {refusing.HELD.remedy}"
        return Problem(status=503, reason=refusing.HELD.code, detail=says, headers=AGAIN)
    if isinstance(error, refusing.AWAY):
        log.warning("undecided, so refused: %s", traced(error))
        return UNAVAILABLE
    if isinstance(error, refusing.Overtaken):
        found = Problem(status=503, reason=OVERTAKEN.code, detail=f"{OVERTAKEN.says} {OVERTAKEN.remedy}", headers=AGAIN)
        return found if caller is None else _entered(found, OVERTAKEN, caller.by)
    log.error("failed: %s", traced(error))
    return INTERNAL if caller is None else _entered(INTERNAL, FAILED, caller.by)


def too_many(by: By) -> Problem | None:
    """Return the problem of a caller who was refused too often within a minute; None for everybody else."""
    wait = BUDGET.wait(_caller(by))
    if not wait:
        return None
    return Problem(status=429, reason="TOO_MANY_REFUSALS", detail=TOO_MANY, headers={"retry-after": str(math.ceil(wait))})


def _entered(found: Problem, refusal: Refusal, by: By) -> Problem:
    BUDGET.spend(_caller(by))
    try:
        done = refusing.refuse(refusal, by=by)
    except Exception as error:  # noqa: BLE001  what can't be entered now is still refused
        log.warning("a refusal could not be entered: %s", traced(error))
        return UNAVAILABLE
    return Problem(
        status=found.status,
        reason=found.reason,
        detail=found.detail,
        receipt=receipt(done),
        errors=found.errors,
        headers=found.headers,
    )


def _as_refusal(problem: Problem) -> Refusal:
    names = tuple(fault.pointer for fault in problem.errors if is_field(fault.pointer))
    return Refusal(code=problem.reason, says=problem.detail, names=names)


def _caller(by: By) -> str:
    return f"{by.person} {by.client}"


# ---------------------------------------------------------------- Django's answers


def respond(found: Problem) -> HttpResponse:
    """Return a problem as Django's response."""
    reply = HttpResponse(found.body(), status=found.status, content_type=MEDIA_TYPE)
    for name, value in {**problems.NO_STORE, **found.headers}.items():
        reply[name] = value
    return reply


def told(body: Mapping[str, object], *, status: int = 200, etag: int | None = None) -> HttpResponse:
    """Return an answer that nobody keeps."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    reply = HttpResponse(text, status=status, content_type="application/json")
    reply["cache-control"] = "no-store"
    if etag is not None:
        reply["ETag"] = f'"{etag}"'
    return reply


def written(outcome: Any, request: HttpRequest, status: int = 200) -> HttpResponse:
    """Return the answer to a write: its receipt with ids and version, or the problem."""
    if hasattr(outcome, "refusal"):
        return refused(outcome, request)
    body = receipt(outcome)
    if outcome.case_id is not None:
        body |= {"case_id": outcome.case_id, "version": outcome.version}
    return told(body, status=status, etag=outcome.version)


def refused(outcome: Refused, request: HttpRequest) -> HttpResponse:
    """Return a refused act as its problem."""
    caller: Identified = request.auth  # type: ignore[attr-defined]
    asked = getattr(request, "asked", None)
    return respond(declined(outcome, caller.by, statuses=WRITES, otherwise=422, asked=asked))


def faults(errors: list[dict[str, Any]]) -> Problem:
    """Return pydantic's findings as a problem: each place as a JSON pointer, never a value or a name that isn't ours."""
    found, ours = [], names_of_fields()
    for error in errors:
        place = list(takewhile(lambda part: isinstance(part, int) or part in ours, error["loc"][2:]))
        found.append(Fault(pointer=pointer(place), says=error["msg"]))
    return problems.malformed(found)
