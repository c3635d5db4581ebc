"""How many statements a page costs: a number that doesn't grow with the people on it, nor with the cases behind it."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from pars.actions import charging, disclosing, intake
from pars.core.cases.case import proposed_charges
from pars.core.cases.choices import ChargeChoice
from pars.core.terms import HOUR
from pars.store import ledger
from tests.web.town import NIGHT, book, done

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from django.test import Client

    from tests.web.town import Town


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Collect every statement that asks the database something, by whichever login (a pool's own check of a connection is empty)."""
    sent: list[str] = []
    execute = psycopg.Cursor.execute

    def counting(self: Any, query: Any, *args: Any, **options: Any) -> Any:
        said = query if isinstance(query, str) else query.as_string(self) if hasattr(query, "as_string") else str(query)
        if said and not said.startswith(("begin", "BEGIN", "commit", "COMMIT", "rollback")):
            sent.append(said[:90])
        return execute(self, query, *args, **options)

    with monkeypatch.context() as patched:
        patched.setattr(psycopg.Cursor, "execute", counting)
        yield sent


COSTS = {"/board": 18, "/arrests/new": 9, "case": 31, "/agreements/supervision": 24, "/public": 20}


@pytest.mark.parametrize("path", COSTS)
def test_a_page_costs_no_more_than_it_must(
    path: str, seat: Callable[[str], Client], town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = seat("booking")
    place = f"/cases/{town.cases['Corvane']}" if path == "case" else path
    client.get(place)
    with counted(monkeypatch) as sent:
        assert client.get(place).status_code == 200
    assert len(sent) <= COSTS[path], "\n".join(sent)


def test_the_board_costs_the_same_for_one_person_as_for_all(
    seat: Callable[[str], Client], town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = seat("booking")
    client.get("/board")
    with counted(monkeypatch) as everyone:
        client.get("/board")
    with counted(monkeypatch) as few:
        client.get("/board?flag=minor")
    assert everyone == few


LISTS = {
    "/alarms": "clerk",
    "/releases": "custodian",
    "/charging": "charging",
    "/interviews": "interview",
    "/defense": "defense",
}


@pytest.mark.parametrize("path", LISTS)
def test_a_list_of_cases_costs_as_much_for_many_as_for_few(
    path: str, seat: Callable[[str], Client], town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = seat(LISTS[path])
    client.get(path)
    with counted(monkeypatch) as before:
        assert client.get(path).status_code == 200
    for n in range(3):
        _one_more(town, f"Costly{path.strip('/')}{n}")
    client.get(path)
    with counted(monkeypatch) as after:
        page = client.get(path).content.decode()
    assert page.count(f"Costly{path.strip('/')}") >= 3, "the list has grown"
    assert len(after) <= len(before), "\n".join(after)


def test_a_live_page_costs_the_same_whatever_is_new_to_it(
    seat: Callable[[str], Client], town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = seat("booking")
    client.get("/board")
    known = {row["record"]: version for row, version in _on_board(town)}
    asked: list[int] = []
    for named in (known, dict(list(known.items())[3:]), {}):
        with counted(monkeypatch) as sent:
            reply = client.post("/board/changes", json.dumps(named), content_type="application/json")
        assert reply.content.decode().count("data-row=") == len(known) - len(named)
        asked.append(len(sent))
    assert max(asked) <= 17, asked


def _on_board(town: Town) -> list[tuple[Mapping[str, Any], int]]:
    answer = disclosing.board(by=town.by("booking"))
    assert isinstance(answer, disclosing.Chunk)
    return [(row, answer.known[row["record"]]) for row in answer.rows]


def _one_more(town: Town, surname: str) -> None:
    """Book somebody whom nobody sent on for two days, and let one of their charges be declined: late, to release, or to decide."""
    book(town, replace(NIGHT[0], surname=surname, given="Ada"), ledger.now() - 50 * HOUR)
    case = town.case(surname)
    done(intake.submit_for_charging(case_id=case.id, seen=case.version, by=town.by("booking")))
    if "releases" in surname:
        case = town.case(surname)
        declined = [ChargeChoice(decision="DECLINE", proposed=charge.n, reason="EVIDENCE") for charge in proposed_charges(case)]
        done(charging.decide_charges(case_id=case.id, seen=case.version, choices=declined, by=town.by("charging")))
