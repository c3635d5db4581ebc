"""Kinds of tampering with a ledger whose witnesses sign it, whose log changed its key and its name, and whose agencies have hooks.

Whoever tampers holds the log's key and not the witnesses': what these signed stays as it was, or is missed.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pars.core.ledger import hook_drafts
from pars.core.ledger.bundle import CHECKPOINT
from pars.core.ledger.checkpoint import read_checkpoint, read_note
from pars.core.ledger.drafts import user_named, user_removed
from pars.core.ledger.entries import Kind
from pars.core.terms import HOUR, SECOND, Instant
from tests.agreements import NOW
from tests.ledgers import AGENCY, AGREEMENT, HELD, PERSON, Ledger, hashed, make_version, outsider, sign_note, staff
from tests.owners import successor_text, witness_text
from tests.verify.mutations import Mutation, joined
from tests.verify.tampering import Tampering, flipped
from tests.verify.test_cosigned import Watched, line

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from pars.core.agreements.version import Version

AT_MOST = 5
"""Hooks that may be open under one agreement."""
LATE = 4
"""Seconds after the newest entry at which the witnesses signed last."""
NAMES: dict[str, Any] = {"columns": ("record", "surname"), "filters": ("surname",)}


@dataclass
class Followed(Watched):
    """A ledger with witnesses that goes on under another name from some size on, signed by the log's keys as its entries say."""

    renamed: int = 1 << 40

    def name(self, size: int) -> str:
        return "pars.test/log-2" if size >= self.renamed else self.origin


def hook(ledger: Ledger, made: Version, *, end: int) -> int:
    """Register a hook; return its number."""
    asked: dict[str, Any] = {"agency": AGENCY, "version": made.hash, "purpose": "warrant_service", **NAMES}
    wanted: dict[str, Any] = {"agreement": AGREEMENT, "question": hashed(b"q"), "address": hashed(b"a"), "end": Instant(end)}
    return ledger.add(hook_drafts.hook_registered(**asked, **wanted), outsider()).id


def followed() -> tuple[Followed, Version]:
    """Return the ledger, and the version that its agency asks under."""
    ledger, end = Followed(), NOW + HOUR
    made = ledger.serve(make_version(end=end))
    ledger.adopt_text("witnesses", witness_text())
    for _ in range(3):
        ledger.disclose(made, **NAMES)
        ledger.witnessed("city", "courts", "prosecutor")
    hooks = [hook(ledger, made, end=end - SECOND) for _ in range(AT_MOST)]
    ledger.disclose(made, hook=hooks[0], rows=0, **NAMES)
    for one in hooks[1:]:
        ledger.add(hook_drafts.hook_removed(agreement=AGREEMENT, hook=one), outsider())
    ledger.witnessed("courts", "prosecutor", late=2)
    ledger.add_key("log", "log-2")
    ledger.witnessed("city", "courts")
    ledger.disclose(made, **NAMES)
    ledger.witnessed("city", "courts")
    ledger.adopt_text("successor", successor_text())
    ledger.renamed = len(ledger.entries)
    ledger.witnessed("city", "courts", "prosecutor")
    for late in (1, LATE):
        ledger.show()
        ledger.disclose(made, **NAMES)
        ledger.witnessed("city", "prosecutor", late=late)
    return ledger, made


LEDGER, VERSION = followed()
LINES = {size: LEDGER.note(size)[len(Ledger.note(LEDGER, size)) :] for size in LEDGER.points}
"""What the witnesses put under each checkpoint, by its size."""


def _resigned(
    how: str, change: Callable[[Followed], object], index: int | None = None, *, moved: tuple[int, int] | None = None
) -> Mutation:
    """Change the ledger and sign every checkpoint of it anew with the log's keys; the witnesses' lines stay, or move to another size."""
    ledger, lines = copy.deepcopy(LEDGER), dict(LINES)
    ledger.lines = {}
    change(ledger)
    if moved is not None:
        lines[moved[1]] = lines[moved[0]]
    ledger.note = lambda size: Ledger.note(ledger, size) + lines.get(size, b"")  # type: ignore[method-assign]
    return Mutation(how, ledger.bundle(), index)


def _noted(it: Tampering, chance: random.Random, change: Callable[[list[bytes], int], list[bytes]], how: str) -> Mutation:
    """Change the signature lines of a checkpoint; the second argument says how many are the log's."""
    parts = it.parts()
    number = chance.choice([n for n, (tag, body) in enumerate(parts) if tag == CHECKPOINT and body.count(b"witness.") > 1])
    body, gap, lines = parts[number][1].rpartition(b"\n\n")
    each = lines.splitlines(keepends=True)
    own = sum(b"witness." not in one for one in each)
    parts[number] = (CHECKPOINT, body + gap + b"".join(change(each, own)))
    return Mutation(f"{how} under section {number}", joined(parts, fixed=True))


# ---------------------------------------------------------------- witnesses' lines


def line_changed(it: Tampering, chance: random.Random) -> Mutation:
    def change(lines: list[bytes], own: int) -> list[bytes]:
        at = chance.randrange(own, len(lines))
        return [*lines[:at], flipped(lines[at], chance), *lines[at + 1 :]]

    return _noted(it, chance, change, "a line changed")


def line_doubled(it: Tampering, chance: random.Random) -> Mutation:
    return _noted(it, chance, lambda lines, own: [*lines, lines[chance.randrange(own, len(lines))]], "a line doubled")


def lines_swapped(it: Tampering, chance: random.Random) -> Mutation:
    return _noted(it, chance, lambda lines, own: [*lines[:own], *reversed(lines[own:])], "lines swapped")


def line_of_a_stranger(it: Tampering, chance: random.Random) -> Mutation:
    def change(lines: list[bytes], own: int) -> list[bytes]:
        wrong = line("city", b"another text\n", chance.randrange(1, 1 << 31), name=f"witness.{chance.randrange(99)}.example")
        return [*lines[:own], wrong, *lines[own:]]

    return _noted(it, chance, change, "a stranger's line")


def line_of_elsewhere(it: Tampering, chance: random.Random) -> Mutation:
    """A line that the witness really signed, under another checkpoint."""

    def change(lines: list[bytes], own: int) -> list[bytes]:
        other = next(one for one in chance.sample(list(LINES.values()), len(LINES)) if one != b"".join(lines[own:]))
        return [*lines[:own], other]

    return _noted(it, chance, change, "another checkpoint's lines")


# ---------------------------------------------------------------- by whoever holds the log's key


def cut_below_what_was_cosigned(it: Tampering, chance: random.Random) -> Mutation:
    keep, last = chance.choice([size for size in range(2, len(LEDGER.entries)) if size not in LINES]), max(LINES)

    def change(ledger: Followed) -> None:
        del ledger.entries[keep:]
        ledger.points = {size for size in ledger.points if size < keep}

    return _resigned(f"truncated to {keep}, with the lines of {last}", change, moved=(last, keep))


def past_rewritten(it: Tampering, chance: random.Random) -> Mutation:
    index = chance.choice([n for n, one in enumerate(LEDGER.entries) if one.kind is Kind.DISCLOSED])

    def change(ledger: Followed) -> None:
        entry = ledger.entries[index]
        ledger.entries[index] = replace(entry, detail={**entry.detail, "out": hashed(chance.randbytes(8))})

    return _resigned(f"entry {index} rewritten under the witnesses' lines", change)


def clock_back(it: Tampering, chance: random.Random) -> Mutation:
    """An answer is put at the end, at a time at which the witnesses had signed the log without it: after the answer before it, or not even that."""
    after = chance.choice((LATE - 2, 1, -3, -9))

    def change(ledger: Followed) -> None:
        ledger.disclose(VERSION, at=ledger.at + after * SECOND, **NAMES)

    return _resigned(f"an answer {after} seconds after the one before it", change, len(LEDGER.entries))


def clock_ahead(it: Tampering, chance: random.Random) -> Mutation:
    """The newest entries are dated later than the witnesses signed them: they really did, at their own time."""
    ledger, size = copy.deepcopy(LEDGER), max(LINES)
    ledger.lines[size] = {seat: at - chance.randrange(5 + LATE, 60) for seat, at in ledger.lines[size].items()}
    return Mutation("the clock was ahead", ledger.bundle(), size - 1)


def key_that_is_gone(it: Tampering, chance: random.Random) -> Mutation:
    """Somebody goes on with the log's key before."""
    changed = next(n for n, one in enumerate(LEDGER.entries) if one.kind is Kind.KEY_ADDED)
    size = chance.choice([one for one in LINES if one > changed])
    real, parts = LEDGER.note(size), it.parts()
    forged = sign_note(LEDGER.name(size), size, read_checkpoint(read_note(real).body).root) + LINES[size]
    parts[parts.index((CHECKPOINT, real))] = (CHECKPOINT, forged)
    return Mutation(f"the key before signs {size}", joined(parts, fixed=True))


def other_name(it: Tampering, chance: random.Random) -> Mutation:
    """The log goes by its successor's name before the vote, or by its own after it."""

    def change(ledger: Followed) -> None:
        ledger.renamed += chance.choice((-1, 1, -3, 1 << 40))
        ledger.points.add(min(ledger.renamed, LEDGER.renamed))

    return _resigned("another name too early or too late", change)


def one_hook_more(it: Tampering, chance: random.Random) -> Mutation:
    at = next(n for n, one in enumerate(LEDGER.entries) if one.kind is Kind.HOOK_REMOVED)
    last = next(one for one in reversed(LEDGER.entries) if one.kind is Kind.HOOK_REGISTERED)

    def change(ledger: Followed) -> None:
        ledger.entries.insert(at, replace(last, id=900_000 + chance.randrange(99), at=ledger.entries[at - 1].at))
        ledger.side = {n + (n >= at): side for n, side in ledger.side.items()}
        ledger.renamed += 1

    return _resigned("a sixth hook", change, at)


def hook_of_a_person_named_again(it: Tampering, chance: random.Random) -> Mutation:
    number = next(one.id for one in LEDGER.entries if one.kind is Kind.HOOK_REGISTERED)

    def change(ledger: Followed) -> None:
        ledger.add(user_removed(agreement=AGREEMENT, person=PERSON), staff("registrar"))
        ledger.add(user_named(agreement=AGREEMENT, person=PERSON, holds=HELD), staff("registrar"))
        ledger.disclose(VERSION, hook=number, rows=0, **NAMES)

    return _resigned("a hint of a hook that went with its person", change, len(LEDGER.entries) + 2)


KINDS: dict[str, Callable[[Tampering, random.Random], Mutation]] = {
    "a witness's line changed": line_changed,
    "a witness's line doubled": line_doubled,
    "witnesses' lines swapped": lines_swapped,
    "a stranger's line": line_of_a_stranger,
    "witnesses' lines of another checkpoint": line_of_elsewhere,
    "the end left off below what witnesses signed, signed anew": cut_below_what_was_cosigned,
    "an answer rewritten under the witnesses' lines, signed anew": past_rewritten,
    "an answer after the clock was set back, signed anew": clock_back,
    "a clock ahead of the witnesses'": clock_ahead,
    "a checkpoint by the log's key that is gone": key_that_is_gone,
    "another name of the log too early or too late, signed anew": other_name,
    "a hook more than may be, signed anew": one_hook_more,
    "a hint of a hook that went with its person, signed anew": hook_of_a_person_named_again,
}
