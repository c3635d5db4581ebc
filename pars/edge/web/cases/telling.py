"""Tells the facts of a case in words: one line for each, and the acts that recorded them as a timeline, newest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from pars.core.cases import facts as kinds
from pars.core.cases.bail import TYPES
from pars.core.cases.board import charge_in_words, full_name
from pars.core.cases.charges import says_the_same
from pars.core.cases.charging import signed_versions
from pars.core.cases.choices import REASONS
from pars.core.cases.doubts import DOUBTS
from pars.core.cases.holds import HOLD_KINDS
from pars.core.cases.limits import limit_words
from pars.core.cases.parts import unread
from pars.core.cases.representation import BASES, WAYS
from pars.edge.web import words
from pars.edge.web.cases import telling_court, telling_person, telling_pretrial

if TYPE_CHECKING:
    from pars.actions.disclosing import CaseShown
    from pars.core.cases.case import Case
    from pars.core.cases.charges import Charge
    from pars.core.cases.facts import ChargeDecided, Fact
    from pars.core.terms import Instant

DECIDED = {
    "APPROVE": "Approved",
    "AMEND": "Amended",
    "ADD": "Added",
    "DECLINE": "Declined",
    "RETURN": "Returned to the police",
    "REFER": "Referred elsewhere",
}
CUSTODY = {"IN_CUSTODY": "in custody", "NOT_IN_CUSTODY": "not in custody", "RELEASED": "released"}
ANSWER = {"HONOR": "honor", "DECLINE": "decline", "NOT_ASKED": "not asked"}
HIDDEN = "Recorded, and not shown to your role"
BASIS = {
    "ORDER": "on the release order",
    "DECLINED": "since every charge was declined or referred",
    "DISCHARGED": "since the court discharged",
    "JUVENILE": "to the juvenile authorities",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One fact in words, with its number; `happened` is its stated time where it has one; `corrected` names what replaced it."""

    n: int
    says: str
    happened: str = ""
    why: str = ""
    corrected: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One entry of the ledger about the case: when it was written and by whom, with the facts that it recorded."""

    entry: int | None
    at: Instant | None
    who: str
    told: tuple[Told, ...]


def timeline(shown: CaseShown, names: Mapping[str, str], *, after: int = 0) -> list[Act]:
    """Return the acts on a case, newest first; of facts after the given number only, where one is given."""
    replaced = {fact.corrects: fact.n for fact in shown.case.facts if fact.corrects is not None}
    acts: dict[int | None, list[Told]] = {}
    for fact in shown.case.facts:
        if fact.n <= after:
            continue
        told = tell(shown.case, fact, corrected=replaced.get(fact.n))
        so_far = acts.get(fact.entry, ())
        if told is not None and (told.says != HIDDEN or all(other.says != HIDDEN for other in so_far)):
            acts.setdefault(fact.entry, []).append(told)  # that something is hidden is said once of each act
    for noted in shown.passed if not after else ():
        acts[noted.entry] = [
            Told(
                n=noted.about,
                says=f"Limit passed: {limit_words(noted.code, shown.case.profile)}",
                happened=words.clock(noted.due),
            )
        ]
    newest = sorted(acts.items(), key=lambda item: item[0] or 0, reverse=True)
    return [_act(entry, told, shown, names) for entry, told in newest]


def _act(entry: int | None, told: list[Told], shown: CaseShown, names: Mapping[str, str]) -> Act:
    at, person = shown.recorded.get(entry, (None, "")) if entry is not None else (None, "")
    return Act(entry=entry, at=at, who={"worker": "PARS itself", **names}.get(person, person), told=tuple(told))


def tell(case: Case, fact: Fact, *, corrected: int | None = None) -> Told | None:
    """Return one fact in words; None for what another fact of the same act says already."""
    teller = TELLERS.get(type(fact))
    says = teller(case, fact) if teller is not None else HIDDEN
    if says is None:
        return None
    time = next((getattr(fact, name) for name in ("time", "lodged", "received", "stated") if getattr(fact, name, None)), None)
    return Told(
        n=fact.n, says=says, happened=words.stated(time) if time is not None else "", why=fact.why or "", corrected=corrected
    )


def name_of(case: Case, number: int | None) -> str:
    """Return a charge in words, by its fact's number."""
    if number is None:
        return "a charge"
    charge: Any = case.fact(number)
    return charge_in_words(charge) if type(charge) is not kinds.Fact else "a charge"


def decided_words(case: Case, decided: ChargeDecided) -> str:
    """Return what was decided of a charge; an approval that leaves an earlier amendment standing says so."""
    if decided.decision == "APPROVE" and decided.proposed is not None and decided.filed is not None:
        proposed, filed = case.fact(decided.proposed), case.fact(decided.filed)
        if type(proposed) is not kinds.Fact and not says_the_same(cast("Charge", filed), cast("Charge", proposed)):
            return "Approved as amended"
    return DECIDED[decided.decision]


def _decided(case: Case, fact: Any) -> str:
    reason = REASONS.get(fact.decision, {}).get(fact.reason or "", "")
    if unread(case, fact):
        return HIDDEN
    hidden = fact.proposed is not None and type(case.fact(fact.proposed)) is kinds.Fact
    about = name_of(case, fact.filed if hidden or fact.proposed is None else fact.proposed)
    tail = ". ".join(part for part in (reason, fact.note or "") if part)
    source = " (reported by the prosecutor's system)" if fact.reported else ""
    return f"{decided_words(case, fact)}: {about}{source}" + (f" — {tail}" if tail else "")


def _signed(case: Case, fact: Any) -> str:
    if fact.reported:
        return "Complaint reported as signed"
    version = [signed.n for signed in signed_versions(case)].index(fact.n) + 1
    return "Complaint signed" + (f", version {version}" if version > 1 else "")


def _arraigned(_: Case, fact: Any) -> str:
    found = {True: "probable cause found", False: "no probable cause: discharged", None: "probable cause not asked (warrant)"}
    return f"Preliminary arraignment: {found[fact.probable_cause]}" + (f" — {fact.reason}" if fact.reason else "")


def _ordered(_: Case, fact: Any) -> str:
    types = ", ".join(TYPES[code].partition(" (")[0] for code in fact.types)
    amount = f", {words.money(fact.amount_cents)}" if fact.amount_cents is not None else ""
    return f"Release order signed: {types}{amount}; next hearing {words.stated(fact.next_hearing)}"


def _detainer_decided(_: Case, fact: Any) -> str:
    answers = ", ".join(
        f"{name.replace('_', '-')}: {ANSWER[getattr(fact, name)]}" for name in ("hold", "notice", "hand_over", "access")
    )
    return f"Detainer answered ({answers}) — {fact.reason}"


def _acknowledged(_: Case, fact: Any) -> str:
    if fact.released and fact.basis == "JUVENILE":
        return "The person was handed over to the juvenile authorities"
    if fact.released:
        return f"The person went free, {BASIS[fact.basis]}"
    return f"Not released yet: {fact.reason}"


def _person(case: Case, _: Any) -> str:
    return f"Identity claimed: {full_name(case) or 'name not stated'}"


def _custody(_: Case, fact: Any) -> str:
    return f"A source says: {CUSTODY[fact.status]} (“{fact.words}”)"


TELLERS: Mapping[type[Fact], Callable[[Case, Any], str | None]] = {
    kinds.IdentityClaimed: _person,
    kinds.AliasStated: lambda _, f: f"Another name stated: {f.full or ', '.join(part for part in (f.surname, f.given) if part)}",
    kinds.Arrested: lambda _, f: f"Arrested by {f.agency}" + (f", {f.place}" if f.place else ""),
    kinds.Booked: lambda _, f: f"Booked{f' at {f.facility}' if f.facility else f' by {f.agency}'}",
    kinds.ChargeProposed: lambda case, f: f"Charge proposed: {charge_in_words(f)}",
    kinds.NarrativeWritten: lambda _, f: "Officer's account written",
    kinds.Submitted: lambda case, f: case.profile.fill("Sent to {office}"),
    kinds.ChargeDecided: _decided,
    kinds.ChargeFiled: lambda _, f: None,
    kinds.ComplaintSigned: _signed,
    kinds.ComplaintCosigned: lambda _, __: "Complaint co-signed by a supervisor",
    **telling_pretrial.TELLERS,
    kinds.Arraigned: _arraigned,
    kinds.ReleaseOrdered: _ordered,
    kinds.BailPosted: lambda _, f: f"Put down: {words.money(f.amount_cents)}",
    kinds.HoldLodged: lambda _, f: f"Hold lodged: {HOLD_KINDS[f.kind].label}, by {f.authority}",
    kinds.HoldLifted: lambda _, f: f"Hold lifted — {f.reason}",
    kinds.DetainerReceived: lambda _, f: f"Immigration paper received ({f.form.replace('_', ' ').lower()}, {f.paper.lower()}) from {f.issuing_office}",
    kinds.DetainerDecided: _detainer_decided,
    kinds.CustodyStated: _custody,
    kinds.ReleaseAcknowledged: _acknowledged,
    kinds.Doubted: lambda _, f: f"Doubt: {DOUBTS.get(f.code, f.code.replace('_', ' ').lower())}",
    kinds.DocumentReceived: lambda _, f: f"Document received: {f.family.replace('_', ' ').lower()} from {f.feed}",
    kinds.DoubtResolved: lambda _, f: f"Doubt settled — {f.reason}" + _adult(f.adult),
    kinds.ProsecutionReported: lambda _, f: f"Prosecutor's system: {f.status.replace('_', ' ').lower()}" + (f" — {f.words}" if f.words else ""),
    **telling_person.TELLERS,
    kinds.PaperEntered: lambda _, f: f"First written on the paper form {f.form}, and entered later",
    **telling_court.TELLERS,
    kinds.PoliceReleased: lambda _, f: f"Released by the police, pending a complaint — {f.reason}",
    kinds.ComplaintFiled: lambda _, f: "Complaint filed" + (f" with {f.court}" if f.court else ""),
    kinds.RepresentationClaimed: lambda _, f: f"Counsel for the defense entered: {BASES[f.basis].partition(' (')[0].lower()}",
    kinds.ConflictChecked: lambda _, f: "A possible conflict was looked at" + (f" — {f.said}" if f.said else "") if f.found else None,
    kinds.RepresentationEnded: lambda _, f: f"Counsel for the defense withdrew — {f.reason}",
    kinds.CounselPresent: lambda _, f: f"Counsel present: {WAYS[f.how].lower()}" if f.present else "Counsel not present after all",
}  # fmt: skip


def _adult(adult: bool | None) -> str:
    return {True: " (an adult)", False: " (a child in law)", None: ""}[adult]
