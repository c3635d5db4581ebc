"""The owners' own texts as JSON, the same for the command line and for `/v1`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pars.core.access.explain import LANGUAGES
from pars.core.owners.owners_text import explain_text, title_of
from pars.core.owners.polling import answers_for, counted
from pars.core.terms import moment

if TYPE_CHECKING:
    from pars.actions.owning import Standings, Subject
    from pars.core.owners.owners_text import OwnersText
    from pars.core.terms import Instant


def subject_json(subject: Subject, found: Standings) -> dict[str, Any]:
    """Return how a subject stands, as JSON."""

    def told(text: OwnersText, **more: Any) -> dict[str, Any]:
        sentences = {language: list(explain_text(text, language, found.charter)) for language in LANGUAGES}
        return {"hash": text.hash, "title": title_of(text, "en"), "sentences": sentences, **more}

    def adopted(one: Any) -> dict[str, Any]:
        return told(one.text, start=iso(one.start), end=None if one.end is None else iso(one.end), entry=one.entry)

    now = adopted(subject.now) if subject.now is not None else None
    if now is None and subject.texts.about == "profile":
        now = told(found.first, start=iso(found.opened), end=None, entry=0)
    return {
        "about": subject.texts.about,
        "in_force": now,
        "waiting": [
            told(
                one.text,
                entry=one.entry,
                proposed=iso(one.at),
                votes=[
                    {"seat": ballot.vote.seat, "choice": ballot.vote.choice, "entry": ballot.entry}
                    for ballot in counted(subject.texts.ballots, one.entry)
                ],
                answers_of={
                    seat: entry
                    for seat in found.charter.owners
                    if (entry := answers_for(subject.texts.ballots, seat, one.entry)) != one.entry
                },
                closes=None if one.closes is None else iso(one.closes),
            )
            for one in subject.open
        ],
        "to_come": [adopted(one) for one in subject.coming],
        "past": [adopted(one) for one in subject.past],
        "rejected": [told(one.text, entry=one.entry) for one in subject.rejected],
        "undecided": [told(one.text, entry=one.entry) for one in subject.undecided],
        "withdrawn": [told(one.text, entry=one.entry) for one in subject.withdrawn],
    }


def iso(at: Instant) -> str:
    """Return an instant as text."""
    return moment(at).isoformat()
