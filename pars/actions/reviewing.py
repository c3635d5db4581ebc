"""What owners, agency and public are told about use: the record of use, who may ask what until when, entries in plain words.

Everything here is a count or a fact of governance. Who was shown is read as a number only: no name, no case and no literal of
a question comes out. `agreeing.put_report` puts a report before the owners, once it is the one that the ledger gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.core.access.explain import LANGUAGES
from pars.core.access.use import UseReport
from pars.core.access.use_text import read_report, report_text
from pars.core.access.use_words import words
from pars.core.agreements.agreement import standing
from pars.core.agreements.notice import NOT_STOPPED, Voted, result_notice, votes
from pars.core.agreements.plain import end_said, explain
from pars.core.ledger.telling import act_words, entry_line, entry_words
from pars.store import governance, ledger, usage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.access.explain import Language
    from pars.core.agreements.acts import Agreement
    from pars.core.agreements.standing import Standing
    from pars.core.agreements.version import Version
    from pars.core.ledger.entries import Entry
    from pars.core.terms import Instant

__all__ = [
    "NOT_STOPPED", "AgreementNow", "Replied", "Reported", "UseReport", "Voted", "act_words", "agreements_now", "entry_line", "entry_words", "latest_reports",
    "newest", "read_report", "replies", "report_text", "report_words", "result_notice_text", "use_report",
]  # fmt: skip

report_words = words
"""A report in plain sentences."""


# ---------------------------------------------------------------- the record of use


def use_report(agreement: str, start: Instant, end: Instant) -> UseReport:
    """Return the record of use of [start, end): the same period gives the same report, byte for byte.

    Raises LookupError for an agreement that isn't there, ValueError for a time that is empty or not over.
    """
    usage.settle(agreement)
    with ledger.reading() as at:
        if not start < end <= at:
            raise ValueError("a use report is of a time that is over and not empty")
        found = usage.load_use(agreement, start, end)
    if found is None:
        raise LookupError(f"there is no agreement {agreement}")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """A report as it was put before owners and agency. `report` is None where the text isn't one that this program makes."""

    entry: int
    at: Instant
    text: bytes
    report: UseReport | None
    replies: tuple[Replied, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replied:
    """The agency's reply to the report of entry `about`."""

    entry: int
    at: Instant
    about: int
    words: str


def latest_reports(agreement: str) -> tuple[Reported, ...]:
    """Return the reports on an agreement, newest first, each with the agency's replies to it."""
    answered = replies(agreement)
    with ledger.reading():
        found = usage.load_reports(agreement)
    return tuple(
        Reported(
            entry=put.entry,
            at=put.at,
            text=put.text,
            report=read_report(put.text),
            replies=tuple(reply for reply in answered if reply.about == put.entry),
        )
        for put in found
    )


def replies(agreement: str) -> tuple[Replied, ...]:
    """Return the agency's replies to reports on an agreement, newest first."""
    with ledger.reading():
        found = usage.load_replies(agreement)
    return tuple(
        Replied(entry=put.entry, at=put.at, about=put.about or 0, words=put.text.decode(errors="replace")) for put in found
    )


# ---------------------------------------------------------------- who may ask what until when


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementNow:
    """An agreement for the public page: how it stands, what its version says, who voted what, until when it lasts.

    `says` are the version's sentences and `end` its end in words, by language; `proposed` are versions that wait for votes.
    """

    agreement: Agreement
    stands: Standing
    at: Instant
    says: Mapping[Language, tuple[str, ...]]
    end: Mapping[Language, str]
    votes: tuple[Voted, ...]
    silent: tuple[str, ...]
    proposed: tuple[Version, ...]

    @property
    def version(self) -> Version:
        """The version that governs, or is the next to."""
        return self.stands.version


def agreements_now() -> tuple[AgreementNow, ...]:
    """Return every agreement as it stands now, in the order of first proposals."""
    with ledger.reading() as at:
        owners = _owners()
        return tuple(_now(agreement, at, owners) for agreement in governance.load_agreements())


def _now(agreement: Agreement, at: Instant, owners: Mapping[str, str]) -> AgreementNow:
    stands = standing(agreement, at)
    version = stands.version
    cast = votes(agreement, owners, number=version.number)
    voted = {vote.seat for vote in cast}
    return AgreementNow(
        agreement=agreement,
        stands=stands,
        at=at,
        says={language: explain(version, language) for language in LANGUAGES},
        end={language: end_said(version, language) for language in LANGUAGES},
        votes=cast,
        silent=tuple(owners.get(seat, seat) for seat in version.owners if seat not in voted),
        proposed=tuple(proposal.version for proposal in agreement.open(at) if proposal.version.hash != version.hash),
    )


def result_notice_text(agreement: Agreement, at: Instant) -> bytes:
    """Return the public notice on an agreement as it stands at `at`: who may ask what until when, how it was voted, what an end does not stop."""
    with ledger.reading():
        owners, written = _owners(), governance.load_words(agreement)
    return result_notice(agreement, at, owners, written)


def _owners() -> Mapping[str, str]:
    opening = governance.load_opening()
    return {} if opening is None else {seat: owner.name for seat, owner in opening.charter.owners.items()}


# ---------------------------------------------------------------- entries


def newest(count: int, *, after: int | None = None) -> tuple[Entry, ...]:
    """Return the newest entries, oldest first, or the next ones behind the entry `after`: none names a person or a case."""
    with ledger.reading():
        return usage.newest(count, after)
