"""What the tables refuse from everybody: changes of what is kept, changes without their entry, times that aren't now."""

from __future__ import annotations

from uuid import uuid4

import psycopg
import pytest
from psycopg.errors import CheckViolation, DatabaseError, ForeignKeyViolation, IntegrityConstraintViolation, RestrictViolation

from pars.core.ledger import drafts
from pars.core.ledger.entries import By, Draft, Kind, encode
from pars.core.terms import Instant, Refusal
from pars.store import connections, genesis, ledger, rows, sealing
from pars.store.entering import TOO_LATE, Written, write_entries
from pars.store.fsck import fsck
from pars.store.repeated import ROWS
from tests.homes import REGISTER, book, open_for_tests, serve

CHANGING = {"cases.case_file", "cases.case_now", "governance.stamp", "governance.volume", "ledger.shown_to"} | {
    "keys.case_key",
    "keys.question_key",
}


def test_nothing_kept_is_changed_or_removed_even_by_the_owner(shared, shared_owner):
    tables = shared_owner.execute(
        "select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace "
        "where c.relkind = 'r' and n.nspname in ('cases', 'governance', 'keys', 'ledger')"
    ).fetchall()
    assert len(tables) > 50
    for schema, table in tables:
        name = f'{schema}."{table}"'
        column = shared_owner.execute(
            "select attname from pg_attribute where attrelid = %s::regclass and attnum = 1", [name]
        ).fetchone()[0]
        statements = [f"delete from {name}", f"truncate {name} cascade"]
        if f"{schema}.{table}" not in CHANGING:
            statements.append(f'update {name} set "{column}" = default')
        for statement in statements:
            with pytest.raises(RestrictViolation):
                shared_owner.execute(statement)


BACKWARD = [
    "update cases.case_file set version = version + 2",
    "update cases.case_file set version = version",
    "update cases.case_now set case_id = gen_random_uuid()",
    "update governance.stamp set n = n",
    "update keys.case_key set epoch = epoch, wrapped = 'other'",
    "update keys.case_key set case_id = gen_random_uuid(), epoch = epoch + 1",
    "update governance.volume set used = used - 1",
]


def test_what_changes_only_steps_forward(opened, owner):
    book()
    serve()
    for table, values in {"volume": "('AGR-1', 'deputy', '2026-01-01', 3)", "stamp": "('agreement:AGR-1', 1, 0)"}.items():
        owner.execute(f"alter table governance.{table} disable trigger user")
        owner.execute(f"insert into governance.{table} values {values}")
        owner.execute(f"alter table governance.{table} enable trigger user")
    for statement in BACKWARD:
        with pytest.raises(RestrictViolation):
            owner.execute(statement)


# ---------------------------------------------------------------- no change without its entry

CASE = "00000000-0000-4000-8000-000000000001"
UNNAMED = [
    f"insert into cases.case_file values ('{CASE}', 1)",
    "update cases.case_file set version = version + 1",
    "update cases.case_now set surname = 'Other'",
    "insert into cases.submitted (case_id, n, entry) select id, 99, 0 from cases.case_file",
    "insert into keys.case_key select id, 99, '' from cases.case_file",
    "insert into keys.question_key values (0, 1, '')",
    "insert into governance.agreement values (0, 'AGR-2', 'sheriff')",
    "insert into governance.version select 0, agreement_id, version from governance.version",
    "insert into governance.vote select 0, agreement_id, version, 'revoke', seat, answers, signature from governance.vote limit 1",
    "insert into governance.user_named values (0, 'AGR-1', 'intruder', null, '{}')",
    "insert into governance.user_removed values (0, 'AGR-1', 'deputy')",
    "insert into governance.client_bound values (0, 'intruder', 'sheriff', 'AGR-1')",
    "insert into governance.client_unbound values (0, 'sheriff-system', 'AGR-1')",
    "insert into governance.grant_given select 0, 'intruder', 'intruder', role, 0, null from governance.grant_given limit 1",
    "insert into governance.grant_removed values (0, 'clerk')",
    "insert into governance.stamp values ('agreement:AGR-1', 1, 0)",
    "insert into governance.end_noted select 0, agreement_id, version, 1 from governance.version",
]


def test_a_change_without_its_entry_does_not_commit(opened):
    """The entry of another transaction, here the genesis, doesn't count."""
    book()
    serve()
    with connections.connection("app") as given:
        for statement in UNNAMED:
            given.execute("begin")
            assert given.execute(statement).rowcount > 0, statement
            with pytest.raises(IntegrityConstraintViolation, match="no entry of this transaction"):
                given.execute("commit")


def test_a_fact_names_an_entry_that_exists(shared):
    case = book()
    with connections.connection("app") as given:
        given.execute("begin")
        given.execute("insert into cases.submitted (case_id, n, entry) values (%s, 99, 4711)", [case])
        with pytest.raises((ForeignKeyViolation, IntegrityConstraintViolation)):
            given.execute("commit")


def smuggle(statement: str, values: list[object], case: str, version: int, about: list[tuple[str, str, int]]) -> None:
    """Change a case behind the program's back, beside an entry that names `about`."""
    with ledger.acting(REGISTER) as act:
        here = connections.current()
        here.connection.execute(statement, values)
        draft = drafts.case_changed(Kind.CASE_SUBMITTED, case="00" * 32, version=version, detail={})
        write_entries([Written(here, draft, act.at, about)])
        here.appended = True


def test_some_entry_is_not_enough(shared):
    """The entry of the same transaction must name this very row in this very version."""
    other, case = book(), str(uuid4())
    for about in ([(ledger.CASE, other, 1)], [(ledger.CASE, case, 2)], [("case_now", case, 1)], []):
        with pytest.raises(IntegrityConstraintViolation, match="no entry of this transaction"):
            smuggle("insert into cases.case_file values (%s, 1)", [case], case, 1, about)
    with ledger.reading():
        assert rows.load_case(case) is None


def test_a_fact_needs_its_own_entry_though_another_names_the_case(shared):
    case = book()
    fact = "insert into cases.submitted (case_id, n, entry) select id, 99, (select max(id) from ledger.entry) from stepped"
    stepped = f"with stepped as (update cases.case_file set version = 2 where id = %s returning id) {fact}"
    with pytest.raises(IntegrityConstraintViolation, match="no entry of this transaction"):
        smuggle(stepped, [case], case, 2, [(ledger.CASE, case, 2)])


def test_nothing_is_put_beside_an_entry_later(shared):
    with connections.connection("app") as given:
        for beside in (
            "entry_row values (0, 'case_file', 'x', 1)",
            "commitment values (0, '{}')",
            "dissemination values (0, '')",
        ):
            with pytest.raises(RestrictViolation, match="same transaction"):
                given.execute(f"insert into ledger.{beside}")


# ---------------------------------------------------------------- entries and the clock


def write(draft: Draft, *, off: int = 0, by: By = REGISTER, **columns: object) -> None:
    with connections.connection("app") as given:
        number, at, _ = ledger.begin_act(given, shared=[], exclusive=[])
        body = encode(draft.entry(id=number, at=Instant(at + off), salt=bytes(16), by=by))
        values = {"id": number, "kind": int(draft.kind), "at": at + off, "authority": by.authority, "person": by.person}
        values |= columns
        given.execute(
            "insert into ledger.entry (id, kind, at, authority, person, body) values (%s, %s, %s, %s, %s, %s)",
            [*values.values(), body],
        )


NO = drafts.refused(code="NO")


def test_an_entry_is_of_now(shared):
    write(NO)
    write(NO, off=-1_000_000)
    with pytest.raises(CheckViolation, match="its time is"):
        write(NO, off=60_000_000)
    for off in (-2_100_000, -86_400_000_000):
        with pytest.raises(DatabaseError, match="its time is") as late:
            write(NO, off=off)
        assert late.value.sqlstate == TOO_LATE


def test_an_entry_is_what_its_bytes_say(shared):
    for column in ({"id": 4711}, {"kind": 61}, {"at": 1}, {"authority": "system"}, {"person": "somebody"}):
        with pytest.raises(CheckViolation, match="differ from its bytes"):
            write(NO, **column)


def send(kind: int, around: str) -> None:
    """Send bytes as an entry that say what its columns say, as who has stolen the web process can."""
    with connections.connection("app") as given:
        number, at, _ = ledger.begin_act(given, shared=[], exclusive=[])
        body = around.format(at=at, by='{"g":"system","p":"system"}', id=number, k=kind, salt="0" * 32)
        given.execute(
            "insert into ledger.entry (id, kind, at, authority, person, body) values (%s, %s, %s, 'system', 'system', %s)",
            [number, kind, at, body.encode()],
        )


AROUND = '{{"at":{at},"by":{by},"d":{{"code":"NO"}},"id":{id},"k":{k},"salt":"{salt}","v":1}}'
UNLIKE = {
    "salt": AROUND.replace("{salt}", "x"),
    "salt's letters": AROUND.replace("{salt}", "A" * 32),
    "no salt": AROUND.replace(',"salt":"{salt}"', ""),
    "version": AROUND.replace('"v":1', '"v":2'),
    "order": AROUND.replace('"at":{at},', "").replace('"d":', '"at":{at},"d":'),
    "space": AROUND.replace('"k":', '"k": '),
    "more": AROUND.replace('"v":1', '"v":1,"w":1'),
}


def test_an_entry_is_of_a_kind_that_there_is_and_its_outer_fields_are_an_entrys(shared):
    """What nobody can read would hold up the sealer, and append-only tables let nobody take it away."""
    send(62, AROUND)
    for kind in (0, 6, 39, 56, 79, 111, 999):
        with pytest.raises(CheckViolation, match="no such kind"):
            send(kind, AROUND)
    for around in UNLIKE.values():
        with pytest.raises(CheckViolation, match="outer fields"):
            send(62, around)


def test_the_database_knows_the_kinds_and_which_tables_they_write(shared, shared_owner):
    known = shared_owner.execute("select n from generate_series(-1, 1000) n where ledger.is_kind(n)").fetchall()
    assert {row[0] for row in known} == set(map(int, Kind))
    for table in {table for table, _ in ROWS.values()}:
        writes = shared_owner.execute("select n from generate_series(0, 1000) n where governance.writes(n, %s)", [table])
        assert {row[0] for row in writes} == {int(kind) for kind, (name, _) in ROWS.items() if name == table}


def name_a_user(draft: Draft) -> None:
    """Put the row of a user who is named beside an entry that names it."""
    with ledger.acting(REGISTER) as act:
        here = connections.current()
        here.connection.execute("insert into governance.user_named values (%s, 'AGR-1', 'intruder', null, '{}')", [here.entry])
        write_entries([Written(here, draft, act.at, [("user_named", "AGR-1", here.entry)])])
        here.appended = True


def test_a_row_of_governance_needs_an_entry_of_a_kind_that_writes_it(opened):
    book()
    serve()
    with pytest.raises(IntegrityConstraintViolation, match="no entry of this transaction names user_named"):
        name_a_user(drafts.case_changed(Kind.CASE_SUBMITTED, case="00" * 32, version=1, detail={}))
    name_a_user(Draft(Kind.USER_NAMED, {"agreement": "AGR-1", "person": "intruder"}))


def test_one_entry_among_many_that_isn_t_what_its_bytes_say_is_found(shared):
    query = (
        "insert into ledger.entry (id, kind, at, authority, person, body) "
        "select n, 62, %s, 'grant:registrar', 'registrar', b from unnest(%s::bigint[], %b::bytea[]) u (n, b)"
    )
    with connections.connection("app") as given:
        begun = [ledger.begin_act(given, shared=[], exclusive=[]) for _ in range(20)]
        numbers, at = [number for number, _, _ in begun], begun[-1][1]
        bodies = [encode(NO.entry(id=number, at=at, salt=bytes(16), by=REGISTER)) for number in numbers]
        with pytest.raises(CheckViolation, match=f"entry {numbers[7]}: its columns differ"), given.transaction():
            given.execute(query, [at, numbers, [*bodies[:7], bodies[8], *bodies[8:]]])
        given.execute(query, [at, numbers, bodies])


def test_an_entry_has_a_number_that_was_drawn(shared, shared_owner):
    drawn = shared_owner.execute("select last_value from ledger.entry_id").fetchone()[0]
    for number in (-1, drawn + 1000, 2**53 - 1):
        with connections.connection("app") as given:
            at = given.execute("select ledger.pars_now()").fetchone()[0]
            body = encode(NO.entry(id=abs(number), at=at, salt=bytes(16), by=REGISTER)).replace(
                f'"id":{abs(number)},'.encode(), f'"id":{number},'.encode()
            )
            with pytest.raises(CheckViolation, match="never drawn"):
                given.execute(
                    "insert into ledger.entry (id, kind, at, authority, person, body) values (%s, 62, %s, 'grant:registrar', 'registrar', %s)",
                    [number, at, body],
                )


def test_an_act_that_stops_in_the_middle_does_not_hold_its_locks_for_ever(shared):
    with connections.connection("app") as given:
        limit = "select current_setting('idle_in_transaction_session_timeout')"
        with given.transaction():
            ledger.begin_act(given, shared=["grant:registrar"], exclusive=[])
            assert given.execute(limit).fetchone() == ("10s",)
        assert given.execute(limit).fetchone() == ("0",), "reading isn't limited: who folds a long ledger holds no lock"


def test_an_entry_cannot_choose_its_transaction(shared):
    with connections.connection("app") as given:
        number, at, _ = ledger.begin_act(given, shared=[], exclusive=[])
        body = encode(NO.entry(id=number, at=at, salt=bytes(16), by=REGISTER))
        with pytest.raises(CheckViolation, match="its transaction isn't this one"):
            given.execute(
                "insert into ledger.entry (id, xid, kind, at, authority, person, body) values (%s, '1', 62, %s, 'grant:registrar', 'registrar', %s)",
                [number, at, body],
            )


def test_the_first_entry_is_the_genesis_and_the_only_one(home):
    with pytest.raises(CheckViolation, match="genesis"):
        write(NO)
    open_for_tests()
    with pytest.raises(genesis.AlreadyOpen):
        open_for_tests()


def test_a_simulated_clock_goes_forward_only(home, owner):
    open_for_tests(shift=-3_600_000_000)
    before = ledger.now()
    genesis.shift_clock(-60_000_000)
    assert 3_539_000_000 < ledger.now() - before < 3_600_000_000
    with pytest.raises(RestrictViolation, match="forward only"):
        genesis.shift_clock(-120_000_000)
    genesis.shift_clock(0)
    assert abs(ledger.now() - owner.execute("select ledger.real_now()").fetchone()[0]) < 1_000_000


def test_a_real_clock_is_not_shifted(home):
    open_for_tests(simulated=False)
    with pytest.raises(RestrictViolation, match="simulated"):
        genesis.shift_clock(1_000_000)


def test_the_clock_shifts_only_as_its_entry_says(shared):
    with connections.connection("app") as given, pytest.raises(RestrictViolation, match="as an entry"):
        given.execute("insert into ledger.clock (entry, shift) values (0, 5)")


LEAF = "sha256('\\x00'::bytea || body)"


def test_the_sealer_cannot_invent_leaves_or_their_order(opened):
    forged = {
        "next one": f"select 1, id, {LEAF} from ledger.entry where id = 0",
        "hash of its stored entry": "select 0, id, sha256(body) from ledger.entry where id = 0",
        "each of them": "select 0, 4711, sha256('')",
        "order of their entries": f"select row_number() over (order by id desc) - 1, id, {LEAF} from ledger.entry",
    }
    with connections.connection("seal") as given:
        for says, leaves in forged.items():
            with pytest.raises(RestrictViolation, match=says):
                given.execute(f"insert into ledger.leaf {leaves}")


def refusals(count: int) -> list[int]:
    """Enter refusals and return their numbers."""
    return [ledger.refuse(Refusal(code="NO", says="No."), by=REGISTER).entry for _ in range(count)]


def place(given: psycopg.Connection, *entries: int) -> None:
    """Give entries the next leaves, as who has stolen the sealer's password can."""
    given.execute(
        f"insert into ledger.leaf select (select count(*) from ledger.leaf) + n - 1, e.id, {LEAF} "
        "from unnest(%s::bigint[]) with ordinality u (entry, n) join ledger.entry e on e.id = u.entry",
        [list(entries)],
    )


def test_the_sealer_cannot_leave_an_entry_out(opened):
    """What lies before a sealed entry and isn't sealed never would be."""
    sealing.seal_now()
    first, second, third = refusals(3)
    with connections.connection("seal") as given:
        for some in ([second], [first, third], [second, third]):
            with pytest.raises(RestrictViolation, match="each of them"):
                place(given, *some)
        place(given, first, second)
        place(given, third)
    assert fsck() == ()


def test_the_sealer_cannot_give_a_place_before_which_an_entry_may_still_come(opened):
    sealing.seal_now()
    with psycopg.connect(connections.address("app")) as slow:
        slow.execute("select pg_current_xact_id()")
        (number,) = refusals(1)
        with connections.connection("seal") as given, pytest.raises(RestrictViolation, match="none too early"):
            place(given, number)
    sealing.seal_now()
    assert fsck() == ()


def test_fsck_finds_an_entry_that_was_passed_over(opened, owner):
    sealing.seal_now()
    passed, sealed = refusals(2)
    owner.execute("alter table ledger.leaf disable trigger user")
    place(owner, sealed)
    owner.execute("alter table ledger.leaf enable trigger user")
    assert [(one.what, one.where) for one in fsck()] == [("PASSED_OVER", f"entry {passed}")]


def test_a_text_is_its_hash(shared):
    with connections.connection("app") as given, pytest.raises(psycopg.errors.CheckViolation):
        given.execute("insert into governance.text values ('00', 'other')")
