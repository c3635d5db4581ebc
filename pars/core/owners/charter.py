"""Who the owners are and how they decide: voted data, not code.

The charter's text is named in the ledger's first entry. It says which seats vote, with which keys, how many of them a choice
needs, which of them may suspend alone and until when the others must confirm that, and whose consent a column needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from pars.core import canonical
from pars.core.agreements.one_off import PAPERS
from pars.core.document import HASH, WORD, Node, read
from pars.core.owners.signing_key import is_held_by_one

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

from pars.core.terms import Refusal

CHOICES = ("adopt", "reject", "suspend", "revoke", "reinstate", "withdraw")
COUNTED = ("adopt", "suspend", "revoke", "reinstate")
YEAR_US = 366 * 86_400 * 1_000_000


@dataclass(frozen=True, slots=True)
class Owner:
    """One owner's seat: the institution's name and the key that signs its votes (Ed25519, 64 hex digits)."""

    name: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Charter:
    """The owners' rule of decision.

    `needs[choice]` distinct seats carry a choice (`suspend`: to make a suspension stand until a reinstatement). A seat in
    `suspend_at_once` suspends alone; what it did lapses after `confirm_us` unless `needs["suspend"]` seats stand behind it.
    `consent` names, for a column, the seat that must be among those who adopt a version with that column. `one_off` names, for a
    kind of paper, the seats of which one alone gives a one-off grant on it: nobody, where the text names none.
    """

    hash: str
    owners: Mapping[str, Owner]
    needs: Mapping[str, int]
    notice_us: int
    suspend_at_once: frozenset[str]
    confirm_us: int
    consent: Mapping[str, str]
    one_off: Mapping[str, frozenset[str]]

    def consents(self, columns: Collection[str]) -> frozenset[str]:
        """Return the seats without which a version with these columns can't be adopted."""
        return frozenset(seat for column, seat in self.consent.items() if column in columns)


def read_charter(text: bytes, columns: Collection[str]) -> Charter | Refusal:
    """Return the charter whose canonical text this is, or what is wrong and where. `columns` are the catalogue's names."""

    def reader(node: Node) -> Charter:
        parts = node.fields({"v", "owners", "needs", "notice_us", "suspend_at_once", "confirm_us", "consent"}, {"one_off"})
        parts["v"].whole(1, 1)
        owners = _owners(parts["owners"])
        needs = _needs(parts["needs"], len(owners))
        consent = parts["consent"].entries()
        for column, part in consent.items():
            if column not in columns:
                raise part.wrong("UNKNOWN_COLUMN", "there is no such column.")
        return Charter(
            hash=sha256(text).hexdigest(),
            owners=owners,
            needs=needs,
            notice_us=parts["notice_us"].whole(0, YEAR_US),
            suspend_at_once=frozenset(parts["suspend_at_once"].words(owners)),
            confirm_us=parts["confirm_us"].whole(1, YEAR_US),
            consent={column: part.one_of(owners) for column, part in consent.items()},
            one_off=_one_off(parts["one_off"], owners) if "one_off" in parts else {},
        )

    return read(text, reader)


def _one_off(node: Node, owners: Mapping[str, Owner]) -> dict[str, frozenset[str]]:
    parts = node.fields((), PAPERS)
    return {kind: frozenset(part.words(owners, least=1)) for kind, part in parts.items()}


def with_keys(template: Mapping[str, Any], keys: Mapping[str, str]) -> bytes:
    """Return the canonical text of a charter whose seats have no keys yet, with each seat's key put in.

    Raises KeyError for a seat without a key, ValueError for a key without a seat.
    """
    if unknown := keys.keys() - template["owners"].keys():
        raise ValueError(f"no such seat: {', '.join(sorted(unknown))}")
    owners = {seat: {**owner, "key": keys[seat]} for seat, owner in template["owners"].items()}
    return canonical.write({**template, "owners": owners})


def _owners(node: Node) -> dict[str, Owner]:
    owners: dict[str, Owner] = {}
    for seat, part in node.entries().items():
        if WORD.fullmatch(seat) is None:
            raise part.wrong("WRONG_FORM", "a seat's name is a lower-case word.")
        parts = part.fields({"name", "key"})
        key = parts["key"].text(HASH)
        if not is_held_by_one(bytes.fromhex(key)):
            raise parts["key"].wrong("WRONG_KEY", "this is no key that one owner alone can hold.")
        # Two seats with one key would be one owner voting twice.
        if any(key == owner.key for owner in owners.values()):
            raise parts["key"].wrong("TWICE", "two seats have the same key.")
        owners[seat] = Owner(parts["name"].text(most=120), key)
    if not 1 <= len(owners) <= 15:
        raise node.wrong("WRONG_LENGTH", "between 1 and 15 seats are needed here.")
    return owners


def _needs(node: Node, seats: int) -> dict[str, int]:
    parts = node.fields(COUNTED)
    # Fewer than a majority could adopt what the others reject.
    majority = seats // 2 + 1
    least = {"adopt": majority, "suspend": 1, "revoke": 1, "reinstate": majority}
    needs = {choice: parts[choice].whole(least[choice], seats) for choice in COUNTED}
    # A version adopted after a suspension isn't reached by it: adopting may not be the easier way round.
    if needs["reinstate"] > needs["adopt"]:
        raise parts["reinstate"].wrong("OUT_OF_RANGE", "to reinstate can't need more seats than to adopt.")
    return needs
