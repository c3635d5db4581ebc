"""Who got a wrong version: what was put right, who must be told of it and until when, and the acts that say that they were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from pars.actions import publishing, telling
from pars.actions.telling import Corrections
from pars.core.access.use_words import column_words
from pars.core.cases.papers import PAPERS
from pars.core.cases.wrong_versions import HOW, REASONS
from pars.edge.web.ledger.entries import LARGEST
from pars.edge.web.pages import not_yours, page, refused, said
from pars.edge.web.seat import seated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from pars.actions.disclosing import WrongVersion
    from pars.actions.telling import Correction
    from pars.core.cases.wrong_versions import Mistake, Recipient
    from pars.core.terms import Instant
    from pars.edge.web.seat import Seat

FEW = 6
"""How many columns are named one by one."""
SEES = frozenset({telling.ACT, telling.REVIEW})


@seated()
def corrections(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show what was put right and reached somebody: who is still to be told first."""
    if not seat.acts & SEES:
        return not_yours(request, seat)
    answer = telling.corrections(by=seat.by)
    if not isinstance(answer, Corrections):
        return refused(request, answer)
    agencies = agency_names()
    lines = [
        {
            **mistake_parts(one.mistake),
            "at": one.put_right,
            **recipient_parts(one, agencies, at=answer.at, handles=one.handles),
        }
        for one in answer.corrections
    ]
    parts = {"owed": [line for line in lines if line["untold"]], "done": [line for line in lines if not line["untold"]]}
    return page(request, "corrections.html", {**parts, **frame(seat)}, at=answer.at)


@require_POST
@seated(telling.ACT)
def tell(request: HttpRequest, seat: Seat, entry: int) -> HttpResponse:
    """Record that a recipient was told, or knows; then go on where the reader was."""
    if entry > LARGEST:
        raise Http404
    given = request.POST
    outcome = telling.tell_recipient(
        correction=entry,
        recipient=given.get("recipient", ""),
        how=given.get("how", ""),
        acknowledged=given.get("acknowledged") == "yes",
        by=seat.by,
    )
    if hasattr(outcome, "refusal"):
        return refused(request, outcome.refusal, entry=outcome.entry, status=422)
    said(request, "Recorded.", outcome.entry)
    back = given.get("case", "")
    # Only the number of a case of ours leads back to it.
    return redirect(f"/cases/{back}#wrong" if _is_case(back) else "/corrections")


def _is_case(text: str) -> bool:
    return len(text) == 36 and all(char in "0123456789abcdef-" for char in text)


def frame(seat: Seat) -> dict[str, Any]:
    """Return what the forms need."""
    return {"hows": list(HOW.items()), "may_tell": telling.ACT in seat.acts}


def mistake_parts(mistake: Mistake) -> dict[str, Any]:
    """Return what was put right, in words: never a value, only which columns said it otherwise."""
    names = [column_words(name) for name in sorted(mistake.columns)]
    return {
        "entry": mistake.entry,
        "reasons": [REASONS[reason] for reason in mistake.reasons],
        "columns": ", ".join(names) if len(names) <= FEW else f"{len(names)} columns",
        "first": mistake.first,
        "last": mistake.right - 1,
    }


def agency_names() -> dict[str, str]:
    """Return what each agency is called."""
    return {one.agreement.agency: one.stands.version.agency.name for one in publishing.agreements()}


def recipient_parts(
    wrong: Correction | WrongVersion, agencies: Mapping[str, str], *, at: Instant, handles: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return who got it, in words, with what is owed to each."""
    found = [_recipient(one, agencies, handles or {}) for one in wrong.recipients]
    untold = sum(one["owed"] and not one["told"] for one in found)
    return {
        "recipients": found,
        "untold": untold,
        "due": wrong.due,
        "late": bool(untold) and at >= wrong.due,
        "citation": wrong.citation,
    }


def _recipient(one: Recipient, agencies: Mapping[str, str], handles: Mapping[str, str]) -> dict[str, Any]:
    form, _, name = one.code.partition(":")
    says = {"agency": agencies.get(name, name), "paper": _paper(name), "desk": f"Desk: {name.replace('_', ' ')}"}[form]
    return {
        "code": one.code,
        "says": says,
        "agreements": ", ".join(one.agreements),
        "handles": ", ".join(handles[name] for name in one.agreements if name in handles),
        "count": len(one.entries),
        "entry": one.entries[-1],
        "last": one.last,
        "owed": one.owed,
        "told": [{"how": HOW[act.how], "at": act.at, "entry": act.entry, "knows": act.acknowledged} for act in one.told],
        "knows": one.acknowledged,
    }


def _paper(name: str) -> str:
    kind = PAPERS.get(name.replace("_", "-"))
    return f"Paper: {kind.titles['en'] if kind is not None else name}"
