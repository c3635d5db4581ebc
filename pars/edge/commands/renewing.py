"""`pars agreement calendar`, `notice`: what ends when, what is to follow, and the notice that nothing will."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from pars.actions import agreeing, dealing, publishing
from pars.core.terms import Refusal, moment
from pars.core.wording import bare, when
from pars.edge.commands import homes
from pars.edge.commands.people import acting, no, read_file, told, unable

if TYPE_CHECKING:
    import argparse

    from pars.core.agreements.renewals import Renewal

_CHANNEL = re.compile(r"[a-z][a-z0-9_]{0,63}")


def add_acts(acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this page's acts to `pars agreement`."""
    ends = acts.add_parser("calendar", help="what ends when, what is decided about what follows, and which notices are due")
    ends.add_argument("--json", action="store_true", help="print one JSON object")
    ends.set_defaults(run=_calendar)
    notice = acts.add_parser("notice", help="record that notice was served that an agreement won't be renewed")
    notice.add_argument("agreement", help="its short name, as `pars agreement list` shows it")
    notice.add_argument("text", type=Path, help="the file of the notice's words, which are public")
    notice.add_argument("--proof", type=Path, required=True, help="the file that proves the service: only its sha256 is kept")
    notice.add_argument("--channel", required=True, help="how it was served: mail, email, hand …")
    notice.add_argument("--version", help="the hash of the version (default: the one that governs)")
    notice.add_argument("--by", required=True, help="the account of who served it")
    notice.set_defaults(run=_notice)


def _calendar(given: argparse.Namespace, home: Path) -> int:
    with homes.begun(home):
        _, lines = publishing.renewals()
    if given.json:
        print(json.dumps({"renewals": [_renewal(line) for line in lines]}, ensure_ascii=False, indent=2))
        return 0
    for line in lines:
        place, follows = line.version.place, line.follows.number if line.follows is not None else 0
        said = {
            "renewed": f"version {follows} follows",
            "open": f"version {follows} is before the owners",
            "nothing": "nothing follows",
        }
        notice = (
            ""
            if line.notice_by is None
            else f"; notice by {bare(when(line.notice_by, place))}"
            + ("" if line.notified is None else f", served (entry {line.notified.entry})")
        )
        gap = ", with a gap" if line.gap else ""
        print(
            f"{bare(when(line.ends, place))}: {line.agreement}, version {line.version.number}: {said[line.decision]}{gap}{notice}"
        )
    if not lines:
        print("Nothing is in force or to come.")
    return 0


def _renewal(line: Renewal) -> dict[str, object]:
    return {
        "agreement": line.agreement,
        "version": line.version.number,
        "ends_at": moment(line.ends).isoformat(),
        "decision": line.decision,
        "follows": None if line.follows is None else line.follows.number,
        "gap": line.gap,
        "notice_by": None if line.notice_by is None else moment(line.notice_by).isoformat(),
        "notified": None if line.notified is None else line.notified.entry,
    }


def _notice(given: argparse.Namespace, home: Path) -> int:
    text, proof = read_file(given.text), read_file(given.proof)
    if text is None or proof is None:
        return 2
    if _CHANNEL.fullmatch(given.channel) is None:
        return no(f"--channel {given.channel!r:.40}: a lower-case word, like mail or registered_mail.")
    words = dealing.words_of(text.decode(errors="replace"))
    if isinstance(words, Refusal):
        return no(f"{given.text}: {words.says}")
    with homes.begun(home):
        by, found = acting(given.by, "notice:serve"), publishing.agreement(given.agreement)
        if by is None or found is None:
            return no(unable(given.by, "notice:serve") if by is None else "There is no such agreement.")
        return told(
            agreeing.serve_notice(
                agreement=given.agreement,
                version=given.version or found.stands.version.hash,
                text=words,
                channel=given.channel,
                about="nonrenewal",
                proof=sha256(proof).hexdigest(),
                by=by,
            )
        )
