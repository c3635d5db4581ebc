"""How a witness stands with a log: what it cosigned last, how far its copy goes, and what doesn't fit together."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pars.core.ledger.merkle import Frontier, leaf_hash

if TYPE_CHECKING:
    from witness.memory import Cosigned, Memory, Suspect, Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """How it stands with one log."""

    origin: str
    address: str
    last: Cosigned | None
    mirrored: int
    stopped: tuple[int, str] | None
    suspects: tuple[Suspect, ...]
    rehashed: bool | None
    """Whether the mirrored entries, hashed again, are those that were kept; None where they weren't hashed."""

    @property
    def wrong(self) -> bool:
        """Whether a person has to look."""
        return bool(self.suspects) or self.rehashed is False

    def json(self) -> dict[str, object]:
        """Return it for a program."""
        last = self.last
        return {
            "origin": self.origin,
            "cosigned": None
            if last is None
            else {
                "size": last.point.size,
                "root": b64encode(last.point.root).decode(),
                "at": last.at,
                "checkpoint": last.note.decode(),
            },
            "mirrored": self.mirrored,
            "from": self.address or None,
            "stopped": None if self.stopped is None else {"since": self.stopped[0], "says": self.stopped[1]},
            "rehashed": self.rehashed,
            "suspects": [{"at": one.at, "says": one.says, "body": one.body.decode()} for one in self.suspects],
        }


def refusal_json(one: Unknown) -> dict[str, object]:
    """Return for a program what was refused as unknown."""
    return {"origin": one.origin, "at": one.at, "says": one.says, "size": one.size, "signed": one.signed, "known": one.known}


def refusal_words(one: Unknown, *, named: bool) -> str:
    """Return for a person what was refused as unknown, and what is to be done. `named`: a log of that name is known here."""
    lines = [
        f"REFUSED, {_time(one.at)}: a checkpoint of {one.origin} over {one.size} entries, signed by {one.signed}. {one.says}"
    ]
    if one.known:
        lines.append(
            "  A log that is known here goes on under a new name. Its owners hand its line over: `pars witness log` takes it."
        )
    elif named:
        lines.append(
            "  It bears the name of a log that is known here, but not as that log signs: anybody may have sent this. "
            "Where its owners changed its key, they hand its line over: `pars witness log` takes it."
        )
    else:
        lines.append(
            "  It may be anybody's. Where it is a log of yours, its owners hand its line over: `pars witness log` takes it."
        )
    return "".join(f"{line}\n" for line in lines)


def stands(memory: Memory, origin: str, *, rehash: bool) -> Stands:
    """Return how it stands with a log; with `rehash` every mirrored entry is hashed again."""
    held = memory.mirrored(origin)
    return Stands(
        origin=origin,
        address=memory.addresses().get(origin, ""),
        last=memory.cosigned(origin),
        mirrored=held.size,
        stopped=memory.stopped(origin),
        suspects=tuple(memory.suspects(origin)),
        rehashed=_same(memory, origin, held) if rehash else None,
    )


def _same(memory: Memory, origin: str, held: Frontier) -> bool:
    again = Frontier()
    for body in memory.entries(origin):
        again.append(leaf_hash(body))
    return (again.size, again.nodes) == (held.size, held.nodes)


def words(one: Stands, *, now: int) -> str:
    """Return it for a person."""
    lines = [one.origin]
    if one.last is None:
        lines.append("  nothing cosigned yet")
    else:
        lines.append(f"  cosigned last: {one.last.point.size} entries, {now - one.last.at} s ago ({_time(one.last.at)})")
        if one.address:
            lines.append(f"  mirrored: {one.mirrored} of them, from {one.address}")
    if one.stopped is not None:
        lines.append(f"  the copy stands still since {_time(one.stopped[0])}: {one.stopped[1]}")
    if one.rehashed is not None:
        lines.append(
            "  hashed again: " + ("every entry is as it was kept" if one.rehashed else "AN ENTRY OF THE COPY WAS CHANGED")
        )
    lines += [f"  SUSPECT, {_time(suspect.at)}: {suspect.says} What it signed is kept (--json)." for suspect in one.suspects]
    return "".join(f"{line}\n" for line in lines)


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
