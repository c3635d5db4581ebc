"""The court: hearing, release order, what was posted."""

from __future__ import annotations

from dataclasses import dataclass

from pars.core.cases.facts.fact import Fact
from pars.core.terms import StatedTime  # the store reads the field types to make its columns


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintFiled(Fact):
    """The complaint was filed with the court. From here the time for trial in Common Pleas counts, and from nothing else."""

    time: StatedTime
    court: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessLimited(Fact):
    """A court limited the access to the record, or lifted that: `court_order` is the entry of its order."""

    court_order: int
    limited: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Arraigned(Fact):
    """The preliminary arraignment hearing (Pa.R.Crim.P. 540). `probable_cause` None: not asked, since there was a warrant."""

    time: StatedTime
    probable_cause: bool | None
    rights_read: bool
    complaint_given: bool
    counsel_advised: bool
    hearing_right_advised: bool
    bail_advised: bool
    interpreter: str | None = None
    """Who interpreted, where the person needs an interpreter."""
    reason: str | None = None
    """Why the case was called although something was missing, or why there is no probable cause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseOrdered(Fact):
    """The signed release order. `types` combine (Pa.R.Crim.P. 524): any of ROR, NONMONETARY, UNSECURED, NOMINAL, MONETARY, REFUSED.

    Money is in whole cents; "refused" is not zero: `amount_cents` is then None. `deposit_percent` is 0 to 100: the share of the
    amount that must be put down. `conditions` are codes of `bail.STANDARD_CONDITIONS` and `bail.CONDITIONS`; `conditions_note` their words.
    """

    types: tuple[str, ...]
    hearing: int
    """The number of the hearing at which it was made."""
    next_hearing: StatedTime
    amount_cents: int | None = None
    deposit_percent: int | None = None
    conditions: tuple[str, ...] = ()
    reasons: str | None = None
    next_court: str | None = None
    surety: str | None = None
    conditions_note: str | None = None
    late_cause: str | None = None
    """Why the next hearing lies outside the rule's window, or on a day when the court is closed."""
    text_sha256: str = ""
    signer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BailPosted(Fact):
    """The security that a monetary order asks for was posted."""

    order: int
    amount_cents: int
