"""Numbered paper forms for an outage: printed for a site, made void with a reason, and which are still out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.actions.beats import refused_act
from pars.core.cases.paper_forms import FormNumber, read_number, refuse_print, refuse_void
from pars.core.ledger import drafts
from pars.core.terms import Refusal
from pars.store import ledger, paper_forms
from pars.store.ledger import Done, Refused
from pars.store.paper_forms import Out

if TYPE_CHECKING:
    from pars.core.ledger.entries import By, Draft
    from pars.core.terms import Instant
    from pars.store.replays import Once

__all__ = ["ACT", "Out", "Printed", "StillOut", "print_forms", "still_out", "void_form"]

ACT = "paper:number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """Numbers that were given out: nobody else ever gets them."""

    done: Done
    numbers: tuple[FormNumber, ...]


@ledger.retried
def print_forms(*, site: str, form: str, count: int, by: By) -> Printed | Refused:
    """Give so many numbers of a site to paper forms. What prints them comes after: a number is entered before it is on paper."""
    with ledger.acting(by, exclusive=[paper_forms.lock_of(site)]) as acting:
        outcome: Draft | Refusal | None = refused_act(acting, ACT) or refuse_print(site, form, count)
        first = 0
        if outcome is None:
            # INVARIANT: under the site's lock the numbers go on from its last one, so that two prints at once never share one.
            first = paper_forms.last_number(site) + 1
            outcome = drafts.forms_printed(site=site, form=form, first=first, count=count)
        done = ledger.append(outcome, by=by, act=ACT)
    if isinstance(done, Refused):
        return done
    return Printed(done=done, numbers=tuple(FormNumber(site, place) for place in range(first, first + count)))


@ledger.retried
def void_form(*, number: str, reason: str, by: By, once: Once | None = None) -> Done | Refused:
    """Say that a printed form will never be entered, and why."""
    read = read_number(number)
    locks = [] if isinstance(read, Refusal) else [paper_forms.lock_of(read.site)]
    with ledger.acting(by, exclusive=locks, once=once) as acting:
        outcome: Draft | Refusal | None = refused_act(acting, ACT)
        if outcome is None:
            outcome = read if isinstance(read, Refusal) else refuse_void(read, paper_forms.state_of(read), reason)
        if outcome is None:
            assert isinstance(read, FormNumber)
            outcome = drafts.form_voided(site=read.site, number=read.number, reason=reason)
        return ledger.append(outcome, by=by, act=ACT)


@dataclass(frozen=True, slots=True, kw_only=True)
class StillOut:
    """The forms that are still out as of `at`."""

    at: Instant
    forms: tuple[Out, ...]


def still_out(site: str | None = None) -> StillOut:
    """Return which printed forms were neither entered nor made void. A number says nothing of anybody."""
    with ledger.reading() as at:
        return StillOut(at=at, forms=tuple(paper_forms.still_out(site)))
