"""Folds what the court keeps beside the cases: its calendar, and the signed records of its sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pars.core import canonical
from pars.core.ledger.state import Impossible

if TYPE_CHECKING:
    from pars.core.ledger.state import Step


def calendar_loaded(step: Step) -> None:
    """A court calendar counts from here on; its text must be there, be such a text, and have as many lines as the entry says."""
    detail = step.entry.detail
    found = _read(step, detail["calendar"], "the court calendar")
    lines = found.get("lines") if found.keys() == {"format", "lines"} else None
    if not isinstance(lines, list):
        raise Impossible("TEXT_UNREADABLE", "the text of the court calendar is none")
    if len(lines) != detail["lines"]:
        raise Impossible("OTHER_CALENDAR", "the court calendar has another number of lines than the entry says")
    step.state.calendar = detail["calendar"]


def session_closed(step: Step) -> None:
    """A session is closed once; after that its record is only amended, and an amendment names the record that stood."""
    detail = step.entry.detail
    found = _read(step, detail["record"], "the session's record")
    if found.get("starts") != detail["session"]:
        raise Impossible("OTHER_SESSION", "the record is of another session than the entry says")
    standing = step.state.sessions.get(detail["session"])
    if detail.get("amends") != standing:
        raise Impossible("SESSION_CLOSED", "a session's record is amended by naming the one that stands, and no other way")
    step.state.sessions[detail["session"]] = step.entry.id


def _read(step: Step, hashed: str, what: str) -> dict[str, Any]:
    try:
        found: Any = canonical.read(step.text(hashed, what))
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Impossible("TEXT_UNREADABLE", f"the text of {what} is none")
    return found
