"""L3 and L4 at every address: two worlds that differ only in what an agency isn't granted answer it with the same bytes.

What an agency's system, its person in a browser, another agency and nobody in particular send is random in its clauses, headers and
addresses (`tests/two_houses.py` sends it). Every operation that `/v1` describes and every page that there is belongs to it by itself:
a new one needs no line here, unless its address names something that nobody here knows a value for.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

import pytest

from pars.edge import attempts
from tests import described
from tests.api.djangos import set_up
from tests.api.houses import EVIDENCE
from tests.questioning import names_in, random_question
from tests.two_houses import CSRF, Call, Stage, Told, difference, evidence, told_by, two_houses

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

ZONE = ZoneInfo("America/New_York")
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
OTHERS = (
    "/board?q=Person", "/report?day=2026-11-22", "/ask?under=warrant-desk", "/ask?columns=sex&where=surname", "/v1/agreements/warrant-desk?columns=sex",
    "/v1/cases", "/v1/cases?surname=Person", "/v1/search?q=Person", "/v1/questions?group_by=sex", "/healthz", "/readyz", "/problems/not-granted", "/metrics",
    "/agreements?state=in-force&agency=sheriff", "/agreements/warrant-desk/compare?from=1&to=1", "/static/none", "/docket/2026-11-20T04:00?x=1",
)  # fmt: skip
"""Addresses beyond what is described: with something asked of them, or none of ours."""
LATE = "what came too late and was asked again stands there too"
LEFT_OUT = {"sign-out": "after it nobody is signed in", "history": LATE, "ask/exports": LATE}
"""Pages that aren't asked for. The door's own fuzzer compares what the agency is told of its own questions."""
FORM = {
    "approved": ("3", "12", "x"), "version": ("0" * 64, "x"), "sought": ("Person 1", "22"), "after": ("cAAAA", "x"), "as": ("csv", "ndjson", "pdf"),
    "reason": ("Person 1",), "says": ("x",), "answer": ("3",), "outcome": ("CLEARED", "x"), "finding": ("WARRANTED", "x"), "case": (NOBODY,), "note": ("x",),
    "username": ("booking",), "password": ("x",), "authority": ("agency:sheriff", "x"), "next": ("/board",), "act": ("add", "x"), "choice": ("adopt",),
}  # fmt: skip
"""What the pages' forms send, by name."""


@pytest.fixture
def stage(
    template: str, engine: Any, cloner: Any, pars_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stage]:
    """Build a house under a random agreement, and its twin."""
    from pars.edge.api import answering
    from pars.store import evenly

    monkeypatch.setattr(answering, "BUDGET", attempts.Budget(most=10**9))
    # That looking takes an even time is tried by a test of its own. Here nobody looks at the time, and waiting would be most of it.
    monkeypatch.setattr(evenly, "wait", lambda _began: None)
    seed = Random().randrange(2**32)
    print(f"worlds of seed {seed}")
    with two_houses(template, engine, cloner, pars_home, tmp_path, Random(seed)) as made:
        yield made


PARTS = 8
SHARDS = [pytest.param(100_000 // PARTS, id=f"part {n} of {PARTS}", marks=pytest.mark.soak) for n in range(1, PARTS + 1)]
"""A hundred thousand tries, each part in worlds of another agreement: several processes can share them (`-n 4 --dist load`)."""


@pytest.mark.parametrize("tries", [pytest.param(400, id="some"), *SHARDS])
def test_no_address_tells_what_is_not_granted(stage: Stage, tries: int) -> None:
    seed = Random().randrange(2**32)
    plan = planned(Random(seed), stage, tries)
    first, second = told_on_one_day(stage, plan)
    shown = 0
    for call, here, there in zip(plan, first.answers, second.answers, strict=True):
        assert here == there, f"seed {seed}: {call}: {difference(here, there)}"
        if here[0] == 200 and call.asked is not None:
            names, compared = names_in(call.asked)
            assert names <= stage.pair.scope.columns, f"seed {seed}: {call}"
            assert compared <= stage.pair.scope.filters, f"seed {seed}: {call}"
            shown += 1
    assert first.lines == second.lines, f"seed {seed}: {first.lines - second.lines} | {second.lines - first.lines}"
    # Of what is random nothing is asked but that it is the same: the first call must be answered whatever was drawn.
    assert first.answers[0][0] == 200, "a fuzzer that is never answered tries nothing"
    answers = Counter(here[0] for here in first.answers)
    print(
        f"seed {seed}: {tries} calls, {shown} answered with records or none, no difference; {answers}; {len(first.lines)} kinds of log line"
    )


def told_on_one_day(stage: Stage, plan: list[Call]) -> tuple[Told, Told]:
    """Return what both worlds told; once more where midnight lay between them, since pages say the day."""
    while True:
        began = datetime.now(ZONE).date()
        first, second = (told_by(stage, world, plan) for world in (stage.pair.first, stage.pair.second))
        if datetime.now(ZONE).date() == began:
            return first, second


def test_whatever_is_described_is_tried_with_every_field_and_every_page() -> None:
    """What the fuzzer doesn't know fails here: a new parameter of an address, or a form of schema that it can't fill."""
    set_up()
    chance, known, tried = Random(3), known_values([NOBODY], ["p-1"], ["Doe"]), set[str]()
    for _ in range(60):
        for one in described.operations():
            tried |= described.drawn(chance, one, known).fields
    assert {field for one in described.operations() for field in one.fields} == tried
    assert {one.path for one in described.operations()} == described.description()["paths"].keys()
    for page in pages():
        assert "<" not in _page(chance, page, known).path
    assert len(pages()) > 60


# ---------------------------------------------------------------- what is sent


def planned(chance: Random, stage: Stage, tries: int) -> list[Call]:
    """Return a plan: what must be answered, each operation that is described, each page, and then anything."""
    held = stage.pair.held
    texts = {str(value) for record in held.values() for value in record.values() if isinstance(value, str)}
    known = known_values([*held, NOBODY], [by.person for by in stage.house.by.values()], sorted(texts))
    known["version"] = [*known["version"], stage.pair.version.hash]
    sure = {"purpose": "warrant_service", "columns": ["record"], "evidence": evidence()}
    begin = [Call("sheriff", "POST", "/v1/questions", _json(chance), json.dumps(sure).encode(), sure)]
    begin += [_described(chance, stage, one, "sheriff", known) for one in described.operations()]
    begin += [_page(chance, page, known) for page in pages()]
    assert len(begin) < tries, "each at least once"
    return begin + [random_call(chance, stage, known) for _ in range(tries - len(begin))]


def known_values(cases: Sequence[str], people: Sequence[str], texts: Sequence[str]) -> dict[str, Sequence[Any]]:
    """Return values by the names that addresses, pages and bodies have for them."""
    entries = (3, 12, 10**6)
    return {
        "text": [*texts, "Person 1", "x"],
        **dict.fromkeys(("case_id", "other_case", "others"), tuple(cases)),
        "agreement_id": ["warrant-desk", "warrant-desk", "supervision", "nowhere"],
        "person": [*people, "p-1"],
        "version": ["0" * 64],
        "about": ["profile", "detainer_rule", "charter"],
        "name": ["complaint", "worksheet", "bail-order", "x"],
        "act": ["serve", "tell", "carry-out", "x"],
        "slug": ["holds", "detainers", "decide", "hearing", "x"],
        "starts": ["2026-11-20T04:00", "0001-01-01T00:00", "x"],
        "place": ["0/000.p/1", "entries/000.p/1", "1/000", "x"],
        "number": [0, 1, 2, 10**20],
        **dict.fromkeys(
            ("entry", "asked", "answer", "hook", "hold", "detainer", "doubt", "link", "index", "first", "second", "size"),
            entries,
        ),
        "columns": ["record", "record,surname", "sex", "*"],
        "purpose": ["warrant_service", "supervision"],
        "address": ["https://hooks.sheriff.example/pars", "https://127.0.0.1/", "http://x"],
        "until": ["2199-01-01T00:00:00Z", "2026-01-01T00:00:00-05:00"],
        "PARS-Evidence": [" ".join(EVIDENCE["sheriff"])],
        "If-Match": HEADERS["If-Match"],
        "Last-Event-ID": HEADERS["Last-Event-ID"],
        "language": ["en", "es"],
    }


def pages() -> list[str]:
    """Return the address of every page, as Django's and Starlette's lists have them."""
    from django.urls import URLPattern

    from pars.config.urls import urlpatterns
    from pars.edge.web.agencies import answers, exports

    own = [str(one.pattern) for one in urlpatterns if isinstance(one, URLPattern) and str(one.pattern) not in LEFT_OUT]
    return [*own, *(route.path.removeprefix("/") for module in (answers, exports) for route in module.ROUTES)]


def random_call(chance: Random, stage: Stage, known: Mapping[str, Sequence[Any]]) -> Call:
    """Return one random request."""
    who = chance.choice((*["sheriff"] * 8, "supervision", "sheriff-nobody", "stranger", "nobody"))
    headers = tuple(
        (name, chance.choice(HEADERS[name])) for name in chance.sample(sorted(HEADERS), chance.choice((0, 0, 1, 2)))
    )
    match chance.randrange(12):
        case 0 | 1 | 2 | 3 | 4:
            return _question(chance, stage, who, headers)
        case 5:
            return _stream(chance, stage, who, headers)
        case 6 | 7:
            return _form(chance, stage)
        case 8 | 9:
            return _page(chance, chance.choice(pages()), known)
        case 10:
            return Call(who, chance.choice(("GET", "GET", "HEAD", "OPTIONS", "PUT")), chance.choice(OTHERS), headers)
        case _:
            return _described(chance, stage, chance.choice(described.operations()), who, known, headers)


def _described(
    chance: Random,
    stage: Stage,
    one: described.Operation,
    who: str,
    known: Mapping[str, Sequence[Any]],
    more: tuple[tuple[str, str], ...] = (),
) -> Call:
    """Return a call of an operation: of what asks for records, mostly a question that could be answered."""
    if one.path == "/v1/events" and chance.random() < 0.7:
        return _stream(chance, stage, who, more)
    drawn = described.drawn(chance, one, known)
    headers = dict(drawn.headers) | dict(more)
    if chance.random() < 0.9 and one.method == "POST":
        headers["Idempotency-Key"] = _new_key(chance)
    body = drawn.body
    if one.path in ASKING and chance.random() < 0.7:
        asked = random_question(chance, stage.pair) | {"evidence": evidence()}
        rest = json.loads(body or b"{}")
        rest = rest if isinstance(rest, dict) else {}
        body = json.dumps({**rest, **(asked if ASKING[one.path] is None else {"question": asked})}).encode()
    return Call(who, one.method, drawn.path, (("content-type", "application/json"), *headers.items()), body)


ASKING = {"/v1/questions": None, "/v1/exports": None, "/v1/approvals": "question", "/v1/hooks": "question"}
"""What takes a question, and in which field of its body; None: the body is one."""


def _page(chance: Random, page: str, known: Mapping[str, Sequence[Any]]) -> Call:
    """Return a call of a page by the agency's person in a browser, or by nobody: read, or sent as a form."""
    path = "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: quote(str(chance.choice(known[found[1]]))), page)
    who = chance.choice(("browser", "browser", "browser", "nobody"))
    if chance.random() < 0.75 and not page.startswith(("ask/answer", "ask/export")):
        return Call(who, "GET", path + chance.choice(("", "", "", "?language=es")))
    fields = [("csrfmiddlewaretoken", CSRF), ("under", chance.choice(known["agreement_id"]))]
    fields += [(name, chance.choice(FORM[name])) for name in chance.sample(sorted(FORM), chance.randrange(5))]
    return Call(who, "POST", path, FORM_TYPE, urlencode(fields).encode())


def _question(chance: Random, stage: Stage, who: str, headers: tuple[tuple[str, str], ...]) -> Call:
    asked = random_question(chance, stage.pair)
    if chance.random() < 0.95:
        asked["evidence"] = evidence()
    body = json.dumps(asked).encode()
    if chance.random() < 0.03:
        body = chance.choice((body[:-1], b"[]", b'{"columns":["sex"],"columns":["record"]}', b"\xff", b""))
    if chance.random() < 0.2:
        body = json.dumps({**asked, "form": chance.choice(("ndjson", "csv", "xlsx"))}).encode()
        return Call(who, "POST", "/v1/exports", _json(chance, headers), body, asked)
    path = "/v1/questions" + chance.choice((*[""] * 9, "?columns=sex", "?explain=1", "/", "/count"))
    return Call(who, "POST", path, _json(chance, headers), body, asked)


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
    """Return the agency's own form for a question, to be answered as a page or as a file."""
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
    path = chance.choice(("/ask/answer", "/ask/answer", "/ask/export", "/ask/approval"))
    return Call("browser", "POST", path, FORM_TYPE, urlencode(fields).encode())


FORM_TYPE = (("content-type", "application/x-www-form-urlencoded"),)


def _json(chance: Random, headers: tuple[tuple[str, str], ...] = ()) -> tuple[tuple[str, str], ...]:
    plain = (("content-type", "application/json"), ("Idempotency-Key", _new_key(chance)))
    return (*(pair for pair in plain if pair[0] not in dict(headers)), *headers)


def _new_key(chance: Random) -> str:
    return f"key-{chance.getrandbits(60)}"
