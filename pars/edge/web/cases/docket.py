"""The docket of the session that runs: who is heard next and what is missing; the next case; a session's results and its end."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters

from pars.actions import disclosing, sitting
from pars.actions.disclosing import Refused
from pars.core.cases.bail import TYPES
from pars.core.cases.calling import REASONS
from pars.core.cases.docket import RESULTS
from pars.core.cases.dockets import RECEIVERS
from pars.core.cases.facts import CasePassed
from pars.core.cases.representation import WAYS
from pars.core.cases.session_record import AMENDMENTS, record_text
from pars.core.terms import HOUR, StatedTime
from pars.edge.web import words
from pars.edge.web.cases.board_rows import lead_charge, values_of
from pars.edge.web.cases.case import WRONG_PASSWORD
from pars.edge.web.pages import page, refused, said
from pars.edge.web.panel import Form, from_list, password
from pars.edge.web.pictures import held_bar, held_scale
from pars.edge.web.seat import browser_of, seated

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from pars.actions.disclosing import Came, Coming
    from pars.actions.sitting import Record
    from pars.core.terms import Instant
    from pars.edge.web.seat import Seat

PARTS = (
    ("now", "Before the court"),
    ("ready", "Ready"),
    ("nearly", "Not ready"),
)
OF = {"CALLED": "now", "ORDER": "now", "PASSED": "ready", "READY": "ready", "NEARLY": "nearly"}


@seated("case:call")
def docket(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show the docket, over the limit first, by site."""
    answer = disclosing.docket(by=seat.by, zone=words.zone(), browser=browser_of(request))
    if isinstance(answer, Refused):
        return refused(request, answer.refusal, entry=answer.entry)
    lines = [_line(one, answer.at) for one in answer.cases]
    late = [line for line in lines if line["late"]]
    parts = {
        "sections": [("late", "Over the limit", _by_site(late))]
        + [(code, says, _by_site([one for one in lines if one["part"] == code and not one["late"]])) for code, says in PARTS],
        "empty": not lines,
        "session": answer.session,
        "key": answer.session.starts.text,
        "ends": answer.session.ends,
        "passing": answer.passing,
        "reasons": REASONS.items(),
        "bench": "hearing:hold" in seat.acts,
        "closes": "session:close" in seat.acts,
        "more": answer.more,
        "scale": held_scale(),
    }
    return page(request, "docket.html", parts, at=answer.at)


def _by_site(lines: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the lines by site, the site of the first line first, each site's in their order."""
    first = {line["site"]: place for place, line in reversed(list(enumerate(lines)))}
    ordered = sorted(lines, key=lambda line: first[line["site"]])
    return [(site, list(found)) for site, found in groupby(ordered, key=lambda line: line["site"])]


def _line(one: Coming, at: Instant) -> dict[str, Any]:
    row, where = values_of(one.row), one.place
    began = row.get("custody_began")
    held = at - began if began is not None else None
    grade, charge, more = lead_charge(row)
    return {
        "case_id": row["record"],
        "version": one.version,
        "facts": one.facts,
        "name": row.get("display_name") or "Name not shown",
        "site": row.get("facility") or row.get("district") or "Site not stated",
        "part": OF[where.state],
        "state": where.state,
        "held": words.span(held) if held is not None else "not known",
        "bar": held_bar(hours=held / HOUR, late=where.late, label=f"Held {words.span(held)}") if held is not None else "",
        "late": where.late,
        "limit": where.limit,
        "left": words.holds_for(where.limit, at) if where.limit is not None else "",
        "grade": grade,
        "charge": charge,
        "more": more,
        "missing": where.missing,
        "interpreter": row.get("interpreter"),
        "counsel": WAYS[one.counsel.how] if one.counsel is not None and one.counsel.present else "",
        "passed": REASONS[where.call.reason] if isinstance(where.call, CasePassed) else "",
        "callable": where.state in {"PASSED", "READY", "NEARLY"} and all(gap.can_wait for gap in where.missing),
        "needs_reason": bool(where.missing),
    }


@seated("hearing:hold")
def next_case(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Go to the bench with the next case that can be heard, after the one that was there; nothing of it was shown before."""
    answer = disclosing.docket(by=seat.by, zone=words.zone(), browser=browser_of(request))
    if isinstance(answer, Refused):
        return refused(request, answer.refusal, entry=answer.entry)
    found = [one.row["record"] for one in answer.cases if one.place.state != "NEARLY"]
    after = request.GET.get("after", "")
    rest = found[found.index(after) + 1 :] if after in found else found
    following = next(iter(rest), None) or next((one for one in found if one != after), None)
    return redirect(f"/cases/{following}/bench" if following else "/docket")


# ---------------------------------------------------------------- a session's results


class Close(Form):
    """The end of a session: the password given again; why, where a closed one is amended."""

    amends = forms.IntegerField(widget=forms.HiddenInput, required=False)
    amended = from_list("Why it is amended", [("", "Choose"), *AMENDMENTS.items()])
    password = password()


@sensitive_post_parameters()
@seated("session:close")
def session(request: HttpRequest, seat: Seat, starts: str) -> HttpResponse:
    """Show what a session came to, and close it with its signed record."""
    try:
        began = StatedTime(starts, words.zone())
    except ValueError:
        raise Http404 from None
    form = Close(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        if request.user.check_password(form.cleaned_data["password"]):
            outcome = sitting.close_session(
                starts=began, amends=form.cleaned_data["amends"], amended=form.cleaned_data["amended"], by=seat.by
            )
            if not hasattr(outcome, "refusal"):
                said(request, "Signed. The record is public: counts, nobody's name.", outcome.entry)
                return redirect(f"/docket/{starts}")
            form.refuse(outcome.refusal)
        else:
            form.add_error("password", WRONG_PASSWORD)
    answer = disclosing.results(by=seat.by, starts=began, browser=browser_of(request))
    if isinstance(answer, Refused):
        return refused(request, answer.refusal, entry=answer.entry)
    record = sitting.session_record(began)
    if answer is None or record is None:
        raise Http404
    parts = {
        "key": starts,
        "session": answer.session,
        "over": answer.at >= answer.session.ends,
        "lines": [_came(one) for one in answer.cases],
        "receivers": RECEIVERS.items(),
        **_record_parts(record, form),
        "faults": form.faults if form is not None else [],
    }
    return page(request, "session.html", parts, status=422 if form is not None else 200, at=answer.at)


def _came(one: Came) -> dict[str, Any]:
    made = one.heard.order
    return {
        "case_id": one.row["record"],
        "version": one.version,
        "facts": one.facts,
        "name": one.row.get("display_name") or "Name not shown",
        "otn": words.number(one.row["otn"]) if one.row.get("otn") else "",
        "result": RESULTS[one.heard.result],
        "open": one.heard.result in {"CALLED", "NO_ORDER"},
        "why": REASONS[one.heard.passed.reason] if one.heard.passed is not None else "",
        "types": ", ".join(TYPES[code].partition(" (")[0] for code in made.types) if made is not None else "",
        "numbers": one.numbers,
        "owed": [(code, RECEIVERS[code]) for code in one.owed] if one.heard.result in {"ORDERED", "DISCHARGED"} else [],
        "heard": one.heard.hearing is not None,
        "unserved": one.unserved,
    }


def _record_parts(record: Record, form: Close | None) -> dict[str, Any]:
    """Return the counts as they are now, the record that was signed, and the form that signs the next."""
    standing = record.standing
    fresh = Close(initial={"amends": standing[0] if standing is not None else None})
    shown = form if form is not None else fresh
    if standing is None:
        shown.fields.pop("amended", None)
    signed = json.loads(standing[1]) if standing is not None else None
    return {
        "counts": record.counts,
        "types": [(TYPES[code].partition(" (")[0], number) for code, number in record.counts.types.items()],
        "signed": signed,
        "signed_entry": standing[0] if standing is not None else None,
        "differs": record.differs,
        "form": shown,
        "amends": standing[0] if standing is not None else "",
        "text": record_text(record.session, record.counts).decode(),
    }
