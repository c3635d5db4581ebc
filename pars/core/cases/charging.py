"""Charging: the prosecutor decides on each charge the police propose, and signs the complaint.

Both layers stay for ever: what the police proposed, what the prosecutor files. Where everything is declined, nothing holds the
person any more and the custodian is told (custody.what_holds).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from pars.core.cases.case import (
    Case,
    Change,
    arrests,
    as_seen_and_open,
    change,
    filed_charges,
    identity,
    proposed_charges,
    returned,
    submitted,
    undecided,
)
from pars.core.cases.doubts import change_with_doubts, refuse_child
from pars.core.cases.facts import ChargeDecided, ChargeFiled, ChargeProposed, ComplaintSigned, Fact
from pars.core.cases.paper import line, paper
from pars.core.ledger.entries import Kind
from pars.core.terms import Refusal, StatedTime

DECISIONS = ("APPROVE", "AMEND", "ADD", "DECLINE", "RETURN")

REASONS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "AMEND": MappingProxyType(
            {
                "GRADE": "The grade doesn't follow from the facts",
                "STATUTE": "Another statute fits the facts",
                "COUNTS": "The number of counts differs",
                "OTHER": "Another reason, given in the note",
            }
        ),
        "ADD": MappingProxyType({"FACTS": "The account shows this offense too", "OTHER": "Another reason, given in the note"}),
        "DECLINE": MappingProxyType(
            {
                "EVIDENCE": "The evidence isn't sufficient",
                "SEARCH": "The search or the arrest can't be upheld",
                "WITNESS": "The complainant or a witness can't or won't take part",
                "INTERESTS": "A prosecution isn't in the interests of justice",
                "DIVERSION": "Referred to diversion",
                "REFERRED": "Referred to another prosecutor or to Family Court",
                "OTHER": "Another reason, given in the note",
            }
        ),
        "RETURN": MappingProxyType(
            {
                "FACTS": "The account lacks facts for an element of the offense",
                "EVIDENCE": "Evidence or a statement is missing",
                "IDENTITY": "It isn't settled who the person is",
                "OTHER": "Another reason, given in the note",
            }
        ),
    }
)
"""The reason codes of each decision. An approval needs none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeChoice:
    """One decision on one charge.

    `proposed` is the fact number of the police's charge; for ADD it is None and `arrest` says to which arrest the charge
    belongs. AMEND and ADD give the charge as it is filed; what AMEND leaves None stays as proposed. DECLINE with `filed`
    withdraws a charge that was added.
    """

    decision: str
    proposed: int | None = None
    reason: str | None = None
    note: str | None = None
    statute: str | None = None
    description: str | None = None
    grade: str | None = None
    counts: int | None = None
    offense_date: StatedTime | None = None
    arrest: int | None = None
    filed: int | None = None


def decide_charges(case: Case | None, seen: int, choices: Sequence[ChargeChoice]) -> Change | Refusal:
    """Decide on charges: approve, amend, add, decline or return, each with its reason. A later decision replaces an earlier one."""
    found = as_seen_and_open(case, seen)
    if isinstance(found, Refusal):
        return found
    if not submitted(found):
        return Refusal(
            code="NOT_SUBMITTED",
            says="The case hasn't been sent to the charging unit.",
            remedy="The police send it; then decide.",
        )
    if not choices:
        return Refusal(code="NO_CHOICES", says="No charge is decided.", names=("choices",))
    for choice in choices:
        refusal = _refuse_choice(found, choice)
        if refusal is not None:
            return refusal
    named = Counter(_target(found, choice) for choice in choices if choice.decision != "ADD")
    if any(times > 1 for times in named.values()):
        return Refusal(code="DECIDED_TWICE", says="One charge is decided twice in one act.", names=("choices",))
    facts: list[Fact] = []
    for choice in choices:
        facts += _facts(found, choice, found.next_number + len(facts))
    counts = Counter(choice.decision.lower() for choice in choices)
    return change_with_doubts(Kind.CHARGES_DECIDED, found, facts, dict(counts))


def complaint_text(case: Case) -> bytes:
    """Return the canonical text of the complaint: every filed charge as it stands now. The same case gives the same bytes.

    Pa.R.Crim.P. 504 says what it contains; 113.1 and the Public Access Policy, § 7.0, what stays off it: no social security
    number, no SID, no driver's license, no account number is kept or printed.
    """
    who = identity(case)
    lines = ["CRIMINAL COMPLAINT", line("Case", case.id)]
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
            ]
    lines.append(
        "I verify that the facts in this complaint are true and correct to the best of my knowledge (18 Pa.C.S. § 4904)."
    )
    return paper(lines)


def complaint_sha256(case: Case) -> str:
    """Return the hash that a signature of the complaint binds."""
    return hashlib.sha256(complaint_text(case)).hexdigest()


def standing_complaint(case: Case) -> ComplaintSigned | None:
    """Return the signed complaint, if it still covers every filed charge: one filed or amended later needs a new one."""
    signed = case.latest(ComplaintSigned)
    if signed is None or any(charge.n > signed.n for charge in filed_charges(case)):
        return None
    return signed


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
            remedy="The prosecutor decides each charge; the police answer what was returned.",
        )
    if not filed_charges(found):
        return Refusal(code="NOTHING_APPROVED", says="No charge is approved, so there is nothing to complain of.")
    if standing_complaint(found) is not None:
        return Refusal(code="ALREADY_SIGNED", says="The complaint is signed and covers every filed charge.")
    if text_sha256 != complaint_sha256(found):
        return Refusal(
            code="TEXT_CHANGED",
            says="What you signed isn't the complaint as it stands now.",
            remedy="Read the complaint again, then sign it.",
            names=("text_sha256",),
        )
    fact = ComplaintSigned(text_sha256=text_sha256, signer=signer)
    return change(Kind.COMPLAINT_SIGNED, found, (fact,), {"text": text_sha256, "charges": len(filed_charges(found))})


# ---------------------------------------------------------------- one choice


def _target(case: Case, choice: ChargeChoice) -> int:
    return case.standing(choice.proposed or choice.filed or 0).n


def _standing_decision(case: Case, choice: ChargeChoice) -> ChargeDecided | None:
    """Return the decision that the choice replaces."""
    if choice.decision == "ADD":
        return None
    target = _target(case, choice)
    for decided in case.current(ChargeDecided):
        number = decided.proposed if choice.proposed is not None else decided.filed
        if number is not None and case.standing(number).n == target:
            return decided
    return None


def _refuse_choice(case: Case, choice: ChargeChoice) -> Refusal | None:
    if choice.decision not in DECISIONS:
        return Refusal(code="NO_SUCH_DECISION", says="There is no such decision.", names=("decision",))
    refusal = _refuse_added(case, choice) if choice.decision == "ADD" else _refuse_target(case, choice)
    if refusal is not None:
        return refusal
    reasons = REASONS.get(choice.decision)
    if reasons is not None and choice.reason not in reasons:
        return Refusal(
            code="REASON_NEEDED",
            says="To amend, add, decline or return a charge needs a reason from the list.",
            remedy=f"Choose one of {', '.join(reasons)}.",
            names=("reason",),
        )
    if (choice.reason == "OTHER" or choice.decision == "RETURN") and not (choice.note or "").strip():
        return Refusal(
            code="NOTE_NEEDED",
            says="Say in the note what the reason is, or what the police are asked for.",
            names=("note",),
        )
    if choice.counts is not None and choice.counts < 1:
        return Refusal(code="NO_COUNTS", says="A charge has at least one count.", names=("counts",))
    return None


def _refuse_target(case: Case, choice: ChargeChoice) -> Refusal | None:
    """Refuse a choice about a charge that isn't there, that waits for the police, or that changes nothing."""
    known = {charge.n for charge in proposed_charges(case)}
    if choice.proposed is None:
        added = {case.standing(d.filed).n for d in case.current(ChargeDecided) if d.decision == "ADD" and d.filed is not None}
        if choice.decision == "DECLINE" and choice.filed in added:
            return None
        return Refusal(code="NO_SUCH_CHARGE", says="The decision names no charge of this case.", names=("proposed",))
    if choice.proposed not in known:
        return Refusal(
            code="NO_SUCH_CHARGE",
            says="The charge isn't one that the police propose in this case, or it was corrected.",
            remedy="Open the case again and decide on the charges as they stand.",
            names=("proposed",),
        )
    if choice.proposed in {charge.n for charge in returned(case)}:
        return Refusal(
            code="RETURNED_TO_POLICE",
            says="This charge was returned to the police and hasn't been sent again.",
            remedy="The police answer and send the case again; then decide.",
            names=("proposed",),
        )
    proposed = case.fact(choice.proposed)
    if choice.decision == "AMEND" and isinstance(proposed, ChargeProposed):
        changed = _as_filed(proposed, choice) != _as_filed(proposed, ChargeChoice(decision="AMEND"))
        if not changed:
            return Refusal(
                code="NOTHING_AMENDED",
                says="The charge is to be amended, but nothing about it changes.",
                remedy="Approve it, or say what changes.",
                names=("statute", "description", "grade", "counts"),
            )
    return None


def _refuse_added(case: Case, choice: ChargeChoice) -> Refusal | None:
    if choice.proposed is not None:
        return Refusal(code="ADDED_NOT_PROPOSED", says="A charge that the police propose isn't added.", names=("proposed",))
    if not (choice.statute or "").strip() or not (choice.description or "").strip():
        return Refusal(
            code="EMPTY_CHARGE", says="An added charge needs its statute and its description.", names=("statute", "description")
        )
    if choice.arrest not in {arrest.n for arrest in arrests(case)}:
        return Refusal(code="NO_SUCH_ARREST", says="An added charge belongs to an arrest of this case.", names=("arrest",))
    return None


def _facts(case: Case, choice: ChargeChoice, number: int) -> list[Fact]:
    """Return the facts of one choice; the first has the number `number`. A charge to file comes first, then the decision."""
    before = _standing_decision(case, choice)
    corrects = before.n if before is not None else None
    filed: int | None = None
    facts: list[Fact] = []
    if choice.decision in {"APPROVE", "AMEND", "ADD"}:
        filed = number
        replaced = case.standing(before.filed).n if before is not None and before.filed is not None else None
        facts.append(_filed(case, choice, replaced))
    facts.append(
        ChargeDecided(
            proposed=choice.proposed,
            decision=choice.decision,
            reason=choice.reason,
            note=choice.note,
            filed=filed,
            corrects=corrects,
        )
    )
    return facts


def _filed(case: Case, choice: ChargeChoice, replaced: int | None) -> ChargeFiled:
    if choice.proposed is None:
        return ChargeFiled(
            arrest=choice.arrest or 0,
            statute=choice.statute or "",
            description=choice.description or "",
            grade=choice.grade,
            counts=choice.counts or 1,
            offense_date=choice.offense_date,
        )
    proposed = case.fact(choice.proposed)
    assert isinstance(proposed, ChargeProposed)
    statute, description, grade, counts, offense_date = _as_filed(proposed, choice)
    return ChargeFiled(
        arrest=proposed.arrest,
        statute=statute,
        description=description,
        grade=grade,
        counts=counts,
        offense_date=offense_date,
        corrects=replaced,
    )


def _as_filed(proposed: ChargeProposed, choice: ChargeChoice) -> tuple[str, str, str | None, int, StatedTime | None]:
    """Return statute, description, grade, counts and date as filed. An approval files the charge exactly as proposed."""
    if choice.decision != "AMEND":
        return proposed.statute, proposed.description, proposed.grade, proposed.counts, proposed.offense_date
    return (
        choice.statute or proposed.statute,
        choice.description or proposed.description,
        choice.grade or proposed.grade,
        choice.counts or proposed.counts,
        choice.offense_date or proposed.offense_date,
    )
