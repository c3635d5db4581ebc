"""What every request passes before any page or question sees it, and every answer on its way back.

Sizes and times are limited here, so that nobody can hold a thread by sending slowly. The log line of a request names its method,
the first part of its path and its status: never the rest of the path, a query or an address, which can identify a person.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Sequence

from django.http.request import split_domain_port, validate_host
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pars.edge.problems import INTERNAL, Fault, Problem, malformed, traced

log = logging.getLogger("pars.requests")

LARGEST_BODY = 2 * 1024 * 1024
"""Bytes of a request's body: an exchange document is 10 to 200 KiB, a form far less."""

SLOWEST_BODY = 20.0
"""Seconds a body may take to arrive."""

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

SECURITY_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cache-control": "no-store",
}
"""Set on every answer that doesn't set them itself: what may be kept must say so."""


class Fence:
    """The outermost layer: a whole body in time and size, the headers of every answer, one log line, no failure's words.

    `hosts` are the names that this server answers to, as Django writes them; None lets any pass.
    """

    def __init__(
        self, app: ASGIApp, *, largest: int = LARGEST_BODY, slowest: float = SLOWEST_BODY, hosts: Sequence[str] | None = None
    ) -> None:
        self.app, self.largest, self.slowest, self.hosts = app, largest, slowest, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status, whole = time.perf_counter(), 0, False

        async def answer(message: Message) -> None:
            nonlocal status, whole
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(raw=list(message.get("headers", [])))
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                message["headers"] = headers.raw
            await send(message)
            whole = message["type"] == "http.response.body" and not message.get("more_body", False)

        try:
            body = self._elsewhere(scope) or _foreign(scope) or _said_twice(scope) or await self._whole_body(scope, receive)
            if isinstance(body, Problem):
                await body.response()(scope, receive, answer)
            elif body is not None:
                await self.app(scope, _replayed(body, receive), answer)
        except Exception as failure:  # noqa: BLE001  uvicorn would log the failure's message, which may quote a record
            log.warning("failed: %s", traced(failure))
            if status == 0:
                await INTERNAL.response()(scope, receive, answer)
            elif not whole:
                _cut(scope)
        finally:
            log.info("%s %s %d %.0f ms", scope["method"], _place(scope), status, 1000 * (time.perf_counter() - began))

    def _elsewhere(self, scope: Scope) -> Problem | None:
        """Return the problem of a request to a host that isn't served here, or to two, or None. Who asks for health may say any."""
        named = Headers(scope=scope).getlist("host")
        if self.hosts is None or not named or scope["path"] in ANYBODYS:
            return None
        domain, _ = split_domain_port(named[0])
        return None if len(named) == 1 and domain and validate_host(domain, self.hosts) else _WRONG_HOST

    async def _whole_body(self, scope: Scope, receive: Receive) -> bytes | Problem | None:
        """Return the request's body, the problem that it is too large, too slow or unreadable, or None when the client left."""
        length = Headers(scope=scope).get("content-length", "0")
        if not re.fullmatch(r"[0-9]{1,12}", length, re.ASCII):
            return malformed([Fault(pointer="", says="content-length is not a number of bytes")])
        if int(length) > self.largest:
            return _TOO_LARGE
        body = bytearray()
        try:
            async with asyncio.timeout(self.slowest):
                more = True
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return None
                    body += message.get("body", b"")
                    if len(body) > self.largest:
                        return _TOO_LARGE
                    more = message.get("more_body", False)
        except TimeoutError:
            return Problem(status=408, reason="BODY_TOO_SLOW", headers={"connection": "close"})
        return bytes(body)


ANYBODYS = frozenset({"/healthz", "/readyz"})
"""What says nothing but how the server is: whoever watches it knows it by its number."""

ONLY_ONCE = ("Authorization", "Idempotency-Key", "If-Match", "PARS-Evidence", "Last-Event-ID")
"""Headers of which only one can count: of two, whatever stands in front may have looked at the other."""

_WRONG_HOST = Problem(status=400, reason="WRONG_HOST")
_TOO_LARGE = Problem(status=413, reason="BODY_TOO_LARGE", headers={"connection": "close"})


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives the whole body once, and then what the connection says (that the client left)."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


PLACES = frozenset({"v1", "live", "log", "static", "healthz", "readyz", "problems"})


def _place(scope: Scope) -> str:
    """Return the first part of the path if it is one of ours: somebody may type a name there."""
    first = scope["path"].lstrip("/").partition("/")[0]
    return f"/{first}" if first in PLACES else "a page"


def _foreign(scope: Scope) -> Problem | None:
    """Return the problem of a change that another site's page makes its reader's browser ask for, or None.

    Browsers say themselves where a request comes from; what is no browser sends neither header and carries a token of its own.
    """
    if scope["method"] in {"GET", "HEAD", "OPTIONS"}:
        return None
    headers = Headers(scope=scope)
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        foreign = site not in {"same-origin", "none"}
    else:
        foreign = origin is not None and origin.partition("://")[2] != headers.get("host")
    return Problem(status=403, reason="FOREIGN_SITE") if foreign else None


def _said_twice(scope: Scope) -> Problem | None:
    """Return the problem of a request that says twice who asks, under which key or on what, or None."""
    headers = Headers(scope=scope)
    twice = [Fault(pointer=f"/{name}", says="said twice") for name in ONLY_ONCE if len(headers.getlist(name)) > 1]
    return malformed(twice) if twice else None


def _cut(scope: Scope) -> None:
    """End the connection of an answer that broke in the middle, so that the client doesn't take a part for the whole."""
    wire = scope.get("extensions", {}).get("pars.wire")
    if wire is not None:
        wire.reset()
