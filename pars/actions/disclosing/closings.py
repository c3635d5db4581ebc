"""Signs the closing line of a stream or an export with the ledger's own key, which its first entry names; checks a file by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.ledger.closing import SIGNATURE, closing_text
from pars.core.ledger.exported import check_export
from pars.store import governance, ledger, vault

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pars.core.ledger.exported import Checked


def signed(said: Mapping[str, object]) -> dict[str, object]:
    """Return what a closing line says, with the ledger's name and the signature; what is None is left out. Raises KeyLost."""
    with ledger.reading():
        origin = governance.must_be_open().origin
    known = {name: value for name, value in {**said, "ledger": origin}.items() if value is not None}
    return {**known, SIGNATURE: vault.log_key().sign(closing_text(known)).hex()}


def checked(pieces: Iterable[bytes]) -> Checked:
    """Return what an export's file came to, held against this ledger's key."""
    with ledger.reading():
        key = governance.must_be_open().log_key
    return check_export(pieces, key, vault.verify)
