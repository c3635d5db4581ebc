"""Who calls `/v1`, and the two headers that every write needs: the key under which a repeat is known, the version that was seen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from ninja.security import HttpBearer

from pars.actions import identifying
from pars.actions.beats import Once
from pars.core.terms import Refusal
from pars.edge.problems import Fault, Problem

if TYPE_CHECKING:
    from django.http import HttpRequest

    from pars.actions.identifying import Identified
    from pars.core.entries import By

_KEY = re.compile(r"[\x21-\x7e]{1,120}")
_ETAG = re.compile(r'"?(\d{1,9})"?')


class CallError(Exception):
    """What a call lacks before it can be decided. The API turns it into its problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.reason)
        self.problem = problem


class Bearer(HttpBearer):
    """A bearer token names one client and one person."""

    def authenticate(self, request: HttpRequest, token: str) -> Identified | None:
        """Return whom the token names."""
        return identifying.by_token(token)


def caller(request: HttpRequest) -> Identified:
    """Return who calls."""
    found: Identified = request.auth  # type: ignore[attr-defined]
    return found


def by(request: HttpRequest) -> By:
    """Return who acts."""
    return caller(request).by


def once(request: HttpRequest) -> Once:
    """Return the Idempotency-Key with what it is for: this path and this body."""
    key = request.headers.get("Idempotency-Key", "")
    if not _KEY.fullmatch(key):
        raise CallError(
            Problem(
                status=400,
                reason="IDEMPOTENCY_KEY_NEEDED",
                detail="Every POST carries an Idempotency-Key header of 1 to 120 visible characters, new for each new request.",
                errors=(Fault(pointer="/Idempotency-Key", says="missing or not usable"),),
            )
        )
    return Once(key, f"{request.method} {request.path}\n{request.headers.get('If-Match', '')}\n".encode() + request.body)


def seen(request: HttpRequest) -> int:
    """Return the version that the caller saw, from If-Match."""
    found = _ETAG.fullmatch(request.headers.get("If-Match", ""))
    if found is None:
        raise CallError(
            Problem(
                status=428,
                reason="VERSION_NEEDED",
                detail='A change names the version it was decided on: If-Match: "3", as the case\'s ETag gave it.',
                errors=(Fault(pointer="/If-Match", says="missing or not a version"),),
            )
        )
    return int(found[1])


def signs(request: HttpRequest, password: str) -> Refusal | None:
    """Return None if the password given again is the caller's; a signature without it is refused."""
    account = get_user_model().objects.get(person=caller(request).person)
    if account.check_password(password):
        return None
    return Refusal(
        code="WRONG_PASSWORD",
        says="The password given again is not the signer's.",
        remedy="Sign with your own password.",
        names=("password",),
    )
