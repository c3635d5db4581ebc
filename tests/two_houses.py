"""The two worlds of `tests/worlds.py`, each behind the real server, with the same house in both: for tests of covert inference.

A plan of calls is sent to one world and then to the other. What comes back must be the same in both, up to what is new each time: status,
headers and body of each answer, the entry that its receipt names, and the lines of the log.
"""

from __future__ import annotations

import json
import logging
import re
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pars.core.ledger.entries import Entry, decode
from pars.store import connections
from tests import homes
from tests.api.houses import EVIDENCE, House, furnish
from tests.databases import clone_of
from tests.homes import make_home
from tests.web.screens import use_django
from tests.worlds import Twins, World, granted, paint, painted, parted, random_terms, somebody

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from http.client import HTTPResponse
    from pathlib import Path
    from random import Random

PEOPLE = 16
CSRF = "c" * 32
STREAMS = ("/v1/events", "/live")


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


@dataclass
class Told:
    """What one world told: each answer with the entry that it names, and the log's lines."""

    answers: list[Any] = field(default_factory=list)
    lines: set[str] = field(default_factory=set)


@contextmanager
def two_houses(template: str, engine: Any, cloner: Any, pars_home: Path, folder: Path, chance: Random) -> Iterator[Stage]:
    """Build a house under a random agreement, and its twin."""
    with clone_of(template, engine, cloner) as own:
        first = World(make_home(own, pars_home, folder / "first"), own)
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
                most = granted(made)
                paint(owner, somebody(chance, most, held))
                session = session_of("sheriff")
                with served_whole() as url:
                    house.url = url
                    _warm(house)
            _leave_django()
        with parted(first, cloner, pars_home, chance, made, most, held) as pair:
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


def session_of(username: str) -> str:
    """Return the session of somebody who is signed in."""
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
    asked: dict[str, Any] = {"purpose": "warrant_service", "columns": ["record"], "evidence": evidence()}
    while True:
        answer = house.ask("sheriff", asked)
        assert answer.status_code == 200, answer.text
        if answer.json()["next"] is None:
            return
        asked["after"] = answer.json()["next"]


def evidence() -> dict[str, str]:
    """Return evidence that the agreement takes."""
    kind, value = EVIDENCE["sheriff"]
    return {"kind": kind, "value": value}


# ---------------------------------------------------------------- sending


def told_by(stage: Stage, world: World, plan: list[Call]) -> Told:
    """Send everything to one world's server."""
    told = Told()
    with world.entered():
        use_django()
        try:
            with _listening() as told.lines, _kept_connections(), served_whole() as url, closing(_Caller(stage, url)) as caller:
                told.answers = [caller.plainly(call) for call in plan]
            _with_entries(told)
        finally:
            _leave_django()
    return told


LOGS = ("pars", "django")
"""Who writes lines about requests."""


@contextmanager
def _listening() -> Iterator[set[str]]:
    """Keep the log's lines meanwhile, as they would be written by `pars serve`."""
    lines, loggers = _Lines(), [logging.getLogger(name) for name in LOGS]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(lines)
        logger.setLevel(logging.INFO)
    try:
        yield lines.said
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.removeHandler(lines)
            logger.setLevel(level)


@contextmanager
def _kept_connections() -> Iterator[None]:
    """Let Django keep its connections meanwhile: to make one for each request is half of what a call costs."""
    from django.db import connections as django_connections
    from django.db.backends.signals import connection_created

    made: list[Any] = []

    def remember(connection: Any, **_more: Any) -> None:
        made.append(connection.connection)

    connection_created.connect(remember)
    django_connections.settings["default"]["CONN_MAX_AGE"] = None
    try:
        yield
    finally:
        connection_created.disconnect(remember)
        for connection in made:  # of threads that are over
            connection.close()


class _Lines(logging.Handler):
    """Keeps the lines of the log, without numbers: how often something was asked, and what became of it, the answers say."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.said: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        line = re.sub(r"\d+", "_", record.getMessage())
        if "undecided" not in line:  # what came too late is asked again
            self.said.add(f"{record.name} {record.levelname} {line}")


PATIENCE_S = 120
"""How long an answer is asked for anew, before the machine is said to be too busy for this test."""
SILENCES = 3
"""How often a stream that keeps silent is listened to anew, before its silence is what it says."""
ASKED = ("/ask/", "/v1/questions", "/v1/exports", "/v1/events", "/v1/hooks", "/v1/approvals")


def too_busy(call: Call, answer: HTTPResponse | None, body: bytes) -> bool:
    """Return whether there was no time to answer, which says nothing of any record: late, overtaken, unsealed or cut."""
    if answer is None or answer.status == HTTPStatus.SERVICE_UNAVAILABLE:
        return True
    return call.path.startswith(ASKED) and re.search(rb"\b(OVERTAKEN|LEDGER_BEHIND|CLOCK_JUMPED|LATE)\b", body) is not None


class _Caller:
    """Sends calls to one server, on one connection."""

    def __init__(self, stage: Stage, url: str) -> None:
        self.stage = stage
        place = urlsplit(url)
        assert place.hostname is not None
        self.connection = HTTPConnection(place.hostname, place.port, timeout=30)

    def close(self) -> None:
        """Hang up."""
        self.connection.close()

    def plainly(self, call: Call) -> Any:
        """Return status, headers and body of the answer, without what is new each time, and the entry that it names."""
        headers: dict[str, bytes] = {name: value.encode() for name, value in call.headers}
        if call.who == "browser":
            headers |= {"Cookie": f"sessionid={self.stage.session}; csrftoken={CSRF}".encode()}
        elif call.who != "nobody":
            headers |= {"Authorization": f"Bearer {self.stage.house.tokens[call.who]}".encode()}
        patience, silences = time.monotonic() + PATIENCE_S, 0
        while too_busy(call, *(found := self._sent(call, headers))) or (silences < SILENCES and self._silent(call, found[1])):
            silences += self._silent(call, found[1])
            assert time.monotonic() < patience, f"this machine is too busy to answer in time: {call}"
            time.sleep(0.1)
        answer, body = found
        kept = {
            name.lower(): re.sub(r"export-\d+", "export", value)
            for name, value in answer.getheaders()
            if name.lower() not in {"date", "set-cookie", "content-length", "retry-after"}
        }
        return [answer.status, kept, without_news(body, answer.headers.get("content-type", "")), _entry_of(body)]

    def _sent(self, call: Call, headers: Mapping[str, bytes]) -> tuple[HTTPResponse | None, bytes]:
        """Return an answer with its whole body; none where it was cut."""
        try:
            self.connection.request(call.method, call.path, body=call.body, headers=dict(headers))
            answer = self.connection.getresponse()
            streamed = answer.headers.get("content-type", "").startswith("text/event-stream")
            return answer, self._listened(call, answer) if streamed else answer.read()
        except (HTTPException, ConnectionError):
            self.connection.close()
            return None, b""

    def _listened(self, call: Call, answer: HTTPResponse) -> bytes:
        """Return what a stream says at its opening, and with a snapshot its first records, where anybody is in scope."""
        last, body = b"event: records" if self._begins_with_records(call) else b"event: open", b""
        while piece := answer.read1(65_536):
            body += piece
            if body.partition(last)[2].endswith(b"\n\n") or b"event: end" in body:
                break
            if body.partition(b"event: open")[2].endswith(
                b"\n:\n\n"
            ):  # silence: of what was entered late a stream tells nothing
                body = body.removesuffix(b":\n\n")
                break
        self.connection.close()
        return body

    def _begins_with_records(self, call: Call) -> bool:
        return "snapshot=1" in call.path and any(map(self.stage.pair.covers, self.stage.pair.held.values()))

    def _silent(self, call: Call, body: bytes) -> bool:
        """Return whether a stream that was to begin with records told none: on a busy machine each try may come too late."""
        told = b"event: records" in body or b"event: end" in body
        return b"event: open" in body and not told and self._begins_with_records(call)


# ---------------------------------------------------------------- what is new each time


def _entry_of(body: bytes) -> int | None:
    """Return the entry that an answer's receipt names."""
    try:
        said = json.loads(body)
        found = said.get("receipt", said).get("entry")
    except (ValueError, AttributeError):
        return None
    return found if isinstance(found, int) else None


AGAIN = "repeats"
"""What an entry says of a request that was sent again, as it is here where an answer came too late."""
NUMBERS = {"stream", "follows", "chunk", "export", "hook"}
"""What of an entry is the number of another one."""


def _with_entries(told: Told) -> None:
    """Put in the place of each entry's number what the entry says, without what is new each time."""
    numbers = [answer[3] for answer in told.answers if answer[3] is not None]
    with connections.connection("app") as given:
        rows = given.execute("select id, body from ledger.entry where id = any(%s)", [numbers]).fetchall()
    bodies = {number: decode(bytes(body)) for number, body in rows}
    for answer in told.answers:
        found = bodies.get(answer[3])
        if isinstance(found, Entry):
            answer[3] = found.kind.dotted, {name: _known(name, value) for name, value in found.detail.items() if name != AGAIN}


def _known(name: str, value: Any) -> Any:
    """Return what an entry says under a name: of a number of another entry and of a keyed hash, that it is there."""
    keyed = isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value)
    return "_" if keyed or name in NUMBERS else value


NEWS = (
    (re.compile(rb'"(receipt|proof)":(?:\{[^}]*\}|\[[^\]]*\])'), rb'"\1":_'),
    (re.compile(rb'"(as_of|at|leaf|entry|index|bytes|size|checkpoint)":(?:null|true|\d+|"[^"]*")'), rb'"\1":_'),
    (re.compile(rb'"next":"[^"]*"'), b'"next":_'),
    (
        re.compile(
            rb'"(signature|signed|out|began|begun|ended_at|registered_at|last|note|export|hook|secret|opened|follows)":(?:\d+|"[^"]*")'
        ),
        rb'"\1":_',
    ),
    (re.compile(rb"^id: \d+", re.MULTILINE), b"id: _"),
    (re.compile(rb"[0-9a-f]{64}"), b"_"),
)
ON_A_PAGE = (
    (re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"'), b"csrf"),
    (re.compile(rb'/entries/\d+(">[\d,]+<)?'), b"/entries/_"),
    (re.compile(rb"receipt=\d+"), b"receipt=_"),
    (re.compile(rb"/hooks/\d+"), b"/hooks/_"),
    (re.compile(rb'aria-label="Signed checkpoint">[^<]*<'), b"a checkpoint<"),
    (re.compile(rb"[\d,]+ of [\d,]+"), b"so many"),  # what came too late is asked again, and counts
    (re.compile(rb"<svg[\s\S]*?</svg>"), b"a picture of time"),
    (re.compile(rb"([Hh]ook|[Ee]ntry) #?[\d,]+"), b"entry _"),
    (re.compile(rb"(<li>_</li>)+"), b"<li>_</li>"),  # a proof in a log that is one longer may have a hash more
    (re.compile(rb"\d+ hashes up to the root of the signed checkpoint over [\d,]+ entries"), b"a proof"),
    (re.compile(rb"c[A-Za-z0-9_-]{60,}"), b"mark"),
    (re.compile(rb'data-(now|until|at)="\d+"'), rb"data-\1=_"),
    (re.compile(rb"\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]\.?m\.?)?"), b"time"),
    (re.compile(rb"\d+ h(?: \d+ m)?\b|\d+ (?:seconds?|minutes?|s|min|m)\b"), b"span"),
)


def without_news(body: bytes, kind: str) -> bytes:
    """Return a body without what is new each time."""
    if kind.startswith("text/plain") and b"pars.test/house" in body:
        return b"a checkpoint"
    if kind.startswith("application/octet-stream"):
        return b"hashes"
    body = body.replace(b'""', b'"') if kind.startswith("text/csv") else body
    for pattern, instead in (*NEWS, *(ON_A_PAGE if kind.startswith("text/html") else ())):
        body = pattern.sub(instead, body)
    return body


def difference(here: Any, there: Any) -> str:
    """Return where two answers part."""
    if here[:2] != there[:2] or here[2] == there[2]:
        return f"{here[:2]} {here[3]} | {there[:2]} {there[3]}"
    at = next(
        (n for n, (one, other) in enumerate(zip(here[2], there[2], strict=False)) if one != other),
        min(map(len, (here[2], there[2]))),
    )
    return f"…{here[2][max(0, at - 150) : at + 100]!r} | …{there[2][max(0, at - 150) : at + 100]!r}"
