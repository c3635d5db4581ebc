"""How the log stands with its witnesses, asked of a real database: who has cosigned how far, how long what waits has waited, who objects."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from pars.actions.founding import trusted_keys
from pars.core.ledger.checkpoint import Checkpoint, read_checkpoint, read_note, write_note
from pars.core.ledger.cosignature import cosignature, cosigned
from pars.store import admission, connections, disclosure, last_signed, ledger, schema, sealing, tree, vault, witnessed
from pars.store.disclosure import Chunk
from pars.store.fsck import fsck
from pars.store.sealer import Disordered, Sealer
from tests.agreements import ORIGIN, public, sign
from tests.homes import REGISTER, ask, book, question, serve
from tests.owners import WATCHER_NAMES, WATCHERS, successor_text
from tests.watchers import adopt_text, name_witnesses
from verify.trust import read_trust

if TYPE_CHECKING:
    from pars.core.terms import Refusal

KEYS = {seat: key.public_key().public_bytes_raw() for seat, key in WATCHERS.items()}


def cosign(seat: str, size: int, note: str) -> None:
    """Keep a seat's cosignature under a checkpoint, as if it had just come."""
    body, at = read_note(note.encode()).body, int(time.time())
    line = cosignature(WATCHER_NAMES[seat], KEYS[seat], at, WATCHERS[seat].sign(cosigned(body, at)))
    witnessed.keep_cosignature(size=size, key=KEYS[seat], at=at, line=line.text())


def now() -> witnessed.Watching:
    with ledger.reading():
        return witnessed.watching()


def doubt() -> Refusal | None:
    with ledger.reading():
        return witnessed.doubt(witnessed.watching())


def newest(owner: Any) -> tuple[int, str]:
    sealing.seal_now()
    found = owner.execute("select size, note from ledger.checkpoint order by size desc limit 1").fetchone()
    assert found is not None
    return found


def test_a_ledger_without_witnesses_waits_for_none(opened: Any) -> None:
    assert replace(now(), lag=0) == witnessed.Watching(text=None)
    assert doubt() is None


def test_what_two_of_three_have_seen_is_covered(opened: Any, owner: Any) -> None:
    name_witnesses()
    early, note = newest(owner)
    assert (now().covered, now().contradicted) == (0, False)
    cosign("city", early, note)
    assert now().covered == 0, "one is not enough"
    cosign("courts", early, note)
    assert now().covered == early
    ledger.refuse(witnessed.LEDGER_ROLLED_BACK, by=REGISTER)
    late, note = newest(owner)
    cosign("prosecutor", late, note)
    assert now().covered == early, "of the shorter log each has seen enough; of the longer one, one has"
    cosign("city", late, note)
    assert now().covered == late
    assert now().unwitnessed == 0
    assert fsck() == ()


def test_what_waits_is_counted_from_its_own_time_and_not_from_before_there_were_witnesses(opened: Any, owner: Any) -> None:
    sealing.seal_now()
    time.sleep(0.1)
    began = ledger.now()
    name_witnesses()
    waited = now().unwitnessed
    assert 0 <= waited <= ledger.now() - began
    time.sleep(0.1)
    assert now().unwitnessed >= waited + 100_000
    size, note = newest(owner)
    for seat in ("city", "courts"):
        cosign(seat, size, note)
    assert now().unwitnessed == 0
    ledger.refuse(witnessed.LEDGER_ROLLED_BACK, by=REGISTER)
    time.sleep(0.05)
    assert now().unwitnessed >= 50_000, "what isn't sealed yet waits too"


def test_outsiders_are_refused_when_it_waited_too_long_and_answered_when_it_was_signed(opened: Any, owner: Any) -> None:
    book()
    serve()
    name_witnesses({"/seconds": {"alarm": 1, "stop": 2}})
    assert isinstance(ask(question()), Chunk)
    newest(owner)
    time.sleep(2.1)
    assert getattr(ask(question()), "code", None) == "LEDGER_UNWITNESSED"
    book("Roe")  # custody work goes on
    size, note = newest(owner)
    for seat in ("city", "prosecutor"):
        cosign(seat, size, note)
    assert isinstance(ask(question()), Chunk)


@pytest.mark.parametrize("said", ["ahead", "forked"])
def test_one_witness_that_knows_otherwise_stops_outsiders_until_it_agrees(opened: Any, owner: Any, said: Any) -> None:
    book()
    serve()
    name_witnesses()
    newest(owner)
    witnessed.note_heard(origin=ORIGIN, key=KEYS["courts"], said=said, size=10_000)
    refused = ask(question())
    assert getattr(refused, "code", None) == "LEDGER_ROLLED_BACK"
    signed = owner.execute("select count(*) from ledger.checkpoint").fetchone()
    book("Roe")
    sealing.seal_now()
    assert owner.execute("select count(*) from ledger.checkpoint").fetchone() == signed, "nothing is signed meanwhile"
    witnessed.note_heard(origin=ORIGIN, key=KEYS["courts"], said="agrees", size=10_000)
    assert isinstance(ask(question()), Chunk)
    sealing.seal_now()
    assert owner.execute("select count(*) from ledger.checkpoint").fetchone() != signed


@pytest.fixture
def before_the_lock(monkeypatch: Any) -> Any:
    """Give a function that does something once, after an answer was made ready and before it is admitted."""

    def once(act: Any) -> None:
        admit = disclosure.admit

        def admit_after(admission: Any) -> Any:
            monkeypatch.setattr(disclosure, "admit", admit)
            act()
            return admit(admission)

        monkeypatch.setattr(disclosure, "admit", admit_after)

    return once


def test_what_is_voted_on_witnesses_after_an_answer_was_made_ready_counts_for_it(
    opened: Any, monkeypatch: Any, before_the_lock: Any
) -> None:
    book()
    serve()
    waited: list[int] = []
    monkeypatch.setattr(witnessed, "wait_for", lambda entry, *, patience: bool(waited.append(entry)) or True)
    assert isinstance(ask(question()), Chunk)
    assert waited == []
    before_the_lock(lambda: name_witnesses({"/witnessed_first": ["identity"]}))
    answer = ask(question())
    assert isinstance(answer, Chunk)
    assert waited == [answer.entry]


def test_what_a_witness_says_counts_for_an_answer_that_was_made_ready_longer_ago_than_w(
    opened: Any, owner: Any, before_the_lock: Any
) -> None:
    book()
    serve()
    name_witnesses()
    newest(owner)

    def knows_more() -> None:
        witnessed.note_heard(origin=ORIGIN, key=KEYS["courts"], said="ahead", size=10_000)
        time.sleep(admission.SLOWEST_S)

    before_the_lock(knows_more)
    assert getattr(ask(question()), "code", None) == "LEDGER_ROLLED_BACK"


def test_who_isnt_named_by_the_owners_stops_nobody(opened: Any, owner: Any) -> None:
    book()
    serve()
    newest(owner)
    witnessed.note_heard(origin=ORIGIN, key=KEYS["courts"], said="ahead", size=10_000)
    assert isinstance(ask(question()), Chunk)
    witnessed.note_heard(origin="another.example", key=KEYS["courts"], said="ahead", size=10_000)
    name_witnesses()
    assert doubt() == witnessed.LEDGER_ROLLED_BACK


def test_what_a_witness_says_again_is_noted_once(opened: Any, owner: Any) -> None:
    for said, size in (("silent", 0), ("silent", 0), ("agrees", 5), ("agrees", 6), ("ahead", 7), ("ahead", 8)):
        witnessed.note_heard(origin=ORIGIN, key=KEYS["city"], said=said, size=size)  # type: ignore[arg-type]
    kept = owner.execute("select said, size from ledger.heard order by n").fetchall()
    assert kept == [("silent", 0), ("agrees", 5), ("ahead", 7), ("ahead", 8)]
    with ledger.reading():
        heard = witnessed.heard([KEYS["city"], KEYS["courts"]])
    assert (heard[KEYS["city"]].said, heard[KEYS["city"]].size) == ("ahead", 8)
    assert heard[KEYS["courts"]].said is None


# ---------------------------------------------------------------- the log's own memory


def test_the_log_remembers_what_it_signed_outside_the_database(opened: Any, owner: Any) -> None:
    size, note = newest(owner)
    key = vault.log_key().public_key().public_bytes_raw()
    last = last_signed.read(ORIGIN, key)
    assert last == read_checkpoint(read_note(note.encode()).body)
    assert last is not None
    assert last.size == size
    assert last_signed.read("another.example", key) is None
    assert last_signed.compare(last, size - 1, lambda _: b"") == "ahead"
    assert last_signed.compare(last, size + 1, lambda _: b"") == "forked"
    assert last_signed.compare(last, size + 1, lambda _: last.root) == "agrees"
    body = last.body()
    last_signed.write(write_note(body, ORIGIN, public("city"), sign("city", body)).decode())
    assert last_signed.read(ORIGIN, key) is None  # somebody else's


def test_a_database_from_before_what_was_signed_is_found_and_signs_nothing(opened: Any, owner: Any) -> None:
    book()
    serve()
    newest(owner)
    assert isinstance(ask(question()), Chunk)
    size, _ = newest(owner)
    # As a snapshot from before would have it: the tree is shorter than what was signed.
    for table in ("checkpoint", "leaf"):
        owner.execute(f"alter table ledger.{table} disable trigger user")
    owner.execute("delete from ledger.checkpoint where size > %s", [size - 1])
    owner.execute("delete from ledger.leaf where index >= %s", [size - 1])
    book("Roe")
    points = owner.execute("select count(*) from ledger.checkpoint").fetchone()
    sealing.seal_now()
    assert owner.execute("select said from ledger.heard order by n desc limit 1").fetchone() == ("ahead",)
    assert owner.execute("select count(*) from ledger.checkpoint").fetchone() == points
    assert getattr(ask(question()), "code", None) == "LEDGER_ROLLED_BACK"
    book("Poe")


def test_outsiders_are_refused_by_what_was_signed_also_before_anybody_seals_again(opened: Any, owner: Any) -> None:
    """A server that never stopped finds another database behind its back: the log's own memory speaks at once."""
    book("Doe")
    serve()
    sealing.seal_now()
    assert isinstance(ask(question()), Chunk)
    with ledger.reading():
        size = tree.Tree(connections.current().connection).size()
    key, before = vault.log_key(), last_signed._file().read_text()
    body = Checkpoint(origin=ORIGIN, size=size + 10, root=bytes(32)).body()
    last_signed.write(write_note(body, ORIGIN, key.public_key().public_bytes_raw(), key.sign(body)).decode())
    refused = ask(question())
    assert not isinstance(refused, Chunk)
    assert refused is not None
    assert refused.code == "LEDGER_ROLLED_BACK"
    book("Roe")
    last_signed.write(before)
    assert isinstance(ask(question()), Chunk)


def test_the_owners_open_a_successor_which_signs_under_its_own_name(opened: Any, owner: Any) -> None:
    """The newest database is lost. By their quorum the owners go on under another name: outsiders are answered again."""
    book()
    serve()
    name_witnesses({"/seconds": {"alarm": 600, "stop": 900}})
    size, _ = newest(owner)
    witnessed.note_heard(origin=ORIGIN, key=KEYS["courts"], said="ahead", size=size + 500)
    assert doubt() == witnessed.LEDGER_ROLLED_BACK
    adopt_text("successor", successor_text({"/after/size": size + 500}))
    grown, note = newest(owner)
    assert read_checkpoint(read_note(note.encode()).body).origin == "pars.test/log-2"
    assert grown > size
    assert doubt() is None
    assert isinstance(ask(question()), Chunk)
    with ledger.reading():
        assert witnessed.named_since() > size
        assert (witnessed.log_name(size), witnessed.log_name()) == (ORIGIN, "pars.test/log-2")
        assert witnessed.heard([KEYS["courts"]])[KEYS["courts"]].said is None, "of this log nobody has said anything yet"
    assert [name for name, _ in read_trust(trusted_keys()).logs] == [ORIGIN, "pars.test/log-2"], (
        "who gets the keys gets both names"
    )
    assert fsck() == ()


def test_a_server_that_counts_transactions_anew_seals_nothing_and_says_so(opened: Any, owner: Any) -> None:
    """As after a dump was read into another server: the order of what comes now isn't guessed."""
    book()
    serve()
    newest(owner)
    assert schema.behind() is None
    owner.execute("alter table ledger.entry disable trigger user")
    owner.execute("update ledger.entry set xid = (xid::text::bigint + 1000000000)::text::xid8")
    assert "counts transactions anew" in (schema.behind() or "")
    assert getattr(ask(question()), "code", None) == "LEDGER_BEHIND"
    owner.execute("alter table ledger.entry enable trigger user")
    book("Roe")  # whoever works goes on
    with psycopg.connect(connections.address("seal"), autocommit=True) as alone, pytest.raises(Disordered):
        Sealer.begin(alone)
