"""`pars import FILE…`: takes in exchange documents. A broken file never stops the others."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from pars.actions import intake
from pars.actions.beats import Refused
from pars.core.ledger.entries import By
from pars.edge.commands import homes
from pars.edge.formats.families import OWNERS, Feed
from pars.edge.formats.reading import read_files
from pars.edge.formats.report import accepted_item, refused, rejected_item

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping
    from pathlib import Path

    from pars.core.cases.received import Family


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this page's commands."""
    take = commands.add_parser("import", help="take in exchange documents")
    take.add_argument("files", nargs="+", metavar="FILE")
    take.add_argument("--json", action="store_true", help="print one JSON object: accepted and rejected")
    take.add_argument("--zone", default="America/New_York", help="the zone of times that name none (IANA)")
    take.set_defaults(run=_import)


def feeds(zone: str) -> Mapping[Family, Feed]:
    """Return the feed of each family: one for each owner."""
    return {family: Feed(name=f"feed-{owner}", owner=owner, zone=zone) for family, owner in OWNERS.items()}


def _import(given: argparse.Namespace, home: Path) -> int:
    with homes.opened(home):
        report = take_in(given.files, zone=given.zone)
    if given.json:
        print(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _print(report)
    return 3 if report["rejected"] else 0


def take_in(files: list[str], *, zone: str) -> dict[str, list[dict[str, Any]]]:
    """Take in each file by an act of its own, and return what became of each."""
    report: dict[str, list[dict[str, Any]]] = {"accepted": [], "rejected": []}
    grants = {feed.name: intake.grant_of_feed(feed.name) for feed in feeds(zone).values()}
    readings, rejected = read_files(files, feeds=feeds(zone))
    report["rejected"] += [rejected_item(each) for each in rejected]
    for reading in readings:
        feed = reading.received.feed
        outcome = intake.receive(received=reading.received, by=By(feed, grants[feed]))
        if isinstance(outcome, intake.DocumentTaken):
            assert outcome.done.case_id is not None
            item = accepted_item(reading, case_id=outcome.done.case_id, changed=outcome.changed, doubts=outcome.doubts)
            item["unmapped"] = sorted({*item["unmapped"], *outcome.unmapped})
            report["accepted"].append(item)
        elif isinstance(outcome, Refused):
            report["rejected"].append(rejected_item(refused(reading, outcome.refusal)))
    return report


def _print(report: dict[str, list[dict[str, Any]]]) -> None:
    for item in report["accepted"]:
        person = item["person"]
        name = person["full"] or ", ".join(part for part in (person["surname"], person["given"]) if part) or "name not stated"
        print(f"{item['file']}: case {item['case_id']} {'changed' if item['changed'] else 'unchanged'} ({name})")
    for item in report["rejected"]:
        print(f"{item['file']}, line {item['line']}: {item['what']} {item['remedy']}", file=sys.stderr)
    print(f"{len(report['accepted'])} accepted, {len(report['rejected'])} rejected.")
