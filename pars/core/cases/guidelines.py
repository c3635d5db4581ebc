"""A pretrial guideline as dated data: which answers weigh how much, and what the sum recommends.

A guideline is a text that its owners write: nothing in this module knows a factor or a number. It is read strictly, what is wrong is
refused with its place, and a signed worksheet names the text by its hash. A recommendation is words for the court; it is never an
amount and never a refusal of bail.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from pars.core.cases.questions import QUESTIONS
from pars.core.document import WORD, Node, read

if TYPE_CHECKING:
    from pars.core.terms import Refusal

FORMAT = "pars.guideline.1"
MOST_POINTS = 100

Status = Literal["ILLUSTRATIVE", "ADOPTED"]

STATUSES: Mapping[str, str] = MappingProxyType(
    {
        "ILLUSTRATIVE": "Illustrative: invented to show how a worksheet works. Nobody adopted it, and no court relies on it.",
        "ADOPTED": "Adopted by the owners.",
    }
)
RECOMMENDATIONS: Mapping[str, str] = MappingProxyType(
    {
        "ROR": "Release on recognizance",
        "CONDITIONS": "Release on nonmonetary conditions",
        "COURT": "No recommendation: left to the court",
    }
)
"""What may be recommended; never an amount, never a refusal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """One factor: which question it weighs, the points of each answer, and whether an answer counts only once it is confirmed.

    What isn't known has no points, and the worksheet says what it could have come to.
    """

    code: str
    label: str
    question: str
    points: Mapping[str, int] = field(hash=False)
    confirmed_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """From how many points on something is recommended; `least` None: whatever else the sum is."""

    least: int | None
    recommendation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Guideline:
    """One edition of a guideline. `ranges` stand from the highest down; `first` and `last` are the civil days on which it is in force."""

    sha256: str
    code: str
    edition: str
    title: str
    status: str
    citation: str
    first: date | None
    last: date | None
    factors: tuple[Factor, ...]
    ranges: tuple[Range, ...]

    def recommended(self, points: int) -> str:
        """Return what so many points recommend."""
        return next(one.recommendation for one in self.ranges if one.least is None or one.least <= points)

    def covers(self, day: date) -> bool:
        """Return whether the guideline is in force on a civil day."""
        return (self.first or date.min) <= day <= (self.last or date.max)


def guideline_on(guidelines: Iterable[Guideline], day: date) -> Guideline | None:
    """Return the guideline in force on a day: an adopted one before an illustrative one, then the one that began last; None where none is."""
    found = [one for one in guidelines if one.covers(day)]
    return max(found, key=lambda one: (one.status == "ADOPTED", one.first or date.min, one.code, one.edition), default=None)


def read_guideline(text: bytes) -> Guideline | Refusal:
    """Return the guideline whose canonical text this is, or what is wrong and where."""

    def reader(node: Node) -> Guideline:
        needs = {"format", "guideline", "edition", "title", "status", "citation", "factors", "ranges"}
        parts = node.fields(needs, {"first", "last"})
        parts["format"].one_of({FORMAT}, "WRONG_FORMAT")
        first, last = (_day(parts[name]) if name in parts else None for name in ("first", "last"))
        if first is not None and last is not None and last < first:
            raise parts["last"].wrong("ENDS_BEFORE_IT_BEGINS", "the last day lies before the first.")
        return Guideline(
            sha256=sha256(text).hexdigest(),
            code=parts["guideline"].text(WORD),
            edition=parts["edition"].text(most=40),
            title=parts["title"].text(most=200),
            status=parts["status"].one_of(STATUSES),
            citation=parts["citation"].text(most=500),
            first=first,
            last=last,
            factors=_factors(parts["factors"]),
            ranges=_ranges(parts["ranges"]),
        )

    return read(text, reader)


def _day(node: Node) -> date:
    try:
        return date.fromisoformat(node.text(most=10))
    except ValueError:
        raise node.wrong("NOT_A_DAY", "a day like 2026-01-31 is needed here.") from None


def _factors(node: Node) -> tuple[Factor, ...]:
    found: dict[str, Factor] = {}
    for part in node.items(least=1, most=len(QUESTIONS)):
        fields = part.fields({"factor", "label", "question", "points"}, {"confirmed_only"})
        code = fields["factor"].text(WORD)
        question = fields["question"].one_of(QUESTIONS, "UNKNOWN_QUESTION")
        if code in found or question in {factor.question for factor in found.values()}:
            raise part.wrong("TWICE", "a factor or a question stands here twice.")
        found[code] = Factor(
            code=code,
            label=fields["label"].text(most=200),
            question=question,
            points=_points(fields["points"], question),
            confirmed_only="confirmed_only" in fields and fields["confirmed_only"].whole(0, 1) == 1,
        )
    return tuple(found.values())


def _points(node: Node, question: str) -> Mapping[str, int]:
    """Return the points of every answer that the question may have: one that is left out would weigh nothing unseen."""
    known = {code.lower(): code for code in QUESTIONS[question].answers}
    return MappingProxyType({known[name]: part.whole(-MOST_POINTS, MOST_POINTS) for name, part in node.fields(known).items()})


def _ranges(node: Node) -> tuple[Range, ...]:
    """Return the ranges: each begins below the one before, and the last takes whatever is left, so that no sum is without one."""
    found: list[Range] = []
    parts = node.items(least=1, most=len(RECOMMENDATIONS))
    for part in parts:
        fields = part.fields({"recommendation"}, {"least"})
        least = fields["least"].whole(-(10**6), 10**6) if "least" in fields else None
        if (least is None) != (part is parts[-1]):
            raise part.wrong("RANGES_LEAVE_A_GAP", "every range but the last says from how many points it counts.")
        if found and least is not None and least >= (found[-1].least or 0):
            raise part.wrong("RANGES_CROSS", "each range begins below the one before it.")
        recommendation = fields["recommendation"].one_of(RECOMMENDATIONS, "UNKNOWN_RECOMMENDATION")
        if recommendation in {one.recommendation for one in found}:
            raise part.wrong("TWICE", "this recommendation stands here twice.")
        found.append(Range(least=least, recommendation=recommendation))
    return tuple(found)
