"""Answers that were made ready before the lock: entered in one journey where all is as it was, asked under the lock where anything isn't."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from hashlib import sha256

import psycopg
import pytest

from pars.core.access.predicate import Is
from pars.core.ledger import drafts
from pars.core.ledger.entries import By, Entry, Kind, decode
from pars.core.terms import SECOND, Refusal
from pars.store import admission, connections, disclosure, fetching, keys, ledger, ready, rows, together
from pars.store.connections import Retry
from pars.store.disclosure import Chunk, disclose
from pars.store.fsck import fsck
from pars.store.replays import Once
from tests.homes import ask, book, cast, do, permit_for, question, serve
from tests.ledgers import CLIENT, HELD, PERSON, outsider
from tests.store.test_together import at_once, held_back, shares
from tests.store.test_witnessed import name_witnesses


def count(owner, kind: Kind = Kind.DISCLOSED) -> int:
    return owner.execute("select count(*) from ledger.entry where kind = %s", [int(kind)]).fetchone()[0]


def used(owner) -> int:
    return owner.execute("select coalesce(sum(used), 0) from governance.volume").fetchone()[0]


def told(asked=None, **options) -> Chunk:
    chunk = ask(asked or question(), **options)
    assert isinstance(chunk, Chunk), chunk
    return chunk


@pytest.fixture
def journeys(monkeypatch) -> list[bool]:
    """Return whether each journey that was tried entered its answers, as they are tried."""
    tried: list[bool] = []
    enter = ready.enter_ready

    def entering(*what, **how):
        done = enter(*what, **how)
        tried.append(done.at is not None)
        return done

    monkeypatch.setattr(admission, "enter_ready", entering)
    return tried


@pytest.fixture
def named(sealed) -> str:
    """Have a case that an agreement in force has a name for: it was shown once. Return its id."""
    case = book("Doe")
    serve()
    told()
    return case


# ---------------------------------------------------------------- what is entered


def test_what_was_made_ready_says_the_same_and_lies_beside_the_same(named, owner, journeys):
    other = told()
    first = told(question(rows=1))
    assert journeys == [True, True]
    for chunk in (other, first):
        body, kept, sealed_record = owner.execute(
            "select e.body, c.list, d.ciphertext from ledger.entry e join ledger.commitment c on c.entry = e.id "
            "join ledger.dissemination d on d.entry = e.id where e.id = %s",
            [chunk.entry],
        ).fetchone()
        entry = decode(body)
        assert isinstance(entry, Entry)
        assert (entry.id, entry.kind, entry.at, entry.by) == (chunk.entry, Kind.DISCLOSED, chunk.at, outsider())
        assert entry.detail["out"] == sha256(chunk.body).hexdigest()
        assert json.loads(chunk.body) == list(chunk.rows)
        assert sealed_record
        with ledger.reading():
            here = connections.current()
            record = keys.open_dissemination(here, chunk.entry)
            key = keys.case_keys(here.connection, [named])[named]
        assert (record["person"], record["shown"]) == (PERSON, [[named, 1]])
        assert kept == [keys.commit_case(key, entry=chunk.entry, case_id=named, version=1)]
        assert owner.execute('select tbl, "row", version from ledger.entry_row where entry = %s', [chunk.entry]).fetchall() == [
            ("case_now", named, 1)
        ]
    assert used(owner) == 3
    assert fsck() == ()


def test_an_answer_without_rows_is_entered_too(named, owner, journeys):
    chunk = told(question(where=[Is("surname", "Nobody")]))
    assert (chunk.rows, journeys) == ((), [True])
    assert owner.execute("select 1 from ledger.commitment where entry = %s", [chunk.entry]).rowcount == 0


def test_the_page_behind_it_is_asked_for_by_its_own_entry(named, owner, journeys):
    book("Roe")
    told()
    first = told(question(rows=1))
    assert first.next_cursor is not None
    second = told(question(rows=1, after=first.next_cursor))
    follows = decode(owner.execute("select body from ledger.entry where id = %s", [second.entry]).fetchone()[0])
    assert isinstance(follows, Entry)
    assert follows.detail["follows"] == first.entry
    assert journeys[-2:] == [True, True]


def test_w_counts_from_before_the_journey(named, monkeypatch):
    sent: list[float] = []
    enter = ready.enter_ready

    def entering(*what, **how):
        sent.append(time.monotonic())
        return enter(*what, **how)

    monkeypatch.setattr(admission, "enter_ready", entering)
    chunk = told()
    assert chunk.t0 == chunk.appended <= sent[0]


# ---------------------------------------------------------------- what came between


def suspend() -> None:
    with ledger.reading():
        agreement = rows.load_agreement("AGR-1")
    assert agreement is not None
    cast("suspend", "city", agreement.proposals[-1].version, agreement.turns[-1].entry)


def unbind() -> None:
    do(drafts.client_unbound(client=CLIENT, agreement="AGR-1"))


def name_another() -> None:
    do(drafts.user_named(agreement="AGR-1", person="deputy-2", holds=HELD))


BETWEEN = {
    "suspended": (suspend, "narrowed"),
    "unbound": (unbind, "narrowed"),
    "another act": (name_another, None),
    "the witnesses' text": (name_witnesses, None),
    "it stood still": (lambda: time.sleep(admission.SLOWEST_S), None),
    "another clock": (admission.watch.forget, None),
}


@pytest.mark.parametrize("what", BETWEEN)
def test_what_came_between_is_asked_under_the_lock(named, owner, monkeypatch, journeys, what):
    act, outcome = BETWEEN[what]
    admit, before, done = disclosure.admit, count(owner), []

    def act_first(admission):
        if not done:
            done.append(act())
            assert admission.ready is not None
        return admit(admission)

    monkeypatch.setattr(disclosure, "admit", act_first)
    asked = question()
    permit = permit_for(asked)
    if outcome == "narrowed":
        with pytest.raises(Retry, match="narrowed"):
            disclose(permit, asked, by=outsider())
    else:
        answer = disclose(permit, asked, by=outsider())
        assert answer.code == outcome if isinstance(answer, Refusal) else outcome is None
    assert True not in journeys
    assert count(owner) - before == (outcome is None)


def remove() -> None:
    do(drafts.user_removed(agreement="AGR-1", person=PERSON))


@pytest.mark.parametrize(
    ("act", "code"), [(suspend, "AGREEMENT_SUSPENDED"), (unbind, "CLIENT_NOT_BOUND"), (remove, "NOT_NAMED")]
)
def test_what_came_between_the_decision_and_the_look_is_no_less_heeded(named, owner, monkeypatch, journeys, act, code):
    """The stamps are of after it, and this process knows of it already: so what is compared under the lock is equal."""
    fetch, before = fetching.fetch, count(owner)

    def act_first(*what, **how):
        act()
        with ledger.reading():
            rows.load_agreement("AGR-1")
        monkeypatch.setattr(fetching, "fetch", fetch)
        return fetch(*what, **how)

    asked = question()
    permit = permit_for(asked)
    monkeypatch.setattr(fetching, "fetch", act_first)
    refused = disclose(permit, asked, by=outsider())
    assert isinstance(refused, Refusal)
    assert (refused.code, count(owner)) == (code, before)
    assert True not in journeys


@pytest.mark.parametrize("seconds", [-10, 10])
def test_a_clock_that_jumped_meanwhile_enters_nothing(named, owner, monkeypatch, journeys, seconds):
    before, steady = count(owner), admission.steady
    monkeypatch.setattr(admission, "steady", lambda: steady() + seconds)
    refused = ask(question())
    assert isinstance(refused, Refusal)
    assert refused.code == "CLOCK_JUMPED"
    assert (journeys, count(owner)) == ([False], before)


def test_what_comes_after_the_time_within_which_it_was_decided_is_asked_anew(named, monkeypatch, journeys):
    monkeypatch.setattr(ready, "LASTS_US", 0)
    told()
    assert journeys == [False]


def never(changes=None, **options):
    return changes, options


@pytest.mark.parametrize(
    ("changes", "options"),
    [
        never({"/limits/questions_per_day_in_all": 50}),
        never({"/limits/people_per_day": 50}),
        never(once=Once("key-1", b"question")),
    ],
)
def test_what_is_asked_of_more_than_the_answer_is_not_made_ready(sealed, journeys, changes, options):
    book("Doe")
    serve(changes)
    told()
    told(**options)
    assert journeys == []


def test_who_has_no_name_under_the_agreement_yet_is_named_under_the_lock(named, journeys):
    book("Roe")
    told()
    assert journeys == []
    told()
    assert journeys == [True]


# ---------------------------------------------------------------- together, and undone


def test_those_who_come_at_once_share_a_journey(sealed, owner, monkeypatch, journeys):
    book("Doe")
    serve({"/limits/questions_per_day": 100})
    told()
    monkeypatch.setattr(admission, "SLOWEST_S", 60.0)
    chunks = at_once(monkeypatch, [lambda n=n: told(question(rows=1 + n % 2)) for n in range(6)], statement="enter_ready")
    assert shares(owner) == [1, 1, 5]
    assert len({chunk.entry for chunk in chunks}) == 6
    assert len({chunk.leaf for chunk in chunks}) == 6
    for chunk in chunks:
        (body,) = owner.execute("select body from ledger.entry where id = %s", [chunk.entry]).fetchone()
        entry = decode(body)
        assert isinstance(entry, Entry)
        assert (entry.at, entry.detail["out"]) == (chunk.at, sha256(chunk.body).hexdigest())
    assert used(owner) == 7
    assert fsck() == ()


def test_of_those_who_share_it_only_who_is_one_too_many_goes_without(sealed, owner, monkeypatch, journeys):
    book("Doe")
    serve({"/limits/questions_per_day": 4})
    told()
    monkeypatch.setattr(admission, "SLOWEST_S", 60.0)
    answers = at_once(monkeypatch, [lambda: ask(question())] * 5, statement="enter_ready")
    assert sum(isinstance(one, Chunk) for one in answers) == 3
    assert {one.code for one in answers if isinstance(one, Refusal)} == {"LIMIT_REACHED"}
    assert (used(owner), count(owner)) == (4, 4)
    assert fsck() == ()


def test_where_one_of_those_who_come_at_once_was_not_made_ready_all_are_asked_under_the_lock(
    sealed, owner, monkeypatch, journeys
):
    book("Doe")
    serve({"/limits/questions_per_day": 100})
    told()
    monkeypatch.setattr(admission, "SLOWEST_S", 60.0)
    with ThreadPoolExecutor(4) as pool:
        with held_back(monkeypatch, "enter_ready"):
            alone = pool.submit(told)
            wait_until(lambda: together._busy)
            others = [pool.submit(one) for one in (told, lambda: told(once=Once("key-1", b"question")), told)]
            wait_until(lambda: sum(map(len, list(together._queues.values()))) == len(others))
        chunks = [one.result(30) for one in (alone, *others)]
    assert (journeys, shares(owner)) == ([True], [1, 1, 3])
    assert len({chunk.entry for chunk in chunks}) == 4
    assert used(owner) == 5
    assert fsck() == ()


def test_what_only_the_commit_refuses_is_no_answer(named, owner, journeys):
    before = count(owner), used(owner)
    owner.execute(
        "create function public.refuse() returns trigger language plpgsql as $$ "
        "begin raise exception 'at the very end' using errcode = 'integrity_constraint_violation'; end $$; "
        "create constraint trigger at_the_end after insert on ledger.dissemination deferrable initially deferred "
        "for each row execute function public.refuse()"
    )
    with pytest.raises(psycopg.IntegrityError, match="at the very end"):
        ask(question())
    assert (count(owner), used(owner), journeys) == (*before, [])
    owner.execute("drop trigger at_the_end on ledger.dissemination")
    told()
    assert journeys == [True]


@contextmanager
def stuck(owner, asks):
    """Have an answer wait for the person's row of the day, in which a journey counts last; give what will be its outcome, and its process."""
    with ThreadPoolExecutor(1) as pool, owner.transaction():
        owner.execute("select 1 from governance.volume for update")
        answer = pool.submit(asks)
        yield answer, waits(owner)


def waits(owner) -> int:
    """Return the process that waits for a row, once there is one."""
    query = "select pid from pg_locks where not granted and locktype in ('transactionid', 'tuple')"
    return wait_until(lambda: owner.execute(query).fetchone())[0]


def wait_until(happens):
    """Return what happens, once it does."""
    until = time.monotonic() + 10
    while not (found := happens()):
        assert time.monotonic() < until
        time.sleep(0.002)
    return found


def test_what_took_longer_than_w_is_undone(named, owner, monkeypatch, journeys):
    before = count(owner), used(owner)
    monkeypatch.setattr(admission, "PATIENCE_MS", 60_000)
    asked = question()
    permit = permit_for(asked)
    with stuck(owner, lambda: disclose(permit, asked, by=outsider())) as (answer, _):
        time.sleep(admission.SLOWEST_S)
    with pytest.raises(Retry, match="in time"):
        answer.result(20)
    assert (count(owner), used(owner)) == before
    told()


def test_what_was_cut_off_before_its_commit_is_no_answer(named, owner, monkeypatch):
    before = count(owner), used(owner)
    monkeypatch.setattr(admission, "PATIENCE_MS", 60_000)
    with stuck(owner, lambda: ask(question())) as (answer, process):
        owner.execute("select pg_terminate_backend(%s)", [process])
        with pytest.raises(psycopg.OperationalError):
            answer.result(20)
    assert (count(owner), used(owner)) == before
    told()


def test_a_lock_that_is_held_is_not_waited_for_longer_than_an_answer_may(named, owner, journeys):
    asked = question()
    permit = permit_for(asked)
    before = count(owner)
    with connections.connection("app") as other:
        ledger.begin_act(other, shared=[], exclusive=["agreement:AGR-1"])
        with pytest.raises(Retry, match="held by somebody else"):
            disclose(permit, asked, by=outsider())
        other.execute("rollback")
    assert count(owner) == before


def test_a_database_that_keeps_other_bytes_is_not_believed(named, monkeypatch):
    monkeypatch.setattr(ready, "leaf_hash", lambda body: sha256(b"other" + body).digest())
    with pytest.raises(RuntimeError, match="other bytes"):
        ask(question())


def test_who_waited_for_the_lock_is_asked_under_it_and_w_counts_from_after_the_wait(named):
    """On a machine so busy that it comes too late altogether, it is tried again."""
    for _ in range(20):
        asked = question()
        permit = permit_for(asked)
        with ThreadPoolExecutor(1) as pool, connections.connection("app") as other:
            ledger.begin_act(other, shared=[], exclusive=["agreement:AGR-1"])
            answer = pool.submit(disclose, permit, asked, by=outsider())
            time.sleep(0.045)
            let_go = time.monotonic()
            other.execute("rollback")
            with suppress(Retry):
                chunk = answer.result(20)
                break
    else:
        raise AssertionError("twenty tries were not enough")
    assert isinstance(chunk, Chunk)
    assert chunk.appended > let_go - ready.WAITS_US / SECOND


def test_somebody_elses_row_of_the_day_holds_up_nobody_who_shares_a_journey_with_them(sealed, owner, monkeypatch):
    book("Doe")
    serve({"/limits/questions_per_day": 100})
    do(drafts.user_named(agreement="AGR-1", person="deputy-2", holds=HELD))
    told()
    told(person="deputy-2")
    monkeypatch.setattr(admission, "SLOWEST_S", 60.0)

    def once(person: str) -> Chunk | Refusal | Retry | None:
        asked = question()
        permit = permit_for(asked, person=person)
        try:
            return disclose(permit, asked, by=By(person, "agreement:AGR-1", CLIENT))
        except Retry as late:
            return late

    with owner.transaction():
        owner.execute("select 1 from governance.volume where person = 'deputy-2' for update")
        outcomes = at_once(
            monkeypatch, [lambda who=who: once(who) for who in (PERSON, PERSON, "deputy-2")], statement="enter_ready"
        )
    assert [type(one) for one in outcomes[:2]] == [Chunk, Chunk]
    assert isinstance(outcomes[2], Retry)
