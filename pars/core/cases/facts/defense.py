"""The defense: who stands for the person, that a conflict was looked for, and counsel's presence."""

from __future__ import annotations

from dataclasses import dataclass

from pars.core.cases.facts.fact import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class RepresentationClaimed(Fact):
    """Counsel entered their appearance. `counsel` is a pseudonym, `office` the role that they hold: whose clients theirs are, too."""

    counsel: str
    office: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictChecked(Fact):
    """Whether a warning stood when the person was claimed, and what counsel said to it. Each claim has one; only the defense reads it."""

    found: bool
    said: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RepresentationEnded(Fact):
    """A claim, by its fact's number, stands no longer."""

    claim: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CounselPresent(Fact):
    """Counsel is there for the hearing, or (`present` False) is not after all. `how` is COURTROOM, VIDEO or PHONE."""

    counsel: str
    how: str
    present: bool = True
