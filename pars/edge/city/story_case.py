"""The story's first half: one case from the document that comes in to the door, over HTTP, by each desk in turn."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from pars.actions import publishing
from pars.core.cases.next_hearing import last_open_day
from pars.core.terms import HOUR, SECOND, Instant, StatedTime, moment
from pars.edge.city import agreements
from pars.edge.city.beat import Told, need
from pars.edge.commands import documents

if TYPE_CHECKING:
    from pars.edge.city.beat import Story


def document_arrives(story: Story) -> Told:
    """A booking report comes in from a jail's system."""
    now = publishing.now()
    story.surname = f"Thornwood-{now // SECOND % 100000}"
    number = str(now // SECOND)[-8:]

    def at(hours: float) -> str:
        return moment(Instant(int(now - hours * HOUR)), agreements.ZONE).replace(microsecond=0).isoformat()

    text = (files("pars") / "edge" / "city" / "documents" / "booking.xml").read_text()
    filled = {"@SURNAME@": story.surname, "@NUMBER@": number, "@ARRESTED@": at(6), "@BOOKED@": at(5), "@CREATED@": at(4.9)}
    for mark, value in filled.items():
        text = text.replace(mark, value)
    path = story.home / "story-booking.xml"
    path.write_text(text)
    report = documents.take_in([path], zone=agreements.ZONE)
    need(len(report["accepted"]) == 1, f"the document was not accepted: {report['rejected']}")
    (item,) = report["accepted"]
    story.case_id = item["case_id"]
    opened = story.read("booking", f"/v1/cases/{story.case_id}")
    story.version = int(opened["version"])
    need(item["person"]["surname"] == story.surname, "the person is not the document's")
    need(len(item["charges"]) == 2, "the charges are not the document's")
    need(len(item["dropped"]) >= 3, "what must not be collected was not dropped")
    return Told(
        f"a booking report was read; {len(item['dropped'])} elements that may not be collected were dropped in the parser",
        "citizenship, diagnosis, SSN and the immigration flag never reach the database; what is kept keeps its precision",
        opened["facts"][0]["entry"],
    )


def charged(story: Story) -> Told:
    """Police send it; the prosecutor decides and signs."""
    story.on_case("booking", "submission")
    case = story.read("charging", f"/v1/cases/{story.case_id}")
    proposed = [fact for fact in case["facts"] if fact["kind"] == "charge_proposed"]
    need(len(proposed) == 2, "the attorney doesn't see the two proposed charges")
    first, second = proposed
    story.on_case(
        "charging",
        "charge-decisions",
        {
            "choices": [
                {"decision": "APPROVE", "proposed": first["n"]},
                {"decision": "DECLINE", "proposed": second["n"], "reason": "EVIDENCE"},
            ]
        },
    )
    text = story.read("charging", f"/v1/cases/{story.case_id}/complaint")
    done = story.on_case("charging", "complaint", {"text_sha256": text["sha256"], "password": story.password})
    return Told(
        "one charge was approved, one declined with its reason, and the complaint signed over its exact text",
        "what the police proposed and what the prosecutor filed both stay; a signature binds one text",
        done["entry"],
    )


def interviewed(story: Story) -> Told:
    """Pretrial services."""
    answers = {"local_residence": "YES", "employed": "YES", "lives_with": "FAMILY", "residence_length": "OVER_2_YEARS"}
    story.on_case("interview", "interview", {"outcome": "TAKEN", "answers": answers})
    choice = {"recommendation": "ROR", "reason": "The employer was there and vouches; the call to the family is still out."}
    text = story.post("interview", f"/v1/cases/{story.case_id}/worksheet/preview", choice)
    need("so far" in text["text"], "the worksheet doesn't show its working")
    signature = {"text_sha256": text["sha256"], "password": story.password}
    done = story.on_case("interview", "worksheet", {"choice": choice, "signature": signature})
    seen = story.read("charging", f"/v1/cases/{story.case_id}")
    need(
        all(fact["kind"] not in {"interviewed", "interview_answered", "worksheet_signed"} for fact in seen["facts"]),
        "the charging unit can read the interview's answers",
    )
    return Told(
        "the pretrial interview was taken; the worksheet shows its points one by one and was signed, with why it departs from them",
        "answers and worksheet reach the bench and never the charging unit",
        done["entry"],
    )


def arraigned(story: Story) -> Told:
    """The bench: called in the session, heard, ordered, served; the clerk draws the docket number."""
    story.on_case("clerk", "dockets", {})
    story.on_case("clerk", "calls", {"video": True})
    now = moment(publishing.now(), agreements.ZONE).replace(microsecond=0)
    told = dict.fromkeys(("rights_read", "complaint_given", "counsel_advised", "hearing_right_advised", "bail_advised"), True)
    story.on_case("bench", "hearing", {"time": now.isoformat(), "probable_cause": True, **told})
    hearing = last_open_day(StatedTime(now.isoformat(), agreements.ZONE), in_custody=True)
    terms = {
        "types": ["NONMONETARY"],
        "conditions": ["REPORT"],
        "next_hearing": f"{hearing.isoformat()}T09:00",
        "next_court": "Courtroom 4",
    }
    text = story.post("bench", f"/v1/cases/{story.case_id}/release-orders/preview", terms)
    done = story.on_case(
        "bench",
        "release-orders",
        {"terms": terms, "signature": {"text_sha256": text["sha256"], "password": story.password}},
    )
    case = story.read("clerk", f"/v1/cases/{story.case_id}")
    order, who = (
        next(fact for fact in case["facts"] if fact["kind"] == kind) for kind in ("release_ordered", "identity_claimed")
    )
    served = {"order": order["n"], "on": "DEFENDANT", "time": moment(publishing.now(), agreements.ZONE).isoformat()}
    story.on_case("clerk", "services", {**served, "language": "en", "read": who["says"]["birth_date"]["text"]})
    return Told(
        "called in the session that runs, under a docket number; arraigned; the order's condition, another than the worksheet "
        "recommends, was served on the person",
        "no order without its recorded advisals; a worksheet decides nothing; a condition binds whom it was given to",
        done["entry"],
    )


def detainer_answered(story: Story) -> Told:
    """A detainer comes; the release goes out on time."""
    now = moment(publishing.now(), agreements.ZONE).replace(microsecond=0).isoformat()
    story.on_case(
        "custodian",
        "detainers",
        {"form": "I-247A", "paper": "ADMINISTRATIVE", "issuing_office": "Invented Field Office", "received": now},
    )
    case = story.read("custodian", f"/v1/cases/{story.case_id}")
    need(case["releasable"]["ok"], "undecided paper delays the release")
    (paper,) = [fact for fact in case["facts"] if fact["kind"] == "detainer_received"]
    answers = {"hold": "DECLINE", "notice": "DECLINE", "hand_over": "DECLINE", "access": "DECLINE"}
    story.on_case(
        "custodian",
        f"detainers/{paper['n']}/decision",
        {**answers, "reason": "The paper is administrative; the rule in force asks for a conviction and a judge's warrant."},
    )
    done = story.on_case("custodian", "release-acknowledgements", {"released": True})
    return Told(
        "an immigration detainer came with administrative paper; four answers were given apart; the custodian let the person go",
        "undecided paper never delays a release, and administrative paper is never a judge's warrant",
        done["entry"],
    )
