"""What happened to the log and its keys stands in a verified bundle's report: a successor, a revoked key, the votes that it leaves in doubt."""

from __future__ import annotations

from tests.verify.tampering_watched import LEDGER as FOLLOWED
from tests.verify.test_mutations import BUNDLE
from tests.verify.vectors import doubted
from verify.checks import verify


def test_a_successor_and_what_it_means_are_told() -> None:
    report = verify(FOLLOWED.bundle())
    assert "opened a successor of the log, pars.test/log-2: what was signed before" in report.words()
    assert report.json()["ledger"]["successors"] == ["pars.test/log-2"]


def test_a_revoked_key_is_told_with_the_votes_that_are_in_doubt() -> None:
    report = verify(doubted(("courts", "prosecutor")).bundle())
    assert "The owners revoked 1 key (seat:city). 1 vote is in doubt since." in report.words()
    told = report.json()["ledger"]
    assert (told["revoked_keys"], told["votes_in_doubt"]) == (["seat:city"], 1)


def test_nothing_is_told_of_what_did_not_happen() -> None:
    report = verify(BUNDLE)
    assert "successor" not in report.words()
    assert "revoked" not in report.words()
