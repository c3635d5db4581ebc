"""A document's arrests: when, by which agency, under which number, with which charges; and its booking."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pars.core.cases.received import ArrestGiven, BookingGiven, ChargeGiven
from pars.edge.formats.activities import Activities
from pars.edge.formats.charges import CHARGE_NAMES, ChargeRead, charges_read
from pars.edge.formats.graph import find, parts, value
from pars.edge.formats.people import place_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from pars.edge.formats.paper import Paper
    from pars.edge.formats.xml_reading import Element

_TRACKING: Final = re.compile(
    r"(?:Arrest|Offense|Criminal)Tracking(?:Number)?(?:Identification|ID|Text)?|OTN\w*|ATN\w*|ArrestCaseNumberText"
)
_PENNSYLVANIA_OTN: Final = re.compile(r"([A-Z]) ?(\d{6})-?(\d)")
_IS_TRACKING: Final = re.compile(r"\b(?:otn|atn|ctn)\b|tracking", re.IGNORECASE)
_IS_INCIDENT: Final = re.compile(r"master|incident|report|dc number", re.IGNORECASE)
_IS_NO_NUMBER: Final = re.compile(r"x-?ref|cross|item|case", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Agency:
    """An organization as the document names it."""

    name: str = ""
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Custody:
    """What the document states of arrests, booking and charges."""

    arrests: tuple[ArrestGiven, ...]
    booking: BookingGiven | None
    charges: tuple[ChargeRead, ...]


def custody_stated(
    paper: Paper, person: Element | None, owner: Agency, *, carries: Callable[[ChargeRead], bool] = lambda _: True
) -> Custody:
    """Return the arrests and the booking. Each arrest carries its charges, of those that `carries` lets through."""
    activities = Activities(paper)
    booking = _booking(paper, activities)
    fallback = Agency(booking.agency) if booking is not None and booking.agency else owner
    charges = charges_read(paper, activities)
    of_arrest = _attached(paper, activities, charges)
    read = _Read(paper=paper, activities=activities, person=person, owner=owner, fallback=fallback, carries=carries)
    arrests = tuple(_arrest(read, arrest, of_arrest[arrest]) for arrest in activities.arrests)
    if not arrests and any(carries(charge) for charge in charges):
        arrests = (_unstated_arrest(read, charges),)
    return Custody(arrests=arrests, booking=booking, charges=tuple(charges))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What is known of the document when its arrests are put together."""

    paper: Paper
    activities: Activities
    person: Element | None
    owner: Agency
    fallback: Agency
    carries: Callable[[ChargeRead], bool]


def organization(paper: Paper, element: Element) -> Agency | None:
    """Return the organization that `element` is or refers to, None where it has neither name nor code."""
    target = paper.graph.target(element)
    if target is None:
        return None
    for name in ("EntityOrganization", "EntityOrganizationReference"):
        for inner in find((target,), name):
            found = organization(paper, inner) if inner is not element else None
            if found is not None:
                return found
    facets = paper.graph.facets(target)
    name_given = value(facets, "OrganizationName", "OrganizationAbbreviationText", "EnforcementUnitName") or ""
    code = value(facets, "OrganizationORIIdentification/IdentificationID", "ORI", "OrganizationIdentification/IdentificationID")
    return Agency(name_given, code) if name_given or code else None


def _arrest(read: _Read, arrest: Element, charges: list[ChargeRead]) -> ArrestGiven:
    paper, activities = read.paper, read.activities
    facets = activities.facets(arrest)
    incident = _incident(paper, activities, arrest)
    agency = _arresting_agency(paper, arrest, facets, incident) or read.fallback
    if agency.code is None and agency.name and agency.name == read.owner.name:
        agency = read.owner
    numbers = _numbers(facets)
    return ArrestGiven(
        agency=agency.name,
        agency_id=agency.code,
        time=paper.activity_time(facets),
        record_id=numbers.record or value((arrest,), "ActivityIdentification/IdentificationID"),
        otn=_otn(facets, numbers, charges),
        incident_number=_incident_number(activities, incident, numbers, facets),
        place=_place(paper, arrest, facets, read.person),
        warrant=_warrant(facets),
        narrative=_narrative(facets),
        charges=tuple(_given(charge) for charge in charges if read.carries(charge)),
    )


def _unstated_arrest(read: _Read, charges: list[ChargeRead]) -> ArrestGiven:
    """Return the arrest that a document with charges but without an arrest element implies: its time is unknown."""
    incidents = read.activities.incidents
    incident = incidents[0] if len(incidents) == 1 else None
    return ArrestGiven(
        agency=read.fallback.name,
        agency_id=read.fallback.code,
        otn=_otn((), _Numbers(), charges),
        incident_number=_incident_number(read.activities, incident, _Numbers(), ()),
        charges=tuple(_given(charge) for charge in charges if read.carries(charge)),
    )


def _given(charge: ChargeRead) -> ChargeGiven:
    return ChargeGiven(
        statute=charge.statute,
        description=charge.description,
        grade=charge.grade,
        counts=charge.counts,
        offense_date=charge.offense_date,
        inchoate=charge.inchoate,
    )


def _attached(paper: Paper, activities: Activities, charges: list[ChargeRead]) -> dict[Element, list[ChargeRead]]:
    """Return each arrest's charges: joined by reference, else the only arrest's; else the first one's, with a doubt."""
    of_arrest: dict[Element, list[ChargeRead]] = {arrest: [] for arrest in activities.arrests}
    if not of_arrest:
        return of_arrest
    named = {
        target: arrest
        for arrest in activities.arrests
        for part in (child for facet in activities.facets(arrest) for child in parts(facet))
        if part.name in CHARGE_NAMES and (target := paper.graph.target(part)) is not None
    }
    for charge in charges:
        arrest = named.get(charge.element) or _joined_arrest(paper, activities, charge)
        if arrest is None:
            arrest = activities.arrests[0]
            if len(of_arrest) > 1:
                paper.doubt("CHARGE_UNATTACHED", charge.element)
        of_arrest[arrest].append(charge)
    return of_arrest


def _joined_arrest(paper: Paper, activities: Activities, charge: ChargeRead) -> Element | None:
    joined = paper.graph.others(charge.element, "ActivityChargeAssociation", "ArrestChargeAssociation")
    if charge.offense is not None:
        joined += paper.graph.others(charge.offense, "ArrestOffenseAssociation")
    return next((other for other in joined if other in activities.arrests), None)


def _arresting_agency(paper: Paper, arrest: Element, facets: tuple[Element, ...], incident: Element | None) -> Agency | None:
    """Return the agency that arrested: as stated, the one that reports, or the unit of the officer. Never a court."""
    for element in find(facets, "ArrestAgency"):
        agency = organization(paper, element)
        if agency is not None:
            return agency
    return (
        _reporting(paper, arrest)
        or _unit(paper, _officers(paper, arrest, facets))
        or (None if incident is None else _reporting(paper, incident) or _unit(paper, _officers(paper, incident, ())))
    )


def _reporting(paper: Paper, activity: Element) -> Agency | None:
    others = paper.graph.others(activity, "ActivityReportingOrganizationAssociation", "ActivityReportingAgencyAssociation")
    return next((agency for other in others if (agency := organization(paper, other)) is not None), None)


def _officers(paper: Paper, activity: Element, facets: tuple[Element, ...]) -> list[Element]:
    """Return the officers of an arrest or incident, the arresting one first."""
    graph = paper.graph
    officials = [graph.person(role) for role in find(facets, "ArrestOfficial")]
    joined = graph.others(
        activity, "ArrestOfficerAssociation", "ActivityEnforcementOfficialAssociation", "IncidentOfficerAssociation"
    )
    officers = [officer for officer in (*officials, *joined) if officer is not None]
    arresting = {
        graph.person(role)
        for role in graph.named("EnforcementOfficial")
        for category in find((role,), "EnforcementOfficialActivityCategoryText")
        if category.says("arresting", "arresting officer", "arrest")
    }
    return sorted(officers, key=lambda officer: officer not in arresting)


def _unit(paper: Paper, officers: list[Element]) -> Agency | None:
    for officer in officers:
        for unit in paper.graph.others(officer, "PersonAssignedUnitAssociation"):
            agency = organization(paper, unit)
            if agency is not None:
                return agency
    return None


def _incident(paper: Paper, activities: Activities, arrest: Element) -> Element | None:
    for other in paper.graph.others(arrest, "IncidentArrestAssociation"):
        if other in activities.incidents:
            return other
    return activities.incidents[0] if len(activities.incidents) == 1 else None


@dataclass(slots=True)
class _Numbers:
    """What the agency's identifications of an arrest are."""

    record: str | None = None
    tracking: str | None = None
    incident: str | None = None


def _numbers(facets: tuple[Element, ...]) -> _Numbers:
    """Tell the agency's own number of the arrest from its incident numbers, cross-references and tracking numbers."""
    numbers = _Numbers()
    own: list[tuple[int, Element]] = []
    for identification in find(facets, "ArrestAgencyRecordIdentification"):
        number = next((each for each in (*find((identification,), "IdentificationID"), identification) if each.stated), None)
        if number is None:
            continue
        category = value((identification,), "IdentificationCategoryDescriptionText", "IdentificationCategoryText") or ""
        if _IS_TRACKING.search(category):
            numbers.tracking = numbers.tracking or number.text
        elif _IS_INCIDENT.search(category):
            numbers.incident = numbers.incident or number.text
        elif not _IS_NO_NUMBER.search(category):
            own.append((0 if "primary" in category.casefold() else 2 if category else 1, number))
    if own:
        numbers.record = min(own, key=lambda each: each[0])[1].text
    return numbers


def _otn(facets: tuple[Element, ...], numbers: _Numbers, charges: list[ChargeRead]) -> str | None:
    found = next(
        (text for facet in facets for part in parts(facet) if _TRACKING.fullmatch(part.name) and (text := _id(part))), None
    )
    found = found or numbers.tracking
    if found is None:
        # A state's criminal tracking number is one for the arrest, repeated in each charge.
        tracking = [
            part for charge in charges for part in parts(charge.element) if part.name == "CriminalTrackingIdentification"
        ]
        if len({_peek(part) for part in tracking}) == 1:
            found = next(_id(part) for part in tracking)
    if found is None:
        return None
    written = _PENNSYLVANIA_OTN.fullmatch(found)
    return "".join(written.groups()) if written else found


def _id(element: Element) -> str | None:
    return value((element,), "IdentificationID") or element.text


def _peek(element: Element) -> str | None:
    was_read = [(each, each.read) for each in element.walk()]
    text = _id(element)
    for each, read in was_read:
        each.read = read
    return text


def _incident_number(
    activities: Activities, incident: Element | None, numbers: _Numbers, facets: tuple[Element, ...]
) -> str | None:
    number = None
    if incident is not None:
        number = value(activities.facets(incident), "ActivityIdentification/IdentificationID", "IncidentCaseNumberText")
    return number or numbers.incident or value(facets, "ArrestAgency/AgencyCaseIdentification/IdentificationID")


def _place(paper: Paper, arrest: Element, facets: tuple[Element, ...], person: Element | None) -> str | None:
    stated = [paper.graph.target(element) for element in find(facets, "ArrestLocation")]
    stated += paper.graph.others(arrest, "ActivityLocationAssociation", "ArrestLocationAssociation")
    if person is not None:
        stated += paper.graph.others(person, "PersonArrestLocationAssociation")
    return next((text for place in stated if place is not None and (text := place_text(paper, place))), None)


def _warrant(facets: tuple[Element, ...]) -> bool | None:
    for category in (*find(facets, "ActivityCategoryText"), *find(facets, "ArrestCategoryText")):
        if category.says("warrant", "on warrant", "arrest on warrant", "warrant arrest"):
            return True
        if category.says(
            "pc", "probable cause", "on view", "on-view", "onview", "warrantless", "without warrant", "warrantless arrest"
        ):
            return False
    return None


def _narrative(facets: tuple[Element, ...]) -> str | None:
    return next((element.long_text for element in find(facets, "ActivityDescriptionText") if element.stated), None)


def _booking(paper: Paper, activities: Activities) -> BookingGiven | None:
    if not activities.bookings:
        return None
    booking = activities.bookings[0]
    facets = activities.facets(booking)
    agencies = (organization(paper, element) for element in find(facets, "BookingAgency"))
    agency = next((found for found in agencies if found is not None), None)
    places = [target for place in find(facets, "BookingDetentionFacility") if (target := paper.graph.target(place)) is not None]
    return BookingGiven(
        time=paper.activity_time(facets),
        agency=None if agency is None else agency.name or agency.code,
        record_id=value(
            facets,
            "BookingAgencyRecordIdentification/IdentificationID",
            "BookingAgencyRecordIdentification",
            "ActivityIdentification/IdentificationID",
        ),
        facility=value(places, "FacilityName", "FacilityIdentification/IdentificationID"),
    )
