"""What a request about an agreement may hold. The agreement's own text is read by the core, not here."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pars.edge.api.schemas import Long, Sha256, Strict

ID = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
Id = Annotated[str, Field(pattern=ID)]
Word = Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,63}$")]
Entry = Annotated[int, Field(strict=True, ge=0, le=2**53 - 1)]


class VoteIn(Strict):
    """`POST /v1/agreements/{id}/votes`: a seat's choice, signed over the ballot's message with the seat's key."""

    version: Sha256
    choice: Word
    seat: Word
    answers: Entry
    signature: Annotated[str, Field(pattern="^[0-9a-f]{128}$")]


class UserIn(Strict):
    """`POST /v1/agreements/{id}/users`: a person of the agency, by pseudonym, and what was seen that they hold."""

    person: Id
    holds: Annotated[list[Word], Field(max_length=10)] = Field(default_factory=list)


class ClientIn(Strict):
    """`POST /v1/agreements/{id}/clients`: a system of the agency."""

    client: Id


class ReplyIn(Strict):
    """`POST /v1/agreements/{id}/replies`: the agency's reply to a use report."""

    report: Entry
    text: Long


class NoticeIn(Strict):
    """`POST /v1/agreements/{id}/notices`: the public notice of a result."""

    version: Sha256
    channel: Word
    text: Long
