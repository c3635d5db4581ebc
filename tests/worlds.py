"""Two worlds for tests of covert inference: clones of one database that differ only in what an agreement doesn't grant.

`twins` books people, paints their rows with random values, brings a random agreement into force, clones the database and changes
in the clone whatever the agreement lets nobody see: ungranted columns, what a mask hides, records out of scope, how often a case
was changed. Whatever an agency asks of both, the answers must be the same.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from pars.core.access.catalogue import CATALOGUE, COLUMNS, UNCHARGED, write_value
from pars.core.access.floor import RECIPIENTS, floor
from pars.core.access.predicate import columns_in, matches
from pars.core.access.scope import Scope, meet
from pars.core.cases.board import BOARD
from pars.core.terms import Instant, moment
from pars.store import admission, connections, ledger
from pars.store.disclosure import Chunk
from tests import databases, homes
from tests.strategies import MASKABLE, random_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from random import Random

    from pars.core.agreements.version import Version
    from pars.store.engine import Engine

PEOPLE = 24
STREAMS_ALONE = "custody_began"
"""By this one column a stream leaves out what was entered long after the arrest, whatever is granted: it is said so."""


@dataclass(frozen=True)
class World:
    """One database with a home of its own."""

    home: Path
    database: databases.Database

    @contextmanager
    def entered(self, *, sealed: bool = True) -> Iterator[psycopg.Connection[Any]]:
        """Work in this world, its ledger being sealed unless it isn't open yet; give its owner's connection."""
        connections.use_home(self.home)
        admission.watch.forget()
        try:
            with homes.sealing_on() if sealed else nullcontext(), psycopg.connect(self.database.url, autocommit=True) as owner:
                yield owner
        finally:
            connections.use_home(None)


@dataclass(frozen=True)
class Twins:
    """Two worlds under one agreement; `held` are the first one's records by case, `scope` what is granted at the very most."""

    first: World
    second: World
    version: Version
    scope: Scope
    held: dict[str, dict[str, Any]] = field(repr=False)

    def covers(self, record: dict[str, Any]) -> bool:
        """Whether a record is in scope."""
        return matches(self.scope.rows, record) is True

    @property
    def told(self) -> frozenset[str]:
        """The columns on which anything that the agreement answers may depend."""
        return self.scope.columns | self.scope.filters | columns_in(self.scope.rows)

    def unseen_change(self, chance: Random, record: dict[str, Any]) -> dict[str, Any]:
        """Return other values for a record that its agency can't tell from the ones it has."""
        other = painted(chance)
        if not self.covers(record):
            return other if not self.covers(other) else {**record, "address": chance.choice(("Elsewhere", None))}
        made = {name: value if name in self.told else other[name] for name, value in record.items()}
        for name in MASKABLE:
            only_masked = name in self.scope.masks and name not in columns_in(self.scope.rows)
            if only_masked and name in self.told and record[name] is not None:
                made[name] = record[name].replace(month=chance.randint(1, 12), day=chance.randint(1, 28))
        return made


@contextmanager
def twins(
    template: str, engine: Engine, cloner: psycopg.Connection[Any], pars_home: Path, folder: Path, chance: Random
) -> Iterator[Twins]:
    """Give two worlds under one random agreement."""
    with databases.clone_of(template, engine, cloner) as own:
        first = World(homes.make_home(own, pars_home, folder / "first"), own)
        connections.use_home(first.home)
        homes.open_for_tests()
        with first.entered() as owner:
            held = {homes.book(f"Person {n}"): painted(chance) for n in range(PEOPLE)}
            paint(owner, held)
            made = homes.serve(random_terms(chance))
            most = granted(made)
            paint(owner, somebody(chance, most, held))
            _give_handles()
        with parted(first, cloner, pars_home, chance, made, most, held) as pair:
            yield pair


@contextmanager
def parted(
    first: World,
    cloner: psycopg.Connection[Any],
    pars_home: Path,
    chance: Random,
    made: Version,
    most: Scope,
    held: dict[str, dict[str, Any]],
) -> Iterator[Twins]:
    """Clone a world that nobody is in, and make the clone another one in everything that isn't granted."""
    with twin_of(first, cloner, pars_home) as second:
        pair = Twins(first, second, made, most, held)
        with psycopg.connect(second.database.url, autocommit=True) as owner:
            for case, record in held.items():
                if not pair.covers(record) and chance.random() < 1 / 3:
                    owner.execute("delete from cases.case_now where case_id = %s", [case])
                else:
                    paint(owner, {case: pair.unseen_change(chance, record)}, more=True, versions=chance.choice((0, 1, 5)))
        yield pair


@contextmanager
def twin_of(first: World, cloner: psycopg.Connection[Any], pars_home: Path) -> Iterator[World]:
    """Clone a world that nobody is in, with its home."""
    own = first.database
    with databases.clone_of(own.name, own.engine, cloner) as clone:
        second = World(first.home.with_name("second"), clone)
        shutil.copytree(first.home, second.home)
        for login in connections.LOGINS:
            connections.login_file(login, second.home).unlink()
        homes.make_home(replace(clone, template=own.template), pars_home, second.home)
        yield second


def granted(made: Version) -> Scope:
    """Return what a version grants at the very most, by agreement and law together."""
    return meet(made.scope, floor(made.agency.kind, ledger.now(), named=True))


def somebody(chance: Random, most: Scope, held: dict[str, dict[str, Any]], count: int = 1) -> dict[str, dict[str, Any]]:
    """Paint people anew until so many are in scope; return whom. A world that shows nobody tries nothing, and that isn't left to chance."""
    others = [case for case, record in held.items() if matches(most.rows, record) is not True]
    made = others[: max(0, count - (len(held) - len(others)))]
    for case in made:
        while matches(most.rows, held[case]) is not True:
            held[case] = painted(chance)
    return {case: held[case] for case in made}


def _give_handles() -> None:
    """Handles are random: whoever can be seen has theirs before the worlds part."""
    after = None
    while True:
        shown = homes.ask(homes.question(columns=("record",), after=after))
        assert isinstance(shown, Chunk), shown
        if (after := shown.next_cursor) is None:
            return


def paint(owner: psycopg.Connection[Any], held: dict[str, dict[str, Any]], *, more: bool = False, versions: int = 0) -> None:
    """Write records over the rows of cases, with `more` what only staff see too."""
    owner.execute("alter table cases.case_now disable trigger user")
    for case, record in held.items():
        values = {name: _stored(name, value) for name, value in record.items() if name != "record"}
        if more:
            values |= {name: None for name in BOARD if name != STREAMS_ALONE} | {
                "find_keys": ["w:other"],
                "display_name": "Other",
            }
        names = sql.SQL(", ").join(sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in values)
        owner.execute(
            sql.SQL("update cases.case_now set {}, version = version + %(more)s where case_id = %(case)s").format(names),
            {**values, "case": case, "more": versions},
        )


def _stored(name: str, value: Any) -> Any:
    if value is None:
        return None
    match COLUMNS[name].type:
        case "instant":
            return moment(Instant(value))
        case "list":
            return list(value)
        case _:
            return value


def painted(chance: Random) -> dict[str, Any]:
    """Return one random record, whose agency mostly can see it."""
    made = random_record(chance)
    made["adult"] = chance.choice((True, True, True, True, False, None))
    made["charge_status"] = chance.choice(("FILED", "FILED", "PENDING", *UNCHARGED))
    if (
        made["arrest_date"] is None or chance.random() < 0.7
    ):  # to others than criminal justice agencies old arrests don't go out
        made["arrest_date"] = moment(ledger.now()).date() - timedelta(days=chance.randint(0, 900))
    for column in CATALOGUE:  # no page tells a time of the year 1 by the clock of a place west of Greenwich
        if column.type == "instant" and made[column.name] is not None:
            made[column.name] = 1_535_774_400_000_000 + chance.choice((-1, 0, 1, 86_400_000_000))
    return {**made, "record": None}


def random_terms(chance: Random) -> dict[str, Any]:
    """Return random parts of an agreement, by their place: what it grants, to whom, of whom."""
    columns = [column.name for column in CATALOGUE if column.name == "record" or chance.random() < 0.4]
    filters = [column.name for column in CATALOGUE if column.filterable and chance.random() < 0.4]
    terms: dict[str, Any] = {
        "/parties/agency/class": chance.choice(RECIPIENTS),
        "/scope": {
            "columns": columns,
            "filters": filters,
            "masks": {name: "year" for name in MASKABLE if name in {*columns, *filters} and chance.random() < 0.7},
            "rows": chance.choice(ROWS),
        },
        "/limits": {"questions_per_day": 100_000, "rows_per_reply": chance.choice((3, 5, 50))},
    }
    return {**terms, "/never_charged": "shown"} if chance.random() < 0.3 else terms


ROWS: Sequence[Any] = (
    "always",
    {"column": "adult", "is": "yes"},
    {"column": "district", "one_of": ["22", "24", "a"]},
    {"not": {"column": "sex", "is": "a"}},
    {"any": [{"column": "lead_grade", "one_of": ["22", "Z"]}, {"column": "arrest_date", "within": {"from": "1980-01-01"}}]},
)


def said(name: str, value: Any, mask: str | None = None) -> Any:
    """Return a held value as a question says it."""
    if mask == "year" and isinstance(value, date):
        return value.year
    return write_value(value, COLUMNS[name].type)
