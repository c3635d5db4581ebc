"""Counts what a civil day has had under an agreement, inside the transaction that admits one more answer.

Each person's answers are one row a day, counted in the last statement before the commit. What all together may ask is the sum of these rows: far
from the limit answers only share a lock, and near it they come one at a time. Who was shown is kept only where a version limits how many people
that may be; then a person's answers come one at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pars.core.access.decision import volume_day
from pars.core.access.limits import Used
from pars.core.ledger.entries import Entry, Kind, decode
from pars.store.connections import Retry, current
from pars.store.governance import load_agreements, load_version
from pars.store.ledger import authority_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pars.core.access.decision import Permit
    from pars.core.access.limits import Limits
    from pars.core.agreements.version import Version
    from pars.core.terms import Instant, Refusal
    from pars.store.connections import Open

_SUMS = {
    "questions": "select coalesce(sum(used), 0) from governance.volume where agreement_id = %(name)s and day = %(day)s and person = %(person)s",
    "in_all": "select coalesce(sum(used), 0) from governance.volume where agreement_id = %(name)s and day = %(day)s",
    "people": "select count(*) from governance.person_shown where agreement_id = %(name)s and day = %(day)s and person = %(person)s",
    "people_in_all": "select count(distinct case_id) from governance.person_shown where agreement_id = %(name)s and day = %(day)s",
}
_NEEDED = {
    "in_all": "questions_per_day_in_all",
    "people": "people_per_day",
    "people_in_all": "people_per_day_in_all",
}


def used(agreement_id: str, person: str, version: Version, at: Instant) -> Used:
    """Return what the day of `at` has had so far, as far as the version limits it."""
    return _used(current(), agreement_id, person, volume_day(version, at), version.limits)


def _used(here: Open, agreement_id: str, person: str, day: str, limits: Limits) -> Used:
    wanted = [part for part in _SUMS if part not in _NEEDED or getattr(limits, _NEEDED[part]) is not None]
    query = "select " + ", ".join(f"({_SUMS[part]})" for part in wanted)
    found = here.connection.execute(query, {"name": agreement_id, "person": person, "day": day}).fetchone()
    assert found is not None, "sums give one row"
    return Used(**{part: int(count) for part, count in zip(wanted, found, strict=True)})


ONE_TOO_MANY = "PV001"
"""What `governance.count_answer` raises where somebody's day has no answer left."""


def beyond(here: Open, permit: Permit) -> Refusal | None:
    """Return why an answer is one too many for all together. Takes the locks that the limits need, and writes nothing."""
    name, version = permit.authority.removeprefix("agreement:"), load_version(permit.version_hash)
    limits, day = version.limits, volume_day(version, here.at)
    _in_turn(here, name, day, permit.person, limits)
    if limits.questions_per_day_in_all is None:
        return None
    return limits.beyond(Used(in_all=_in_all(here, name, day)))


def keep_shown(here: Open, permit: Permit, shown: Collection[str]) -> None:
    """Keep who was shown, where a version limits that; `count` then counts the answer.

    Raises Retry where somebody else used up meanwhile how many people were left: decided anew, it is refused before anything is fetched.
    """
    name, version = permit.authority.removeprefix("agreement:"), load_version(permit.version_hash)
    limits, day = version.limits, volume_day(version, here.at)
    if not limits.counts_people:
        return
    here.connection.execute(
        "insert into governance.person_shown (agreement_id, day, person, case_id) select %s, %s, %s, unnest(%s::uuid[]) "
        "on conflict do nothing",
        [name, day, permit.person, sorted(shown)],
    )
    after = _used(here, name, permit.person, day, limits)
    if limits.beyond(Used(people=after.people - 1, people_in_all=after.people_in_all - 1)) is not None:
        raise Retry("somebody else was shown as many people as a day had left")


def count(here: Open, permit: Permit) -> None:
    """Count an answer among the person's of the day; nothing is kept of one too many. The last statement before the commit."""
    version = load_version(permit.version_hash)
    here.connection.execute(
        "select governance.count_answer(%s, %s, %s, %s)",
        [
            permit.authority.removeprefix("agreement:"),
            permit.person,
            volume_day(version, here.at),
            version.limits.questions_per_day,
        ],
    )


def _in_all(here: Open, name: str, day: str) -> int:
    return _number(here, _SUMS["in_all"], {"name": name, "day": day})


def _in_turn(here: Open, name: str, day: str, person: str, limits: Limits) -> None:
    """Take the day's lock where all together are limited: shared where no number of answers at once could reach the limit. Then the person's
    own, where it is limited how many people they are shown.

    INVARIANT: whoever shares the lock saw at least as much room as there can be transactions, so that all of them fit in.
    """
    if limits.questions_per_day_in_all is not None or limits.people_per_day_in_all is not None:
        _together(here, name, day, limits)
    if limits.people_per_day is not None:
        here.connection.execute("select pg_advisory_xact_lock(%s)", [authority_key(f"volume:{name}:{day}:{person}")])


def _together(here: Open, name: str, day: str, limits: Limits) -> None:
    most = limits.questions_per_day_in_all
    key = authority_key(f"volume:{name}:{day}")
    room = _number(here, "select current_setting('max_connections')::bigint", {})
    if limits.people_per_day_in_all is None and most is not None and _in_all(here, name, day) + room <= most:
        here.connection.execute("select pg_advisory_xact_lock_shared(%s)", [key])
        if _in_all(here, name, day) + room > most:
            raise Retry("the day's last questions are asked one at a time")
    else:
        here.connection.execute("select pg_advisory_xact_lock(%s)", [key])


def _number(here: Open, query: str, values: dict[str, Any]) -> int:
    found = here.connection.execute(query, values).fetchone()
    assert found is not None, "one number is asked for"
    return int(found[0])


# ---------------------------------------------------------------- counted again


def shown_again() -> Iterator[tuple[Entry, Version, list[str]]]:
    """Yield each answer under a version that limits people, with the cases that it showed, as the ledger's index has them."""
    here = current()
    limited = {
        proposal.version.hash: proposal.version
        for agreement in load_agreements()
        for proposal in agreement.proposals
        if proposal.version.limits.counts_people
    }
    found = here.connection.execute(
        'select e.body, array_remove(array_agg(r."row"), null) from ledger.entry e '
        "left join ledger.entry_row r on r.entry = e.id and r.tbl = 'case_now' "
        "where e.kind = %s and e.authority = any(%s) group by e.id, e.body order by e.id",
        [int(Kind.DISCLOSED), sorted({f"agreement:{version.agreement}" for version in limited.values()})],
    )
    for body, cases in found:
        entry = decode(body)
        if isinstance(entry, Entry) and entry.detail["version"] in limited:
            yield entry, limited[entry.detail["version"]], cases


def people_counted() -> tuple[dict[tuple[str, str, str], frozenset[str]], tuple[int, ...]]:
    """Return whom each person was shown on each day under a limit, by the ledger, and the answers that went beyond one."""
    shown: dict[tuple[str, str, str], frozenset[str]] = {}
    beyond = []
    for entry, version, cases in shown_again():
        day, limits = volume_day(version, entry.at), version.limits
        key = (version.agreement, day, entry.by.person)
        shown[key] = shown.get(key, frozenset()) | set(cases)
        together = frozenset().union(*(seen for (name, on, _), seen in shown.items() if (name, on) == key[:2]))
        if limits.beyond(Used(people=len(shown[key]) - 1, people_in_all=len(together) - 1)) is not None:
            beyond.append(entry.id)
    return {key: cases for key, cases in shown.items() if cases}, tuple(beyond)


def people_kept() -> dict[tuple[str, str, str], frozenset[str]]:
    """Return the same as the rows have it."""
    found = current().connection.execute(
        "select agreement_id, day, person, array_agg(case_id::text) from governance.person_shown group by 1, 2, 3"
    )
    return {(name, day.isoformat(), person): frozenset(cases) for name, day, person, cases in found.fetchall()}
