"""The drafts of webhooks, registered and removed. As drafts.py, beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.ledger.drafts import drafted
from pars.core.ledger.entries import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pars.core.ledger.entries import Draft
    from pars.core.terms import Instant


def hook_registered(
    *,
    agency: str,
    agreement: str,
    version: str,
    purpose: str,
    columns: Iterable[str],
    filters: Iterable[str],
    question: str,
    address: str,
    end: Instant,
) -> Draft:
    """A named person has an address told when something changes that the question covers; both by keyed commitments, until `end`."""
    return drafted(
        Kind.HOOK_REGISTERED,
        agency=agency,
        agreement=agreement,
        version=version,
        purpose=purpose,
        columns=sorted(set(columns)),
        filters=sorted(set(filters)),
        question=question,
        address=address,
        end=end,
    )


def hook_removed(*, agreement: str, hook: int) -> Draft:
    """The hook of that entry is told nothing any more."""
    return drafted(Kind.HOOK_REMOVED, agreement=agreement, hook=hook)
