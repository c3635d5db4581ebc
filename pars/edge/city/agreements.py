"""The demo's agreements: three outside agencies of an invented city, each with what its owners would let it ask.

`supervision` is the one whose end a visitor watches; `notification` and `audit_study` carry on beside it. Each function
returns the canonical text that is proposed and voted: nothing of it is known to the program in any other way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pars.core import canonical
from pars.core.access.purposes import listed
from pars.core.agreements.renewal import end_on
from pars.core.terms import Instant

ZONE = "America/New_York"
OWNERS = ("city", "courts", "prosecutor")
_ADULTS: canonical.Json = {"column": "adult", "is": "yes"}
_CHARGED: canonical.Json = {"column": "charge_status", "is": "FILED"}


@dataclass(frozen=True, slots=True)
class Terms:
    """What differs between the demo's agreements."""

    agreement: str
    title: dict[str, str]
    agency: dict[str, str]
    authority: str
    purpose: str
    evidence: str
    columns: tuple[str, ...]
    filters: tuple[str, ...]
    masks: dict[str, str]
    rows: canonical.Json
    per_day: int
    per_reply: int
    days: int
    """How long a version lasts where nobody wants to see it end."""


SUPERVISION = Terms(
    agreement="supervision",
    title={
        "en": "Supervision of people on probation and parole",
        "es": "Supervisión de personas en libertad condicional o bajo palabra",
    },
    agency={"id": "regional-supervision", "name": "Regional Supervision Bureau", "class": "criminal_justice"},
    authority="18 Pa.C.S. § 9121(a); vote of the owners under the charter of the record system",
    purpose="supervision",
    evidence="case_number",
    columns=("record", "surname", "given", "birth_date", "arrest_date", "filed_charges", "lead_grade", "next_hearing"),
    filters=("surname", "birth_date", "record"),
    masks={"birth_date": "year"},
    rows={"all": [_ADULTS, _CHARGED]},
    per_day=50_000,
    per_reply=25,
    days=250,
)

NOTIFICATION = Terms(
    agreement="victim-notice",
    title={"en": "Notice of court dates to victims", "es": "Aviso de fechas judiciales a las víctimas"},
    agency={"id": "victim-services", "name": "Office of Victim Services", "class": "criminal_justice"},
    authority="18 P.S. § 11.201; vote of the owners under the charter of the record system",
    purpose="victim_notice",
    evidence="docket",
    columns=("record", "surname", "given", "next_hearing", "next_court"),
    filters=("surname", "given", "record"),
    masks={},
    rows={"all": [_ADULTS, _CHARGED]},
    per_day=50_000,
    per_reply=25,
    days=400,
)

WARRANTS = Terms(
    agreement="warrant-desk",
    title={"en": "Warrants of the neighboring county", "es": "Órdenes de arresto del condado vecino"},
    agency={"id": "neighbor-sheriff", "name": "Sheriff of the Neighboring County", "class": "criminal_justice"},
    authority="18 Pa.C.S. § 9121(a); vote of the owners under the charter of the record system",
    purpose="warrant_service",
    evidence="warrant_number",
    columns=("record", "surname", "given", "birth_date", "arrest_agency", "district", "custody_stated"),
    filters=("surname", "given", "birth_date", "record"),
    masks={},
    rows=_ADULTS,
    per_day=5_000,
    per_reply=10,
    days=120,
)

ALL = (SUPERVISION, NOTIFICATION, WARRANTS)


def ends_on(day: date) -> dict[str, canonical.Json]:
    """Return the end of a term on a civil day of the city."""
    return end_on(day, ZONE)


def ends_at(at: Instant) -> dict[str, canonical.Json]:
    """Return the end of a term as an instant."""
    return {"instant": at}


def version_text(
    terms: Terms,
    *,
    number: int,
    start: Instant,
    end: dict[str, canonical.Json],
    without: frozenset[str] = frozenset(),
    duties: tuple[canonical.Json, ...] = (),
    must: tuple[str, ...] = ("terms_signed",),
) -> bytes:
    """Return the canonical text of one version; `without` are columns that this version no longer shows or asks by."""
    return canonical.write(
        {
            "v": 1,
            "agreement": terms.agreement,
            "number": number,
            "title": terms.title,
            "parties": {"agency": terms.agency, "owners": list(OWNERS)},
            "authority": terms.authority,
            "purposes": [listed(terms.purpose).demanding(terms.evidence)],
            "scope": {
                "columns": [name for name in terms.columns if name not in without],
                "filters": [name for name in terms.filters if name not in without],
                "masks": {name: mask for name, mask in terms.masks.items() if name not in without},
                "rows": terms.rows,
            },
            "limits": {"questions_per_day": terms.per_day, "rows_per_reply": terms.per_reply},
            "users": {"must": list(must)},
            "place": {"name": "Riverhaven", "zone": ZONE},
            "term": {"start": start, "end": end},
            "duties": list(duties),
            "onward": "forbidden",
        }
    )
