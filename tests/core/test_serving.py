"""Under what an answer is given: which version, since when, until when, and when asking stops at all."""

from __future__ import annotations

from pars.core.access.serving import Terms, terms_of
from pars.core.agreements.agreement import NameUser
from pars.core.terms import DAY, HOUR, Instant
from tests.agreements import END, START, History, in_force, version

AT = Instant(START + HOUR)
NAMED = NameUser("deputy", None, ("training_completed",))


def test_an_agreement_that_nothing_follows_ends_at_its_end() -> None:
    made = terms_of(in_force(), "deputy", AT)
    assert made == Terms(at=AT, agreement="AGR-1", version=version(), since=START, until=END, ends=END)


def test_a_person_who_may_ask_for_a_time_may_ask_no_longer() -> None:
    made = terms_of(in_force(end=START + DAY), "deputy", AT)
    assert (made.until, made.ends) == (START + DAY, START + DAY)
    assert terms_of(in_force(end=START + DAY), "sergeant", AT).ends == END


def test_a_version_that_follows_without_a_gap_carries_on() -> None:
    history = History()
    history.adopt(version())
    history.must(NAMED)
    second = version(number=2, start=END, end=END + 5 * DAY)
    history.adopt(second)
    made = terms_of(history.current(), "deputy", AT)
    assert (made.version.number, made.until, made.ends) == (1, END, second.term.end)


def test_a_version_that_supersedes_carries_on_until_its_own_end() -> None:
    history = History()
    history.adopt(version())
    history.must(NAMED)
    second = version(number=2, start=START + DAY, end=START + 2 * DAY)
    history.adopt(second)
    made = terms_of(history.current(), "deputy", AT)
    assert (made.until, made.ends) == (START + DAY, START + 2 * DAY)


def test_a_version_after_a_gap_is_another_beginning() -> None:
    history = History()
    history.adopt(version())
    history.must(NAMED)
    history.adopt(version(number=2, start=END + 1, end=END + DAY))
    assert terms_of(history.current(), "deputy", AT).ends == END


def test_terms_begin_again_with_a_reinstatement() -> None:
    history = History()
    history.adopt(version())
    history.must(NAMED)
    for at, (choice, seat) in enumerate(
        [("suspend", "city"), ("suspend", "courts"), ("reinstate", "city"), ("reinstate", "courts")], start=1
    ):
        history.must(history.voted(choice, seat, AT + at * HOUR), at=AT + at * HOUR)
    assert terms_of(history.current(), "deputy", Instant(AT + 5 * HOUR)).since == AT + 4 * HOUR
