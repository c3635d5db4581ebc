"""The docket, the bench and the end of a session, as the court's people use them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pars.actions import disclosing, sitting
from pars.core.cases.case import hearing, release_order
from pars.core.cases.dockets import dockets, results_owed
from pars.core.visible import visible
from pars.edge.web import words
from tests.web import pages
from tests.web.town import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.web.town import Town


def listed(town: Town, name: str = "clerk") -> dict[str, disclosing.Coming]:
    """Return the docket, in its order, by case."""
    found = disclosing.docket(by=town.by(name), zone=words.zone())
    assert isinstance(found, disclosing.Docket)
    return {one.row["record"]: one for one in found.cases}


def ready(town: Town) -> list[str]:
    """Return the cases that can be called without a reason."""
    return [case for case, one in listed(town).items() if one.place.state == "READY" and not one.place.missing]


def test_the_docket_is_everybody_who_waits_with_what_is_missing(seat: Callable[[str], Client], town: Town) -> None:
    found = listed(town)
    states = [one.place.state for one in found.values()]
    assert {"READY", "NEARLY"} <= set(states)
    late = [one.place.late for one in found.values()]
    assert late == sorted(late, reverse=True), "over the limit first"
    for name in ("clerk", "bench"):
        response = seat(name).get("/docket")
        text = pages.text(response)
        assert pages.faults(pages.read(response)) == []
        for one in found.values():
            assert visible(one.row["display_name"]) in text
            assert all(visible(gap.says) in text for gap in one.place.missing)
    assert town.cases["Thistlemark"] not in found, "released"


@pytest.mark.parametrize("name", ["booking", "charging", "custodian", "auditor"])
def test_the_docket_is_the_courts(name: str, seat: Callable[[str], Client]) -> None:
    client = seat(name)
    assert client.get("/docket").status_code == 403
    assert client.get("/docket/2026-11-20T08:00").status_code == 403


def went(response: Any) -> str:
    """Return where an act led to; fail in the page's words where it led nowhere."""
    assert response.redirect_chain, pages.text(response)
    where: str = response.redirect_chain[-1][0]
    return where


def test_from_the_docket_through_the_bench_to_a_closed_session(seat: Callable[[str], Client], town: Town) -> None:
    case_id = ready(town)[0]
    clerk, judge = seat("clerk"), seat("bench")
    called = pages.send(clerk, pages.read(clerk.get("/docket")), f"/cases/{case_id}/call")
    assert went(called) == "/docket"
    assert "Called" in pages.text(clerk.get("/docket"))
    place = f"/cases/{case_id}"
    shown = judge.get(f"{place}/bench")
    assert pages.faults(pages.read(shown)) == []
    assert "no position recorded" in pages.text(shown)
    assert "/hearing" not in judge.get(place).content.decode(), "what is done at the bench is done nowhere else"
    said = pages.send(judge, pages.read(shown), f"{place}/position", **{"position-side": "DEFENSE", "position-says": "Release"})
    assert went(said) == f"{place}/bench"
    again = judge.get(f"{place}/bench")
    assert "Filed since the call" in pages.text(again)
    broken = pages.send(judge, pages.read(again), f"{place}/pass", **{"pass-reason": "BROKEN_OFF"})
    assert went(broken)
    passed = judge.get(f"{place}/bench")
    assert "Passed: The line failed during the hearing" in pages.text(passed)
    assert f"{place}/hearing" not in passed.content.decode(), "a hearing that broke off is no hearing"
    recalled = pages.send(judge, pages.read(passed), f"{place}/call")
    assert went(recalled)
    rights = ["rights_read", "complaint_given", "counsel_advised", "hearing_right_advised"]
    form = pages.read(judge.get(f"{place}/bench"))
    values = {"hearing-rights": rights, "hearing-probable_cause": "yes"}
    refused = pages.send(judge, form, f"{place}/hearing", **values)
    assert refused.status_code == 422
    assert 'class="bench"' in refused.content.decode()
    held = pages.send(judge, pages.read(refused), f"{place}/hearing", **{**values, "hearing-rights": [*rights, "bail_advised"]})
    assert went(held) == f"{place}/bench"
    terms = {
        "order-types": ["NONMONETARY"],
        "order-conditions": ["STAY_AWAY"],
        "order-conditions_note": "Not near 9 Quillon Row.",
        "order-next_court": "Municipal Court 403",
    }
    back = pages.send(judge, pages.read(judge.get(f"{place}/bench")), f"{place}/order", **terms)
    signed = pages.send(judge, pages.read(back), f"{place}/order", sign="1", password=PASSWORD)
    assert went(signed) == f"{place}/bench"
    after = judge.get(f"{place}/bench")
    assert "Release on nonmonetary conditions" in pages.text(after)
    assert pages.faults(pages.read(after)) == []
    close_it(clerk, town, case_id)


def close_it(clerk: Client, town: Town, case_id: str) -> None:
    """Number the case, have its result acknowledged, serve the order, close the session and amend its record."""
    starts = sitting.session_now(zone=words.zone()).starts.text
    page = clerk.get(f"/docket/{starts}")
    assert pages.faults(pages.read(page)) == []
    assert "Order to be served" in pages.text(page)
    numbered = pages.send(clerk, pages.read(page), f"/cases/{case_id}/docket", **{"docket-number": "MC-51-CR-0012345-2018"})
    assert went(numbered) == f"/docket/{starts}"
    for receipt in ("Sergeant on duty", "CPCMS 4711"):
        told = pages.send(
            clerk, pages.read(clerk.get(f"/docket/{starts}")), f"/cases/{case_id}/result", **{"result-receipt": receipt}
        )
        assert went(told) == f"/docket/{starts}"
    place = f"/cases/{case_id}"
    wrong = pages.send(clerk, pages.read(clerk.get(place)), f"{place}/service", **{"service-read": "1901-01-01"})
    assert wrong.status_code == 422
    assert "neither an OTN nor the birth date" in pages.text(wrong)
    born = str(town_case(town, case_id)["birth_date"])
    served = pages.send(clerk, pages.read(wrong), f"{place}/service", **{"service-read": born})
    assert went(served)
    opened = disclosing.open_case(case_id=case_id, by=town.by("bench"))
    assert isinstance(opened, disclosing.CaseShown)
    assert [docket.number for docket in dockets(opened.case)] == ["MC-51-CR-0012345-2018"]
    assert results_owed(opened.case) == ()
    assert hearing(opened.case) is not None
    assert release_order(opened.case) is not None
    page = clerk.get(f"/docket/{starts}")
    unsigned = pages.send(clerk, pages.read(page), f"/docket/{starts}", password="no")
    assert unsigned.status_code == 422
    record = sitting.session_record(sitting.session_now(zone=words.zone()).starts)
    assert record is not None
    closed = pages.send(clerk, pages.read(page), f"/docket/{starts}", password=PASSWORD)
    if record.counts.unsettled:
        assert "to settle" in pages.text(page)
        assert closed.status_code == 422
        return
    assert went(closed)
    after = clerk.get(f"/docket/{starts}")
    assert "Amend the record" in pages.text(after)
    assert pages.faults(pages.read(after)) == []


def town_case(town: Town, case_id: str) -> dict[str, object]:
    found = disclosing.board(by=town.by("clerk"))
    assert isinstance(found, disclosing.Chunk)
    return next(row for row in found.rows if row["record"] == case_id)


def test_the_next_case_is_a_step_away_and_nothing_of_it_was_shown(seat: Callable[[str], Client], town: Town) -> None:
    judge = seat("bench")
    first, second = ready(town)[:2]
    step = judge.get(f"/docket/next?after={first}")
    assert step.status_code == 302
    shown = judge.get(f"/cases/{first}/bench").content.decode()
    assert second not in shown
    assert judge.get("/docket/next?after=nobody").status_code == 302
    lit = judge.get(f"/cases/{first}/bench?room=dark")
    assert (lit.status_code, lit.cookies["room"].value) == (302, "dark")
    assert 'data-room="dark"' in judge.get(f"/cases/{first}/bench").content.decode()
    assert judge.get("/cases/00000000-0000-4000-8000-000000000000/bench").status_code == 404
    assert seat("clerk").get(f"/cases/{first}/bench").status_code == 403
    assert seat("clerk").get("/docket/2026-02-31T04:00").status_code == 404
    assert seat("clerk").get("/docket/2026-02-20T05:00").status_code == 404
    for first in ("0001-01-01T00:00", "1800-01-01T00:00", "2199-12-31T20:00"):
        assert seat("clerk").get(f"/docket/{first}").status_code == 404, "no time may name the day before it, or after it"
