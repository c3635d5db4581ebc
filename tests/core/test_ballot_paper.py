"""The file of a vote: what it says is what is signed, and what is none is refused with its place."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from pars.core.owners.ballot_paper import BallotPaper, read_ballot_paper
from pars.core.terms import Refusal
from tests.agreements import ORIGIN, sign, version, vote

PAPER = BallotPaper(origin=ORIGIN, subject="AGR-1", version=version().hash, choice="adopt", seat="city", answers=7)


@pytest.mark.parametrize("reason", [None, "It was asked for in writing."])
def test_the_signed_file_is_the_vote(reason: str | None) -> None:
    paper = replace(PAPER, reason=reason)
    signed = paper.signed(sign("city", paper.message))
    assert read_ballot_paper(paper.text()) == paper
    assert read_ballot_paper(signed.text()) == signed
    assert signed.signature is not None
    assert signed.vote(signed.signature) == vote("adopt", "city", PAPER.version, 7, reason=reason)


def test_who_signs_reads_what_they_sign() -> None:
    says = replace(PAPER, reason="Why not.").says()
    for part in ("seat city", "adopt", "AGR-1", PAPER.version, "entry 7", ORIGIN, "Why not."):
        assert part in says
    assert "Reason" not in PAPER.says()


@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        ({"v": 2}, "OUT_OF_RANGE", "/v"),
        ({"about": "key"}, "UNKNOWN_WORD", "/about"),
        ({"choice": "abstain"}, "UNKNOWN_WORD", "/choice"),
        ({"version": "short"}, "WRONG_FORM", "/version"),
        ({"subject": "two words"}, "WRONG_FORM", "/subject"),
        ({"answers": "7"}, "NOT_A_NUMBER", "/answers"),
        ({"reason": "a\nb"}, "WRONG_FORM", "/reason"),
        ({"signature": "00"}, "WRONG_FORM", "/signature"),
        ({"more": 1}, "UNKNOWN_FIELD", "/"),
    ],
)
def test_a_file_that_is_none_is_refused_with_its_place(changes: dict[str, Any], code: str, place: str) -> None:
    found = read_ballot_paper(json.dumps({**json.loads(PAPER.text()), **changes}).encode())
    assert isinstance(found, Refusal)
    assert (found.code, found.names) == (code, (place,))


@pytest.mark.parametrize("text", [b"", b"\xff", b"[" * 100_000])
def test_what_is_not_even_json_is_refused(text: bytes) -> None:
    found = read_ballot_paper(text)
    assert isinstance(found, Refusal)
    assert found.code == "NOT_JSON"
