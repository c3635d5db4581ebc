"""The live board in a browser: rows never jump, it asks once a second at most and names what it has, and it says when it isn't live."""

from __future__ import annotations

import json
import re
import time
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from pars.actions import intake, releasing
from pars.core.terms import HOUR
from pars.edge import live
from pars.edge.live import Hint
from pars.store import ledger
from tests.web.town import NIGHT, book, done, stated

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.ui.hands import Hands
    from tests.web.town import Town

    Window = Callable[..., Hands]

HIDE = """hidden => {
  Object.defineProperty(document, "hidden", {get: () => hidden, configurable: true});
  document.dispatchEvent(new Event("visibilitychange"));
}"""
ASKED = "performance.getEntriesByType('resource').filter(one => one.name.includes('/board/changes')).map(one => one.startTime)"
SHOWN = """() => Object.fromEntries([...document.querySelectorAll("[data-row]")].map((row) => [row.dataset.row, Number(row.dataset.version)]))"""
CLOCK = r"\d\d:\d\d"


def watching(hands: Window, path: str = "/board", *, clock: bool = False) -> Any:
    """Return a page with the board open and live."""
    clerk = hands("clerk", kept=False)
    if clock:
        clerk.page.clock.install()
    clerk.go(path)
    clerk.page.wait_for_selector("[data-live=on]")
    return clerk.page


def newcomer(town: Town, surname: str) -> str:
    book(town, replace(NIGHT[0], surname=surname, given="Ida"), ledger.now() - HOUR)
    return town.case(surname).id


def hold(town: Town, surname: str) -> None:
    case = town.case(surname, "custodian")
    done(
        releasing.lodge_hold(
            case_id=case.id, seen=case.version, by=town.by("custodian"), kind="PROBATION_DETAINER", authority="A court",
            reference="CP-51-CR-0001111-2024", lodged=stated(ledger.now() - HOUR),
        )
    )  # fmt: skip


def order(page: Any) -> list[str]:
    """Return the rows of the page from top to bottom."""
    found: list[str] = page.locator("[data-row]").evaluate_all("rows => rows.map(row => row.dataset.row)")
    return found


def says(page: Any) -> str:
    return str(page.locator(".live .state").inner_text())


def follower() -> live.Follower:
    """Return who follows the ledger for every page of this process."""
    from pars.edge.web.hints import FOLLOWER

    return FOLLOWER


def listeners() -> int:
    return len(follower().listeners)


def until(holds: Callable[[], bool], page: Any, patience: float = 10.0) -> bool:
    end = time.monotonic() + patience
    while not holds() and time.monotonic() < end:
        page.wait_for_timeout(50)
    return holds()


# ---------------------------------------------------------------- rows


def test_a_changed_row_keeps_its_place_and_its_mark_and_the_focus_stays(hands: Window, sealed: Town) -> None:
    case_id = newcomer(sealed, "Stayput")
    page = watching(hands)
    before = order(page)
    page.locator(f"#row-{case_id}").focus()
    hold(sealed, "Stayput")
    row = f"[data-row='{case_id}']"
    page.wait_for_selector(f"{row}.changed", timeout=10_000)
    assert order(page) == before
    assert re.search(rf"changed {CLOCK}", page.locator(row).inner_text())
    assert page.evaluate("document.activeElement.id") == f"row-{case_id}"
    hold(sealed, "Stayput")
    assert until(lambda: page.locator(row).get_attribute("data-version") == "3", page)
    assert page.locator(f"{row} .mark").count() == 1


def test_who_leaves_the_list_keeps_their_place_until_show_and_who_comes_waits(hands: Window, sealed: Town) -> None:
    staying = newcomer(sealed, "Leaveby")
    page = watching(hands, "/board?waiting=police")
    before, police = order(page), page.locator("#tally [data-desk=police] .num").inner_text()
    case = sealed.case("Leaveby")
    done(intake.submit_for_charging(case_id=case.id, seen=case.version, by=sealed.by("booking")))
    page.wait_for_selector(f"[data-row='{staying}'].gone", timeout=10_000)
    assert order(page) == before
    assert re.search(rf"off this list since {CLOCK}", page.locator(f"[data-row='{staying}']").inner_text())
    assert page.locator("[role=status] [data-show]").inner_text() == "1 gone — show"
    assert page.locator("#tally [data-desk=police] .num").inner_text() == str(int(police) - 1)
    came = newcomer(sealed, "Comeby")
    assert until(lambda: page.locator("[data-show]").inner_text() == "1 new, 1 gone — show", page)
    assert order(page) == before
    page.locator("[data-show]").press("Enter")
    assert set(order(page)) == {*before, came} - {staying}
    assert page.evaluate("document.activeElement.id") == f"row-{came}"
    assert page.locator("[data-show]").is_hidden()
    page.reload()
    assert set(order(page)) == {*before, came} - {staying}


def test_what_comes_takes_the_place_that_a_new_page_would_give_it(hands: Window, sealed: Town) -> None:
    page = watching(hands)
    newcomer(sealed, "Placedone")
    page.wait_for_selector("[data-show]:not([hidden])", timeout=10_000)
    page.locator("[data-show]").press("Enter")
    shown = order(page)
    page.reload()
    assert shown == order(page)


# ---------------------------------------------------------------- asking


def test_many_hints_are_one_question_a_second_that_names_what_the_page_has(
    hands: Window, sealed: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = watching(hands)
    asked: list[dict[str, int]] = []

    def note(request: Any) -> None:
        if "/board/changes" in request.url:
            asked.append(json.loads(request.post_data))

    def after(index: int | None) -> tuple[int, list[Hint]]:
        return (index or 0) + 1, [Hint((index or 0) + 1, "board")]

    page.on("request", note)
    began = page.evaluate("performance.now()")
    monkeypatch.setattr(live, "PACE", 0.05)
    monkeypatch.setattr(follower(), "after", after)
    page.wait_for_timeout(4_500)
    monkeypatch.undo()
    follower().latest = None
    # By the browser's own clock: when this process hears of a question says nothing of when it was put.
    times = [time for time in page.evaluate(ASKED) if time > began]
    assert 3 <= len(times) <= 5, times
    assert min(later - earlier for earlier, later in pairwise(times)) > 990
    rows = page.evaluate(SHOWN)
    assert len(asked) >= 3
    assert all(named == rows for named in asked), "every person with the version shown, and nobody else"


def test_a_paused_page_asks_nothing_and_then_catches_up(hands: Window, sealed: Town) -> None:
    case_id = newcomer(sealed, "Pausable")
    page = watching(hands)
    page.locator("[data-pause]").press("Enter")
    assert re.fullmatch(rf"Paused at {CLOCK}", says(page))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/board/changes" in request.url else None)
    hold(sealed, "Pausable")
    page.wait_for_timeout(2_500)
    assert asked == []
    page.locator("[data-pause]").press("Enter")
    page.wait_for_selector(f"[data-row='{case_id}'].changed", timeout=10_000)
    assert says(page) == "Live"


# ---------------------------------------------------------------- not live


def test_an_answer_that_does_not_come_is_stated_with_a_way_out_and_over_when_it_comes(hands: Window, sealed: Town) -> None:
    case_id = newcomer(sealed, "Lostline")
    page = watching(hands)
    page.route("**/board/changes", lambda route: route.abort())
    hold(sealed, "Lostline")
    page.wait_for_selector("[data-live=lost]", timeout=10_000)
    assert re.fullmatch(rf"Not live since {CLOCK}\. Retrying\. Reload", says(page))
    assert page.locator(".live .state a").get_attribute("href") == ""
    page.unroute("**/board/changes")
    page.wait_for_selector("[data-live=on]", timeout=10_000)
    assert page.locator(f"[data-row='{case_id}'].changed").count() == 1, "nothing of what happened meanwhile is lost"


def test_a_stream_that_falls_silent_is_stated_and_opened_anew(hands: Window, sealed: Town) -> None:
    page = watching(hands, clock=True)
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url) if request.url.endswith("/live") else None)
    page.route("**/live", lambda route: None)
    page.clock.run_for(50_000)
    page.wait_for_selector("[data-live=lost]", timeout=10_000)
    assert seen, "it tries again"


def test_a_page_hidden_for_ten_minutes_closes_its_stream_and_opens_it_when_seen_again(hands: Window, sealed: Town) -> None:
    case_id = newcomer(sealed, "Hidden")
    before = listeners()
    page = watching(hands, clock=True)
    assert until(lambda: listeners() == before + 1, page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/board/changes" in request.url else None)
    page.evaluate(HIDE, True)
    hold(sealed, "Hidden")
    page.clock.fast_forward(9 * 60_000)
    page.clock.run_for(6_000)
    assert asked == [], "what nobody can see is asked for by nobody"
    page.clock.fast_forward(2 * 60_000)
    page.clock.run_for(6_000)
    assert until(lambda: listeners() == before, page), "the stream is closed"
    page.evaluate(HIDE, False)
    page.clock.run_for(3_000)
    assert until(lambda: listeners() == before + 1, page)
    page.wait_for_selector(f"[data-row='{case_id}'].changed", timeout=10_000)


def test_a_ledger_that_went_back_makes_the_page_ask_for_everything(hands: Window, sealed: Town) -> None:
    page = watching(hands)
    before = order(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.post_data) if "/board/changes" in request.url else None)
    follower().latest = 10**9  # the next look finds the ledger shorter than it was
    assert until(lambda: "{}" in asked, page)
    page.wait_for_selector("[data-live=on]")
    assert order(page) == before
    assert page.locator("[data-show]").is_hidden()


def test_without_scripts_the_page_says_how_old_it_is_and_offers_to_load_again(hands: Window, sealed: Town) -> None:
    clerk = hands("clerk", scripts=False)
    clerk.go("/board")
    assert re.fullmatch(rf"As of \d+ \w+ {CLOCK}\. Reload", says(clerk.page))
    assert clerk.page.locator(".live .state a").get_attribute("href") == ""
    assert clerk.page.locator(".live button:visible").count() == 0


@pytest.mark.parametrize("width", [1280, 320])
def test_a_board_with_marks_has_good_bones(width: int, hands: Window, sealed: Town) -> None:
    newcomer(sealed, f"Marked{width}")
    clerk = hands("clerk", width=width)
    clerk.go("/board")
    clerk.page.wait_for_selector("[data-live=on]")
    hold(sealed, f"Marked{width}")
    clerk.page.wait_for_selector("[data-row].changed", timeout=10_000)
    newcomer(sealed, f"Waits{width}")
    clerk.page.wait_for_selector("[data-show]:not([hidden])", timeout=10_000)
    assert clerk.violations() == []
    assert clerk.fits()
