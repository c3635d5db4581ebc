"""What else a question states and a version must allow: on behalf of which other agency it is asked, and which evidence is looked up.

Whoever asks for another says so, and the other is named in the text that the owners voted; else it is refused. Evidence that the text has
looked up must be of a record within the agreement's reach, wherever something here can look it up; the entry says which it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.core.access.purposes import EVIDENCE
from pars.core.document import ID
from pars.core.terms import Refusal

if TYPE_CHECKING:
    from pars.core.access.permits import Facts
    from pars.core.agreements.version import Version
    from pars.core.document import Node

NOT_FOUND = Refusal(
    code="EVIDENCE_NOT_FOUND",
    says="No record within this agreement's reach has that number.",
    remedy="Check the number, or ask what else can be brought.",
    names=("/evidence/value",),
)
"""The same whether a number is nobody's or somebody's who is out of reach."""


@dataclass(frozen=True, slots=True)
class Other:
    """An agency on whose behalf this one may ask."""

    id: str
    name: str


def read_others(node: Node) -> tuple[Other, ...]:
    """Return the agencies on whose behalf a version lets be asked."""
    found: dict[str, Other] = {}
    for part in node.items(1, 50):
        parts = part.fields({"id", "name"})
        other = Other(parts["id"].text(ID), parts["name"].text(most=120))
        if other.id in found:
            raise parts["id"].wrong("TWICE", "this agency stands here twice.")
        found[other.id] = other
    return tuple(found.values())


def read_checked(node: Node) -> tuple[str, ...]:
    """Return the kinds of evidence that a version has looked up."""
    return node.words(EVIDENCE, "UNKNOWN_EVIDENCE", least=1)


def refuse_stated(version: Version, facts: Facts) -> Refusal | None:
    """Return why what a question states beside its purpose can't be; None where it can."""
    if facts.behalf is not None and facts.behalf not in {other.id for other in version.others}:
        return Refusal(
            code="NOT_ON_BEHALF",
            says="This agreement doesn't let anybody ask on behalf of that agency.",
            remedy=f"It names: {', '.join(other.id for other in version.others)}." if version.others else "It names no other.",
            names=("/on_behalf_of",),
        )
    if (facts.checked is not None) != (facts.evidence and facts.how != "asks" and looked_up(version, facts.purpose)):
        return Refusal(
            code="NOT_CHECKED", says="Evidence is looked up exactly where the agreement says so, and the entry says it."
        )
    return None


def looked_up(version: Version, purpose: str) -> bool:
    """Return whether the version has the evidence for this purpose looked up."""
    found = version.purpose(purpose)
    return found is not None and found.evidence in version.checked
