"""An agreement as JSON: what it says, how it was voted, what passed between the agency and the owners, what a vote must name."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from pars.core.access.catalogue import CATALOGUE
from pars.core.access.explain import LANGUAGES
from pars.core.agreements.agreement import CHOICES
from pars.core.agreements.duty_words import duty_said
from pars.core.agreements.plain import explain, never_shown
from pars.core.agreements.standing import dues
from pars.core.owners.polling import answers_for, counted
from pars.edge.api.answering import iso

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.actions.publishing import House, Paper, Published
    from pars.core.agreements.acts import Agreement, Inquiry, Met, Turn
    from pars.core.agreements.duties import Owed
    from pars.core.agreements.renewals import Renewal
    from pars.core.agreements.version import Version
    from pars.core.terms import Instant


def short(published: Published) -> dict[str, object]:
    """Return an agreement as the list of all has it."""
    stands = published.stands
    version = stands.version
    return {
        "id": published.agreement.id,
        "agency": {"id": version.agency.id, "name": version.agency.name, "class": version.agency.kind},
        "title": version.title,
        "state": stands.state,
        "says": stands.says,
        "since": iso(stands.since),
        "until": _instant(stands.until),
        "ends_at": iso(version.term.end),
        "version": {"number": version.number, "hash": version.hash},
        "purposes": [{"code": one.code, "says": one.says, "evidence": one.evidence} for one in version.purposes],
        "columns": [column.name for column in CATALOGUE if column.name in version.scope.columns],
        "filters": [column.name for column in CATALOGUE if column.name in version.scope.filters],
    }


def whole(published: Published, house: House) -> dict[str, object]:
    """Return an agreement with all that passed about it."""
    known, version = published.agreement, published.stands.version
    names = {seat: owner.name for seat, owner in house.charter.owners.items()}
    return {
        **short(published),
        "as_of": iso(published.at),
        "sentences": {language: list(explain(version, language)) for language in LANGUAGES},
        "never_shown": {language: list(never_shown(version, language)) for language in LANGUAGES},
        "versions": [
            {
                **_version(proposal.version),
                "proposed_at": iso(proposal.at),
                "proposed_by": proposal.by.owner,
                "entry": proposal.entry,
                "fate": known.fate(proposal, published.at),
            }
            for proposal in known.proposals
        ],
        "votes": _votes(known, names, published.written),
        "results": [_turn(turn) for turn in known.turns],
        "ballot": _ballot(published, house),
        "duties": [_duty(*one, published.at) for one in dues(known, published.at)],
        "inquiries": [_inquiry(one, published, names) for one in known.inquiries],
        "papers": _papers(published),
    }


def renewal(line: Renewal) -> dict[str, object]:
    """Return one line of the renewal calendar."""
    told = line.notified
    return {
        "agreement": line.agreement,
        "version": line.version.number,
        "ends_at": iso(line.ends),
        "decision": line.decision,
        "follows": None if line.follows is None else {"number": line.follows.number, "hash": line.follows.hash},
        "from": _instant(line.from_),
        "gap": line.gap,
        "vote_closes": _instant(line.closes),
        "have": line.have,
        "notice_by": _instant(line.notice_by),
        "notified": None if told is None else {"entry": told.entry, "at": iso(told.at), "proof": told.proof},
    }


def _duty(version: Version, owed: Owed, done: Met | None, at: Instant) -> dict[str, object]:
    duty = owed.duty
    return {
        "duty": duty.code,
        "kind": duty.kind,
        "version": version.hash,
        "says": {language: duty_said(duty, version.place, language) for language in LANGUAGES},
        "opens": iso(owed.opens),
        "due": iso(owed.due),
        "state": "met" if done is not None else "overdue" if owed.due <= at else "open" if owed.opens <= at else "later",
        "suspends": duty.suspends,
        "met": None if done is None else {"entry": done.entry, "at": iso(done.at), "shown": done.act.shown},
    }


def _inquiry(one: Inquiry, published: Published, names: dict[str, str]) -> dict[str, object]:
    answer, written = one.answer, published.written
    state = "answered" if answer is not None else "silent" if one.due <= published.at else "open"
    return {
        "entry": one.entry,
        "by": names.get(one.by.owner, one.by.owner),
        "asked_at": iso(one.at),
        "due": iso(one.due),
        "text": written.get(one.words, ""),
        "state": state,
        "answer": answer
        and {"entry": answer.entry, "at": iso(answer.at), "late": answer.at >= one.due, "text": written.get(answer.words, "")},
    }


def _version(version: Version) -> dict[str, object]:
    return {
        "number": version.number,
        "hash": version.hash,
        "starts": iso(version.term.start),
        "ends_at": iso(version.term.end),
        "vote_closes": iso(version.closes),
        "text": f"/v1/agreements/{version.agreement}/versions/{version.hash}",
    }


def _votes(known: Agreement, names: dict[str, str], reasons: Mapping[str, str]) -> list[dict[str, object]]:
    return [
        {
            "seat": ballot.vote.seat,
            "owner": names[ballot.vote.seat],
            "choice": ballot.vote.choice,
            "version": ballot.vote.version,
            "answers": ballot.vote.answers,
            "signature": ballot.vote.signature.hex(),
            "reason": reasons.get(ballot.vote.why) if ballot.vote.why is not None else None,
            "cast_by": {"person": ballot.by.person, "authority": ballot.by.authority},
            "counts": ballot in counted(known.ballots, ballot.matter),
            "entry": ballot.entry,
            "at": iso(ballot.at),
        }
        for ballot in known.ballots
    ]


def _turn(turn: Turn) -> dict[str, object]:
    return {
        "result": turn.kind,
        "version": turn.version,
        "seats": sorted(turn.seats),
        "entry": turn.entry,
        "at": iso(turn.at),
        "effect": _instant(turn.effect),
    }


def _ballot(published: Published, house: House) -> dict[str, object]:
    """Return what a vote's message names: the log, the version, and the entry that the vote answers."""
    stands = published.stands
    votable = [
        _votable(published, house, proposal.version, proposal.entry, ["adopt", "reject"])
        for proposal in published.agreement.open(published.at)
    ]
    if stands.state in {"WAITING", "IN_FORCE", "SUSPENDED"}:
        choices = [choice for choice in CHOICES if choice not in {"adopt", "reject", "withdraw"}]
        votable.append(_votable(published, house, stands.version, stands.answers, choices))
    return {"origin": house.origin, "votable": votable}


def _votable(published: Published, house: House, version: Version, matter: int, choices: list[str]) -> dict[str, object]:
    """Return what can be chosen; a seat that withdrew its vote answers that withdrawal instead (`answers_of`)."""
    ballots = published.agreement.ballots
    own = {seat: entry for seat in house.charter.owners if (entry := answers_for(ballots, seat, matter)) != matter}
    return {"version": version.hash, "answers": matter, "answers_of": own, "choices": choices}


def _papers(published: Published) -> list[dict[str, object]]:
    kinds = {"report": published.reports, "reply": published.replies, "notice": published.notices}
    return [_paper(kind, paper) for kind, papers in kinds.items() for paper in papers]


def _paper(kind: str, paper: Paper) -> dict[str, object]:
    said = {
        "kind": kind,
        "entry": paper.entry,
        "at": iso(paper.at),
        "sha256": sha256(paper.text).hexdigest(),
        "text": paper.text.decode("utf-8", "replace"),
    }
    more = {"about": paper.about, "start": _instant(paper.start), "end": _instant(paper.end)}
    return said | {name: value for name, value in more.items() if value is not None}


def _instant(at: Instant | None) -> str | None:
    return None if at is None else iso(at)
