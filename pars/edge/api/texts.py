"""`/v1/texts`: what the owners decide about their own work, for anybody to read; proposals and votes."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Body, Path, Router

from pars.actions import owning
from pars.edge.api import answers, forms
from pars.edge.api.agreements import Hash, canonical_text
from pars.edge.api.answering import CallError, iso, receipt, refused, told
from pars.edge.api.callers import by, once
from pars.edge.api.cases import MAKES
from pars.edge.owned_texts import subject_json
from pars.edge.problems import ABSENT

router = Router(tags=["owners' texts"])
VOTED = {200: answers.TextGoverned, **answers.PROBLEMS}
PROPOSED = {201: answers.TextGoverned, **answers.PROBLEMS}

About = Annotated[str, Path(pattern="^[a-z]{1,32}$")]


@router.get(
    "/texts", auth=None, response={200: answers.TextsOut, **answers.PUBLIC}, summary="The owners' texts on their own work"
)
def texts(request: HttpRequest) -> HttpResponse:
    """Return the texts in force, waiting, to come and past, with what they say in words, and the rule on detainers in force."""
    del request
    found = owning.standings()
    rule = {"code": found.rule.code, "citation": found.rule.citation, "hash": found.rule.text or found.rules_hash}
    return told(
        {"as_of": iso(found.at), "detainer_rule": rule, "subjects": [subject_json(one, found) for one in found.subjects]}
    )


@router.get(
    "/texts/{text}",
    auth=None,
    response={200: dict[str, Any], **answers.PUBLIC},
    summary="An owners' text in its canonical form",
)
def owners_text(request: HttpRequest, text: Hash) -> HttpResponse:
    """Return the exact bytes that were voted: their sha256 is the text's hash."""
    del request
    found = owning.text_of(text)
    if found is None:
        raise CallError(ABSENT)
    reply = HttpResponse(found, content_type="application/json")
    reply["cache-control"] = "no-store"
    return reply


@router.post("/texts", response=PROPOSED, summary="Propose an owners' text", openapi_extra=MAKES)
def propose_text(request: HttpRequest, document: Annotated[dict[str, Any], Body()]) -> HttpResponse:
    """Put a text before the owners. PARS writes the document's canonical text, whose sha256 they sign."""
    text = canonical_text(document)
    outcome = owning.propose(text=text, by=by(request), once=once(request))
    return _governed(outcome, request, str(document.get("about")), sha256(text).hexdigest(), 201)


@router.post("/texts/{about}/votes", response=VOTED, summary="Vote on an owners' text", openapi_extra=MAKES)
def vote_on_text(request: HttpRequest, about: About, body: forms.VoteIn) -> HttpResponse:
    """Record a seat's signed choice on a proposed text; `version` is the text's hash, `answers` the entry that proposed it."""
    outcome = owning.vote(about=about, ballot=body.ballot, by=by(request), once=once(request))
    return _governed(outcome, request, about, body.version)


@router.delete("/texts/{about}/{text}", response=VOTED, summary="Take a proposed text back")
def withdraw_text(request: HttpRequest, about: About, text: Hash) -> HttpResponse:
    """Take back a text that is before the owners, as the owner whose people proposed it."""
    return _governed(owning.withdraw(about=about, text=text, by=by(request)), request, about, text)


def _governed(outcome: Any, request: HttpRequest, about: str, text: str, status: int = 200) -> HttpResponse:
    if hasattr(outcome, "refusal"):
        return refused(outcome, request)
    return told({**receipt(outcome), "about": about, "text": text}, status=status)
