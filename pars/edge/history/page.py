"""A lawyer's page: the agreement as it stood in 2018, as sentences, ballot and public notice, and what each part rests on.

The same parts make the page that a home serves in which the history was replayed, and the file that `pars history` writes.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from pars.actions import publishing
from pars.core.agreements.notice import CHOSEN, votes
from pars.core.agreements.plain import end_said, explain
from pars.core.terms import moment
from pars.core.wording import bare, day_said, from_when, month_said
from pars.edge.history.page_words import MARKS_SAID, WORDS
from pars.edge.history.record import ORIGIN, philadelphia
from pars.edge.history.texts import OFFICES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.actions.publishing import Published
    from pars.core.access.explain import Language
    from pars.core.agreements.version import Version
    from pars.edge.history.record import Clause, Mark, Step

AGREEMENT, YEAR = "ice", "2018"


def page_parts(language: Language) -> dict[str, Any] | None:
    """Return everything that the page says; None where the history isn't here."""
    house = publishing.house()
    found = publishing.agreement(AGREEMENT) if house is not None and house.origin == ORIGIN else None
    if found is None or not found.notices:
        return None
    record, version, renewal = philadelphia(), found.stands.version, found.agreement.proposals[-1].version
    lines = [step for step in record.steps if step.date.startswith(YEAR) and step.do not in {"ask", "vote"}]
    return {
        "language": language,
        "w": WORDS[language],
        "title": WORDS[language]["title"],
        "version": version,
        "agency": OFFICES[AGREEMENT][language],
        "stands": found.stands.said(language),
        "sentences": explain(version, language),
        "clauses": [_marked(clause, language) for clause in record.clauses],
        "ballot_says": WORDS[language]["ballot_says"].format(
            renewal.number, bare(from_when(renewal.term.start, renewal.place, language)), bare(end_said(renewal, language))
        ),
        "ballot": _ballot(found, renewal, language),
        "notice": notice_sections(found.notices[-1].text.decode(), language),
        "notice_entry": found.notices[-1].entry,
        "lines": [{**_marked(step, language), "day": _day(step, language)} for step in lines],
        "sources": sorted(record.sources.items()),
        "date_says": WORDS[language]["date_says"].format(record.reading["zone"], record.reading["instant"]),
    }


def _marked(line: Step | Clause, language: Language) -> dict[str, Any]:
    return {"says": line.says[language], "mark": _mark(line.mark, language), "code": line.mark, "tags": line.sources}


def _mark(mark: Mark, language: Language) -> str:
    return MARKS_SAID[language][mark]


def _day(step: Step, language: Language) -> str:
    """Return a line's date, as exact as the record is."""
    match [int(part) for part in step.date.split("-")]:
        case [year, month, day]:
            return day_said(date(year, month, day), language)
        case [year, month]:
            return month_said(year, month, language)
        case _:
            return step.date


def _ballot(found: Published, renewal: Version, language: Language) -> list[dict[str, Any]]:
    """Return a row for each seat: its vote on the renewal, or that it cast none, and what the record says of that."""
    cast = {vote.seat: vote for vote in votes(found.agreement, {}, number=renewal.number)}
    steps = {step.office: step for step in philadelphia().steps if step.do == "vote" and step.more["version"] == renewal.number}
    silent = {step.office: step for step in philadelphia().steps if step.date.startswith(YEAR) and step.mark == "not found"}
    rows = []
    for seat in renewal.owners:
        vote = cast.get(seat)
        step = steps.get(seat) or silent[seat]
        rows.append(
            {
                **_marked(step, language),
                "office": OFFICES[seat][language],
                "vote": CHOSEN[language][vote.choice] if vote is not None else WORDS[language]["no_vote"],
                "day": day_said(moment(vote.at, renewal.place.zone).date(), language) if vote is not None else "",
                "entry": vote.entry if vote is not None else None,
            }
        )
    return rows


def notice_sections(text: str, language: Language) -> list[dict[str, Any]]:
    """Return the notice's part in one language as sections: a heading where the notice has one, and its lines."""
    english, spanish = text.split("\n\nAVISO PÚBLICO\n")
    _, _, own = english.partition("\n")
    sections: list[Mapping[str, Any]] = []
    for block in (own if language == "en" else spanish).strip().split("\n\n"):
        first, *rest = block.split("\n")
        headed = first.isupper()
        sections.append({"heading": first.capitalize() if headed else "", "lines": rest if headed else [first, *rest]})
    return [dict(section) for section in sections]
