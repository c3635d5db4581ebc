"""Checkpoints brought to witnesses over real sockets: what they sign is kept, what they say otherwise is noted, who is slow delays nobody."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pars.actions import expunging, witnessing
from pars.core.ledger import drafts
from pars.core.ledger.checkpoint import read_note, verifier_key
from pars.core.ledger.cosignature import cosigned_at
from pars.core.ledger.entries import Kind
from pars.edge import witnesses
from pars.store import disclosure, ledger, sealing, vault, witnessed
from pars.store.disclosure import Chunk
from pars.store.fsck import fsck
from pars.store.integrity import load_integrity
from tests.actions.test_expunging import OFFICER, over, ready
from tests.actions.test_struck_charges import ready as ready_charges
from tests.agreements import ORIGIN, SEATS
from tests.homes import REGISTER, ask, book, do, give, question, sealing_on, serve
from tests.ledgers import PERSON
from tests.ledgers import REGISTRAR as ROLE
from tests.watchers import Watcher, listed, name_witnesses, three
from witness.command import main as witness_typed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pars.core.terms import Refusal


@pytest.fixture
def watchers(opened: Any) -> Iterator[dict[str, Watcher]]:
    """Run three witnesses whom the owners have named."""
    with three() as made:
        name_witnesses({"/witnesses": listed(made)})
        yield made


@pytest.fixture
def officer(opened: Any) -> None:
    """Let a colleague carry orders out, from before anybody acted."""
    give("officer", ROLE)


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
        return witnessed.doubt(witnessed.watching())


def answered() -> bool:
    """Return whether an outsider is answered, asked once there is no doubt: on a busy machine a signature may come late."""
    return doubt() is None and isinstance(ask(question()), Chunk)


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
    name_witnesses({"/witnesses": listed(watchers), "/seconds": {"alarm": 1, "stop": 3}})
    book()
    serve()
    with sealing_on(), rounds():
        until(answered)
        watchers["courts"].stop()
        one_more_unsealed()
        time.sleep(3.5)
        until(answered)  # two of three are enough
        watchers["city"].stop()
        one_more_unsealed()
        until(lambda: doubt() is not None)
        assert ask(question()) == doubt() == witnessed.LEDGER_UNWITNESSED
        book("Roe")  # custody work goes on
        watchers["courts"].start()
        until(answered, 20)


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
        ((404, b""), "unknown"),
        ((403, b"no"), "unknown"),
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


def test_a_connection_that_a_witness_closed_meanwhile_is_begun_anew_and_is_no_silence(
    watchers: dict[str, Watcher], owner: Any
) -> None:
    city = watchers["city"]
    with closing(witnesses.Line(city.listed())) as line:
        one_more()
        witnesses.show(line)
        held = line.connection
        assert held is not None
        held.sock.shutdown(socket.SHUT_RDWR)  # as its server does with a connection that nobody used for long
        later = one_more()
        witnesses.show(line)
        assert city.seen[ORIGIN][0] == later
        city.stop()
        held = line.connection
        assert held is not None
        held.sock.shutdown(socket.SHUT_RDWR)
        one_more()
        with pytest.raises(OSError, match="refused"):
            witnesses.show(line)
    assert {row[0] for row in owner.execute("select said from ledger.heard where witness = %s", [city.public])} == {"agrees"}


def test_a_witness_that_returns_is_asked_within_two_seconds_and_one_that_leaves_a_quiet_log_is_missed(
    watchers: dict[str, Watcher], monkeypatch: Any
) -> None:
    monkeypatch.setattr(witnesses, "QUIET", 0.5)
    one_more()
    city = watchers["city"]
    with rounds():
        until(lambda: all(said(one) == "agrees" for one in watchers.values()))
        city.stop()
        until(lambda: said(city) != "agrees")  # though nothing new is signed
        time.sleep(4)  # it fails for the third time, and more
        city.start()
        began = time.monotonic()
        until(lambda: said(city) == "agrees")
        assert time.monotonic() - began < 3.5, "two seconds, and a busy machine's"


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
    assert {finding.what for finding in fsck()} == {"ROLLED_BACK"}
    witnessed.note_heard(origin=ORIGIN, key=courts.public, said="agrees", size=size)  # so that all ends well


def test_whoever_the_owners_name_no_more_is_asked_no_more(watchers: dict[str, Watcher]) -> None:
    going = witnesses.Rounds()
    going.look()
    one_more()
    until(lambda: all(one.asked for one in watchers.values()))
    name_witnesses({"/witnesses": listed({seat: watchers[seat] for seat in ("city", "courts")})})
    going.look()
    assert {one.name for one in going.running} == {watchers[seat].name for seat in ("city", "courts")}
    going.close()


# ---------------------------------------------------------------- witnessed first

FIRST = {"/witnessed_first": ["identity"]}


def dropped(owner: Any) -> list[tuple[int, str]]:
    """Return the chunks that were entered as dropped, each with its reason."""
    found = owner.execute(
        "select convert_from(body, 'UTF8')::jsonb -> 'd' from ledger.entry where kind = %s order by id",
        [int(Kind.CHUNK_DROPPED)],
    )
    return [(row[0]["chunk"], row[0]["reason"]) for row in found.fetchall()]


def test_what_is_to_be_witnessed_first_leaves_only_once_enough_have_signed_its_entry(
    watchers: dict[str, Watcher], owner: Any
) -> None:
    name_witnesses({"/witnesses": listed(watchers), **FIRST})
    book()
    serve()
    with sealing_on(), rounds():
        answer = ask(question())
        assert isinstance(answer, Chunk)
        index = owner.execute("select index from ledger.leaf where entry = %s", [answer.entry]).fetchone()[0]
        assert now().covered > index
        assert time.monotonic() - answer.appended < 1.0, "W counts from the last look, not from before the wait"
        assert dropped(owner) == []


def test_where_witnesses_are_gone_it_stays_and_that_is_entered(
    watchers: dict[str, Watcher], owner: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(disclosure, "WITNESS_PATIENCE_S", 0.5)
    name_witnesses({"/witnesses": listed(watchers), **FIRST})
    book()
    serve()
    for one in watchers.values():
        one.stop()
    with sealing_on(), rounds():
        assert ask(question()) == disclosure.NOT_WITNESSED
        ((chunk, reason),) = dropped(owner)
        assert reason == "NOT_WITNESSED"
        assert owner.execute("select kind from ledger.entry where id = %s", [chunk]).fetchone() == (int(Kind.DISCLOSED),)
        assert isinstance(ask(question(columns=("record", "arrest_date"))), Chunk), "what isn't of that class leaves"


def test_what_ends_while_it_waits_for_witnesses_does_not_leave(watchers: dict[str, Watcher], owner: Any) -> None:
    """INVARIANT L2 after the wait: the person is named no more before the witnesses come."""
    name_witnesses({"/witnesses": listed(watchers), **FIRST})
    book()
    made = serve()
    for one in watchers.values():
        one.hangs = 1.5
    with sealing_on(), rounds(), ThreadPoolExecutor() as pool:
        before = owner.execute("select count(*) from ledger.entry where kind = %s", [int(Kind.DISCLOSED)]).fetchone()
        asked = pool.submit(ask, question())
        until(
            lambda: (
                owner.execute("select count(*) from ledger.entry where kind = %s", [int(Kind.DISCLOSED)]).fetchone() != before
            )
        )
        do(drafts.user_removed(agreement=made.agreement, person=PERSON))
        outcome = asked.result(30)
        assert getattr(outcome, "code", None) == "NOT_NAMED", outcome
        assert [reason for _, reason in dropped(owner)] == ["NOT_NAMED"]


def carried_out(means: str, order: int) -> object:
    act = expunging.limit if means == "limited" else expunging.put_away
    return act(order=order, by=OFFICER)


@pytest.mark.parametrize("means", ["expunged", "limited", "charges"])
def test_what_an_order_takes_away_while_it_waits_for_witnesses_does_not_leave(
    officer: None, watchers: dict[str, Watcher], owner: Any, means: str
) -> None:
    """INVARIANT L2 after the wait: no permit tells that one case was put away, limited, or lost a charge; the floor's stamp does."""
    name_witnesses({"/witnesses": listed(watchers), **FIRST})
    asks = question(columns=("record", "surname", "filed_charges"))
    with sealing_on(), rounds(), ThreadPoolExecutor() as pool:
        serve()
        case = over()
        assert isinstance(ask(asks), Chunk)
        order = ready_charges(case) if means == "charges" else ready(case, means)
        for one in watchers.values():
            one.hangs = 1.5
        before = owner.execute("select count(*) from ledger.entry where kind = %s", [int(Kind.DISCLOSED)]).fetchone()
        asked = pool.submit(ask, asks)
        until(
            lambda: (
                owner.execute("select count(*) from ledger.entry where kind = %s", [int(Kind.DISCLOSED)]).fetchone() != before
            )
        )
        done = carried_out(means, order)
        assert isinstance(done, ledger.Done), done
        assert not asked.done(), "the witnesses are still silent"
        assert asked.result(30) == disclosure.NARROWED
        assert [reason for _, reason in dropped(owner)] == ["OVERTAKEN"]


# ---------------------------------------------------------------- with the owners' own program


def run_witness(folder: Path, port: int) -> subprocess.Popen[str]:
    """Run an owner's witness as a process of its own; it listens when this returns."""
    process = subprocess.Popen(
        [sys.executable, "-m", "witness", "serve", str(folder), "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("The witness listens at")
    return process


def test_two_witnesses_killed_stop_outsiders_until_they_are_back_and_the_screen_says_so(opened: Any, tmp_path: Path) -> None:
    """Real processes, killed with -9. Booking goes on throughout; nobody has to do anything once the witnesses run again."""
    log = verifier_key(ORIGIN, vault.log_key().public_key().public_bytes_raw())
    named, ports = [], {}
    for seat in SEATS:
        folder = tmp_path / seat
        with redirect_stdout(StringIO()) as out:
            assert witness_typed(["init", str(folder), "--name", f"witness.{seat}.test"]) == 0
            assert witness_typed(["log", str(folder), log]) == 0
        ports[seat] = free_port()
        key = next(line for line in out.getvalue().splitlines() if line.startswith("witness."))
        named.append({"seat": seat, "key": key, "url": f"http://127.0.0.1:{ports[seat]}"})
    name_witnesses({"/witnesses": named, "/seconds": {"alarm": 1, "stop": 3}})
    book()
    serve()
    with ExitStack() as stack:
        processes = {seat: run_witness(tmp_path / seat, ports[seat]) for seat in SEATS}
        stack.callback(lambda: [end(process) for process in processes.values()])
        stack.enter_context(sealing_on())
        stack.enter_context(rounds())
        until(answered, 20)
        for seat in SEATS[:2]:
            processes[seat].send_signal(signal.SIGKILL)
            end(processes[seat])
        one_more_unsealed()
        until(lambda: doubt() is not None, 20)
        assert ask(question()) == witnessed.LEDGER_UNWITNESSED
        book("Roe")
        with ledger.reading():
            found = load_integrity()
        assert found.refused
        assert found.headline == "Outside questions are refused."
        assert "2 of 3 witnesses" in found.says[0]
        assert "Custody work goes on" in found.says[1]
        assert [one.says for one in found.witnesses] == ["Doesn't answer.", "Doesn't answer.", "Signs."]
        processes[SEATS[0]] = run_witness(tmp_path / SEATS[0], ports[SEATS[0]])
        until(answered, 30)


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
