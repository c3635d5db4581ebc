"""Pretrial services: the interview as it goes, each answer with what was verified of it, and the signed worksheet."""

from __future__ import annotations

from dataclasses import dataclass

from pars.core.cases.facts.fact import Fact
from pars.core.terms import StatedTime  # the store reads the field types to make its columns


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewBegun(Fact):
    """The interview began: `channel` is IN_PERSON, VIDEO or PHONE, `room` where; `told` that nothing need be answered was said."""

    channel: str
    room: str | None = None
    told: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewPostponed(Fact):
    """The interview was put off, why, and until when if that was said."""

    reason: str
    until: StatedTime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewAnswered(Fact):
    """One answer: the codes of a question and of one of its answers. None: not answered, or taken back; never "no"."""

    question: str
    answer: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewNoted(Fact):
    """The interviewer's own words, kept apart from the answers."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceNamed(Fact):
    """Somebody who may confirm what the person says. Only the interviewer reads who; the ledger holds no name of theirs."""

    name: str
    relation: str
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerVerified(Fact):
    """What became of asking about one answer: `answered` is its fact, `result` is CONFIRMED, DIFFERENT or UNREACHED.

    Who asked is the entry's person; `reference` is the fact of whoever was asked, `channel` how, `time` when, `says` what was said.
    """

    answered: int
    channel: str
    result: str
    reference: int | None = None
    time: StatedTime | None = None
    says: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Interviewed(Fact):
    """How the pretrial interview ended: `outcome` is TAKEN, DECLINED or UNABLE."""

    outcome: str
    reason: str | None = None
    interpreter: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorksheetSigned(Fact):
    """The worksheet: by which edition of which guideline, what its points came to, what that recommends and what was recommended.

    `low` and `high` are what the points could come to, were everything known that is missing. `status` is that of the guideline's text.
    """

    interview: int
    guideline: str
    edition: str
    status: str
    citation: str
    guideline_sha256: str
    points: int
    low: int
    high: int
    recommended: str
    recommendation: str
    conditions: tuple[str, ...] = ()
    conditions_note: str | None = None
    reason: str | None = None
    """Why the recommendation departs from what the points come to."""
    text_sha256: str = ""
    signer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorksheetFactor(Fact):
    """One line of a signed worksheet: the factor in its guideline's words, the answer that counted, its points, and where it came from.

    `state` is COUNTED or why it counts for nothing known; `source` is the fact of the answer, `verified` of what confirmed it.
    """

    worksheet: int
    factor: str
    label: str
    question: str
    answer: str | None
    points: int
    low: int
    high: int
    state: str
    source: int | None = None
    verified: int | None = None
