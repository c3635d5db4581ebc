"""The ballot: one page that a seat reads in five minutes and signs. What is voted, what changes, how it was used, what the vote does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters

from pars.actions import agreeing, publishing, reviewing
from pars.core.agreements.plain import end_said
from pars.core.agreements.trial import vote_trial
from pars.core.owners.polling import answers_for
from pars.core.terms import Refusal
from pars.core.wording import bare, from_when, when
from pars.edge.web import words
from pars.edge.web.agreements.agreement import cast, found_agreement, right_password
from pars.edge.web.agreements.agreement_forms import CHOICES as CHOICES_SAID
from pars.edge.web.agreements.agreement_forms import Ballot
from pars.edge.web.agreements.agreement_view import proposal_parts, report_parts, spanish_figures
from pars.edge.web.agreements.ballot_words import WORDS
from pars.edge.web.agreements.compare_words import GRID
from pars.edge.web.agreements.compare_words import WORDS as COMPARED
from pars.edge.web.agreements.dealing_view import dealing_parts
from pars.edge.web.agreements.grid import compared, granted
from pars.edge.web.languages import language_of
from pars.edge.web.pages import page, said
from pars.edge.web.seat import seated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest, HttpResponse

    from pars.actions.publishing import House, Published
    from pars.core.access.explain import Language
    from pars.core.agreements.acts import Proposal
    from pars.core.agreements.version import Version
    from pars.edge.web.seat import Seat

CHOICES = ("adopt", "reject")


@sensitive_post_parameters()
@seated("agreement:vote")
def ballot(request: HttpRequest, seat: Seat, agreement_id: str, number: int) -> HttpResponse:
    """Show a proposal's ballot, or sign and cast the seat's choice on it."""
    one, house = found_agreement(agreement_id)
    proposal = next((each for each in one.agreement.proposals if each.version.number == number), None)
    if proposal is None:
        raise Http404
    if request.method != "POST":
        return _shown(request, seat, one, house, proposal)
    language = language_of(request)
    form = Ballot(request.POST, choices=(*CHOICES, "withdraw"), language=language, prefix="ballot")
    if form.is_valid() and right_password(request, form):
        entry = cast(form, agreement_id, seat)
        if entry is not None:
            said(request, WORDS[language]["signed"], entry)
            return redirect(f"/agreements/{agreement_id}/result/{number}")
    return _shown(request, seat, one, house, proposal, form=form, status=422)


def _shown(
    request: HttpRequest,
    seat: Seat,
    one: Published,
    house: House,
    proposal: Proposal,
    *,
    form: Ballot | None = None,
    status: int = 200,
) -> HttpResponse:
    language, owners = language_of(request), {name: owner.name for name, owner in house.charter.owners.items()}
    parts, version, mine = proposal_parts(one, proposal, owners, language), proposal.version, seat.owner or ""
    reports, open_now = reviewing.latest_reports(one.agreement.id), one.agreement.fate(proposal, one.at) == "open"
    may = open_now and mine in owners and mine not in parts["voted"]
    back = agreeing.newest_of(one.agreement, mine, version.hash) if open_now and mine in parts["voted"] else None
    answers = answers_for(one.agreement.ballots, mine, proposal.entry) if back is None else back.entry
    start, choices = {"version": version.hash, "answers": answers}, CHOICES if back is None else ("withdraw",)
    if form is not None:
        form.offer(choices)
    before = parts["before"]
    told = {
        **{name: part for name, part in parts.items() if name != "changes"},
        **_sentences(parts, version, language),
        "language": language,
        "w": WORDS[language],
        "v": COMPARED[language],
        "differs": parts["changes"],
        "one": one,
        "my_seat": owners.get(mine, ""),
        "open": open_now,
        "done": mine in parts["voted"],
        "needs": house.charter.needs["adopt"],
        "count": len(owners),
        "last": _last(one, house, proposal, owners, language),
        "clocks": [(zone, words.clock_in(version.term.start, zone, language), words.clock_in(version.term.end, zone, language)) for zone in (version.place.zone, "UTC")],
        "does": list(_does(one, house, proposal, mine, language)) if may else [],
        "g": GRID[language],
        "grid": compared(version, before, one.at, language) if before is not None else granted(version, one.at, language),
        "report": report_parts(reports[0]) if reports else None,
        "replies": reports[0].replies if reports else (),
        "figures": spanish_figures(reports[0].report if reports else None),
        "form": (form or Ballot(choices=choices, language=language, initial=start, prefix="ballot")) if may or back is not None else None,
        "written": one.written,
        # A ballot that came back for a seat that can't vote any more has no form to stand in: its refusal is told on top alone.
        "faults": [(place if may or back is not None else "", says) for place, says in form.faults] if form is not None else [],
        **dealing_parts(one, owners, language),
    }  # fmt: skip
    return page(request, "ballot.html", told, status=status, at=one.at)


def _sentences(parts: dict[str, Any], version: Version, language: Language) -> dict[str, str]:
    """Return the sentences of the page that say which version it is and until when."""
    w, before, title = WORDS[language], parts["before"], version.title.get(language, version.title["en"])
    closes = version.term.end if version.closing is None else version.closing.at
    late = before is not None and before.term.end < closes
    return {
        "head": w["head"].format(title),
        "heading": w["renew" if before is not None else "adopt it"].format(title, version.number),
        "lede": w["lede"].format(version.agency.name, bare(parts["end"]), bare(when(parts["at"], version.place, language))),
        "nothing_added": w["nothing_added"].format(before.number) if before is not None else "",
        "term_of": w["term_of"].format(version.number),
        "back_says": w["back says"].format(parts["closes"]),
        "silence": w["silence"].format(parts["closes"])
        + (w["gap"].format(before.number, bare(end_said(before, language))) if late else ""),
    }


def _last(one: Published, house: House, proposal: Proposal, owners: dict[str, str], language: Language) -> str:
    """Return until when the vote is open and what happens without it, in sentences."""
    found = (each for each in publishing.pending(one, house) if each.what == "vote" and each.about is proposal.version)
    return next((each.said(owners, language) for each in found), "")


def _does(
    one: Published, house: House, proposal: Proposal, mine: str, language: Language
) -> Iterator[tuple[str, str, Language]]:
    """Yield for each choice what it does, together with the votes that are there, and in which language that is said."""
    charter, version, w = house.charter, proposal.version, WORDS[language]
    missing = [
        charter.owners[seat].name for seat in sorted(charter.consents(version.scope.columns | version.scope.filters) - {mine})
    ]
    for choice in CHOICES:
        outcome, named = vote_trial(one.agreement, proposal, choice=choice, seat=mine, charter=charter, at=one.at), CHOICES_SAID[language][choice]  # fmt: skip
        if isinstance(outcome, Refusal):
            yield named, f"{outcome.says} {outcome.remedy}".strip(), "en"
        elif outcome is None and choice == "adopt":
            without = f" {w['without'].format(w['and'].join(missing))}" if missing else ""
            yield named, w["not enough"] + without, language
        elif outcome is None:
            yield named, w["stays open"], language
        elif outcome.kind == "adopted":
            assert outcome.effect is not None, "what is adopted has its beginning"
            yield named, w["adopts"].format(from_when(outcome.effect, version.place, language)), language
        else:
            yield named, w["rejects"], language
