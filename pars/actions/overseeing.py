"""Who looks after the ledger reads how it stands: sealer, checkpoint, witnesses, and what follows for outsiders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.access.decision import may
from pars.core.terms import Refusal
from pars.store import governance, ledger, witnessed
from pars.store.doubt import LEDGER_BEHIND
from pars.store.integrity import Integrity, load_integrity

if TYPE_CHECKING:
    from pars.core.ledger.entries import By

__all__ = ["Integrity", "integrity", "refused_now"]

NOT_YOURS = Refusal(code="NO_AUTHORITY", says="Your capacity doesn't read the ledger.", remedy="Ask an auditor.")


def integrity(*, by: By) -> Integrity | Refusal:
    """Return how the ledger stands, to whoever may read it."""
    with ledger.reading() as at:
        grant = governance.own_grant(by)
        refusal = NOT_YOURS if grant is None else may(grant, "ledger:read", at)
        return refusal or load_integrity()


def refused_now() -> Refusal | None:
    """Return why no outsider is answered at this moment, in the words that a question would get; None where they are."""
    with ledger.reading():
        found = load_integrity()
        if found.verdict == "behind":
            return LEDGER_BEHIND
        return witnessed.doubt(witnessed.watching())
