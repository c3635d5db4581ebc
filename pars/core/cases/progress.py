"""Progress: what a case still needs before its arraignment, whose turn it is, and the stage that this adds up to.

One list feeds the task list, the queues, the deadline bar and the API's next steps. Nothing moves a case: what it is ready for is
computed when somebody looks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pars.core.cases.age import age, sent_to_juvenile
from pars.core.cases.bail import order_keeps
from pars.core.cases.case import (
    Case,
    custody_ended,
    declined,
    discharged,
    filed_charges,
    hearing,
    interview,
    police_release,
    proposed_charges,
    release_order,
    released,
    returned,
    submitted,
    undecided,
    unheard_charges,
)
from pars.core.cases.charging import complaint_version, cosign_owed, shaken_grades, standing_complaint
from pars.core.cases.custody import release_basis, what_holds
from pars.core.cases.deadlines import custody_limit
from pars.core.cases.detainers import undecided_detainers
from pars.core.cases.doubts import open_doubts
from pars.core.cases.filing import complaint_due
from pars.core.cases.flags import competency_open
from pars.core.cases.orders_served import service_owed
from pars.core.cases.worksheet import Reopened, order_to_review, worksheet_owed
from pars.core.terms import Instant

if TYPE_CHECKING:
    from pars.core.owners.profile import Profile

Owner = Literal["police", "prosecutor", "pretrial", "court", "custodian"]

Stage = Literal[
    "BOOKED",
    "SUBMITTED",
    "RETURNED",
    "DECLINED",
    "APPROVED",
    "COMPLAINT",
    "READY",
    "ARRAIGNED",
    "DISCHARGED",
    "HELD",
    "TO_RELEASE",
    "RELEASED",
    "CHILD",
    "HISTORY",
]

STAGES: dict[Stage, str] = {
    "BOOKED": "Booked; not sent to {office}",
    "SUBMITTED": "With {office}",
    "RETURNED": "Returned to the police",
    "DECLINED": "Everything declined; to be released",
    "APPROVED": "Charges decided; complaint to be signed",
    "COMPLAINT": "Complaint signed; something is still missing",
    "READY": "Ready for arraignment",
    "ARRAIGNED": "Arraigned; no release order yet",
    "DISCHARGED": "Discharged by the court; to be released",
    "HELD": "Order signed; something still holds",
    "TO_RELEASE": "Nothing in this case holds; to be released",
    "RELEASED": "Released",
    "CHILD": "A child in law; off the adult path",
    "HISTORY": "Custody ended elsewhere; never sent for charging",
}
"""Each stage in words, with a blank for where this case's profile has it sent."""


DECISIONS_STAND: frozenset[Stage] = frozenset({"BOOKED", "RELEASED", "DISCHARGED", "CHILD", "HISTORY"})
"""The stages in which no decision on a charge is changed: it wasn't sent, it is closed, or it goes another way."""


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that stands between the case and its arraignment, and who owes it.

    `can_wait` says that the bench may call the case without it, with a reason; `late` that the 48 hours have passed and a hearing
    is still due. What is owed only after the hearing isn't late by them.
    """

    code: str
    says: str
    owed_by: Owner
    can_wait: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """Something somebody can do next: the act that a grant must allow, in words, by whom; `code` tells two of one act apart."""

    act: str
    says: str
    owed_by: Owner
    code: str


def missing_for_arraignment(case: Case, at: Instant) -> tuple[Missing, ...]:
    """Return what is missing before the case can be called, in the order in which it is owed. Empty: it is on the next docket."""
    if declined(case) or discharged(case) or released(case) or _heard_as_signed(case):
        return ()
    limit, profile = custody_limit(case), case.profile
    due = hearing_due(case)
    late = due and limit is not None and at >= limit
    known = age(case)
    found: list[tuple[str, str, Owner, bool]] = []
    if known.blocks:
        found.append(("AGE", known.says, "police", False))
    if not proposed_charges(case) and not filed_charges(case):
        found.append(("CHARGES", "No charge is proposed.", "police", False))
    elif returned(case):
        found.append(("ANSWER", "{Decider} returned a charge and asked the police for more.", "police", False))
    elif not submitted(case):
        found.append(("SUBMISSION", "The case hasn't been sent to {office}.", "police", False))
    if undecided(case):
        found.append(("DECISION", "{Decider} hasn't decided every charge.", profile.decided_by, False))
    if shaken_grades(case):
        found.append(("GRADE", _SHAKEN, profile.decided_by, False))
    if standing_complaint(case) is None:
        found.append((*_signature(case), profile.signed_by, False))
    if competency_open(case) and due:
        found.append(("COMPETENCY", _COMPETENCY, "court", True))
    # Whom the police let go waits nowhere for an interviewer: a summons follows, or nothing (Pa.R.Crim.P. 519(B)).
    if profile.interview != "not_required" and interview(case) is None and due and police_release(case) is None:
        can_wait = profile.interview == "can_wait"
        found.append(("INTERVIEW", "The pretrial interview hasn't been recorded.", "pretrial", can_wait))
    owed = worksheet_owed(case)
    if isinstance(owed, Reopened) and due:
        found.append(("WORKSHEET", owed.says, "pretrial", True))
    return tuple(Missing(code, profile.fill(says), owner, can_wait, late) for code, says, owner, can_wait in found)


def stage_words(where: Stage, profile: Profile) -> str:
    """Return a stage as people read it under this profile."""
    return profile.fill(STAGES[where])


_COMPETENCY = "A concern was raised whether the person understands what is said to them, and nobody has settled it."
_SHAKEN = "A grade rests on earlier convictions, and who the person is was changed since: decide that charge again."


def hearing_due(case: Case) -> bool:
    """Return whether a hearing is still to be held: the first, or another on what was filed since."""
    return hearing(case) is None or bool(unheard_charges(case))


def comes_next(case: Case) -> Instant | None:
    """Return the hearing's day by the order, once a judge has heard every filed charge; until then the 48-hour limit, if one counts."""
    if hearing_due(case):
        return custody_limit(case)
    order = release_order(case)
    return None if order is None else order.next_hearing.earliest


def _heard_as_signed(case: Case) -> bool:
    """Return whether the hearing covers every filed charge, the signed complaint still is of these charges, and none waits."""
    waits = undecided(case) or returned(case)
    return not hearing_due(case) and standing_complaint(case) is not None and not waits


def _signature(case: Case) -> tuple[str, str]:
    """Return which signature the complaint waits for, and why."""
    second = cosign_owed(case)
    if second is not None:
        return "COSIGN", f"The complaint waits for a second signature. {second.says}"
    return "COMPLAINT", _unsigned(case)


def _unsigned(case: Case) -> str:
    version = complaint_version(case)
    if version == 1:
        return "No signed complaint covers every filed charge."
    return f"Charges changed after version {version - 1} of the complaint was signed; version {version} isn't signed."


def stage(case: Case, at: Instant) -> Stage:
    """Return where the case stands. It depends on the time, since holds lapse."""
    if released(case):
        return "RELEASED"
    basis = release_basis(case)
    if basis in {"DISCHARGED", "DECLINED"}:
        return "DISCHARGED" if basis == "DISCHARGED" else "DECLINED"
    if age(case).child:
        return "CHILD"
    if basis == "ORDER":
        return "HELD" if what_holds((case,), at) else "TO_RELEASE"
    if hearing(case) is not None:
        return "ARRAIGNED"
    if not submitted(case):
        return "HISTORY" if custody_ended(case) and police_release(case) is None else "BOOKED"
    if returned(case):
        return "RETURNED"
    if undecided(case):
        return "SUBMITTED"
    if standing_complaint(case) is None:
        return "APPROVED"
    return "COMPLAINT" if missing_for_arraignment(case, at) else "READY"


def next_steps(case: Case, at: Instant) -> tuple[Step, ...]:
    """Return what can be done next, by whom: the same list for the screens' panels, the queues and the API."""
    return (*_before_hearing(case, at), *_after_hearing(case), *_any_time(case))


def _before_hearing(case: Case, at: Instant) -> list[Step]:
    acts: dict[str, tuple[str, str]] = {
        "AGE": ("case:correct", "Settle the doubt about the person's age"),
        "CHARGES": ("case:correct", "Propose a charge"),
        "ANSWER": ("case:submit", "Answer {decider} and send the case again"),
        "SUBMISSION": ("case:submit", "Send the case to {office}"),
        "DECISION": ("charge:decide", "Decide each charge"),
        "GRADE": ("charge:decide", "Decide again a grade that rests on earlier convictions"),
        "COMPLAINT": ("complaint:sign", _sign_words(case)),
        "COSIGN": ("complaint:cosign", "Read and co-sign the complaint"),
        "INTERVIEW": ("interview:record", "Take the interview, or say why not"),
        "WORKSHEET": ("interview:record", WORKSHEET_AGAIN),
    }
    if sent_to_juvenile(case) is not None:
        return []
    missing = missing_for_arraignment(case, at)
    codes = {gap.code for gap in missing}
    waiting = {
        "DECISION": codes & {"CHARGES", "ANSWER", "SUBMISSION"},
        "COMPLAINT": codes & {"AGE", "CHARGES", "ANSWER", "SUBMISSION", "DECISION", "GRADE"},
    }
    steps = []
    for gap in missing:
        if gap.code in acts and not waiting.get(gap.code):
            act, says = acts[gap.code]
            steps.append(Step(act, case.profile.fill(says), gap.owed_by, gap.code))
    ready = release_basis(case) in {None, "ORDER"} and hearing_due(case) and not released(case)
    if ready and all(gap.can_wait for gap in missing):
        says = "Call the case for its preliminary arraignment"
        if hearing(case) is not None:
            says = "Call the case again: a charge was filed after the hearing, and no order covers it"
        steps.append(Step("hearing:hold", says, "court", "HEARING"))
    if worksheet_owed(case) == "FIRST" and not declined(case):
        steps.append(Step("interview:record", "Work out the worksheet and sign it", "pretrial", "WORKSHEET"))
    return steps


def _sign_words(case: Case) -> str:
    """Return what signing means now: the first time, or anew after a change, which may need a new arraignment."""
    version = complaint_version(case)
    if version == 1:
        return "Read and sign the complaint"
    again = "" if hearing(case) is None else "; a new arraignment may be needed"
    return f"Read and sign version {version} of the complaint{again}"


def _after_hearing(case: Case) -> list[Step]:
    serve = [Step("order:serve", "Serve the order's conditions on the person", "court", "SERVE")] if service_owed(case) else []
    if released(case):
        return serve
    if sent_to_juvenile(case) is not None:
        return [Step("release:acknowledge", "Hand the person over to the juvenile authorities", "custodian", "RELEASE")]
    order = release_order(case)
    if hearing(case) is not None and order is None and not discharged(case):
        return [Step("release:order", "Make the release order", "court", "ORDER")]
    steps = [*serve, *_review(case)]
    if order is not None and order_keeps(case, order) and "REFUSED" not in order.types:
        steps.append(Step("bail:post", "Take what is put down", "court", "BAIL"))
    if release_basis(case) is not None:
        steps.append(Step("release:acknowledge", "Release the person, or say why not yet", "custodian", "RELEASE"))
    return steps


def _review(case: Case) -> list[Step]:
    """Return what is owed since a worksheet was reopened after the order: another worksheet, and the judge's look at the order."""
    steps = []
    if order_to_review(case) is not None:
        steps.append(Step("release:order", REVIEW, "court", "REVIEW"))
    if isinstance(worksheet_owed(case), Reopened) and not hearing_due(case):
        steps.append(Step("interview:record", WORKSHEET_AGAIN, "pretrial", "WORKSHEET"))
    return steps


WORKSHEET_AGAIN = "Make the worksheet again: it no longer stands"
REVIEW = "Look at the release order again: who the person is was changed after it, and it was made beside a worksheet"


def _any_time(case: Case) -> list[Step]:
    steps = [Step("detainer:decide", "Answer the detainer", "custodian", "DETAINER") for _ in undecided_detainers(case)]
    if complaint_due(case) is not None and standing_complaint(case) is not None:
        steps.append(Step("complaint:file", "Record when the complaint was filed; 5 days run", "court", "FILING"))
    if not age(case).blocks and any(doubt.n is not None for doubt in open_doubts(case)):
        steps.append(Step("case:correct", "Settle what is in doubt", "police", "DOUBT"))
    return steps
