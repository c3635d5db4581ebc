"""Texts that one act lets count, without a vote: the offense table, the court's calendar. The one loaded last counts.

The earlier ones stay in the ledger, and nothing that was decided by one of them changes.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from pars.actions.beats import refused_act
from pars.core.cases.court_calendar import CourtCalendar, calendar_text
from pars.core.cases.offenses import Offenses, offenses_text
from pars.core.ledger import drafts
from pars.core.terms import Refusal
from pars.store import governance, ledger, loaded

if TYPE_CHECKING:
    from pars.core.ledger.entries import By, Draft
    from pars.store.ledger import Done, Refused
    from pars.store.loaded import Name

LARGEST = 1_048_576
"""Bytes of a text that the store keeps."""

CALLED: dict[Name, tuple[str, str]] = {"offenses": ("TABLE", "offense table"), "calendar": ("CALENDAR", "court calendar")}
"""How the codes and the sentences of a refusal name each."""


@ledger.retried
def load_offenses(*, table: Offenses, by: By) -> Done | Refused:
    """Let this offense table count from here on; no charge changes."""
    text, lines = offenses_text(table.lines), len(table.lines)
    with ledger.acting(by, exclusive=["offenses"]) as acting:
        outcome: Refusal | Draft | None = refused_act(acting, "offenses:load") or _refuse("offenses", text, lines)
        if outcome is None:
            outcome = drafts.offenses_loaded(offenses=governance.save_text(text), lines=lines)
        return ledger.append(outcome, by=by, act="offenses:load")


@ledger.retried
def load_calendar(*, calendar: CourtCalendar, by: By) -> Done | Refused:
    """Let this court calendar count from here on; no order that was signed changes."""
    text, lines = calendar_text(calendar.lines), len(calendar.lines)
    with ledger.acting(by, exclusive=["calendar"]) as acting:
        outcome: Refusal | Draft | None = refused_act(acting, "calendar:load") or _refuse("calendar", text, lines)
        if outcome is None:
            outcome = drafts.calendar_loaded(calendar=governance.save_text(text), lines=lines)
        return ledger.append(outcome, by=by, act="calendar:load")


def _refuse(name: Name, text: bytes, lines: int) -> Refusal | None:
    code, called = CALLED[name]
    if sha256(text).hexdigest() == loaded.newest(name):
        return Refusal(code=f"SAME_{code}", says=f"This is the {called} that counts already.")
    if not lines:
        return Refusal(code=f"EMPTY_{code}", says=f"The {called} has no line.", remedy="Load a file with at least one.")
    if len(text) > LARGEST:
        return Refusal(
            code=f"{code}_TOO_LARGE", says=f"The {called} is larger than a megabyte.", remedy="Leave out what isn't used."
        )
    return None
