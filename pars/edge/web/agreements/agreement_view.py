"""What the agreement page shows: how it stands, what it says, what a new version would change, how it was used and voted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pars.actions import reviewing
from pars.actions.weighing import weighed
from pars.actions.weighing.words import advice_words
from pars.core.access.use_words import REASONS, column_words, percent
from pars.core.agreements.differences import differences
from pars.core.agreements.notice import votes
from pars.core.agreements.plain import closing_said, end_said, explain
from pars.core.agreements.version import narrows
from pars.core.owners.polling import counted
from pars.core.terms import moment
from pars.core.wording import bare, from_when, when
from pars.edge.web.agencies.agency import STATES
from pars.edge.web.agreements.dealing_view import dealing_parts
from pars.edge.web.agreements.term_view import STATES_SAID, bar, lives_drawn, scale, year_of
from pars.edge.web.pictures import share_bar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pars.actions.publishing import Published
    from pars.actions.reviewing import Reported, UseReport
    from pars.core.access.explain import Language
    from pars.core.agreements.acts import Proposal

TURNS = {
    "adopted": "Adopted",
    "rejected": "Rejected",
    "suspended": "Suspended",
    "confirmed": "Suspension confirmed",
    "reinstated": "Reinstated",
    "revoked": "Revoked",
}


def agreement_parts(one: Published, owners: Mapping[str, str]) -> dict[str, Any]:
    """Return everything that the page draws of an agreement, except the forms."""
    version, stands = one.stands.version, one.stands
    says, tag = STATES[stands.state]
    reports, following = reviewing.latest_reports(one.agreement.id), stands.follows
    return {
        "one": one,
        "notices": [
            {"at": put.at, "entry": put.entry, "text": put.text.decode(errors="replace")} for put in reversed(one.notices)
        ],
        "version": version,
        "title": version.title["en"],
        "state": says,
        "tag": tag,
        "stands": stands.says,
        "bar": bar(one),
        "thinner": bool(lives_drawn(one)[0]),
        "outlined": following[0].number if following is not None and following[1] < year_of(one.at)[1] else None,
        "lapses": when(stands.lapses, version.place) if stands.lapses is not None else "",
        "scale": scale(year_of(one.at), version.place.zone, width=960),
        "end": end_said(version, "en"),
        "until": bare(end_said(version, "en")),
        "in_force": stands.state in {"IN_FORCE", "SUSPENDED", "WAITING"},
        "sentences": explain(version, "en"),
        "proposals": [proposal_parts(one, proposal, owners) for proposal in one.agreement.open(one.at)],
        "votes": [(vote, one.written.get(vote.why or "", "")) for vote in votes(one.agreement, owners)],
        "lapsed": [
            (proposal.version.number, one.agreement.fate(proposal, one.at), proposal.version.closes)
            for proposal in one.agreement.proposals
            if one.agreement.fate(proposal, one.at) in {"undecided", "withdrawn"}
        ],
        "written": one.written,
        "turns": [
            (TURNS[turn.kind], turn, ", ".join(sorted(owners.get(seat, seat) for seat in turn.seats)))
            for turn in one.agreement.turns
        ],
        "report": report_parts(reports[0]) if reports else None,
        "earlier": reports[1:],
        "not_stopped": reviewing.NOT_STOPPED["en"],
        "versions": [proposal.version for proposal in one.agreement.proposals],
    }


def proposal_parts(one: Published, proposal: Proposal, owners: Mapping[str, str], language: Language = "en") -> dict[str, Any]:
    """Return what a voter needs to know of an open proposal: what changes, until when, who has voted how."""
    version = proposal.version
    before = one.before(version)
    counts = {ballot.entry for ballot in counted(one.agreement.ballots, proposal.entry)}
    cast = {vote.seat: vote for vote in votes(one.agreement, owners, number=version.number) if vote.entry in counts}
    seats = [(owners.get(seat, seat), cast.get(seat)) for seat in version.owners]
    changes = differences(version, before, language) if before is not None else ()
    return {
        "version": version,
        "entry": proposal.entry,
        "at": proposal.at,
        "end": end_said(version, language),
        "closes": closing_said(version, language),
        "by": proposal.by,
        "proposer": owners.get(proposal.by.owner, proposal.by.owner),
        "before": before,
        "changes": changes,
        "advice": advice_words(weighed(version, before, one.at), version, before, language),
        "narrower": before is not None and narrows(version, before),
        "wider": [change for change in changes if change.kind == "added"],
        "sentences": explain(version, language),
        "seats": seats,
        "adopt": sum(vote is not None and vote.choice == "adopt" for _, vote in seats),
        "voted": frozenset(cast),
    }


TURNED: Mapping[str, str] = {
    "adopted": "Aprobado",
    "rejected": "Rechazado",
    "suspended": "Suspendido",
    "confirmed": "Suspensión confirmada",
    "reinstated": "Restablecido",
    "revoked": "Revocado",
}


def spanish_parts(one: Published, owners: Mapping[str, str]) -> dict[str, Any]:
    """Return what the agreement's page says in Spanish: what anybody reads of it. Votes are cast, and work is done, in English."""
    version, stands, place = one.stands.version, one.stands, one.stands.version.place
    reports = reviewing.latest_reports(one.agreement.id)
    report = reports[0].report if reports else None
    return {
        "one": one,
        "version": version,
        "title": version.title.get("es", version.title["en"]),
        "state": STATES_SAID["es"][stands.state],
        "tag": STATES[stands.state][1],
        "stands": stands.said("es"),
        "bar": bar(one, "es"),
        "scale": scale(year_of(one.at), place.zone, width=960, language="es"),
        "from": bare(from_when(version.term.start, place, "es")),
        "until": bare(end_said(version, "es")),
        "sentences": explain(version, "es"),
        "votes": [
            (vote, vote.said("es"), bare(when(vote.at, place, "es")), one.written.get(vote.why or "", ""))
            for vote in votes(one.agreement, owners)
        ],
        "turns": [
            (
                TURNED[turn.kind],
                turn.number,
                bare(when(turn.at, place, "es")),
                ", ".join(sorted(owners.get(s, s) for s in turn.seats)),
            )
            for turn in one.agreement.turns
        ],
        "open": [proposal.version.number for proposal in one.agreement.open(one.at)],
        "figures": spanish_figures(report),
        "replies": reports[0].replies if reports else (),
        **dealing_parts(one, owners, "es"),
        "not_stopped": reviewing.NOT_STOPPED["es"],
        "notices": [
            {"at": bare(when(put.at, place, "es")), "entry": put.entry, "text": put.text.decode(errors="replace")}
            for put in reversed(one.notices)
        ],
    }


def spanish_figures(report: UseReport | None) -> tuple[tuple[int, str], ...]:
    """Return the first numbers of a record of use; its whole sheet is in English."""
    if report is None:
        return ()
    return (
        (report.answered, "respuestas"),
        (report.people, "personas mostradas"),
        (report.never_charged, "de ellas nunca acusadas"),
        (report.refused, "rechazadas"),
    )


# ---------------------------------------------------------------- the record of use


def report_parts(put: Reported) -> dict[str, Any]:
    """Return a use report as one page: numbers, pictures, refusals, the sentences, the reply."""
    report = put.report
    if report is None:
        return {"put": put, "figures": ()}
    return {"put": put, "says": reviewing.report_words(report), **use_parts(report)}


def use_parts(report: UseReport) -> dict[str, Any]:
    """Return the facts of a use report in the order in which they are read."""
    asked = [(" and ".join(map(column_words, names)) or "nothing: all in scope", count) for names, count in report.asked_by]
    total = sum(count for _, count in asked)
    words = "; ".join(f"{says} {count} of {total}" for says, count in asked)
    return {
        "report": report,
        "start": moment(report.start, report.zone),
        "end": moment(report.end, report.zone),
        "figures": (
            (report.answered, "answers"),
            (report.people, "people shown"),
            (report.never_charged, "of them never charged"),
            (report.refused, "refused"),
        ),
        "purposes": [(code.replace("_", " "), count) for code, count in report.purposes],
        "asked": [(says, count, percent(count, total), number % 6) for number, (says, count) in enumerate(asked)],
        "asked_bar": share_bar(parts=asked, label=f"Looked for by: {words}") if asked else "",
        "refusals": [
            (REASONS.get(refusal.code, refusal.code), named(refusal.names), refusal.count) for refusal in report.refusals
        ],
        "columns": [(column_words(name), count) for name, count in report.columns],
        "unused": [column_words(name) for name in report.columns_unused],
    }


def named(names: Iterable[str]) -> str:
    """Return the columns that a refusal names, in words; a place in the question (`/evidence`) is no column."""
    return ", ".join(column_words(name) for name in names if not name.startswith("/"))
