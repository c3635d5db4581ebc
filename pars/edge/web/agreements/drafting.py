"""Drafting a version in the browser: sentences as one goes, each refusal at its field, and at the end the proposal. Nothing is kept before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from pars.actions import agreeing, publishing
from pars.actions.weighing import weighed
from pars.actions.weighing.words import advice_words
from pars.core import canonical
from pars.core.access.explain import condition
from pars.core.access.floor import RECIPIENTS
from pars.core.access.predicate_json import read_predicate
from pars.core.agreements.differences import differences
from pars.core.agreements.plain import explain
from pars.core.agreements.version import Version, narrows, read_version
from pars.core.document import ID
from pars.core.terms import Refusal
from pars.edge.web import words
from pars.edge.web.agreements.compare_words import WORDS as COMPARED
from pars.edge.web.agreements.draft_clauses import to_come
from pars.edge.web.agreements.draft_form import DraftForm
from pars.edge.web.agreements.draft_text import BLANK, document, starts
from pars.edge.web.agreements.grid import grid
from pars.edge.web.cases.case import WRONG_PASSWORD
from pars.edge.web.pages import not_yours, page, said
from pars.edge.web.panel import Form, password
from pars.edge.web.seat import seated
from pars.edge.web.typed import number_in

if TYPE_CHECKING:
    from django.http import HttpRequest

    from pars.actions.publishing import House, Published
    from pars.core.access.catalogue import Column
    from pars.edge.web.seat import Seat

LARGEST_FILE = 100_000
NUMBER = "sign-number"
"""Which version the page said that it would be: a form that comes twice, or late, proposes nothing more."""
NOT_A_DRAFT = "This file holds no draft: choose one that a draft's page wrote."


class Begin(Form):
    """A draft that came as a file."""

    file = forms.FileField(label="A draft that you were sent", help_text="The file that a draft’s page wrote")


class Signing(Form):
    """The password given again, which puts the draft before the owners."""

    password = password()


@sensitive_post_parameters()
@seated()
def draft(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show the form of a draft, say what it says, or put it before the owners."""
    if not may_draft(seat):
        return not_yours(request, seat)
    house = publishing.house()
    assert house is not None, "whoever has a capacity has a ledger"
    if request.method != "POST":
        return _page(request, seat, house, _new(_from(request.GET.get("from", ""), seat, house)))
    form = _sent(request)
    if form is None:
        return _page(request, seat, house, _new(_from("", seat, house)), status=422, lost=True)
    match request.POST.get("act"):
        case "propose" if "agreement:propose" in seat.acts:
            return _proposed(request, seat, house, form)
        case "file":
            return _as_file(request, seat, house, form)
        case _:
            told = _told(form, house)
            if "HX-Request" in request.headers:
                return render(request, "web/_draft_told.html", told)
            return _page(request, seat, house, form, told=_advised(told), status=422 if form.errors else 200)


@require_POST
@seated()
def begin(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Begin a draft with a file."""
    house = publishing.house()
    assert house is not None, "whoever has a capacity has a ledger"
    if not may_draft(seat):
        return not_yours(request, seat)
    form = Begin(request.POST, request.FILES, prefix="begin")
    if form.is_valid():
        sent = form.cleaned_data["file"]
        text = sent.read(LARGEST_FILE) if sent.size < LARGEST_FILE else b""
        if isinstance(read_version(text, resolve=False), Version):
            found: Any = canonical.read(text)
            return _page(request, seat, house, _new(found))
        form.add_error("file", NOT_A_DRAFT)
    return _page(request, seat, house, _new(_from("", seat, house)), begin=form, status=422)


def may_draft(seat: Seat) -> bool:
    """Return whether a draft is of use to somebody in this capacity: who proposes, who votes, and an agency's people."""
    return bool(seat.acts & {"agreement:propose", "agreement:vote"}) or seat.agency is not None


# ---------------------------------------------------------------- what a draft begins with


def _from(hashed: str, seat: Seat, house: House) -> dict[str, Any]:
    """Return the document that a draft begins with: that of a version, or a blank one for the reader's agency."""
    text = publishing.text_of(hashed) if hashed else None
    if text is not None and isinstance(read_version(text, resolve=False), Version):
        found: Any = canonical.read(text)
        # The version before had days of its own for its vote, for a notice and for duties.
        own = {name: part for name, part in found.items() if name not in {"vote", "nonrenewal"}}
        return {**own, "duties": to_come(own["duties"], publishing.now())}
    mine = publishing.agreements(seat.agency) if seat.agency is not None else ()
    first = next(iter(mine or publishing.agreements()), None)
    blank: dict[str, Any] = {**BLANK}
    blank["place"] = {"name": first.stands.version.place.name if first else house.origin[:60], "zone": words.zone()}
    if mine:
        agency = mine[0].stands.version.agency
        blank["parties"] = {"agency": {"id": agency.id, "name": agency.name, "class": agency.kind}, "owners": []}
    return blank


def _new(base: dict[str, Any]) -> DraftForm:
    return DraftForm(base=base)


def _sent(request: HttpRequest) -> DraftForm | None:
    """Return the form as it was sent; None where what it began with can't be read any more."""
    try:
        base: Any = canonical.read(request.POST.get("d-base", "").encode())
        return DraftForm(request.POST, base=base)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


# ---------------------------------------------------------------- what it says


def _text(form: DraftForm, house: House) -> bytes | None:
    """Return the text that the form makes; None with its faults told in the form."""
    if not form.is_valid():
        return None
    given, at = form.cleaned_data, publishing.now()
    known = publishing.agreement(given["agreement"])
    follows = known.stands.version.term.end if known is not None and known.stands.state == "IN_FORCE" else None
    begins = starts(given["begins"], given["first_day"], follows=follows, zone=given["zone"], at=at)
    number = len(known.agreement.proposals) + 1 if known is not None else 1
    made = document(form.base, given, number=number, owners=house.charter.owners, start=begins)
    try:
        return canonical.write(made)
    except ValueError:
        form.add_error(None, "Something here has a character that no text can hold. Type it again.")
        return None


def _version(form: DraftForm, house: House) -> tuple[bytes, Version] | None:
    """Return the text and the version that it is, if it could be proposed now; else its refusal stands at its field."""
    text = _text(form, house)
    if text is None:
        return None
    refusal = agreeing.objection(text)
    if refusal is not None:
        form.refuse(refusal)
        return None
    version = read_version(text)
    assert isinstance(version, Version), "what can be proposed can be read"
    return text, version


def _told(form: DraftForm, house: House) -> dict[str, Any]:
    """Return what a draft says: the sentences in both languages, its instants by each clock, what changes; or its faults."""
    found = _version(form, house)
    if found is None:
        return {"told_faults": form.faults}
    _, version = found
    known = publishing.agreement(version.agreement)
    before = known.stands.version if known is not None else None
    consents = house.charter.consents(version.scope.columns | version.scope.filters)
    zones = dict.fromkeys((version.place.zone, form.cleaned_data["also_zone"] or version.place.zone, "UTC"))
    return {
        "draft": version,
        "v": COMPARED["en"],
        "sentences": explain(version, "en"),
        "spanish": explain(version, "es"),
        "clocks": [(zone, words.clock_in(version.term.start, zone), words.clock_in(version.term.end, zone)) for zone in zones],
        "before": before,
        "changes": differences(version, before) if before is not None else (),
        "narrower": before is not None and narrows(version, before),
        "consents": [house.charter.owners[seat].name for seat in sorted(consents)],
        "needs": house.charter.needs["adopt"],
        "seats": len(house.charter.owners),
    }


def _advised(told: dict[str, Any]) -> dict[str, Any]:
    """Return what a draft says with what it could allow: that takes longer, so it isn't worked out at each key."""
    if "draft" not in told:
        return told
    version, before = told["draft"], told["before"]
    return {**told, "advice": advice_words(weighed(version, before, publishing.now()), version, before, "en")}


# ---------------------------------------------------------------- the page, the file, the act


def _page(
    request: HttpRequest,
    seat: Seat,
    house: House,
    form: DraftForm,
    *,
    status: int = 200,
    told: dict[str, Any] | None = None,
    begin: Begin | None = None,
    signing: Signing | None = None,
    lost: bool = False,
) -> HttpResponse:
    shown, kind = publishing.agreements(), form["agency_class"].value()
    asked = (form, *(one for one in (begin, signing) if one is not None))
    parts = {
        "form": form,
        "told": told or (_told(form, house) if form.is_bound and not form.errors else {}),
        "grid": grid(_ticks(form), kind=kind if kind in RECIPIENTS else RECIPIENTS[0], at=publishing.now()),
        "v": COMPARED["en"],
        "kept": [(n, words_of, str(n) in form.chosen("kept")) for n, words_of in enumerate(_kept(form))],
        "models": [_model(one) for one in shown],
        "begin": begin or Begin(prefix="begin"),
        "number": _number(form["agreement"].value() or ""),
        "signing": (signing or Signing(prefix="sign")) if "agreement:propose" in seat.acts else None,
        "faults": [("", "What this draft began with can’t be read any more: begin again.")] if lost else [f for one in asked for f in one.faults],
    }  # fmt: skip
    return page(request, "draft.html", parts, status=status)


def _number(agreement: str) -> int:
    """Return which version of an agreement would be proposed next."""
    known = publishing.agreement(agreement) if ID.fullmatch(agreement) else None
    return len(known.agreement.proposals) + 1 if known is not None else 1


def _model(one: Published) -> tuple[str, str]:
    version = one.agreement.proposals[-1].version
    return version.hash, f"{version.title['en']}, version {version.number}"


def _kept(form: DraftForm) -> list[str]:
    """Return the conditions that are more than a line, in words."""
    found = [read_predicate(one) for one in form.kept]
    return [condition(one, "en") if not isinstance(one, Refusal) else one.says for one in found]


def _ticks(form: DraftForm) -> Any:
    shown, asked, masked = (form.chosen(name) for name in ("columns", "filters", "masks"))

    def cell(column: Column) -> dict[str, Any]:
        return {"shown": column.name in shown, "asked": column.name in asked, "year": column.name in masked}

    return cell


def _as_file(request: HttpRequest, seat: Seat, house: House, form: DraftForm) -> HttpResponse:
    """Give the draft as a file, for whoever may propose it."""
    found = _version(form, house)
    if found is None:
        return _page(request, seat, house, form, status=422)
    text, version = found
    name = f"draft-{version.agreement}-{version.number}.json"
    return HttpResponse(
        text, headers={"Content-Type": "application/json", "Content-Disposition": f'attachment; filename="{name}"'}
    )


def _proposed(request: HttpRequest, seat: Seat, house: House, form: DraftForm) -> HttpResponse:
    """Put the draft before the owners."""
    signing, account = Signing(request.POST, prefix="sign"), cast("Any", request.user)
    found = _version(form, house)
    if signing.is_valid() and not account.check_password(signing.cleaned_data["password"]):
        signing.add_error("password", WRONG_PASSWORD)
    if found is not None and number_in(request.POST.get(NUMBER, "")) != found[1].number:
        form.add_error(None, f"It would be version {found[1].number} of “{found[1].agreement}” now. Read it again, then sign.")
    elif found is not None and not signing.errors:
        outcome = agreeing.propose(text=found[0], by=seat.by)
        if not hasattr(outcome, "refusal"):
            said(request, "The new version is before the owners.", outcome.entry)
            return redirect(f"/agreements/{found[1].agreement}")
        form.refuse(outcome.refusal)
    return _page(request, seat, house, form, signing=signing, status=422)
