"""Checkpoints brought to witnesses over real sockets: what they sign is kept, what they say otherwise is noted, who is slow delays nobody."""

from __future__ import annotations

import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from pars.actions import witnessing
from pars.core.ledger.checkpoint import read_note
from pars.core.ledger.cosignature import cosigned_at
from pars.edge import witnesses
from pars.store import ledger, sealing, vault, witnessed
from pars.store.disclosure import Chunk
from tests.agreements import ORIGIN
from tests.homes import REGISTER, ask, book, question, sealing_on, serve
from tests.watchers import Watcher, listed, name_witnesses, three

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pars.core.terms import Refusal


@pytest.fixture
def watchers(opened: Any) -> Iterator[dict[str, Watcher]]:
    """Run three witnesses whom the owners have named."""
    with three() as made:
        name_witnesses({"/witnesses": listed(made)})
        yield made


@contextmanager
def rounds() -> Iterator[None]:
    """Bring checkpoints to witnesses, as `pars work` does."""
    going = witnesses.Rounds()
    going.look()
    try:
        yield
    finally:
        going.close()


def until(holds: Callable[[], bool], patience: float = 10.0) -> None:
    end = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < end, "it didn't come to it"
        time.sleep(0.02)


def now() -> witnessed.Watching:
    with ledger.reading():
        return witnessed.watching()


def doubt() -> Refusal | None:
    with ledger.reading():
        return witnessed.doubt()


def said(watcher: Watcher) -> str | None:
    with ledger.reading():
        return witnessed.heard([watcher.public])[watcher.public].said


def one_more() -> int:
    """Enter and seal something; return how long the log is."""
    ledger.refuse(witnessed.LEDGER_UNWITNESSED, by=REGISTER)
    return sealing.seal_now()


def test_each_checkpoint_is_cosigned_by_every_witness(watchers: dict[str, Watcher], owner: Any) -> None:
    size = one_more()
    with rounds():
        until(lambda: now().covered == size)
        later = one_more()
        until(lambda: now().covered == later)
        until(lambda: all(said(one) == "agrees" for one in watchers.values()))
        for one in watchers.values():
            until(lambda one=one: one.seen[ORIGIN][0] == later)  # type: ignore[misc]
    kept = owner.execute(
        "select c.witness, c.line, p.note, c.at from ledger.cosignature c join ledger.checkpoint p using (size) where size = %s",
        [later],
    ).fetchall()
    by_key = {one.public: one for one in watchers.values()}
    assert {bytes(key) for key, *_ in kept} == set(by_key)
    for key, line, note, at in kept:
        whole = read_note((note + line).encode())
        assert cosigned_at(whole, by_key[bytes(key)].name, bytes(key), vault.verify) == at
        assert abs(at - time.time()) < 60


def test_two_gone_stop_outsiders_and_nobody_else_until_one_is_back(watchers: dict[str, Watcher]) -> None:
    name_witnesses({"/witnesses": listed(watchers), "/seconds": {"alarm": 1, "stop": 2}})
    book()
    serve()
    with sealing_on(), rounds():
        until(lambda: now().unwitnessed < 1_500_000)
        assert isinstance(ask(question()), Chunk)
        watchers["courts"].stop()
        one_more_unsealed()
        time.sleep(2.5)
        assert isinstance(ask(question()), Chunk), "two of three are enough"
        watchers["city"].stop()
        one_more_unsealed()
        until(lambda: doubt() is not None)
        assert ask(question()) == doubt() == witnessed.LEDGER_UNWITNESSED
        book("Roe")  # custody work goes on
        watchers["courts"].start()
        until(lambda: doubt() is None, 20)
        assert isinstance(ask(question()), Chunk)


def one_more_unsealed() -> None:
    ledger.refuse(witnessed.LEDGER_UNWITNESSED, by=REGISTER)


def test_a_witness_that_hangs_delays_neither_the_others_nor_the_sealer(watchers: dict[str, Watcher]) -> None:
    watchers["city"].hangs = 30
    with sealing_on(), rounds():
        began = time.monotonic()
        one_more_unsealed()
        until(lambda: now().unwitnessed == 0, 5)
        assert time.monotonic() - began < 5
        until(lambda: said(watchers["city"]) == "silent")
    assert {said(watchers["courts"]), said(watchers["prosecutor"])} == {"agrees"}


def test_a_witness_that_lost_our_answer_is_shown_the_proof_from_where_it_is(watchers: dict[str, Watcher]) -> None:
    """It had cosigned and we were killed before we kept it: it answers 409 with its size, and is asked again at once."""
    first = one_more()
    with closing(witnesses.Line(watchers["city"].listed())) as line:
        sent = witnessing.errand(line.witness)
        assert sent is not None
        assert line.ask(sent.submission.text())[0] == 200  # and nobody keeps it
        second = one_more()
        assert witnesses.show(line) is False
    with ledger.reading():
        assert witnessed.heard([watchers["city"].public])[watchers["city"].public].cosigned == second > first
    assert watchers["city"].asked == 3
    assert witnessing.errand(line.witness) is None


@pytest.mark.parametrize(
    ("says", "noted"),
    [
        ((200, b"no signature\n"), "refused"),
        ((200, "— witness.city.example QUJDREVG\n".encode()), "refused"),
        ((200, b"\xff"), "refused"),
        ((409, b"99999\n"), "ahead"),
        ((409, b"many\n"), "refused"),
        ((404, b""), "refused"),
        ((403, b"no"), "refused"),
        ((422, b"no"), "refused"),
        ((500, b"x" * 70_000), "refused"),
    ],
)
def test_what_a_witness_says_is_noted_and_nothing_unsigned_is_kept(
    watchers: dict[str, Watcher], owner: Any, says: tuple[int, bytes], noted: str
) -> None:
    one_more()
    city = watchers["city"]
    city.says = says
    with closing(witnesses.Line(city.listed())) as line:
        witnesses.show(line)
        assert said(city) == noted
        assert owner.execute("select count(*) from ledger.cosignature").fetchone() == (0,)
        city.says = None
        witnesses.show(line)
    assert said(city) == "agrees"


def test_a_witness_whose_clock_is_off_counts_for_nothing(watchers: dict[str, Watcher], owner: Any) -> None:
    city = watchers["city"]
    city.off_s = -30
    one_more()
    with closing(witnesses.Line(city.listed())) as line:
        witnesses.show(line)
    assert said(city) == "clock"
    assert owner.execute("select count(*) from ledger.cosignature").fetchone() == (0,)


def test_a_witness_that_knows_another_history_stops_the_log_from_signing_a_second_one(
    watchers: dict[str, Watcher], owner: Any
) -> None:
    size = one_more()
    witnesses.ask_all()
    courts = watchers["courts"]
    assert courts.seen[ORIGIN][0] == size
    courts.seen[ORIGIN] = (size, bytes(32))
    owner.execute("alter table ledger.cosignature disable trigger user")
    owner.execute("delete from ledger.cosignature where witness = %s", [courts.public])
    points = owner.execute("select count(*) from ledger.checkpoint").fetchone()
    witnesses.ask_all()
    assert said(courts) == "forked"
    assert now().contradicted
    one_more()
    assert owner.execute("select count(*) from ledger.checkpoint").fetchone() == points
    courts.says = (503, b"")
    witnesses.ask_all()
    assert said(courts) == "forked", "its silence takes back nothing"


def test_whoever_the_owners_name_no_more_is_asked_no_more(watchers: dict[str, Watcher]) -> None:
    going = witnesses.Rounds()
    going.look()
    one_more()
    until(lambda: all(one.asked for one in watchers.values()))
    name_witnesses({"/witnesses": listed({seat: watchers[seat] for seat in ("city", "courts")})})
    going.look()
    assert {one.name for one in going.running} == {watchers[seat].name for seat in ("city", "courts")}
    going.close()
