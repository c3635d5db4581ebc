"""Folds the texts that one act lets count, without a vote: the offense table, the court's calendar. The one loaded last counts.

Such a text must be there, be a list, and have as many lines as its entry says. What a line says is for who looks into it: a later
form of lines makes no ledger false.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.ledger.state import Impossible

if TYPE_CHECKING:
    from pars.core.ledger.state import Step


def offenses_loaded(step: Step) -> None:
    """An offense table counts from here on."""
    _listed(step, step.entry.detail["offenses"], "offenses", "OTHER_TABLE", "the offense table")
    step.state.offenses = step.entry.detail["offenses"]


def calendar_loaded(step: Step) -> None:
    """A court calendar counts from here on."""
    _listed(step, step.entry.detail["calendar"], "lines", "OTHER_CALENDAR", "the court calendar")
    step.state.calendar = step.entry.detail["calendar"]


def _listed(step: Step, hashed: str, field: str, other: str, what: str) -> None:
    found = step.document(hashed, what)
    lines = found[field] if found.keys() == {"format", field} else None
    if not isinstance(lines, list):
        raise Impossible("TEXT_UNREADABLE", f"the text of {what} is none")
    if len(lines) != step.entry.detail["lines"]:
        raise Impossible(other, f"{what} has another number of lines than the entry says")
