"""L5: no answer ever holds the columns of one authority on the rows of another: of two agreements of one agency, of two roles of one officer."""

from __future__ import annotations

import json
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.actions import disclosing
from pars.actions.disclosing import Declined, Refused, Told
from pars.core import canonical
from pars.core.access.catalogue import COLUMNS
from pars.core.access.decision import Caller, Grant, Permit, Question, decide, decide_staff
from pars.core.access.floor import floor
from pars.core.access.predicate import matches
from pars.core.access.question import Evidence
from pars.core.access.role import read_role
from pars.core.access.scope import Scope, shown, write_scope
from pars.core.ledger import drafts
from pars.core.ledger.entries import By
from pars.core.terms import HOUR, Instant, Period, Refusal
from pars.store import ledger
from pars.store.fetching import BOARD_NEEDS
from pars.store.genesis import SYSTEM
from tests import homes, strategies
from tests.agreements import DOCUMENT, START, in_force, version
from tests.ledgers import AGENCY, CLIENT, PERSON, hashed, role_text
from tests.store.conftest import home, opened, owner, sealed
from tests.worlds import granted, paint, painted, somebody

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pars.core.access.predicate import Leaf
    from pars.core.agreements.agreement import Agreement

__all__ = ["home", "opened", "owner", "sealed"]

AT = Instant(START + HOUR)
PURPOSES = tuple(purpose["code"] for purpose in DOCUMENT["purposes"])
EVIDENCE = {"warrant_number": "W-2026-0001", "docket": "MC-51-CR-0012345-2026", "case_number": "CN-2026-1"}
SCOPES = strategies.scopes().filter(lambda scope: bool(scope.columns))
NAMES = st.lists(st.sampled_from(list(COLUMNS)), min_size=1, max_size=4, unique=True)


def agreement(name: str, which: int, scope: Scope) -> Agreement:
    """Return one of the agency's two agreements: for one of the purposes."""
    return in_force(version({"/agreement": name, "/purposes": [DOCUMENT["purposes"][which]], "/scope": write_scope(scope)}))


def evidence(which: int) -> Evidence:
    kind = DOCUMENT["purposes"][which]["evidence"]
    return Evidence(kind, EVIDENCE[kind])


# ---------------------------------------------------------------- the decision


@given(SCOPES, SCOPES, st.integers(0, 1), NAMES, st.lists(strategies.leaves(), max_size=2), strategies.records())
def test_a_question_is_answered_under_one_agreement_alone(
    one: Scope, other: Scope, which: int, columns: list[str], where: list[Leaf], record: dict[str, object]
) -> None:
    both = (agreement("AGR-1", 0, one), agreement("AGR-2", 1, other))
    asked = Question(purpose=PURPOSES[which], evidence=evidence(which), columns=tuple(columns), where=tuple(where))
    caller = Caller("sheriff", "deputy")
    answers = [
        decide(caller, asked, agreements, used={}, floor=floor, at=AT) for agreements in (both, both[::-1], [both[which]])
    ]
    # The other agreement, whatever it grants, adds nothing and takes nothing away.
    assert answers[0] == answers[1] == answers[2]
    permit = answers[0]
    if isinstance(permit, Permit):
        scope = both[which].proposals[0].version.scope
        assert permit.authority == f"agreement:AGR-{which + 1}"
        assert set(permit.columns) <= scope.columns
        assert permit.filters <= scope.filters
        if matches(permit.where, record) is True:
            assert matches(scope.rows, record) is True


@given(SCOPES, SCOPES, NAMES, strategies.records())
def test_a_question_of_staff_is_answered_under_one_grant_alone(
    one: Scope, other: Scope, columns: list[str], record: dict[str, object]
) -> None:
    grants = [_grant(name, scope) for name, scope in (("one", one), ("other", other))]
    for grant in grants:
        permit = decide_staff(grant, Question(purpose="duty", columns=tuple(columns)), AT)
        if isinstance(permit, Refusal):
            continue
        assert (permit.authority, set(permit.columns) <= grant.role.scope.columns) == (f"grant:{grant.id}", True)
        row = shown(record, Scope(frozenset(permit.columns), permit.filters, permit.masks, permit.where))
        whole = shown(record, grant.role.scope)
        assert row is None or (whole is not None and row.items() <= whole.items())


def _grant(name: str, scope: Scope) -> Grant:
    document = {**json.loads(role_text(name, "city", ["case:read"])), "scope": write_scope(scope)}
    role = read_role(canonical.write(document))
    assert not isinstance(role, Refusal), role
    return Grant(id=name, person="officer", role=role, period=Period(START, None))


# ---------------------------------------------------------------- the door: two agreements


HALVES: tuple[dict[str, Any], ...] = (
    {
        "columns": ["record", "surname", "birth_date", "district", "arrest_agency"],
        "filters": ["surname", "district", "record"],
        "masks": {},
        "rows": {"column": "district", "one_of": ["22", "a"]},
    },
    {
        "columns": ["record", "sex", "otn", "charge_status", "birth_date", "lead_grade"],
        "filters": ["sex", "lead_grade", "record"],
        "masks": {"birth_date": "year"},
        "rows": {"not": {"column": "district", "one_of": ["22"]}},
    },
)


@pytest.mark.parametrize("tries", [150, pytest.param(5_000, marks=pytest.mark.soak)])
def test_no_answer_holds_columns_of_one_agreement_on_rows_of_another(sealed, owner, tries):
    seed = Random().randrange(2**32)
    chance = Random(seed)
    held = {homes.book(f"Person {n}"): painted(chance) for n in range(20)}
    paint(owner, held)
    made = [
        homes.serve(
            {"/agreement": f"AGR-{n + 1}", "/purposes": [DOCUMENT["purposes"][n]], "/scope": half}
            | {"/limits": {"questions_per_day": 100_000, "rows_per_reply": 10}}
        )
        for n, half in enumerate(HALVES)
    ]
    scopes = [granted(one) for one in made]
    cases = list(held)
    for n, scope in enumerate(scopes):  # who is in scope isn't left to chance
        five = {case: held[case] for case in cases[5 * n : 5 * n + 5]}
        paint(owner, somebody(chance, scope, five, 5))
        held |= five
    caller, answered, marks = Caller(AGENCY, PERSON, CLIENT), 0, [None, None]
    for number in range(tries):
        which = chance.randrange(2)
        asked = _asked(chance, which, marks)
        for answer in _answers(chance, caller, asked):
            if not isinstance(answer, Told):
                assert answer is None or isinstance(answer, Declined), (seed, number)
                continue
            marks[which] = answer.next_cursor or marks[which]
            answered += _checked(answer, which, scopes[which], held, owner, (seed, number))
    assert answered > tries / 4
    print(f"seed {seed}: {tries} questions under two agreements, {answered} records shown")


def _answers(chance: Random, caller: Caller, asked: dict[str, Any]) -> Iterator[Told | Declined | None]:
    """Ask: mostly once, now and then as a stream or as an export, whose reader leaves after some chunks."""
    way = chance.random()
    if way < 0.2:
        stream = disclosing.open_stream(caller=caller, asked=asked, snapshot=True)
        yield disclosing.beat(stream)[1] if isinstance(stream, disclosing.Stream) else stream
    elif way < 0.4:
        export = disclosing.open_export(caller=caller, asked=asked, form=chance.choice(("csv", "ndjson")))
        if isinstance(export, Declined):
            yield export
            return
        given, last, after = 0, None, None
        for _ in range(chance.randrange(1, 5)):
            export, chunk = disclosing.next_chunk(export, after=after)
            yield chunk
            if not isinstance(chunk, Told):
                break
            given, last, after = given + 1, chunk.entry, chunk.next_cursor
            if after is None:
                break
        disclosing.close_export(export, reason="GONE", chunks=given, records=0, last=last, out=hashed(b""))
    else:
        yield disclosing.ask(caller=caller, asked=asked)


def _checked(answer: Told, which: int, scope: Scope, held: dict[str, Any], owner: Any, where: object) -> int:
    """See that an answer's rows are of its own agreement, with its columns and masks; return how many they are."""
    handles = "select record, case_id::text from governance.handle where agreement_id = %s"
    cases = dict(owner.execute(handles, [f"AGR-{which + 1}"]).fetchall())
    for row in answer.rows:
        assert row.keys() <= scope.columns, where
        if "record" in row:
            record = {**held[cases[row["record"]]], "record": row["record"]}
            told = shown(record, scope)
            assert told is not None, (where, "out of this agreement's rows")
            assert all(row[name] == _plain(told[name]) for name in row), where
    return len(answer.rows)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else list(value) if isinstance(value, tuple) else value


def _asked(chance: Random, which: int, marks: list[str | None]) -> dict[str, Any]:
    """Return a question for a purpose of one agreement, now and then with columns, conditions, handles or marks of the other."""
    mine, other = HALVES[which], HALVES[1 - which]
    half = mine if chance.random() < 0.85 else other
    asked: dict[str, Any] = {"purpose": PURPOSES[which], "columns": ["record", *chance.sample(half["columns"][1:], 2)]}
    found = evidence(which if chance.random() < 0.95 else 1 - which)
    asked["evidence"] = {"kind": found.kind, "value": found.value}
    if chance.random() < 0.4:
        name = chance.choice((mine if chance.random() < 0.8 else other)["filters"][:2])
        asked["where"] = [{"column": name, "one_of": ["22", "24", "a", "A", "Z"]}]
    if chance.random() < 0.2:
        asked["sort"] = [chance.choice((mine if chance.random() < 0.7 else other)["filters"][:2])]
    if chance.random() < 0.2:
        asked["after"] = marks[chance.randrange(2)] or "cAAAA"
    asked["rows"] = chance.choice((2, 10))
    return asked


def test_a_handle_or_a_mark_of_one_agreement_is_nothing_to_the_other(sealed, owner):
    chance = Random(5)
    held = {
        homes.book(f"Person {n}"): {**painted(chance), "adult": True, "charge_status": "FILED", "district": "a"}
        for n in range(4)
    }
    paint(owner, held)  # in scope of both
    for n, half in enumerate(HALVES):
        homes.serve({"/agreement": f"AGR-{n + 1}", "/purposes": [DOCUMENT["purposes"][n]], "/scope": half})
    caller = Caller(AGENCY, PERSON, CLIENT)

    def ask(which: int, **more: Any) -> Told | Declined:
        told = evidence(which)
        asked = {
            "purpose": PURPOSES[which],
            "columns": ["record"],
            "evidence": {"kind": told.kind, "value": told.value},
            **more,
        }
        return disclosing.ask(caller=caller, asked=asked)

    first = ask(0, rows=2)
    assert isinstance(first, Told)
    assert first.next_cursor is not None
    mine = {"column": "record", "is": first.rows[0]["record"]}
    same, others = ask(0, where=[mine]), ask(1, where=[mine])
    assert isinstance(same, Told)
    assert isinstance(others, Told)
    assert (len(same.rows), others.body) == (1, b"[]")
    refused = ask(1, rows=2, after=first.next_cursor)
    assert isinstance(refused, Declined)
    assert refused.refusal.code == "WRONG_CURSOR"


# ---------------------------------------------------------------- the door: two roles of one officer


def role(name: str, columns: list[str], district: str, acts: list[str]) -> bytes:
    document = json.loads(role_text(name, "city", acts, columns))
    document["scope"] |= {
        "filters": ["surname", "given", "full_name", "birth_date", "arrest_date", "record"],
        "rows": {"column": "district", "is": district},
    }
    return canonical.write(document)


ONE = role(
    "one_desk",
    [
        "record",
        "surname",
        "given",
        "full_name",
        "district",
        "arrest_at",
        "arrest_date",
        "charge_status",
        "filed_charges",
        "proposed_charges",
    ],
    "22",
    ["case:read", "charge:decide"],
)
OTHER = role(
    "other_desk",
    ["record", "birth_date", "sex", "address", "district", "otn", "incident_number"],
    "24",
    ["case:read", "interview:record", "consular:record"],
)
"""Two roles of one officer, with other columns, other rows and other kinds of fact."""


@pytest.fixture
def officer(home):
    """Give one officer both roles, and cases in three districts; return the cases by district."""
    texts = {"one": ONE, "other": OTHER}
    homes.open_for_tests(roles=texts)
    for name, text in texts.items():
        with ledger.acting(SYSTEM, exclusive=[f"grant:officer-{name}"]) as act:
            ledger.append(
                drafts.grant_given(grant=f"officer-{name}", person="officer", role=hashed(text), start=act.at), by=SYSTEM
            )
    return {district: [homes.book(f"Person {n}", district=district) for n in range(3)] for district in ("22", "24", "6")}


CAPACITIES = {"22": By("officer", "grant:officer-one"), "24": By("officer", "grant:officer-other")}
COLUMNS_OF = {"22": set(json.loads(ONE)["scope"]["columns"]), "24": set(json.loads(OTHER)["scope"]["columns"])}


def test_no_list_of_staff_holds_columns_of_one_role_on_rows_of_another(officer):
    for district, by in CAPACITIES.items():
        for answer in (
            disclosing.board(by=by),
            disclosing.board(by=by, browser="one browser"),
            disclosing.find(by=by, sought="Person", zone="America/New_York"),
        ):
            if isinstance(answer, Refused):
                assert answer.refusal.code == "NOT_GRANTED"
                continue
            rows = answer.rows if hasattr(answer, "rows") else [hit.row for hit in answer.hits]
            assert {row["record"] for row in rows} == set(officer[district])
            for row in rows:
                assert row.keys() & COLUMNS.keys() <= COLUMNS_OF[district]
                assert all(needed in COLUMNS_OF[district] for name, needed in BOARD_NEEDS.items() if name in row)


def test_a_case_opens_under_the_role_that_covers_it_with_that_roles_facts_alone(officer):
    for district, by in CAPACITIES.items():
        for where, cases in officer.items():
            for case_id in cases:
                opened = disclosing.open_case(case_id=case_id, by=by)
                assert isinstance(opened, Refused) is (where != district)
                if isinstance(opened, Refused):
                    assert opened.refusal.code == "OUTSIDE_ROLE"
                for paper in ("complaint", "affidavit", "worksheet", "bail-order"):
                    given = disclosing.give_paper(case_id=case_id, paper=paper, by=by)
                    assert isinstance(given, Refused), "no role here reads all that a paper prints"


def test_what_one_role_asks_by_the_other_does_not(officer):
    where = [{"column": "otn", "is": "x"}]
    for by in CAPACITIES.values():
        refused = disclosing.board(by=by, where=where)
        assert isinstance(refused, Refused)
        assert (refused.refusal.code, refused.refusal.names) == ("NOT_GRANTED", ("otn",))
    for by, only in ((CAPACITIES["22"], "sex"), (CAPACITIES["24"], "surname")):
        answer = disclosing.board(by=by, only=["record", only])
        assert isinstance(answer, disclosing.Chunk)
        assert answer.rows
        assert not [row for row in answer.rows if only in row]
