"""What a request about a pretrial interview may hold. Codes of questions and answers are the core's to know."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pars.edge.api.schemas import Flag, InZone, Long, Number, Signature, Strict, Text, Time

Answered = Annotated[dict[Text, Text | None], Field(max_length=40)]
"""The codes of questions with the codes of their answers; null takes an answer back."""


class BegunIn(Strict):
    """`POST /v1/cases/{id}/interview/beginning`. `told`: the person was told that they need not answer, and agreed to talk."""

    channel: Text
    told: Flag
    room: Text | None = None


class PostponedIn(InZone):
    """`POST /v1/cases/{id}/interview/postponements`."""

    reason: Text
    until: Time | None = None


class AnsweredIn(Strict):
    """`POST /v1/cases/{id}/interview/answers`. A question left out stays as it is; it is never a no."""

    answers: Answered = Field(default_factory=dict)
    note: Long | None = None


class ReferenceIn(Strict):
    """`POST /v1/cases/{id}/interview/references`."""

    name: Text
    relation: Text
    phone: Text | None = None


class CheckedIn(InZone):
    """`POST /v1/cases/{id}/interview/checks`: what became of checking one answer."""

    question: Text
    channel: Text
    result: Text
    reference: Number | None = None
    time: Time | None = None
    says: Text | None = None


class InterviewIn(Strict):
    """`POST /v1/cases/{id}/interview`. An answer left out was not given; it is never a no."""

    outcome: Text
    reason: Text | None = None
    answers: Answered = Field(default_factory=dict)
    note: Long | None = None
    interpreter: Text | None = None


class RecommendedIn(Strict):
    """`POST /v1/cases/{id}/worksheet/preview`: what is recommended, with a reason where it departs from the points."""

    recommendation: Text
    conditions: Annotated[list[Text], Field(max_length=30)] = Field(default_factory=list)
    conditions_note: Text | None = None
    reason: Text | None = None


class WorksheetIn(Strict):
    """`POST /v1/cases/{id}/worksheet`."""

    choice: RecommendedIn
    signature: Signature
