"""Signs the closing line of a stream or an export with the ledger's own key in force; checks a file by the keys that it has named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.ledger.closing import SIGNATURE, closing_text
from pars.core.ledger.exported import check_export
from pars.store import governance, ledger, vault
from pars.store.keyring import load_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pars.core.ledger.exported import Checked


def signed(said: Mapping[str, object]) -> dict[str, object]:
    """Return what a closing line says, with the ledger's name and the signature; what is None is left out. Raises KeyLost."""
    with ledger.reading():
        opening = governance.must_be_open()
        origin, key = opening.origin, load_keys(opening).log_key
    known = {name: value for name, value in {**said, "ledger": origin}.items() if value is not None}
    return {**known, SIGNATURE: vault.log_key(key).sign(closing_text(known)).hex()}


def checked(pieces: Iterable[bytes]) -> Checked:
    """Return what an export's file came to, held against every key of this ledger that isn't revoked."""
    with ledger.reading():
        keys = load_keys(governance.must_be_open()).log_keys

    def signed_by_one(_: bytes, message: bytes, signature: bytes) -> bool:
        return any(vault.verify(key, message, signature) for key in keys)

    return check_export(pieces, keys[-1], signed_by_one)
