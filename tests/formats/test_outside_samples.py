"""The published sample documents (PARS_OUTSIDE_DATA): each read to the person, time, agency and charges that a reader finds in it.

The expectations were found by reading the documents, not by running the reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lxml import etree

from pars.core.cases.received import AliasGiven, ChargeGiven, ChargeOutcome, CustodyGiven, Received
from pars.edge.formats.do_not_collect import is_dropped
from pars.edge.formats.families import one_feed_for_each_owner
from pars.edge.formats.reading import Reading, read_document, read_file, read_files
from pars.edge.formats.report import charges_stated, stated_agency, stated_at
from pars.edge.formats.xml_reading import Rejected

if TYPE_CHECKING:
    from pathlib import Path

FEEDS = one_feed_for_each_owner("samples", "America/New_York")
SAMPLES = "ojbc"

# name: (surname, given, full, birth date), (time, precision), agency
READ = {
    "Hawaii_Arrest_Submission.xml": (
        ("LASTNAME", "FIRSTNAME", "LASTNAME, FIRSTNAME MIDDLENAME JR", "1995-05-14"),
        ("2010-05-27T13:22:03Z", "instant"),
        "Maui Police Department",
    ),
    "Hawaii_Charge_Referral.xml": (
        ("LASTNAME", "FIRSTNAME", "LASTNAME, FIRSTNAME MIDDLENAME JR", "1995-05-14"),
        ("2010-05-27T13:22:03Z", "instant"),
        "Maui Police Department",
    ),
    "Maine_Charge_Referral.xml": (
        ("Schrute", "Dwight", None, "1972-01-20"),
        ("1997-03-12", "date"),
        "Maine State Police",
    ),
    "BookingReport-Adams.xml": (("Strong", "Otis", None, "1968-12-17"), ("2016-08-04", "date"), "Arrest Agency name"),
    "ProsecutionDecisionReport.xml": (("Last", None, "First Last", "1991-01-01"), ("2013-04-18", "date"), "Arrest Agency"),
    "custody/sample-1150401399132577864.xml": (("Harvey", "Joyce", None, "1935-09-05"), ("1971-09-30", "date"), "LAPD"),
    "custody/sample-1205027228239189010.xml": (("Matthews", "Joey", None, "1960-03-18"), ("1976-12-04", "date"), "Matlock"),
    "custody/sample-1572757716904704236.xml": (("Watson", "William", None, "1987-03-16"), ("1940-04-21", "date"), "NYPD"),
    "custody/sample-1669527842430311840.xml": (("Matthews", "Joseph", None, "1986-01-22"), ("1992-05-13", "date"), "Acme"),
    "custody/sample-1722469713120453141.xml": (("Knapp", "Ramon", None, "1976-09-02"), ("1972-10-14", "date"), "Acme"),
    "custody/sample-1887057677799420830.xml": (("Matthews", "Joe", None, "1950-05-29"), ("1974-09-03", "date"), "LAPD"),
    "custody/sample-197784963636983426.xml": (("Matthews", "Joe", None, "1936-09-20"), ("1961-04-15", "date"), "Acme"),
    "custody/sample-2559983181094496952.xml": (("Matthews", "Joe", None, "1979-10-05"), ("1936-09-15", "date"), "Matlock"),
    "custody/sample-259336967412360650.xml": (("Matthews", "Joey", None, "1989-07-10"), ("1977-04-26", "date"), "LAPD"),
    "custody/sample-260409030323699588.xml": (("Bowen", "Michele", None, "1980-05-20"), ("1949-12-12", "date"), "LAPD"),
}

# name: the owner and booking record that key it; statutes of the first arrest, then of the second
CUSTODY = {
    "1150401399132577864": ("HIPD", "1218037", "299502 776241 488580", "863241 990542 308110"),
    "1205027228239189010": ("HIPD", "3245377", "405788 687408 442824", "272129 946767 640193"),
    "1572757716904704236": ("FLPD", "5483009", "803867 836723 578593", "121518 217842 802422"),
    "1669527842430311840": ("HIPD", "5370512", "568443 543011 338041", "238769 848647 903878"),
    "1722469713120453141": ("MEPD", "4274894", "044721 580562 643778", "252251 518656 139840"),
    "1887057677799420830": ("FLPD", "6380552", "540900 975608 384777", "332662 239706 384005"),
    "197784963636983426": ("FLPD", "5053310", "289872 591406 474033", "253104 219603 085516"),
    "2559983181094496952": ("HIPD", "6848112", "827023 278215 241971", "602795 270575 383601"),
    "259336967412360650": ("RIPD", "3251343", "689156 553692 339713", "742328 895016 515514"),
    "260409030323699588": ("RIPD", "5324282", "388357 854120 068245", "056143 168497 094556"),
}

REJECTED = {
    "CustodyReleaseReport-Adams.xml": "a report of a release from custody",
    "CustodyStatusChangeReport-Adams.xml": "a report of a change of custody",
    "pretrial_services_enrollment_report.xml": "a pretrial services enrollment",
    "modification/ArrestAddRequest_DA.xml": "an order to change a criminal history",
    "modification/ArrestHideRequest.xml": "an order to change a criminal history",
    "modification/ArrestModifyRequest_multiple_muni.xml": "an order to change a criminal history",
    "modification/ArrestReferralRequest.xml": "an order to change a criminal history",
    "modification/ChargeReferralRequest.xml": "an order about a criminal history, not a ChargeReferral",
    "modification/DeleteDispositionRequest.xml": "an order to change a criminal history",
}

STATUS = ("ProsecutionDecisionReport_Referral_Case_Created.xml", "ProsecutionDecisionReport_Referral_Received.xml")


def sample(outside_data: Path, name: str) -> Received:
    reading = read_file(outside_data / SAMPLES / name, feeds=FEEDS)
    assert isinstance(reading, Reading), reading
    return reading.received


@pytest.mark.parametrize("name", READ)
def test_person_time_and_agency(name: str, outside_data: Path) -> None:
    document = sample(outside_data, name)
    person, at = document.person, stated_at(document)
    assert person is not None
    assert at is not None
    born = None if person.birth_date is None else person.birth_date.text
    found = ((person.surname, person.given, person.full, born), (at.text, at.precision), stated_agency(document))
    assert found == READ[name]


@pytest.mark.parametrize("number", CUSTODY)
def test_a_custody_result(number: str, outside_data: Path) -> None:
    document = sample(outside_data, f"custody/sample-{number}.xml")
    owner, record, first, second = CUSTODY[number]
    assert (document.source, document.document_id) == (owner, record)
    assert document.booking is not None
    assert document.booking.record_id == record
    assert [[charge.statute for charge in arrest.charges] for arrest in document.arrests] == [first.split(), second.split()]
    assert all(charge.description and charge.counts == 1 for arrest in document.arrests for charge in arrest.charges)
    assert all(arrest.time is None for arrest in document.arrests)
    made = document.document_time
    assert made is not None
    assert document.custody == (CustodyGiven(status="RELEASED", words="Release stated", time=made),)
    assert [doubt.code for doubt in document.doubts] == ["DEFAULT_TIME"]
    assert len(document.aliases) == 2


@pytest.mark.parametrize("name", ["Hawaii_Arrest_Submission.xml", "Hawaii_Charge_Referral.xml"])
def test_hawaii(name: str, outside_data: Path) -> None:
    document = sample(outside_data, name)
    (arrest,) = document.arrests
    assert (arrest.record_id, arrest.incident_number, arrest.otn) == ("P11111", "11-11111", None)
    assert arrest.place == "275 W KAAHUMANU AVE, KAHULUI, HI 96732"
    (charge,) = arrest.charges
    assert (charge.statute, charge.description, charge.grade, charge.counts) == ("13A-8-41", "ROBBERY; FIRST DEGREE", "F", 1)
    assert charge.offense_date is not None
    assert charge.offense_date.text == "2010-12-23T12:35:00"
    assert document.booking is not None
    assert document.booking.time is not None
    assert document.booking.time.text == "2001-12-17T09:30:47.0Z"
    assert document.aliases == (
        AliasGiven(surname="LASTALIAS", given="FIRSTALIAS", full="LASTALIAS, FIRSTALIAS MIDDLEALIAS JR"),
        AliasGiven(surname="LASTALIAS", given="DOUGHBOY", full="LASTALIAS, DOUGHBOY"),
    )
    assert [doubt.code for doubt in document.doubts] == ["POSSIBLE_MINOR"], "the source itself says juvenile"


def test_hawaiis_two_documents_and_maines_are_three_documents(outside_data: Path) -> None:
    names = ("Hawaii_Arrest_Submission.xml", "Hawaii_Charge_Referral.xml", "Maine_Charge_Referral.xml")
    documents = [sample(outside_data, name) for name in names]
    assert {document.document_id for document in documents} == {"99-9999"}, "they share id, time and sequence"
    assert len({document.document_key for document in documents}) == 3


def test_maine(outside_data: Path) -> None:
    document = sample(outside_data, "Maine_Charge_Referral.xml")
    (arrest,) = document.arrests
    assert (arrest.agency, arrest.agency_id) == ("Maine State Police", "83655221")
    assert (arrest.record_id, arrest.otn, arrest.incident_number) == ("223344556677", "239478295", "99-9999")
    assert arrest.narrative is not None
    assert arrest.narrative.startswith("Responded to burglary call from dispatcher. Arrived")
    assert [(charge.statute, charge.description) for charge in arrest.charges] == [
        ("ChargeStatuteCode 1", "ChargeDescription 1"),
        ("ChargeStatuteCode 2", "ChargeDescription 2"),
    ]
    assert [charge.offense_date and charge.offense_date.text for charge in arrest.charges] == ["1997-02-05", "1997-01-01"]
    assert document.person is not None
    assert (document.person.middle, document.person.suffix, document.person.sex) == ("Kurt", "I", "M")
    assert document.person.address == "101 Main Street, Scranton, PA 18502"
    assert document.custody == (CustodyGiven(status="IN_CUSTODY", words="In Custody"),)
    assert document.doubts == ()


def test_adams(outside_data: Path) -> None:
    document = sample(outside_data, "BookingReport-Adams.xml")
    assert [arrest.agency for arrest in document.arrests] == ["Arrest Agency name", "Arrest Agency name 2"]
    assert [arrest.time and arrest.time.text for arrest in document.arrests] == ["2016-08-04", "2016-08-04"]
    assert all(arrest.warrant for arrest in document.arrests)
    for arrest in document.arrests:
        (charge,) = arrest.charges
        assert isinstance(charge, ChargeGiven)
        assert (charge.statute, charge.description, charge.grade) == ("Charge Code ID", "Charge Description", "felony")
        assert charge.offense_date is not None
        assert charge.offense_date.text == "2013-12-17"
    booking = document.booking
    assert booking is not None
    assert (booking.agency, booking.record_id, booking.facility) == (
        "Springfield County Sheriff",
        "Booking Number",
        "Booking Facility ID",
    )
    assert booking.time is not None
    assert (booking.time.text, booking.time.precision) == ("2013-12-17T09:30:00", "local")
    assert document.custody == (CustodyGiven(status="IN_CUSTODY", words="In Jail"),)
    assert [alias.surname for alias in document.aliases] == ["Heisenberg", "Jackson", "White"]
    assert document.person is not None
    assert (document.person.middle, document.person.sex, document.person.language) == ("H.", "F", "English")


def test_the_prosecution_decision(outside_data: Path) -> None:
    document = sample(outside_data, "ProsecutionDecisionReport.xml")
    (arrest,) = document.arrests
    assert (arrest.agency_id, arrest.record_id, arrest.otn) == ("ORI99999", "123456", "CRIM12345")
    prosecution = document.prosecution
    assert prosecution is not None
    assert (prosecution.status, prosecution.agency, prosecution.case_number, prosecution.words) == (
        "DECIDED",
        "ACME Prosecutor",
        "ID3456",
        "CHG",
    )
    assert prosecution.outcomes == (
        ChargeOutcome(
            decision="FILE", statute="12345(1)", description="Assault", grade="Misdemeanor", words="Disposition Text"
        ),
    )
    assert charges_stated(document)[0]["statute"] == "12345(1)"
    assert document.custody == (CustodyGiven(status="NOT_IN_CUSTODY", words="Not in Custody"),)


@pytest.mark.parametrize(("name", "status"), list(zip(STATUS, ("CASE_CREATED", "RECEIVED"), strict=True)))
def test_the_status_reports_name_only_an_arrest(name: str, status: str, outside_data: Path) -> None:
    document = sample(outside_data, name)
    assert document.status_only
    assert document.person is None
    assert document.prosecution is not None
    assert document.prosecution.status == status
    (arrest,) = document.arrests
    assert (arrest.agency_id, arrest.record_id, arrest.charges) == ("ORI99999", "123456", ())


def test_every_other_sample_is_rejected_with_its_reason(outside_data: Path) -> None:
    folder = outside_data / SAMPLES
    readings, rejected = read_files(sorted(folder.rglob("*.xml")), feeds=FEEDS)
    assert {reading.file.removeprefix(f"{folder}/") for reading in readings} == {*READ, *STATUS}
    assert {each.file.removeprefix(f"{folder}/") for each in rejected} == set(REJECTED)
    for each in rejected:
        assert REJECTED[each.file.removeprefix(f"{folder}/")] in each.what
        assert each.code == "NOT_READ_YET"
        assert 15 < each.line < 40


def test_one_command_handles_them_in_one_order(outside_data: Path) -> None:
    paths = sorted((outside_data / SAMPLES).rglob("*.xml"))
    readings, _ = read_files(paths, feeds=FEEDS)
    again, _ = read_files(reversed(paths), feeds=FEEDS)
    assert readings == again
    order = [reading.file.rsplit("/", 1)[-1] for reading in readings]
    assert order.index("Hawaii_Arrest_Submission.xml") < order.index("Hawaii_Charge_Referral.xml")
    assert order.index("ProsecutionDecisionReport.xml") < order.index(STATUS[1]) < order.index(STATUS[0]), (
        "received, then created"
    )


@pytest.mark.parametrize("name", [*READ, *STATUS])
def test_nothing_that_may_not_be_collected_is_in_the_result(name: str, outside_data: Path) -> None:
    data = (outside_data / SAMPLES / name).read_bytes()
    before = read_document(data, file=name, feeds=FEEDS)
    assert isinstance(before, Reading)
    root = etree.fromstring(data)
    forbidden = [
        each
        for each in root.iter("*")
        if any(is_dropped(etree.QName(one).localname) for one in (each, *each.iterancestors("*")))
    ]
    said = {text for each in forbidden if len(text := (each.text or "").strip()) > 5}
    kept_elsewhere = {(each.text or "").strip() for each in root.iter("*") if each not in forbidden}
    shown = repr(before)
    assert not [text for text in said - kept_elsewhere if text in shown]
    for each in forbidden:
        each.text = "QZ quince QZ"
    after = read_document(etree.tostring(root), file=name, feeds=FEEDS)
    assert isinstance(after, Reading)
    assert "quince" not in repr(after)
    assert after.received == before.received or set(after.received.dropped) > set(before.received.dropped), (
        "an empty one was filled"
    )
    assert after.received.digest == before.received.digest


@pytest.mark.parametrize("name", REJECTED)
def test_a_rejection_repeats_no_value(name: str, outside_data: Path) -> None:
    path = outside_data / SAMPLES / name
    rejected = read_file(path, feeds=FEEDS)
    assert isinstance(rejected, Rejected)
    values = {(each.text or "").strip() for each in etree.parse(path).iter("*")}
    told = f"{rejected.what} {rejected.remedy}"
    assert not [value for value in values if len(value) > 3 and value in told]
