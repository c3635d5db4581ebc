"""How many statements a page costs: a number that doesn't grow with the people on it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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


COSTS = {"/board": 16, "/arrests/new": 9, "case": 28, "/agreements/supervision": 24, "/public": 20}


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
