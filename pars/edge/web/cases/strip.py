"""A case's deadline strip as SVG text: one line from the arrest to now, a flag for each thing that happened, the limit across it.

Flags never lie on each other: each stands beside its own thin staff, in the lane nearest to the line where neither its words nor its
staff meet another's. Days after the limit, which would press the first hours together, are folded: the line is broken there, visibly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from pars.core.terms import HOUR, Instant

Kind = Literal["done", "limit", "met", "now"]
Side = Literal["above", "below"]
SIDES: tuple[Side, ...] = ("above", "below")

WIDTH, LEFT, RIGHT = 960.0, 8.0, 952.0
LANE = 16.0
"""How far apart the lanes of flags are."""
LETTER = 6.0
"""About how wide a letter of a flag is."""
FOLD_AFTER, FOLDED = 24 * HOUR, 0.82
"""From how much on the days after the limit are folded, and how much of the line is left to what was before."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A point on a strip: an instant, what its flag says, and what kind it is (`met` is a limit that was kept)."""

    at: Instant
    label: str
    kind: Kind = "done"


@dataclass(frozen=True, slots=True)
class Flag:
    """Where a mark's words stand: beside a staff at `x`, from `low` to `high`, so many lanes above or below the line."""

    mark: Mark
    x: float
    low: float
    high: float
    side: Side
    lane: int

    def meets(self, other: Flag) -> bool:
        """Return whether the words or the staff of one would cross the other's."""
        if self.side != other.side:
            return False
        if self.lane == other.lane:
            return self.low < other.high and other.low < self.high
        near, far = sorted((self, other), key=lambda flag: flag.lane)
        return near.low < far.x < near.high


@dataclass(frozen=True, slots=True)
class Scale:
    """Where an instant lies on the line; beyond `fold` (None where nothing is folded) the line is another, smaller scale."""

    start: Instant
    fold: Instant | None
    end: Instant

    def x(self, at: int) -> float:
        """Return how far right an instant lies."""
        if self.fold is None:
            share = (at - self.start) / (self.end - self.start)
        elif at <= self.fold:
            share = FOLDED * (at - self.start) / (self.fold - self.start)
        else:
            share = FOLDED + (1 - FOLDED) * (at - self.fold) / (self.end - self.fold)
        return LEFT + share * (RIGHT - LEFT)


def scale_of(marks: Sequence[Mark]) -> Scale:
    """Return the scale from the first mark to the last, folded where the last lies far beyond the limit and the first day's marks."""
    start = min(mark.at for mark in marks)
    end = Instant(max(*(mark.at for mark in marks), start + HOUR))
    early = max(mark.at for mark in marks if (mark.at <= start + 72 * HOUR and mark.kind != "now") or mark.at == start)
    fold = Instant(early + 2 * HOUR)
    return Scale(start, fold if end - fold > FOLD_AFTER else None, end)


def flags_of(marks: Sequence[Mark], scale: Scale) -> list[Flag]:
    """Return every mark's flag, each as near to the line as it can stand."""
    placed: list[Flag] = []
    for mark in sorted(marks, key=lambda mark: mark.at, reverse=True):
        flag = _nearest(mark, scale, SIDES, placed, lanes=len(marks) + 1)
        if flag is None:
            return _apart(marks, scale)
        placed.append(flag)
    return placed


def _apart(marks: Sequence[Mark], scale: Scale) -> list[Flag]:
    """Return the flags that reach left above the line and those that reach right below it: that always has room.

    Several near the right end would otherwise find each other's staffs on both sides.
    """
    placed: list[Flag] = []
    for mark in sorted(marks, key=lambda mark: mark.at, reverse=True):
        if not _reaches_left(mark, scale):
            placed.append(_sure(mark, scale, SIDES[1:], placed))
    for mark in sorted(marks, key=lambda mark: mark.at):
        if _reaches_left(mark, scale):
            placed.append(_sure(mark, scale, SIDES[:1], placed))
    return placed


def _sure(mark: Mark, scale: Scale, sides: Sequence[Side], placed: Sequence[Flag]) -> Flag:
    flag = _nearest(mark, scale, sides, placed, lanes=len(placed) + 1)
    assert flag is not None, "nearer flags of one direction never stand across a farther one's staff"
    return flag


def _nearest(mark: Mark, scale: Scale, sides: Sequence[Side], placed: Sequence[Flag], *, lanes: int) -> Flag | None:
    """Return the mark's flag as near to the line as it meets no other; None where every place is taken."""
    x, wide = scale.x(mark.at), _wide(mark)
    low = x - wide if _reaches_left(mark, scale) else x
    tried = (Flag(mark, x, low, low + wide, side, lane) for lane in range(lanes) for side in sides)
    return next((flag for flag in tried if not any(flag.meets(other) for other in placed)), None)


def _wide(mark: Mark) -> float:
    return len(mark.label) * LETTER + 10


def _reaches_left(mark: Mark, scale: Scale) -> bool:
    return scale.x(mark.at) + _wide(mark) > WIDTH


def deadline_strip(*, marks: Sequence[Mark], late: tuple[Instant, Instant] | None = None) -> str:
    """Return the strip of these marks, one of which is now; `late` is the time that lay over the limit."""
    scale = scale_of(marks)
    flags = flags_of(marks, scale)
    line = 10 + LANE * (1 + max((flag.lane for flag in flags if flag.side == "above"), default=0))
    height = line + 10 + LANE * (1 + max((flag.lane for flag in flags if flag.side == "below"), default=-1))
    now = max((mark.at for mark in marks if mark.kind == "now"), default=scale.end)
    parts = [
        f'<path class="strip-track" d="M{LEFT} {line}H{RIGHT}"/>',
        f'<path class="strip-past" d="M{LEFT} {line}H{scale.x(now):.1f}"/>',
    ]
    if late is not None:
        parts.append(f'<path class="strip-late" d="M{scale.x(late[0]):.1f} {line}H{scale.x(late[1]):.1f}"/>')
    if scale.fold is not None:
        x = scale.x(scale.fold)
        parts.append(f'<path class="strip-gap" d="M{x - 3:.1f} {line + 7}l6 -14"/>')
        parts.append(f'<path class="strip-fold" d="M{x - 6:.1f} {line + 7}l6 -14M{x:.1f} {line + 7}l6 -14"/>')
    parts += [_staff(flag, line) for flag in flags]
    parts += [_point(flag.mark.kind, flag.x, line) for flag in sorted(flags, key=lambda flag: flag.mark.kind == "now")]
    parts += [_words(flag, line) for flag in flags]
    return (
        f'<svg class="deadline-strip" viewBox="0 0 {WIDTH:.0f} {height:.0f}" aria-hidden="true" focusable="false">'
        f"{''.join(parts)}</svg>"
    )


def _baseline(flag: Flag, line: float) -> float:
    return line - 10 - LANE * flag.lane if flag.side == "above" else line + 18 + LANE * flag.lane


def _staff(flag: Flag, line: float) -> str:
    end = _baseline(flag, line) - 9 if flag.side == "above" else _baseline(flag, line)
    return f'<path class="strip-lead" d="M{flag.x:.1f} {line}V{end:.1f}"/>'


def _point(kind: Kind, x: float, line: float) -> str:
    match kind:
        case "limit" | "met":
            return f'<path class="strip-{kind}" d="M{x:.1f} {line - 9}v18"/>'
        case "now":
            return f'<path class="strip-now" d="M{x:.1f} {line - 7}l6 7l-6 7l-6 -7z"/>'
        case _:
            return f'<circle class="strip-done" cx="{x:.1f}" cy="{line}" r="4.5"/>'


def _words(flag: Flag, line: float) -> str:
    right = flag.low < flag.x
    place = (
        f'x="{flag.x + (-4 if right else 4):.1f}" y="{_baseline(flag, line):.1f}" text-anchor="{"end" if right else "start"}"'
    )
    return f'<text class="strip-{flag.mark.kind}-says" {place}>{escape(flag.mark.label)}</text>'
