"""What a question and a stream share: who calls for which agency, and how an answer under an agreement looks.

All of it runs in the threads of guarded delivery, outside Django's own request cycle.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.db import close_old_connections

from pars.actions import refusing
from pars.core.access.decision import Caller
from pars.core.agreements.plain import never_shown
from pars.core.terms import Refusal
from pars.edge.api.answering import QUESTIONS, CallError, declined, failure, iso, receipt
from pars.edge.api.callers import admit, identify, known_by

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from pars.actions.disclosing import Declined, Terms, Told
    from pars.actions.identifying import Identified
    from pars.edge.problems import Problem

    T = TypeVar("T")

NOT_AN_AGENCY = Refusal(
    code="NOT_AN_AGENCY",
    says="Questions are asked for an outside agency, and this token is of somebody who works here.",
    remedy="Staff open a case at GET /v1/cases/{id}.",
)
TOKEN_OVER = Refusal(
    code="TOKEN_OVER", says="The token that opened this stream is good no longer.", remedy="Open a new one with a new token."
)


class Calling:
    """One call of an agency's system, from the token on; it remembers who called, for what goes wrong later."""

    def __init__(self, authorization: str | None) -> None:
        self.authorization = authorization
        self.known: Identified | None = None

    def caller(self) -> Caller:
        """Return who asks: a client, on behalf of a person of an agency. Raises CallError for everybody else."""
        self.known = None
        self.known = admit(identify(self.authorization))
        if self.known.agency is None:
            raise Declining(refusing.refuse(NOT_AN_AGENCY, by=self.known.by))
        return Caller(self.known.agency, self.known.person, self.known.client)

    def over(self) -> refusing.Refused | None:
        """Return the refusal, which was entered, where the token that opened a stream is good no longer."""
        assert self.known is not None, "a stream is opened by somebody"
        close_old_connections()
        try:
            return None if known_by(self.authorization) == self.known else refusing.refuse(TOKEN_OVER, by=self.known.by)
        finally:
            close_old_connections()

    def declined(self, refused: refusing.Refused, asked: object = None) -> Problem:
        """Return a refused question as its problem."""
        assert self.known is not None, "a question is refused once it is known who asks"
        return declined(refused, self.known.by, statuses=QUESTIONS, otherwise=403, asked=asked)

    def guarded(self, work: Callable[[], T]) -> T | Problem:
        """Return what `work` does, or the problem of whatever stops it, entered where it is known who calls."""
        close_old_connections()  # a thread of ours may hold one of Django's that the database has dropped
        try:
            return work()
        except Declining as declining:
            return self.declined(declining.refused)
        except Exception as error:  # noqa: BLE001  doubt refuses, and says so in the ledger
            return failure(error, self.known)
        finally:
            close_old_connections()


class Declining(Exception):
    """A call was refused, and that was entered."""

    def __init__(self, refused: refusing.Refused | Declined) -> None:
        super().__init__(refused.refusal.code)
        self.refused = refused


def said_of(terms: Terms) -> dict[str, object]:
    """Return what an answer tells of the agreement that it was given under."""
    return {
        "id": terms.agreement,
        "version": terms.version.hash,
        "number": terms.version.number,
        "ends_at": iso(terms.until),
    }


def answer_body(told: Told, *, page: bool = True) -> bytes:
    """Return an answer's JSON. `records` are the very bytes whose sha256 the entry holds (`out`)."""
    beside: dict[str, object] = {
        "agreement": said_of(told.terms),
        "as_of": iso(told.at),
        "receipt": receipt(told),
        "never_shown": list(never_shown(told.terms.version, "en")),
    }
    if page:
        beside["next"] = told.next_cursor
    rest = json.dumps(beside, ensure_ascii=False, separators=(",", ":")).encode()
    return b'{"records":' + told.body + b"," + rest[1:]


__all__ = ["CallError", "Calling", "Declining", "answer_body", "said_of"]
