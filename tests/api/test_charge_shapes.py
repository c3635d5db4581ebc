"""What `/v1` takes of a charge reaches the core whole: every field of a charge and of a choice has its place in the request."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from pars.core.cases.choices import ChargeChoice
from pars.core.cases.received import ChargeGiven

OBJECT = {"object_statute": "18 § 3502 §§ A2", "object_description": "Burglary", "grade_basis": "OBJECT", "grade_note": "§ 905"}
ATTEMPT = {"statute": "18 § 901 §§ A", "description": "Criminal Attempt", "grade": "F1", "inchoate": "ATTEMPT", **OBJECT}


@pytest.fixture(scope="module")
def schemas() -> Any:
    from tests.api.djangos import set_up

    set_up()
    from pars.edge.api import schemas as found

    return found


def test_the_request_has_every_field_that_the_core_has(schemas: Any) -> None:
    assert set(schemas.ChargeIn.model_fields) == {field.name for field in fields(ChargeGiven)}
    assert set(schemas.ChoiceIn.model_fields) == {field.name for field in fields(ChargeChoice)}


def test_an_attempt_arrives_with_its_object_and_the_basis_of_its_grade(schemas: Any) -> None:
    body = schemas.NewArrest.model_validate(
        {"person": {"surname": "Whitlock", "birth_date": "1990"}, "arrests": [{"agency": "Police", "charges": [ATTEMPT]}]}
    )
    (charge,) = schemas.arrest_parts(body)["arrests"][0].charges
    assert {name: getattr(charge, name) for name in ATTEMPT} == ATTEMPT
    decided = schemas.Decisions.model_validate({"choices": [{"decision": "ADD", "arrest": 2, "reason": "FACTS", **ATTEMPT}]})
    (choice,) = schemas.choices(decided)
    assert {name: getattr(choice, name) for name in ATTEMPT} == ATTEMPT
