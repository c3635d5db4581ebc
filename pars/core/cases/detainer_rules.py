"""The rules on immigration detainers, as data: each with its period, its citation, whom it binds and what its text is.

Only an active rule decides. One whose text nobody has confirmed, and a form that no owner put in force, stand here inactive: they
are read, and decide nothing. A rule answers four questions apart (hold, notice, hand-over, access); each has a test that the
paper and the case must pass. Whatever decides anything is in the text, whose hash the ledger's first entry holds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pars.core import canonical
from pars.core.cases import federal_holidays
from pars.core.owners.detainer_text import ANSWERS, DetainerText, Status, Test
from pars.core.terms import HOUR, Instant, Period, end_of_day, moment, start_of_day

if TYPE_CHECKING:
    from pars.core.owners.owners_text import InForce

__all__ = [
    "ANSWERS", "CONVICTIONS", "CONVICTIONS_HERE", "FIRST_ORDER", "LONG_AGO", "ORDINANCE", "READINGS", "RULES", "SECOND_ORDER",
    "THIRD_ORDER", "ZONE", "DetainerRule", "Reading", "Status", "Test", "code_taken", "held_until", "owners_rules", "rule_at", "rule_document",
    "rule_ends", "rule_named", "rules_sha256", "rules_text",
]  # fmt: skip

ZONE = "America/New_York"
LONG_AGO = start_of_day(date(1900, 1, 1), ZONE)
FIRST_ORDER = start_of_day(date(2014, 4, 16), ZONE)
SECOND_ORDER = start_of_day(date(2015, 12, 22), ZONE)
THIRD_ORDER = start_of_day(date(2016, 1, 4), ZONE)
ORDINANCE = start_of_day(date(2026, 5, 7), ZONE)

CONVICTIONS_HERE = ("F1_VIOLENT", "F2_VIOLENT")
"""A conviction in this matter of a first- or second-degree felony involving violence. Before a trial there is none."""
CONVICTIONS = (*CONVICTIONS_HERE, "PRIOR_LISTED")
"""PRIOR_LISTED is an earlier conviction that Executive Order 7-15 lists; no other rule asks for one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One reading of the 48 hours that an honored hold lasts: whether Saturdays, Sundays and federal holidays count."""

    hours: int
    all_days_count: bool
    citation: str


READINGS: Mapping[str, Reading] = MappingProxyType(
    {
        "FORM": Reading(hours=48, all_days_count=True, citation="Form I-247A: not to exceed 48 hours [counsel]"),
        "REGULATION": Reading(
            hours=48,
            all_days_count=False,
            citation="8 CFR 287.7(d): 48 hours, excluding Saturdays, Sundays, and holidays [counsel]",
        ),
    }
)
"""Both readings, by name. A rule names its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DetainerRule:
    """One rule. It decides while it is active and in its period, until a later active one begins.

    `status` says what the text is: enacted, draft, or reported (known only from a report or as a practice). `binds` are the
    owners whose people it binds (the city's: its police and its jails); nobody else decides under it. A form that an owner may
    put in force has no `period` yet. `text` is the hash of the text that the owners voted; None for a rule that ships.
    """

    code: str
    period: Period | None
    citation: str
    status: Status
    active: bool
    binds: tuple[str, ...]
    hold: Test
    notice: Test
    hand_over: Test
    access: Test
    reading: str
    says: str
    text: str | None = None


def _order(code: str, start: Instant, end: Instant | None, citation: str, says: str, notice: Test) -> DetainerRule:
    """Return one of Philadelphia's three orders. They differ in what they say of notice.

    [counsel] The orders speak of custody and of notice of release; here hand-over and access follow the test of the hold.
    """
    return DetainerRule(
        code=code,
        period=Period(start, end),
        citation=citation,
        status="enacted",
        active=True,
        binds=("city",),
        hold="CONVICTION_AND_JUDICIAL_WARRANT",
        notice=notice,
        hand_over="CONVICTION_AND_JUDICIAL_WARRANT",
        access="CONVICTION_AND_JUDICIAL_WARRANT",
        reading="FORM",
        says=says,
    )


_BOTH = (
    "Honored only for a person released after a conviction of a first- or second-degree felony involving violence, and only with a "
    "judicial warrant."
)

RULES: tuple[DetainerRule, ...] = (
    DetainerRule(
        code="PRACTICE_BEFORE_2014",
        period=Period(LONG_AGO, FIRST_ORDER),
        citation="Practice before Philadelphia Executive Order 1-14; 8 CFR 287.7",
        status="reported",
        active=True,
        binds=("city",),
        hold="ALWAYS",
        notice="ALWAYS",
        hand_over="ALWAYS",
        access="ALWAYS",
        reading="REGULATION",
        says="Detainers were generally honored.",
    ),
    _order(
        "EXECUTIVE_ORDER_1_14",
        FIRST_ORDER,
        SECOND_ORDER,
        "Philadelphia Executive Order 1-14 (16 Apr 2014)",
        f"{_BOTH} Notice of release has the same test. Before a trial there is no conviction, so nothing is honored at this stage.",
        "CONVICTION_AND_JUDICIAL_WARRANT",
    ),
    _order(
        "EXECUTIVE_ORDER_7_15",
        SECOND_ORDER,
        THIRD_ORDER,
        "Philadelphia Executive Order 7-15 (22 Dec 2015); draft of 16 Nov 2015 read [counsel]",
        f"{_BOTH} Notice of release is given on request for a person with a listed serious felony conviction, also an earlier one. "
        "(Its other grounds are suspicions; they are no facts of a case, so they are not in this table.)",
        "LISTED_CONVICTION",
    ),
    _order(
        "EXECUTIVE_ORDER_5_16",
        THIRD_ORDER,
        None,
        "Philadelphia Executive Order 5-16 (4 Jan 2016)",
        f"{_BOTH} Notice of release has the same test. Before a trial there is no conviction, so nothing is honored at this stage.",
        "CONVICTION_AND_JUDICIAL_WARRANT",
    ),
    DetainerRule(
        code="CHAPTER_21_3600",
        period=Period(ORDINANCE),
        citation="Phila. Code ch. 21-3600, reported signed on 7 May 2026; enacted text not read [counsel]",
        status="reported",
        active=False,
        binds=("city",),
        hold="JUDICIAL_WARRANT",
        notice="JUDICIAL_WARRANT",
        hand_over="JUDICIAL_WARRANT",
        access="JUDICIAL_WARRANT",
        reading="FORM",
        says="As reported: a judicial warrant is required, one signed by a judge or magistrate judge of a federal court.",
    ),
    DetainerRule(
        code="JUDICIAL_WARRANT_REQUIRED",
        period=None,
        citation="A policy form of this program; its owner's text and date are cited once it is put in force",
        status="draft",
        active=False,
        binds=("city",),
        hold="JUDICIAL_WARRANT",
        notice="JUDICIAL_WARRANT",
        hand_over="JUDICIAL_WARRANT",
        access="JUDICIAL_WARRANT",
        reading="FORM",
        says="A judicial warrant is required: one signed by a judge or magistrate judge of a federal court.",
    ),
    DetainerRule(
        code="COOPERATION_REQUIRED",
        period=None,
        citation="A policy form of this program; its owner's text and date are cited once it is put in force",
        status="draft",
        active=False,
        binds=("city",),
        hold="ALWAYS",
        notice="ALWAYS",
        hand_over="ALWAYS",
        access="ALWAYS",
        reading="REGULATION",
        says="Cooperation is required: what the paper asks for is done, whatever paper came with it.",
    ),
)
"""The rules by date, oldest first, then the forms that an owner may put in force."""


def owners_rules(texts: Iterable[InForce]) -> tuple[DetainerRule, ...]:
    """Return the rules that ship, and those that the owners voted, each in force when its vote says."""
    voted = [
        DetainerRule(
            code=one.text.code,
            period=Period(one.start, one.end),
            citation=one.text.citation,
            status=one.text.status,
            active=True,
            binds=one.text.binds,
            hold=one.text.hold,
            notice=one.text.notice,
            hand_over=one.text.hand_over,
            access=one.text.access,
            reading=one.text.reading,
            says=one.text.says["en"],
            text=one.text.hash,
        )
        for one in texts
        if isinstance(one.text, DetainerText)
    ]
    return (*RULES, *voted)


def rule_at(at: Instant, rules: tuple[DetainerRule, ...] = RULES) -> DetainerRule:
    """Return the rule in force at `at`: of the active ones in their period, the last to begin. Inactive ones never decide.

    What the owners voted goes before what ships, as the ledger's fold has it too.
    """
    # INVARIANT: only an active rule decides, so that a text nobody has confirmed frees nobody and keeps nobody.
    standing = [
        (rule.text is not None, rule.period.start, place, rule)
        for place, rule in enumerate(rules)
        if rule.active and rule.period is not None and rule.period.covers(at)
    ]
    return max(standing, key=lambda found: found[:3])[3]


def rule_ends(rule: DetainerRule, rules: tuple[DetainerRule, ...] = RULES, *, after: Instant | None = None) -> Instant | None:
    """Return the first instant from which another rule may decide, after the rule's start or `after`, where given.

    It is the rule's own end, or the start of another active one.
    """
    if rule.period is None:
        return None
    since = rule.period.start if after is None else after
    others = [other.period.start for other in rules if other.active and other.period is not None]
    return min((when for when in (rule.period.end, *others) if when is not None and when > since), default=None)


def held_until(start: Instant, reading: Reading) -> Instant:
    """Return when a hold that was honored at `start` lapses.

    Hours are counted in instants, so that a change of the clocks adds and removes none; a day that doesn't count is left out
    from its first instant to the next day's, however long it is.
    """
    left, at = reading.hours * HOUR, start
    while left:
        day = moment(at, ZONE).date()
        ends = end_of_day(day, ZONE)
        if reading.all_days_count or _counts(day):
            step = min(left, ends - at)
            left, at = left - step, Instant(at + step)
        else:
            at = ends
    return at


def _counts(day: date) -> bool:
    return day.weekday() < federal_holidays.SATURDAY and not federal_holidays.is_federal_holiday(day)


def rule_named(code: str, rules: tuple[DetainerRule, ...] = RULES) -> DetainerRule | None:
    """Return the rule with this code: a decision of the past names its own. None where there is none any more.

    One that ever decided comes before a form that ships inactive: the owners may put that in force under its own code.
    """
    found = sorted((rule for rule in rules if rule.code == code), key=lambda rule: not rule.active)
    return found[0] if found else None


def rule_document(rule: DetainerRule) -> dict[str, Any]:
    """Return what a rule says as the text that owners vote, for them to put their own citation and dates in."""
    return {
        "v": 1,
        "about": "detainers",
        "code": rule.code,
        "citation": rule.citation,
        "status": rule.status,
        "binds": list(rule.binds),
        "tests": {"hold": rule.hold, "notice": rule.notice, "hand_over": rule.hand_over, "access": rule.access},
        "reading": rule.reading,
        "says": {"en": rule.says},
    }


def code_taken(code: str) -> bool:
    """Return whether a rule that ships decides, or decided, under this code: the owners give theirs another."""
    return any(rule.code == code and rule.active for rule in RULES)


def rules_text(rules: tuple[DetainerRule, ...] = RULES) -> bytes:
    """Return the canonical text of the rules, whose hash the ledger's first entry and each decision hold."""
    parts = []
    for rule in rules:
        part = {name: value for name, value in asdict(rule).items() if name not in {"period", "text"}}
        part["active"] = int(rule.active)
        part["reading"] = {"name": rule.reading, **asdict(READINGS[rule.reading])}
        part["reading"]["all_days_count"] = int(READINGS[rule.reading].all_days_count)
        if rule.period is not None:
            part["start"] = rule.period.start
            if rule.period.end is not None:
                part["end"] = rule.period.end
        parts.append(part)
    return canonical.write(parts)


def rules_sha256() -> str:
    """Return the hash of the rules' canonical text."""
    return hashlib.sha256(rules_text()).hexdigest()
