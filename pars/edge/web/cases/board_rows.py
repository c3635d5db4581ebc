"""One person on the custody board: what their line says, and how it is drawn.

A line is written here and not in a template: a page that is live is given some dozens a second for each of its watchers, and a
template takes five times as long over one. What comes from outside is escaped by `_given`, everything else by `escape`.

A line says what one row says at one second, and nothing else. So what was drawn within the running second is kept until the next: many
who watch are each given the same row by the door, and it is drawn for the first of them. It is found by all that the row holds, so nobody
gets by it what they weren't given.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString, mark_safe

from pars.core.cases.board import NOW_COLUMNS
from pars.core.cases.waiting import DESKS, FLAGS, Due, Waiting, due, flags, waiting
from pars.core.terms import HOUR, SECOND, Instant, StatedTime, instant
from pars.core.visible import visible_lines
from pars.edge.web import words
from pars.edge.web.pictures import held_bar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


INSTANTS = tuple(name for name, kind in NOW_COLUMNS.items() if kind == "instant")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Line:
    """One person on the board, as the template draws them."""

    case_id: str
    version: int
    name: str
    under: str
    held: str
    bar: str
    began: str
    charge: str
    grade: str
    more: int
    waiting: Waiting
    desk: str
    also: tuple[str, ...]
    due: Due
    due_in: str
    over: bool
    flags: tuple[str, ...]
    free: bool
    """Custody ended, so they don't count as in custody: the police let them go, and something is still owed."""
    district: str
    order: str
    """Its place: longest held first, then those without a known time, last those who aren't held; names break ties. A live page places
    newcomers by it.
    """

    @property
    def limit_ms(self) -> int | None:
        """Return the second from which on the line says something else by time alone, as a browser counts; None where no limit lies ahead."""
        return -(-self.due.at // SECOND) * 1000 if self.due.limits and not self.due.late and self.due.at is not None else None


@dataclass(frozen=True, slots=True)
class Placed:
    """A line under a page's filters: whether they leave it, and whether that of the desk aside: the page counts by it who waits where."""

    line: Line
    within: bool
    shown: bool

    @property
    def row(self) -> SafeString:
        """Return the row of the table."""
        limit = f' data-limit="{self.line.limit_ms}"' if self.line.limit_ms is not None else ""
        row = f'<tr {self._about()} data-order="{escape(self.line.order)}"{limit}>\n{cells_of(self.line)}\n</tr>'
        return mark_safe(row)  # noqa: S308  every part is escaped where it is written

    @property
    def aside(self) -> SafeString:
        """Return what a live page needs of somebody whom its filters leave out: no more than what it counts by."""
        return mark_safe(f"<tr {self._about()} hidden></tr>")  # noqa: S308  as above

    def _about(self) -> str:
        marks = (" data-within" if self.within else "") + (" data-free" if self.line.free else "")
        desks = " ".join(self.line.waiting.desks)
        return f'data-row="{escape(self.line.case_id)}" data-version="{self.line.version}" data-desks="{desks}"{marks}'


class _Second:
    """What was drawn in one second: lines by the rows that they were drawn from, cells by lines."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.lines: dict[tuple[Any, ...], Line] = {}
        self.cells: dict[Line, str] = {}


_now = _Second(0)


def _second(at: int) -> _Second:
    global _now  # noqa: PLW0603  one for all who are answered in this second; a thread that comes late begins one of its own
    found = _now
    if found.at != at:
        found = _now = _Second(at)
    return found


def lines_of(rows: Sequence[Mapping[str, Any]], versions: Mapping[str, int], at: Instant) -> list[Line]:
    """Return the lines of the rows of an answer as they are at this second, longest held first."""
    second = Instant(at - at % SECOND)
    drawn = _second(second)
    found = [_line_in(drawn, row, versions[row["record"]], second) for row in rows]
    return sorted(found, key=lambda line: line.order)


def _line_in(drawn: _Second, row: Mapping[str, Any], version: int, at: Instant) -> Line:
    said = (version, *((name, tuple(value) if type(value) is list else value) for name, value in row.items()))
    line = drawn.lines.get(said)
    if line is None:
        line = drawn.lines[said] = line_of(values_of(row), version, at)
    return line


def cells_of(line: Line) -> str:
    """Return the cells of the line's row."""
    held = _now.cells.get(line)
    if held is None:
        held = _now.cells[line] = "\n".join(
            (_held(line), _person(line), _arrested(line), _charges(line), _waits(line), _due(line))
        )
    return held


def values_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row with its instants as instants again: an answer carries them as text."""
    found = dict(row)
    for name in INSTANTS:
        if (value := found.get(name)) is not None:
            found[name] = instant(datetime.fromisoformat(value))
    return found


def line_of(row: Mapping[str, Any], version: int, at: Instant) -> Line:
    """Return what the row says at `at`."""
    began = row.get("custody_began")
    free = bool(row.get("custody_ended"))
    held = at - began if began is not None and not free else None
    turn, limit = waiting(row), due(row, at)
    grade, charge, more = lead_charge(row)
    name = row.get("display_name") or "Name not shown"
    known = flags(row, at)
    over = "late" in known
    return Line(
        case_id=row["record"],
        version=version,
        name=name,
        under=_under(row, at),
        held=words.span(held) if held is not None else "not held" if free else "not known",
        bar=held_bar(hours=held / HOUR, late=over, label=f"Held {words.span(held)}") if held is not None else "",
        began=_began(row),
        charge=charge,
        grade=grade,
        more=more,
        waiting=turn,
        desk=DESKS[turn.desk],
        also=tuple(DESKS[desk] for desk in turn.also),
        due=limit,
        due_in=_due_in(limit, at),
        over=over,
        flags=tuple(FLAGS[code] for code in known),
        free=free,
        district=row.get("district") or "",
        order=f"{'~~' if free else f'{began:017}' if began is not None else '~'} {visible_lines(name)}",
    )


def _due_in(limit: Due, at: Instant) -> str:
    """Return how long it is to the limit or over it; to a hearing, or since."""
    if limit.at is None:
        return ""
    return words.holds_for(limit.at, at) if limit.limits else words.from_now(limit.at, at)


def _under(row: Mapping[str, Any], at: Instant) -> str:
    born = row.get("birth_date")
    parts = [
        f"{words.years(StatedTime(born, words.zone()), at)}" if born else "",
        row.get("facility") or row.get("district"),
    ]
    return " · ".join(part for part in parts if part)


def _began(row: Mapping[str, Any]) -> str:
    if row.get("custody_began") is None:
        return "not known"
    return words.stated(StatedTime.read(row["custody_began_text"]))


def lead_charge(row: Mapping[str, Any]) -> tuple[str, str, int]:
    """Return the gravest charge's grade and words, and how many others there are."""
    charges = row.get("filed_charges") or row.get("proposed_charges") or []
    grade = row.get("lead_grade") or ""
    lead = next((charge for charge in charges if grade and charge.endswith(f"({grade})")), charges[0] if charges else "")
    return grade, lead.removesuffix(f" ({grade})") if grade else lead, max(0, len(charges) - 1)


def _held(line: Line) -> str:
    return f'<td data-cell="held"><div class="held-cell"><b>{line.held}</b>{line.bar}</div></td>'


def _person(line: Line) -> str:
    case = escape(line.case_id)
    link = f'<a id="row-{case}" href="/cases/{case}"><strong>{_given(line.name)}</strong></a>'
    return f'<td data-cell="person">{link}<span class="sub">{_given(line.under)}</span></td>'


def _arrested(line: Line) -> str:
    return f'<td data-cell="began" data-label="Arrested">{escape(line.began)}</td>'


def _charges(line: Line) -> str:
    grade = f"<strong>{_given(line.grade)}</strong> " if line.grade else ""
    more = f' <span class="soft nowrap">+{line.more}</span>' if line.more else ""
    return f'<td data-cell="charge" data-label="Charges" class="wrap-words">{grade}{_given(line.charge) or "—"}{more}</td>'


def _waits(line: Line) -> str:
    also = f"also {', '.join(line.also).lower()} " if line.also else ""
    tags = "".join(f'<span class="tag {"stop" if flag == FLAGS["late"] else "warn"}">{flag}</span> ' for flag in line.flags)
    beside = f'<span class="sub">{also}{tags}</span>' if also or tags else ""
    says = f"<strong>{line.desk}</strong> · {escape(line.waiting.says)}{beside}"
    return f'<td data-cell="waiting" data-label="Waiting for" class="wrap-words">{says}</td>'


def _due(line: Line) -> str:
    at, says = line.due.at, escape(line.due.says)
    if at is None:
        told = f'<span class="sub">{says}</span>'
    else:
        time = f'<time datetime="{words.iso(at)}" title="{escape(words.stamp(at))}">{words.clock(at)}</time>'
        told = f'{time}<span class="sub">{says} {escape(line.due_in)}</span>'
    return f'<td data-cell="due" data-label="Due" class="due{" late" if line.due.late else ""}">{told}</td>'


def _given(text: str) -> str:
    """Return what came from outside in a direction of its own, with what can't be seen written out, as the templates' `given` does."""
    return f"<bdi>{escape(visible_lines(text))}</bdi>" if text else ""
