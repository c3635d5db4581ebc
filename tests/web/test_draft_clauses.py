"""What a draft says beside who may see what: each clause filled in, left out, wrong at its field, and carried from a file and a version."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from pars.actions import publishing
from pars.core import canonical
from pars.core.agreements.plain import explain
from pars.core.agreements.version import Version, read_version
from pars.core.terms import DAY, HOUR, moment
from pars.store import ledger
from tests.web import pages
from tests.web.test_agreement_pages import fresh
from tests.web.test_drafting import PLACE, filled, in_days, model, typed
from tests.web.town import PASSWORD, ZONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.web.town import Town

    Seat = Callable[[str], Client]


def clauses(**more: Any) -> dict[str, Any]:
    """Return what somebody types who fills in every clause."""
    return typed(
        approval_over="5", approval_minutes="60", approval_exports="on", checked=["case_number"],
        emergency_reasons=["ESCAPE", "LIFE_AT_RISK"], emergency_waives=["evidence"], emergency_hours="24",
        other0_id="county-jail", other0_name="The County Jail", fee="1,250.50", fee_per="year", fee_en="The interface", fee_es="La interfaz",
        duty0_code="monthly_use", duty0_kind="report", duty0_en="A report on the use", duty0_es="Un informe del uso", duty0_due="monthly",
        duty0_value="5", duty0_overdue="suspends", clock_place="Chicago", clock_zone="America/Chicago", must=["terms_signed", "terms_acknowledged"], closes=in_days(40), notice_by=in_days(60),
        **more,
    )  # fmt: skip


SAYS = (
    "Whoever asks about nobody by name or number needs a second person's approval for more than 5 records, for further pages, streams and exports.",
    "Every export needs a second person's approval.",
    "Before anything is answered, a case number is looked up wherever this record system can; one that no record in reach has is refused.",
    "On behalf of another agency, each time stated, only for: The County Jail.",
    "In an emergency (somebody's life or body is in danger now; somebody who escaped from custody is at large), a named person may ask without the evidence.",
    "Fee: $1,250.50 a year, for: The interface.",
    "Whoever will not renew it says so to the other side, in writing, by",
    "Each of them must acknowledge what this version says before they ask, and each later version anew.",
    "By the agency's own clock it begins on",
    "A report on the use",
    "Un informe del uso",
    "La interfaz",
)


def kept_file(client: Client, page: Any, **values: Any) -> bytes:
    """Take the draft as a file."""
    taken = client.post(PLACE, {**pages.form(page, PLACE), **values, "act": "file"})
    assert taken.status_code == 200, pages.text(taken)
    return taken.content


def test_every_clause_is_said_and_proposed_and_a_file_carries_it(seat: Seat) -> None:
    manager = seat("manager")
    page = pages.read(manager.get(PLACE))
    assert page.xpath("//details[contains(@class, 'card')][@open]") == [], "what isn't there is closed"
    given = {**filled(), **clauses()}
    shown = pages.read(pages.send(manager, page, PLACE, **given, act="show"))
    assert pages.faults(shown) == []
    text = " ".join(shown.text_content().split())
    for words in SAYS:
        assert words in text, words
    assert len(shown.xpath("//details[contains(@class, 'card')][@open]")) == 7
    assert shown.xpath("//input[@id='id_d-duty1_code']"), "a further line"
    assert shown.xpath("//input[@id='id_d-other1_id']")
    taken = kept_file(manager, page, **given)
    version = read_version(taken)
    assert isinstance(version, Version)
    assert [duty.code for duty in version.duties] == ["monthly_use"]
    assert version.duties[0].due.day_of_month == 5
    again = pages.read(manager.post(f"{PLACE}/file", {"begin-file": SimpleUploadedFile("d.json", taken)}))
    second = read_version(kept_file(manager, again))
    assert isinstance(second, Version)
    differ = [(one, other) for one, other in zip(explain(version, "en"), explain(second, "en"), strict=True) if one != other]
    assert all("begins on" in one for one, _ in differ), "a file carries everything but the moment in which it begins"
    response = pages.send(manager, again, PLACE, **{"sign-password": PASSWORD, "act": "propose"})
    assert "The new version is before the owners." in pages.text(response)


def test_a_clause_that_is_emptied_is_gone_from_the_text(seat: Seat) -> None:
    manager = seat("manager")
    page = pages.read(manager.get(PLACE))
    taken = kept_file(manager, page, **{**filled(), **clauses()})
    page = pages.read(manager.post(f"{PLACE}/file", {"begin-file": SimpleUploadedFile("d.json", taken)}))
    emptied = {name: [] if isinstance(value, list) else "" for name, value in clauses().items()}
    emptied.pop("d-approval_exports")
    values = {**pages.form(page, PLACE), **emptied, "act": "file"}
    values.pop("d-approval_exports")
    text: Any = canonical.read(manager.post(PLACE, values).content)
    assert text["duties"] == []
    assert not {"approval", "emergency", "on_behalf_of", "checked", "fee", "vote", "nonrenewal"} & text.keys()
    assert "place" not in text["parties"]["agency"]
    assert text["users"] == {"must": []}


@pytest.mark.parametrize(
    ("due", "value", "expected"),
    [
        ("start", "30", {"days": 30, "after": "start"}),
        ("end", "90", {"days": 90, "after": "end"}),
        ("instant", None, {"instant": ...}),
        ("day", None, {"civil": ..., "zone": ZONE, "rule": "end of day", "instant": ...}),
    ],
)
def test_a_duty_falls_due_in_each_way(due: str, value: str | None, expected: dict[str, Any], seat: Seat) -> None:
    manager = seat("manager")
    page = pages.read(manager.get(PLACE))
    ahead = moment(ledger.now(), ZONE) + timedelta(days=20)
    which = value or (ahead.isoformat() if due == "instant" else in_days(20))
    line = typed(
        duty0_code="once", duty0_kind="purge", duty0_en="What was taken is destroyed", duty0_due=due, duty0_value=which
    )
    given: Any = canonical.read(kept_file(manager, page, **{**filled(), **line}))
    [duty] = given["duties"]
    assert duty["overdue"] == "noted"
    assert duty["due"].keys() == expected.keys()
    assert all(duty["due"][name] == part for name, part in expected.items() if part is not ...)
    if "civil" in expected:
        assert duty["due"]["civil"] == (moment(ledger.now(), ZONE) + timedelta(days=20)).date().isoformat()


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"approval_minutes": ""}, "approval_minutes", "Good for so many minutes: this is needed for a second person’s approval."),
        ({"approval_over": ""}, "approval_over", "For more records than: this is needed for a second person’s approval."),
        ({"approval_minutes": "999999"}, "approval_minutes", "less than or equal"),
        ({"emergency_reasons": []}, "emergency_reasons_0", "this is needed for emergencies"),
        ({"emergency_waives": []}, "emergency_waives_0", "this is needed for emergencies"),
        ({"emergency_hours": "0"}, "emergency_hours", "greater than or equal"),
        ({"other0_name": ""}, "other0_name", "Agency 1: name: this is needed."),
        ({"other0_id": "two words"}, "other0_id", "Agency 1: this text hasn't the form"),
        ({"fee": "much"}, "fee", "write an amount in dollars"),
        ({"fee": "0"}, "fee", "A whole number between 1"),
        ({"fee_en": ""}, "fee_en", "What for: this is needed for a fee."),
        ({"duty0_code": "Not A Word"}, "duty0_code", "Duty 1: this text hasn't the form"),
        ({"duty0_en": ""}, "duty0_en", "Duty 1: in words: this is needed."),
        ({"duty0_es": "\u202e"}, "duty0_es", "Duty 1: a text of 1 to 500 printable characters"),
        ({"duty0_value": "31"}, "duty0_value", "Duty 1: a whole number between 1 and 28"),
        ({"duty0_value": "often"}, "duty0_value", "Duty 1: write a whole number."),
        ({"duty0_due": "day", "duty0_value": "5"}, "duty0_value", "Duty 1: write a date, like 11/23/2026."),
        ({"duty0_due": "day", "duty0_value": "12/31/9999"}, "duty0_value", "Duty 1: write a date"),
        ({"duty0_due": "instant", "duty0_value": "2027-01-01"}, "duty0_value", "Duty 1: write an instant"),
        ({"duty0_due": "day", "duty0_value": "01/01/2020"}, "duty0_value", "Duty 1: it would be due before the term begins."),
        ({"duty0_due": "end", "duty0_value": "30"}, "duty0_overdue", "Duty 1: what falls due when the term is over"),
        ({"clock_zone": "Mars/Olympus"}, "clock_zone", "There is no such time zone."),
        ({"clock_zone": ""}, "clock_zone", "The agency’s time zone: this is needed for the agency’s clock."),
        ({"paper_kind": "subpoena"}, "paper_sha256", "Its sha256: this is needed for a grant on a paper."),
        ({"paper_kind": "subpoena", "paper_sha256": "a receipt"}, "paper_sha256", "This text hasn't the form"),
        ({"notice_by": "01/01/2020"}, "notice_by", "A notice that the agreement won't be renewed is due within its term."),
        ({"notice_by": "some day"}, "notice_by", "write it like 11/23/2026."),
    ],
)  # fmt: skip
def test_each_clauses_refusal_stands_at_its_field(wrong: dict[str, Any], field: str, says: str, seat: Seat) -> None:
    manager = seat("manager")
    page = pages.read(manager.get(PLACE))
    answer = pages.send(manager, page, PLACE, **{**filled(), **clauses(), **typed(**wrong)}, act="show")
    assert answer.status_code == 422
    shown = pages.read(answer)
    assert pages.faults(shown) == []
    [(place, told)] = pages.summary(shown)
    assert place == f"id_d-{field}"
    assert says in told
    around = shown.xpath(f"//*[@id='id_d-{field}']/ancestor::details")
    assert all(one.get("open") is not None for one in around), "a fault is never out of sight"


def test_a_fault_in_the_second_line_is_told_of_the_second(seat: Seat) -> None:
    manager = seat("manager")
    page = pages.read(manager.get(PLACE))
    page = pages.read(pages.send(manager, page, PLACE, **{**filled(), **clauses()}, act="show"))
    twice = typed(duty1_code="monthly_use", duty1_en="Twice", duty1_due="end", duty1_value="3")
    answer = pages.send(manager, page, PLACE, **twice, act="show")
    assert pages.summary(pages.read(answer)) == [("id_d-duty1_code", "Duty 2: this duty stands here twice.")]


def test_the_next_version_keeps_the_duties_that_can_still_come(seat: Seat, town: Town) -> None:
    at = ledger.now()

    def once(code: str, due: int) -> dict[str, Any]:
        return {"code": code, "kind": "report", "says": {"en": code}, "due": {"instant": due}, "overdue": "noted"}

    fresh(town, "carried", duties=(once("soon", at + 500_000), once("later", at + 20 * DAY + HOUR)))
    found = publishing.agreement("carried")
    assert found is not None
    while ledger.now() < at + 500_000:
        pass
    manager = seat("manager")
    page = pages.read(manager.get(model("carried")))
    codes = page.xpath("//input[starts-with(@id, 'id_d-duty') and contains(@id, '_code')]/@value")
    assert codes == ["later"]
    taken = read_version(kept_file(manager, page, **typed(last_day=in_days(200))))
    assert isinstance(taken, Version)
    assert [duty.due.at for duty in taken.duties] == [(at + 20 * DAY + HOUR,)]


def test_a_grant_on_a_paper_is_drafted_with_what_it_demands_told_at_its_fields(seat: Seat) -> None:
    manager = seat("manager")
    page = pages.read(manager.get(PLACE))
    given = {
        **filled(),
        **typed(agreement="on-a-paper", agency_id="paper-agency", purposes=["legal_process"], filters=[], masks=[]),
    }
    given |= typed(columns=["surname", "filed_charges"], filters=["surname", "birth_date"])
    paper = typed(paper_kind="subpoena", paper_sha256="c" * 64)
    for wrong, field in (
        ({}, "paper_kind"),
        ({**paper, **typed(purposes=["supervision"], people_per_day_in_all="1")}, "purposes_0"),
        (paper, "people_per_day_in_all"),
        ({**paper, **typed(people_per_day_in_all="1", last_day=in_days(120))}, "last_day"),
    ):
        answer = pages.read(pages.send(manager, page, PLACE, **{**given, **wrong}, act="show"))
        assert [place for place, _ in pages.summary(answer)] == [f"id_d-{field}"]
    good = {**given, **paper, **typed(people_per_day_in_all="1", last_day=in_days(60))}
    said = pages.text(pages.send(manager, page, PLACE, **good, act="show"))
    assert "Given once, on a subpoena. It can't be renewed or amended, and every question must name a person." in said
    version = read_version(kept_file(manager, page, **good))
    assert isinstance(version, Version)
    assert version.paper is not None
    assert version.paper.sha256 == "c" * 64
