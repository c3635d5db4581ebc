"""Two versions side by side, and a question tried on both: the decision's own words, nothing read and nothing recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pars.actions import reviewing
from tests.web import pages
from tests.web.test_agreement_pages import fresh

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.web.town import Town

    Seat = Callable[[str], Client]

PLACE = "/agreements/supervision/compare"
TRIED = {
    "try-purpose": "supervision",
    "try-evidence": "case_number",
    "try-columns": ["surname", "lead_grade"],
    "try-row0_column": "surname",
    "try-row0_how": "is",
    "try-row0_value": "Corvane",
}


def ask(client: Client, **changes: Any) -> Any:
    return client.post(f"{PLACE}?from=1&to=2", {**TRIED, **{f"try-{name}": value for name, value in changes.items()}})


def test_anybody_reads_what_changes_sentence_by_sentence_and_column_by_column(nobody: Client) -> None:
    page = pages.read(nobody.get(PLACE))
    assert pages.faults(page) == []
    text = " ".join(page.text_content().split())
    assert "Taken away: No longer shown: the grade of the most serious charge." in text
    assert "By its form, the version after isn't a restriction" in text, "its end is later"
    [gone] = page.xpath("//table[contains(@class, 'grid')]//tr[th[contains(., 'the grade of the most serious charge')]]")
    assert "no longer shown" in gone.text_content()
    kinds = [row.get("class") for row in page.xpath("//table[contains(@class, 'sides')]/tbody/tr")]
    assert {"same", "other"} <= set(kinds)
    assert "Try a question" not in text, "without a capacity there is nobody to try as"


def test_it_is_compared_in_spanish_and_in_the_other_direction(nobody: Client) -> None:
    text = pages.text(nobody.get(f"{PLACE}?lang=es&from=2&to=1"))
    assert "Ahora también se puede mostrar: el grado del cargo más grave." in text
    assert "ahora se muestra" in text


@pytest.mark.parametrize("query", ["?from=9", "?to=x", "?from=1&to=99999999999999999999"])
def test_a_version_that_is_not_there_is_nothing_here(query: str, nobody: Client) -> None:
    assert nobody.get(f"{PLACE}{query}").status_code == 404
    assert nobody.get("/agreements/no-such/compare").status_code == 404


def test_one_version_alone_has_nothing_beside_it_but_can_be_tried(seat: Seat, town: Town, nobody: Client) -> None:
    place = f"{fresh(town, 'alone')}/compare"
    assert "There is only one version" in pages.text(nobody.get(place))
    text = pages.text(seat("courts").post(place, {**TRIED, "try-purpose": "warrant_service", "try-evidence": "warrant_number"}))
    assert "Version 1: it would be refusedNot granted for this use: lead_grade." in text


def test_a_question_is_tried_on_both_and_leaves_no_entry(seat: Seat) -> None:
    voter = seat("courts")
    page = pages.read(voter.get(f"{PLACE}?from=1&to=2"))
    assert pages.faults(page) == []
    before = reviewing.newest(1)[0].id
    answer = ask(voter)
    text = pages.text(answer)
    assert pages.faults(pages.read(answer)) == []
    assert "Version 1: it would be allowedShown: the surname, the grade of the most serious charge; at most 25 records" in text
    assert "the person is an adult" in text
    assert "Version 2: it would be refusedNot granted for this use: lead_grade." in text
    assert "Everything that it shows and asks by is granted. Not met: it stopped here." in text
    assert reviewing.newest(1)[0].id == before


@pytest.mark.parametrize(("tongue", "says"), [("en", "To see: choose at least one."), ("es", "Para ver: elija una opción.")])
def test_a_question_for_nothing_is_told_at_its_field(tongue: str, says: str, seat: Seat) -> None:
    asked = {name: value for name, value in TRIED.items() if name != "try-columns"}
    answer = seat("courts").post(f"{PLACE}?from=1&to=2&lang={tongue}", asked)
    assert pages.summary(pages.read(answer)) == [("id_try-columns_0", says)]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"evidence": ""}, "This purpose demands a case number."),
        ({"purpose": "civil_enforcement"}, "No agreement with this agency has this purpose."),
        ({"columns": ["birthplace"]}, "Not granted for this use: birthplace."),
        ({"row0_column": "sex"}, "Not granted for this use: sex."),
        ({"row0_column": "birth_date", "row0_value": "2/3/1990"}, "only its year"),
    ],
)
def test_each_no_is_the_decisions_own(changes: dict[str, Any], says: str, seat: Seat) -> None:
    assert says in pages.text(ask(seat("manager"), **changes))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"columns": []}, "id_try-columns_0"),
        ({"row0_column": "arrest_date", "row0_value": "some day"}, "id_try-row0_value"),
        ({"purpose": "curiosity"}, "id_try-purpose"),
    ],
)
def test_what_is_no_question_is_refused_at_its_field(changes: dict[str, Any], field: str, seat: Seat) -> None:
    answer = ask(seat("manager"), **changes)
    assert answer.status_code == 422
    assert [place for place, _ in pages.summary(pages.read(answer))] == [field]


def test_who_is_nobody_here_tries_nothing(nobody: Client) -> None:
    assert "it would be" not in pages.text(ask(nobody))
