"""Webhooks: an agency's own address is told, signed, that something which it may ask for has changed. That, and no record.

A hint is an answer of one bit. It rests on a question that its owner could ask as a stream, is decided and entered like a stream's
event, and goes out only where a stream would have told something. What must hold of a hook and of its address is said here, for the
gate and for whoever verifies the ledger.
"""

from __future__ import annotations

import hmac
import re
from base64 import b64encode
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, TypeAlias

from pars.core import canonical
from pars.core.terms import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pars.core.access.question import Question
    from pars.core.agreements.acts import Agreement
    from pars.core.agreements.version import Version
    from pars.core.terms import Instant

MOST_HOOKS = 5
"""How many hooks may be open under one agreement at a time."""

LOOK, APART = 5, 60
"""Seconds between two looks for something new, and between two hints of one hook at least."""

WAITS = (10, 60, 300, 1800, 7200, 21600, 43200)
"""Seconds until a hint that wasn't taken is decided anew, after the first failure, the second and so on; then the hook rests for good."""

MOST_ADDRESS = 500
Network: TypeAlias = "IPv4Network | IPv6Network"

_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){0,20}[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)"
    r"(?::(?P<port>[1-9]\d{0,4}))?(?P<path>/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?",
    re.ASCII,
)
_NAMED = re.compile(r".*\.[a-z][a-z0-9-]*")
_PUBLIC = ip_network("2000::/3")


@dataclass(frozen=True, slots=True)
class Address:
    """Where hints go. `plain` is without TLS, which only a demo on its own machine may use."""

    host: str
    port: int
    path: str
    plain: bool

    @property
    def text(self) -> str:
        """The address as it is written."""
        return f"{'http' if self.plain else 'https'}://{self.authority}{self.path}"

    @property
    def authority(self) -> str:
        """Host and port, as the request's Host header has them."""
        return self.host if self.port == (80 if self.plain else 443) else f"{self.host}:{self.port}"


def read_address(text: object, *, plain: bool = False) -> Address | Refusal:
    """Return the address that somebody typed, or why it won't do. With `plain`, one without TLS and one without a name will."""
    found = _ADDRESS.fullmatch(text) if isinstance(text, str) and len(text) <= MOST_ADDRESS else None
    if found is None:
        return _wrong(
            "That is no address that hints can go to.", "Like https://records.example.gov/pars, without a name or password."
        )
    unsafe = found["scheme"] == "http"
    if unsafe and not plain:
        return _wrong("Hints go to https addresses alone.", "Begin it with https://.")
    if not plain and _NAMED.fullmatch(found["host"]) is None:
        return _wrong("The address names no host of the public internet.", "Name the host as its certificate does.")
    port = int(found["port"]) if found["port"] else 80 if unsafe else 443
    if port > 65535:
        return _wrong("There is no such port.", "Leave it out, or name one up to 65535.")
    return Address(found["host"], port, found["path"] or "/", unsafe)


def may_be_reached(number: str, also: Iterable[Network] = (), *, plain: bool = False) -> bool:
    """Return whether hints may go to a resolved number: a public one with TLS, or one of the networks that a demo allows.

    What wraps an older number (mapped, 6to4, Teredo) is judged by both.
    """
    try:
        found = ip_address(number)
    except ValueError:  # one with a zone, like fe80::1%eth0: of this link
        return False
    if any(found in network for network in also if network.version == found.version):
        return True
    if plain:
        return False
    if isinstance(found, IPv4Address):
        return _public(found)
    inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo is not None else None)
    if inner is not None and not _public(inner):
        return False
    return found in _PUBLIC and found.is_global


def _public(found: IPv4Address | IPv6Address) -> bool:
    return found.is_global and not (found.is_multicast or found.is_reserved)


def refuse_host(address: Address, also: Iterable[Network]) -> Refusal | None:
    """Return why hints can't go to an address that is a number: one of no public machine. A name is looked up at each hint."""
    try:
        ip_address(address.host)
    except ValueError:
        return None
    if may_be_reached(address.host, also, plain=address.plain):
        return None
    return _wrong("The address leads to no public machine.", "Name one that your agency's machine has on the internet.")


def refuse_question(question: Question) -> Refusal | None:
    """Return why a hook can't rest on a question: what is granted for minutes, or goes on from a page, is asked by somebody each time."""
    places = ("approval", "emergency", "after")
    wrong = [f"/question/{name}" for name in places if getattr(question, name) is not None]
    if not wrong:
        return None
    return Refusal(
        code="NOT_FOR_A_HOOK",
        says="A hook rests on a question that can be asked for as long as it lasts, from its first page on.",
        remedy="Leave the named parts out.",
        names=tuple(wrong),
    )


def refuse_end(agreement: Agreement, version: Version, person: str, at: Instant, end: Instant) -> Refusal | None:
    """Return why a hook can't end then: it has an end of its own, never after the version's or after the person's naming."""
    user = agreement.user(person, at)
    ends = [version.term.end, *([user.end] if user is not None and user.end is not None else [])]
    if at < end <= min(ends):
        return None
    return Refusal(
        code="WRONG_END",
        says="A hook ends after now, and no later than the agreement's version or the person's naming under it.",
        remedy="Name an earlier instant, or none: then it ends when they do.",
        names=("/until",),
    )


def wait_after(failures: int) -> int | None:
    """Return in how many seconds a hint is decided anew that failed so often; None: never."""
    return WAITS[failures - 1] if failures <= len(WAITS) else None


# ---------------------------------------------------------------- what goes out


def hint_text(*, hook: int, entry: int, agreement: str) -> bytes:
    """Return the whole body of a hint: which hook it is of, the entry that recorded it, and nothing of what changed."""
    return canonical.write(
        {
            "pars": "changed",
            "hook": hook,
            "entry": entry,
            "agreement": agreement,
            "says": "Something that you may ask for has changed. Come and ask.",
        }
    )


def signature(secret: bytes, *, message: str, at: int, body: bytes) -> str:
    """Return the signature's header: HMAC-SHA256 over the message's name, the second and the body, as Standard Webhooks 1.0 has it."""
    return "v1," + b64encode(hmac.digest(secret, f"{message}.{at}.".encode() + body, "sha256")).decode()


def secret_text(secret: bytes) -> str:
    """Return a hook's secret as its receiver is shown it, once."""
    return "whsec_" + b64encode(secret).decode()


def _wrong(says: str, remedy: str) -> Refusal:
    return Refusal(code="WRONG_ADDRESS", says=says, remedy=remedy, names=("/address",))
