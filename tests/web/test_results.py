"""The result of a vote, for anybody: open, adopted, rejected, without decision; in English and Spanish, with the notice where one is posted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from pars.actions import agreeing, publishing
from pars.core.terms import SECOND, Instant, moment
from pars.edge.city import agreements as texts
from pars.store import ledger
from tests.web import pages
from tests.web.test_agreement_pages import fresh
from tests.web.town import PASSWORD, ZONE, adopt, done

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.web.town import Town

    Seat = Callable[[str], Client]


def follow(town: Town, name: str, *, days: int = 300) -> None:
    """Put a second version before the owners."""
    terms = replace(texts.WARRANTS, agreement=name, agency={**texts.WARRANTS.agency, "id": f"agency-{name}"})
    end = texts.ends_on(moment(ledger.now(), ZONE).date() + timedelta(days=days))
    adopt(town, terms, number=2, start=ledger.now(), end=end, seats=0)


def told(client: Client, name: str, number: int = 2, query: str = "") -> str:
    answer = client.get(f"/agreements/{name}/result/{number}{query}")
    assert pages.faults(pages.read(answer)) == []
    return pages.text(answer)


def test_an_open_vote_then_a_rejected_one(town: Town, seat: Seat, nobody: Client) -> None:
    fresh(town, "turned-down")
    follow(town, "turned-down")
    text = told(nobody, "turned-down")
    assert "0 of 3 seats voted to adopt it; 2 are needed." in text
    assert "It can still be voted on, until the vote closes" in text
    for name, does in (
        ("city", "It stays open: the other seats can still adopt it."),
        ("courts", "With your vote it is rejected"),
    ):
        voter = seat(name)
        place = "/agreements/turned-down/ballot/2"
        page = pages.read(voter.get(place))
        assert pages.faults(page) == []
        assert does in " ".join(page.text_content().split())
        answer = pages.send(voter, page, place, **{"ballot-choice": "reject", "ballot-password": PASSWORD})
        assert "signed and recorded" in pages.text(answer)
        assert "Result of the vote on version 2" in pages.text(answer), "what comes next is how the vote stands"
    text = told(nobody, "turned-down")
    assert "Rejected" in text
    assert "How the agreement stands now, under version 1: It has been in force since" in text
    assert "This vote is over." in pages.text(seat("prosecutor").get("/agreements/turned-down/ballot/2"))
    assert "Rechazada" in told(nobody, "turned-down", query="?lang=es")


def test_an_adopted_version_says_what_starts_and_ends_and_shows_its_notice(town: Town, nobody: Client) -> None:
    fresh(town, "announced")
    text = told(nobody, "announced", 1)
    assert "2 of 3 seats voted to adopt it; 2 are needed." in text
    assert "It came into force on" in text
    assert "It does not renew itself." in text
    assert "No public notice has been posted since it was proposed." in text
    one = publishing.agreement("announced")
    assert one is not None
    version = one.stands.version.hash
    notice = b"PUBLIC NOTICE of an invented result"
    done(agreeing.serve_notice(agreement="announced", version=version, text=notice, channel="web", by=town.by("manager")))
    assert "PUBLIC NOTICE of an invented result" in told(nobody, "announced", 1)
    assert "Aprobada" in told(nobody, "announced", 1, "?lang=es")


def test_silence_until_the_end_is_no_decision(town: Town, nobody: Client) -> None:
    terms = replace(texts.WARRANTS, agreement="silent", agency={**texts.WARRANTS.agency, "id": "agency-silent"})
    at = ledger.now()
    adopt(town, terms, number=1, start=at, end=texts.ends_at(Instant(at + SECOND)), seats=0)
    while ledger.now() < at + SECOND:
        pass
    assert "Ended without decision" in told(nobody, "silent", 1, "?lang=en")


def test_what_was_never_proposed_has_no_result_and_no_ballot(nobody: Client, seat: Seat) -> None:
    assert nobody.get("/agreements/supervision/result/99").status_code == 404
    assert nobody.get("/agreements/none/result/1").status_code == 404
    assert seat("courts").get("/agreements/supervision/ballot/99").status_code == 404
    assert seat("manager").get("/agreements/supervision/ballot/2").status_code == 403
