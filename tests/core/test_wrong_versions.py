"""Wrong versions: which versions said something wrong, who got one of them, who may know of whom, and until when they are told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pars.core.access.catalogue import COLUMNS
from pars.core.cases.booking import correct_facts
from pars.core.cases.case import Case, Change
from pars.core.cases.doubts import resolve_doubt
from pars.core.cases.facts import Arrested, Doubted, IdentityClaimed, NarrativeWritten, PersonLinked
from pars.core.cases.linking import confirm_link, standing_links, undo_link
from pars.core.cases.time_edits import TimeEdit, arrest_time_edits
from pars.core.cases.wrong_versions import (
    Recipient,
    Showing,
    Telling,
    mistakes,
    readable,
    recipients,
    tell_recipient,
    telling_limit,
    told_by,
)
from pars.core.ledger.entries import Kind
from pars.core.terms import DAY, HOUR, Instant
from tests.cases import ARRESTED, NOW, OTHER_ID, PERSON, at, booked, done, refused, sent
from tests.core.test_parts import role

if TYPE_CHECKING:
    from pars.core.cases.facts import Fact
    from pars.core.cases.wrong_versions import Mistake


def saved(case: Case, entry: int) -> Case:
    """Return the case as the store would have kept it: every fact that has no entry yet was recorded by this one."""
    facts = tuple(fact if fact.entry is not None else replace(fact, entry=entry) for fact in case.facts)
    return Case(case.id, case.version, facts)


FIRST = saved(sent(saved(booked(), 10)), 20)


def corrected(case: Case, entry: int, *facts: Fact, why: str = "heard again") -> Case:
    fresh = [replace(fact, entry=None) for fact in facts]
    return saved(done(correct_facts(case, case.version, fresh, why=why, at=NOW)), entry)


def moved(case: Case, entry: int, minutes: str) -> Case:
    (first,) = case.current(Arrested)
    return corrected(case, entry, replace(first, corrects=first.n, time=at(f"2026-11-20T02:{minutes}:00-05:00")))


MOVED = moved(FIRST, 30, "40")


def only(case: Case) -> Mistake:
    (found,) = mistakes(case)
    return found


def shown(entry: int, version: int, **parts: Any) -> Showing:
    given = {"columns": frozenset({"surname", "arrest_at"}), "desk": "court_clerk", **parts}
    return Showing(entry=entry, at=Instant(NOW + entry), version=version, **given)


def agency(entry: int, version: int, *columns: str, name: str = "sheriff") -> Showing:
    return shown(entry, version, desk=None, agency=name, agreement="A-1", columns=frozenset(columns or {"arrest_at"}))


def codes(got: tuple[Recipient, ...]) -> list[str]:
    return [one.code for one in got]


# ---------------------------------------------------------------- what was wrong


def test_what_was_never_corrected_was_never_wrong() -> None:
    assert mistakes(FIRST) == ()
    assert mistakes(Case("nothing")) == ()
    assert mistakes(booked()) == (), "what isn't saved yet was shown to nobody"


def test_a_correction_names_the_versions_and_the_columns_that_said_it() -> None:
    found = only(MOVED)
    assert (found.first, found.right, found.entry, found.reasons) == (1, 3, 30, ("CORRECTED",))
    assert found.columns == {"arrest_at"}
    assert [found.shown_in(version) for version in (1, 2, 3)] == [True, True, False]
    assert MOVED.fact(found.about).corrects == FIRST.current(Arrested)[0].n


def test_a_correction_of_a_correction_is_wrong_from_the_first_one_on() -> None:
    again = moved(MOVED, 40, "10")
    assert [(one.first, one.right) for one in mistakes(again)] == [(1, 3), (3, 4)]


def test_to_repeat_what_was_said_or_to_add_corrects_nothing() -> None:
    (first,) = FIRST.current(Arrested)
    assert mistakes(corrected(FIRST, 30, replace(first, corrects=first.n))) == ()
    assert mistakes(corrected(FIRST, 30, NarrativeWritten(arrest=first.n, text="More."))) == ()


def test_one_act_is_one_mistake_whatever_it_put_right() -> None:
    (first,), (who,) = FIRST.current(Arrested), FIRST.current(IdentityClaimed)
    case = corrected(
        FIRST, 30, replace(who, corrects=who.n, surname="Farrowby"), replace(first, corrects=first.n, district="7")
    )
    assert only(case).columns == {"surname", "full_name", "district"}


def test_what_stands_in_no_column_is_wrong_all_the_same() -> None:
    (account,) = FIRST.current(NarrativeWritten)
    case = corrected(FIRST, 30, replace(account, corrects=account.n, text="Another account."))
    assert only(case).columns == frozenset()


def test_versions_that_cant_be_told_apart_leave_no_column_out() -> None:
    # Facts that were written before their case was kept in versions: what stood in each can't be said.
    torn = replace(MOVED, version=7)
    assert only(torn).columns == frozenset(COLUMNS)


def linked(case: Case, entry: int, basis: str = "FINGERPRINT") -> Case:
    """Return the case joined with another by a word that prints bear out, or by two people's."""
    fact = PersonLinked(other_case=OTHER_ID, basis=basis, linker="ada", why="compared")
    return saved(case.add(fact), entry)


def parted(case: Case, entry: int) -> Case:
    (link,) = standing_links(case)
    return saved(done(undo_link(case, case.version, link=link.n, reason="another's prints", linker="ada")), entry)


def test_edge_04_a_link_that_was_undone_lists_who_saw_the_two_as_one() -> None:
    joined = linked(FIRST, 30)
    assert mistakes(joined) == ()
    found = only(parted(joined, 40))
    assert (found.first, found.right, found.reasons) == (3, 4, ("UNLINKED",))
    got = recipients(found, [shown(31, 3), shown(21, 2), shown(41, 4), shown(32, 3, paper="commitment"), agency(33, 3)])
    # An agency got nothing of the link: no column says it.
    assert codes(got) == ["paper:commitment", "desk:court_clerk"]


def test_edge_04_a_link_that_nobody_had_confirmed_joined_nobody() -> None:
    waits = linked(FIRST, 30, "SECOND_PERSON")
    assert mistakes(parted(waits, 40)) == ()
    (link,) = standing_links(waits)
    counts = saved(
        done(confirm_link(waits, waits.version, link=link.n, other=booked(OTHER_ID), reason="compared too", confirmer="bo")), 40
    )
    assert only(parted(counts, 50)).first == 4
    apart = PersonLinked(other_case=OTHER_ID, basis="TOLD_APART", linked=False, linker="ada", why="not alike")
    assert mistakes(saved(FIRST.add(apart), 30)) == ()


def test_edge_06_a_child_found_among_adults_is_called_back_from_everybody() -> None:
    unknown = saved(booked(person=replace(PERSON, birth_date=at("2008-11")), birth_date_reason="not said"), 10)
    (doubt, *_) = unknown.current(Doubted)
    settled = done(resolve_doubt(unknown, 1, doubt=doubt.n, adult=False, reason="birth record", resolver="ada"))
    found = only(saved(settled, 20))
    assert (found.first, found.right, found.reasons) == (1, 2, ("CHILD",))
    assert codes(recipients(found, [agency(11, 1, "surname"), shown(12, 1), agency(21, 2, "surname")])) == [
        "agency:sheriff", "desk:court_clerk",
    ]  # fmt: skip


def test_edge_06_a_typing_error_in_the_birth_year_is_both() -> None:
    (who,) = FIRST.current(IdentityClaimed)
    child = corrected(FIRST, 30, replace(who, corrects=who.n, birth_date=at("2009-06-01")))
    assert only(child).reasons == ("CORRECTED", "CHILD")
    assert only(child).columns == frozenset(COLUMNS)
    # Somebody who was taken for a child and is an adult was shown to nobody as an adult.
    (now,) = child.current(IdentityClaimed)
    back = corrected(child, 40, replace(now, corrects=now.n, birth_date=at("1990-06-01")))
    assert [one.reasons for one in mistakes(back)] == [("CORRECTED", "CHILD"), ("CORRECTED",)]


# ---------------------------------------------------------------- who got it


def test_edge_44_everybody_who_got_a_wrong_version_is_listed_and_nobody_else() -> None:
    given = [
        agency(11, 1), agency(12, 2), agency(31, 3),  # the last one got it right
        agency(13, 1, "surname", "otn", name="victims"),  # which stood there rightly
        shown(14, 2), shown(15, 2, desk="defender"), shown(32, 3, desk="magistrate"),
        shown(16, 2, paper="order"), shown(17, 2, paper="receipt", columns=frozenset({"surname"})),
    ]  # fmt: skip
    got = recipients(only(MOVED), given)
    assert codes(got) == ["agency:sheriff", "paper:order", "desk:court_clerk", "desk:defender"]
    assert (got[0].entries, got[0].last, got[0].agreements, got[0].owed) == ((11, 12), NOW + 12, ("A-1",), True)
    assert [one.owed for one in got] == [True, True, False, False]


def test_edge_44_who_looked_is_shown_to_no_other_desk() -> None:
    got = recipients(only(MOVED), [agency(11, 1), shown(12, 1, desk="defender"), shown(13, 1, desk="booking_officer")])
    assert codes(readable(got, role("booking_officer"))) == ["agency:sheriff", "desk:booking_officer"]
    assert codes(readable(got, role("charging_attorney"))) == ["agency:sheriff"]
    assert codes(readable(got, role("auditor"))) == codes(got)


# ---------------------------------------------------------------- telling them


def told(recipient: str, entry: int, *, acknowledged: bool = False, about: int | None = None, at: int = 0) -> Telling:
    return Telling(
        about=only(MOVED).about if about is None else about, recipient=recipient, how="LETTER", acknowledged=acknowledged,
        entry=entry, at=Instant(NOW + at), person="ada",
    )  # fmt: skip


def test_they_are_told_within_fifteen_days() -> None:
    due, citation = told_by(at("2026-11-20T23:50:00-05:00").earliest)
    assert (due, citation) == (at("2026-12-06").earliest, "18 Pa.C.S. § 9114")


def test_edge_44_the_limit_stands_until_each_was_told() -> None:
    found = only(MOVED)
    given = [agency(11, 1), agency(12, 1, name="victims"), shown(13, 1)]
    due, _ = told_by(NOW)
    one = [told("agency:sheriff", 50)]
    for known in ([], one):
        limit = telling_limit(found, NOW, recipients(found, given, known))
        assert limit is not None
        assert (limit.code, limit.due, limit.open, limit.about) == ("CORRECTION_TOLD", due, True, found.about)
    both = recipients(found, given, [*one, told("agency:victims", 51)])
    assert telling_limit(found, NOW, both) is None
    late = telling_limit(found, NOW, recipients(found, given, [*one, told("agency:victims", 51, at=20 * DAY)]))
    assert late is not None
    assert not late.open
    assert telling_limit(found, NOW, recipients(found, [shown(13, 1)])) is None


def test_what_was_told_of_another_mistake_doesnt_count() -> None:
    (got,) = recipients(only(MOVED), [agency(11, 1)], [told("agency:sheriff", 50, about=1)])
    assert got.told == ()


def tell(case: Case | None, recipient: str, got: tuple[Recipient, ...], **parts: Any) -> Any:
    return tell_recipient(case, only(MOVED).about, recipient, got=got, **{"how": "LETTER", "acknowledged": False, **parts})


def test_a_telling_changes_nothing_in_the_case() -> None:
    got = recipients(only(MOVED), [agency(11, 1)])
    outcome = tell(MOVED, "agency:sheriff", got)
    assert isinstance(outcome, Change)
    assert (outcome.kind, outcome.case, outcome.facts) == (Kind.RECIPIENT_TOLD, MOVED, ())
    assert outcome.detail["recipient"] == "agency:sheriff"


def test_what_cant_be_told() -> None:
    got = recipients(only(MOVED), [agency(11, 1), shown(12, 1)])
    refused(tell(None, "agency:sheriff", got), "NO_SUCH_RECIPIENT", "recipient")
    refused(tell(MOVED, "agency:other", got), "NO_SUCH_RECIPIENT", "recipient")
    refused(tell(MOVED, "desk:court_clerk", got), "TOLD_BY_PARS", "recipient")
    refused(tell(MOVED, "agency:sheriff", got, how="PIGEON"), "HOW_NEEDED", "how")
    once = recipients(only(MOVED), [agency(11, 1)], [told("agency:sheriff", 50)])
    refused(tell(MOVED, "agency:sheriff", once), "ALREADY_TOLD", "recipient")
    assert isinstance(tell(MOVED, "agency:sheriff", once, acknowledged=True), Change)
    known = recipients(only(MOVED), [agency(11, 1)], [told("agency:sheriff", 50, acknowledged=True)])
    assert known[0].acknowledged
    refused(tell(MOVED, "agency:sheriff", known, acknowledged=True), "ALREADY_TOLD", "recipient")


# ---------------------------------------------------------------- the arrest's time


def test_edge_50_each_edit_of_the_arrests_time_is_told_with_both_times() -> None:
    assert arrest_time_edits(FIRST) == ()
    once = arrest_time_edits(MOVED)
    assert once == (TimeEdit(once[0].n, ARRESTED, at("2026-11-20T02:40:00-05:00"), "heard again", 30),)
    back = moved(MOVED, 40, "10")
    assert [(edit.was, edit.now) for edit in arrest_time_edits(back)][1] == (once[0].now, ARRESTED)
    assert len(arrest_time_edits(back)) == 2, "an edit that was undone stays told"


def test_edge_50_another_change_of_the_arrest_is_no_edit_of_its_time() -> None:
    (first,) = FIRST.current(Arrested)
    assert arrest_time_edits(corrected(FIRST, 30, replace(first, corrects=first.n, district="7"))) == ()


@pytest.mark.parametrize("name", ["booking_officer", "charging_attorney", "magistrate", "custodian", "court_clerk", "defender"])
def test_edge_50_everybody_who_sees_the_case_reads_the_edit(name: str) -> None:
    from pars.core.cases.board import now_row
    from pars.core.cases.parts import visible
    from pars.core.cases.waiting import flags

    assert len(arrest_time_edits(visible(MOVED, role(name)))) == 1
    assert "time" in flags(now_row(MOVED), Instant(NOW + HOUR))
    assert "time" not in flags(now_row(FIRST), Instant(NOW + HOUR))
