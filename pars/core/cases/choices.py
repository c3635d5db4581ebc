"""One decision on one charge: what may be decided, why it may not, and the facts that follow.

The police's layer is never touched: a decision names the proposed charge, and what is filed is a fact of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from pars.core.cases.case import Case, arrests, filed_charges, proposed_charges, returned
from pars.core.cases.charges import Charge, inchoate, object_words, refuse_charge, with_object_of
from pars.core.cases.facts import SAID, ChargeDecided, ChargeFiled, ChargeProposed, Fact
from pars.core.cases.statutes import inchoate_of, same_statute
from pars.core.terms import Refusal, StatedTime

DECISIONS = ("APPROVE", "AMEND", "ADD", "DECLINE", "RETURN", "REFER")

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
        "REFER": MappingProxyType(
            {
                "FAMILY_COURT": "To Family Court: the act may be a child's",
                "PROSECUTOR": "To another prosecutor, state or federal",
                "DIVERSION": "To a diversion program",
                "OTHER": "Elsewhere, named in the note",
            }
        ),
    }
)
"""The reason codes of each decision. An approval needs none."""


PRINTED = ("statute", "object_statute")
"""What is the same statute however it is printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeChoice:
    """One decision on one charge.

    `proposed` is the fact number of the police's charge; for ADD it is None and `arrest` says to which arrest the charge
    belongs. A charge that was added is named by `filed`. APPROVE files what `as_approved` says: the charge as it stands filed,
    or as the police propose it. DECLINE and REFER withdraw it. AMEND and ADD give the charge as it is filed; what AMEND leaves
    None stays as it was: filed, or proposed where nothing is filed (`as_it_stands`).
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
    inchoate: str | None = None
    object_statute: str | None = None
    object_description: str | None = None
    grade_basis: str | None = None
    grade_note: str | None = None


def target_of(case: Case, choice: ChargeChoice) -> int:
    """Return the number of the charge that the choice is about, as it stands now."""
    return case.standing(choice.proposed or choice.filed or 0).n


def refuse_choice(case: Case, choice: ChargeChoice) -> Refusal | None:
    """Return why this can't be decided, if so."""
    if choice.decision not in DECISIONS:
        return Refusal(code="NO_SUCH_DECISION", says="There is no such decision.", names=("decision",))
    refusal = _refuse_added(case, choice) if choice.decision == "ADD" else _refuse_target(case, choice)
    if refusal is not None:
        return refusal
    reasons = REASONS.get(choice.decision)
    if reasons is not None and choice.reason not in reasons:
        return Refusal(
            code="REASON_NEEDED",
            says="To amend, add, decline, return or refer a charge needs a reason from the list.",
            remedy=f"Choose one of {', '.join(reasons)}.",
            names=("reason",),
        )
    if (choice.reason == "OTHER" or choice.decision in {"RETURN", "REFER"}) and not (choice.note or "").strip():
        return Refusal(
            code="NOTE_NEEDED",
            says="Say in the note what the reason is, what the police are asked for, or to whom the charge is referred.",
            names=("note",),
        )
    if choice.counts is not None and choice.counts < 1:
        return Refusal(code="NO_COUNTS", says="A charge has at least one count.", names=("counts",))
    return _refuse_filed(case, choice)


def choice_facts(case: Case, choice: ChargeChoice, number: int) -> list[Fact]:
    """Return the facts of one choice; the first has the number `number`. A charge to file comes first, then the decision."""
    before = _standing_decision(case, choice)
    corrects = before.n if before is not None else None
    filed: int | None = None
    facts: list[Fact] = []
    if choice.decision in {"APPROVE", "AMEND", "ADD"}:
        filed = number
        replaced = case.standing(before.filed).n if before is not None and before.filed is not None else None
        facts.append(replace(_as_filed(case, choice), corrects=replaced))
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


def _standing_decision(case: Case, choice: ChargeChoice) -> ChargeDecided | None:
    """Return the decision that the choice replaces."""
    return None if choice.decision == "ADD" else _decision_about(case, target_of(case, choice))


def _decision_about(case: Case, n: int) -> ChargeDecided | None:
    """Return the standing decision on a charge, by its number in either layer."""
    target = case.standing(n)
    for decided in case.current(ChargeDecided):
        number = decided.proposed if isinstance(target, ChargeProposed) else decided.filed
        if number is not None and case.standing(number).n == target.n:
            return decided
    return None


# ---------------------------------------------------------------- refusals


def _refuse_target(case: Case, choice: ChargeChoice) -> Refusal | None:
    """Refuse a choice about a charge that isn't there, that waits for the police, or that changes nothing."""
    if choice.proposed is None:
        return _refuse_added_target(case, choice)
    if choice.proposed not in {charge.n for charge in proposed_charges(case)}:
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
    return _refuse_nothing(case, choice)


def _refuse_added_target(case: Case, choice: ChargeChoice) -> Refusal | None:
    if choice.filed not in {charge.n for charge in added_charges(case)} or choice.decision == "RETURN":
        return Refusal(
            code="NO_SUCH_CHARGE",
            says="The decision names no charge of this case.",
            names=("proposed" if choice.filed is None else "filed",),
        )
    return _refuse_nothing(case, choice)


def _refuse_nothing(case: Case, choice: ChargeChoice) -> Refusal | None:
    # What is filed otherwise than proposed may be amended again to the same: an attorney who looked again stays with it.
    target = target_of(case, choice)
    layers = (_charge(case.fact(target)), as_it_stands(case, target))
    if choice.decision == "AMEND" and not any(_changed(choice, layer) for layer in layers):
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


def _refuse_filed(case: Case, choice: ChargeChoice) -> Refusal | None:
    """Refuse to write a charge that contradicts itself, or an attempt at nothing. What the police sent is approved as it is."""
    if choice.decision not in {"AMEND", "ADD"}:
        return None
    charge = _as_filed(case, choice)
    refusal = refuse_charge(charge)
    if refusal is None and inchoate_of(charge.statute) is not None and not object_words(charge):
        return Refusal(
            code="OBJECT_NEEDED",
            says="An attempt, a solicitation or a conspiracy has an object: the offense that was meant.",
            remedy="Give the object's statute or its description.",
            names=("object_statute", "object_description"),
        )
    return refusal


# ---------------------------------------------------------------- what is filed


def added_charges(case: Case) -> tuple[ChargeFiled, ...]:
    """Return the filed charges that no police proposed: the prosecutor added them."""
    added = {
        case.standing(decided.filed).n
        for decided in case.current(ChargeDecided)
        if decided.proposed is None and decided.filed is not None
    }
    return tuple(charge for charge in filed_charges(case) if charge.n in added)


def _as_filed(case: Case, choice: ChargeChoice) -> ChargeFiled:
    """Return the charge as the choice files it. An approval changes nothing of what it files."""
    if choice.decision == "ADD":
        given = {name: getattr(choice, name) for name in SAID}
        said = {**given, "statute": choice.statute or "", "description": choice.description or "", "counts": choice.counts or 1}
        return ChargeFiled(arrest=choice.arrest or 0, **said)
    target = target_of(case, choice)
    if choice.decision == "AMEND":
        return _amended(as_it_stands(case, target), choice)
    base = as_approved(case, target)
    return ChargeFiled(arrest=base.arrest, **{name: getattr(base, name) for name in SAID})


def as_it_stands(case: Case, n: int) -> ChargeProposed | ChargeFiled:
    """Return the charge with the number `n` as it stands filed, else as the police propose it: what an amendment starts from."""
    decided = _decision_about(case, n)
    return _charge(case.standing(n if decided is None or decided.filed is None else decided.filed))


def as_approved(case: Case, n: int) -> ChargeProposed | ChargeFiled:
    """Return what an approval of the charge with the number `n` files: the newer of the two layers.

    That is the charge as it stands filed, amended or not. It is what the police propose only where nothing stands filed, or
    where they corrected theirs since; to go back to theirs otherwise is an amendment, with its reason.
    """
    target, filed = _charge(case.standing(n)), as_it_stands(case, n)
    return target if target.n > filed.n else filed


def _charge(fact: Fact) -> ChargeProposed | ChargeFiled:
    assert isinstance(fact, (ChargeProposed, ChargeFiled))  # _refuse_target has seen to it
    return fact


def _amended(base: ChargeProposed | ChargeFiled, choice: ChargeChoice) -> ChargeFiled:
    """Return the charge with what the choice changes of it, and without what falls with that."""
    changed = _changed(choice, base)
    said = {name: getattr(base, name) for name in SAID}
    said.update(object_statute=None, object_description=None)  # with_object_of gives them back
    if "grade" in changed:
        said.update(grade_basis=None, grade_note=None)  # a basis belongs to its grade
    if "statute" in changed:
        said["inchoate"] = None  # another statute says by itself what it is
    restated = {name for name in PRINTED if name not in changed}
    given = {name: value for name in SAID if (value := getattr(choice, name)) and name not in restated}
    return with_object_of(ChargeFiled(arrest=base.arrest, **{**said, **given}), base)


def _changed(choice: ChargeChoice, base: Charge) -> set[str]:
    """Return what the choice says otherwise than the charge does. A statute that is only printed otherwise is the same."""
    given = {name: value for name in SAID if (value := getattr(choice, name))}
    before = {**{name: getattr(base, name) for name in SAID}, "inchoate": inchoate(base)}
    same = {name for name in given if given[name] == before[name]}
    same |= {name for name in PRINTED if name in given and before[name] and same_statute(given[name], before[name])}
    return set(given) - same
