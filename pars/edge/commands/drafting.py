"""A version's or an owners' text as a person writes it in a file: read, its days brought to their instants, and into canonical form."""

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any

from pars.actions import publishing
from pars.core import canonical
from pars.core.agreements.civil import ends_of_month_days
from pars.core.owners.owners_text import SUBJECTS
from pars.core.terms import Refusal, end_of_day, start_of_day
from pars.edge.commands.files import json_of, text_of
from pars.edge.formats import odrl_reading

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pars.core.terms import Instant

SHOWN = "docs/how-to/set-up-a-county.md"
"""Where a whole text of each kind is shown."""


def document_in(file: Path) -> list[Any]:
    """Return the JSON value in a file, alone in a list; nothing after saying why there is none."""
    text = text_of(file)
    if text is None:
        return []
    try:
        return [json_of(text)]
    except ValueError as wrong:
        print(f"{file} isn't JSON: {wrong}. {SHOWN} shows how such a file looks.", file=sys.stderr)
        return []


def version_text(document: Any) -> bytes | str:
    """Return the canonical text of what somebody wrote, or what is wrong with it."""
    if odrl_reading.is_policy(document):
        told = odrl_reading.version_text(document)
        return f"{told.says} {told.remedy}".strip() if isinstance(told, Refusal) else told
    if isinstance(document, dict) and "agreement" not in document and document.get("about") in SUBJECTS:
        return "this is an owners' text and no agreement's. It is proposed with `pars text propose`."
    try:
        return canonical.write(_dated(document, publishing.now()))
    except ValueError as wrong:
        return str(wrong)


def _dated(version: Any, now: Instant) -> Any:
    """Return a version as a person writes it with the instants that it leaves out; what can't be read is left to the reader."""
    term = version.get("term") if isinstance(version, dict) else None
    if not isinstance(term, dict):
        return version
    term = {"start": now, **term, "end": _ended(term.get("end"))}
    made = {**version, "term": term}
    if isinstance(version.get("duties"), list):
        made["duties"] = [_owed(duty, term) for duty in version["duties"]]
    for part, day in (("vote", "closes"), ("nonrenewal", "notice_by")):
        if isinstance(version.get(part), dict) and isinstance(version[part].get(day), dict):
            made[part] = {**version[part], day: _ended(version[part][day])}
    return made


def _ended(end: Any) -> Any:
    if isinstance(end, dict) and "instant" not in end:
        with suppress(KeyError, TypeError, ValueError, OverflowError, OSError):  # OSError: the name of a folder of zones
            return {**end, "instant": end_of_day(date.fromisoformat(end["civil"]), end["zone"])}
    return end


def _owed(duty: Any, term: Any) -> Any:
    due = duty.get("due") if isinstance(duty, dict) else None
    if not isinstance(due, dict):
        return duty
    if "day_of_month" in due and "instants" not in due:
        with suppress(KeyError, TypeError, ValueError, OverflowError, OSError):  # OSError: the name of a folder of zones
            instants = ends_of_month_days(due["day_of_month"], term["start"], term["end"]["instant"], due["zone"])
            return {**duty, "due": {**due, "instants": list(instants)}}
    return {**duty, "due": _ended(due)} if "civil" in due else duty


# ---------------------------------------------------------------- owners' texts


def owners_text(document: Any) -> bytes | str:
    """Return the canonical text of what somebody wrote about the owners' own work, or what is wrong with it."""
    if isinstance(document, dict) and "about" not in document and "agreement" in document:
        return "this is an agreement's text and no owners' text. It is proposed with `pars agreement propose`."
    try:
        return canonical.write(_dated_text(document))
    except (ValueError, RecursionError) as wrong:
        return str(wrong)


def _dated_text(text: Any) -> Any:
    """Return a text as a person writes it, `start` and `end` given as civil days with their zone brought to their instants."""
    if not isinstance(text, dict):
        return text
    made = dict(text)
    for name, instant_of in (("start", start_of_day), ("end", end_of_day)):
        if name in text:
            made[name] = _instant(text[name], f"/{name}", instant_of)
    if isinstance(vote := text.get("vote"), dict) and "closes" in vote:
        made["vote"] = {**vote, "closes": _instant(vote["closes"], "/vote/closes", end_of_day)}
    return made


def _instant(stated: Any, place: str, instant_of: Callable[[date, str], Instant]) -> Any:
    """Return the instant of a civil day; what states none is left to the reader. Raises ValueError where there is no such day."""
    if not isinstance(stated, dict) or not isinstance(civil := stated.get("civil"), str):
        return stated
    try:
        day = date.fromisoformat(civil)
    except ValueError:
        raise ValueError(f"{place}/civil: there is no such day.") from None
    with suppress(KeyError, TypeError, ValueError, OverflowError, OSError):  # OSError: the name of a folder of zones
        return instant_of(day, stated["zone"])
    return stated
