"""Pretrial services in `/v1`: the interview act by act, the worksheet read and signed; and that no word of it reaches who charges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.ledger.entries import Kind
from tests.api.test_v1_cases import Drive, booked
from tests.web.town import PASSWORD

if TYPE_CHECKING:
    from tests.api.houses import House

SECRETS = ("Ada Quillfeather", "works nights", "asleep at first", "softly spoken", "the employer waits")
KINDS = {
    "interview_begun", "interview_postponed", "interview_answered", "interview_noted", "reference_named", "answer_verified",
    "interviewed", "worksheet_signed", "worksheet_factor",
}  # fmt: skip


def worked(house: House) -> Drive:
    """Take an interview act by act, and sign its worksheet."""
    drive = booked(house, "Interviewed")
    assert (
        drive.act("interview", "interview/postponements", {"reason": "asleep at first", "until": "2026-11-30"})
        is Kind.INTERVIEW_SAVED
    )
    assert (
        drive.act("interview", "interview/beginning", {"channel": "VIDEO", "room": "B-08", "told": True})
        is Kind.INTERVIEW_SAVED
    )
    answers = {"answers": {"employed": "YES", "lives_with": "FAMILY", "phone": None}, "note": "softly spoken"}
    drive.act("interview", "interview/answers", {"answers": {"phone": "YES"}})
    assert drive.act("interview", "interview/answers", answers) is Kind.INTERVIEW_SAVED
    named = {"name": "Ada Quillfeather", "relation": "employer", "phone": "555-0100"}
    assert drive.act("interview", "interview/references", named) is Kind.INTERVIEW_SAVED
    check = {"question": "employed", "channel": "CALL", "result": "CONFIRMED", "says": "works nights"}
    check["reference"] = drive.number("interview", "reference_named")  # type: ignore[assignment]
    assert drive.act("interview", "interview/checks", check) is Kind.ANSWER_VERIFIED
    assert drive.act("interview", "interview", {"outcome": "TAKEN", "answers": {"transport": "YES"}}) is Kind.INTERVIEW_RECORDED
    return drive


def test_a_worksheet_is_read_and_signed_and_no_word_reaches_who_charges(house: House) -> None:
    drive = worked(house)
    choice = {"recommendation": "ROR", "conditions": ["REPORT"], "reason": "the employer waits"}
    bare = house.post(f"{drive.path}/worksheet/preview", {**choice, "reason": None}, "interview")
    assert (bare.status_code, bare.json()["reason"]) == (422, "REASON_NEEDED")
    paper = house.post(f"{drive.path}/worksheet/preview", choice, "interview")
    assert paper.status_code == 200, paper.content
    assert "Points: +2, so far +4" in paper.json()["text"]
    signature = {"text_sha256": paper.json()["sha256"], "password": PASSWORD}
    wrong = {"choice": choice, "signature": {**signature, "password": "guessed"}}
    refused = house.post(f"{drive.path}/worksheet", wrong, "interview", seen=drive.seen)
    assert refused.json()["reason"] == "WRONG_PASSWORD"
    assert drive.act("interview", "worksheet", {"choice": choice, "signature": signature}) is Kind.WORKSHEET_SIGNED
    bench = {fact["kind"] for fact in drive.open("bench")["facts"]}
    assert {"interview_answered", "answer_verified", "worksheet_signed", "worksheet_factor"} <= bench
    assert not {"interview_noted", "reference_named"} & bench
    for who in ("charging", "booking", "clerk", "custodian"):
        shown = drive.open(who)
        assert not {fact["kind"] for fact in shown["facts"]} & KINDS, who
        assert not any(word in str(shown) for word in SECRETS), who
        for path, method in (("worksheet/preview", choice), ("interview/answers", {"answers": {"phone": "NO"}})):
            answer = house.post(f"{drive.path}/{path}", method, who, seen=drive.seen)
            assert (answer.status_code, answer.json()["reason"]) == (403, "NOT_YOUR_ACT"), (who, path)


def test_what_is_wrong_names_its_field(house: House) -> None:
    drive = booked(house, "Wronganswers")
    for path, body, reason in (
        ("interview/answers", {"answers": {"employed": "YES"}}, "NOT_BEGUN"),
        ("interview/beginning", {"channel": "VIDEO", "told": False}, "NOT_TOLD"),
        ("interview", {"outcome": "TAKEN", "answers": {"offense": "YES"}}, "NO_SUCH_QUESTION"),
        ("interview", {"outcome": "TAKEN", "answers": {"employed": "MAYBE"}}, "NO_SUCH_ANSWER"),
        ("interview", {"outcome": "UNABLE"}, "REASON_NEEDED"),
        ("interview/checks", {"question": "employed", "channel": "CALL", "result": "CONFIRMED"}, "NO_SUCH_ANSWER"),
    ):
        answer = house.post(f"{drive.path}/{path}", body, "interview", seen=drive.seen)
        assert (answer.status_code, answer.json()["reason"]) == (422, reason), path
        assert house.receipt_of(answer).kind is Kind.REFUSED
    early = {"choice": {"recommendation": "COURT"}, "signature": {"text_sha256": "0" * 64, "password": PASSWORD}}
    assert house.post(f"{drive.path}/worksheet", early, "interview", seen=drive.seen).json()["reason"] == "NO_INTERVIEW"
