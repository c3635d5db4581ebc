"""Rows and core values are each other: facts, the wide row, the views; and cases are found again by their numbers."""

from __future__ import annotations

import re
from dataclasses import fields, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from pars.core.access.catalogue import CATALOGUE
from pars.core.cases.board import NOW_COLUMNS, now_row
from pars.core.cases.booking import book_arrest
from pars.core.cases.case import Case, Change
from pars.core.cases.facts import FACTS, Fact, PersonLinked
from pars.core.cases.linking import link_person
from pars.core.cases.matching import Lookup
from pars.core.cases.received import ArrestGiven, PersonStated
from pars.core.terms import StatedTime
from pars.store import connections, ledger, rows
from pars.store.facts import insert_facts, select_facts, tables
from tests.homes import REGISTER, book

TYPES = {
    "text": "text",
    "int": "bigint",
    "bool": "boolean",
    "date": "date",
    "instant": "timestamp with time zone",
    "list": "text[]",
}


def columns_of(owner, schema, table):
    found = owner.execute(
        "select attname, format_type(atttypid, null), attnotnull from pg_attribute a "
        "where attrelid = format('%%I.%%I', %s::text, %s::text)::regclass and attnum > 0 and not attisdropped order by attnum",
        [schema, table],
    )
    return {name: (kind, needed) for name, kind, needed in found.fetchall()}


# ---------------------------------------------------------------- facts


def test_each_kind_of_fact_has_its_table_and_each_table_its_kind(opened, owner):
    kept = {
        row[0]
        for row in owner.execute(
            "select relname from pg_class where relnamespace = 'cases'::regnamespace and relkind = 'r'"
        ).fetchall()
    }
    assert kept == {table.name for table in tables().values()} | {
        "case_file",
        "case_now",
        "charging_claim",
        "handed_over",
        "handover_taken",
        "limit_passed",
        "recipient_told",
    }
    for table in tables().values():
        columns = columns_of(owner, "cases", table.name)
        assert tuple(columns) == ("case_id", *(field.name for field in fields(table.kind))), table.name


STATED = st.sampled_from(["1980", "1980-05", "1980-05-01", "2026-01-05T10:00", "2026-01-05T10:00:00.123456-05:00"]).map(
    lambda text: StatedTime(text, "America/New_York")
)
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


def random_fact(kind: type[Fact]) -> st.SearchStrategy[Fact]:
    table = tables()[kind]
    parts = {}
    for field in fields(kind):
        name, text = field.name, str(field.type)
        if name in {"n", "entry", "corrects"}:
            continue
        if name in table.times:
            plain: st.SearchStrategy[object] = STATED
        elif name in table.lists:
            parts_of = st.integers(0, 2**31 - 1) if "int" in text else WORDS
            plain = st.lists(parts_of, max_size=3).map(tuple)
        elif "bool" in text:
            plain = st.booleans()
        elif "int" in text:
            plain = st.integers(0, 2**31 - 1)
        else:
            plain = WORDS
        parts[name] = st.none() | plain if "None" in text else plain
    return st.builds(kind, **parts)


def test_a_fact_comes_back_as_it_was(opened, owner):
    """Every kind, with missing values and odd characters: written, read, compared."""

    @settings(max_examples=15)
    @given(st.tuples(*(random_fact(kind) for kind in FACTS)))
    def there_and_back(facts):
        numbered = [replace(fact, n=n, entry=1) for n, fact in enumerate(facts, 1)]
        with connections.connection("app") as given:
            case = rows.new_case_id()
            given.execute("begin")
            given.execute("insert into cases.case_file values (%s, 1)", [case])
            insert_facts(given, case, 1, facts=numbered)
            assert select_facts(given, [case]) == {case: numbered}
            given.execute("rollback")

    there_and_back()


# ---------------------------------------------------------------- the wide row and the views


def test_the_wide_row_holds_what_the_board_says(opened, owner):
    columns = columns_of(owner, "cases", "case_now")
    assert {name: kind for name, (kind, _) in columns.items() if name not in {"case_id", "version"}} == {
        name: TYPES[kind] for name, kind in NOW_COLUMNS.items()
    }


def test_the_views_have_the_catalogue_both_ways(opened, owner):
    catalogue = {column.name: TYPES[column.type] for column in CATALOGUE}
    outside = {name: kind for name, (kind, _) in columns_of(owner, "disclosable", "case").items()}
    assert outside == {**catalogue, "version": "integer", "entered_late": "boolean"}
    inside = {name: kind for name, (kind, _) in columns_of(owner, "duty", "case").items()}
    assert {name: kind for name, kind in inside.items() if name in catalogue} == catalogue
    assert inside.keys() - catalogue.keys() == {"case_id", "version"} | NOW_COLUMNS.keys() - catalogue.keys()


def test_text_compares_by_code_point_in_the_views(opened, owner):
    for schema in ("disclosable", "duty"):
        other = owner.execute(
            "select attname from pg_attribute a left join pg_collation c on c.oid = a.attcollation "
            "where attrelid = %s::regclass and attcollation <> 0 and collname <> 'C' and format_type(atttypid, null) = 'text'",
            [f'{schema}."case"'],
        ).fetchall()
        assert other == []


def test_only_known_adults_are_disclosable(opened, owner):
    """A child, an unknown age and contradictory times are with staff and never in the view for outsiders (law L8)."""
    book("Adult")
    book("Child", born="2015-01-01")
    book("Unknown", born=None)
    assert owner.execute('select surname from disclosable."case"').fetchall() == [("Adult",)]
    assert owner.execute('select count(*) from duty."case"').fetchone() == (3,)


def test_the_wide_row_follows_every_change(opened, owner):
    case_id = book("Doe", "Ann")
    with ledger.reading():
        case = rows.load_case(case_id)
    assert case is not None
    stored = owner.execute("select * from cases.case_now")
    names = [column.name for column in stored.description]
    row = dict(zip(names, stored.fetchone(), strict=True))
    with ledger.reading():
        assert row == rows.now_columns(case)
    assert {name: row[name] for name in ("surname", "given", "version", "adult")} == {
        "surname": "Doe",
        "given": "Ann",
        "version": 1,
        "adult": True,
    }
    assert now_row(case).keys() == NOW_COLUMNS.keys()


# ---------------------------------------------------------------- finding


def wanted(records=(), otns=(), key="other"):
    return Lookup(frozenset(records), frozenset(otns), key)


def test_a_case_is_found_by_its_numbers_alone(opened):
    first = book("Doe", "Ann", record_id="R-1", otn="N 123-4")
    book("Doe", "Ann", record_id="R-2")
    with ledger.reading():
        found = lambda **parts: [case.id for case in rows.candidates(wanted(**parts))]  # noqa: E731
        assert found(records=["R-1"]) == [first]
        assert found(otns=["N1234"]) == [first]
        assert found(records=["R-1"], otns=["N1234"]) == [first]
        assert found(records=["R-3"]) == []
        assert found() == []
    assert rows.matching_locks(wanted(["R-1"], ["N1"], "k")) == {"record:R-1", "otn:N1", "document:k"}


def test_an_unknown_or_unreadable_id_is_no_case(opened):
    with ledger.reading():
        assert rows.load_case(rows.new_case_id()) is None
        assert rows.load_case("not an id") is None
        assert rows.case_version("not an id") is None


def test_linked_cases_are_found_from_either_side(opened):
    one, two, three, alone = book("Doe"), book("Doe"), book("Doe"), book("Doe")
    for case_id, other in ((one, two), (three, two)):
        with ledger.acting(REGISTER):
            change = link_person(
                rows.load_case(case_id, lock=True),
                1,
                other=rows.load_case(other),
                basis="SECOND_PERSON",
                reason="seen",
                linker="registrar",
            )
            assert isinstance(change, Change)
            assert isinstance(change.facts[0], PersonLinked)
            rows.save_case(change.case, change.facts)
            ledger.append(change, by=REGISTER)
    with ledger.reading():
        assert set(rows.linked_cases(one)) == {two, three}
        assert set(rows.linked_cases(two)) == {one, three}
        assert rows.linked_cases(alone) == ()


def test_full_names_and_missing_values_are_kept_as_given(opened, owner):
    with ledger.acting(REGISTER) as act:
        change = book_arrest(
            rows.new_case_id(),
            at=act.at,
            person=PersonStated(full="María de la Cruz", birth_date=StatedTime("1980", "America/New_York")),
            arrests=[ArrestGiven(agency="PD", time=StatedTime("2026-01-05", "America/New_York"))],
        )
        assert isinstance(change, Change)
        rows.save_case(change.case, change.facts)
        ledger.append(change, by=REGISTER)
    assert owner.execute("select surname, given, full_name, birth_date, arrest_at, arrest_date from cases.case_now").fetchone()[
        :5
    ] == (
        None,
        None,
        "María de la Cruz",
        None,
        None,
    )
    times = owner.execute("select time from cases.arrested union all select birth_date from cases.identity_claimed").fetchall()
    assert {row[0] for row in times} == {"2026-01-05[America/New_York]", "1980[America/New_York]"}
    with ledger.reading():
        assert rows.load_cases([change.case.id])[change.case.id] == Case(
            change.case.id, 1, tuple(replace(fact, entry=act.entry) for fact in change.case.facts)
        )


def test_the_tables_are_named_after_their_facts():
    assert all(re.fullmatch(r"[a-z_]+", table.name) for table in tables().values())
    assert tables()[PersonLinked].name == "person_linked"
