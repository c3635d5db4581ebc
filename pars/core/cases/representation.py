"""The defense: who may claim to stand for a person, what a conflict is, and when counsel counts as present.

No rule here delays anything: a hearing and a release go on without counsel as the law says they may, and PARS says only who is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

from pars.core.cases.case import Case, Change, arrests, as_seen, change, hearing
from pars.core.cases.facts import ConflictChecked, CounselPresent, RepresentationClaimed, RepresentationEnded
from pars.core.ledger.entries import Kind
from pars.core.terms import Refusal

Conflict: TypeAlias = Literal["YOURS", "OFFICE"]

BASES: Mapping[str, str] = MappingProxyType(
    {
        "ASSIGNED": "Assigned by the court (Pa.R.Crim.P. 122)",
        "RETAINED": "Retained by the person (Pa.R.Crim.P. 120)",
        "STAND_IN": "For this hearing only",
    }
)
"""By what counsel stands for the person."""

WAYS: Mapping[str, str] = MappingProxyType({"COURTROOM": "In the courtroom", "VIDEO": "By video", "PHONE": "By telephone"})
"""How counsel is present."""

CONFLICTS: Mapping[Conflict, str] = MappingProxyType(
    {
        "YOURS": "You stand for somebody else who was arrested in the same incident.",
        "OFFICE": "A colleague of your office stands for somebody else who was arrested in the same incident.",
    }
)
"""The warning, the same for everybody in that place: it names nobody and counts nobody."""

NOT_THEIRS = frozenset({"victim-notice"})
"""Papers that counsel for the person isn't given, though each field of theirs is shown elsewhere."""

NEVER: tuple[tuple[str, str], ...] = (
    (
        "Charges that the police proposed and the prosecutor didn't file; the prosecutor's reasons and notes",
        "work product, Pa.R.Crim.P. 573(G) [counsel]",
    ),
    (
        "Names and addresses of persons harmed and of witnesses",
        "PARS keeps none; Public Access Policy of the Unified Judicial System, § 7.0",
    ),
    ("Other people's cases, those arrested together included", "18 Pa.C.S. §§ 9106, 9121: only cases in which you are counsel"),
    ("Other names, doubts and what other systems' documents said", "investigative information, 18 Pa.C.S. § 9106 [counsel]"),
    ("State and federal identification numbers, social security numbers", "PARS keeps none; Pa.R.Crim.P. 113.1"),
    ("Who on another side has opened this case", "reads and presence stay with each side; the ledger has them for the owners"),
)
"""What this scope never shows, and by which rule: a list of its own, the same for every case."""

ACCOUNT = (
    "The officer's account, the affidavit and the rest of the police report",
    "the owners' choice in the text of your role (act account:read); after the hearing, discovery under Pa.R.Crim.P. 573 [counsel]",
)
"""The switch of 2007: until then the police report lay in the court's file; since then it is given or not as the owners decide."""

WORKSHEET = ("The pretrial interview's answers", "the owners' choice in the text of your role (act worksheet:read) [counsel]")


def never_shown(acts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return what a role of the defense with these acts never shows, each with its rule."""
    held = frozenset(acts)
    switched = ((ACCOUNT, "account:read"), (WORKSHEET, "worksheet:read"))
    return (*(line for line, act in switched if act not in held), *NEVER)


# ---------------------------------------------------------------- reading


def counsel(case: Case) -> tuple[RepresentationClaimed, ...]:
    """Return the claims that stand, the oldest first."""
    ended = {gone.claim for gone in case.current(RepresentationEnded)}
    return tuple(claim for claim in case.current(RepresentationClaimed) if claim.n not in ended)


def claim_of(case: Case, person: str) -> RepresentationClaimed | None:
    """Return the standing claim of one counsel, None where they aren't counsel of record."""
    return next((claim for claim in counsel(case) if claim.counsel == person), None)


def present(case: Case) -> CounselPresent | None:
    """Return counsel's last word that they are there for the hearing that is to come, while they stand for the person."""
    held = hearing(case)
    said = [one for one in case.current(CounselPresent) if held is None or one.n > held.n]
    last = said[-1] if said else None
    return last if last is not None and last.present and claim_of(case, last.counsel) is not None else None


def incidents(case: Case) -> frozenset[str]:
    """Return the numbers of the incidents that the case is about."""
    return frozenset(arrest.incident_number for arrest in arrests(case) if arrest.incident_number)


def conflict(case: Case, others: Iterable[Case], *, person: str, office: str) -> Conflict | None:
    """Return whether this counsel, or their office, stands for somebody else of the same incident. `others` are other persons' cases."""
    together = [other for other in others if other.id != case.id and incidents(other) & incidents(case)]
    claims = [claim for other in together for claim in counsel(other)]
    if any(claim.counsel == person for claim in claims):
        return "YOURS"
    return "OFFICE" if any(claim.office == office for claim in claims) else None


# ---------------------------------------------------------------- what counsel does

NOT_COUNSEL = Refusal(
    code="NOT_COUNSEL",
    says="You aren't counsel of record in this case, so nothing of it is shown.",
    remedy="Claim the representation if you stand for the person.",
)


def claim_representation(
    case: Case | None, seen: int, *, person: str, office: str, basis: str, warned: Conflict | None, said: str | None = None
) -> Change | Refusal:
    """Enter an appearance. Where a warning stands, counsel says why there is no conflict, or that it was waived."""
    found = as_seen(case, seen)
    if isinstance(found, Refusal):
        return found
    if basis not in BASES:
        return Refusal(code="NO_SUCH_BASIS", says="Say by what you stand for the person.", names=("basis",))
    if claim_of(found, person) is not None:
        return Refusal(code="COUNSEL_ALREADY", says="You are counsel of record in this case already.", remedy="Open the case.")
    words = (said or "").strip()
    if warned is not None and not words:
        return Refusal(
            code="CONFLICT_TO_CHECK",
            says=CONFLICTS[warned],
            remedy="Look whether that is a conflict (Pa.R.P.C. 1.7, 1.10). If it isn't, or it was waived, say so; else leave the claim.",
            names=("said",),
        )
    claim = RepresentationClaimed(counsel=person, office=office, basis=basis)
    checked = ConflictChecked(found=warned is not None, said=words or None)
    return change(Kind.REPRESENTATION_CLAIMED, found, (claim, checked), {"basis": basis})


def end_representation(case: Case | None, seen: int, *, person: str, reason: str) -> Change | Refusal:
    """Withdraw one's own appearance, with the reason. From then on the case is closed to its former counsel."""
    found = as_seen(case, seen)
    if isinstance(found, Refusal):
        return found
    claim = claim_of(found, person)
    if claim is None:
        return NOT_COUNSEL
    if not reason.strip():
        return Refusal(
            code="REASON_NEEDED",
            says="Withdrawing an appearance needs a reason.",
            remedy="Claimed by mistake, a conflict found, leave of court (Pa.R.Crim.P. 120(B)), other counsel entered.",
            names=("reason",),
        )
    return change(Kind.REPRESENTATION_ENDED, found, (RepresentationEnded(claim=claim.n, reason=reason.strip()),))


def attend(case: Case | None, seen: int, *, person: str, how: str, is_present: bool = True) -> Change | Refusal:
    """Say that counsel is there for the hearing, or isn't after all."""
    found = as_seen(case, seen)
    if isinstance(found, Refusal):
        return found
    if claim_of(found, person) is None:
        return NOT_COUNSEL
    if how not in WAYS:
        return Refusal(code="NO_SUCH_WAY", says="Say how counsel is present.", names=("how",))
    if not is_present and present(found) is None:
        return Refusal(code="NOT_PRESENT", says="Nobody is marked as present for the defense.", names=("is_present",))
    fact = CounselPresent(counsel=person, how=how, present=is_present)
    return change(Kind.COUNSEL_PRESENT, found, (fact,), {"how": how, "present": int(is_present)})
