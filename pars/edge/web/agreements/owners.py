"""What the owners decided about their own work: texts in force, waiting and past, for anybody to read and for seats to vote on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from pars.actions import agreeing, owning
from pars.core.owners.owners_text import CHOICES, SUBJECTS, explain_text, lock_of, title_of
from pars.core.owners.polling import answers_for, counted
from pars.core.terms import Refusal
from pars.edge.web.agreements.agreement_forms import Ballot
from pars.edge.web.cases.case import WRONG_PASSWORD
from pars.edge.web.languages import language_of
from pars.edge.web.pages import page, refused, said
from pars.edge.web.seat import seat_of, seated
from pars.edge.web.typed import number_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from pars.actions.owning import Standings, Subject
    from pars.core.access.explain import Language
    from pars.core.owners.owners_text import OwnersText, TextProposal
    from pars.edge.web.seat import Seat

WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "title": "What the owners decided about their own work",
        "lede": "The steps before an arraignment, the owners' hours, the rule on immigration detainers and who watches the ledger are texts that the owners vote. "
        "A text is in force from its vote or its own start, never before; what was owed or decided under an earlier one stays.",
        "profile": "Steps before an arraignment, and hours",
        "detainers": "Immigration detainers",
        "witnesses": "Who watches the ledger",
        "successor": "A successor of the log",
        "unsucceeded": "The log goes on under the name that it was opened with.",
        "unwatched": "The owners have named no witnesses: the ledger vouches for itself alone.",
        "since": "In force since",
        "opened": "In force since the ledger was opened,",
        "ships": "No rule of the owners' own is in force. The one in force ships with PARS:",
        "waits": "Before the owners:",
        "needed": "seats are needed",
        "for": "for it",
        "against": "against it",
        "silent": "has not voted",
        "coming": "Adopted, in force from",
        "past": "Earlier",
        "rejected": "Rejected",
        "undecided": "Ended without a decision",
        "withdrawn": "Taken back",
        "until": "It ends by itself",
        "proposed": "Proposed",
        "entry": "entry",
        "new": "New",
        "none": "Nothing else was ever voted.",
        "check": "The exact text, by its hash:",
    },
    "es": {
        "title": "Lo que los propietarios decidieron sobre su propio trabajo",
        "lede": "Los pasos antes de la audiencia inicial, los plazos de los propietarios, la regla sobre las órdenes de inmigración y quién vigila el registro son textos "
        "que votan los propietarios. Un texto rige desde su voto o su propio comienzo, nunca antes; lo que se debía o se decidió según "
        "uno anterior queda como está.",
        "profile": "Pasos antes de la audiencia inicial, y plazos",
        "detainers": "Órdenes de detención de inmigración",
        "witnesses": "Quién vigila el registro",
        "successor": "Un sucesor del registro",
        "unsucceeded": "El registro sigue con el nombre con que se abrió.",
        "unwatched": "Los propietarios no han nombrado testigos: el registro solo responde por sí mismo.",
        "since": "En vigor desde",
        "opened": "En vigor desde que se abrió el registro,",
        "ships": "No rige ninguna regla propia de los propietarios. La que rige viene con PARS:",
        "waits": "Ante los propietarios:",
        "needed": "votos son necesarios",
        "for": "a favor",
        "against": "en contra",
        "silent": "no ha votado",
        "coming": "Aprobado, en vigor desde",
        "past": "Anteriores",
        "rejected": "Rechazados",
        "undecided": "Terminados sin decisión",
        "withdrawn": "Retirados",
        "until": "Termina por sí solo",
        "proposed": "Propuesto",
        "entry": "entrada",
        "new": "Nuevo",
        "none": "Nunca se votó nada más.",
        "check": "El texto exacto, por su hash:",
    },
}


def texts(request: HttpRequest) -> HttpResponse:
    """Show the owners' texts to anybody, and the ballots to a seat that hasn't voted."""
    return _shown(request)


def _shown(request: HttpRequest, *, ballot: Ballot | None = None, status: int = 200) -> HttpResponse:
    found, seat, language = owning.standings(), seat_of(request), language_of(request)
    mine = seat.owner if seat is not None and "text:vote" in seat.acts and seat.owner in found.charter.owners else None
    parts = {
        "language": language,
        "w": WORDS[language],
        "subjects": [_subject(one, found, language, mine, ballot) for one in found.subjects],
        "proposes": seat.owner if seat is not None and "text:propose" in seat.acts else "",
        "needs": found.charter.needs["adopt"],
        "seats": len(found.charter.owners),
        "my_seat": found.charter.owners[mine].name if mine is not None else "",
        "rule": found.rule,
        "faults": ballot.faults if ballot is not None else [],
    }
    return page(request, "owners.html", parts, status=status, at=found.at)


def _subject(subject: Subject, found: Standings, language: Language, mine: str | None, ballot: Ballot | None) -> dict[str, Any]:
    def told(text: OwnersText, **more: Any) -> dict[str, Any]:
        return {
            "title": title_of(text, language),
            "hash": text.hash,
            "sentences": explain_text(text, language, found.charter),
            **more,
        }

    def adopted(one: Any) -> dict[str, Any]:
        return told(one.text, start=one.start, end=one.end, entry=one.entry)

    about = subject.texts.about
    now = adopted(subject.now) if subject.now is not None else None
    first = told(found.first, start=found.opened) if about == "profile" else None
    return {
        "about": about,
        "title": WORDS[language][about],
        "now": now,
        "first": first if now is None else None,
        "waiting": [_waiting(one, subject, found, _beside(told(one.text), now or first), mine, ballot) for one in subject.open],
        "coming": [adopted(one) for one in subject.coming],
        "past": [adopted(one) for one in subject.past] + ([first] if first is not None and now is not None else []),
        "over": [
            (WORDS[language][fate], [told(one.text, entry=one.entry) for one in proposals])
            for fate, proposals in (
                ("rejected", subject.rejected),
                ("undecided", subject.undecided),
                ("withdrawn", subject.withdrawn),
            )
            if proposals
        ],
    }


def _beside(parts: dict[str, Any], now: dict[str, Any] | None) -> dict[str, Any]:
    """Return a proposal's parts with its sentences told apart: those that the text in force doesn't say."""
    before = set(now["sentences"]) if now is not None else None
    return {**parts, "told": [(says, before is not None and says not in before) for says in parts["sentences"]]}


def _waiting(
    one: TextProposal,
    subject: Subject,
    found: Standings,
    parts: dict[str, Any],
    mine: str | None,
    ballot: Ballot | None,
) -> dict[str, Any]:
    """Return a proposal with the votes on it, and the reader's ballot: to vote, or to take their seat's vote back."""
    cast = {held.vote.seat: held for held in counted(subject.texts.ballots, one.entry)}
    form = None
    if mine is not None:
        voted = cast.get(mine)
        answers = answers_for(subject.texts.ballots, mine, one.entry) if voted is None else voted.entry
        same = ballot is not None and ballot.data.get("ballot-answers") == str(answers)
        choices, start = CHOICES[:2] if voted is None else CHOICES[2:], {"version": one.text.hash, "answers": answers}
        form = ballot if same else Ballot(choices=choices, initial=start, prefix="ballot", auto_id=_ids(answers))
    return {
        **parts,
        "entry": one.entry,
        "by": one.by.owner,
        "at": one.at,
        "votes": [(owner.name, cast.get(seat)) for seat, owner in found.charter.owners.items()],
        "form": form,
        "voted": mine in cast,
    }


@require_POST
@seated("text:propose")
def withdraw(request: HttpRequest, seat: Seat, about: str) -> HttpResponse:
    """Take back a text that waits, as the owner whose people proposed it."""
    outcome = owning.withdraw(about=about, text=request.POST.get("text", ""), by=seat.by)
    if hasattr(outcome, "refusal"):
        return refused(request, outcome.refusal, entry=outcome.entry)
    said(request, "The text is taken back.", outcome.entry)
    return redirect("/texts")


@require_POST
@sensitive_post_parameters()
@seated("text:vote")
def vote(request: HttpRequest, seat: Seat, about: str) -> HttpResponse:
    """Sign and cast a seat's choice on a text that waits."""
    if about not in SUBJECTS:
        raise Http404
    form = Ballot(request.POST, choices=CHOICES, prefix="ballot", auto_id=_ids(request.POST.get("ballot-answers", "")))
    if form.is_valid() and _password(request, form):
        given = form.cleaned_data
        signed = agreeing.sign_with_home_key(
            agreement=lock_of(about), choice=given["choice"], version=given["version"], answers=given["answers"], by=seat.by
        )
        if isinstance(signed, Refusal):
            form.refuse(signed)
        else:
            outcome = owning.vote(about=about, ballot=signed, by=seat.by)
            if not hasattr(outcome, "refusal"):
                said(request, "Your seat's choice is signed and recorded.", outcome.entry)
                return redirect("/texts")
            form.refuse(outcome.refusal)
    return _shown(request, ballot=form, status=422)


def _ids(entry: object) -> str:
    """Return how the fields of a proposal's ballot are named on the page: there may be several ballots."""
    return f"id_{number_in(str(entry)) or 0}_%s"


def _password(request: HttpRequest, form: Ballot) -> bool:
    account: Any = request.user
    right: bool = account.check_password(form.cleaned_data["password"])
    if not right:
        form.add_error("password", WRONG_PASSWORD)
    return right
