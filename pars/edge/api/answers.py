"""The shapes of `/v1`'s answers, for its description (OpenAPI) and for whoever reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from ninja import Schema

Known: TypeAlias = Literal["yes", "no", "not_known"]


class Receipt(Schema):
    """What recorded an act, an answer or a refusal: the entry's number, its leaf's hash (hex) and its time."""

    entry: int
    leaf: str
    at: str


class Fault(Schema):
    """One place of the request (RFC 6901) and what is wrong there."""

    pointer: str
    says: str


class Problem(Schema):
    """A no (RFC 9457): `reason` is stable, `detail` says what it means, `receipt` names the entry that recorded it."""

    type: str
    title: str
    status: int
    detail: str
    reason: str
    receipt: Receipt | None = None
    errors: list[Fault] | None = None


class Done(Receipt):
    """A write's answer: what it concerned and its receipt, never the record. A repeat under the same key gets the same."""

    case_id: str | None = None
    version: int | None = None


class Governed(Receipt):
    """The answer to an act on an agreement."""

    agreement: str
    version: str | None = None


class TextGoverned(Receipt):
    """The answer to an act on a text of the owners' own."""

    about: str
    text: str


class Words(Schema):
    """A code and what it means."""

    code: str
    says: str


class Missing(Words):
    """What stands between a case and its arraignment, and who owes it."""

    owed_by: str
    can_wait: bool
    late: bool


class Step(Schema):
    """What somebody can do next."""

    act: str
    says: str
    owed_by: str


class Clock(Words):
    """A deadline with its law."""

    citation: str
    state: str
    starts: str | None
    due: str | None
    moved_from: str | None


class Holding(Words):
    """Something that keeps the person, who answers for it and until when."""

    case_id: str
    authority: str
    citation: str
    ends: str
    then: str
    overdue: bool
    fact: int | None


class Releasable(Schema):
    """Whether the person may go: only if nothing in any of their cases holds them."""

    ok: bool
    reasons: list[Holding]
    undecided: list[int]


class FactOut(Schema):
    """One recorded fact: `says` holds what it states, by its kind; one that the role doesn't read is of kind `withheld`.

    A time is {text, zone, precision}, as it was given. `corrects` is the number of the fact that it replaces, `stands` whether none
    replaces it. Who recorded it is a pseudonym.
    """

    n: int
    kind: str
    stands: bool
    corrects: int | None
    entry: int | None
    recorded_at: str | None
    recorded_by: str | None
    why: str | None
    says: dict[str, Any]


class TimeEdit(Schema):
    """An edit of an arrest's time: both times as they were stated, why, by whom and by which entry."""

    fact: int
    was: dict[str, Any] | None
    now: dict[str, Any] | None
    why: str
    entry: int | None
    recorded_by: str | None


class CaseOut(Schema):
    """A case as the caller's role sees it."""

    id: str
    version: int
    as_of: str
    stage: Words
    facts: list[FactOut]
    missing: list[Missing]
    next_steps: list[Step]
    clocks: list[Clock]
    arrest_time_edits: list[TimeEdit]
    corrected_since_seen: list[dict[str, Any]]
    releasable: Releasable
    receipt: Receipt


class ClientOut(Schema):
    """Somebody who is coming up, as the defense's list shows them. `conflict` is YOURS, OFFICE or null."""

    case_id: str
    version: int
    name: str | None
    stage: str
    filed_charges: list[str]
    limit: str | None
    next_hearing: str | None
    next_court: str | None
    counsel: list[str]
    yours: bool
    present: bool
    conflict: str | None
    changed: bool


class ComingUpOut(Schema):
    """Who is coming up before the court."""

    as_of: str
    people: list[ClientOut]
    more: bool


class Paper(Schema):
    """A text to read and sign: the signature binds its hash."""

    case_id: str
    version: int
    text: str
    sha256: str
    receipt: Receipt


class AgreementOut(Schema):
    """An agreement as it stands: `state` PROPOSED, WAITING, IN_FORCE, SUSPENDED, REVOKED, ENDED or REJECTED."""

    id: str
    agency: dict[str, str]
    title: dict[str, str]
    state: str
    says: str
    since: str
    until: str | None
    ends_at: str
    version: dict[str, Any]
    purposes: list[dict[str, Any]]
    columns: list[str]
    filters: list[str]


class AgreementsOut(Schema):
    """Every agreement."""

    as_of: str
    agreements: list[AgreementOut]


class PurposesOut(Schema):
    """The closed list of purposes, with their definitions (`says`), kinds of `evidence` and `source` in law."""

    purposes: list[dict[str, Any]]


class TextsOut(Schema):
    """What the owners decide about their own work: each subject's texts, and the rule on detainers in force."""

    as_of: str
    detainer_rule: dict[str, str]
    subjects: list[dict[str, Any]]


class RenewalsOut(Schema):
    """The renewal calendar. `decision` is renewed, open or nothing; `gap` whether time passes before what follows."""

    as_of: str
    renewals: list[dict[str, Any]]


class AgreementDetail(AgreementOut):
    """One agreement, with what it says in words, how it was voted and what a vote must name."""

    as_of: str
    sentences: dict[str, list[str]]
    never_shown: dict[str, list[str]]
    versions: list[dict[str, Any]]
    votes: list[dict[str, Any]]
    results: list[dict[str, Any]]
    ballot: dict[str, Any]
    duties: list[dict[str, Any]]
    inquiries: list[dict[str, Any]]
    papers: list[dict[str, Any]]


class AdviceOut(Schema):
    """Advice on a version, beside the one that it would follow. It is no decision, and no decision rests on it."""

    version: dict[str, Any]
    before: dict[str, Any] | None
    anybody: Known
    allows_more: Known | None
    allows_less: Known | None
    apart: Known | None
    by_form: list[str]
    more: list[dict[str, Any]]
    less: list[dict[str, Any]]
    sentences: dict[str, list[str]]


class ApprovalsOut(Schema):
    """Requests for a second person's approval: each with its entry (`asked`), its question, and who approved it."""

    requests: list[dict[str, Any]]


class EmergenciesOut(Schema):
    """Answers to emergency questions that nobody reviewed yet, each with the instant by which somebody must."""

    emergencies: list[dict[str, Any]]


class HookMade(Receipt):
    """A hook that was registered. `secret` signs its hints: told here and never again, null where a repeated request is answered."""

    hook: int
    secret: str | None
    ends_at: str | None


class HooksOut(Schema):
    """The open hooks: each with its question and address, its end, and how its last hint fared."""

    as_of: str
    hooks: list[dict[str, Any]]


class ReceiptOut(Schema):
    """A receipt looked up: its place in the log once it is sealed."""

    entry: int
    leaf: str
    index: int | None
    sealed: bool


class ProofOut(ReceiptOut):
    """What proves an entry: hashes (hex) from its leaf up to the root of a signed checkpoint. `tlog_proof` is all of it as one text, which
    `pars-verify` and whoever knows C2SP tlog-proof check without us.
    """

    size: int
    proof: list[str]
    checkpoint: str
    tlog_proof: str


class LoggedOut(Schema):
    """A sealed entry: its hash for anybody; `entry` and its exact `bytes` (base64) for who may read it."""

    index: int
    leaf: str
    entry: dict[str, Any] | None = None
    bytes: str | None = None


class Inclusion(Schema):
    """Hashes (hex) that prove an entry's place in the tree of `size` entries."""

    index: int
    size: int
    proof: list[str]


class Consistency(Schema):
    """Hashes (hex) that prove that the tree of `second` entries begins with that of `first`."""

    first: int
    second: int
    proof: list[str]


PROBLEMS: Mapping[int, Any] = dict.fromkeys((400, 401, 403, 404, 409, 412, 422, 428, 429, 500, 503), Problem)
PUBLIC: Mapping[int, Any] = dict.fromkeys((400, 404, 503), Problem)

_HEADERS = {
    "Idempotency-Key": "A key of 1 to 120 visible characters, new for each new request: a repeat is done once.",
    "If-Match": 'The version that was seen, as the case\'s ETag gave it: "3".',
}


def headers(*names: str) -> dict[str, Any]:
    """Return the description of headers that a request needs."""
    return {
        "parameters": [
            {"in": "header", "name": name, "required": True, "schema": {"type": "string"}, "description": _HEADERS[name]}
            for name in names
        ]
    }
