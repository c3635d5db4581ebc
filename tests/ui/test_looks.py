"""Every screen in a real browser, wide and narrow: axe finds nothing, nothing is cut off, and it is complete without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pars.actions import sitting
from pars.core.terms import HOUR, Instant, moment
from pars.store import ledger
from tests.web.town import ZONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.ui.hands import Hands
    from tests.web.town import Town

    Window = Callable[..., Hands]

SCREENS = {
    None: ["/agreements/supervision", "/entries/3", "/nothing"],
    "booking": ["case:Ravenscombe", "case:Unknown person"],
    "charging": ["case:Greymount", "case:Kestrelby"],
    "interview": ["case:Larkmead"],
    "clerk": ["session", "case:Merriwex"],
    "custodian": ["case:Oakhurstel", "case:Vexley", "case:Thistlemark"],
    "manager": ["/agreements/supervision"],
}
"""What looks otherwise to somebody than where test_every_look.py looks at it: each address once is there."""


FOCUS = """(() => {
  const e = document.activeElement, label = e.nextElementSibling;
  const lined = (x) => x && (getComputedStyle(x).outlineStyle !== 'none' || getComputedStyle(x, '::before').outlineStyle !== 'none');
  return [lined(e) || lined(label), e.outerHTML.slice(0, 120)];
})()"""
"""Whether what has the focus, or the label that stands for it, has a line around it; and what it is."""


def address(town: Town, screen: str) -> str:
    """Return where a screen is."""
    if screen == "session":
        return f"/docket/{sitting.session_now(zone=ZONE).starts.text}"
    if not screen.startswith("case:"):
        return screen
    surname, _, rest = screen.removeprefix("case:").partition("/")
    return f"/cases/{town.cases[surname]}{'/' + rest if rest else ''}"


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("name", SCREENS)
def test_axe_finds_nothing_and_nothing_is_cut_off(name: str | None, width: int, hands: Window, sealed: Town) -> None:
    window = hands(name, width=width)
    for screen in SCREENS[name]:
        place = address(sealed, screen)
        window.go(place)
        assert window.page.url.endswith(place), "nobody was led elsewhere"
        assert window.violations() == [], screen
        assert window.fits(), screen


def test_the_screens_are_complete_without_scripts(hands: Window, sealed: Town) -> None:
    officer = hands("booking", scripts=False)
    officer.go("/board")
    assert officer.says("As of")
    assert officer.page.locator(".live button:visible").count() == 0
    assert officer.page.locator("[data-row]").count() > 10
    officer.go(address(sealed, "case:Inglemoor"))
    assert officer.page.locator("button:has-text('Send to charging')").is_visible()


def test_the_focus_can_always_be_seen(hands: Window, sealed: Town) -> None:
    custodian = hands("custodian")
    custodian.go(address(sealed, "case:Oakhurstel"))
    stops = 0
    for _ in range(80):
        custodian.press("Tab")
        marked, what = custodian.page.evaluate(FOCUS)
        if what.startswith("<body"):  # past the last stop
            break
        assert marked, what
        stops += 1
    assert stops > 15


# ---------------------------------------------------------------- states that have to be brought about first

WIDTHS = pytest.mark.parametrize("width", [1280, 320])
LONG = {
    "surname": "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh-Cholmondeley",
    "given": "Anastasia-Maximiliana Quillibrandine Ottoline",
    "facility": "Central Booking and Intake Facility of the Detention Complex, North Annex",
    "charge_0_description": "Theft By Unlawful Taking Of Movable Property Belonging To Another",
}
CROSSED = """[...document.querySelectorAll('.deadline-strip text')].map(e => e.getBoundingClientRect()).flatMap((a, i, all) =>
  all.slice(i + 1).filter(b => a.left < b.right && b.left < a.right && a.top + 2 < b.bottom && b.top + 2 < a.bottom)).length"""
"""How many pairs of a strip's words lie on each other."""
OUTSIDE = """(() => { const box = document.querySelector('.deadline-strip').getBoundingClientRect();
  return [...document.querySelectorAll('.deadline-strip text')].filter(e => { const own = e.getBoundingClientRect();
    return own.left < box.left - 1 || own.right > box.right + 1 || own.top < box.top - 1 || own.bottom > box.bottom + 1; }).length; })()"""
"""How many of a strip's words stand beyond its frame, where they would be cut off."""


def ago(hours: float) -> str:
    """Return a time as it is typed."""
    return moment(Instant(ledger.now() - int(hours * HOUR)), ZONE).strftime("%m/%d/%Y %H:%M")


def book(officer: Hands, **typed: str) -> str:
    """Book an arrest; return the case's address."""
    officer.go("/arrests/new")
    known = {"surname": "Plainfield", "given": "Ada", "birth_date": "02/14/1990", "time": ago(3), "agency": "City Police"}
    for name, value in {**known, "district": "22nd", "charge_0_description": "Simple Assault", **typed}.items():
        officer.page.fill(f"#id_{name}", value)
    officer.use("Book the arrest")
    assert officer.says("Booked.")
    return officer.page.url


def good(window: Hands, what: str) -> None:
    """See that axe finds nothing and nothing is cut off."""
    assert window.violations() == [], what
    assert window.fits(), what


@WIDTHS
def test_errors_take_the_focus_lead_to_their_fields_and_keep_what_was_typed(width: int, hands: Window, sealed: Town) -> None:
    officer = hands("booking", width=width)
    officer.go("/arrests/new")
    officer.page.fill("#id_given", "Ada")
    officer.use("Book the arrest")
    good(officer, "a booking with errors")
    assert officer.title().startswith("Error: ")
    assert officer.page.evaluate("document.activeElement.id") == "faults"
    officer.press("Tab")
    officer.press("Enter")
    assert officer.page.evaluate("document.activeElement.id") == "id_birth_date"
    assert officer.page.locator("#id_birth_date").get_attribute("aria-invalid") == "true"
    assert officer.page.input_value("#id_given") == "Ada"
    stranger = hands(width=width)
    stranger.go("/sign-in")
    stranger.page.fill("#id_username", "booking")
    stranger.use("Sign in")
    good(stranger, "a sign-in with errors")
    assert stranger.page.input_value("#id_username") == "booking"
    stranger.sign_in("booking")


@WIDTHS
def test_long_names_and_long_custody_are_shown_whole(width: int, hands: Window, sealed: Town) -> None:
    officer = hands("booking", width=width)
    place = book(officer, **LONG, time=ago(21 * 24))
    good(officer, "a long name")
    assert officer.says("over") is True
    if width == 1280:
        assert officer.page.evaluate(CROSSED) == 0
        assert officer.page.evaluate(OUTSIDE) == 0
        assert officer.page.locator(".strip-fold").count() == 1
    else:
        assert not officer.page.locator(".deadline-strip").is_visible()
        assert officer.page.locator(".strip ol li").first.is_visible()
    officer.go("/board?district=22nd")
    row = officer.page.locator(f"[data-row='{place.rsplit('/', 1)[-1]}']")
    assert row.locator(".bar-over").count() == 2
    assert "Over 48 hours" in row.inner_text()
    good(officer, "a long name on the board")


def test_no_case_of_the_town_has_words_on_each_other(hands: Window, sealed: Town) -> None:
    custodian = hands("custodian")
    looked = 0
    for case_id in list(sealed.cases.values())[:12]:
        custodian.go(f"/cases/{case_id}")
        if custodian.page.locator(".deadline-strip").count():
            looked += 1
            assert (custodian.page.evaluate(CROSSED), custodian.page.evaluate(OUTSIDE)) == (0, 0), case_id
    assert looked > 8


@WIDTHS
def test_a_stale_save_can_be_read_and_sent_again_by_keyboard(width: int, hands: Window, sealed: Town) -> None:
    first, second = hands("booking", width=width), hands("booking", width=width)
    place = book(first, surname=f"Twohands{width}")
    second.go(place)
    first.use("Send to charging")
    second.page.locator("summary:has-text('Propose a charge')").press("Enter")
    second.page.fill("#id_charge-description", "Conspiracy")
    second.page.fill("#id_charge-reason", "A second officer saw it")
    second.use("Add the charge")
    good(second, "a stale save")
    assert second.page.evaluate("document.activeElement.id") == "changed"
    second.send("Add the charge")
    assert second.says("The charge was added")


@WIDTHS
def test_each_desk_s_errors_look_as_good_as_its_forms(width: int, hands: Window, sealed: Town) -> None:
    officer = hands("booking", width=width)
    place = book(officer, surname=f"Manydesks{width}")
    officer.use("Send to charging")
    attorney = hands("charging", width=width)
    attorney.go(place)
    attorney.use("Record the decisions")
    assert attorney.says("Charge 1: choose a decision.")
    good(attorney, "decisions with errors")
    interviewer = hands("interview", width=width)
    interviewer.go(f"{place}/interview")
    interviewer.use("Begin the interview")
    good(interviewer, "an interview with errors")
    custodian = hands("custodian", width=width)
    custodian.go(place)
    for words in ("An immigration paper came", "Lodge a hold"):
        custodian.page.locator(f"summary:has-text('{words}')").press("Enter")
    good(custodian, "open forms")
    custodian.use("Lodge the hold")
    good(custodian, "a hold with errors")


@WIDTHS
def test_what_is_signed_is_read_whole(width: int, hands: Window, sealed: Town) -> None:
    attorney = hands("charging", width=width)
    attorney.go(address(sealed, "case:Kestrelby/complaint"))
    attorney.page.fill("#id_complaint-password", "not mine")
    attorney.use("Sign the complaint")
    assert attorney.says("nothing was signed")
    good(attorney, "a signature refused")


def test_the_board_fits_a_tablet_without_scrolling_sideways(hands: Window, sealed: Town) -> None:
    officer = hands("booking", width=768)
    officer.go("/board")
    good(officer, "a board on a tablet")
    assert officer.page.evaluate("(e => e.scrollWidth - e.clientWidth)(document.querySelector('.scroll'))") <= 0
    assert officer.page.locator("th:has-text('Due')").is_visible()


def test_a_printed_page_has_what_it_is_and_as_of_when_and_no_controls(hands: Window, sealed: Town) -> None:
    officer = hands("booking", kept=False)
    for screen in ("/board", address(sealed, "case:Ravenscombe")):
        officer.go(screen)
        assert not officer.page.locator(".only-printed").is_visible()
        officer.page.emulate_media(media="print")
        assert officer.page.locator(".only-printed").is_visible()
        assert "printed by Dana Quillby" in officer.page.locator(".only-printed").inner_text()
        assert officer.page.locator("h1").first.is_visible()
        shown = officer.page.locator(":is(button, input, select, textarea, nav):visible").count()
        assert shown == 0, screen
        officer.page.emulate_media(media="screen")


def test_the_bench_is_one_screen_in_a_bright_and_in_a_dark_room(hands: Window, sealed: Town) -> None:
    judge = hands("bench", width=1280, kept=False)
    place = f"/cases/{sealed.cases['Bexfield']}/bench"
    tall = "document.documentElement.scrollHeight"
    judge.page.set_viewport_size({"width": 1280, "height": 800})
    judge.go(place)
    assert judge.page.evaluate(tall) <= 800
    bright = judge.page.evaluate("getComputedStyle(document.body).backgroundColor")
    judge.go(f"{place}?room=dark")
    assert judge.page.evaluate("getComputedStyle(document.body).backgroundColor") != bright
    assert judge.violations() == []
    judge.page.emulate_media(forced_colors="active")
    shades = judge.page.evaluate(
        "[getComputedStyle(document.querySelector('.sheet p, .sheet li')).color, getComputedStyle(document.body).backgroundColor]"
    )
    assert shades[0] != shades[1], "the reader's own colors are kept, and words stand out from the page"
    judge.page.emulate_media(forced_colors="none")
    for number in range(5):
        judge.tick(f"#id_hearing-rights_{number}")
    judge.type("#id_hearing-interpreter", "Court interpreter (Spanish)")
    judge.choose("hearing-probable_cause", "yes")
    judge.send("Record the hearing")
    assert judge.says("Release order")
    assert judge.page.evaluate(tall) <= 800, "the order, too"
    assert judge.violations() == []
