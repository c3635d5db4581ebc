"""What stands for texts that weren't found: the agreements' versions, the questions, the offices.

Everything here that no source says is hypothetical, and the version's own title and sentences say so.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from pars.core import canonical
from pars.core.access.purposes import Listed, listed
from pars.core.agreements.renewal import end_on
from pars.edge.history.record import ZONE, local

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pars.core.access.explain import Language

OWNERS = ("city", "courts", "prosecutor")

OFFICES: Mapping[str, Mapping[Language, str]] = {
    "city": {"en": "City of Philadelphia", "es": "Ciudad de Filadelfia"},
    "prosecutor": {"en": "District Attorney's Office", "es": "Fiscalía de Distrito"},
    "courts": {"en": "First Judicial District (courts)", "es": "Primer Distrito Judicial (tribunales)"},
    "owners": {"en": "City, District Attorney and courts", "es": "Ciudad, fiscalía y tribunales"},
    "council": {"en": "City Council", "es": "Concejo Municipal"},
    "ice": {
        "en": "U.S. Immigration and Customs Enforcement",
        "es": "Servicio de Inmigración y Control de Aduanas de EE. UU. (ICE)",
    },
    "fbi": {"en": "Federal Bureau of Investigation", "es": "Buró Federal de Investigaciones (FBI)"},
    "atf": {
        "en": "Bureau of Alcohol, Tobacco, Firearms and Explosives",
        "es": "Oficina de Alcohol, Tabaco, Armas de Fuego y Explosivos (ATF)",
    },
}
"""Who decides or asks: offices, never persons."""

AGENCIES = ("ice", "fbi", "atf")

_COLUMNS = (
    "record", "surname", "given", "birth_date", "address", "birthplace", "arrest_date", "arrest_agency", "incident_number",
    "proposed_charges", "filed_charges", "charge_status", "release_types", "amount_cents", "custody_stated",
)  # fmt: skip
_FILTERS = ("record", "surname", "given", "birth_date", "arrest_date")

_BY_NAME: Mapping[str, Any] = {"columns": ["record", "surname", "arrest_date", "charge_status"]}

QUESTIONS: Mapping[str, tuple[Mapping[str, Any], Mapping[Language, str]]] = {
    "by_name": (
        _BY_NAME,
        {
            "en": "asks about one person by name: arrest and charges",
            "es": "pregunta por una persona por su nombre: arresto y cargos",
        },
    ),
    "with_incident": (
        {"columns": [*_BY_NAME["columns"], "incident_number"]},
        {
            "en": "asks about one person by name, and for the incident's number",
            "es": "pregunta por una persona por su nombre, y por el número del incidente",
        },
    ),
    "with_victim": (
        {"columns": [*_BY_NAME["columns"], "victim_name"]},
        {
            "en": "asks about one person by name, and for the victim's name",
            "es": "pregunta por una persona por su nombre, y por el nombre de la víctima",
        },
    ),
    "by_birthplace": (
        {**_BY_NAME, "where": [{"column": "birthplace", "is": "Villa Serena"}]},
        {"en": "asks for everybody who was born in one place", "es": "pregunta por todas las personas nacidas en un lugar"},
    ),
}
"""The questions that are asked on both sides of each change. No source says which questions were asked."""


def question(name: str, *, who: str, surname: str, given: str) -> dict[str, Any]:
    """Return a question as it is put at the door: about one invented person, unless it asks for many."""
    by_name = [{"column": "surname", "is": surname}, {"column": "given", "is": given}]
    return {
        "purpose": _purpose(who).code,
        "evidence": {"kind": "case_number", "value": "CN-2008-1"},
        "where": by_name,
        **QUESTIONS[name][0],
    }


def proposed_text(more: Mapping[str, Any]) -> bytes:
    """Return the text of the agency's version that a step of the record proposes."""
    return version_text(
        who="ice", number=more["version"], start=more["start"], last=more["last"], without=more.get("without", ())
    )


def version_text(*, who: str, number: int, start: str, last: str, without: Collection[str] = ()) -> bytes:
    """Return the canonical text of a version: `start` is a local day or time, `last` the last civil day."""
    name = OFFICES[who]
    return canonical.write(
        {
            "v": 1,
            "agreement": who,
            "number": number,
            "title": {
                "en": f"Reconstruction: access of {name['en']} to arrest records in Philadelphia",
                "es": f"Reconstrucción: acceso a expedientes de arresto en Filadelfia: {name['es']}",
            },
            "parties": {
                "agency": {"id": who, "name": OFFICES[who]["en"], "class": "criminal_justice"},
                "owners": list(OWNERS),
            },
            "authority": "a data-use agreement known from public reports; its text and citation were not found",
            "purposes": [_purpose(who).demanding("case_number")],
            "scope": {
                "columns": [column for column in _COLUMNS if column not in without],
                "filters": list(_FILTERS),
                "masks": {},
                "rows": "always",
            },
            "limits": {"questions_per_day": 1_000, "rows_per_reply": 25},
            "users": {"must": []},
            "place": {"name": "Philadelphia", "zone": ZONE},
            "term": {"start": local(start), "end": end_on(date.fromisoformat(last), ZONE)},
            "duties": [],
            "onward": "forbidden",
            "never_charged": "shown",
        }
    )


def _purpose(who: str) -> Listed:
    """Return what stands for the purpose. The words of the agreement weren't found; these are the list's."""
    return listed("civil_enforcement" if who == "ice" else "criminal_investigation")
