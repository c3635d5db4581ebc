"""How the log goes on under another name after its newest part was lost: the text by which the owners open a successor.

A database that is older than what was signed may sign nothing more under the log's name: witnesses and readers know a longer log of
it. From the vote that adopts this text on, checkpoints are under the new name, over the whole of what is there; what witnesses
signed of the old log last is named for good, so that everybody sees what was lost, and who holds a receipt of it can say so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from pars.core.document import HASH, Node, read
from pars.core.owners.profile import read_closes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.access.explain import Language
    from pars.core.terms import Instant, Refusal


_ORIGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SuccessorText:
    """What one text says: the new name, how long the old log was when it was signed last and its root (hex), and what happened, in words."""

    hash: str
    origin: str
    size: int
    root: str
    says: Mapping[str, str] = field(hash=False)
    start: Instant | None = None
    closes: Instant | None = None


def read_successor_text(text: bytes) -> SuccessorText | Refusal:
    """Return the successor whose canonical text this is, or what is wrong and where."""

    def reader(node: Node) -> SuccessorText:
        parts = node.fields({"v", "about", "origin", "after", "says"}, {"vote"})
        parts["v"].whole(1, 1)
        parts["about"].one_of({"successor"})
        after = parts["after"].fields({"size", "root"})
        return SuccessorText(
            hash=sha256(text).hexdigest(),
            origin=parts["origin"].text(_ORIGIN),
            size=after["size"].whole(1),
            root=after["root"].text(HASH),
            says=parts["says"].said(),
            closes=read_closes(parts["vote"]) if "vote" in parts else None,
        )

    return read(text, reader)


_WORDS: Mapping[Language, tuple[str, str]] = {
    "en": (
        "The log goes on under the name {origin}, from the vote that adopts this on.",
        "The log before it was signed last over {size} entries, with the root {root}: what isn't here of them is lost, and receipts of it prove that.",
    ),
    "es": (
        "El registro sigue con el nombre {origin}, desde el voto que aprueba esto.",
        "El registro anterior se firmó por última vez con {size} entradas y la raíz {root}: lo que no está aquí se perdió, y los recibos lo prueban.",
    ),
}


def explain_successor(text: SuccessorText, language: Language) -> tuple[str, ...]:
    """Return what the text says, in plain sentences."""
    goes_on, lost = _WORDS[language]
    said = text.says.get(language, text.says["en"])
    return (said, goes_on.format(origin=text.origin), lost.format(size=f"{text.size:,}", root=text.root))
