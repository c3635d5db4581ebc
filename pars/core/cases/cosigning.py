"""Which complaints need a second signature: a supervisor's, beside the attorney's who signed. By dated rules with whose they are.

A complaint that needs one doesn't stand until it has it: the court isn't handed what the office hasn't agreed on. What was reported by
a feed was signed elsewhere, by that office's own way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.core.cases.facts import ComplaintCosigned
from pars.core.terms import Instant, Period

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pars.core.cases.case import Case
    from pars.core.cases.facts import ChargeFiled, ComplaintSigned


@dataclass(frozen=True, slots=True, kw_only=True)
class CosignRule:
    """A complaint with a charge of one of these grades needs a supervisor's signature too."""

    code: str
    period: Period
    grades: frozenset[str]
    says: str
    citation: str


RULES = (
    CosignRule(
        code="HOMICIDE",
        period=Period(Instant(0)),
        grades=frozenset({"H1", "H2", "H3", "H"}),
        says="A complaint that charges criminal homicide is signed by a supervisor too.",
        citation="Policy of the prosecutor's office, an example until theirs is given; Pa.R.Crim.P. 507 leaves approval to it [counsel]",
    ),
)
"""The office's policy by date. What was signed is judged by the rule in force when the custody began."""


def rule_for(charges: Iterable[ChargeFiled], at: Instant) -> CosignRule | None:
    """Return the rule by which a complaint of these charges needs a second signature; None where it needs none."""
    grades = {charge.grade for charge in charges}
    return next((rule for rule in RULES if rule.period.covers(at) and rule.grades & grades), None)


def cosignature(case: Case, signed: ComplaintSigned) -> ComplaintCosigned | None:
    """Return the second signature of one signed complaint."""
    return next((fact for fact in case.current(ComplaintCosigned) if fact.complaint == signed.n), None)
