"""The agency's own page: what it may ask, until when, how much of its allowance is used, and the form to ask with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pars.actions import identifying, overseeing, publishing
from pars.core.access.catalogue import COLUMNS
from pars.core.agreements.plain import end_said, explain, never_shown
from pars.core.wording import bare, when
from pars.edge.web import demo, words
from pars.edge.web.agencies.asking import Question, label
from pars.edge.web.agreements.compare_words import GRID
from pars.edge.web.agreements.dealing_view import dealing_parts, unacknowledged
from pars.edge.web.agreements.grid import granted
from pars.edge.web.pages import page
from pars.edge.web.pictures import allowance_bar
from pars.edge.web.seat import seated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest, HttpResponse

    from pars.actions.publishing import House, Published
    from pars.core.access.limits import Limits, Used
    from pars.edge.web.seat import Seat

STATES = {
    "PROPOSED": ("Proposed", "warn"),
    "WAITING": ("Adopted, not begun", "warn"),
    "IN_FORCE": ("In force", "ok"),
    "SUSPENDED": ("Suspended", "stop"),
    "REVOKED": ("Revoked", "stop"),
    "ENDED": ("Ended", "stop"),
    "REJECTED": ("Rejected", "stop"),
    "WITHDRAWN": ("Withdrawn", "stop"),
    "UNDECIDED": ("Not decided", "stop"),
}
"""How an agreement stands, in words, and the tag that repeats it."""


@seated(agency=True)
def ask(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show what the agency may ask, with the form of the agreement that is in force."""
    house = publishing.house()
    found = [_parts(one, seat, house) for one in publishing.agreements(seat.agency)] if house is not None else []
    chosen = next((part for part in found if part["id"] == request.GET.get("under") and part["open"]), None)
    chosen = chosen or next((part for part in found if part["open"]), None)
    parts = {
        "refused": overseeing.refused_now() if found else None,
        "agreements": found,
        "chosen": chosen,
        "form": Question(chosen["version"]) if chosen else None,
        "others": _others(chosen) if chosen and demo.here(request) else [],
    }
    return page(request, "ask.html", parts)


def _parts(one: Published, seat: Seat, house: House) -> dict[str, Any]:
    version, stands = one.stands.version, one.stands
    owners, open_now_on = {name: owner.name for name, owner in house.charter.owners.items()}, publishing.pending(one, house)
    waiting = unacknowledged(one, seat.person)
    open_now = stands.state == "IN_FORCE" and one.agreement.user(seat.person, one.at) is not None and version not in waiting
    used = publishing.used_today(one.agreement.id, seat.person, version)
    says, tag = STATES[stands.state]
    return {
        "id": one.agreement.id,
        "title": version.title["en"],
        "number": version.number,
        "version": version,
        "open": open_now,
        "acknowledge": [each.number for each in waiting],
        "state": says,
        "tag": tag,
        "stands": stands.says,
        "sentences": explain(version, "en"),
        "never": never_shown(version, "en"),
        "end": end_said(version, "en"),
        "end_at": version.term.end,
        "follows": stands.next[0].number if stands.next is not None and stands.next[1] <= version.term.end else None,
        "left": words.span(max(0, version.term.end - one.at)) if stands.state == "IN_FORCE" else "",
        "days": (version.term.end - one.at) // (86_400 * 1_000_000),
        "limits": list(_limits(version.limits, used)),
        "rows": version.limits.rows_per_reply,
        "named": _named(one, seat),
        "g": GRID["en"],
        "grid": granted(version, one.at),
        "waits": [each.said(owners) for each in open_now_on],
        **dealing_parts(one, owners),
        "pending": bool(one.agreement.open(one.at)),
    }


def _limits(limits: Limits, used: Used) -> Iterator[tuple[str, str, str]]:
    """Yield what a day is limited by: the bar, how much of it is used up, and what counts in it."""
    counts = (
        (used.questions, limits.questions_per_day, "questions by you"),
        (used.in_all, limits.questions_per_day_in_all, "questions by all together"),
        (used.people, limits.people_per_day, "people shown to you"),
        (used.people_in_all, limits.people_per_day_in_all, "people shown to all together"),
    )
    for had, most, what in counts:
        if most is not None:
            said = f"{had:,} of {most:,}"
            yield allowance_bar(used=had, allowed=most, label=f"{said} {what} today"), said, what


def _named(one: Published, seat: Seat) -> list[tuple[str, bool, str]]:
    """Return who may ask under it: the name, whether it is the reader, and until when, where that ends before the agreement does."""
    names, place = identifying.people(), one.stands.version.place
    found = [
        (
            names.get(user.person, user.person),
            user.person == seat.person,
            bare(when(user.end, place)) if user.end is not None else "",
        )
        for user in one.agreement.users
        if user.named(one.at)
    ]
    return sorted(found, key=lambda each: (not each[1], each[0]))


def _others(chosen: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the columns that this version doesn't grant, for a demo's visitor who wants to see a refusal."""
    shown = chosen["version"].scope.columns
    return [(name, label(name)) for name in COLUMNS if name not in shown]
