"""Agreements' terms on one line of time: which stretch of time the line shows, and each agreement's bar on it, said in words too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.agreements.plain import end_said
from pars.core.agreements.standing import served
from pars.core.terms import DAY, Instant
from pars.core.wording import bare, when
from pars.edge.web.pictures import month_scale, term_bar
from pars.edge.web.words import MESES, MONTHS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pars.actions.publishing import Published
    from pars.core.access.explain import Language
    from pars.core.agreements.version import Version

BEFORE, AFTER = 90 * DAY, 275 * DAY
"""How far a year's line reaches back and ahead of today."""

BAR: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "is": "{}. Its end: {}.",
        "earlier": " An earlier version was in force before it.",
        "follows": " Version {} follows it.",
        "proposed": " Version {} is proposed, until {}.",
        "due": " Something is to be done {}.",
    },
    "es": {
        "is": "{}. Su final: {}.",
        "earlier": " Antes estuvo en vigor otra versión.",
        "follows": " Le sigue la versión {}.",
        "proposed": " Se propone la versión {}, hasta el {}.",
        "due": " Hay algo que hacer {}.",
    },
}
"""What the picture of a term says in words."""
STATES_SAID: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "PROPOSED": "Proposed; not decided",
        "WAITING": "Adopted; not begun",
        "IN_FORCE": "In force",
        "SUSPENDED": "Suspended",
        "REVOKED": "Revoked",
        "ENDED": "Ended",
        "REJECTED": "Rejected",
        "WITHDRAWN": "Withdrawn",
        "UNDECIDED": "Not decided",
    },
    "es": {
        "PROPOSED": "Propuesto; sin decidir",
        "WAITING": "Aprobado; aún no comienza",
        "IN_FORCE": "En vigor",
        "SUSPENDED": "Suspendido",
        "REVOKED": "Revocado",
        "ENDED": "Terminado",
        "REJECTED": "Rechazado",
        "WITHDRAWN": "Retirado",
        "UNDECIDED": "Sin decisión",
    },
}


def year_of(at: Instant) -> tuple[Instant, Instant]:
    """Return the year's line that a term stands on: a quarter back, three quarters ahead."""
    return Instant(at - BEFORE), Instant(at + AFTER)


def window_of(found: Iterable[Published], at: Instant) -> tuple[Instant, Instant]:
    """Return the line that all these agreements stand on whole: at least a year's, and from the first beginning to the last end."""
    low, high = year_of(at)
    for one in found:
        low = min(low, one.agreement.began, *(version.term.start for version in _versions(one)))
        high = max(high, *(version.term.end for version in _versions(one)))
    edge = (high - low) // 50 if (low, high) != year_of(at) else 0
    return Instant(low - edge), Instant(high + edge)


def _versions(one: Published) -> list[Version]:
    return [proposal.version for proposal in one.agreement.proposals]


def scale(window: tuple[Instant, Instant], zone: str, *, width: int, language: Language = "en") -> str:
    """Return the months, or the years, of a line as a picture for a place about that wide."""
    return month_scale(window=window, zone=zone, width=width, months=MONTHS if language == "en" else MESES)


def bar(
    one: Published, language: Language = "en", *, window: tuple[Instant, Instant] | None = None, due: Instant | None = None
) -> str:
    """Return the agreement on the line of time: the term of the version that governs, dashed from where it was revoked or is
    suspended; beside it when earlier versions were in force, which adopted one is to follow and which are proposed. `due` is
    when something must have been done.
    """
    version, stands = one.stands.version, one.stands
    earlier, start = lives_drawn(one)
    following, said = stands.follows, BAR[language]
    proposed = [proposal.version for proposal in one.agreement.open(one.at) if proposal.version.hash != version.hash]
    words = said["is"].format(STATES_SAID[language][stands.state], bare(end_said(version, language)))
    words += said["earlier"] if earlier else ""
    words += said["follows"].format(following[0].number) if following is not None else ""
    words += "".join(said["proposed"].format(other.number, bare(end_said(other, language))) for other in proposed)
    words += said["due"].format(when(due, version.place, language)) if due is not None else ""
    return term_bar(
        start=start,
        end=version.term.end,
        now=one.at,
        window=window or year_of(one.at),
        ended_at=stands.since if stands.state in {"REVOKED", "SUSPENDED"} else None,
        adopted=stands.state not in {"PROPOSED", "REJECTED", "WITHDRAWN", "UNDECIDED"},
        earlier=earlier,
        coming=(following[1], following[0].term.end) if following is not None else None,
        proposed=[(other.term.start, other.term.end) for other in proposed],
        due=due,
        label=words,
    )


def lives_drawn(one: Published) -> tuple[list[tuple[Instant, Instant]], Instant]:
    """Return the times in which earlier versions were in force, and since when the one that governs is, or will be."""
    governs, coming = one.stands.version, one.stands.next
    found = served(one.agreement, one.at)
    own = [period.start for version, period in found if version.hash == governs.hash]
    if not own and coming is not None and coming[0].hash == governs.hash:
        own = [coming[1]]
    earlier = [(period.start, period.end or one.at) for version, period in found if version.hash != governs.hash]
    return earlier, own[0] if own else governs.term.start
