"""The result of a vote, for anybody: the tally against the rule, what starts or ends when, and the public notice. Also in Spanish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404

from pars.actions import reviewing
from pars.core.agreements.notice import votes
from pars.core.agreements.plain import closing_said, end_said
from pars.core.owners.polling import counted
from pars.core.wording import bare, from_when, when
from pars.edge.web.agreements.agreement import found_agreement
from pars.edge.web.agreements.result_words import FATES, WORDS
from pars.edge.web.languages import language_of
from pars.edge.web.pages import page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from pars.actions.publishing import Published
    from pars.core.access.explain import Language
    from pars.core.agreements.acts import Proposal
    from pars.core.owners.polling import Fate

TAGS = {"open": "warn", "adopted": "ok"}


def result(request: HttpRequest, agreement_id: str, number: int) -> HttpResponse:
    """Show what came of a proposal."""
    one, house = found_agreement(agreement_id)
    proposal = next((each for each in one.agreement.proposals if each.version.number == number), None)
    if proposal is None:
        raise Http404
    language = language_of(request)
    owners = {name: owner.name for name, owner in house.charter.owners.items()}
    version, became, w = proposal.version, one.agreement.fate(proposal, one.at), WORDS[language]
    counts = {ballot.entry for ballot in counted(one.agreement.ballots, proposal.entry)}
    cast = {vote.seat: vote for vote in votes(one.agreement, owners, number=number) if vote.entry in counts}
    told = {
        "language": language,
        "w": w,
        "one": one,
        "version": version,
        "proposal": proposal,
        "title": version.title.get(language, version.title["en"]),
        "heading": w["title"].format(number),
        "fate": FATES[language][became],
        "tag": TAGS.get(became, "stop"),
        "tally": w["tally"].format(sum(vote.choice == "adopt" for vote in cast.values()), len(owners), house.charter.needs["adopt"]),
        "seats": [_seat(name, cast.get(seat), proposal, one.written, language) for seat, name in owners.items()],
        "then": list(_then(one, proposal, became, language)),
        "decided": next((turn for turn in one.agreement.turns if turn.version == version.hash and turn.kind == became), None),
        "notices": _notices(one, proposal, language),
        "not_stopped": reviewing.NOT_STOPPED[language],
    }  # fmt: skip
    return page(request, "result.html", told, at=one.at)


def _seat(name: str, vote: Any, proposal: Proposal, written: Mapping[str, str], language: Language) -> dict[str, Any]:
    w, place = WORDS[language], proposal.version.place
    if vote is None:
        return {"name": name, "said": w["silent"], "at": "", "entry": None, "why": ""}
    return {
        "name": name,
        "said": w[vote.choice],
        "at": bare(when(vote.at, place, language)),
        "entry": vote.entry,
        "why": written.get(vote.why or "", ""),
    }


def _then(one: Published, proposal: Proposal, became: Fate, language: Language) -> Any:
    """Yield what starts or ends when by this vote, in sentences."""
    w, version, place = WORDS[language], proposal.version, proposal.version.place
    if became == "adopted":
        turn = next(turn for turn in one.agreement.turns if turn.version == version.hash and turn.kind == "adopted")
        assert turn.effect is not None, "what is adopted has its beginning"
        yield w["starts" if turn.effect > one.at else "started"].format(from_when(turn.effect, place, language))
        yield w["ends" if version.term.end > one.at else "ended"].format(end_said(version, language))
    elif became == "open":
        yield w["open"].format(closing_said(version, language))
    yield w["now"].format(one.stands.version.number, one.stands.said(language))


def _notices(one: Published, proposal: Proposal, language: Language) -> list[dict[str, Any]]:
    """Return the notices that were posted since the proposal, newest first."""
    return [
        {
            "at": bare(when(put.at, proposal.version.place, language)),
            "entry": put.entry,
            "text": put.text.decode(errors="replace"),
        }
        for put in reversed(one.notices)
        if put.at >= proposal.at
    ]
