"""L3 and L5 on the screens of staff: what a page shows depends on nothing that the one role of who looks at it doesn't grant.

Two clones of one county differ in nothing else: in the columns that the role doesn't read, and in whole people of other districts, who in
one of them are others or not there. Every list, search and form that an officer can ask for must come back the same in both.
"""

from __future__ import annotations

import json
from collections import Counter
from random import Random
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from pars.actions import identifying
from pars.core import canonical
from pars.core.cases.board import BOARD
from pars.core.ledger import drafts
from pars.store import ledger
from pars.store.fetching import BOARD_NEEDS
from pars.store.genesis import SYSTEM
from tests import homes
from tests.databases import clone_of
from tests.ledgers import hashed, role_text
from tests.two_houses import without_news
from tests.web.screens import use_django
from tests.worlds import World, paint, painted, twin_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MINE, THEIRS = "22", ("24", "6", None)
SHOWN = (
    "record",
    "surname",
    "given",
    "full_name",
    "district",
    "arrest_date",
    "arrest_at",
    "charge_status",
    "filed_charges",
    "proposed_charges",
)
ACTS = [
    "case:read", "case:book", "charge:decide", "interview:record", "shift:hand", "recipient:tell", "paper:number", "court:schedule", "session:close",
    "release:acknowledge", "person:link", "report:read",
]  # fmt: skip
LISTS = (
    "/board", "/board?waiting=charging", "/board?district=24", "/board?flag=medical", "/interviews", "/charging", "/alarms", "/docket", "/releases", "/handover",
    "/corrections", "/paper-forms", "/report", "/report.csv", "/court/calendar", "/find", "/defense", "/approvals", "/live/none",
)  # fmt: skip


def role() -> bytes:
    """Return a role of one district that reads some of the columns."""
    from pars.core.access.role import ACTS as KNOWN

    document = json.loads(role_text("district_desk", "city", sorted(set(ACTS) & KNOWN), SHOWN))
    document["scope"] |= {
        "filters": ["surname", "given", "full_name", "arrest_date", "record"],
        "rows": {"column": "district", "is": MINE},
    }
    return canonical.write(document)


@pytest.fixture
def counties(
    template: str, engine: Any, cloner: Any, pars_home: Path, tmp_path: Path
) -> Iterator[tuple[World, World, dict[str, dict[str, Any]]]]:
    """Give two counties, and what the first one's rows hold."""
    chance = Random(seed := Random().randrange(2**32))
    print(f"counties of seed {seed}")
    with clone_of(template, engine, cloner) as own:
        first = World(homes.make_home(own, pars_home, tmp_path / "first"), own)
        with first.entered(sealed=False) as owner:
            use_django()
            homes.open_for_tests(roles={"one": role()})
            person = identifying.make_account(username="officer", name="Officer", password="invented-password-1")
            with ledger.acting(SYSTEM, exclusive=["grant:officer"]):
                ledger.append(
                    drafts.grant_given(grant="officer", person=person, role=hashed(role()), start=ledger.now()), by=SYSTEM
                )
            held = {
                homes.book(f"Person{'abcdefghij'[n % 10]}", district=MINE): dict(painted(chance), district=MINE)
                for n in range(10)
            }
            held |= {
                homes.book(f"Person{'abcdefghij'[n % 10]}"): dict(painted(chance), district=chance.choice(THEIRS))
                for n in range(14)
            }
            paint(owner, {case: _kept(record) for case, record in held.items()})
            _leave()
        with twin_of(first, cloner, pars_home) as second:
            with psycopg.connect(second.database.url, autocommit=True) as owner:
                for case, record in held.items():
                    _change(chance, owner, case, record)
            yield first, second, held


def _kept(record: dict[str, Any]) -> dict[str, Any]:
    """What a role reads stays what the facts say: the screens read both."""
    return {name: value for name, value in record.items() if name not in SHOWN or name == "district"}


def _change(chance: Random, owner: psycopg.Connection[Any], case: str, record: dict[str, Any]) -> None:
    """Change a case's row in the second county so that the officer of the district can't tell."""
    if record["district"] != MINE and chance.random() < 1 / 3:
        owner.execute("delete from cases.case_now where case_id = %s", [case])
        return
    other = painted(chance)
    if record["district"] != MINE:
        paint(owner, {case: {**other, "district": chance.choice(THEIRS)}}, more=True)
        return
    paint(owner, {case: {name: value for name, value in other.items() if name not in SHOWN}})
    hidden = [name for name in BOARD if BOARD_NEEDS.get(name) is not None and BOARD_NEEDS[name] not in SHOWN]
    paint(owner, {case: dict.fromkeys(hidden)})


def _leave() -> None:
    from django.db import connections as django_connections

    django_connections.close_all()


def seen_in(world: World, plan: list[tuple[str, str, dict[str, str]]]) -> list[Any]:
    """Return what the officer is shown in one county."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    found = []
    with world.entered():
        use_django()
        client = Client(SERVER_NAME="localhost")
        client.force_login(get_user_model().objects.get(username="officer"))
        for method, path, body in plan:
            answer = getattr(client, method)(path, body)
            found.append((answer.status_code, without_news(answer.content, answer["content-type"])))
        _leave()
    return found


def planned(chance: Random, held: dict[str, dict[str, Any]], tries: int) -> list[tuple[str, str, dict[str, str]]]:
    """Return every list, then searches for what is held there, cases, and what a live page asks for."""
    plan: list[tuple[str, str, dict[str, str]]] = [("get", path, {}) for path in LISTS]
    while len(plan) < tries:
        record = held[case := chance.choice(list(held))]
        match chance.randrange(4):
            case 0:
                sought = chance.choice(
                    (
                        record["surname"],
                        record["otn"],
                        record["incident_number"],
                        record["birth_date"],
                        "Persona",
                        "Personb Ann",
                        "Person",
                    )
                )
                plan.append(("post", "/find", {"sought": str(sought or "Other")}))
            case 1 if record["district"] == MINE:
                plan.append(("get", f"/cases/{case}{chance.choice(('', '/person', '/interview'))}", {}))
            case 2:
                plan.append(("get", chance.choice(LISTS), {}))
            case _:
                where = chance.choice(("waiting", "flag", "district", "day", "q"))
                plan.append(
                    (
                        "get",
                        chance.choice(LISTS[:14]),
                        {where: str(chance.choice((record["district"], record["sex"], record["otn"], "charging")))},
                    )
                )
    return plan


@pytest.mark.parametrize("tries", [120, pytest.param(4_000, marks=pytest.mark.soak)])
def test_no_page_of_staff_shows_what_the_role_does_not_grant(counties: Any, tries: int) -> None:
    first, second, held = counties
    chance = Random(seed := Random().randrange(2**32))
    plan = planned(chance, held, tries)
    here, there = seen_in(first, plan), seen_in(second, plan)
    for asked, one, other in zip(plan, here, there, strict=True):
        assert one == other, f"seed {seed}: {asked}: {_parts(one, other)}"
    said = Counter(status for status, _ in here)
    print(f"seed {seed}: {tries} pages, no difference; {said}")
    board = here[0]
    assert board[0] == 200
    shown = {case for case in held if case.encode() in board[1]}
    assert shown == {case for case, record in held.items() if record["district"] == MINE}


def _parts(one: Any, other: Any) -> str:
    if one[0] != other[0]:
        return f"{one[0]} | {other[0]}"
    at = next((n for n, (a, b) in enumerate(zip(one[1], other[1], strict=False)) if a != b), min(len(one[1]), len(other[1])))
    return f"{one[1][max(0, at - 200) : at + 100]!r} | {other[1][max(0, at - 200) : at + 100]!r}"
