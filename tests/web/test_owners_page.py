"""The owners' page: their texts in sentences for anybody, the ballot for a seat that hasn't voted, and what votes make of them."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from pars.actions import owning
from pars.core.owners.owners_text import explain_text, title_of
from pars.store.ledger import Done
from tests.owners import PROFILE_DOCUMENT, profile_text
from tests.web import pages
from tests.web.town import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.web.town import Town

    Seat = Callable[[str], Client]

SEATS = ("courts", "prosecutor")


def proposed(town: Town, text: bytes) -> int:
    """Put a text before the owners; return its entry."""
    done = owning.propose(text=text, by=town.by("manager"))
    assert isinstance(done, Done), done
    return done.entry


def ballot(seat: Seat, name: str, about: str, entry: int, **typed: Any) -> Any:
    """Fill in the ballot of one proposal and send it."""
    client = seat(name)
    page = pages.read(client.get("/texts"))
    (card,) = page.xpath(f"//article[@aria-labelledby='t{entry}']")
    values = {field.get("name"): field.get("value") for field in card.xpath(".//input[@type='hidden']")}
    values |= {"ballot-choice": "adopt", "ballot-password": PASSWORD, **typed}
    return client.post(f"/texts/{about}/vote", values, follow=True)


@pytest.mark.parametrize("language", ["en", "es"])
def test_anybody_reads_what_is_in_force_in_either_language(language: Any, nobody: Client, town: Town) -> None:
    answer = nobody.get(f"/texts?lang={language}")
    text, stands = pages.text(answer), owning.standings()
    assert pages.faults(pages.read(answer)) == []
    now = stands.subject("profile").now
    for sentence in explain_text(now.text if now is not None else stands.first, language, stands.charter):
        assert sentence in text
    assert "ballot-choice" not in answer.content.decode()
    assert pages.read(answer).get("lang") == language
    assert "/texts" in nobody.get("/public").content.decode()


def test_two_seats_vote_a_text_into_force_on_the_page(seat: Seat, town: Town) -> None:
    # The town is other tests' too: what is voted in works as the profile that it had.
    text = profile_text({"/hours/unsent": PROFILE_DOCUMENT["hours"]["unsent"], "/name/en": "Invented page"})
    entry = proposed(town, text)
    for name in SEATS:
        assert "Invented page" in pages.text(seat(name).get("/texts"))
        voted = ballot(seat, name, "profile", entry)
        assert "signed and recorded" in pages.text(voted)
        assert pages.faults(pages.read(voted)) == []
    now = owning.standings().subject("profile").now
    assert now is not None
    assert title_of(now.text, "en") == "Invented page"
    assert "In force since" in pages.text(seat("courts").get("/texts"))
    late = seat("city").post(
        "/texts/profile/vote",
        {"ballot-version": now.text.hash, "ballot-answers": entry, "ballot-choice": "reject", "ballot-password": PASSWORD},
    )
    assert late.status_code == 422
    assert "decided already" in pages.text(late)


def test_a_wrong_password_a_missing_choice_and_a_second_vote_change_nothing(seat: Seat, town: Town) -> None:
    entry = proposed(town, profile_text({"/hours/unsent": 11}))
    wrong = ballot(seat, "courts", "profile", entry, **{"ballot-password": "no"})
    assert wrong.status_code == 422
    assert [where for where, _ in pages.summary(pages.read(wrong))] == [f"id_{entry}_ballot-password"]
    assert pages.faults(pages.read(wrong)) == []
    none = ballot(seat, "courts", "profile", entry, **{"ballot-choice": ""})
    assert none.status_code == 422
    cast = owning.standings().subject("profile").texts.ballots
    assert not [held for held in cast if held.vote.answers == entry], "nothing was recorded"
    assert "signed and recorded" in pages.text(ballot(seat, "courts", "profile", entry, **{"ballot-choice": "reject"}))
    assert "Your seat has voted on this text" in pages.text(seat("courts").get("/texts"))
    assert "signed and recorded" in pages.text(ballot(seat, "city", "profile", entry, **{"ballot-choice": "reject"}))
    assert "Rejected" in pages.text(seat("courts").get("/texts"))


def test_a_vote_and_a_text_are_taken_back_on_the_page(seat: Seat, town: Town) -> None:
    entry = proposed(town, profile_text({"/hours/unsent": 9, "/name/en": "Taken back"}))
    assert "signed and recorded" in pages.text(ballot(seat, "courts", "profile", entry))
    page = pages.read(seat("courts").get("/texts"))
    (card,) = page.xpath(f"//article[@aria-labelledby='t{entry}']")
    assert [field.get("value") for field in card.xpath(".//input[@name='ballot-choice']")] == ["withdraw"]
    back = ballot(seat, "courts", "profile", entry, **{"ballot-choice": "withdraw"})
    assert "signed and recorded" in pages.text(back)
    assert pages.faults(pages.read(back)) == []
    assert "signed and recorded" in pages.text(ballot(seat, "courts", "profile", entry, **{"ballot-choice": "reject"}))
    hashed = sha256(profile_text({"/hours/unsent": 9, "/name/en": "Taken back"})).hexdigest()
    assert "Take this text back" not in pages.text(seat("courts").get("/texts"))
    assert seat("courts").post("/texts/profile/withdraw", {"text": hashed}).status_code == 403
    assert "Take this text back" in pages.text(seat("manager").get("/texts"))
    done = seat("manager").post("/texts/profile/withdraw", {"text": hashed}, follow=True)
    assert "The text is taken back." in pages.text(done)
    assert pages.faults(pages.read(done)) == []
    again = seat("manager").post("/texts/profile/withdraw", {"text": hashed})
    assert again.status_code == 403
    assert "open any more" in pages.text(again)
    assert "Retirados" in pages.text(seat("courts").get("/texts?lang=es"))


def test_who_holds_no_seat_casts_no_vote(seat: Seat, nobody: Client, town: Town) -> None:
    assert nobody.post("/texts/profile/vote", {}).status_code == 302
    assert seat("booking").post("/texts/profile/vote", {}).status_code == 403
    assert seat("courts").post("/texts/weather/vote", {}).status_code == 404
    assert seat("courts").get("/texts/profile/vote").status_code == 405
