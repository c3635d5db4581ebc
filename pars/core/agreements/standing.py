"""How an agreement stands at an instant, computed from what was done about it.

Nothing is toggled and nothing is stored as "active": a state is what the recorded acts and the instant make of each other.
Terms are half-open. No silence renews, and no act reaches back in time. `agreement.py` adds the acts.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, TypeAlias

from pars.core.agreements.duties import gaps, met, owed
from pars.core.terms import Period
from pars.core.wording import bare, from_when, when

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pars.core.access.emergency import Emergency
    from pars.core.access.explain import Language
    from pars.core.access.purges import Purge
    from pars.core.agreements.acts import Agreement, Met, Turn
    from pars.core.agreements.duties import Owed
    from pars.core.agreements.version import Version
    from pars.core.terms import Instant

State: TypeAlias = Literal[
    "PROPOSED", "WAITING", "IN_FORCE", "SUSPENDED", "REVOKED", "ENDED", "REJECTED", "WITHDRAWN", "UNDECIDED"
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an agreement stands at an instant: in which state, through which version, since when, and until when at most.

    `until` is the first instant at which time alone changes this (None: only an act can). `answers` is what a vote on this
    standing must name: the entry of the act that set it. `next` is the adopted version that will come into force, `lapses` when
    a suspension does unless more seats stand behind it. `overdue` are duties without which nothing is answered, `reviews`
    the emergency answers that nothing is answered before the owners have reviewed, `purges` the copies that the agency was to have
    destroyed. `doubted`: a key behind the votes for the version was revoked, and nothing is answered before enough seats have voted
    on it again.
    """

    state: State
    version: Version
    since: Instant
    until: Instant | None
    answers: int
    next: tuple[Version, Instant] | None = None
    lapses: Instant | None = None
    overdue: tuple[Owed, ...] = ()
    reviews: tuple[Emergency, ...] = ()
    purges: tuple[Purge, ...] = ()
    doubted: bool = False

    @property
    def follows(self) -> tuple[Version, Instant] | None:
        """The version that will come into force after the one that governs, and when; None where none or the same is to come."""
        return self.next if self.next is not None and self.next[0].hash != self.version.hash else None

    @property
    def says(self) -> str:
        """One sentence for people."""
        return self.said("en")

    def said(self, language: Language) -> str:
        """Return the sentence in a language."""
        since = (from_when if self.state == "IN_FORCE" else when)(self.since, self.version.place, language)
        if language == "es":
            return self._dicho(since)
        said = {
            "PROPOSED": f"It was proposed {since}, and the owners have not decided.",
            "REJECTED": f"The owners rejected it {since}.",
            "WAITING": f"The owners adopted it {since}.",
            "IN_FORCE": f"It has been in force since {bare(since)}.",
            "SUSPENDED": f"It was suspended {since}.",
            "REVOKED": f"The owners revoked it {since}.",
            "ENDED": f"It ended {since}.",
            "WITHDRAWN": f"The proposal was withdrawn {since}.",
            "UNDECIDED": f"The vote closed {since} without a decision.",
        }[self.state]
        late = [one.duty.says["en"].rstrip(".") for one in self.overdue] + ["the owners' review of an emergency"] * bool(
            self.reviews
        )
        late += ["a record that a court ordered away, to be destroyed by the agency"] * bool(self.purges)
        if late:
            said += f" Overdue: {'; '.join(late)}."
        if self.doubted:
            said += " A key that voted for it was revoked, so its votes are in doubt until the owners have voted on it again."
        if self.next is not None:
            said += f" Version {self.next[0].number} comes into force {from_when(self.next[1], self.version.place)}."
        return said

    def _dicho(self, since: str) -> str:
        said = {
            "PROPOSED": f"Se propuso {since}, y los propietarios no han decidido.",
            "REJECTED": f"Los propietarios lo rechazaron {since}.",
            "WAITING": f"Los propietarios lo aprobaron {since}.",
            "IN_FORCE": f"Está en vigor desde el {bare(since)}.",
            "SUSPENDED": f"Se suspendió {since}.",
            "REVOKED": f"Los propietarios lo revocaron {since}.",
            "ENDED": f"Terminó {since}.",
            "WITHDRAWN": f"La propuesta se retiró {since}.",
            "UNDECIDED": f"La votación se cerró {since} sin decisión.",
        }[self.state]
        late = [one.duty.says.get("es", one.duty.says["en"]).rstrip(".") for one in self.overdue]
        late += ["la revisión de una emergencia por los propietarios"] * bool(self.reviews)
        late += ["un registro que un tribunal ordenó retirar y que la agencia debía destruir"] * bool(self.purges)
        if late:
            said += f" Está vencido: {'; '.join(late)}."
        if self.doubted:
            said += " Se revocó una clave que votó por él: sus votos están en duda hasta que los propietarios vuelvan a votar sobre él."
        if self.next is not None:
            said += f" La versión {self.next[0].number} entra en vigor {from_when(self.next[1], self.version.place, 'es')}."
        return said


@dataclass(frozen=True, slots=True)
class Life:
    """An adopted version: in force from `starts`, unless and until something later says otherwise. For this room only."""

    version: Version
    adopted: Turn
    turns: tuple[Turn, ...] = field(repr=False)
    """The turns after the adoption: an earlier suspension or revocation doesn't reach a version that was adopted since."""

    @property
    def starts(self) -> Instant:
        """The first instant in force."""
        assert self.adopted.effect is not None
        return self.adopted.effect

    @property
    def revoked(self) -> Turn | None:
        """The revocation that reached this version: of it, or of an earlier one."""
        return next((turn for turn in self.turns if turn.kind == "revoked" and turn.number <= self.version.number), None)

    @property
    def over(self) -> Instant:
        """When it was, or will be, over: at its end, or at its revocation."""
        return self.version.term.end if self.revoked is None else self.revoked.at

    @property
    def owed(self) -> tuple[Owed, ...]:
        """Each time that one of its duties falls due."""
        return owed(self.version, self.starts, self.over)

    @property
    def suspension(self) -> Turn | None:
        """The latest suspension, with `effect` None if it was confirmed; None where a reinstatement followed it."""
        found: Turn | None = None
        for turn in self.turns:
            match turn.kind:
                case "suspended":
                    found = turn
                case "confirmed" if found is not None:
                    found = replace(found, effect=None)
                case "reinstated":
                    found = None
        return found

    @property
    def answers(self) -> int:
        """The entry of the act that set how this version stands."""
        return next(
            (turn.entry for turn in reversed(self.turns) if turn.kind in {"suspended", "reinstated"} or self._about_it(turn)),
            self.adopted.entry,
        )

    @property
    def doubt(self) -> Turn | None:
        """The revocation of a key that leaves its votes in doubt; None where they aren't, or were given again since."""
        found = next((turn for turn in reversed(self.turns) if self._about_it(turn)), None)
        return found if found is not None and found.kind == "doubted" else None

    @property
    def cleared(self) -> Instant | None:
        """When a doubt about it was last lifted."""
        return next((turn.at for turn in reversed(self.turns) if self._about_it(turn) and turn.kind == "cleared"), None)

    def _about_it(self, turn: Turn) -> bool:
        """Doubt is of one version, unlike a suspension, which holds the whole agreement."""
        return turn.kind in {"doubted", "cleared"} and turn.version == self.version.hash

    @property
    def reinstated(self) -> Instant | None:
        """When it was last reinstated."""
        return next((turn.at for turn in reversed(self.turns) if turn.kind == "reinstated"), None)

    def suspended(self, at: Instant) -> Turn | None:
        """Return the suspension that holds at `at`."""
        found = self.suspension
        return found if found is not None and (found.effect is None or at < found.effect) else None


def lives(agreement: Agreement, at: Instant) -> tuple[Life | None, tuple[Life, ...]]:
    """Return the version that governs at `at` (the latest that came into force, ended or not), and those still to come."""
    adopted = tuple(_adopted(agreement, at))
    # A version revoked before its start never came into force, so it supersedes nothing.
    started = [life for life in adopted if life.starts <= at and not (life.revoked and life.revoked.at < life.starts)]
    current = max(started, key=lambda life: life.version.number, default=None)
    coming = [
        life
        for life in adopted
        if life.starts > at and not life.revoked and (current is None or life.version.number > current.version.number)
    ]
    return current, tuple(sorted(coming, key=lambda life: (life.starts, -life.version.number)))


def _adopted(agreement: Agreement, at: Instant) -> Iterator[Life]:
    turns = tuple(turn for turn in agreement.turns if turn.at <= at)
    for n, turn in enumerate(turns):
        if turn.kind == "adopted":
            proposal = agreement.proposal(turn.version)
            assert proposal is not None, "only what was proposed is adopted"
            yield Life(proposal.version, turn, turns[n + 1 :])


def standing(agreement: Agreement, at: Instant) -> Standing:
    """Return how the agreement stands at `at`. Raises ValueError for an instant before its first proposal."""
    current, coming = lives(agreement, at)
    if current is not None:
        return _governed(agreement, current, coming, at)
    if coming:
        return _awaited(coming[0], at)
    return _unadopted(agreement, at)


def _governed(agreement: Agreement, life: Life, coming: tuple[Life, ...], at: Instant) -> Standing:
    following = (coming[0].version, coming[0].starts) if coming else None
    superseded = coming[0].starts if coming else None
    version, end = life.version, life.version.term.end
    times = life.owed
    late = tuple(one for one in times if one.duty.suspends and one.due <= at and met(agreement, version, one, at) is None)
    reviews = tuple(one for one in agreement.emergencies if one.owed(at) and one.due <= at)
    purges = tuple(one for one in agreement.purges if one.owed(at) and one.due <= at)
    state: State
    lapses: Instant | None = None
    if life.revoked is not None:
        state, since, until, late, reviews, purges = "REVOKED", life.revoked.at, superseded, (), (), ()
    elif at >= end:
        state, since, until, late, reviews, purges = "ENDED", end, superseded, (), (), ()
    elif suspension := life.suspended(at):
        state, since, until = "SUSPENDED", suspension.at, _first(suspension.effect, superseded, end)
        lapses = suspension.effect
    elif life.doubt is not None:
        state, since, until = "SUSPENDED", life.doubt.at, _first(superseded, end)
    else:
        lapsed = life.suspension.effect if life.suspension else None
        stretches = gaps(agreement, version, times, at)
        lifted = [until for _, until in stretches]
        since = max(mark for mark in (life.starts, life.reinstated, life.cleared, lapsed, *lifted) if mark is not None)
        if late or reviews or purges:
            state, since, until = "SUSPENDED", max(since, stretches[-1][0]), _first(superseded, end)
        else:
            due = [one.due for one in times if one.duty.suspends and met(agreement, version, one, at) is None]
            due += [one.due for one in agreement.emergencies if one.owed(at)]
            due += [one.due for one in agreement.purges if one.owed(at)]
            state, until = "IN_FORCE", _first(superseded, end, *due)
    return Standing(
        state=state,
        version=version,
        since=since,
        until=until,
        answers=life.answers,
        next=following,
        lapses=lapses,
        overdue=late,
        reviews=reviews,
        purges=purges,
        doubted=state == "SUSPENDED" and life.doubt is not None,
    )


def served(agreement: Agreement, at: Instant) -> tuple[tuple[Version, Period], ...]:
    """Return the stretches of time up to `at` in which a version was in force, as `standing` has them, the oldest first."""
    ordered = [*(mark for mark in marks(agreement, at) if mark < at), at]
    found: list[tuple[Version, Period]] = []
    for start, end in pairwise(ordered):
        stands = standing(agreement, start)
        if stands.state != "IN_FORCE":
            continue
        if found and found[-1][0].hash == stands.version.hash and found[-1][1].end == start:
            start = found.pop()[1].start  # noqa: PLW2901  one stretch, whatever happened in its midst
        found.append((stands.version, Period(start, end)))
    return tuple(found)


def dues(agreement: Agreement, at: Instant) -> tuple[tuple[Version, Owed, Met | None], ...]:
    """Return each time that a duty of the version that governs at `at` falls due, in this order, with the act that met it, if any."""
    life, _ = lives(agreement, at)
    return () if life is None else tuple((life.version, one, met(agreement, life.version, one, at)) for one in life.owed)


def marks(agreement: Agreement, at: Instant) -> tuple[Instant, ...]:
    """Return the instants from its first proposal on at which how it stands may have changed by what was done up to `at`."""
    known = [turn for turn in agreement.turns if turn.at <= at]
    found = {turn.at for turn in known} | {turn.effect for turn in known if turn.effect is not None}
    found |= {proposal.version.term.end for proposal in agreement.proposals} | {act.at for act in agreement.met}
    found |= {one.due for life in _adopted(agreement, at) for one in life.owed}
    found |= {mark for one in agreement.emergencies if one.at <= at for mark in (one.due, one.reviewed) if mark is not None}
    found |= {mark for one in agreement.purges if one.at <= at for mark in (one.due, one.answered) if mark is not None}
    return tuple(sorted(mark for mark in found if mark >= agreement.began))


def _awaited(life: Life, at: Instant) -> Standing:
    following = (life.version, life.starts)
    if suspension := life.suspended(at):
        until = _first(suspension.effect, life.starts)
        return Standing(
            state="SUSPENDED",
            version=life.version,
            since=suspension.at,
            until=until,
            answers=life.answers,
            next=following,
            lapses=suspension.effect,
            doubted=life.doubt is not None,
        )
    if life.doubt is not None:
        return Standing(
            state="SUSPENDED",
            version=life.version,
            since=max(life.doubt.at, life.adopted.at),
            until=life.starts,
            answers=life.answers,
            next=following,
            doubted=True,
        )
    return Standing(
        state="WAITING", version=life.version, since=life.adopted.at, until=life.starts, answers=life.answers, next=following
    )


def _unadopted(agreement: Agreement, at: Instant) -> Standing:
    if revoked := [turn for turn in agreement.turns if turn.kind == "revoked" and turn.at <= at]:
        proposal = agreement.proposal(revoked[-1].version)
        assert proposal is not None, "only what was proposed is revoked"
        return Standing(state="REVOKED", version=proposal.version, since=revoked[-1].at, until=None, answers=revoked[-1].entry)
    if found := agreement.open(at):
        last = found[-1]
        return Standing(state="PROPOSED", version=last.version, since=last.at, until=last.version.closes, answers=last.entry)
    made = [proposal for proposal in agreement.proposals if proposal.at <= at]
    if not made:
        raise ValueError("the agreement had not been proposed yet")
    last = made[-1]
    rejected = next((turn for turn in agreement.turns if turn.kind == "rejected" and turn.version == last.version.hash), None)
    if rejected is not None:
        return Standing(state="REJECTED", version=last.version, since=rejected.at, until=None, answers=rejected.entry)
    back = next((act for act in agreement.withdrawn if act.version == last.version.hash), None)
    if back is not None:
        return Standing(state="WITHDRAWN", version=last.version, since=back.at, until=None, answers=back.entry)
    return Standing(state="UNDECIDED", version=last.version, since=last.version.closes, until=None, answers=last.entry)


def _first(*marks: Instant | None) -> Instant | None:
    return min((mark for mark in marks if mark is not None), default=None)
