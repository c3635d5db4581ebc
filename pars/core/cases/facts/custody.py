"""Custody: what holds the person besides the case, detainers, and the way out."""

from __future__ import annotations

from dataclasses import dataclass

from pars.core.cases.facts.fact import Fact
from pars.core.terms import StatedTime  # the store reads the field types to make its columns


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldLodged(Fact):
    """Something that may keep the person besides this case: `kind` is a code of `holds.HOLD_KINDS`."""

    kind: str
    authority: str
    lodged: StatedTime
    reference: str | None = None
    lapses: StatedTime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldLifted(Fact):
    """A hold ended, and why."""

    hold: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DetainerReceived(Fact):
    """An immigration detainer or notice request, with the paper that came with it.

    `form` is I-247A or NOTICE_REQUEST; `paper` is NONE, ADMINISTRATIVE (I-200, I-205) or JUDICIAL, and JUDICIAL means a
    named judge and court, confirmed by a second person: `confirmed_by`, who also confirms a conviction.
    """

    form: str
    paper: str
    issuing_office: str
    signer: str | None = None
    court: str | None = None
    confirmed_by: str | None = None
    conviction: str | None = None
    """A conviction that a rule asks for, as a code of `detainer_rules.CONVICTIONS`; None where there is none, as always in this
    matter before a trial."""
    received: StatedTime | None = None
    received_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DetainerDecided(Fact):
    """The four separate answers to a detainer, each HONOR, DECLINE or NOT_ASKED, under one dated rule."""

    detainer: int
    hold: str
    notice: str
    hand_over: str
    access: str
    rule: str
    reason: str
    lapses: StatedTime | None = None
    """When an honored hold lapses; None where it isn't honored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyStated(Fact):
    """A custodian's or another source's word on custody: `status` is IN_CUSTODY, NOT_IN_CUSTODY or RELEASED."""

    status: str
    words: str
    time: StatedTime | None = None
    facility: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseAcknowledged(Fact):
    """The custodian acknowledged the release, or said why it can't be done yet (`released` False with a reason).

    `basis` is ORDER, DECLINED or DISCHARGED; `order` is the number of the release order where there is one.
    """

    basis: str
    released: bool
    order: int | None = None
    reason: str | None = None
    time: StatedTime | None = None
    """When the person went free, where it was told later; None: as it was recorded."""
