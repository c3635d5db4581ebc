"""`pars import FILE…`: takes in exchange documents. A broken file never stops the others."""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pars.actions import intake
from pars.actions.beats import Refused
from pars.core.ledger.entries import By
from pars.core.terms import Refusal, StatedTime
from pars.core.visible import visible
from pars.edge.commands import homes
from pars.edge.formats.families import OWNERS, Feed
from pars.edge.formats.reading import Reading, in_reading_order, read_file
from pars.edge.formats.report import accepted_item, not_taken_in, refused, rejected_item
from pars.edge.problems import traced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pars.core.cases.received import Family

log = logging.getLogger("pars.import")

QUIET: Final = 5.0
"""Seconds between two words on how far an import has come. One that is done sooner says none."""

Item = dict[str, Any]
T = TypeVar("T")

NO_FEED = Refusal(
    code="NO_FEED_HERE",
    says="No system of the kind that sends this document writes here.",
    remedy="The owners' roles have none; whoever may grant one gives it.",
)


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this page's commands."""
    take = commands.add_parser("import", help="take in exchange documents")
    take.add_argument("files", type=Path, nargs="+", metavar="FILE", help="a document, as another system wrote it (XML)")
    take.add_argument("--json", action="store_true", help="print one JSON object: accepted and rejected")
    take.add_argument("--zone", type=_zone, default="America/New_York", help="the zone of times that name none (IANA)")
    take.set_defaults(run=_import)


def _zone(name: str) -> str:
    try:
        return StatedTime("2000", name).zone
    except ValueError:
        raise argparse.ArgumentTypeError("name a zone of the IANA database, like America/New_York") from None


def feeds(zone: str) -> Mapping[Family, Feed]:
    """Return the feed of each family: one for each owner."""
    return {family: Feed(name=f"feed-{owner}", owner=owner, zone=zone) for family, owner in OWNERS.items()}


def _import(given: argparse.Namespace, home: Path) -> int:
    with homes.opened(home):
        report = take_in(given.files, zone=given.zone, say=_nothing if given.json else _say)
    if given.json:
        print(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        print(f"{len(report['accepted'])} accepted, {len(report['rejected'])} rejected.")
    return 3 if report["rejected"] else 0


def _nothing(_kind: str, _item: Item) -> None:
    """Say nothing: one object is printed at the end."""


def take_in(files: Sequence[Path], *, zone: str, say: Callable[[str, Item], None] = _nothing) -> dict[str, list[Item]]:
    """Take in each file by an act of its own, say at once what became of it, and return all that was said."""
    report: dict[str, list[Item]] = {"accepted": [], "rejected": []}
    grants = {}
    for feed in feeds(zone).values():
        with suppress(LookupError):  # a county without a prosecutor has no feed of one
            grants[feed.name] = intake.grant_of_feed(feed.name)

    def told(kind: str, item: Item) -> None:
        report[kind].append(item)
        say(kind, item)

    readings: list[Reading] = []
    for answer in _with_progress((read_file(file, feeds=feeds(zone)) for file in files), "read", len(files)):
        if isinstance(answer, Reading):
            readings.append(answer)
        else:
            told("rejected", rejected_item(answer))
    taken = _taken(in_reading_order(readings), grants)
    for kind, item in _with_progress(taken, "taken in", len(readings)):
        told(kind, item)
    return report


def _taken(readings: Iterable[Reading], grants: Mapping[str, str]) -> Iterator[tuple[str, Item]]:
    """Yield what became of each document. One on which the store fails is rejected; where all is lost, so are the others."""
    lost = False
    for reading in readings:
        if lost:
            yield "rejected", rejected_item(not_taken_in(reading))
            continue
        try:
            yield _receive(reading, grants)
        except Exception as failure:  # noqa: BLE001  what the store can't take must not stop the others
            log.warning("a document was not taken in: %s", traced(failure))
            yield "rejected", rejected_item(not_taken_in(reading))
            lost = not _is_there()


def _receive(reading: Reading, grants: Mapping[str, str]) -> tuple[str, Item]:
    feed = reading.received.feed
    if feed not in grants:
        return "rejected", rejected_item(refused(reading, NO_FEED))
    outcome = intake.receive(received=reading.received, by=By(feed, grants[feed]))
    if isinstance(outcome, Refused):
        return "rejected", rejected_item(refused(reading, outcome.refusal))
    assert isinstance(outcome, intake.DocumentTaken), "an import has no Idempotency-Key, so nothing is replayed"
    assert outcome.done.case_id is not None
    item = accepted_item(reading, case_id=outcome.done.case_id, changed=outcome.changed, doubts=outcome.doubts)
    item["unmapped"] = sorted({*item["unmapped"], *outcome.unmapped})
    return "accepted", item


def _is_there() -> bool:
    """Return whether the ledger still answers."""
    try:
        intake.grant_of_feed(next(iter(feeds("UTC").values())).name)
    except Exception:  # noqa: BLE001  whatever it is that is gone
        return False
    return True


def _with_progress(steps: Iterable[T], done: str, total: int) -> Iterator[T]:
    """Yield the steps and say now and then, on the error stream, how many of how many are done."""
    spoke = time.monotonic()
    for count, step in enumerate(steps, 1):
        yield step
        if time.monotonic() - spoke > QUIET:
            spoke = time.monotonic()
            print(f"{count} of {total} {done} …", file=sys.stderr, flush=True)


def _say(kind: str, item: Item) -> None:
    file = visible(item["file"])
    if kind == "rejected":
        what = item["what"].rstrip(".")
        print(f"{file}, line {item['line']}: {visible(what)}. {visible(item['remedy'])}".rstrip(), file=sys.stderr)
        return
    person = item["person"]
    name = person["full"] or ", ".join(part for part in (person["surname"], person["given"]) if part) or "name not stated"
    print(f"{file}: case {item['case_id']} {'changed' if item['changed'] else 'unchanged'} ({visible(name)})")
