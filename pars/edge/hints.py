"""Sends hints: each turn in a thread of its own, one try, one send(2), whatever the receiver does in return.

What a hint's address resolves to is judged before anybody is called, and that very number is called: a name that leads somewhere else a
moment later leads nowhere. A redirect is a failure. The last check stands in the expression that gives the bytes to the kernel.
"""

from __future__ import annotations

import logging
import os
import re
import socket
import ssl
import struct
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from ipaddress import ip_network
from typing import TYPE_CHECKING

from pars.actions.disclosing import hints, hooks
from pars.core.access.hooks import may_be_reached
from pars.edge.deliver import monotonic_end
from pars.edge.problems import traced
from pars.edge.wire import Stop, stopwatch

if TYPE_CHECKING:
    from pars.actions.disclosing.hints import Hint
    from pars.core.access.hooks import Address, Network

log = logging.getLogger("pars.hints")

THREADS = 4
CONNECT, ANSWER = 3.0, 10.0
"""Seconds for a connection, for TLS on it, and for the first line of an answer."""

_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})[ \r]")
LONGEST = 512
"""Bytes of an answer that are read: its first line says all that matters here."""


class NotPublic(Exception):
    """The address leads to a machine that hints may not go to."""


def demo_networks() -> tuple[Network, ...]:
    """Return the networks that PARS_HOOK_NETWORKS opens to a demo's hints (`127.0.0.0/8`), without TLS too. A real ledger has none."""
    named = [part.strip() for part in os.environ.get("PARS_HOOK_NETWORKS", "").split(",") if part.strip()]
    try:
        return tuple(map(ip_network, named)) if named and hooks.simulated() else ()
    except ValueError:
        log.warning("PARS_HOOK_NETWORKS isn't a list of networks like 127.0.0.0/8, so it opens none")
        return ()


class Turns:
    """The worker's threads for hooks. A receiver that is slow keeps one of them, for seconds, and nobody else."""

    def __init__(self) -> None:
        self.threads = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="hints")
        self.free = threading.Semaphore(THREADS)

    def look(self) -> None:
        """Give the hooks whose turn has come to the threads that are free."""
        free = 0
        while free < THREADS and self.free.acquire(blocking=False):
            free += 1
        taken = hints.take_turns(free) if free else []
        for _ in range(free - len(taken)):
            self.free.release()
        for hook in taken:
            self.threads.submit(self._turn, hook)

    def _turn(self, hook: int) -> None:
        try:
            hint = hints.look(hook)
            if hint is not None:
                hints.came(hint, send(hint, demo_networks()))
        except Exception as failure:  # noqa: BLE001  doubt sends nothing; the turn comes again when its lease is over
            log.warning("a hint waits: %s", traced(failure))
        finally:
            self.free.release()

    def close(self) -> None:
        """End: what is being sent has its seconds, what waits has its turn later."""
        self.threads.shutdown(wait=True, cancel_futures=True)


def send(hint: Hint, also: tuple[Network, ...] = ()) -> str:
    """Send a hint once; return what became of it as a code."""
    try:
        with _connected(hint.address, also) as line:
            moment = hints.last_moment(hint)
            if moment is None:
                return "REFUSED"
            stop = Stop(moment.t0, monotonic_end(t0=moment.t0, at=moment.at, until=moment.until), stopwatch())
            request = _request(hint)
            # Before the end, or never: nothing stands between this look at the clock and send(2).
            sent = 0 if stop.passed() else line.send(request)
            if not sent:
                return "LATE"
            return _outcome(line, stop.until) if sent == len(request) else "CUT"
    except NotPublic:
        return "NOT_PUBLIC"
    except OSError:
        return "UNREACHED"


def _request(hint: Hint) -> bytes:
    second = int(time.time())  # the world's: a receiver compares it with a clock of its own
    head = (
        f"POST {hint.address.path} HTTP/1.1\r\nhost: {hint.address.authority}\r\nuser-agent: PARS\r\nconnection: close\r\n"
        f"content-type: application/json\r\ncontent-length: {len(hint.body)}\r\nwebhook-id: {hint.message}\r\n"
        f"webhook-timestamp: {second}\r\nwebhook-signature: {hint.signed(second)}\r\n\r\n"
    )
    return head.encode("ascii") + hint.body


def _outcome(line: socket.socket, ends: float) -> str:
    """Return what the answer's first line says, or that none came: then, and at the end, what the kernel still holds is thrown away."""
    until, begun = min(time.monotonic() + ANSWER, ends), b""
    try:
        while b"\n" not in begun and len(begun) < LONGEST:
            line.settimeout(max(0.001, until - time.monotonic()))
            piece = line.recv(LONGEST)
            if not piece or time.monotonic() > until:
                return _reset(line)
            begun += piece
    except OSError:
        return _reset(line)
    found = _STATUS.match(begun)
    if found is None:
        return "NOT_HTTP"
    status = int(found[1])
    return hints.DELIVERED if 200 <= status < 300 else hints.GONE if status == 410 else f"ANSWERED_{status}"


def _reset(line: socket.socket) -> str:
    with suppress(OSError):
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return "UNANSWERED"


# ---------------------------------------------------------------- the connection


def _connected(address: Address, also: tuple[Network, ...]) -> socket.socket:
    """Return a connection to what the address resolves to now, with TLS unless it is plain. Raises NotPublic, OSError."""
    number = resolved(address, also)
    line = socket.create_connection((number, address.port), timeout=CONNECT)
    try:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if address.plain:
            return line
        return ssl.create_default_context().wrap_socket(line, server_hostname=address.host)
    except BaseException:
        with suppress(OSError):
            line.close()
        raise


def resolved(address: Address, also: tuple[Network, ...]) -> str:
    """Return the number to call. Raises NotPublic where any that the name has is none that hints may go to: then none is."""
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)]
    if not all(may_be_reached(number, also, plain=address.plain) for number in found):
        raise NotPublic
    return found[0]
