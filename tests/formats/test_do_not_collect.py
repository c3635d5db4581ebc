"""What may not be collected is gone before anything else sees it: in no value, no digest, no message, whatever it said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from pars.edge.formats.do_not_collect import DO_NOT_COLLECT, is_dropped, tells_of_dropped
from pars.edge.formats.families import one_feed_for_each_owner
from pars.edge.formats.reading import Reading, read_document
from pars.edge.formats.xml_reading import read_tree

DOCUMENTS = Path(__file__).parent / "documents"
FEEDS = one_feed_for_each_owner("test", "America/New_York")
ARREST, BOOKING = (DOCUMENTS / name for name in ("arrest.xml", "booking.xml"))

_DROPPED = """
PersonUSCitizenIndicator PersonCitizenshipFIPS10-4Code PersonNationalityText DetentiontImmigrationHoldIndicator HoldForImmigrationIndicator
PersonAlienRegistrationIdentification AlienNumberText PersonPassportIdentification VisaCategoryText ICEHoldIndicator NoncitizenIndicator
ConsularNotificationDate PersonSSNIdentification SocialSecurityNumberText PersonTaxIdentification BehavioralHealthInformation
PersonBehavioralHealthInformation RegionalBehavioralHealthAuthorityAssignmentText SeriousMentalIllnessIndicator SubjectMentalHealthConditionIndicator
SubstanceAbuseIndicator HighRiskNeedsIndicator Evaluation EvaluationDiagnosisDescriptionText Medication PrescribedMedication MedicaidIndicator
Treatment TreatmentCourtOrderedIndicator CareEpisode PersonCareEpisode PregnancyIndicator DisabilityText PersonDigitalImage Base64BinaryObject
BinaryBase64Object DocumentBinary OfficerSignatureImage PersonDNACollectionRequiredIndicator BiometricImage
"""
_KEPT = """
PersonName PersonBirthPlaceCode PersonSexCode Booking BookingAgency ArrestAgency ArrestCharge DisorderlyConduct StatuteCodeSectionIdentification
SubjectLocationStatus OfficeName Detention HoldForAgency OrganizationName DocumentIdentification Justice PracticeText AdvisalIndicator
"""


@pytest.mark.parametrize("name", _DROPPED.split())
def test_the_table_drops(name: str) -> None:
    assert is_dropped(name)


@pytest.mark.parametrize("name", _KEPT.split())
def test_the_table_keeps(name: str) -> None:
    assert not is_dropped(name)


def test_a_sources_own_words_are_held_to_the_table_too() -> None:
    for words in ("Released to ICE", "ice hold", "Immigration detainer", "taken to a hospital", "Psychiatric hold"):
        assert tells_of_dropped(words), words
    for words in ("Pretrial", "Released on own recognizance", "Sentence served", "Weekender", "Justice center", "Police hold"):
        assert not tells_of_dropped(words), words


def test_every_row_of_the_table_is_a_pattern_and_a_reason() -> None:
    for pattern, reason in DO_NOT_COLLECT:
        assert re.compile(pattern)
        assert reason


def dropped_elements(root: etree._Element) -> list[etree._Element]:
    return [each for each in root.iter("*") if is_dropped(etree.QName(each).localname)]


@pytest.mark.parametrize("path", [ARREST, BOOKING], ids=lambda path: path.stem)
def test_the_documents_hold_something_to_drop(path: Path) -> None:
    assert len(dropped_elements(etree.fromstring(path.read_bytes()))) >= 3


@pytest.mark.parametrize("path", [ARREST, BOOKING], ids=lambda path: path.stem)
@settings(max_examples=25)
@given(said=st.from_regex(r"[A-Za-z0-9 ]{12,40}", fullmatch=True))
def test_nothing_of_what_is_dropped_can_be_told_from_the_result(path: Path, said: str) -> None:
    """Whatever a dropped element says, the result is the same to the last bit, digest included, and repeats none of it."""
    marked = f"ZQ{said}ZQ"
    root = etree.fromstring(path.read_bytes())
    before = read_document(etree.tostring(root), file="f.xml", feeds=FEEDS)
    for element in dropped_elements(root):
        element.text = marked
    after = read_document(etree.tostring(root), file="f.xml", feeds=FEEDS)
    assert isinstance(after, Reading)
    assert after == before
    assert "ZQ" not in repr(after)


@pytest.mark.parametrize("path", [ARREST, BOOKING], ids=lambda path: path.stem)
def test_with_or_without_the_digest_is_one(path: Path) -> None:
    root = etree.fromstring(path.read_bytes())
    whole = read_document(etree.tostring(root), file="f.xml", feeds=FEEDS)
    for element in dropped_elements(root):
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
    without = read_document(etree.tostring(root), file="f.xml", feeds=FEEDS)
    assert isinstance(whole, Reading)
    assert isinstance(without, Reading)
    assert without.received.digest == whole.received.digest, "whether there was such an element isn't in the digest either"
    assert (without.received.dropped, without.received.unmapped) == ((), whole.received.unmapped)


def test_paths_and_never_values_are_told() -> None:
    answer = read_document(BOOKING.read_bytes(), file="f.xml", feeds=FEEDS)
    assert isinstance(answer, Reading)
    assert answer.received.dropped == (
        "BookingReport/Person/PersonMentalHealthText",
        "BookingReport/Person/PersonDigitalImage",
        "BookingReport/Person/PersonAugmentation/AlienRegistrationText",
        "BookingReport/Detention/DetentionImmigrationHoldIndicator",
    )
    for value in ("anxious", "A-077-331", "iVBORw0KGgo", "Immigration Office"):
        assert value not in repr(answer)


def test_an_empty_element_was_not_dropped_since_it_said_nothing() -> None:
    for empty in ("<PersonSSNIdentification/>", "<PersonDigitalImage> </PersonDigitalImage>"):
        assert read_tree(f"<a>{empty}</a>".encode()).dropped == ()
    nil = '<a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><PersonUSCitizenIndicator xsi:nil="true"/></a>'
    assert read_tree(nil.encode()).dropped == ()
    assert read_tree(b'<a><PersonCareEpisode ref="x"/></a>').dropped == ("a/PersonCareEpisode",), "a reference says something"


def test_what_is_unmapped_is_listed_at_the_topmost_unread_part() -> None:
    answer = read_document(ARREST.read_bytes(), file="f.xml", feeds=FEEDS)
    assert isinstance(answer, Reading)
    package = "ArrestReport/doPublish/PublishMessageContainer/PublishMessage/DataItemPackage"
    assert f"{package}/StructuredPayload/ArrestReport/LibrarySurveyText" in answer.received.unmapped
    assert f"{package}/Digest/EntityPerson" in answer.received.unmapped, "the witness, as one part"
    assert not any("Witness" in path or "Oduya" in path for path in answer.received.unmapped)
    assert not any(path.endswith("ChargeSeverityText") for path in answer.received.unmapped), "what was read isn't listed"
