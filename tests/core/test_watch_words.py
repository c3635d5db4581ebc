"""What the log's standing comes to, and that each is said in words: what follows for outsiders, and that custody work goes on."""

from __future__ import annotations

from typing import get_args

import pytest

from pars.core.ledger.watch_words import (
    MOST_LAG_US,
    REFUSED,
    SAYS,
    Verdict,
    answers_words,
    judge,
    lasting,
    standing_words,
    witness_words,
)
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
        ({"unwitnessed": TEXT.alarm_us, "signing": 1}, "few"),
        ({"signing": 2}, "witnessed"),
        ({"unwitnessed": TEXT.alarm_us + 1, "signing": 1}, "alarm"),
        ({"text": None, "signing": 0}, "unwatched"),
        ({"unwitnessed": TEXT.alarm_us + 1}, "alarm"),
        ({"unwitnessed": TEXT.stop_us}, "alarm"),
        ({"unwitnessed": TEXT.stop_us + 1}, "unwitnessed"),
    ],
)
def test_what_it_comes_to(parts: dict[str, object], verdict: Verdict) -> None:
    given = {"text": TEXT, "lag": 0, "unwitnessed": 0, "contradicted": False, "signing": 3, **parts}
    assert judge(**given) == verdict  # type: ignore[arg-type]


@pytest.mark.parametrize("signing", [0, 1])
@pytest.mark.parametrize("verdict", get_args(Verdict))
def test_each_says_what_follows_for_outsiders_once_and_that_custody_goes_on(verdict: Verdict, signing: int) -> None:
    text = None if verdict == "unwatched" else TEXT
    elsewhere = {"the witness city": 1064} if verdict == "contradicted" else {}
    told = standing_words(verdict, text, lag=7 * SECOND, unwitnessed=1000 * SECOND, signing=signing, elsewhere=elsewhere)
    said = " ".join(told)
    assert (answers_words(verdict) == "Outside questions are refused.") is (verdict in REFUSED)
    assert "utside question" not in said, "that stands before, and once"
    if verdict not in {"witnessed", "unwatched"}:
        assert "Custody work goes on" in said
    assert ("2 of 3" in said) is (verdict in {"unwitnessed", "alarm", "witnessed"})
    assert ("The witness city knows 1,064 entries." in told) is (verdict == "contradicted")
    if verdict == "few":
        assert told[0] == f"Only {signing} of 3 witnesses {'signs' if signing == 1 else 'sign'} now, and 2 are needed."


def test_what_was_heard_of_a_witness_is_said() -> None:
    assert witness_words("ahead", 12_345) == "Has signed a longer ledger than is here: 12,345 entries."
    assert len({witness_words(said, 0) for said in SAYS}) == len(SAYS)


def test_lengths_of_time_are_said() -> None:
    said = [lasting(seconds * SECOND) for seconds in (0, 1, 119, 120, 7199, 7200)]
    assert said == ["0 seconds", "1 second", "119 seconds", "2 minutes", "119 minutes", "2 hours"]
