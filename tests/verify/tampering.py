"""Kinds of tampering with a ledger, from a flipped bit to whoever holds the log's own key and signs another history.

Each kind takes the ledger and a source of chance, and gives a bundle that must be found out by whoever has the owners' keys and the
last checkpoint that was cosigned; with it, the index of the entry that must be named, where one alone is at fault.
"""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pars.core.ledger import merkle
from pars.core.ledger.bundle import LEAVES_IN_ONE, read_sections
from pars.core.ledger.entries import Kind, encode
from pars.core.terms import DAY, HOUR, SECOND, Instant
from tests.ledgers import hashed
from tests.verify.mutations import Mutation, change_byte, drop_byte, insert_byte, joined, swap_bytes

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from pars.core.ledger.bundle import Section
    from pars.core.ledger.entries import Entry
    from tests.ledgers import Ledger

Parts = list[tuple[bytes, bytes]]


class Tampering:
    """A ledger that is tampered with, again and again from its whole."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.data = ledger.bundle()
        self.sections: list[Section] = list(read_sections(self.data))

    def parts(self) -> Parts:
        """Return letters and bodies of all sections."""
        return [(one.tag, one.body) for one in self.sections]

    def some(self, tag: bytes, chance: random.Random) -> int:
        """Return the number of a section of that letter."""
        return chance.choice([number for number, one in enumerate(self.sections) if one.tag == tag])

    def index(self, number: int) -> int:
        """Return the index of the entry that is, or that has, the section of that number."""
        return sum(one.tag == b"E" for one in self.sections[: number + 1]) - 1

    def leaf(self, parts: Parts, index: int) -> tuple[int, int]:
        """Return in which section the leaf hash of an entry stands, and at which byte."""
        lists = [number for number, (tag, _) in enumerate(parts) if tag == b"L"]
        return lists[index // LEAVES_IN_ONE], index % LEAVES_IN_ONE * merkle.HASH_BYTES


def flipped(body: bytes, chance: random.Random, first: int = 0) -> bytes:
    """Return bytes with one bit of them changed."""
    at = chance.randrange(first, len(body))
    return body[:at] + bytes([body[at] ^ 1 << chance.randrange(8)]) + body[at + 1 :]


def _changed(parts: Parts, number: int, body: bytes, how: str, index: int | None = None) -> Mutation:
    parts[number] = (parts[number][0], body)
    return Mutation(f"{how}: section {number}", joined(parts, fixed=True), index)


# ---------------------------------------------------------------- bytes and sections


def cut(it: Tampering, chance: random.Random) -> Mutation:
    at = chance.randrange(len(it.data))
    return Mutation(f"cut at {at}", it.data[:at])


def more(it: Tampering, chance: random.Random) -> Mutation:
    return Mutation("something behind the end", it.data + chance.randbytes(chance.randint(1, 40)))


def dropped(it: Tampering, chance: random.Random) -> Mutation:
    parts = it.parts()
    number = it.some(chance.choice((b"T", b"L", b"E", b"C")), chance)
    del parts[number]
    return Mutation(f"section {number} dropped", joined(parts, fixed=True))


def doubled(it: Tampering, chance: random.Random) -> Mutation:
    parts = it.parts()
    number = chance.randrange(len(parts) - 1)
    parts.insert(number, parts[number])
    return Mutation(f"section {number} doubled", joined(parts, fixed=True))


def swapped(it: Tampering, chance: random.Random) -> Mutation:
    parts = it.parts()
    one, other = chance.sample(range(len(parts) - 1), 2)
    while parts[one] == parts[other]:
        one, other = chance.sample(range(len(parts) - 1), 2)
    parts[one], parts[other] = parts[other], parts[one]
    return Mutation(f"sections {one} and {other} swapped", joined(parts, fixed=True))


def relettered(it: Tampering, chance: random.Random) -> Mutation:
    parts = it.parts()
    number = chance.randrange(len(parts) - 1)
    tag = chance.choice([one for one in (b"T", b"L", b"E", b"C", b"N", b"Z") if one != parts[number][0]])
    parts[number] = (tag, parts[number][1])
    return Mutation(f"section {number} is {tag!r}", joined(parts, fixed=True))


def trailer(it: Tampering, chance: random.Random) -> Mutation:
    parts = it.parts()
    parts[-1] = (b"Z", flipped(parts[-1][1], chance))
    return Mutation("trailer", joined(parts, fixed=False))


# ---------------------------------------------------------------- by somebody who knows the format


def entry_changed(it: Tampering, chance: random.Random) -> Mutation:
    number = it.some(b"E", chance)
    return _changed(it.parts(), number, flipped(it.sections[number].body, chance), "entry", it.index(number))


def entry_and_leaf_changed(it: Tampering, chance: random.Random) -> Mutation:
    parts, number = it.parts(), it.some(b"E", chance)
    body = flipped(parts[number][1], chance)
    place, at = it.leaf(parts, it.index(number))
    held = parts[place][1]
    parts[place] = (b"L", held[:at] + merkle.leaf_hash(body) + held[at + merkle.HASH_BYTES :])
    return _changed(parts, number, body, "entry and leaf hash")


def leaf_changed(it: Tampering, chance: random.Random) -> Mutation:
    number = it.some(b"L", chance)
    return _changed(it.parts(), number, flipped(it.sections[number].body, chance), "leaf hash")


def leaves_cut(it: Tampering, chance: random.Random) -> Mutation:
    number = it.some(b"L", chance)
    body = it.sections[number].body
    return _changed(it.parts(), number, body[: chance.randrange(len(body))], "list of leaf hashes")


def side_row_changed(it: Tampering, chance: random.Random) -> Mutation:
    number = it.some(b"C", chance)
    return _changed(it.parts(), number, flipped(it.sections[number].body, chance), "side row")


def side_row_longer(it: Tampering, chance: random.Random) -> Mutation:
    number = it.some(b"C", chance)
    return _changed(it.parts(), number, it.sections[number].body + chance.randbytes(32), "side row")


def text_changed(it: Tampering, chance: random.Random) -> Mutation:
    number = it.some(b"T", chance)
    return _changed(it.parts(), number, flipped(it.sections[number].body, chance), "text")


def note_changed(it: Tampering, chance: random.Random) -> Mutation:
    number = it.some(b"N", chance)
    return _changed(it.parts(), number, flipped(it.sections[number].body, chance), "checkpoint")


def note_of_another(it: Tampering, chance: random.Random) -> Mutation:
    """A checkpoint that the key really signed, at another place."""
    number = it.some(b"N", chance)
    other = it.ledger.note(chance.randint(1, max(1, it.index(number))))
    return _changed(it.parts(), number, other, "checkpoint of elsewhere")


# ---------------------------------------------------------------- by whoever holds the log's key: every hash, root and signature fits


def _resigned(it: Tampering, change: Callable[[Ledger], object], how: str, index: int | None = None) -> Mutation:
    ledger = copy.deepcopy(it.ledger)
    change(ledger)
    return Mutation(how, ledger.bundle(), index)


def truncated(it: Tampering, chance: random.Random) -> Mutation:
    """The end is left off, below the size that was cosigned, and signed anew."""
    keep = chance.randrange(1, len(it.ledger.entries))

    def change(ledger: Ledger) -> None:
        del ledger.entries[keep:]
        ledger.points = {size for size in ledger.points if size < keep}

    return _resigned(it, change, f"truncated to {keep} and signed anew")


def _rewritten(it: Tampering, chance: random.Random, kinds: tuple[Kind, ...], **detail: Any) -> Mutation:
    index = chance.choice([number for number, one in enumerate(it.ledger.entries) if one.kind in kinds])

    def change(ledger: Ledger) -> None:
        entry = ledger.entries[index]
        ledger.entries[index] = replace(entry, detail={**entry.detail, **detail})

    return _resigned(it, change, f"entry {index} with {detail} and signed anew", index)


def field_changed(it: Tampering, chance: random.Random) -> Mutation:
    """An entry states what another one states, is another person's, or of another time: whatever still has an entry's form."""
    entries = it.ledger.entries
    while True:
        index, other = chance.randrange(len(entries)), chance.choice(entries)
        entry = entries[index]
        name = chance.choice([*entry.detail, "by", "at"])
        if name == "by":
            made = replace(entry, by=other.by)
        elif name == "at":
            made = replace(entry, at=Instant(entry.at + chance.choice((-1, 1)) * chance.choice((1, SECOND, HOUR, DAY))))
        else:
            made = replace(entry, detail={**entry.detail, name: chance.choice([*other.detail.values()])})
        if made != entry and _is_one(made):
            break

    def change(ledger: Ledger) -> None:
        ledger.entries[index] = made

    return _resigned(it, change, f"{name} of entry {index} changed and signed anew")


def _is_one(entry: Entry) -> bool:
    try:
        encode(entry)
    except ValueError:
        return False
    return True


def forged_vote(it: Tampering, chance: random.Random) -> Mutation:
    return _rewritten(it, chance, (Kind.AGREEMENT_VOTED,), signature=chance.randbytes(64).hex())


def more_shown(it: Tampering, chance: random.Random) -> Mutation:
    return _rewritten(it, chance, (Kind.DISCLOSED,), columns=["amount_cents"])


def other_purpose(it: Tampering, chance: random.Random) -> Mutation:
    return _rewritten(it, chance, (Kind.DISCLOSED,), purpose="curiosity")


def vote_left_out(it: Tampering, chance: random.Random) -> Mutation:
    index = chance.choice([number for number, one in enumerate(it.ledger.entries) if one.kind is Kind.AGREEMENT_VOTED])
    return _resigned(it, lambda ledger: _without(ledger, index), f"vote {index} left out and signed anew")


def answer_left_out(it: Tampering, chance: random.Random) -> Mutation:
    index = chance.choice([number for number, one in enumerate(it.ledger.entries) if one.kind is Kind.DISCLOSED])
    return _resigned(it, lambda ledger: _without(ledger, index), f"answer {index} left out and signed anew")


def _without(ledger: Ledger, index: int) -> None:
    del ledger.entries[index]
    ledger.side = {at - (at > index): side for at, side in ledger.side.items() if at != index}


def other_hash(it: Tampering, chance: random.Random) -> Mutation:
    """Nothing but what was sent is another: no rule can tell, only a checkpoint that somebody else has signed."""
    return replace(_rewritten(it, chance, (Kind.DISCLOSED, Kind.SHOWN), out=hashed(chance.randbytes(8))), index=None)


def _bytes(change: Callable[..., Mutation]) -> Callable[[Tampering, random.Random], Mutation]:
    return lambda it, chance: change(it.data, it.sections, chance)


KINDS: dict[str, Callable[[Tampering, random.Random], Mutation]] = {
    "a byte changed": _bytes(change_byte),
    "a byte dropped": _bytes(drop_byte),
    "a byte put in": _bytes(insert_byte),
    "two bytes swapped": _bytes(swap_bytes),
    "the file cut": cut,
    "something behind the end": more,
    "a section dropped": dropped,
    "a section doubled": doubled,
    "two sections swapped": swapped,
    "a section with another letter": relettered,
    "the trailer changed": trailer,
    "an entry changed": entry_changed,
    "an entry and its leaf hash changed": entry_and_leaf_changed,
    "a leaf hash changed": leaf_changed,
    "the list of leaf hashes cut": leaves_cut,
    "a side row changed": side_row_changed,
    "a side row longer": side_row_longer,
    "a text changed": text_changed,
    "a checkpoint changed": note_changed,
    "a checkpoint of elsewhere": note_of_another,
    "the end left off, signed anew": truncated,
    "what an entry states changed, signed anew": field_changed,
    "a vote forged, signed anew": forged_vote,
    "a vote left out, signed anew": vote_left_out,
    "an answer of more, signed anew": more_shown,
    "an answer for another purpose, signed anew": other_purpose,
    "an answer left out, signed anew": answer_left_out,
    "another hash of what was sent, signed anew": other_hash,
}
