"""The columns that PARS can show at all: whose they are, what class of data, under which law, and how each may be used.

A column's name is its name in the views, in agreements and in questions. What no law lets out (an officer's narrative, a
victim's or witness's name, a social security number, a citizenship or immigration status) is not in the catalogue, so that
no agreement, grant or question can name it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from pars.core import canonical
from pars.core.terms import Instant, instant, moment

if TYPE_CHECKING:
    from collections.abc import Mapping

Type = Literal["text", "int", "bool", "date", "instant", "list"]
Owner = Literal["city", "prosecutor", "courts"]
DataClass = Literal["handle", "identity", "particulars", "chri", "investigative", "court"]
Value = str | int | bool | date
"""A value to compare with: text, a number, yes or no, a civil date; an instant is a number of microseconds."""

MASKS: tuple[str, ...] = ("year",)
"""Every mask, from the finest to the coarsest: of two on one column, the later one shows less."""
MASKED_TYPE: Mapping[str, Type] = MappingProxyType({"year": "int"})

LONGEST = 200
YES_OR_NO = ("yes", "no")

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{6})?Z")
FIRST_INSTANT = instant(datetime(2, 1, 1, tzinfo=UTC))
LAST_INSTANT = instant(datetime(9998, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC))
"""No condition reaches further: what lies between can be told by the clock of every zone, on a page and on a ballot."""
_UNSHOWN = frozenset({"Cc", "Cs", "Zl", "Zp"})
_REORDERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that change the order in which text is read: with one, a ballot could say something else than what runs."""
_EXPECTED: Mapping[Type, str] = MappingProxyType(
    {
        "text": "must be text",
        "int": "must be a whole number",
        "bool": 'must be "yes" or "no"',
        "date": "must be a date, written as 2018-08-31 (where only its year is shown: the year, as a number)",
        "instant": "must be an instant in UTC of the years 2 to 9998, written as 2018-08-31T04:00:00Z (with a fraction: six digits, not all zero)",
        "list": "can't be compared: a list is only returned",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: `law` says why it may be kept and shown, `masks` how it may be shown in a reduced form."""

    name: str
    type: Type
    owner: Owner
    data_class: DataClass
    law: str
    filterable: bool = True
    masks: tuple[str, ...] = ()

    def type_under(self, mask: str | None) -> Type:
        """Return the type of what is seen through `mask`."""
        return self.type if mask is None else MASKED_TYPE[mask]


_IDENTITY = "18 Pa.C.S. § 9102 (identifiable description)"
_PARTICULARS = "taken at booking; no notation of an arrest, so not within 18 Pa.C.S. § 9102 [counsel]"
_ARREST = "18 Pa.C.S. §§ 9102, 9121 (date and notation of an arrest)"
_CHARGE = "18 Pa.C.S. §§ 9102, 9121 (formal charge)"

CATALOGUE: tuple[Column, ...] = (
    Column(name="record", type="text", owner="city", data_class="handle", law="none: a random handle, made for one agreement"),
    Column(name="surname", type="text", owner="city", data_class="identity", law=_IDENTITY),
    Column(name="given", type="text", owner="city", data_class="identity", law=_IDENTITY),
    Column(name="full_name", type="text", owner="city", data_class="identity", law=_IDENTITY),
    Column(name="birth_date", type="date", owner="city", data_class="identity", law=_IDENTITY, masks=("year",)),
    Column(name="sex", type="text", owner="city", data_class="identity", law=_IDENTITY),
    Column(name="address", type="text", owner="city", data_class="particulars", law=_PARTICULARS, filterable=False),
    Column(name="birthplace", type="text", owner="city", data_class="particulars", law=_PARTICULARS, filterable=False),
    Column(name="language", type="text", owner="city", data_class="particulars", law=_PARTICULARS),
    Column(
        name="adult", type="bool", owner="city", data_class="identity", law="42 Pa.C.S. §§ 6302, 6308 (records of children)"
    ),
    Column(name="arrest_date", type="date", owner="city", data_class="chri", law=_ARREST, masks=("year",)),
    Column(name="arrest_at", type="instant", owner="city", data_class="chri", law=_ARREST),
    Column(name="arrest_agency", type="text", owner="city", data_class="chri", law=_ARREST),
    Column(name="district", type="text", owner="city", data_class="chri", law=_ARREST),
    Column(
        name="incident_number",
        type="text",
        owner="city",
        data_class="investigative",
        law="18 Pa.C.S. § 9106; 37 Pa. Code § 601.7 (leads to the inquiry into an incident) [counsel]",
    ),
    Column(name="otn", type="text", owner="city", data_class="chri", law=_ARREST),
    Column(name="proposed_charges", type="list", owner="city", data_class="chri", law=_ARREST, filterable=False),
    Column(name="filed_charges", type="list", owner="prosecutor", data_class="chri", law=_CHARGE, filterable=False),
    Column(name="lead_grade", type="text", owner="prosecutor", data_class="chri", law=_CHARGE),
    Column(name="charge_status", type="text", owner="prosecutor", data_class="chri", law="18 Pa.C.S. § 9102; Pa.R.Crim.P. 507"),
    Column(name="probable_cause", type="bool", owner="courts", data_class="court", law="18 Pa.C.S. § 9104; Pa.R.Crim.P. 540"),
    Column(
        name="release_types",
        type="list",
        owner="courts",
        data_class="court",
        law="18 Pa.C.S. § 9104; Pa.R.Crim.P. 524",
        filterable=False,
    ),
    Column(name="amount_cents", type="int", owner="courts", data_class="court", law="18 Pa.C.S. § 9104; Pa.R.Crim.P. 528"),
    Column(
        name="next_hearing", type="instant", owner="courts", data_class="court", law="18 Pa.C.S. § 9104; Pa.R.Crim.P. 1003(D)"
    ),
    Column(name="next_court", type="text", owner="courts", data_class="court", law="18 Pa.C.S. § 9104; Pa.R.Crim.P. 1003(D)"),
    Column(name="custody_stated", type="text", owner="city", data_class="chri", law=_ARREST),
    Column(
        name="access_limited",
        type="bool",
        owner="courts",
        data_class="chri",
        law="18 Pa.C.S. §§ 9121(b.1), 9122.1, 9122.2: whoever still reads a limited record is told that it is one [counsel]",
    ),
)

UNCHARGED: tuple[str, ...] = ("DECLINED", "DISCHARGED", "NOT_CHARGED")
"""What `charge_status` says of a person whom no charge stands against, for good: everything declined or referred, discharged
by the court, let go before anything was sent on."""

COLUMNS: Mapping[str, Column] = MappingProxyType({column.name: column for column in CATALOGUE})


def catalogue_text(catalogue: tuple[Column, ...] = CATALOGUE) -> bytes:
    """Return the canonical text of the catalogue, whose hash the ledger's first entry holds."""
    return canonical.write(
        [
            {
                "name": column.name,
                "type": column.type,
                "owner": column.owner,
                "data_class": column.data_class,
                "law": column.law,
                "filterable": int(column.filterable),
                "masks": column.masks,
            }
            for column in catalogue
        ]
    )


def fits(value: object, wanted: Type) -> bool:
    """Return whether `value` is one of the type `wanted`, exactly: yes or no is no number, and a moment is no date."""
    match wanted:
        case "text":
            return isinstance(value, str) and fault_in_text(value) is None
        case "bool":
            return isinstance(value, bool)
        case "int":
            return type(value) is int and abs(value) <= canonical.LARGEST
        case "instant":
            return type(value) is int and FIRST_INSTANT <= value <= LAST_INSTANT
        case "date":
            return type(value) is date
        case _:  # a list is never compared
            return False


def fault_in_text(text: str) -> str | None:
    """Return what keeps `text` from being compared, or shown on a ballot; None where nothing does."""
    if not 0 < len(text) <= LONGEST:
        return f"must be 1 to {LONGEST} characters long"
    if any(unicodedata.category(char) in _UNSHOWN or char in _REORDERING for char in text):
        return "has a character that can't be shown, or one that changes the order of reading"
    if not unicodedata.is_normalized("NFC", text):
        return "must be in Unicode normalization form C"
    return None


def read_value(data: object, wanted: Type) -> Value:
    """Return the value that JSON `data` states. Raises ValueError that says what is wrong without repeating the value."""
    match wanted:
        case "text" if isinstance(data, str):
            if fault := fault_in_text(data):
                raise ValueError(fault)
            return data
        case "int" if type(data) is int:
            if abs(data) > canonical.LARGEST:
                raise ValueError("must be a number within 2^53 - 1")
            return data
        case "bool" if data in YES_OR_NO or isinstance(data, bool):
            return data in (True, "yes")
        case "date" if isinstance(data, str) and (day := _date(data)):
            return day
        case "instant" if isinstance(data, str) and (at := _instant(data)) is not None:
            return at
        case _:
            raise ValueError(_EXPECTED[wanted])


def write_value(value: Value, wanted: Type) -> str | int:
    """Return the JSON form of a value: one form, without true, false or null, which canonical bytes can't hold."""
    if isinstance(value, bool):
        return YES_OR_NO[not value]
    if isinstance(value, date):
        return value.isoformat()
    if wanted == "instant" and isinstance(value, int):
        return moment(Instant(value)).isoformat().replace("+00:00", "Z")
    return value


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def _instant(text: str) -> Instant | None:
    try:
        at = instant(datetime.fromisoformat(text)) if _INSTANT.fullmatch(text) else None
    except ValueError:
        return None
    return at if at is not None and fits(at, "instant") and write_value(at, "instant") == text else None
