"""Every address has its look: each page in each of its states, wide and narrow, with scripts and without; a new address without one fails here.

With `PARS_PICTURES` naming a folder, a picture of each is left there, for eyes.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pars.actions import defending
from tests.web.town import done

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.ui.hands import Hands
    from tests.web.town import Town

    Window = Callable[..., Hands]

WIDTHS = pytest.mark.parametrize("width", [1280, 320])
ACT = "an act: what is wrong is shown on the page that it is sent from"
ELSEWHERE = "tests/ui/test_looks.py or tests/ui/test_access_looks.py"


@dataclass(frozen=True, kw_only=True)
class Look:
    """How a page is looked at: `full` as whom and where; `error` is the button that sends its form as it stands (None: it has no form that can
    be sent wrong, or `told` names the test that does it); `refused` is who may not open it; `empty` says when there is nothing on it.
    """

    full: tuple[str | None, str]
    error: str | None = None
    refused: str | None = None
    empty: str = ""
    told: str = ""


LOOKS: dict[str, Look | str] = {
    "": "leads to another page",
    "sign-in": Look(full=(None, "/sign-in"), error="Sign in"),
    "sign-out": ACT,
    "capacity": Look(full=("stranger", "/capacity")),
    "board": Look(full=("booking", "/board"), empty="/board?waiting=court&district=none", refused="courts"),
    "board/changes": "a part of the board, put into it by its script",
    "paper-forms": Look(full=("booking", "/paper-forms"), refused="courts", told="tests/web/test_paper_forms.py"),
    "charging": Look(full=("charging", "/charging"), empty="quiet", refused="booking"),
    "charging/next": ACT,
    "charging/<case_id>/take": ACT,
    "charging/<case_id>/give-back": ACT,
    "interviews": Look(full=("interview", "/interviews"), empty="quiet", refused="booking"),
    "alarms": Look(full=("clerk", "/alarms"), empty="quiet", refused="courts"),
    "defense": Look(full=("defense", "/defense"), empty="quiet", refused="booking"),
    "defense/cases/<case_id>": Look(full=("defense", "/defense/cases/{Vexley}"), error="Withdraw", refused="booking"),
    "defense/cases/<case_id>/claim": Look(full=("second-defense", "/defense/cases/{Merriwex}"), refused="booking"),
    "defense/cases/<case_id>/end": ACT,
    "defense/cases/<case_id>/presence": ACT,
    "defense/cases/<case_id>/papers/<name>.pdf": "a PDF: tests/papers",
    "find": Look(full=("booking", "/find"), refused="courts", told="tests/web/test_find.py"),
    "keys": Look(full=("bench", "/keys")),
    "corrections": Look(full=("clerk", "/corrections"), told="tests/web/test_wrong_versions.py"),
    "corrections/<entry>/tell": ACT,
    "signing-keys": Look(full=(None, "/signing-keys"), empty="/signing-keys"),
    "texts": Look(full=("courts", "/texts"), told="tests/web/test_owners_page.py"),
    "texts/<about>/vote": ACT,
    "texts/<about>/withdraw": ACT,
    "handover": Look(full=("booking", "/handover"), refused="courts", told="tests/ui/test_handover.py"),
    "handover/hand": ACT,
    "handover/take": ACT,
    "docket": Look(full=("bench", "/docket"), empty="quiet", refused="booking"),
    "docket/next": "leads to another page",
    "docket/<starts>": Look(full=("clerk", "/docket"), refused="booking", told="tests/web/test_docket.py"),
    "cases/<case_id>/bench": Look(full=("bench", "/cases/{Corvane}/bench"), error="Record the hearing", refused="booking"),
    "orders": Look(
        full=("clerk", "/orders"), error="Record the order", refused="booking", told="tests/web/test_court_orders.py"
    ),
    "orders/<entry>": "looked at with an order on it: tests/ui/test_court_orders.py",
    "orders/<entry>/<act>": ACT,
    "purges": Look(full=("supervision", "/purges"), refused="booking", told="tests/web/test_court_orders.py"),
    "releases": Look(full=("custodian", "/releases"), empty="quiet", refused="booking"),
    "court/calendar": Look(full=("clerk", "/court/calendar"), refused="booking", told="tests/web/test_court_calendar.py"),
    "report": Look(full=("clerk", "/report"), empty="/report?day=1999-01-01", refused="courts"),
    "report.csv": "a file",
    "arrests/new": Look(full=("booking", "/arrests/new"), error="Book the arrest", refused="charging"),
    "cases/<case_id>": Look(full=("bench", "/cases/{Corvane}"), refused="courts", told=ELSEWHERE),
    "cases/<case_id>/person": Look(full=("booking", "/cases/{Ravenscombe}/person"), error="Record the reply", refused="courts"),
    "cases/<case_id>/same-person": Look(
        full=("booking", "/cases/{Ravenscombe}/same-person"), refused="bench", told="tests/web/test_person.py"
    ),
    "cases/<case_id>/interview": Look(
        full=("interview", "/cases/{Larkmead}/interview"), error="Begin the interview", refused="booking"
    ),
    "cases/<case_id>/worksheet": Look(full=("interview", "/cases/{Ravenscombe}/worksheet"), refused="booking"),
    "cases/<case_id>/complaint": Look(
        full=("charging", "/cases/{Kestrelby}/complaint"), error="Sign the complaint", refused="booking"
    ),
    "cases/<case_id>/cosign": "the complaint's page once more, for the second signature: tests/web/test_cosigning.py",
    "cases/<case_id>/order": ACT,
    "cases/<case_id>/papers/<name>.pdf": "a PDF: tests/papers",
    "cases/<case_id>/<slug>": ACT,
    "ask": Look(full=("supervision", "/ask"), refused="booking", told=ELSEWHERE),
    "ask/exports": Look(full=("supervision", "/ask/exports"), empty="quiet", refused="booking"),
    "ask/hooks": Look(
        full=("supervision", "/ask/hooks"), error="Register the hook", refused="booking", told="tests/web/test_hooks.py"
    ),
    "ask/hooks/register": ACT,
    "ask/hooks/<hook>/remove": ACT,
    "ask/approval": ACT,
    "approvals": Look(full=("supervision", "/approvals"), refused="booking", told="tests/web/test_second_person.py"),
    "approvals/<agreement_id>/<asked>": ACT,
    "approvals/<agreement_id>/<answer>/review": ACT,
    "history": Look(full=("supervision", "/history"), empty="quiet", refused="booking"),
    "ledger": Look(full=("auditor", "/ledger"), empty="/ledger?before=0", refused="booking"),
    "integrity": Look(full=("auditor", "/integrity"), refused="booking", told="tests/ui/test_integrity_looks.py"),
    "seen": Look(full=("auditor", "/seen"), error="Show who was shown them", refused="booking", told="tests/web/test_seen.py"),
    "agreements": Look(full=("courts", "/agreements")),
    "agreements/draft": Look(full=("manager", "/agreements/draft"), error="Propose it", refused="booking"),
    "agreements/draft/file": ACT,
    "agreements/calendar": Look(full=(None, "/agreements/calendar")),
    "agreements/<agreement_id>/nonrenewal": ACT,
    "agreements/<agreement_id>": Look(full=("courts", "/agreements/supervision"), error="Sign"),
    "agreements/<agreement_id>/ballot/<number>": Look(
        full=("courts", "/agreements/supervision/ballot/2"),
        error="Sign and vote",
        empty="/agreements/supervision/ballot/1",
        refused="booking",
    ),
    "agreements/<agreement_id>/result/<number>": Look(
        full=(None, "/agreements/supervision/result/1"), empty="/agreements/supervision/result/2"
    ),
    "agreements/<agreement_id>/compare": Look(
        full=("courts", "/agreements/supervision/compare"), error="Try it on both", empty="/agreements/warrant-desk/compare"
    ),
    "agreements/<agreement_id>/duty": ACT,
    "agreements/<agreement_id>/inquiry": ACT,
    "agreements/<agreement_id>/answer": ACT,
    "agreements/<agreement_id>/acknowledge": ACT,
    "agreements/<agreement_id>/outcome": ACT,
    "agreements/<agreement_id>/withdraw": ACT,
    "agreements/<agreement_id>/vote": ACT,
    "agreements/<agreement_id>/propose": ACT,
    "agreements/<agreement_id>/report": ACT,
    "agreements/<agreement_id>/reply": ACT,
    "agreements/<agreement_id>/notice": ACT,
    "entries/<number>": Look(full=("auditor", "/entries/5")),
    "entries/<number>/receipt": "a file",
    "public": Look(full=(None, "/public")),
    "check/pars-verify.pyz": "a file",
    "check": Look(full=(None, "/check"), told="tests/ui/test_check.py"),
    "reconstruction": "there in a home alone where the history was replayed: tests/ui/test_reconstruction.py",
    "guide": "there in a demo alone: tests/web/test_agreement_pages.py",
    "guide/seat": ACT,
    "guide/last-seconds": ACT,
}
"""Each address of the screens: how it is looked at, or why there is nothing to look at. `quiet`: empty in the town without anybody."""
SPANISH = (
    "/texts?lang=es",
    "/public?lang=es",
    "/signing-keys?lang=es",
    "/check?lang=es",
    "/sign-in?lang=es",
    "/agreements/supervision?lang=es",
    "/agreements/calendar?lang=es",
    "/agreements/supervision/compare?lang=es",
    "/agreements/supervision/result/2?lang=es",
    "/entries/5?lang=es",
    "/nothing?lang=es",
)
QUIET = [look.full for look in LOOKS.values() if isinstance(look, Look) and look.empty == "quiet"]
REFUSED: set[tuple[str, int, str]] = set()
"""The pages that refuse which were looked at already: to whom, how wide, and what stands there."""
SEEN = [name for name, look in LOOKS.items() if isinstance(look, Look)]


def address(town: Town, place: str) -> str:
    """Return an address with its case put in."""
    return re.sub(r"\{(\w+)\}", lambda found: town.cases[found[1]], place)


def look(window: Hands, what: str) -> None:
    """Hold what is in the window to what every page is held to: one heading, axe finds nothing, nothing is cut off."""
    picture(window, what)
    assert window.page.locator("h1").count() == 1, what
    assert window.violations() == [], what
    assert window.fits(), what


def picture(window: Hands, what: str) -> None:
    """Leave a picture, where somebody wants to see."""
    folder = os.environ.get("PARS_PICTURES")
    if folder:
        name = re.sub(r"\W+", "-", what).strip("-") or "first"
        wide = window.page.viewport_size["width"]
        window.page.screenshot(path=str(Path(folder) / f"{name}-{wide}.png"), full_page=True)


def test_every_address_has_its_look(town: Town) -> None:
    from django.urls import URLPattern

    from pars.config.urls import urlpatterns
    from pars.edge.api.app import urlpatterns as v1

    own = [one for one in urlpatterns[len(v1) :] if isinstance(one, URLPattern)]
    named = {re.sub(r"<\w+:", "<", str(one.pattern)) for one in own}
    assert len(own) > 40
    assert named - LOOKS.keys() == set(), "a page that nobody has looked at: give it its line in LOOKS"
    assert LOOKS.keys() - named == set(), "a look at a page that isn't there any more"


@pytest.fixture
def counsel(sealed: Town) -> Town:
    """Give one person counsel, so that there is a client's case to look at."""
    case = sealed.case("Vexley")
    if not any(type(fact).__name__ == "RepresentationClaimed" for fact in case.facts):
        by = sealed.by("defense")
        done(defending.claim_representation(case_id=case.id, seen=case.version, basis="ASSIGNED", by=by))
    return sealed


@WIDTHS
@pytest.mark.parametrize("name", SEEN)
def test_a_page_in_its_states(name: str, width: int, hands: Window, counsel: Town) -> None:
    one = LOOKS[name]
    assert isinstance(one, Look)
    who, place = one.full
    window = hands(who, width=width)
    window.go(address(counsel, place))
    look(window, f"{name} full")
    if one.error is not None:
        window.page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true; })")
        window.use(one.error)
        look(window, f"{name} error")
        assert window.title().startswith("Error:")
    if one.empty.startswith("/"):
        window.go(one.empty)
        look(window, f"{name} empty")
    if one.refused is not None:
        other = hands(one.refused, width=width)
        other.go(address(counsel, place))
        assert other.says("Not for your capacity") or other.says("Not possible")
        # Whoever is refused reads much the same everywhere.
        same = one.refused, width, re.sub(r"\d+", "1", other.page.locator("main").inner_text())
        if same not in REFUSED:
            look(other, f"{name} refused")
            REFUSED.add(same)


@pytest.mark.parametrize("name", SEEN)
def test_a_page_says_the_same_without_scripts(name: str, hands: Window, counsel: Town) -> None:
    one = LOOKS[name]
    assert isinstance(one, Look)
    who, place = one.full
    window = hands(who, scripts=False)
    window.go(address(counsel, place))
    assert window.page.locator("h1").count() == 1
    assert window.page.locator("main :is(p, td, li, label):visible").count() > 0
    assert window.page.locator("main [hidden] :is(input, select, textarea)").count() == 0, "a field that only a script shows"


@WIDTHS
def test_what_is_read_in_spanish(width: int, hands: Window, sealed: Town) -> None:
    window = hands(width=width)
    for place in SPANISH:
        window.go(place)
        look(window, place)


@WIDTHS
def test_the_ballot_and_the_trial_in_spanish(width: int, hands: Window, sealed: Town) -> None:
    window = hands("courts", width=width)
    window.go("/agreements/supervision/ballot/2?lang=es")
    look(window, "ballot es")
    window.use("Firmar y votar")
    assert window.title().startswith("Error:")
    look(window, "ballot es error")
    window.go("/agreements/supervision/compare?lang=es")
    window.tick("input[name='try-columns'][value='lead_grade']")
    window.send("Probarla en las dos")
    look(window, "compare es tried")


@WIDTHS
def test_a_claim_with_its_warning_and_one_that_came_too_late(width: int, hands: Window, sealed: Town) -> None:
    """Stale: another counsel entered while the form was open."""
    first, second = hands("defense", width=width), hands("second-defense", width=width)
    name = {1280: "Bexfield", 320: "Dallowick"}[width]
    place = f"/defense/cases/{sealed.cases[name]}"
    first.go(place)
    second.go(place)
    second.use("Enter my appearance")
    look(second, "defense case fresh")
    first.use("Enter my appearance")
    look(first, "defense claim stale")
    assert first.says("has changed since you opened it")
    first.use("Enter my appearance")
    assert first.says("Your appearance is entered.")
