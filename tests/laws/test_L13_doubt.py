"""L13. Doubt refuses outsiders and never traps a person: what is broken, stopped or lost keeps nobody from being released."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pars.actions import databases, disclosing, intake, owning
from pars.actions.beats import Done, Once
from pars.actions.disclosing import CaseShown, Chunk, Declined, Told, questions
from pars.core.ledger.entries import Kind
from pars.store import admission, connections, disclosure, doubt, governance, keys, vault, volume
from pars.store.fsck import fsck
from pars.store.repeated import Unreadable
from pars.store.sealer import Sealer
from pars.store.sealing import seal_now
from tests import desks
from tests.actions.test_asking import ASKED, CALLER
from tests.actions.test_owning import adopt
from tests.desks import REGISTRAR
from tests.homes import serve
from tests.ledgers import PROFILE, hashed
from tests.owners import profile_text
from tests.store.conftest import home, opened, owner, sealed, sealing_on

__all__ = ["home", "opened", "owner", "sealed"]

ON_ONE_LEDGER = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
DESKS = ("hold", "submit", "decide", "sign", "interview", "detainer", "hear", "money", "answer", "post", "lift", "free")
"""Everything that the desks do with a person, from booking to the door."""


def released(owner: Any) -> None:
    """Take somebody through all desks, with what these read in between; they must be free at the end."""
    case_id = desks.booked("Whitlock")
    for n, name in enumerate(DESKS):
        shown = disclosing.open_case(case_id=case_id, by=REGISTRAR)
        assert isinstance(shown, CaseShown), shown
        done = desks.step(case_id, name, once=Once(f"{case_id} {n}", b"body"))
        assert isinstance(done, Done), (name, done)
    assert isinstance(disclosing.board(by=REGISTRAR, browser="session"), Chunk)
    assert owner.execute("select released from cases.case_now where case_id = %s", [case_id]).fetchone() == (True,)


def answers(owner: Any) -> int:
    return int(owner.execute("select count(*) from ledger.entry where kind = %s", [int(Kind.DISCLOSED)]).fetchone()[0])


def refused(code: str) -> Declined:
    """Ask as the agency; the question must be refused, with an entry."""
    answer = disclosing.ask(caller=CALLER, asked=ASKED)
    assert isinstance(answer, Declined), answer
    assert answer.refusal.code == code
    return answer


# ---------------------------------------------------------------- the sealer


def test_a_stopped_sealer_stops_outsiders_and_nobody_else(opened, owner, monkeypatch):
    monkeypatch.setattr(doubt, "MOST_LAG_US", 50_000)
    desks.booked("Doe")
    serve()
    seal_now()
    assert isinstance(disclosing.ask(caller=CALLER, asked=ASKED), Told)
    released(owner)  # takes longer than the limit, and nothing of it is sealed
    stream = disclosing.open_stream(caller=CALLER, asked=ASKED, snapshot=True)
    assert isinstance(stream, disclosing.Stream)
    _, beat = disclosing.beat(stream)
    assert isinstance(beat, Declined)
    assert beat.refusal.code == "LEDGER_BEHIND"
    refused("LEDGER_BEHIND")
    released(owner)
    assert answers(owner) == 1
    monkeypatch.undo()
    with sealing_on():
        seal_lag_is_gone(owner)
        assert isinstance(disclosing.ask(caller=CALLER, asked=ASKED), Told)
    assert fsck() == ()


def test_entries_that_are_sealed_and_never_signed_stop_outsiders_and_nobody_else(opened, owner, monkeypatch):
    monkeypatch.setattr(doubt, "MOST_LAG_US", 50_000)
    desks.booked("Doe")
    serve()
    seal_now()
    assert isinstance(disclosing.ask(caller=CALLER, asked=ASKED), Told)
    with monkeypatch.context() as patch:
        patch.setattr(Sealer, "sign", lambda _: None)
        seal_now()
    time.sleep(0.1)
    assert owner.execute("select ledger.seal_lag()").fetchone() == (0,)
    refused("LEDGER_BEHIND")
    desks.booked("Roe")


def seal_lag_is_gone(owner: Any) -> None:
    until = time.monotonic() + 15
    while owner.execute("select ledger.seal_lag() + ledger.unsigned()").fetchone()[0] and time.monotonic() < until:
        time.sleep(0.02)


# ---------------------------------------------------------------- keys


def lose(path: Path, how: str) -> None:
    """Lose a key: its file gone, cut short, or another one in its place."""
    match how:
        case "gone":
            path.unlink()
        case "cut":
            path.write_text(path.read_text()[:20])
        case "another":
            path.write_text("00" * vault.KEY_BYTES + "\n")
        case "nonsense":
            path.write_bytes(b"\xff\xfe not hex")


LOSSES = ("gone", "cut", "another", "nonsense")


def test_a_case_whose_key_is_lost_is_worked_on_and_shown_to_no_outsider(sealed, owner):
    serve({"/limits/questions_per_day": 1000})

    @ON_ONE_LEDGER
    @given(st.integers(0, len(DESKS) - 1), st.sampled_from(LOSSES))
    def losing(when: int, how: str) -> None:
        case_id = desks.booked("Doe")
        for n, name in enumerate(DESKS):
            if n == when:
                newest = vault.newest_epoch()
                assert newest is not None
                lose(vault.epoch_file(newest), how)
                before = answers(owner)
                with pytest.raises(vault.KeyLost):
                    disclosing.ask(caller=CALLER, asked={**ASKED, "where": [], "rows": 50})
                assert answers(owner) == before
            assert isinstance(disclosing.open_case(case_id=case_id, by=REGISTRAR), CaseShown)
            done = desks.step(case_id, name)
            assert isinstance(done, Done), (name, done)
        with connections.connection("app") as given_connection:
            assert case_id in keys.case_keys(given_connection, [case_id])  # worked on since, so it has a new one

    losing()
    assert fsck() == ()
    released(owner)


def test_a_small_secret_that_is_lost_stops_nobody_at_a_desk(sealed, owner):
    serve()
    desks.booked("Doe")
    for name in ("idempotency", "cursor", "order"):
        for how in LOSSES:
            vault.secret(name)
            lose(vault.folder() / name, how)
            once, given = Once(f"{name} {how}", b"body"), desks.arrest()
            first = intake.book_arrest(by=REGISTRAR, once=once, **given)
            assert isinstance(first, Done)
            assert intake.book_arrest(by=REGISTRAR, once=once, **given) == first
            assert isinstance(disclosing.board(by=REGISTRAR, rows_wanted=1), Chunk)
            assert isinstance(disclosing.ask(caller=CALLER, asked=ASKED), Told | Declined)
    released(owner)


# ---------------------------------------------------------------- what can't be read or decided


def tamper(owner, table, what, *values):
    """Change rows of a table behind its guards, as only the login that owns the tables can."""
    owner.execute(f"alter table {table} disable trigger user")
    owner.execute(f"update {table} set {what}", values)
    owner.execute(f"alter table {table} enable trigger user")
    connections.forget()


def test_an_agreement_that_was_tampered_with_answers_nothing(sealed, owner):
    """A signature in the tables that isn't the seat's: no one relies on what they say, and custody work goes on."""
    desks.booked("Doe")
    serve()
    assert isinstance(disclosing.ask(caller=CALLER, asked=ASKED), Told)
    tamper(owner, "governance.vote", "signature = %s where seat = 'courts'", bytes(64))
    before = answers(owner)
    with pytest.raises(Unreadable):
        disclosing.ask(caller=CALLER, asked=ASKED)
    assert answers(owner) == before
    released(owner)
    assert {finding.what for finding in fsck()} & {"UNREADABLE", "ROWS"}


def test_owners_texts_that_were_tampered_with_keep_nobody(sealed, owner, home):
    """The owners' votes on their own work can't be read as they are kept: cases go by what the ledger says of them, and it is said."""
    adopt("profile", profile_text())
    released(owner)
    assert owning.gone_by().doubt is None
    tamper(owner, "governance.owners_vote", "signature = %s where seat = 'courts'", bytes(64))
    released(owner)
    now = owning.gone_by()
    assert (now.profile.unsent, now.doubt is None) == (12, False)
    assert any(now.doubt in line for line in databases.diagnose(home, wall=time.time()))
    assert {finding.what for finding in fsck()} == {
        "UNREADABLE",
        "ROWS",
    }  # the row; and nothing that was recorded meanwhile is doubted


def test_owners_texts_that_no_entry_tells_keep_nobody_either(opened, owner):
    """With the ledger's own entries tampered with too, cases go by the first profile and the rules that ship."""
    adopt("profile", profile_text())
    tamper(owner, "governance.owners_vote", "signature = %s where seat = 'courts'", bytes(64))
    tamper(owner, "ledger.entry", "body = 'nothing' where kind = %s", int(Kind.OWNERS_TEXT_VOTED))
    released(owner)
    assert owning.gone_by().profile.hash == hashed(PROFILE)


def test_where_the_guests_login_fails_staff_go_on(sealed, owner, monkeypatch):
    desks.booked("Doe")
    serve()
    monkeypatch.setattr(connections, "SECONDS_TO_WAIT", 0.3)
    connections.close_pools()
    login = connections.login_file("guest")
    login.write_text(login.read_text().replace("password=", "password=no"))
    with pytest.raises(Exception, match="couldn't get a connection"):
        disclosing.ask(caller=CALLER, asked=ASKED)
    assert answers(owner) == 0
    released(owner)


BROKEN = (
    (questions, "decide"),
    (questions, "terms_of"),
    (questions, "floor"),
    (disclosure, "load_agreement"),
    (governance, "with_emergencies"),
    (volume, "beyond"),
    (volume, "keep_shown"),
    (volume, "load_version"),
    (volume, "count"),
    (admission, "_give_handles"),
    (governance, "clients_of"),
    (governance, "load_agreements"),
)


def test_any_error_while_an_outside_question_is_decided_answers_nothing(sealed, owner, monkeypatch):
    desks.booked("Doe")
    serve()

    def breaks(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    for room, name in BROKEN:
        with monkeypatch.context() as patch:
            patch.setattr(room, name, breaks)
            with pytest.raises(ZeroDivisionError):
                disclosing.ask(caller=CALLER, asked=ASKED)
            released(owner)
        assert answers(owner) == 0, name
        assert owner.execute("select coalesce(sum(used), 0) from governance.volume").fetchone() == (0,)
    assert isinstance(disclosing.ask(caller=CALLER, asked=ASKED), Told)
