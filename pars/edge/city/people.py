"""Invented people: names made of parts that no register was asked for, birth dates drawn from the age figures."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from pars.edge.city.calibration import AGE_QUANTILES

SURNAMES = (
    "Ashgrove", "Bexfield", "Brindlow", "Calloway-Rue", "Cindermore", "Corvane", "Dallowick", "Drummel", "Eastmarrow", "Elderwyn",
    "Farrowby", "Fennick", "Galdersen", "Greymount", "Hallowell-Pine", "Harkwright", "Inglemoor", "Jessamond", "Kestrelby", "Kilverson",
    "Larkmead", "Lowenbrook", "Marrowdale", "Merriwex", "Nettlesham", "Northwick", "Oakhurstel", "Ottermill", "Pellingham", "Quillby",
    "Ravenscombe", "Rookhollow", "Sablewood", "Saltmarch", "Tallowby", "Thistlemark", "Underhay", "Vanterpool-Ames", "Vexley", "Wetherspoke",
    "Wrenfield", "Yarrowick", "Yewdale", "Zellermann",
)  # fmt: skip
GIVEN = (
    "Ada", "Alder", "Bea", "Bram", "Cato", "Celia", "Dara", "Desmond", "Edda", "Ellis", "Fern", "Ferris", "Greta", "Hollis", "Ines",
    "Ivo", "Jonah", "Junia", "Kit", "Lark", "Leith", "Marlo", "Mira", "Nell", "Noor", "Orla", "Oren", "Perrin", "Piper", "Quincy",
    "Reva", "Rowan", "Sable", "Sorrel", "Tamsin", "Teo", "Una", "Vale", "Wells", "Wren", "Xan", "Yara", "Zane",
)  # fmt: skip
MIDDLE = (None, None, None, "A.", "J.", "M.", "R.", "T.")
STREETS = (
    "Alder Row",
    "Copper Lane",
    "Fallow Street",
    "Ferry Walk",
    "Garnet Court",
    "Kiln Street",
    "Lantern Avenue",
    "Mill Race",
    "Orchard Way",
    "Tanner Street",
)
LANGUAGES = ("English",) * 16 + ("Spanish",) * 3 + ("Portuguese",)


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who does not exist."""

    surname: str
    given: str
    middle: str | None
    birth_date: date
    sex: str
    address: str
    birthplace: str
    language: str


def age_in_years(draw: random.Random) -> int:
    """Return an age drawn from the quantiles, straight lines between them."""
    percent = draw.uniform(1, 99)
    for (low, younger), (high, older) in pairwise(AGE_QUANTILES):
        if percent <= high:
            return round(younger + (older - younger) * (percent - low) / (high - low))
    return AGE_QUANTILES[-1][1]


def invent(draw: random.Random, today: date) -> Person:
    """Return one invented adult as of `today`."""
    age = max(18, age_in_years(draw))
    birth = today.replace(day=1) - timedelta(days=age * 365 + age // 4 + draw.randrange(31, 365))
    language = draw.choice(LANGUAGES)
    return Person(
        surname=draw.choice(SURNAMES),
        given=draw.choice(GIVEN),
        middle=draw.choice(MIDDLE),
        birth_date=birth,
        sex=draw.choices(("M", "F"), (78, 22))[0],
        address=f"{draw.randrange(10, 6400)} {draw.choice(STREETS)}",
        birthplace="Riverhaven" if language == "English" else draw.choice(("Riverhaven", "Port Almira", "Villa Serena")),
        language=language,
    )
