"""When versions were in force: exactly where `standing` says so at each instant, in stretches as long as they can be."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given

from pars.core.agreements.standing import served, standing
from pars.core.terms import DAY, Instant
from tests.agreements import version, vote
from tests.core.test_agreement_votes import END, START, adopted
from tests.histories import Told, histories


@given(histories())
def test_the_stretches_are_what_standing_says_instant_by_instant(told: Told) -> None:
    agreement, instants = told.history.current(), told.instants()
    at = instants[-1]
    found = served(agreement, at)
    for when in instants[:-1]:
        stands = standing(agreement, when)
        covering = [made.hash for made, period in found if period.covers(when)]
        assert covering == ([stands.version.hash] if stands.state == "IN_FORCE" else [])
    for (one, before), (other, after) in pairwise(found):
        assert before.end is not None
        assert before.end < after.start or (before.end == after.start and one.hash != other.hash)


def test_a_renewal_revoked_before_its_start_ends_nothing_of_what_is_in_force() -> None:
    history = adopted()
    renewal = version(number=2, start=END, end=END + 30 * DAY)
    history.adopt(renewal)
    answers = history.entry
    for seat in ("city", "courts"):
        history.must(vote("revoke", seat, renewal.hash, answers), at=START + DAY)
    [(made, period)] = served(history.current(), Instant(END + DAY))
    assert (made.number, period.start, period.end) == (1, START, END)


def test_a_suspension_is_a_gap_and_its_lapse_is_on_the_standing() -> None:
    history = adopted()
    history.must(history.voted("suspend", "city", START), at=Instant(START + DAY))
    stands = standing(history.current(), Instant(START + DAY))
    assert stands.lapses is not None
    assert stands.lapses == stands.until
    gaps = served(history.current(), END)
    assert [(period.start, period.end) for _, period in gaps] == [(START, START + DAY), (stands.lapses, END)]


def test_what_follows_is_another_version_than_the_one_that_governs() -> None:
    history = adopted()
    assert standing(history.current(), Instant(START - 1)).follows is None, "the first one follows nothing"
    renewal = version(number=2, start=END, end=END + 30 * DAY)
    history.adopt(renewal)
    assert standing(history.current(), START).follows == (renewal, END)
