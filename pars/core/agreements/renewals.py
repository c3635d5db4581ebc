"""The renewal calendar: which agreements end when, what is decided about what follows, and which need a notice by when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from pars.core.agreements.standing import standing
from pars.core.owners.polling import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pars.core.agreements.acts import Agreement
    from pars.core.agreements.version import Version
    from pars.core.terms import Instant

Decision: TypeAlias = Literal["renewed", "open", "nothing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notified:
    """A notice that an agreement won't be renewed: the entry that served it, when, and the sha256 of what proves the service."""

    entry: int
    at: Instant
    proof: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """One line of the calendar. `follows` is the version that is adopted or open to follow, `from_` when it begins at the earliest.

    `gap` says that nothing is in force between the two. `closes` and `have` tell of an open vote.
    """

    agreement: str
    version: Version
    ends: Instant
    decision: Decision
    follows: Version | None = None
    from_: Instant | None = None
    closes: Instant | None = None
    have: int = 0
    notice_by: Instant | None = None
    notified: Notified | None = None

    @property
    def gap(self) -> bool:
        """Whether time passes between the end and what follows."""
        return self.from_ is not None and self.from_ > self.ends


def calendar(agreements: Iterable[Agreement], notices: Mapping[str, Notified], at: Instant) -> tuple[Renewal, ...]:
    """Return what will end, the nearest end first. `notices` are the first of each version, by its hash."""
    lines = (_line(agreement, notices, at) for agreement in agreements)
    return tuple(sorted((line for line in lines if line is not None), key=lambda line: (line.ends, line.agreement)))


def _line(agreement: Agreement, notices: Mapping[str, Notified], at: Instant) -> Renewal | None:
    stands = standing(agreement, at)
    if stands.state not in {"WAITING", "IN_FORCE", "SUSPENDED"}:
        return None
    version = stands.version
    ends = version.term.end
    decision: Decision = "nothing"
    follows, begins, closes, have = None, None, None, 0
    later = [one for one in agreement.open(at) if one.version.number > version.number and one.version.term.end > ends]
    if stands.follows is not None:
        decision, (follows, begins) = "renewed", stands.follows
    elif later:
        proposal = later[-1]
        follows, begins, closes = proposal.version, proposal.version.term.start, proposal.version.closes
        decision, have = "open", sum(one.vote.choice == "adopt" for one in counted(agreement.ballots, proposal.entry))
    return Renewal(
        agreement=agreement.id,
        version=version,
        ends=ends,
        decision=decision,
        follows=follows,
        from_=begins,
        closes=closes,
        have=have,
        notice_by=None if version.nonrenewal is None else version.nonrenewal.at,
        notified=notices.get(version.hash),
    )
