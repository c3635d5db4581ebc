"""What the log's standing comes to, and that each is said in words: what follows for outsiders, and that custody work goes on."""

from __future__ import annotations

from typing import get_args

import pytest

from pars.core.ledger.watch_words import MOST_LAG_US, REFUSED, SAYS, Verdict, judge, lasting, standing_words, witness_words
from pars.core.terms import SECOND
from tests.owners import witnesses

TEXT = witnesses()


@pytest.mark.parametrize(
    ("parts", "verdict"),
    [
        ({}, "witnessed"),
        ({"text": None}, "unwatched"),
        ({"text": None, "contradicted": True}, "contradicted"),
        ({"contradicted": True, "lag": 10**9, "unwitnessed": 10**12}, "contradicted"),
        ({"lag": MOST_LAG_US}, "witnessed"),
        ({"lag": MOST_LAG_US + 1}, "behind"),
        ({"unwitnessed": TEXT.alarm_us}, "witnessed"),
        ({"unwitnessed": TEXT.alarm_us + 1}, "alarm"),
        ({"unwitnessed": TEXT.stop_us}, "alarm"),
        ({"unwitnessed": TEXT.stop_us + 1}, "unwitnessed"),
    ],
)
def test_what_it_comes_to(parts: dict[str, object], verdict: Verdict) -> None:
    given = {"text": TEXT, "lag": 0, "unwitnessed": 0, "contradicted": False, **parts}
    assert judge(**given) == verdict  # type: ignore[arg-type]


@pytest.mark.parametrize("verdict", get_args(Verdict))
def test_each_says_what_follows_for_outsiders_and_that_custody_goes_on(verdict: Verdict) -> None:
    said = " ".join(
        standing_words(verdict, None if verdict == "unwatched" else TEXT, lag=7 * SECOND, unwitnessed=1000 * SECOND)
    )
    if verdict in REFUSED:
        assert "No outside question is answered" in said
    else:
        assert "answered" in said
    if verdict not in {"witnessed", "unwatched"}:
        assert "Custody work goes on" in said
    assert ("2 of 3" in said) is (verdict in {"unwitnessed", "alarm", "witnessed"})


def test_what_was_heard_of_a_witness_is_said() -> None:
    assert witness_words("ahead", 12_345) == "Has signed a longer ledger than is here: 12,345 entries."
    assert len({witness_words(said, 0) for said in SAYS}) == len(SAYS)


def test_lengths_of_time_are_said() -> None:
    said = [lasting(seconds * SECOND) for seconds in (0, 1, 119, 120, 7199, 7200)]
    assert said == ["0 seconds", "1 second", "119 seconds", "2 minutes", "119 minutes", "2 hours"]
