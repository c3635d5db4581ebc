"""The log and three witnesses as owners run them: real processes, over real sockets, one of them killed and begun anew."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pars.actions import databases, keying, proving
from pars.core.ledger.checkpoint import COSIGNER, read_note, read_verifier_key, verifier_key
from pars.core.ledger.policy import Group, Log, Policy, Witness
from pars.core.ledger.proof import read_proof
from pars.core.owners.ceremony import Ceremony
from pars.store import ledger, sealing, vault, witnessed
from pars.store.connections import current
from pars.store.fsck import fsck
from tests.actions.test_witnessing import now, one_more, rounds, until
from tests.agreements import ORIGIN, key_of
from tests.ledgers import staff
from tests.store.test_sealing import tamper
from tests.watchers import name_witnesses
from tests.witness.running import running, typed

if TYPE_CHECKING:
    from pathlib import Path

SEATS = ("city", "courts", "prosecutor")


def made(folder: Path, seat: str) -> tuple[str, bytes, str]:
    """Make a witness that knows this log; return the name and key that it has, and its line for the owners."""
    log = vault.log_key().public_key().public_bytes_raw()
    line = typed("init", folder, "--name", f"witness.{seat}.test")[1].splitlines()[-1]
    assert typed("log", folder, verifier_key(ORIGIN, log))[0] == 0
    return *read_verifier_key(line, COSIGNER), line


def said(key: bytes) -> tuple[str | None, int]:
    with ledger.reading():
        found = witnessed.heard([key])[key]
    return found.said, found.cosigned


def receipt_of(index: int) -> Any:
    with ledger.reading():
        found = current().connection.execute("select entry from ledger.leaf where index = %s", [index]).fetchone()
    assert found is not None
    text = proving.receipt_at_home(found[0])
    assert text is not None
    return proving.text_of(text)


def test_real_witnesses_cosign_the_log_and_one_that_was_killed_goes_on_where_it_ended(
    opened: Any, owner: Any, tmp_path: Path
) -> None:
    del opened
    own = {seat: made(tmp_path / seat, seat) for seat in SEATS}
    log = vault.log_key().public_key().public_bytes_raw()
    policy = Policy(
        logs=(Log(origin=ORIGIN, key=log),),
        witnesses=tuple(Witness(name=seat, key_name=name, key=key) for seat, (name, key, _) in own.items()),
        groups=(Group(name="owners", least=2, members=SEATS),),
        quorum="owners",
    )
    with ExitStack() as stack:
        started = {seat: stack.enter_context(running(tmp_path / seat)) for seat in SEATS}
        listed = [{"seat": seat, "key": own[seat][2], "url": started[seat][1]} for seat in SEATS]
        name_witnesses({"/witnesses": listed})
        size = one_more()
        stack.enter_context(rounds())
        until(lambda: all(said(key) == ("agrees", size) for _, key, _ in own.values()))
        note = read_note(read_proof(receipt_of(size - 1)).note)
        assert set(policy.cosigners(note, vault.verify)) == set(SEATS)
        process, url = started["courts"]
        process.kill()
        later = one_more()
        until(lambda: now().covered == later)
        note = read_note(read_proof(receipt_of(later - 1)).note)
        assert set(policy.cosigners(note, vault.verify)) == {"city", "prosecutor"}
        assert policy.satisfied(note, vault.verify)
        stack.enter_context(running(tmp_path / "courts", urlsplit(url).port or 0))
        until(lambda: said(own["courts"][1]) == ("agrees", later), 6.0)  # within two seconds, and what a busy machine takes
    assert fsck() == ()
    tamper(owner, "ledger.cosignature", f"update ledger.cosignature set at = at + 1 where size = {later}")
    assert {finding.what for finding in fsck()} == {"COSIGNATURE"}
    tamper(owner, "ledger.cosignature", f"update ledger.cosignature set at = at - 1 where size = {later}")


def test_a_witness_that_was_not_told_the_log_s_new_key_is_named_until_it_is(opened: Path, tmp_path: Path) -> None:
    """The owners change the log's key and forget a witness: it, its status, the screen and the doctor say so; once told, it signs again."""
    folder = tmp_path / "city"
    _, public, line = made(folder, "city")
    with running(folder) as (_, url):
        name_witnesses({"/witnesses": [{"seat": "city", "key": line, "url": url}], "/needs": 1})
        size = one_more()
        with rounds():
            until(lambda: said(public) == ("agrees", size))
            begun = keying.begin_for_log()
            assert isinstance(begun, Ceremony)
            for seat in ("city", "courts"):
                begun = begun.with_signature(seat, key_of(seat).sign(begun.message))
            assert isinstance(keying.enter(ceremony=begun, by=staff("voter-courts")), ledger.Done)
            both = sealing.seal_now()
            until(lambda: said(public) == ("agrees", both))  # the checkpoint over the change bears the key that it knows, too
            later = one_more()
            until(lambda: said(public)[0] == "unknown")
            status, words, _ = typed("status", folder)
            assert (status, f"a checkpoint of {ORIGIN} over {later} entries" in words) == (0, True), "anybody may have sent it"
            told = keying.keys().log_line
            assert any(f"pars witness log FOLDER '{told}'" in says for says in databases.diagnose(opened))
            assert typed("log", folder, told)[0] == 0
            until(lambda: said(public) == ("agrees", later))
    assert typed("status", folder)[0] == 0
    assert fsck() == ()
