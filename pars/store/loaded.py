"""Texts that one act lets count, as rows: the offense table, the court's calendar. The one loaded last counts."""

from __future__ import annotations

from typing import Literal

from psycopg import sql

from pars.core.cases.court_calendar import NO_CALENDAR, CourtCalendar, read_calendar_text
from pars.core.cases.offenses import Offenses, read_offenses_text
from pars.store.connections import current, remembered
from pars.store.governance import must_text, readable

Name = Literal["offenses", "calendar"]
"""What is loaded: its table, and the column that holds the text's hash."""

NEWEST = sql.SQL("select {0} from governance.{0} order by entry desc limit 1")


def newest(name: Name) -> str | None:
    """Return the sha256 of the text that counts now. None where none was ever loaded."""
    row = current().connection.execute(NEWEST.format(sql.Identifier(name))).fetchone()
    return None if row is None else row[0]


def load_offenses() -> Offenses | None:
    """Return the offense table that counts now."""
    hashed = newest("offenses")
    if hashed is None:
        return None
    return remembered("offenses", lambda: readable(read_offenses_text(must_text(hashed)), "the offense table"), of=hashed)


def load_calendar() -> CourtCalendar:
    """Return the court calendar that counts now; one without lines where none was loaded."""
    hashed = newest("calendar")
    if hashed is None:
        return NO_CALENDAR
    return remembered("calendar", lambda: readable(read_calendar_text(must_text(hashed)), "the court calendar"), of=hashed)
