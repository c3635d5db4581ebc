"""The agency registers, sees and removes its hooks with the browser alone; the secret stands on one page, once."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from pars.edge import hints
from tests.api.receivers import receiving
from tests.web import pages
from tests.web.pages import sign_in
from tests.web.test_answers import agency, site

__all__ = ["agency", "site"]


@pytest.fixture(autouse=True)
def _demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARS_HOOK_NETWORKS", "127.0.0.0/8")


def typed(client: httpx.Client, **more: Any) -> dict[str, Any]:
    """Return the filled-in form."""
    values = pages.form(pages.read(client.get("/ask/hooks")), "/ask/hooks/register")
    return {**values, "q-evidence": "P-2026-0417", **more}


def test_a_hook_is_registered_told_and_removed(agency: httpx.Client) -> None:
    assert "Your agency has no hook that is open to you." in pages.text(agency.get("/ask/hooks"))
    with receiving() as receiver:
        answer = agency.post("/ask/hooks/register", data=typed(agency, address=receiver.url))
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
        assert pages.faults(pages.read(answer)) == []
        (secret,) = re.findall(r"whsec_[A-Za-z0-9+/=]{44}", answer.text)
        (number,) = re.findall(r"Hook (\d+) is registered", answer.text)
        page = agency.get("/ask/hooks")
        assert secret not in page.text
        assert receiver.url in pages.text(page)
        assert "Waits for news" in pages.text(page)
        for outcome, says in ((500, "the receiver answered 500"), (204, "Told")):
            receiver.status = outcome
            _told(int(number))
            assert says in pages.text(agency.get("/ask/hooks"))
        assert len(receiver.came) == 2
    assert "through hook" in pages.text(agency.get("/history?part=answered"))
    assert "Hook registered" in pages.text(agency.get("/history?part=hooks"))
    form = pages.form(pages.read(agency.get("/ask/hooks")), f"/ask/hooks/{number}/remove")
    removed = agency.post(f"/ask/hooks/{number}/remove", data=form)
    assert "The hook is removed." in pages.text(removed)
    assert "Your agency has no hook" in pages.text(removed)
    again = agency.post(f"/ask/hooks/{number}/remove", data=form)
    assert (again.status_code, "or it was removed" in pages.text(again)) == (403, True)


def _told(hook: int) -> None:
    """Let the hook's turn come, as if everything that it may show were new."""
    from pars.store import connections

    with connections.connection("app") as given:
        given.execute("update web.hook_turn set due = 0, told_to = 0, told = '{}' where hook = %s", [hook])
        given.execute("update web.hook_turn set told_to = (select min(at) from ledger.entry) where hook = %s", [hook])
    turns = hints.Turns()
    turns.look()
    turns.close()


@pytest.mark.parametrize(
    ("typed_so", "says"),
    [
        ({"address": ""}, "Address: this is needed."),
        ({"address": "https://user:x@records.example.gov/"}, "That is no address that hints can go to."),
        ({"address": "https://records.example.gov/", "until": "sometime"}, "write it like 11/23/2026."),
        ({"address": "https://records.example.gov/", "until": "11/23/2021"}, "A hook ends after now"),
        ({"address": "https://records.example.gov/", "q-evidence": ""}, "this is needed."),
        ({"address": "https://records.example.gov/", "q-evidence": "?"}, "The evidence hasn't the form of a case number."),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(agency: httpx.Client, typed_so: Any, says: str) -> None:
    answer = agency.post("/ask/hooks/register", data=typed(agency, **typed_so))
    page = pages.read(answer)
    assert answer.status_code == 422
    (summary,) = page.xpath("//*[@id='faults']")
    assert says in " ".join(summary.text_content().split())
    assert page.xpath("//input[@name='address']/@value") == ([typed_so["address"]] if typed_so["address"] else [])
    assert pages.faults(page) == []


def test_whoever_is_no_agency_has_no_hooks(site: str) -> None:
    for name in ("booking", "manager"):
        with httpx.Client(base_url=site, timeout=30) as client:
            sign_in(client, name)
            assert client.get("/ask/hooks").status_code == 403
            assert client.post("/ask/hooks/register").status_code == 403
