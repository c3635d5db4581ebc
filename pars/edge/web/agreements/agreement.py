"""The agreement page: for everybody to read, and for those who work on it to suspend, renew, report, reply and give notice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from pars.actions import agreeing, dealing, publishing, reviewing
from pars.core.agreements.plain import end_said
from pars.core.agreements.renewal import renewed
from pars.core.owners.polling import answers_for
from pars.core.terms import Refusal, moment
from pars.edge.web.agreements.agreement_forms import BALLOT, MEANS, Ballot, NonRenewal, Renewal, Reply
from pars.edge.web.agreements.agreement_view import agreement_parts, spanish_parts
from pars.edge.web.agreements.compare_words import WORDS as COMPARED
from pars.edge.web.agreements.dealing_view import dealing_forms, dealing_parts
from pars.edge.web.agreements.renewals import line_parts
from pars.edge.web.languages import ASKED, language_of
from pars.edge.web.pages import page, refused, said
from pars.edge.web.seat import seat_of, seated
from pars.edge.web.typed import number_in

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest, HttpResponse

    from pars.actions.publishing import House, Published
    from pars.edge.web.seat import Seat


def agreement(request: HttpRequest, agreement_id: str) -> HttpResponse:
    """Show one agreement to anybody."""
    if language_of(request) == "es" and (seat_of(request) is None or ASKED in request.GET):
        one, house = found_agreement(agreement_id)
        owners = {name: owner.name for name, owner in house.charter.owners.items()}
        return page(request, "agreement_es.html", {**spanish_parts(one, owners), "language": "es"}, at=one.at)
    return shown_agreement(request, agreement_id)


def _receipt(request: HttpRequest) -> dict[str, int]:
    """Return the receipt of the answer that the reader came from, for the form that reports what came of it."""
    entry = number_in(request.GET.get("receipt", ""))
    return {} if entry is None else {"receipt": entry}


def shown_agreement(request: HttpRequest, agreement_id: str, *, status: int = 200, **forms: Any) -> HttpResponse:
    """Return the page, with forms that came back with faults as they came."""
    one, house = found_agreement(agreement_id)
    seat = seat_of(request)
    owners = {name: owner.name for name, owner in house.charter.owners.items()}
    parts = agreement_parts(one, owners)
    faults = [fault for form in forms.values() for fault in form.faults]
    parts |= dealing_parts(one, owners)
    line = next((line for line in publishing.renewals()[1] if line.agreement == agreement_id), None)
    parts["renewal_line"] = None if line is None else line_parts(line, one.at, len(owners), "en")
    parts |= {
        "language": "en",
        "owners": owners,
        "v": COMPARED["en"],
        "needs": house.charter.needs,
        "seats": len(owners),
        "faults": faults,
        **_forms(seat, one, house, parts, forms, _receipt(request)),
    }
    return page(request, "agreement.html", parts, status=status, at=one.at)


def found_agreement(agreement_id: str) -> tuple[Published, House]:
    """Return the agreement and whose record system this is; a page that isn't there where there is none."""
    one, house = publishing.agreement(agreement_id), publishing.house()
    if one is None or house is None:
        raise Http404
    return one, house


def _forms(
    seat: Seat | None, one: Published, house: House, parts: dict[str, Any], bound: dict[str, Any], receipt: dict[str, int]
) -> dict[str, Any]:
    """Return the forms that the reader's capacity has here; those that came back with faults as they came."""
    if seat is None or seat.capacity is None:
        return {}
    found = dealing_forms(one, seat, parts, bound, receipt)
    mine = seat.owner if "agreement:vote" in seat.acts and seat.owner in house.charter.owners else None
    if mine is not None:
        found["my_seat"] = house.charter.owners[mine].name
        for proposal in parts["proposals"]:
            proposal["mine"] = mine not in proposal["voted"]
        choices = _standing_choices(one)
        if choices:
            answers = answers_for(one.agreement.ballots, mine, one.stands.answers)
            start = {"version": one.stands.version.hash, "answers": answers}
            found["stop"] = bound.get("stop") or Ballot(choices=choices, initial=start, prefix="stop")
            found["means"] = [(choice, MEANS[choice]) for choice in choices]
    if "agreement:propose" in seat.acts:
        for proposal in parts["proposals"]:
            proposal["own"] = proposal["by"].owner == seat.owner
        found["next_number"] = len(one.agreement.proposals) + 1
        found["renewal"] = bound.get("renewal") or Renewal(one.stands.version)
    found["may_report"] = "report:make" in seat.acts
    if "agreement:reply" in seat.acts and parts["report"] is not None and not parts["report"]["put"].replies:
        found["reply"] = bound.get("reply") or Reply(initial={"report": parts["report"]["put"].entry}, prefix="reply")
    found["may_notice"] = "notice:serve" in seat.acts
    if found["may_notice"] and parts["renewal_line"] is not None:
        found["nonrenewal"] = bound.get("nonrenewal") or NonRenewal(initial=_served(one))
    return found


def _served(one: Published) -> dict[str, str]:
    """Return what the notice that the version in force won't be renewed begins with."""
    version = one.stands.version
    says = f"Notice is given that “{version.title['en']}” (agreement {version.agreement}, version {version.number}) will not be renewed. "
    return {"version": version.hash, "text": f"{says}It ends {end_said(version, 'en')}."}


def _standing_choices(one: Published) -> tuple[str, ...]:
    match one.stands.state:
        case "IN_FORCE" | "WAITING":
            return ("suspend", "revoke")
        case "SUSPENDED":
            return ("reinstate", "suspend", "revoke")
        case _:
            return ()


# ---------------------------------------------------------------- acts


@require_POST
@sensitive_post_parameters()
@seated("agreement:vote")
def vote(request: HttpRequest, seat: Seat, agreement_id: str) -> HttpResponse:
    """Sign and cast a seat's choice on how the agreement stands."""
    form = Ballot(request.POST, prefix="stop")
    if form.is_valid() and right_password(request, form):
        entry = cast(form, agreement_id, seat)
        if entry is not None:
            said(request, "Your seat's choice is signed and recorded.", entry)
            return redirect(f"/agreements/{agreement_id}")
    return shown_agreement(request, agreement_id, status=422, stop=form)


def cast(form: Ballot, agreement_id: str, seat: Seat) -> int | None:
    """Sign a ballot with the seat's key and cast it; return its entry, None where it was refused, which the form then says."""
    found = form.cleaned_data
    signed = agreeing.sign_with_home_key(
        agreement=agreement_id,
        choice=found["choice"],
        version=found["version"],
        answers=found["answers"],
        by=seat.by,
        reason=found["reason"],
    )
    if isinstance(signed, Refusal):
        form.refuse(signed)
        return None
    outcome = agreeing.vote(agreement=agreement_id, ballot=signed, reason=found["reason"], by=seat.by)
    if hasattr(outcome, "refusal"):
        form.refuse(outcome.refusal)
        return None
    return outcome.entry


@require_POST
@sensitive_post_parameters()
@seated("agreement:propose")
def propose(request: HttpRequest, seat: Seat, agreement_id: str) -> HttpResponse:
    """Put a renewal before the owners."""
    one, _ = found_agreement(agreement_id)
    form, number = Renewal(one.stands.version, request.POST), len(one.agreement.proposals) + 1
    if form.is_valid() and number_in(request.POST.get("renewal-number", "")) != number:
        form.add_error(
            None, f"It would be version {number} now: another was proposed since this page was shown. Look at it first."
        )
    elif form.is_valid() and right_password(request, form):
        found = form.cleaned_data
        text = publishing.text_of(one.stands.version.hash)
        assert text is not None, "a version's text is kept"
        start = one.stands.version.term.end if found["begins"] == "end" and one.stands.state == "IN_FORCE" else one.at
        outcome = agreeing.propose(
            text=renewed(
                text,
                number=number,
                start=start,
                last_day=_day(found["last_day"]),
                without=found["without"] or (),
                last_vote=_day(found["last_vote"]) if found["last_vote"] else None,
            ),
            by=seat.by,
        )
        if not hasattr(outcome, "refusal"):
            said(request, "The new version is before the owners.", outcome.entry)
            return redirect(f"/agreements/{agreement_id}")
        form.refuse(outcome.refusal)
    return shown_agreement(request, agreement_id, status=422, renewal=form)


@require_POST
@seated("agreement:propose")
def withdraw(request: HttpRequest, seat: Seat, agreement_id: str) -> HttpResponse:
    """Take a proposal back."""
    version = request.POST.get("version", "")
    outcome = agreeing.withdraw(agreement=agreement_id, version=version, by=seat.by)
    return told_agreement(request, agreement_id, outcome, "The proposal is withdrawn.")


def _day(stated: Any) -> date:
    return moment(stated.earliest, stated.zone).date()


@require_POST
@seated("report:make")
def report(request: HttpRequest, seat: Seat, agreement_id: str) -> HttpResponse:
    """Put the record of use since the last report, or since the beginning, before owners and agency."""
    one, _ = found_agreement(agreement_id)
    before = reviewing.latest_reports(agreement_id)
    start = before[0].report.end if before and before[0].report is not None else one.agreement.began
    made = reviewing.use_report(agreement_id, start, one.at)
    outcome = agreeing.put_report(agreement=agreement_id, start=start, end=one.at, text=reviewing.report_text(made), by=seat.by)
    return told_agreement(request, agreement_id, outcome, "The record of use is before the owners and the agency.")


@require_POST
@seated("agreement:reply")
def reply(request: HttpRequest, seat: Seat, agreement_id: str) -> HttpResponse:
    """Record the agency's reply to a report."""
    form = Reply(request.POST, prefix="reply")
    if form.is_valid():
        found = form.cleaned_data
        outcome = dealing.reply(agreement=agreement_id, report=found["report"], text=found["reply"], by=seat.by)
        if not hasattr(outcome, "refusal"):
            return told_agreement(request, agreement_id, outcome, "The agency's reply stands beside the report.")
        form.refuse(outcome.refusal)
    return shown_agreement(request, agreement_id, status=422, reply=form)


@require_POST
@seated("notice:serve")
def notice(request: HttpRequest, seat: Seat, agreement_id: str) -> HttpResponse:
    """Post the public notice of how the agreement stands now."""
    one, _ = found_agreement(agreement_id)
    text = reviewing.result_notice_text(one.agreement, one.at)
    outcome = agreeing.serve_notice(
        agreement=agreement_id, version=one.stands.version.hash, text=text, channel="public-page", by=seat.by
    )
    return told_agreement(request, agreement_id, outcome, "The notice is posted on this page.")


def told_agreement(request: HttpRequest, agreement_id: str, outcome: Any, words: str) -> HttpResponse:
    """Return to the page with what was done, or say why it wasn't."""
    if hasattr(outcome, "refusal"):
        return refused(request, outcome.refusal, entry=outcome.entry)
    said(request, words, outcome.entry)
    return redirect(f"/agreements/{agreement_id}")


def right_password(request: HttpRequest, form: Any) -> bool:
    """Return whether the password that was given again is the signer's; else the form says so."""
    account: Any = request.user
    right: bool = account.check_password(form.cleaned_data["password"])
    if not right:
        form.add_error("password", BALLOT[form.spoken]["wrong"])
    return right
