"""The ends that a visitor watches: versions voted so that they end at a known instant, and voted anew to see it again.

There is no act of ending. Each of these is a proposal and a vote like any other; what ends it is the time.
"""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

from pars.actions import publishing
from pars.core.terms import HOUR, SECOND, Instant, moment
from pars.edge.city import agreements, founded

if TYPE_CHECKING:
    from pars.core import canonical
    from pars.edge.city.founded import City

LAST_SECONDS = 90.0
"""How long the second agreement has left once a visitor presses the button."""

SOON = HOUR
"""An agreement that ends within this isn't one to begin a story with."""

TRIES = 5
"""How often a version is proposed anew where somebody else's took its number."""

_ONE_VISITOR = threading.Lock()


def first_agreement(city: City, seconds: float) -> Instant:
    """Vote the supervision agreement a version that ends so many seconds from now; return the end."""
    return vote_end(city, agreements.SUPERVISION, seconds)


def last_seconds(seconds: float = LAST_SECONDS) -> Instant:
    """Vote the warrant desk's agreement a version whose last seconds begin now, also after an earlier one ended; return the end.

    Where such a version runs already, that end is returned: a second visitor doesn't move the first one's.
    """
    with _ONE_VISITOR:
        found = publishing.agreement(agreements.WARRANTS.agreement)
        if found is not None and found.stands.state == "IN_FORCE":
            end = found.stands.version.term.end
            if end <= found.at + int(seconds * SECOND):
                return end
        return vote_end(founded.known_city(), agreements.WARRANTS, seconds)


def vote_end(city: City, terms: agreements.Terms, seconds: float) -> Instant:
    """Propose and adopt the next version of an agreement, ending so many seconds after its proposal; return the end."""
    for _ in range(TRIES - 1):
        try:
            return _vote_end(city, terms, seconds)
        except founded.NotPlayed as refused:
            if refused.code != "WRONG_NUMBER":
                raise
    return _vote_end(city, terms, seconds)


def _vote_end(city: City, terms: agreements.Terms, seconds: float) -> Instant:
    now = publishing.now()
    end = Instant(now + int(seconds * SECOND))
    _adopt_next(city, terms, now, agreements.ends_at(end))
    return end


def all_in_force(city: City) -> None:
    """Give every agreement that isn't in force, or not for long, a version of its usual length: for another day of visitors."""
    for terms in agreements.ALL:
        found = publishing.agreement(terms.agreement)
        lasts = found is not None and found.stands.state == "IN_FORCE" and found.stands.version.term.end > found.at + SOON
        if not lasts:
            now = publishing.now()
            day = moment(now, agreements.ZONE).date() + timedelta(days=terms.days)
            _adopt_next(city, terms, now, agreements.ends_on(day))


def _adopt_next(city: City, terms: agreements.Terms, start: Instant, end: dict[str, canonical.Json]) -> None:
    found = publishing.agreement(terms.agreement)
    number = 1 if found is None else max(proposal.version.number for proposal in found.agreement.proposals) + 1
    founded.adopt(city, agreement=terms.agreement, text=agreements.version_text(terms, number=number, start=start, end=end))
