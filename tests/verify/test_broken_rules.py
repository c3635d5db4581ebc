"""Each rule of an agreement's life, broken once by whoever holds the log's key: the verifier names the entry at which it is broken."""

from __future__ import annotations

import pytest

from pars.core.ledger.entries import Kind
from tests.dealt import BROKEN, WHOLE, Broken
from verify.checks import verify
from verify.report import VERIFIED, VIOLATED

DEALINGS = {
    *(Kind.DUTY_MET, Kind.TERMS_ACKNOWLEDGED, Kind.INQUIRY_MADE, Kind.INQUIRY_ANSWERED, Kind.OUTCOME_REPORTED),
    *(Kind.OWNERS_TEXT_PROPOSED, Kind.OWNERS_TEXT_VOTED, Kind.OWNERS_TEXT_WITHDRAWN),
    *(Kind.PROPOSAL_WITHDRAWN, Kind.APPROVAL_ASKED, Kind.APPROVAL_GIVEN, Kind.EMERGENCY_REVIEWED),
    *(Kind.HOOK_REGISTERED, Kind.HOOK_REMOVED, Kind.KEY_ADDED, Kind.KEY_REVOKED),
}


def test_unbroken_it_verifies_and_each_kind_is_broken() -> None:
    report = verify(WHOLE.bundle())
    assert report.status == VERIFIED, report.words()
    assert {one.kind for one in BROKEN} == DEALINGS
    assert {entry.kind for entry in WHOLE.entries} >= DEALINGS


@pytest.mark.parametrize("broken", BROKEN, ids=lambda one: one.name)
def test_a_broken_rule_is_named_with_its_index(broken: Broken) -> None:
    ledger, index = broken.ledger()
    report = verify(ledger.bundle())
    assert report.status == VIOLATED
    assert report.first is not None
    assert report.first.what == broken.code
    if broken.code == "TEXT_MISSING":  # the entry may be as it was written: what it names is gone
        assert report.first.place == f"the texts that the entry at index {index} names"
    else:
        assert (report.first.index, report.first.entry) == (index, ledger.entries[index].id), report.words()
    assert len(report.findings) == 1, report.words()
