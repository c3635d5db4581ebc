"""The door: no entry, no answer; what changed in between is asked again; nothing is answered in doubt."""

from __future__ import annotations

import json
import threading
import time
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256

import psycopg
import pytest

from pars.core.access.decision import GUARD, decide_staff
from pars.core.access.permits import Permit
from pars.core.access.predicate import All, Always, Is, Never, Not, OneOf
from pars.core.access.predicate import Any as AnyOf
from pars.core.access.question import Question
from pars.core.cases.booking import submit_for_charging
from pars.core.cases.received import ChargeGiven
from pars.core.ledger import drafts
from pars.core.ledger.entries import By, Entry, Kind, decode
from pars.core.terms import DAY, Instant, Refusal, StatedTime
from pars.store import admission, chunks, connections, doubt, fetching, genesis, keys, ledger, rows, vault
from pars.store.connections import Retry
from pars.store.disclosure import Chunk, OpenedCase, disclose, open_case, show
from pars.store.replays import Once
from tests.homes import REGISTER, ask, book, cast, do, permit_for, question, serve
from tests.ledgers import CLIENT, HELD, PERSON, outsider

pytestmark = pytest.mark.usefixtures("either_way")


def entry_of(owner, number: int | None) -> Entry:
    entry = decode(owner.execute("select body from ledger.entry where id = %s", [number]).fetchone()[0])
    assert isinstance(entry, Entry)
    return entry


def count(owner, kind: Kind) -> int:
    return owner.execute("select count(*) from ledger.entry where kind = %s", [int(kind)]).fetchone()[0]


def chunk_of(answer: object) -> Chunk:
    assert isinstance(answer, Chunk), answer
    return answer


def code_of(answer: object) -> str:
    assert isinstance(answer, Refusal), answer
    return answer.code


def suspend(made) -> ledger.Done:
    """One seat suspends at once: the charter of the tests lets it."""
    with ledger.reading():
        agreement = rows.load_agreement(made.agreement)
    return cast("suspend", "city", made, agreement.turns[-1].entry)


# ---------------------------------------------------------------- what an answer is


def test_an_answer_is_what_its_entry_says(sealed, owner):
    case = book("Doe", "Ann")
    book("Roe", "Bob")
    made = serve()
    chunk = chunk_of(ask(question(where=[Is("surname", "Doe")])))
    assert [{**row, "record": None} for row in chunk.rows] == [{"record": None, "surname": "Doe", "birth_date": 1980}]
    assert json.loads(chunk.body) == list(chunk.rows)
    entry = entry_of(owner, chunk.entry)
    assert (entry.kind, entry.by, entry.at) == (Kind.DISCLOSED, outsider(), chunk.at)
    assert entry.detail["out"] == sha256(chunk.body).hexdigest()
    assert (entry.detail["version"], entry.detail["rows"]) == (made.hash, 1)
    assert (entry.detail["columns"], entry.detail["filters"]) == (["birth_date", "record", "surname"], ["surname"])
    named = owner.execute('select tbl, "row", version from ledger.entry_row where entry = %s', [chunk.entry]).fetchall()
    assert named == [("case_now", case, 1)]


def test_the_entry_holds_no_literal_and_no_name(sealed, owner):
    case = book("Doe", "Ann")
    serve()
    chunk = chunk_of(ask(question(where=[Is("surname", "Doe")])))
    body = owner.execute("select body from ledger.entry where id = %s", [chunk.entry]).fetchone()[0].decode()
    for literal in ("Doe", "Ann", case, chunk.rows[0]["record"], "W-2026-0001"):
        assert literal not in body
    # Not even a hash that could be guessed: commitments are keyed, and the same question twice makes others.
    again = chunk_of(ask(question(where=[Is("surname", "Doe")])))
    one, two = entry_of(owner, chunk.entry).detail, entry_of(owner, again.entry).detail
    assert {one[name] == two[name] for name in ("question", "evidence", "side")} == {False}
    with connections.connection("app") as given:
        key = keys.case_keys(given, [case])[case]
    (kept,) = owner.execute("select list from ledger.commitment where entry = %s", [chunk.entry]).fetchone()
    assert kept == [keys.commit_case(key, entry=chunk.entry, case_id=case, version=1)]


def test_who_asked_what_and_saw_whom_is_kept_under_the_questions_key(sealed, owner):
    case = book("Doe", "Ann")
    serve()
    chunk = chunk_of(ask(question(where=[Is("surname", "Doe")])))
    (sealed_record,) = owner.execute("select ciphertext from ledger.dissemination where entry = %s", [chunk.entry]).fetchone()
    assert b"Doe" not in sealed_record
    with ledger.reading():
        record = keys.open_dissemination(connections.current(), chunk.entry)
    assert (record["person"], record["agency"], record["shown"]) == (PERSON, "sheriff", [[case, 1]])
    assert record["question"]["where"] == [{"column": "surname", "is": "Doe"}]


def test_absent_and_out_of_scope_look_the_same(sealed, owner):
    """A child's record, a stranger's handle, another agency's handle, an unknown name: the same rows, body and statement."""
    child = book("Child", born="2015-01-01")
    serve()
    serve({"/agreement": "AGR-2", "/parties/agency/id": "probation"}, client="probation-system")
    book("Doe")
    theirs = chunk_of(ask(question(), agency="probation", client="probation-system")).rows[0]["record"]
    where = [
        Is("surname", "Nobody"),
        Is("surname", "Child"),
        Is("record", "0" * 24),
        Is("record", theirs),
        Is("record", child),
        OneOf("record", (theirs, child)),
    ]
    scope = question(columns=("record", "surname"))
    serve_more = {"/scope/filters": ["surname", "record"], "/number": 1, "/agreement": "AGR-3", "/parties/agency/id": "court"}
    serve(serve_more, client="court-system")
    answers = [chunk_of(ask(replace(scope, where=(leaf,)), agency="court", client="court-system")) for leaf in where]
    assert {answer.body for answer in answers} == {b"[]"}
    assert {answer.next_cursor for answer in answers} == {None}
    details = [entry_of(owner, answer.entry).detail for answer in answers]
    assert {detail["rows"] for detail in details} == {0}
    assert len({detail["side"] for detail in details}) == 1


# ---------------------------------------------------------------- handles


def test_a_handle_is_random_and_one_agreements_own(sealed):
    case = book("Doe")
    serve({"/scope/filters": ["surname", "record"]})
    serve({"/agreement": "AGR-2", "/parties/agency/id": "probation"}, client="probation-system")
    mine = chunk_of(ask(question())).rows[0]["record"]
    theirs = chunk_of(ask(question(), agency="probation", client="probation-system")).rows[0]["record"]
    assert chunk_of(ask(question())).rows[0]["record"] == mine
    assert mine != theirs
    assert case.replace("-", "")[:8] not in mine
    assert [row["surname"] for row in chunk_of(ask(question(where=[Is("record", mine)]))).rows] == ["Doe"]


def test_two_agreements_see_people_in_different_orders(sealed):
    """Otherwise two answers laid side by side would show which handles are of one person."""
    for n in range(12):
        book(f"Person {n:02}")
    serve()
    serve({"/agreement": "AGR-2", "/parties/agency/id": "probation"}, client="probation-system")
    mine = [row["surname"] for row in chunk_of(ask(question())).rows]
    theirs = [row["surname"] for row in chunk_of(ask(question(), agency="probation", client="probation-system")).rows]
    assert sorted(mine) == sorted(theirs)
    assert mine != theirs
    assert mine == [row["surname"] for row in chunk_of(ask(question())).rows]


# ---------------------------------------------------------------- pages


def pages(asked: Question, **who) -> list[list[str]]:
    found, after = [], None
    while True:
        chunk = chunk_of(ask(replace(asked, after=after), **who))
        found.append([row["surname"] for row in chunk.rows])
        if chunk.next_cursor is None:
            return found
        after = chunk.next_cursor


def test_pages_give_each_record_once(sealed, owner):
    for n in range(7):
        book(f"Person {n}")
    serve({"/scope/filters": ["surname", "given", "birth_date", "record"]})
    found = pages(question(rows=3))
    assert [len(page) for page in found] == [3, 3, 1]
    assert sorted(name for page in found for name in page) == [f"Person {n}" for n in range(7)]
    follows = [
        entry_of(owner, row[0]).detail.get("follows")
        for row in owner.execute("select id from ledger.entry where kind = 60 order by id")
    ]
    numbers = [row[0] for row in owner.execute("select id from ledger.entry where kind = 60 order by id").fetchall()]
    assert follows == [None, *numbers[:-1]]


def test_pages_follow_an_order_with_missing_values_last(sealed, owner):
    serve({"/scope/filters": ["surname", "given", "birth_date", "record"]})
    for n, given in enumerate([None, "B", "A", None, "B"]):
        book(f"Person {n}", given)
    found = pages(question(columns=("record", "surname", "given"), sort=("given",), rows=2))
    flat = [name for page in found for name in page]
    assert sorted(flat) == [f"Person {n}" for n in range(5)]
    assert flat[0] == "Person 2"
    assert set(flat[1:3]) == {"Person 1", "Person 4"}
    assert set(flat[3:]) == {"Person 0", "Person 3"}


def test_a_cursor_is_good_for_its_question_version_and_person_alone(sealed):
    for n in range(3):
        book(f"Person {n}")
    serve({"/scope/filters": ["surname", "record"]})
    do(drafts.user_named(agreement="AGR-1", person="sergeant", holds=HELD))
    asked = question(rows=1)
    cursor = chunk_of(ask(asked)).next_cursor
    assert cursor is not None
    assert code_of(ask(replace(asked, after=cursor), person="sergeant")) == "WRONG_CURSOR"
    assert code_of(ask(replace(asked, after=cursor, columns=("record", "surname")))) == "WRONG_CURSOR"
    assert code_of(ask(replace(asked, after="d" + cursor[1:]))) == "WRONG_CURSOR"
    assert code_of(ask(replace(asked, after=cursor[:-2] + ("AA" if cursor[-2:] != "AA" else "BB")))) == "WRONG_CURSOR"
    assert code_of(ask(replace(asked, after="c"))) == "WRONG_CURSOR"
    assert len(chunk_of(ask(replace(asked, after=cursor))).rows) == 1


def test_a_chunk_fits_into_one_send(sealed):
    for n in range(40):
        book(f"Person {n} " + "𐒀" * 280)
    serve()
    chunk = chunk_of(ask(question()))
    assert 0 < len(chunk.rows) < 40
    assert len(chunk.body) <= chunks.MOST_BYTES
    assert chunk.next_cursor is not None
    large = fetching.Row("case", 1, (), {"given": "é" * 20_000}, 1)  # no name is so long; charges could add up to it
    assert code_of(chunks.cut_to_size(fetching.Fetched((large,), False, (0, 0)))) == "RECORD_TOO_LARGE"


# ---------------------------------------------------------------- no entry, no answer


@pytest.mark.usefixtures("under_the_lock")
def test_an_answer_whose_entry_does_not_commit_is_none(sealed, owner, monkeypatch):
    book("Doe")
    serve()
    asked = question()
    ask(asked)
    before = (count(owner, Kind.DISCLOSED), owner.execute("select used from governance.volume").fetchone())

    seal = keys.seal_dissemination

    def cut_off(*what):
        """Cut the connection when all but the commit is on its way."""
        owner.execute("select pg_terminate_backend(%s)", [connections.current().connection.info.backend_pid])
        return seal(*what)

    monkeypatch.setattr(keys, "seal_dissemination", cut_off)
    with pytest.raises(psycopg.OperationalError):
        ask(asked)
    monkeypatch.undo()
    assert (count(owner, Kind.DISCLOSED), owner.execute("select used from governance.volume").fetchone()) == before
    chunk_of(ask(asked))


def between(monkeypatch, act) -> None:
    """Do something after a chunk was fetched and before it is admitted, once."""
    fetch, done = fetching.fetch, []

    def fetch_and_act(*args, **kwargs):
        found = fetch(*args, **kwargs)
        if not done:
            done.append(act())
        return found

    monkeypatch.setattr(fetching, "fetch", fetch_and_act)


def admit_after(monkeypatch, act) -> object:
    asked = question()
    permit = permit_for(asked)
    assert not isinstance(permit, Refusal)
    between(monkeypatch, act)
    return disclose(permit, asked, by=outsider())


def test_what_is_narrowed_between_fetch_and_entry_is_decided_again(sealed, owner, monkeypatch):
    book("Doe")
    made = serve()
    with pytest.raises(Retry, match="narrowed"):
        admit_after(monkeypatch, lambda: suspend(made))
    assert count(owner, Kind.DISCLOSED) == 0
    assert code_of(ask(question())) == "AGREEMENT_SUSPENDED"


def test_a_removed_user_is_decided_again(sealed, monkeypatch):
    serve()
    removal = lambda: do(drafts.user_removed(agreement="AGR-1", person=PERSON))  # noqa: E731
    with pytest.raises(Retry):
        admit_after(monkeypatch, removal)
    assert code_of(ask(question())) == "NOT_NAMED"


def test_what_does_not_narrow_disturbs_nobody(sealed, owner, monkeypatch):
    """Naming another user, or a vote that decides nothing, moves no stamp."""
    book("Doe")
    made = serve()

    def widen() -> None:
        do(drafts.user_named(agreement="AGR-1", person="sergeant", holds=HELD))
        with ledger.reading():
            answers = rows.load_agreement("AGR-1").turns[-1].entry
        cast("revoke", "city", made, answers)

    chunk_of(admit_after(monkeypatch, widen))
    assert owner.execute("select count(*) from governance.stamp").fetchone() == (0,)


def test_near_its_end_nothing_is_admitted(sealed, owner):
    """Exact on any machine: each end is counted from the ledger's own clock, which an admission can only be later than."""
    book("Doe")
    serve(lasts=DAY)
    asked = question()
    first = chunk_of(ask(asked))
    permit = permit_for(asked)
    assert first.until == permit.until
    for left in (-1, 0, 1, GUARD - 1, GUARD):
        with pytest.raises(Retry, match="ends too soon"):
            disclose(replace(permit, until=Instant(ledger.now() + left)), asked, by=outsider())
    assert count(owner, Kind.DISCLOSED) == 1
    ending = replace(permit, until=Instant(ledger.now() + 10 * GUARD))
    while ledger.now() < ending.until:
        with suppress(Retry):
            disclose(ending, asked, by=outsider())
    entered = [row[0] for row in owner.execute("select at from ledger.entry where kind = 60 order by id").fetchall()]
    assert all(at + GUARD < ending.until for at in entered)
    genesis.shift_clock(DAY)
    with pytest.raises(Retry, match="ends too soon"):
        disclose(permit, asked, by=outsider())
    assert code_of(ask(asked)) == "AGREEMENT_ENDED"
    assert count(owner, Kind.DISCLOSED) == len(entered)


def test_who_waits_too_long_for_the_lock_decides_again(sealed, owner, monkeypatch):
    """A chunk that could not be sent in time isn't entered first and dropped afterwards."""
    book("Doe")
    serve()
    with connections.connection("app") as other:

        def hold() -> None:
            ledger.begin_act(other, shared=[], exclusive=["agreement:AGR-1"])

        began = time.monotonic()
        with pytest.raises(Retry, match="in time"):
            admit_after(monkeypatch, hold)
        assert time.monotonic() - began < 2
        other.execute("commit")
    assert count(owner, Kind.DISCLOSED) == 0
    chunk_of(ask(question()))


def test_what_took_too_long_is_undone(sealed, owner, monkeypatch):
    book("Doe")
    serve()
    monkeypatch.setattr(admission, "SLOWEST_S", 0.0)
    asked = question()
    permit = permit_for(asked)
    with pytest.raises(Retry, match="in time"):
        disclose(permit, asked, by=outsider())
    assert count(owner, Kind.DISCLOSED) == 0
    assert owner.execute("select count(*) from governance.volume").fetchone() == (0,)


# ---------------------------------------------------------------- limits


def test_the_days_limit_is_exact_however_many_ask_at_once(sealed, owner):
    book("Doe")
    serve({"/limits/questions_per_day": 5})
    asked, told = question(), []

    def asking() -> None:
        told.extend(ask(asked) for _ in range(3))

    threads = [threading.Thread(target=asking) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(one, Chunk) for one in told) == 5
    assert {code_of(one) for one in told if not isinstance(one, Chunk)} == {"LIMIT_REACHED"}
    assert count(owner, Kind.DISCLOSED) == 5
    assert owner.execute("select used from governance.volume").fetchall() == [(5,)]


def test_a_client_that_is_not_bound_gets_nothing(sealed, owner):
    serve()
    assert code_of(ask(question(), client="other-system")) == "CLIENT_NOT_BOUND"
    do(drafts.client_unbound(client=CLIENT, agreement="AGR-1"))
    assert code_of(ask(question())) == "CLIENT_NOT_BOUND"
    assert count(owner, Kind.DISCLOSED) == 0


def test_what_a_permit_was_given_for_is_asked_again_under_the_lock(sealed, owner):
    """Here each permit says more than was ever given: the door doesn't take its word."""
    book("Doe")
    serve()
    asked = question()
    permit = permit_for(asked)
    assert isinstance(permit, Permit)
    for beyond, code in (
        (replace(permit, purpose="another_use"), "UNKNOWN_PURPOSE"),
        (replace(permit, agency="another"), "OTHER_AGENCY"),
        (replace(permit, columns=(*permit.columns, "birthplace")), "NOT_GRANTED"),
        (replace(permit, filters=permit.filters | {"birthplace"}), "NOT_GRANTED"),
        (replace(permit, evidence=False), "NO_EVIDENCE"),
    ):
        assert code_of(disclose(beyond, asked, by=outsider(PERSON))) == code
    with pytest.raises(Retry, match="another version"):
        disclose(replace(permit, version_hash="0" * 64), asked, by=outsider(PERSON))
    assert count(owner, Kind.DISCLOSED) == 0
    chunk_of(ask(asked))


def test_a_permit_is_its_holders(sealed):
    serve()
    asked = question()
    permit = permit_for(asked)
    with pytest.raises(ValueError, match="isn't the caller's"):
        disclose(permit, asked, by=outsider("sergeant"))


# ---------------------------------------------------------------- doubt


def test_a_ledger_that_lags_stops_outsiders_and_not_staff(opened, monkeypatch):
    book("Doe")
    serve()
    monkeypatch.setattr(doubt, "MOST_LAG_US", 1_000)
    assert code_of(ask(question())) == "LEDGER_BEHIND"
    assert len(chunk_of(board()).rows) == 1


def test_a_clock_that_jumped_stops_outsiders_and_not_staff(sealed, monkeypatch):
    book("Doe")
    serve()
    chunk_of(ask(question()))
    steady = admission.steady
    monkeypatch.setattr(admission, "steady", lambda: steady() - 10)
    assert code_of(ask(question())) == "CLOCK_JUMPED"
    assert len(chunk_of(board()).rows) == 1
    monkeypatch.undo()
    chunk_of(ask(question()))


def test_a_lost_key_stops_outsiders_and_not_staff(sealed, owner):
    case = book("Doe")
    serve()
    vault.epoch_file(1).unlink()
    with pytest.raises(vault.KeyLost):
        ask(question())
    assert count(owner, Kind.DISCLOSED) == 0
    assert len(chunk_of(board()).rows) == 1
    assert isinstance(opened_case(case), OpenedCase)
    other = book("Roe")
    with connections.connection("app") as given:
        assert set(keys.case_keys(given, [case, other])) == {other}
    assert vault.newest_epoch() == 2


# ---------------------------------------------------------------- repeats and streams


def test_a_repeated_question_is_decided_anew_and_names_the_first(sealed, owner):
    book("Doe")
    made = serve()
    once = Once("key-1", b"question")
    first, again = chunk_of(ask(question(), once=once)), chunk_of(ask(question(), once=once))
    assert first.entry != again.entry
    assert entry_of(owner, again.entry).detail["repeats"] == first.entry
    assert "repeats" not in entry_of(owner, first.entry).detail
    kept = owner.execute("select outcome::text from web.idempotency").fetchall()
    assert kept == [("{}",)]
    suspend(made)
    assert code_of(ask(question(), once=once)) == "AGREEMENT_SUSPENDED"


def test_a_stream_gives_what_is_new_and_enters_each_beat_with_rows(sealed, owner):
    serve()
    assert ask(question(), beat=True) is None
    assert count(owner, Kind.DISCLOSED) == 0
    book("Doe")
    first = chunk_of(ask(question(), beat=True))
    assert entry_of(owner, first.entry).detail["stream"] == first.entry
    assert ask(question(), beat=True, stream=first.entry, known=first.known) is None
    book("Roe")
    second = chunk_of(ask(question(), beat=True, stream=first.entry, known=first.known))
    assert [row["surname"] for row in second.rows] == ["Roe"]
    assert entry_of(owner, second.entry).detail["stream"] == first.entry
    assert len(second.known) == 2
    assert second.known.items() >= first.known.items()


# ---------------------------------------------------------------- staff

LIST = Question(purpose="duty", columns=("record", "surname"))


def board(**options) -> Chunk | Refusal:
    with ledger.reading() as at:
        permit = decide_staff(rows.load_grant("registrar"), LIST, at)
    return show(permit, LIST, by=REGISTER, **options)


def opened_case(case_id: str, by: By = REGISTER) -> OpenedCase | Refusal:
    with ledger.reading() as at:
        permit = decide_staff(rows.load_grant(by.person), LIST, at)
    return open_case(permit, LIST, case_id, by=by)


def test_a_staff_list_enters_each_person_once_a_session_and_version(sealed, owner):
    case = book("Doe")
    first = chunk_of(board(browser="session-1"))
    assert entry_of(owner, first.entry).kind is Kind.SHOWN
    assert first.rows[0]["record"] == case
    assert chunk_of(board(browser="session-1")).entry is None
    assert chunk_of(board(browser="session-2")).entry is not None
    book("Roe")
    more = chunk_of(board(browser="session-1"))
    assert (len(more.rows), entry_of(owner, more.entry).detail["rows"]) == (2, 1)
    assert chunk_of(board()).entry is not None
    assert chunk_of(board()).entry is not None
    kept = {row[0] for row in owner.execute("select distinct browser from ledger.shown_to").fetchall()}
    assert len(kept) == 2
    assert all(len(one) == 32 and b"session" not in one for one in kept), "a hash, never the session's key"


def test_what_a_session_was_shown_in_one_capacity_is_entered_again_in_another(sealed, owner):
    """Somebody who holds two grants chooses the other in the same browser: nothing is shown under it without its entry."""
    case = book("Doe")
    assert chunk_of(board(browser="session-1")).entry is not None
    with ledger.reading():
        role = rows.load_grant("registrar").role
    do(drafts.grant_given(grant="second", person="registrar", role=role.hash, start=Instant(0)), by=REGISTER)
    with ledger.reading() as at:
        second = rows.load_grant("second")
        permit = decide_staff(second, LIST, at)
    by = By("registrar", f"grant:{second.id}")
    again = show(permit, LIST, by=by, browser="session-1")
    assert again.rows[0]["record"] == case
    assert entry_of(owner, again.entry).by.authority == by.authority
    assert show(permit, LIST, by=by, browser="session-1").entry is None


def test_what_a_session_was_shown_with_fewer_columns_is_entered_again_with_more(sealed, owner):
    book("Doe")
    fewer = Question(purpose="duty", columns=("record",))
    with ledger.reading() as at:
        permit = decide_staff(rows.load_grant("registrar"), fewer, at)
    assert show(permit, fewer, by=REGISTER, browser="session-1").entry is not None
    assert chunk_of(board(browser="session-1")).entry is not None


def test_the_board_has_the_desks_own_columns(sealed):
    book("Doe")
    row = chunk_of(board(board=True)).rows[0]
    assert row["display_name"] == "Doe, Ann"
    assert row["submitted"] is False
    assert "custody_began" not in row  # the role may not see when the arrest was


def test_opening_a_case_always_enters(sealed, owner):
    case = book("Doe")
    for _ in range(2):
        opened = opened_case(case)
        assert isinstance(opened, OpenedCase)
        assert (opened.case.id, opened.case.version) == (case, 1)
        assert entry_of(owner, opened.entry).detail["rows"] == 1
    assert count(owner, Kind.SHOWN) == 2
    assert code_of(opened_case(rows.new_case_id())) == "NO_SUCH_CASE"


def test_a_role_reaches_no_further_than_its_rows(sealed):
    case, other = book("Doe"), book("Roe")
    with ledger.reading() as at:
        permit = decide_staff(rows.load_grant("clerk"), LIST, at)
    narrowed, clerk = replace(permit, where=Is("surname", "Roe")), By("clerk", "grant:clerk")
    assert code_of(open_case(narrowed, LIST, case, by=clerk)) == "OUTSIDE_ROLE"
    assert isinstance(open_case(narrowed, LIST, other, by=clerk), OpenedCase)
    assert [row["surname"] for row in chunk_of(show(narrowed, LIST, by=clerk)).rows] == ["Roe"]


def test_a_case_is_opened_by_its_id_however_it_is_written(sealed):
    case = book("Doe")
    opened = opened_case(case.upper())
    assert isinstance(opened, OpenedCase)
    assert opened.case.id == case
    assert code_of(opened_case("no id")) == "NO_SUCH_CASE"


def test_a_grant_is_asked_again_at_the_door(sealed, owner):
    case, clerk = book("Doe"), By("clerk", "grant:clerk")
    with ledger.reading() as at:
        permit = decide_staff(rows.load_grant("clerk"), LIST, at)
    assert code_of(show(permit, LIST, by=clerk, act="ledger:read")) == "NOT_YOUR_ACT"
    assert code_of(open_case(permit, LIST, case, by=clerk, act="ledger:read")) == "NOT_YOUR_ACT"
    assert code_of(show(replace(permit, after="c0"), LIST, by=clerk)) == "WRONG_CURSOR"
    for door in (lambda by: show(permit, LIST, by=by), lambda by: open_case(permit, LIST, case, by=by)):
        with pytest.raises(ValueError, match="isn't the caller's"):
            door(REGISTER)
    assert count(owner, Kind.SHOWN) == 0


def test_a_case_that_changes_while_it_is_opened_is_opened_again(sealed, monkeypatch):
    case = book("Doe", charges=(ChargeGiven(statute="18 § 3921", description="Theft"),))

    def change() -> None:
        with ledger.acting(REGISTER):
            outcome = submit_for_charging(rows.load_case(case, lock=True), 1)
            rows.save_case(outcome.case, outcome.facts)
            ledger.append(outcome, by=REGISTER)

    between(monkeypatch, change)
    with pytest.raises(Retry, match="changed while"):
        opened_case(case)
    assert opened_case(case).case.version == 2


def test_staff_pages_go_on_where_the_last_one_ended(sealed, owner):
    for n in range(3):
        book(f"Person {n}")
    with ledger.reading() as at:
        permit = decide_staff(rows.load_grant("registrar"), replace(LIST, rows=2, sort=("surname",)), at)
    asked = replace(LIST, rows=2, sort=("surname",))
    first = chunk_of(show(permit, asked, by=REGISTER))
    second = chunk_of(show(replace(permit, after=first.next_cursor), asked, by=REGISTER))
    assert [row["surname"] for row in (*first.rows, *second.rows)] == ["Person 0", "Person 1", "Person 2"]
    assert entry_of(owner, second.entry).detail["follows"] == first.entry


def test_handles_are_understood_in_every_part_of_a_condition(sealed):
    for name in ("Doe", "Roe", "Poe"):
        book(name)
    serve({"/scope/filters": ["surname", "record"]})
    handle = {row["surname"]: row["record"] for row in chunk_of(ask(question())).rows}
    permit = permit_for(question())
    for where, names in (
        (AnyOf((Is("record", handle["Doe"]), Is("surname", "Roe"))), {"Doe", "Roe"}),
        (Not(Is("record", handle["Doe"])), {"Roe", "Poe"}),
        (Not(Is("record", "0" * 24)), {"Doe", "Roe", "Poe"}),
        (All((Always(), Not(Never()), OneOf("record", (handle["Poe"], "0" * 24)))), {"Poe"}),
    ):
        chunk = chunk_of(disclose(replace(permit, where=where), question(), by=outsider()))
        assert {row["surname"] for row in chunk.rows} == names


def test_an_instant_leaves_as_text_and_a_missing_value_as_null(sealed):
    book("Doe", None, time=StatedTime("2026-01-05T10:00:00-05:00", "America/New_York"))
    serve({"/scope/columns": ["record", "surname", "given", "arrest_at", "arrest_date", "filed_charges", "probable_cause"]})
    (row,) = chunk_of(
        ask(question(columns=("surname", "given", "arrest_at", "arrest_date", "filed_charges", "probable_cause")))
    ).rows
    assert row == {
        "surname": "Doe",
        "given": None,
        "arrest_at": "2026-01-05T15:00:00Z",
        "arrest_date": "2026-01-05",
        "filed_charges": [],
        "probable_cause": None,
    }


def test_a_removed_grant_is_decided_again(sealed, monkeypatch):
    book("Doe")
    with ledger.reading() as at:
        permit = decide_staff(rows.load_grant("clerk"), LIST, at)
    between(monkeypatch, lambda: do(drafts.grant_removed(grant="clerk")))
    with pytest.raises(Retry):
        show(permit, LIST, by=By("clerk", "grant:clerk"))
