"""Idempotency-Keys: a write that is sent twice is done once, and both answers name the same entry.

The key belongs to one client and person and to one request body, of which only an HMAC is kept. What is stored of the answer
is ids, version and refusal: never a disclosed body. A question is decided anew each time and only names its first answer.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg.types.json import Jsonb

from pars.core.terms import Refusal
from pars.store import vault
from pars.store.connections import Open, connection

if TYPE_CHECKING:
    from pars.core.ledger.entries import By

MISUSED = Refusal(
    code="IDEMPOTENCY_KEY_REUSED",
    says="This Idempotency-Key was used for another request.",
    remedy="Use a new key for a new request.",
    names=("Idempotency-Key",),
)


@dataclass(frozen=True, slots=True)
class Once:
    """The Idempotency-Key of a write and the body it came with."""

    key: str
    body: bytes


class Replayed(Exception):
    """The write was done before. Carries what was stored of its answer: `entry`, and the outcome's parts."""

    def __init__(self, entry: int, outcome: dict[str, Any]) -> None:
        super().__init__(f"entry {entry}")
        self.entry = entry
        self.outcome = outcome


class Misused(Exception):
    """The key was used for another request, now by this caller."""

    def __init__(self, by: By) -> None:
        super().__init__(MISUSED.code)
        self.by = by


def claim(here: Open, once: Once) -> None:
    """Make the key this act's own; raise Replayed where it is an earlier one's, Misused where that was another request.

    Of two at once the second waits here until the first has committed or not.
    """
    found = _earlier(here, once)
    here.once = once.key
    if found is not None:
        raise Replayed(*found)


def first_answer(here: Open, once: Once) -> int | None:
    """Return the entry of the first answer to the same question under this key; None where this is the first."""
    found = _earlier(here, once)
    return found[0] if found is not None else None


def answered_before(by: By, once: Once) -> int | None:
    """Return the entry of the first answer to the same question under this key, None where there is none yet: a look before the locks.

    What it finds stays so. Where it finds nothing, `keep_first` stores the answer with its entry. Raises Misused for another's key.
    """
    with connection("app") as given:
        query = "select body, entry from web.idempotency where (client, person, key) = (%s, %s, %s)"
        found = given.execute(query, [*_owner(by), once.key]).fetchone()
    if found is not None and not hmac.compare_digest(found[0], _digest(once)):
        raise Misused(by)
    return found[1] if found is not None else None


def keep_first(here: Open, once: Once) -> None:
    """Make the key this answer's own. Whoever was faster makes that fail, and the question is decided anew."""
    here.connection.execute(
        "insert into web.idempotency (client, person, key, body, entry, outcome) values (%s, %s, %s, %s, %s, '{}')",
        [*_owner(here.by), once.key, _digest(once), here.entry],
    )


def _digest(once: Once) -> bytes:
    return hmac.digest(vault.secret("idempotency"), once.body, "sha256")


def _earlier(here: Open, once: Once) -> tuple[int, dict[str, Any]] | None:
    owner = _owner(here.by)
    digest = _digest(once)
    made = here.connection.execute(
        "insert into web.idempotency (client, person, key, body, entry, outcome) values (%s, %s, %s, %s, %s, '{}') "
        "on conflict do nothing",
        [*owner, once.key, digest, here.entry],
    )
    if made.rowcount:
        return None
    found = here.connection.execute(
        "select body, entry, outcome from web.idempotency where (client, person, key) = (%s, %s, %s)", [*owner, once.key]
    ).fetchone()
    assert found is not None, "the key that stood in the way is there"
    if not hmac.compare_digest(found[0], digest):
        assert here.by is not None
        raise Misused(here.by)
    return found[1], found[2]


def keep(here: Open, outcome: dict[str, Any]) -> None:
    """Store what a repeat shall be told."""
    if here.once is not None:
        here.connection.execute(
            "update web.idempotency set outcome = %s where (client, person, key) = (%s, %s, %s)",
            [Jsonb(outcome), *_owner(here.by), here.once],
        )


def _owner(by: By | None) -> tuple[str, str]:
    assert by is not None
    return by.client or "", by.person
