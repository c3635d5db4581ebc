"""The renewal calendar, for anybody: every term on one line, what follows each, and in order what falls due. Also in Spanish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pars.actions import publishing
from pars.core.agreements.duty_words import duty_said
from pars.core.agreements.plain import end_said
from pars.core.agreements.standing import dues
from pars.core.terms import DAY
from pars.core.wording import bare, when
from pars.edge.web.agreements.renewal_words import WORDS
from pars.edge.web.agreements.term_view import bar, scale, window_of
from pars.edge.web.languages import language_of
from pars.edge.web.pages import page
from pars.edge.web.words import zone

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.http import HttpRequest, HttpResponse

    from pars.actions.publishing import House, Published
    from pars.core.access.explain import Language
    from pars.core.agreements.renewals import Renewal
    from pars.core.terms import Instant

AHEAD = 90
"""How many days ahead of today the calendar lists what falls due."""
SAID_ELSEWHERE = frozenset({"renew", "duty"})
"""What is open on an agreement and has a line of its own here: its end, and each time that a duty falls due."""


def renewals(request: HttpRequest) -> HttpResponse:
    """Show what ends when, what follows it, and what is due."""
    language = language_of(request)
    at, lines = publishing.renewals()
    house, known = publishing.house(), {one.agreement.id: one for one in publishing.agreements()}
    shown = [known[line.agreement] for line in lines]
    window = window_of(shown, at)
    seats = len(house.charter.owners) if house is not None else 0
    parts = {
        "language": language,
        "w": WORDS[language],
        "scale": scale(window, zone(), width=420, language=language),
        "narrow_scale": scale(window, zone(), width=260, language=language),
        "lines": [
            {
                **line_parts(line, at, seats, language),
                "bar": bar(one, language, window=window, due=line.notice_by if line.notified is None else None),
            }
            for line, one in zip(lines, shown, strict=True)
        ],
        "dues": _dues(lines, known, house, at, language) if house is not None else [],
        "heading": WORDS[language]["dues"].format(AHEAD),
        "nothing_due": WORDS[language]["nothing_due"].format(AHEAD),
    }
    return page(request, "renewals.html", parts, at=at)


def line_parts(line: Renewal, at: Instant, seats: int, language: Language) -> dict[str, Any]:
    """Return one line in words: when it ends, what follows, and how it is with the notice."""
    version, w = line.version, WORDS[language]
    return {
        "id": line.agreement,
        "agency": version.agency.name,
        "title": version.title.get(language, version.title["en"]),
        "number": version.number,
        "end": end_said(version, language),
        "follows": w["once"] if version.paper is not None else _follows(line, seats, language),
        "notice": _notice(line, at, language),
        "notified": line.notified,
    }


def _follows(line: Renewal, seats: int, language: Language) -> str:
    w, place = WORDS[language], line.version.place
    if line.follows is None or line.from_ is None:
        return w["nothing"]
    closes = when(line.closes, place, language) if line.closes is not None else ""
    named = f"{line.decision}_gap" if line.gap else line.decision
    return w[named].format(line.follows.number, when(line.from_, place, language), line.have, seats, closes)


def _notice(line: Renewal, at: Instant, language: Language) -> str:
    """Return how it is with the notice that a version won't be renewed."""
    w, place, due = WORDS[language], line.version.place, line.notice_by
    by = bare(when(due, place, language)) if due is not None else ""
    if line.notified is not None:
        late = due is not None and line.notified.at >= due
        return w["notice_late" if late else "notice_served"].format(bare(when(line.notified.at, place, language)), by)
    if due is None:
        return w["no_notice"]
    return w["notice_passed" if due <= at else "notice_due"].format(by)


# ---------------------------------------------------------------- what falls due


def _dues(
    lines: tuple[Renewal, ...], known: Mapping[str, Published], house: House, at: Instant, language: Language
) -> list[dict[str, Any]]:
    """Return what falls due soon or is overdue, in this order."""
    found = [*_of_lines(lines, at, language), *(each for one in known.values() for each in _of_one(one, house, language))]
    soon = sorted((each for each in found if each[0] <= at + AHEAD * DAY), key=lambda each: (each[0], each[1]))
    return [
        {
            "by": bare(when(by, known[agreement].stands.version.place, language)),
            "id": agreement,
            "agency": known[agreement].stands.version.agency.name,
            "title": known[agreement].stands.version.title.get(language, known[agreement].stands.version.title["en"]),
            "says": says,
            "overdue": by <= at,
        }
        for by, agreement, says in soon
    ]


def _of_lines(lines: tuple[Renewal, ...], at: Instant, language: Language) -> Iterator[tuple[Instant, str, str]]:
    w = WORDS[language]
    for line in lines:
        yield line.ends, line.agreement, w["due_end"].format(line.version.number)
        if line.notice_by is not None and line.notified is None and line.notice_by > at:
            yield line.notice_by, line.agreement, w["due_notice"].format(line.version.number)


def _of_one(one: Published, house: House, language: Language) -> Iterator[tuple[Instant, str, str]]:
    owners = {name: owner.name for name, owner in house.charter.owners.items()}
    for each in publishing.pending(one, house):
        if each.what not in SAID_ELSEWHERE:
            yield each.by, one.agreement.id, each.said(owners, language)
    for version, owed, met in dues(one.agreement, one.at):
        if met is None:
            yield owed.due, one.agreement.id, duty_said(owed.duty, version.place, language)
