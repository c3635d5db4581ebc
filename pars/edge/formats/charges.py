"""A document's charges: statute, description, grade, counts and offense date, wherever the family puts them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pars.edge.formats.activities import MAX_CHARGES, too_many
from pars.edge.formats.graph import find, parts, value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pars.core.terms import StatedTime
    from pars.edge.formats.activities import Activities
    from pars.edge.formats.paper import Paper
    from pars.edge.formats.xml_reading import Element

CHARGE_NAMES: Final = (
    "Charge",
    "ArrestCharge",
    "BookingCharge",
    "IncidentCharge",
    "CaseCharge",
    "CaseAdditionalCharge",
    "CaseAmendedCharge",
)
_AMENDED: Final = "CaseAmendedCharge"
_STATUTES: Final = ("ChargeStatute", "OffenseViolatedStatute", "OffenseStatute", "Statute")
_QUALIFIERS: Final = {
    "ATTEMPT": "ATTEMPT",
    "ATTEMPTED": "ATTEMPT",
    "CRIMINAL ATTEMPT": "ATTEMPT",
    "SOLICITATION": "SOLICITATION",
    "CRIMINAL SOLICITATION": "SOLICITATION",
    "CONSPIRACY": "CONSPIRACY",
    "CRIMINAL CONSPIRACY": "CONSPIRACY",
}
"""Words of a charge's qualifier that say one thing. Others are left unread: "in concert with" may be a conspiracy or none."""
_COUNT: Final = re.compile(r"0*([1-9]\d{0,2})(?:\.0+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeRead:
    """One charge with the element that states it and the offense it is joined to."""

    element: Element
    offense: Element | None
    statute: str
    description: str
    grade: str | None
    counts: int
    offense_date: StatedTime | None
    inchoate: str | None = None


def charges_read(paper: Paper, activities: Activities) -> list[ChargeRead]:
    """Return the document's charges in its order; where it states offenses alone, these are the charges."""
    elements = _charge_elements(paper)
    if not elements:
        offenses = [_charge(paper, (), offense, activities) for offense in activities.offenses]
        return [charge for charge in offenses if charge.statute or charge.description]
    if len(elements) > MAX_CHARGES:
        raise too_many(MAX_CHARGES, "charges", elements[MAX_CHARGES])
    joined = {element: _offense(paper, element, activities) for element in elements}
    return [_charge(paper, _facets(paper, element), joined[element], activities) for element in elements]


def _charge_elements(paper: Paper) -> list[Element]:
    graph = paper.graph
    found = [each for each in graph.named(*CHARGE_NAMES) if each.children and not _inside_disposition(each)]
    # One that refers to another charge and has content of its own only says more of that one: it is among its facets.
    whole = [each for each in found if each.reference is None or graph.target(each) is None]
    return sorted(whole, key=lambda each: each.line)


def _inside_disposition(element: Element) -> bool:
    return element.parent is not None and element.parent.name.endswith("Disposition")


def _facets(paper: Paper, element: Element) -> tuple[Element, ...]:
    """Return what says something of the charge; an amendment comes before what it amends."""
    facets = paper.graph.facets(element)
    return tuple(sorted(facets, key=lambda facet: facet.name != _AMENDED))


def _offense(paper: Paper, charge: Element, activities: Activities) -> Element | None:
    for part in parts(charge):
        if part.name == "SameAsDigestReference":
            target = paper.graph.target(part)
            if target in activities.offenses:
                return target
    for other in paper.graph.others(charge, "OffenseChargeAssociation"):
        if other in activities.offenses:
            return other
    statute = _statute(paper, _facets(paper, charge))
    alike = [each for each in activities.offenses if statute and _statute(paper, activities.facets(each)) == statute]
    if len(alike) == 1:
        return alike[0]
    return None


def _charge(paper: Paper, facets: tuple[Element, ...], offense: Element | None, activities: Activities) -> ChargeRead:
    of_offense = () if offense is None else activities.facets(offense)
    statutes, offense_statutes = _statutes(paper, facets), _statutes(paper, of_offense)
    element = facets[0] if facets else of_offense[0]
    return ChargeRead(
        element=element,
        offense=offense,
        statute=_statute(paper, facets) or _statute(paper, of_offense) or "",
        description=value(facets, "ChargeDescriptionText")
        or value((*statutes, *offense_statutes), "StatuteDescriptionText")
        or value(facets, "ChargeText", "ChargeCategoryDescriptionText")
        or value(
            of_offense, "OffenseText", "OffenseDescriptionText", "ActivityDescriptionText", "OffenseCategoryText", "OffenseCode"
        )
        or "",
        grade=value(facets, "ChargeSeverityText", "ChargeSeverityLevel/SeverityLevelDescriptionText", "ChargeSeverityCode")
        or value((*statutes, *offense_statutes), "StatuteLevelText"),
        counts=_counts(facets),
        offense_date=paper.activity_time(of_offense) or paper.time(facets, "ChargeOffenseDate", "OffenseDate"),
        inchoate=_inchoate(facets),
    )


def _statutes(paper: Paper, facets: Iterable[Element]) -> tuple[Element, ...]:
    facets = tuple(facets)
    named = (statute for name in _STATUTES for statute in find(facets, name))
    return tuple(target for statute in named if (target := paper.graph.target(statute)) is not None)


def _statute(paper: Paper, facets: Iterable[Element]) -> str | None:
    """Return the section where one is given, else the code that is."""
    statutes = _statutes(paper, facets)
    return value(
        statutes,
        "StatuteCodeSectionIdentification/IdentificationID",
        "StatuteCodeSectionText",
        "StatuteCodeIdentification/IdentificationID",
        "StatuteCodeText",
        "StatuteText",
    )


def _inchoate(facets: tuple[Element, ...]) -> str | None:
    """Return the inchoate offense that the charge's qualifier names; the statute then is that of the object, or its own."""
    for element in find(facets, "ChargeQualifierText"):
        if element.stated:
            found = _QUALIFIERS.get(" ".join((element.text or "").upper().split()))
            if found is not None:
                return found
            element.read = False
    return None


def _counts(facets: tuple[Element, ...]) -> int:
    for element in find(facets, "ChargeCountQuantity"):
        if element.stated:
            count = _COUNT.fullmatch(element.text or "")
            if count is not None:
                return int(count[1])
            element.read = False
    return 1
