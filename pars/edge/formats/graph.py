"""Who and what a document's references join: ids, roles, associations, and the parts that are the same thing.

Families differ in where they put a fact, not in how they join it. A part has an identifier; a reference names it; a *role*
(arrest subject, officer) points at the person who plays it; an *association* names its ends; in LEXS a payload says that
its element is the *same as* one of the digest. Only local names are looked at: prefixes and versions differ from feed to feed.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from pars.edge.formats.xml_reading import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pars.edge.formats.xml_reading import Element

STEPS: Final = 8
"""How many references are followed before the chain counts as a circle."""

_ROLE_LINKS: Final = frozenset(
    {"RoleOfPersonReference", "RoleOfPerson", "EntityPerson", "EntityPersonReference", "PersonReference"}
)
_SAME: Final = "SameAsDigestReference"


class Graph:
    """The elements of one document and what joins them."""

    def __init__(self, root: Element) -> None:
        """Index `root`. An identifier that is given twice and referred to is ambiguous: the document is unreadable."""
        self.root = root
        self._named: dict[str, list[Element]] = defaultdict(list)
        self._by_id: dict[str, Element] = {}
        self._same: dict[Element, list[Element]] = defaultdict(list)
        self._joined: dict[Element, list[tuple[str, tuple[Element, ...]]]] = defaultdict(list)
        self._persons: dict[Element, Element | None] = {}
        self._index()
        self._join_same()
        self._join_associations()

    def named(self, *names: str) -> Iterator[Element]:
        """Yield the document's elements with one of these local names, in document order for each name."""
        for name in names:
            yield from self._named.get(name, ())

    def target(self, element: Element) -> Element | None:
        """Return what `element` refers to, or itself where it refers to nothing; None where the reference leads nowhere."""
        for _ in range(STEPS):
            if element.reference is None:
                return element
            found = self._by_id.get(element.reference)
            if found is None:
                return None
            element = found
        return None

    def person(self, element: Element, steps: int = STEPS) -> Element | None:
        """Return the person that `element` is, refers to or has a role for."""
        found = self.target(element)
        if found is None or steps == 0:
            return None
        if found not in self._persons:
            self._persons[found] = self._person(found, steps)
        return self._persons[found]

    def _person(self, found: Element, steps: int) -> Element | None:
        if is_person(found):
            return found
        for child in parts(found):
            if child.name in _ROLE_LINKS or child.name == _SAME:
                person = self.person(child, steps - 1)
                if person is not None:
                    return person
        return None

    def facets(self, element: Element) -> tuple[Element, ...]:
        """Return the element and the others that say more of the same thing."""
        return (element, *self._same.get(element, ()))

    def others(self, element: Element, *associations: str) -> list[Element]:
        """Return what these associations join to `element` (or to the person in that role), in document order."""
        key = self.person(element) or element
        found: dict[Element, None] = {}
        for name, ends in self._joined.get(key, ()):
            if name in associations:
                found.update((end, None) for end in ends if end is not key)
        return list(found)

    def joined_by(self, element: Element) -> frozenset[str]:
        """Return the names of the associations that have `element` as an end."""
        return frozenset(name for name, _ in self._joined.get(element, ()))

    def associations(self, name: str) -> Iterator[tuple[Element, ...]]:
        """Yield the ends of each association of this name, in order, persons in place of their roles."""
        for association in self._named.get(name, ()):
            yield self._ends(association)

    def is_same_as_another(self, element: Element) -> bool:
        """Return whether the element only says more of a thing that another element is."""
        return any(child.name == _SAME and self.target(child) is not None for child in parts(element))

    def dangles(self, element: Element) -> bool:
        """Return whether the element says that it is the same as something that isn't in the document."""
        same = [child for child in parts(element) if child.name == _SAME]
        return bool(same) and all(self.target(child) is None for child in same)

    def _index(self) -> None:
        repeated: dict[str, Element] = {}
        for element in self.root.walk():
            self._named[element.name].append(element)
            if element.identifier is not None:
                if element.identifier in self._by_id:
                    repeated.setdefault(element.identifier, element)
                else:
                    self._by_id[element.identifier] = element
        for element in self.root.walk():
            if element.reference in repeated:
                raise Unreadable(
                    "DUPLICATE_ID",
                    repeated[element.reference].line,
                    "an identifier that the document refers to is given to two elements",
                    "Give each element an identifier of its own and send again.",
                )

    def _join_same(self) -> None:
        for reference in self._named.get(_SAME, ()):
            holder = reference.parent
            while holder is not None and holder.name.endswith("Augmentation"):
                holder = holder.parent
            said = self.target(reference)
            if said is not None and said is not reference and holder is not None:
                self._same[said].append(holder)
        # An element may both refer to another and say more of it.
        for element in self.root.walk():
            if element.reference is not None and element.children:
                said = self.target(element)
                if said is not None and said is not element:
                    self._same[said].append(element)

    def _join_associations(self) -> None:
        for name, elements in self._named.items():
            if not name.endswith("Association"):
                continue
            for association in elements:
                ends = self._ends(association)
                for end in dict.fromkeys(ends):
                    self._joined[end].append((name, ends))

    def _ends(self, association: Element) -> tuple[Element, ...]:
        targets = (self.target(child) for child in association.children if child.reference is not None)
        return tuple(self.person(target) or target for target in targets if target is not None)


def is_person(element: Element) -> bool:
    """Return whether the element itself describes a person. LEXS also calls an entry of its digest `EntityPerson`."""
    if element.name == "Person":
        return bool(element.children)
    described = (child.name.startswith("Person") and child.name != "Person" for child in element.children)
    return element.name in {"RoleOfPerson", "EntityPerson"} and any(described)


def parts(element: Element) -> Iterator[Element]:
    """Yield the element's children; an augmentation's children count as the element's own."""
    for child in element.children:
        if child.name.endswith("Augmentation"):
            yield from parts(child)
        else:
            yield child


def find(elements: Iterable[Element], path: str) -> Iterator[Element]:
    """Yield what lies at `path` (local names, parent before child) under any of the elements."""
    name, _, rest = path.partition("/")
    found = (child for element in elements for child in parts(element) if child.name == name)
    return find(found, rest) if rest else iter(found)


def value(elements: Iterable[Element], *paths: str) -> str | None:
    """Return the first text at the first of these paths that has one."""
    elements = tuple(elements)
    for path in paths:
        for element in find(elements, path):
            if element.stated:
                return element.text
    return None
