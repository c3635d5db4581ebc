"""L1. No entry, no answer: the entry is durably committed before anything is answered; a refusal leaves one too."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pars.actions import agreeing, disclosing, intake, refusing
from pars.actions.beats import Done, Once, Refused
from pars.actions.disclosing import Declined, Told
from pars.core.access.catalogue import COLUMNS
from pars.core.access.decision import Caller
from pars.core.ledger.entries import Entry, Kind, decode
from pars.core.ledger.merkle import leaf_hash
from pars.core.terms import Refusal
from pars.store import ledger
from pars.store.fsck import fsck
from tests import desks
from tests.actions.test_asking import ASKED, CALLER
from tests.desks import REGISTRAR, at_once
from tests.faults import PLACES, fault
from tests.homes import serve
from tests.ledgers import AGENCY, CLIENT, HELD, PERSON
from tests.store.conftest import home, opened, owner, sealed

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["home", "opened", "owner", "sealed"]

ON_ONE_LEDGER = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def entries(owner: Any, after: int = -1) -> list[Entry]:
    """Return what another connection sees: only what is committed."""
    rows = owner.execute("select body from ledger.entry where id > %s and kind <> 5 order by id", [after]).fetchall()
    found = [decode(row[0]) for row in rows]
    assert all(isinstance(entry, Entry) for entry in found)
    return found  # type: ignore[return-value]


def last(owner: Any) -> int:
    return int(owner.execute("select max(id) from ledger.entry").fetchone()[0])


# ---------------------------------------------------------------- what can happen to whoever is answered

ACTS: dict[str, tuple[Callable[[str], Any], Kind]] = {
    "a question": (lambda _: disclosing.ask(caller=CALLER, asked=ASKED), Kind.DISCLOSED),
    "a question made ready": (lambda _: disclosing.ask(caller=CALLER, asked=ASKED), Kind.DISCLOSED),
    "a refused question": (lambda _: disclosing.ask(caller=CALLER, asked={**ASKED, "columns": ["birthplace"]}), Kind.REFUSED),
    "a board": (lambda _: disclosing.board(by=REGISTRAR), Kind.SHOWN),
    "an opened case": (lambda case_id: disclosing.open_case(case_id=case_id, by=REGISTRAR), Kind.SHOWN),
    "a booking": (lambda _: intake.book_arrest(by=REGISTRAR, **desks.arrest()), Kind.ARREST_BOOKED),
    "an interview": (lambda case_id: desks.step(case_id, "interview"), Kind.INTERVIEW_RECORDED),
    "a refused act": (lambda case_id: desks.step(case_id, "sign", text_sha256="0" * 64), Kind.REFUSED),
    "a named user": (
        lambda _: agreeing.name_user(agreement="AGR-1", person="sergeant", holds=HELD, by=REGISTRAR),
        Kind.USER_NAMED,
    ),
}


@pytest.mark.parametrize("where", PLACES)
def test_whatever_dies_nothing_is_answered_without_its_entry(sealed, owner, where):
    """Each act, with its connection cut at the place: it answers nothing; the entry is there only if it had committed."""
    serve()
    for what, (act, kind) in ACTS.items():
        case_id = desks.walked("submit", "decide", case_id=desks.booked("Doe"))
        if what == "a question made ready":
            act(case_id)  # from then on the agreement has a name for everybody in it
        before = last(owner)
        with fault(where, owner) as armed, pytest.raises(psycopg.OperationalError):
            act(case_id)
        assert armed.struck, what
        assert ("from ledger.answer(" in armed.at) == (what == "a question made ready"), what
        left = [entry.kind for entry in entries(owner, before)]
        assert left == ([kind] if where == "after the commit" else []), what
    assert fsck() == ()


@pytest.mark.parametrize("where", PLACES)
def test_sent_again_under_its_key_it_is_done_once_and_told_as_the_first_time(opened, owner, where):
    once, given = Once("key-1", b"body"), desks.arrest()
    with fault(where, owner), pytest.raises(psycopg.OperationalError):
        intake.book_arrest(by=REGISTRAR, once=once, **given)
    done = intake.book_arrest(by=REGISTRAR, once=once, **given)
    assert isinstance(done, Done)
    booked = [entry for entry in entries(owner) if entry.kind is Kind.ARREST_BOOKED]
    assert [entry.id for entry in booked] == [done.entry]
    assert desks.load(done.case_id or "").version == 1


def test_what_is_answered_is_already_committed(sealed, owner):
    """Asked by another connection the moment an answer is in hand, many at once: its entry is there, with that leaf."""
    serve({"/limits/questions_per_day": 1000})
    for n in range(3):
        desks.booked(f"Person {n}")
    case_id = desks.booked("Doe")
    done: list[tuple[Any, Any]] = []
    url = owner.info.dsn + f" password={owner.info.password}"

    def asks(n: int) -> None:
        with psycopg.connect(url, autocommit=True) as other:
            for _ in range(8):
                answer = list(ACTS.values())[n % 5][0](case_id)
                done.append((answer, other.execute("select body from ledger.entry where id = %s", [answer.entry]).fetchone()))

    at_once(asks, 5)
    assert len(done) == 40
    for answer, found in done:
        assert found is not None
        assert leaf_hash(found[0]).hex() == answer.leaf


# ---------------------------------------------------------------- refusals

NAMES = st.sampled_from([*sorted(COLUMNS), "shoe_size", "Doe, Ann", "", "record; drop table"])
LEAVES = st.fixed_dictionaries(
    {"column": NAMES}, optional={"is": st.one_of(st.text(max_size=8), st.integers()), "one_of": st.lists(st.text(max_size=4))}
)
JUNK = st.one_of(st.none(), st.integers(), st.text(max_size=9), st.lists(st.integers(), max_size=2))
QUESTIONS = st.fixed_dictionaries(
    {},
    optional={
        "purpose": st.sampled_from(["warrant_service", "court_administration", "curiosity", "", 5]),
        "columns": st.one_of(st.just(["record", "surname"]), st.lists(NAMES, max_size=3), JUNK),
        "where": st.one_of(st.just([]), st.lists(LEAVES, max_size=2), JUNK),
        "evidence": st.one_of(
            st.just({"kind": "warrant_number", "value": "W-2026-0001"}),
            st.fixed_dictionaries({"kind": NAMES, "value": st.text(max_size=12)}),
            JUNK,
        ),
        "sort": st.lists(NAMES, max_size=2),
        "rows": st.one_of(st.integers(-1, 600), JUNK),
        "after": st.text(max_size=12),
        "more": JUNK,
    },
)
CALLERS = st.builds(
    Caller,
    st.sampled_from([AGENCY, AGENCY, AGENCY, "stranger"]),
    st.sampled_from([PERSON, PERSON, "sergeant", ""]),
    st.sampled_from([CLIENT, CLIENT, "stranger-system", None]),
)


def test_every_question_leaves_exactly_one_entry_answered_or_not(sealed, owner):
    """Whatever is asked, by whomever: one outcome, one entry that says which, and no word of the question in it."""
    serve({"/limits/questions_per_day": 1000})
    desks.booked("Doe")
    outcomes: Counter[str] = Counter()

    @ON_ONE_LEDGER
    @given(st.one_of(QUESTIONS, JUNK), CALLERS)
    def asking(asked: object, caller: Caller) -> None:
        before = last(owner)
        answer = disclosing.ask(caller=caller, asked=asked)
        (entry,) = entries(owner, before)
        assert entry.id == answer.entry
        assert entry.kind is (Kind.DISCLOSED if isinstance(answer, Told) else Kind.REFUSED)
        assert (entry.by.person, entry.by.client) == (caller.person or "nobody", caller.client)
        if isinstance(answer, Declined):
            assert entry.detail["code"] == answer.refusal.code
        assert "Doe, Ann" not in str(entry)
        outcomes[type(answer).__name__] += 1

    asking()
    assert isinstance(disclosing.ask(caller=CALLER, asked=ASKED), Told)
    assert outcomes["Declined"]


STEPS = st.sampled_from([*desks.STEPS, "again", "stale", "stranger"])


def test_every_act_on_a_case_leaves_exactly_one_entry_done_or_not(opened, owner):
    """Any act at any time: one outcome, one entry; the case changes only where it was done."""
    outcomes: Counter[str] = Counter()

    @ON_ONE_LEDGER
    @given(st.lists(st.one_of(STEPS, st.sampled_from(desks.PATH)), min_size=1, max_size=6))
    def acting(names: list[str]) -> None:
        case_id = desks.booked()
        for name in names:
            before, version = last(owner), desks.load(case_id).version
            outcome = attempt(case_id, name)
            if outcome is None:
                assert entries(owner, before) == []
                continue
            (entry,) = entries(owner, before)
            assert entry.id == outcome.entry
            assert (entry.kind is Kind.REFUSED) == isinstance(outcome, Refused)
            assert desks.load(case_id).version == version + isinstance(outcome, Done)
            outcomes[type(outcome).__name__] += 1

    acting()
    assert outcomes["Done"]
    assert outcomes["Refused"]
    assert fsck() == ()


def attempt(case_id: str, name: str) -> Done | Refused | None:
    """Try a step; None where a case that hasn't come so far offers nothing to build it from."""
    if name == "stranger":
        return desks.step(case_id, "submit", by=desks.staff("stranger"))
    if name == "stale":
        return desks.step(case_id, "submit", seen=99)
    try:
        outcome: Done | Refused = desks.step(case_id, "interview" if name == "again" else name)
    except (IndexError, ValueError, AssertionError):
        return None
    return outcome


# ---------------------------------------------------------------- staff lists


def test_a_list_enters_each_person_new_to_the_session_and_no_other(opened, owner):
    """Against a naive memory of who was shown what: an entry exactly where somebody is newly shown, or in a new version.

    A page that names what it has (truly, too old or not at all) is given the rest, and no less is entered for that.
    """
    cases = [desks.booked(f"Person {n}") for n in range(2)]
    seen: dict[str, dict[str, int]] = {}

    @ON_ONE_LEDGER
    @given(st.lists(st.sampled_from(["one", "two", "one, live", "two, live", "two, forgetful", "change", "book"]), max_size=6))
    def looking(steps: list[str]) -> None:
        for name in steps:
            if name == "change":
                desks.step(cases[-1], "hold")
            elif name == "book":
                cases.append(desks.booked())
            else:
                look(*name.split(", "))

    def look(session: str, how: str = "") -> None:
        before, known = last(owner), seen.setdefault(session, {})
        named = dict(list(known.items())[: None if how == "live" else 1]) if how else None
        shown = disclosing.board(by=REGISTRAR, browser=session, known=named)
        assert isinstance(shown, disclosing.Chunk)
        if named is not None:
            there = {case_id: desks.load(case_id).version for case_id in cases}
            assert {row["record"] for row in shown.rows} == {one for one, version in there.items() if named.get(one) != version}
        now = {row["record"]: desks.load(row["record"]).version for row in shown.rows}
        new = {(case_id, version) for case_id, version in now.items() if known.get(case_id) != version}
        found = entries(owner, before)
        assert [entry.id for entry in found] == ([shown.entry] if new else [])
        rows = owner.execute('select "row", version from ledger.entry_row where entry = %s', [shown.entry]).fetchall()
        assert set(rows) == new
        known.update(now)

    looking()


# ---------------------------------------------------------------- errors


def test_what_fails_unforeseen_is_undone_and_then_entered_by_itself(opened, owner, monkeypatch):
    case_id, before = desks.booked(), last(owner)

    def breaks(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(intake.booking, "submit_for_charging", breaks)
    with pytest.raises(ZeroDivisionError):
        desks.step(case_id, "submit")
    assert entries(owner, before) == []
    failed = Refusal(code="FAILED", says="Something failed.")
    refused = refusing.refuse(failed, by=REGISTRAR, act="case:submit")
    (entry,) = entries(owner, before)
    assert (entry.id, entry.kind, entry.detail["code"]) == (refused.entry, Kind.REFUSED, "FAILED")


def test_what_failed_before_anybody_was_known_is_one_entry(opened, owner):
    before = last(owner)
    done = refusing.sum_attempts(failed=12, seconds=60)
    (entry,) = entries(owner, before)
    assert (entry.id, entry.kind, entry.detail["failed"]) == (done.entry, Kind.ATTEMPTS_SUMMED, 12)
    assert entry.detail["end"] - entry.detail["start"] == 60_000_000
    assert ledger.now() >= entry.detail["end"]
