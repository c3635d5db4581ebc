"""Invented cases for tests, built by the real rules, step by step: booked, sent, decided, signed, asked, heard, ordered."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from pars.core.cases.arraignment import hold_arraignment
from pars.core.cases.bail import OrderTerms
from pars.core.cases.booking import book_arrest, submit_for_charging
from pars.core.cases.case import Case, Change, proposed_charges
from pars.core.cases.charging import complaint_text, decide_charges, sign_complaint
from pars.core.cases.choices import ChargeChoice
from pars.core.cases.facts import IdentityVerified
from pars.core.cases.linking import link_person
from pars.core.cases.pretrial import record_interview
from pars.core.cases.received import ArrestGiven, BookingGiven, ChargeGiven, PersonStated
from pars.core.cases.release import order_release, release_order_sha256
from pars.core.cases.verifying import verify_identity
from pars.core.terms import HOUR, Instant, Refusal, StatedTime

ZONE = "America/New_York"
ID = "11111111-1111-4111-8111-111111111111"
OTHER_ID = "22222222-2222-4222-8222-222222222222"


def at(text: str) -> StatedTime:
    """Return a stated time of Philadelphia."""
    return StatedTime(text, ZONE)


ARRESTED = at("2026-11-20T02:10:00-05:00")
NOW = Instant(ARRESTED.earliest + 10 * HOUR)
HEARD = at("2026-11-20T11:30:00-05:00")

BORN = at("1990-06-01")
PERSON = PersonStated(surname="Whitlock", given="Marian", birth_date=BORN, sex="F", address="12 Invented Street")
THEFT = ChargeGiven(
    statute="18 § 3921 §§ A", description="Theft By Unlaw Taking-Movable Prop", grade="M1", offense_date=at("2026-11-19")
)
TRESPASS = ChargeGiven(statute="18 § 3503 §§ B1i", description="Defiant Trespass", grade="M3", offense_date=at("2026-11-19"))
ARREST = ArrestGiven(
    agency="Invented Police",
    agency_id="PA0000001",
    time=ARRESTED,
    record_id="R-1",
    otn="Q 333333-0",
    incident_number="26-01-000001",
    district="6",
    narrative="The officer's account.",
    charges=(THEFT, TRESPASS),
)
BOOKING = BookingGiven(time=at("2026-11-20T03:00:00-05:00"), record_id="B-1", facility="Invented Holding")
ROR = OrderTerms(types=("ROR",), next_hearing=at("2026-12-03T09:00:00-05:00"), next_court="Municipal Court 403")
MONEY = replace(ROR, types=("MONETARY",), amount_cents=500_000, deposit_percent=10)
REFUSED = replace(ROR, types=("REFUSED",), reasons="No condition assures the appearance.")


def done(outcome: Change | Refusal) -> Case:
    """Return the case after a change; fail in words on a refusal."""
    assert isinstance(outcome, Change), outcome
    return outcome.case


def refused(outcome: Change | Refusal, code: str, *names: str) -> Refusal:
    """Return the refusal, which must have this code, these names, and say what is the matter."""
    assert isinstance(outcome, Refusal), outcome
    assert outcome.code == code, outcome
    if names:
        assert outcome.names == names
    assert outcome.says.endswith((".", "?"))
    return outcome


def booked(case_id: str = ID, **changes: Any) -> Case:
    """Return a booked case: one warrantless arrest, two proposed charges."""
    given: dict[str, Any] = {"at": NOW, "person": PERSON, "arrests": [ARREST], "booking": BOOKING}
    return done(book_arrest(case_id, **{**given, **changes}))


REPLY = IdentityVerified(
    source="Invented State Repository",
    stated=at("2026-11-20T05:00:00-05:00"),
    outcome="MATCH",
    reference="TCN-1",
    verifier="",
    sid="12345678",
)


def by_prints(case: Case | None = None, **reply: Any) -> Case:
    """Return the case with a reply to prints."""
    before = case or booked()
    return done(verify_identity(before, before.version, replace(REPLY, **reply), verifier="ada", at=NOW))


def one_person(case: Case, other: Case) -> Case:
    """Return the case linked to another one by prints; both have a reply that gives one number."""
    return done(link_person(case, case.version, other=other, basis="FINGERPRINT", reason="One SID", linker="ada"))


def sent(case: Case | None = None) -> Case:
    """Return the case sent to the charging unit."""
    before = case or booked()
    return done(submit_for_charging(before, before.version))


def decided(case: Case | None = None, decision: str = "APPROVE", **choice: Any) -> Case:
    """Return the case with one decision on every proposed charge."""
    before = case or sent()
    choices = [ChargeChoice(proposed=charge.n, decision=decision, **choice) for charge in proposed_charges(before)]
    return done(decide_charges(before, before.version, choices))


def signed(case: Case | None = None) -> Case:
    """Return the case with its complaint signed."""
    before = case or decided()
    text = hashlib.sha256(complaint_text(before)).hexdigest()
    return done(sign_complaint(before, before.version, text_sha256=text, signer="ada"))


def asked(case: Case | None = None, **answers: Any) -> Case:
    """Return the case with its interview."""
    before = case or signed()
    return done(record_interview(before, before.version, **{"outcome": "TAKEN", "answers": {"employed": "YES"}, **answers}))


RIGHTS = {
    "rights_read": True,
    "complaint_given": True,
    "counsel_advised": True,
    "hearing_right_advised": True,
    "bail_advised": True,
}


def hear(case: Case, **changes: Any) -> Change | Refusal:
    """Hold the hearing."""
    return hold_arraignment(case, case.version, **{"time": HEARD, "probable_cause": True, "at": NOW, **RIGHTS, **changes})


def heard(case: Case | None = None, **changes: Any) -> Case:
    """Return the case after its hearing."""
    return done(hear(case or asked(), **changes))


def order(case: Case, terms: OrderTerms = ROR, **changes: Any) -> Change | Refusal:
    """Sign the order."""
    text = release_order_sha256(case, terms)
    return order_release(case, case.version, **{"terms": terms, "text_sha256": text, "signer": "judge", **changes})


def ordered(case: Case | None = None, terms: OrderTerms = ROR) -> Case:
    """Return the case with its release order."""
    return done(order(case or heard(), terms))
