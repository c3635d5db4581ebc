"""L4, as far as the decision goes: to an outsider, what is out of scope looks like what isn't there."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from hypothesis import event, given
from hypothesis import strategies as st

from pars.core.access import decision as access
from pars.core.access.catalogue import CATALOGUE, UNCHARGED
from pars.core.access.decision import Caller, Evidence, Permit, Question, decide
from pars.core.access.floor import floor
from pars.core.access.predicate import Within, matches
from pars.core.access.scope import apply_masks
from pars.core.terms import HOUR, Instant, Refusal
from tests.agreements import DOCUMENT, START, in_force, version
from tests.strategies import FILTERABLE, leaves, random_record, values

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

    from pars.core.access.predicate import Leaf
    from pars.core.agreements.agreement import Agreement

AT = Instant(START + HOUR)
COLUMNS = [name for name in DOCUMENT["scope"]["columns"] if name != "incident_number"]
FILTERS = [name for name in DOCUMENT["scope"]["filters"] if name != "incident_number"]
AGREEMENT = in_force(version({"/scope/columns": COLUMNS, "/scope/filters": FILTERS}))
DECIDING = {"adult", "charge_status"}
"""What decides whether a record is in scope at all."""
GRANTED = tuple(column for column in FILTERABLE if column.name in FILTERS)


def askable(leaf: Leaf) -> bool:
    """Whether the agreement lets it be asked: a masked column by its mask, a column that isn't shown for equality only."""
    return not (leaf.column == "birth_date" and leaf.mask is None) and not (
        leaf.column == "district" and isinstance(leaf, Within)
    )


HELD = st.randoms(use_true_random=False).map(lambda chance: [random_record(chance) for _ in range(6)])
ASKABLE = st.lists(leaves(GRANTED).filter(askable), max_size=2)


def ask(
    where: tuple[Leaf, ...],
    columns: tuple[str, ...] = ("record", "surname", "birth_date"),
    under: Agreement = AGREEMENT,
) -> Permit:
    question = Question(purpose="warrant_service", evidence=Evidence("warrant_number", "W-1234"), columns=columns, where=where)
    made = decide(Caller("sheriff", "deputy"), question, [under], used={}, floor=floor, at=AT)
    assert isinstance(made, Permit), made
    return made


def answer(permit: Permit, held: list[dict[str, object]]) -> list[Mapping[str, Any]]:
    """What a store that follows the permit gives out."""
    return [
        {name: value for name, value in apply_masks(record, permit.masks).items() if name in permit.columns}
        for record in held
        if matches(permit.where, record) is True
    ]


@given(ASKABLE, HELD)
def test_records_out_of_scope_might_as_well_not_be_there(where: list[Leaf], held: list[dict[str, object]]) -> None:
    permit = ask(tuple(where))
    in_scope = [record for record in held if record["adult"] is True]
    event("some are out of scope" if len(in_scope) < len(held) else "all in scope")
    assert answer(permit, held) == answer(permit, in_scope)


ROWS: tuple[dict[str, Any], ...] = (
    {},
    {"/scope/rows": "always"},
    {"/scope/rows": {"column": "charge_status", "one_of": [*UNCHARGED, "FILED"]}},
)


@given(ASKABLE, HELD, st.sampled_from(UNCHARGED), st.sampled_from(ROWS))
def test_who_was_never_charged_might_as_well_not_be_there(
    where: list[Leaf], held: list[dict[str, object]], state: str, rows: dict[str, Any]
) -> None:
    dropped = [{**record, "charge_status": state} for record in held]
    charged = [{**record, "adult": True, "charge_status": "FILED"} for record in held]
    permit = ask(tuple(where), under=in_force(version({"/scope/columns": COLUMNS, "/scope/filters": FILTERS, **rows})))
    assert answer(permit, [*dropped, *charged]) == answer(permit, charged)


@given(ASKABLE, HELD, st.randoms(use_true_random=False))
def test_what_is_not_granted_changes_nothing(where: list[Leaf], held: list[dict[str, object]], chance: Random) -> None:
    """Neither the value of an ungranted column nor, within a year, the masked birth date shows in any answer."""
    permit = ask(tuple(where))
    scope = AGREEMENT.proposals[0].version.scope
    hidden = [column.name for column in CATALOGUE if column.name not in scope.columns | scope.filters | DECIDING]
    other = random_record(chance)
    changed = [{**record, **{name: other[name] for name in hidden}} for record in held]
    for record in changed:
        if record["birth_date"] is not None:
            record["birth_date"] = record["birth_date"].replace(month=7, day=4)  # type: ignore[attr-defined]
    assert answer(permit, changed) == answer(permit, held)


def test_no_reason_can_depend_on_a_record() -> None:
    """No function of the decision is given one."""
    for name, function in inspect.getmembers(access, inspect.isfunction):
        if function.__module__ == access.__name__:
            assert not {"record", "records", "row", "case", "case_id"} & set(inspect.signature(function).parameters), name


@given(values("text"), values("text"))
def test_the_same_refusal_whoever_is_asked_about(one: object, other: object) -> None:
    def refusal(value: object) -> object:
        data = {
            "purpose": "warrant_service",
            "evidence": {"kind": "warrant_number", "value": "W-1234"},
            "columns": ["sex"],
            "where": [{"column": "surname", "is": value}],
        }
        read = access.read_question(data)
        assert isinstance(read, Question)
        return decide(Caller("sheriff", "deputy"), read, [AGREEMENT], used={}, floor=floor, at=AT)

    said = refusal(one)
    assert isinstance(said, Refusal)
    assert said.names == ("sex",)
    assert said == refusal(other)
