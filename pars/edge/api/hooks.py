"""`/v1/hooks`: an agency's own addresses that are told, signed, when something that it may ask for has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router

from pars.actions import disclosing, refusing
from pars.core.access.decision import Caller
from pars.edge import hints
from pars.edge.api import answers, forms
from pars.edge.api.answering import QUESTIONS, CallError, declined, iso, receipt, refused, told
from pars.edge.api.asking import NOT_AN_AGENCY
from pars.edge.api.callers import by, caller, once
from pars.edge.api.cases import MAKES

if TYPE_CHECKING:
    from pars.actions.disclosing import Hook, Turn

router = Router(tags=["questions"])
HookNumber = Annotated[int, Path(ge=1, le=2**53 - 1)]


@router.post("/hooks", response={201: answers.HookMade, **answers.PROBLEMS}, summary="Register a webhook", openapi_extra=MAKES)
def register_hook(request: HttpRequest, body: forms.HookIn) -> HttpResponse:
    """Have an address told when something changes that the question covers. The secret that signs is told here, and never again."""
    known = caller(request)
    if known.agency is None:
        return refused(refusing.refuse(NOT_AN_AGENCY, by=known.by), request)
    done = disclosing.register_hook(
        caller=Caller(known.agency, known.person, known.client),
        asked=body.question,
        address=body.address,
        until=None if body.until is None else forms.instant_of(body.until),
        also=hints.demo_networks(),
        once=once(request),
    )
    if isinstance(done, disclosing.Declined):
        raise CallError(declined(done, known.by, statuses=QUESTIONS, otherwise=403, asked={"question": body.question}))
    ends = None if done.end is None else iso(done.end)
    return told({**receipt(done.done), "hook": done.done.entry, "secret": done.secret, "ends_at": ends}, status=201)


@router.get("/hooks", response={200: answers.HooksOut, **answers.PROBLEMS}, summary="Webhooks, and how their hints fare")
def hooks(request: HttpRequest) -> HttpResponse:
    """Return the open hooks under the agreements that name whoever calls, the oldest first."""
    known = caller(request)
    if known.agency is None:
        return refused(refusing.refuse(NOT_AN_AGENCY, by=known.by), request)
    at, found = disclosing.hooks_of(Caller(known.agency, known.person, known.client))
    return told({"as_of": iso(at), "hooks": [_said(hook, turn) for hook, turn in found]})


@router.delete("/hooks/{hook}", response={200: answers.Receipt, **answers.PROBLEMS}, summary="Remove a webhook")
def remove_hook(request: HttpRequest, hook: HookNumber) -> HttpResponse:
    """Tell its address nothing any more: no byte leaves once this is answered."""
    outcome = disclosing.remove_hook(hook=hook, by=by(request))
    return refused(outcome, request) if isinstance(outcome, disclosing.Refused) else told(receipt(outcome))


def _said(hook: Hook, turn: Turn) -> dict[str, Any]:
    return {
        "hook": hook.entry,
        "agreement": hook.agreement,
        "person": hook.person,
        "address": hook.address,
        "question": hook.question,
        "registered_at": iso(hook.at),
        "ends_at": iso(hook.end),
        "outcome": turn.outcome,
        "tried_at": None if turn.tried is None else iso(turn.tried),
        "failures": turn.failed,
        "rests": turn.rests,
    }
