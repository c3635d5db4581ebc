"""A refusal says why, rung by rung: what was met, what stopped the question, what wasn't come to."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pars.actions import disclosing
from pars.core.access import covering, decision
from pars.core.access.decision import Caller
from pars.edge.web.agencies.why import HELPS, RUNGS, helps, ladder
from tests.web.town import AGENTS, question

if TYPE_CHECKING:
    from tests.web.town import Town

BESIDE = {"OTHER_VERSION", "OTHER_AGENCY", "TOO_MANY_ROWS", "OTHER_PERSON", "OTHER_PAPER"}
"""What no question of a person on the page can meet: its permit is of the version in force, and holds no more rows than it may."""


def test_every_reason_of_the_decision_has_its_rung() -> None:
    said = {
        node.args[0].value
        for module in (covering, decision)
        for node in ast.walk(ast.parse(Path(module.__file__).read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "no"
        and isinstance(node.args[0], ast.Constant)
    }
    assert len(said) > 10
    on_rungs = [code for _, codes in RUNGS for code in codes]
    assert len(on_rungs) == len(set(on_rungs)), "a code stands on one rung"
    assert said - BESIDE <= set(on_rungs)


@pytest.mark.parametrize("code", [code for _, codes in RUNGS for code in sorted(codes)])
def test_a_ladder_stops_once(code: str) -> None:
    states = [rung.state for rung in ladder(code)]
    stop = states.index("stopped")
    assert states == ["met"] * stop + ["stopped"] + ["not reached"] * (len(RUNGS) - stop - 1)


def test_every_rung_says_what_would_help() -> None:
    assert {code for _, codes in RUNGS for code in codes} == set(HELPS)
    assert len(set(HELPS.values())) > 15
    assert "name this entry" in helps("UNKNOWN_COLUMN")


def test_what_could_not_be_read_has_no_ladder() -> None:
    assert ladder("UNKNOWN_COLUMN") == ()


def test_the_rungs_stand_in_the_order_in_which_the_door_tries_them(town: Town) -> None:
    """Of a question with two faults, the refusal is the lower rung's."""
    caller = Caller(AGENTS["supervision"][0].agency["id"], town.by("supervision").person)
    unnamed = Caller(caller.agency, "p-somebody-else")
    good = question("Corvane")
    no_evidence = {name: part for name, part in good.items() if name != "evidence"}
    tried = [
        (Caller(caller.agency, ""), {**good, "purpose": "none_such"}, "NO_PERSON"),
        (Caller("no-such-agency", caller.person), {**no_evidence, "purpose": "none_such"}, "NO_AGREEMENT"),
        (caller, {**no_evidence, "purpose": "none_such"}, "UNKNOWN_PURPOSE"),
        (caller, {**no_evidence, "columns": ["birthplace"]}, "NO_EVIDENCE"),
        (unnamed, {**good, "columns": ["birthplace"]}, "NOT_GRANTED"),
        (unnamed, good, "NOT_NAMED"),
    ]
    codes = []
    for who, asked, code in tried:
        declined = disclosing.ask(caller=who, asked=asked)
        assert isinstance(declined, disclosing.Declined)
        assert declined.refusal.code == code
        codes.append(code)
    places = [next(number for number, (_, found) in enumerate(RUNGS) if code in found) for code in codes]
    assert places == sorted(places)
