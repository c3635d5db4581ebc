"""Linking: who may say that two cases are of one person, on what, and how it is undone; and both cases side by side."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pars.core.cases.booking import linked_cases
from pars.core.cases.case import Case
from pars.core.cases.facts import PersonLinked
from pars.core.cases.finding import find_keys
from pars.core.cases.identity import identity_changed
from pars.core.cases.linking import (
    confirm_link,
    link_person,
    standing_link,
    standing_links,
    tell_apart,
    undo_link,
    waiting_links,
)
from pars.core.cases.received import AliasGiven
from pars.core.cases.sameness import Compared, compare, how_found, look_for, prints_agree, prints_differ
from tests.cases import ID, OTHER_ID, PERSON, at, booked, by_prints, done, one_person, refused

HERE, THERE = by_prints(), by_prints(booked(OTHER_ID))
TWIN = booked(OTHER_ID)
GIVEN = {"basis": "FINGERPRINT", "reason": "compared", "linker": "ada"}


def waiting() -> Case:
    """Return a case with a link that waits to be confirmed."""
    case = booked()
    return done(link_person(case, case.version, other=booked(OTHER_ID), **{**GIVEN, "basis": "SECOND_PERSON"}))


def test_a_link_needs_another_case_and_a_reason() -> None:
    refused(link_person(None, 1, other=THERE, **GIVEN), "NO_SUCH_CASE")
    refused(link_person(HERE, HERE.version, other=None, **GIVEN), "NO_SUCH_OTHER_CASE", "other_case")
    refused(link_person(HERE, HERE.version, other=by_prints(booked(ID)), **GIVEN), "SAME_CASE", "other_case")
    refused(link_person(HERE, HERE.version, other=THERE, **{**GIVEN, "reason": " "}), "REASON_NEEDED", "reason")
    linked = one_person(HERE, THERE)
    refused(link_person(linked, linked.version, other=THERE, **GIVEN), "ALREADY_LINKED")
    link = standing_link(linked, OTHER_ID)
    assert link is not None
    assert (link.why, link.linker, link.confirmed_by) == ("One SID", "ada", None)
    case = waiting()
    refused(link_person(case, case.version, other=booked(OTHER_ID), **{**GIVEN, "basis": "SECOND_PERSON"}), "ALREADY_LINKED")


def test_a_link_that_waits_is_confirmed_once_by_somebody_else() -> None:
    case = waiting()
    (link,) = waiting_links(case)
    refused(confirm_link(None, 1, link=link.n, other=TWIN, reason="seen", confirmer="ben"), "NO_SUCH_CASE")
    refused(confirm_link(case, case.version, link=99, other=TWIN, reason="seen", confirmer="ben"), "NO_SUCH_LINK", "link")
    refused(confirm_link(case, case.version, link=link.n, other=TWIN, reason=" ", confirmer="ben"), "REASON_NEEDED", "reason")
    joined = done(confirm_link(case, case.version, link=link.n, other=TWIN, reason="seen", confirmer="ben"))
    assert linked_cases(joined) == {OTHER_ID}
    assert identity_changed(joined) == joined.latest(PersonLinked)
    refused(confirm_link(joined, joined.version, link=link.n, other=TWIN, reason="seen", confirmer="cat"), "NO_SUCH_LINK")


def test_nobody_confirms_what_prints_tell_apart_meanwhile() -> None:
    """The link was asked for when nothing was known; then each was printed, and the numbers are two people's."""
    case = by_prints(waiting())
    (link,) = waiting_links(case)
    given = {"link": link.n, "reason": "seen", "confirmer": "ben"}
    refused(confirm_link(case, case.version, other=by_prints(booked(OTHER_ID), sid="87654321"), **given), "PRINTS_DIFFER")
    refused(confirm_link(case, case.version, other=None, **given), "NO_SUCH_OTHER_CASE", "other_case")
    assert linked_cases(case) == frozenset()
    assert linked_cases(done(confirm_link(case, case.version, other=THERE, **given))) == {OTHER_ID}


def test_a_link_is_undone_with_its_reason_and_made_anew() -> None:
    linked = one_person(HERE, THERE)
    (link,) = standing_links(linked)
    refused(undo_link(None, 1, link=link.n, reason="seen", linker="ada"), "NO_SUCH_CASE")
    refused(undo_link(linked, linked.version, link=99, reason="seen", linker="ada"), "NO_SUCH_LINK", "link")
    refused(undo_link(linked, linked.version, link=link.n, reason=" ", linker="ada"), "REASON_NEEDED", "reason")
    undone = done(undo_link(linked, linked.version, link=link.n, reason="seen", linker="ada"))
    assert linked_cases(undone) == frozenset()
    refused(undo_link(undone, undone.version, link=link.n, reason="seen", linker="ada"), "NO_SUCH_LINK")
    assert linked_cases(one_person(undone, THERE)) == {OTHER_ID}


def test_a_link_taken_back_before_it_counted_changed_nobody() -> None:
    case = waiting()
    back = done(undo_link(case, case.version, link=waiting_links(case)[0].n, reason="a mistake", linker="ada"))
    assert waiting_links(back) == ()
    assert identity_changed(back) is None


def test_none_of_these_is_said_of_each_with_the_reason() -> None:
    case, twin = booked(), booked(OTHER_ID)
    given = {"reason": "another face", "linker": "ada"}
    refused(tell_apart(None, 1, others=[twin], **given), "NO_SUCH_CASE")
    refused(tell_apart(case, case.version, others=[], **given), "NOBODY_TO_TELL_APART")
    refused(tell_apart(case, case.version, others=[twin], **{**given, "reason": ""}), "REASON_NEEDED", "reason")
    refused(tell_apart(case, case.version, others=[case], **given), "SAME_CASE")
    refused(tell_apart(HERE, HERE.version, others=[THERE], **given), "PRINTS_AGREE", "others")
    open_link = waiting()
    refused(tell_apart(open_link, open_link.version, others=[twin], **given), "ALREADY_LINKED", "others")
    apart = done(tell_apart(case, case.version, others=[twin], **given))
    (said,) = apart.current(PersonLinked)
    assert (said.linked, said.basis, said.why, said.linker) == (False, "TOLD_APART", "another face", "ada")
    assert identity_changed(apart) is None


# ---------------------------------------------------------------- side by side


@pytest.mark.parametrize(
    ("there", "agree", "differ"),
    [
        ({"sid": "12345678"}, True, False),
        ({"sid": "12345678", "ucn": "1A"}, True, False),
        ({"sid": None, "ucn": "1A"}, False, False),
        ({"sid": "87654321"}, False, True),
        ({"sid": None, "pid": "123456"}, False, False),
    ],
)
def test_prints_speak_by_the_numbers_that_both_give(there: dict[str, str | None], agree: bool, differ: bool) -> None:
    other = by_prints(booked(OTHER_ID), **there)
    assert (prints_agree(HERE, other), prints_differ(HERE, other)) == (agree, differ)
    assert (prints_agree(booked(), other), prints_differ(booked(), other)) == (False, False)


def test_one_number_that_agrees_and_one_that_differs_are_no_agreement() -> None:
    one, two = by_prints(ucn="1A"), by_prints(booked(OTHER_ID), ucn="2B")
    assert not prints_agree(one, two)
    assert prints_differ(one, two)


def test_how_another_case_was_found_is_said_in_words() -> None:
    alone = booked(OTHER_ID, person=replace(PERSON, surname="Ashgrove"))
    assert how_found(booked(), alone) == ()
    (named,) = how_found(booked(), booked(OTHER_ID))
    assert "twins" in named
    (alias,) = how_found(
        booked(),
        booked(
            OTHER_ID,
            person=replace(PERSON, surname="Ashgrove"),
            aliases=[AliasGiven(surname="WHITLOCK", given="M.", full=None, birth_date=None)],
        ),
    )
    assert "alias" in alias
    assert [says[:20] for says in how_found(HERE, THERE)] == ["Prints in both cases", "The same surname and"]
    assert "two people" in how_found(HERE, by_prints(alone, sid="87654321"))[0]
    photo = [by_prints(case, sid=None, pid="123456") for case in (booked(), alone)]
    assert "no proof" in how_found(*photo)[0]


def test_both_cases_are_compared_line_by_line_in_words() -> None:
    here = by_prints(booked(aliases=[AliasGiven(surname="Ashgrove", given="M.", full=None, birth_date=None)]))
    there = booked(OTHER_ID, person=replace(PERSON, surname="WHITLOCK", given="Miriam", birth_date=at("1990")))
    lines = {line.label: line for line in compare(here, there)}
    assert lines["Surname, claimed"].match == "SAME"
    assert lines["Given name, claimed"] == Compared("Given name, claimed", "Marian", "Miriam", "OTHER")
    assert lines["Birth date, claimed"].match == "OTHER"
    assert lines["State identification number (SID)"] == Compared(
        "State identification number (SID)", "123-45-67-8", "", "ONE_SIDED"
    )
    assert lines["Aliases"].here == "Ashgrove, M."
    assert "Full name, claimed" not in lines
    assert compare(Case("empty"), Case("other")) == ()


def test_what_to_look_for_is_names_with_birth_dates_aliases_and_numbers() -> None:
    case = by_prints(
        booked(aliases=[AliasGiven(surname="Ashgrove", given=None, full=None, birth_date=None)]),
        surname="Whitlock-Moor",
        birth_date=at("1990-07"),
    )
    found = look_for(case)
    assert found is not None
    assert found.sought.names == ("ashgrove", "moor", "whitlock")
    assert found.sought.numbers == ("12345678",)
    named, dated = found.keys
    assert {"n:12345678", "w:ashgrove", "w:whitlock", "w:moor"} == set(named)
    assert {"n:12345678", "w:ashgrove", "b:1990-06-01", "b:1990-07"} <= set(dated)
    assert "w:whitlock" not in dated
    assert look_for(Case("empty")) is None
    undated = look_for(booked(person=replace(PERSON, birth_date=None), birth_date_reason="not said"))
    assert undated is not None
    assert undated.keys == (("w:whitlock",),)


def test_who_is_looked_for_is_found_by_the_keys_of_the_row() -> None:
    here = look_for(by_prints())
    assert here is not None
    for other in (
        booked(OTHER_ID),
        by_prints(booked(OTHER_ID, person=replace(PERSON, surname="Ashgrove", birth_date=at("1980")))),
    ):
        keys = set(find_keys(other))
        assert all(keys & set(part) for part in here.keys)
    stranger = set(find_keys(booked(OTHER_ID, person=replace(PERSON, birth_date=at("1980-01-01")))))
    assert not all(stranger & set(part) for part in here.keys)
