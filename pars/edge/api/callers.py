"""Who calls `/v1`, and the two headers that every write needs: the key under which a repeat is known, the version that was seen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.http import HttpRequest
from ninja.security import HttpBearer

from pars.actions import identifying
from pars.actions.beats import Once
from pars.edge.api.answering import CallError, too_many
from pars.edge.attempts import ATTEMPTS
from pars.edge.problems import Fault, Problem

if TYPE_CHECKING:
    from pars.actions.identifying import Identified
    from pars.core.ledger.entries import By

_KEY = re.compile(r"[\x21-\x7e]{1,120}")
_ETAG = re.compile(r'"?(\d{1,9})"?')

NOBODY_KNOWN = Problem(
    status=401,
    reason="UNAUTHENTICATED",
    detail="A bearer token that names a client and a person is needed here.",
    headers={"www-authenticate": 'Bearer realm="pars"'},
)
KEY_NEEDED = Problem(
    status=400,
    reason="IDEMPOTENCY_KEY_NEEDED",
    detail="Every POST carries an Idempotency-Key header of 1 to 120 visible characters, new for each new request.",
    errors=(Fault(pointer="/Idempotency-Key", says="missing or not usable"),),
)
VERSION_NEEDED = Problem(
    status=428,
    reason="VERSION_NEEDED",
    detail='A change names the version it was decided on: If-Match: "3", as the case\'s ETag gave it.',
    errors=(Fault(pointer="/If-Match", says="missing"),),
)
NO_VERSION = Problem(
    status=412,
    reason="NO_SUCH_VERSION",
    detail="If-Match names no version of a case. Open the case again and take its ETag.",
    errors=(Fault(pointer="/If-Match", says="not a version"),),
)


def identify(authorization: str | None) -> Identified | None:
    """Return whom a bearer token names; a failure is counted."""
    known = known_by(authorization)
    if known is None:
        ATTEMPTS.failed()
    return known


def known_by(authorization: str | None) -> Identified | None:
    """Return whom a bearer token names."""
    scheme, _, token = (authorization or "").partition(" ")
    return identifying.by_token(token.strip()) if scheme.lower() == "bearer" and 0 < len(token) <= 200 else None


def admit(caller: Identified | None) -> Identified:
    """Return who calls, if that is known and they may go on; else raise why not."""
    if caller is None:
        raise CallError(NOBODY_KNOWN)
    wait = too_many(caller.by)
    if wait is not None:
        ATTEMPTS.failed()
        raise CallError(wait)
    return caller


def repeatable(key: str | None, *, method: str, path: str, seen: str, body: bytes) -> Once:
    """Return the Idempotency-Key with all that makes the request, of which only an HMAC is kept."""
    if key is None or not _KEY.fullmatch(key):
        raise CallError(KEY_NEEDED)
    return Once(key, f"{method} {path}\n{seen}\n".encode() + body)


# ---------------------------------------------------------------- Django's requests


class Bearer(HttpBearer):
    """A bearer token names one client and one person. Without a key no POST goes any further."""

    def __call__(self, request: HttpRequest) -> Identified | None:
        """Return who calls."""
        known = identify(request.headers.get("Authorization"))
        if known is not None:
            if (wait := too_many(known.by)) is not None:
                ATTEMPTS.failed()
                raise CallError(wait)
            request.auth = known  # type: ignore[attr-defined]
            if request.method == "POST":
                once(request)
        return known

    def authenticate(self, request: HttpRequest, token: str) -> Identified | None:
        """Return whom the token names."""
        del request
        return identify(f"Bearer {token}")


def caller(request: HttpRequest) -> Identified:
    """Return who calls."""
    found: Identified = request.auth  # type: ignore[attr-defined]
    return found


def by(request: HttpRequest) -> By:
    """Return who acts."""
    return caller(request).by


def once(request: HttpRequest) -> Once:
    """Return the Idempotency-Key with what it is for: this path, this version and this body."""
    return repeatable(
        request.headers.get("Idempotency-Key"),
        method=request.method or "",
        path=request.path,
        seen=request.headers.get("If-Match", ""),
        body=request.body,
    )


def seen(request: HttpRequest) -> int:
    """Return the version that the caller saw, from If-Match."""
    given = request.headers.get("If-Match")
    if given is None:
        raise CallError(VERSION_NEEDED)
    found = _ETAG.fullmatch(given)
    if found is None:
        raise CallError(NO_VERSION)
    return int(found[1])
