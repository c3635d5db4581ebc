"""The drafts of what passes between an agency and the owners: duties, acknowledgements, inquiries, outcomes,
proposals taken back. As drafts.py, beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.ledger.drafts import drafted
from pars.core.ledger.entries import Kind

if TYPE_CHECKING:
    from pars.core.ledger.entries import Draft
    from pars.core.terms import Instant


def duty_met(*, agreement: str, version: str, duty: str, due: Instant, shown: str) -> Draft:
    """What a duty of the version that governs asked for by `due` was done; `shown` is the sha256 of what shows it."""
    return drafted(Kind.DUTY_MET, agreement=agreement, version=version, duty=duty, due=due, shown=shown)


def terms_acknowledged(*, agreement: str, person: str, version: str) -> Draft:
    """A person who is named under the agreement acknowledges what a version says."""
    return drafted(Kind.TERMS_ACKNOWLEDGED, agreement=agreement, person=person, version=version)


def inquiry_made(*, agreement: str, inquiry: str, due: Instant) -> Draft:
    """An owner asks the agency something, to be answered by `due`; `inquiry` is the sha256 of the words."""
    return drafted(Kind.INQUIRY_MADE, agreement=agreement, inquiry=inquiry, due=due)


def inquiry_answered(*, agreement: str, inquiry: int, answer: str) -> Draft:
    """The agency's answer to the inquiry of that entry; `answer` is the sha256 of the words."""
    return drafted(Kind.INQUIRY_ANSWERED, agreement=agreement, inquiry=inquiry, answer=answer)


def outcome_reported(*, agreement: str, answer: int, outcome: str) -> Draft:
    """What came of the answer of that entry, as the agency says: a code of `outcomes.OUTCOMES`."""
    return drafted(Kind.OUTCOME_REPORTED, agreement=agreement, answer=answer, outcome=outcome)


def proposal_withdrawn(*, agreement: str, version: str) -> Draft:
    """A proposal that is open is taken back by the owner whose people made it."""
    return drafted(Kind.PROPOSAL_WITHDRAWN, agreement=agreement, version=version)


def owners_text_withdrawn(*, about: str, text: str) -> Draft:
    """A proposed text of the owners' own that is open is taken back by the owner whose people made it."""
    return drafted(Kind.OWNERS_TEXT_WITHDRAWN, about=about, text=text)
