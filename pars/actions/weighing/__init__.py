"""Weighs a proposed version before the vote: could anybody be shown under it, and what does it allow that the one before did not?

Advice to voters, and no more: nothing that decides, records or checks asks it, and a vote may go against it. What it gives as an
example `decide` and `matches` have confirmed; where it finds none, a solver has shown that there is none; what it couldn't find
out in its time it says it doesn't know.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING

from pars.actions.weighing.additions import Addition, additions, by_form_alone, in_common
from pars.actions.weighing.deeds import Asked, Deed, a_deed, permits, ways
from pars.actions.weighing.solver import Deadline, NotKnown, is_here
from pars.core.access.catalogue import CATALOGUE
from pars.core.access.floor import ZONE
from pars.core.terms import Instant, moment, start_of_day

if TYPE_CHECKING:
    from pars.core.agreements.version import Version

__all__ = ["Addition", "Advice", "Deed", "NotKnown", "is_here", "weigh", "weighed"]

SECONDS = 2.0
"""How long advice may take at most."""
_MOST_KEPT = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What is known of a version, and beside the one before it. `None` in the last three: there is none before it.

    `example` is somebody who could be shown; None: nobody ever could. `more` is what it allows beyond the one before, `less` what
    that one would allow beyond it; empty: nothing. `apart` says that no answer could be given under both. `by_form` are demands on
    others, such as a second person's approval, that may have been relaxed: they aren't weighed, and stand under what changes.
    """

    number: int
    before: int | None
    example: Deed | NotKnown | None
    more: tuple[Addition, ...] | NotKnown | None = None
    less: tuple[Addition, ...] | NotKnown | None = None
    apart: bool | NotKnown | None = None
    by_form: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether nothing was left open."""
        return not any(isinstance(part, NotKnown) for part in (self.example, self.more, self.less, self.apart))


def weigh(new: Version, old: Version | None, at: Instant, *, seconds: float = SECONDS) -> Advice:
    """Return the advice on `new`, beside `old` if it would follow that, for the time from `at` on."""
    deadline = Deadline.after(seconds)
    at = max(at, new.term.start)
    example = _example(new, at, deadline)
    if old is None:
        return Advice(number=new.number, before=None, example=example)
    then = replace(old, term=new.term)
    return Advice(
        number=new.number,
        before=old.number,
        example=example,
        more=additions(new, old, at, deadline),
        less=additions(then, new, at, deadline),
        apart=_turned(in_common(new, then, at, deadline)),
        by_form=by_form_alone(new, old),
    )


def _example(new: Version, at: Instant, deadline: Deadline) -> Deed | NotKnown | None:
    """Return somebody who could be shown, by the first column that can be shown of anybody."""
    for column in CATALOGUE:
        if column.name in new.scope.columns:
            asked = Asked(purpose=new.purposes[0], columns=(column.name,), at=at, holds=new.must)
            for way in ways(new, asked):
                if permits(new, None, way)[0]:
                    found = a_deed(new, None, way, deadline=deadline)
                    if found is not None:
                        return found
    return None


def _turned(found: bool | NotKnown) -> bool | NotKnown:
    return found if isinstance(found, NotKnown) else not found


# ---------------------------------------------------------------- asked again and again

_kept: OrderedDict[tuple[Version, Version | None, Instant], Advice] = OrderedDict()
_one_at_a_time = Lock()


def weighed(new: Version, old: Version | None, at: Instant) -> Advice:
    """Return the advice for the day of `at`. It is worked out once: a page is read often, and versions never change."""
    day = start_of_day(moment(at, ZONE).date(), ZONE)
    key = (new, old, day)
    with _one_at_a_time:
        if key not in _kept:
            advice = weigh(new, old, day)
            if not advice.is_whole:
                return advice
            _kept[key] = advice
            while len(_kept) > _MOST_KEPT:
                _kept.popitem(last=False)
        return _kept[key]
