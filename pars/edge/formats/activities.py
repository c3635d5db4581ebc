"""Which parts of a document are arrests, bookings, incidents and offenses.

NIEM has an element for each. A LEXS digest has only activities; what one is, is told by its category, by the payload element
that says more of it, or by the association that it stands in.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pars.edge.formats.graph import find
from pars.edge.formats.xml_reading import Unreadable

if TYPE_CHECKING:
    from pars.edge.formats.paper import Paper
    from pars.edge.formats.xml_reading import Element

MAX_ARRESTS: Final = 20
MAX_CHARGES: Final = 200

_KINDS: Final = ("Arrest", "Booking", "Incident", "Offense", "Warrant")
_PAIRS: Final = (
    ("ArrestOffenseAssociation", "Arrest", "Offense"),
    ("IncidentArrestAssociation", "Incident", "Arrest"),
    ("IncidentOffenseAssociation", "Incident", "Offense"),
    ("ActivityArrestAssociation", "Booking", "Arrest"),
)
_SINGLE: Final = re.compile(
    r"(Arrest|Offense|Incident)(?:Subject|Officer|Victim|Witness|Location|Evidence|Weapon|Person)\w*Association"
)
_ELEMENTS: Final = {
    "Arrest": ("Arrest", "IncidentArrest"),
    "Incident": ("Incident",),
    "Offense": ("Offense",),
    "Booking": ("Booking",),
}


class Activities:
    """The arrests, bookings, incidents and offenses of one document, each with everything that is said of it."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper
        self._kinds = self._digest_kinds()
        self.arrests = self._of("Arrest")
        self.bookings = self._of("Booking")
        self.incidents = self._of("Incident")
        self.offenses = self._of("Offense")
        for found, limit, name in ((self.arrests, MAX_ARRESTS, "arrests"), (self.offenses, MAX_CHARGES, "offenses")):
            if len(found) > limit:
                raise too_many(limit, name, found[limit])

    def facets(self, activity: Element) -> tuple[Element, ...]:
        """Return the activity and all that says more of it."""
        return self._paper.graph.facets(activity) + self._lost(activity)

    def _of(self, kind: str) -> list[Element]:
        digest = [activity for activity, its in self._kinds.items() if its == kind]
        return sorted(digest or self._unjoined(kind), key=lambda each: each.line)

    def _unjoined(self, kind: str) -> list[Element]:
        """Return the elements of this kind that say of no other element that they are the same."""
        named = self._paper.graph.named(*_ELEMENTS[kind])
        return [
            each
            for each in named
            if each.children and each.reference is None and not self._paper.graph.is_same_as_another(each)
        ]

    def _lost(self, activity: Element) -> tuple[Element, ...]:
        """Return a payload's elements that name no activity of the digest, or none that exists, where only one can be meant."""
        kind = self._kinds.get(activity)
        if kind not in _ELEMENTS or list(self._kinds.values()).count(kind) > 1:
            return ()
        lost = tuple(self._unjoined(kind))
        dangling = [each for each in lost if self._paper.graph.dangles(each)]
        if dangling:
            self._paper.doubt("DANGLING_REFERENCE", *dangling)
        return lost

    def _digest_kinds(self) -> dict[Element, str]:
        graph = self._paper.graph
        activities = [activity for activity in graph.named("Activity") if activity.children and activity.reference is None]
        kinds = {activity: kind for activity in activities if (kind := self._stated_kind(activity)) is not None}
        for name, first, second in _PAIRS:
            for ends in graph.associations(name):
                self._note_pair(kinds, ends, first, second)
        for activity in activities:
            for name in graph.joined_by(activity):
                single = _SINGLE.fullmatch(name)
                if single is not None:
                    kinds.setdefault(activity, single[1])
        return kinds

    def _stated_kind(self, activity: Element) -> str | None:
        for category in find((activity,), "ActivityCategoryText"):
            for kind in _KINDS:
                if category.ends_with(kind.casefold()):
                    return kind
        names = {facet.name for facet in self._paper.graph.facets(activity)}
        return next((kind for kind in _KINDS if kind in names), None)

    @staticmethod
    def _note_pair(kinds: dict[Element, str], ends: tuple[Element, ...], first: str, second: str) -> None:
        """Note what the two ends of an association are, in its order unless one of them is known to be the other kind."""
        if len(ends) != 2 or any(end.name not in {"Activity", *_KINDS} for end in ends):
            return
        if first in {kinds.get(ends[1]), ends[1].name} or second in {kinds.get(ends[0]), ends[0].name}:
            ends = (ends[1], ends[0])
        for end, kind in zip(ends, (first, second), strict=True):
            if end.name == "Activity":
                kinds.setdefault(end, kind)


def too_many(limit: int, name: str, element: Element) -> Unreadable:
    """Return the refusal of a document that holds more than one person's custody can."""
    return Unreadable(
        "TOO_MANY", element.line, f"the document has more than {limit} {name}", "Send one document about one custody."
    )
