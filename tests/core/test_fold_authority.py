"""The fold on agreements: it asks what the gate asked, and adds what only the log shows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pars.core.ledger import drafts
from pars.core.ledger.entries import By
from pars.core.terms import DAY, HOUR, Instant
from tests.agreements import NOW
from tests.ledgers import AGENCY, AGREEMENT, CLIENT, HELD, PERSON, Ledger, hashed, make_version, outsider, staff

REGISTRAR = staff("registrar")
REPORT = hashed(b"report")


def served(**options):
    ledger = Ledger()
    ledger.keep(b"report")
    return ledger, ledger.serve(make_version(**options))


# ---------------------------------------------------------------- proposals and votes


def test_a_proposed_text_must_be_there_and_be_what_the_entry_says():
    ledger, made = Ledger(), make_version()
    ledger.propose(made)
    del ledger.texts[made.hash]
    assert ledger.violation() == "TEXT_MISSING"

    ledger = Ledger()
    draft = drafts.agreement_proposed(agreement=AGREEMENT, agency=AGENCY, version=ledger.keep(b"{}"))
    ledger.add(draft, REGISTRAR)
    assert ledger.violation() == "TEXT_UNREADABLE"

    for field in ("agreement", "agency"):
        ledger = Ledger()
        entry = ledger.propose(made)
        ledger.entries[-1] = replace(entry, detail={**entry.detail, field: "other"})
        assert ledger.violation() == "OTHER_AGREEMENT"


def test_what_the_rules_refuse_is_a_violation():
    ledger = Ledger()
    ledger.propose(make_version(number=2))
    assert ledger.violation() == "WRONG_NUMBER"


def test_two_agreements_may_not_serve_one_purpose_at_once():
    ledger, _ = served()
    ledger.propose(make_version({"/agreement": "AGR-2"}))
    assert ledger.violation() == "TWO_AT_ONCE"


def test_a_vote_is_signed_by_its_seat_over_this_act():
    made = make_version()
    for seat, signer, answers, code in (
        ("city", "city", 6, None),
        ("city", "courts", 6, "FORGED"),
        ("city", "city", 5, "WRONG_ANSWER"),
    ):
        ledger = Ledger()
        assert ledger.propose(made).id == 6
        ledger.vote("adopt", seat, made, answers, signer=signer)
        assert ledger.violation() == code if code else ledger.state()


def test_a_vote_of_another_ledger_is_forged_here():
    made = make_version()
    ledger = Ledger(origin="elsewhere.test/log")
    vote = ledger.vote("adopt", "city", made, ledger.propose(made).id)
    here = Ledger()
    here.propose(made)
    here.add(
        drafts.agreement_voted(**{**vote.detail, "signature": bytes.fromhex(vote.detail["signature"])}), staff("voter-city")
    )
    assert here.violation() == "FORGED"


def test_a_seat_votes_through_its_own_people():
    ledger, made = Ledger(), make_version()
    proposal = ledger.propose(made)
    ledger.vote("adopt", "city", made, proposal.id, by=staff("voter-courts"))
    assert ledger.violation() == "OTHER_SEAT"


def test_an_act_on_an_agreement_that_was_never_proposed():
    for draft in (
        drafts.user_named(agreement="none", person="p"),
        drafts.user_removed(agreement="none", person="p"),
    ):
        ledger = Ledger()
        ledger.add(draft, REGISTRAR)
        assert ledger.violation() == "NO_AGREEMENT"


def test_a_user_is_named_and_removed_as_the_rules_say():
    ledger, _ = served()
    ledger.add(drafts.user_removed(agreement=AGREEMENT, person=PERSON), REGISTRAR)
    ledger.add(drafts.user_named(agreement=AGREEMENT, person=PERSON, holds=HELD, end=Instant(NOW + DAY)), REGISTRAR)
    assert ledger.state().agreements[AGREEMENT].user(PERSON, ledger.at)
    ledger.add(drafts.user_named(agreement=AGREEMENT, person="other"), REGISTRAR)
    assert ledger.violation() == "MUST_HOLD"


# ---------------------------------------------------------------- clients


@pytest.mark.parametrize(
    ("client", "agency", "agreement", "code"),
    [
        ("second", AGENCY, AGREEMENT, None),
        (CLIENT, AGENCY, AGREEMENT, "CLIENT_TWICE"),
        ("second", "other", AGREEMENT, "OTHER_AGENCY"),
        ("second", AGENCY, "none", "NO_AGREEMENT"),
    ],
)
def test_a_client_is_bound_once_to_an_agreement_of_its_agency(client, agency, agreement, code):
    ledger, _ = served()
    ledger.add(drafts.client_bound(client=client, agency=agency, agreement=agreement), REGISTRAR)
    assert ledger.violation() == code if code else ledger.state()


def test_a_client_is_unbound_once():
    ledger, made = served()
    ledger.add(drafts.client_unbound(client=CLIENT, agreement=AGREEMENT), REGISTRAR)
    assert ledger.state()
    ledger.add(drafts.client_unbound(client=CLIENT, agreement=AGREEMENT), REGISTRAR)
    assert ledger.violation() == "CLIENT_NOT_BOUND"
    ledger.entries.pop()
    ledger.disclose(made)
    assert ledger.violation() == "CLIENT_NOT_BOUND"
    ledger.entries.pop()
    ledger.disclose(made, by=outsider(client=None))  # through PARS' own pages
    assert ledger.state()


# ---------------------------------------------------------------- the end, reports, notices, replies


@pytest.mark.parametrize(
    ("ended", "at", "code"),
    [
        (NOW + DAY, NOW + DAY, None),
        (NOW + DAY, NOW + DAY - 1, "END_TOO_EARLY"),
        (NOW + DAY - 1, NOW + DAY, "NOT_ITS_END"),
    ],
)
def test_an_end_is_noted_once_it_has_come(ended, at, code):
    ledger, made = served(end=NOW + DAY)
    ledger.add(drafts.agreement_end_noted(agreement=AGREEMENT, version=made.hash, ended=Instant(ended)), at=at)
    assert ledger.violation() == code if code else ledger.state()


def test_an_end_is_of_a_version_that_was_proposed():
    ledger, _ = served(end=NOW + DAY)
    ledger.add(drafts.agreement_end_noted(agreement=AGREEMENT, version=hashed(b""), ended=Instant(NOW + DAY)), at=NOW + DAY)
    assert ledger.violation() == "NOT_ITS_END"


def test_a_report_is_of_a_time_that_is_over():
    ledger, _ = served()
    for start, end, code in ((NOW, NOW + HOUR, None), (NOW, NOW + HOUR + 1, "PERIOD"), (NOW, NOW, "PERIOD")):
        draft = drafts.use_report_made(agreement=AGREEMENT, start=Instant(start), end=Instant(end), report=REPORT)
        ledger.add(draft, REGISTRAR, at=NOW + HOUR)
        if code:
            assert ledger.violation() == code
            ledger.entries.pop()
    assert ledger.state().reports == {ledger.entries[-1].id: AGREEMENT}


def test_a_notice_is_of_a_version_that_was_proposed():
    ledger, made = served()
    ledger.add(drafts.notice_served(agreement=AGREEMENT, version=made.hash, notice=REPORT))
    assert ledger.state()
    ledger.add(drafts.notice_served(agreement=AGREEMENT, version=REPORT, notice=REPORT))
    assert ledger.violation() == "UNKNOWN_VERSION"


@pytest.mark.parametrize(
    "draft",
    [
        drafts.use_report_made(agreement=AGREEMENT, start=NOW, end=Instant(NOW + 1), report=hashed(b"lost")),
        drafts.notice_served(agreement=AGREEMENT, version=make_version().hash, notice=hashed(b"lost")),
    ],
)
def test_what_was_put_before_the_owners_or_the_public_is_there_to_read(draft):
    ledger, _ = served()
    ledger.add(draft, REGISTRAR)
    assert ledger.violation() == "TEXT_MISSING"


@pytest.mark.parametrize(
    ("by", "about", "code"),
    [
        (REGISTRAR, 0, None),
        (outsider(), 0, None),
        (outsider("stranger"), 0, "NOT_NAMED"),
        (outsider(agreement="AGR-2"), 0, "NO_AUTHORITY"),
        (By(PERSON, "grant:registrar"), 0, "OTHER_PERSON"),
        (REGISTRAR, 1, "NO_REPORT"),
    ],
)
def test_the_agency_replies_to_a_report_on_itself(by, about, code):
    ledger, _ = served()
    draft = drafts.use_report_made(agreement=AGREEMENT, start=NOW, end=Instant(NOW + HOUR), report=REPORT)
    report = ledger.add(draft, REGISTRAR, at=NOW + HOUR)
    ledger.add(drafts.agreement_replied(agreement=AGREEMENT, report=report.id + about, reply=REPORT), by)
    if code:
        assert ledger.violation() == code
    else:
        assert len(ledger.state().agreements[AGREEMENT].replies) == 1
