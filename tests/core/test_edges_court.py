"""The edge cases of the court's desk: docket numbers, orders served on the wrong person or on nobody, hearings that break off."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pars.core.cases.booking import correct_facts
from pars.core.cases.calling import call_case, pass_case
from pars.core.cases.case import Case, Change, hearing, release_order
from pars.core.cases.court_calendar import NO_CALENDAR
from pars.core.cases.custody import acknowledge_release
from pars.core.cases.dockets import dockets, give_docket
from pars.core.cases.doubts import open_doubts
from pars.core.cases.facts import Arrested, IdentityClaimed, OrderServed
from pars.core.cases.identity import identity_changed
from pars.core.cases.limits import UNSERVED_HOURS, limits
from pars.core.cases.orders_served import named_another, unserved
from pars.core.cases.progress import next_steps
from pars.core.cases.serving_orders import serve_order
from pars.core.terms import HOUR, Instant, Refusal
from tests.cases import (
    ARREST,
    HEARD,
    NOW,
    ROR,
    ZONE,
    asked,
    at,
    booked,
    decided,
    done,
    hear,
    heard,
    order,
    ordered,
    refused,
    sent,
    signed,
)

AWAY = replace(ROR, types=("NONMONETARY",), conditions=("STAY_AWAY",), conditions_note="Not near 9 Quillon Row.")


def docket(case: Case, number: str | None = None, *, now: str = "2026-11-20T12:00:00-05:00", **more: Any) -> Change | Refusal:
    parts = {"at": at(now).earliest, "zone": ZONE, "prefix": "MC-51-CR", "drawn": 0, **more}
    return give_docket(case, case.version, number=number, **parts)


# ---------------------------------------------------------------- 11: midnight and the turn of the year


@pytest.mark.parametrize(
    ("now", "number"),
    [
        ("2026-12-31T23:50:00-05:00", "MC-51-CR-0045001-2026"),
        ("2027-01-01T00:20:00-05:00", "MC-51-CR-0045001-2027"),
        ("2027-01-01T04:50:00+00:00", "MC-51-CR-0045001-2026"),
    ],
)
def test_edge_11_a_docket_number_is_of_the_courts_civil_year(now: str, number: str) -> None:
    case = signed()
    (given,) = dockets(done(docket(case, now=now, drawn=45_000)))
    assert given.number == number
    assert given.drawn
    typed = done(docket(case, number, now=now))
    assert dockets(typed)[0].number == number
    assert not dockets(typed)[0].drawn


def test_edge_11_a_number_of_a_year_that_has_not_begun_is_refused() -> None:
    case = signed()
    refused(docket(case, "MC-51-CR-0000001-2027", now="2026-12-31T23:59:59-05:00"), "DOCKET_YEAR", "number")
    done(docket(case, "MC-51-CR-0000001-2027", now="2027-01-01T00:00:00-05:00"))
    done(docket(case, "MC-51-CR-0045001-2026", now="2027-01-01T00:00:00-05:00"))


# ---------------------------------------------------------------- 21: one arrest, many dockets; many arrests, one docket


def two_arrests() -> Case:
    second = replace(ARREST, record_id="R-2", otn="T 111111-1", charges=())
    return signed(decided(sent(booked(arrests=[ARREST, second]))))


def test_edge_21_one_tracking_number_reaches_many_dockets_and_each_stands_alone() -> None:
    case = two_arrests()
    first, second = (arrest.n for arrest in case.current(Arrested))
    for number in ("MC-51-CR-0000001-2026", "MC-51-CR-0000002-2026", "CP-51-CR-0000003-2026"):
        case = done(docket(case, number, arrests_of=(first,)))
    assert [found.number[:2] for found in dockets(case, first)] == ["MC", "MC", "CP"]
    assert dockets(case, second) == ()
    wrong = dockets(case, first)[1]
    mended = done(docket(case, "MC-51-CR-0000009-2026", arrests_of=(first,), instead_of=wrong.n, why="Misread"))
    assert [found.number for found in dockets(mended, first)] == [
        "MC-51-CR-0000001-2026",
        "MC-51-CR-0000009-2026",
        "CP-51-CR-0000003-2026",
    ], "one that is corrected says nothing of the others"


def test_edge_21_several_tracking_numbers_stand_on_one_docket() -> None:
    case = two_arrests()
    first, second = (arrest.n for arrest in case.current(Arrested))
    case = done(docket(case, "MC-51-CR-0000001-2026"))
    assert dockets(case, first) == dockets(case, second)
    case = done(docket(case, "MC-51-CR-0000002-2026", arrests_of=(second,)))
    assert len(dockets(case, first)) == 1
    assert len(dockets(case, second)) == 2
    moved = replace(case.current(Arrested)[1], place="Elsewhere", corrects=second)
    later = done(correct_facts(case, case.version, facts=[moved], why="Misread", at=NOW))
    assert [found.number for found in dockets(later, later.current(Arrested)[1].n)] == [
        found.number for found in dockets(case, second)
    ], "a corrected arrest keeps its dockets"
    refused(docket(case, "MC-51-CR-0000003-2026", arrests_of=(99,)), "NO_SUCH_ARREST", "arrests")
    refused(docket(case, "MC-51-CR-0000002-2026", arrests_of=(second,)), "DOCKET_TWICE", "number")
    refused(docket(case, "MC-51-CR-0000004-2026", anothers=True), "DOCKET_OF_ANOTHER", "number")


def test_a_docket_number_is_the_courts_or_the_next_where_the_court_lets_it_be_drawn() -> None:
    refused(give_docket(None, 1, at=NOW, zone=ZONE, prefix=None, drawn=0), "NO_SUCH_CASE")
    refused(docket(decided(), "MC-51-CR-0000001-2026"), "NO_COMPLAINT")
    case = signed()
    refused(docket(case, prefix=None), "DOCKET_NEEDED", "number")
    refused(docket(case, " ", prefix=None), "DOCKET_NEEDED", "number")
    refused(docket(case, "MC-51-CR-12345-2026"), "NUMBER_SHAPE", "number")
    given = done(docket(case))
    assert dockets(given)[0].number == "MC-51-CR-0000001-2026"
    refused(docket(given, "MC-51-CR-0000002-2026", instead_of=99, why="x"), "NO_SUCH_DOCKET", "instead_of")
    refused(docket(given, "MC-51-CR-0000002-2026", instead_of=dockets(given)[0].n, why=" "), "REASON_NEEDED", "why")
    on_paper = done(docket(heard(), "MC-51-CR-0000001-2026", why="said for nothing"))
    assert dockets(on_paper)[0].why is None


# ---------------------------------------------------------------- 24: the wrong person, or nobody


def serve(case: Case, **changes: Any) -> Change | Refusal:
    made = release_order(case)
    given = {
        "order": made.n if made is not None else 1,
        "on": "DEFENDANT",
        "time": HEARD,
        "language": "en",
        "server": "clerk",
        "at": NOW,
        "read": "Q333333-0",
    }
    return serve_order(case, case.version, **{**given, **changes})


def test_edge_24_an_order_is_served_only_on_whom_it_names() -> None:
    case = ordered(terms=AWAY)
    for read in ("T1111111", "1990-06-02", "", None):
        refused(serve(case, read=read), "WRONG_PERSON", "read")
    for read, known in (("q 333333 0", "OTN"), ("1990-06-01", "BIRTH_DATE")):
        (fact,) = done(serve(case, read=read)).current(OrderServed)
        assert (fact.known_by, fact.server, fact.language) == (known, "clerk", "en")
        assert fact.text_sha256 == release_order(case).text_sha256  # type: ignore[union-attr]


def test_edge_24_who_became_another_after_the_order_is_not_served_it() -> None:
    case = ordered(terms=AWAY)
    assert named_another(case) is None
    claimed = case.current(IdentityClaimed)[0]
    other = replace(claimed, given="Miriam", corrects=claimed.n)
    case = done(correct_facts(case, case.version, facts=[other], why="Prints name the sister", at=NOW))
    assert identity_changed(case) is not None
    assert "ORDER_NAMES_ANOTHER" in [doubt.code for doubt in open_doubts(case)]
    refused(serve(case), "ORDER_NAMES_ANOTHER", "order")
    again = done(order(case, replace(AWAY, reasons="Signed anew, of the right person.")))
    assert "ORDER_NAMES_ANOTHER" not in [doubt.code for doubt in open_doubts(again)]
    assert unserved(done(serve(again))) is None
    moved = replace(claimed, address="Elsewhere", corrects=claimed.n)
    only_moved = ordered(terms=AWAY)
    only_moved = done(correct_facts(only_moved, only_moved.version, facts=[moved], why="Moved", at=NOW))
    assert named_another(only_moved) is None


def test_edge_24_an_order_that_nobody_served_is_a_step_an_alarm_and_asks_before_the_door() -> None:
    case = ordered(terms=AWAY)
    assert "SERVE" in [step.code for step in next_steps(case, NOW)]
    written = replace(case, facts=tuple(replace(fact, entry=fact.n) for fact in case.facts))
    recorded = {fact.n: Instant(NOW) for fact in written.facts}
    (due,) = [limit for limit in limits(written, NOW, recorded=recorded) if limit.code == "UNSERVED"]
    assert due.due == NOW + UNSERVED_HOURS * HOUR
    assert due.owed_by == "court"
    refused(acknowledge_release(case, case.version, released=True, at=NOW, cases=()), "NOT_SERVED", "reason")
    gone = done(acknowledge_release(case, case.version, released=True, at=NOW, cases=(), reason="The clerk's line is down."))
    assert [step.code for step in next_steps(gone, NOW)] == ["SERVE"], "nobody is kept for it, and it is still owed"
    served = done(serve(gone, time=HEARD))
    assert next_steps(served, NOW) == ()
    before = done(serve(case))
    assert "SERVE" not in [step.code for step in next_steps(before, NOW)]
    done(acknowledge_release(before, before.version, released=True, at=NOW, cases=()))


def test_edge_24_a_changed_order_is_served_anew_and_another_person_is_told_apart() -> None:
    case = done(serve(ordered(terms=AWAY)))
    changed = done(order(case, replace(AWAY, conditions=("NO_CONTACT",), reasons="New facts.")))
    assert unserved(changed) is not None
    told = done(serve(changed, on="PROTECTED", read=None))
    assert unserved(told) is not None, "telling the one whom it protects binds nobody"
    assert "Quillon" not in repr(told.current(OrderServed))
    refused(serve(changed, order=case.facts[-2].n), "NO_SUCH_ORDER", "order")


def test_what_is_served_is_understood_and_has_its_time() -> None:
    refused(serve_order(None, 1, order=1, on="DEFENDANT", time=HEARD, language="en", server="x", at=NOW), "NO_SUCH_CASE")
    refused(serve(heard()), "NO_SUCH_ORDER", "order")
    refused(serve(ordered()), "NOTHING_TO_SERVE", "order")
    case = ordered(terms=AWAY)
    refused(serve(case, on="ANYBODY"), "UNKNOWN_CODE", "on")
    refused(serve(case, language="fr"), "UNKNOWN_CODE", "language")
    refused(serve(case, language="other", interpreter=" "), "INTERPRETER_NEEDED", "interpreter")
    refused(serve(case, time=at("2026-11-20T23:00:00-05:00")), "TIME_IN_FUTURE", "time")
    refused(serve(case, time=at("2026-11-20T03:00:00-05:00")), "BEFORE_HEARING", "time")
    spoken = ordered(heard(asked(interpreter="Portuguese"), interpreter="Invented Interpreters"), AWAY)
    refused(serve(spoken), "INTERPRETER_NEEDED", "interpreter")
    (fact,) = done(serve(spoken, language="other", interpreter="Invented Interpreters")).current(OrderServed)
    assert fact.interpreter == "Invented Interpreters"
    done(serve(spoken, language="es"))
    done(serve(spoken, on="PROTECTED"))
    report = ordered(terms=replace(AWAY, conditions=("REPORT",)))
    done(acknowledge_release(report, report.version, released=True, at=NOW, cases=()))


# ---------------------------------------------------------------- 27: the picture fails in the middle


def call(case: Case, now: Instant = NOW, **there: Any) -> Change | Refusal:
    return call_case(case, case.version, at=now, calendar=NO_CALENDAR, zone=ZONE, **there)


def passed(case: Case, reason: str = "VIDEO_DOWN", now: Instant = NOW, **more: Any) -> Change | Refusal:
    return pass_case(case, case.version, at=now, calendar=NO_CALENDAR, zone=ZONE, reason=reason, **more)


def test_edge_27_a_hearing_that_broke_off_is_none_and_no_order_follows() -> None:
    case = done(passed(done(call(asked())), "BROKEN_OFF"))
    refused(hear(case), "PASSED")
    refused(order(case), "NO_HEARING")
    assert hearing(case) is None
    again = done(call(case))
    refused(hear(again, bail_advised=False), "ADVISALS_INCOMPLETE", "bail_advised")
    assert hearing(heard(again)) is not None
