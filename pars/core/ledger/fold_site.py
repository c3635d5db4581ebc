"""Folds what is noted about sites, desks and feeds: the numbers of paper forms, hand-overs, and silences.

No two forms of a site ever share a number, each is entered once or void, and each hand-over is taken once, by somebody else.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pars.core.ledger.state import Impossible
from pars.core.terms import HOUR

if TYPE_CHECKING:
    from pars.core.ledger.state import Step


_FORM = re.compile(r"([A-Z][A-Z0-9]{1,7})-(\d{6})-[0-9A-Z]", re.ASCII)


def forms_printed(step: Step) -> None:
    """Forms were printed for a site. Their numbers go on from its last: none is given twice, none is left out."""
    detail, printed = step.entry.detail, step.state.printed
    if detail["first"] != printed.get(detail["site"], 0) + 1 or detail["count"] < 1:
        raise Impossible("FORM_NUMBERS", "the numbers of a site's forms go on from its last one")
    printed[detail["site"]] = detail["first"] + detail["count"] - 1


def form_voided(step: Step) -> None:
    """A form that was printed is made void, once."""
    site, number = step.entry.detail["site"], step.entry.detail["number"]
    if not 1 <= number <= step.state.printed.get(site, 0):
        raise Impossible("NO_SUCH_FORM", "no form of this number was printed for the site")
    if (site, number) in step.state.voided:
        raise Impossible("VOIDED_TWICE", "the form was made void before")
    if (site, number) in step.state.entered:
        raise Impossible("FORM_ENTERED", "the form was entered before")
    step.state.voided.add((site, number))


def form_entered(step: Step) -> None:
    """An act on a case was first written on a paper form: one that was printed, is not void, and was entered by no other act."""
    written = step.entry.detail.get("form")
    if written is None:
        return
    found = _FORM.fullmatch(str(written))
    form = (found[1], int(found[2])) if found is not None else ("", 0)
    if not 1 <= form[1] <= step.state.printed.get(form[0], 0):
        raise Impossible("NO_SUCH_FORM", "no form of this number was printed for the site")
    if form in step.state.voided or form in step.state.entered:
        raise Impossible("FORM_USED", "the form was entered or made void before")
    step.state.entered.add(form)


def handed_over(step: Step) -> None:
    """A case was handed over at a desk."""
    desk = step.entry.detail.get("desk")
    step.state.handed[step.entry.id] = (desk if isinstance(desk, str) else "", step.entry.by.person)


def handover_taken(step: Step) -> None:
    """What was handed over at a desk is taken there once, by somebody else than who handed it over."""
    handed = step.entry.detail.get("handed")
    desk, person = step.state.handed.pop(handed if type(handed) is int else -1, ("", ""))
    if desk != step.entry.detail.get("desk"):
        raise Impossible("NO_SUCH_HANDOVER", "it takes what wasn't handed over at that desk, or was taken before")
    if person == step.entry.by.person:
        raise Impossible("OWN_HANDOVER", "who handed a case over has taken it over")


def silence_noted(step: Step) -> None:
    """A silence is noted once its hours are over."""
    if step.entry.detail["since"] + step.entry.detail["hours"] * HOUR > step.entry.at:
        raise Impossible("TOO_EARLY", "a silence is noted before its hours are over")
