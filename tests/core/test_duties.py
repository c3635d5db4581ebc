"""Duties: read with their places, owed from the start on, and an agreement that waits for the ones that suspend it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pars.core import canonical
from pars.core.access.decision import Caller, Permit, Question, decide
from pars.core.access.floor import floor
from pars.core.access.question import Evidence
from pars.core.access.serving import terms_of
from pars.core.access.use_words import words
from pars.core.agreements.acts import MeetDuty, NameUser
from pars.core.agreements.civil import ends_of_month_days
from pars.core.agreements.differences import differences
from pars.core.agreements.plain import explain
from pars.core.agreements.renewal import renewed
from pars.core.agreements.standing import dues, served, standing
from pars.core.agreements.version import Version, narrows, read_version
from pars.core.ledger import dealing_drafts
from pars.core.terms import DAY, HOUR, Instant, Refusal, end_of_day
from tests.agreements import DOCUMENT, END, NOW, START, History, changed, version, vote
from tests.core.test_use import report_on
from tests.ledgers import PERSON, Ledger, hashed, make_version, outsider, staff

ZONE = "America/New_York"
SHOWN = hashed(b"the report")
LONG = Instant(START + 120 * DAY)


def duty(code: str = "monthly_use", *, kind: str = "report", overdue: str = "suspends", **due: Any) -> dict[str, Any]:
    says = {"en": "The uses made of the record.", "es": "Los usos del registro."}
    return {"code": code, "kind": kind, "says": says, "due": due, "overdue": overdue}


def monthly(start: int = START, end: int = LONG, day: int = 5) -> dict[str, Any]:
    instants = list(ends_of_month_days(day, Instant(start), Instant(end), ZONE))
    return {"day_of_month": day, "zone": ZONE, "rule": "end of day", "instants": instants}


TENTH = START + 10 * DAY
REPORT = duty(instant=TENTH)
FIRST_WEEK = duty("first_week", kind="attest", days=7, after="start")
AFTERWARDS = duty("purge_copies", kind="purge", overdue="noted", days=30, after="end")


def made(*duties: dict[str, Any], number: int = 1, start: int = START, end: int = END) -> Version:
    return version({"/duties": list(duties)}, number=number, start=start, end=end)


def in_force(*duties: dict[str, Any], end: int = END) -> tuple[History, Version]:
    history, text = History(), made(*duties, end=end)
    history.adopt(text)
    history.must(NameUser(PERSON, None, ("training_completed",)))
    return history, text


def meet(text: Version, code: str, due: int) -> MeetDuty:
    return MeetDuty(version=text.hash, duty=code, due=Instant(due), shown=SHOWN)


# ---------------------------------------------------------------- the text


@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        ({"/code": "Monthly"}, "WRONG_FORM", "/duties/0/code"),
        ({"/kind": "pay"}, "UNKNOWN_DUTY", "/duties/0/kind"),
        ({"/says": {}}, "MISSING_FIELD", "/duties/0/says/en"),
        ({"/overdue": "revokes"}, "UNKNOWN_WORD", "/duties/0/overdue"),
        ({"/due": {}}, "MISSING_FIELD", "/duties/0/due/instant"),
        ({"/due": {"instant": START}}, "DUE_TOO_EARLY", "/duties/0/due"),
        ({"/due": {"instant": END}}, "CANNOT_SUSPEND", "/duties/0/overdue"),
        ({"/due": {"days": 29, "after": "start"}}, "CANNOT_SUSPEND", "/duties/0/overdue"),
        ({"/due": {"days": 1, "after": "end"}}, "CANNOT_SUSPEND", "/duties/0/overdue"),
        ({"/due": {"days": 0, "after": "start"}}, "OUT_OF_RANGE", "/duties/0/due/days"),
        ({"/due": {"days": 1, "after": "notice"}}, "UNKNOWN_WORD", "/duties/0/due/after"),
        ({"/due": {"days": 1}}, "MISSING_FIELD", "/duties/0/due/after"),
        ({"/due": {**monthly(end=END), "day_of_month": 29}}, "OUT_OF_RANGE", "/duties/0/due/day_of_month"),
        ({"/due": {**monthly(end=END), "zone": "UTC"}}, "WRONG_ZONE", "/duties/0/due/zone"),
        ({"/due": {**monthly(end=END), "rule": "noon"}}, "UNKNOWN_WORD", "/duties/0/due/rule"),
        ({"/due": {**monthly(end=END), "instants": []}}, "WRONG_LENGTH", "/duties/0/due/instants"),
        ({"/due": {**monthly(end=END), "instants": [START + DAY]}}, "WRONG_INSTANT", "/duties/0/due/instants"),
        ({"/due": monthly(end=LONG)}, "OUT_OF_RANGE", "/duties/0/due/instants/1"),
        ({"/surprise": 1}, "UNKNOWN_FIELD", "/duties/0/surprise"),
    ],
)
def test_what_is_not_known_of_a_duty_is_refused_with_its_place(changes: dict[str, Any], code: str, place: str) -> None:
    text = canonical.write(changed(DOCUMENT, {"/duties": [changed(REPORT, changes)]}))
    found = read_version(text)
    assert isinstance(found, Refusal)
    assert (found.code, found.names) == (code, (place,))


def test_a_duty_stands_once() -> None:
    found = read_version(canonical.write(changed(DOCUMENT, {"/duties": [REPORT, REPORT]})))
    assert isinstance(found, Refusal)
    assert (found.code, found.names) == ("TWICE", ("/duties/1/code",))


def test_instants_that_were_signed_are_read_whatever_the_zone_says_since_but_must_rise() -> None:
    other = {**monthly(), "instants": [START + DAY, START + 2 * DAY]}
    text = canonical.write(changed(DOCUMENT, {"/term/end": {"instant": LONG}, "/duties": [duty(**other)]}))
    assert isinstance(read_version(text), Refusal)
    read = read_version(text, resolve=False)
    assert isinstance(read, Version)
    assert read.duties[0].due.at == (START + DAY, START + 2 * DAY)
    other["instants"].reverse()
    fallen = read_version(
        canonical.write(changed(DOCUMENT, {"/term/end": {"instant": LONG}, "/duties": [duty(**other)]})), resolve=False
    )
    assert isinstance(fallen, Refusal)
    assert fallen.code == "WRONG_FORM"


def test_what_only_is_noted_may_fall_due_at_the_end_or_after_it() -> None:
    assert made(duty(overdue="noted", instant=END), AFTERWARDS).duties


def test_a_duty_is_said_in_sentences_with_its_day_and_what_follows() -> None:
    civil = {"civil": "2027-01-25", "zone": ZONE, "rule": "end of day", "instant": end_of_day(date(2027, 1, 25), ZONE)}
    text = made(
        duty(**monthly()), FIRST_WEEK, AFTERWARDS, duty("by_day", kind="notify", **civil), duty("at", instant=TENTH), end=LONG
    )
    for sentence in (
        "Duty to report, by the end of day 5 of each month, Philadelphia time: The uses made of the record. While that is overdue, nothing is answered.",
        "Duty to attest, within 7 days of 24 hours after it came into force: The uses made of the record. While that is overdue, nothing is answered.",
        (
            "Duty to destroy what was taken, within 30 days of 24 hours after it is over: The uses made of the record. "
            "Where that is overdue, it is told, and nothing else follows."
        ),
        "Duty to notify, by the end of January 25, 2027, Philadelphia time: The uses made of the record. While that is overdue, nothing is answered.",
        "Duty to report, by January 26, 2027 at 03:00:00, Philadelphia time: The uses made of the record. While that is overdue, nothing is answered.",
    ):
        assert sentence in explain(text, "en")
    assert any(said.startswith("Deber de destruir lo que se tomó, dentro de 30 días") for said in explain(text, "es"))


def test_fewer_duties_let_more_happen_and_more_let_less() -> None:
    without, with_one = made(), made(FIRST_WEEK)
    assert [one.kind for one in differences(with_one, without)] == ["removed"]
    assert [one.kind for one in differences(without, with_one)] == ["added"]
    assert differences(with_one, with_one) == ()
    assert narrows(with_one, without)
    assert not narrows(without, with_one)


def test_a_renewal_gives_a_duty_of_each_month_its_new_days_and_leaves_behind_what_lies_before() -> None:
    duties = [duty(**monthly()), FIRST_WEEK, duty("once", instant=TENTH), duty("late", overdue="noted", instant=LONG + DAY)]
    text = canonical.write(changed(DOCUMENT, {"/term": {"start": START, "end": {"instant": LONG}}, "/duties": duties}))
    found = read_version(renewed(text, number=2, start=LONG, last_day=date(2027, 8, 31)))
    assert isinstance(found, Version), found
    assert [one.code for one in found.duties] == ["monthly_use", "first_week", "late"]
    assert found.duties[0].due.at == ends_of_month_days(5, LONG, found.term.end, ZONE)
    short = read_version(renewed(text, number=2, start=Instant(LONG), last_day=date(2027, 5, 25)))
    assert isinstance(short, Version), short
    assert [one.code for one in short.duties] == ["first_week", "late"]


# ---------------------------------------------------------------- the agreement waits


def test_an_overdue_duty_suspends_by_itself_and_meeting_it_lifts_that() -> None:
    history, text = in_force(REPORT)
    before, after = standing(history.current(), Instant(TENTH - 1)), standing(history.current(), Instant(TENTH))
    assert (before.state, before.until, before.overdue) == ("IN_FORCE", TENTH, ())
    assert (after.state, after.since, after.until, after.lapses) == ("SUSPENDED", TENTH, END, None)
    assert [one.duty.code for one in after.overdue] == ["monthly_use"]
    assert "Overdue: The uses made of the record." in after.says
    assert "Está vencido: Los usos del registro." in after.said("es")
    assert terms_of(history.current(), PERSON, Instant(TENTH - 1)).until == TENTH
    history.must(meet(text, "monthly_use", TENTH), at=TENTH + DAY)
    lifted = standing(history.current(), Instant(TENTH + DAY))
    assert (lifted.state, lifted.since, lifted.until) == ("IN_FORCE", TENTH + DAY, END)
    assert history.state(TENTH + DAY - 1) == "SUSPENDED"  # what was done late reaches nothing before it
    stretches = [(period.start, period.end) for _, period in served(history.current(), END)]
    assert stretches == [(START, TENTH), (TENTH + DAY, END)]


def test_a_duty_met_in_time_changes_nothing_but_until_when() -> None:
    history, text = in_force(REPORT)
    history.must(meet(text, "monthly_use", TENTH), at=TENTH - DAY)
    stands = standing(history.current(), Instant(TENTH + DAY))
    assert (stands.state, stands.since, stands.until) == ("IN_FORCE", START, END)


def test_a_duty_that_is_only_noted_suspends_nothing() -> None:
    history, text = in_force(duty(overdue="noted", instant=TENTH), AFTERWARDS)
    assert history.state(END - 1) == "IN_FORCE"
    assert history.state(END) == "ENDED"
    [(_, _, first), (_, purge, _)] = dues(history.current(), END)
    assert first is None
    assert (purge.opens, purge.due) == (END, END + 30 * DAY)
    history.must(meet(text, "purge_copies", END + 30 * DAY), at=END + DAY)
    assert dues(history.current(), Instant(END + DAY))[1][2] is not None


def test_two_that_are_overdue_make_one_suspension() -> None:
    history, text = in_force(REPORT, duty("other", instant=TENTH + HOUR))
    history.must(meet(text, "monthly_use", TENTH), at=TENTH + 2 * HOUR)
    stands = standing(history.current(), history.at)
    assert (stands.state, stands.since) == ("SUSPENDED", TENTH)
    assert [one.duty.code for one in stands.overdue] == ["other"]
    history.must(meet(text, "other", TENTH + HOUR), at=TENTH + 3 * HOUR)
    assert standing(history.current(), history.at).since == TENTH + 3 * HOUR


def test_one_that_was_lifted_and_another_later_are_two() -> None:
    history, text = in_force(REPORT, duty("other", instant=TENTH + DAY))
    history.must(meet(text, "monthly_use", TENTH), at=TENTH + HOUR)
    assert standing(history.current(), Instant(TENTH + DAY)).since == TENTH + DAY


def test_each_month_is_owed_by_itself_and_none_before_its_time() -> None:
    history, text = in_force(duty(**monthly()), end=LONG)
    first, second, *_ = text.duties[0].due.at
    assert history.refused(meet(text, "monthly_use", second), at=first - 1) == "DUTY_NOT_OPEN"
    history.must(meet(text, "monthly_use", first), at=first - 1)
    history.must(meet(text, "monthly_use", second), at=first)
    assert standing(history.current(), second).state == "IN_FORCE"


@pytest.mark.parametrize(
    ("act", "at", "code"),
    [
        (("monthly_use", TENTH), NOW + HOUR * 9, "NOT_GOVERNING"),
        (("monthly_use", TENTH + 1), TENTH, "NO_SUCH_DUTY"),
        (("other", TENTH), TENTH, "NO_SUCH_DUTY"),
        (("purge_copies", END + 30 * DAY), END - 1, "DUTY_NOT_OPEN"),
    ],
)
def test_what_is_not_owed_cannot_be_met(act: tuple[str, int], at: int, code: str) -> None:
    history, text = in_force(REPORT, AFTERWARDS)
    assert history.refused(meet(text, *act), at=at) == code


def test_a_duty_is_met_once_and_under_the_version_that_governs() -> None:
    history, text = in_force(REPORT)
    history.must(meet(text, "monthly_use", TENTH), at=TENTH)
    assert history.refused(meet(text, "monthly_use", TENTH), at=TENTH + 1) == "ALREADY_MET"
    assert history.refused(MeetDuty(version="0" * 64, duty="monthly_use", due=Instant(TENTH), shown=SHOWN)) == "NOT_GOVERNING"


def test_a_later_version_has_its_own_duties_and_owes_none_of_before_it_began() -> None:
    history, _ = in_force(REPORT)
    history.adopt(made(REPORT, number=2, end=LONG), at=TENTH + DAY)
    stands = standing(history.current(), history.at)
    assert (stands.state, stands.version.number) == ("IN_FORCE", 2)
    assert dues(history.current(), history.at) == ()


def test_no_vote_lifts_what_a_duty_suspends_and_a_suspension_holds_beside_it() -> None:
    history, text = in_force(REPORT)
    entry = standing(history.current(), Instant(TENTH)).answers
    assert history.refused(vote("reinstate", "city", text.hash, entry), at=TENTH) == "DUTY_OVERDUE"
    history.must(vote("suspend", "city", text.hash, entry), at=TENTH + HOUR)
    stands = standing(history.current(), history.at)
    assert (stands.since, stands.lapses, len(stands.overdue)) == (TENTH + HOUR, TENTH + HOUR + 2 * DAY, 1)
    lapsed = standing(history.current(), Instant(TENTH + HOUR + 2 * DAY))
    assert (lapsed.state, lapsed.lapses) == ("SUSPENDED", None)


def test_what_was_revoked_owes_what_is_due_after_it_from_then() -> None:
    history, text = in_force(AFTERWARDS)
    for seat in ("city", "courts"):
        history.must(history.voted("revoke", seat, at=TENTH), at=TENTH)
    assert (history.state(TENTH), standing(history.current(), Instant(TENTH)).overdue) == ("REVOKED", ())
    assert history.refused(meet(text, "purge_copies", END + 30 * DAY)) == "NO_SUCH_DUTY"
    history.must(meet(text, "purge_copies", TENTH + 30 * DAY))


# ---------------------------------------------------------------- the gate and the verifier


def ask(history: History, at: int) -> Permit | Refusal:
    question = Question(
        purpose="warrant_service", columns=("surname",), evidence=Evidence("warrant_number", "MC-51-CR-0000001-2027")
    )
    return decide(Caller("sheriff", PERSON), question, [history.current()], used={}, floor=floor, at=Instant(at))


def test_nothing_is_answered_while_a_duty_is_overdue() -> None:
    history, text = in_force(REPORT)
    permit = ask(history, TENTH - DAY)
    assert isinstance(permit, Permit)
    assert permit.until is not None
    near, late = ask(history, TENTH - 1), ask(history, TENTH)
    assert isinstance(near, Refusal)
    assert isinstance(late, Refusal)
    assert (near.code, late.code) == ("ENDING", "AGREEMENT_SUSPENDED")
    assert "Overdue" in late.says
    assert late.remedy
    history.must(meet(text, "monthly_use", TENTH), at=TENTH + 1)
    assert isinstance(ask(history, TENTH + 1), Permit)


def owing(ledger: Ledger) -> Version:
    return ledger.serve(make_version({"/duties": [duty(instant=NOW + DAY)]}))


def met_entry(text: Version, due: int = NOW + DAY, **changes: Any) -> Any:
    said = {"agreement": "AGR-1", "version": text.hash, "duty": "monthly_use", "due": due, "shown": SHOWN}
    return dealing_drafts.duty_met(**{**said, **changes})


def test_a_ledger_with_an_answer_while_a_duty_was_overdue_is_violated() -> None:
    ledger = Ledger()
    text = owing(ledger)
    ledger.disclose(text, at=NOW + DAY - HOUR)
    ledger.disclose(text, at=NOW + DAY)
    assert ledger.violation() == "AGREEMENT_SUSPENDED"

    ledger = Ledger()
    text = owing(ledger)
    ledger.add(met_entry(text), outsider(), at=NOW + DAY + HOUR)
    ledger.disclose(text, at=NOW + DAY + HOUR + 1)
    assert ledger.state().agreements["AGR-1"].met[0].act.shown == SHOWN


@pytest.mark.parametrize(
    ("by", "code"),
    [
        (staff("registrar"), None),
        (outsider(), None),
        (outsider(client=None), None),
        (outsider("stranger"), "NOT_NAMED"),
        (outsider(client="unknown"), "CLIENT_NOT_BOUND"),
        (outsider(agreement="AGR-2"), "NO_AUTHORITY"),
        (staff("clerk"), "NOT_YOUR_ACT"),
    ],
)
def test_a_duty_is_met_by_the_agency_or_as_staff_received_it(by: Any, code: str | None) -> None:
    ledger = Ledger()
    ledger.add(met_entry(owing(ledger)), by)
    if code is None:
        assert len(ledger.state().agreements["AGR-1"].met) == 1
    else:
        assert ledger.violation() == code


def test_the_record_of_use_tells_which_duties_fell_due_and_when_they_were_met() -> None:
    ledger = Ledger()
    text = ledger.serve(
        make_version(
            {
                "/duties": [
                    duty("first", instant=NOW + DAY),
                    duty("second", instant=NOW + DAY + 1),
                    duty("third", instant=NOW + 2 * DAY),
                ]
            }
        )
    )
    ledger.add(met_entry(text, duty="first"), outsider())
    ledger.add(met_entry(text, NOW + DAY + 1, duty="second"), outsider(), at=NOW + DAY + HOUR)
    ledger.at = Instant(NOW + 3 * DAY)
    report = report_on(ledger)
    assert [(code, due, done > 0) for code, due, done in report.duties] == [
        ("first", NOW + DAY, True),
        ("second", NOW + DAY + 1, True),
        ("third", NOW + 2 * DAY, False),
    ]
    said = "\n".join(words(report))
    assert (
        "Duties that fell due: first, due January 16, 2027 at 03:00:00, Philadelphia time, was met in time; second, due" in said
    )
    assert (
        "was met late; third, due January 17, 2027 at 03:00:00, Philadelphia time, was not met by the end of this time." in said
    )


def test_a_duty_met_that_was_not_owed_is_a_violation() -> None:
    ledger = Ledger()
    ledger.add(met_entry(owing(ledger), due=NOW), outsider())
    assert ledger.violation() == "NO_SUCH_DUTY"
