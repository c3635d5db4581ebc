"""Small pictures as SVG text, made on the server: hours held, a case's deadline strip, an agreement's term.

Each picture says in words what it shows (`role="img"` with a label); color never carries a fact alone, and a table or a
sentence with the same facts stands beside every picture. Widths are in the picture's own units and stretch with the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from pars.core.terms import HOUR, Instant, moment, start_of_day


def held_bar(*, hours: float, limit: float = 48, scale: float = 72, label: str) -> str:
    """Return one bar of hours held, on a scale shared by all rows, with the limit as a line through it."""
    width = 180
    filled = min(hours, scale) / scale * width
    line = limit / scale * width
    over = hours >= limit
    beyond = (
        f'<path class="bar-over" d="M{line:.1f} 3h{max(0.0, filled - line):.1f}v10h-{max(0.0, filled - line):.1f}z"/>'
        if over
        else ""
    )
    arrow = f'<path class="bar-over" d="M{width - 6} 2l6 6l-6 6z"/>' if hours > scale else ""
    return (
        f'<svg class="held-bar" viewBox="0 0 {width} 16" role="img" aria-label="{escape(label)}" preserveAspectRatio="none">'
        f'<path class="bar-track" d="M0 7.5h{width}v1H0z"/><path class="bar-held" d="M0 3h{min(filled, line):.1f}v10H0z"/>'
        f'{beyond}{arrow}<path class="bar-limit" d="M{line:.1f} 0v16"/></svg>'
    )


@dataclass(frozen=True, slots=True)
class Mark:
    """A point on a strip: an instant, a short label, and whether it has happened."""

    at: Instant
    label: str
    done: bool
    limit: bool = False


LANES = (("top", 32.0), ("bottom", 72.0), ("top", 14.0), ("bottom", 90.0))
"""Where a strip's labels stand: next to the line above and below, then further away; y in the picture's units."""

LETTER = 6.1
"""About how wide a letter of a label is."""


def deadline_strip(*, marks: Sequence[Mark], now: Instant, label: str) -> str:
    """Return a strip from the first mark to the last (or now), with milestones done, still open, and limits."""
    width, left, right, line = 960.0, 16.0, 944.0, 48.0
    start = min(mark.at for mark in marks)
    span = max(max([now, *(mark.at for mark in marks)]) - start, HOUR)

    def x(at: int) -> float:
        return left + (at - start) / span * (right - left)

    limits = [mark.at for mark in marks if mark.limit]
    late = limits and now > min(limits)
    parts = [
        f'<path class="strip-track" d="M{left} {line}H{right}"/><path class="strip-past" d="M{left} {line}H{x(now):.1f}"/>'
    ]
    if late:
        parts.append(f'<path class="strip-late" d="M{x(min(limits)):.1f} {line}H{x(now):.1f}"/>')
    taken = [-1.0] * len(LANES)
    for mark in sorted(marks, key=lambda mark: mark.at):
        at = x(mark.at)
        parts.append(_strip_mark(mark, at, line))
        half = len(mark.label) * LETTER / 2
        wanted = max(0.0, min(at - half, width - 2 * half))
        lane = min(range(len(LANES)), key=lambda number: (max(0.0, taken[number] - wanted), number))
        low = max(wanted, taken[lane])
        taken[lane] = low + 2 * half + 8
        side, y = LANES[lane]
        if lane > 1 or low > at:
            foot = max(low + 4, min(at, low + 2 * half - 4))
            parts.append(f'<path class="strip-lead" d="M{at:.1f} {line}L{foot:.1f} {y + 3 if side == "top" else y - 11}"/>')
        parts.append(f'<text x="{low + half:.1f}" y="{y}" text-anchor="middle">{escape(mark.label)}</text>')
    parts.append(f'<path class="strip-now" d="M{x(now):.1f} {line - 6}l5 -8h-10z"/>')
    return f'<svg class="deadline-strip" viewBox="0 0 {width:.0f} 96" role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'


def _strip_mark(mark: Mark, at: float, line: float) -> str:
    if mark.limit:
        return f'<path class="strip-limit" d="M{at:.1f} {line - 12}v24"/>'
    return f'<circle class="{"strip-done" if mark.done else "strip-open"}" cx="{at:.1f}" cy="{line}" r="5"/>'


YEAR = 600.0
"""How wide a year's line is, in its pictures' units."""


def term_bar(
    *,
    start: Instant,
    end: Instant,
    now: Instant,
    window: tuple[Instant, Instant],
    ended_at: Instant | None,
    label: str,
    adopted: bool = True,
) -> str:
    """Return an agreement's term on a line shared by all agreements, today marked.

    What comes after an early end is dashed; what isn't adopted is an outline.
    """
    low, high = window

    def x(at: int) -> float:
        return max(0.0, min(1.0, (at - low) / max(high - low, 1))) * YEAR

    stop = max(start, min(end, ended_at)) if ended_at is not None else end
    live = adopted and stop > now
    dress = "term-coming" if not adopted else "term-live" if live else "term-over"
    wide = max(3.0, x(stop) - x(start))
    left = min(x(start), YEAR - wide)
    parts = [
        f'<path class="bar-track" d="M0 11.5h{YEAR:.0f}v1H0z"/><path class="{dress}" d="M{left:.1f} 5h{wide:.1f}v14h-{wide:.1f}z"/>'
    ]
    if stop < end:
        parts.append(f'<path class="term-cut" d="M{x(stop):.1f} 5H{x(end):.1f}v14H{x(stop):.1f}z"/>')
    if low < stop < high:
        parts.append(f'<path class="term-end" d="M{x(stop):.1f} 2v20"/>')
    parts.append(f'<path class="term-now" d="M{x(now):.1f} 0v24"/>')
    return _year(24, label, parts, "term-bar")


def month_scale(*, window: tuple[Instant, Instant], zone: str, width: int) -> str:
    """Return the months of a year's line, drawn for a place about `width` pixels wide. The bars' own words say the dates."""
    low, high = window
    first = moment(low, zone).date().replace(day=1)
    parts = []
    for number in range(14):
        month = first.month - 1 + number
        begins = date(first.year + month // 12, month % 12 + 1, 1)
        at = (start_of_day(begins, zone) - low) / (high - low) * width
        if 0 <= at < width - 24:
            year = f" {begins.year}" if begins.month == 1 and width > 700 else ""
            parts.append(f'<path class="strip-lead" d="M{at:.1f} 2v14"/><text x="{at + 3:.1f}" y="13">{begins:%b}{year}</text>')
    return f'<svg class="month-scale" viewBox="0 0 {width} 17" aria-hidden="true" focusable="false">{"".join(parts)}</svg>'


def _year(height: int, label: str, parts: Sequence[str], dress: str) -> str:
    return (
        f'<svg class="{dress}" viewBox="0 0 {YEAR:.0f} {height}" role="img" aria-label="{escape(label)}" preserveAspectRatio="none">'
        f"{''.join(parts)}</svg>"
    )


def share_bar(*, parts: Sequence[tuple[str, int]], label: str) -> str:
    """Return one bar divided by counts, each part with its own pattern class; the counts stand beside it as text."""
    width = 600.0
    total = sum(count for _, count in parts) or 1
    drawn, at = [], 0.0
    for number, (_, count) in enumerate(parts):
        wide = count / total * width
        drawn.append(f'<path class="share-{number % 6}" d="M{at:.1f} 2h{wide:.1f}v16h-{wide:.1f}z"/>')
        at += wide
    return f'<svg class="share-bar" viewBox="0 0 {width:.0f} 20" role="img" aria-label="{escape(label)}" preserveAspectRatio="none">{"".join(drawn)}</svg>'


def allowance_bar(*, used: int, allowed: int, label: str) -> str:
    """Return how much of an allowance is used."""
    width = 300.0
    filled = min(used, allowed) / max(allowed, 1) * width
    return (
        f'<svg class="allowance-bar" viewBox="0 0 {width:.0f} 16" role="img" aria-label="{escape(label)}" preserveAspectRatio="none">'
        f'<path class="bar-track" d="M0 7.5h{width:.0f}v1H0z"/><path class="bar-held" d="M0 3h{filled:.1f}v10H0z"/></svg>'
    )
