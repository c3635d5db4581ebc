"""Every page has good bones, for every seat that can open it; whoever may not gets nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web import pages
from tests.web.town import AGENTS, STAFF

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.web.town import Town

CASE_SEATS = ("booking", "charging", "second-charging", "supervisor", "interview", "bench", "clerk", "custodian")
PLAIN = {
    "booking": [
        "/board",
        "/board?waiting=police",
        "/board?flag=minor&district=39th",
        "/board?waiting=court&district=1st",
        "/arrests/new",
        "/alarms",
        "/alarms?desk=police",
        "/alarms?desk=nobody",
    ],
    "supervision": ["/ask", "/history", "/history?part=refused", "/history?part=sending"],
    "sheriff": ["/ask", "/history"],
    "courts": ["/agreements", "/agreements/supervision"],
    "manager": ["/agreements/supervision", "/agreements/victim-notice"],
    "auditor": ["/entries/3", "/entries/40", "/agreements", "/ledger", "/ledger?part=ledger&before=3"],
    "stranger": ["/capacity"],
}
OPEN = ["/public", "/public?lang=es", "/sign-in", "/agreements/supervision", "/entries/0", "/entries/40"]


def opens(client: Client, path: str, status: int = 200) -> None:
    response = client.get(path)
    assert response.status_code == status, (path, response.status_code, pages.text(response)[:300])
    assert pages.faults(pages.read(response)) == [], path
    assert "no-store" in response.get("cache-control", "no-store")


@pytest.mark.parametrize("name", PLAIN)
def test_pages_have_good_bones(name: str, seat: Callable[[str], Client]) -> None:
    client = seat(name)
    for path in PLAIN[name]:
        opens(client, path)


@pytest.mark.parametrize("path", OPEN)
def test_some_pages_need_no_seat(path: str, nobody: Client) -> None:
    opens(nobody, path)


@pytest.mark.parametrize("name", CASE_SEATS)
def test_every_stage_of_a_case_has_good_bones_for_every_desk(name: str, seat: Callable[[str], Client], town: Town) -> None:
    client = seat(name)
    for case_id in town.cases.values():
        opens(client, f"/cases/{case_id}")


def test_what_is_not_there_and_what_cannot_be_is_the_same_page(nobody: Client, seat: Callable[[str], Client]) -> None:
    for path in ("/nothing", "/agreements/none", "/entries/999999", "/entries/99999999999999999999999", "/guide"):
        opens(nobody, path, 404)
    opens(seat("booking"), "/cases/11111111-1111-4111-8111-111111111111", 404)
    opens(seat("booking"), "/cases/nonsense", 404)


def test_that_nothing_is_at_an_address_is_no_failure_in_the_log(nobody: Client, caplog: pytest.LogCaptureFixture) -> None:
    from django.test import RequestFactory

    from pars.edge.web.pages import LogFailures

    opens(nobody, "/agreements/none", 404)
    assert [line.getMessage() for line in caplog.records if line.name == "pars.web"] == []
    LogFailures(lambda _request: None).process_exception(RequestFactory().get("/"), ValueError("Doe"))
    [line] = [line.getMessage() for line in caplog.records if line.name == "pars.web"]
    assert line.startswith("a page broke: builtins.ValueError")
    assert "Doe" not in line


GUARDED = ["/board", "/arrests/new", "/ask"]


@pytest.mark.parametrize("path", GUARDED)
def test_a_stranger_with_a_login_gets_nothing(path: str, seat: Callable[[str], Client], town: Town) -> None:
    client = seat("stranger")
    response = client.get(path)
    assert (response.status_code, response["location"]) == (302, "/capacity")
    assert "no grant and no agreement names you" in pages.text(client.get("/capacity"))
    case_id = town.cases["Corvane"]
    assert client.get(f"/cases/{case_id}")["location"] == "/capacity"
    assert client.post(f"/cases/{case_id}/send", {"send-seen": 1})["location"] == "/capacity"
    assert client.post("/agreements/supervision/vote", {})["location"] == "/capacity"


@pytest.mark.parametrize("path", GUARDED)
def test_who_is_not_signed_in_signs_in_first(path: str, nobody: Client) -> None:
    assert nobody.get(path)["location"] == f"/sign-in?next={path}"


FORBIDDEN = [
    ("charging", "/arrests/new"),
    ("supervision", "/board"),
    ("booking", "/ask"),
    ("courts", "/board"),
    ("auditor", "/board"),
]


@pytest.mark.parametrize(("name", "path"), FORBIDDEN)
def test_each_seat_has_only_its_own_pages(name: str, path: str, seat: Callable[[str], Client]) -> None:
    response = seat(name).get(path)
    assert response.status_code == 403
    assert pages.faults(pages.read(response)) == []
    assert "Not for your capacity" in pages.text(response)


ACTS = ["send", "doubt", "decide", "interview", "hearing", "bail", "release", "detainer", "paper", "hold", "lift", "charge"]
ALLOWED = {
    "booking": {"send", "doubt", "charge"},
    "charging": {"decide"},
    "interview": {"interview"},
    "bench": {"hearing"},
    "clerk": {"bail"},
    "custodian": {"release", "detainer", "paper", "hold", "lift"},
}


@pytest.mark.parametrize("name", ALLOWED)
def test_no_seat_does_another_desks_act(name: str, seat: Callable[[str], Client], town: Town) -> None:
    client, case_id = seat(name), town.cases["Corvane"]
    before = town.case("Corvane").version
    for slug in ACTS:
        response = client.post(f"/cases/{case_id}/{slug}", {})
        assert response.status_code == (422 if slug in ALLOWED[name] else 403), slug
    for slug, mine in (("complaint", "charging"), ("order", "bench")):
        response = client.post(f"/cases/{case_id}/{slug}", {})
        assert response.status_code == (422 if name == mine else 403)
    assert client.post(f"/cases/{case_id}/nonsense", {}).status_code == 404
    assert town.case("Corvane").version == before


def test_a_form_from_elsewhere_does_nothing(town: Town) -> None:
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    client.force_login(get_user_model().objects.get(username="booking"))
    case_id = town.cases["Inglemoor"]
    before = town.case("Inglemoor").version
    response = client.post(f"/cases/{case_id}/send", {"send-seen": before, "send-known": 1})
    assert response.status_code == 403
    assert "not sent from a page of this session" in pages.text(response)
    assert town.case("Inglemoor").version == before


@pytest.mark.parametrize("name", [*STAFF, *AGENTS])
def test_signing_in_leads_to_where_the_work_is(name: str, seat: Callable[[str], Client]) -> None:
    response = seat(name).get("/", follow=True)
    assert response.status_code == 200
    place = response.redirect_chain[-1][0]
    begins = dict.fromkeys(AGENTS, "/ask") | dict.fromkeys(CASE_SEATS, "/board") | {"auditor": "/ledger"}
    begins |= {name: "/defense" for name in STAFF if name.endswith("defense")}
    assert place == begins.get(name, "/agreements")


def test_signing_in_and_out_by_hand(nobody: Client, town: Town) -> None:
    from tests.web.town import PASSWORD

    page = pages.read(nobody.get("/sign-in?next=/arrests/new"))
    wrong = pages.send(nobody, page, "/sign-in", username="booking", password="something else")
    assert wrong.status_code == 422
    assert "Error: Sign in" in pages.text(wrong)
    assert pages.summary(pages.read(wrong))
    empty = pages.send(nobody, page, "/sign-in", username="", password="")
    assert [place for place, _ in pages.summary(pages.read(empty))] == ["id_username", "id_password"]
    right = pages.send(nobody, page, "/sign-in", username="booking", password=PASSWORD)
    assert right.redirect_chain[-1][0] == "/arrests/new"
    away = nobody.post("/sign-in", {"username": "booking", "password": PASSWORD, "next": "https://elsewhere.example/"})
    assert away["location"] == "/"
    out = nobody.post("/sign-out", follow=True)
    assert "Sign in" in pages.text(out)
    assert nobody.get("/board").status_code == 302


def test_a_page_that_breaks_says_nothing_of_why(nobody: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from pars.actions import publishing

    def breaks() -> None:
        raise RuntimeError("Corvane, Jonah")

    monkeypatch.setattr(publishing, "house", breaks)
    nobody.raise_request_exception = False
    response = nobody.get("/public")
    assert response.status_code == 500
    assert "Corvane" not in pages.text(response)
    assert pages.faults(pages.read(response)) == ["not one footer"]


def test_a_case_opened_on_a_screen_is_entered(seat: Callable[[str], Client], town: Town) -> None:
    from pars.actions import publishing

    client, case_id = seat("custodian"), town.cases["Vexley"]
    before = _entries()
    assert client.get(f"/cases/{case_id}").status_code == 200
    assert _entries() == before + 1
    shown = publishing.entry(_newest(), by=town.by("auditor"))
    assert shown is not None
    assert shown.entry is not None
    assert shown.entry.kind.dotted == "shown"


def test_the_board_enters_a_person_once_for_each_session(seat: Callable[[str], Client]) -> None:
    client = seat("clerk")
    assert client.get("/board").status_code == 200
    before = _entries()
    assert client.get("/board").status_code == 200
    assert client.get("/board?waiting=hold").status_code == 200
    assert _entries() == before
    assert seat("clerk").get("/board").status_code == 200
    assert _entries() == before + 1


def _entries() -> int:
    from pars.store import connections

    with connections.connection("app") as given:
        row = given.execute("select count(*) from ledger.entry").fetchone()
    assert row is not None
    return int(row[0])


def _newest() -> int:
    from pars.store import connections

    with connections.connection("app") as given:
        row = given.execute("select max(id) from ledger.entry").fetchone()
    assert row is not None
    return int(row[0])


NO_NUMBERS = ["²", "٣", "9" * 5000, "-1", "1e9", "\0", "½"]
"""Digits to Python, or to nobody; and one so long that Python refuses to read it."""


@pytest.mark.parametrize("given", NO_NUMBERS)
@pytest.mark.parametrize(("name", "path"), [("auditor", "/ledger"), ("supervision", "/history")])
def test_a_list_begins_below_a_number_or_is_not_there(name: str, path: str, given: str, seat: Callable[[str], Client]) -> None:
    assert seat(name).get(path, {"before": given}).status_code == 404
    assert seat(name).get(path, {"before": "5"}).status_code == 200


BENT = [
    ("booking", "charge", {"charge-arrest": "", "charge-description": "Trespass", "charge-counts": "1"}),
    ("booking", "doubt", {"doubt-doubt": "", "doubt-adult": "yes", "doubt-reason": "A record."}),
    ("custodian", "lift", {"lift-hold": "", "lift-reason": "Withdrawn."}),
    ("charging", "decide", {"decide-numbers": ""}),
]


@pytest.mark.parametrize("given", NO_NUMBERS)
def test_a_number_that_a_page_wrote_and_somebody_bent_is_refused(given: str, seat: Callable[[str], Client], town: Town) -> None:
    case_id, before = town.cases["Corvane"], town.case("Corvane").version
    for name, slug, fields in BENT:
        first, *_ = fields
        typed = {**fields, first: given, f"{slug}-seen": str(before), f"{slug}-once": "bent"}
        assert seat(name).post(f"/cases/{case_id}/{slug}", typed).status_code == 422, slug
    response = seat("booking").post("/arrests/new", {"rows": given, "another": "1"})
    assert response.status_code == 200
    assert town.case("Corvane").version == before
