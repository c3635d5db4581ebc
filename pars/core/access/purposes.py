"""What a question may be for: the closed list of purposes, each with its definition, and the evidence that shows one.

An agreement's text names purposes of this list and carries their definitions word for word, so that what was consented to is what was
read. The list may grow or change later; that changes no text that was signed, and no program that knows only one list reads another
into it: a definition that is taken off stays in `EARLIER`. Citations marked [counsel] are a reading that counsel has yet to confirm.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pars.core.document import WORD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.canonical import Json
    from pars.core.document import Node

EVIDENCE: Mapping[str, re.Pattern[str]] = {
    "case_number": re.compile(r"(?=.*[0-9])[A-Za-z0-9][A-Za-z0-9 ./-]{2,38}[A-Za-z0-9]"),
    "warrant_number": re.compile(r"(?=.*[0-9])[A-Za-z0-9][A-Za-z0-9 ./-]{2,38}[A-Za-z0-9]"),
    "docket": re.compile(r"(?:MC|CP)-[0-9]{2}-(?:CR|MD|SA)-[0-9]{7}-[0-9]{4}"),
}
"""The kinds of evidence that a purpose can demand, and the form that each has."""
EXAMPLES: Mapping[str, str] = {
    "case_number": "P-2026-0417",
    "warrant_number": "W-2026-0001",
    "docket": "MC-51-CR-0012345-2026",
}
"""A piece of evidence of each kind, in its form."""

CIVIL = "civil_enforcement"
"""The purpose of which every version says whether the owners allow it."""
LEGAL_PROCESS, OWN_REQUEST = "legal_process", "own_request"
"""The purposes that a paper alone opens (`one_off`)."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """One purpose of a version, with its definition in words and the kind of evidence that each question for it must bring."""

    code: str
    says: Mapping[str, str] = field(hash=False)
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One purpose of the list. `evidence` are the kinds of which a version demands one; `source` is the law that knows the purpose."""

    code: str
    says: Mapping[str, str] = field(hash=False)
    evidence: tuple[str, ...]
    source: str

    def demanding(self, kind: str) -> dict[str, Json]:
        """Return the purpose as a version's text has it, with the kind of evidence that it demands there."""
        return {"code": self.code, "says": dict(self.says), "evidence": kind}


_JUSTICE = "18 Pa.C.S. § 9102, administration of criminal justice"

PURPOSES: tuple[Listed, ...] = (
    Listed(
        code="criminal_investigation",
        says={
            "en": "the investigation of a crime that was reported or is suspected",
            "es": "la investigación de un delito denunciado o que se sospecha",
        },
        evidence=("case_number", "warrant_number"),
        source=f"{_JUSTICE}: apprehension",
    ),
    Listed(
        code="prosecution",
        says={
            "en": "the decision on charges and the prosecution of a criminal case",
            "es": "la decisión sobre los cargos y la acusación en un caso penal",
        },
        evidence=("docket", "case_number"),
        source=f"{_JUSTICE}: prosecution",
    ),
    Listed(
        code="court_administration",
        says={
            "en": "preparing, scheduling and recording a hearing before a court",
            "es": "la preparación, la programación y el registro de una audiencia ante un tribunal",
        },
        evidence=("docket",),
        source=f"{_JUSTICE}: adjudication",
    ),
    Listed(
        code="custody",
        says={
            "en": "the lawful custody, transport and release of a person who is detained",
            "es": "la custodia legal, el traslado y la liberación de una persona detenida",
        },
        evidence=("case_number", "docket", "warrant_number"),
        source=f"{_JUSTICE}: detention, pretrial release",
    ),
    Listed(
        code="warrant_service",
        says={
            "en": "the service of a warrant that a judge has signed",
            "es": "la ejecución de una orden firmada por un juez",
        },
        evidence=("warrant_number", "docket"),
        source=f"{_JUSTICE}: apprehension; an administrative warrant is none [counsel]",
    ),
    Listed(
        code="supervision",
        says={
            "en": "the supervision of a named person who is on probation or parole with the agency",
            "es": "la supervisión de una persona identificada que está en libertad condicional o bajo palabra ante la agencia",
        },
        evidence=("case_number", "docket"),
        source=f"{_JUSTICE}: correctional supervision",
    ),
    Listed(
        code="victim_notice",
        says={
            "en": "telling a registered victim of what happens in their own case",
            "es": "informar a una víctima registrada de lo que ocurre en su propio caso",
        },
        evidence=("docket", "case_number"),
        source="18 P.S. § 11.201, rights of crime victims",
    ),
    Listed(
        code=CIVIL,
        says={
            "en": "the enforcement of civil law against a person, immigration law among it",
            "es": "la aplicación de leyes civiles contra una persona, entre ellas las de inmigración",
        },
        evidence=("warrant_number", "docket", "case_number"),
        source="no administration of criminal justice under 18 Pa.C.S. § 9102 [counsel]",
    ),
    Listed(
        code=LEGAL_PROCESS,
        says={
            "en": "what one subpoena or order of a court demands",
            "es": "lo que exige una citación o una orden determinada de un tribunal",
        },
        evidence=("docket", "case_number"),
        source="42 Pa.C.S. § 5905, subpoenas; the order's own terms [counsel]",
    ),
    Listed(
        code=OWN_REQUEST,
        says={
            "en": "giving a person the record about themselves, at their own request",
            "es": "entregar a una persona el expediente sobre sí misma, a petición suya",
        },
        evidence=("case_number",),
        source="18 Pa.C.S. § 9151, right to access and review [counsel]",
    ),
)
"""The list. A changed definition is a new line; the one before it moves to `EARLIER`."""

EARLIER: tuple[Listed, ...] = ()
"""Definitions that can't be proposed any more. A ledger in which they were voted still verifies."""


def listed(code: str) -> Listed:
    """Return the purpose of the list with that code. Raises KeyError where there is none."""
    return {purpose.code: purpose for purpose in PURPOSES}[code]


def purposes_json() -> list[dict[str, object]]:
    """Return the list as it is shown to whoever writes an agreement."""
    return [
        {"code": line.code, "says": dict(line.says), "evidence": list(line.evidence), "source": line.source}
        for line in PURPOSES
    ]


def was_listed(purpose: Purpose) -> bool:
    """Return whether a line of the list, of today or of before, says the purpose in these words and lets it demand this evidence."""
    return any(
        (line.code, line.says) == (purpose.code, purpose.says) and purpose.evidence in line.evidence
        for line in (*PURPOSES, *EARLIER)
    )


def read_purposes(node: Node, *, proposed: bool) -> tuple[Purpose, ...]:
    """Return the purposes of a version's text. One that is `proposed` must follow the list of today, place by place."""
    purposes: dict[str, Purpose] = {}
    for part in node.items(1, 20):
        parts = part.fields({"code", "says", "evidence"})
        code = parts["code"].text(WORD)
        if code in purposes:
            raise parts["code"].wrong("TWICE", "this purpose stands here twice.")
        purposes[code] = Purpose(code, parts["says"].said(), parts["evidence"].one_of(EVIDENCE, "UNKNOWN_EVIDENCE"))
        if proposed:
            _follow(purposes[code], parts)
    return tuple(purposes.values())


def _follow(purpose: Purpose, parts: Mapping[str, Node]) -> None:
    codes = tuple(line.code for line in PURPOSES)
    line = listed(parts["code"].one_of(codes, "UNLISTED_PURPOSE"))
    if purpose.says != line.says:
        raise parts["says"].wrong(
            "OTHER_DEFINITION", "these aren't the words in which the list defines this purpose.", f"Say: {line.says['en']}"
        )
    if purpose.evidence not in line.evidence:
        raise parts["evidence"].wrong(
            "OTHER_EVIDENCE", "this purpose can't be shown by that.", f"It can demand: {', '.join(line.evidence)}."
        )
