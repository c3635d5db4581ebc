"""What is read is what runs: the sentences about a version say each of its parts, in both languages."""

from __future__ import annotations

from datetime import date

import pytest

from pars.core.access.explain import LABELS, LANGUAGES, Language
from pars.core.access.purposes import listed
from pars.core.agreements.plain import end_said, explain, never_shown
from pars.core.agreements.version import Place
from pars.core.terms import Instant, end_of_day
from pars.core.wording import bare, day_said, from_when, midnight, when
from tests.agreements import DOCUMENT, END, version

CIVIL_END = end_of_day(date(2027, 8, 31), "America/New_York")
CIVIL = {"civil": "2027-08-31", "zone": "America/New_York", "rule": "end of day", "instant": CIVIL_END}
PHILADELPHIA = Place("Philadelphia", "America/New_York")


def test_a_version_in_plain_english() -> None:
    said = explain(version({"/term/end": CIVIL}), "en")
    assert said[0] == "The Sheriff may ask. The legal authority is: 18 Pa.C.S. § 9121(a)."
    assert (
        said[1]
        == "For this purpose: the service of a warrant that a judge has signed. Each question for it must bring a warrant number."
    )
    assert said[2] == (
        "For this purpose: preparing, scheduling and recording a hearing before a court. "
        "Each question for it must bring a docket number of the court."
    )
    assert "A person may ask 20 questions a day, and a reply holds 50 records at most." in said
    assert "Each of them must hold: the completed training." in said
    assert any(sentence.startswith("It ends at the end of August 31, 2027, Philadelphia time.") for sentence in said)
    assert any(sentence.startswith("It begins on January 16, 2027 at 03:00:00, Philadelphia time") for sentence in said)
    assert any(sentence.startswith("May be shown: ") and "the surname" in sentence for sentence in said)


def test_a_version_in_plain_spanish() -> None:
    said = explain(version({"/term/end": CIVIL}), "es")
    assert said[1] == (
        "Con este fin: la ejecución de una orden firmada por un juez. "
        "Cada pregunta con este fin debe indicar un número de orden judicial."
    )
    assert any(sentence.startswith("Termina al final del 31 de agosto de 2027, hora de Philadelphia.") for sentence in said)
    assert any(sentence.startswith("Comienza el 16 de enero de 2027 a las 03:00:00, hora de Philadelphia") for sentence in said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_column_is_either_shown_or_named_as_never_shown(language: str) -> None:
    for columns in (["record"], DOCUMENT["scope"]["columns"], list(LABELS["en"])):
        made = version({"/scope/columns": columns, "/scope/filters": [], "/scope/masks": {}})
        shown = explain(made, language)  # type: ignore[arg-type]
        (lists,) = (sentence for sentence in shown if sentence.startswith(("May be shown", "Se puede mostrar")))
        never = " ".join(never_shown(made, language))  # type: ignore[arg-type]
        for name, label in LABELS[language].items():  # type: ignore[index]
            assert (label in lists) == (name in columns) or label in lists
            assert (f" {label}" in f" {never}") or name in columns


def test_small_numbers_and_no_requirement() -> None:
    said = explain(version({"/limits": {"questions_per_day": 1, "rows_per_reply": 1}, "/users/must": []}), "en")
    assert "A person may ask 1 question a day, and a reply holds 1 record at most." in said
    assert not any("must hold" in sentence for sentence in said)


def test_every_part_of_the_text_that_binds_changes_the_sentences() -> None:
    changes = [
        {"/purposes/0/evidence": "docket"},
        {"/purposes/0": listed("custody").demanding("docket")},
        {"/purposes/0": listed("civil_enforcement").demanding("docket")},
        {"/scope/columns/1": "sex"},
        {"/scope/filters/0": "sex"},
        {"/scope/masks": {}},
        {"/scope/rows": "always"},
        {"/never_charged": "shown"},
        {"/limits/questions_per_day": 21},
        {"/limits/rows_per_reply": 51},
        {"/limits/questions_per_day_in_all": 100},
        {"/limits/people_per_day": 1},
        {"/limits/people_per_day_in_all": 100},
        {"/paper": {"kind": "subpoena", "sha256": "5" * 64}},
        {"/approval": {"over_rows": 5, "minutes": 60}},
        {"/approval": {"over_rows": 5, "minutes": 60, "exports": "all"}},
        {"/emergency": {"reasons": ["LIFE_AT_RISK"], "waives": ["evidence"], "review_hours": 24}},
        {"/emergency": {"reasons": ["ESCAPE"], "waives": ["evidence"], "review_hours": 24}},
        {"/emergency": {"reasons": ["LIFE_AT_RISK"], "waives": ["approval"], "review_hours": 24}},
        {"/emergency": {"reasons": ["LIFE_AT_RISK"], "waives": ["evidence"], "review_hours": 23}},
        {"/on_behalf_of": [{"id": "fbi", "name": "Federal Bureau"}]},
        {"/checked": ["docket"]},
        {"/users/must": []},
        {"/authority": "Another law"},
        {"/parties/agency/name": "Another"},
        {"/parties/agency/place": {"name": "Chicago", "zone": "America/Chicago"}},
        {"/parties/agency/place": {"name": "Chicago", "zone": "America/Denver"}},
        {"/place/zone": "America/Chicago"},
        {"/term/start": 0},
        {"/term/end": {"instant": END + 1_000_000}},
    ]
    said = explain(version(), "en")
    made = [explain(version(change), "en") for change in changes[:-2]]
    made += [explain(version(start=0), "en"), explain(version(end=END + 1_000_000), "en")]
    assert len({said, *made}) == len(changes) + 1


def test_the_term_is_told_by_the_agencys_own_clock_too_where_it_is_stated() -> None:
    made = version({"/term/end": CIVIL, "/parties/agency/place": {"name": "Chicago", "zone": "America/Chicago"}})
    says = (
        "By the agency's own clock it begins on January 16, 2027 at 02:00:00, Chicago time and ends on August 31, 2027 at 23:00:00, "
        "Chicago time."
    )
    assert says in explain(made, "en")
    assert any(sentence.startswith("Según el reloj de la agencia comienza el 16 de enero") for sentence in explain(made, "es"))
    assert not any("own clock" in sentence for sentence in explain(version({"/term/end": CIVIL}), "en"))


def test_an_end_is_told_as_it_was_stated() -> None:
    assert end_said(version(), "en") == "on February 14, 2027 at 03:00:00, Philadelphia time"
    # Where a day has no midnight, the stated day is told all the same.
    gap = end_of_day(date(2027, 3, 27), "Asia/Beirut")
    beirut = {"civil": "2027-03-27", "zone": "Asia/Beirut", "rule": "end of day", "instant": gap}
    made = version({"/place": {"name": "Beirut", "zone": "Asia/Beirut"}, "/term/end": beirut})
    assert end_said(made, "en") == "at the end of March 27, 2027, Beirut time"


def test_midnight_ends_a_day_or_begins_one() -> None:
    assert from_when(CIVIL_END, PHILADELPHIA) == "at the start of September 1, 2027, Philadelphia time"
    assert from_when(CIVIL_END, PHILADELPHIA, "es") == "al comienzo del 1 de septiembre de 2027, hora de Philadelphia"
    assert from_when(Instant(CIVIL_END + 1), PHILADELPHIA) == when(Instant(CIVIL_END + 1), PHILADELPHIA)
    assert when(CIVIL_END, PHILADELPHIA) == "at the end of August 31, 2027, Philadelphia time"
    assert day_said(date(2027, 2, 1), "es") == "1 de febrero de 2027"


@pytest.mark.parametrize(
    ("language", "stands"), [("en", "the end of August 31, 2027,"), ("es", "final del 31 de agosto de 2027,")]
)
def test_a_date_alone_has_no_preposition(language: Language, stands: str) -> None:
    said = midnight(date(2027, 8, 31), PHILADELPHIA, language)
    assert not said.startswith(stands)
    assert bare(said).startswith(stands)
    assert bare(bare(said)) == bare(said)
