"""What is entered of a question before it gives any record: a request for approval, the beginning of an export, a hook.

It must be covered under the lock as an answer would be, and still at the entry's own time, which whoever verifies the ledger asks about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from pars.core.access.decision import covers
from pars.core.access.floor import floor
from pars.store import disclosure, governance, volume
from pars.store.connections import Retry
from pars.store.ledger import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from pars.core.access.permits import Permit
    from pars.core.ledger.entries import By
    from pars.core.terms import Instant, Refusal
    from pars.store.ledger import Acting, Done

Covered: TypeAlias = "Callable[[Instant], Refusal | None]"


def covering(permit: Permit, by: By, acting: Acting) -> Covered:
    """Return what says why the question isn't covered at an instant, as the agreement is under the lock."""
    agreement = governance.load_agreement(permit.authority.removeprefix("agreement:"))
    assert agreement is not None, "what was permitted was permitted under it"
    bound = by.client is None or by.client in governance.clients_of(agreement.id)
    used = volume.used(agreement.id, by.person, governance.load_version(permit.version_hash), acting.at)

    def refused(at: Instant) -> Refusal | None:
        return covers(agreement, permit.facts(0, used), at, floor=floor) if bound else disclosure.CLIENT_NOT_BOUND

    return refused


def lasting(done: Done | Refused, covered: Covered) -> Done | Refused:
    """Return what was entered. Raises Retry, which undoes it, where time has overtaken it since it was asked under the lock."""
    if not isinstance(done, Refused) and covered(done.at) is not None:
        raise Retry("time has overtaken the decision")
    return done
