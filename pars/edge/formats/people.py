"""The document's subject: who is meant, the names as given, and what else is kept about the person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pars.core.cases.received import AliasGiven, PersonStated
from pars.edge.formats.graph import find, is_person, parts, value
from pars.edge.formats.xml_reading import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pars.core.terms import StatedTime
    from pars.edge.formats.paper import Paper
    from pars.edge.formats.xml_reading import Element

# Who is arrested, booked or charged: the document must name one such person.
_SUBJECT_ROLES: Final = ("ArrestSubject", "BookingSubject", "ChargeSubject", "Subject", "CaseDefendantParty")
# Weaker ones, looked at in this order where no such role is filled.
_WEAKER: Final = (("IncidentSubject",), ("IncidentSubjectPersonAssociation",), ("OffenseSubjectPersonAssociation",))

MAX_ALIASES: Final = 200
_STREET: Final = (
    "StreetNumberText",
    "StreetPredirectionalText",
    "StreetName",
    "StreetCategoryText",
    "StreetPostdirectionalText",
)


def subject_of(paper: Paper) -> Element | None:
    """Return the one person whom the document is about, None where it names none. Two persons make it unreadable."""
    people = dict.fromkeys(
        [
            *_in_roles(paper, _SUBJECT_ROLES),
            *(end for ends in paper.graph.associations("ArrestSubjectAssociation") for end in ends if is_person(end)),
        ]
    )
    for names in _WEAKER:
        # Whoever else is in the document, a subject that is named and missing is not somebody else.
        if people or _is_missing(paper):
            break
        people = dict.fromkeys([*_in_roles(paper, names), *_at_ends(paper, names)])
    if len(people) > 1:
        second = sorted(people, key=lambda person: person.line)[1]
        raise Unreadable(
            "TWO_SUBJECTS",
            second.line,
            "the document has two subjects; one document is about one person",
            "Send one document for each person.",
        )
    return next(iter(people), None)


def _is_missing(paper: Paper) -> bool:
    """Return whether the document names a subject by a reference that leads to nobody."""
    graph = paper.graph
    roles = (role for role in graph.named(*_SUBJECT_ROLES) if not graph.is_same_as_another(role))
    joined = (child for association in graph.named("ArrestSubjectAssociation") for child in association.children)
    named = [part for role in roles for part in (role, *parts(role))] + list(joined)
    return any(part.reference is not None and graph.target(part) is None for part in named)


def no_subject(paper: Paper) -> Unreadable:
    """Return the refusal of a document that refers to no person as its subject."""
    return Unreadable(
        "NO_SUBJECT",
        paper.root.line,
        "the document has no subject reference: it doesn't say which person was arrested, booked or charged",
        "Name the subject by a reference to a person who is in the document, and send again.",
    )


def _in_roles(paper: Paper, names: tuple[str, ...]) -> list[Element]:
    # A payload's `Subject` says more of any role in the incident, a suspect's as well; it names no subject by itself.
    roles = (role for role in paper.graph.named(*names) if role.name != "Subject" or not paper.graph.is_same_as_another(role))
    found = (paper.graph.person(role) for role in roles)
    return [person for person in found if person is not None]


def _at_ends(paper: Paper, names: tuple[str, ...]) -> list[Element]:
    return [end for name in names for ends in paper.graph.associations(name) for end in ends if is_person(end)]


def facets_of(paper: Paper, person: Element) -> tuple[Element, ...]:
    """Return the person and the payload elements that say more of the same person."""
    return paper.graph.facets(person)


def person_stated(paper: Paper, person: Element) -> PersonStated:
    """Return what the document states about its subject."""
    facets = facets_of(paper, person)
    name = _name(facets)
    _note_juvenile(paper, facets)
    return PersonStated(
        surname=name["surname"],
        given=name["given"],
        middle=name["middle"],
        suffix=name["suffix"],
        full=name["full"],
        birth_date=_birth_date(paper, facets),
        sex=value(facets, "PersonSexCode", "PersonSexText"),
        address=_residence(paper, person),
        birthplace=_birthplace(paper, facets),
        language=value(facets, "PersonPrimaryLanguage/LanguageName", "PersonPrimaryLanguage/LanguageCode"),
    )


def has_name(person: PersonStated) -> bool:
    """Return whether any name is given."""
    return any((person.surname, person.given, person.full))


def aliases_given(paper: Paper, person: Element) -> tuple[AliasGiven, ...]:
    """Return the other names that the document gives for its subject."""
    facets = facets_of(paper, person)
    found = [_alias(_name((alternate,)), None) for alternate in find(facets, "PersonAlternateName")]
    found += [_alias(_name_in((second,)), None) for second in list(find((person,), "PersonName"))[1:]]
    for identity in paper.graph.others(person, "PersonAliasIdentityAssociation", "PersonIdentityAssociation"):
        for shown in find(paper.graph.facets(identity), "IdentityPersonRepresentation"):
            found.append(
                _alias(_name((shown,)), next((paper.date_in(each) for each in find((shown,), "PersonBirthDate")), None))
            )
    different = tuple(dict.fromkeys(alias for alias in found if alias.surname or alias.given or alias.full))
    if len(different) > MAX_ALIASES:
        raise Unreadable(
            "TOO_MANY",
            person.line,
            f"the document gives more than {MAX_ALIASES} other names",
            "Send one document about one person.",
        )
    return different


def _alias(name: dict[str, str | None], birth_date: StatedTime | None) -> AliasGiven:
    return AliasGiven(surname=name["surname"], given=name["given"], full=name["full"], birth_date=birth_date)


def _name(elements: Iterable[Element]) -> dict[str, str | None]:
    """Return the parts of the first name as given; what it leaves open is taken from the next one of the same person."""
    whole: dict[str, str | None] = dict.fromkeys(("surname", "given", "middle", "suffix", "full"))
    for element in elements:
        named = next(iter(find((element,), "PersonName")), None)
        for part, text in _name_in((element,) if named is None else (named,)).items():
            whole[part] = whole[part] or text
    return whole


def _name_in(elements: tuple[Element, ...]) -> dict[str, str | None]:
    full = value(elements, "PersonFullName")
    if full is None and elements[0].name == "PersonName":
        full = elements[0].text
    return {
        "surname": _repeated(elements, "PersonSurName"),
        "given": _repeated(elements, "PersonGivenName"),
        "middle": _repeated(elements, "PersonMiddleName"),
        "suffix": value(elements, "PersonNameSuffixText"),
        "full": full,
    }


def _repeated(elements: tuple[Element, ...], name: str) -> str | None:
    return " ".join(element.text or "" for element in find(elements, name) if element.stated) or None


def _birth_date(paper: Paper, facets: tuple[Element, ...]) -> StatedTime | None:
    found = [(element, date) for element in find(facets, "PersonBirthDate") if (date := paper.date_in(element)) is not None]
    if len({date.text for _, date in found}) > 1:
        paper.doubt("TWO_BIRTH_DATES", *(element for element, _ in found))
    # Of two dates the later is kept, so that a possible minor is never missed.
    return max((date for _, date in found), key=lambda date: date.earliest, default=None)


def _birthplace(paper: Paper, facets: tuple[Element, ...]) -> str | None:
    place = next(iter(find(facets, "PersonBirthLocation")), None)
    if place is not None and (target := paper.graph.target(place)) is not None and (text := place_text(paper, target)):
        return text
    return value(facets, "PersonBirthPlaceText", "PersonBirthPlaceName", "PersonBirthPlaceCode")


def _residence(paper: Paper, person: Element) -> str | None:
    for place in paper.graph.others(person, "ResidenceAssociation", "PersonResidenceAssociation"):
        text = place_text(paper, place)
        if text is not None:
            return text
    return None


def place_text(paper: Paper, place: Element) -> str | None:
    """Return a location's address on one line, or else its name."""
    facets = paper.graph.facets(place)
    addresses = [*find(facets, "Address"), *find(facets, "LocationAddress")]
    addresses += list(find(addresses, "StructuredAddress"))
    full = value(addresses, "AddressFullText") or value(facets, "AddressFullText")
    if full is not None:
        return full
    streets = list(find(addresses, "LocationStreet"))
    street = value(streets, "StreetFullText") or " ".join(filter(None, (value(streets, name) for name in _STREET)))
    state = value(addresses, "LocationStateName", "LocationStateUSPostalServiceCode", "LocationStateCode", "LocationStateText")
    code = value(addresses, "LocationPostalCode")
    lines = (
        street,
        value(addresses, "AddressSecondaryUnitText"),
        value(addresses, "LocationCityName"),
        " ".join(filter(None, (state, code))),
        value(addresses, "LocationCountryName"),
    )
    return ", ".join(line for line in lines if line) or value(facets, "LocationName", "LocationDescriptionText")


def _note_juvenile(paper: Paper, facets: tuple[Element, ...]) -> None:
    for facet in facets:
        for element in find((facet,), "PersonDescriptionText"):
            if element.says("juvenile"):
                paper.doubt("POSSIBLE_MINOR", element)
        for element in facet.children:
            if "Juvenile" in element.name and element.says("true", "1", "yes", "y"):
                paper.doubt("POSSIBLE_MINOR", element)
