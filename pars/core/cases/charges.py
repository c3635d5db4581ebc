"""What a charge says, in either layer: the statute as printed, what it is called, its grade and what that rests on, how often.

An inchoate charge (18 Pa.C.S. §§ 901-903) has an object: the offense that was attempted, solicited or agreed on. Where a source gives
the object's statute and only calls it attempted, that statute is the object.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from pars.core.cases.facts import SAID, ChargeFiled
from pars.core.cases.offenses import BASES, FLAGS
from pars.core.cases.statutes import inchoate_of
from pars.core.terms import Refusal, StatedTime

if TYPE_CHECKING:
    from pars.core.cases.offenses import Match, Offenses

INCHOATE: Mapping[str, str] = MappingProxyType(
    {
        "ATTEMPT": "Criminal attempt (18 Pa.C.S. § 901)",
        "SOLICITATION": "Criminal solicitation (18 Pa.C.S. § 902)",
        "CONSPIRACY": "Criminal conspiracy (18 Pa.C.S. § 903)",
    }
)
"""The inchoate offenses."""

OBJECT_MISSING = "The object isn't named: which offense was attempted, solicited or agreed on."
"""What is flagged on an inchoate charge without its object."""

NOT_THE_TABLES_GRADE = "The offense table grades it otherwise ({grade})."
"""What is flagged where the grade isn't the table's and nobody says on what it rests."""


class Charge(Protocol):
    """What every value that is a charge has: as given, as proposed, as filed."""

    @property
    def statute(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def grade(self) -> str | None: ...
    @property
    def counts(self) -> int: ...
    @property
    def offense_date(self) -> StatedTime | None: ...
    @property
    def inchoate(self) -> str | None: ...
    @property
    def object_statute(self) -> str | None: ...
    @property
    def object_description(self) -> str | None: ...
    @property
    def grade_basis(self) -> str | None: ...
    @property
    def grade_note(self) -> str | None: ...


def inchoate(charge: Charge) -> str | None:
    """Return which inchoate offense a charge is, if any: as its source calls it, else as its statute says (18 Pa.C.S. §§ 901-903)."""
    return charge.inchoate or inchoate_of(charge.statute)


def says_the_same(one: Charge, other: Charge) -> bool:
    """Return whether two charges say the same, whoever said it."""
    others = (name for name in SAID if name != "inchoate")
    return inchoate(one) == inchoate(other) and all(getattr(one, name) == getattr(other, name) for name in others)


def with_object_of(charge: ChargeFiled, before: Charge) -> ChargeFiled:
    """Return the charge with what it doesn't say of its object taken from what it was before; what is no attempt has no object."""
    if inchoate(charge) is None:
        return charge
    return replace(
        charge,
        object_statute=charge.object_statute or before.object_statute,
        object_description=charge.object_description or before.object_description,
    )


def object_words(charge: Charge) -> str:
    """Return the object of an inchoate charge in words; "" where there is none."""
    return " ".join(part.strip() for part in (charge.object_statute, charge.object_description) if part and part.strip())


def described(charge: Charge) -> str:
    """Return what a charge is called, with its object: `Criminal Attempt - 18 § 3502 §§ A2 Burglary`."""
    return " - ".join(part for part in (charge.description.strip(), object_words(charge)) if part)


def basis_words(charge: Charge) -> str:
    """Return what the grade rests on, in words; "" where nobody says."""
    return ": ".join(part for part in (BASES.get(charge.grade_basis or "", ""), charge.grade_note or "") if part)


def refuse_charge(charge: Charge) -> Refusal | None:
    """Return why a charge can't be as it is given. An unknown statute is no reason: it is kept and flagged."""
    stated, said = inchoate_of(charge.statute), charge.inchoate
    if said is not None and said not in INCHOATE:
        return Refusal(
            code="NO_SUCH_INCHOATE",
            says="There is no such inchoate offense.",
            remedy=f"Choose one of {', '.join(INCHOATE)}.",
            names=("inchoate",),
        )
    if said is not None and stated is not None and said != stated:
        return Refusal(
            code="INCHOATE_CONTRADICTED",
            says="The statute is of another inchoate offense than the one that is chosen.",
            remedy=f"The statute says {stated}; change one of them.",
            names=("inchoate", "statute"),
        )
    if object_words(charge) and said is None and stated is None:
        return Refusal(
            code="OBJECT_WITHOUT_INCHOATE",
            says="Only an attempt, a solicitation or a conspiracy has another offense as its object.",
            remedy="Leave the object out, or give the statute of the inchoate offense.",
            names=("object_statute", "object_description"),
        )
    if charge.grade_basis is not None and charge.grade_basis not in BASES:
        return Refusal(
            code="NO_SUCH_BASIS",
            says="There is no such basis of a grade.",
            remedy=f"Choose one of {', '.join(BASES)}.",
            names=("grade_basis",),
        )
    if charge.grade_basis == "OTHER" and not (charge.grade_note or "").strip():
        return Refusal(code="BASIS_NEEDED", says="Say in words on what the grade rests.", names=("grade_note",))
    if charge.grade_basis is not None and not (charge.grade or "").strip():
        return Refusal(code="GRADE_NEEDED", says="A basis is given, but no grade.", names=("grade",))
    return None


@dataclass(frozen=True, slots=True)
class Checked:
    """A charge beside the offense table: what the table says of its statute, and what is flagged. Flags keep nothing back."""

    match: Match
    flags: tuple[str, ...]


def check(charge: Charge, table: Offenses) -> Checked:
    """Return what the table says of a charge, by the day of its offense. The charge's own words stay as they are."""
    match = table.find(charge.statute, charge.offense_date)
    flags = [FLAGS[match.code]] if match.code in FLAGS else []
    if inchoate_of(charge.statute) is not None and not object_words(charge):
        flags.append(OBJECT_MISSING)
    if charge.object_statute:
        found = table.find(charge.object_statute, charge.offense_date)
        flags += [f"Object: {FLAGS[found.code]}"] if found.code in FLAGS else []
    known = match.offense.grade if match.offense is not None else None
    if known is not None and charge.grade is not None and charge.grade != known and charge.grade_basis is None:
        flags.append(NOT_THE_TABLES_GRADE.format(grade=known))
    return Checked(match, tuple(flags))
