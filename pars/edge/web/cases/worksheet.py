"""The worksheet's screen: each input with its source, the points step by step, what is recommended; read back and signed on the next page."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters

from pars.actions import disclosing, identifying, interviewing
from pars.actions.disclosing import CaseShown
from pars.core.cases.guidelines import Guideline
from pars.core.cases.worksheet import work_out, worksheet_owed
from pars.core.cases.worksheet_signing import refuse_choice, worksheet_text
from pars.core.terms import Refusal
from pars.edge.web.cases.case import WRONG_PASSWORD
from pars.edge.web.cases.case_view import identity_parts
from pars.edge.web.cases.desk_court import Signature
from pars.edge.web.cases.desk_pretrial import Sheet
from pars.edge.web.cases.interview_view import working, worksheet_parts
from pars.edge.web.cases.telling import timeline
from pars.edge.web.pages import not_opened, page, said
from pars.edge.web.seat import seated
from pars.edge.web.typed import number_in

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from pars.core.cases.worksheet import Worksheet
    from pars.edge.web.seat import Seat


@sensitive_post_parameters()
@seated("interview:record")
def worksheet(request: HttpRequest, seat: Seat, case_id: str) -> HttpResponse:
    """Show the worksheet, read it back with what is recommended, or take its signature."""
    if request.method != "POST":
        return _open(request, seat, case_id)
    panel = Sheet(request.POST)
    if not panel.is_valid() or "change" in request.POST:
        return _open(request, seat, case_id, typed=True)
    signature = Signature(request.POST) if "sign" in request.POST else Signature()
    if signature.is_bound and signature.is_valid():
        account: Any = request.user
        if account.check_password(signature.cleaned_data["password"]):
            outcome = panel.sign(case_id, seat, request.POST.get("text_sha256", ""))
            if hasattr(outcome, "refusal"):
                return _open(request, seat, case_id, typed=True, refusal=outcome.refusal)
            said(request, panel.done, outcome.entry)
            return redirect(f"/cases/{case_id}/worksheet")
        signature.add_error("password", WRONG_PASSWORD)
    return _read_back(request, seat, case_id, panel, signature)


def _open(
    request: HttpRequest, seat: Seat, case_id: str, *, typed: bool = False, refusal: Refusal | None = None
) -> HttpResponse:
    shown = disclosing.open_case(case_id=case_id, by=seat.by)
    if not isinstance(shown, CaseShown):
        return not_opened(request, shown)
    guideline = interviewing.guideline()
    sheet = work_out(shown.case, guideline) if isinstance(guideline, Guideline) else None
    panel = Sheet.anew(request.POST, shown) if typed else Sheet(shown=shown, initial=_first(sheet))
    changes, status = [], 200
    if typed:
        known = number_in(request.POST.get("worksheet-known", ""))
        if refusal is not None and refusal.code == "STALE" and known is not None:
            changes = timeline(shown, identifying.people(), after=known)
        if "change" in request.POST:
            panel.errors.clear()
        else:
            status = 409 if changes else 422
            panel.is_valid()
        if refusal is not None and not changes:
            panel.refuse(refusal)
    parts = {
        **identity_parts(shown),
        "case": shown.case,
        "signed": worksheet_parts(shown, identifying.people()),
        "owed": worksheet_owed(shown.case) is not None,
        "worksheet": working(shown, sheet) if sheet is not None else None,
        "unreadable": guideline.says if isinstance(guideline, Refusal) else "",
        "panel": panel,
        "changes": changes,
        "faults": panel.faults if typed and status != 200 else [],
    }
    return page(request, "worksheet.html", parts, status=status, at=shown.at)


def _first(sheet: Worksheet | None) -> dict[str, str]:
    return {"recommendation": sheet.recommended} if sheet is not None else {}


def _read_back(request: HttpRequest, seat: Seat, case_id: str, panel: Sheet, signature: Any) -> HttpResponse:
    shown = disclosing.open_case(case_id=case_id, by=seat.by)
    if not isinstance(shown, CaseShown):
        return not_opened(request, shown)
    guideline = interviewing.guideline()
    if not isinstance(guideline, Guideline):
        return _open(request, seat, case_id, typed=True, refusal=guideline)
    sheet = work_out(shown.case, guideline)
    refusal = refuse_choice(sheet, panel.choice)
    if refusal is not None:
        return _open(request, seat, case_id, typed=True, refusal=refusal)
    text = worksheet_text(shown.case, sheet, panel.choice)
    parts = {
        **identity_parts(shown),
        "case": shown.case,
        "title": "Pretrial worksheet",
        "paper": text.decode(),
        "means": "You sign that these are the answers and checks as recorded. Your password is your signature; the ledger keeps the "
        "hash of exactly this text. It is sent to the court, and decides nothing.",
        "action": f"/cases/{case_id}/worksheet",
        "hidden": [bound.as_hidden() for bound in panel],
        "text_sha256": hashlib.sha256(text).hexdigest(),
        "password": signature["password"],
        "button": "Sign and send",
        "change": True,
        "change_says": "Change what you recommend",
        "faults": [("id_password", str(says)) for says in signature.errors.get("password", ())],
    }
    return page(request, "paper.html", parts, status=422 if parts["faults"] else 200, at=shown.at)
