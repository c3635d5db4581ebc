"""A day's limits in the database: exact however many ask at once, counted again by fsck, and no hot row far from the limit."""

from __future__ import annotations

import threading
import time

import pytest

from pars.core.access.decision import Permit, volume_day
from pars.core.access.predicate import Is, OneOf
from pars.core.access.question import Question
from pars.core.ledger import drafts
from pars.core.ledger.entries import Kind
from pars.store import ledger
from pars.store.connections import Retry, connection
from pars.store.disclosure import Chunk, disclose
from pars.store.fsck import fsck
from tests.homes import ask, book, do, permit_for, question, serve
from tests.ledgers import HELD, outsider

pytestmark = pytest.mark.database
TEAM = ("deputy", "sergeant", "clerk-of-theirs", "night-desk")


def name_the_team() -> None:
    for person in TEAM[1:]:
        do(drafts.user_named(agreement="AGR-1", person=person, holds=HELD))


def all_at_once(asked: list[Question]) -> list[object]:
    """Let everybody of the team ask at once, each the same questions; return what they were told."""
    told: list[object] = []
    start = threading.Barrier(len(TEAM))

    def asking(person: str) -> None:
        start.wait(10)
        told.extend(ask(one, person=person) for one in asked)

    threads = [threading.Thread(target=asking, args=(person,)) for person in TEAM]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == len(asked) * len(TEAM)
    return told


def codes(told: list[object]) -> list[str]:
    return sorted(getattr(one, "code", "ANSWERED") for one in told)


def test_all_together_get_exactly_as_many_answers_as_a_day_allows(sealed, owner):
    book("Doe")
    serve({"/limits/questions_per_day_in_all": 7})
    name_the_team()
    told = all_at_once([question()] * 4)
    assert codes(told) == ["ANSWERED"] * 7 + ["LIMIT_REACHED"] * 9
    assert owner.execute("select sum(used) from governance.volume").fetchone() == (7,)
    assert fsck() == ()


@pytest.mark.parametrize("limit", ["people_per_day_in_all", "people_per_day"])
def test_exactly_so_many_people_are_shown_however_many_ask_at_once(limit, sealed, owner):
    names = ("Doe", "Roe", "Poe", "Moe", "Loe")
    for surname in names:
        book(surname)
    serve({f"/limits/{limit}": 3})
    name_the_team()
    told = all_at_once([question(where=[Is("surname", name)]) for name in names])
    seen = owner.execute(
        "select person, count(*), count(distinct case_id) from governance.person_shown group by person"
    ).fetchall()
    in_all = owner.execute("select count(distinct case_id) from governance.person_shown").fetchone()
    if limit == "people_per_day":
        assert sorted(seen) == sorted((person, 3, 3) for person in TEAM)
    else:
        assert in_all == (3,)
    assert "LIMIT_REACHED" in codes(told)
    assert fsck() == ()


def test_whoever_was_seen_today_counts_once(sealed, owner):
    book("Doe")
    serve({"/limits/people_per_day": 2})
    assert [codes([ask(question())]) for _ in range(3)] == [["ANSWERED"]] * 3
    book("Roe")
    assert isinstance(ask(question(where=[Is("surname", "Roe")])), Chunk)
    refused = ask(question())  # both have been seen, and still nothing is answered: a refusal tells nothing about anybody
    assert codes([refused]) == ["LIMIT_REACHED"]
    assert owner.execute("select count(*) from governance.person_shown").fetchone() == (2,)


def test_a_permit_whose_people_were_used_up_meanwhile_is_decided_anew(sealed, owner):
    for surname in ("Doe", "Roe", "Poe"):
        book(surname)
    serve({"/limits/people_per_day_in_all": 2})
    name_the_team()
    two, third = (question(where=[OneOf("surname", names)]) for names in (("Doe", "Roe"), ("Poe",)))
    permit = permit_for(two, person="sergeant")
    assert isinstance(permit, Permit)
    assert isinstance(ask(third), Chunk)
    with pytest.raises(Retry, match="as many people"):
        disclose(permit, two, by=outsider("sergeant"))
    anew = ask(two, person="sergeant")
    assert isinstance(anew, Chunk)
    assert len(anew.rows) == 1
    assert owner.execute("select count(*) from governance.person_shown").fetchone() == (2,)


def test_far_from_the_limit_answers_do_not_wait_for_each_other(sealed):
    book("Doe")
    made = serve({"/limits/questions_per_day_in_all": 100_000})
    day = volume_day(made, ledger.now())
    with connection("app") as given:
        given.execute("begin")
        given.execute("select pg_advisory_xact_lock_shared(%s)", [ledger.authority_key(f"volume:AGR-1:{day}")])
        begun = time.monotonic()
        assert isinstance(ask(question()), Chunk)
        assert time.monotonic() - begun < 5
        given.execute("rollback")


@pytest.mark.parametrize("limit", ["questions_per_day_in_all", "people_per_day_in_all"])
def test_the_day_s_last_answer_waits_for_one_that_is_being_entered(limit, sealed):
    case = book("Doe")
    made = serve({f"/limits/{limit}": 1})
    day = volume_day(made, ledger.now())
    with connection("app") as given:  # somebody else's last answer, counted and not committed yet
        given.execute("begin")
        given.execute("select pg_advisory_xact_lock(%s)", [ledger.authority_key(f"volume:AGR-1:{day}")])
        given.execute("insert into governance.volume values ('AGR-1', 'sergeant', %s, 1)", [day])
        given.execute("insert into governance.person_shown values ('AGR-1', %s, 'sergeant', %s)", [day, case])
        permit = permit_for(question())
        with pytest.raises(Retry, match="held by somebody else"):
            disclose(permit, question(), by=outsider())
        given.execute("commit")
    assert codes([ask(question())]) == ["LIMIT_REACHED"]


def test_fsck_counts_the_people_again(sealed, owner):
    case = book("Doe")
    serve({"/limits/people_per_day": 2})
    assert isinstance(ask(question()), Chunk)
    assert fsck() == ()
    owner.execute("alter table governance.person_shown disable trigger append_only")
    owner.execute("delete from governance.person_shown where case_id = %s", [case])
    assert {(one.what, one.where.split()[0]) for one in fsck()} == {("ROWS", "people")}
    assert owner.execute("select count(*) from ledger.entry where kind = %s", [int(Kind.DISCLOSED)]).fetchone() == (1,)
