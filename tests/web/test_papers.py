"""The papers of a case on its page and as PDF: given to whose role reads all of it, entered first, the same bytes for a version."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from pars.actions import intake
from pars.core.ledger.entries import Kind, decode
from pars.core.terms import HOUR
from pars.edge.papers import drawing
from pars.store import connections, ledger, tree
from tests.web import pages
from tests.web import town as towns
from tests.web.town import Town

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    Seat = Callable[[str], Client]


CASES = (
    towns.Night("Kept", "Alder", "1993-03-03", 5, "25th", (towns.ROBBERY, towns.CONSPIRACY), decided=1, asked=2, heard=3,
                order={"types": ("MONETARY",), "amount_cents": 10_000_000, "deposit_percent": 10}),
    towns.Night("Free", "Quincy", "1987-02-02", 5, "12th", (towns.RETAIL,), decided=1, asked=2, heard=3, order={"types": ("ROR",)}),
    towns.Night("Fresh", "Dara", "1994-09-19", 5, "25th", (towns.THEFT,), sent=None),
)  # fmt: skip
_made = count(100)


_own: list[Town] = []


@pytest.fixture
def own(town: Town) -> Town:
    """Return the town with cases that only these tests know, by surname; none of them changes one."""
    if not _own:
        _own.append(with_cases(town))
    return _own[0]


def with_cases(town: Town) -> Town:
    """Bring the cases as far as they go."""
    made = Town(people=town.people)
    for night in CASES:
        apart = Town(people=town.people, cases={str(n): "" for n in range(next(_made))})  # each arrest has a number of its own
        towns.book(apart, night, ledger.now() - 5 * HOUR)
        made.cases[night.surname] = apart.cases[night.surname]
        if night.sent is not None:
            case = made.case(night.surname)
            towns.done(intake.submit_for_charging(case_id=case.id, seen=case.version, by=town.by("booking")))
        for wanted, act in ((night.decided, towns.decide), (night.asked, towns.interview), (night.heard, towns.hear)):
            if wanted is not None:
                act(made, night)
    return made


def last_entry() -> Any:
    """Return the newest entry of the ledger with its number."""
    with connections.connection("app") as given:
        found = given.execute("select max(id) from ledger.entry").fetchone()
    assert found is not None
    with ledger.reading():
        body = tree.load_entry(found[0])
    assert body is not None
    return found[0], decode(body)


def test_the_case_page_links_to_the_papers_that_there_are(seat: Seat, own: Town) -> None:
    place = f"/cases/{own.cases['Kept']}"
    page = pages.read(seat("bench").get(place))
    links = page.xpath("//section[@aria-labelledby='papers']//a")
    slugs = [link.get("href").partition("/papers/")[2].partition(".pdf")[0] for link in links]
    assert slugs == [
        "complaint",
        "affidavit",
        "worksheet",
        "order",
        "bond",
        "bond",
        "commitment",
        "notice",
        "notice",
        "subpoena",
        "subpoena",
        "victim-notice",
    ]
    spanish = [link for link in links if link.get("lang") == "es"]
    assert [link.text for link in spanish] == [
        "Compromiso de fianza",
        "Aviso a la persona",
        "Citación para la próxima fecha",
    ]
    assert pages.faults(page) == []
    for link in links:
        answer = seat("bench").get(link.get("href"))
        assert answer.status_code == 200, link.get("href")
        assert answer.content.startswith(b"%PDF-")


def test_a_case_without_papers_for_the_role_says_so(seat: Seat, own: Town) -> None:
    page = pages.read(seat("clerk").get(f"/cases/{own.cases['Fresh']}"))
    assert "None for your role at this stage" in page.xpath("string(//section[@aria-labelledby='papers'])")


def test_a_paper_is_entered_with_its_columns_and_kept_by_nobody(seat: Seat, own: Town) -> None:
    client = seat("custodian")
    answer = client.get(f"/cases/{own.cases['Free']}/papers/discharge.pdf")
    number, entry = last_entry()
    assert (entry.kind, answer["PARS-Entry"]) == (Kind.SHOWN, str(number))
    assert set(entry.detail["columns"]) == {"surname", "given", "full_name", "otn", "release_types", "amount_cents"}
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Type"] == "application/pdf"
    assert "Free" not in answer["Content-Disposition"]
    assert "Quincy" not in answer["Content-Disposition"]


def test_a_version_gives_the_same_bytes_whoever_asks_and_whenever(seat: Seat, own: Town) -> None:
    place = f"/cases/{own.cases['Kept']}/papers/order.pdf"
    version = own.case("Kept", "bench").version
    first = seat("bench").get(place, {"version": version})
    assert first.content == seat("clerk").get(place, {"version": version}).content == seat("bench").get(place).content
    assert first["ETag"] == f'"{version}"'


@pytest.mark.parametrize(
    ("who", "surname", "paper", "status", "says"),
    [
        ("interview", "Kept", "order", 403, "Your role doesn't read everything that stands on this paper"),
        ("clerk", "Kept", "worksheet", 403, "Interviewed"),
        ("clerk", "Kept", "affidavit", 403, "NarrativeWritten"),
        ("charging", "Kept", "worksheet", 403, "Interviewed"),
        ("bench", "Fresh", "complaint", 409, "No complaint is signed"),
        ("bench", "Free", "commitment", 409, "there is no commitment"),
        ("bench", "Kept", "warrant", 404, "no paper of this name"),
        ("bench", "Kept", "order.pdf?version=1", 409, "No release order stands"),
        ("bench", "Kept", "order.pdf?version=900", 404, "never was at this version"),
        ("bench", "Kept", "order.pdf?version=x", 400, "no version of a case"),
        ("bench", "Kept", "notice.pdf?language=fr", 400, "English and Spanish"),
        ("bench", "Kept", "order.pdf?language=es", 409, "isn't written in that language"),
    ],
)  # fmt: skip
def test_what_can_not_be_given_is_refused_with_its_reason(
    who: str, surname: str, paper: str, status: int, says: str, seat: Seat, own: Town
) -> None:
    name = paper if "." in paper else f"{paper}.pdf"
    answer = seat(who).get(f"/cases/{own.cases[surname]}/papers/{name}")
    assert answer.status_code == status
    assert says in pages.text(answer)
    assert pages.faults(pages.read(answer)) == []
    assert b"%PDF" not in answer.content


def test_a_refusal_is_an_entry(seat: Seat, own: Town) -> None:
    seat("clerk").get(f"/cases/{own.cases['Kept']}/papers/worksheet.pdf")
    assert last_entry()[1].kind is Kind.REFUSED


@pytest.mark.parametrize("who", ["supervision", "auditor", "city"])
def test_papers_are_for_those_who_read_cases(who: str, seat: Seat, own: Town) -> None:
    assert seat(who).get(f"/cases/{own.cases['Kept']}/papers/order.pdf").status_code == 403


def test_a_paper_of_no_case_is_absent(seat: Seat) -> None:
    assert seat("bench").get("/cases/11111111-1111-4111-8111-111111111111/papers/order.pdf").status_code == 404


def test_who_is_told_to_wait_is_told_what_to_do(seat: Seat, own: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object) -> bytes:
        raise drawing.Busy

    monkeypatch.setattr(drawing, "pdf", busy)
    answer = seat("bench").get(f"/cases/{own.cases['Kept']}/papers/order.pdf")
    assert answer.status_code == 503
    assert "Ask again in a few seconds" in pages.text(answer)
