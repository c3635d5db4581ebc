"""The prosecution: each charge decided, filed and signed, and what a prosecutor's feed says."""

from __future__ import annotations

from dataclasses import dataclass

from pars.core.cases.facts.fact import Fact
from pars.core.terms import StatedTime  # the store reads the field types to make its columns


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeDecided(Fact):
    """The prosecutor's decision on one charge.

    `decision` is APPROVE, AMEND, ADD, DECLINE, RETURN or REFER; `proposed` is the fact number of the police's charge (None
    for one that was added); `filed` is the number of the ChargeFiled fact that follows from it; `reason` is a code of `choices.REASONS`,
    `note` the words beside it; `reported` says that a feed told of the decision, so that it carries no attorney's signature.
    """

    proposed: int | None
    decision: str
    reason: str | None = None
    filed: int | None = None
    reported: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeFiled(Fact):
    """A charge as the prosecutor files it. `arrest` is the number of the arrest it belongs to."""

    arrest: int
    statute: str
    description: str
    grade: str | None = None
    counts: int = 1
    offense_date: StatedTime | None = None
    reported: bool = False
    inchoate: str | None = None
    """ATTEMPT, SOLICITATION or CONSPIRACY where the source calls it so; what the statute says by itself, `charges.inchoate` reads.

    Beside it the offense that is the object, as printed.
    """
    object_statute: str | None = None
    object_description: str | None = None
    grade_basis: str | None = None
    """What the grade rests on: a code of `offenses.BASES`, with words beside it."""
    grade_note: str | None = None


SAID = (
    "statute", "description", "grade", "counts", "offense_date",
    "inchoate", "object_statute", "object_description", "grade_basis", "grade_note",
)  # fmt: skip
"""What both layers say of a charge, and a decision may change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintSigned(Fact):
    """The complaint: the hash of its canonical text, signed by a named person whose password was given again."""

    text_sha256: str
    signer: str
    reported: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintCosigned(Fact):
    """The second signature on a complaint: of a supervisor, over the same text. `complaint` is the number of the signed one."""

    complaint: int
    text_sha256: str
    signer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProsecutionReported(Fact):
    """What a prosecutor's feed said of the case as a whole: `status` is RECEIVED, CASE_CREATED or DECIDED."""

    status: str
    agency: str | None = None
    case_number: str | None = None
    words: str | None = None
    time: StatedTime | None = None
