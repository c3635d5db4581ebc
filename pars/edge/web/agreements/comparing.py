"""Two versions of an agreement side by side, for anybody: what changes, sentence by sentence and column by column. Also in Spanish."""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from django.http import Http404

from pars.actions import publishing
from pars.actions.weighing import weighed
from pars.actions.weighing.words import advice_words
from pars.core.agreements.differences import differences
from pars.core.agreements.plain import explain
from pars.core.agreements.version import narrows
from pars.edge.web.agreements.compare_words import GRID, WORDS
from pars.edge.web.agreements.grid import compared, granted
from pars.edge.web.agreements.trying import trial_parts
from pars.edge.web.languages import language_of
from pars.edge.web.pages import page
from pars.edge.web.seat import seat_of
from pars.edge.web.typed import number_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.http import HttpRequest, HttpResponse

    from pars.actions.publishing import Published
    from pars.core.access.explain import Language
    from pars.core.agreements.version import Version


def compare(request: HttpRequest, agreement_id: str) -> HttpResponse:
    """Show what changes from one version to another; to who works here also the form that tries a question on both."""
    one = publishing.agreement(agreement_id)
    if one is None:
        raise Http404
    language = language_of(request)
    versions = [proposal.version for proposal in one.agreement.proposals]
    old, new = _two(request, one, versions)
    seat = seat_of(request)
    tries = seat is not None and seat.capacity is not None
    parts = {
        "language": language,
        "w": WORDS[language],
        "g": GRID[language],
        "one": one,
        "old": old,
        "new": new,
        "choices": versions,
        "title": new.title.get(language, new.title["en"]),
        **(comparison(new, old, one, language) if new is not old else {"grid": granted(new, one.at, language)}),
        **(trial_parts(request, (old, new), one.at, language) if tries else {}),
    }
    status = 422 if parts.get("faults") else 200
    return page(request, "compare.html", parts, at=one.at, status=status)


def _two(request: HttpRequest, one: Published, versions: Sequence[Version]) -> tuple[Version, Version]:
    """Return the versions that the address names; the newest and the one that governs, or the one before it, where it names none."""
    known = {version.number: version for version in versions}
    asked = {name: request.GET.get(name, "") for name in ("from", "to")}
    if any(text and number_in(text) not in known for text in asked.values()):
        raise Http404
    new = known[number_in(asked["to"]) or versions[-1].number]
    earlier = [version for version in versions if version.number < new.number]
    governs = one.stands.version if one.stands.version.number < new.number else None
    old = known[number_in(asked["from"]) or 0] if asked["from"] else governs or (earlier or [new])[-1]
    return old, new


def comparison(new: Version, old: Version, one: Published, language: Language) -> dict[str, Any]:
    """Return everything in which two versions differ, in words."""
    words = WORDS[language]
    return {
        "differs": [(change.kind, words[change.kind], change.says) for change in differences(new, old, language)],
        "form": words["narrower" if narrows(new, old) else "wider"],
        "rows": [(before, after, kind, words[kind]) for before, after, kind in side_by_side(explain(old, language), explain(new, language))],
        "grid": compared(new, old, one.at, language),
        "advice": advice_words(weighed(new, old, one.at), new, old, language) if old.number < new.number else (),
    }  # fmt: skip


def side_by_side(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield each sentence beside the one that stands in its place, with what happened to it: `same`, `other`, `gone`, `new`."""
    for kind, a, b, c, d in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        for old, new in zip_longest(before[a:b], after[c:d], fillvalue=""):
            yield old, new, "same" if kind == "equal" else "other" if old and new else "gone" if old else "new"
