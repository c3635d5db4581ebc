"""The server around the guarded send: health, limits, headers, problems, Django's pages, and what its log keeps to itself."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import re
import socket
import threading
import time
from collections import UserDict
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from pars.core.terms import Instant, Refusal
from pars.edge import deliver, fence, problems, server
from pars.edge.deliver import GuardedReply, Reply, Why, monotonic_end
from pars.edge.fence import ONLY_ONCE, Fence
from pars.edge.problems import ABSENT, Fault, Problem, malformed, refused, traced
from pars.edge.server import compose
from pars.edge.streams import GuardedStream
from tests.api.delivery_stage import Pretended
from tests.serving import served

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from starlette.requests import Request

SECRET = "Okonkwo-Reyes"


def django_like(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Answer as Django does through WSGI: echo the method and the body."""
    body = environ["wsgi.input"].read()
    headers = [("content-type", "text/plain"), ("cache-control", "private, max-age=60")]
    start_response("200 OK", headers)
    return [f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']} {environ['REMOTE_ADDR']} ".encode(), body]


async def broken(_request: Request) -> Response:
    raise RuntimeError(f"duplicate key value: surname={SECRET}")


async def broken_midway(_request: Request) -> Response:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"a part"
        await asyncio.sleep(0.1)
        raise RuntimeError(SECRET)

    return StreamingResponse(pieces())


async def plain(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("static")
    (folder / "look.css").write_text("body { color: black }")
    return folder


@pytest.fixture(scope="module", params=[False, True], ids=["httptools", "pure"])
def address(request: pytest.FixtureRequest, files: Path) -> Iterator[str]:
    routes = [
        Route("/v1/plain", plain, methods=["GET", "POST"]),
        Route("/v1/broken", broken),
        Route("/v1/broken-midway", broken_midway),
    ]
    app = compose(routes=routes, pages=django_like, checks={"database": lambda: None}, static=files)
    with served(app, pure=request.param) as url:
        yield url


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=10) as ready:
        yield ready


def our_log(caplog: pytest.LogCaptureFixture, *, lines: int) -> str:
    """Return what the server's process logged, once it is so many lines; the test's own client logs too."""
    ours: list[str] = []
    for _ in range(100):
        ours = [record.getMessage() for record in caplog.records if record.name.startswith(("pars", "uvicorn", "starlette"))]
        if len(ours) >= lines:
            break
        time.sleep(0.02)
    return "\n".join(ours)


def raw_answer(address: str, *pieces: bytes, pause: float = 0.0) -> bytes:
    """Send pieces as they are and read until the server closes."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as raw:
        for piece in pieces:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                raw.sendall(piece)
            time.sleep(pause)
        answer = b""
        with contextlib.suppress(ConnectionResetError):
            while piece := raw.recv(65536):
                answer += piece
        return answer


def test_health_says_that_the_process_is_up(client: httpx.Client) -> None:
    assert client.get("/healthz").json() == {"status": "up"}
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json() == {"status": "ready", "checks": {"database": "ok"}}


def test_readiness_fails_in_words_when_a_check_says_no_breaks_or_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "READY_WITHIN", 0.2)
    release = threading.Event()

    def breaks() -> str | None:
        raise OSError(SECRET)

    def hangs() -> str | None:
        release.wait(10)
        return None

    checks = {"database": lambda: None, "seal": lambda: "6 s behind", "disk": breaks, "witness": hangs}
    try:
        with served(compose(checks=checks)) as url:
            answer = httpx.get(f"{url}/readyz")
            assert httpx.get(f"{url}/healthz").status_code == 200
    finally:
        release.set()
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": "ok", "seal": "6 s behind", "disk": "failed", "witness": "no answer"}


def test_every_other_address_is_djangos(client: httpx.Client) -> None:
    answer = client.post("/cases/7?x=1", content=b"form")
    assert answer.text == "POST /cases/7 127.0.0.1 form"
    assert answer.headers["cache-control"] == "private, max-age=60"


def test_every_answer_carries_the_security_headers_and_no_server_name(client: httpx.Client) -> None:
    for path in ("/healthz", "/cases", "/v1/broken", "/static/look.css", "/problems/late"):
        headers = client.get(path).headers
        for name in fence.SECURITY_HEADERS:
            assert name in headers, (path, name)
        assert "server" not in headers
        assert "unsafe" not in headers["content-security-policy"]
    assert client.get("/healthz").headers["cache-control"] == "no-store"
    assert client.get("/static/look.css").headers["cache-control"] == "public, max-age=3600"


def test_without_pages_an_unknown_address_is_absent_and_a_wrong_method_is_named() -> None:
    with served(compose(routes=[Route("/v1/plain", plain)])) as url:
        absent, method = httpx.get(f"{url}/v1/nothing"), httpx.put(f"{url}/v1/plain")
    assert absent.status_code == 404
    assert absent.content == ABSENT.body()
    assert method.status_code == 405
    assert method.json()["reason"] == "METHOD"


@pytest.mark.parametrize(
    "heads",
    [
        b"Host: evil.example",
        b"Host: a b",
        b"Host: ",
        b"Host: \xff",
        b"Host: me@127.0.0.1",
        b"Host: 127.0.0.1\r\nHost: evil.example",
    ],
)
def test_a_host_that_is_not_served_here_is_a_problem_before_anything_is_asked(
    heads: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    app = compose(routes=[Route("/v1/plain", plain)], pages=django_like, hosts=["127.0.0.1", ".pars.example"])
    with served(app) as url:

        def asked(path: bytes, heads: bytes) -> bytes:
            return raw_answer(url, b"GET " + path + b" HTTP/1.1\r\n" + heads + b"\r\nConnection: close\r\n\r\n")

        for path in (b"/v1/plain", b"/v1/cases/7", b"/board"):
            answer = asked(path, heads)
            assert answer.startswith(b"HTTP/1.1 400 ")
            assert b"content-type: application/problem+json" in answer
            assert b'"reason":"WRONG_HOST"' in answer
            for host in (b"Host: 127.0.0.1:8000", b"Host: city.pars.example"):
                assert asked(path, host).startswith(b"HTTP/1.1 200 ")
        assert asked(b"/healthz", heads).startswith(b"HTTP/1.1 200 ")
    assert "evil" not in caplog.text


# Limits


def test_a_body_too_large_is_refused_whether_announced_or_not(client: httpx.Client) -> None:
    assert client.post("/v1/plain", content=b"x" * fence.LARGEST_BODY).text == str(fence.LARGEST_BODY)
    announced = client.post("/v1/plain", content=b"x" * (fence.LARGEST_BODY + 1))
    assert announced.status_code == 413
    assert announced.json()["reason"] == "BODY_TOO_LARGE"

    def unannounced() -> Iterator[bytes]:
        for _ in range(40):
            yield b"x" * 64 * 1024

    with contextlib.suppress(httpx.WriteError, httpx.ReadError):  # the server may close while we still send
        assert client.post("/v1/plain", content=unannounced()).status_code == 413


def test_a_slow_body_is_given_up(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Fence(Starlette(routes=[Route("/v1/plain", plain, methods=["POST"])]), slowest=0.3)
    with served(slow) as url:
        answer = raw_answer(url, b"POST /v1/plain HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nab")
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"reason":"BODY_TOO_SLOW"' in answer


def test_a_long_or_slow_head_is_given_up(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    long = raw_answer(address, b"GET /healthz HTTP/1.1\r\nhost: x\r\n" + b"x-filler: " + b"y" * server.LARGEST_HEAD)
    assert re.match(rb"HTTP/1.1 4(31|00) ", long)
    monkeypatch.setattr(server, "SLOWEST_HEAD", 0.3)
    began = time.monotonic()
    assert raw_answer(address, b"GET /healthz HTTP/1.1\r\nhost") == b""
    assert raw_answer(address) == b""
    assert time.monotonic() - began < 5


def test_a_second_head_that_never_ends_is_given_up_too(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "SLOWEST_HEAD", 0.3)
    answer = raw_answer(address, b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n", b"GET /healthz HT", pause=0.1)
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert answer.count(b"HTTP/1.1") == 1


def test_what_is_no_http_is_refused(address: str) -> None:
    assert raw_answer(address, b"\x16\x03\x01\x02\x00\x01\x00").startswith(b"HTTP/1.1 400 ")


# Changes that another site asks for


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": "SAME"}, 200),
        ({"sec-fetch-site": "same-origin", "origin": "SAME"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"sec-fetch-site": "cross-site", "origin": "https://elsewhere.example"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://elsewhere.example"}, 403),
        ({"origin": "null"}, 403),
    ],
)
def test_another_sites_page_can_not_make_a_readers_browser_change_anything(
    client: httpx.Client, address: str, headers: dict[str, str], status: int
) -> None:
    sent = {name: address if value == "SAME" else value for name, value in headers.items()}
    assert client.post("/v1/plain", headers=sent).status_code == status
    assert client.get("/v1/plain", headers=sent).status_code == 200


@pytest.mark.parametrize("name", ONLY_ONCE)
def test_a_header_of_which_one_counts_is_not_said_twice(client: httpx.Client, name: str) -> None:
    once = [(name, "one")]
    assert client.post("/v1/plain", headers=once).status_code == 200
    answer = client.post("/v1/plain", headers=[*once, (name.lower(), "two")])
    assert (answer.status_code, answer.json()["errors"]) == (400, [{"pointer": f"/{name}", "says": "said twice"}])


# What goes wrong


def test_a_failures_words_are_neither_answered_nor_logged(client: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = client.get(f"/v1/broken?name={SECRET}")
    assert answer.status_code == 500
    assert answer.json()["reason"] == "INTERNAL"
    assert SECRET not in answer.text
    logged = our_log(caplog, lines=2)
    assert SECRET not in logged
    assert "RuntimeError at test_deliver_server.py" in logged


def test_an_answer_that_breaks_midway_is_not_taken_for_a_whole_one(client: httpx.Client) -> None:
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        client.get("/v1/broken-midway")


def test_the_log_of_requests_holds_neither_path_nor_query_nor_address(
    client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        client.get(f"/{SECRET}/x?name={SECRET}", headers={"user-agent": SECRET})
        client.get(f"/v1/{SECRET}")
        logged = our_log(caplog, lines=2)
    assert [line.split(" 200 ")[0] for line in logged.splitlines()] == ["GET a page", "GET /v1"]
    assert SECRET not in logged
    assert "127.0.0.1" not in logged


# Fail closed


def test_where_no_connection_can_be_cut_nothing_is_even_decided() -> None:
    """Under another server, or in a test client, a guarded answer is refused before its question is put."""

    def produce() -> Reply | Problem:
        raise AssertionError("decided")

    async def ask(_request: Request) -> GuardedReply:
        return GuardedReply(produce=produce, dropped=lambda _chunk, _why: None)

    async def stream(_request: Request) -> GuardedStream:
        unused: Any = produce
        return GuardedStream(opening=unused, beat=unused, closing=unused, dropped=lambda _chunk, _why: None)

    app = Starlette(routes=[Route("/ask", ask), Route("/stream", stream)])

    async def main() -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://elsewhere") as elsewhere:
            for path in ("/ask", "/stream"):
                answer = await elsewhere.get(path)
                assert answer.status_code == 503
                assert answer.json()["reason"] == "UNGUARDED"

    asyncio.run(main())


@pytest.mark.parametrize("pure", [False, True])
def test_an_answer_that_grows_too_old_while_its_head_is_written_becomes_a_problem(pure: bool) -> None:
    """uvicorn believes to have sent the head; nothing of it left, so the problem stands alone, and the connection ends."""
    dropped = Future[Why]()

    class Slow(UserDict[str, str]):
        def keys(self) -> Any:
            time.sleep(0.1)
            return super().keys()

    async def ask(_request: Request) -> GuardedReply:
        def produce() -> Reply | Problem:
            chunk = Pretended(now := time.monotonic(), now, Instant(1), None, 1)
            return Reply(chunk=chunk, body=SECRET.encode(), headers=Slow({"x-slow": "yes"}))

        return GuardedReply(produce=produce, dropped=lambda _chunk, why: dropped.set_result(why))

    with served(compose(routes=[Route("/ask", ask)]), pure=pure) as url:
        answer = raw_answer(url, b"GET /ask HTTP/1.1\r\nhost: x\r\n\r\n")
    assert answer == problems.LATE.raw()
    assert dropped.result(10) is Why.LATE


def test_a_question_called_off_while_it_is_decided_is_dropped_when_it_comes_back() -> None:
    """The server goes down and cancels the request; the thread that decides goes on, and its chunk is recorded as dropped."""
    decide, dropped = threading.Event(), Future[Why]()

    def produce() -> Reply | Problem:
        decide.wait(10)
        return Reply(chunk=Pretended(now := time.monotonic(), now, Instant(1), None, 1), body=b"")

    async def main() -> None:
        deciding = asyncio.ensure_future(deliver._decided(produce, lambda _chunk, why: dropped.set_result(why)))
        await asyncio.sleep(0.05)
        deciding.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await deciding

    asyncio.run(main())
    assert not dropped.done()
    decide.set()
    assert dropped.result(10) is Why.GONE


def test_the_end_is_mapped_to_the_monotonic_clock_on_the_early_side() -> None:
    assert monotonic_end(t0=100.0, at=Instant(5_000_000), until=Instant(7_500_000)) == 102.5
    assert monotonic_end(t0=100.0, at=Instant(5_000_000), until=None) == float("inf")


# Problems


def test_a_problem_has_rfc_9457s_members_and_ours() -> None:
    refusal = Refusal(code="NOT_GRANTED", says="The column isn't granted.", remedy="Leave it out.", names=("address", "otn"))
    problem = refused(refusal, receipt={"entry": 7, "leaf": "ab"}, pointers={"address": "/columns/2"})
    assert json.loads(problem.body()) == {
        "type": "/problems/not-granted",
        "title": "Forbidden",
        "status": 403,
        "detail": "The column isn't granted. Leave it out.",
        "reason": "NOT_GRANTED",
        "receipt": {"entry": 7, "leaf": "ab"},
        "errors": [
            {"pointer": "/columns/2", "says": "The column isn't granted."},
            {"pointer": "/otn", "says": "The column isn't granted."},
        ],
    }
    assert json.loads(malformed([Fault(pointer="/where/0", says="unknown")]).body())["status"] == 400


def test_a_problems_type_leads_to_a_page_that_explains_it(client: httpx.Client) -> None:
    for reason in problems.REASONS:
        kind = json.loads(Problem(status=400, reason=reason).body())["type"]
        assert client.get(kind).text == problems.REASONS[reason] + "\n"
    assert "detail" in client.get("/problems/not-granted").text


def test_a_raw_problem_is_a_whole_message() -> None:
    head, _, body = problems.LATE.raw().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
    assert f"content-length: {len(body)}".encode() in head
    assert json.loads(body)["reason"] == "LATE"


def test_a_trace_names_the_place_and_not_the_words() -> None:
    with pytest.raises(KeyError) as failure:
        {}[SECRET]
    assert traced(failure.value).startswith("builtins.KeyError at test_deliver_server.py:")
    assert SECRET not in traced(failure.value)
    assert traced(ValueError(SECRET)) == "builtins.ValueError at an unknown place"


def test_the_server_starts_and_stops_what_runs_beside_it() -> None:
    events: list[str] = []

    @contextlib.asynccontextmanager
    async def follower() -> AsyncIterator[None]:
        events.append("started")
        yield
        events.append("stopped")

    with served(compose(running=[follower])) as url:
        assert httpx.get(f"{url}/healthz").status_code == 200
        assert events == ["started"]
    assert events == ["started", "stopped"]
