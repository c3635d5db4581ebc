"""`/v1/agreements`: who may ask what until when, for anybody to read; and the acts of owners and managers."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Body, Path, Query, Router

from pars.actions import agreeing, dealing, publishing, reviewing
from pars.actions.weighing import weighed
from pars.core import canonical
from pars.core.access.agreement import CHOICES
from pars.core.access.catalogue import CATALOGUE
from pars.core.access.duty_words import duty_said
from pars.core.access.explain import LANGUAGES
from pars.core.access.plain import explain, never_shown
from pars.core.access.purposes import purposes_json
from pars.core.access.standing import dues
from pars.core.terms import Refusal
from pars.edge.api import answers, forms
from pars.edge.api.advice import advice_parts
from pars.edge.api.answering import CallError, iso, receipt, refused, told
from pars.edge.api.callers import by, once
from pars.edge.api.cases import MAKES
from pars.edge.formats import odrl, odrl_reading
from pars.edge.problems import ABSENT, Fault, malformed

if TYPE_CHECKING:
    from pars.actions.publishing import House, Paper, Published
    from pars.core.access.acts import Agreement, Met, Turn
    from pars.core.access.duties import Owed
    from pars.core.access.version import Version
    from pars.core.terms import Instant

router = Router(tags=["agreements"])
GOVERNED = {200: answers.Governed, **answers.PROBLEMS}
MADE = {201: answers.Governed, **answers.PROBLEMS}
LARGEST = 512 * 1024

AgreementId = Annotated[str, Path(pattern=forms.ID)]
Hash = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]
Person = Annotated[str, Path(pattern=forms.ID)]


# ---------------------------------------------------------------- for anybody


@router.get("/agreements", auth=None, response={200: answers.AgreementsOut, **answers.PUBLIC}, summary="Every agreement")
def agreements(request: HttpRequest) -> HttpResponse:
    """Return every agreement as it stands now."""
    del request
    found = publishing.agreements()
    at = found[0].at if found else publishing.now()
    return told({"as_of": iso(at), "agreements": [_short(one) for one in found]})


@router.get(
    "/agreements/{agreement_id}", auth=None, response={200: answers.AgreementDetail, **answers.PUBLIC}, summary="One agreement"
)
def agreement(request: HttpRequest, agreement_id: AgreementId) -> HttpResponse:
    """Return what an agreement says, how it was voted, how it stands, and what a vote on it must name."""
    del request
    found, house = publishing.agreement(agreement_id), publishing.house()
    if found is None or house is None:
        raise CallError(ABSENT)
    return told(_whole(found, house))


@router.get(
    "/agreements/{agreement_id}/versions/{version}",
    auth=None,
    response={200: dict[str, Any], **answers.PUBLIC},
    summary="A version's canonical text",
)
def version_text(request: HttpRequest, agreement_id: AgreementId, version: Hash) -> HttpResponse:
    """Return the exact bytes that were voted: their sha256 is the version's hash."""
    del request
    found = publishing.agreement(agreement_id)
    if found is None or found.agreement.proposal(version) is None:
        raise CallError(ABSENT)
    reply = HttpResponse(publishing.text_of(version) or b"", content_type="application/json")
    reply["cache-control"] = "no-store"
    return reply


@router.get("/purposes", auth=None, response={200: answers.PurposesOut, **answers.PUBLIC}, summary="What may be asked for")
def purposes(request: HttpRequest) -> HttpResponse:
    """Return the closed list of purposes: what each means, and the kinds of evidence of which an agreement demands one."""
    del request
    return told({"purposes": purposes_json()})


@router.get(
    "/agreements/{agreement_id}/odrl",
    auth=None,
    response={200: dict[str, Any], **answers.PUBLIC},
    summary="A version as an ODRL policy",
)
def as_odrl(
    request: HttpRequest, agreement_id: AgreementId, version: Annotated[str | None, Query(pattern="^[0-9a-f]{64}$")] = None
) -> HttpResponse:
    """Return a version (the one that governs, where none is named) as JSON-LD under PARS's profile. It says no more and no less than the text."""
    del request
    found = publishing.agreement(agreement_id)
    wanted = version if version is not None or found is None else found.stands.version.hash
    if found is None or wanted is None or found.agreement.proposal(wanted) is None:
        raise CallError(ABSENT)
    policy = odrl.policy(publishing.text_of(wanted) or b"")
    reply = HttpResponse(json.dumps(policy, ensure_ascii=False), content_type="application/ld+json")
    reply["cache-control"] = "no-store"
    return reply


@router.get(
    "/agreements/{agreement_id}/versions/{version}/advice",
    auth=None,
    response={200: answers.AdviceOut, **answers.PUBLIC},
    summary="Advice on a version",
)
def advice(request: HttpRequest, agreement_id: AgreementId, version: Hash) -> HttpResponse:
    """Return whether anybody could be shown under a version, and what it allows that the one before would not. It decides nothing."""
    del request
    found = publishing.agreement(agreement_id)
    proposal = found.agreement.proposal(version) if found is not None else None
    if found is None or proposal is None:
        raise CallError(ABSENT)
    before = found.before(proposal.version)
    return told(advice_parts(weighed(proposal.version, before, found.at), proposal.version, before))


# ---------------------------------------------------------------- acts


@router.post("/agreements", response=MADE, summary="Propose a version", openapi_extra=MAKES)
def propose(request: HttpRequest, document: Annotated[dict[str, Any], Body()]) -> HttpResponse:
    """Put a version before the owners: its text, or a policy of PARS's ODRL profile. PARS writes the canonical text, whose sha256 they sign."""
    text = _policy_text(document) if odrl_reading.is_policy(document) else canonical_text(document)
    outcome = agreeing.propose(text=text, by=by(request), once=once(request))
    return _governed(outcome, request, str(document.get("agreement")), text, 201)


@router.post("/agreements/{agreement_id}/votes", response=GOVERNED, summary="Vote", openapi_extra=MAKES)
def vote(request: HttpRequest, agreement_id: AgreementId, body: forms.VoteIn) -> HttpResponse:
    """Record a seat's signed choice. What narrows is acknowledged once nothing admitted before can still leave."""
    outcome = agreeing.vote(agreement=agreement_id, ballot=body.ballot, by=by(request), once=once(request))
    return _governed(outcome, request, agreement_id)


@router.post("/agreements/{agreement_id}/users", response=GOVERNED, summary="Name a person who may ask", openapi_extra=MAKES)
def name_user(request: HttpRequest, agreement_id: AgreementId, body: forms.UserIn) -> HttpResponse:
    """Let a person of the agency ask under the agreement."""
    outcome = agreeing.name_user(
        agreement=agreement_id, person=body.person, holds=tuple(body.holds), by=by(request), once=once(request)
    )
    return _governed(outcome, request, agreement_id)


@router.delete("/agreements/{agreement_id}/users/{person}", response=GOVERNED, summary="Remove a person")
def remove_user(request: HttpRequest, agreement_id: AgreementId, person: Person) -> HttpResponse:
    """Let a named person ask no longer, from this instant on."""
    return _governed(agreeing.remove_user(agreement=agreement_id, person=person, by=by(request)), request, agreement_id)


@router.post("/agreements/{agreement_id}/clients", response=GOVERNED, summary="Bind an agency's system", openapi_extra=MAKES)
def bind_client(request: HttpRequest, agreement_id: AgreementId, body: forms.ClientIn) -> HttpResponse:
    """Let an agency's system ask under the agreement, on behalf of the people named under it."""
    outcome = agreeing.bind_client(agreement=agreement_id, client=body.client, by=by(request), once=once(request))
    return _governed(outcome, request, agreement_id)


@router.post("/agreements/{agreement_id}/duties", response=GOVERNED, summary="Meet a duty", openapi_extra=MAKES)
def meet_duty(request: HttpRequest, agreement_id: AgreementId, body: forms.DutyMetIn) -> HttpResponse:
    """Record that what a duty of the version that governs asks for was done. What it suspended is answered again."""
    outcome = dealing.meet_duty(
        agreement=agreement_id,
        version=body.version,
        duty=body.duty,
        due=forms.instant_of(body.due),
        shown=body.shown,
        by=by(request),
        once=once(request),
    )
    return _governed(outcome, request, agreement_id)


@router.post("/agreements/{agreement_id}/replies", response=GOVERNED, summary="Reply to a use report", openapi_extra=MAKES)
def reply(request: HttpRequest, agreement_id: AgreementId, body: forms.ReplyIn) -> HttpResponse:
    """Record the agency's reply to a use report."""
    outcome = dealing.reply(agreement=agreement_id, report=body.report, text=body.text, by=by(request), once=once(request))
    return _governed(outcome, request, agreement_id)


@router.post("/agreements/{agreement_id}/reports", response=GOVERNED, summary="Put a use report", openapi_extra=MAKES)
def put_report(request: HttpRequest, agreement_id: AgreementId, body: forms.ReportIn) -> HttpResponse:
    """Put the record of use of a time that is over before owners and agency, as the ledger gives it."""
    start, end = forms.instant_of(body.start), forms.instant_of(body.end)
    try:
        text = reviewing.report_text(reviewing.use_report(agreement_id, start, end))
    except (LookupError, ValueError):
        text = b""  # no such agreement, or a time that isn't over: the act refuses it, and that is entered
    outcome = agreeing.put_report(agreement=agreement_id, start=start, end=end, text=text, by=by(request), once=once(request))
    return _governed(outcome, request, agreement_id)


@router.post("/agreements/{agreement_id}/notices", response=GOVERNED, summary="Post a public notice", openapi_extra=MAKES)
def serve_notice(request: HttpRequest, agreement_id: AgreementId, body: forms.NoticeIn) -> HttpResponse:
    """Post the public notice of a result."""
    found = publishing.agreement(agreement_id) if body.text is None else None
    written = reviewing.result_notice_text(found.agreement, found.at) if found is not None else (body.text or "").encode()
    outcome = agreeing.serve_notice(
        agreement=agreement_id,
        version=body.version,
        text=written,
        channel=body.channel,
        by=by(request),
        once=once(request),
    )
    return _governed(outcome, request, agreement_id)


def canonical_text(document: dict[str, Any]) -> bytes:
    """Return the canonical text of a document that owners vote on."""
    try:
        text = canonical.write(document)
    except (ValueError, TypeError):
        says = "the text holds objects, lists, texts in form C and whole numbers only"
        raise CallError(malformed([Fault(pointer="", says=says)])) from None
    if len(text) > LARGEST:
        raise CallError(malformed([Fault(pointer="", says="the text is too long")]))
    return text


def _policy_text(document: dict[str, Any]) -> bytes:
    """Return the canonical text that a policy states."""
    text = odrl_reading.version_text(document)
    if isinstance(text, Refusal):
        place = text.names[0] if text.names else ""
        says = f"{text.says.removeprefix(f'{place}: ')} {text.remedy}".strip()
        raise CallError(malformed([Fault(pointer=place, says=says)]))
    return text


def _governed(
    outcome: Any, request: HttpRequest, agreement_id: str, text: bytes | None = None, status: int = 200
) -> HttpResponse:
    if hasattr(outcome, "refusal"):
        return refused(outcome, request)
    body = {**receipt(outcome), "agreement": agreement_id}
    if text is not None:
        body["version"] = sha256(text).hexdigest()
    return told(body, status=status)


# ---------------------------------------------------------------- as JSON


def _short(published: Published) -> dict[str, object]:
    stands = published.stands
    version = stands.version
    return {
        "id": published.agreement.id,
        "agency": {"id": version.agency.id, "name": version.agency.name, "class": version.agency.kind},
        "title": version.title,
        "state": stands.state,
        "says": stands.says,
        "since": iso(stands.since),
        "until": _instant(stands.until),
        "ends_at": iso(version.term.end),
        "version": {"number": version.number, "hash": version.hash},
        "purposes": [{"code": one.code, "says": one.says, "evidence": one.evidence} for one in version.purposes],
        "columns": [column.name for column in CATALOGUE if column.name in version.scope.columns],
        "filters": [column.name for column in CATALOGUE if column.name in version.scope.filters],
    }


def _whole(published: Published, house: House) -> dict[str, object]:
    known, version = published.agreement, published.stands.version
    names = {seat: owner.name for seat, owner in house.charter.owners.items()}
    return {
        **_short(published),
        "as_of": iso(published.at),
        "sentences": {language: list(explain(version, language)) for language in LANGUAGES},
        "never_shown": {language: list(never_shown(version, language)) for language in LANGUAGES},
        "versions": [
            {**_version(proposal.version), "proposed_at": iso(proposal.at), "entry": proposal.entry}
            for proposal in known.proposals
        ],
        "votes": _votes(known, names),
        "results": [_turn(turn) for turn in known.turns],
        "ballot": _ballot(published, house),
        "duties": [_duty(*one, published.at) for one in dues(known, published.at)],
        "papers": _papers(published),
    }


def _duty(version: Version, owed: Owed, done: Met | None, at: Instant) -> dict[str, object]:
    duty = owed.duty
    return {
        "duty": duty.code,
        "kind": duty.kind,
        "version": version.hash,
        "says": {language: duty_said(duty, version.place, language) for language in LANGUAGES},
        "opens": iso(owed.opens),
        "due": iso(owed.due),
        "state": "met" if done is not None else "overdue" if owed.due <= at else "open" if owed.opens <= at else "later",
        "suspends": duty.suspends,
        "met": None if done is None else {"entry": done.entry, "at": iso(done.at), "shown": done.act.shown},
    }


def _version(version: Version) -> dict[str, object]:
    return {
        "number": version.number,
        "hash": version.hash,
        "starts": iso(version.term.start),
        "ends_at": iso(version.term.end),
        "text": f"/v1/agreements/{version.agreement}/versions/{version.hash}",
    }


def _votes(known: Agreement, names: dict[str, str]) -> list[dict[str, object]]:
    return [
        {
            "seat": ballot.vote.seat,
            "owner": names[ballot.vote.seat],
            "choice": ballot.vote.choice,
            "version": ballot.vote.version,
            "answers": ballot.vote.answers,
            "signature": ballot.vote.signature.hex(),
            "entry": ballot.entry,
            "at": iso(ballot.at),
        }
        for ballot in known.ballots
    ]


def _turn(turn: Turn) -> dict[str, object]:
    return {
        "result": turn.kind,
        "version": turn.version,
        "seats": sorted(turn.seats),
        "entry": turn.entry,
        "at": iso(turn.at),
        "effect": _instant(turn.effect),
    }


def _ballot(published: Published, house: House) -> dict[str, object]:
    """Return what a vote's message names: the log, the version, and the entry that the vote answers."""
    stands = published.stands
    votable = [
        {"version": proposal.version.hash, "answers": proposal.entry, "choices": ["adopt", "reject"]}
        for proposal in published.agreement.open(published.at)
    ]
    if stands.state in {"WAITING", "IN_FORCE", "SUSPENDED"}:
        choices = [choice for choice in CHOICES if choice not in {"adopt", "reject"}]
        votable.append({"version": stands.version.hash, "answers": stands.answers, "choices": choices})
    return {"origin": house.origin, "votable": votable}


def _papers(published: Published) -> list[dict[str, object]]:
    kinds = {"report": published.reports, "reply": published.replies, "notice": published.notices}
    return [_paper(kind, paper) for kind, papers in kinds.items() for paper in papers]


def _paper(kind: str, paper: Paper) -> dict[str, object]:
    said = {
        "kind": kind,
        "entry": paper.entry,
        "at": iso(paper.at),
        "sha256": sha256(paper.text).hexdigest(),
        "text": paper.text.decode("utf-8", "replace"),
    }
    more = {"about": paper.about, "start": _instant(paper.start), "end": _instant(paper.end)}
    return said | {name: value for name, value in more.items() if value is not None}


def _instant(at: Instant | None) -> str | None:
    return None if at is None else iso(at)
