"""The dated facts of a case: one frozen dataclass for each kind. Their fields are the columns of the tables that keep them.

A fact is only ever added. `n` is its number within the case (1, 2, 3 …), given by `Case.add`; references to other facts
of the same case are such numbers. `entry` is the ledger entry that recorded it (None until it is saved): the recorded
time is that entry's, read from it and never copied here. `corrects` is the number of the fact that this one replaces,
`why` says why. `document` is the number of the `DocumentReceived` fact that told of it; None: a person wrote it.
"""

from pars.core.cases.facts.arrest import Arrested, Booked, ChargeProposed, NarrativeWritten, PoliceReleased, Submitted
from pars.core.cases.facts.court import Arraigned, BailPosted, ComplaintFiled, ReleaseOrdered
from pars.core.cases.facts.custody import (
    CustodyStated,
    DetainerDecided,
    DetainerReceived,
    HoldLifted,
    HoldLodged,
    ReleaseAcknowledged,
)
from pars.core.cases.facts.defense import ConflictChecked, CounselPresent, RepresentationClaimed, RepresentationEnded
from pars.core.cases.facts.document import DocumentReceived, Doubted, DoubtResolved
from pars.core.cases.facts.fact import Fact
from pars.core.cases.facts.identity import AliasStated, IdentityClaimed, IdentityVerified, PersonLinked
from pars.core.cases.facts.pretrial import (
    AnswerVerified,
    InterviewAnswered,
    InterviewBegun,
    Interviewed,
    InterviewNoted,
    InterviewPostponed,
    ReferenceNamed,
    WorksheetFactor,
    WorksheetSigned,
)
from pars.core.cases.facts.prosecution import SAID, ChargeDecided, ChargeFiled, ComplaintSigned, ProsecutionReported

FACTS: tuple[type[Fact], ...] = (
    IdentityClaimed,
    AliasStated,
    Arrested,
    Booked,
    ChargeProposed,
    NarrativeWritten,
    Submitted,
    ChargeDecided,
    ChargeFiled,
    ComplaintSigned,
    Interviewed,
    Arraigned,
    ReleaseOrdered,
    BailPosted,
    HoldLodged,
    HoldLifted,
    DetainerReceived,
    DetainerDecided,
    CustodyStated,
    ReleaseAcknowledged,
    Doubted,
    DocumentReceived,
    DoubtResolved,
    ProsecutionReported,
    PersonLinked,
    IdentityVerified,
    PoliceReleased,
    ComplaintFiled,
    RepresentationClaimed,
    ConflictChecked,
    RepresentationEnded,
    CounselPresent,
    InterviewBegun,
    InterviewPostponed,
    InterviewAnswered,
    InterviewNoted,
    ReferenceNamed,
    AnswerVerified,
    WorksheetSigned,
    WorksheetFactor,
)
"""Every kind of fact. The table of a kind is its name in snake case, in the schema `cases`."""

__all__ = [
    "FACTS",
    "SAID",
    "AliasStated",
    "AnswerVerified",
    "Arraigned",
    "Arrested",
    "BailPosted",
    "Booked",
    "ChargeDecided",
    "ChargeFiled",
    "ChargeProposed",
    "ComplaintFiled",
    "ComplaintSigned",
    "ConflictChecked",
    "CounselPresent",
    "CustodyStated",
    "DetainerDecided",
    "DetainerReceived",
    "DocumentReceived",
    "DoubtResolved",
    "Doubted",
    "Fact",
    "HoldLifted",
    "HoldLodged",
    "IdentityClaimed",
    "IdentityVerified",
    "InterviewAnswered",
    "InterviewBegun",
    "InterviewNoted",
    "InterviewPostponed",
    "Interviewed",
    "NarrativeWritten",
    "PersonLinked",
    "PoliceReleased",
    "ProsecutionReported",
    "ReferenceNamed",
    "ReleaseAcknowledged",
    "ReleaseOrdered",
    "RepresentationClaimed",
    "RepresentationEnded",
    "Submitted",
    "WorksheetFactor",
    "WorksheetSigned",
]
