"""The fold on the owners' own texts, and on what cites the text that it goes by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pars.core.ledger import dealing_drafts, drafts
from pars.core.ledger.entries import Kind
from pars.core.terms import DAY, SECOND
from tests.core.test_fold_authority import served
from tests.ledgers import DRAFTER, PROFILE, SYSTEM, Ledger, hashed, staff
from tests.owners import profile_text, rule_text

if TYPE_CHECKING:
    from pars.core.ledger.entries import Entry

SHIPPED = hashed(b"the rules that ship")


def opened_case(ledger: Ledger, cited: bytes | None, kind: Kind = Kind.ARREST_BOOKED, **options: Any) -> Entry:
    detail = {} if cited is None else {"profile": hashed(cited)}
    return ledger.add(drafts.case_changed(kind, case=hashed(b"c"), version=1, detail=detail), staff("registrar"), **options)


def answered(ledger: Ledger, rules: str, rule: str = "INVENTED_ORDINANCE") -> Entry:
    detail = {"rule": rule, "rules": rules}
    draft = drafts.case_changed(Kind.DETAINER_DECIDED, case=hashed(b"c"), version=2, detail=detail)
    return ledger.add(draft, staff("registrar"))


def test_what_is_in_force_follows_from_proposals_and_votes() -> None:
    ledger, _ = served()
    last = ledger.adopt_text("profile", profile_text())
    ledger.adopt_text("detainers", rule_text())
    state = ledger.state()
    assert set(state.texts) == {"profile", "detainers"}
    now = state.texts["profile"].in_force(last.at)
    assert now is not None
    assert now.text.hash == hashed(profile_text())
    assert state.opening is not None
    assert state.opening.profile.hash == hashed(PROFILE)


def test_a_proposal_names_a_text_that_is_there_and_is_one() -> None:
    def proposing(about: str, text: bytes, *, kept: bool = True, by: Any = None) -> Ledger:
        ledger, _ = served()
        if kept:
            ledger.keep(text)
        ledger.add(drafts.owners_text_proposed(about=about, text=hashed(text)), by or staff("registrar"))
        return ledger

    assert proposing("profile", profile_text()).state().texts
    assert proposing("profile", profile_text(), kept=False).violation() == "TEXT_MISSING"
    assert proposing("profile", b"{}").violation() == "TEXT_UNREADABLE"
    assert proposing("detainers", profile_text()).violation() == "OTHER_SUBJECT"
    assert proposing("weather", profile_text()).violation() == "UNKNOWN_SUBJECT"
    assert proposing("profile", profile_text(), by=staff("clerk")).violation() == "NOT_YOUR_ACT"
    assert proposing("profile", profile_text(), by=SYSTEM).violation() == "NO_AUTHORITY"


@pytest.mark.parametrize("about", ["profile", "detainers"])
def test_a_vote_is_the_seats_own(about: str) -> None:
    text = profile_text() if about == "profile" else rule_text()
    ledger, _ = served()
    ledger.vote_text("adopt", "city", about, text, ledger.propose_text(about, text).id, by=staff("voter-courts"))
    assert ledger.violation() == "OTHER_SEAT"
    ledger, _ = served()
    ledger.vote_text("adopt", "city", about, text, ledger.propose_text(about, text).id, signer="courts")
    assert ledger.violation() == "FORGED"
    ledger, _ = served()
    ledger.vote_text("adopt", "city", about, text, 77)
    assert ledger.violation() == "WRONG_ANSWER"
    ledger, _ = served()
    ledger.vote_text("adopt", "city", about, text, ledger.propose_text(about, text).id, by=staff("registrar"))
    assert ledger.violation() == "NOT_YOUR_ACT"


def test_a_text_is_taken_back_by_whose_people_proposed_it_while_it_is_open() -> None:
    def taken_back(by: Any, about: str = "profile", text: bytes | None = None, *, adopted: bool = False) -> Ledger:
        ledger, _ = served()
        ledger.give("drafter", DRAFTER, staff("registrar"))
        proposal = ledger.propose_text("profile", profile_text())
        for seat in ("city", "courts") if adopted else ("city",):
            ledger.vote_text("adopt", seat, "profile", profile_text(), proposal.id)
        ledger.add(dealing_drafts.owners_text_withdrawn(about=about, text=hashed(text or profile_text())), by)
        return ledger

    state = taken_back(staff("registrar")).state()
    assert [one.number for one in state.texts["profile"].withdrawn] == [1]
    assert taken_back(staff("drafter")).violation() == "NOT_YOUR_PROPOSAL"
    assert taken_back(staff("voter-city")).violation() == "NOT_YOUR_ACT"
    assert taken_back(SYSTEM).violation() == "NO_AUTHORITY"
    assert taken_back(staff("registrar"), text=b"another").violation() == "UNKNOWN_TEXT"
    assert taken_back(staff("registrar"), about="weather").violation() == "UNKNOWN_SUBJECT"
    assert taken_back(staff("registrar"), adopted=True).violation() == "NOT_OPEN"
    ledger = taken_back(staff("registrar"))
    ledger.vote_text("adopt", "courts", "profile", profile_text(), ledger.entries[-3].id)
    assert ledger.violation() == "WITHDRAWN"


def test_no_act_on_a_text_is_earlier_than_the_one_before_it() -> None:
    ledger, _ = served()
    proposal = ledger.propose_text("profile", profile_text())
    ledger.vote_text("adopt", "city", "profile", profile_text(), proposal.id, at=proposal.at - SECOND)
    assert ledger.violation() == "OUT_OF_ORDER"


@pytest.mark.parametrize("kind", [Kind.ARREST_BOOKED, Kind.DOCUMENT_RECEIVED])
def test_a_case_cites_the_profile_in_force_when_it_was_opened(kind: Kind) -> None:
    def after(*votes: bytes, cited: bytes | None) -> Ledger:
        ledger, _ = served()
        for text in votes:
            ledger.adopt_text("profile", text)
        opened_case(ledger, cited, kind)
        return ledger

    later = profile_text({"/start": served()[0].at + 9 * DAY})
    assert after(cited=None).state()
    assert after(cited=PROFILE).state()
    assert after(profile_text(), cited=profile_text()).state()
    assert after(later, cited=PROFILE).state()
    assert after(cited=profile_text()).violation() == "OTHER_PROFILE"
    assert after(profile_text(), cited=PROFILE).violation() == "OTHER_PROFILE"
    assert after(later, cited=later).violation() == "OTHER_PROFILE"


def test_a_detainer_is_answered_by_the_owners_rule_while_one_is_in_force() -> None:
    def after(votes: int, rules: str, code: str = "INVENTED_ORDINANCE") -> Ledger:
        ledger, _ = served()
        ledger.adopt_text("detainers", rule_text(), ("city", "courts")[:votes])
        answered(ledger, rules, code)
        return ledger

    assert after(1, SHIPPED, "EXECUTIVE_ORDER_5_16").state()
    assert after(2, hashed(rule_text())).state()
    assert after(1, hashed(rule_text())).violation() == "OTHER_RULE"
    assert after(2, SHIPPED).violation() == "OTHER_RULE"
    assert after(2, hashed(rule_text()), "EXECUTIVE_ORDER_5_16").violation() == "OTHER_RULE"
