"""Drafting a version: from a blank text, a version or a file; said as one goes; each refusal at its field; proposed only at the end."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from pars.actions import agreeing, publishing, reviewing
from pars.core import canonical
from pars.core.access.predicate_json import read_predicate
from pars.core.agreements.version import Version, read_version
from pars.core.terms import moment
from pars.edge.city import agreements as texts
from pars.store import ledger
from tests.web import pages
from tests.web.test_agreement_pages import fresh
from tests.web.town import PASSWORD, ZONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.web.town import Town

    Seat = Callable[[str], Client]

PLACE = "/agreements/draft"


def in_days(days: int) -> str:
    return (moment(ledger.now(), ZONE) + timedelta(days=days)).strftime("%m/%d/%Y")


def newest() -> int:
    return reviewing.newest(1)[0].id


def model(name: str) -> str:
    found = publishing.agreement(name)
    assert found is not None
    return f"{PLACE}?from={found.agreement.proposals[-1].version.hash}"


def typed(**values: Any) -> dict[str, Any]:
    return {f"d-{name}": value for name, value in values.items()}


def filled(**values: Any) -> dict[str, Any]:
    """Return what somebody types into a blank draft."""
    return typed(
        agreement="transport",
        title_en="Transport of detained people",
        agency_name="County Transport",
        agency_id="transport-unit",
        authority="18 Pa.C.S. § 9121(a)",
        purposes=["supervision"],
        columns=["surname", "birth_date"],
        filters=["surname"],
        masks=["birth_date"],
        last_day=in_days(100),
        zone=ZONE,
        place="Riverhaven",
        **values,
    )


def test_a_blank_draft_is_said_in_sentences_and_proposed_without_a_word_of_json(seat: Seat) -> None:
    manager, before = seat("manager"), newest()
    page = pages.read(manager.get(PLACE))
    assert pages.faults(page) == []
    assert "once every needed field is filled in" in page.text_content()
    given = filled(title_es="Traslado de personas detenidas", also_zone="America/Chicago", closes=in_days(50))
    said = pages.send(manager, page, PLACE, **given, act="show")
    shown = pages.read(said)
    assert pages.faults(shown) == []
    text = " ".join(shown.text_content().split())
    for words in (
        "It could be proposed now, as version 1 of “transport”. 2 of 3 seats adopt it.",
        "May be shown: the surname and the birth date.",
        "Of the birth date, only the year counts",
        "Only of records for which the person is an adult.",
        "Se puede mostrar: el apellido y la fecha de nacimiento.",
    ):
        assert words in text
    clocks = [row.text_content() for row in shown.xpath("//table[contains(@class, 'clocks')]//tbody/tr")]
    assert [any(zone in row for row in clocks) for zone in (ZONE, "America/Chicago", "UTC")] == [True] * 3
    assert newest() == before, "a draft leaves no trace"
    response = pages.send(manager, shown, PLACE, **{"sign-password": PASSWORD, "act": "propose"})
    assert "The new version is before the owners." in pages.text(response)
    found = publishing.agreement("transport")
    assert found is not None
    assert found.stands.version.scope.masks == {"birth_date": "year"}
    assert found.stands.version.closes < found.stands.version.term.end
    assert newest() > before


def test_the_next_version_begins_with_the_text_before_it_and_says_what_changes(seat: Seat, town: Town) -> None:
    fresh(town, "drafted")
    manager = seat("manager")
    page = pages.read(manager.get(model("drafted")))
    assert page.xpath("//input[@id='see-district' and @checked]")
    assert page.xpath("string(//select[@id='id_d-row0_column']/option[@selected]/@value)") == "adult"
    given = typed(columns=["surname", "given", "sex"], begins="follows", last_day=in_days(300))
    shown = pages.read(pages.send(manager, page, PLACE, **given, act="show"))
    text = " ".join(shown.text_content().split())
    assert "as version 2 of “drafted”" in text
    assert "Added: May now be shown: the sex." in text
    assert "Taken away: No longer shown:" in text
    assert "It isn’t narrower by its form, so it counts as wider." in text
    narrower = typed(columns=["surname"], filters=["surname"], masks=[], begins="adopted")
    text = pages.text(pages.send(manager, page, PLACE, **narrower, act="show"))
    assert "Nothing is added: it is narrower by its form." in text


def test_a_script_gets_the_sentences_alone_and_the_page_has_them_without_one(seat: Seat) -> None:
    manager = seat("manager")
    page = pages.read(manager.get(PLACE))
    values = {**pages.form(page, PLACE), **filled()}
    part = manager.post(PLACE, values, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert b"<html" not in part.content
    assert "It could be proposed now" in part.content.decode()
    values["d-last_day"] = "never"
    part = manager.post(PLACE, values, headers={"HX-Request": "true"})
    assert 'href="#id_d-last_day"' in part.content.decode()
    whole = manager.post(PLACE, values)
    assert whole.status_code == 422
    assert ("id_d-last_day", "Last day: write it like 11/23/2026.") in pages.summary(pages.read(whole))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"zone": "America/Nowhere"}, "id_d-zone"),
        ({"also_zone": "Mars/Olympus"}, "id_d-also_zone"),
        ({"agreement": "not a short name!"}, "id_d-agreement"),
        ({"agency_id": "two words"}, "id_d-agency_id"),
        ({"filters": ["address"]}, "id_d-filters_0"),
        ({"masks": ["surname"], "columns": ["surname"]}, "id_d-masks_0"),
        ({"last_day": "01/01/2020"}, "id_d-last_day"),
        ({"last_day": "12/31/9999"}, "id_d-last_day"),
        ({"begins": "day"}, "id_d-first_day"),
        ({"last_day": ""}, "id_d-last_day"),
        ({"closes": "01/01/2020"}, "id_d-closes"),
        ({"closes": "12/31/2190"}, "id_d-closes"),
        ({"row1_column": "district", "row1_value": ""}, "id_d-row1_value"),
        ({"row2_column": "arrest_date", "row2_how": "from", "row2_value": "when it was"}, "id_d-row2_value"),
        ({"questions_per_day": "0"}, "id_d-questions_per_day"),
        ({"agency_id": "victim-services", "purposes": ["victim_notice"]}, None),
        ({"title_en": "\u202eright to left"}, "id_d-title_en"),
        ({"fee": "9e999999", "fee_en": "A copy"}, "id_d-fee"),
    ],
)
def test_each_refusal_stands_at_its_field(wrong: dict[str, Any], field: str | None, seat: Seat) -> None:
    manager, before = seat("manager"), newest()
    page = pages.read(manager.get(PLACE))
    answer = pages.send(manager, page, PLACE, **{**filled(), **typed(**wrong)}, act="show")
    assert answer.status_code == 422
    shown = pages.read(answer)
    assert pages.faults(shown) == []
    assert [place for place, _ in pages.summary(shown)] == [field or ""]
    assert newest() == before


def test_conditions_go_to_lines_and_back(seat: Seat) -> None:
    manager = seat("manager")
    page = pages.read(manager.get(PLACE))
    rows = typed(
        row1_column="lead_grade", row1_how="none_of", row1_value="F1, F2",
        row2_column="arrest_date", row2_how="from", row2_value="1/2/2020",
        row3_column="birth_date:year", row3_how="before", row3_value="2000",
    )  # fmt: skip
    answer = pages.send(manager, page, PLACE, **{**filled(), **rows}, act="show")
    text = pages.text(answer)
    assert 'this does not hold: [the grade of the most serious charge is one of "F1" or "F2"]' in text
    assert "the date of arrest is January 2, 2020 or later" in text
    assert "the year of the birth date is before 2000" in text


def test_a_condition_that_is_more_than_a_line_is_kept_unless_it_is_taken_away(seat: Seat) -> None:
    from pars.edge.web.agreements.draft_text import lines_of, rows_of

    either = {"any": [{"column": "district", "is": "22"}, {"column": "lead_grade", "is": "F1"}]}
    awkward = {"column": "arrest_agency", "one_of": ["One, of two", "Two"]}
    within = {"column": "arrest_date", "within": {"from": "2018-01-01", "to": "2018-09-01"}}
    lines, kept = lines_of({"all": [within, either, awkward, {"not": within}, {"column": "adult", "is": "yes"}]})
    assert kept == [either, awkward, {"not": within}]
    assert [(line.column, line.how, line.value) for line in lines] == [
        ("arrest_date", "from", "2018-01-01"),
        ("arrest_date", "before", "2018-09-01"),
        ("adult", "is", "yes"),
    ]
    again = rows_of(lines, kept)
    assert read_predicate(again) == read_predicate(rows_of(*lines_of(again)))
    assert lines_of("always") == ([], [])
    assert rows_of([], []) == "always"
    assert lines_of("never") == ([], ["never"])
    base = dict(canonical.read(texts.version_text(texts.WARRANTS, number=1, start=ledger.now(), end=texts.ends_on(moment(ledger.now(), ZONE).date()))))  # type: ignore[arg-type]  # fmt: skip
    base["scope"] = {**base["scope"], "rows": either}
    manager = seat("manager")
    file = SimpleUploadedFile("draft.json", canonical.write(base))
    page = pages.read(manager.post(f"{PLACE}/file", {"begin-file": file}))
    assert "at least one of these holds" in page.text_content()
    with_it = pages.text(pages.send(manager, page, PLACE, **filled(), act="show"))
    assert "Only of records for which at least one of these holds: [the police district" in with_it
    without = pages.text(pages.send(manager, page, PLACE, **filled(kept=None), act="show"))
    assert "Of every record." in without or "Only of records for which this does not hold" in without
    assert "Only of records for which at least one of these holds" not in without


def test_an_agencys_person_drafts_takes_the_file_and_proposes_nothing(seat: Seat) -> None:
    officer, before = seat("supervision"), newest()
    page = pages.read(officer.get(PLACE))
    assert page.xpath("string(//input[@id='id_d-agency_id']/@value)") == "regional-supervision"
    assert not page.xpath("//button[@value='propose']")
    values = {**pages.form(page, PLACE), **filled(), **typed(agreement="their-draft", purposes=["warrant_service"])}
    taken = officer.post(PLACE, {**values, "act": "file"})
    assert taken["Content-Disposition"] == 'attachment; filename="draft-their-draft-1.json"'
    read = read_version(taken.content)
    assert isinstance(read, Version)
    tried = officer.post(PLACE, {**values, "act": "propose", "sign-password": PASSWORD})
    assert tried.status_code == 200
    assert newest() == before
    assert publishing.agreement("their-draft") is None
    manager = seat("manager")
    page = pages.read(manager.post(f"{PLACE}/file", {"begin-file": SimpleUploadedFile("d.json", taken.content)}))
    assert page.xpath("string(//input[@id='id_d-agreement']/@value)") == "their-draft"
    wrong = pages.read(manager.post(f"{PLACE}/file", {"begin-file": SimpleUploadedFile("d.json", b"{}")}))
    assert "holds no draft" in str(pages.summary(wrong))


@pytest.mark.parametrize("base", ["", "{}", "[]", '{"scope":1}', "not json"])
def test_a_draft_whose_beginning_was_tampered_with_begins_again(base: str, seat: Seat) -> None:
    answer = seat("manager").post(PLACE, {**filled(), "d-base": base})
    assert answer.status_code == 422
    assert "begin again" in pages.text(answer)


def test_a_wrong_password_proposes_nothing_and_who_reads_cases_drafts_nothing(seat: Seat) -> None:
    manager, before = seat("manager"), newest()
    page = pages.read(manager.get(PLACE))
    own = typed(agreement="unsigned", agency_id="unsigned")
    answer = pages.send(manager, page, PLACE, **{**filled(), **own, "sign-password": "no", "act": "propose"})
    assert answer.status_code == 422
    assert [place for place, _ in pages.summary(pages.read(answer))] == ["id_sign-password"]
    assert newest() == before
    assert seat("booking").get(PLACE).status_code == 403
    assert seat("courts").get(PLACE).status_code == 200


def test_the_preview_refuses_what_the_act_refuses(town: Town) -> None:
    """Both go through the same rules: a text that can't be proposed is told so before anybody signs."""
    fresh(town, "objected")
    found = publishing.agreement("objected")
    assert found is not None
    text = publishing.text_of(found.stands.version.hash)
    assert text is not None
    refusal = agreeing.objection(text)
    outcome = agreeing.propose(text=text, by=town.by("manager"))
    assert refusal is not None
    assert refusal == outcome.refusal  # type: ignore[union-attr]


def test_a_draft_that_comes_twice_or_late_proposes_nothing_more(seat: Seat) -> None:
    manager = seat("manager")
    page = pages.read(manager.get(PLACE))
    given = {**filled(), **typed(agreement="sent-twice", agency_id="sent-twice"), "sign-password": PASSWORD, "act": "propose"}
    values = {**pages.form(page, PLACE), **given}
    assert manager.post(PLACE, values).status_code == 302
    again = manager.post(PLACE, values)
    assert again.status_code == 422
    shown = pages.read(again)
    assert "It would be version 2 of “sent-twice” now." in str(pages.summary(shown))
    found = publishing.agreement("sent-twice")
    assert found is not None
    assert len(found.agreement.proposals) == 1
    assert "before the owners" in pages.text(pages.send(manager, shown, PLACE, **{"sign-password": PASSWORD, "act": "propose"}))
