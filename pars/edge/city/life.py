"""One invented person's way: the case, the version that the next act is decided on, and what every act of it needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from pars.actions import disclosing, intake, publishing
from pars.core.cases.doubts import open_doubts
from pars.core.terms import Instant, StatedTime, moment
from pars.edge.city.founded import NotPlayed, played
from pars.edge.city.turns import ZONE

if TYPE_CHECKING:
    from pars.actions.beats import Done, Refused
    from pars.core.cases.case import Case
    from pars.core.cases.facts import Fact
    from pars.core.ledger.entries import By
    from pars.edge.city.founded import City
    from pars.edge.city.planned import PlannedCase, Turn

Act: TypeAlias = Callable[[], "Instant | None"]
"""Something done in a life; it returns when to try again, where it couldn't be done yet."""


@dataclass(slots=True)
class Life:
    """One case as it is played; `seen` is the version that the next act is decided on."""

    city: City
    plan: PlannedCase
    case_id: str = ""
    seen: int = 0
    told: bool = False
    heard: int = 0
    """When the hearing is planned; 0: whenever it is held."""
    order: int = 0
    """The number of the release order in the case."""

    def takes(self, turn: Turn) -> bool:
        """Return whether this turn is planned."""
        return turn in self.plan.turns

    def by(self, username: str) -> By:
        """Return who acts, by the name of their account."""
        return self.city.by(username)

    def opened(self, username: str) -> Case:
        """Open the case as somebody of the staff."""
        opened = disclosing.open_case(case_id=self.case_id, by=self.by(username))
        if not isinstance(opened, disclosing.CaseShown):
            raise NotPlayed(opened.refusal)
        return opened.case

    def after(self, outcome: Done | Refused) -> Done:
        """Go on from what was done. Raises NotPlayed where it was refused."""
        done = played(outcome)
        self.seen = done.version or self.seen
        return done

    def settle(self, code: str, reason: str) -> None:
        """Have the police settle the open doubt of a code."""
        doubt = next(doubt for doubt in open_doubts(self.opened("booking")) if doubt.code == code and doubt.n is not None)
        self.after(
            intake.resolve_doubt(case_id=self.case_id, seen=self.seen, by=self.by("booking"), doubt=doubt.n, reason=reason)
        )

    def correct(self, facts: list[Fact], why: str) -> None:
        """Have the police correct facts."""
        self.after(intake.correct_facts(case_id=self.case_id, seen=self.seen, facts=facts, why=why, by=self.by("booking")))


def stated_now() -> StatedTime:
    """Return the time of the city's clock, as people write it."""
    return stated(publishing.now())


def stated(at: Instant) -> StatedTime:
    """Return an instant as people write it: to the second."""
    return StatedTime(moment(at, ZONE).replace(microsecond=0).isoformat(), ZONE)
