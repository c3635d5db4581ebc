"""Keys on a real ledger: put in the place of another and revoked by ceremonies, with real files; what signs, what is suspended, what verifies."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from pars.actions import agreeing, databases, founding, keying, owning, publishing
from pars.actions.beats import Done, Refused
from pars.core.agreements.standing import standing
from pars.core.ledger.checkpoint import COSIGNER, read_note, verifier_key
from pars.core.ledger.entries import Kind
from pars.core.owners.ballot_paper import BallotPaper, read_ballot_paper
from pars.core.owners.ceremony import NEW, OLD, Ceremony, read_ceremony
from pars.core.owners.keyring import LOCK
from pars.core.terms import Refusal
from pars.store import governance, last_signed, ledger, sealing, vault
from pars.store.disclosure import Chunk
from pars.store.fsck import fsck
from pars.store.keyring import keys_by_the_entries, load_keys
from tests.agreements import ORIGIN, key_of, public, vote
from tests.homes import ask, book, question, sealing_on, serve
from tests.ledgers import AGREEMENT, hashed, outsider, staff
from tests.owners import profile_text, witness_text
from verify.checks import verify
from verify.report import VERIFIED
from verify.trust import read_trust

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pars.core.ledger.entries import Entry

CITY = "seat:city"


@pytest.fixture
def key(tmp_path: Path) -> Callable[[str], Path]:
    """Return a function that gives the file of the key called so."""

    def made(name: str) -> Path:
        path = tmp_path / "keys" / name
        vault.write_secret(path, key_of(name).private_bytes_raw())
        return path

    return made


def signed(ceremony: Ceremony | Refusal, key: Callable[[str], Path], **signers: str) -> Ceremony:
    """Pass the file round: each named signer signs with the key called so, on a machine of their own."""
    assert isinstance(ceremony, Ceremony), ceremony
    for name, held in signers.items():
        read = read_ceremony(ceremony.text())
        assert read == ceremony
        ceremony = keying.sign(read, name=name, key=key(held))  # type: ignore[assignment]
        assert isinstance(ceremony, Ceremony), ceremony
    return ceremony


def entered(ceremony: Ceremony, by: str = "voter-courts") -> Done:
    done = keying.enter(ceremony=ceremony, by=staff(by))
    assert isinstance(done, Done), done
    return done


def code(outcome: Any) -> str:
    assert isinstance(outcome, Refused), outcome
    return outcome.refusal.code


def rotate_city(key: Callable[[str], Path]) -> Done:
    begun = keying.begin(use=CITY, key=public("city-2"))
    return entered(signed(begun, key, new="city-2", city="city", courts="courts"))


def revoke_city(key: Callable[[str], Path], since: int = 0) -> Done:
    begun = keying.begin_revoking(use=CITY, key=None, since=since)
    return entered(signed(begun, key, courts="courts", prosecutor="prosecutor"))


def cast(choice: str, seat: str, hash_: str, answers: int, signer: str = "") -> Any:
    return agreeing.vote(agreement=AGREEMENT, ballot=vote(choice, seat, hash_, answers, by=signer), by=staff(f"voter-{seat}"))


def watched_by(public_key: bytes) -> bytes:
    """Return the text that names one witness with this key."""
    line = verifier_key("witness.example", public_key, COSIGNER)
    return witness_text({"/witnesses": [{"key": line, "url": "https://witness.example/pars"}], "/needs": 1})


def stands() -> Any:
    found = publishing.agreement(AGREEMENT)
    assert found is not None
    return found.stands


# ---------------------------------------------------------------- a seat's


def test_a_seat_votes_with_its_new_key_alone(key: Callable[[str], Path], entries: Callable[..., list[Entry]]) -> None:
    made = serve()
    done = rotate_city(key)
    (entry,) = entries(Kind.KEY_ADDED)
    assert (entry.id, entry.detail["use"]) == (done.entry, CITY)
    answers = stands().answers
    assert code(cast("suspend", "city", made.hash, answers)) == "FORGED"
    assert isinstance(cast("suspend", "city", made.hash, answers, "city-2"), Done)
    assert stands().state == "SUSPENDED"
    assert fsck() == ()


def test_what_lacks_signatures_is_refused_and_that_is_entered(
    key: Callable[[str], Path], entries: Callable[..., list[Entry]]
) -> None:
    begun = keying.begin(use=CITY, key=public("city-2"))
    alone = signed(begun, key, new="city-2", city="city")
    assert code(keying.enter(ceremony=alone, by=staff("voter-city"))) == "TOO_FEW_SEATS"
    assert code(keying.enter(ceremony=alone, by=staff("clerk"))) == "NOT_YOUR_ACT"
    enough = signed(alone, key, courts="courts")
    elsewhere = Ceremony(origin="elsewhere/log", use=CITY, key=enough.key, answers=0, signed=enough.signed)
    assert code(keying.enter(ceremony=elsewhere, by=staff("voter-city"))) in {"OTHER_LOG", "NOT_HELD"}
    assert not entries(Kind.KEY_ADDED)
    entered(enough)
    assert code(keying.enter(ceremony=enough, by=staff("voter-city"))) == "WRONG_ANSWER"


def test_a_key_that_a_witness_has_is_refused_and_the_other_way_round(key: Callable[[str], Path]) -> None:
    proposed = owning.propose(text=watched_by(public("city-2")), by=staff("registrar"))
    assert isinstance(proposed, Done), proposed
    begun = keying.begin(use=CITY, key=public("city-2"))
    done = keying.enter(ceremony=signed(begun, key, new="city-2", city="city", courts="courts"), by=staff("voter-city"))
    assert code(done) == "KEY_USED"
    other = keying.begin(use=CITY, key=public("city-3"))
    entered(signed(other, key, new="city-3", city="city", courts="courts"))
    for used in ("city", "city-3"):
        assert code(owning.propose(text=watched_by(public(used)), by=staff("registrar"))) == "KEY_USED"


def test_no_vote_comes_between_a_key_and_its_revocation(key: Callable[[str], Path]) -> None:
    made = serve()
    ceremony = signed(keying.begin_revoking(use=CITY, key=None, since=0), key, courts="courts", prosecutor="prosecutor")
    answers, outcome = stands().answers, []
    voting = threading.Thread(target=lambda: outcome.append(cast("suspend", "city", made.hash, answers)))
    with ledger.acting(staff("registrar"), exclusive=[LOCK]):  # somebody acts on a key: a vote waits for them
        voting.start()
        voting.join(0.5)
        assert voting.is_alive()
        ledger.append(Refusal(code="NO", says="No."), by=staff("registrar"))
    voting.join(10)
    assert isinstance(outcome[0], Done), outcome
    entered(ceremony)
    assert code(cast("suspend", "city", made.hash, answers)) == "NO_KEY"


# ---------------------------------------------------------------- in doubt


def test_what_rests_on_a_revoked_key_is_answered_no_more_until_it_is_voted_on_again(
    key: Callable[[str], Path], owner: Any
) -> None:
    with sealing_on():
        book("Ann Doe")
        made = serve()
        assert isinstance(ask(question()), Chunk)
        revoke_city(key)
        assert stands().doubted
        refused = ask(question())
        assert isinstance(refused, Refusal), refused
        assert refused.code == "AGREEMENT_SUSPENDED"
        assert "a key that voted for it was revoked" in refused.says.lower()
        stamped = owner.execute("select n from governance.stamp where authority = %s", [f"agreement:{AGREEMENT}"]).fetchone()
        assert stamped == (1,)
        answers = stands().answers
        for seat in ("courts", "prosecutor"):
            assert isinstance(cast("reinstate", seat, made.hash, answers), Done)
        assert isinstance(ask(question()), Chunk)


def test_the_rows_and_the_entries_tell_the_same_and_what_is_known_is_only_added_to(key: Callable[[str], Path]) -> None:
    serve()
    assert not stands().doubted  # what was known before the revocation is added to
    revoke_city(key)
    assert stands().doubted
    with ledger.reading() as at:
        opening = governance.must_be_open()
        assert load_keys(opening) == keys_by_the_entries(opening)
        (held,) = load_keys(opening).of(CITY)
        assert held.revoked is not None
        agreement = governance.load_agreement(AGREEMENT)
    assert agreement is not None
    assert standing(agreement, at).state == "SUSPENDED"
    found = keying.keys()
    assert found.lacking() == ("city",)
    assert [(about, ballot.vote.seat) for about, ballot in found.doubted] == [(f"agreement {AGREEMENT}", "city")]
    assert set(found.when) >= {0, held.revoked}


def test_a_text_of_the_owners_stays_and_its_vote_is_told(key: Callable[[str], Path]) -> None:
    proposed = owning.propose(text=profile_text(), by=staff("registrar"))
    assert isinstance(proposed, Done)
    for seat in ("city", "courts"):
        ballot = vote("adopt", seat, hashed(profile_text()), proposed.entry, agreement="text:profile")
        assert isinstance(owning.vote(about="profile", ballot=ballot, by=staff(f"voter-{seat}")), Done)
    revoke_city(key)
    assert owning.gone_by().profile.unsent == 12
    assert [about for about, _ in keying.keys().doubted] == ["the owners' text on profile"]


def test_an_agreement_that_comes_while_a_key_is_revoked_is_not_missed(
    key: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read before the locks may be less than there is under them: then the act begins again."""
    serve()
    honest, looks = keying._agreements, []

    def blind() -> list[str]:
        looks.append(1)
        return [] if len(looks) == 1 else honest()

    monkeypatch.setattr(keying, "_agreements", blind)
    revoke_city(key)
    assert len(looks) == 2
    assert stands().doubted


# ---------------------------------------------------------------- the log's


def lines(owner: Any) -> list[int]:
    """Return how many signatures each checkpoint has, in order."""
    found = owner.execute("select note from ledger.checkpoint order by size").fetchall()
    return [len(read_note(note.encode()).signatures) for (note,) in found]


def test_the_first_checkpoint_over_the_change_bears_both_signatures_and_a_stranger_follows(
    key: Callable[[str], Path], owner: Any, tmp_path: Path
) -> None:
    sealing.seal_now()
    before = founding.trusted_keys()
    begun = keying.begin_for_log()
    assert isinstance(begun, Ceremony)
    assert set(begun.signed) == {NEW, OLD}
    entered(signed(begun, key, city="city", courts="courts"))
    sealing.seal_now()
    book("Ann Doe")
    sealing.seal_now()
    assert lines(owner) == [1, 2, 1]
    # A database from before the change knows the first key alone, and yet finds that the log has signed more since.
    remembered = last_signed.read(ORIGIN, vault.log_key().public_key().public_bytes_raw())
    assert remembered is not None
    assert remembered.size == owner.execute("select max(size) from ledger.checkpoint").fetchone()[0]
    assert fsck() == ()
    bundle = tmp_path / "bundle.pars"
    with sealing_on():
        founding.export(bundle)
    after = founding.trusted_keys()
    assert len(after.splitlines()) == len(before.splitlines()) + 1
    for trusted in (None, before, after):  # who got the keys before and who got them after
        report = verify(bundle.read_bytes(), None if trusted is None else read_trust(trusted))
        assert report.status == VERIFIED, report.words()


def test_the_old_key_signs_no_more_and_can_be_destroyed(key: Callable[[str], Path], owner: Any) -> None:
    begun = keying.begin_for_log()
    assert isinstance(begun, Ceremony)
    entered(signed(begun, key, city="city", courts="courts"))
    sealing.seal_now()
    (vault.folder() / "log").unlink()
    book("Ann Doe")
    sealing.seal_now()
    assert lines(owner)[-1] == 1
    assert fsck() == ()


def test_a_lost_log_key_stops_the_sealing_and_the_owners_put_another_in_its_place(
    key: Callable[[str], Path], owner: Any, tmp_path: Path
) -> None:
    serve()
    sealing.seal_now()
    lost = (vault.folder() / "log").rename(tmp_path / "lost")
    assert isinstance(keying.begin_for_log(), Refusal)
    with sealing_on():
        book("Ann Doe")  # custody work goes on
        begun = keying.begin_for_log(lost=True)
        assert isinstance(begun, Ceremony)
        assert set(begun.signed) == {NEW}
        entered(signed(begun, key, city="city", courts="courts"))
        founding.caught_up()
        bundle = tmp_path / "bundle.pars"
        founding.export(bundle)
    assert set(lines(owner)) == {1}
    assert verify(bundle.read_bytes()).status == VERIFIED
    assert lost.exists()
    revoked = keying.begin_revoking(use="log", key=public_of(lost), since=1)
    entered(signed(revoked, key, city="city", courts="courts"))
    assert "seat" in founding.trusted_keys()
    assert len([line for line in founding.trusted_keys().splitlines() if line.startswith("log ")]) == 1


def public_of(path: Path) -> str:
    return vault.signing_key(path).public_key().public_bytes_raw().hex()


def test_the_key_in_force_is_not_revoked_before_another_is_there(key: Callable[[str], Path]) -> None:
    begun = keying.begin_revoking(use="log", key=None, since=0)
    assert (
        code(keying.enter(ceremony=signed(begun, key, city="city", courts="courts"), by=staff("voter-city"))) == "KEY_IN_FORCE"
    )


def test_what_cannot_be_begun_is_said(key: Callable[[str], Path], tmp_path: Path) -> None:
    for found in (keying.begin(use="seat:nobody", key=bytes(32)), keying.begin_revoking(use="witness", key=None, since=0)):
        assert isinstance(found, Refusal)
        assert found.code == "UNKNOWN_USE"
    revoke_city(key)
    found = keying.begin_revoking(use=CITY, key=None, since=0)
    assert isinstance(found, Refusal)
    assert found.code == "NO_SUCH_KEY"
    begun = keying.begin(use=CITY, key=bytes(32))
    assert isinstance(begun, Ceremony)
    (tmp_path / "none").write_text("no key")
    for path in (tmp_path / "none", tmp_path / "nowhere"):
        unsigned = keying.sign(begun, name="city", key=path)
        assert isinstance(unsigned, Refusal)
        assert unsigned.code == "NO_KEY_FILE"


# ---------------------------------------------------------------- votes


def test_a_vote_is_signed_where_its_key_is_and_handed_in(key: Callable[[str], Path]) -> None:
    serve()
    found = publishing.agreement(AGREEMENT)
    assert found is not None
    paper = agreeing.paper_for(
        found.agreement, found.stands, choice="suspend", version=None, by=staff("voter-city"), reason="A look at it first."
    )
    assert isinstance(paper, BallotPaper), paper
    read = read_ballot_paper(paper.text())
    assert isinstance(read, BallotPaper)
    signed = keying.sign(read, name=None, key=key("city"))
    assert isinstance(signed, BallotPaper)
    assert signed.signature is not None
    ballot = signed.vote(signed.signature)
    assert code(agreeing.vote(agreement=AGREEMENT, ballot=ballot, reason="Another.", by=staff("voter-city"))) == "OTHER_REASON"
    done = agreeing.vote(agreement=AGREEMENT, ballot=ballot, reason=signed.reason, by=staff("voter-city"))
    assert isinstance(done, Done), done
    assert stands().state == "SUSPENDED"
    assert agreeing.sign(paper) == agreeing.KEY_ELSEWHERE  # this home doesn't keep the seat's key
    assert agreeing.sign(paper, key("city")) == ballot
    nobody = agreeing.paper_for(found.agreement, found.stands, choice="suspend", version=None, by=outsider())
    assert nobody == agreeing.NO_SEAT


def test_the_doctor_says_which_seat_has_no_key_and_whose_keys_lie_here_as_far_as_they_count(
    key: Callable[[str], Path], opened: Path
) -> None:
    serve()

    def said() -> list[str]:
        return databases.diagnose(opened)

    vault.write_secret(vault.folder() / "seats" / "courts", key_of("courts").private_bytes_raw())
    vault.write_secret(vault.folder() / "seats" / "city", key_of("city").private_bytes_raw())
    assert any("could vote for them: city, courts." in says for says in said()) or any(
        "could vote for them: courts, city." in says for says in said()
    )
    assert not any("has no key" in says for says in said())
    revoke_city(key)
    (lacks,) = [says for says in said() if "has no key" in says]
    assert lacks.startswith("The seat city has no key")
    assert isinstance(lacks, databases.Wrong)
    assert any("could vote for them: courts." in says for says in said())
    assert any(says.startswith("In doubt: the vote of the seat city") for says in said())


def test_a_key_that_is_not_the_new_one_does_not_sign_for_new(key: Callable[[str], Path]) -> None:
    begun = keying.begin(use=CITY, key=public("city-2"))
    assert isinstance(begun, Ceremony)
    assert keying.sign(begun, name=NEW, key=key("courts")) == keying.NOT_THE_NEW
    assert isinstance(keying.sign(begun, name=NEW, key=key("city-2")), Ceremony)


def test_a_seat_whose_key_was_revoked_hears_so(key: Callable[[str], Path]) -> None:
    serve()
    found = publishing.agreement(AGREEMENT)
    assert found is not None
    paper = agreeing.paper_for(found.agreement, found.stands, choice="suspend", version=None, by=staff("voter-city"))
    assert isinstance(paper, BallotPaper)
    revoke_city(key)
    assert agreeing.sign(paper) == agreeing.KEY_REVOKED
