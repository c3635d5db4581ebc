"""The record of use in plain sentences: what the owners read before they vote, and the agency before it replies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.access.explain import LABELS
from pars.core.agreements.outcomes import OUTCOMES
from pars.core.agreements.version import Place
from pars.core.terms import Instant
from pars.core.wording import when

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pars.core.access.use import Refusals, UseReport

REASONS: Mapping[str, str] = {
    "NOT_GRANTED": "asked for what isn't granted",
    "NOT_LAWFUL": "asked for what law doesn't let out",
    "NO_EVIDENCE": "without evidence for the purpose",
    "WRONG_EVIDENCE": "with evidence of another kind or form",
    "NOT_NAMED": "by a person who isn't named",
    "MUST_HOLD": "by a person who lacks what the agreement demands",
    "NOT_ACKNOWLEDGED": "by a person who has not acknowledged the version",
    "NO_PERSON": "with no person behind the question",
    "LIMIT_REACHED": "beyond the day's limit",
    "UNKNOWN_PURPOSE": "for a purpose that no agreement has",
    "NO_AGREEMENT": "without an agreement",
    "AGREEMENT_PROPOSED": "while it wasn't adopted",
    "AGREEMENT_WAITING": "before it began",
    "AGREEMENT_SUSPENDED": "while it was suspended",
    "AGREEMENT_REVOKED": "after it was revoked",
    "AGREEMENT_ENDED": "after it had ended",
    "AGREEMENT_REJECTED": "after it was rejected",
    "ENDING": "too close to an end",
    "CLIENT_NOT_BOUND": "by a system that isn't bound",
    "UNKNOWN_COLUMN": "named a column that doesn't exist",
    "UNKNOWN_MASK": "in a reduced form that doesn't exist",
    "MASKED": "by more of a column than is shown",
    "EQUALITY_ONLY": "by a range of what only equality may ask",
    "NOT_FILTERABLE": "by a column that can't be asked by",
    "NAMES_NOBODY": "without naming anybody, where that is demanded",
    "NO_APPROVAL": "with an approval that wasn't needed",
    "APPROVAL_NEEDED": "without the second person's approval",
    "REVIEW_OVERDUE": "while the owners' review of an emergency was overdue",
    "MISSING_FIELD": "with a part missing",
    "UNKNOWN_FIELD": "with a part that doesn't exist",
    "WRONG_TYPE": "with a value of another kind",
    "WRONG_FORM": "with a value of another form",
    "OUT_OF_RANGE": "with a value out of range",
    "UNKNOWN_CONDITION": "with a condition that doesn't exist",
    "UNKNOWN_EVIDENCE": "with a kind of evidence that doesn't exist",
    "TOO_LARGE": "as too large a text",
    "WRONG_CURSOR": "with a page's mark that isn't of this question",
    "IDEMPOTENCY_KEY_NEEDED": "an export without an Idempotency-Key",
    "LEDGER_BEHIND": "while the ledger wasn't sealed in time (ours to mend)",
    "CLOCK_JUMPED": "while the clock was in doubt (ours to mend)",
    "LEDGER_UNWITNESSED": "while too few witnesses had signed the ledger (ours to mend)",
    "LEDGER_ROLLED_BACK": "while a witness knew more of the ledger than was here (ours to mend)",
    "NOT_WITNESSED": "before the witnesses had seen the entry (ours to mend)",
    "NOT_IN_TIME": "too long after the witnesses had seen the entry (ours to mend)",
    "FAILED": "while something failed (ours to mend)",
    "OVERTAKEN": "while the authority kept changing",
}
"""Why a question was refused, in words; a code that isn't here is told as it is."""

_ENGLISH = LABELS["en"]


def words(report: UseReport) -> tuple[str, ...]:
    """Return what the report says, one fact a sentence. It judges nothing."""
    return tuple(_sentences(report))


def percent(part: int, whole: int) -> int:
    """Return the share in whole per cent, to the nearest; 0 of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else 0


def column_words(name: str) -> str:
    """Return a column as people call it; any other name as it is."""
    return _ENGLISH.get(name, name)


def refusal_words(refusals: Refusals) -> str:
    """Return one reason with what it named: `asked for what isn't granted (the birthplace): 6`."""
    why = REASONS.get(refusals.code, refusals.code)
    names = f" ({_listed(map(column_words, refusals.names))})" if refusals.names else ""
    return f"{why}{names}: {refusals.count}"


def _sentences(report: UseReport) -> Iterator[str]:
    place = Place(report.place, report.zone)
    yield f"{report.agency_name} under agreement {report.agreement}, from {_when(report.start, place)} until {_when(report.end, place)}."
    yield (
        f"{_many(report.answered, 'answer')}: {_many(report.questions, 'question')}, {_many(report.pages, 'further page')}, "
        f"{report.beats} in {_many(report.streams, 'stream')}{_pushed(report)}. {report.empty} of them held no record."
    )
    if report.exports or report.exports_ended:
        yield f"{_many(report.exports, 'export')} begun. {_ended(report)}"
    yield (
        f"{_many(report.people, 'person', 'people')} shown, in {_many(report.records, 'record')}. {report.never_charged} of them "
        f"never charged by the end of this time; for {report.declined} of those the prosecutor had declined charges."
    )
    yield f"By purpose: {_counted(report.purposes)}."
    yield f"Evidence came with {report.evidenced} of {_many(report.answered, 'answer')} ({percent(report.evidenced, report.answered)} %)."
    yield from _looked_for(report)
    yield from _columns(report)
    yield from _refused(report)
    yield f"By person: {'; '.join(f'{one.person}: {one.answered} answered, {one.refused} refused' for one in report.persons) or 'nobody asked'}."
    if report.dropped:
        yield f"{_many(report.dropped, 'answer')} recorded and then not sent whole; counted above all the same."
    if report.repeated:
        yield f"{_many(report.repeated, 'answer')} to a request that was sent twice."
    told = sum(count for _, count in report.outcomes)
    yield f"The agency said what came of {_many(told, 'answer')}{_outcomes(report)}."
    yield f"Duties that fell due: {'; '.join(_duty(*one, place) for one in report.duties) or 'none'}."
    if report.replies:
        yield f"The agency replied to earlier reports: {_listed(f'entry {entry} to entry {about}' for entry, about in report.replies)}."
    if report.before is not None:
        was = report.before
        yield (
            f"In the same length of time before: {_many(was.answered, 'answer')}, {was.refused} refused, "
            f"{_many(was.people, 'person', 'people')} shown, {was.never_charged} of them never charged."
        )


def _pushed(report: UseReport) -> str:
    """Return what isn't asked for one by one, where there is any: parts of files, and hints that something changed."""
    parts = f", {_many(report.parts, 'part')} of exports" if report.parts else ""
    return f"{parts}, {_many(report.hints, 'hint')}" if report.hints else parts


def _ended(report: UseReport) -> str:
    if not report.exports_ended:
        return "None ended in this time."
    said = _counted((code.lower().replace("_", " "), count) for code, count in report.exports_ended)
    return f"How they ended: {said}. Files that gave all there was hold {_many(report.saved, 'record')}."


def _outcomes(report: UseReport) -> str:
    said = (f"{OUTCOMES[code]['en'] if code in OUTCOMES else code}: {count}" for code, count in report.outcomes)
    return f". {'; '.join(said)}" if report.outcomes else ""


def _duty(code: str, due: int, done: int, place: Place) -> str:
    said = f"{code.replace('_', ' ')}, due {_when(Instant(due), place)}"
    if not done:
        return f"{said}, was not met by the end of this time"
    return f"{said}, was met {'in time' if done <= due else 'late'}"


def _looked_for(report: UseReport) -> Iterator[str]:
    if report.asked_by:
        shares = (
            f"{_listed(map(column_words, names), ' and ') or 'nothing, all in scope'} {percent(count, report.answered)} %"
            for names, count in report.asked_by
        )
        yield f"Looked for by: {_listed(shares)}."


def _columns(report: UseReport) -> Iterator[str]:
    yield f"Shown: {_listed(f'{column_words(name)} {count}' for name, count in report.columns) or 'nothing'}."
    if report.columns_unused:
        yield f"Granted and never shown: {_listed(map(column_words, report.columns_unused))}."
    if report.filters_unused:
        yield f"Granted and never looked for by: {_listed(map(column_words, report.filters_unused))}."


def _refused(report: UseReport) -> Iterator[str]:
    reasons = f" {'; '.join(map(refusal_words, report.refusals))}." if report.refusals else ""
    yield f"{_many(report.refused, 'question')} refused.{reasons}"
    if report.elsewhere:
        yield f"Refused beside any agreement of this agency: {'; '.join(map(refusal_words, report.elsewhere))}."


def _when(at: Instant, place: Place) -> str:
    return when(at, place).removeprefix("on ")


def _many(count: int, one: str, many: str | None = None) -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


def _counted(counts: Iterable[tuple[str, int]]) -> str:
    return _listed(f"{name} {count}" for name, count in counts)


def _listed(items: Iterable[str], between: str = ", ") -> str:
    return between.join(items)
