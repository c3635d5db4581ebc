"""The case page, and what is done on it: one address for each act, one for each paper that is read and signed."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from pars.actions import disclosing, identifying
from pars.actions.disclosing import CaseShown
from pars.edge.web.cases import (
    correcting,
    desk_charging,
    desk_court,
    desk_custody,
    desk_filing,
    desk_flags,
    desk_identity,
    desk_police,
    desk_pretrial,
    desk_session,
)
from pars.edge.web.cases.bench import bench_page, on_bench
from pars.edge.web.cases.case_view import case_parts, identity_parts, wrong_parts
from pars.edge.web.cases.desk_court import Order, Signature
from pars.edge.web.cases.telling import timeline
from pars.edge.web.pages import not_opened, not_yours, page, said
from pars.edge.web.seat import seated
from pars.edge.web.typed import number_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from pars.core.cases.progress import Step
    from pars.edge.web.cases.desk import Panel
    from pars.edge.web.seat import Seat

PANELS: tuple[type[Panel], ...] = (
    desk_police.Send,
    desk_police.Doubt,
    desk_charging.Decide,
    desk_charging.SignComplaint,
    desk_charging.CosignComplaint,
    desk_charging.Redecide,
    desk_filing.Filed,
    desk_pretrial.Interview,
    desk_pretrial.Sheet,
    desk_court.Hearing,
    desk_court.Order,
    desk_session.Call,
    desk_session.Pass,
    desk_session.Position,
    desk_court.Bail,
    desk_session.Served,
    desk_session.Docket,
    desk_session.Result,
    desk_custody.Release,
    desk_custody.Detainer,
    desk_custody.Paper,
    desk_custody.Hold,
    desk_custody.Lift,
    desk_police.Propose,
    desk_filing.LetGo,
    desk_filing.Form,
    *desk_identity.PANELS,
    *desk_flags.PANELS,
)
BY_SLUG: Mapping[str, type[Panel]] = {panel.slug: panel for panel in PANELS}
SIGNS_AS: Mapping[str, str] = {
    "prosecutor": "the attorney for the Commonwealth",
    "police": "the officer whose complaint it is",
}
BY_STEP: Mapping[str, type[Panel]] = {code: panel for panel in PANELS for code in panel.steps}

SESSION = re.compile(r"20\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d", re.ASCII)
"""How an address names a session: by the court's clock at its beginning."""

WRONG_PASSWORD = "This isn't your password, so nothing was signed. Give the password that you signed in with."  # noqa: S105


@seated("case:read")
def case(request: HttpRequest, seat: Seat, case_id: str) -> HttpResponse:
    """Open a case."""
    shown = disclosing.open_case(case_id=case_id, by=seat.by)
    if not isinstance(shown, CaseShown):
        return not_opened(request, shown)
    return case_page(request, seat, shown)


@require_POST
@seated("case:read")
def act(request: HttpRequest, seat: Seat, case_id: str, slug: str) -> HttpResponse:
    """Do one act on a case, or show the case again with what is in the way and what was typed."""
    panel_type = BY_SLUG.get(slug)
    if panel_type is None or panel_type.signs:
        raise Http404
    if panel_type.act not in seat.acts:
        return not_yours(request, seat)
    if desk_charging.LOOK in request.POST and issubclass(panel_type, desk_charging.Decide):
        return _looked_up(request, seat, case_id, panel_type)
    panel = panel_type(request.POST)
    if panel.is_valid():
        outcome = panel.perform(case_id, seat)
        if not hasattr(outcome, "refusal"):
            said(request, panel.done, outcome.entry)
            return redirect(_after(request, seat, case_id, panel_type))
        return again(request, seat, case_id, panel_type, outcome)
    return again(request, seat, case_id, panel_type)


def _after(request: HttpRequest, seat: Seat, case_id: str, panel_type: type[Panel]) -> str:
    """Return where to go on after an act: the bench, the docket or the session's page it came from, else the case."""
    if on_bench(panel_type, seat):
        return f"/cases/{case_id}/bench"
    back = request.POST.get("back", "")
    session = SESSION.fullmatch(back)
    return "/docket" if back == "docket" else f"/docket/{session[0]}" if session else f"/cases/{case_id}"


def _looked_up(request: HttpRequest, seat: Seat, case_id: str, panel_type: type[desk_charging.Decide]) -> HttpResponse:
    """Show the case with the form as it was typed and what the offense table says of the statute to add; nothing is recorded."""
    shown = disclosing.open_case(case_id=case_id, by=seat.by)
    if not isinstance(shown, CaseShown):
        return not_opened(request, shown)
    return case_page(request, seat, shown, panel=panel_type.looked_up(request.POST, shown))


def again(request: HttpRequest, seat: Seat, case_id: str, panel_type: type[Panel], outcome: Any = None) -> HttpResponse:
    """Show the case as it stands now, with the form as it was typed, what is wrong, and what others changed meanwhile."""
    shown = disclosing.open_case(case_id=case_id, by=seat.by)
    if not isinstance(shown, CaseShown):
        return not_opened(request, shown)
    panel = panel_type.anew(request.POST, shown)
    panel.is_valid()
    changes = []
    if outcome is not None:
        known = number_in(request.POST.get(f"{panel_type.slug}-known", ""))
        if outcome.refusal.code == "STALE" and known is not None:
            changes = timeline(shown, identifying.people(), after=known)
        if not changes:
            panel.refuse(outcome.refusal)
    return case_page(request, seat, shown, panel=panel, changes=changes, status=409 if changes else 422)


def case_page(
    request: HttpRequest,
    seat: Seat,
    shown: CaseShown,
    *,
    panel: Panel | None = None,
    changes: Any = (),
    status: int = 200,
) -> HttpResponse:
    """Return the case page with the panels of the role; `panel` takes the place of its kind."""
    if panel is not None and on_bench(type(panel), seat):
        return bench_page(request, seat, shown, panel=panel, changes=changes, status=status)
    found = panels(shown, seat)
    if panel is not None:
        found = [panel, *[other for other in found if other.slug != panel.slug]]
    owed = {step.code for step in shown.steps}
    first = found[0] if found and (panel is not None or found[0].steps & owed) else None
    parts = {
        **case_parts(shown),
        "panel": first,
        "others": [{"panel": other, "owed": bool(other.steps & owed)} for other in found if other is not first],
        "turn": [step for step in shown.steps if not _mine(step, found, seat)],
        "changes": changes,
        "in_queue": "charge:decide" in seat.acts and any(step.code in {"DECISION", "GRADE"} for step in shown.steps),
        "decides": "charge:decide" in seat.acts,
        "numbers": "order:record" in seat.acts,
        "yours": shown.taken is not None and shown.taken.person == seat.person,
        "wrong": wrong_parts(shown),
        "back_case": shown.case.id,
        **correcting.frame(seat),
        "faults": panel.faults if panel is not None else [],
    }
    return page(request, "case.html", parts, status=status, at=shown.at)


def _mine(step: Step, found: list[Panel], seat: Seat) -> bool:
    """Return whether the step is this seat's: done here, or on the bench."""
    panel = BY_STEP.get(step.code)
    return any(step.code in own.steps for own in found) or (panel is not None and on_bench(panel, seat))


def panels(shown: CaseShown, seat: Seat) -> list[Panel]:
    """Return what this role can do on the case: the steps that are owed first, in their order, then what is always possible."""
    owed = [BY_STEP[step.code] for step in shown.steps if step.code in BY_STEP]
    offered = [panel for panel in PANELS if panel.offered(shown)]
    here = [panel for panel in dict.fromkeys([*owed, *offered]) if panel.act in seat.acts and not on_bench(panel, seat)]
    return [panel(shown=shown) for panel in here]


# ---------------------------------------------------------------- what is read and signed


@sensitive_post_parameters()
@seated("complaint:sign")
def complaint(request: HttpRequest, seat: Seat, case_id: str) -> HttpResponse:
    """Show the complaint to be read, and take its signature."""
    return _signing(request, seat, case_id, desk_charging.SignComplaint)


@sensitive_post_parameters()
@seated("complaint:cosign")
def cosign(request: HttpRequest, seat: Seat, case_id: str) -> HttpResponse:
    """Show the complaint that was signed, and take the second signature."""
    return _signing(request, seat, case_id, desk_charging.CosignComplaint)


def _signing(request: HttpRequest, seat: Seat, case_id: str, panel_type: type[desk_charging.SignComplaint]) -> HttpResponse:
    panel = panel_type(request.POST) if request.method == "POST" else None
    stale = False
    if panel is not None and panel.is_valid():
        if _password(request, panel):
            outcome = panel.perform(case_id, seat)
            stale = hasattr(outcome, "refusal") and outcome.refusal.code == "STALE"
            if not hasattr(outcome, "refusal"):
                said(request, panel.done, outcome.entry)
                return redirect(f"/cases/{case_id}")
            panel.refuse(outcome.refusal)
        else:
            panel.add_error("password", WRONG_PASSWORD)
    shown = disclosing.open_case(case_id=case_id, by=seat.by)
    if not isinstance(shown, CaseShown):
        return not_opened(request, shown)
    text = panel_type.text_of(shown)
    fresh = panel_type(shown=shown, initial={"text_sha256": hashlib.sha256(text).hexdigest()})
    known = number_in(request.POST.get(f"{panel_type.slug}-known", "")) if stale else None
    parts = {
        **identity_parts(shown),
        "case": shown.case,
        "changes": timeline(shown, identifying.people(), after=known) if known is not None else [],
        "title": "Criminal complaint",
        "paper": text.decode(),
        "means": f"By signing you verify the complaint under 18 Pa.C.S. § 4904 as {SIGNS_AS[shown.case.profile.signed_by]}. "
        "Your password is your signature; the ledger keeps the hash of exactly this text.",
        "action": f"/cases/{case_id}/{panel_type.slug}",
        "hidden": fresh.hidden,
        "password": panel["password"] if panel is not None else fresh["password"],
        "button": "Co-sign the complaint" if panel_type.slug == "cosign" else "Sign the complaint",
        "faults": panel.faults if panel is not None else [],
    }
    return page(request, "paper.html", parts, status=422 if panel is not None else 200, at=shown.at)


@require_POST
@sensitive_post_parameters()
@seated("release:order")
def order(request: HttpRequest, seat: Seat, case_id: str) -> HttpResponse:
    """Read the order back, go back to its terms, or take its signature."""
    panel = Order(request.POST)
    if not panel.is_valid() or "change" in request.POST:
        return again(request, seat, case_id, Order)
    signature = Signature(request.POST) if "sign" in request.POST else Signature()
    if signature.is_bound and signature.is_valid():
        if _password(request, signature):
            outcome = panel.sign(case_id, seat, request.POST.get("text_sha256", ""))
            if hasattr(outcome, "refusal"):
                return again(request, seat, case_id, Order, outcome)
            said(request, panel.done, outcome.entry)
            return redirect(_after(request, seat, case_id, Order))
        signature.add_error("password", WRONG_PASSWORD)
    return _read_back(request, seat, case_id, panel, signature)


def _read_back(request: HttpRequest, seat: Seat, case_id: str, panel: Order, signature: Any) -> HttpResponse:
    shown = disclosing.open_case(case_id=case_id, by=seat.by)
    if not isinstance(shown, CaseShown):
        return not_opened(request, shown)
    refusal = panel.refusal(shown, seat)
    if refusal is not None:
        return again(request, seat, case_id, Order, _AsRefused(refusal))
    text = panel.text_of(shown)
    parts = {
        **identity_parts(shown),
        "case": shown.case,
        "title": "Release order",
        "paper": text.decode(),
        "means": "Read it to the person, then sign. Your password is your signature; the ledger keeps the hash of exactly this text.",
        "action": f"/cases/{case_id}/order",
        "hidden": [bound.as_hidden() for bound in panel],
        "text_sha256": hashlib.sha256(text).hexdigest(),
        "password": signature["password"],
        "button": "Sign the order",
        "change": True,
        "back": "bench",
        "faults": [("id_password", str(says)) for says in signature.errors.get("password", ())],
    }
    return page(request, "paper.html", parts, status=422 if parts["faults"] else 200, at=shown.at)


class _AsRefused:
    """A refusal found before anything was asked of the ledger."""

    def __init__(self, refusal: Any) -> None:
        self.refusal = refusal


def _password(request: HttpRequest, form: Any) -> bool:
    """Return whether the password given again is the signed-in person's."""
    account: Any = request.user
    right: bool = account.check_password(form.cleaned_data["password"])
    return right
