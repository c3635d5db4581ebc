"""Proposals and addresses of agreements that are refused, each with its place."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.houses import House
from tests.api.test_v1_agreements import PATH, document
from tests.api.test_v1_refusals import pointers, refused


@pytest.mark.parametrize(
    ("changes", "status", "reason", "place"),
    [
        ({"duties": [{"code": "x", "kind": "pay", "says": {"en": "x"}, "due": {"days": 1, "after": "end"}, "overdue": "noted"}]}, 400, "UNKNOWN_DUTY", "/duties/0/kind"),
        ({"smith": 1}, 400, "UNKNOWN_FIELD", "/smith"),
        ({"number": 7}, 409, "WRONG_NUMBER", "/number"),
        ({"number": 1.5}, 400, "MALFORMED", ""),
        ({"number": None}, 400, "MALFORMED", ""),
        ({"authority": "e\u0301"}, 400, "MALFORMED", ""),
        ({"onward": "allowed"}, 400, "UNKNOWN_WORD", "/onward"),
        ({"purposes": [{"code": "x", "says": {"en": "x"}, "evidence": "shoes"}]}, 400, "UNKNOWN_EVIDENCE", "/purposes/0/evidence"),
    ],
)  # fmt: skip
def test_a_text_that_can_not_be_proposed(house: House, changes: Any, status: int, reason: str, place: str) -> None:
    answer = house.post("/v1/agreements", document(**changes), "manager")
    assert pointers(refused(house, answer, status, reason)) == [place]


def test_only_who_manages_agreements_proposes(house: House) -> None:
    refused(house, house.post("/v1/agreements", document(), "booking"), 403, "NOT_YOUR_ACT")
    refused(house, house.post("/v1/agreements", document(), "sheriff"), 403, "NO_GRANT")
    refused(house, house.delete(f"{PATH}/users/p-1", "booking"), 403, "NOT_YOUR_ACT")


def test_agreements_that_are_not_there(house: House) -> None:
    for path in ("nowhere", "warrant-desk/versions/" + "0" * 64, "a b", "%00", "warrant-desk/versions/x"):
        answer = house.get(f"/v1/agreements/{path}")
        assert (answer.status_code, answer.json()["reason"]) == (404, "ABSENT")
