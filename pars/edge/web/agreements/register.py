"""The register, for anybody: every agreement on one line of time, how each stands, who must act next and by when. Also in Spanish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pars.actions import publishing, reviewing
from pars.core.agreements.plain import end_said, explain
from pars.core.wording import bare, when
from pars.edge.web.agencies.agency import STATES
from pars.edge.web.agreements.drafting import may_draft
from pars.edge.web.agreements.register_words import CHOSE, WORDS
from pars.edge.web.agreements.term_view import STATES_SAID, bar, scale, window_of
from pars.edge.web.languages import language_of
from pars.edge.web.pages import page
from pars.edge.web.seat import seat_of
from pars.edge.web.words import zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.http import HttpRequest, HttpResponse

    from pars.actions.publishing import House, Published
    from pars.core.access.explain import Language
    from pars.core.agreements.pending import Pending
    from pars.core.terms import Instant
    from pars.edge.web.seat import Seat

LIVING = frozenset({"IN_FORCE", "SUSPENDED", "WAITING", "PROPOSED"})
ORDER = {"IN_FORCE": 0, "SUSPENDED": 1, "WAITING": 2, "PROPOSED": 3}
FILTERS = ("agency", "state", "purpose")


def register(request: HttpRequest) -> HttpResponse:
    """Show every agreement to anybody, and to a voter what waits for their vote."""
    language = language_of(request)
    seat, house, at = seat_of(request), publishing.house(), publishing.now()
    every = publishing.agreements()
    chosen = {name: request.GET.get(name, "") for name in FILTERS}
    found = [one for one in every if all(not value or value in _facets(one)[name] for name, value in chosen.items())]
    window = window_of(found, at)
    lines = _lines(found, house, language, window) if house is not None else []
    if language == "en" and seat is not None and seat.acts & {"agreement:vote", "agreement:propose", "ledger:read"}:
        lines = [{**line, "use": _use(line["id"])} for line in lines]
    agencies = {one.agreement.agency for one in every if one.stands.state == "IN_FORCE"}
    parts = {
        "language": language,
        "w": WORDS[language],
        "living": [line for line in lines if line["code"] in LIVING],
        "over": [line for line in lines if line["code"] not in LIVING],
        "any": bool(every),
        "count": len(agencies),
        "scale": scale(window, zone(), width=520, language=language),
        "narrow_scale": scale(window, zone(), width=260, language=language),
        "not_stopped": reviewing.NOT_STOPPED[language],
        "filters": [(name, WORDS[language][f"by {name}"], _choices(every, name, chosen[name], language)) for name in FILTERS],
        "narrowed": any(chosen.values()),
        "told": bare(when(at, every[0].stands.version.place, language)) if every else "",
        "may_draft": language == "en" and seat is not None and may_draft(seat),
        "waiting": _waiting(seat, house, lines) if language == "en" and seat is not None and house is not None else [],
    }
    return page(request, "register.html", parts, at=at)


def _waiting(seat: Seat, house: House, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the agreements on which the reader's seat can act now, each with where it does so and what it is told."""
    mine = seat.owner if "agreement:vote" in seat.acts and seat.owner in house.charter.owners else None
    found = []
    for line in lines:
        acts = [
            (_where(line["id"], one), says)
            for one, says in zip(line["pending"], line["next"], strict=True)
            if mine in one.seats
        ]
        if acts:
            found.append({**line, "mine": acts})
    return found


def _where(agreement: str, one: Pending) -> str:
    """Return the page on which a seat does what is open."""
    if one.what == "review":
        return "/approvals"
    return f"/agreements/{agreement}" + (f"/ballot/{one.about.number}" if one.what == "vote" else "")


# ---------------------------------------------------------------- filters


def _facets(one: Published) -> dict[str, frozenset[str]]:
    """Return the values by which an agreement is found, for each filter."""
    return {
        "agency": frozenset({one.agreement.agency}),
        "state": frozenset({one.stands.state}),
        "purpose": frozenset(purpose.code for purpose in one.stands.version.purposes),
    }


def _choices(every: Iterable[Published], name: str, chosen: str, language: Language) -> list[tuple[str, str, bool]]:
    """Return the values of a filter that an agreement has, in words."""
    said: dict[str, str] = {}
    for one in every:
        version, state = one.stands.version, one.stands.state
        match name:
            case "agency":
                said[version.agency.id] = version.agency.name
            case "state":
                said[state] = STATES_SAID[language][state]
            case _:
                said |= {p.code: p.says.get(language, p.says["en"]).rstrip(".") for p in version.purposes}
    return [(value, words, value == chosen) for value, words in sorted(said.items(), key=lambda item: item[1])]


# ---------------------------------------------------------------- lines


def _lines(
    found: Iterable[Published], house: House, language: Language, window: tuple[Instant, Instant]
) -> list[dict[str, Any]]:
    """Return each agreement as a line, those in force first, and of these what must be acted on first."""
    owners = {name: owner.name for name, owner in house.charter.owners.items()}
    lines = [_line(one, house, owners, language, window) for one in found]
    return sorted(lines, key=lambda line: (ORDER.get(line["code"], 4), line["due"] or line["until"]))


def _line(
    one: Published, house: House, owners: Mapping[str, str], language: Language, window: tuple[Instant, Instant]
) -> dict[str, Any]:
    version, stands = one.stands.version, one.stands
    open_now = publishing.pending(one, house)
    cast = dict(_cast(one))
    return {
        "id": one.agreement.id,
        "code": stands.state,
        "tag": STATES[stands.state][1],
        "state": STATES_SAID[language][stands.state],
        "title": version.title.get(language, version.title["en"]),
        "agency": version.agency.name,
        "number": version.number,
        "purposes": [purpose.says.get(language, purpose.says["en"]).rstrip(".") for purpose in version.purposes],
        "end": bare(end_said(version, language)),
        "until": version.term.end,
        "due": open_now[0].by if open_now else None,
        "pending": open_now,
        "next": _next(open_now, owners, language),
        "bar": bar(one, language, window=window, due=open_now[0].by if open_now else None),
        "sentences": explain(version, language),
        "cast": [(owners.get(seat, seat), CHOSE[language][choice]) for seat, choice in cast.items()],
        "silent": [owners.get(seat, seat) for seat in version.owners if seat not in cast],
    }


def _use(agreement: str) -> str:
    """Return how an agreement was used by the latest record of use that was put before the owners, and whether the agency replied."""
    reports = reviewing.latest_reports(agreement)
    if not reports or reports[0].report is None:
        return "No record of use has been put before the owners."
    latest, report = reports[0], reports[0].report
    reply = "the agency replied" if latest.replies else "the agency has not replied"
    return f"{report.answered:,} answers, {report.people:,} people shown, {report.refused:,} refused; {reply}."


def _next(found: Iterable[Pending], owners: Mapping[str, str], language: Language) -> list[str]:
    return [one.said(owners, language) for one in found]


def _cast(one: Published) -> list[tuple[str, str]]:
    """Return the seats that voted on the version itself, with their choice."""
    return [
        (ballot.vote.seat, ballot.vote.choice)
        for ballot in one.agreement.ballots
        if ballot.vote.version == one.stands.version.hash and ballot.vote.choice in CHOSE["en"]
    ]
