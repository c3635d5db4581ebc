"""Small pictures as SVG text, made on the server: hours held, a case's deadline strip, an agreement's term.

Each picture says in words what it shows (`role="img"` with a label); color never carries a fact alone, and a table or a
sentence with the same facts stands beside every picture. Widths are in the picture's own units and stretch with the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from pars.core.terms import HOUR, Instant


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


def deadline_strip(*, marks: Sequence[Mark], now: Instant, label: str) -> str:
    """Return a strip from the first mark to the last (or now), with milestones done, still open, and limits."""
    width, left, right = 960.0, 16.0, 944.0
    start = min(mark.at for mark in marks)
    end = max([now, *(mark.at for mark in marks)])
    span = max(end - start, HOUR)

    def x(at: int) -> float:
        return left + (at - start) / span * (right - left)

    parts = [f'<path class="strip-track" d="M{left} 34H{right}"/><path class="strip-past" d="M{left} 34H{x(now):.1f}"/>']
    last = {"top": -200.0, "bottom": -200.0}
    for mark in sorted(marks, key=lambda mark: mark.at):
        at = x(mark.at)
        side = "top" if at - last["top"] >= at - last["bottom"] or at - last["top"] > 110 else "bottom"
        last[side] = at
        anchor = "start" if at < 60 else "end" if at > width - 60 else "middle"
        y = 16 if side == "top" else 60
        shape = (
            f'<path class="strip-limit" d="M{at:.1f} 22v24"/>'
            if mark.limit
            else f'<circle class="{"strip-done" if mark.done else "strip-open"}" cx="{at:.1f}" cy="34" r="6"/>'
        )
        parts.append(f'{shape}<text x="{at:.1f}" y="{y}" text-anchor="{anchor}">{escape(mark.label)}</text>')
    parts.append(f'<path class="strip-now" d="M{x(now):.1f} 26l5 -8h-10z"/>')
    return f'<svg class="deadline-strip" viewBox="0 0 {width:.0f} 68" role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'


def term_bar(
    *, start: Instant, end: Instant, now: Instant, window: tuple[Instant, Instant], ended_at: Instant | None, label: str
) -> str:
    """Return an agreement's term on a line shared by all agreements, today marked; what comes after an early end is hatched."""
    width = 600.0
    low, high = window

    def x(at: int) -> float:
        return max(0.0, min(1.0, (at - low) / max(high - low, 1))) * width

    stop = min(end, ended_at) if ended_at is not None else end
    live = stop > now >= start
    parts = [f'<path class="bar-track" d="M0 11.5h{width:.0f}v1H0z"/>']
    parts.append(
        f'<path class="{"term-live" if live else "term-over"}" d="M{x(start):.1f} 5H{x(stop):.1f}v14H{x(start):.1f}z"/>'
    )
    if stop < end:
        parts.append(f'<path class="term-cut" d="M{x(stop):.1f} 5H{x(end):.1f}v14H{x(stop):.1f}z"/>')
    parts.append(f'<path class="term-end" d="M{x(stop):.1f} 2v20"/><path class="term-now" d="M{x(now):.1f} 0v24"/>')
    return f'<svg class="term-bar" viewBox="0 0 {width:.0f} 24" role="img" aria-label="{escape(label)}" preserveAspectRatio="none">{"".join(parts)}</svg>'


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
