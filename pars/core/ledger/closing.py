"""The closing line of an export or a stream: what was handed over in all, signed with the ledger's own key.

It says how many chunks and rows left, which entry was the last, the sha256 of the bytes, why it ended and where to go on. What
has none was cut. The key is the one that the ledger's first entry names and that signs checkpoints; a line of its own in front of
what is signed keeps the two apart, since no ledger's name has a space in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pars.core import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SIGNED_AS = b"pars closing line v1\n"
SIGNATURE = "signature"
COMPLETE = "COMPLETE"
"""Why an export ends that gave all there was."""


def closing_text(said: Mapping[str, Any]) -> bytes:
    """Return what is signed: everything that the line says but the signature. Raises ValueError for what has no canonical form."""
    return SIGNED_AS + canonical.write({name: value for name, value in said.items() if name != SIGNATURE})


def signed_by(said: Mapping[str, Any], key: bytes, verify: Callable[[bytes, bytes, bytes], bool]) -> bool:
    """Return whether the line's signature, in its one form, is the key's."""
    try:
        signature = bytes.fromhex(said[SIGNATURE])
        return signature.hex() == said[SIGNATURE] and verify(key, closing_text(said), signature)
    except (KeyError, TypeError, ValueError):
        return False
