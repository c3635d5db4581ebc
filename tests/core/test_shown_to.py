"""Who has been shown a person: what the list may be read for."""

from __future__ import annotations

import pytest

from pars.core.access.role import ACTS
from pars.core.cases.shown_to import ACT, NUMBERED, WHY, refuse_reason


@pytest.mark.parametrize(
    ("why", "number", "code"),
    [
        ("audit", "", None),
        ("review", "", None),
        ("own_request", "R-1", None),
        ("own_request", "", "NO_EVIDENCE"),
        ("", "R-1", "UNKNOWN_PURPOSE"),
    ],
)
def test_it_is_read_for_a_reason_and_a_persons_own_request_has_its_number(why: str, number: str, code: str | None) -> None:
    refusal = refuse_reason(why, number)
    assert (None if refusal is None else refusal.code) == code


def test_its_act_is_one_that_a_role_can_allow() -> None:
    assert ACT in ACTS
    assert WHY.keys() > NUMBERED
