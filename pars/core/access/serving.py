"""Under what an outside answer is given: the agreement's version in force, since when, and until when by what is known now.

An answer tells it to its reader, and a stream closes by it. It decides nothing: `access.decide` does, each time anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.core.agreements.standing import standing

if TYPE_CHECKING:
    from pars.core.agreements.acts import Agreement
    from pars.core.agreements.version import Version
    from pars.core.terms import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The version that governs a person's questions under an agreement.

    `since` is when it came into force, or was last reinstated. `until` is when it stops: its own end, a later version's start,
    or the end of the person's naming. `ends` is when asking stops at all: a version that is adopted and follows without a gap
    carries on, so a stream need not close between the two. All of it as known `at` that instant.
    """

    at: Instant
    agreement: str
    version: Version
    since: Instant
    until: Instant
    ends: Instant


def terms_of(agreement: Agreement, person: str, at: Instant) -> Terms:
    """Return the terms of an agreement that is in force at `at`, for a person named under it."""
    stands, user = standing(agreement, at), agreement.user(person, at)
    end = stands.version.term.end
    follows = stands.next is not None and stands.next[1] <= end
    ends = stands.next[0].term.end if stands.next is not None and follows else end
    named = [user.end] if user is not None and user.end is not None else []
    assert stands.until is not None, "what is in force has an end"
    return Terms(
        at=at,
        agreement=agreement.id,
        version=stands.version,
        since=stands.since,
        until=min([stands.until, *named]),
        ends=min([ends, *named]),
    )
