"""Fetches one chunk for the door: the compiled question and the authority's stamps, in one snapshot, under the permit's login.

`guest` and `duty` are logins of their own that see only their views. What a question names as `record` is translated here and
in disclosure.py: outside the store a case has only the random handle of its agreement. Rows come in an order that differs
from agreement to agreement, so that two answers can't be laid side by side; a cursor says where the page before ended.
"""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeAlias

from psycopg import sql

from pars.core.access.catalogue import COLUMNS, write_value
from pars.core.access.predicate import All, Always, Is, Never, Not, OneOf, Predicate, Within
from pars.core.access.predicate import Any as AnyOf
from pars.core.cases.board import BOARD
from pars.core.terms import Refusal
from pars.store import arrays, predicate, vault
from pars.store.connections import connection
from pars.store.facts import written_out

if TYPE_CHECKING:
    from pars.core.access.decision import Permit
    from pars.core.access.question import Question

SCHEMA = {"guest": "disclosable", "duty": "duty"}
FLOOR = "floor"
NO_HANDLE = "-"
"""What stands for a handle that the agreement doesn't know: equal to no case, and fetched by the same statement."""

BOARD_NEEDS: Mapping[str, str] = {
    "display_name": "surname",
    "custody_began": "arrest_at",
    "custody_began_text": "arrest_at",
    "custody_began_precision": "arrest_at",
    "interpreter": "language",
}
"""Board columns that say what a column of the catalogue says: shown where that one is granted. The others are the desks' own."""


@dataclass(frozen=True, slots=True)
class Row:
    """A fetched row: the case it is of, its version, its place in the order, and what the permit shows of it.

    `mark` is how its reader's page or stream knows what it has: staff by the version, an agency by what it was shown alone.
    """

    case_id: str
    version: int
    place: tuple[Any, ...]
    shown: dict[str, Any]
    mark: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """A chunk as one snapshot had it. `more` says that rows were left for the next page; `gone` are known cases no longer in it."""

    rows: tuple[Row, ...]
    more: bool
    stamps: tuple[int, ...]
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page begins: the entry of the page before, and the place it ended with; both None for the first."""

    follows: int | None
    after: list[Any] | None


def authorities(permit: Permit) -> tuple[str, str]:
    """Return the authorities whose stamps a chunk depends on, in the order in which stamps are kept."""
    return permit.authority, FLOOR


def fetch(
    permit: Permit,
    *,
    where: Predicate,
    after: Sequence[Any] | None,
    known: Mapping[str, int] | None = None,
    board: bool = False,
    closed: bool = True,
    histories: bool = True,
    among: Sequence[Sequence[str]] = (),
) -> Fetched:
    """Return one row more than the permit's limit allows at most, cut to the limit, and the stamps of the same snapshot.

    `known` (case id → mark) leaves out what its reader has already; on a board, what of it isn't there any more is told.
    `board` adds the desks' own columns; without `closed`, what belongs to history is left out; without `histories`, each case
    that was entered long after its arrest and isn't known. Of each part of `among` a row has at least one key (`finding.find_keys`).
    """
    sort = tuple(name for name in permit.sort if name != "record")
    extra = board_columns(permit) if board else ()
    query, values = _query(permit, where, sort, extra, after, known or {}, closed=closed, histories=histories, among=among)
    left = None
    with connection(permit.login) as given, given.pipeline():
        given.execute("begin isolation level repeatable read read only")
        stamped = given.execute(
            sql.SQL("select authority, n from {} where authority = any(%s)").format(
                sql.Identifier(SCHEMA[permit.login], "stamp")
            ),
            [list(authorities(permit))],
        )
        asked = given.execute(query, values)
        if board and known:
            left = given.execute(*_gone(permit, where, known, closed=closed))
        given.execute("commit")
    stamps: dict[str, int] = dict(stamped.fetchall())
    names, forms = [column.name for column in asked.description or ()], _forms(permit, extra)
    rows = tuple(_row(dict(zip(names, values, strict=True)), forms, sort) for values in asked.fetchall())
    return Fetched(
        rows=rows[: permit.limit],
        more=len(rows) > permit.limit,
        stamps=tuple(stamps.get(name, 0) for name in authorities(permit)),
        gone=tuple(row[0] for row in left.fetchall()) if left is not None else (),
    )


def marks(permit: Permit, where: Predicate) -> dict[str, int]:
    """Return every case that the permit covers now, with its mark."""
    condition, values = predicate.where(where)
    selected = _selected(frozenset({*permit.columns, "record"}), frozenset(permit.masks.items()), ())
    query = sql.SQL("select i.record, {} from (select {} from {} where {}) i").format(
        _mark(permit), selected, sql.Identifier(SCHEMA[permit.login], "case"), condition
    )
    with connection(permit.login) as given:
        return dict(given.execute(query, values).fetchall())


def board_columns(permit: Permit) -> tuple[str, ...]:
    """Return the board columns that the permit's holder may see."""
    return tuple(name for name in BOARD if BOARD_NEEDS.get(name) is None or BOARD_NEEDS[name] in permit.columns)


def _query(
    permit: Permit,
    where: Predicate,
    sort: tuple[str, ...],
    extra: tuple[str, ...],
    after: Sequence[Any] | None,
    known: Mapping[str, int],
    *,
    closed: bool,
    histories: bool,
    among: Sequence[Sequence[str]],
) -> tuple[sql.Composed, list[Any]]:
    condition, values = _covered(where, closed=closed)
    if not histories:  # ten years of arrests that somebody brings in today are nothing new
        condition = sql.SQL("({}) and (record = any(%s) or entered_late is not true)").format(condition)
        values = [*values, list(known)]
    if among:
        condition = sql.SQL("({}){}").format(condition, sql.SQL(" and find_keys && %s::text[]") * len(among))
        values = [*values, *map(list, among)]
    selected = _selected(frozenset({*permit.columns, *sort, "record"}), frozenset(permit.masks.items()), extra)
    inner = sql.SQL("select {} from {} where {}").format(selected, sql.Identifier(SCHEMA[permit.login], "case"), condition)
    beyond, more = _beyond(sort, after)
    unknown = sql.SQL("")
    if known:
        unknown = sql.SQL(
            " and not exists (select 1 from unnest(%s::text[], %s::bigint[]) k (r, v) where k.r = q.record and k.v = q.mark)"
        )
        more = [*more, arrays.ids(known), arrays.numbers(known.values())]
    ordered = [sql.SQL("q.{} asc nulls last").format(sql.Identifier(name)) for name in sort]
    query = sql.SQL("select * from (select i.*, {} as place, {} as mark from ({}) i) q where {}{} order by {} limit {}").format(
        _place(permit),
        _mark(permit),
        inner,
        beyond,
        unknown,
        sql.SQL(", ").join([*ordered, sql.SQL("q.place")]),
        sql.Literal(permit.limit + 1),
    )
    salt = [] if permit.login == "duty" else [_salt(permit.authority)]
    return query, [*salt, *values, *more]


def _gone(permit: Permit, where: Predicate, known: Mapping[str, int], *, closed: bool) -> tuple[sql.Composed, list[Any]]:
    condition, values = _covered(where, closed=closed)
    query = sql.SQL(
        "select k.r from unnest(%s::text[]) k (r) where not exists (select 1 from {} c where c.record = k.r and ({}))"
    )
    return query.format(sql.Identifier(SCHEMA[permit.login], "case"), condition), [arrays.ids(known), *values]


def _covered(where: Predicate, *, closed: bool) -> tuple[sql.Composable, list[Any]]:
    condition, values = predicate.where(where)
    if not closed:  # the board shows who is in custody; whoever was released is found by opening their case
        condition = sql.SQL("({}) and not closed").format(condition)
    return condition, values


def _place(permit: Permit) -> sql.SQL:
    """Staff see case ids, so the id orders. An agency's rows come in an order of its agreement's own."""
    return sql.SQL("i.record" if permit.login == "duty" else "md5(%s || i.record)")


def _mark(permit: Permit) -> sql.Composable:
    """Staff see how often a case was changed. To an agency a case is another one only where what it is shown is: else each act
    on the case, an interview or a claim of counsel, would tell a stream that there was one.
    """
    if permit.login == "duty":
        return sql.SQL("i.version")
    shown = sql.SQL(", ").join(sql.Identifier("i", name) for name in permit.columns)
    return sql.SQL("hashtextextended(row({})::text, 0)").format(shown)


def _salt(authority: str) -> str:
    return hmac.digest(vault.secret("order"), authority.encode(), "sha256").hex()


@lru_cache(maxsize=256)
def _selected(columns: frozenset[str], masks: frozenset[tuple[str, str]], extra: tuple[str, ...]) -> sql.SQL:
    """Return what is selected, composed once for each set of columns: it is long, and the same for all who hold a role."""
    beside = [sql.SQL(", {}").format(_board_column(name)) for name in extra]
    composed = sql.SQL("{}, version{}").format(predicate.projection(columns, dict(masks)), sql.Composed(beside))
    return written_out(composed)


def _board_column(name: str) -> sql.Composed:
    if BOARD[name] == "instant":
        return sql.SQL("(extract(epoch from {}) * 1000000)::bigint as {}").format(sql.Identifier(name), sql.Identifier(name))
    return sql.SQL("{}").format(sql.Identifier(name))


def _beyond(sort: tuple[str, ...], after: Sequence[Any] | None) -> tuple[sql.Composable, list[Any]]:
    """Return the condition of lying after a place in the order (sorted columns, missing values last; then the place)."""
    if after is None:
        return sql.SQL("true"), []
    names = [*sort, "place"]
    options: list[sql.Composable] = []
    values: list[Any] = []
    for n, (name, value) in enumerate(zip(names, after, strict=True)):
        if value is None:
            continue  # nothing lies after a missing value
        same = [sql.SQL("q.{} is not distinct from %s and ").format(sql.Identifier(other)) for other in names[:n]]
        column = sql.Identifier(name)
        options.append(sql.SQL("({}(q.{} > %s or q.{} is null))").format(sql.Composed(same), column, column))
        values += [*after[:n], value]
    return sql.SQL("({})").format(sql.SQL(" or ").join(options)), values


def _forms(permit: Permit, extra: tuple[str, ...]) -> Sequence[tuple[str, Form | None]]:
    """Return what is shown, each with how its values are written as JSON (RFC 3339 for dates and instants); None as they are."""
    kinds = [(name, COLUMNS[name].type_under(permit.masks.get(name))) for name in permit.columns]
    kinds += [(name, BOARD[name]) for name in extra]
    return [(name, _FORMS.get(kind)) for name, kind in kinds]


def _row(found: dict[str, Any], forms: Sequence[tuple[str, Form | None]], sort: tuple[str, ...]) -> Row:
    shown = {name: value if (value := found[name]) is None or form is None else form(value) for name, form in forms}
    place = tuple(_plain(found[name]) for name in (*sort, "place"))
    return Row(found["record"], found["version"], place, shown, found["mark"])


def _instant(value: int) -> str | int:
    return write_value(value, "instant")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


Form: TypeAlias = Callable[[Any], Any]
_FORMS: Mapping[str, Form] = {"instant": _instant, "date": date.isoformat}


def versions(rows: Iterable[Row]) -> dict[str, int]:
    """Return the cases of rows, each with its version."""
    return {row.case_id: row.version for row in rows}


# ---------------------------------------------------------------- handles in conditions


def with_cases(permit: Permit) -> Predicate:
    """Return the permit's conditions with every handle of its agreement replaced by its case's id."""
    return _with_case_ids(permit.where, _cases_of(permit.authority, _handles_in(permit.where)))


def _handles_in(where: Predicate) -> frozenset[str]:
    """Return the record handles that a condition compares with. A range over them never gets
    here: it is refused where a condition is read, since they have no order.
    """
    match where:
        case Is() | OneOf() if where.column == "record":
            return frozenset(str(value) for value in where.values)
        case Within(column="record"):
            raise ValueError("a handle has no order")
        case All(parts) | AnyOf(parts):
            return frozenset().union(*map(_handles_in, parts))
        case Not(part):
            return _handles_in(part)
    return frozenset()


def _cases_of(authority: str, handles: Iterable[str]) -> dict[str, str]:
    """Return the cases that an agreement knows under these handles."""
    wanted = list(handles)
    if not wanted:
        return {}
    with connection("app") as given:
        found = given.execute(
            "select record, case_id from governance.handle where agreement_id = %s and record = any(%s)",
            [authority.removeprefix("agreement:"), wanted],
        )
        return {record: str(case_id) for record, case_id in found.fetchall()}


def _with_case_ids(where: Predicate, cases: Mapping[str, str]) -> Predicate:
    """Return the condition with every handle replaced by its case's id, or by what equals no case."""
    match where:
        case Is() if where.column == "record":
            return replace(where, value=cases.get(str(where.value), NO_HANDLE))
        case OneOf() if where.column == "record":
            return replace(where, values=tuple(cases.get(str(value), NO_HANDLE) for value in where.values))
        case All(parts):
            return All(tuple(_with_case_ids(part, cases) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(_with_case_ids(part, cases) for part in parts))
        case Not(part):
            return Not(_with_case_ids(part, cases))
        case Always() | Never() | Is() | OneOf() | Within():
            return where


# ---------------------------------------------------------------- cursors

WRONG_CURSOR = Refusal(
    code="WRONG_CURSOR",
    says="This page mark isn't one that was given for this question, this version and this person.",
    remedy="Ask the question again from its first page.",
    names=("/after",),
)


def write_cursor(permit: Permit, question: Question, place: Sequence[Any], entry: int | None) -> str:
    """Return where a page ended: opaque, and good only for the same question, version and person."""
    said = json.dumps([entry, list(place)], separators=(",", ":")).encode()
    return _as_mark(vault.seal(vault.secret("cursor"), said, _bound_to(permit, question)))


def page_of(permit: Permit, question: Question) -> Page | Refusal:
    """Return where the question's page begins, or the refusal of a cursor that isn't this question's."""
    if permit.after is None:
        return Page(None, None)
    try:
        sealed = urlsafe_b64decode(permit.after[1:] + "=" * (-(len(permit.after) - 1) % 4))
        if permit.after != _as_mark(sealed):  # the last letter has bits that say nothing
            return WRONG_CURSOR
        entry, place = json.loads(vault.unseal(vault.secret("cursor"), sealed, _bound_to(permit, question)))
    except (ValueError, vault.KeyLost):
        return WRONG_CURSOR
    return Page(entry, place)


def _as_mark(sealed: bytes) -> str:
    return "c" + urlsafe_b64encode(sealed).decode().rstrip("=")


def _bound_to(permit: Permit, question: Question) -> bytes:
    parts = (
        replace(question, after=None).text(),
        permit.version_hash.encode(),
        permit.authority.encode(),
        permit.person.encode(),
    )
    return sha256(b"".join(sha256(part).digest() for part in parts)).digest()
