"""What passes between an agency and the owners, at the door: nothing is answered while a duty is overdue, and then again."""

from __future__ import annotations

import time
from typing import Any

from pars.actions import dealing, disclosing, reviewing
from pars.actions.beats import Done, Refused
from pars.core.agreements.version import Version
from pars.core.ledger.entries import By, Kind
from pars.core.terms import HOUR, SECOND, Instant
from pars.store import governance, ledger
from tests.actions.test_asking import ASKED, CALLER, ask, declined, told
from tests.desks import REGISTRAR
from tests.homes import serve
from tests.ledgers import AGENCY, CLIENT, PERSON, staff

AGENT = By(PERSON, f"agency:{AGENCY}")
SHOWN = "a" * 64


def owing(due: int, **more: Any) -> Version:
    says = {"en": "The uses of the record"}
    duty = {"code": "use", "kind": "report", "says": says, "due": {"instant": due}, "overdue": "suspends"}
    return serve({"/duties": [duty], **more})


def meet(made: Version, due: int, by: By = AGENT, **changes: Any) -> Done | Refused:
    given = {"agreement": "AGR-1", "version": made.hash, "duty": "use", "due": Instant(due), "shown": SHOWN, **changes}
    return dealing.meet_duty(**given, by=by)


def wait_until(at: int) -> None:
    while ledger.now() < at:
        time.sleep(0.02)


def test_the_door_is_shut_from_the_due_instant_on_and_open_again_once_the_duty_is_met(sealed, entries):
    due = Instant(ledger.now() + 2 * SECOND)
    made = owing(due)
    told(ask())
    stream = disclosing.open_stream(caller=CALLER, asked=ASKED)
    wait_until(due)
    refused = declined(ask(), "AGREEMENT_SUSPENDED")
    assert "Overdue: The uses of the record." in refused.refusal.says
    _, beaten = disclosing.beat(stream)
    declined(beaten, "AGREEMENT_SUSPENDED")
    assert all(one.at < due for one in entries(Kind.DISCLOSED))
    done = meet(made, due)
    assert isinstance(done, Done), done
    [entry] = entries(Kind.DUTY_MET)
    assert (entry.by, entry.detail["shown"]) == (By(PERSON, "agreement:AGR-1"), SHOWN)
    told(ask())


def test_who_speaks_for_the_agency_is_named_under_the_agreement_through_a_bound_system(opened, entries):
    due = Instant(ledger.now() + HOUR)
    made = owing(due)
    for by, code in (
        (By("stranger", f"agency:{AGENCY}"), "NOT_YOUR_AGREEMENT"),
        (By(PERSON, "agency:another"), "NO_GRANT"),
        (By(PERSON, f"agency:{AGENCY}", "another-system"), "CLIENT_NOT_BOUND"),
    ):
        refused = meet(made, due, by)
        assert isinstance(refused, Refused)
        assert refused.refusal.code == code
    assert [one.by.authority for one in entries(Kind.REFUSED)] == ["agreement:AGR-1", "agency:another", "agreement:AGR-1"]
    assert isinstance(meet(made, due, By(PERSON, f"agency:{AGENCY}", CLIENT)), Done)


def test_a_named_person_is_answered_once_they_have_acknowledged_the_version(sealed, entries):
    made = serve({"/users/must": ["training_completed", "terms_acknowledged"]})
    declined(ask(), "NOT_ACKNOWLEDGED")
    given = {"agreement": "AGR-1", "version": made.hash}
    for by, code in (
        (By("stranger", f"agency:{AGENCY}"), "NOT_YOUR_AGREEMENT"),
        (REGISTRAR, "NOT_YOUR_ACT"),
    ):
        refused = dealing.acknowledge(**given, by=by)
        assert isinstance(refused, Refused)
        assert refused.refusal.code == code
    assert isinstance(dealing.acknowledge(**given, by=AGENT), Done)
    assert entries(Kind.TERMS_ACKNOWLEDGED)[-1].detail["person"] == PERSON
    told(ask())


def test_the_agency_reports_what_came_of_its_own_answers_and_the_owners_read_the_count(sealed, entries):
    serve()
    answered = told(ask())
    given = {"agreement": "AGR-1", "receipt": answered.entry, "outcome": "cleared"}
    for changes, by, code in (
        ({"outcome": "guilty"}, AGENT, "UNKNOWN_OUTCOME"),
        ({"receipt": 1}, AGENT, "NO_SUCH_ANSWER"),
        ({}, REGISTRAR, "NOT_YOUR_ACT"),
        ({}, By("stranger", f"agency:{AGENCY}"), "NOT_YOUR_AGREEMENT"),
        ({"agreement": "AGR-9"}, AGENT, "NO_GRANT"),
    ):
        refused = dealing.report_outcome(**{**given, **changes}, by=by)
        assert isinstance(refused, Refused)
        assert refused.refusal.code == code
    assert isinstance(dealing.report_outcome(**{**given, "outcome": "open"}, by=AGENT), Done)
    assert isinstance(dealing.report_outcome(**given, by=AGENT), Done)
    assert [one.detail["outcome"] for one in entries(Kind.OUTCOME_REPORTED)] == ["open", "cleared"]
    report = reviewing.use_report("AGR-1", answered.at, ledger.now())
    assert report.outcomes == (("cleared", 1),)


def test_silence_stands_in_the_public_notice(sealed):
    serve()
    due = Instant(ledger.now() + SECOND)
    asked = dealing.inquire(agreement="AGR-1", text="Whom did you arrest?", due=due, by=staff("voter-courts"))
    assert isinstance(asked, Done)
    wait_until(due)
    with ledger.reading() as at:
        found = governance.load_agreement("AGR-1")
    assert found is not None
    notice = reviewing.result_notice_text(found, at).decode()
    assert "The courts asked" in notice
    assert "Whom did you arrest?\nThe agency did not answer by then." in notice
    late = dealing.answer(agreement="AGR-1", inquiry=asked.entry, text="Nobody.", by=AGENT)
    assert isinstance(late, Done)
