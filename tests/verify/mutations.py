"""Every way to tamper with a bundle once: a byte or a section changed, dropped, doubled, moved or put in."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from pars.core.ledger.bundle import ENTRY, HASHED, MAGIC, Section, read_sections, section

if TYPE_CHECKING:
    import random


@dataclass(frozen=True)
class Mutation:
    """A tampered bundle. `index` is the entry that must be named, None where none or several could be."""

    how: str
    data: bytes
    index: int | None = None


def joined(parts: list[tuple[bytes, bytes]], *, fixed: bool) -> bytes:
    """Return the bundle of these sections; `fixed` works the trailer out anew, as somebody who knows the format would."""
    if fixed and parts and parts[-1][0] == b"Z":
        covered = MAGIC + b"".join(section(*part) for part in parts[:-1] if part[0] not in HASHED)
        parts = [*parts[:-1], (b"Z", sha256(covered).digest())]
    return MAGIC + b"".join(section(*part) for part in parts)


def random_mutation(data: bytes, chance: random.Random) -> Mutation:
    """Return a random one, always different from `data`."""
    sections = list(read_sections(data))
    while True:
        made = chance.choice((change_byte, drop_byte, insert_byte, swap_bytes, change_section))(data, sections, chance)
        if made.data != data:
            return made


def change_byte(data: bytes, sections: list[Section], chance: random.Random) -> Mutation:
    at = chance.randrange(len(data))
    new = data[at] ^ 1 << chance.randrange(8) if chance.random() < 0.5 else chance.randrange(256)
    return Mutation(f"byte {at} changed to {new}", data[:at] + bytes([new]) + data[at + 1 :], entry_with(sections, at))


def drop_byte(data: bytes, sections: list[Section], chance: random.Random) -> Mutation:
    at = chance.randrange(len(data))
    return Mutation(f"byte {at} dropped", data[:at] + data[at + 1 :], entry_with(sections, at))


def insert_byte(data: bytes, sections: list[Section], chance: random.Random) -> Mutation:
    at = chance.randrange(len(data) + 1)
    return Mutation(f"a byte put in at {at}", data[:at] + chance.randbytes(1) + data[at:])


def swap_bytes(data: bytes, sections: list[Section], chance: random.Random) -> Mutation:
    one, other = sorted(chance.sample(range(len(data)), 2))
    if chance.random() < 0.5:
        one, other = min(one, len(data) - 2), min(one, len(data) - 2) + 1
    new = bytearray(data)
    new[one], new[other] = new[other], new[one]
    return Mutation(f"bytes {one} and {other} swapped", bytes(new), entry_with(sections, one))


def change_section(data: bytes, sections: list[Section], chance: random.Random) -> Mutation:
    """Drop, double, swap, or move a whole section; often with the trailer worked out anew."""
    parts = [(one.tag, one.body) for one in sections]
    fixed = chance.random() < 0.6
    at, to = chance.randrange(len(parts) - fixed), chance.randrange(len(parts) - fixed)
    how = chance.choice(("drop", "double", "swap", "move", "byte"))
    index = entry_with(sections, sections[at].offset + 5)
    if how == "drop":
        # A checkpoint that isn't the last only adds to what is shown: without it the bundle says less, and nothing false.
        if fixed and parts[at][0] == b"N" and any(tag == b"N" for tag, _ in parts[at + 1 :]):
            return Mutation("nothing", data)
        del parts[at]
    elif how == "double":
        parts.insert(to, parts[at])
        index = None
    elif how == "swap":
        parts[at], parts[to] = parts[to], parts[at]
        index = None
    elif how == "move":
        parts.insert(to, parts.pop(at))
        index = None
    else:
        tag, body = parts[at]
        place = chance.randrange(len(body))
        parts[at] = (tag, body[:place] + bytes([body[place] ^ 1 << chance.randrange(8)]) + body[place + 1 :])
    return Mutation(
        f"{how} section {at} ({parts[at - 1][0]!r}…), {to}, trailer fixed: {fixed}", joined(parts, fixed=fixed), index
    )


def entry_with(sections: list[Section], at: int) -> int | None:
    """Return the index of the entry whose body holds the byte, None where no entry's does."""
    entries = [one for one in sections if one.tag == ENTRY]
    for index, one in enumerate(entries):
        if one.offset + 5 <= at < one.offset + 5 + len(one.body):
            return index
    return None
