"""A custody through the screens by the keyboard alone: typed by an officer, and from a booking report of another county."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.cases.case import release_order, released
from pars.core.terms import HOUR, Instant, moment
from pars.store import ledger
from tests.serving import served
from tests.web.screens import application
from tests.web.town import PASSWORD, ZONE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.ui.hands import Hands
    from tests.web.town import Town

    Window = Callable[..., Hands]

RIGHTS = ("rights_read", "complaint_given", "counsel_advised", "hearing_right_advised", "bail_advised")


def ago(hours: float) -> str:
    """Return a time as it is typed."""
    return moment(Instant(ledger.now() - int(hours * HOUR)), ZONE).strftime("%m/%d/%Y %H:%M")


def charge(window: Window, place: str, *, charges: int) -> None:
    """Approve every charge, read the complaint and sign it."""
    attorney = window("charging")
    attorney.go(place)
    for number in range(charges):
        name = attorney.page.locator("input[type=radio][name^='decide-decision_']").evaluate_all(
            "all => [...new Set(all.map(e => e.name))]"
        )[number]
        attorney.choose(name, "APPROVE")
    attorney.send("Record the decisions")
    assert attorney.says("What the police proposed stays beside what is filed")
    attorney.send("Read the complaint")
    attorney.type("#id_complaint-password", PASSWORD)
    attorney.send("Sign the complaint")
    assert attorney.says("The complaint stands as you read it")


def interview(window: Window, place: str) -> None:
    """Take the interview."""
    officer = window("interview")
    officer.go(f"{place}/interview")
    officer.tick("#id_begin-told")
    officer.send("Begin the interview")
    officer.choose("answers-employed", "YES")
    officer.press("1")
    officer.choose("answers-prior_failure_to_appear", "NO")
    officer.send("Finish the interview")
    assert officer.says("The interview is recorded.")
    officer.send("Read the worksheet back")
    assert officer.says("A recommendation is words for the court. It decides nothing.")
    officer.type("#id_password", PASSWORD)
    officer.send("Sign and send")
    assert officer.says("Signed and sent.")


def arraign(window: Window, place: str, *, finding: str | None) -> Hands:
    """Hold the hearing, read the order back and sign it; return the judge's window."""
    judge = window("bench")
    judge.go(f"{place}/bench")
    for number in range(len(RIGHTS)):
        judge.tick(f"#id_hearing-rights_{number}")
    if finding is not None:
        judge.choose("hearing-probable_cause", finding)
    judge.send("Record the hearing")
    assert judge.says("The hearing is recorded")
    judge.tick("#id_order-types_0")
    judge.type("#id_order-next_court", "Municipal Court 403")
    judge.send("Read the order back")
    assert judge.says("Type: Release on recognizance")
    judge.type("#id_password", PASSWORD)
    judge.send("Sign the order")
    assert judge.says("The custodian sees the order now")
    return judge


def test_a_custody_from_arrest_to_release(hands: Window, sealed: Town) -> None:
    officer = hands("booking")
    officer.go("/board")
    officer.send("New arrest")
    officer.type("#id_surname", "Underbridge")
    officer.type("#id_given", "Noor")
    officer.type("#id_birth_date", "02/14/1990")
    officer.type("#id_time", ago(3))
    officer.type("#id_agency", "City Police")
    officer.type("#id_district", "22nd")
    officer.type("#id_charge_0_statute", "18 § 3929 §§ A1")
    officer.type("#id_charge_0_description", "Retail Theft-Take Mdse")
    officer.type("#id_charge_0_grade", "M1")
    officer.send("Another charge")
    assert officer.page.evaluate("document.activeElement.id") == "id_charge_2_statute"
    officer.type("#id_charge_2_description", "Simple Assault")
    officer.send("Book the arrest")
    assert officer.says("Booked.")
    place = officer.page.url
    case_id = place.rsplit("/", 1)[-1]
    sealed.cases["Underbridge"] = case_id
    officer.send("Send to charging")
    assert officer.says("now with the charging unit")
    charge(hands, place, charges=2)
    interview(hands, place)
    judge = arraign(hands, place, finding="yes")
    assert judge.violations() == []
    custodian = hands("custodian")
    custodian.go("/board?waiting=release")
    custodian.send("Underbridge, Noor")
    assert custodian.says("Nothing holds the person.")
    custodian.choose("release-released", "yes")
    custodian.send("Acknowledge")
    assert custodian.says("Acknowledged.")
    case = sealed.case("Underbridge", "bench")
    assert released(case)
    order = release_order(case)
    assert order is not None
    assert order.types == ("ROR",)


def test_adams_booking_is_driven_to_a_signed_order(hands: Window, sealed: Town, outside_data: Path) -> None:
    from pars.edge.commands.documents import take_in

    taken = take_in([outside_data / "ojbc" / "BookingReport-Adams.xml"], zone=ZONE)
    [item] = taken["accepted"]
    sealed.cases["Adams"] = item["case_id"]
    officer = hands("booking")
    officer.go("/board?flag=doubt")
    officer.send("Strong, Otis")
    place = officer.page.url
    assert place.endswith(item["case_id"])
    assert officer.says("Times contradict each other.")
    assert officer.violations() == []
    officer.send("Send to charging")
    charge(hands, place, charges=len(item["charges"]))
    interview(hands, place)
    arraign(hands, place, finding=None)
    order = release_order(sealed.case("Adams", "bench"))
    assert order is not None
    assert order.signer == sealed.by("bench").person


def test_an_error_takes_the_reader_to_its_field(hands: Window) -> None:
    officer = hands("booking")
    officer.go("/arrests/new")
    officer.type("#id_surname", "Nobody")
    officer.send("Book the arrest")
    assert officer.title().startswith("Error:")
    officer.reach("#faults a[href='#id_birth_date']")
    officer.press("Enter")
    assert officer.page.evaluate("document.activeElement.id") == "id_birth_date"
    assert officer.violations() == []


def test_an_agency_asks_by_keyboard(hands: Window) -> None:
    agent = hands("supervision")
    agent.go("/ask")
    agent.type("#id_q-evidence", "P-2026-0417")
    agent.type("#id_q-by_surname", "Corvane")
    agent.send("Ask")
    assert agent.says("1 record")
    assert agent.says("Jonah A.")
    assert agent.violations() == []


def test_a_seat_votes_by_keyboard(hands: Window, sealed: Town) -> None:
    voter = hands("prosecutor")
    voter.go("/agreements/supervision")
    voter.send("Read it and vote")
    voter.choose("ballot-choice", "reject")
    voter.type("#id_ballot-password", PASSWORD)
    voter.send("Sign and vote")
    assert voter.says("signed and recorded")
    assert voter.violations() == []


# ---------------------------------------------------------------- live


def test_the_board_is_live_and_no_row_jumps(hands: Window, sealed: Town) -> None:
    from pars.actions import intake
    from tests.web.town import NIGHT, book

    clerk = hands("clerk")
    clerk.go("/board")
    page = clerk.page
    page.wait_for_selector("[data-live=on]")
    before = page.locator("[data-row]").evaluate_all("rows => rows.map(row => row.dataset.row)")
    row = f"[data-row='{sealed.cases['Yarrowick']}']"
    case = sealed.case("Yarrowick")
    intake.submit_for_charging(case_id=case.id, seen=case.version, by=sealed.by("booking"))
    page.wait_for_selector(f"{row}.changed", timeout=10_000)
    assert "Charges to decide" in page.locator(row).inner_text()
    assert page.locator("[data-row]").evaluate_all("rows => rows.map(row => row.dataset.row)") == before
    book(sealed, type(NIGHT[0])("Newcomer", "Ida", "1980-01-01", 1, "1st", NIGHT[0].charges), ledger.now() - HOUR)
    page.wait_for_selector("[data-show]:not([hidden])", timeout=10_000)
    assert page.locator("[data-show]").inner_text() == "1 new — show"
    assert page.locator("[data-row]").count() == len(before)
    clerk.reach("[data-show]")
    clerk.press("Enter")
    assert page.locator("[data-row]").count() == len(before) + 1
    assert page.locator("text=Newcomer, Ida").is_visible()
    clerk.reach("[data-pause]", back=True)
    clerk.press("Enter")
    assert "Paused" in page.locator(".live .state").inner_text()
    assert clerk.violations() == []


def test_a_lost_connection_is_stated(windows: Window, sealed: Town) -> None:
    with served(application()) as url:
        clerk = windows(url, "clerk", kept=False)
        clerk.go("/board")
        clerk.page.wait_for_selector("[data-live=on]")
    clerk.page.wait_for_selector("[data-live=lost]", timeout=20_000)
    assert "Not live since" in clerk.page.locator(".live .state").inner_text()
    assert clerk.page.locator("[data-row]").count() > 10
