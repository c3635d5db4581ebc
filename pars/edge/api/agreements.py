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
from pars.core.access.purposes import purposes_json
from pars.core.terms import Refusal
from pars.edge.api import answers, forms
from pars.edge.api.advice import advice_parts
from pars.edge.api.agreement_shapes import renewal, short, whole
from pars.edge.api.answering import CallError, iso, receipt, refused, told
from pars.edge.api.callers import by, once
from pars.edge.api.cases import MAKES
from pars.edge.formats import odrl, odrl_reading
from pars.edge.problems import ABSENT, Fault, malformed

if TYPE_CHECKING:
    pass

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
    return told({"as_of": iso(at), "agreements": [short(one) for one in found]})


@router.get("/renewals", auth=None, response={200: answers.RenewalsOut, **answers.PUBLIC}, summary="The renewal calendar")
def renewals(request: HttpRequest) -> HttpResponse:
    """Return what ends when, what is decided about what follows, and which notices are due by when; the nearest end first."""
    del request
    at, lines = publishing.renewals()
    return told({"as_of": iso(at), "renewals": [renewal(line) for line in lines]})


@router.get(
    "/agreements/{agreement_id}", auth=None, response={200: answers.AgreementDetail, **answers.PUBLIC}, summary="One agreement"
)
def agreement(request: HttpRequest, agreement_id: AgreementId) -> HttpResponse:
    """Return what an agreement says, how it was voted, how it stands, and what a vote on it must name."""
    del request
    found, house = publishing.agreement(agreement_id), publishing.house()
    if found is None or house is None:
        raise CallError(ABSENT)
    return told(whole(found, house))


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
    return governed(outcome, request, str(document.get("agreement")), text, 201)


@router.post("/agreements/{agreement_id}/votes", response=GOVERNED, summary="Vote", openapi_extra=MAKES)
def vote(request: HttpRequest, agreement_id: AgreementId, body: forms.VoteIn) -> HttpResponse:
    """Record a seat's signed choice. What narrows is acknowledged once nothing admitted before can still leave."""
    outcome = agreeing.vote(agreement=agreement_id, ballot=body.ballot, reason=body.reason, by=by(request), once=once(request))
    return governed(outcome, request, agreement_id)


@router.delete("/agreements/{agreement_id}/versions/{version}", response=GOVERNED, summary="Withdraw a proposal")
def withdraw(request: HttpRequest, agreement_id: AgreementId, version: Hash) -> HttpResponse:
    """Take a proposal back while it is open; for the owner whose people made it. Nothing is deleted: text and votes stay."""
    return governed(agreeing.withdraw(agreement=agreement_id, version=version, by=by(request)), request, agreement_id)


@router.post("/agreements/{agreement_id}/users", response=GOVERNED, summary="Name a person who may ask", openapi_extra=MAKES)
def name_user(request: HttpRequest, agreement_id: AgreementId, body: forms.UserIn) -> HttpResponse:
    """Let a person of the agency ask under the agreement."""
    outcome = agreeing.name_user(
        agreement=agreement_id, person=body.person, holds=tuple(body.holds), by=by(request), once=once(request)
    )
    return governed(outcome, request, agreement_id)


@router.delete("/agreements/{agreement_id}/users/{person}", response=GOVERNED, summary="Remove a person")
def remove_user(request: HttpRequest, agreement_id: AgreementId, person: Person) -> HttpResponse:
    """Let a named person ask no longer, from this instant on."""
    return governed(agreeing.remove_user(agreement=agreement_id, person=person, by=by(request)), request, agreement_id)


@router.post("/agreements/{agreement_id}/clients", response=GOVERNED, summary="Bind an agency's system", openapi_extra=MAKES)
def bind_client(request: HttpRequest, agreement_id: AgreementId, body: forms.ClientIn) -> HttpResponse:
    """Let an agency's system ask under the agreement, on behalf of the people named under it."""
    outcome = agreeing.bind_client(agreement=agreement_id, client=body.client, by=by(request), once=once(request))
    return governed(outcome, request, agreement_id)


@router.post("/agreements/{agreement_id}/reports", response=GOVERNED, summary="Put a use report", openapi_extra=MAKES)
def put_report(request: HttpRequest, agreement_id: AgreementId, body: forms.ReportIn) -> HttpResponse:
    """Put the record of use of a time that is over before owners and agency, as the ledger gives it."""
    start, end = forms.instant_of(body.start), forms.instant_of(body.end)
    try:
        text = reviewing.report_text(reviewing.use_report(agreement_id, start, end))
    except (LookupError, ValueError):
        text = b""  # no such agreement, or a time that isn't over: the act refuses it, and that is entered
    outcome = agreeing.put_report(agreement=agreement_id, start=start, end=end, text=text, by=by(request), once=once(request))
    return governed(outcome, request, agreement_id)


@router.post("/agreements/{agreement_id}/notices", response=GOVERNED, summary="Post a public notice", openapi_extra=MAKES)
def serve_notice(request: HttpRequest, agreement_id: AgreementId, body: forms.NoticeIn) -> HttpResponse:
    """Post the public notice of a result."""
    found = publishing.agreement(agreement_id) if body.text is None else None
    written = b"" if found is None else reviewing.result_notice_text(found.agreement, found.at)
    if body.text is not None:
        words = dealing.words_of(body.text)
        if isinstance(words, Refusal):
            raise CallError(malformed([Fault(pointer="/text", says=words.says)]))
        written = words
    outcome = agreeing.serve_notice(
        agreement=agreement_id,
        version=body.version,
        text=written,
        channel=body.channel,
        about=body.about,
        proof=body.proof,
        by=by(request),
        once=once(request),
    )
    return governed(outcome, request, agreement_id)


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


def governed(
    outcome: Any, request: HttpRequest, agreement_id: str, text: bytes | None = None, status: int = 200
) -> HttpResponse:
    """Return the answer to an act on an agreement: its receipt, or the problem."""
    if hasattr(outcome, "refusal"):
        return refused(outcome, request)
    body = {**receipt(outcome), "agreement": agreement_id}
    if text is not None:
        body["version"] = sha256(text).hexdigest()
    return told(body, status=status)
