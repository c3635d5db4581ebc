"""The ledger read back: an agency sees its own questions and no other's, the auditor every entry, staff without the right nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pars.actions import disclosing, recounting
from pars.core.access.decision import Caller
from pars.core.ledger.entries import Kind
from pars.core.terms import Refusal
from tests.web import pages
from tests.web.town import AGENTS, question

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from pars.core.ledger.entries import Entry
    from tests.web.town import Town

    Seat = Callable[[str], Client]


def caller(town: Town, name: str) -> Caller:
    return Caller(AGENTS[name][0].agency["id"], town.by(name).person)


def linked(page: object) -> list[int]:
    """Return the entries that a list's rows lead to, in their order."""
    return [int(place.rsplit("/", 1)[-1]) for place in page.xpath("//main//table//a[starts-with(@href, '/entries/')]/@href")]  # type: ignore[attr-defined]


def test_an_agency_reads_what_it_asked_and_what_came_of_it(seat: Seat, town: Town) -> None:
    officer = seat("supervision")
    response = officer.get("/history")
    page = pages.read(response)
    assert response.status_code == 200
    assert pages.faults(page) == []
    said = pages.text(response)
    assert "Wells Nettlesham" in said
    assert "asked for what isn't granted (the birthplace)" in said
    assert "without evidence for the purpose" in said
    assert "Why?" in said
    assert "What would help: Ask without what is named. Only the owners can grant more" in said
    assert "Everything that it shows and asks by is granted. Not met: it stopped here." in said
    assert "/evidence" not in said, "a place in the question is told as no column"
    assert "1 record" in said
    assert "Corvane" not in said
    numbers = linked(page)
    assert len(numbers) >= 11
    assert numbers == sorted(numbers, reverse=True)
    assert "got " in pages.text(officer.get(f"/entries/{numbers[-1]}"))


def test_no_agency_reads_anothers(seat: Seat, town: Town) -> None:
    declined = disclosing.ask(caller=caller(town, "sheriff"), asked={**question("Corvane"), "purpose": "no_such_purpose"})
    assert isinstance(declined, disclosing.Declined)
    sheriff, supervision = seat("sheriff"), seat("supervision")
    mine, theirs = linked(pages.read(sheriff.get("/history"))), linked(pages.read(supervision.get("/history")))
    assert declined.entry in mine, "a refusal under no agreement is the agency's too"
    assert mine
    assert theirs
    assert not set(mine) & set(theirs)
    assert "no purpose that an agreement has" in pages.text(sheriff.get("/history"))
    assert "was refused" in pages.text(sheriff.get(f"/entries/{declined.entry}"))
    assert "was refused" not in pages.text(supervision.get(f"/entries/{declined.entry}"))


def test_a_history_is_narrowed_and_turned_without_a_gap(town: Town) -> None:
    asks = caller(town, "supervision")
    everything = recounting.history(asks, most=1_000).entries
    assert recounting.history(asks, most=1_000).older is None
    found: list[Entry] = []
    before: int | None = None
    while True:
        turned = recounting.history(asks, before=before, most=3)
        found += turned.entries
        if turned.older is None:
            break
        before = turned.older
    assert tuple(found) == everything
    refused = recounting.history(asks, part="refused", most=1_000).entries
    assert refused
    assert {entry.kind for entry in refused} == {Kind.REFUSED}
    assert all(entry in everything for entry in refused)


def test_an_agency_that_asked_nothing_is_told_so(seat: Seat, town: Town) -> None:
    response = seat("victims").get("/history")
    assert "Nobody of your agency has asked anything yet." in pages.text(response)
    assert pages.faults(pages.read(response)) == []


def test_the_auditor_reads_every_entry(seat: Seat, town: Town) -> None:
    auditor = seat("auditor")
    assert auditor.get("/", follow=True).redirect_chain[-1][0] == "/ledger"
    response = auditor.get("/ledger")
    page = pages.read(response)
    assert pages.faults(page) == []
    numbers = linked(page)
    assert len(numbers) == recounting.PAGE
    [older] = page.xpath("//a[@rel='next']/@href")
    assert linked(pages.read(auditor.get(f"/ledger{older}")))[0] < numbers[-1]
    assert frozenset().union(*recounting.PARTS.values()) == frozenset(Kind)
    for part in recounting.PARTS:
        narrowed = recounting.whole(town.by("auditor"), part=part, most=20)
        assert isinstance(narrowed, recounting.Recounted)
        assert {entry.kind for entry in narrowed.entries} <= recounting.PARTS[part]
        assert pages.faults(pages.read(auditor.get("/ledger", {"part": part}))) == []
    assert "columns (case:read)" in pages.text(auditor.get("/ledger", {"part": "cases"})), "a long list of columns is a number"


@pytest.mark.parametrize("name", ["booking", "bench", "supervision"])
def test_the_whole_ledger_is_for_who_may_read_it(name: str, seat: Seat, town: Town) -> None:
    assert seat(name).get("/ledger").status_code == 403
    assert isinstance(recounting.whole(town.by(name)), Refusal)


def test_a_history_is_an_agencys_alone(seat: Seat, nobody: Client) -> None:
    assert seat("auditor").get("/history").status_code == 403
    assert nobody.get("/history")["location"].startswith("/sign-in")
    assert nobody.get("/ledger")["location"].startswith("/sign-in")


@pytest.mark.parametrize("query", [{"part": "all"}, {"before": "x"}, {"before": "-1"}, {"before": str(2**80)}, {"before": "²"}])
def test_what_no_link_says_leads_nowhere(query: dict[str, str], seat: Seat) -> None:
    assert seat("supervision").get("/history", query).status_code == 404
    assert seat("auditor").get("/ledger", query).status_code == 404
