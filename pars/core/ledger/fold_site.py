"""Folds what is noted about sites and feeds: the numbers of paper forms, and silences. No two forms of a site ever share a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.ledger.state import Impossible
from pars.core.terms import HOUR

if TYPE_CHECKING:
    from pars.core.ledger.state import Step


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
    step.state.voided.add((site, number))


def silence_noted(step: Step) -> None:
    """A silence is noted once its hours are over."""
    if step.entry.detail["since"] + step.entry.detail["hours"] * HOUR > step.entry.at:
        raise Impossible("TOO_EARLY", "a silence is noted before its hours are over")
