"""The dated facts of a case: one frozen dataclass for each kind. Their fields are the columns of the tables that keep them.

A fact is only ever added. `n` is its number within the case (1, 2, 3 …), given by `Case.add`; references to other facts
of the same case are such numbers. `entry` is the ledger entry that recorded it (None until it is saved): the recorded
time is that entry's, read from it and never copied here. `corrects` is the number of the fact that this one replaces,
`why` says why. `document` is the number of the `DocumentReceived` fact that told of it; None: a person wrote it.
"""

from __future__ import annotations

from dataclasses import dataclass

from pars.core.terms import StatedTime  # the store reads the field types to make its columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What every fact has."""

    n: int = 0
    entry: int | None = None
    corrects: int | None = None
    why: str | None = None
    document: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityClaimed(Fact):
    """Who the person says they are, or the paper says: a claim, kept apart from any verified identity.

    Names are kept as given: where only a full name came, `given` and `surname` may be None and nothing is split.
    `birth_date` keeps its precision; `sex` and `address` are the source's own words.
    """

    surname: str | None
    given: str | None
    middle: str | None = None
    suffix: str | None = None
    full: str | None = None
    birth_date: StatedTime | None = None
    sex: str | None = None
    address: str | None = None
    birthplace: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasStated(Fact):
    """Another name that a source gives for the person."""

    surname: str | None
    given: str | None
    full: str | None = None
    birth_date: StatedTime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrested(Fact):
    """A taking into custody; starts the clocks. `time` None means that no source stated it."""

    time: StatedTime | None
    agency: str
    agency_id: str | None = None
    """ORI or the agency's own code, as the source gave it."""
    record_id: str | None = None
    otn: str | None = None
    """Offense tracking number (or another state's arrest tracking number), exchanged form without dash."""
    incident_number: str | None = None
    district: str | None = None
    place: str | None = None
    warrant: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked(Fact):
    """The administrative step after arrest, at a facility."""

    time: StatedTime | None
    agency: str
    record_id: str | None = None
    facility: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeProposed(Fact):
    """A charge as the police propose it. Stays for ever beside what the prosecutor files."""

    arrest: int
    statute: str
    description: str
    grade: str | None = None
    counts: int = 1
    offense_date: StatedTime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NarrativeWritten(Fact):
    """The officer's account. Investigative information (18 Pa.C.S. § 9102): never in an outside view."""

    arrest: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted(Fact):
    """The arrest was sent to the charging unit ("Save and Send")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeDecided(Fact):
    """The prosecutor's decision on one charge.

    `decision` is APPROVE, AMEND, ADD, DECLINE or RETURN; `proposed` is the fact number of the police's charge (None for
    ADD); `filed` is the number of the ChargeFiled fact that follows from it; `reason` is a code of `charging.REASONS`,
    `note` the words beside it; `reported` says that a feed told of the decision, so that it carries no attorney's signature.
    """

    proposed: int | None
    decision: str
    reason: str | None = None
    filed: int | None = None
    reported: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeFiled(Fact):
    """A charge as the prosecutor files it. `arrest` is the number of the arrest it belongs to."""

    arrest: int
    statute: str
    description: str
    grade: str | None = None
    counts: int = 1
    offense_date: StatedTime | None = None
    reported: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintSigned(Fact):
    """The complaint: the hash of its canonical text, signed by a named person whose password was given again."""

    text_sha256: str
    signer: str
    reported: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Interviewed(Fact):
    """The pretrial interview. `outcome` is TAKEN, DECLINED or UNABLE; a None answer means not answered, never "no"."""

    outcome: str
    reason: str | None = None
    local_residence: bool | None = None
    employed: bool | None = None
    family_contact: bool | None = None
    prior_failure_to_appear: bool | None = None
    interpreter: str | None = None
    recommendation: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arraigned(Fact):
    """The preliminary arraignment hearing (Pa.R.Crim.P. 540). `probable_cause` None: not asked, since there was a warrant."""

    time: StatedTime
    probable_cause: bool | None
    rights_read: bool
    complaint_given: bool
    counsel_advised: bool
    hearing_right_advised: bool
    bail_advised: bool
    interpreter: str | None = None
    """Who interpreted, where the person needs an interpreter."""
    reason: str | None = None
    """Why the case was called although something was missing, or why there is no probable cause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseOrdered(Fact):
    """The signed release order. `types` combine (Pa.R.Crim.P. 524): any of ROR, NONMONETARY, UNSECURED, NOMINAL, MONETARY, REFUSED.

    Money is in whole cents; "refused" is not zero: `amount_cents` is then None. `deposit_percent` is 0 to 100: the share of the
    amount that must be put down. `conditions` are codes of `bail.STANDARD_CONDITIONS` and `bail.CONDITIONS`; `conditions_note` their words.
    """

    types: tuple[str, ...]
    hearing: int
    """The number of the hearing at which it was made."""
    next_hearing: StatedTime
    amount_cents: int | None = None
    deposit_percent: int | None = None
    conditions: tuple[str, ...] = ()
    reasons: str | None = None
    next_court: str | None = None
    surety: str | None = None
    conditions_note: str | None = None
    late_cause: str | None = None
    """Why the next hearing lies outside the rule's window."""
    text_sha256: str = ""
    signer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BailPosted(Fact):
    """The security that a monetary order asks for was posted."""

    order: int
    amount_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldLodged(Fact):
    """Something that may keep the person besides this case: `kind` is a code of `holds.HOLD_KINDS`."""

    kind: str
    authority: str
    lodged: StatedTime
    reference: str | None = None
    lapses: StatedTime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldLifted(Fact):
    """A hold ended, and why."""

    hold: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DetainerReceived(Fact):
    """An immigration detainer or notice request, with the paper that came with it.

    `form` is I-247A or NOTICE_REQUEST; `paper` is NONE, ADMINISTRATIVE (I-200, I-205) or JUDICIAL, and JUDICIAL means a
    named judge and court, confirmed by a second person.
    """

    form: str
    paper: str
    issuing_office: str
    signer: str | None = None
    court: str | None = None
    confirmed_by: str | None = None
    conviction: str | None = None
    """A conviction in this matter, as a code of `detainers.CONVICTIONS`; None where there is none, as always before a trial."""
    received: StatedTime | None = None
    received_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DetainerDecided(Fact):
    """The four separate answers to a detainer, each HONOR, DECLINE or NOT_ASKED, under one dated rule."""

    detainer: int
    hold: str
    notice: str
    hand_over: str
    access: str
    rule: str
    reason: str
    lapses: StatedTime | None = None
    """When an honored hold lapses; None where it isn't honored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyStated(Fact):
    """A custodian's or another source's word on custody: `status` is IN_CUSTODY, NOT_IN_CUSTODY or RELEASED."""

    status: str
    words: str
    time: StatedTime | None = None
    facility: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseAcknowledged(Fact):
    """The custodian acknowledged the release, or said why it can't be done yet (`released` False with a reason).

    `basis` is ORDER, DECLINED or DISCHARGED; `order` is the number of the release order where there is one.
    """

    basis: str
    released: bool
    order: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubted(Fact):
    """A doubt about what is recorded: a code of `doubts.DOUBTS` and the paths it concerns. Accepted, shown, never guessed away."""

    code: str
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentReceived(Fact):
    """An exchange document that a feed sent: its key and the digest of what was kept of it. `owner` is whose feed it is."""

    feed: str
    owner: str
    family: str
    document_key: str
    sha256: str
    document_time: StatedTime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtResolved(Fact):
    """A person settled a doubt, with a reason. `adult` is the answer where the doubt was about age: True, False, else None."""

    doubt: int
    reason: str
    adult: bool | None = None
    resolver: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProsecutionReported(Fact):
    """What a prosecutor's feed said of the case as a whole: `status` is RECEIVED, CASE_CREATED or DECIDED."""

    status: str
    agency: str | None = None
    case_number: str | None = None
    words: str | None = None
    time: StatedTime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLinked(Fact):
    """Another case is of the same person, so that a release checks it too. `linked` False undoes an earlier link.

    `basis` is FINGERPRINT or SECOND_PERSON; the second needs `confirmed_by`, somebody else than who links.
    """

    other_case: str
    basis: str
    linked: bool = True
    confirmed_by: str | None = None


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
)
"""Every kind of fact. The table of a kind is its name in snake case, in the schema `cases`."""
