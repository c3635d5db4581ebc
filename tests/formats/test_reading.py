"""Invented documents of each family, with other prefixes, versions and orders than the published samples: who, when, by whom, for what."""

from __future__ import annotations

from pathlib import Path

import pytest

from pars.core.cases.received import (
    AliasGiven,
    ArrestGiven,
    BookingGiven,
    ChargeGiven,
    ChargeOutcome,
    CustodyGiven,
    DoubtFound,
    PersonStated,
    ProsecutionGiven,
    Received,
)
from pars.core.terms import StatedTime
from pars.edge.formats.families import OWNERS, Feed, one_feed_for_each_owner
from pars.edge.formats.reading import Reading, in_reading_order, read_document, read_file, read_files
from pars.edge.formats.xml_reading import Rejected

DOCUMENTS = Path(__file__).parent / "documents"
ZONE = "America/New_York"
FEEDS = one_feed_for_each_owner("test", ZONE)


def stated(text: str) -> StatedTime:
    return StatedTime(text, ZONE)


def received(name: str) -> Received:
    reading = read_file(DOCUMENTS / name, feeds=FEEDS)
    assert isinstance(reading, Reading), reading
    return reading.received


def read(text: str) -> Reading | Rejected:
    return read_document(text.encode(), file="a.xml", feeds=FEEDS)


def changed(name: str, old: str, new: str) -> Received:
    text = (DOCUMENTS / name).read_text()
    assert old in text
    reading = read(text.replace(old, new))
    assert isinstance(reading, Reading), reading
    return reading.received


# ---------------------------------------------------------------- arrest report


def test_an_arrest_report_is_read_by_meaning() -> None:
    document = received("arrest.xml")
    assert (document.family, document.feed, document.owner) == ("ARREST", "test police", "police")
    assert (document.document_id, document.sequence, document.source) == ("LX-2026-000881", "17", "Larkspur Police Department")
    assert document.document_time == stated("2026-03-02T04:10:00-05:00")
    assert document.person == PersonStated(
        surname="Quill",
        given="Avery",
        middle="Wren",
        suffix="II",
        birth_date=stated("1994-11-23"),
        sex="F",
        address="12 Heron Way, Larkspur, PA 19099",
    )
    assert document.aliases == (AliasGiven(full="Ave Q."),)
    assert document.arrests == (
        ArrestGiven(
            agency="Larkspur Police Department",
            agency_id="PA0510099",
            time=stated("2026-03-01T23:05:30-05:00"),
            record_id="AR-20260301-3",
            otn="Q1234567",
            incident_number="26-09-004417",
            narrative="Seen leaving the shop with the goods.",
            charges=(
                ChargeGiven(
                    statute="18 § 3929 §§ A1",
                    description="Retail Theft - Take Mdse",
                    grade="M2",
                    counts=2,
                    offense_date=stated("2026-03-01T22:50:00-05:00"),
                ),
                ChargeGiven(statute="18 § 3925", description="Receiving Stolen Property"),
            ),
        ),
    )
    assert document.booking is None
    assert document.custody == ()
    assert document.doubts == ()


def test_the_arresting_officers_unit_is_the_agency_not_the_court_nor_another_officers() -> None:
    assert changed("arrest.xml", ">ARRESTING<", ">ASSISTING<").arrests[0].agency == "County Transport Unit"
    without_officers = changed("arrest.xml", "ArrestOfficerAssociation", "OtherAssociation")
    assert without_officers.arrests[0].agency == "Larkspur Police Department", (
        "the information's owner stands in, never the court"
    )


@pytest.mark.parametrize(
    ("words", "inchoate", "unmapped"),
    [
        ("Attempt", "ATTEMPT", 0),
        ("criminal  conspiracy", "CONSPIRACY", 0),
        ("Solicitation", "SOLICITATION", 0),
        ("In concert with", None, 1),
    ],
)
def test_a_charges_qualifier_says_that_it_is_inchoate(words: str, inchoate: str | None, unmapped: int) -> None:
    severity = "<jx:ChargeSeverityText>M2</jx:ChargeSeverityText>"
    text = (DOCUMENTS / "arrest.xml").read_text()
    answer = read(text.replace(severity, f"{severity}<jx:ChargeQualifierText>{words}</jx:ChargeQualifierText>"))
    assert isinstance(answer, Reading)
    charges = answer.received.arrests[0].charges
    assert [charge.inchoate for charge in charges] == [inchoate, None]
    assert len([path for path in answer.received.unmapped if "ChargeQualifierText" in path]) == unmapped


def test_an_incident_that_names_its_reporting_agency_gives_it_to_the_arrest() -> None:
    text = (DOCUMENTS / "arrest.xml").read_text().replace("ArrestOfficerAssociation", "OtherAssociation")
    reporting = (
        '<core:ActivityReportingOrganizationAssociation><core:ActivityReference st:ref="I1"/>'
        '<core:OrganizationReference st:ref="JAIL"/></core:ActivityReportingOrganizationAssociation></dig:Associations>'
    )
    reading = read(text.replace("</dig:Associations>", reporting))
    assert isinstance(reading, Reading)
    assert reading.received.arrests[0].agency == "County Transport Unit"


@pytest.mark.parametrize(
    ("category", "number"),
    [("primary KEY", "AR-20260301-3"), ("INTERNAL", "INT-5"), ("Cross Reference", None), ("Incident", None), ("Item", None)],
)
def test_only_the_agencys_own_number_is_a_record_id(category: str, number: str | None) -> None:
    text = (DOCUMENTS / "arrest.xml").read_text()
    start, end = text.index("<jx:ArrestAgencyRecordIdentification>"), text.rindex("</jx:ArrestAgencyRecordIdentification>")
    blocks = text[start:end].split("</jx:ArrestAgencyRecordIdentification>")
    (kept,) = [block for block in blocks if f">{category}<" in block] or [blocks[0].replace("Cross Reference", category)]
    reading = read(text[:start] + kept + text[end:])
    assert isinstance(reading, Reading)
    assert reading.received.arrests[0].record_id == number


def test_an_order_to_delete_is_no_arrest() -> None:
    rejected = read((DOCUMENTS / "arrest.xml").read_text().replace(">Insert<", "> Delete <"))
    assert isinstance(rejected, Rejected)
    assert rejected.code == "NOT_READ_YET"


def test_a_child_in_the_sources_own_word_is_a_doubt() -> None:
    document = changed(
        "arrest.xml",
        "<core:PersonSexCode>",
        "<core:PersonDescriptionText>JUVENILE</core:PersonDescriptionText><core:PersonSexCode>",
    )
    assert [doubt.code for doubt in document.doubts] == ["POSSIBLE_MINOR"]
    assert document.doubts[0].paths[0].endswith("/Person/PersonDescriptionText")


def test_of_two_birth_dates_the_later_is_kept_with_a_doubt() -> None:
    second = "<core:PersonBirthDate><core:Date>2009-05-05</core:Date></core:PersonBirthDate><core:PersonSexCode>"
    document = changed("arrest.xml", "<core:PersonSexCode>", second)
    assert document.person is not None
    assert document.person.birth_date == stated("2009-05-05")
    assert [doubt.code for doubt in document.doubts] == ["TWO_BIRTH_DATES"]


def test_a_subject_who_is_missing_is_nobody_else() -> None:
    """The reference leads to nobody: the incident's other subject, a person of interest, is not who was arrested."""
    text = (DOCUMENTS / "arrest.xml").read_text()
    other = (
        '<dig:EntityPerson><dig:Person st:id="POI"><core:PersonName><core:PersonFullName>Someone Else</core:PersonFullName>'
        "</core:PersonName></dig:Person></dig:EntityPerson><dig:Associations><dig:IncidentSubjectPersonAssociation>"
        '<core:ActivityReference st:ref="I1"/><core:PersonReference st:ref="POI"/></dig:IncidentSubjectPersonAssociation>'
    )
    with_other = text.replace("<dig:Associations>", other)
    reading = read(with_other)
    assert isinstance(reading, Reading)
    assert reading.received.person is not None
    assert reading.received.person.surname == "Quill"
    role = '<jx:ArrestSubject st:id="R1"><core:RoleOfPersonReference st:ref="S1"/></jx:ArrestSubject>'
    for present, gone in (('st:id="S1"', 'st:id="S9"'), (role, "")):
        assert present in with_other
        rejected = read(with_other.replace(present, gone))
        assert isinstance(rejected, Rejected), rejected
        assert rejected.code == "NO_SUBJECT"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("1994-11-23T00:00:00Z", "1994-11-23"),
        ("1994-11-23T06:30:00", "1994-11-23"),
        ("1994-11-23T00:00:00-05:00", "1994-11-23"),
        ("1994-11-23Z", "1994-11-23"),
        ("1994-11", "1994-11"),
        ("1994", "1994"),
    ],
)
def test_a_birth_date_is_a_civil_date_whatever_clock_a_system_fills_in(given: str, kept: str) -> None:
    document = changed("arrest.xml", "1994-11-23", given)
    assert document.person is not None
    assert document.person.birth_date == stated(kept)


@pytest.mark.parametrize(
    ("given", "kept", "doubts"),
    [
        ("2026-03-01T00:00:00-05:00", "2026-03-01", ["DEFAULT_TIME"]),
        ("2026-03-01T00:00:00", "2026-03-01", ["DEFAULT_TIME"]),
        ("2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z", []),
        ("2026-03-01T00:00:01-05:00", "2026-03-01T00:00:01-05:00", []),
    ],
)
def test_midnight_where_the_feed_is_is_a_date_that_a_system_filled_in(given: str, kept: str, doubts: list[str]) -> None:
    document = changed("arrest.xml", "2026-03-01T23:05:30-05:00", given)
    assert document.arrests[0].time == stated(kept)
    assert [doubt.code for doubt in document.doubts] == doubts


# ---------------------------------------------------------------- booking report


def test_a_booking_report_in_another_order_and_version() -> None:
    document = received("booking.xml")
    assert document.person == PersonStated(
        full="Juniper Adeyemi-Holt",
        birth_date=stated("1988-07"),
        sex="Female",
        address="9 Tern Court, Larkspur",
        language="Yoruba",
    ), "a full name is never split"
    assert document.aliases == (AliasGiven(surname="Holt", given="June", birth_date=stated("1987-07-01")),)
    assert document.arrests == (
        ArrestGiven(
            agency="Tidewater Sheriff",
            agency_id="PA0990000",
            time=stated("2026-02-11"),
            warrant=True,
            charges=(ChargeGiven(description="Harassment"),),
        ),
        ArrestGiven(
            agency="Harbor Police",
            time=stated("2026-02-10T08:00:00"),
            record_id="HP-3",
            place="Pier 4",
            warrant=False,
            charges=(
                ChargeGiven(
                    statute="18 § 2701",
                    description="Simple Assault",
                    grade="M1",
                    offense_date=stated("2026-02-10T07:45:00"),
                ),
            ),
        ),
    )
    assert document.booking == BookingGiven(
        time=stated("2026-02-11T19:20:05.25"), agency="Tidewater County Jail", record_id="BK-0042", facility="North Annex"
    )
    assert (document.document_id, document.document_time) == ("doc-7", stated("2026-02-11T20:00:00"))


def test_a_person_who_is_in_jail_was_not_released_and_a_flag_is_no_hold() -> None:
    document = received("booking.xml")
    assert document.custody == (CustodyGiven(status="IN_CUSTODY", words="In Jail"),)
    assert "BookingReport/Charge/HoldForAgency" in document.unmapped
    assert "BookingReport/Detention" in document.unmapped, "the planned release and nothing else of the detention is left"
    assert "Immigration Office" not in repr(document)


def test_a_release_date_counts_once_it_has_passed_and_nobody_says_otherwise() -> None:
    passed = changed("booking.xml", "<Date>2026-02-12</Date>", "<Date>2026-02-11</Date>")
    assert passed.custody == (CustodyGiven(status="IN_CUSTODY", words="In Jail"),)
    text = (DOCUMENTS / "booking.xml").read_text().replace(" In Jail ", "Weekender Release")
    planned, past = read(text), read(text.replace("<Date>2026-02-12</Date>", "<Date>2026-02-11</Date>"))
    assert isinstance(planned, Reading)
    assert isinstance(past, Reading)
    assert planned.received.custody == ()
    assert past.received.custody == (CustodyGiven(status="RELEASED", words="Release stated", time=stated("2026-02-11")),)


def test_a_booking_without_an_arrest_gives_its_charges_to_one_of_unknown_time() -> None:
    document = received("booking_without_arrest.xml")
    assert document.person == PersonStated(surname="Tansy", given="Oriel", birth_date=stated("1979"))
    assert document.arrests == (
        ArrestGiven(agency="Fen County Jail", charges=(ChargeGiven(description="Public drunkenness"),)),
    )
    assert document.booking == BookingGiven(time=stated("2026-01-05"), agency="Fen County Jail", record_id="77-1")
    assert document.doubts == (DoubtFound(code="DEFAULT_TIME", paths=("BookingReport/Booking/ActivityDate/DateTime",)),)


def test_a_booking_with_neither_arrest_nor_charge_leaves_the_arrest_to_the_rules() -> None:
    document = changed("booking_without_arrest.xml", "<j:ChargeText>Public drunkenness</j:ChargeText>", "")
    assert document.arrests == ()


# ---------------------------------------------------------------- charge referral


def test_a_referral_of_offenses_without_an_arrest() -> None:
    document = received("referral_without_arrest.xml")
    assert document.person == PersonStated(surname="Quill", full="Quill, Bram")
    assert document.arrests == (
        ArrestGiven(
            agency="Wexley Police",
            agency_id="VT0000001",
            incident_number="W-1001",
            charges=(
                ChargeGiven(description="Burglary", offense_date=stated("2026-01-02")),
                ChargeGiven(description="Criminal mischief"),
            ),
        ),
    )
    assert document.source == "Wexley Police", "white space in a name is single"
    assert document.document_id is None, "no record has a number: the message's own number would not tell two people apart"


def test_the_word_on_custody_is_the_subjects_not_another_persons() -> None:
    assert received("referral_without_arrest.xml").custody == (CustodyGiven(status="NOT_IN_CUSTODY", words="Not in custody"),)


def test_a_date_that_no_calendar_has_is_left_out_with_a_doubt() -> None:
    document = received("referral_without_arrest.xml")
    assert document.person is not None
    assert document.person.birth_date is None
    assert [doubt.code for doubt in document.doubts] == ["TIME_UNREADABLE"]
    assert any(path.endswith("Person/PersonBirthDate") for path in document.unmapped)


# ---------------------------------------------------------------- custody result


def test_a_custody_result_is_known_by_its_booking() -> None:
    document = received("custody_result.xml")
    assert (document.family, document.document_id, document.source) == ("CUSTODY", "4711", "Fen County Jail")
    assert document.booking == BookingGiven(time=stated("2026-04-30"), record_id="4711")
    assert document.arrests == (
        ArrestGiven(agency="Fen Police", charges=(ChargeGiven(statute="5503", description="Disorderly Conduct"),)),
    )
    assert document.custody == (CustodyGiven(status="RELEASED", words="Release stated", time=stated("2026-05-06T11:00:00")),)
    assert [doubt.code for doubt in document.doubts] == ["DEFAULT_TIME"]


def test_a_detention_without_a_release_is_custody_in_the_sources_words() -> None:
    document = changed("custody_result.xml", "n:Release>", "n:Visit>")
    assert document.custody == (CustodyGiven(status="IN_CUSTODY", words="Pretrial"),)


@pytest.mark.parametrize("words", ["ICE Detainer", "immigration hold", "held for DHS", "Mental health observation", "ice hold"])
def test_words_on_custody_that_tell_of_what_is_not_collected_are_as_if_not_given(words: str) -> None:
    text = (DOCUMENTS / "custody_result.xml").read_text().replace("n:Release>", "n:Visit>")
    assert text.count(">Pretrial<") == 1
    said, unsaid = read(text.replace(">Pretrial<", f">{words}<")), read(text.replace(">Pretrial<", "><"))
    assert isinstance(said, Reading)
    assert isinstance(unsaid, Reading)
    assert said.received.custody == ()
    assert said.received.digest == unsaid.received.digest
    assert words not in repr(said)


def test_supervision_without_a_booking_is_no_custody() -> None:
    text = (DOCUMENTS / "custody_result.xml").read_text()
    for part in ("q:Booking>", "q:Arrest>", "q:Arrest ", "q:Charge ", "q:Charge>"):
        text = text.replace(part, part.replace("q:", "q:Old"))
    assert isinstance(rejected := read(text.replace("q:BookingSubject", "q:ArrestSubject")), Rejected)
    assert rejected.code == "NO_ARREST"


# ---------------------------------------------------------------- prosecution decision


def test_a_decision_is_reported_charge_by_charge() -> None:
    document = received("decision.xml")
    assert (document.feed, document.owner, document.status_only) == ("test prosecutor", "prosecutor", False)
    assert document.prosecution == ProsecutionGiven(
        status="DECIDED",
        agency="Larkspur District Attorney",
        case_number="C-900",
        words="CHG",
        time=stated("2026-03-02"),
        outcomes=(
            ChargeOutcome(decision="FILE", statute="18 § 3929 §§ A1", description="Retail Theft - Take Mdse", grade="S"),
            ChargeOutcome(decision="DECLINE", statute="18 § 3925", words="Declined: insufficient evidence"),
        ),
    ), "the amended grade is the one that is filed"
    assert document.arrests == (
        ArrestGiven(agency="Larkspur PD", agency_id="PA0510099", record_id="AR-20260301-3", otn="Q1234567"),
    ), "a decision proposes no charges for the police"
    assert document.aliases == (AliasGiven(full="Q"),)


@pytest.mark.parametrize(
    ("words", "decision"),
    [
        ("Charges filed", "FILE"),
        ("Authorized", "FILE"),
        ("Warrant not issued", "DECLINE"),
        ("Drop Charges", "DECLINE"),
        ("Returned for further investigation", "RETURN"),
    ],
)
def test_words_of_plain_meaning_are_decisions(words: str, decision: str) -> None:
    document = changed("decision.xml", ">CHG<", f">{words}<")
    assert document.prosecution is not None
    assert [outcome.decision for outcome in document.prosecution.outcomes] == [decision, "DECLINE"]


def test_a_word_that_is_not_plain_decides_nothing() -> None:
    document = changed("decision.xml", ">CHG<", ">DPNPGEN<")
    assert document.prosecution is not None
    assert document.prosecution.words == "DPNPGEN"
    assert [outcome.decision for outcome in document.prosecution.outcomes] == ["DECLINE"]
    assert document.arrests[0].charges == (
        ChargeGiven(statute="18 § 3929 §§ A1", description="Retail Theft - Take Mdse", grade="S"),
    ), "what nobody decided stays with its arrest"
    assert [doubt.code for doubt in document.doubts] == ["DECISION_UNCLEAR"]


def test_a_report_without_a_person_is_a_status_only() -> None:
    document = received("status_received.xml")
    assert document.status_only
    assert document.person is None
    assert document.prosecution == ProsecutionGiven(status="RECEIVED", words="Referral Received")
    assert document.arrests == (ArrestGiven(agency_id="PA0510099", record_id="AR-20260301-3"),)


def test_two_steps_of_one_referral_are_two_documents() -> None:
    first, second = received("status_received.xml"), changed("status_received.xml", "Referral Received", "CASE CREATED")
    assert second.prosecution is not None
    assert second.prosecution.status == "CASE_CREATED"
    assert first.document_key != second.document_key


def test_a_status_report_without_a_number_names_nobody() -> None:
    rejected = read((DOCUMENTS / "status_received.xml").read_text().replace("AR-20260301-3", ""))
    assert isinstance(rejected, Rejected)
    assert rejected.code == "NO_SUBJECT"


# ---------------------------------------------------------------- who the document is about


@pytest.mark.parametrize(
    "name", ["arrest.xml", "booking.xml", "custody_result.xml", "decision.xml", "referral_without_arrest.xml"]
)
def test_two_subjects_are_rejected_and_the_line_is_the_second_ones(name: str) -> None:
    text = (DOCUMENTS / name).read_text()
    role = {
        "arrest.xml": '<jx:ArrestSubject><core:RoleOfPersonReference st:ref="W2"/></jx:ArrestSubject>',
        "booking.xml": '<j:BookingSubject><RoleOfPerson s:ref="W2"/></j:BookingSubject>',
        "custody_result.xml": '<q:BookingSubject><n:RoleOfPerson k:ref="W2"/></q:BookingSubject>',
        "decision.xml": '<j:Subject><nc:RoleOfPerson s:ref="W2"/></j:Subject>',
        "referral_without_arrest.xml": '<j:IncidentSubject><nc:RoleOfPersonReference s:ref="W2"/></j:IncidentSubject>',
    }[name]
    end = text.rindex("</")
    second = f'\n<Person id="W2"><PersonName>Corin Vale</PersonName></Person>{role}\n'
    rejected = read(text[:end] + second + text[end:])
    assert isinstance(rejected, Rejected)
    assert rejected.code == "TWO_SUBJECTS"
    assert rejected.line == text[:end].count("\n") + 2
    assert "Vale" not in f"{rejected}"


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("arrest.xml", 'RoleOfPersonReference st:ref="S1"', 'RoleOfPersonReference st:ref="nobody"'),
        ("booking.xml", 'RoleOfPerson s:ref="p"', 'RoleOfPerson s:ref="nobody"'),
        ("booking.xml", '<RoleOfPerson s:ref="p"/>', ""),
        ("custody_result.xml", 'k:ref="who"', ""),
        ("decision.xml", 's:ref="def"', ""),
    ],
)
def test_no_subject_reference_is_rejected(name: str, old: str, new: str) -> None:
    rejected = read((DOCUMENTS / name).read_text().replace(old, new))
    assert isinstance(rejected, Rejected)
    assert rejected.code == "NO_SUBJECT"


def test_neither_a_name_nor_a_number_is_rejected() -> None:
    text = (DOCUMENTS / "booking_without_arrest.xml").read_text()
    nameless = text.replace("<nc:PersonGivenName>Oriel</nc:PersonGivenName><nc:PersonSurName>Tansy</nc:PersonSurName>", "")
    numbered = read(nameless)
    assert isinstance(numbered, Reading), "a known record id may still find its case"
    rejected = read(nameless.replace("77-1", " "))
    assert isinstance(rejected, Rejected)
    assert rejected.code == "NO_NAME"


def test_an_identifier_given_twice_is_ambiguous() -> None:
    rejected = read((DOCUMENTS / "booking.xml").read_text().replace('s:id="dep"', 's:id="p"'))
    assert isinstance(rejected, Rejected)
    assert (rejected.code, rejected.line) == ("DUPLICATE_ID", 16)


def test_references_in_a_circle_lead_nowhere() -> None:
    circle = '<RoleOfPerson s:id="x" s:ref="y"/><Person s:id="y" s:ref="x"/>'
    rejected = read((DOCUMENTS / "booking.xml").read_text().replace('<RoleOfPerson s:ref="p"/>', circle))
    assert isinstance(rejected, Rejected)
    assert rejected.code == "NO_SUBJECT"


def test_a_person_described_inside_the_role_is_the_subject() -> None:
    inline = "<RoleOfPerson><PersonName><PersonSurName>Vale</PersonSurName></PersonName></RoleOfPerson>"
    document = changed("booking.xml", '<RoleOfPerson s:ref="p"/>', inline)
    assert document.person == PersonStated(surname="Vale")


# ---------------------------------------------------------------- keys, digest, order


def test_the_digest_is_of_what_is_kept() -> None:
    document = received("arrest.xml")
    assert len(document.digest) == 64
    assert changed("arrest.xml", "Tamsin", "Thomasina").digest == document.digest, "another person's name is not kept"
    assert changed("arrest.xml", ">blue<", ">green<").digest == document.digest, "nor is what is unmapped"
    assert changed("arrest.xml", "Avery", "Averil").digest != document.digest
    assert changed("arrest.xml", "<core:Date>1994-11-23", "<core:Date>1994-11-24").digest != document.digest


def test_one_document_has_one_key_and_digest_by_whatever_feed_order_and_layout() -> None:
    document = received("arrest.xml")
    spread = changed("arrest.xml", "><", ">\n\t<")
    assert (spread.digest, spread.document_key) == (document.digest, document.document_key)
    other = {family: Feed(name="other", owner=owner, zone=ZONE) for family, owner in OWNERS.items()}
    by_other = read_file(DOCUMENTS / "arrest.xml", feeds=other)
    assert isinstance(by_other, Reading)
    assert by_other.received.digest == document.digest
    assert by_other.received.document_key != document.document_key


def test_documents_without_a_records_number_are_told_apart_by_what_they_say() -> None:
    one, other = received("referral_without_arrest.xml"), changed("referral_without_arrest.xml", "Quill, Bram", "Vale, Corin")
    assert one.document_key != other.document_key, "two people whose messages share a template's number"
    text = (DOCUMENTS / "custody_result.xml").read_text().replace(">4711<", "><")
    first, again = read(text), read(text.replace("reply-5512", "reply-5513"))
    assert isinstance(first, Reading)
    assert isinstance(again, Reading)
    assert first.received.document_id is None
    assert first.received.document_key == again.received.document_key, "a reply's number is not the record's"


def test_a_feed_that_does_not_take_the_family_rejects_it() -> None:
    rejected = read_file(DOCUMENTS / "arrest.xml", feeds={"BOOKING": FEEDS["BOOKING"]})
    assert isinstance(rejected, Rejected)
    assert rejected.code == "NO_FEED"


def test_an_arrest_comes_before_what_updates_it_however_the_files_are_named(tmp_path: Path) -> None:
    later = (DOCUMENTS / "decision.xml").read_text().replace("2026-03-02T09", "2026-03-03T09")
    names = {
        "a.xml": (DOCUMENTS / "custody_result.xml").read_text(),
        "b.xml": (DOCUMENTS / "status_received.xml").read_text(),
        "c.xml": later,
        "d.xml": (DOCUMENTS / "decision.xml").read_text(),
        "e.xml": "<broken",
        "f.xml": (DOCUMENTS / "referral_without_arrest.xml").read_text(),
        "g.xml": (DOCUMENTS / "booking.xml").read_text(),
        "h.xml": (DOCUMENTS / "arrest.xml").read_text(),
    }
    for name, text in names.items():
        (tmp_path / name).write_text(text)
    readings, rejected = read_files(sorted(tmp_path.iterdir()), feeds=FEEDS)
    assert [Path(reading.file).name[0] for reading in readings] == list("hgfdcba")
    assert [Path(each.file).name for each in rejected] == ["e.xml"], "a broken file stops no other"
    assert in_reading_order(reversed(readings)) == readings
