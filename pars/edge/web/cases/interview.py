"""The interview's own screen: the script, the questions in spoken order, references and checks. What is saved is kept as facts.

One form holds everything that is typed while somebody talks, so that no button loses what another part of the page holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect

from pars.actions import disclosing, identifying
from pars.actions.disclosing import CaseShown
from pars.core.cases.case import interview as last_interview
from pars.core.cases.facts import InterviewPostponed, ReferenceNamed
from pars.core.cases.interview_queue import prepare_for
from pars.core.cases.pretrial import OUTCOMES, SCRIPT, progress_words
from pars.core.cases.questions import PARTS
from pars.edge.web.cases.case_view import charge_lines, identity_parts
from pars.edge.web.cases.desk_pretrial import Answers, Begin, Check, NotNow, Reference, talking
from pars.edge.web.cases.interview_view import checks
from pars.edge.web.cases.telling import timeline
from pars.edge.web.pages import not_opened, page, said
from pars.edge.web.seat import seated
from pars.edge.web.typed import number_in

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from pars.edge.web.cases.desk import Panel
    from pars.edge.web.seat import Seat

ALONE: dict[str, type[Panel]] = {"begin": Begin, "not-now": NotNow}
BESIDE: dict[str, type[Reference | Check]] = {"reference": Reference, "check": Check}
DONE = {
    "save": "Saved. Each answer is a fact; a later one stands in its place, and both stay.",
    "finish": "The interview is recorded. Work out its worksheet next.",
    "reference": "The reference is named, and your answers are saved.",
    "check": "The check is recorded, and your answers are saved.",
}
NOTHING_NEW = "Nothing was changed, so there was nothing to save."


@seated("interview:record")
def interview(request: HttpRequest, seat: Seat, case_id: str) -> HttpResponse:
    """Show the interview of a case, or do one of its acts."""
    if request.method == "POST":
        return _act(request, seat, case_id)
    shown = disclosing.open_case(case_id=case_id, by=seat.by)
    if not isinstance(shown, CaseShown):
        return not_opened(request, shown)
    return _page(request, shown, {})


def _act(request: HttpRequest, seat: Seat, case_id: str) -> HttpResponse:
    do, _, part = request.POST.get("do", "").partition(":")
    if do in ALONE:
        panel = ALONE[do](request.POST)
        outcome = panel.perform(case_id, seat) if panel.is_valid() else None
        if outcome is None or hasattr(outcome, "refusal"):
            return _again(request, seat, case_id, do, outcome)
        said(request, panel.done, outcome.entry)
        return redirect("/interviews" if do == "not-now" else f"/cases/{case_id}/interview")
    if do not in DONE:
        return _again(request, seat, case_id, "begin")
    return _talk(request, seat, case_id, do, part)


def _talk(request: HttpRequest, seat: Seat, case_id: str, do: str, part: str) -> HttpResponse:
    """Save what was answered and, beside it, finish, name a reference or record a check. What is at fault there is said before anything is done."""
    answers = Answers(request.POST)
    beside = BESIDE[do](request.POST) if do in BESIDE else None
    if not answers.is_valid() or (beside is not None and not beside.is_valid()):
        return _again(request, seat, case_id, do)
    outcome = answers.finish(case_id, seat) if do == "finish" else answers.perform(case_id, seat)
    unchanged = hasattr(outcome, "refusal") and outcome.refusal.code == "NOTHING_CHANGED"
    if hasattr(outcome, "refusal") and not unchanged:
        return _again(request, seat, case_id, do, outcome)
    if beside is not None:
        seen = answers.cleaned_data["seen"] if unchanged else outcome.version
        outcome = beside.perform(case_id, seen, seat)
        if hasattr(outcome, "refusal"):
            return _again(request, seat, case_id, do, outcome, saved=not unchanged)
    elif unchanged:
        said(request, NOTHING_NEW)
        return redirect(_next(case_id, do, part))
    said(request, DONE[do], outcome.entry)
    return redirect(_next(case_id, do, part))


def _next(case_id: str, do: str, part: str) -> str:
    """Return where the work goes on: after a part is saved, at the next one."""
    if do == "finish":
        return f"/cases/{case_id}/worksheet"
    if do == "save":
        number = number_in(part)
        return f"/cases/{case_id}/interview" + (f"#part-{number + 1}" if number is not None and number < len(PARTS) else "")
    return f"/cases/{case_id}/interview#{do}"


def _again(
    request: HttpRequest, seat: Seat, case_id: str, do: str, outcome: Any = None, *, saved: bool = False
) -> HttpResponse:
    """Show the interview as it stands now, with everything as it was typed, what is wrong, and what others changed meanwhile.

    `saved`: the answers were saved before what was wrong beside them came up; what stands is then what was typed.
    """
    shown = disclosing.open_case(case_id=case_id, by=seat.by)
    if not isinstance(shown, CaseShown):
        return not_opened(request, shown)
    kind = ALONE.get(do, Answers)
    forms: dict[str, Any] = {kind.slug: kind.anew(request.POST, shown)}
    if do in BESIDE:
        forms[do] = BESIDE[do](request.POST, shown=shown)
    for form in forms.values():
        form.is_valid()
    changes = []
    if outcome is not None:
        known = number_in(request.POST.get(f"{kind.slug}-known", ""))
        if outcome.refusal.code == "STALE" and known is not None and not saved:
            changes = timeline(shown, identifying.people(), after=known)
        if not changes:
            forms[do if do in BESIDE else kind.slug].refuse(outcome.refusal)
    return _page(request, shown, forms, changes=changes, status=409 if changes else 422)


def _page(
    request: HttpRequest, shown: CaseShown, forms: dict[str, Any], *, changes: Any = (), status: int = 200
) -> HttpResponse:
    case = shown.case
    names = identifying.people()
    put_off, ended = case.latest(InterviewPostponed), last_interview(case)
    parts = {
        **identity_parts(shown),
        "case": case,
        "script": SCRIPT,
        "prepare": prepare_for(case),
        "charges": charge_lines(case),
        "talking": talking(shown),
        "put_off": put_off,
        "ended": OUTCOMES[ended.outcome] if ended is not None else "",
        "taken": ended is not None and ended.outcome == "TAKEN",
        "progress": progress_words(case),
        "begin": forms.get("begin") or Begin(shown=shown),
        "not_now": forms.get("not-now") or NotNow(shown=shown),
        "answers": forms.get("answers") or Answers(shown=shown),
        "reference": forms.get("reference") or Reference(shown=shown),
        "check": forms.get("check") or Check(shown=shown),
        "references": case.current(ReferenceNamed),
        "checks": checks(shown, names),
        "changes": changes,
        "faults": [fault for form in forms.values() for fault in form.faults],
    }
    return page(request, "interview.html", parts, status=status, at=shown.at)
