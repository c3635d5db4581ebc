"""Small pictures as SVG text, made on the server: hours held, an agreement's term, shares and allowances.

Each picture says in words what it shows (`role="img"` with a label); color never carries a fact alone, and a table or a
sentence with the same facts stands beside every picture. Widths are in the picture's own units and stretch with the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape

from pars.core.cases.deadlines import PROBABLE_CAUSE_HOURS
from pars.core.terms import DAY, Instant, moment, start_of_day
from pars.edge.web.words import MONTHS

SCALE_HOURS, HELD = 72, 180.0
"""How many hours the scale of hours held has, and how wide it is drawn."""


def held_bar(*, hours: float, late: bool, label: str) -> str:
    """Return one bar of hours held, on a scale shared by all rows, the limit as a line through it.

    What lies beyond the limit is marked only where the limit was missed; a bar that goes on beyond the scale ends in an arrow.
    """
    filled, line = min(hours, SCALE_HOURS) / SCALE_HOURS * HELD, PROBABLE_CAUSE_HOURS / SCALE_HOURS * HELD
    end = HELD - 7 if hours > SCALE_HOURS else filled
    bar = f'<path class="bar-held" d="M0 3h{min(end, line) if late else end:.1f}v10H0z"/>'
    if late and end > line:
        bar += f'<path class="bar-over" d="M{line:.1f} 3H{end:.1f}v10H{line:.1f}z"/>'
    if hours > SCALE_HOURS:
        bar += f'<path class="{"bar-over" if late else "bar-held"}" d="M{end} 0l7 8l-7 8z"/>'
    return (
        f'<svg class="held-bar" viewBox="0 0 {HELD:.0f} 16" role="img" aria-label="{escape(label)}" preserveAspectRatio="none">'
        f'<path class="bar-track" d="M0 7.5h{HELD:.0f}v1H0z"/>{bar}<path class="bar-limit" d="M{line:.1f} 0v16"/></svg>'
    )


def held_scale() -> str:
    """Return the hours above the bars: nought, the limit, and where the scale ends."""
    wide = 144
    return (
        f'<svg class="held-scale" viewBox="0 0 {wide} 14" aria-hidden="true" focusable="false"><text x="0" y="12">0</text>'
        f'<text x="{PROBABLE_CAUSE_HOURS / SCALE_HOURS * wide:.0f}" y="12" text-anchor="middle">{PROBABLE_CAUSE_HOURS} h</text>'
        f'<text x="{wide}" y="12" text-anchor="end">{SCALE_HOURS}</text></svg>'
    )


YEAR = 600.0
"""How wide a line of time is, in its pictures' units."""
YEAR_US = 365 * DAY
STEPS = (1, 3, 12, 24, 60, 120)
"""Months from one mark of a line's scale to the next; the first that leaves each mark room for its words."""
NARROWEST = (34, 50)
"""How many pixels a mark's words need: a month's, and one's with its year."""


def term_bar(
    *,
    start: Instant,
    end: Instant,
    now: Instant,
    window: tuple[Instant, Instant],
    ended_at: Instant | None,
    label: str,
    adopted: bool = True,
    earlier: Sequence[tuple[Instant, Instant]] = (),
    coming: tuple[Instant, Instant] | None = None,
    proposed: Sequence[tuple[Instant, Instant]] = (),
    due: Instant | None = None,
) -> str:
    """Return an agreement's term on a line shared by all agreements, today marked.

    What comes after an early end is dashed; what isn't adopted, or is to follow (`coming`), is an outline; the times of
    `earlier` versions are thinner, and so are the outlines of what is only `proposed`. A wedge marks when something is `due`.
    """
    low, high = window

    def x(at: int) -> float:
        return max(0.0, min(1.0, (at - low) / max(high - low, 1))) * YEAR

    stop = max(start, min(end, ended_at)) if ended_at is not None else end
    live = adopted and stop > now
    dress = "term-coming" if not adopted else "term-live" if live else "term-over"
    wide = max(3.0, x(stop) - x(start))
    left = min(x(start), YEAR - wide)
    parts = [f'<path class="bar-track" d="M0 11.5h{YEAR:.0f}v1H0z"/>']
    parts += [f'<path class="term-over" d="M{x(a):.1f} 8H{x(b):.1f}v8H{x(a):.1f}z"/>' for a, b in earlier if low < b]
    if coming is not None and coming[0] < high:
        parts.append(f'<path class="term-coming" d="M{x(coming[0]):.1f} 5H{x(coming[1]):.1f}v14H{x(coming[0]):.1f}z"/>')
    parts += [f'<path class="term-coming" d="M{x(a):.1f} 8H{x(b):.1f}v8H{x(a):.1f}z"/>' for a, b in proposed]
    parts.append(f'<path class="{dress}" d="M{left:.1f} 5h{wide:.1f}v14h-{wide:.1f}z"/>')
    if stop < end:
        parts.append(f'<path class="term-cut" d="M{x(stop):.1f} 5H{x(end):.1f}v14H{x(stop):.1f}z"/>')
    if low < stop < high:
        parts.append(f'<path class="term-end" d="M{x(stop):.1f} 2v20"/>')
    parts.append(f'<path class="term-now" d="M{x(now):.1f} 0v24"/>')
    if due is not None and due < high:
        parts.append(f'<path class="term-due" d="M{x(due) - 6:.1f} 0h12l-6 8z"/>')
    return _year(24, label, parts, "term-bar")


def month_scale(*, window: tuple[Instant, Instant], zone: str, width: int, months: Sequence[str] = MONTHS) -> str:
    """Return the months of a line of time, or its years where it is long, drawn for a place about `width` pixels wide. The bars' own words
    say the dates.
    """
    low, high = window
    step = next(one for one in STEPS if (high - low) / YEAR_US * 12 / one * NARROWEST[one > 1] <= width or one == STEPS[-1])
    first, last = moment(low, zone).date(), moment(high, zone).date()
    parts = []
    for month in range(-(-(first.year * 12 + first.month - 1) // step) * step, last.year * 12 + last.month, step):
        begins = date(month // 12, month % 12 + 1, 1)
        at = (start_of_day(begins, zone) - low) / (high - low) * width
        if 0 <= at < width - 24:
            year = f" {begins.year}" if begins.month == 1 and (width > 700 or step > 1) else ""
            said = f"{begins.year}" if step >= 12 else f"{months[begins.month - 1]}{year}"
            parts.append(f'<path class="strip-lead" d="M{at:.1f} 2v14"/><text x="{at + 3:.1f}" y="13">{said}</text>')
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


def points_bar(*, points: int, low: int, high: int, span: int, label: str) -> str:
    """Return one factor's points as a bar from the middle line, which is nought, on a scale shared by all factors.

    An outline shows between what the points could lie where something is missing. The numbers stand beside it as text.
    """
    middle, unit = 60.0, 56.0 / span

    def bar(dress: str, start: int, end: int, top: int, tall: int) -> str:
        left, wide = middle + start * unit, (end - start) * unit
        return f'<path class="{dress}" d="M{left:.1f} {top}h{wide:.1f}v{tall}h-{wide:.1f}z"/>'

    parts = [bar("points-open", low, high, 2, 12)] if low < high else []
    if points:
        parts.append(bar("bar-held", min(0, points), max(0, points), 3, 10))
    return (
        f'<svg class="points-bar" viewBox="0 0 120 16" role="img" aria-label="{escape(label)}">'
        f'{"".join(parts)}<path class="bar-limit" d="M{middle:.0f} 0v16"/></svg>'
    )


def allowance_bar(*, used: int, allowed: int, label: str) -> str:
    """Return how much of an allowance is used."""
    width = 300.0
    filled = min(used, allowed) / max(allowed, 1) * width
    return (
        f'<svg class="allowance-bar" viewBox="0 0 {width:.0f} 16" role="img" aria-label="{escape(label)}" preserveAspectRatio="none">'
        f'<path class="bar-track" d="M0 7.5h{width:.0f}v1H0z"/><path class="bar-held" d="M0 3h{filled:.1f}v10H0z"/></svg>'
    )
