"""Prosecution decision reports: what the prosecutor decided on each charge, or where the referral stands.

A report without a person only says how far the prosecutor's case has come. It never makes a case of its own, and nothing in
it is an attorney's signature: every outcome is as reported.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pars.core.cases.received import ChargeOutcome, ProsecutionGiven, Received
from pars.edge.formats.arrests import Agency, custody_stated, organization
from pars.edge.formats.custody_documents import refuse_nobody
from pars.edge.formats.custody_said import custody_given
from pars.edge.formats.graph import find, value
from pars.edge.formats.message import message_of
from pars.edge.formats.people import aliases_given, has_name, no_subject, person_stated, subject_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pars.core.cases.received import ArrestGiven, Family, ProsecutionStatus
    from pars.core.terms import StatedTime
    from pars.edge.formats.charges import ChargeRead
    from pars.edge.formats.families import Feed
    from pars.edge.formats.paper import Paper
    from pars.edge.formats.xml_reading import Element

Decision = Literal["FILE", "DECLINE", "RETURN"]

_STATUSES: Final[dict[str, ProsecutionStatus]] = {
    "REFERRALRECEIVED": "RECEIVED",
    "RECEIVED": "RECEIVED",
    "CASECREATED": "CASE_CREATED",
    "REFERRALCASECREATED": "CASE_CREATED",
}
_WORDS: Final[tuple[tuple[Decision, re.Pattern[str]], ...]] = (
    (
        "DECLINE",
        re.compile(
            r"declin|denied|^deny|\bdrop|\bno charge|\bnot (?:charged|issued|filed|approved|accepted|authori[sz]ed)"
            r"|reject|refus|nolle|no ?paper|dismiss",
            re.IGNORECASE,
        ),
    ),
    (
        "RETURN",
        re.compile(r"^return(?:ed)?$|\breturn(?:ed)? (?:to|for)\b|further investigation|more information|^rtn$", re.IGNORECASE),
    ),
    (
        "FILE",
        re.compile(r"^chg$|\bcharge[ds]?\b|\bfil(?:e|ed|ing)\b|\bissued?\b|authori[sz]ed|\bapproved?\b|accept", re.IGNORECASE),
    ),
)
_DISPOSITION: Final = ("DispositionDescriptionText", "DispositionText", "DispositionCategoryText")
_FILINGS: Final = ("ChargeFilingDate", "DocumentFiledDate", "CaseFiling/DocumentFiledDate")


def read_prosecution_decision(paper: Paper, family: Family, feed: Feed) -> Received:
    """Return what is kept of a prosecution decision or of a report on the referral's status."""
    message = message_of(paper)
    person = subject_of(paper)
    stated = None if person is None else person_stated(paper, person)
    operation = next((each for each in paper.graph.named("ServiceOperationDescriptionText") if each.stated), None)
    status = _status(operation)
    case = _case(paper, status, operation)
    # A charge of which nobody says what was decided stays with its arrest, as one that is still open.
    custody = custody_stated(paper, person, Agency(), carries=lambda charge: _decision(paper, case, charge) is None)
    if person is None and (status == "DECIDED" or custody.charges or not _is_numbered(custody.arrests)):
        raise no_subject(paper)
    refuse_nobody(paper, named=stated is not None and has_name(stated), arrests=custody.arrests, booking=custody.booking)
    return Received(
        feed=feed.name,
        owner=feed.owner,
        family=family,
        digest="",
        document_id=message.document_id,
        document_time=message.time,
        # Reports on one referral share its number and state no time; what tells them apart is the step they report.
        sequence=message.sequence or (None if operation is None else operation.text),
        source=message.owner.name or message.owner.code,
        person=stated,
        aliases=() if person is None else aliases_given(paper, person),
        arrests=custody.arrests,
        booking=custody.booking,
        custody=() if person is None else custody_given(paper, person, message.time),
        prosecution=_prosecution(paper, case, custody.charges),
        status_only=person is None,
    )


def _status(operation: Element | None) -> ProsecutionStatus:
    said = "" if operation is None else re.sub(r"[^A-Z]", "", (operation.text or "").upper())
    return _STATUSES.get(said, "DECIDED")


def _is_numbered(arrests: tuple[ArrestGiven, ...]) -> bool:
    return any(arrest.record_id or arrest.otn for arrest in arrests)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """The prosecutor's case as a whole: how far it has come and, where it is decided, how."""

    elements: tuple[Element, ...]
    status: ProsecutionStatus
    words: str | None
    time: StatedTime | None
    decided: Decision | None


def _case(paper: Paper, status: ProsecutionStatus, operation: Element | None) -> _Case:
    elements = tuple(each for each in paper.graph.named("Case") if each.children and each.reference is None)
    if status != "DECIDED":
        return _Case(elements=elements, status=status, words=operation.text if operation else None, time=None, decided=None)
    words = _decision_words(paper, elements)
    filed = paper.time((paper.root, *elements), *_FILINGS)
    decided = _meaning(words) or ("FILE" if filed is not None else None)
    time = paper.time(elements, "ActivityDisposition/DispositionDate", "CaseDisposition/CaseDispositionFinalDate") or filed
    return _Case(elements=elements, status=status, words=words, time=time, decided=decided)


def _prosecution(paper: Paper, case: _Case, charges: Sequence[ChargeRead]) -> ProsecutionGiven:
    numbers = ("ActivityIdentification/IdentificationID", "CaseTrackingID", "CaseDocketID", "CaseNumberText")
    return ProsecutionGiven(
        status=case.status,
        agency=_prosecutor(paper),
        case_number=value(case.elements, *numbers),
        words=case.words,
        time=case.time,
        outcomes=tuple(outcome for charge in charges if (outcome := _outcome(paper, case, charge)) is not None),
    )


def _decision_words(paper: Paper, cases: tuple[Element, ...]) -> str | None:
    """Return the prosecutor's own word for the decision on the whole case; the word NULL is a system's gap."""
    stated = [each for each in paper.graph.named("ProsecutionDecisionDescriptionText") if each.stated]
    for holder in ("ActivityDisposition", "CaseDisposition"):
        stated += [each for name in _DISPOSITION for each in find(cases, f"{holder}/{name}") if each.stated]
    return next((each.text for each in stated if not each.says("null")), None)


def _meaning(words: str | None) -> Decision | None:
    return next((decision for decision, pattern in _WORDS if words and pattern.search(words)), None)


def _words(paper: Paper, charge: ChargeRead) -> str | None:
    return value(paper.graph.facets(charge.element), *(f"ChargeDisposition/{name}" for name in _DISPOSITION))


def _decision(paper: Paper, case: _Case, charge: ChargeRead) -> Decision | None:
    """Return what was decided on a charge: by its own disposition where its meaning is plain, else as on the case."""
    if case.status != "DECIDED":
        return None
    decided = _meaning(_words(paper, charge)) or case.decided
    if decided is None and paper.time(paper.graph.facets(charge.element), "ChargeFilingDate") is not None:
        return "FILE"
    return decided


def _outcome(paper: Paper, case: _Case, charge: ChargeRead) -> ChargeOutcome | None:
    decision = _decision(paper, case, charge)
    if decision is None:
        if case.status == "DECIDED":
            paper.doubt("DECISION_UNCLEAR", charge.element)
        return None
    return ChargeOutcome(
        decision=decision,
        statute=charge.statute,
        description=charge.description,
        grade=charge.grade,
        counts=charge.counts,
        words=_words(paper, charge),
        inchoate=charge.inchoate,
    )


def _prosecutor(paper: Paper) -> str | None:
    for name in ("ProsecutionAttorneyOrganization", "CaseProsecutionAttorney"):
        for element in paper.graph.named(name):
            found = organization(paper, element)
            if found is not None:
                return found.name or found.code
    return None
