"""The defense's pages: who is coming up; a client's case, its papers, and what counsel does on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from pars.actions import defending, disclosing, identifying
from pars.actions.disclosing import Client, Defended
from pars.core.cases.representation import BASES, CONFLICTS, NOT_COUNSEL, WAYS, never_shown
from pars.edge.web import words
from pars.edge.web.cases.board_rows import lead_charge, values_of
from pars.edge.web.cases.case_view import case_parts
from pars.edge.web.cases.papers import given_as_asked
from pars.edge.web.cases.telling import HIDDEN, timeline
from pars.edge.web.pages import not_opened, page, refused, said
from pars.edge.web.panel import Form, one_of, prose, text
from pars.edge.web.seat import browser_of, seated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from pars.core.terms import Instant
    from pars.edge.web.cases.papers import given_as_asked
from pars.edge.web.seat import Seat


class Claim(Form):
    """Enter an appearance."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    basis = one_of("By what you stand for the person", tuple(BASES.items()), initial="ASSIGNED")
    said = prose("Why this is no conflict, or who waived it", rows=2, hint="Only the defense reads it.")


class End(Form):
    """Withdraw an appearance."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    reason = text("Reason", needed=True, hint="Claimed by mistake, a conflict found, leave of court, other counsel entered.")


class Presence(Form):
    """Say that counsel is there."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    how = one_of("How you are present", tuple(WAYS.items()), initial="VIDEO")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One person on the list, as the template draws them."""

    case_id: str
    name: str
    where: str
    language: str
    minor: bool
    charge: str
    grade: str
    more: int
    stage: str
    limit: Instant | None
    limit_in: str
    hearing: Instant | None
    court: str
    counsel: tuple[str, ...]
    present: str
    warned: bool
    unseen: int


@seated("defense:list")
def coming_up(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show who is coming up: the reader's own people, those whom nobody stands for, and the others'."""
    answer = disclosing.coming_up(by=seat.by, browser=browser_of(request))
    if isinstance(answer, disclosing.Refused):
        return refused(request, answer.refusal, entry=answer.entry)
    names = identifying.people()
    lines = [(one, _line(one, names, answer.at)) for one in answer.people]
    parts = {
        "yours": [line for one, line in lines if one.yours],
        "nobodys": [line for one, line in lines if not one.counsel],
        "others": [line for one, line in lines if one.counsel and not one.yours],
        "more": answer.more,
        "report": "account:read" in seat.acts,
    }
    return page(request, "defense.html", parts, at=answer.at)


def _line(one: Client, names: Mapping[str, str], at: Instant) -> Line:
    row = values_of(one.row)
    grade, charge, more = lead_charge(row)
    heard = row["arraigned"] and not row["unheard"]
    return Line(
        case_id=row["record"],
        name=row.get("display_name") or "Name not shown",
        where=row.get("facility") or row.get("district") or "",
        language=row.get("interpreter") or "",
        minor=row["age_blocks"],
        charge=charge,
        grade=grade,
        more=more,
        stage=one.says,
        limit=None if heard else one.limit,
        limit_in=words.holds_for(one.limit, at) if one.limit is not None else "",
        hearing=row.get("next_hearing") if heard else None,
        court=row.get("next_court") or "",
        counsel=tuple(names.get(claim.counsel, claim.counsel) for claim in one.counsel),
        present=WAYS[one.present.how] if one.present is not None else "",
        warned=one.warned is not None,
        unseen=one.unseen,
    )


# ---------------------------------------------------------------- a client's case


@seated("defense:read")
def case(request: HttpRequest, seat: Seat, case_id: str) -> HttpResponse:
    """Open a client's case; to anybody who isn't counsel of record, show how to become it."""
    shown = disclosing.open_for_defense(case_id=case_id, by=seat.by)
    if isinstance(shown, Defended):
        return _case_page(request, seat, shown)
    if shown.refusal == NOT_COUNSEL and "defense:claim" in seat.acts:
        return _claim_page(request, seat, case_id, entry=shown.entry)
    return not_opened(request, shown)


def _case_page(
    request: HttpRequest, seat: Seat, shown: Defended, *, status: int = 200, form: Form | None = None
) -> HttpResponse:
    seen = {"seen": shown.case.version}
    acts = timeline(shown, identifying.people())
    new = {fact.entry for fact in shown.case.facts[shown.before :]} if shown.before is not None else set()
    parts = {
        **case_parts(shown),
        "prints": None,  # what a repository answered isn't theirs to read, so nothing is said of it: neither verified nor not
        "timeline": [
            {"act": act, "new": act.entry in new, "told": told}
            for act in acts
            if (told := [one for one in act.told if one.says != HIDDEN])
        ],
        "never": never_shown(seat.acts),
        "presence": form if isinstance(form, Presence) else Presence(initial=seen),
        "end": form if isinstance(form, End) else End(initial=seen),
        "present": WAYS[shown.present.how] if shown.present is not None else "",
        "warned": CONFLICTS[shown.warned] if shown.warned is not None else "",
        "version": shown.case.version,
        "faults": form.faults if form is not None else [],
    }
    return page(request, "defense_case.html", parts, status=status, at=shown.at)


def _claim_page(
    request: HttpRequest, seat: Seat, case_id: str, *, entry: int | None = None, form: Claim | None = None
) -> HttpResponse:
    """Show what the list shows of the person, and the form by which counsel enters their appearance."""
    answer = disclosing.coming_up(by=seat.by, where=[{"column": "record", "is": case_id}])
    if isinstance(answer, disclosing.Refused):
        return refused(request, answer.refusal, entry=answer.entry)
    if not answer.people:
        return refused(request, NOT_COUNSEL, entry=entry)
    (one,) = answer.people
    parts = {
        "line": _line(one, identifying.people(), answer.at),
        "form": form or Claim(initial={"seen": one.version}),
        "warned": CONFLICTS[one.warned] if one.warned is not None else "",
        "never": never_shown(seat.acts),
        "entry": entry,
        "version": one.version,
        "faults": form.faults if form is not None else [],
    }
    return page(request, "defense_claim.html", parts, status=422 if form is not None else 403, at=answer.at)


@require_POST
@seated("defense:claim")
def claim(request: HttpRequest, seat: Seat, case_id: str) -> HttpResponse:
    """Take a claim of representation."""
    form = Claim(request.POST)
    if form.is_valid():
        found = form.cleaned_data
        outcome = defending.claim_representation(
            case_id=case_id, seen=found["seen"], basis=found["basis"], said=found["said"], by=seat.by
        )
        if not hasattr(outcome, "refusal"):
            said(request, "Your appearance is entered.", outcome.entry)
            return redirect(f"/defense/cases/{case_id}")
        if outcome.refusal.code == "NO_SUCH_CASE":
            raise Http404
        form = Claim(_anew(request, seat, case_id))
        form.is_valid()
        form.refuse(outcome.refusal)
    return _claim_page(request, seat, case_id, form=form)


def _anew(request: HttpRequest, seat: Seat, case_id: str) -> Any:
    """Return what was typed, now about the person's case as it stands."""
    kept = request.POST.copy()
    answer = disclosing.coming_up(by=seat.by, where=[{"column": "record", "is": case_id}])
    if isinstance(answer, disclosing.ComingUp) and answer.people:
        kept["seen"] = str(answer.people[0].version)
    return kept


@require_POST
@seated("defense:claim")
def end(request: HttpRequest, seat: Seat, case_id: str) -> HttpResponse:
    """Withdraw the reader's own appearance."""
    form = End(request.POST)
    if form.is_valid():
        outcome = defending.end_representation(case_id=case_id, by=seat.by, **form.cleaned_data)
        if not hasattr(outcome, "refusal"):
            said(request, "Your appearance is withdrawn. The case is closed to you.", outcome.entry)
            return redirect("/defense")
        form.refuse(outcome.refusal)
    return _again(request, seat, case_id, form)


@require_POST
@seated("defense:attend")
def attend(request: HttpRequest, seat: Seat, case_id: str) -> HttpResponse:
    """Say that counsel is there, or isn't after all."""
    form = Presence(request.POST)
    if form.is_valid():
        outcome = defending.attend(case_id=case_id, by=seat.by, is_present="away" not in request.POST, **form.cleaned_data)
        if not hasattr(outcome, "refusal"):
            said(request, "Marked." if "away" not in request.POST else "Taken back.", outcome.entry)
            return redirect(f"/defense/cases/{case_id}")
        form.refuse(outcome.refusal)
    return _again(request, seat, case_id, form)


def _again(request: HttpRequest, seat: Seat, case_id: str, form: Form) -> HttpResponse:
    shown = disclosing.open_for_defense(case_id=case_id, by=seat.by)
    if not isinstance(shown, Defended):
        return not_opened(request, shown)
    return _case_page(request, seat, shown, status=422, form=form)


@seated("defense:read")
def paper(request: HttpRequest, seat: Seat, case_id: str, name: str) -> HttpResponse:
    """Give counsel of record one paper; each is recorded."""
    return given_as_asked(request, seat, case_id, name, disclosing.give_to_defense)
