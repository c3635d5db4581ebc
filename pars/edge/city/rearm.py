"""The ends that a visitor watches: versions voted so that they end at a known instant, and voted anew to see it again.

There is no act of ending. Each of these is a proposal and a vote like any other; what ends it is the time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.actions import publishing
from pars.core.terms import SECOND, Instant
from pars.edge.city import agreements, play

if TYPE_CHECKING:
    from pars.edge.city.play import City

LAST_SECONDS = 90.0
"""How long the second agreement has left once a visitor presses the button."""


def first_agreement(city: City, seconds: float) -> Instant:
    """Vote the supervision agreement a version that ends so many seconds from now; return the end."""
    return vote_end(city, agreements.SUPERVISION, seconds)


def last_seconds(seconds: float = LAST_SECONDS) -> Instant:
    """Vote the warrant desk's agreement a version whose last seconds begin now, also after an earlier one ended."""
    return vote_end(play.known_city(), agreements.WARRANTS, seconds)


def vote_end(city: City, terms: agreements.Terms, seconds: float) -> Instant:
    """Propose and adopt the next version of an agreement, ending so many seconds after its proposal."""
    found = publishing.agreement(terms.agreement)
    number = 1 if found is None else max(proposal.version.number for proposal in found.agreement.proposals) + 1
    now = publishing.now()
    end = Instant(now + int(seconds * SECOND))
    text = agreements.version_text(terms, number=number, start=now, end=agreements.ends_at(end))
    play.adopt(city, agreement=terms.agreement, text=text)
    return end
