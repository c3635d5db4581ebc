"""What is refused before an act begins, or broke while it was done: the edge has it entered in a transaction of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import utils as django_errors
from psycopg import InterfaceError, OperationalError
from psycopg_pool import PoolTimeout

from pars.core.ledger import drafts
from pars.core.terms import SECOND, Instant, Refusal
from pars.store import ledger
from pars.store.connections import NotSetUp, Retry
from pars.store.genesis import SYSTEM
from pars.store.ledger import HELD, Done, Held, Refused

if TYPE_CHECKING:
    from pars.core.ledger.entries import By

__all__ = ["AWAY", "HELD", "Held", "Overtaken", "Refused", "refuse", "sum_attempts"]

AWAY = (
    OperationalError,
    InterfaceError,
    django_errors.OperationalError,
    django_errors.InterfaceError,
    PoolTimeout,
    NotSetUp,
)
"""What is raised where the database can't be reached or can't decide now: nothing can be entered then either."""

Overtaken = Retry
"""What is raised where time or another act overtook an act more than once."""


def refuse(refusal: Refusal, *, by: By, act: str | None = None) -> Refused:
    """Enter a refusal."""
    return ledger.refuse(refusal, by=by, act=act)


def sum_attempts(*, failed: int, seconds: float) -> Done:
    """Enter how many requests of the last seconds failed before it could be told who asked."""
    with ledger.acting(SYSTEM) as act:
        start = Instant(act.at - max(1, round(seconds * SECOND)))
        done = ledger.append(drafts.attempts_summed(start=start, end=act.at, failed=failed), by=SYSTEM)
    assert isinstance(done, Done)
    return done
