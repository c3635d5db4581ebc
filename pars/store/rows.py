"""Loads and saves: rows of the database are core values here, and nothing above this room sees a row.

Everything happens in the transaction that `ledger.acting` or `ledger.reading` has opened. A case is locked by loading it with
`lock`; saving it checks that its version is the next one, and rewrites its one wide row for reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from psycopg import sql

from pars.core.cases.board import NOW_COLUMNS, now_row
from pars.core.cases.booking import cases_of_person
from pars.core.cases.case import Case
from pars.core.cases.representation import incidents
from pars.core.terms import Instant, moment
from pars.store import keys
from pars.store.connections import acting_now, current
from pars.store.facts import insert_facts, select_facts, written_out
from pars.store.governance import (
    Opening,
    clients_of,
    grants_of,
    load_agreement,
    load_agreements,
    load_grant,
    load_grants,
    load_opening,
    load_role,
    load_text,
    load_version,
    own_grant,
    save_text,
)
from pars.store.owned import governing
from pars.store.repeated import Unreadable

if TYPE_CHECKING:
    from pars.core.cases.facts import Fact
    from pars.core.cases.matching import Lookup

__all__ = [
    "Opening",
    "Unreadable",
    "arrested_together",
    "candidates",
    "case_version",
    "clients_of",
    "grants_of",
    "linked_cases",
    "load_agreement",
    "load_agreements",
    "load_case",
    "load_cases",
    "load_grant",
    "load_grants",
    "load_opening",
    "load_role",
    "load_text",
    "load_version",
    "matching_locks",
    "new_case_id",
    "other_cases",
    "others_of",
    "own_grant",
    "rewrite",
    "save_case",
    "save_text",
]  # fmt: skip

INSTANTS = frozenset(name for name, kind in NOW_COLUMNS.items() if kind == "instant")


class Overtaken(RuntimeError):
    """A case was saved at a version that isn't the next one: it was changed without being loaded with its lock."""


# ---------------------------------------------------------------- cases


def new_case_id() -> str:
    """Return an id for a new case."""
    return str(uuid4())


def load_case(case_id: str, *, lock: bool = False) -> Case | None:
    """Return a case, or None where there is none; with `lock`, nobody else changes it before this act ends."""
    return next(iter(load_cases([case_id], lock=lock).values()), None)


def load_cases(case_ids: Iterable[str], *, lock: bool = False) -> dict[str, Case]:
    """Return the cases that exist, by id."""
    wanted = [case_id for text in case_ids if (case_id := uuid_of(text)) is not None]
    given = current().connection
    query = "select id, version from cases.case_file where id = any(%s) order by id"
    found = given.execute(f"{query} for update" if lock else query, [wanted]).fetchall()
    facts = select_facts(given, [row[0] for row in found]) if found else {}
    return _governed({str(case_id): Case(str(case_id), version, tuple(facts[str(case_id)])) for case_id, version in found})


def _governed(cases: dict[str, Case]) -> dict[str, Case]:
    """Return the cases with the owners' texts that govern them: the profile in force when each was opened, and the rules."""
    if not cases:
        return cases
    owned, at, opened = governing(), current().at, {}
    first = {name: case.facts[0].entry if case.facts else None for name, case in cases.items()}
    if owned.profiles.adopted:
        found = current().connection.execute("select id, at from ledger.entry where id = any(%s)", [list(first.values())])
        opened = {entry: Instant(when) for entry, when in found.fetchall()}
    return {
        name: replace(case, profile=owned.profile_at(opened.get(first[name], at)), rules=owned.rules)
        for name, case in cases.items()
    }


def case_version(case_id: str) -> int | None:
    """Return a case's version, or None where there is none."""
    wanted = uuid_of(case_id)
    row = current().connection.execute("select version from cases.case_file where id = %s", [wanted]).fetchone()
    return row[0] if row is not None else None


def save_case(case: Case, facts: Iterable[Fact]) -> None:
    """Write an act's new facts, the case's new version and its row for reading. Raises Overtaken for a wrong version."""
    here = acting_now()
    assert here.entry is not None
    if case.version == 1:
        here.connection.execute("insert into cases.case_file (id, version) values (%s, 1)", [case.id])
        keys.new_case_key(here, case.id)
        case = _opened(case)
    else:
        stepped = here.connection.execute(
            "update cases.case_file set version = %s where id = %s and version = %s", [case.version, case.id, case.version - 1]
        )
        if stepped.rowcount != 1:
            raise Overtaken(f"version {case.version} doesn't follow the stored one")
    insert_facts(here.connection, case.id, here.entry, facts)
    _save_now(case)
    here.saved[case.id] = case.version


def _opened(case: Case) -> Case:
    """Return a case that is being opened with the profile in force now, which its entry will cite; time that ends it ends the act.

    Every act shares the lock of the owners' texts, so that none is adopted meanwhile.
    """
    here, owned = acting_now(), governing()
    profile = owned.profile_at(here.at)
    here.lasts(owned.profiles.changes_after(here.at))
    here.opened[case.id] = profile.hash
    return replace(case, profile=profile, rules=owned.rules)


def now_columns(case: Case) -> dict[str, Any]:
    """Return the case's wide row as its columns hold it."""
    row = {name: _column(name, value) for name, value in now_row(case).items()}
    return {"case_id": UUID(case.id), "version": case.version, **row}


def rewrite(case_id: str) -> None:
    """Write a case's row for reading anew, after charges were struck from it."""
    case = load_case(case_id)
    assert case is not None, "only what is said of it changed"
    _save_now(case)


def _save_now(case: Case) -> None:
    values = now_columns(case)
    acting_now().connection.execute(_upsert_now(tuple(values)), list(values.values()))


@cache
def _upsert_now(columns: tuple[str, ...]) -> sql.SQL:
    names = [sql.Identifier(name) for name in columns]
    return written_out(
        sql.SQL("insert into cases.case_now ({}) values ({}) on conflict (case_id) do update set ({}) = row({})").format(
            sql.SQL(", ").join(names),
            sql.SQL(", ").join(sql.Placeholder() * len(names)),
            sql.SQL(", ").join(names),
            sql.SQL(", ").join(sql.SQL("excluded.{}").format(name) for name in names),
        )
    )


def _column(name: str, value: object) -> object:
    if name in INSTANTS and isinstance(value, int):
        return moment(Instant(value))
    return list(value) if isinstance(value, tuple) else value


def uuid_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


# ---------------------------------------------------------------- finding cases again


def candidates(wanted: Lookup, *, lock: bool = False) -> tuple[Case, ...]:
    """Return the cases that share a number or the key with a document: `matching.match` decides which is meant.

    Whoever makes a case where none is found holds the locks of `matching_locks`, or two at once would each make one.
    """
    found = case_ids(
        "select case_id from cases.arrested where record_id = any(%(records)s) or otn = any(%(otns)s) "
        "union select case_id from cases.booked where record_id = any(%(records)s) "
        "union select case_id from cases.document_received where document_key = %(key)s",
        {"records": list(wanted.record_ids), "otns": list(wanted.otns), "key": wanted.document_key},
    )
    return tuple(load_cases(found, lock=lock).values())


def matching_locks(wanted: Lookup) -> frozenset[str]:
    """Return what to name in `acting(exclusive=…)` before a document is matched."""
    keys = (wanted.document_key,) if wanted.document_key else ()
    numbers = (("record", wanted.record_ids), ("otn", wanted.otns), ("document", keys))
    return frozenset(f"{name}:{number}" for name, given in numbers for number in given)


def linked_cases(case_id: str) -> tuple[str, ...]:
    """Return the other cases that either side ever named as the same person's, however far the chain goes.

    What still stands of these links is the rule's to say (`booking.linked_cases`).
    """
    return case_ids(
        "with recursive pair as (select case_id, other_case::uuid as other from cases.person_linked "
        "union select other_case::uuid, case_id from cases.person_linked), "
        "chain as (select %(c)s::uuid as id union select pair.other from chain join pair on pair.case_id = chain.id) "
        "select id as case_id from chain where id <> %(c)s::uuid",
        {"c": case_id},
    )


def arrested_together(cases: Mapping[str, Case]) -> dict[str, tuple[Case, ...]]:
    """Return for each other people's cases in which some arrest was ever said to be of the same incident; what stands is the rule's to say."""
    told = {case_id: incidents(case) for case_id, case in cases.items()}
    found = current().connection.execute(
        "select distinct incident_number, case_id from cases.arrested where incident_number = any(%s) order by case_id",
        [sorted(set().union(*told.values()))],
    )
    at: dict[str, list[str]] = {}
    for incident, case_id in found.fetchall():
        at.setdefault(incident, []).append(str(case_id))
    together = {case_id: {other for one in said for other in at.get(one, ())} - {case_id} for case_id, said in told.items()}
    own = {case_id: {one.id for one in others} for case_id, others in others_of(cases).items()}
    known = {**load_cases(set().union(*together.values()) - cases.keys()), **cases}
    return {case_id: tuple(known[one] for one in sorted(found - own[case_id])) for case_id, found in together.items()}


def other_cases(case: Case) -> tuple[Case, ...]:
    """Return the person's other cases, by the links that stand."""
    known = load_cases(linked_cases(case.id)).values()
    return tuple(one for one in cases_of_person(case, known) if one.id != case.id)


def others_of(cases: Mapping[str, Case]) -> dict[str, tuple[Case, ...]]:
    """Return for each of these cases the person's other cases, as `other_cases` does, with two questions to the database for all."""
    found = current().connection.execute(
        "with recursive pair as (select case_id, other_case::uuid as other from cases.person_linked "
        "union select other_case::uuid, case_id from cases.person_linked), "
        "chain as (select c as root, c as id from unnest(%s::uuid[]) c "
        "union select chain.root, pair.other from chain join pair on pair.case_id = chain.id) "
        "select root, id from chain where id <> root order by root, id",
        [list(cases)],
    )
    linked: dict[str, list[str]] = {}
    for root, other in found.fetchall():
        linked.setdefault(str(root), []).append(str(other))
    known = {**load_cases({other for others in linked.values() for other in others} - cases.keys()), **cases}
    return {
        case_id: tuple(
            one
            for one in cases_of_person(case, [known[other] for other in linked.get(case_id, ()) if other in known])
            if one.id != case_id
        )
        for case_id, case in cases.items()
    }


def case_ids(query: str, values: Mapping[str, object]) -> tuple[str, ...]:
    """Return the cases that a question of ours names, each once, in order."""
    found = current().connection.execute(f"select distinct case_id from ({query}) q order by case_id", values)  # noqa: S608
    return tuple(str(row[0]) for row in found.fetchall())
