"""The defense's rules: an appearance entered and withdrawn, a possible conflict asked about, counsel's presence; none delays anything."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pars.core.cases.booking import correct_facts
from pars.core.cases.case import Case, arrests
from pars.core.cases.custody import releasable
from pars.core.cases.facts import ConflictChecked
from pars.core.cases.progress import missing_for_arraignment, next_steps, stage
from pars.core.cases.representation import (
    ACCOUNT,
    BASES,
    CONFLICTS,
    NEVER,
    WAYS,
    WORKSHEET,
    attend,
    claim_of,
    claim_representation,
    conflict,
    counsel,
    end_representation,
    incidents,
    never_shown,
    present,
)
from tests.cases import ID, NOW, OTHER_ID, asked, booked, done, heard, ordered, refused, sent


def claimed(case: Case | None = None, person: str = "ada", office: str = "defender", **said: object) -> Case:
    """Return the case with an appearance entered."""
    before = case or booked()
    parts = {"basis": "ASSIGNED", "warned": None, **said}
    return done(claim_representation(before, before.version, person=person, office=office, **parts))  # type: ignore[arg-type]


def test_counsel_of_record_is_who_claimed_and_did_not_withdraw() -> None:
    case = claimed(claimed(), "ben")
    assert [claim.counsel for claim in counsel(case)] == ["ada", "ben"]
    refused(
        claim_representation(case, case.version, person="ada", office="x", basis="ASSIGNED", warned=None), "COUNSEL_ALREADY"
    )
    refused(end_representation(case, case.version, person="ada", reason="  "), "REASON_NEEDED", "reason")
    refused(end_representation(case, case.version, person="eve", reason="why"), "NOT_COUNSEL")
    gone = done(end_representation(case, case.version, person="ada", reason="by mistake"))
    assert [claim.counsel for claim in counsel(gone)] == ["ben"]
    assert claim_of(gone, "ada") is None
    assert claim_of(claimed(gone), "ada") is not None, "who withdrew may come back"


@pytest.mark.parametrize("rule", [claim_representation, end_representation, attend])
def test_nobody_acts_on_a_version_that_they_did_not_see(rule: object) -> None:
    case = claimed()
    parts = {
        claim_representation: {"office": "defender", "basis": "ASSIGNED", "warned": None},
        end_representation: {"reason": "why"},
        attend: {"how": "VIDEO"},
    }[rule]  # type: ignore[index]
    refused(rule(case, 1, person="ada", **parts), "STALE")  # type: ignore[operator]
    refused(rule(None, 1, person="ada", **parts), "NO_SUCH_CASE")  # type: ignore[operator]


def test_a_claim_says_by_what() -> None:
    for basis in BASES:
        assert claimed(basis=basis).latest(ConflictChecked) == ConflictChecked(n=counsel(claimed())[0].n + 1, found=False)
    case = booked()
    refused(
        claim_representation(case, case.version, person="a", office="d", basis="PAID", warned=None), "NO_SUCH_BASIS", "basis"
    )


def test_a_warning_is_answered_before_the_claim_is_taken() -> None:
    case = booked()
    for level, says in CONFLICTS.items():
        parts = {"person": "ada", "office": "defender", "basis": "RETAINED", "warned": level}
        no = refused(claim_representation(case, case.version, **parts, said=" "), "CONFLICT_TO_CHECK", "said")  # type: ignore[arg-type]
        assert no.says == says
        taken = done(claim_representation(case, case.version, **parts, said="both waived in writing"))  # type: ignore[arg-type]
        looked = taken.latest(ConflictChecked)
        assert looked is not None
        assert (looked.found, looked.said) == (True, "both waived in writing")


def test_the_conflict_check_looks_at_who_was_arrested_together() -> None:
    mine = booked()
    assert incidents(mine)
    other = booked(OTHER_ID)
    assert conflict(mine, [other], person="ada", office="defender") is None, "nobody stands for them"
    theirs = claimed(other, "ben")
    assert conflict(mine, [theirs], person="ada", office="defender") == "OFFICE"
    assert conflict(mine, [theirs], person="ada", office="conflict_counsel") is None
    assert conflict(mine, [claimed(theirs)], person="ada", office="conflict_counsel") == "YOURS"
    assert conflict(mine, [replace_id(claimed(mine), ID)], person="ada", office="defender") is None, "the case itself"
    gone = done(end_representation(theirs, theirs.version, person="ben", reason="mistake"))
    assert conflict(mine, [gone], person="ada", office="defender") is None
    was = arrests(theirs)[0]
    apart = done(
        correct_facts(
            theirs, theirs.version, [replace(was, corrects=was.n, incident_number="26-99-000001")], why="seen", at=NOW
        )
    )
    assert conflict(mine, [apart], person="ada", office="defender") is None, "another incident, as it turned out"


def replace_id(case: Case, case_id: str) -> Case:
    """Return the same facts as another case."""
    return Case(case_id, case.version, case.facts)


def test_counsel_is_present_for_the_hearing_that_is_to_come() -> None:
    case = claimed(asked())
    refused(attend(case, case.version, person="eve", how="VIDEO"), "NOT_COUNSEL")
    refused(attend(case, case.version, person="ada", how="SMOKE"), "NO_SUCH_WAY", "how")
    refused(attend(case, case.version, person="ada", how="VIDEO", is_present=False), "NOT_PRESENT", "is_present")
    for how in WAYS:
        there = done(attend(case, case.version, person="ada", how=how))
        said = present(there)
        assert said is not None
        assert said.how == how
        away = done(attend(there, there.version, person="ada", how=how, is_present=False))
        assert present(away) is None
        withdrawn = done(end_representation(there, there.version, person="ada", reason="conflict"))
        assert present(withdrawn) is None, "who withdrew isn't present for the person"
    assert present(heard(there)) is None, "the next hearing is asked about anew"
    assert present(case) is None


def test_without_counsel_everything_goes_on_as_before() -> None:
    """A release order, what is missing and what holds the person are the same with counsel and without (law L13)."""
    for plain in (sent(), asked(), ordered()):
        with_counsel = claimed(plain)
        assert missing_for_arraignment(with_counsel, NOW) == missing_for_arraignment(plain, NOW)
        assert next_steps(with_counsel, NOW) == next_steps(plain, NOW)
        assert stage(with_counsel, NOW) == stage(plain, NOW)
        assert releasable((with_counsel,), NOW) == releasable((plain,), NOW)


def test_what_is_never_shown_is_one_list_and_says_how_the_owners_chose() -> None:
    assert never_shown({"defense:read"}) == (ACCOUNT, WORKSHEET, *NEVER)
    assert never_shown({"defense:read", "worksheet:read"}) == (ACCOUNT, *NEVER)
    assert never_shown({"defense:read", "worksheet:read", "account:read"}) == NEVER
    assert all(what and rule for what, rule in (ACCOUNT, WORKSHEET, *NEVER))
