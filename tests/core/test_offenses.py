"""The offense table: statutes as people print them, and versions by the day of the offense."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.core.cases.offenses import BASES, FLAGS, GRADES, Offense, Offenses, offenses_text, read_offenses_text
from pars.core.cases.statutes import Statute, inchoate_of, read_statute, same_statute
from pars.core.terms import Refusal
from tests.cases import at

THEFT = Offense(statute="18 § 3921 §§ A", title="Theft by unlawful taking", grade="M1")
OLD = Offense(statute="18 § 6312 §§ D", title="The old title", grade="F3", last=date(2023, 12, 31))
NEW = Offense(statute="18 § 6312 §§ D", title="The new title", grade="F2", first=date(2024, 1, 1))
TABLE = Offenses((THEFT, OLD, NEW))


# ---------------------------------------------------------------- statutes


@pytest.mark.parametrize(
    "printed",
    [
        "18 § 3921 §§ A",
        "18 §3921 §§A",
        " 18  §  3921\u00a0§§ A ",
        "18 § 3921 § A",
        "18 § 3921(a)",
        "18 § 3921 (A)",
        "18 Pa.C.S. § 3921(a)",
        "18 Pa.C.S.A. § 3921(a)",
        "18 Pa. C. S. § 3921 (a)",
        "18 PACS 3921 A",
        "18 Pa. Cons. Stat. § 3921(a)",
        "18 sec. 3921 A",
        "18 3921 A",
        "18 § 3921 §§ A*",
    ],
)
def test_one_statute_has_many_prints_and_one_meaning(printed: str) -> None:
    assert read_statute(printed) == Statute("18", "3921", ("A",))
    assert same_statute(printed, "18 § 3921 §§ A")
    assert TABLE.find(printed, None).offense == THEFT


@pytest.mark.parametrize(
    ("printed", "meaning"),
    [
        ("18 § 3502 §§ A1ii", ("18", "3502", ("A", "1", "II"))),
        ("18 Pa.C.S. § 3502(a)(1)(ii)", ("18", "3502", ("A", "1", "II"))),
        ("35 § 780-113 §§ A30", ("35", "780-113", ("A", "30"))),
        ("35 P.S. § 780-113(a)(30)", ("35", "780-113", ("A", "30"))),
        ("18 § 2709.1 §§ A1", ("18", "2709.1", ("A", "1"))),
        ("47 § 4-491 §§ 1", ("47", "4-491", ("1",))),
        ("18 § 5104", ("18", "5104", ())),
        ("18 § 3304 (a.1)(1)", ("18", "3304", ("A.1", "1"))),
    ],
)
def test_a_statute_is_its_title_section_and_parts(printed: str, meaning: tuple[str, str, tuple[str, ...]]) -> None:
    found = read_statute(printed)
    assert found == Statute(*meaning)
    assert read_statute(str(found)) == found


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "Theft",
        "3921",
        "18 § 3921A",
        "18 § 3921 §§ A/B",
        "18 § 3921 §§ A, B",
        "18 § 4915.1 §§ A1-3",
        "75 § 3732 §§ A / 3735 §§ A",
        "18 § 2502 (no sub)",
        "18 P.S. § 3921",
        "183921",
        "18 § 3921 §§ (A",
    ],
)
def test_what_could_mean_two_things_means_nothing(printed: str) -> None:
    assert read_statute(printed) is None
    assert TABLE.find(printed, None).code == "STATUTE_UNREADABLE"


def test_parts_are_never_run_together() -> None:
    assert read_statute("18 § 1 (a)(11)") != read_statute("18 § 1 (a)(1)(1)")
    assert read_statute("18 § 1 (ai)") != read_statute("18 § 1 (a)(i)")
    assert not same_statute("18 § 3921 §§ A", "18 § 3921")
    assert same_statute("Local ordinance  7", "local ordinance 7")
    assert not same_statute("Local ordinance 7", "18 § 7")


@given(st.text(max_size=40))
def test_any_text_means_one_statute_or_none(printed: str) -> None:
    found = read_statute(printed)
    assert found is None or read_statute(str(found)) == found


def test_attempt_solicitation_and_conspiracy_are_known_by_their_section() -> None:
    assert [inchoate_of(f"18 § {n} §§ A") for n in (901, 902, 903)] == ["ATTEMPT", "SOLICITATION", "CONSPIRACY"]
    assert inchoate_of("18 Pa.C.S. § 903(c)") == "CONSPIRACY"
    assert inchoate_of("75 § 901") is None
    assert inchoate_of("nothing") is None


# ---------------------------------------------------------------- the table


def test_the_day_of_the_offense_chooses_the_version() -> None:
    statute = "18 § 6312 §§ D"
    assert TABLE.find(statute, at("2023-12-31")).offense == OLD
    assert TABLE.find(statute, at("2024-01-01")).offense == NEW
    assert TABLE.find(statute, at("2024")).offense == NEW
    # 04:59 in UTC is still the last day of the year in Philadelphia.
    assert TABLE.find(statute, at("2024-01-01T04:59:00Z")).offense == OLD
    assert TABLE.find(statute, at("2024-01-01T05:00:00Z")).offense == NEW


def test_a_date_that_could_mean_two_versions_chooses_none() -> None:
    for vague in (None, at("2023-12-31T23:59:00-05:00")):
        found = TABLE.find("18 § 6312 §§ D", vague)
        assert (found.code, found.offense) == (("OFFENSE_DATE_NEEDED", None) if vague is None else ("KNOWN", OLD))
    cut = Offenses(
        (
            Offense(statute="18 § 1", title="Old", last=date(2023, 6, 15)),
            Offense(statute="18 § 1", title="New", first=date(2023, 6, 16)),
        )
    )
    for vague in (at("2023"), at("2023-06"), None):
        found = cut.find("18 § 1", vague)
        assert (found.code, found.offense) == ("OFFENSE_DATE_NEEDED", None)
        assert len(found.near) == 2
        assert found.says
    # Where one line covers every day, the date isn't needed.
    assert TABLE.find("18 § 3921 §§ A", None).code == "KNOWN"


def test_a_day_on_which_no_version_was_in_force_is_flagged() -> None:
    late = Offenses((NEW,))
    assert late.find("18 § 6312 §§ D", at("2020-05-05")).code == "NOT_IN_FORCE"
    assert late.find("18 § 6312 §§ D", at("2023")).code == "NOT_IN_FORCE"
    assert late.find("18 § 6312 §§ D", None).code == "OFFENSE_DATE_NEEDED"


def test_an_unknown_statute_is_flagged_with_its_section_and_never_matched_to_it() -> None:
    found = TABLE.find("18 § 3921 §§ B", at("2026-01-01"))
    assert (found.code, found.offense, found.near) == ("STATUTE_UNKNOWN", None, (THEFT,))
    assert TABLE.find("18 § 3921", None).code == "STATUTE_UNKNOWN"
    assert TABLE.find("18 § 9999", None).near == ()
    assert found.says == FLAGS["STATUTE_UNKNOWN"]
    assert TABLE.find(THEFT.statute, None).says == ""


def test_two_lines_for_one_day_are_no_table() -> None:
    with pytest.raises(ValueError, match="overlap"):
        Offenses((OLD, NEW, Offense(statute="18 Pa.C.S. § 6312(d)", title="Again", first=date(2030, 1, 1))))


def test_the_text_of_a_table_gives_the_table_back() -> None:
    text = offenses_text(TABLE.lines)
    assert read_offenses_text(text) == TABLE
    for other in (
        b"",
        b"{}",
        b"[]",
        b'{"format":"pars.offenses.1"}',
        text.replace(b"offenses.1", b"offenses.2"),
        text.replace(b"M1", b"Q1"),
        text.replace(b"18 ", b"xx "),
    ):
        refusal = read_offenses_text(other)
        assert isinstance(refusal, Refusal), other
        assert refusal.code == "NOT_AN_OFFENSE_TABLE"


def test_every_basis_and_grade_has_words() -> None:
    assert all(BASES.values())
    assert len(set(GRADES)) == len(GRADES)
