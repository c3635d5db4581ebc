"""The demo: one process that starts everything, invents the city, plays the story, then stays up until Ctrl-C.

Everything lies in one PARS_HOME, marked as a demo's: its ledger says *simulated* in its first entry, its accounts share a password
that is printed, and it listens on loopback alone. A home with a real ledger is refused.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from pars.actions import founding, identifying, publishing
from pars.core.terms import DAY, Instant, moment
from pars.edge.city import agreements, cast, play, rearm, story
from pars.edge.city.talking import get
from pars.edge.commands import homes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ORIGIN = "demo.pars.example/log"
DAYS = 31
ENDS_IN = 15 * 60.0
"""Seconds from the ready line on until the first agreement ends, unless the visitor says otherwise."""
PAST, IN_PROCESS, QUESTIONS = 300, 40, 200


Say: TypeAlias = "Callable[[str], None]"


class NotADemo(RuntimeError):
    """The home holds something that isn't a demo's."""


@dataclass(slots=True)
class Demo:
    """A demo's home with what a visitor needs to know of it."""

    home: Path
    password: str
    tokens: dict[str, str] = field(default_factory=dict)
    url: str = ""

    @property
    def kept(self) -> Path:
        """Where the password and the tokens lie between two runs (0600)."""
        return self.home / "demo.json"

    def save(self) -> None:
        """Keep the accounts' secrets where only the home's owner reads them."""
        handle = os.open(self.kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump({"password": self.password, "tokens": self.tokens}, file)


def run(
    home: Path,
    *,
    once: bool,
    port: int,
    ends_in: float | None,
    command: Sequence[str],
    say: Say,
    ready: Callable[[Demo, Instant], None],
) -> int:
    """Set up, play the story, and stay up (or end, with `once`). Returns the exit status."""
    with ExitStack() as stack:
        say(f"Home: {home}")
        say("Starting PostgreSQL …")
        stack.enter_context(homes.up_to_date(home))
        demo, city = _found(home, say)
        stack.enter_context(_process([*command, "work"], home))
        port = port or _free_port()
        _refuse_a_taken(port)
        server = stack.enter_context(_process([*command, "serve", "--port", str(port)], home))
        demo.url = f"http://127.0.0.1:{port}"
        _wait_until_ready(demo.url, server)
        held = story.play_story(story.Story(demo.url, city, demo.tokens, home, demo.password), say)
        if once:
            say("Every beat held." if held else "A beat did not hold: see above.")
            return 0 if held else 1
        end = rearm.first_agreement(city, ends_in or ENDS_IN)
        ready(demo, end)
        _stay()
    say("Stopped.")
    return 0


def _found(home: Path, say: Say) -> tuple[Demo, play.City]:
    """Return the home's demo, made now if it isn't there yet."""
    if founding.is_open():
        kept = home / "demo.json"
        opened = publishing.house()
        if not kept.exists() or opened is None or not opened.simulated:
            raise NotADemo(f"{home} holds a real ledger. Give the demo a home of its own: PARS_HOME=/some/other/folder")
        known = json.loads(kept.read_text())
        return Demo(home, known["password"], known["tokens"]), play.known_city()
    real = publishing.now()
    homes.open_ledger(origin=ORIGIN, simulated=True, shift=-DAYS * DAY, owners=cast.OWNERS)
    demo = Demo(home, f"riverhaven-{secrets.token_hex(3)}")
    say("Inventing a city: a month of arrests, through the same actions that people use …")
    began = time.monotonic()
    with founding.sealing_by_hand() as seal:
        city = play.found_city(password=demo.password)
        city.shift = -DAYS * DAY
        play.open_agreements(city, start=publishing.now())
        play.play_month(
            city,
            seed=7,
            real=real,
            past=PAST,
            in_process=IN_PROCESS,
            questions=QUESTIONS,
            seal=seal,
            progress=_progress(say),
        )
        seal()
    say(f"{len(city.cases)} cases and {city.asked} questions in {time.monotonic() - began:.0f} s.")
    for seat in cast.EVERYBODY:
        if seat.role:
            client = f"{seat.agency}-desk" if seat.agency else "desk"
            demo.tokens[seat.username] = identifying.issue_token(
                username=seat.username, client=client, authority=city.by(seat.username).authority
            )
    demo.save()
    return demo, city


# ---------------------------------------------------------------- processes


@contextmanager
def _process(command: list[str], home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a child in a group of its own, without the owner's address, and see it off at the end."""
    # The owner's login stays here: what serves and what seals reach the database by their own.
    environment = {name: value for name, value in os.environ.items() if name != "PARS_DATABASE_URL"}
    environment |= {"PARS_HOME": str(home), "PARS_INSECURE_HTTP": "1", "PARS_DEMO": "1", "PYTHONUNBUFFERED": "1"}
    logs = home / "logs"
    logs.mkdir(exist_ok=True)
    with (logs / f"{command[3]}.log").open("ab") as log:
        child = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
        try:
            yield child
        finally:
            child.send_signal(signal.SIGTERM)
            try:
                child.wait(15)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _refuse_a_taken(port: int) -> None:
    """Raise where somebody else listens: the story would be played to them, tokens and all."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does: a port that is being let go is free
        try:
            tried.bind(("127.0.0.1", port))
        except OSError as failure:
            raise NotADemo(f"Port {port} can't be had ({failure.strerror}). Give another: --port, or 0 for a free one.") from None


def _wait_until_ready(url: str, server: subprocess.Popen[bytes], patience: float = 60.0) -> None:
    end = time.monotonic() + patience
    while True:
        status, _ = get(url, "/readyz")
        ended = server.poll() is not None
        if status == 200 and not ended:
            return
        if ended or time.monotonic() > end:
            raise NotADemo("The server did not come up: see the logs under PARS_HOME/logs.")
        time.sleep(0.1)


def _stay() -> None:
    """Wait for Ctrl-C or SIGTERM."""
    asked: list[int] = []
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda number, _: asked.append(number))
    while not asked:
        time.sleep(0.2)


# ---------------------------------------------------------------- words


def _progress(say: Say) -> Callable[[int, int], None]:
    last = [0.0]

    def progress(done: int, of: int) -> None:
        if time.monotonic() - last[0] >= 5 or done == of:
            last[0] = time.monotonic()
            say(f"  {done * 100 // of:3} %")

    return progress


def accounts(demo: Demo) -> list[dict[str, str]]:
    """Return the accounts a visitor can sign in with."""
    return [
        {
            "role": seat.role if seat.agency is None else f"agency: {seat.agency}",
            "says": seat.says,
            "username": seat.username,
            "password": demo.password,
            "token": demo.tokens.get(seat.username, ""),
        }
        for seat in cast.EVERYBODY
    ]


def standing_agreements() -> list[dict[str, object]]:
    """Return what is agreed, as the ready line tells it."""
    return [
        {
            "agreement": found.agreement.id,
            "agency": found.stands.version.agency.id,
            "state": found.stands.state,
            "purposes": [purpose.code for purpose in found.stands.version.purposes],
            "evidence": {purpose.code: purpose.evidence for purpose in found.stands.version.purposes},
            "columns": sorted(found.stands.version.scope.columns),
            "filters": sorted(found.stands.version.scope.filters),
            "ends_at": moment(found.stands.version.term.end).isoformat().replace("+00:00", "Z"),
        }
        for found in publishing.agreements()
    ]


def ready_json(demo: Demo) -> str:
    """Return the one line that a program reads when the demo is ready."""
    return json.dumps({"url": demo.url, "accounts": accounts(demo), "agreements": standing_agreements()}, ensure_ascii=False)


def ready_words(demo: Demo, end: Instant) -> str:
    """Return what a visitor needs to know when the demo is ready."""
    seats = "\n".join(f"  {seat.username:17} {seat.says}" for seat in cast.EVERYBODY)
    return (
        f"\nReady: {demo.url}/guide   (Ctrl-C stops everything)\n"
        f"The password of every account is {demo.password}\n{seats}\n"
        f"The supervision agreement ends at {moment(end, agreements.ZONE):%H:%M:%S} ({agreements.ZONE}): watch it from that seat.\n"
        f"Tokens for /v1 lie in {demo.kept}.\n"
    )
