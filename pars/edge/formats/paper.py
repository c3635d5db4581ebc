"""One document while it is being read: its graph, its feed's zone, and the doubts that only a reader can see."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pars.core.cases.received import DoubtFound
from pars.core.terms import StatedTime
from pars.edge.formats.graph import Graph, find

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pars.edge.formats.xml_reading import Element

_DATE: Final = re.compile(r"(\d{4}(?:-\d\d(?:-\d\d)?)?)(?:Z|[+-]\d\d:\d\d)?")
_TIME: Final = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?(\.\d{1,9})?\d*(Z|[+-]\d\d:\d\d)?")
_SET_BY_DEFAULT: Final = "00:00"


class Paper:
    """The document that is being read."""

    def __init__(self, root: Element, zone: str) -> None:
        self.root = root
        self.zone = zone
        self.graph = Graph(root)
        self._doubts: dict[str, dict[str, None]] = {}
        self._owners: dict[Element, Element | None] = {}

    def doubt(self, code: str, *elements: Element) -> None:
        """Note a doubt about these elements."""
        self._doubts.setdefault(code, {}).update((element.path, None) for element in elements)

    @property
    def doubts(self) -> tuple[DoubtFound, ...]:
        """Return the doubts so far, by code."""
        return tuple(DoubtFound(code=code, paths=tuple(paths)) for code, paths in sorted(self._doubts.items()))

    def owner_of(self, element: Element) -> Element | None:
        """Return the person in whose record or role the part lies, None where it lies in nobody's."""
        if element not in self._owners:
            own = self.graph.person(element) or self._named_by(element)
            self._owners[element] = own or (None if element.parent is None else self.owner_of(element.parent))
        return self._owners[element]

    def _named_by(self, element: Element) -> Element | None:
        links = (child for child in element.children if child.name in {"ReleasePerson", "SupervisionPerson"})
        return next((person for link in links if (person := self.graph.person(link)) is not None), None)

    def time(self, elements: Iterable[Element], *paths: str) -> StatedTime | None:
        """Return the first time that can be read at the first of these paths, with the precision it was given with."""
        elements = tuple(elements)
        for path in paths:
            for container in find(elements, path):
                found = self.time_in(container)
                if found is not None:
                    return found
        return None

    def activity_time(self, elements: Iterable[Element]) -> StatedTime | None:
        """Return when an activity took place: its date, or the start of its range."""
        return self.time(elements, "ActivityDate", "ActivityDateRange/StartDate")

    def time_in(self, container: Element) -> StatedTime | None:
        """Return the time that a date element states."""
        stated = [element for element in container.walk() if element.stated]
        # Where a date and a time are both given, the time says more.
        for element in sorted(stated, key=lambda each: "Time" not in each.name):
            found = self._read_time(element)
            if found is not None:
                return found
        return None

    def date_in(self, container: Element) -> StatedTime | None:
        """Return the civil date that a date element states: of somebody's birth a clock time is a system's filler."""
        found = self.time_in(container)
        return found if found is None else StatedTime(found.text[:10], found.zone)

    def _read_time(self, element: Element) -> StatedTime | None:
        was_read, text = element.read, element.text or ""
        date, time = _DATE.fullmatch(text), _TIME.fullmatch(text)
        try:
            if date is not None:
                return StatedTime(date[1], self.zone)
            if time is not None:
                day, clock, seconds, fraction, offset = time.groups(default="")
                stated = StatedTime(f"{day}T{clock}{seconds}{fraction}{offset}", self.zone)
                if clock == _SET_BY_DEFAULT and stated.earliest == StatedTime(day, self.zone).earliest:
                    # No system knows an arrest to be on the stroke of midnight; many write a date that way.
                    self.doubt("DEFAULT_TIME", element)
                    return StatedTime(day, self.zone)
                return stated
        except ValueError:
            pass
        element.read = was_read
        self.doubt("TIME_UNREADABLE", element)
        return None
