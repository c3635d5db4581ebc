"""An owner's officer who left: what they cast for the seat stays the seat's, nothing more that they sign counts, and who follows them goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pars.actions import agreeing, founding, owning
from pars.actions.beats import Done, Refused
from pars.core.agreements.agreement import standing
from pars.core.ledger.entries import By, Kind
from pars.core.owners.owners_text import lock_of
from pars.store import governance, ledger
from tests.agreements import vote as signed_vote
from tests.desks import REGISTRAR
from tests.homes import give, propose, serve
from tests.ledgers import DRAFTER, VOTER, hashed, make_version, staff
from tests.ledgers import REGISTRAR as REGISTRAR_ROLE
from tests.owners import profile_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from pars.core.agreements.version import Version
    from pars.core.ledger.entries import Entry

LEAVER, SUCCESSOR = staff("voter-city"), staff("successor")


def cast(choice: str, made: Version, answers: int, by: By, seat: str = "city") -> Done | Refused:
    return agreeing.vote(agreement="AGR-1", ballot=signed_vote(choice, seat, made.hash, answers), by=by)


def on_text(choice: str, answers: int, by: By, seat: str = "city") -> Done | Refused:
    ballot = signed_vote(choice, seat, hashed(profile_text()), answers, agreement=lock_of("profile"))
    return owning.vote(about="profile", ballot=ballot, by=by)


def leave() -> None:
    """Give the seat to somebody else, and end the grant of who held it."""
    give("successor", VOTER["city"], by=REGISTRAR)
    assert isinstance(founding.remove_grant(grant="voter-city", by=REGISTRAR), Done)


def code(outcome: Any) -> str:
    assert isinstance(outcome, Refused), outcome
    return outcome.refusal.code


def state() -> str:
    with ledger.reading() as at:
        found = governance.load_agreement("AGR-1")
    assert found is not None
    return standing(found, at).state


def test_a_vote_cast_before_stays_and_carries_and_a_later_one_is_refused(
    opened: object, entries: Callable[..., list[Entry]]
) -> None:
    made = make_version(start=ledger.now(), end=ledger.now() + 10**12)
    entry = propose(made).entry
    voted = cast("adopt", made, entry, LEAVER)
    assert isinstance(voted, Done), voted
    leave()
    # The same signature again, and a new one: the person has no grant to cast either under.
    assert code(cast("adopt", made, entry, LEAVER)) == "GRANT_ENDED"
    assert code(cast("withdraw", made, voted.entry, LEAVER)) == "GRANT_ENDED"
    # The seat has voted: who follows can't vote beside it, and may take it back as the seat's own.
    assert code(cast("adopt", made, entry, SUCCESSOR)) == "SECOND_VOTE"
    assert isinstance(cast("adopt", made, entry, staff("voter-courts"), seat="courts"), Done)
    assert state() == "IN_FORCE"
    assert [one.detail["seat"] for one in entries(Kind.AGREEMENT_VOTED)] == ["city", "courts"]
    with ledger.reading():
        known = governance.load_agreement("AGR-1")
    assert known is not None
    assert [ballot.by.person for ballot in known.ballots] == ["voter-city", "voter-courts"]


def test_who_follows_takes_the_seats_vote_back_and_votes_anew(opened: object) -> None:
    made = make_version(start=ledger.now(), end=ledger.now() + 10**12)
    entry = propose(made).entry
    voted = cast("adopt", made, entry, LEAVER)
    assert isinstance(voted, Done), voted
    leave()
    back = cast("withdraw", made, voted.entry, SUCCESSOR)
    assert isinstance(back, Done), back
    assert isinstance(cast("reject", made, back.entry, SUCCESSOR), Done)
    assert isinstance(cast("adopt", made, entry, staff("voter-courts"), seat="courts"), Done)
    assert state() == "PROPOSED"


def test_a_suspension_by_who_left_holds_and_who_follows_may_lift_it(sealed: object) -> None:
    made = serve()
    with ledger.reading() as at:
        found = governance.load_agreement("AGR-1")
    assert found is not None
    assert isinstance(cast("suspend", made, standing(found, at).answers, LEAVER), Done)
    leave()
    assert state() == "SUSPENDED"
    with ledger.reading() as at:
        found = governance.load_agreement("AGR-1")
    assert found is not None
    answers = standing(found, at).answers
    assert code(cast("reinstate", made, answers, LEAVER)) == "GRANT_ENDED"
    assert isinstance(cast("reinstate", made, answers, SUCCESSOR), Done)
    assert isinstance(cast("reinstate", made, answers, staff("voter-courts"), seat="courts"), Done)
    assert state() == "IN_FORCE"


def test_on_the_owners_own_texts_it_is_the_same(opened: object) -> None:
    proposed = owning.propose(text=profile_text(), by=REGISTRAR)
    assert isinstance(proposed, Done), proposed
    assert isinstance(on_text("adopt", proposed.entry, LEAVER), Done)
    leave()
    assert code(on_text("adopt", proposed.entry, LEAVER)) == "GRANT_ENDED"
    assert code(on_text("adopt", proposed.entry, SUCCESSOR)) == "SECOND_VOTE"
    assert isinstance(on_text("adopt", proposed.entry, staff("voter-courts"), seat="courts"), Done)
    assert owning.gone_by().profile.hash == hashed(profile_text())


def test_what_somebody_who_left_proposed_is_taken_back_by_another_of_the_same_owner(opened: object) -> None:
    made = make_version(start=ledger.now(), end=ledger.now() + 10**12)
    propose(made)
    give("drafter", DRAFTER, by=REGISTRAR)
    give("second", REGISTRAR_ROLE, by=REGISTRAR)
    assert isinstance(founding.remove_grant(grant="registrar", by=REGISTRAR), Done)
    assert code(agreeing.withdraw(agreement="AGR-1", version=made.hash, by=REGISTRAR)) == "GRANT_ENDED"
    assert code(agreeing.withdraw(agreement="AGR-1", version=made.hash, by=staff("drafter"))) == "NOT_YOUR_PROPOSAL"
    assert isinstance(agreeing.withdraw(agreement="AGR-1", version=made.hash, by=staff("second")), Done)
    assert state() == "WITHDRAWN"
