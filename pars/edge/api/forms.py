"""What a request about an agreement may hold. The agreement's own text is read by the core, not here."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from pars.core.agreements.acts import Vote
from pars.core.terms import YEARS, Instant, instant
from pars.edge.api.schemas import Long, Sha256, Strict

ID = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
Id = Annotated[str, Field(pattern=ID)]
Word = Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,63}$")]


def _instant(text: str) -> str:
    found = _moment(text)
    if found.tzinfo is None:
        raise ValueError("an instant needs its offset: 2026-11-23T10:04:00-05:00")
    if found.year not in YEARS:
        raise ValueError(f"an instant lies in the years {YEARS[0]} to {YEARS[-1]}")
    return text


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("not an instant in RFC 3339") from None


def instant_of(text: str) -> Instant:
    """Return the instant that a text of a form states."""
    return instant(_moment(text))


Moment = Annotated[str, AfterValidator(_instant), Field(max_length=40)]
Entry = Annotated[int, Field(strict=True, ge=0, le=2**53 - 1)]


class VoteIn(Strict):
    """`POST /v1/agreements/{id}/votes`: a seat's choice, signed over the ballot's message with the seat's key.

    A reason is signed by its sha256, as the message's field `why`. To withdraw answers the entry of the vote that is withdrawn.
    """

    version: Sha256
    choice: Word
    seat: Word
    answers: Entry
    signature: Annotated[str, Field(pattern="^[0-9a-f]{128}$")]
    reason: Annotated[str, Field(max_length=500)] | None = None

    @property
    def ballot(self) -> Vote:
        """Return the vote as the core has it."""
        return Vote(
            choice=self.choice,
            seat=self.seat,
            version=self.version,
            answers=self.answers,
            signature=bytes.fromhex(self.signature),
            why=None if self.reason is None else sha256(self.reason.encode()).hexdigest(),
        )


class UserIn(Strict):
    """`POST /v1/agreements/{id}/users`: a person of the agency, by pseudonym, and what was seen that they hold."""

    person: Id
    holds: Annotated[list[Word], Field(max_length=10)] = Field(default_factory=list)


class ApprovalIn(Strict):
    """`POST /v1/approvals`: a question as `POST /v1/questions` takes it; `export`: everything that it asks for, as a file."""

    question: dict[str, Any]
    export: bool = False


class HookIn(Strict):
    """`POST /v1/hooks`: a question as `POST /v1/questions` takes it, the https address that is told, and its own end."""

    question: dict[str, Any]
    address: Annotated[str, Field(max_length=500)]
    until: Moment | None = None


class ReviewIn(Strict):
    """`POST /v1/agreements/{id}/reviews`: the entry of an emergency answer, and `JUSTIFIED` or `NOT_JUSTIFIED`."""

    answer: int
    finding: Annotated[str, Field(pattern="^[A-Z_]{1,32}$")]


class ClientIn(Strict):
    """`POST /v1/agreements/{id}/clients`: a system of the agency."""

    client: Id


class DutyMetIn(Strict):
    """`POST /v1/agreements/{id}/duties`: what a duty asks for by `due` was done; `shown` is the sha256 of what shows it."""

    version: Sha256
    duty: Word
    due: Moment
    shown: Sha256


class AcknowledgeIn(Strict):
    """`POST /v1/agreements/{id}/acknowledgements`: the version, by its hash."""

    version: Sha256


class InquiryIn(Strict):
    """`POST /v1/agreements/{id}/inquiries`: what an owner asks, and by when it is to be answered."""

    text: Long
    due: Moment


class AnswerIn(Strict):
    """`POST /v1/agreements/{id}/answers`: the agency's answer to the inquiry of that entry."""

    inquiry: Entry
    text: Long


class OutcomeIn(Strict):
    """`POST /v1/agreements/{id}/outcomes`: what came of the answer whose receipt named that entry."""

    receipt: Entry
    outcome: Word


class ReplyIn(Strict):
    """`POST /v1/agreements/{id}/replies`: the agency's reply to a use report."""

    report: Entry
    text: Long


class ReportIn(Strict):
    """`POST /v1/agreements/{id}/reports`: the record of use of [start, end). PARS writes its text from the ledger."""

    start: Moment
    end: Moment


class NoticeIn(Strict):
    """`POST /v1/agreements/{id}/notices`: the public notice of a result; without a text, the one that PARS writes.

    `about` is `nonrenewal` for a notice that was served on the other side, with the sha256 of what proves the service.
    """

    version: Sha256
    channel: Word
    text: Long | None = None
    about: Word = "result"
    proof: Sha256 | None = None
