"""The record of use: what an agency did under an agreement in a period, as counts from the ledger. Facts, no score.

The same entries give the same report, byte for byte: one sheet for the owners and the agency alike, named by its hash. It
holds no name, no record and no literal of a question: persons of the agency by pseudonym, people shown as a number.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, TypeAlias

from pars.core.agreements.standing import dues, marks, standing
from pars.core.ledger.closing import COMPLETE
from pars.core.ledger.entries import Entry, Kind
from pars.core.terms import Instant, moment

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from pars.core.agreements.acts import Agreement
    from pars.core.agreements.version import Version

__all__ = [
    "Person",
    "Refusals",
    "Seen",
    "Totals",
    "UseReport",
    "people",
    "record_of_use",
    "seen",
]

Counts: TypeAlias = tuple[tuple[str, int], ...]
"""How often each code occurred: most often first, then by name."""


@dataclass(frozen=True, slots=True)
class Refusals:
    """How often a question was refused for one reason; `names` are the columns or fields at fault."""

    code: str
    names: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Person:
    """What one person of the agency, by pseudonym, did. One who was named and never asked has zeros."""

    person: str
    answered: int
    refused: int
    records: int


@dataclass(frozen=True, slots=True)
class Seen:
    """How many distinct people were shown; how many of them were never charged; for how many of those everything was declined."""

    people: int = 0
    never_charged: int = 0
    declined: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """A period in five numbers, to compare the next one with."""

    answered: int
    refused: int
    records: int
    people: int
    never_charged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UseReport:
    """The use of one agreement in [start, end).

    `answered` counts every answer: questions, further `pages` of one, `beats` of streams, `parts` of exports, and `hints`, which hold no
    record; `repeated` of them answered a request that was sent twice. `exports` are those that began in this time, `exports_ended`
    why those ended that ended in it, with `saved` records in files that gave all there was. `duties` are those that fell due, each with its instant and when it was met (0: not by `end`).
    `outcomes` are what the agency said in this time came of its answers, the last word on each. `elsewhere` are refusals of the agency that no purpose of an agreement was named in. Charged
    or not is told as it stood at `end`.
    """

    agreement: str
    agency: str
    agency_name: str
    place: str
    zone: str
    start: Instant
    end: Instant
    versions: tuple[tuple[int, str], ...]
    answered: int
    pages: int
    repeated: int
    empty: int
    dropped: int
    evidenced: int
    records: int
    people: int
    never_charged: int
    declined: int
    streams: int
    beats: int
    quiet_beats: int
    closed: Counts
    refused: int
    refusals: tuple[Refusals, ...]
    elsewhere: tuple[Refusals, ...]
    purposes: Counts
    asked_by: tuple[tuple[tuple[str, ...], int], ...]
    columns: Counts
    columns_unused: tuple[str, ...]
    filters_unused: tuple[str, ...]
    persons: tuple[Person, ...]
    days: Counts
    replies: tuple[tuple[int, int], ...]
    duties: tuple[tuple[str, int, int], ...] = ()
    outcomes: Counts = ()
    exports: int = 0
    parts: int = 0
    exports_ended: Counts = ()
    saved: int = 0
    hints: int = 0
    before: Totals | None = None

    @property
    def totals(self) -> Totals:
        """Return the report in five numbers."""
        return Totals(**{part.name: getattr(self, part.name) for part in fields(Totals)})

    @property
    def questions(self) -> int:
        """Return how many answers were neither a further page nor a stream's, an export's or a hint."""
        return self.answered - self.pages - self.beats - self.parts - self.hints


# ---------------------------------------------------------------- who was shown


def people(cases: Iterable[str], links: Iterable[tuple[str, str]]) -> tuple[frozenset[str], ...]:
    """Return the people behind cases that were shown: for each, all cases that standing links say are theirs."""
    beside: dict[str, set[str]] = {}
    for one, other in links:
        beside.setdefault(one, set()).add(other)
        beside.setdefault(other, set()).add(one)
    found: dict[str, frozenset[str]] = {}
    for case in sorted(set(cases)):
        if case not in found:
            group, waiting = {case}, [case]
            while waiting:
                new = beside.get(waiting.pop(), set()) - group
                group |= new
                waiting += new
            found.update(dict.fromkeys(group, frozenset(group)))
    return tuple(sorted(set(found.values()), key=min))


def seen(groups: Collection[frozenset[str]], *, charged: Collection[str], declined: Collection[str]) -> Seen:
    """Count people: `charged` are the cases in which a charge was ever filed, `declined` those in which one was declined."""
    never = [group for group in groups if group.isdisjoint(charged)]
    return Seen(len(groups), len(never), sum(not group.isdisjoint(declined) for group in never))


# ---------------------------------------------------------------- the count


def record_of_use(
    agreement: Agreement,
    start: Instant,
    end: Instant,
    *,
    under: Iterable[Entry],
    elsewhere: Iterable[Entry],
    shown: Seen,
    before: Totals | None = None,
) -> UseReport:
    """Count what the entries of [start, end) say: those `under` the agreement, and those under the agency's own name."""
    versions = _versions(agreement, start, end)
    newest = versions[-1]
    tally = _Tally(newest.place.zone)
    for entry in under:
        tally.take(entry)
    for entry in elsewhere:
        tally.take_elsewhere(entry)
    granted = {name for version in versions for name in version.scope.columns}
    filters = {name for version in versions for name in version.scope.filters}
    asked = {name for names in tally.asked_by for name in names}
    purposes = {purpose.code: 0 for version in versions for purpose in version.purposes} | tally.purposes
    return UseReport(
        agreement=agreement.id,
        agency=agreement.agency,
        agency_name=newest.agency.name,
        place=newest.place.name,
        zone=newest.place.zone,
        start=start,
        end=end,
        versions=tuple((version.number, version.hash) for version in versions),
        people=shown.people,
        never_charged=shown.never_charged,
        declined=shown.declined,
        refused=sum(tally.refusals.values()),
        refusals=_refusals(tally.refusals),
        elsewhere=_refusals(tally.elsewhere),
        closed=_counts(tally.closed),
        exports_ended=_counts(tally.ended),
        purposes=_counts(purposes),
        asked_by=tuple(sorted(tally.asked_by.items(), key=lambda item: (-item[1], item[0]))),
        columns=_counts(tally.columns),
        columns_unused=tuple(sorted(granted - tally.columns.keys())),
        filters_unused=tuple(sorted(filters - asked)),
        persons=tally.by_person(user.person for user in agreement.users if _named_within(user.start, user.end, start, end)),
        days=tuple(sorted(tally.days.items())),
        replies=tuple((entry, reply.report) for reply, entry, at in agreement.replies if start <= at < end),
        duties=tuple(
            (one.duty.code, one.due, 0 if act is None else act.at)
            for _, one, act in dues(agreement, Instant(end - 1))
            if start <= one.due < end
        ),
        outcomes=_counts(Counter(tally.outcomes.values())),
        before=before,
        **tally.numbers(),
    )


NUMBERS = (
    "answered", "pages", "repeated", "empty", "dropped", "evidenced", "records", "streams", "beats", "quiet_beats", "exports", "parts", "saved",
    "hints",
)  # fmt: skip


class _Tally:
    """Counts entries as they come."""

    def __init__(self, zone: str) -> None:
        self.zone = zone
        self.count: Counter[str] = Counter()
        self.answers: set[int] = set()
        self.purposes: Counter[str] = Counter()
        self.columns: Counter[str] = Counter()
        self.asked_by: Counter[tuple[str, ...]] = Counter()
        self.days: Counter[str] = Counter()
        self.closed: Counter[str] = Counter()
        self.ended: Counter[str] = Counter()
        self.refusals: Counter[tuple[str, tuple[str, ...]]] = Counter()
        self.elsewhere: Counter[tuple[str, tuple[str, ...]]] = Counter()
        self.outcomes: dict[int, str] = {}
        self.persons: dict[str, Counter[str]] = {}

    def take(self, entry: Entry) -> None:
        """Count an entry under the agreement."""
        detail = entry.detail
        match entry.kind:
            case Kind.DISCLOSED:
                self._answer(entry)
            case Kind.REFUSED if "act" not in detail:  # with an act it is no question: a reply, say, that was refused
                self.refusals[_why(entry)] += 1
                self.persons.setdefault(entry.by.person, Counter())["refused"] += 1
            case Kind.OUTCOME_REPORTED:
                self.outcomes[detail["answer"]] = detail["outcome"]
            case Kind.STREAM_CLOSED:
                self.closed[detail["reason"]] += 1
                self.count["quiet_beats"] += detail["empty"]
            case Kind.EXPORT_OPENED:
                self.count["exports"] += 1
            case Kind.EXPORT_CLOSED:
                self.ended[detail["reason"]] += 1
                self.count["saved"] += detail["rows"] if detail["reason"] == COMPLETE else 0
            case _:
                pass

    def take_elsewhere(self, entry: Entry) -> None:
        """Count an entry under the agency's own name."""
        if entry.kind is Kind.REFUSED and "act" not in entry.detail:
            self.elsewhere[_why(entry)] += 1
        elif entry.kind is Kind.CHUNK_DROPPED:
            self.count["dropped"] += entry.detail["chunk"] in self.answers

    def _answer(self, entry: Entry) -> None:
        detail, count = entry.detail, self.count
        self.answers.add(entry.id)
        count["answered"] += 1
        count["records"] += detail["rows"]
        count["empty"] += detail["rows"] == 0 and "hook" not in detail
        count["evidenced"] += "evidence" in detail
        count["repeated"] += "repeats" in detail and "hook" not in detail
        count["pages"] += "follows" in detail and "stream" not in detail and "export" not in detail
        count["beats"] += "stream" in detail
        count["parts"] += "export" in detail
        count["hints"] += "hook" in detail
        count["streams"] += detail.get("stream") == entry.id
        self.purposes[detail["purpose"]] += 1
        self.columns.update(() if "hook" in detail else detail["columns"])
        self.asked_by[tuple(detail["filters"])] += 1
        self.days[moment(entry.at, self.zone).date().isoformat()] += 1
        person = self.persons.setdefault(entry.by.person, Counter())
        person["answered"] += 1
        person["records"] += detail["rows"]

    def by_person(self, named: Iterable[str]) -> tuple[Person, ...]:
        """Return what each person did; whoever did nothing stands there too."""
        found: dict[str, Counter[str]] = {name: Counter() for name in named} | self.persons
        made = (Person(name, one["answered"], one["refused"], one["records"]) for name, one in found.items())
        return tuple(sorted(made, key=lambda one: (-one.answered, -one.refused, one.person)))

    def numbers(self) -> Mapping[str, int]:
        """Return the plain numbers."""
        return {name: int(self.count[name]) for name in NUMBERS}


def _why(entry: Entry) -> tuple[str, tuple[str, ...]]:
    return entry.detail["code"], tuple(entry.detail.get("names", ()))


def _counts(counted: Mapping[str, int]) -> Counts:
    return tuple(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def _refusals(counted: Mapping[tuple[str, tuple[str, ...]], int]) -> tuple[Refusals, ...]:
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Refusals(code, names, count) for (code, names), count in ordered)


def _named_within(named: Instant, until: Instant | None, start: Instant, end: Instant) -> bool:
    return named < end and (until is None or start < until)


def _versions(agreement: Agreement, start: Instant, end: Instant) -> tuple[Version, ...]:
    """Return the versions that were in force at some time of [start, end), by number; where none was, the one that stood last."""
    last = Instant(end - 1)
    turns = [mark for mark in marks(agreement, last) if start < mark < end]
    stands = [standing(agreement, max(at, agreement.began)) for at in (start, *turns, last)]
    found = {one.version.number: one.version for one in stands if one.state == "IN_FORCE"}
    return tuple(found[number] for number in sorted(found)) or (stands[-1].version,)
