"""What the owners decide about their own work, and what is in force of it: the profile that cases are opened under."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.store import governance, ledger

if TYPE_CHECKING:
    from pars.core.access.profile import Profile


def profile() -> Profile:
    """Return the profile that a case opened now would go by."""
    with ledger.reading():
        return governance.first_profile()
