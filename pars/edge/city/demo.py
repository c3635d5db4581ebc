"""The demo: one process that starts everything, invents the city, plays the story, then stays up until Ctrl-C.

Everything lies in one PARS_HOME, marked as a demo's: its ledger says *simulated* in its first entry, its accounts share a password
that is printed, and it listens on loopback alone. A home with a real ledger is refused.
"""

from __future__ import annotations

import fcntl
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
from typing import TYPE_CHECKING

from pars.actions import databases, founding, publishing
from pars.core.terms import DAY
from pars.edge import server
from pars.edge.city import cast, founded, month, play, rearm, story
from pars.edge.city.pulse import Pulse
from pars.edge.city.supervising import Supervisor
from pars.edge.city.talking import get
from pars.edge.commands import homes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pars.core.terms import Instant
    from pars.edge.city.supervising import Say

ORIGIN = "demo.pars.example/log"
DAYS = 31
ENDS_IN = 15 * 60.0
"""Seconds from the ready line on until the first agreement ends, unless the visitor says otherwise."""
PAST, IN_PROCESS, QUESTIONS = 300, 40, 200


class NotADemo(RuntimeError):
    """The demo can't be here: the home holds something else, or another demo runs, or the port is taken."""


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
        return kept_in(self.home)

    def save(self) -> None:
        """Keep the accounts' secrets where only the home's owner reads them, whole or not at all."""
        new = self.kept.with_suffix(".new")
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump({"password": self.password, "tokens": self.tokens}, file)
        new.rename(self.kept)


def kept_in(home: Path) -> Path:
    """Return the file that makes a home a demo's."""
    return home / "demo.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the visitor asked for. `still`: nobody new is booked while the demo stays up."""

    once: bool = False
    port: int = 0
    ends_in: float | None = None
    still: bool = False


def run(home: Path, *, wanted: Wanted, command: Sequence[str], say: Say, ready: Callable[[Demo, Instant], None]) -> int:
    """Set up, play the story, and stay up (or end, with `once`). Returns the exit status."""
    stays = []
    told = _Told()
    try:
        with _heeded(told), ExitStack() as stack:
            try:
                demo, city, watched, held = _set_up(stack, home, wanted=wanted, command=command, say=say)
                if wanted.once:
                    say("Every beat held." if held else "A beat did not hold: see above.")
                    return 0 if held else 1
                rearm.all_in_force(city)
                ready(demo, rearm.first_agreement(city, wanted.ends_in or ENDS_IN))
                stays.append(held)
                if not wanted.still:
                    stack.enter_context(Pulse(city))
                watched.failed.wait()
                say(watched.failure)
                return 1
            except KeyboardInterrupt:
                say("Stopping …")
                raise
            finally:
                told.enough()
    except KeyboardInterrupt:
        pass
    except Exception as failure:
        # What was in the middle of something when it was told to stop (a query, a commit) may fail in a way of its own.
        if not told.to_stop:
            raise
        say(f"Stopped in the middle of something: {type(failure).__name__}.")
    say("Stopped.")
    return 130 if not stays else 0 if stays[0] else 1


def _set_up(
    stack: ExitStack, home: Path, *, wanted: Wanted, command: Sequence[str], say: Say
) -> tuple[Demo, founded.City, Supervisor, bool]:
    """Start everything, each with its end on the stack, and play the story; return whether it held."""
    began = time.monotonic()
    say(f"Home: {home}")
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    stack.enter_context(_alone(home))
    port = wanted.port or _free_port()
    _refuse_a_taken(port)
    clear_what_was_interrupted(home, say)
    say("Starting PostgreSQL …")
    stack.callback(founding.stop_database, home)
    stack.enter_context(homes.up_to_date(home, migrates=databases.may_set_up(home)))
    demo, city = _found(home, say)
    rearm.all_in_force(city)
    demo.url = f"http://127.0.0.1:{port}"
    watched = stack.enter_context(Supervisor(home=home, command=command, port=port, say=say))
    _wait_until_ready(demo.url, watched.start())
    watched.watch()
    say(f"Everything runs, {time.monotonic() - began:.0f} s after the start. The story, over HTTP:")
    held = story.play_story(story.Story(demo.url, city, demo.tokens, home, demo.password), say)
    if watched.failed.is_set():
        raise NotADemo(watched.failure)
    return demo, city, watched, held


# ---------------------------------------------------------------- the city


def _found(home: Path, say: Say) -> tuple[Demo, founded.City]:
    """Return the home's demo, made now if it isn't there yet."""
    if founding.is_open():
        opened = publishing.house()
        if not kept_in(home).exists() or opened is None or not opened.simulated:
            raise NotADemo(f"{home} holds a real ledger. Give the demo a home of its own: PARS_HOME=/some/other/folder")
        known = json.loads(kept_in(home).read_text())
        return Demo(home, known["password"], known["tokens"]), founded.known_city()
    unfinished(home).touch(mode=0o600)
    demo, city = _invent(home, say)
    demo.save()
    unfinished(home).unlink()
    return demo, city


def _invent(home: Path, say: Say) -> tuple[Demo, founded.City]:
    """Open a simulated ledger a month ago, and play the month."""
    real = publishing.now()
    homes.open_ledger(origin=ORIGIN, simulated=True, shift=-DAYS * DAY, owners=cast.OWNERS)
    demo = Demo(home, f"riverhaven-{secrets.token_hex(3)}")
    say("Inventing a city: a month of arrests, through the same actions that people use …")
    began = time.monotonic()
    with founding.sealing_by_hand() as seal:
        city = founded.found_city(password=demo.password)
        city.shift = -DAYS * DAY
        founded.open_agreements(city, start=publishing.now())
        play.play(
            city,
            month.plan(seed=7, now=real, past=PAST, in_process=IN_PROCESS),
            seed=7,
            real=real,
            questions=QUESTIONS,
            seal=seal,
            progress=play.percent(say),
        )
        seal()
    say(f"{len(city.cases)} cases and {city.asked} questions in {time.monotonic() - began:.0f} s.")
    demo.tokens = founded.issue_tokens(city)
    return demo, city


def unfinished(home: Path) -> Path:
    """Return the mark of a home whose city is being invented."""
    return home / "demo.unfinished"


def clear_what_was_interrupted(home: Path, say: Say) -> None:
    """Remove a city that was never finished, so that it is invented anew. What isn't a demo's is never removed; raises NotADemo there."""
    if not unfinished(home).exists() or kept_in(home).exists():
        return
    with databases.running(home):
        opened = publishing.house()
    if opened is not None and not opened.simulated:
        raise NotADemo(f"{home} holds a real ledger. Give the demo a home of its own: PARS_HOME=/some/other/folder")
    say("The last start was interrupted before the city was finished: it is invented anew.")
    founding.raze(home)


# ---------------------------------------------------------------- the process


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Be the one demo of this home."""
    with (home / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotADemo(f"A demo runs in {home} already. End it, or give this one a home of its own: PARS_HOME=…") from None
        yield


@dataclass(slots=True)
class _Told:
    """What the process was told from outside."""

    to_stop: bool = False
    is_enough: bool = False

    def __call__(self, *_: object) -> None:
        """Take a signal."""
        if not self.is_enough:
            self.to_stop = True
            raise KeyboardInterrupt

    def enough(self) -> None:
        """Ignore every signal from here on: everything is being ended."""
        self.is_enough = True


@contextmanager
def _heeded(told: _Told) -> Iterator[None]:
    """Raise KeyboardInterrupt at Ctrl-C, SIGTERM and hang-up."""
    before = {sign: signal.signal(sign, told) for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _refuse_a_taken(port: int) -> None:
    """Raise where somebody else listens: the story would be played to them, tokens and all."""
    if (why := server.why_no_port("127.0.0.1", port)) is not None:
        raise NotADemo(why)


def _wait_until_ready(url: str, serving: subprocess.Popen[bytes], patience: float = 60.0) -> None:
    end = time.monotonic() + patience
    while True:
        status, _ = get(url, "/readyz")
        ended = serving.poll() is not None
        if status == 200 and not ended:
            return
        if ended or time.monotonic() > end:
            raise NotADemo("The server did not come up: see the logs under PARS_HOME/logs.")
        time.sleep(0.1)
