"""The register: every agreement on one line of time, how each stands, who must act next and by when; narrowed without a script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pars.actions import publishing
from pars.edge.web.agreements import term_view
from tests.web import pages
from tests.web.test_agreement_pages import fresh, vote

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.web.town import Town

    Seat = Callable[[str], Client]


def test_the_public_page_tells_who_until_when_and_how_it_was_voted(nobody: Client) -> None:
    page = pages.text(nobody.get("/public"))
    for words in (
        "Regional Supervision Bureau",
        "In force",
        "City of Philadelphia: yes",
        "Copies already taken stay",
        "no vote",
    ):
        assert words in page
    bars = pages.read(nobody.get("/public")).xpath("//*[local-name()='svg'][@role='img']/@aria-label")
    assert any("In force" in label and "the end of" in label for label in bars)


def test_the_public_page_in_spanish(nobody: Client) -> None:
    response = nobody.get("/public?lang=es")
    page = pages.read(response)
    assert page.get("lang") == "es"
    for words in ("Quién puede pedir", "En vigor", "No se renueva por sí solo", "Las copias ya tomadas", "sin voto"):
        assert words in pages.text(response)
    assert page.xpath("//a[@hreflang='en']")


def test_a_voter_is_told_what_waits(seat: Seat) -> None:
    assert "Waiting for your seat's vote" in pages.text(seat("prosecutor").get("/agreements"))
    assert "Waiting for your seat's vote" not in pages.text(seat("booking").get("/agreements"))


def lines(client: Client, query: str = "") -> list[str]:
    page = pages.read(client.get(f"/agreements{query}"))
    assert pages.faults(page) == []
    return [str(name) for name in page.xpath("//table[contains(@class, 'agreements')]//th[@scope='row']/a/text()")]


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("?agency=victim-services", ["Office of Victim Services"]),
        ("?purpose=victim_notice", ["Office of Victim Services"]),
        ("?agency=regional-supervision&purpose=supervision&state=IN_FORCE&lang=es", ["Regional Supervision Bureau"]),
        ("?agency=victim-services&purpose=supervision", []),
        ("?state=nothing-that-is-a-state", []),
    ],
)
def test_it_is_narrowed_by_agency_state_and_purpose_without_a_script(query: str, left: list[str], nobody: Client) -> None:
    assert lines(nobody, query) == left
    page = pages.read(nobody.get(f"/agreements{query}"))
    assert ("No agreement fits" in page.text_content()) is (left == [])
    assert page.xpath("//form[contains(@class, 'filters')]//a[@href='?']"), "the way back to all of them"
    assert set(left) < set(lines(nobody, "?lang=en"))


def test_what_was_chosen_stays_chosen_in_the_other_language(nobody: Client) -> None:
    page = pages.read(nobody.get("/agreements?agency=victim-services"))
    assert page.xpath("string(//select[@name='agency']/option[@selected])") == "Office of Victim Services"
    [other] = page.xpath("//nav[@class='languages']/a[@hreflang='es']/@href")
    assert lines(nobody, other) == ["Office of Victim Services"]


def test_who_must_act_next_stands_in_the_line_in_both_languages(town: Town, nobody: Client, seat: Seat) -> None:
    fresh(town, "next-act")
    assert "Nobody has to act now." in pages.text(nobody.get("/agreements?agency=agency-next-act"))
    vote(town, "next-act", "suspend", "city")
    told = pages.text(nobody.get("/agreements?agency=agency-next-act"))
    assert "Has not confirmed the suspension: First Judicial District of Pennsylvania, Philadelphia District Attorney" in told
    assert "No ha confirmado la suspensión" in pages.text(nobody.get("/agreements?agency=agency-next-act&lang=es"))
    waiting = "//section[contains(., \"Waiting for your seat's vote\")]//a[contains(@href, 'next-act')]"
    assert pages.read(seat("courts").get("/agreements")).xpath(waiting)
    assert not pages.read(seat("city").get("/agreements")).xpath(waiting)
    fresh(town, "ends-soon", days=10)
    told = pages.text(nobody.get("/agreements?agency=agency-ends-soon&lang=en"))
    assert "Nothing is proposed to follow version 1. Without a new vote it ends" in told


def test_all_bars_stand_on_one_line_that_holds_every_term(town: Town) -> None:
    fresh(town, "far-ahead", days=2_000)
    found, at = publishing.agreements(), publishing.now()
    low, high = term_view.window_of(found, at)
    for one in found:
        for proposal in one.agreement.proposals:
            assert low < proposal.version.term.start < proposal.version.term.end < high
    years = term_view.scale((low, high), "America/New_York", width=520)
    assert ">2028<" in years
    assert "Feb" not in years
    short = [one for one in found if one.agreement.id == "supervision"]
    assert "Feb" in term_view.scale(term_view.window_of(short, at), "America/New_York", width=900)


def test_who_works_on_agreements_sees_how_each_was_used(seat: Seat, nobody: Client) -> None:
    used = "8 answers, 6 people shown, 3 refused; the agency replied."
    assert used in pages.text(seat("courts").get("/agreements?agency=regional-supervision"))
    assert used not in pages.text(nobody.get("/agreements?agency=regional-supervision"))
    assert used not in pages.text(seat("booking").get("/agreements?agency=regional-supervision"))
