"""The one box: what is typed is sorted by what it can be, a case is found by every print of what it is known by, and says why."""

from __future__ import annotations

import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.core.cases.booking import correct_facts
from pars.core.cases.case import Case
from pars.core.cases.facts import AliasStated, Arrested, DocketGiven, IdentityClaimed, IdentityVerified
from pars.core.cases.finding import Sought, find_keys, how_sure, matches, read_sought, too_broad, variants
from pars.core.cases.sounds import near, sound, words
from pars.core.terms import Refusal
from tests.cases import ID, NOW, PERSON, ZONE, at, booked, done

CASE = booked()
KNOWN_AS = done(
    correct_facts(
        CASE, CASE.version, [AliasStated(surname="O'Quillby-Marsh", given="Ødile", birth_date=at("1991-03-07"))], why="said so", at=NOW
    )
)  # fmt: skip


def sought(text: str) -> Sought:
    found = read_sought(text, ZONE, NOW)
    assert isinstance(found, Sought), found
    return found


def looked_up(case: Case, wanted: Sought) -> bool:
    """Return whether the row's keys lead to the case, as the database compares them."""
    held = set(find_keys(case))
    return all(held & set(keys) for keys in wanted.keys)


def found(text: str, case: Case = CASE) -> list[tuple[str, str]]:
    """Return why a case is found; whatever has a reason must also be led to by its keys."""
    wanted = sought(text)
    why = matches(case, wanted)
    assert not why or looked_up(case, wanted)
    return [(match.field, match.how) for match in why]


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("Whitlock", [("Name as claimed", "exact")]),
        ("WHITLOCK, marian", [("Name as claimed", "exact")]),
        ("Marian Whitlock", [("Name as claimed", "exact")]),
        ("whitl", [("Name as claimed", "beginning")]),
        ("M Whitlock", [("Name as claimed", "beginning")]),
        ("Whitlok", [("Name as claimed", "one slip")]),
        ("Whiltock", [("Name as claimed", "one slip")]),
        ("Wittlok", [("Name as claimed", "sounds alike")]),
        ("Marion Whitlock", [("Name as claimed", "one slip")]),
        ("6/1/1990", [("Birth date", "exact")]),
        ("1990-06-01", [("Birth date", "exact")]),
        ("06/01/90", [("Birth date", "exact")]),
        ("1/6/1990", [("Birth date", "other way round")]),
        ("Whitlock 1990", [("Name as claimed", "exact"), ("Birth date", "beginning")]),
        ("Whitlock 6/1990", [("Name as claimed", "exact"), ("Birth date", "beginning")]),
        ("Q333333-0", [("OTN", "exact")]),
        ("q3333330", [("OTN", "exact")]),
        ("Q 333333-0", [("OTN", "exact")]),
        ("Q333333", [("OTN", "beginning")]),
        ("26-01-000001", [("Incident number", "exact")]),
        ("2601000001", [("Incident number", "exact")]),
        ("26-01-0", [("Incident number", "beginning")]),
        (ID, [("Case", "exact")]),
        (ID.upper(), [("Case", "exact")]),
        ("Whitlock Q333333-0", [("Name as claimed", "exact"), ("OTN", "exact")]),
        ("Whitlock 3/3/1990", []),
        ("Whitlock Q444444-0", []),
        ("Marian Greymount", []),
        ("Quorble", []),
    ],
)
def test_a_case_is_found_by_every_print_of_what_it_is_known_by(typed: str, why: list[tuple[str, str]]) -> None:
    assert found(typed) == why


def test_another_name_is_a_name_of_its_own() -> None:
    assert found("O'Quillby-Marsh", KNOWN_AS) == [("Another name", "exact")]
    assert found("oquillbymarsh", KNOWN_AS) == [("Another name", "exact")]
    assert found("Quilby Marsh", KNOWN_AS) == []
    assert found("Marsh 3/7/1991", KNOWN_AS) == [("Another name", "exact"), ("Birth date, another name", "exact")]
    # One name's surname and another's given name are nobody's.
    assert found("Whitlock Ødile", KNOWN_AS) == []


def test_who_the_prints_say_it_is_is_a_name_too() -> None:
    case = CASE.add(
        IdentityVerified(
            source="Invented repository", stated=at("2026-11-20T05:00:00-05:00"), outcome="MATCH", reference="R-77", verifier="ada",
            surname="Farrowby", given="Ivo", birth_date=at("1988-02-03"), sid="12345678", pid="0912345",
        )
    )  # fmt: skip
    assert found("Ivo Farrowby", case) == [("Name by prints", "exact")]
    assert found("Farrowby 2/3/1988", case) == [("Name by prints", "exact"), ("Birth date, name by prints", "exact")]
    assert found("0912345", case) == [("PID", "exact")]
    assert found("Whitlock", case) == [("Name as claimed", "exact")]


def test_a_case_is_found_by_its_docket_in_any_print() -> None:
    case = CASE.add(DocketGiven(number="MC-51-CR-0012345-2018"))
    for typed in ("MC-51-CR-0012345-2018", "mc51cr00123452018"):
        assert found(typed, case) == [("Docket", "exact")]
    assert found("MC-51-CR-00123", case) == [("Docket", "beginning")]
    assert found("MC-51-CR-0012346-2018", case) == []


def test_of_two_names_that_fit_the_surer_one_is_the_reason() -> None:
    case = done(correct_facts(CASE, CASE.version, [AliasStated(surname="Whitlok", given="Marian")], why="said so", at=NOW))
    assert found("Whitlock", case) == [("Name as claimed", "exact")]
    assert found("Whitlok", case) == [("Another name", "exact")]


def test_a_birth_date_known_in_part_is_found_by_the_whole_one() -> None:
    case = booked(person=replace(PERSON, birth_date=at("1990")))
    assert found("6/1/1990", case) == [("Birth date", "beginning")]
    assert found("Whitlock 1990", case) == [("Name as claimed", "exact"), ("Birth date", "exact")]
    assert found("6/1/1991", case) == []
    unknown = booked(person=replace(PERSON, birth_date=None), birth_date_reason="says nothing")
    assert found("Whitlock 1990", unknown) == []


def test_what_was_corrected_is_not_what_the_case_is_known_by() -> None:
    who = CASE.current(IdentityClaimed)[0]
    first = CASE.current(Arrested)[0]
    case = done(
        correct_facts(
            CASE, CASE.version,
            [IdentityClaimed(surname="Farrowby", given="Marian", corrects=who.n), replace(first, otn=None, corrects=first.n)],
            why="heard again", at=NOW,
        )
    )  # fmt: skip
    assert found("Whitlock", case) == []
    assert found("Farrowby", case) == [("Name as claimed", "exact")]
    assert found("Q333333-0", case) == []


def test_a_year_of_two_digits_is_the_last_such_year() -> None:
    assert [time.text for time in sought("2/14/99 Doe").born] == ["1999-02-14"]
    assert [time.text for time in sought("2/14/05 Doe").born] == ["2005-02-14"]
    assert sought("2/14/2099 Doe").numbers == ("2142099",)
    assert sought("Doe 0041").numbers == ("0041",)


@pytest.mark.parametrize("typed", ["", "   ", "x", "J Q", "1990", "6/1990", "Q33", "-,;"])
def test_too_little_is_refused_with_what_would_do(typed: str) -> None:
    no = read_sought(typed, ZONE, NOW)
    assert isinstance(no, Refusal)
    assert (no.code, no.names) == ("TOO_LITTLE_TYPED", ("sought",))
    assert "11/23/1990" in no.remedy


def test_too_much_is_refused_and_not_repeated() -> None:
    no = read_sought("Whitlock " * 20, ZONE, NOW)
    assert isinstance(no, Refusal)
    assert no.code == "TOO_MUCH_TYPED"
    assert "Whitlock" not in no.says + no.remedy


def test_too_many_are_met_by_asking_for_one_more_thing() -> None:
    assert [too_broad(sought(text), 50).remedy for text in ("Whitlock", "Whitlock 6/1/1990", "6/1/1990", "Q333333")] == [
        "Add a birth date.", "Add the given name or a number.", "Add a name.", "Add a birth date.",
    ]  # fmt: skip


def test_what_to_try_is_made_from_what_was_typed_alone() -> None:
    assert variants(sought("Marian Whitlock 6/1/1990")) == ("marian whitlock", "marian", "whitlock", "mar", "whi")
    assert variants(sought("Q333333-0")) == ("Q333333",)
    assert variants(sought("Lee")) == ()
    assert variants(sought("Lee 55555")) == ("lee",)


def test_the_surest_comes_first() -> None:
    sure, less = matches(CASE, sought("Whitlock 6/1/1990")), matches(CASE, sought("Whitlok 6/1/1990"))
    assert how_sure(sure) < how_sure(less)
    assert [match.how for match in less] == ["exact", "one slip"]


def test_a_question_names_the_columns_that_it_asks_by() -> None:
    assert sought("Doe").columns == {"surname", "given", "full_name"}
    assert sought("Doe 1990").columns == {"surname", "given", "full_name", "birth_date"}
    assert sought("Q333333-0").columns == {"record", "otn", "incident_number"}
    assert [leaf.column for leaf in sought("Doe 1990 Q333333").as_asked] == ["full_name", "birth_date", "otn"]
    assert sought("Q333333").as_asked[0].values == ("Q333333",)


# ---------------------------------------------------------------- words and sounds


def test_a_name_is_folded_into_its_words() -> None:
    assert words("O'Brien-Núñez, Jr.") == ("obrien", "nunez", "jr")
    assert words("") == words("-'-") == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [("stephen", "steven"), ("knight", "night"), ("katherine", "catherine"), ("shmidt", "schmitt"), ("jackson", "jaxon"),
     ("philips", "fillips"), ("wright", "right")],
)  # fmt: skip
def test_words_that_sound_alike(one: str, other: str) -> None:
    assert sound(one) == sound(other)


def test_words_that_do_not() -> None:
    assert len({sound(word) for word in ("corvane", "whitlock", "greymount", "tallowby", "adams", "dams")}) == 6
    assert sound("") == ""


NAME = st.text(alphabet=string.ascii_lowercase, min_size=4, max_size=12)


@given(name=NAME, place=st.integers(0, 11), letter=st.sampled_from(string.ascii_lowercase))
def test_one_slip_anywhere_is_found(name: str, place: int, letter: str) -> None:
    place %= len(name)
    slips = {
        name[:place] + letter + name[place:],
        name[:place] + letter + name[place + 1 :],
        name[:place] + name[place + 1 :],
        name[:place] + name[place : place + 2][::-1] + name[place + 2 :],
    }
    case = booked(person=replace(PERSON, surname=name, given="Zz"))
    for slip in slips:
        if len(slip) >= 4:
            assert near(slip) & near(name)
            assert found(slip, case) != []
