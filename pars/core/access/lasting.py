"""How long a yes lasts: until when time alone can't change that a disclosure is covered.

Whoever checks millions of answers asks `covers` once for many that say the same, and again when this instant has come.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from pars.core.access.decision import GUARD
from pars.core.access.floor import columns_change_after
from pars.core.agreements.standing import marks
from pars.core.terms import Instant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pars.core.access.role import Grant
    from pars.core.agreements.acts import Agreement

ALWAYS = Instant(2**53 - 1)
"""Later than any entry."""


def marks_of(agreement: Agreement) -> tuple[Instant, ...]:
    """Return the instants at which how an agreement stands may change, by all that was done about it so far."""
    return marks(agreement, ALWAYS)


def grant_lasts(grant: Grant) -> Instant:
    """Return until when what a grant covers stays covered."""
    return ALWAYS if grant.period.end is None else grant.period.end


def agreement_lasts(agreement: Agreement, known: Sequence[Instant], person: str, at: Instant) -> Instant:
    """Return until when what an agreement covers at `at`, without anybody's approval, stays covered for this person.

    `known` are the agreement's `marks_of`. Before the next of them, before the end of the person's naming and before the law lets out
    other columns nothing changes; an answer must have left before either.
    """
    after, user = bisect_right(known, at), agreement.user(person, at)
    ends = [*known[after : after + 1], columns_change_after(at), user.end if user is not None else None]
    return Instant(min((end for end in ends if end is not None), default=ALWAYS) - GUARD)
