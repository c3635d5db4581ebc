"""What somebody typed, a person's name perhaps, comes back in no refusal, and stands in no log line, no header and no entry."""

from __future__ import annotations

import json
import logging
import re
from itertools import cycle
from random import Random
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from pars.store import connections
from tests import described
from tests.api.houses import House, new_key, question
from tests.two_houses import served_whole

if TYPE_CHECKING:
    from pathlib import Path

    from pars.store.engine import Engine

NAME = "Zzmarker"
ASKED = question("sheriff")
BODIES: tuple[Any, ...] = (
    {**ASKED, "where": [{"column": "sex", "is": NAME}]},
    {**ASKED, "where": [{"column": "arrest_at", "is": NAME}]},
    {**ASKED, "where": [{"column": "birth_date", "within": {"from": NAME}}]},
    {**ASKED, "where": [{"column": "surname", "is": NAME, NAME: 1}]},
    {**ASKED, "where": [{"column": NAME, "is": "x"}]},
    {**ASKED, "where": [{NAME: "surname", "is": "x"}]},
    {**ASKED, "where": {NAME: NAME}},
    {**ASKED, "where": [{"column": "surname", "mask": NAME, "is": "x"}]},
    {**ASKED, "columns": [NAME]},
    {**ASKED, "columns": {NAME: ["sex"]}},
    {**ASKED, "columns": ["sex"], "where": [{"column": "surname", "is": NAME}]},
    {**ASKED, "sort": [NAME]},
    {**ASKED, "purpose": NAME},
    {**ASKED, "purpose": NAME.lower()},
    {**ASKED, "evidence": {"kind": NAME, "value": "W-1234"}},
    {**ASKED, "evidence": {"kind": "warrant_number", "value": f"{NAME} Ann"}},
    {**ASKED, "evidence": {"kind": "warrant_number", "value": "W-1234", NAME: ""}},
    {**ASKED, "after": NAME},
    {**ASKED, "after": f"c{NAME}"},
    {**ASKED, "rows": NAME},
    {**ASKED, NAME: "x"},
    {**ASKED, NAME: ["sex"], "columns": ["sex"]},
    {NAME: {NAME: [NAME]}},
    [NAME],
    NAME,
    f'{{"columns": ["{NAME}"'.encode(),
    f'{{"{NAME}": 1, "{NAME}": 2}}'.encode(),
    NAME.encode() + b"\xff",
)
HEADERS = (
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "Last-Event-ID",
    "PARS-Evidence",
    "Authorization",
    "Cookie",
    "Accept",
    "X-Request-ID",
    "Referer",
    "User-Agent",
)
PATHS = (
    f"/{NAME}", f"/v1/{NAME}", f"/v1/cases/{NAME}", f"/v1/agreements/{NAME}", f"/v1/receipts/{NAME}", f"/log/entries/{NAME}", f"/v1/cases?surname={NAME}",
    f"/v1/events?purpose={NAME}", f"/v1/events?purpose=warrant_service&columns={NAME}", f"/v1/events?surname={NAME}", f"/v1/exports/{NAME}", f"/v1/sessions/{NAME}",
    f"/problems/{NAME}", f"/static/{NAME}", f"/cases/{NAME}", f"/agreements/{NAME}/vote", f"/entries/{NAME}", f"/docket/{NAME}", f"/texts/{NAME}/vote",
    f"/board?q={NAME}", f"/history?part={NAME}", f"/live/{NAME}", f"/readyz?{NAME}", f"/sign-out?next=/{NAME}",
)  # fmt: skip


@pytest.fixture
def told(house: House, pars_home: Path, engine: Engine, caplog: pytest.LogCaptureFixture) -> Any:
    """Serve everything, with all logging on; give a caller whose every answer is looked at, and look at the logs at the end."""
    caplog.set_level(logging.DEBUG)
    for name in ("pars", "django", "uvicorn", "asyncio", "psycopg", "starlette"):
        caplog.set_level(logging.DEBUG, logger=name)
    with served_whole() as url, httpx.Client(base_url=url, timeout=30) as client:

        def call(
            method: str, path: str, who: str | None = "sheriff", *, may_do: bool = False, **options: Any
        ) -> httpx.Response:
            known = {"Authorization": f"Bearer {house.tokens[who]}"} if who else {}
            sent = {**known, "Idempotency-Key": new_key(), "content-type": "application/json", **options.pop("headers", {})}
            answer = client.request(method, path, headers=sent, **options)
            if may_do and answer.status_code < 300:
                return answer
            assert answer.status_code >= 300 or path.startswith(("/readyz", "/problems")), (path, answer.text)
            # The link to the other language leads to the address that one is at.
            said = re.sub(r'href="\?[^"]*"', "", answer.text)
            assert NAME.lower() not in said.lower(), (method, path, options, answer.text)
            for name, value in answer.headers.items():
                # A page that asks to sign in first says where one goes on: to the address that was typed.
                assert name == "location" or NAME.lower() not in value.lower(), (method, path, name)
            return answer

        yield call
    ours = [line for line in caplog.records if not line.name.startswith(("httpx", "httpcore"))]
    assert [line.getMessage() for line in ours if NAME.lower() in line.getMessage().lower()] == []
    with connections.connection("app") as given:
        bodies = given.execute("select convert_from(body, 'UTF8') from ledger.entry").fetchall()
    assert [body for (body,) in bodies if NAME.lower() in body.lower()] == []
    if engine.embedded:
        assert NAME not in (pars_home / "postgres" / "server.log").read_text(errors="replace")


@pytest.fixture(scope="module", autouse=True)
def _agreed(house: House) -> None:
    house.agree("sheriff")


@pytest.mark.parametrize("path", ["/v1/questions", "/v1/exports"])
@pytest.mark.parametrize("who", ["sheriff", "supervision", "sheriff-nobody", "booking", None])
def test_no_refused_question_says_what_was_typed(told: Any, path: str, who: str | None) -> None:
    for body in BODIES:
        told("POST", path, who, content=body if isinstance(body, bytes) else json.dumps(body).encode())


def test_no_header_and_no_address_comes_back(told: Any) -> None:
    refused = json.dumps({**ASKED, "columns": ["sex"]}).encode()
    for name in HEADERS:
        for value in (NAME, f'"{NAME}"'):
            told("POST", "/v1/questions", content=refused, headers={name: value})
            told("GET", "/v1/events?columns=sex&purpose=warrant_service", headers={name: value})
    for path in PATHS:
        for method in ("GET", "POST", "PUT"):
            for who in ("sheriff", None):
                told(method, path, who)


def test_no_refused_act_of_staff_says_what_was_typed(told: Any) -> None:
    for who in ("booking", "auditor", "sheriff"):
        for body in ({"sought": NAME, NAME: 1}, {"sought": f"{NAME} " * 30}, {"sought": NAME, "zone": NAME}, {NAME: NAME}):
            told("POST", "/v1/find", who, content=json.dumps(body).encode())
        for path in ("/v1/arrests", "/v1/agreements", "/v1/texts", f"/v1/cases/{NAME}/holds"):
            told("POST", path, who, content=json.dumps({NAME: NAME, "person": {NAME: NAME}}).encode())


CASE = "11111111-1111-4111-8111-111111111111"
ENTRIES = ("entry", "asked", "hold", "detainer", "doubt", "link", "index", "hook")
PLACES: dict[str, Any] = {
    **dict.fromkeys(ENTRIES, (3,)),
    "case_id": (CASE,),
    "agreement_id": ("warrant-desk",),
    **dict.fromkeys(("person", "version", "about", "text", "name", "starts", "place"), (NAME,)),
}
"""What stands in addresses, so that they lead somewhere. Everything else that can be typed is the name."""


def test_no_field_of_any_operation_comes_back(told: Any) -> None:
    """Every parameter and every field of every body that `/v1` describes is sent with the name about; a new one belongs to it by itself."""
    chance, known = Random(11), {**PLACES, "text": (NAME, NAME.lower(), f"{NAME} Ann")}
    for one in described.operations():
        left = set(one.fields) or {one.named}
        for who in cycle(("sheriff", "booking")):
            drawn = described.drawn(chance, one, known)
            headers = {name: value.encode() for name, value in drawn.headers}
            told(one.method, drawn.path, who, may_do=True, content=drawn.body, headers=headers)
            left -= {*drawn.fields, one.named}
            if not left:
                break
