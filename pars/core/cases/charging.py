"""Charging: the prosecutor decides on each charge the police propose, and signs the complaint.

Both layers stay for ever: what the police proposed, what the prosecutor files. A change after the complaint was signed needs a
new version of it, signed again; the old one stays. Where everything is declined or referred elsewhere, nothing holds the person
any more and the custodian is told (custody.what_holds).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

from pars.core.cases.age import refuse_child
from pars.core.cases.case import (
    Case,
    Change,
    Detail,
    arrests,
    as_seen_and_open,
    change,
    custody_began,
    filed_charges,
    identity,
    proposed_charges,
    returned,
    submitted,
    undecided,
)
from pars.core.cases.charges import INCHOATE, basis_words, inchoate, object_words
from pars.core.cases.choices import ChargeChoice, added_charges, choice_facts, refuse_choice, target_of
from pars.core.cases.cosigning import CosignRule, cosignature, rule_for
from pars.core.cases.doubts import change_with_doubts
from pars.core.cases.facts import (
    ChargeDecided,
    ChargeFiled,
    ChargeProposed,
    ComplaintCosigned,
    ComplaintSigned,
    Fact,
)
from pars.core.cases.identity import identity_changed
from pars.core.cases.paper import line, paper
from pars.core.ledger.entries import Kind
from pars.core.terms import Refusal

VERIFIED = "I verify that the facts in this complaint are true and correct to the best of my knowledge (18 Pa.C.S. § 4904)."
"""What whoever signs a complaint says."""


def decide_charges(case: Case | None, seen: int, choices: Sequence[ChargeChoice]) -> Change | Refusal:
    """Decide on charges: approve, amend, add, decline, return or refer, each with its reason. A later decision replaces an earlier one."""
    found = as_seen_and_open(case, seen)
    if isinstance(found, Refusal):
        return found
    if not submitted(found):
        return Refusal(
            code="NOT_SUBMITTED",
            says=found.profile.fill("The case hasn't been sent to {office}."),
            remedy="The police send it; then decide.",
        )
    if not choices:
        return Refusal(code="NO_CHOICES", says="No charge is decided.", names=("choices",))
    for choice in choices:
        refusal = refuse_choice(found, choice)
        if refusal is not None:
            return refusal
    named = Counter(target_of(found, choice) for choice in choices if choice.decision != "ADD")
    if any(times > 1 for times in named.values()):
        return Refusal(code="DECIDED_TWICE", says="One charge is decided twice in one act.", names=("choices",))
    facts: list[Fact] = []
    for choice in choices:
        facts += choice_facts(found, choice, found.next_number + len(facts))
    counts = Counter(choice.decision.lower() for choice in choices)
    return change_with_doubts(Kind.CHARGES_DECIDED, found, facts, dict(counts))


def complaint_text(case: Case) -> bytes:
    """Return the canonical text of the complaint: every filed charge as it stands now. The same case gives the same bytes.

    Pa.R.Crim.P. 504 says what it contains; 113.1 and the Public Access Policy, § 7.0, what stays off it: no social security
    number, no SID, no driver's license, no account number is kept or printed.
    """
    who = identity(case)
    lines = ["CRIMINAL COMPLAINT", line("Case", case.id)]
    version = complaint_version(case)
    if version > 1:
        lines.append(line("Version", f"{version}, in the place of version {version - 1}"))
    if who is not None:
        name = " ".join(part for part in (who.given, who.middle, who.surname, who.suffix) if part) if who.surname else who.full
        lines += [line("Defendant", name), line("Born", who.birth_date), line("Address", who.address)]
    for arrest in arrests(case):
        lines += [
            line("Arrested", arrest.time),
            line("By", arrest.agency),
            line("Offense tracking number", arrest.otn),
            line("Incident", arrest.incident_number),
        ]
        mine = [charge for charge in filed_charges(case) if case.standing(charge.arrest).n == arrest.n]
        for place, charge in enumerate(mine, 1):
            lines += [
                line(f"Charge {place}", f"{charge.statute} {charge.description}"),
                line("  Grade", charge.grade),
                line("  Counts", str(charge.counts)),
                line("  Date of offense", charge.offense_date),
                *_more_of(charge),
            ]
    return paper([*lines, VERIFIED])


def complaint_sha256(case: Case) -> str:
    """Return the hash that a signature of the complaint binds."""
    return hashlib.sha256(complaint_text(case)).hexdigest()


def signed_versions(case: Case) -> tuple[ComplaintSigned, ...]:
    """Return every complaint that was signed, oldest first: the first is version 1. None is ever taken away."""
    return tuple(fact for fact in case.facts if isinstance(fact, ComplaintSigned))


def complaint_version(case: Case) -> int:
    """Return the number of the complaint as it stands now: of the signed one while it covers the charges, else of the next."""
    return len(signed_versions(case)) + (signed_complaint(case) is None)


def standing_complaint(case: Case) -> ComplaintSigned | None:
    """Return the complaint that stands: signed of exactly the filed charges and, where the office's policy asks for it, co-signed."""
    signed = signed_complaint(case)
    return None if signed is None or cosign_owed(case) is not None else signed


def cosign_owed(case: Case) -> CosignRule | None:
    """Return the rule by which the signed complaint still waits for a supervisor's signature; None where it doesn't."""
    signed, began = signed_complaint(case), custody_began(case)
    if signed is None or signed.reported or began is None or case.profile.signed_by != "prosecutor":
        return None
    return rule_for(filed_charges(case), began.earliest) if cosignature(case, signed) is None else None


def signed_complaint(case: Case) -> ComplaintSigned | None:
    """Return the signed complaint, co-signed or not, if it is still of exactly the filed charges: one more, one changed or one fewer needs a new one.

    Nor does it stand where a grade in it rests on convictions of somebody who may be another person.
    """
    signed = case.latest(ComplaintSigned)
    if signed is None or shaken_grades(case):
        return None
    # INVARIANT: what was signed is what is charged; approval, amendment and withdrawal after it all need a new signature.
    then = {charge.n for charge in filed_charges(case.before(signed))}
    return signed if then == {charge.n for charge in filed_charges(case)} else None


def shaken_grades(case: Case) -> tuple[ChargeFiled, ...]:
    """Return the filed charges whose grade rests on earlier convictions, where who the person is was changed since.

    They wait for the prosecutor again: another person's record may have raised the grade.
    """
    changed = identity_changed(case)
    if changed is None:
        return ()
    return tuple(charge for charge in filed_charges(case) if charge.grade_basis == "PRIORS" and charge.n < changed.n)


def awaiting_decision(case: Case) -> tuple[ChargeProposed | ChargeFiled, ...]:
    """Return the charges that the prosecutor owes a decision on: those that wait, and those whose grade is in doubt again.

    Each is the charge by which it is decided: the police's own, else the one that the prosecutor added.
    """
    return (*undecided(case), *(_decided_by(case, charge) for charge in shaken_grades(case)))


def redecidable(case: Case) -> tuple[ChargeProposed | ChargeFiled, ...]:
    """Return the charges whose decision may be changed: those that are decided, and wait neither for the prosecutor nor for the police."""
    waits = {charge.n for charge in (*awaiting_decision(case), *returned(case))}
    both: tuple[ChargeProposed | ChargeFiled, ...] = (*proposed_charges(case), *added_charges(case))
    return tuple(charge for charge in both if charge.n not in waits)


def _decided_by(case: Case, filed: ChargeFiled) -> ChargeProposed | ChargeFiled:
    """Return the charge by which a filed one is decided again."""
    mine = {
        case.standing(decided.proposed).n
        for decided in case.current(ChargeDecided)
        if decided.proposed is not None and decided.filed is not None and case.standing(decided.filed).n == filed.n
    }
    return next((charge for charge in proposed_charges(case) if charge.n in mine), filed)


def _more_of(charge: ChargeFiled) -> list[str]:
    """Return the lines of a charge that only some have, so that the text of the others stays as it always was."""
    called = INCHOATE.get(inchoate(charge) or "")
    found = [line("  Inchoate offense", called)] if called else []
    found += [line("  Object", object_words(charge))] if object_words(charge) else []
    return found + ([line("  Basis of the grade", basis_words(charge))] if basis_words(charge) else [])


def sign_complaint(case: Case | None, seen: int, *, text_sha256: str, signer: str) -> Change | Refusal:
    """Sign the complaint: the named attorney binds the hash of the text they read. Only on charges that are all decided."""
    found = as_seen_and_open(case, seen)
    if isinstance(found, Refusal):
        return found
    child = refuse_child(found)
    if child is not None:
        return child
    if undecided(found) or returned(found):
        return Refusal(
            code="CHARGES_UNDECIDED",
            says="Charges still wait for a decision or for the police.",
            remedy=found.profile.fill("{Decider} decides each charge; the police answer what was returned."),
        )
    if shaken_grades(found):
        return Refusal(
            code="GRADE_RESTS_ON_IDENTITY",
            says="A grade rests on earlier convictions, and who the person is was changed since it was decided.",
            remedy="Look at the record of the person as they are known now, and decide that charge again.",
        )
    if not filed_charges(found):
        return Refusal(code="NOTHING_APPROVED", says="No charge is approved, so there is nothing to complain of.")
    if signed_complaint(found) is not None:
        return Refusal(code="ALREADY_SIGNED", says="The complaint is signed and covers every filed charge.")
    if text_sha256 != complaint_sha256(found):
        return Refusal(
            code="TEXT_CHANGED",
            says="What you signed isn't the complaint as it stands now.",
            remedy="Read the complaint again, then sign it.",
            names=("text_sha256",),
        )
    fact = ComplaintSigned(text_sha256=text_sha256, signer=signer)
    detail: Detail = {"text": text_sha256, "charges": len(filed_charges(found)), "complaint": complaint_version(found)}
    return change(Kind.COMPLAINT_SIGNED, found, (fact,), detail)


def cosign_complaint(case: Case | None, seen: int, *, text_sha256: str, signer: str) -> Change | Refusal:
    """Co-sign the complaint: a supervisor who isn't its signer binds the hash of the same text."""
    found = as_seen_and_open(case, seen)
    if isinstance(found, Refusal):
        return found
    signed = signed_complaint(found)
    if signed is None or cosign_owed(found) is None:
        return Refusal(code="NO_COSIGNATURE_OWED", says="No complaint of this case waits for a second signature.")
    if signed.signer == signer:
        return Refusal(
            code="OWN_SIGNATURE",
            says="You signed this complaint; the second signature is another person's.",
            remedy="Ask another supervisor.",
        )
    if text_sha256 != signed.text_sha256:
        return Refusal(
            code="TEXT_CHANGED",
            says="What you co-signed isn't the complaint that was signed.",
            remedy="Read the complaint again, then co-sign it.",
            names=("text_sha256",),
        )
    fact = ComplaintCosigned(complaint=signed.n, text_sha256=text_sha256, signer=signer)
    return change(Kind.COMPLAINT_COSIGNED, found, (fact,), {"text": text_sha256, "complaint": complaint_version(found)})
