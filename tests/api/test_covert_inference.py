"""L3 and L4 at every address: two worlds that differ only in what an agency isn't granted answer it with the same bytes.

The worlds are those of `tests/worlds.py`, each behind the real server. What an agency's system, its person in a browser, another
agency and nobody in particular send is random in its clauses, headers and addresses; status, headers and body must be the same, up
to what is new each time: numbers of entries, hashes, times and marks.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import httpx
import pytest

from pars.edge import attempts
from tests import homes
from tests.api.houses import EVIDENCE, House, furnish
from tests.databases import clone_of
from tests.homes import make_home
from tests.questioning import names_in, random_question
from tests.web.screens import use_django
from tests.worlds import Twins, World, granted, paint, painted, parted, random_terms

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PEOPLE = 16
CSRF = "c" * 32
NOBODY = "11111111-1111-4111-8111-111111111111"
HEADERS = {
    "If-Match": ('"1"', '"7"', "*", "x"),
    "If-None-Match": ('"1"', "*"),
    "Last-Event-ID": ("0", "3", "9999999", "x"),
    "PARS-Evidence": ("warrant_number W-2026-1", "docket 1", "Person 1"),
    "Range": ("bytes=0-5", "rows=0-1"),
    "Accept": ("text/csv", "application/x-ndjson", "*/*"),
    "Accept-Language": ("es", "xx"),
    "X-HTTP-Method-Override": ("PUT", "GET"),
    "Prefer": ("count=exact", "return=minimal"),
    "X-Forwarded-For": ("127.0.0.1",),
    "Idempotency-Key": ("", "same", "é", "k" * 200),
}
# Not the agency's history: what came too late and was asked again stands in it too. The door's own fuzzer compares it.
PAGES = (
    "/", "/ask", "/agreements", "/agreements/warrant-desk", "/public", "/guide", "/board",
    "/board?q=Person", "/board/changes", "/find", "/report", "/report.csv", "/alarms", "/docket", "/interviews", "/charging", "/defense", "/releases",
    "/handover", "/corrections", "/paper-forms", "/court/calendar", "/ledger", "/texts", "/keys", "/live/hints", "/ask?under=warrant-desk",
    "/ask?columns=sex&where=surname",
)  # fmt: skip
OF_A_CASE = (
    "",
    "/person",
    "/same-person",
    "/interview",
    "/worksheet",
    "/complaint",
    "/order",
    "/bench",
    "/papers/complaint.pdf",
)
ADDRESSES = (
    "/v1/agreements", "/v1/agreements/warrant-desk", "/v1/agreements/warrant-desk?columns=sex", "/v1/texts", "/v1/corrections", "/log/checkpoint",
    "/log/entries/3", "/log/entries/12", "/log/proof/inclusion?index=3&size=9", "/log/proof/consistency?first=3&second=9", "/v1/receipts/9", "/v1/receipts/9/proof",
    "/v1/purposes", "/v1/exports", "/v1/find?q=Person", "/v1/cases", "/v1/cases?surname=Person", "/v1/search?q=Person", "/v1/questions", "/v1/questions?group_by=sex",
    "/healthz", "/readyz", "/problems/not-granted", "/metrics", "/v1/sessions/2026-11-20T04:00",
)  # fmt: skip
VERBS = (
    "submission", "charge-decisions", "complaint", "interview", "interview/answers", "worksheet/preview", "hearing", "release-orders/preview", "holds", "links",
    "corrections", "flags/medical", "told-apart", "identity-replies", "representations", "charging-take",
)  # fmt: skip


@dataclass(frozen=True)
class Call:
    """One request: who sends it, in which form it carries who they are, and what it asks."""

    who: str
    method: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    asked: Any = None


@dataclass(frozen=True)
class Stage:
    """The two worlds with the house that stands in both, and a browser's session of the agency's person."""

    pair: Twins
    house: House
    session: str


@pytest.fixture
def stage(
    template: str, engine: Any, cloner: Any, pars_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stage]:
    """Build a house under a random agreement, and its twin."""
    from pars.edge.api import answering

    monkeypatch.setattr(answering, "BUDGET", attempts.Budget(most=10**9))
    chance = Random(stage_seed := Random().randrange(2**32))
    print(f"worlds of seed {stage_seed}")
    with clone_of(template, engine, cloner) as own:
        first = World(make_home(own, pars_home, tmp_path / "first"), own)
        with first.entered(sealed=False) as owner:
            use_django()
            house = furnish(first.home)
            held = {homes.book(f"Person {n}", by=house.by["booking"]): painted(chance) for n in range(PEOPLE)}
            paint(owner, held)
            terms = {
                place.rpartition("/")[2]: part
                for place, part in random_terms(chance).items()
                if place != "/parties/agency/class"
            }
            with homes.sealing_on():
                made = house.agree("sheriff", **terms)
                session = _session("sheriff")
                with served_whole() as url:
                    house.url = url
                    _warm(house)
            _leave_django()
        with parted(first, cloner, pars_home, chance, made, granted(made), held) as pair:
            yield Stage(pair, house, session)


@contextmanager
def served_whole() -> Iterator[str]:
    """Serve everything that one port serves."""
    from importlib import import_module

    from django.core.wsgi import get_wsgi_application

    from pars.config.asgi import GUARDED
    from pars.edge.server import compose
    from pars.edge.web import hints
    from tests.serving import served

    hints.FOLLOWER.latest = None
    modules = [import_module(name) for name in GUARDED]
    app = compose(
        routes=[route for module in modules for route in module.ROUTES],
        running=[start for module in modules for start in getattr(module, "RUNNING", ())],
        pages=get_wsgi_application(),
    )
    with served(app) as url:
        yield url


def _session(username: str) -> str:
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.force_login(get_user_model().objects.get(username=username))
    return client.cookies["sessionid"].value


def _leave_django() -> None:
    from django.db import connections as django_connections

    django_connections.close_all()


def _warm(house: House) -> None:
    """Handles are random: whoever can be seen has theirs before the worlds part."""
    asked: dict[str, Any] = {"purpose": "warrant_service", "columns": ["record"], "evidence": _evidence()}
    while True:
        answer = house.ask("sheriff", asked)
        assert answer.status_code == 200, answer.text
        if answer.json()["next"] is None:
            return
        asked["after"] = answer.json()["next"]


def _evidence() -> dict[str, str]:
    kind, value = EVIDENCE["sheriff"]
    return {"kind": kind, "value": value}


@pytest.mark.parametrize("tries", [300, pytest.param(10_000, marks=pytest.mark.soak)])
def test_no_address_tells_what_is_not_granted(stage: Stage, tries: int) -> None:
    seed = Random().randrange(2**32)
    chance = Random(seed)
    plan = [random_call(chance, stage) for _ in range(tries)]
    first, second = (answers(stage, world, plan) for world in (stage.pair.first, stage.pair.second))
    shown = 0
    for call, here, there in zip(plan, first, second, strict=True):
        assert here == there, f"seed {seed}: {call}: {difference(here, there)}"
        if here[0] == 200 and call.asked is not None:
            names, compared = names_in(call.asked)
            assert names <= stage.pair.scope.columns, f"seed {seed}: {call}"
            assert compared <= stage.pair.scope.filters, f"seed {seed}: {call}"
            shown += 1
    assert shown > tries / 100, "a fuzzer that is never answered tries nothing"
    print(
        f"seed {seed}: {tries} calls, {shown} answered with records or none, no difference; {Counter(here[0] for here in first)}"
    )


def difference(here: Any, there: Any) -> str:
    """Return where two answers part."""
    if here[:2] != there[:2]:
        return f"{here[:2]} | {there[:2]}"
    at = next(
        (n for n, (one, other) in enumerate(zip(here[2], there[2], strict=False)) if one != other),
        min(map(len, (here[2], there[2]))),
    )
    return f"…{here[2][max(0, at - 150) : at + 100]!r} | …{there[2][max(0, at - 150) : at + 100]!r}"


# ---------------------------------------------------------------- what is sent


def random_call(chance: Random, stage: Stage) -> Call:
    """Return one random request."""
    case = chance.choice((*stage.pair.held, NOBODY))
    who = chance.choice((*["sheriff"] * 8, "supervision", "sheriff-nobody", "stranger", "nobody"))
    headers = tuple(
        (name, chance.choice(HEADERS[name])) for name in chance.sample(sorted(HEADERS), chance.choice((0, 0, 1, 2)))
    )
    match chance.randrange(10):
        case 0 | 1 | 2 | 3:
            return _question(chance, stage, who, headers)
        case 4:
            return _stream(chance, stage, who, headers)
        case 5:
            return _form(chance, stage)
        case 6:
            return Call("browser", "GET", chance.choice(PAGES))
        case 7:
            return Call(chance.choice(("browser", "nobody")), "GET", f"/cases/{case}{chance.choice(OF_A_CASE)}")
        case 8:
            return Call(who, chance.choice(("GET", "GET", "HEAD", "OPTIONS", "PUT")), chance.choice(ADDRESSES), headers)
        case _:
            return _of_staff(chance, stage, who, case, headers)


def _question(chance: Random, stage: Stage, who: str, headers: tuple[tuple[str, str], ...]) -> Call:
    asked = random_question(chance, stage.pair)
    if chance.random() < 0.95:
        asked["evidence"] = _evidence()
    body = json.dumps(asked).encode()
    if chance.random() < 0.03:
        body = chance.choice((body[:-1], b"[]", b'{"columns":["sex"],"columns":["record"]}', b"\xff", b""))
    if chance.random() < 0.2:
        return _exported(chance, who, headers, asked)
    path = "/v1/questions" + chance.choice(("", "", "", "?columns=sex", "?explain=1", "/", "/count"))
    plain = (("content-type", "application/json"), ("Idempotency-Key", f"key-{chance.getrandbits(60)}"))
    return Call(who, "POST", path, (*(pair for pair in plain if pair[0] not in dict(headers)), *headers), body, asked)


def _exported(chance: Random, who: str, headers: tuple[tuple[str, str], ...], asked: dict[str, Any]) -> Call:
    body = json.dumps({**asked, "form": chance.choice(("ndjson", "csv", "xlsx"))}).encode()
    plain = (("content-type", "application/json"), ("Idempotency-Key", f"key-{chance.getrandbits(60)}"))
    return Call(who, "POST", "/v1/exports", (*(pair for pair in plain if pair[0] not in dict(headers)), *headers), body, asked)


def _stream(chance: Random, stage: Stage, who: str, headers: tuple[tuple[str, str], ...]) -> Call:
    asked = random_question(chance, stage.pair)
    given = {"purpose": "warrant_service", "snapshot": chance.choice("001")}
    given["columns"] = ",".join(asked["columns"]) if all(isinstance(name, str) for name in asked["columns"]) else "*"
    if chance.random() < 0.15:
        given[chance.choice(("where", "sort", "q", "count", "after", "surname", "rows"))] = chance.choice(
            ("sex", "surname", "2")
        )
    told = (*headers, ("PARS-Evidence", " ".join(EVIDENCE["sheriff"]))) if "PARS-Evidence" not in dict(headers) else headers
    return Call(who, "GET", f"/v1/events?{urlencode(given)}", told)


def _form(chance: Random, stage: Stage) -> Call:
    asked = random_question(chance, stage.pair)
    fields: list[tuple[str, Any]] = [("csrfmiddlewaretoken", CSRF), ("under", "warrant-desk"), ("q-purpose", "warrant_service")]
    fields.append(("q-evidence", EVIDENCE["sheriff"][1]))
    fields += [("q-columns", name) for name in asked["columns"]]
    for leaf in asked.get("where", ()):
        if isinstance(leaf, dict) and "is" in leaf:
            fields.append((f"q-by_{leaf['column']}", leaf["is"]))
    if chance.random() < 0.2:
        fields.append(("beside", chance.choice(("sex", "address", "otn", "Person 1"))))
    if chance.random() < 0.1:
        fields.append((chance.choice(("after", "sort", "q-sort", "count")), "sex"))
    return Call(
        "browser", "POST", "/ask/answer", (("content-type", "application/x-www-form-urlencoded"),), urlencode(fields).encode()
    )


def _of_staff(chance: Random, stage: Stage, who: str, case: str, headers: tuple[tuple[str, str], ...]) -> Call:
    """What is for those who work here, asked for by who doesn't."""
    key = () if "Idempotency-Key" in dict(headers) else (("Idempotency-Key", f"key-{chance.getrandbits(60)}"),)
    sent = (*headers, *key, ("content-type", "application/json"))
    match chance.randrange(4):
        case 0:
            return Call(
                who, "GET", f"/v1/cases/{case}{chance.choice(('', '/complaint', '/papers/complaint', '/worksheet'))}", headers
            )
        case 1:
            record = chance.choice(list(stage.pair.held.values()))
            body = {"sought": str(record["surname"] or "Person"), "zone": "America/New_York"}
            return Call(who, "POST", "/v1/find", sent, json.dumps(body).encode())
        case 2:
            return Call("browser", "GET", f"/defense/cases/{quote(case)}")
        case _:
            return Call(
                who,
                "POST",
                f"/v1/cases/{case}/{chance.choice(VERBS)}",
                (*sent, ("If-Match", '"1"')) if "If-Match" not in dict(sent) else sent,
                b"{}",
            )


# ---------------------------------------------------------------- what comes back


def answers(stage: Stage, world: World, plan: list[Call]) -> list[Any]:
    """Send everything to one world's server."""
    with world.entered():
        use_django()
        try:
            with served_whole() as url, httpx.Client(base_url=url, timeout=30) as client:
                return [plainly(client, stage, call) for call in plan]
        finally:
            _leave_django()


def plainly(client: httpx.Client, stage: Stage, call: Call) -> Any:
    """Return status, headers and body of the answer, without what is new each time."""
    headers = {name: value.encode() for name, value in call.headers}
    if call.who == "browser":
        headers |= {"Cookie": f"sessionid={stage.session}; csrftoken={CSRF}".encode()}
    elif call.who != "nobody":
        headers |= {"Authorization": f"Bearer {stage.house.tokens[call.who]}".encode()}
    for _ in range(5):
        if call.path.startswith("/v1/events"):
            answer, body = _listened(client, stage, call, headers)
        else:
            answer = client.request(call.method, call.path, headers=headers, content=call.body)
            body = answer.content
        if answer.status_code != 503:  # too busy to answer in time: nothing was given
            break
    kept = {
        name: re.sub(r"export-\d+", "export", value)
        for name, value in answer.headers.items()
        if name not in {"date", "set-cookie", "content-length", "retry-after"}
    }
    return answer.status_code, kept, _without_news(body, answer.headers.get("content-type", ""))


def _listened(client: httpx.Client, stage: Stage, call: Call, headers: dict[str, bytes]) -> tuple[httpx.Response, bytes]:
    """Return what a stream says at its opening, and with a snapshot its first records, where anybody is in scope."""
    there = any(map(stage.pair.covers, stage.pair.held.values()))
    with client.stream("GET", call.path, headers=headers) as answer:
        if not answer.headers.get("content-type", "").startswith("text/event-stream"):
            answer.read()
            return answer, answer.content
        last, body = b"event: records" if "snapshot=1" in call.path and there else b"event: open", b""
        for piece in answer.iter_raw():
            body += piece
            if body.partition(last)[2].endswith(b"\n\n") or b"event: end" in body:
                break
        return answer, body


NEWS = (
    (re.compile(rb'"(receipt|proof)":(?:\{[^}]*\}|\[[^\]]*\])'), rb'"\1":_'),
    (re.compile(rb'"(as_of|at|leaf|entry|index|bytes|size|checkpoint)":(?:null|true|\d+|"[^"]*")'), rb'"\1":_'),
    (re.compile(rb'"next":"[^"]*"'), b'"next":_'),
    (re.compile(rb'"(signature|signed|out|began|begun|ended_at|last|note|export|opened|follows)":(?:\d+|"[^"]*")'), rb'"\1":_'),
    (re.compile(rb"^id: \d+", re.MULTILINE), b"id: _"),
    (re.compile(rb"[0-9a-f]{64}"), b"_"),
)
ON_A_PAGE = (
    (re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"'), b"csrf"),
    (re.compile(rb"/entries/\d+"), b"/entries/_"),
    (re.compile(rb"receipt=\d+"), b"receipt=_"),
    (re.compile(rb"[\d,]+ of [\d,]+"), b"so many"),  # what came too late is asked again, and counts
    (re.compile(rb"<svg[\s\S]*?</svg>"), b"a picture of time"),
    (re.compile(rb"[Ee]ntry #?[\d,]+"), b"entry _"),
    (re.compile(rb"c[A-Za-z0-9_-]{60,}"), b"mark"),
    (re.compile(rb'data-(now|until|at)="\d+"'), rb"data-\1=_"),
    (re.compile(rb"\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]\.?m\.?)?"), b"time"),
    (re.compile(rb"\d+ (?:seconds?|minutes?|s|min)\b"), b"span"),
)


def _without_news(body: bytes, kind: str) -> bytes:
    if kind.startswith("text/plain") and b"pars.test/house" in body:
        return b"a checkpoint"
    body = body.replace(b'""', b'"') if kind.startswith("text/csv") else body
    for pattern, instead in (*NEWS, *(ON_A_PAGE if kind.startswith("text/html") else ())):
        body = pattern.sub(instead, body)
    return body
