"""Which documents are read: by the root's name and its exchange namespace without version, never by one of them alone."""

from __future__ import annotations

import pytest

from pars.edge.formats.families import one_feed_for_each_owner
from pars.edge.formats.reading import read_document
from pars.edge.formats.xml_reading import Rejected

EXCHANGE = "http://ojbc.org/IEPD/Exchange"
FEEDS = one_feed_for_each_owner("test", "America/New_York")


def rejected(name: str, namespace: str) -> Rejected:
    document = f'<?xml version="1.0"?>\n\n<p:{name}\n xmlns:p="{namespace}">Avery Quill</p:{name}>'
    answer = read_document(document.encode(), file="f.xml", feeds=FEEDS)
    assert isinstance(answer, Rejected)
    assert "Quill" not in f"{answer}"
    assert (answer.file, answer.line) == ("f.xml", 3), "the line on which the root begins"
    return answer


@pytest.mark.parametrize(
    "name", ["ArrestReport", "BookingReport", "ChargeReferral", "CustodyQueryResults", "ProsecutionDecisionReport"]
)
@pytest.mark.parametrize("version", ["", "/", "/1.0", "/2.1/", "/3"])
def test_a_family_in_any_version_is_read(name: str, version: str) -> None:
    assert rejected(name, f"{EXCHANGE}/{name}{version}").code == "NO_SUBJECT", "recognized, but empty"


@pytest.mark.parametrize(
    ("name", "namespace"),
    [
        ("ArrestReport", "http://fbi.gov/cjis/N-DEx/IncidentArrest/2.1"),
        ("ArrestReport", f"{EXCHANGE}/BookingReport/1.0"),
        ("ArrestReport", "http://example.org/IEPD/Exchange/ArrestReport/1.0"),
        ("BookingReport", f"{EXCHANGE}/BookingReport/1.0/extra"),
        ("IncidentReport", f"{EXCHANGE}/IncidentReport/1.0"),
        ("Envelope", "http://schemas.xmlsoap.org/soap/envelope/"),
    ],
)
def test_a_name_or_a_namespace_alone_is_not_enough(name: str, namespace: str) -> None:
    answer = rejected(name, namespace)
    assert answer.code == "NOT_A_CASE_DOCUMENT"
    assert "ChargeReferral" in answer.remedy


def test_a_root_without_a_namespace_is_nothing() -> None:
    answer = read_document(b"<ArrestReport/>", file="f.xml", feeds=FEEDS)
    assert isinstance(answer, Rejected)
    assert answer.code == "NOT_A_CASE_DOCUMENT"


@pytest.mark.parametrize(
    ("name", "exchange", "kind"),
    [
        ("PretrialServiceEnrollmentReport", "PretrialServiceEnrollment", "pretrial services"),
        ("CustodyReleaseReport", "CustodyReleaseReport", "a release from custody"),
        ("CustodyStatusChangeReport", "CustodyStatusChangeReport", "a change of custody"),
        ("ChargeReferralRequest", "ChargeReferralRequest", "not a ChargeReferral"),
        ("ArrestHideRequest", "ArrestHideRequest", "criminal history"),
        ("ArrestModifyRequest", "ArrestModifyRequest", "criminal history"),
        ("DeleteDispositionRequest", "DeleteDispositionRequest", "criminal history"),
    ],
)
def test_families_that_are_not_read_yet_say_so(name: str, exchange: str, kind: str) -> None:
    answer = rejected(name, f"{EXCHANGE}/{exchange}/1.0")
    assert answer.code == "NOT_READ_YET"
    assert kind in answer.what
