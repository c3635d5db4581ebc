"""`pars serve`, `work` and `demo`: what runs, and the one that supervises all of it on a visitor's machine."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from importlib import import_module
from typing import TYPE_CHECKING

from pars.actions import agreeing, founding
from pars.edge import server
from pars.edge.problems import traced

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger("pars.work")


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this page's commands."""
    serve = commands.add_parser("serve", help="serve screens and /v1 on one port (the database and `pars work` run beside it)")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.set_defaults(run=_serve)
    work = commands.add_parser("work", help="seal the ledger and note what time has done")
    work.set_defaults(run=_work)
    demo = commands.add_parser("demo", help="an invented city with everything running, and the story played first")
    demo.add_argument("--once", action="store_true", help="end after the story: status 0 only if each beat held")
    demo.add_argument("--json", action="store_true", help="print one JSON line when ready: url, accounts, agreements")
    demo.add_argument("--port", type=int, default=8000, help="0 picks a free one")
    demo.add_argument(
        "--ends-in", type=seconds, default=None, metavar="90s", help="when the first agreement ends, from ready on"
    )
    demo.set_defaults(run=_demo)


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


def _serve(given: argparse.Namespace, _: Path) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pars.config.settings")
    # Settings are the outermost room: named here, imported only when there is something to serve.
    app = import_module("pars.config.asgi").application
    server.serve(app=app, host=given.host, port=given.port, ready=lambda url: print(f"PARS listens at {url}", flush=True))
    return 0


def _work(_given: argparse.Namespace, home: Path) -> int:
    stop = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: stop.set())
    with founding.at_work(home), founding.sealing(beat=0.1):
        worker = founding.worker()
        while not stop.wait(1.0):
            try:
                agreeing.note_ends(by=worker)
            except Exception as failure:  # noqa: BLE001  a note is only a note: the end itself is computed, the next beat writes it
                log.warning("the notes of ends wait: %s", traced(failure))
    return 0


def _demo(given: argparse.Namespace, home: Path) -> int:
    from pars.edge.city import demo

    def say(words: str) -> None:
        print(words, flush=True, file=sys.stderr if given.json else sys.stdout)

    try:
        return demo.run(
            home,
            once=given.once,
            port=given.port,
            ends_in=given.ends_in,
            command=[sys.executable, "-m", "pars"],
            say=say,
            ready=lambda made, end: print(demo.ready_json(made) if given.json else demo.ready_words(made, end), flush=True),
        )
    except demo.NotADemo as refused:
        print(f"pars: {refused}", file=sys.stderr)
        return 2
