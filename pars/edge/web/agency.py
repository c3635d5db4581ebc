"""The agency's own page: what it may ask, until when, how much of its allowance is used, and the form to ask with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pars.actions import publishing
from pars.core.access.catalogue import COLUMNS
from pars.core.access.plain import end_said, explain, never_shown
from pars.edge.web import demo, words
from pars.edge.web.asking import Question, label
from pars.edge.web.pages import page
from pars.edge.web.pictures import allowance_bar
from pars.edge.web.seat import seated

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from pars.actions.publishing import Published
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
}
"""How an agreement stands, in words, and the tag that repeats it."""


@seated(agency=True)
def ask(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show what the agency may ask, with the form of the agreement that is in force."""
    found = [_parts(one, seat) for one in publishing.agreements(seat.agency)]
    chosen = next((part for part in found if part["id"] == request.GET.get("under") and part["open"]), None)
    chosen = chosen or next((part for part in found if part["open"]), None)
    parts = {
        "agreements": found,
        "chosen": chosen,
        "form": Question(chosen["version"]) if chosen else None,
        "others": _others(chosen) if chosen and demo.here(request) else [],
    }
    return page(request, "ask.html", parts)


def _parts(one: Published, seat: Seat) -> dict[str, Any]:
    version, stands = one.stands.version, one.stands
    open_now = stands.state == "IN_FORCE" and one.agreement.user(seat.person, one.at) is not None
    used = publishing.used_today(one.agreement.id, seat.person, version)
    says, tag = STATES[stands.state]
    return {
        "id": one.agreement.id,
        "title": version.title["en"],
        "number": version.number,
        "version": version,
        "open": open_now,
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
        "used": f"{used.questions:,}",
        "allowed": f"{version.limits.questions_per_day:,}",
        "beside": _beside(version.limits, used),
        "bar": allowance_bar(
            used=used.questions,
            allowed=version.limits.questions_per_day,
            label=f"{used.questions} of {version.limits.questions_per_day} used today",
        ),
        "people": sum(user.named(one.at) for user in one.agreement.users),
        "pending": bool(one.agreement.open(one.at)),
    }


def _beside(limits: Limits, used: Used) -> list[str]:
    """Return what else a day is limited by, where it is."""
    counts = (
        (used.in_all, limits.questions_per_day_in_all, "questions of all together"),
        (used.people, limits.people_per_day, "people shown to you"),
        (used.people_in_all, limits.people_per_day_in_all, "people shown to all together"),
    )
    return [f"{had:,} of {most:,} {what}" for had, most, what in counts if most is not None]


def _others(chosen: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the columns that this version doesn't grant, for a demo's visitor who wants to see a refusal."""
    granted = chosen["version"].scope.columns
    return [(name, label(name)) for name in COLUMNS if name not in granted]
