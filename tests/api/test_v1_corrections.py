"""`POST /v1/cases/{id}/corrections`: facts added and corrected through the API, with the reason; what was corrected stays below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pars.core.ledger.entries import Kind
from tests.api.houses import new_key
from tests.api.test_v1_cases import Drive, booked

if TYPE_CHECKING:
    from tests.api.houses import House

WHY = "Seen on the card"


def fact(drive: Drive, kind: str) -> dict[str, Any]:
    """Return the fact of a kind that stands last."""
    found: dict[str, Any] = [each for each in drive.open("booking")["facts"] if each["kind"] == kind and each["stands"]][-1]
    return found


def test_each_kind_is_added_or_corrected_and_the_first_word_stays(house: House) -> None:
    drive = booked(house)
    who, arrested, charge = (fact(drive, kind) for kind in ("identity_claimed", "arrested", "charge_proposed"))
    body = {
        "why": WHY,
        "identities": [{"surname": "Dow", "given": "Anne", "birth_date": "1981-05", "corrects": who["n"]}],
        "aliases": [{"full": "Annie D."}],
        "arrests": [{"agency": "City Police", "time": "2026-01-05T10:30", "place": "Pier 4", "corrects": arrested["n"]}],
        "bookings": [{"agency": "City Jail", "time": "2026-01-05", "record_id": "B-9"}],
        "charges": [
            {"arrest": arrested["n"], "statute": "18 § 3921", "description": "Theft", "counts": 2, "corrects": charge["n"]},
            {"arrest": arrested["n"], "statute": "18 § 5104", "description": "Resisting arrest"},
        ],
        "narratives": [{"arrest": arrested["n"], "text": "Two lines\nof an account."}],
        "custody": [{"status": "IN_CUSTODY", "words": "Lodged", "time": "2026-01-05"}],
    }
    assert drive.act("booking", "corrections", body) is Kind.FACTS_CORRECTED
    now = fact(drive, "identity_claimed")
    assert (now["says"]["surname"], now["says"]["given"], now["corrects"], now["why"]) == ("Dow", "Anne", who["n"], WHY)
    assert now["says"]["birth_date"] == {"text": "1981-05", "zone": "America/New_York", "precision": "month"}
    assert (fact(drive, "arrested")["says"]["place"], fact(drive, "arrested")["corrects"]) == ("Pier 4", arrested["n"])
    charges = [each for each in drive.open("booking")["facts"] if each["kind"] == "charge_proposed" and each["stands"]]
    assert [(each["says"]["description"], each["says"]["counts"]) for each in charges][-2:] == [
        ("Theft", 2),
        ("Resisting arrest", 1),
    ]
    for kind, name, said in (
        ("alias_stated", "full", "Annie D."),
        ("booked", "record_id", "B-9"),
        ("narrative_written", "text", "Two lines\nof an account."),
        ("custody_stated", "words", "Lodged"),
    ):
        assert fact(drive, kind)["says"][name] == said
    below = next(each for each in drive.open("booking")["facts"] if each["n"] == who["n"])
    assert (below["stands"], below["says"]["surname"]) == (False, "Doe")


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ({"why": WHY}, 422, "NOTHING_TO_CORRECT"),
        ({"why": WHY, "identities": [{"surname": "Dow", "corrects": 999}]}, 422, "NO_SUCH_FACT"),
        ({"why": WHY, "identities": [{"surname": "Dow"}]}, 422, "CORRECT_THE_FIRST"),
        ({"why": WHY, "identities": [{"birth_date": "1980", "corrects": 1}]}, 422, "NO_NAME"),
        ({"why": WHY, "charges": [{"arrest": 999, "statute": "1", "description": "x"}]}, 422, "NO_SUCH_ARREST"),
        ({"why": WHY, "arrests": [{"agency": "P", "time": "2199-01-01"}]}, 422, "TIME_IN_FUTURE"),
        ({"why": WHY, "aliases": [{"full": "x", "corrects": 1}]}, 422, "NO_SUCH_FACT"),
    ],
)
def test_what_the_rules_refuse_is_entered_and_changes_nothing(
    body: dict[str, object], status: int, reason: str, house: House
) -> None:
    drive = booked(house)
    answer = house.post(f"{drive.path}/corrections", body, "booking", seen=1)
    assert (answer.status_code, answer.json()["reason"]) == (status, reason), answer.content
    assert house.receipt_of(answer).kind is Kind.REFUSED
    assert drive.open("booking")["version"] == 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"identities": [{"surname": "Dow"}]}, "/why"),
        ({"why": WHY, "identities": [{"surname": "Dow"}, {"surname": "Dow"}]}, "/identities"),
        ({"why": WHY, "charges": [{"statute": "1", "description": "x"}]}, "/charges/0/arrest"),
        ({"why": WHY, "custody": [{"status": "GONE", "words": "x"}]}, "/custody/0/status"),
        ({"why": WHY, "bookings": [{"record_id": "1"}]}, "/bookings/0/agency"),
        ({"why": WHY, "decisions": []}, ""),  # a name that isn't ours is not repeated
        ({"why": WHY, "aliases": [{"full": "x\u009b"}]}, "/aliases/0/full"),
    ],
)
def test_a_body_that_cannot_be_read_names_the_place(body: dict[str, object], pointer: str, house: House) -> None:
    drive = booked(house)
    answer = house.post(f"{drive.path}/corrections", body, "booking", seen=1)
    assert answer.status_code in {400, 422}, answer.content
    assert pointer in [error["pointer"] for error in answer.json()["errors"]], answer.content


def test_who_may_not_with_an_old_version_without_key_and_again(house: House) -> None:
    drive = booked(house)
    body = {"why": WHY, "aliases": [{"full": "Annie D."}]}
    assert house.post(f"{drive.path}/corrections", body, "bench", seen=1).status_code == 403
    assert house.post(f"{drive.path}/corrections", body, "booking").status_code == 428
    assert house.post(f"{drive.path}/corrections", body, "booking", seen=1, key="").status_code == 400
    key = new_key()
    first = house.post(f"{drive.path}/corrections", body, "booking", seen=1, key=key)
    again = house.post(f"{drive.path}/corrections", body, "booking", seen=1, key=key)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["version"] == again.json()["version"] == 2
    assert house.post(f"{drive.path}/corrections", body, "booking", seen=1).status_code == 412
    assert drive.open("booking")["version"] == 2


def test_a_name_too_long_to_be_found_by_is_refused_and_breaks_nothing(house: House) -> None:
    drive = booked(house)
    who = fact(drive, "identity_claimed")
    body = {"why": WHY, "identities": [{"surname": "\U00020000" * 301, "corrects": who["n"]}]}
    answer = house.post(f"{drive.path}/corrections", body, "booking", seen=1)
    assert (answer.status_code, answer.json()["reason"]) == (422, "TOO_LONG"), answer.content
