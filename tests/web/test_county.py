"""A county of two owners without a charging unit, on its own ledger: from the arrest to the door, through screens and `/v1`.

The police write the arrest and sign the complaint, the issuing authority decides the charges, nobody interviews; no screen, queue
or next step names a desk that isn't there.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from pars.actions import disclosing, founding, identifying, owning
from pars.core.cases.case import proposed_charges
from pars.core.cases.next_hearing import last_open_day
from pars.core.ledger.entries import By
from pars.core.owners.profile import explain_profile
from pars.core.terms import HOUR, Instant, StatedTime, moment
from pars.store import connections, ledger, rows
from pars.store.fsck import fsck
from pars.store.ledger import Done
from tests import databases
from tests.homes import make_home
from tests.web import pages
from tests.web.conftest import leave_django
from tests.web.screens import use_django

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import psycopg
    from django.test import Client

    from pars.store.engine import Engine

PASSWORD = "invented-password-1"
STAFF = {
    "officer": "booking_officer",
    "judge": "issuing_authority",
    "bench": "magistrate",
    "clerk": "court_clerk",
    "custodian": "custodian",
    "law": "agreement_manager",
    "voter-city": "voter_city",
    "voter-courts": "voter_courts",
}
ABSENT = ("charging unit", "the prosecutor", "Interview to take", "Pretrial interview")
RIGHTS = ["rights_read", "complaint_given", "counsel_advised", "hearing_right_advised", "bail_advised"]
ZONE = "America/New_York"


class County:
    """Who works in the county."""

    def __init__(self) -> None:
        self.by: dict[str, By] = {}
        self.tokens: dict[str, str] = {}

    def client(self, name: str) -> Client:
        """Sign somebody in."""
        from django.contrib.auth import get_user_model
        from django.test import Client

        client = Client(SERVER_NAME="localhost")
        client.force_login(get_user_model().objects.get(username=name))
        return client

    def call(self, name: str, path: str, body: object = None, *, key: str = "", seen: int | None = None) -> Any:
        """Call an address of `/v1`: read it, or with a body send to it."""
        from django.test import Client

        headers = {"HTTP_AUTHORIZATION": f"Bearer {self.tokens[name]}"}
        if body is None:
            return Client(SERVER_NAME="localhost").get(path, **headers)
        if seen is not None:
            headers["HTTP_IF_MATCH"] = f'"{seen}"'
        headers["HTTP_IDEMPOTENCY_KEY"] = key or f"key-{ledger.now()}"
        return Client(SERVER_NAME="localhost").post(path, json.dumps(body), content_type="application/json", **headers)


@pytest.fixture(scope="module")
def settled(
    engine: Engine,
    template: str,
    cloner: psycopg.Connection[tuple[object, ...]],
    pars_home: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Path, County]]:
    """Open the county's ledger once and give its people their grants."""
    with databases.clone_of(template, engine, cloner) as own:
        home = make_home(own, pars_home, tmp_path_factory.mktemp("county") / "home")
        connections.use_home(home)
        use_django()
        made = County()
        try:
            opened = founding.open_with_new_seats(
                origin="pars.test/county", texts=founding.shipped("county"), simulated=True, shift=-100 * HOUR
            )
            assert isinstance(opened, Done), opened
            founding.give_first_grants({"feed-prosecutor": "feed_prosecutor", "feed-police": "feed_police"})
            for name, role in STAFF.items():
                person = identifying.make_account(username=name, name=name.title(), password=PASSWORD)
                done = founding.give_grant(person=person, role=role)
                assert isinstance(done, Done), (role, done)
                authority = identifying.capacities(person)[0].authority
                made.by[name] = By(person, authority)
                made.tokens[name] = identifying.issue_token(username=name, client="desk", authority=authority)
        finally:
            connections.use_home(None)
        yield home, made
        leave_django()


@pytest.fixture
def county(settled: tuple[Path, County]) -> Iterator[County]:
    """Work in the county; afterwards everything in it must fold."""
    home, made = settled
    connections.use_home(home)
    use_django()
    from django.test import override_settings

    with override_settings(SESSION_COOKIE_SECURE=False, CSRF_COOKIE_SECURE=False):
        yield made
    assert fsck() == ()
    leave_django()
    connections.use_home(None)


def clock(hours: float) -> str:
    """Return the ledger's time plus some hours, as it is typed."""
    return moment(Instant(ledger.now() + round(hours * HOUR)), ZONE).strftime("%m/%d/%Y %H:%M")


def sound(response: Any, *words: str) -> str:
    """Return what the page says, which names no desk that isn't there."""
    assert response.status_code == 200, pages.summary(pages.read(response))
    text = pages.text(response)
    for word in words:
        assert word in text, text
    for absent in ABSENT:
        assert absent.lower() not in text.lower(), (absent, text[max(0, text.lower().find(absent.lower()) - 200) :][:300])
    assert pages.faults(pages.read(response)) == []
    return text


def do(county: County, name: str, place: str, slug: str, **values: Any) -> Any:
    client = county.client(name)
    filled = {f"{slug}-{field}": value for field, value in values.items()}
    where = f"{place}/bench" if slug in {"hearing", "order"} else place
    return pages.send(client, pages.read(client.get(where)), f"{place}/{slug}", **filled)


def booked(county: County, surname: str) -> str:
    client = county.client("officer")
    form = pages.read(client.get("/arrests/new"))
    typed = {
        "surname": surname,
        "given": "Odile",
        "birth_date": "06/01/1990",
        "time": clock(-2),
        "agency": "Elm County Sheriff",
        "warrant": "no",
        "charge_0_statute": "18 § 3929 §§ A1",
        "charge_0_description": "Retail Theft-Take Mdse",
        "charge_0_grade": "M1",
    }
    response = pages.send(client, form, "/arrests/new", **typed)
    assert response.redirect_chain, pages.summary(pages.read(response))
    sound(response, "Booked")
    return str(response.redirect_chain[-1][0])


def test_its_texts_are_those_of_two_owners_and_only_of_desks_that_are_there(county: County) -> None:
    roles = {role.name for role in founding.roles()}
    assert {"booking_officer", "issuing_authority", "magistrate", "custodian", "system_worker"} <= roles
    assert not {"charging_attorney", "voter_prosecutor", "feed_prosecutor", "pretrial_interviewer"} & roles
    stands = owning.standings()
    assert sorted(stands.charter.owners) == ["city", "courts"]
    assert set(stands.charter.needs.values()) == {2}
    acts = {role.name: role.acts for role in founding.roles()}
    assert not any({"complaint:sign", "release:order"} <= held for held in acts.values())
    assert not any({"charge:decide", "complaint:sign"} <= held for held in acts.values()), "who decides doesn't sign"
    assert not any({"text:vote", "text:propose"} <= held for held in acts.values())
    assert founding.lacking({"feed-prosecutor": "feed_prosecutor"}) == {}, "what has no role here is not lacking"
    assert all(explain_profile(stands.first, language) for language in ("en", "es"))


def test_from_the_arrest_to_the_door_through_the_screens(county: County) -> None:
    place = booked(county, "Thistlewood")
    sound(do(county, "officer", place, "send"), "now with the issuing authority")
    queue = county.client("judge").get("/charging")
    sound(queue, "Thistlewood")
    client = county.client("judge")
    with ledger.reading():
        case = rows.load_case(place.rsplit("/", 1)[-1])
    assert case is not None
    typed = {f"decide-decision_{charge.n}": "APPROVE" for charge in proposed_charges(case)}
    sound(pages.send(client, pages.read(client.get(place)), f"{place}/decide", **typed), "Decided")
    officer = county.client("officer")
    assert client.get(f"{place}/complaint").status_code == 403, "who decides the charges doesn't sign here"
    paper = officer.get(f"{place}/complaint")
    sound(paper, "as the officer whose complaint it is", "Retail Theft-Take Mdse")
    sound(
        pages.send(officer, pages.read(paper), f"{place}/complaint", **{"complaint-password": PASSWORD}),
        "The complaint stands",
    )
    sound(county.client("bench").get("/board"), "Ready for the next session")
    sound(do(county, "bench", place, "hearing", rights=RIGHTS, probable_cause="yes"), "The hearing is recorded")
    bench = county.client("bench")
    terms = {"order-types": ["ROR"], "order-next_court": "Courtroom 1"}
    back = pages.send(bench, pages.read(bench.get(f"{place}/bench")), f"{place}/order", **terms)
    signed = pages.send(bench, pages.read(back), f"{place}/order", sign="1", password=PASSWORD)
    sound(signed, "The custodian sees the order now")
    sound(county.client("custodian").get("/releases"), "Thistlewood")
    sound(do(county, "custodian", place, "release", released="yes"), "The person went free")


def test_every_desk_s_pages_name_only_what_is_there(county: County) -> None:
    place = booked(county, "Bramblewick")
    for name in STAFF:
        client = county.client(name)
        for path in ("/board", "/alarms", "/charging", "/releases", place):
            response = client.get(path)
            if response.status_code == 200:
                sound(response)
    board = pages.read(county.client("clerk").get("/board"))
    said = [" ".join(link.text_content().split()).rsplit(" ", 1)[0] for link in board.xpath("//*[@id='tally']//a")]
    assert said == ["In custody", "Police", "Court", "Release", "Hold"]


def test_from_the_arrest_to_the_door_through_v1(county: County) -> None:
    at = moment(ledger.now(), ZONE).isoformat(timespec="seconds")
    body = {
        "person": {"surname": "Fallowfield", "given": "Odile", "birth_date": "1990-06-01"},
        "arrests": [
            {
                "agency": "Elm County Sheriff",
                "time": at,
                "warrant": False,
                "charges": [{"statute": "18 § 3929 §§ A1", "description": "Retail Theft-Take Mdse", "grade": "M1"}],
            }
        ],
    }
    made = county.call("officer", "/v1/arrests", body)
    assert made.status_code == 201, made.content
    path, seen = f"/v1/cases/{made.json()['case_id']}", 1

    def opened(name: str) -> Any:
        answer = county.call(name, path)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def act(name: str, verb: str, sent: object) -> None:
        nonlocal seen
        answer = county.call(name, f"{path}/{verb}", sent, seen=seen)
        assert answer.status_code == 200, answer.content
        seen = answer.json()["version"]

    def owed() -> list[tuple[str, str]]:
        return [(step["act"], step["owed_by"]) for step in opened("clerk")["next_steps"]]

    first = opened("officer")
    assert first["stage"]["says"] == "Booked; not sent to the issuing authority"
    assert [gap["owed_by"] for gap in first["missing"]] == ["police", "court", "police"]
    act("officer", "submission", {})
    assert owed() == [("charge:decide", "court")]
    charges = [fact["n"] for fact in opened("judge")["facts"] if fact["kind"] == "charge_proposed"]
    act("judge", "charge-decisions", {"choices": [{"decision": "APPROVE", "proposed": n} for n in charges]})
    assert owed() == [("complaint:sign", "police")]
    paper = county.call("officer", f"{path}/complaint").json()
    signature = {"text_sha256": paper["sha256"], "password": PASSWORD}
    refused = county.call("judge", f"{path}/complaint", signature, seen=seen)
    assert refused.status_code == 403, refused.content
    act("officer", "complaint", signature)
    assert owed() == [("hearing:hold", "court")]
    act(
        "bench",
        "hearing",
        {"time": moment(ledger.now(), ZONE).isoformat(), "probable_cause": True, **dict.fromkeys(RIGHTS, True)},
    )
    day = last_open_day(StatedTime(at, ZONE), in_custody=True).isoformat()
    terms = {"types": ["ROR"], "next_hearing": f"{day}T09:00", "next_court": "Courtroom 1"}
    read = county.call("bench", f"{path}/release-orders/preview", terms)
    assert read.status_code == 200, read.content
    act("bench", "release-orders", {"terms": terms, "signature": {"text_sha256": read.json()["sha256"], "password": PASSWORD}})
    act("custodian", "release-acknowledgements", {"released": True})
    assert opened("custodian")["stage"]["code"] == "RELEASED"


def test_an_alarm_has_the_county_s_own_hours_and_names_its_own_desk(county: County) -> None:
    booked(county, "Hollowbrook")
    founding.shift_clock(-60 * HOUR)
    found = disclosing.alarms(by=county.by["clerk"])
    assert isinstance(found, disclosing.Alarms)
    assert {alarm.limit.owed_by for alarm in found.overdue} <= {"police", "court", "custodian"}
    text = sound(county.client("clerk").get("/alarms"))
    assert "4 hours in custody, and the arrest wasn't sent to the issuing authority" in text
