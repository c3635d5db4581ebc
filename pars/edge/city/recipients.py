"""Who got a wrong version is told: a paper that was given before a correction, and what agencies were answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.actions import disclosing, telling
from pars.core.terms import Refusal
from pars.edge.city.founded import NotPlayed, played

if TYPE_CHECKING:
    from pars.edge.city.life import Life


def give_complaint(life: Life) -> None:
    """Give the complaint as a paper, before anybody knows that a time in it is wrong."""
    given = disclosing.give_paper(case_id=life.case_id, paper="complaint", by=life.by("charging"))
    if isinstance(given, disclosing.Refused):
        raise NotPlayed(given.refusal)


def tell_all(life: Life) -> None:
    """Go through the list of corrections and tell everybody who is owed a word."""
    by = life.by("booking")
    found = telling.corrections(by=by)
    if isinstance(found, Refusal):
        raise NotPlayed(found)
    for correction in found.corrections:
        for one in correction.recipients:
            if one.owed and not one.told:
                how = "HAND" if one.code.startswith("paper:") else "MESSAGE"
                played(telling.tell_recipient(correction=correction.mistake.entry, recipient=one.code, how=how, by=by))
