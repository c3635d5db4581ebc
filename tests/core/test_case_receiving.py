"""Exchange documents applied to cases: matched by number, written by their owner alone, never overriding what is newer or signed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pars.core.cases.board import charge_status, closed, now_row
from pars.core.cases.booking import correct_facts
from pars.core.cases.case import (
    Case,
    Change,
    custody_ended,
    decision_on,
    display_name,
    filed_charges,
    identity,
    proposed_charges,
    submitted,
)
from pars.core.cases.charges import inchoate, with_object_of
from pars.core.cases.charging import decide_charges
from pars.core.cases.choices import ChargeChoice
from pars.core.cases.doubts import open_doubts
from pars.core.cases.facts import (
    AliasStated,
    Arrested,
    Booked,
    ChargeDecided,
    CustodyStated,
    DocumentReceived,
    Doubted,
    NarrativeWritten,
    ProsecutionReported,
)
from pars.core.cases.matching import known, lookup, match
from pars.core.cases.received import (
    AliasGiven,
    ArrestGiven,
    BookingGiven,
    ChargeGiven,
    ChargeOutcome,
    CustodyGiven,
    DoubtFound,
    ProsecutionGiven,
    Received,
)
from pars.core.cases.receiving import receive
from tests.cases import ARREST, ID, NOW, OTHER_ID, PERSON, THEFT, TRESPASS, at, booked, decided, done, refused, sent

REPORT = Received(
    feed="police-feed",
    owner="police",
    family="ARREST",
    digest="a" * 64,
    document_id="99-9999",
    document_time=at("2026-11-20T04:00:00"),
    source="Invented Police",
    person=PERSON,
    aliases=(AliasGiven(surname="Whitlow", given="Mary"),),
    arrests=(ARREST,),
)
CUSTODY = Received(
    feed="jail-feed",
    owner="custodian",
    family="CUSTODY",
    digest="b" * 64,
    document_id="1218037",
    document_time=at("2026-11-20T05:00:00"),
    source="Invented Jail",
    person=PERSON,
    arrests=(
        ArrestGiven(agency="Invented Police", charges=(THEFT,)),
        ArrestGiven(agency="Transit Police", charges=(TRESPASS,)),
    ),
    booking=BookingGiven(time=at("2026-11-20"), record_id="1218037"),
    custody=(CustodyGiven(status="RELEASED", words="Release stated", time=at("2026-11-20T05:00:00")),),
)
DECISION = Received(
    feed="da-feed",
    owner="prosecutor",
    family="PROSECUTION_DECISION",
    digest="c" * 64,
    document_id="123",
    document_time=at("2026-11-20T06:00:00"),
    person=PERSON,
    arrests=(replace(ARREST, charges=(), narrative=None),),
    prosecution=ProsecutionGiven(
        status="DECIDED",
        case_number="ID3456",
        outcomes=(
            ChargeOutcome(decision="FILE", statute=THEFT.statute, description=THEFT.description),
            ChargeOutcome(decision="DECLINE", statute=TRESPASS.statute, description=TRESPASS.description, words="insufficient"),
        ),
    ),
)


def apply(case: Case | None, document: Received, case_id: str = ID) -> Change:
    outcome = receive(case, document, case_id=case_id, at=NOW)
    assert isinstance(outcome, Change), outcome
    return outcome


def opened(document: Received = REPORT) -> Case:
    return apply(None, document).case


# ---------------------------------------------------------------- opening and repeating


def test_a_document_opens_a_case_and_the_same_one_changes_nothing() -> None:
    case = opened()
    assert case.version == 1
    assert display_name(case) == "Whitlock, Marian"
    assert case.current(AliasStated)[0].given == "Mary"
    assert len(proposed_charges(case)) == 2
    document = case.current(DocumentReceived)[0]
    assert all(fact.document == document.n for fact in case.facts[1:])
    again = apply(case, REPORT)
    assert not again.changed
    assert again.case is case
    assert again.detail == {"facts": 0}
    assert known(case, REPORT)


def test_what_opens_no_case() -> None:
    status = replace(DECISION, status_only=True, person=None, prosecution=ProsecutionGiven(status="RECEIVED"))
    refusal = refused(receive(None, status, case_id=ID, at=NOW), "NO_ARREST_HERE")
    assert "full decision" in refusal.remedy
    refused(receive(None, replace(REPORT, person=None), case_id=ID, at=NOW), "NO_SUBJECT")
    refused(receive(None, replace(REPORT, person=replace(PERSON, surname=None, given=" ")), case_id=ID, at=NOW), "NO_NAME")


@pytest.mark.parametrize(
    ("booking", "source", "agency"),
    [
        (BookingGiven(agency="Sheriff", time=at("2026-11-20")), "Invented Jail", "Sheriff"),
        (BookingGiven(time=at("2026-11-20")), "Invented Jail", "Invented Jail"),
        (None, "Invented Jail", "Invented Jail"),
        (None, None, "Agency not stated"),
        (BookingGiven(), None, "Agency not stated"),
    ],
)
def test_without_an_arrest_element_there_is_one_of_unknown_time(
    booking: BookingGiven | None, source: str | None, agency: str
) -> None:
    case = opened(replace(CUSTODY, arrests=(), booking=booking, source=source))
    assert [(arrest.agency, arrest.time) for arrest in case.current(Arrested)] == [(agency, None)]
    assert now_row(case)["arrest_date"] == (at("2026-11-20").text and now_row(case)["arrest_date"])


def test_a_booking_dates_an_arrest_that_states_no_time() -> None:
    case = opened(CUSTODY)
    assert str(now_row(case)["arrest_date"]) == "2026-11-20"
    assert [arrest.agency for arrest in case.current(Arrested)] == ["Invented Police", "Transit Police"]
    assert case.current(Booked)[0].agency == "Invented Jail"


def test_a_release_that_is_stated_makes_closed_history() -> None:
    case = opened(CUSTODY)
    assert custody_ended(case)
    assert closed(case)
    assert [doubt.code for doubt in open_doubts(case)] == ["CUSTODY_ENDED"]


def test_doubts_are_kept_whether_the_parser_or_the_rules_find_them() -> None:
    odd = replace(
        REPORT,
        person=replace(PERSON, birth_date=at("2010-05-14")),
        booking=BookingGiven(time=at("2001-12-17T09:30:47Z")),
        doubts=(DoubtFound(code="STATED_JUVENILE", paths=("Person/PersonDescriptionText",)),),
    )
    case = opened(odd)
    assert {doubt.code for doubt in open_doubts(case)} == {"POSSIBLE_MINOR", "CONTRADICTORY_TIMES", "STATED_JUVENILE"}
    assert now_row(case)["adult"] is None
    future = opened(replace(REPORT, arrests=(replace(ARREST, time=at("2030-01-01")),)))
    assert "TIME_IN_FUTURE" in [doubt.code for doubt in open_doubts(future)]
    told = replace(odd, digest="0" * 64, doubts=(DoubtFound(code="POSSIBLE_MINOR", paths=("Person/X",)),))
    assert [d.code for d in open_doubts(opened(told))].count("POSSIBLE_MINOR") == 1
    twice = apply(case, replace(odd, digest="f" * 64)).case
    assert len([d for d in twice.current(Doubted) if d.code == "STATED_JUVENILE"]) == 1


# ---------------------------------------------------------------- matching


def test_a_case_is_found_by_number_only() -> None:
    case = opened()
    assert lookup(REPORT).record_ids == {"R-1"}
    assert lookup(REPORT).otns == {"Q3333330"}
    assert lookup(CUSTODY).record_ids == {"1218037"}
    other = replace(REPORT, digest="d" * 64, document_id="7")
    assert match(other, [case]) == case
    by_otn = replace(other, arrests=(ArrestGiven(agency="Another", otn="Q333333-0"),))
    assert match(by_otn, [case]) == case
    same_incident = replace(other, arrests=(replace(ARREST, record_id="R-2", otn=None),))
    assert match(same_incident, [case]) is None
    other_agency = replace(other, arrests=(replace(ARREST, agency_id="PA0000009", otn=None),))
    assert match(other_agency, [case]) is None
    by_name = replace(other, arrests=(replace(ARREST, agency="invented  POLICE", agency_id=None, otn=None),))
    assert match(by_name, [case]) == case
    nobody = replace(other, arrests=(replace(ARREST, agency="", agency_id=None, otn=None),))
    assert match(nobody, [case]) is None
    assert match(REPORT, []) is None


def test_a_custody_result_is_found_by_its_booking_not_by_the_querys_number() -> None:
    case = opened(CUSTODY)
    assert match(replace(CUSTODY, document_id="other"), [case]) == case
    assert match(replace(CUSTODY, source="Another Jail"), [case]) is None
    second = BookingGiven(time=at("2026-11-20"), record_id="2")
    assert match(replace(CUSTODY, digest="9" * 64, booking=second), [case]) is None


def test_numbers_that_lead_to_two_cases_are_refused_with_both_named() -> None:
    one = opened()
    other = apply(None, replace(REPORT, arrests=(replace(ARREST, record_id="R-2", otn="T1111111"),)), OTHER_ID).case
    both = replace(REPORT, digest="e" * 64, arrests=(replace(ARREST, otn="T1111111"),))
    found = match(both, [one, other])
    refusal = refused(found, "CONFLICTING_MATCH")
    assert ID in refusal.says
    assert OTHER_ID in refusal.says


def test_a_document_without_any_number_is_known_again_by_its_key() -> None:
    bare = replace(REPORT, arrests=(ArrestGiven(agency="Invented Police", charges=(THEFT,)),))
    case = opened(bare)
    assert match(bare, [case]) == case
    assert match(replace(bare, digest="9" * 64), [case]) == case
    assert match(replace(bare, document_id="other"), [case]) is None
    # Sample documents of different states share id, system and date: with numbers of its own, another person's is another case.
    maine = replace(REPORT, arrests=(replace(ARREST, record_id="223344556677", otn="239478295"),), digest="9" * 64)
    assert match(maine, [case]) is None
    assert match(REPORT, [opened(REPORT)]) is not None


def test_the_key_names_feed_family_source_id_and_time() -> None:
    keys = {
        replace(REPORT, **change).document_key
        for change in (
            {},
            {"feed": "x"},
            {"family": "BOOKING"},
            {"source": None},
            {"document_id": None},
            {"document_time": None},
            {"document_time": None, "sequence": "2"},
        )
    }
    assert len(keys) == 7


# ---------------------------------------------------------------- correcting


def test_the_same_key_with_another_digest_corrects() -> None:
    case = opened()
    better = replace(
        REPORT,
        digest="d" * 64,
        person=replace(PERSON, given="Marion", address=None),
        arrests=(
            replace(
                ARREST,
                district=None,
                narrative="Another account.",
                charges=(replace(THEFT, grade="F3"), ChargeGiven(statute="18 § 2701", description="Simple Assault")),
            ),
        ),
    )
    outcome = apply(case, better)
    after = outcome.case
    assert after.version == 2
    who = identity(after)
    assert who is not None
    assert (who.given, who.address) == ("Marion", None)
    assert after.current(Arrested)[0].district is None
    assert [(c.statute, c.grade) for c in proposed_charges(after)] == [("18 § 3921 §§ A", "F3"), ("18 § 2701", None)]
    assert [n.text for n in after.current(NarrativeWritten)] == ["Another account."]
    assert outcome.detail["corrects"] == 1
    assert len(after.current(DocumentReceived)) == 1
    assert after.facts[: len(case.facts)] == case.facts
    assert not apply(after, REPORT).changed
    assert not apply(after, better).changed


def test_a_later_document_adds_and_leaves_what_it_does_not_say() -> None:
    case = opened()
    later = replace(
        REPORT,
        digest="d" * 64,
        family="CHARGE_REFERRAL",
        document_time=at("2026-11-20T08:00:00"),
        person=replace(PERSON, address=None, language="Portuguese"),
        arrests=(replace(ARREST, agency="", district="9", charges=(THEFT, THEFT)),),
    )
    after = apply(case, later).case
    who = identity(after)
    assert who is not None
    assert (who.address, who.language) == ("12 Invented Street", "Portuguese")
    assert [(a.agency, a.district) for a in after.current(Arrested)] == [("Invented Police", "9")]
    assert len(proposed_charges(after)) == 3
    assert submitted(after)
    assert len(after.current(NarrativeWritten)) == 1
    assert not apply(after, later).changed


def test_an_older_document_never_overrides_a_newer_one() -> None:
    case = opened()
    older = replace(
        REPORT,
        digest="d" * 64,
        document_id="98",
        document_time=at("2026-11-19T08:00:00"),
        person=replace(PERSON, given="Wrong"),
        arrests=(replace(ARREST, district="1"),),
        aliases=(AliasGiven(surname="Whit", given="M"),),
    )
    outcome = apply(case, older)
    assert display_name(outcome.case) == "Whitlock, Marian"
    assert outcome.case.current(Arrested)[0].district == "6"
    assert outcome.unmapped == ("person", "arrests[0]")
    assert len(outcome.case.current(AliasStated)) == 2


def test_another_number_of_the_same_agency_is_another_arrest() -> None:
    case = opened()
    two = replace(REPORT, digest="d" * 64, arrests=(replace(ARREST, record_id="R-2", otn=None, charges=(THEFT,)), ARREST))
    after = apply(case, two).case
    assert [a.record_id for a in after.current(Arrested)] == ["R-1", "R-2"]
    assert len(proposed_charges(after)) == 3


def test_what_a_person_wrote_is_not_overridden_by_a_feed() -> None:
    case = booked()
    outcome = apply(case, replace(REPORT, person=replace(PERSON, given="Wrong")))
    assert display_name(outcome.case) == "Whitlock, Marian"
    assert "person" in outcome.unmapped
    opened_case = opened()
    who = identity(opened_case)
    assert who is not None
    fixed = done(
        correct_facts(opened_case, 1, [replace(who, corrects=who.n, given="Marianne")], why="seen on her card", at=NOW)
    )
    newer = replace(REPORT, digest="d" * 64, document_time=at("2026-11-20T09:00:00"))
    assert display_name(apply(fixed, newer).case) == "Whitlock, Marianne"


def test_a_document_that_names_the_person_otherwise_leaves_a_doubt() -> None:
    case = opened()
    other = replace(REPORT, digest="d" * 64, document_time=at("2026-11-20T09:00:00"), person=replace(PERSON, surname="Other"))
    after = apply(case, other).case
    assert display_name(after) == "Other, Marian"
    assert [doubt.code for doubt in open_doubts(after)] == ["HOLDS_TO_LOOK_UP", "IDENTITY_CHANGED"]
    assert open_doubts(after)[-1].says == "A later document names the person otherwise."
    number = identity(after)
    assert number is not None
    assert open_doubts(after)[-1].paths == (f"IdentityClaimed/{number.n}",)


# ---------------------------------------------------------------- whose it is


def test_a_custodian_adds_its_own_kinds_to_a_police_case_and_nothing_else() -> None:
    case = opened()
    told = replace(
        CUSTODY,
        person=replace(PERSON, given="Wrong"),
        aliases=(AliasGiven(full="Somebody Else"),),
        arrests=(
            replace(ARREST, place="Elsewhere", charges=(ChargeGiven(statute="9", description="New"),)),
            ArrestGiven(agency="New"),
        ),
        prosecution=ProsecutionGiven(status="DECIDED", outcomes=(ChargeOutcome(decision="FILE", statute="9"),)),
    )
    outcome = apply(case, told)
    after = outcome.case
    assert display_name(after) == "Whitlock, Marian"
    assert len(after.current(Arrested)) == 1
    assert len(proposed_charges(after)) == 2
    assert after.current(Booked)[0].record_id == "1218037"
    assert after.current(CustodyStated)[0].status == "RELEASED"
    assert outcome.unmapped == (
        "person",
        "aliases[0]",
        "arrests[0]",
        "arrests[0].charges[0]",
        "arrests[1]",
        "prosecution",
        "prosecution.outcomes[0]",
    )


def test_the_police_take_over_what_a_custodian_opened() -> None:
    case = opened(CUSTODY)
    report = replace(REPORT, arrests=(ARREST,), document_time=at("2026-11-20T09:00:00"), person=replace(PERSON, middle="Q"))
    after = apply(case, report).case
    assert display_name(after) == "Whitlock, Marian Q"
    assert [a.record_id for a in after.current(Arrested)] == ["R-1", None]


def test_a_custodian_corrects_its_own_booking_and_words() -> None:
    case = opened(CUSTODY)
    inside = CustodyGiven(status="IN_CUSTODY", words="In Jail", time=at("2026-11-20T05:00:00"))
    better = replace(CUSTODY, digest="d" * 64, booking=BookingGiven(record_id="1218037", facility="Annex"), custody=(inside,))
    after = apply(case, better).case
    assert [b.facility for b in after.current(Booked)] == ["Annex"]
    assert [c.status for c in after.current(CustodyStated)] == ["IN_CUSTODY"]
    assert not custody_ended(after)
    same_words = apply(after, replace(better, digest="e" * 64, custody=(inside,))).case
    assert len(same_words.current(CustodyStated)) == 1
    bare = apply(
        case, replace(CUSTODY, digest="f" * 64, document_id="2", booking=BookingGiven(facility="Annex"), custody=())
    ).case
    assert [(b.record_id, b.facility) for b in bare.current(Booked)] == [("1218037", "Annex")]
    second = replace(CUSTODY, digest="0" * 64, document_id="3", booking=BookingGiven(record_id="77"), custody=())
    assert len(apply(case, second).case.current(Booked)) == 2
    by_hand = booked(booking=None)
    unsourced = replace(CUSTODY, source=None, booking=BookingGiven(record_id="5"), arrests=())
    assert apply(by_hand, unsourced).case.current(Booked)[0].agency == "Agency not stated"


# ---------------------------------------------------------------- what the prosecutor reports


def test_a_reported_decision_files_and_declines_without_a_signature() -> None:
    case = opened()
    after = apply(case, DECISION).case
    theft, trespass = proposed_charges(after)
    filed, refused_one = decision_on(after, theft.n), decision_on(after, trespass.n)
    assert filed is not None
    assert refused_one is not None
    assert (filed.decision, filed.reported) == ("APPROVE", True)
    assert (refused_one.decision, refused_one.note) == ("DECLINE", "insufficient")
    assert [charge.grade for charge in filed_charges(after)] == ["M1"]
    assert charge_status(after) == "FILED"
    assert submitted(after)
    assert now_row(after)["complaint_signed"] is False
    assert after.current(ProsecutionReported)[0].case_number == "ID3456"


def test_a_full_decision_opens_a_case_and_a_status_updates_it() -> None:
    case = opened(DECISION)
    assert [c.statute for c in filed_charges(case)] == [THEFT.statute]
    notes = [decided_one.note for decided_one in case.current(ChargeDecided)]
    assert notes == [None, f"{TRESPASS.statute} {TRESPASS.description}: insufficient"]
    status = replace(
        DECISION,
        digest="d" * 64,
        document_id="LE",
        status_only=True,
        person=None,
        prosecution=ProsecutionGiven(status="CASE_CREATED"),
    )
    after = apply(case, status).case
    assert [p.status for p in after.current(ProsecutionReported)] == ["DECIDED", "CASE_CREATED"]
    assert len(after.current(ChargeDecided)) == 2
    repeated = apply(after, replace(DECISION, digest="e" * 64, document_id="124")).case
    assert len(repeated.current(ChargeDecided)) == 2
    assert len(repeated.current(ProsecutionReported)) == 2


def test_a_second_report_corrects_the_first() -> None:
    case = apply(opened(), DECISION).case
    other = replace(
        DECISION,
        digest="d" * 64,
        document_time=at("2026-11-20T07:00:00"),
        prosecution=ProsecutionGiven(
            status="DECIDED",
            outcomes=(
                ChargeOutcome(decision="DECLINE", statute=THEFT.statute, description=THEFT.description),
                ChargeOutcome(decision="FILE", statute=TRESPASS.statute, description="Trespass", grade="S"),
            ),
        ),
    )
    after = apply(case, other).case
    theft, trespass = proposed_charges(after)
    assert [d.decision for d in (decision_on(after, theft.n), decision_on(after, trespass.n)) if d] == ["DECLINE", "AMEND"]
    assert [(c.description, c.grade) for c in filed_charges(after)] == [("Trespass", "S")]
    changed = replace(
        other,
        digest="e" * 64,
        prosecution=ProsecutionGiven(
            status="DECIDED",
            outcomes=(ChargeOutcome(decision="FILE", statute=TRESPASS.statute, description="Trespass", grade="M3", counts=2),),
        ),
    )
    final = apply(after, changed).case
    assert [(c.grade, c.counts) for c in filed_charges(final)] == [("M3", 2)]
    old = replace(DECISION, digest="0" * 64, document_id="1", document_time=at("2026-11-20T01:00:00"))
    assert apply(final, old).unmapped == ("prosecution.outcomes[0]", "prosecution.outcomes[1]")


def test_a_report_never_replaces_an_attorneys_decision() -> None:
    case = decided(sent(opened()))
    outcome = apply(case, DECISION)
    assert outcome.unmapped == ("prosecution.outcomes[0]", "prosecution.outcomes[1]")
    assert len(filed_charges(outcome.case)) == 2
    assert not any(d.reported for d in outcome.case.current(ChargeDecided))


def test_a_reported_attempt_keeps_what_the_police_call_it_and_its_object() -> None:
    tried = replace(THEFT, inchoate="ATTEMPT", object_description="A bicycle")
    stated = replace(THEFT, statute="18 § 901 §§ A", object_description="A car")
    case = opened(replace(REPORT, arrests=(replace(ARREST, charges=(tried, stated, TRESPASS)),)))
    outcomes = tuple(
        ChargeOutcome(decision="FILE", statute=charge.statute, description=charge.description)
        for charge in (tried, stated, TRESPASS)
    )
    told = replace(DECISION, prosecution=ProsecutionGiven(status="DECIDED", outcomes=outcomes))
    filed = filed_charges(apply(case, told).case)
    assert [(inchoate(c), c.object_description) for c in filed] == [
        ("ATTEMPT", "A bicycle"),
        ("ATTEMPT", "A car"),
        (None, None),
    ]
    assert [c.inchoate for c in filed] == ["ATTEMPT", None, None]
    whole = replace(filed[1], statute="18 § 3921 §§ A", object_description=None)
    assert with_object_of(whole, stated).object_description is None
    assert with_object_of(replace(whole, inchoate="ATTEMPT"), stated).object_description == "A car"


def test_an_added_charge_and_a_return_are_reported() -> None:
    case = opened()
    told = replace(
        DECISION,
        prosecution=ProsecutionGiven(
            status="DECIDED",
            outcomes=(
                ChargeOutcome(decision="FILE", statute="18 § 5104", description="Resisting Arrest", grade="M2"),
                ChargeOutcome(decision="RETURN", statute=THEFT.statute, description=THEFT.description, words="more"),
                ChargeOutcome(decision="RETURN", statute="18 § 1", description="Unknown"),
                ChargeOutcome(decision="FILE", statute=TRESPASS.statute, description="Defiant Trespass", grade="M3"),
            ),
        ),
    )
    outcome = apply(case, told)
    after = outcome.case
    assert outcome.unmapped == ("prosecution.outcomes[2]",)
    assert [c.statute for c in filed_charges(after)] == ["18 § 5104", TRESPASS.statute]
    assert charge_status(after) == "RETURNED"
    same_again = apply(after, replace(told, digest="d" * 64, document_id="5")).case
    assert len(filed_charges(same_again)) == 2
    resent = decide_charges(
        sent(same_again), same_again.version + 1, [ChargeChoice(proposed=proposed_charges(after)[0].n, decision="APPROVE")]
    )
    assert len(filed_charges(done(resent))) == 3
