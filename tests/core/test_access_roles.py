"""Roles and grants: the city's role texts are read, and a grant allows an act only in its period."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pars.core import canonical
from pars.core.access.catalogue import CATALOGUE
from pars.core.access.decision import ACTS, Facts, Grant, Permit, Question, Role, covers, decide_staff, may, read_role
from pars.core.access.floor import floor
from pars.core.access.predicate import All, Is
from pars.core.access.scope import NOTHING
from pars.core.terms import Instant, Period, Refusal
from tests.agreements import END, NOW, START, changed

CITY = Path(__file__).parents[2] / "pars/config/city"
FILES = sorted((CITY / "roles").glob("*.json"))
COUNTY = sorted((CITY.parent / "county" / "roles").glob("*.json"))

ROLE: dict[str, Any] = {
    "v": 1,
    "name": "night_desk",
    "owner": "city",
    "label": {"en": "Night desk", "es": "Turno de noche"},
    "capacity": "officer of the night desk",
    "acts": ["case:read", "case:book"],
    "scope": {
        "columns": ["record", "surname", "birth_date", "filed_charges"],
        "filters": ["surname", "birth_date"],
        "masks": {"birth_date": "year"},
        "rows": {"column": "district", "is": "22"},
    },
}


def role(**changes: Any) -> Role:
    read = read_role(canonical.write(changed(ROLE, changes)))
    assert isinstance(read, Role), read
    return read


def grant(made: Role | None = None) -> Grant:
    return Grant(id="g-1", person="officer", role=made or role(), period=Period(START, END))


def permit(question: Question, at: int = START) -> Permit:
    made = decide_staff(grant(), question, Instant(at))
    assert isinstance(made, Permit), made
    return made


def refused(question: Question, at: int = START) -> Refusal:
    made = decide_staff(grant(), question, Instant(at))
    assert isinstance(made, Refusal), made
    return made


@pytest.mark.parametrize("path", [*FILES, *COUNTY], ids=lambda path: f"{path.parents[1].name}-{path.stem}")
def test_the_citys_roles_are_read(path: Path) -> None:
    read = read_role(canonical.write(json.loads(path.read_text())))
    assert isinstance(read, Role), read
    assert read.name == path.stem
    assert read.owner in {column.owner for column in CATALOGUE}
    assert set(read.label) == {"en", "es"}
    # Who reads cases, or carries out a court's order on one, reads columns, and nobody else does.
    assert bool(read.acts & {"case:read", "defense:read", "order:carry_out"}) == bool(read.scope.columns)
    assert read.scope.columns or read.scope.rows == NOTHING.rows


def test_between_them_the_citys_roles_allow_every_act() -> None:
    read = [json.loads(path.read_text()) for path in FILES]
    assert {act for one in read for act in one["acts"]} == ACTS
    voters = [one for one in read if "agreement:vote" in one["acts"]]
    assert sorted(one["owner"] for one in voters) == sorted(json.loads((CITY / "charter.json").read_text())["owners"])
    # Who votes doesn't propose, and who signs a complaint doesn't order a release.
    assert not any({"agreement:vote", "agreement:propose"} <= set(one["acts"]) for one in read)
    assert not any({"complaint:sign", "release:order"} <= set(one["acts"]) for one in read)


@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        ({"/acts/0": "case:burn"}, "UNKNOWN_ACT", "/acts/0"),
        ({"/scope/columns/0": "narrative"}, "UNKNOWN_COLUMN", "/scope/columns/0"),
        ({"/name": "Night Desk"}, "WRONG_FORM", "/name"),
        ({"/superuser": 1}, "UNKNOWN_FIELD", "/superuser"),
    ],
)
def test_a_role_is_refused_with_its_place(changes: dict[str, Any], code: str, place: str) -> None:
    read = read_role(canonical.write(changed(ROLE, changes)))
    assert isinstance(read, Refusal)
    assert (read.code, read.names) == (code, (place,))


def test_a_grant_allows_an_act_in_its_period_only() -> None:
    def code(act: str, at: int) -> str | None:
        found = may(grant(), act, Instant(at))
        return found.code if found else None

    assert code("case:book", START) is None
    assert code("case:book", END - 1) is None
    assert code("case:book", START - 1) == "GRANT_NOT_YET"
    assert code("case:book", END) == "GRANT_ENDED"
    assert code("release:order", START) == "NOT_YOUR_ACT"
    unknown = may(grant(), "Smith", START)
    assert unknown is not None
    assert unknown.names == ()


def test_staff_get_what_their_role_reads() -> None:
    made = permit(
        Question(purpose="", columns=("surname", "record"), where=(Is("birth_date", 1990),), sort=("surname",), rows=7)
    )
    assert (made.login, made.authority, made.agency, made.person) == ("duty", "grant:g-1", None, "officer")
    assert made.columns == ("record", "surname")
    assert made.where == All((Is("district", "22"), Is("birth_date", 1990, "year")))
    assert dict(made.masks) == {"birth_date": "year"}
    assert made.filters == {"birth_date", "surname"}
    assert (made.limit, made.until, made.version_hash) == (7, END, role().hash)
    assert permit(Question(purpose="", columns=("surname",))).limit == 500


def test_staff_are_refused_by_name_beyond_it() -> None:
    assert refused(Question(purpose="", columns=("sex",))).names == ("sex",)
    assert refused(Question(purpose="", columns=("surname",), where=(Is("sex", "F"),))).names == ("sex",)
    assert refused(Question(purpose="", columns=("surname",), sort=("filed_charges",))).names == ("filed_charges",)
    assert refused(Question(purpose="", columns=("surname",)), END).code == "GRANT_ENDED"
    listed = role(**{"/scope/columns": ["amount_cents", "record"], "/scope/filters": ["amount_cents"], "/scope/masks": {}})
    assert isinstance(
        decide_staff(grant(listed), Question(purpose="", columns=("record",), sort=("amount_cents",)), START), Permit
    )


def test_a_grant_covers_what_it_permits_and_no_more() -> None:
    made = permit(Question(purpose="", columns=("surname",), where=(Is("surname", "x"),))).facts(rows=3)

    def code(facts: Facts, at: int = START, act: str = "case:read") -> str | None:
        found = covers(grant(), facts, Instant(at), floor=floor, act=act)
        return found.code if found else None

    def but(**changes: Any) -> Facts:
        return Facts(**{name: getattr(made, name) for name in Facts.__dataclass_fields__} | changes)

    assert code(made) is None
    assert code(made, END - 1) is None
    assert code(made, END) == "GRANT_ENDED"
    assert code(made, act="ledger:read") == "NOT_YOUR_ACT"
    assert code(but(person="another")) == "OTHER_PERSON"
    assert code(but(version="0" * 64)) == "OTHER_VERSION"
    assert code(but(columns=frozenset({"sex"}))) == "NOT_GRANTED"
    assert code(but(filters=frozenset({"record"}))) == "NOT_GRANTED"
    assert code(made, NOW) == "GRANT_NOT_YET"
