"""Silence: a feed that sent nothing for longer than is usual, or a desk where nothing was done while somebody waits.

Either may be nobody's fault and both look like calm, so the hours after which it isn't calm any more stand here, by date. It is
computed when somebody looks; whoever keeps watch notes it once, and the next message or act ends it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from pars.core.cases.clock_rules import ALWAYS
from pars.core.ledger.entries import Kind
from pars.core.terms import HOUR, Instant, Period

if TYPE_CHECKING:
    from pars.core.owners.profile import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietRule:
    """After how many hours without a sign it is silence. `of` is a feed's role, or a desk of `waiting.DESKS`."""

    of: str
    period: Period
    hours: int
    label: str


QUIET_RULES: tuple[QuietRule, ...] = (
    QuietRule(of="feed_police", period=ALWAYS, hours=3, label="The police's records system"),
    QuietRule(of="feed_prosecutor", period=ALWAYS, hours=24, label="The prosecutor's system"),
    QuietRule(of="feed_custodian", period=ALWAYS, hours=24, label="The jail's system"),
    QuietRule(of="charging", period=ALWAYS, hours=4, label="Charging"),
    QuietRule(of="interview", period=ALWAYS, hours=8, label="Pretrial interviews"),
    QuietRule(of="court", period=ALWAYS, hours=8, label="The court"),
)
"""The usual interval of each, the owners' own standard; a feed or desk without one is never called silent."""

SIGNS: Mapping[str, tuple[Kind, ...]] = MappingProxyType(
    {
        "charging": (Kind.CHARGES_DECIDED, Kind.COMPLAINT_SIGNED),
        "interview": (Kind.INTERVIEW_RECORDED,),
        "court": (Kind.HEARING_HELD, Kind.RELEASE_ORDERED),
    }
)
"""What shows that a desk works."""


def signs_of(desk: str, profile: Profile) -> tuple[Kind, ...]:
    """Return what shows that a desk works under a profile: where the court decides the charges, that is a sign of the court's."""
    own = SIGNS[desk]
    return (*own, Kind.CHARGES_DECIDED) if desk == "court" and profile.decided_by == "court" else own


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """The last signs of a feed or a desk. `since`: from when it has been still: its last message; for a desk where somebody waits,
    its last act, or the arrival of who waits longest if that came later. `waiting` is how many wait at the desk.
    """

    source: str
    of: str
    since: Instant
    lately: tuple[Instant, ...] = ()
    waiting: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A silence that has lasted its hours: of what, since when, with the last signs before it, newest first."""

    source: str
    label: str
    since: Instant
    hours: int
    lately: tuple[Instant, ...]
    waiting: int

    @property
    def feed(self) -> bool:
        """Return whether it is a feed that is silent, and not a desk."""
        return self.source not in SIGNS


def silence(heard: Heard, at: Instant) -> Silence | None:
    """Return the silence, None while it is no longer than usual."""
    rule = next((rule for rule in QUIET_RULES if rule.of == heard.of and rule.period.covers(at)), None)
    if rule is None or at < heard.since + rule.hours * HOUR:
        return None
    return Silence(
        source=heard.source,
        label=rule.label,
        since=heard.since,
        hours=rule.hours,
        lately=heard.lately,
        waiting=heard.waiting,
    )
