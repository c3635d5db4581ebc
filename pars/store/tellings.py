"""Who was shown which version of a case, as the ledger's entries say, and who was told that it was wrong."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias

from pars.core.cases.wrong_versions import Showing, Telling, mistakes, recipients
from pars.core.ledger.entries import Entry, Kind, decode
from pars.core.terms import Instant
from pars.store import governance, ledger
from pars.store.chunks import PAPER, SHOWN
from pars.store.connections import acting_now, current
from pars.store.repeated import Unreadable

if TYPE_CHECKING:
    from pars.core.cases.case import Case
    from pars.core.cases.wrong_versions import Mistake, Recipient

PUT_RIGHT = (Kind.FACTS_CORRECTED, Kind.IDENTITY_VERIFIED, Kind.DOCUMENT_RECEIVED, Kind.PERSON_LINKED)
"""The kinds of act that can put a mistake right."""


Wrong: TypeAlias = "tuple[tuple[Mistake, tuple[Recipient, ...]], ...]"
"""Each mistake of a case that was put right, with everybody who got a version that said it wrongly."""


def wrong_versions(case: Case) -> Wrong:
    """Return the mistakes of a case, each with who got it."""
    return wrong_versions_of((case,)).get(case.id, ())


def wrong_versions_of(cases: Iterable[Case]) -> dict[str, Wrong]:
    """Return the same of several, by case, with as many questions to the database for all as for one; a case without one isn't there."""
    wrong = {case.id: found for case in cases if (found := mistakes(case))}
    if not wrong:
        return {}
    given, told = _showings(wrong), _tellings(wrong)
    return {
        case_id: tuple((mistake, recipients(mistake, given.get(case_id, ()), told.get(case_id, ()))) for mistake in found)
        for case_id, found in wrong.items()
    }


def _showings(case_ids: Iterable[str]) -> dict[str, list[Showing]]:
    """Return every entry that says that a case was shown to somebody, with the version they got."""
    rows = current().connection.execute(
        'select r."row", r.version, e.body, g.role from ledger.entry_row r join ledger.entry e on e.id = r.entry '
        "left join governance.grant_given g on e.authority = 'grant:' || g.grant_id "
        'where r.tbl = %s and r."row" = any(%s) order by e.id',
        [SHOWN, list(case_ids)],
    )
    found: dict[str, list[Showing]] = {}
    for case_id, version, body, role in rows.fetchall():
        found.setdefault(case_id, []).append(_showing(version, body, role))
    return found


def _showing(version: int, body: bytes, role: str | None) -> Showing:
    entry = decode(body)
    if not isinstance(entry, Entry):
        raise Unreadable(entry.says)
    detail, purpose = entry.detail, entry.detail.get("purpose", "")
    disclosed = entry.kind is Kind.DISCLOSED
    return Showing(
        entry=entry.id,
        at=entry.at,
        version=version,
        columns=frozenset(detail["columns"]) | frozenset(detail["filters"]),
        agency=detail["agency"] if disclosed else None,
        agreement=entry.by.authority.partition(":")[2] if disclosed else None,
        desk=governance.load_role(role).name if role is not None else None,
        paper=purpose.removeprefix(PAPER) if not disclosed and purpose.startswith(PAPER) else None,
    )


def _tellings(case_ids: Iterable[str]) -> dict[str, list[Telling]]:
    """Return every act that told somebody of a mistake of these cases, oldest first."""
    rows = current().connection.execute(
        "select t.case_id, t.about, t.recipient, t.how, t.acknowledged, t.entry, e.at, e.person from cases.recipient_told t "
        "join ledger.entry e on e.id = t.entry where t.case_id = any(%s::uuid[]) order by t.entry",
        [list(case_ids)],
    )
    found: dict[str, list[Telling]] = {}
    for case_id, about, recipient, how, known, entry, at, person in rows.fetchall():
        telling = Telling(
            about=about, recipient=recipient, how=how, acknowledged=known, entry=entry, at=Instant(at), person=person
        )
        found.setdefault(str(case_id), []).append(telling)
    return found


def note_told(case_id: str, *, about: int, recipient: str, how: str, acknowledged: bool) -> None:
    """Write that somebody was told, beside the entry that says so."""
    here = acting_now()
    here.connection.execute(
        "insert into cases.recipient_told (case_id, about, recipient, how, acknowledged, entry) values (%s, %s, %s, %s, %s, %s)",
        [case_id, about, recipient, how, acknowledged, here.entry],
    )


def put_right_by(entry: int) -> str | None:
    """Return the case that an act changed; None where it changed none."""
    row = (
        current()
        .connection.execute('select "row" from ledger.entry_row where entry = %s and tbl = %s', [entry, ledger.CASE])
        .fetchone()
    )
    return None if row is None else row[0]


def put_right_since(when: Instant) -> dict[str, int]:
    """Return the cases that an act which can put a mistake right changed at or after an instant, each with its version now."""
    rows = current().connection.execute(
        "select n.case_id, n.version from cases.case_now n where n.case_id in ("
        'select r."row"::uuid from ledger.entry e join ledger.entry_row r on r.entry = e.id and r.tbl = %s '
        "where e.kind = any(%s) and e.at >= %s)",
        [ledger.CASE, [int(kind) for kind in PUT_RIGHT], when],
    )
    return {str(case_id): version for case_id, version in rows.fetchall()}


def handles(agreement_ids: Iterable[str], case_id: str) -> dict[str, str]:
    """Return under which handle each agreement knows the case."""
    rows = current().connection.execute(
        "select agreement_id, record from governance.handle where agreement_id = any(%s) and case_id = %s",
        [list(agreement_ids), case_id],
    )
    return dict(rows.fetchall())
