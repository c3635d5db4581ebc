"""What is watched for limits: which cases may still come to one, and which limits were noted as passed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, LiteralString

from pars.core.cases.limits import Noted, limits
from pars.core.cases.wrong_versions import telling_limit
from pars.core.terms import Instant
from pars.store import ledger, rows, tellings
from pars.store.connections import acting_now, current

if TYPE_CHECKING:
    from pars.core.cases.case import Case
    from pars.core.cases.limits import Limit
    from pars.store.tellings import Wrong


def open_cases() -> dict[str, int]:
    """Return the cases that aren't closed, each with its version."""
    return _versions("select case_id, version from cases.case_now where not closed")


def changed_since(when: Instant) -> dict[str, int]:
    """Return the cases that were changed at or after an instant, closed ones too, each with its version."""
    return _versions(
        "select n.case_id, n.version from cases.case_now n "
        "join ledger.entry_row r on (r.tbl, r.version) = ('case_file', n.version) and r.\"row\" = n.case_id::text "
        "join ledger.entry e on e.id = r.entry where e.at >= %s",
        when,
    )


def versions_of(case_ids: Iterable[str]) -> dict[str, int]:
    """Return the versions of these cases, closed ones too."""
    return _versions("select case_id, version from cases.case_now where case_id = any(%s::uuid[])", list(case_ids))


def _versions(query: LiteralString, *values: object) -> dict[str, int]:
    found = current().connection.execute(query, values)
    return {str(case_id): version for case_id, version in found.fetchall()}


def note_passed(case_id: str, limit: Limit) -> None:
    """Write that a limit passed, beside the entry that says so. Nothing else may say it again."""
    here = acting_now()
    here.connection.execute(
        "insert into cases.limit_passed (case_id, code, about, due, entry) values (%s, %s, %s, %s, %s)",
        [case_id, limit.code, limit.about, limit.due, here.entry],
    )


def limits_of(case: Case, at: Instant, others: Sequence[Case]) -> tuple[Limit, ...]:
    """Return the limits of a case that run or have passed, given the person's other cases; last, those to tell who got a mistake."""
    recorded = times_of((case, *others))
    return (*limits(case, at, recorded=recorded, others=others), *_owed(tellings.wrong_versions(case), recorded))


def limits_of_all(
    cases: Mapping[str, Case], at: Instant, others: Mapping[str, Sequence[Case]] | None = None
) -> dict[str, tuple[Limit, ...]]:
    """Return the limits of each of these cases, with as many questions to the database for all as for one.

    `others` are the person's other cases of each, as `rows.others_of` gives them, where they were read already.
    """
    others = rows.others_of(cases) if others is None else others
    known = {one.id: one for found in others.values() for one in found} | dict(cases)
    recorded = times_of(known.values())
    wrong = tellings.wrong_versions_of(cases.values())
    return {
        case_id: (*limits(case, at, recorded=recorded, others=others[case_id]), *_owed(wrong.get(case_id, ()), recorded))
        for case_id, case in cases.items()
    }


def _owed(wrong: Wrong, recorded: Mapping[int, Instant]) -> Iterator[Limit]:
    """Give the limits until which those that got a mistake are told."""
    for mistake, got in wrong:
        limit = telling_limit(mistake, recorded[mistake.entry], got)
        if limit is not None:
            yield limit


def times_of(cases: Iterable[Case]) -> dict[int, Instant]:
    """Return when each entry that these cases' facts name was written."""
    entries = {fact.entry for case in cases for fact in case.facts if fact.entry is not None}
    return {entry: written for entry, (written, _) in ledger.recorded(entries).items()}


def noted(case_ids: Iterable[str]) -> dict[str, tuple[Noted, ...]]:
    """Return the limits noted as passed, by case, the earliest first; a case without one isn't there."""
    rows = current().connection.execute(
        "select p.case_id, p.code, p.about, p.due, p.entry, e.at from cases.limit_passed p join ledger.entry e on e.id = p.entry "
        "where p.case_id = any(%s::uuid[]) order by p.case_id, p.due, p.code, p.about",
        [list(case_ids)],
    )
    found: dict[str, list[Noted]] = {}
    for case_id, code, about, due, entry, at in rows.fetchall():
        found.setdefault(str(case_id), []).append(Noted(code=code, about=about, due=Instant(due), entry=entry, at=Instant(at)))
    return {case_id: tuple(limits) for case_id, limits in found.items()}
