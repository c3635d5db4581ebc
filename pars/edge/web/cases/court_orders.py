"""Court orders on records on the screen: recorded, served, preserved, told and carried out; and what an agency is to destroy.

Nobody's name stands here. The clerk names a case by its number when the order comes in; an agency knows the record by its own handle.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import RegexValidator
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from pars.actions import disclosing, expunging, publishing
from pars.actions.beats import Refused
from pars.core.access.court_orders import KEEPERS, MEANS, REASONS, WITHDRAWN, says_what
from pars.core.access.floor import ZONE
from pars.core.access.purges import OUTCOMES
from pars.core.terms import Refusal, end_of_day
from pars.edge.web.cases.correcting import agency_names
from pars.edge.web.ledger.entries import LARGEST
from pars.edge.web.pages import not_yours, page, refused, said
from pars.edge.web.panel import Form, from_list, password, text
from pars.edge.web.seat import seated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from pars.actions.beats import Done
    from pars.actions.expunging import Progress
    from pars.edge.web.seat import Seat

MOST_BYTES = 10 * 1_048_576
BY_CLERK, BY_OFFICER = expunging.RECORD, expunging.CARRY_OUT
WRONG_PASSWORD = "This isn't your password, so nothing was carried out. Give the password that you signed in with."  # noqa: S105
DONE: Mapping[str, str] = {
    "withdraw": "Withdrawn. Nothing was carried out.",
    "carry-out": "Carried out.",
    "limit": "Carried out.",
    "bring-back": "Carried out: the record is back.",
}
OWNERS: Mapping[str, str] = {"city": "the city", "courts": "the courts", "prosecutor": "the prosecutor"}


class Paper(forms.FileField):
    """A file of which only a keyed hash is kept."""

    def __init__(self, label: str) -> None:
        words = {"required": f"{label}: choose a file.", "empty": f"{label}: it is empty."}
        super().__init__(label=label, max_length=200, help_text="It isn’t kept: only a hash of it is.", error_messages=words)

    def clean(self, *given: Any) -> bytes:
        """Return what the file holds."""
        found = super().clean(*given)
        if found.size > MOST_BYTES:
            raise forms.ValidationError(f"{self.label}: it is larger than ten megabytes.")
        return bytes(found.read())


class Record(Form):
    """An order that came in."""

    aliases = {"seen": "case"}  # noqa: RUF012  as every form has it

    means = from_list(
        "What it says", (("", "Choose"), *((code, said["en"].capitalize()) for code, said in MEANS.items())), needed=True
    )
    case = text("Number of the case", hint="As its page’s address ends; empty where it lifts an earlier order", max_length=36)
    charges = forms.CharField(
        label="Only these charges",
        required=False,
        max_length=200,
        help_text="Their numbers on the case’s page, like 4 7; empty where it is about the whole record",
        validators=[RegexValidator(r"^[0-9 ,]*$", "Only these charges: give their numbers, like 4 7.")],
    )
    lifts = forms.IntegerField(
        label="Lifts the order",
        required=False,
        min_value=1,
        max_value=LARGEST,
        help_text="The number of an order below that was carried out",
    )
    final = forms.DateField(
        label="Final from the day after",
        required=False,
        help_text="The last day for an appeal, like 2027-03-01; empty where it is final now",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    paper = Paper("The order")


class Sign(Form):
    """The end of an order's page: the password given again."""

    password = password()


class Answer(Form):
    """What became of an agency's copies."""

    outcome = from_list("What became of every copy", (("", "Choose"), *OUTCOMES.items()), needed=True)
    shown = Paper("What shows it")


# ---------------------------------------------------------------- the orders


@seated()
def court_orders(request: HttpRequest, seat: Seat) -> HttpResponse:
    """List every order with what it waits for, and take in one that came."""
    if seat.acts.isdisjoint(expunging.READ_BY):
        return not_yours(request, seat)
    form = (
        Record(request.POST, request.FILES) if request.method == "POST" else Record(initial={"case": request.GET.get("case")})
    )
    if form.is_bound and form.is_valid():
        outcome = _record(form.cleaned_data, seat)
        if not hasattr(outcome, "refusal"):
            said(request, "Recorded. It is carried out by a colleague once nothing stands against it.", outcome.entry)
            return redirect("/orders")
        form.refuse(outcome.refusal)
    found = expunging.orders(by=seat.by)
    if isinstance(found, Refusal):
        return refused(request, found)
    agencies, acts = agency_names(), seat.acts
    means = {one.order.entry: one.order.means for one in found}
    lines = [
        _line(one, agencies, own=seat.by.person == one.order.person, lifted=means.get(one.order.lifts or 0)) for one in found
    ]
    parts = {
        "waiting": [line for line in lines if not line["over"]],
        "done": [line for line in lines if line["over"]],
        "form": form,
        "faults": form.faults if form.is_bound else [],
        "records": BY_CLERK in acts,
        "preserves": expunging.PRESERVE in acts,
        "carries_out": BY_OFFICER in acts,
        "reasons": REASONS.items(),
    }
    return page(request, "orders.html", parts, status=422 if parts["faults"] else 200, at=publishing.now())


def _record(given: Mapping[str, Any], seat: Seat) -> Done | Refused:
    final = given["final"]
    return expunging.record(
        means=given["means"],
        paper=given["paper"],
        case_id=given["case"],
        charges=[int(n) for n in re.findall(r"[0-9]{1,9}", given["charges"] or "")],
        lifts=given["lifts"],
        final=None if final is None else end_of_day(final, ZONE),
        by=seat.by,
    )


def _line(one: Progress, agencies: Mapping[str, str], *, own: bool, lifted: str | None) -> dict[str, Any]:
    order, clear = one.order, not one.waits and not own
    ready = clear and order.away and not (one.untold or one.named or one.joins)
    back, limits = clear and lifted == "sealed", clear and order.open and "limited" in {order.means, lifted}
    return {
        "entry": order.entry,
        "says": says_what(order),
        "charges": order.charges,
        "lifts": order.lifts,
        "at": order.at,
        "final": order.final,
        "done": order.done,
        "withdrawn": order.withdrawn,
        "over": not order.open,
        "own": own,
        "waits": one.waits,
        "away": order.away,
        "sealed": order.means == "sealed",
        "untold": one.untold,
        "named": one.named,
        "joins": one.joins,
        "destroys": order.means == "expunged",
        "ready": ready,
        "back": back,
        "limits": limits,
        "does": "carry-out" if ready else "bring-back" if back else "limit" if limits else "",
        "owed": [
            (who, KEEPERS.get(who) or OWNERS.get(who, who), who in KEEPERS) for who in one.owed_to if who not in order.served
        ],
        "preserved": sorted(order.preserved),
        "asked": [
            {
                "entry": asked.purge.entry,
                "agency": agencies.get(asked.agency, asked.agency),
                "agreement": asked.agreement,
                "due": asked.purge.due,
                "says": "" if asked.outcome is None else OUTCOMES[asked.outcome],
            }
            for asked in one.asked
        ],
    }


# ---------------------------------------------------------------- one order


@seated()
def court_order(request: HttpRequest, seat: Seat, entry: int) -> HttpResponse:
    """Show which record an order is about, to who records or carries out orders; that they saw it is entered."""
    return _order(request, seat, entry)


SIGNED = frozenset({"carry-out", "limit", "bring-back"})
"""What the password is asked for again, as for a vote."""
SHOWN: Mapping[str, str] = {
    "record": "Case",
    "name": "Person",
    "birth_date": "Birth date",
    "otn": "Tracking number (OTN)",
    "arrest_date": "Arrested",
    "arrest_agency": "By",
    "proposed_charges": "Charges, as the police said them",
    "filed_charges": "Charges, as they were filed",
}


def _signed(request: HttpRequest) -> bool:
    account: Any = request.user
    form = Sign(request.POST)
    return form.is_valid() and bool(account.check_password(form.cleaned_data["password"]))


def _order(request: HttpRequest, seat: Seat, entry: int, *, fault: bool = False) -> HttpResponse:
    if entry > LARGEST:
        raise Http404
    if seat.acts.isdisjoint({BY_CLERK, BY_OFFICER}):
        return not_yours(request, seat)
    found = expunging.orders(by=seat.by)
    if isinstance(found, Refusal):
        return refused(request, found)
    one = next((one for one in found if one.order.entry == entry), None)
    if one is None:
        raise Http404
    lifted = next((other.order.means for other in found if other.order.entry == one.order.lifts), None)
    line = _line(one, agency_names(), own=seat.by.person == one.order.person, lifted=lifted)
    told = disclosing.ordered(order=entry, by=seat.by)
    sign = Sign(request.POST) if fault else Sign()
    if fault and sign.is_valid():
        sign.add_error("password", WRONG_PASSWORD)
    known, none = (None, told.refusal) if isinstance(told, Refused) else (told, None)
    parts = {
        "line": line,
        "about": [] if known is None else _about(known),
        "read": None if known is None else known.entry,
        "case": "" if known is None else known.case_id,
        "none": "" if none is None else f"{none.says} {none.remedy}",
        "does": line["does"] if BY_OFFICER in seat.acts and (known is not None or line["back"]) else "",
        "button": BUTTONS[_does(line)],
        "records": BY_CLERK in seat.acts,
        "reasons": WITHDRAWN.items(),
        "owners": OWNERS.items(),
        "sign": sign,
        "faults": sign.faults if fault else [],
    }
    return page(request, "order.html", parts, status=422 if fault else 200, at=publishing.now())


BUTTONS: Mapping[str, str] = {
    "seal": "Seal the record",
    "charges": "Expunge the charges",
    "expunge": "Expunge the record",
    "limit": "Limit the access",
    "unlimit": "End the limit of access",
    "back": "Bring the sealed record back",
}


def _does(line: Mapping[str, Any]) -> str:
    if line["back"]:
        return "back"
    if line["limits"]:
        return "unlimit" if line["lifts"] else "limit"
    return "seal" if line["sealed"] else "charges" if line["charges"] else "expunge"


def _about(known: Any) -> list[tuple[str, dict[str, Any]]]:
    row = dict(known.row)
    row["name"] = ", ".join(part for part in (row.get("surname"), row.get("given")) if part) or row.get("full_name")
    said: list[tuple[str, dict[str, Any]]] = []
    for name, label in SHOWN.items():
        value = row.get(name)
        said.append((label, {"many": value} if isinstance(value, list | tuple) else {"one": value}))
    if known.charges:
        said.append(("The order takes these alone", {"many": [f"No. {n}: {words}" for n, words in known.charges]}))
    return said


@require_POST
@seated()
def order_act(request: HttpRequest, seat: Seat, entry: int, act: str) -> HttpResponse:
    """Do one thing about an order."""
    if entry > LARGEST:
        raise Http404
    given = request.POST
    if act in SIGNED and not _signed(request):
        return _order(request, seat, entry, fault=True)
    match act:
        case "withdraw":
            outcome = expunging.withdraw(order=entry, reason=given.get("reason", ""), by=seat.by)
        case "serve":
            file = request.FILES.get("copy")
            copy = None if file is None else bytes(file.read(MOST_BYTES))
            outcome = expunging.serve(order=entry, on=given.get("on", ""), copy=copy, by=seat.by)
        case "preserve":
            stands = given.get("ends") != "yes"
            outcome = expunging.preserve(order=entry, reason=given.get("reason", ""), stands=stands, by=seat.by)
        case "tell":
            return _tell(request, seat, entry)
        case "carry-out":
            outcome = expunging.put_away(order=entry, by=seat.by, case_id=given.get("case") or None)
        case "limit":
            outcome = expunging.limit(order=entry, by=seat.by)
        case "bring-back":
            files = {seat: request.FILES.get(f"share-{seat}") for seat in OWNERS}
            brought = {on: expunging.share_of(file.read(MOST_BYTES)) for on, file in files.items() if file is not None}
            outcome = expunging.bring_back(order=entry, brought=brought, by=seat.by)
        case _:
            raise Http404
    return _told(request, outcome, DONE.get(act, "Recorded."), "/orders")


def _tell(request: HttpRequest, seat: Seat, entry: int) -> HttpResponse:
    for outcome in expunging.ask_purges(order=entry, by=seat.by):
        if hasattr(outcome, "refusal"):
            return _told(request, outcome, "", "/orders")
        said(request, "An agency was told to destroy its copies.", outcome.entry)
    return redirect("/orders")


def _told(request: HttpRequest, outcome: Any, words: str, back: str) -> HttpResponse:
    if hasattr(outcome, "refusal"):
        return refused(request, outcome.refusal, entry=outcome.entry, status=422)
    said(request, words, outcome.entry)
    return redirect(back)


# ---------------------------------------------------------------- an agency's


@seated(agency=True)
def purges(request: HttpRequest, seat: Seat) -> HttpResponse:
    """List what the agency is to destroy, and take in what it did."""
    found = expunging.notices(by=seat.by)
    wanted = int(typed) if (typed := request.POST.get("purge", "")).isdecimal() and len(typed) < len(str(LARGEST)) else 0
    lines, faults = [], []
    for one in found:
        bound = request.method == "POST" and one.purge == wanted
        prefix = f"p{one.purge}"
        form = Answer(request.POST, request.FILES, prefix=prefix) if bound else Answer(prefix=prefix)
        if form.is_bound and form.is_valid():
            outcome = expunging.answer_purge(
                agreement=one.agreement,
                purge=one.purge,
                outcome=form.cleaned_data["outcome"],
                shown=form.cleaned_data["shown"],
                by=seat.by,
            )
            if not hasattr(outcome, "refusal"):
                said(request, "Recorded. Nothing more is owed for this record.", outcome.entry)
                return redirect("/purges")
            form.refuse(outcome.refusal)
        faults += form.faults if form.is_bound else []
        lines.append({"notice": one, "form": form})
    return page(request, "purges.html", {"lines": lines, "faults": faults}, status=422 if faults else 200)
