"""Random questions of an agency, over every clause, drawn from what its two worlds hold: what is granted, and what isn't."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pars.core.access.catalogue import CATALOGUE, COLUMNS
from tests.agreements import DOCUMENT
from tests.worlds import said

if TYPE_CHECKING:
    from random import Random

    from tests.worlds import Twins

STRANGE = (
    "group_by",
    "group",
    "count",
    "distinct",
    "having",
    "search",
    "q",
    "autocomplete",
    "join",
    "order",
    "cursor",
    "limit",
    "explain",
    "select",
)
"""Clauses of other systems: whatever is none of ours is refused."""
EVIDENCE = {"kind": "warrant_number", "value": "W-2026-0001"}
PURPOSE, OTHER = (purpose["code"] for purpose in DOCUMENT["purposes"])


def random_question(chance: Random, pair: Twins) -> dict[str, Any]:
    """Return a question that mostly asks for what is granted, and now and then by what isn't."""
    asked: dict[str, Any] = {"purpose": PURPOSE, "evidence": dict(EVIDENCE), "columns": _columns(chance, pair)}
    if chance.random() < 0.7:
        asked["where"] = [_leaf(chance, pair) for _ in range(chance.choice((1, 1, 1, 2, 3)))]
    if chance.random() < 0.3:
        asked["sort"] = [
            _name(chance, sorted(pair.scope.columns & pair.scope.filters)) for _ in range(chance.choice((1, 1, 2)))
        ]
    if chance.random() < 0.4:
        asked["rows"] = chance.choice((1, 2, 3, 10, 500))
    if chance.random() < 0.12:
        _bend(chance, pair, asked)
    return asked


def names_in(asked: Any) -> tuple[set[str], set[str]]:
    """Return the columns that a question shows and those that it compares with, as far as it can be read."""
    parts = {name: asked.get(name) if isinstance(asked.get(name), list) else [] for name in ("columns", "sort", "where")}
    ordered = {name for name in parts["sort"] if isinstance(name, str)}
    shown = {name for name in parts["columns"] if isinstance(name, str)} | ordered
    return shown, ordered | {
        leaf["column"] for leaf in parts["where"] if isinstance(leaf, dict) and isinstance(leaf.get("column"), str)
    }


def _name(chance: Random, granted: list[str]) -> str:
    return chance.choice(granted) if granted and chance.random() < 0.93 else chance.choice(list(COLUMNS))


def _columns(chance: Random, pair: Twins) -> list[str]:
    granted = sorted(pair.scope.columns)
    return list(dict.fromkeys(_name(chance, granted) for _ in range(chance.choice((1, 2, 4, 8)))))


def _leaf(chance: Random, pair: Twins) -> dict[str, Any]:
    name = _name(chance, sorted(pair.scope.filters))
    mask = pair.scope.masks.get(name) if chance.random() < 0.9 else chance.choice((None, "year"))
    leaf: dict[str, Any] = {"column": name}
    if mask is not None:
        leaf["mask"] = mask
    one, other = _value(chance, pair, name, mask), _value(chance, pair, name, mask)
    match chance.choice(("is", "is", "one_of", "within")):
        case "is":
            leaf["is"] = one
        case "one_of":
            leaf["one_of"] = [one, other]
        case _:
            leaf["within"] = {side: value for side, value in (("from", one), ("to", other)) if chance.random() < 0.7}
    return leaf


def _value(chance: Random, pair: Twins, name: str, mask: str | None) -> Any:
    """Return what some record holds there: of somebody in scope, or of somebody hidden."""
    held = [record[name] for record in pair.held.values() if record[name] is not None]
    if name == "record":
        return chance.choice((*pair.held, "0" * 24))
    if not held or COLUMNS[name].type == "list":
        return chance.choice(("22", 1990, True))
    return said(name, chance.choice(held), mask)


def _bend(chance: Random, pair: Twins, asked: dict[str, Any]) -> None:
    """Make something about the question wrong or strange."""
    match chance.randrange(8):
        case 0:
            asked["purpose"] = chance.choice((OTHER, "curiosity", "Person 1", None))
        case 1:
            asked["evidence"] = chance.choice((None, {"kind": "docket", "value": "x"}, {**EVIDENCE, "value": "a' or 1=1"}, {}))
        case 2:
            asked[chance.choice(STRANGE)] = chance.choice((list(COLUMNS)[:3], "birth_date", {"column": "sex"}, 1))
        case 3:
            asked["columns"] = chance.choice((["*"], ["surname as record"], [], "surname", [c.name for c in CATALOGUE]))
        case 4:
            asked["after"] = chance.choice(("c", "cAAAA", "x", "c" + "A" * 60, 7))
        case 5:
            asked["sort"] = chance.choice(
                (["-surname"], ["surname desc"], ["q.place"], ["version"], ["birth_date", "birth_date"])
            )
        case 6:
            asked["where"] = chance.choice(({}, ["always"], [{"any": [_leaf(chance, pair)]}], [{"not": _leaf(chance, pair)}]))
        case _:
            asked["rows"] = chance.choice((0, -1, 501, "3", 1.5))
