"""A second person on the pages: a sweep waits, a colleague or an owner approves that very question, and an emergency is reviewed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from pars.actions import agreeing, identifying
from pars.core import canonical
from pars.core.terms import moment
from pars.edge.city import agreements as texts
from pars.store import ledger
from tests.web import pages
from tests.web.pages import sign_in
from tests.web.test_answers import entry_of, site
from tests.web.town import PASSWORD, ZONE, adopt_text, done

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.web.town import Town

    Browser = Callable[[str], httpx.Client]

__all__ = ["site"]

NAME = "second-person"
RULE = {"over_rows": 2, "minutes": 60}
OTHERS = [{"id": "county-jail", "name": "The County Jail"}]
EMERGENCY = {"reasons": ["LIFE_AT_RISK"], "waives": ["approval", "evidence"], "review_hours": 24}


@pytest.fixture(scope="module")
def agreed() -> list[str]:
    """Keep whether the agreement is there: the town is built once."""
    return []


@pytest.fixture
def desk(sealed: Town, agreed: list[str]) -> Town:
    """Bring an agreement into force that asks for a second person and knows an emergency, with two people named."""
    if agreed:
        return sealed
    terms = replace(texts.WARRANTS, agreement=NAME, agency={**texts.WARRANTS.agency, "id": f"agency-{NAME}"})
    at = ledger.now()
    plain: Any = canonical.read(
        texts.version_text(terms, number=1, start=at, end=texts.ends_on(moment(at, ZONE).date() + timedelta(days=60)))
    )
    text = canonical.write({**plain, "approval": RULE, "emergency": EMERGENCY, "on_behalf_of": OTHERS})
    adopt_text(sealed, text)
    for username in ("deputy", "sergeant"):
        person = identifying.make_account(username=username, name=username.capitalize(), password=PASSWORD)
        done(agreeing.name_user(agreement=NAME, person=person, holds=("terms_signed",), by=sealed.by("manager")))
    agreed.append(NAME)
    return sealed


@pytest.fixture
def browser(site: str, desk: Town) -> Iterator[Browser]:
    opened: list[httpx.Client] = []

    def signed_in(username: str) -> httpx.Client:
        client = httpx.Client(base_url=site, follow_redirects=True, timeout=20)
        opened.append(client)
        sign_in(client, username)
        return client

    yield signed_in
    for client in opened:
        client.close()


def ask(client: httpx.Client, **typed: Any) -> httpx.Response:
    values = pages.form(pages.read(client.get("/ask")), "/ask/answer")
    return client.post("/ask/answer", data={**values, "q-evidence": "W-2026-0001", **typed})


def press(client: httpx.Client, response: httpx.Response, action: str, **more: str) -> httpx.Response:
    return client.post(action, data={**pages.form(pages.read(response), action), **more})


def test_a_sweep_waits_until_somebody_else_approved_that_very_question(browser: Browser) -> None:
    deputy, sergeant, booking = browser("deputy"), browser("sergeant"), browser("booking")
    no = ask(deputy)
    assert no.status_code == 403
    assert "Wait" not in pages.text(no)
    waiting = press(deputy, no, "/ask/approval")
    assert "Your question waits for a second person." in pages.text(waiting)
    assert pages.faults(pages.read(waiting)) == []
    assert "Somebody else must approve it" in pages.text(waiting)
    number = newest(waiting)
    assert card(waiting, number).xpath(".//form") == []
    offered = sergeant.get("/approvals")
    assert "nobody in particular: all in scope" in card(offered, number).text_content()
    [action] = card(offered, number).xpath(".//form/@action")
    assert "The question is approved" in pages.text(press(sergeant, offered, action))
    assert card(sergeant.get("/approvals"), number).xpath(".//form") == []
    mine = deputy.get("/approvals")
    assert card(mine, number).xpath("string(.//input[@name='approved']/@value)") == str(number)
    answer = deputy.post("/ask/answer", data={**_token(deputy), "under": NAME, "approved": str(number)})
    assert answer.status_code == 200
    assert "record" in pages.text(answer)
    assert pages.faults(pages.read(answer)) == []
    assert "approval" in pages.text(deputy.get(f"/entries/{entry_of(answer)}"))
    stolen = sergeant.post("/ask/answer", data={**_token(sergeant), "under": NAME, "approved": str(number)})
    assert stolen.status_code == 422
    assert booking.get("/approvals").status_code == 403


def newest(response: httpx.Response) -> int:
    """Return the entry of the newest request on the page."""
    return max(int(one.rsplit("/", 1)[-1]) for one in pages.read(response).xpath("//section//h3//a/@href"))


def card(response: httpx.Response, number: int) -> Any:
    """Return a request's part of the page."""
    [found] = pages.read(response).xpath(f"//section[@aria-labelledby='r-{number}']")
    return found


def _token(client: httpx.Client) -> dict[str, Any]:
    """Return the token of a client's own page."""
    page = pages.read(client.get("/approvals"))
    return {"csrfmiddlewaretoken": page.xpath("string(//input[@name='csrfmiddlewaretoken']/@value)")}


def test_it_is_asked_for_another_agency_which_the_answer_the_history_and_the_approval_say(browser: Browser) -> None:
    deputy, owner = browser("deputy"), browser("courts")
    form = pages.read(deputy.get("/ask"))
    assert form.xpath("//select[@id='id_q-behalf']/option/@value") == ["", "county-jail"]
    answer = ask(deputy, **{"q-by_surname": "Corvane", "q-by_given": "Jonah A.", "q-behalf": "county-jail"})
    assert answer.status_code == 200
    assert pages.faults(pages.read(answer)) == []
    assert "on behalf of The County Jail" in pages.text(answer)
    own = pages.text(ask(deputy, **{"q-by_surname": "Corvane", "q-by_given": "Jonah A."}))
    assert "on behalf of" not in own
    assert "on behalf of county-jail" in pages.text(deputy.get(f"/entries/{entry_of(answer)}"))
    assert "on behalf of county-jail" in pages.text(deputy.get("/history"))
    other = ask(deputy, **{"q-by_surname": "Corvane", "q-by_given": "Jonah A.", "q-behalf": "somebody-else"})
    assert other.status_code == 422
    assert [place for place, _ in pages.summary(pages.read(other))] == ["id_q-behalf"]
    press(deputy, ask(deputy, **{"q-behalf": "county-jail"}), "/ask/approval")
    assert "On behalf ofThe County Jail" in pages.text(owner.get("/approvals"))


def test_what_came_of_an_answer_is_reported_from_the_answer_itself(browser: Browser) -> None:
    deputy = browser("deputy")
    answer = ask(deputy, **{"q-by_surname": "Corvane", "q-by_given": "Jonah A."})
    [there] = pages.read(answer).xpath("//a[contains(@href, 'receipt=')]/@href")
    page = deputy.get(there)
    assert pages.read(page).xpath("string(//input[@id='id_outcome-receipt']/@value)") == str(entry_of(answer))
    told = press(deputy, page, f"/agreements/{NAME}/outcome", **{"outcome-outcome": "cleared"})
    assert "What came of it is recorded" in pages.text(told)
    odd = deputy.get(f"/agreements/{NAME}?receipt=one")
    assert pages.read(odd).xpath("string(//input[@id='id_outcome-receipt']/@value)") == ""


def test_an_owner_approves_too(browser: Browser) -> None:
    deputy, owner = browser("deputy"), browser("courts")
    press(deputy, ask(deputy, **{"q-columns": ["surname"]}), "/ask/approval")
    offered = owner.get("/approvals")
    actions = [place for place in pages.read(offered).xpath("//form/@action") if NAME in place]
    assert actions
    assert "The question is approved" in pages.text(press(owner, offered, actions[0]))


def test_an_emergency_needs_no_second_person_and_owes_a_review(browser: Browser) -> None:
    deputy, owner = browser("deputy"), browser("courts")
    answer = ask(deputy, **{"q-emergency": "LIFE_AT_RISK", "q-evidence": ""})
    assert answer.status_code == 200, pages.text(answer)
    assert "a judge has signed, in an emergency: somebody's life or body is in danger now." in pages.text(answer)
    again = ask(deputy, **{"q-evidence": ""})
    assert [place for place, _ in pages.summary(pages.read(again))] == ["id_q-evidence"]
    owed = owner.get("/approvals")
    assert pages.faults(pages.read(owed)) == []
    entry = entry_of(answer)
    assert f"Entry {entry}" in pages.text(owed)
    action = f"/approvals/{NAME}/{entry}/review"
    assert "The review is recorded." in pages.text(press(owner, owed, action, finding="JUSTIFIED"))
    assert f"Entry {entry}: Deputy" not in pages.text(owner.get("/approvals"))
    twice = owner.post(action, data={**_token(owner), "finding": "JUSTIFIED"})
    assert twice.status_code == 403
    assert "reviewed already" in pages.text(twice)
    assert "justified or not" in pages.text(owner.post(action, data=_token(owner)))
