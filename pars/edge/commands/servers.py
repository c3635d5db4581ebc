"""`pars serve`, `work` and `demo`: what runs, and the one that supervises all of it on a visitor's machine."""

from __future__ import annotations

import argparse
import gc
import logging
import os
import signal
import sys
import threading
import time
from contextlib import ExitStack, suppress
from importlib import import_module
from ipaddress import ip_address
from typing import TYPE_CHECKING

from pars.actions import agreeing, expunging, founding, listening, watching
from pars.edge import custody_lists, hints, server, witnesses
from pars.edge.problems import traced

if TYPE_CHECKING:
    from pathlib import Path

    from pars.core.terms import Instant

log = logging.getLogger("pars.work")


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this page's commands."""
    serve = commands.add_parser("serve", help="serve screens and /v1 on one port, while `pars work` runs")
    serve.add_argument("--host", default="127.0.0.1", help="the address to listen at (default: this machine alone)")
    serve.add_argument("--port", type=int, default=8000, help="the port (default: 8000)")
    serve.set_defaults(run=_serve)
    work = commands.add_parser(
        "work", help="keep the home's own database running, seal the ledger, note what time has done and send hints"
    )
    work.set_defaults(run=_work)
    demo = commands.add_parser("demo", help="an invented city with everything running, and the story played first")
    demo.add_argument("--once", action="store_true", help="end after the story: status 0 only if each beat held")
    demo.add_argument("--json", action="store_true", help="print one JSON line when ready: url, accounts, agreements")
    demo.add_argument("--port", type=int, default=8000, help="0 picks a free one")
    demo.add_argument(
        "--ends-in", type=seconds, default=None, metavar="90s", help="when the first agreement ends, from ready on"
    )
    demo.add_argument("--still", action="store_true", help="book nobody new while it stays up")
    demo.set_defaults(run=_demo)


COLLECTED = (10_000, 20, 100)
"""How many new objects, young collections and middle ones go before the next: what a request leaves goes with the middle ones."""


def seconds(text: str) -> float:
    """Return the seconds that `90s`, `15m` or `2h` say."""
    unit = {"s": 1, "m": 60, "h": 3600}.get(text[-1:])
    try:
        found = float(text[:-1]) * unit if unit else float(text)
    except ValueError:
        found = 0.0
    if not 1 <= found <= 366 * 86400:
        raise argparse.ArgumentTypeError("say it as 90s, 15m or 2h")
    return found


def _serve(given: argparse.Namespace, home: Path) -> int:
    if (home / "demo.json").exists() and not _is_loopback(given.host):
        print(
            "pars: this home holds a demo's accounts, whose password is printed: it is served on loopback alone.",
            file=sys.stderr,
        )
        return 2
    if not _supervised():
        founding.must_be_ready(home)
    if (why := server.why_no_port(given.host, given.port)) is not None:
        print(f"pars: {why}", file=sys.stderr)
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pars.config.settings")
    _end_with_stdin()
    # Settings are the outermost room: named here, imported only when there is something to serve.
    app = import_module("pars.config.asgi").application
    # What is loaded stays: the collector would look at all of it again and again, a tenth of a second each time, for nothing.
    gc.freeze()
    gc.set_threshold(*COLLECTED)
    server.serve(app=app, host=given.host, port=given.port, ready=lambda url: print(f"PARS listens at {url}", flush=True))
    return 0


def _work(_given: argparse.Namespace, home: Path) -> int:
    stop = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: stop.set())
    _end_with_stdin()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pars.config.settings")  # the lists tell time as the screens do
    with ExitStack() as stack:
        look = None
        if not _supervised():  # else whoever started this keeps the database
            founding.must_be_set_up(home)
            look = stack.enter_context(founding.keeping_database(home))
            founding.must_be_ready(home)
        stack.enter_context(founding.at_work(home))
        stack.enter_context(founding.sealing(beat=0.1, ask=witnesses.ask_all))
        worker, watch, listener = None, watching.Watch(), listening.Listener()
        lists, turns = custody_lists.Lists(home), hints.Turns()
        rounds, sweeps = witnesses.Rounds(), _Sweeps()
        stack.callback(turns.close)
        stack.callback(rounds.close)
        print("PARS seals the ledger and notes what time has done. Ctrl-C ends it.", flush=True)
        while not stop.wait(1.0):
            try:
                # First of all: a restored database answers nobody outside before what courts ordered away is away again.
                if cleaned := expunging.keep_clean():
                    log.warning(
                        "the database is an older copy: %s records that courts had ordered away were taken out again", cleaned
                    )
                expunging.renew_keys()
                sweeps.look()
            except Exception as failure:  # noqa: BLE001  outsiders are refused while a copy isn't clean, and the next beat tries again
                log.warning("court orders wait to be carried out again: %s", traced(failure))
            try:
                if look is not None:
                    look()
                worker = worker or founding.worker()
                agreeing.note_ends(by=worker)
                watch.look(by=worker)
                listener.look(by=worker)
            except Exception as failure:  # noqa: BLE001  a note is only a note: an end or a limit is computed, the next beat writes it
                log.warning("the notes of what time has done wait: %s", traced(failure))
            try:
                rounds.look()
            except Exception as failure:  # noqa: BLE001  whoever is watched by goes on, and the next beat looks whom the owners name
                log.warning("the witnesses wait: %s", traced(failure))
            try:
                lists.look()
            except Exception as failure:  # noqa: BLE001  the last lists stand with their time, and the next beat writes them
                log.warning("the custody lists of the sites wait: %s", traced(failure))
            try:
                turns.look()
            except Exception as failure:  # noqa: BLE001  whose turn it is stays in the queue
                log.warning("the agencies' hints wait: %s", traced(failure))
    return 0


SWEEPS_EVERY_S = 10.0


class _Sweeps:
    """Sweeps up after court orders in a thread of its own: a large table takes a while, and no note of a limit waits for it."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._looked = -SWEEPS_EVERY_S

    def look(self) -> None:
        """Begin a sweep, unless one is under way or it was looked for just now."""
        if time.monotonic() - self._looked >= SWEEPS_EVERY_S and (self._thread is None or not self._thread.is_alive()):
            self._looked = time.monotonic()
            self._thread = threading.Thread(target=self._sweep, name="sweep", daemon=True)
            self._thread.start()

    @staticmethod
    def _sweep() -> None:
        try:
            if expunging.sweep_up():
                log.info("what PostgreSQL kept of records that courts ordered away was swept up")
        except Exception as failure:  # noqa: BLE001  it is tried again with the next beat
            log.warning("the sweep after court orders waits: %s", traced(failure))


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _supervised() -> bool:
    """Return whether a demo started this process and watches over it and the database."""
    return bool(os.environ.get("PARS_ENDS_WITH_STDIN"))


def _end_with_stdin() -> None:
    """Where whoever started this process says so, end when they are gone: their end of our standard input closes then."""
    if not _supervised():
        return

    def wait() -> None:
        while os.read(0, 4096):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="parent", daemon=True).start()


def _demo(given: argparse.Namespace, home: Path) -> int:
    from pars.edge.city import demo, telling

    def say(words: str) -> None:
        # A terminal that has gone is no reason to leave anything running.
        with suppress(OSError):
            print(words, flush=True, file=sys.stderr if given.json else sys.stdout)

    def ready(made: demo.Demo, end: Instant) -> None:
        if given.json:
            print(telling.ready_json(url=made.url, password=made.password, tokens=made.tokens), flush=True)
        else:
            say(telling.ready_words(url=made.url, password=made.password, kept=made.kept, end=end))

    wanted = demo.Wanted(once=given.once, port=given.port, ends_in=given.ends_in, still=given.still)
    try:
        return demo.run(home, wanted=wanted, command=[sys.executable, "-m", "pars"], say=say, ready=ready)
    except demo.NotADemo as refused:
        print(f"pars: {refused}", file=sys.stderr)
        return 2
