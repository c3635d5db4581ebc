"""The complaint and the affidavit of probable cause (Pa.R.Crim.P. 504, 513; 540(C), (D))."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.cases.case import arrests, identity
from pars.core.cases.charging import VERIFIED, complaint_version, standing_complaint
from pars.core.cases.facts import Arrested, ChargeFiled, ComplaintSigned, IdentityClaimed, NarrativeWritten
from pars.core.cases.papers.form import BLANK, Body, PaperKind, Part, Signature
from pars.core.cases.papers.parties import CHARGED, NAMED, caption, charges, joined, lines_of, name_of
from pars.core.cases.papers.said import NOT_STATED, number_said, time_said
from pars.core.terms import Refusal

if TYPE_CHECKING:
    from pars.core.cases.case import Case
    from pars.core.cases.papers.form import Telling

ACCUSES = (
    (
        "The person named above is accused of the offenses listed here. The acts were against the peace and dignity of the "
        "Commonwealth of Pennsylvania and contrary to the statutes named."
    ),
)


SIGNS = {"prosecutor": "The prosecutor signs", "police": "The police officer whose complaint it is signs"}
SIGNED_AS = {"prosecutor": "Attorney for the Commonwealth", "police": "Affiant"}
"""Who signs the complaint, as the profile that the case goes by says."""


def _refuse_complaint(case: Case) -> Refusal | None:
    signed = standing_complaint(case)
    if signed is None:
        return Refusal(
            code="NO_COMPLAINT",
            says="No complaint is signed that covers the filed charges as they stand.",
            remedy=f"{SIGNS[case.profile.signed_by]} the complaint after reading it; then the paper is there.",
        )
    if signed.reported:
        return Refusal(
            code="SIGNED_ELSEWHERE",
            says="The complaint was signed in the prosecutor's own system; its text isn't kept here.",
            remedy="Ask the prosecutor for the signed copy.",
        )
    return None


def _complaint(case: Case, telling: Telling) -> Body:
    """Write the complaint as it was signed: what was corrected since isn't on it."""
    signed = case.latest(ComplaintSigned)
    assert signed is not None, "refused before it is written"
    then, language = case.before(signed), telling.language
    who, version = identity(then), complaint_version(then)
    of_version = (("Version", f"{version}, in the place of version {version - 1}"),) if version > 1 else ()
    return Body(
        caption=(*caption(then), *of_version),
        parts=(
            Part(
                heading="Defendant",
                rows=(
                    ("Name", name_of(then)),
                    ("Born", time_said(who.birth_date if who else None, language)),
                    ("Address", " ".join(lines_of(who.address if who else None)) or NOT_STATED[language]),
                ),
            ),
            *(
                Part(
                    heading="Arrest",
                    rows=(
                        ("Arrested", time_said(arrest.time, language)),
                        ("By", arrest.agency or NOT_STATED[language]),
                        ("Offense tracking number", number_said(arrest.otn, language)),
                        ("Incident", arrest.incident_number or NOT_STATED[language]),
                    ),
                )
                for arrest in arrests(then)
            ),
            charges(then),
            Part(heading="Accusation", says=ACCUSES),
            Part(heading="Verification", says=(VERIFIED,)),
        ),
        signatures=(
            Signature(label=SIGNED_AS[case.profile.signed_by], signer=signed.signer),
            Signature(label="Issuing authority"),
        ),
        sha256=signed.text_sha256,
    )


COMPLAINT = PaperKind(
    slug="complaint",
    titles={"en": "Criminal complaint"},
    rule="Pa.R.Crim.P. 504",
    filed=True,
    fields=joined(
        NAMED,
        CHARGED,
        {
            IdentityClaimed: frozenset({"birth_date", "address"}),
            Arrested: frozenset({"time", "agency", "incident_number"}),
            ChargeFiled: frozenset({"grade_basis", "grade_note"}),
            ComplaintSigned: frozenset({"text_sha256", "signer"}),
        },
    ),
    refuse=_refuse_complaint,
    write=_complaint,
)


def _refuse_affidavit(case: Case) -> Refusal | None:
    if case.current(NarrativeWritten):
        return None
    return Refusal(
        code="NO_ACCOUNT",
        says="No officer's account is recorded, so there is nothing to swear to.",
        remedy="The police write the account; then the paper is there.",
    )


def _affidavit(case: Case, telling: Telling) -> Body:
    accounts = case.current(NarrativeWritten)
    return Body(
        caption=caption(case),
        parts=(
            Part(
                heading="Arrest",
                rows=tuple(
                    row
                    for arrest in arrests(case)
                    for row in (
                        ("Arrested", time_said(arrest.time, telling.language)),
                        ("By", arrest.agency or NOT_STATED[telling.language]),
                        ("Incident", arrest.incident_number or NOT_STATED[telling.language]),
                    )
                ),
            ),
            *(Part(heading="Probable cause", says=lines_of(account.text)) for account in accounts),
            Part(
                heading="Verification",
                rows=(("Sworn or verified on", BLANK),),
                says=(
                    (
                        "I verify that the facts in this affidavit are true and correct to the best of my knowledge "
                        "(18 Pa.C.S. § 4904)."
                    ),
                ),
            ),
        ),
        signatures=(Signature(label="Affiant"), Signature(label="Issuing authority")),
    )


AFFIDAVIT = PaperKind(
    slug="affidavit",
    titles={"en": "Affidavit of probable cause"},
    rule="Pa.R.Crim.P. 504, 513, 540(D)",
    filed=True,
    fields=joined(NAMED, {Arrested: frozenset({"time", "agency", "incident_number"}), NarrativeWritten: frozenset({"text"})}),
    refuse=_refuse_affidavit,
    write=_affidavit,
)
