"""The agreement page: read by everybody, voted on by seats, renewed, reported on, replied to and noticed by the manager."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from pars.actions import agreeing, identifying, publishing
from pars.core.agreements.agreement import standing
from pars.core.terms import Instant, moment
from pars.edge.city import agreements as texts
from pars.store import ledger
from tests.web import pages
from tests.web.town import PASSWORD, ZONE, adopt, done

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.test import Client

    from tests.web.town import Town

    Seat = Callable[[str], Client]


def fresh(town: Town, name: str, *, days: int = 100, **more: Any) -> str:
    """Bring an agreement of its own into force with an agency of its own; return its address."""
    terms = replace(texts.WARRANTS, agreement=name, agency={**texts.WARRANTS.agency, "id": f"agency-{name}"})
    at = ledger.now()
    end = texts.ends_on(moment(at, ZONE).date() + timedelta(days=days))
    adopt(town, terms, number=1, start=at, end=end, **more)
    return f"/agreements/{name}"


def state(name: str) -> str:
    found = publishing.agreement(name)
    assert found is not None
    return standing(found.agreement, publishing.now()).state


def later(days: int) -> str:
    return (moment(ledger.now(), ZONE) + timedelta(days=days)).strftime("%m/%d/%Y")


def test_a_renewal_is_proposed_told_apart_and_adopted_by_two_seats(seat: Seat, town: Town) -> None:
    place = fresh(town, "renewed")
    manager = seat("manager")
    values = {"renewal-last_day": later(300), "renewal-without": ["birth_date"], "renewal-password": PASSWORD}
    response = pages.send(manager, pages.read(manager.get(place)), f"{place}/propose", **values)
    assert "The new version is before the owners" in pages.text(response)
    for number, name in enumerate(("courts", "prosecutor")):
        voter = seat(name)
        page = pages.read(voter.get(f"{place}/ballot/2"))
        assert "No longer shown: the birth date." in page.text_content()
        assert "Nothing is added beside version 1." in page.text_content()
        assert f"{number} of 3 seats are for it" in page.text_content()
        assert "If it is adopted only after version 1 has ended (" in page.text_content()
        assert pages.faults(page) == []
        does = (
            "It is not enough alone: the vote stays open.",
            "With your vote it is adopted. It comes into force at the start of",
        )[number]
        assert does in " ".join(page.text_content().split())
        voted = pages.send(voter, page, f"{place}/ballot/2", **{"ballot-choice": "adopt", "ballot-password": PASSWORD})
        assert "signed and recorded" in pages.text(voted)
        assert pages.faults(pages.read(voted)) == []
    found = publishing.agreement("renewed")
    assert found is not None
    assert [turn.kind for turn in found.agreement.turns] == ["adopted", "adopted"]
    assert found.stands.next is not None
    assert "birth_date" not in found.stands.next[0].scope.columns


def test_a_wrong_password_or_no_choice_votes_nothing(seat: Seat, town: Town) -> None:
    place = "/agreements/supervision/ballot/2"
    voter = seat("courts")
    page = pages.read(voter.get(place))
    wrong = pages.send(voter, page, place, **{"ballot-choice": "adopt", "ballot-password": "no"})
    assert wrong.status_code == 422
    assert [where for where, _ in pages.summary(pages.read(wrong))] == ["id_ballot-password"]
    assert pages.faults(pages.read(wrong)) == []
    none = pages.send(voter, page, place, **{"ballot-password": PASSWORD})
    assert [where for where, _ in pages.summary(pages.read(none))] == ["id_ballot-choice_0"]
    assert "has not voted" in pages.text(voter.get(place))


def test_a_seat_votes_once_and_only_for_itself(seat: Seat, town: Town) -> None:
    place = "/agreements/supervision/ballot/2"
    assert "Your seat has voted" in pages.text(seat("city").get(place))
    open_page = pages.read(seat("courts").get(place))
    values = {**pages.form(open_page, place), "ballot-choice": "adopt", "ballot-password": PASSWORD}
    again = seat("city").post(place, values)
    assert "This seat has voted on this proposal" in pages.text(again)
    assert pages.faults(pages.read(again)) == []
    assert seat("manager").post(place, values).status_code == 403


def test_one_seat_suspends_two_revoke_and_the_public_page_says_so(seat: Seat, town: Town, nobody: Client) -> None:
    place = fresh(town, "stopped")
    voter = seat("city")
    suspended = pages.send(
        voter, pages.read(voter.get(place)), f"{place}/vote", **{"stop-choice": "suspend", "stop-password": PASSWORD}
    )
    assert "signed and recorded" in pages.text(suspended)
    assert state("stopped") == "SUSPENDED"
    for name in ("courts", "prosecutor"):
        other = seat(name)
        page = pages.read(other.get(place))
        pages.send(other, page, f"{place}/vote", **{"stop-choice": "revoke", "stop-password": PASSWORD})
    assert state("stopped") == "REVOKED"
    page = pages.text(nobody.get("/public"))
    assert "Ended, revoked or rejected" in page
    assert "Revoked" in page


def places(picture: str, dress: str) -> list[tuple[float, float]]:
    """Return from where to where the parts of a term's picture in one dress go, on its line of 600."""
    found = []
    for path in re.findall(rf'class="{dress}" d="([^"]+)"', picture):
        left = float(re.match(r"M([\d.]+)", path)[1])  # type: ignore[index]
        across = re.search(r"([hH])([\d.]+)", path)
        found.append((left, left if across is None else float(across[2]) + (left if across[1] == "h" else 0.0)))
    return found


def picture(name: str) -> str:
    found = publishing.agreement(name)
    assert found is not None
    from pars.edge.web.agreements import term_view

    return term_view.bar(found)


def vote(town: Town, name: str, choice: str, *seats: str) -> None:
    for owner in seats:
        found = publishing.agreement(name)
        assert found is not None
        about: Any = {"choice": choice, "version": found.stands.version.hash, "answers": found.stands.answers}
        ballot = agreeing.sign_with_home_key(agreement=name, by=town.by(owner), **about)
        done(agreeing.vote(agreement=name, ballot=ballot, by=town.by(owner)))  # type: ignore[arg-type]


def test_the_bar_begins_with_the_term_also_after_a_suspension(town: Town, nobody: Client) -> None:
    """A suspension has an instant of its own: when it lapses. It isn't the term's beginning."""
    fresh(town, "resumed")
    [before] = places(picture("resumed"), "term-live")
    vote(town, "resumed", "suspend", "city")
    [held] = places(picture("resumed"), "term-cut")
    assert held[1] == pytest.approx(before[1], abs=0.2)
    assert places(picture("resumed"), "term-live") == [], "what is suspended isn't drawn as open"
    said = pages.text(nobody.get("/agreements/resumed"))
    assert "Unless 2 seats stand behind it, that lapses on" in said
    vote(town, "resumed", "reinstate", "courts", "prosecutor")
    assert state("resumed") == "IN_FORCE"
    assert "lapses" not in pages.text(nobody.get("/agreements/resumed"))
    [after] = places(picture("resumed"), "term-live")
    [(today, _)] = places(picture("resumed"), "term-now")
    assert after[0] <= today < after[1]
    assert after == pytest.approx(before, abs=1)


def test_the_bar_shows_what_was_before_and_what_follows(town: Town) -> None:
    fresh(town, "replaced")
    found = publishing.agreement("replaced")
    assert found is not None
    end = found.stands.version.term.end
    terms = replace(texts.WARRANTS, agreement="replaced", agency={**texts.WARRANTS.agency, "id": "agency-replaced"})
    last = texts.ends_on(moment(end, ZONE).date() + timedelta(days=60))
    adopt(town, terms, number=2, start=end, end=last)
    drawn = picture("replaced")
    [live], [coming] = places(drawn, "term-live"), places(drawn, "term-coming")
    assert live[1] == pytest.approx(coming[0], abs=0.2)
    assert "Version 2 follows it." in drawn
    assert places(drawn, "term-over") == []
    adopt(town, terms, number=3, start=ledger.now(), end=last)
    drawn = picture("replaced")
    assert len(places(drawn, "term-over")) == 1
    assert places(drawn, "term-coming") == []
    assert "An earlier version was in force before it." in drawn


def test_report_reply_and_notice_stand_on_the_page(seat: Seat, town: Town, nobody: Client) -> None:
    place = fresh(town, "reported")
    manager = seat("manager")
    made = pages.send(manager, pages.read(manager.get(place)), f"{place}/report")
    assert "The record of use is before the owners" in pages.text(made)
    replied = pages.send(manager, pages.read(made), f"{place}/reply", **{"reply-reply": "We asked nothing yet."})
    assert "We asked nothing yet." in pages.text(replied)
    empty = pages.send(manager, pages.read(made), f"{place}/reply", **{"reply-reply": ""})
    assert [where for where, _ in pages.summary(pages.read(empty))] == ["id_reply-reply"]
    noticed = pages.send(manager, pages.read(replied), f"{place}/notice")
    assert "The notice is posted" in pages.text(noticed)
    page = nobody.get(place)
    assert "PUBLIC NOTICE" in pages.text(page)
    assert "We asked nothing yet." in pages.text(page)
    assert pages.faults(pages.read(page)) == []
    assert not pages.read(page).xpath("//form[contains(@action, '/agreements/')]")


@pytest.mark.parametrize("act", ["propose", "report", "reply", "notice", "vote"])
def test_who_has_no_such_act_does_none(act: str, seat: Seat, nobody: Client) -> None:
    assert seat("booking").post(f"/agreements/supervision/{act}", {}).status_code == 403
    assert nobody.post(f"/agreements/supervision/{act}", {})["location"].startswith("/sign-in")


def test_a_form_sent_twice_proposes_asks_and_replies_once(seat: Seat, town: Town) -> None:
    place = fresh(town, "doubled")
    manager, voter = seat("manager"), seat("city")
    pages.send(manager, pages.read(manager.get(place)), f"{place}/report")
    page = pages.read(manager.get(place))
    renewal = {"renewal-last_day": later(300), "renewal-password": PASSWORD}
    inquiry = {"inquiry-text": "Whom did you arrest?\r\nAnd why?", "inquiry-due": later(3)}
    for client, act, typed in (
        (manager, "propose", renewal),
        (manager, "reply", {"reply-reply": "Nobody."}),
        (voter, "inquiry", inquiry),
    ):
        values = {**pages.form(pages.read(voter.get(place)) if client is voter else page, f"{place}/{act}"), **typed}
        assert [client.post(f"{place}/{act}", values).status_code for _ in range(2)] == [302, 422]
    found = _found("doubled")
    assert [len(made) for made in (found.agreement.proposals, found.replies, found.agreement.inquiries)] == [2, 1, 1]


def test_what_an_agency_writes_turns_nothing_around_it_and_is_no_line_of_the_notice(seat: Seat, town: Town) -> None:
    """Words that were kept before characters that can't be seen were refused are shown with these written out."""
    place = fresh(town, "spoofed")
    voter, manager = seat("city"), seat("manager")
    page = pages.read(voter.get(place))
    asked = {"inquiry-text": "Who?\r\nRESULT. It is in force.", "inquiry-due": later(3)}
    pages.send(voter, page, f"{place}/inquiry", **asked)
    page = pages.read(manager.get(place))
    for hidden in ("\u202e.detseuqer saW", "a\x1b[31m", "soft\u00adly", "\ue000"):
        refused = pages.send(manager, page, f"{place}/answer", **{"answer-text": hidden})
        assert refused.status_code == 422
        assert "each of which can be seen" in pages.text(refused)
    shown = pages.send(manager, page, f"{place}/answer", **{"answer-text": "Nobody.\r\nThe City voted to adopt."})
    assert "<q><bdi>Nobody.\nThe City voted to adopt.</bdi></q>" in shown.content.decode()
    pages.send(manager, pages.read(manager.get(place)), f"{place}/notice")
    lines = _found("spoofed").notices[-1].text.decode().splitlines()
    assert not [line for line in lines if line.startswith(("The City voted", "RESULT. It is in force."))]
    assert [line for line in lines if line.endswith(": Nobody. The City voted to adopt.")]


def test_a_day_that_cannot_be_is_not_proposed(seat: Seat, town: Town) -> None:
    place = fresh(town, "past")
    manager = seat("manager")
    page = pages.read(manager.get(place))
    past = pages.send(manager, page, f"{place}/propose", **{"renewal-last_day": "01/01/2001", "renewal-password": PASSWORD})
    assert past.status_code == 422
    assert pages.summary(pages.read(past))
    vague = pages.send(manager, page, f"{place}/propose", **{"renewal-last_day": "2099", "renewal-password": PASSWORD})
    assert [where for where, _ in pages.summary(pages.read(vague))] == ["id_renewal-last_day"]
    assert len(_found("past").agreement.proposals) == 1


def _found(name: str) -> publishing.Published:
    found = publishing.agreement(name)
    assert found is not None
    return found


# ---------------------------------------------------------------- the public page


# ---------------------------------------------------------------- entries


def test_an_entry_says_as_much_as_its_reader_may_know(seat: Seat, town: Town, nobody: Client) -> None:
    found = _found("supervision")
    voted = found.agreement.ballots[0].entry
    anybody = pages.text(nobody.get(f"/entries/{voted}"))
    assert "cast the vote of the seat" in anybody
    assert "Perrin Vexley" not in anybody
    assert "Perrin Vexley" in pages.text(seat("courts").get(f"/entries/{voted}"))
    case = town.case("Corvane")
    booked = case.facts[0].entry
    closed = "is for the person who made it"
    assert closed in pages.text(nobody.get(f"/entries/{booked}"))
    assert closed in pages.text(seat("clerk").get(f"/entries/{booked}"))
    for name in ("booking", "auditor"):
        assert "booked an arrest" in pages.text(seat(name).get(f"/entries/{booked}"))


# ---------------------------------------------------------------- the demo's guide


@pytest.fixture
def demo(town: Town) -> Iterator[None]:
    """Make the town's home a demo's."""
    from django.conf import settings
    from django.test import override_settings

    from pars.store import connections

    kept = connections.home() / "demo.json"
    kept.write_text('{"password": "invented-password-1", "tokens": {}}')
    assert settings.PARS_HOME
    with override_settings(PARS_HOME=connections.home()):
        yield
    kept.unlink()


def test_the_guide_gives_seats_in_a_demo_on_this_machine_alone(demo: None, nobody: Client) -> None:
    response = nobody.get("/guide")
    assert response.status_code == 200
    assert pages.faults(pages.read(response)) == []
    assert "invented-password-1" in pages.text(response)
    taken = nobody.post("/guide/seat", {"username": "booking"}, follow=True)
    assert taken.redirect_chain[-1][0] == "/board"
    assert nobody.post("/guide/seat", {"username": "nobody"}).status_code == 404
    for path in ("/guide", "/guide/seat", "/guide/last-seconds"):
        ask = nobody.get if path == "/guide" else nobody.post
        assert ask(path, REMOTE_ADDR="192.0.2.7").status_code == 404
    assert "invented-password-1" not in pages.text(nobody.get("/public", REMOTE_ADDR="192.0.2.7"))


def test_the_guides_button_begins_the_last_seconds(demo: None, nobody: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from pars.edge.city import rearm

    pressed: list[int] = []

    def begin() -> Instant:
        pressed.append(1)
        return ledger.now()

    monkeypatch.setattr(rearm, "last_seconds", begin)
    response = nobody.post("/guide/last-seconds", follow=True)
    assert pressed == [1]
    assert "it ends at" in pages.text(response)

    def fails() -> Instant:
        raise RuntimeError("no seats here")

    monkeypatch.setattr(rearm, "last_seconds", fails)
    broken = nobody.post("/guide/last-seconds")
    assert broken.status_code == 503
    assert "could not be voted" in pages.text(broken)
    monkeypatch.delattr(rearm, "last_seconds")
    assert "isn't available" in pages.text(nobody.get("/guide"))
    assert nobody.post("/guide/last-seconds").status_code == 404


def owing(due: int) -> tuple[Any, ...]:
    says = {"en": "The uses made of the record", "es": "Los usos del registro"}
    return ({"code": "monthly_use", "kind": "report", "says": says, "due": {"instant": due}, "overdue": "suspends"},)


def test_a_duty_is_listed_met_and_answered_again(seat: Seat, town: Town) -> None:
    due = ledger.now() + 1_500_000
    place = fresh(town, "owing", duties=owing(due))
    assert "Duties of the agency" in pages.text(seat("auditor").get(place))
    while ledger.now() < due:
        time.sleep(0.05)
    manager = seat("manager")
    page = pages.read(manager.get(place))
    assert "Overdue" in page.text_content()
    assert state("owing") == "SUSPENDED"
    wrong = pages.send(manager, page, f"{place}/duty", **{"duty-shown": "not a hash"})
    assert wrong.status_code == 422
    assert "A sha256 has 64 characters" in pages.text(wrong)
    assert pages.faults(pages.read(wrong)) == []
    response = pages.send(manager, page, f"{place}/duty", **{"duty-shown": "a" * 64})
    assert "That the duty was met is recorded" in pages.text(response)
    assert "Met late" in pages.text(manager.get(place))
    assert state("owing") == "IN_FORCE"
    assert "Está vencido:" not in pages.text(seat("auditor").get(place, {"lang": "es"}))
    again = pages.send(manager, page, f"{place}/duty", **{"duty-shown": "a" * 64})
    assert again.status_code == 422


def test_only_the_agency_or_who_receives_for_it_meets_a_duty(seat: Seat, town: Town) -> None:
    place = fresh(town, "owing-two", duties=owing(ledger.now() + 86_400_000_000))
    page = pages.read(seat("manager").get(place))
    for name in ("courts", "supervision"):
        assert pages.send(seat(name), page, f"{place}/duty", **{"duty-shown": "a" * 64}).status_code == 403


def test_a_seat_takes_its_vote_back_says_why_and_the_manager_the_proposal(seat: Seat, town: Town) -> None:
    place = fresh(town, "taken-back")
    manager, voter = seat("manager"), seat("courts")
    values = {"renewal-last_day": later(300), "renewal-last_vote": later(3), "renewal-password": PASSWORD}
    pages.send(manager, pages.read(manager.get(place)), f"{place}/propose", **values)
    ballot = f"{place}/ballot/2"
    page = pages.read(voter.get(ballot))
    assert "the vote closes" in page.text_content()
    choice = {"ballot-choice": "adopt", "ballot-reason": "It has helped victims.", "ballot-password": PASSWORD}
    assert "signed and recorded" in pages.text(pages.send(voter, page, ballot, **choice))
    assert "It has helped victims." in pages.text(voter.get(f"{place}/result/2"))
    assert "1 so far" in pages.text(voter.get(place))
    page = pages.read(voter.get(ballot))
    assert "Take your vote back" in page.text_content()
    assert "It has helped victims." in page.text_content()
    back = {"ballot-choice": "withdraw", "ballot-password": PASSWORD}
    assert "signed and recorded" in pages.text(pages.send(voter, page, ballot, **back))
    page = pages.read(voter.get(place))
    assert "0 so far" in page.text_content()
    assert "withdrew its vote" in page.text_content()
    assert pages.faults(page) == []
    page = pages.read(voter.get(ballot))
    other = {"ballot-choice": "reject", "ballot-password": PASSWORD}
    assert "signed and recorded" in pages.text(pages.send(voter, page, ballot, **other))
    page = pages.read(manager.get(place))
    assert "Withdraw this proposal" in page.text_content()
    assert pages.send(voter, page, f"{place}/withdraw").status_code == 403
    assert "The proposal is withdrawn" in pages.text(pages.send(manager, page, f"{place}/withdraw"))
    page = pages.read(manager.get(place))
    assert "Proposals that ended without a decision" in page.text_content()
    assert pages.faults(page) == []


def test_an_owner_asks_the_agency_answers_and_both_stand_on_the_page(seat: Seat, town: Town) -> None:
    place = "/agreements/supervision"
    voter, agent = seat("prosecutor"), seat("supervision")
    page = pages.read(voter.get(place))
    empty = pages.send(voter, page, f"{place}/inquiry", **{"inquiry-due": later(2)})
    assert empty.status_code == 422
    assert pages.faults(pages.read(empty)) == []
    past = pages.send(voter, page, f"{place}/inquiry", **{"inquiry-text": "Whom?", "inquiry-due": later(-2)})
    assert "must have some time" in pages.text(past)
    asked = pages.send(voter, page, f"{place}/inquiry", **{"inquiry-text": "Whom did you arrest?", "inquiry-due": later(2)})
    assert "The inquiry is before the agency" in pages.text(asked)
    page = before = pages.read(agent.get(place))
    assert "Not answered yet" in page.text_content()
    assert pages.faults(page) == []
    assert pages.send(voter, page, f"{place}/answer", **{"answer-text": "Nobody."}).status_code == 403
    given = pages.send(agent, page, f"{place}/answer", **{"answer-text": "Nobody."})
    assert "stands beside the inquiry" in pages.text(given)
    page = pages.read(voter.get(place))
    assert "Nobody." in page.text_content()
    again = pages.send(agent, before, f"{place}/answer", **{"answer-text": "Nobody."})
    assert again.status_code == 422


def test_a_named_person_acknowledges_and_reports_what_came_of_an_answer(seat: Seat, town: Town) -> None:
    name = "acknowledged"
    place = fresh(town, name, must=("terms_signed", "terms_acknowledged"))
    person = identifying.make_account(username="reader", name="Tamsin Ferrybridge", password=PASSWORD)
    done(agreeing.name_user(agreement=name, person=person, holds=("terms_signed",), by=town.by("manager")))
    agent = seat("reader")
    page = before = pages.read(agent.get(place))
    assert "Acknowledge version 1" in page.text_content()
    assert pages.faults(page) == []
    assert "You haven’t acknowledged version 1" in pages.text(agent.get("/ask"))
    assert "You have acknowledged this version" in pages.text(pages.send(agent, page, f"{place}/acknowledge"))
    page = pages.read(agent.get(place))
    assert "Acknowledge version 1" not in page.text_content()
    none = pages.send(agent, page, f"{place}/outcome", **{"outcome-receipt": "1", "outcome-outcome": "cleared"})
    assert none.status_code == 422
    assert "no answer that was given under this agreement" in pages.text(none)
    assert pages.send(agent, page, f"{place}/outcome", **{"outcome-receipt": ""}).status_code == 422
    assert pages.send(seat("courts"), before, f"{place}/acknowledge").status_code == 403
