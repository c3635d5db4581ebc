"""`/v1/cases`: from booking, or from a real document, to the release, through the API alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pars.core.cases.next_hearing import last_open_day
from pars.core.ledger.entries import Kind
from pars.core.terms import StatedTime, moment
from pars.edge.commands.documents import take_in
from pars.store import ledger
from tests.api.houses import PASSWORD, House, arrest

if TYPE_CHECKING:
    from pathlib import Path

NEW_YORK = ZoneInfo("America/New_York")
ADVISED = dict.fromkeys(("rights_read", "complaint_given", "counsel_advised", "hearing_right_advised", "bail_advised"), True)


PRINTS = {
    "source": "A repository",
    "stated": "2026-11-01T12:00:00-05:00",
    "outcome": "MATCH",
    "reference": "TCN-1",
    "sid": "123-45-67-8",
    "surname": "Ashgrove",
}


class Drive:
    """One case, driven by the desks one after another; each sees the version that the one before made."""

    def __init__(self, house: House, case_id: str, seen: int = 1) -> None:
        self.house, self.path, self.seen = house, f"/v1/cases/{case_id}", seen

    def open(self, who: str) -> dict[str, Any]:
        """Open the case."""
        answer = self.house.get(self.path, who)
        assert answer.status_code == 200, answer.content
        assert answer["ETag"] == f'"{answer.json()["version"]}"'
        assert self.house.receipt_of(answer).kind is Kind.SHOWN
        found: dict[str, Any] = answer.json()
        return found

    def act(self, who: str, verb: str, body: object = None) -> Kind:
        """Do one act, which must be done, and return the kind of its entry."""
        answer = self.house.post(f"{self.path}/{verb}", body, who, seen=self.seen)
        assert answer.status_code == 200, answer.content
        said = answer.json()
        assert said["version"] == self.seen + 1
        assert answer["ETag"] == f'"{said["version"]}"'
        self.seen = said["version"]
        return self.house.receipt_of(answer).kind

    def number(self, who: str, kind: str) -> int:
        """Return the number of the case's last fact of a kind."""
        return [fact["n"] for fact in self.open(who)["facts"] if fact["kind"] == kind and fact["stands"]][-1]

    def stage(self, who: str) -> str:
        """Return the stage."""
        return str(self.open(who)["stage"]["code"])

    def owed(self, who: str) -> list[str]:
        """Return what can be done next."""
        return [step["act"] for step in self.open(who)["next_steps"]]

    # The desks.

    def charge(self) -> None:
        """Send unless that was done, decide, sign."""
        if "case:submit" in self.owed("booking"):
            assert self.act("booking", "submission") is Kind.CASE_SUBMITTED
        charges = [fact for fact in self.open("charging")["facts"] if fact["kind"] == "charge_proposed" and fact["stands"]]
        choices = [{"decision": "APPROVE", "proposed": fact["n"]} for fact in charges]
        assert self.act("charging", "charge-decisions", {"choices": choices}) is Kind.CHARGES_DECIDED
        paper = self.house.get(f"{self.path}/complaint", "charging").json()
        assert "CRIMINAL COMPLAINT" in paper["text"]
        signed = {"text_sha256": paper["sha256"], "password": PASSWORD}
        assert self.act("charging", "complaint", signed) is Kind.COMPLAINT_SIGNED

    def interview(self) -> None:
        """Take the interview."""
        answers = {"outcome": "TAKEN", "answers": {"local_residence": "YES"}}
        assert self.act("interview", "interview", answers) is Kind.INTERVIEW_RECORDED

    def hear(self) -> None:
        """Hold the hearing."""
        at = moment(ledger.now(), "America/New_York").isoformat()
        body = {"time": at, "probable_cause": True, **ADVISED}
        assert self.act("bench", "hearing", body) is Kind.HEARING_HELD

    def order(self, **terms: Any) -> None:
        """Read the order and sign it."""
        now = moment(ledger.now(), "America/New_York").isoformat()
        next_hearing = last_open_day(StatedTime(now, "America/New_York"), in_custody=True).isoformat()
        body = {"types": ["ROR"], "next_hearing": f"{next_hearing}T09:00", "next_court": "Courtroom 4", **terms}
        paper = self.house.post(f"{self.path}/release-orders/preview", body, "bench")
        assert paper.status_code == 200, paper.content
        assert "RELEASE ORDER" in paper.json()["text"]
        signature = {"text_sha256": paper.json()["sha256"], "password": PASSWORD}
        assert self.act("bench", "release-orders", {"terms": body, "signature": signature}) is Kind.RELEASE_ORDERED


def booked(house: House, surname: str = "Doe", **changes: Any) -> Drive:
    """Book an arrest."""
    answer = house.post("/v1/arrests", arrest(surname, **changes), "booking")
    assert answer.status_code == 201, answer.content
    assert answer["Cache-Control"] == "no-store"
    assert house.receipt_of(answer).kind is Kind.ARREST_BOOKED
    return Drive(house, answer.json()["case_id"])


def test_maine_from_the_document_to_the_release(house: House, outside_data: Path) -> None:
    report = take_in([outside_data / "ojbc" / "Maine_Charge_Referral.xml"], zone="America/New_York")
    (taken,) = report["accepted"]
    drive = Drive(house, taken["case_id"])
    assert drive.stage("booking") == "SUBMITTED"  # a referral is sent to the prosecutor by what it is
    drive.charge()
    assert drive.stage("charging") == "COMPLAINT"
    drive.interview()
    assert drive.stage("bench") == "READY"
    assert drive.owed("bench")[0] == "hearing:hold"
    drive.hear()
    drive.order()
    assert drive.stage("custodian") == "TO_RELEASE"
    assert drive.open("custodian")["releasable"] == {"ok": True, "reasons": [], "undecided": []}
    assert drive.act("custodian", "release-acknowledgements", {"released": True}) is Kind.RELEASE_ACKNOWLEDGED
    assert drive.stage("custodian") == "RELEASED"
    assert drive.open("bench")["missing"] == []


def test_a_hold_a_detainer_and_bail_stand_before_the_release(house: House) -> None:
    drive = booked(house)
    drive.charge()
    drive.interview()
    drive.hear()
    drive.order(types=["MONETARY"], amount_cents=500_000, deposit_percent=10)
    at = moment(ledger.now(), "America/New_York").isoformat()
    hold = {"kind": "PROBATION_DETAINER", "authority": "Supervising judge", "lodged": at, "reference": "CP-51-CR-1"}
    drive.act("custodian", "holds", hold)
    paper = {
        "form": "I-247A",
        "paper": "ADMINISTRATIVE",
        "issuing_office": "Field office",
        "signer": "An officer",
        "received": at,
    }
    drive.act("custodian", "detainers", paper)

    opened = drive.open("custodian")
    assert {reason["code"] for reason in opened["releasable"]["reasons"]} == {"BAIL_NOT_POSTED", "PROBATION_DETAINER"}
    assert len(opened["releasable"]["undecided"]) == 1
    held = house.post(f"{drive.path}/release-acknowledgements", {"released": True}, "custodian", seen=drive.seen)
    assert (held.status_code, held.json()["reason"]) == (409, "STILL_HELD")
    assert house.receipt_of(held).detail["code"] == "STILL_HELD"

    drive.act("clerk", "bail", {"order": drive.number("clerk", "release_ordered"), "amount_cents": 50_000})
    drive.act("custodian", f"holds/{drive.number('custodian', 'hold_lodged')}/lift", {"reason": "The judge lifted it."})
    answers = {
        "hold": "DECLINE",
        "notice": "DECLINE",
        "hand_over": "DECLINE",
        "access": "DECLINE",
        "reason": "No judicial warrant.",
    }
    number = drive.number("custodian", "detainer_received")
    wrong = {**answers, "hold": "HONOR"}
    given = house.post(f"{drive.path}/detainers/{number}/decision", wrong, "custodian", seen=drive.seen)
    assert (given.status_code, given.json()["reason"]) == (422, "NOT_THE_RULES_ANSWER")
    assert given.json()["errors"][0]["pointer"] == "/hold"
    drive.act("custodian", f"detainers/{number}/decision", answers)
    drive.act("custodian", "release-acknowledgements", {"released": True})
    assert drive.stage("custodian") == "RELEASED"


def test_a_doubt_is_settled(house: House) -> None:
    drive = booked(house, "Unknown", born=None, birth_date_reason="The person gives none.")
    assert drive.owed("booking")[0] == "case:correct"
    doubt = drive.number("booking", "doubted")
    drive.act("booking", f"doubts/{doubt}/resolution", {"reason": "A birth record was found.", "adult": True})
    assert "AGE" not in {gap["code"] for gap in drive.open("booking")["missing"]}


def test_a_linked_case_keeps_the_person_whichever_side_the_link_was_made_on(house: House) -> None:
    free, held = booked(house, "Twice"), booked(house, "Twice")
    free.charge()
    free.interview()
    free.hear()
    free.order()
    other = free.path.rpartition("/")[2]
    link = {"other_case": other, "basis": "FINGERPRINT", "reason": "One SID in both replies"}
    early = house.post(f"{held.path}/links", link, "booking", seen=held.seen)
    assert early.json()["reason"] == "PRINTS_NEEDED"
    for drive in (free, held):
        assert drive.act("booking", "identity-replies", PRINTS) is Kind.IDENTITY_VERIFIED
    assert held.act("booking", "links", link) is Kind.PERSON_LINKED
    reasons = free.open("custodian")["releasable"]["reasons"]
    assert [reason["case_id"] for reason in reasons] == [held.path.rpartition("/")[2]]
    still = house.post(f"{free.path}/release-acknowledgements", {"released": True}, "custodian", seen=free.seen)
    assert still.json()["reason"] == "STILL_HELD"
    held.act("booking", f"links/{held.number('booking', 'person_linked')}/undoing", {"reason": "A wrong reply"})
    assert free.open("custodian")["releasable"]["ok"]


def test_without_prints_two_people_link_and_none_alone(house: House) -> None:
    one, other = booked(house, "Twice"), booked(house, "Twice")
    link = {"other_case": other.path.rpartition("/")[2], "basis": "SECOND_PERSON", "reason": "The same scar"}
    one.act("booking", "links", link)
    number = one.number("booking", "person_linked")
    alone = house.post(f"{one.path}/links/{number}/confirmation", {"reason": "x"}, "booking", seen=one.seen)
    assert (alone.status_code, alone.json()["reason"]) == (422, "SECOND_PERSON_NEEDED")
    assert one.act("custodian", f"links/{number}/confirmation", {"reason": "I compared both"}) is Kind.PERSON_LINKED
    third = booked(house, "Twice")
    assert third.act("booking", "told-apart", {"others": [link["other_case"]], "reason": "x"}) is Kind.PERSON_LINKED


def test_claimed_and_verified_identity_are_two_facts_with_their_sources(house: House) -> None:
    drive = booked(house)
    drive.act("booking", "identity-replies", PRINTS)
    facts = {fact["kind"]: fact for fact in drive.open("bench")["facts"]}
    assert facts["identity_claimed"]["says"]["surname"] != "Ashgrove"
    said = facts["identity_verified"]["says"]
    assert (said["surname"], said["sid"], said["source"], said["outcome"]) == ("Ashgrove", "12345678", "A repository", "MATCH")
    assert said["verifier"] == facts["identity_verified"]["recorded_by"]
    assert {"IDENTITY_MISMATCH", "HOLDS_TO_LOOK_UP"} <= {
        fact["says"]["code"] for fact in drive.open("booking")["facts"] if fact["kind"] == "doubted"
    }


def test_edge_38_a_consular_flag_is_told_to_nobody_but_who_must_notify(house: House) -> None:
    drive = booked(house)
    note = {"state": "REQUESTED", "nationality": "Freedonian"}
    no = house.post(f"{drive.path}/flags/consular", note, "bench", seen=drive.seen)
    assert (no.status_code, no.json()["reason"]) == (422, "NOT_YOUR_FLAG")
    assert drive.act("custodian", "flags/consular", note) is Kind.FLAG_RECORDED
    for who in ("booking", "custodian", "charging", "interview", "bench", "clerk"):
        assert ("Freedonian" in str(drive.open(who))) is (who in {"booking", "custodian"}), who
    drive.act("interview", "flags/interpreter", {"state": "NEEDED", "language": "Spanish"})
    assert "Spanish" in str(drive.open("charging"))


def test_edge_07_a_child_sent_to_the_juvenile_court_by_the_bench(house: House) -> None:
    drive = booked(house, person={**arrest()["person"], "birth_date": "2010-06-01"})
    assert drive.stage("bench") == "CHILD"
    drive.act("charging", "direct-charge", {"basis": "DEADLY_WEAPON", "reason": "A firearm"})
    assert drive.stage("bench") == "BOOKED"
    order = {"court": "Common Pleas", "reference": "O-1", "decided": "2026-11-01"}
    assert drive.act("bench", "juvenile-transfer", order) is Kind.SENT_TO_JUVENILE
    assert drive.stage("bench") == "CHILD"
    assert drive.act("custodian", "release-acknowledgements", {"released": True}) is Kind.RELEASE_ACKNOWLEDGED


def test_a_role_reads_what_its_acts_need(house: House) -> None:
    drive = booked(house, arrests=[{**arrest()["arrests"][0], "narrative": "What the officer saw."}])
    drive.act("booking", "submission")
    drive.interview()
    seen_by = {
        who: {fact["kind"] for fact in drive.open(who)["facts"]} for who in ("charging", "interview", "bench", "custodian")
    }
    assert "narrative_written" in seen_by["charging"]
    assert "interviewed" not in seen_by["charging"]
    assert "interviewed" in seen_by["interview"]
    assert "narrative_written" not in seen_by["interview"]
    assert {"interviewed", "narrative_written"} <= seen_by["bench"]
    assert "withheld" in seen_by["custodian"]
    assert "What the officer saw" not in str(drive.open("custodian"))


def test_a_paper_is_given_as_a_pdf_after_its_entry(house: House) -> None:
    drive = booked(house, "Papers")
    drive.charge()
    drive.interview()
    drive.hear()
    drive.order(types=["MONETARY"], amount_cents=500_000, deposit_percent=10)
    given = house.get(f"{drive.path}/papers/bond", "clerk")
    assert (given.status_code, given["Content-Type"], given["Cache-Control"]) == (200, "application/pdf", "no-store")
    assert given.content.startswith(b"%PDF-")
    assert given["ETag"] == f'"{drive.seen}"'
    entry = house.entry(int(given["PARS-Entry"]))
    assert entry.kind is Kind.SHOWN
    assert "birthplace" not in entry.detail["columns"]
    assert house.get(f"{drive.path}/papers/bond?version={drive.seen}", "bench").content == given.content
    assert house.get(f"{drive.path}/papers/notice?language=es", "bench")["Content-Language"] == "es"


def test_a_paper_that_can_not_be_given_is_a_problem_with_its_receipt(house: House) -> None:
    drive = booked(house, "Nopapers")
    for who, name, status, reason in (
        ("bench", "bond", 422, "NO_ORDER"),
        ("clerk", "affidavit", 403, "NOT_YOUR_PAPER"),
        ("bench", "warrant", 404, "NO_SUCH_PAPER"),
        ("bench", "affidavit?version=9", 404, "NO_SUCH_VERSION"),
        ("bench", "order?language=es", 422, "NO_SUCH_LANGUAGE"),
        ("bench", "bond?version=0", 400, "MALFORMED"),
        ("bench", "bond?language=fr", 400, "MALFORMED"),
    ):
        answer = house.get(f"{drive.path}/papers/{name}", who)
        assert (answer.status_code, answer.json()["reason"]) == (status, reason), name
        assert house.receipt_of(answer).kind is Kind.REFUSED


def test_the_defense_claims_a_case_reads_it_and_is_there(house: House) -> None:
    case_id = house.post("/v1/arrests", arrest("Defended"), "booking").json()["case_id"]
    drive = Drive(house, case_id)
    listed = house.get("/v1/defense", "defense")
    assert listed.status_code == 200
    (line,) = [one for one in listed.json()["people"] if one["case_id"] == case_id]
    assert (line["yours"], line["counsel"], line["conflict"]) == (False, [], None)
    shut = house.get(f"/v1/defense/cases/{case_id}", "defense")
    assert (shut.status_code, shut.json()["reason"]) == (403, "NOT_COUNSEL")
    assert drive.act("defense", "representations", {"basis": "ASSIGNED"}) is Kind.REPRESENTATION_CLAIMED
    opened = house.get(f"/v1/defense/cases/{case_id}", "defense")
    assert house.receipt_of(opened).kind is Kind.SHOWN
    kinds = {fact["kind"] for fact in opened.json()["facts"]}
    assert {"identity_claimed", "representation_claimed", "withheld"} <= kinds
    assert not {"narrative_written", "charge_proposed"} & kinds
    assert house.get(f"/v1/defense/cases/{case_id}", "second-defense").status_code == 403
    assert house.get(f"/v1/cases/{case_id}", "defense").json()["reason"] == "NOT_YOUR_ACT"
    assert house.get("/v1/defense", "charging").status_code == 403
    assert drive.act("defense", "counsel-presence", {"how": "VIDEO"}) is Kind.COUNSEL_PRESENT
    bench = {fact["kind"] for fact in drive.open("bench")["facts"]}
    assert "counsel_present" in bench
    assert "counsel_present" not in {fact["kind"] for fact in drive.open("charging")["facts"]}
    notice = house.get(f"/v1/defense/cases/{case_id}/papers/victim-notice", "defense")
    assert (notice.status_code, notice.json()["reason"]) == (403, "NOT_YOUR_PAPER")
    assert drive.act("defense", "representations/end", {"reason": "claimed by mistake"}) is Kind.REPRESENTATION_ENDED
    assert house.get(f"/v1/defense/cases/{case_id}/papers/complaint", "defense").json()["reason"] == "NOT_COUNSEL"
