"""`pars history philadelphia`: the public record of 2008–2018, replayed in a home of its own."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pars.edge.commands import homes
from pars.edge.commands.writing import is_new

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from pars.core.access.explain import Language
    from pars.edge.history.playing import Played


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this page's command."""
    history = commands.add_parser(
        "history", help="replay what really happened, from the public record, through the real actions"
    )
    places = history.add_subparsers(dest="place", required=True, metavar="PLACE")
    city = places.add_parser(
        "philadelphia",
        help="the access agreement of 2008 to 2018, each line marked found, inferred or not found; "
        "in the home that --home or PARS_HOME names, which must be empty, else in one that is removed again",
    )
    city.add_argument("--json", action="store_true", help="print one JSON line for each instant and decision")
    city.add_argument("--bundle", type=Path, help="a new file for the ledger's bundle (default: history.pars in the home)")
    city.add_argument(
        "--page", type=Path, help="a new file for the reconstructed agreement of 2018 as one printable page (HTML)"
    )
    city.add_argument(
        "--language", choices=("en", "es"), default="en", help="the page's language, English or Spanish (default: en)"
    )
    city.set_defaults(run=_philadelphia)


def _philadelphia(given: argparse.Namespace, home: Path) -> int:
    from pars.actions import databases
    from pars.edge.city.founded import NotPlayed
    from pars.edge.history import playing, replaying, telling

    def tell(one: Played) -> None:
        for line in [json.dumps(telling.as_json(one), ensure_ascii=False)] if given.json else telling.as_lines(one):
            print(line, flush=True)

    if not all(is_new(file) for file in (given.bundle, given.page) if file is not None):
        return 2
    began = time.monotonic()
    with _a_home(home, named=given.named) as place:
        bundle = given.bundle.absolute() if given.bundle else place / "history.pars"
        try:
            with homes.up_to_date(place, migrates=databases.may_set_up(place)):
                made = replaying.replay(place, bundle=bundle, tell=tell)
                if given.page is not None:
                    write_page(given.page, given.language)
        except (replaying.NotHere, playing.NotAsExpected, NotPlayed) as wrong:
            print(f"pars: {wrong}", file=sys.stderr)
            return 2 if isinstance(wrong, replaying.NotHere) else 1
        if given.json:
            print(json.dumps(made.as_json()))
        else:
            print(f"\n{made.words}\n{made.entries} entries, {len(made.steps)} lines, {time.monotonic() - began:.0f} s.")
            if given.named:
                print(f"To look at it: pars --home {home} work, and beside it PARS_INSECURE_HTTP=1 pars --home {home} serve")
        return 0 if made.verified else 1


def write_page(file: Path, language: Language) -> None:
    """Write the page to a file that needs nothing else."""
    from django.template.loader import render_to_string

    from pars.edge.history.page import page_parts

    file.write_text(render_to_string("web/reconstruction_file.html", page_parts(language)), encoding="utf-8")


@contextmanager
def _a_home(home: Path, *, named: bool) -> Iterator[Path]:
    """Give the home that was named, or one that is removed at the end."""
    if named:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield home
        return
    if os.environ.get("PARS_DATABASE_URL"):
        raise SystemExit("pars: PARS_DATABASE_URL names a database to keep: name a home for its keys, too, with --home.")
    from pars.actions import founding

    with tempfile.TemporaryDirectory(prefix="pars-history-") as folder:
        place = Path(folder) / "home"
        place.mkdir(mode=0o700)
        os.environ["PARS_HOME"] = str(place)
        try:
            yield place
        finally:
            founding.raze(place)
