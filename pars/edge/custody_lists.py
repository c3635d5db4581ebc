"""Writes the custody lists: one page for each site, in a file of the home, for when PARS can't be reached.

A page is whole in itself and says when it was made and until when it may be relied on. It takes the old one's place at once or not at
all; where PARS itself can't reach the record, the last page stands with its time.
"""

from __future__ import annotations

import os
import re
import time
import unicodedata
from dataclasses import dataclass
from html import escape, unescape
from typing import TYPE_CHECKING, Any

from pars.actions import disclosing, founding
from pars.actions.disclosing import Refused
from pars.core.access.catalogue import read_value
from pars.core.terms import MINUTE, Instant, StatedTime
from pars.edge.web import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pars.actions.disclosing import CustodyLists, Held

FOLDER = "custody"
GOOD_FOR = 15 * MINUTE
"""How old a list may be and still be relied on."""
EVERY = 240.0
"""Seconds between two writings: one that fails leaves time for two more."""

_SITE = re.compile(r'<meta name="pars-site" content="([^"]*)">')
HEAD = 20_000
"""Characters of a page in which its sites are named: far more than any has."""

STYLE = (
    "body{font:15px/1.4 system-ui,sans-serif;margin:1.2rem;color:#1b1b1b;max-width:70rem}"
    "h1{font-size:1.5rem;margin:0}table{border-collapse:collapse;width:100%;margin-top:1rem}"
    "th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid #a9aeb1}"
    "th{font-size:.85rem}ul{margin:0;padding-left:1.1rem}.free,.late{font-weight:700}.soft{color:#565c65;font-size:.88rem}"
    ".age{border-left:.3rem solid #e5a000;background:#faf3d1;padding:.5rem .9rem}tr{break-inside:avoid}"
    "@media(max-width:40rem){table,tbody,tr,td{display:block}thead{display:none}td{border:0;padding:.1rem 0}"
    "tr{border-bottom:1px solid #a9aeb1;padding:.5rem 0}td+td::before{content:attr(data-label) ': ';color:#565c65}ul{margin-top:0}}"
)

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">{sites}<meta name="robots" content="noindex">
<meta name="viewport" content="width=device-width">
<title>Custody list: {site}</title><style>{style}</style></head><body><main><h1>Custody list: {site}</h1>
<p class="age">A copy, made {made} ({zone}). PARS is the record. After <strong>{until}</strong> this copy is old: load it
again, and ask before you rely on it. Whoever is to be released is released; write it on a numbered form.</p>
<p class="soft">{count} in custody, the longest held first. It names people: keep it as you keep the record.</p>{more}{people}
</main></body></html>
"""

COLUMNS = ("Person", "Held since", "What holds them", "Next limit")
HEADS = "".join(f'<th scope="col">{head}</th>' for head in COLUMNS)


@dataclass(slots=True)
class Lists:
    """The lists of one home. `written_at` is when they were last written, by this process's own clock."""

    home: Path
    written_at: float | None = None

    def look(self) -> list[Path]:
        """Write every site's list, if it is time again. Raises what keeps it from reading or writing; the last pages stand then."""
        now = time.monotonic()
        if self.written_at is not None and now - self.written_at < EVERY:
            return []
        by = founding.lister()
        found = disclosing.custody_lists(by=by) if by is not None else None
        if found is None or isinstance(found, Refused):
            return []
        written = write(self.home / FOLDER, found)
        self.written_at = now
        return written


def write(folder: Path, lists: CustodyLists) -> list[Path]:
    """Write a page for each site, and an empty one for each that had one and where nobody is any more."""
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)  # also where it was there before: the pages name people
    sites: dict[str, list[str]] = {}
    for site in {*lists.sites, *_known(folder)}:
        sites.setdefault(file_name(site), []).append(site)
    written = []
    for name, called in sorted(sites.items()):
        people = [one for site in sorted(called) for one in lists.sites.get(site, ())]
        _replace(folder / name, page(sorted(called), people, lists))
        written.append(folder / name)
    return written


def file_name(site: str) -> str:
    """Return the name of a site's file: its letters and digits. Two sites that share one stand on one page."""
    plain = unicodedata.normalize("NFKD", site).encode("ascii", "ignore").decode().lower()
    return f"{re.sub(r'[^a-z0-9]+', '-', plain)[:80].strip('-') or 'site'}.html"


def _known(folder: Path) -> set[str]:
    """Return the sites of the pages that are there; a file that is no such page is left alone."""
    found: set[str] = set()
    for path in folder.glob("*.html"):
        head = path.read_text(encoding="utf-8", errors="replace")[:HEAD].partition("</head>")[0]
        found.update(unescape(says) for says in _SITE.findall(head))
    return found


def _replace(path: Path, text: str) -> None:
    """Put a page in the old one's place: whole, on the disk, and readable by its owner alone."""
    new = path.with_suffix(".new")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        os.fchmod(handle, 0o600)  # also where a writing that failed left one
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


# ---------------------------------------------------------------- the page


def page(sites: Sequence[str], people: Sequence[Held], lists: CustodyLists) -> str:
    """Return the page of a site, or of several that share one. Everything from a record is escaped; nothing on it is fetched from anywhere."""
    rows = "".join(_row(one, lists.at) for one in people)
    table = f"<table><thead><tr>{HEADS}</tr></thead><tbody>{rows}</tbody></table>"
    return PAGE.format(
        sites="".join(f'<meta name="pars-site" content="{escape(site)}">' for site in sites),
        site=escape(" / ".join(sites)),
        style=STYLE,
        made=escape(words.clock(lists.at)),
        zone=escape(words.zone()),
        until=escape(words.clock(lists.at + GOOD_FOR)),
        count=len(people),
        more='<p class="age">More people are in custody than this list holds: it is not whole.</p>' if lists.more else "",
        people=table if people else "<p>Nobody is in custody here.</p>",
    )


def _row(one: Held, at: Instant) -> str:
    row = one.row
    born = f"born {words.stated(StatedTime(row['birth_date'], words.zone()))}" if row.get("birth_date") else ""
    beside = " · ".join(part for part in (born, words.number(row["otn"]) if row.get("otn") else "") if part)
    name = escape(row.get("display_name") or "Name not shown")
    person = f'<strong>{name}</strong><br><span class="soft">{escape(beside)}</span>'
    says = (person, _since(row, at), _holding(one), _limit(one, at))
    cells = [f'<td data-label="{label}">{cell}</td>' for label, cell in zip(COLUMNS, says, strict=True)]
    return f"<tr>{''.join(cells)}</tr>"


def _since(row: Mapping[str, Any], at: Instant) -> str:
    if row.get("custody_began") is None:
        return "not known"
    began = read_value(row["custody_began"], "instant")
    assert isinstance(began, int)
    told = escape(words.stated(StatedTime.read(row["custody_began_text"])))
    return f'{told}<br><span class="soft">{escape(words.span(at - began))}</span>'


def _holding(one: Held) -> str:
    papers = '<p class="soft">An immigration paper nobody has answered delays nothing.</p>' if one.undecided else ""
    if not one.holding:
        return f'<span class="free">Nothing holds them: to be released.</span>{papers}'
    said = []
    for holding in one.holding:
        then = "review overdue since" if holding.overdue else "lapses" if holding.then == "LAPSES" else "review"
        said.append(f"<li>{escape(f'{holding.says} {holding.authority}; {then} {words.until(holding.ends)}')}</li>")
    return f"<ul>{''.join(said)}</ul>{papers}"


def _limit(one: Held, at: Instant) -> str:
    if one.limit is None:
        return '<span class="soft">none runs</span>'
    if one.limit.due <= at:
        return f'<span class="late">Overdue since {escape(words.clock(one.limit.due))}</span>: {escape(one.limit.says)}'
    return escape(f"{words.clock(one.limit.due)}, then: {one.limit.says}")
